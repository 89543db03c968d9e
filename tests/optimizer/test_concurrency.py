"""Handling says how fast a rep works several conversations, and refuses what no hands could do."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from optimizer.concurrency import (
    Handling,
    as_messages,
    as_throughput,
    completion_rates,
    hands_busy_by_level,
    message_times,
    throughput_per_hour,
)
from optimizer.pending_messages import pending_messages

few = settings(
    derandomize=True, deadline=None, max_examples=60, phases=[Phase.explicit, Phase.generate]
)
handlings = st.builds(
    Handling,
    concurrency=st.integers(1, 20),
    rep_messages=st.floats(1, 40),
    writing_minutes=st.floats(0.01, 20),
    customer_reply_minutes=st.floats(0, 240),
    patience_minutes=st.floats(0.5, 600),
)


@few
@given(handlings)
def test_more_at_once_never_completes_less_and_never_gains_more_than_the_last(handling):
    """A busier pair of hands rests less, but each further conversation finds less rest to fill."""
    rates = completion_rates(handling)
    gains = np.diff(rates)
    assert rates[0] == 0
    assert (gains >= -1e-12 * rates[-1]).all()
    assert (np.diff(gains) <= 1e-9 * rates[-1]).all()


@few
@given(handlings)
def test_nobody_completes_more_than_hands_can_write(handling):
    """The ceiling is 60 / touch minutes, whatever customers do."""
    ceiling = 60 / message_times(handling).touch_minutes
    assert throughput_per_hour(handling)[-1] <= ceiling * (1 + 1e-12)


@few
@given(handlings)
def test_a_lone_conversation_lasts_its_solo_minutes(handling):
    """With nothing else open a rep completes one conversation per duration."""
    assert completion_rates(handling)[1] * message_times(handling).solo_minutes == pytest.approx(1)


@few
@given(handlings, st.floats(0.1, 10))
def test_time_has_no_unit_of_its_own(handling, factor):
    """Stretching every time stretches the result: only ratios matter."""
    slower = replace(
        handling,
        writing_minutes=handling.writing_minutes * factor,
        customer_reply_minutes=handling.customer_reply_minutes * factor,
    )
    np.testing.assert_allclose(
        completion_rates(slower) * factor, completion_rates(handling), rtol=1e-9
    )


@pytest.mark.parametrize("level", [1, 2, 5])
@pytest.mark.parametrize("ratio", [0.05, 0.5, 3.0])
def test_messages_at_a_rep_balance_like_machines_under_repair(level, ratio):
    """The stationary law solves the balance equations of the machine-repair queue."""
    generator = np.zeros((level + 1, level + 1))
    for waiting in range(level):
        generator[waiting, waiting + 1] = (level - waiting) * ratio
        generator[waiting + 1, waiting] = 1.0
    generator -= np.diag(generator.sum(axis=1))
    np.testing.assert_allclose(pending_messages(level, ratio) @ generator, 0, atol=1e-12)


def test_one_conversation_keeps_hands_busy_for_its_share_of_writing():
    """Alone, hands write a of every a + c' minutes: 0.75 of 0.75 + 3.5."""
    handling = Handling(
        4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4, patience_minutes=20
    )
    assert hands_busy_by_level(handling)[1] == pytest.approx(0.75 / 4.25)


def test_the_power_law_is_another_curve():
    """At 4 at once, 3.5 an hour and 25 minutes alone, two at once complete 1.36 times as much."""
    rates = completion_rates(Handling(4, conversations_per_hour=3.5, solo_minutes=25))
    assert rates[2] / rates[1] == pytest.approx(1.36, abs=0.005)


planners = st.tuples(
    st.integers(2, 20),
    st.floats(0.02, 0.98),
    st.floats(1, 300),
    st.floats(1.5, 40),
    st.sampled_from([0.0, 0.25]),
)


@few
@given(planners)
def test_what_the_planner_knows_comes_back(planner):
    """Throughput and solo duration are translated to messages and back without loss."""
    concurrency, share, solo, messages, uneven = planner
    per_hour = 60 / solo * (1 + share * (concurrency - 1))
    given_way = Handling(
        concurrency,
        rep_messages=messages,
        conversations_per_hour=per_hour,
        solo_minutes=solo,
        speed_cv=uneven,
    )
    through = as_messages(given_way)
    assert through.conversations_per_hour is None
    assert throughput_per_hour(through)[-1] == pytest.approx(per_hour)
    assert message_times(through).solo_minutes == pytest.approx(solo)
    back = as_throughput(through)
    assert back.conversations_per_hour == pytest.approx(per_hour)
    assert back.solo_minutes == pytest.approx(solo)
    np.testing.assert_allclose(completion_rates(back), completion_rates(given_way), rtol=1e-7)


def test_reps_on_the_phone_complete_calls_as_quick_as_they_are():
    """All of a rep's time is calls, so the mean of lognormal speeds is the team's pace."""
    call = Handling(1, 1, writing_minutes=6, customer_reply_minutes=0, speed_cv=0.3)
    assert hands_busy_by_level(call)[1] == pytest.approx(1)
    assert throughput_per_hour(call)[1] == pytest.approx(10 * np.sqrt(1 + 0.3**2), rel=1e-6)


@few
@given(handlings, st.sampled_from([0.1, 0.25, 0.5]))
def test_quick_reps_do_not_make_up_for_slow_ones(handling, uneven):
    """Whoever is quick waits for customers, so a team completes less than its mean rep would."""
    team = completion_rates(replace(handling, speed_cv=uneven))
    quicker = handling.writing_minutes / np.sqrt(1 + uneven**2)
    mean_rep = completion_rates(replace(handling, writing_minutes=quicker))
    assert (team <= mean_rep * (1 + 1e-3)).all()


@pytest.mark.parametrize("uneven", [-0.1, 0.6, float("nan")])
def test_reps_can_be_uneven_within_reason(uneven):
    """Beyond a half the formulas are too far off to be of use."""
    with pytest.raises(ValueError, match=r"speed_cv must lie from 0 .* to 0\.5"):
        Handling(4, 8, 0.75, 4, speed_cv=uneven)


def test_messages_default_to_eight_beside_throughput():
    """The default is stated, so that leaving it out says the same as writing it."""
    stated = Handling(4, rep_messages=8, conversations_per_hour=3.5, solo_minutes=25)
    left_out = Handling(4, conversations_per_hour=3.5, solo_minutes=25)
    assert message_times(left_out) == message_times(stated)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"conversations_per_hour": 9.6, "solo_minutes": 25}, r"between .* 2\.4 .* 9\.6 "),
        ({"conversations_per_hour": 2.4, "solo_minutes": 25}, r"between .* 2\.4 .* 9\.6 "),
        (
            {"rep_messages": 8, "writing_minutes": 0.75, "conversations_per_hour": 10.1},
            r"60 / touch minutes = .* = 10;",
        ),
        ({"conversations_per_hour": 3.5}, "solo_minutes is missing"),
        ({"solo_minutes": 25}, "conversations_per_hour is missing"),
        ({"rep_messages": 8, "writing_minutes": 1}, "customer_reply_minutes is missing"),
        ({}, "rep_messages is missing"),
        (
            {"conversations_per_hour": 3.5, "solo_minutes": 25, "customer_reply_minutes": 4},
            "one or the other",
        ),
        ({"conversations_per_hour": 3.5, "solo_minutes": 25, "rep_messages": 1}, "above 1"),
        (
            {"rep_messages": 0.5, "writing_minutes": 1, "customer_reply_minutes": 1},
            "rep_messages must be .* at least 1",
        ),
        (
            {"rep_messages": 2, "writing_minutes": 0, "customer_reply_minutes": 1},
            "writing_minutes must be .* above 0",
        ),
        (
            {"rep_messages": 2, "writing_minutes": 1, "customer_reply_minutes": -1},
            "customer_reply_minutes must be .* at least 0",
        ),
        (
            {"conversations_per_hour": 3.5, "solo_minutes": float("inf")},
            "solo_minutes must be .* above 0",
        ),
        (
            {
                "rep_messages": 2,
                "writing_minutes": 1,
                "customer_reply_minutes": 1,
                "patience_minutes": float("nan"),
            },
            "patience_minutes must be .* above 0",
        ),
    ],
)
def test_what_no_hands_could_do_is_refused_with_the_range(fields, words):
    """A planner who mistypes a figure is told which figures are possible."""
    with pytest.raises(ValueError, match=words):
        Handling(4, **fields)


@pytest.mark.parametrize("concurrency", [0, 21, 2.5])
def test_concurrency_is_a_whole_number_that_a_person_can_hold(concurrency):
    """Half a conversation, none or a hundred is a slip of the pen."""
    with pytest.raises(ValueError, match="whole number from 1 to 20"):
        Handling(concurrency, 2, 1, 1)


def test_one_at_a_time_says_how_to_give_a_phone_call():
    """With one at once throughput says nothing more than the duration."""
    with pytest.raises(ValueError, match="writing_minutes = 6"):
        Handling(1, conversations_per_hour=10, solo_minutes=6)


def test_a_call_without_replies_keeps_hands_busy_throughout():
    """One message and no reply is a phone call: busy whenever there is one."""
    call = Handling(1, rep_messages=1, writing_minutes=6, customer_reply_minutes=0)
    assert list(hands_busy_by_level(call)) == [0.0, 1.0]
    assert throughput_per_hour(call)[1] == pytest.approx(10)
