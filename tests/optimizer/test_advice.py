"""What is advised of concurrency keeps to known values, to its laws and to the model it is from."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.advice import (
    ConcurrencyAdvice,
    advise_concurrency,
    ceiling_per_hour,
    level_table,
    relative_pace,
)
from optimizer.concurrency import Handling, as_throughput
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.first_reply import PICK_UP, reply_delay
from optimizer.staffing.search import Promise
from optimizer.staffing.steady import steady_reps

few = settings(
    derandomize=True, deadline=None, max_examples=25, phases=[Phase.explicit, Phase.generate]
)
CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
LIVE = QueueSettings(CHAT)
INBOX = QueueSettings(
    Handling(6, rep_messages=5, writing_minutes=0.6, customer_reply_minutes=10),
    ServicePolicy(within_seconds=900),
)

handlings = st.builds(
    Handling,
    concurrency=st.integers(1, 8),
    rep_messages=st.floats(1, 15),
    writing_minutes=st.floats(0.1, 1.2),
    customer_reply_minutes=st.floats(0, 10),
    patience_minutes=st.floats(1, 60),
)
volumes = st.floats(0.5, 150)


def erlang_a_reps(arrivals, service, abandonment, target, within):
    """Count up the servers of an M/M/s+M queue, solved by brute force, until the target is met.

    Garnett, Mandelbaum and Reiman 2002, https://doi.org/10.1287/msom.4.3.208.7753.
    """
    for reps in range(1, 200):
        n = np.arange(reps + 300)
        deaths = np.minimum(n, reps) * service + np.maximum(n - reps, 0) * abandonment
        logs = np.concatenate([[0.0], np.cumsum(np.log(arrivals / deaths[1:]))])
        load = np.exp(logs - logs.max())
        load /= load.sum()
        moves = reps * service + np.arange(300) * abandonment
        value = np.zeros(300)
        for _ in range(4000):
            ahead_of = np.concatenate([[1.0], value[:-1]])
            value = value + within / 4000 * (moves * (ahead_of - value) - abandonment * value)
        if load[:reps].sum() + load[reps:] @ value >= target:
            return reps
    raise AssertionError


def test_sixty_chats_an_hour_stop_paying_at_five_at_once():
    """Known from message-level simulation: pick-up falls from 37 to 7 reps, first replies to 11."""
    found = advise_concurrency("live", LIVE, 60.0)
    assert found.reps(1, "pick_up") == 37
    assert found.reps(7, "pick_up") == 7
    assert found.recommended("pick_up") == 7
    assert found.recommended("first_reply") == 5
    assert {found.reps(level, "first_reply") for level in range(5, 11)} == {11}


@pytest.mark.parametrize("contacts", [6.0, 40.0, 200.0])
def test_one_call_at_a_time_is_erlang_a(contacts):
    """With one message in each, the curve's first point is the M/M/s+M queue, solved on its own."""
    call = Handling(1, rep_messages=1, writing_minutes=6, customer_reply_minutes=0)
    policy = ServicePolicy(clock="pick_up", max_hands_busy=1.0)
    found = advise_concurrency("calls", QueueSettings(call, policy), contacts)
    known = erlang_a_reps(contacts / 60, 1 / 6, 1 / call.patience_minutes, 0.8, 2.0)
    assert found.reps(1, "pick_up") == known


@given(handlings, volumes, st.floats(0.3, 0.95), st.sampled_from(["pick_up", "first_reply"]))
@few
def test_reps_of_a_lasting_hour_are_those_that_the_chain_settles_at(handling, volume, target, by):
    """Followed hour by hour, the fewest keep the promise in the end, and one fewer do not."""
    delay = PICK_UP if by == "pick_up" else reply_delay(handling)
    if by == "first_reply" and target >= delay.within(3.0)[0]:
        return
    reps = math.ceil(steady_reps(volume, handling, Promise(target, 3.0, delay, 1.0)))
    hours = 1 + math.ceil(20 * (handling.patience_minutes + 40) / 60)
    for count, kept in ((reps, True), (reps - 1, False)):
        settled = evaluate([volume] * hours, [count] * hours, 60, handling, 180)[by].iloc[-1]
        assert settled == pytest.approx(target, abs=1e-3) or (settled > target) == kept


def test_a_target_half_way_between_two_numbers_of_reps_takes_half_a_rep():
    """The fraction must fall from one whole number to the next as the target does."""
    nine, ten = (
        float(evaluate([60.0] * 30, [reps] * 30, 60, CHAT, 120)["pick_up"].iloc[-1])
        for reps in (9, 10)
    )
    for share in (0.25, 0.5, 0.9):
        target = nine + share * (ten - nine)
        reps = steady_reps(60.0, CHAT, Promise(target, 2.0, PICK_UP, 1.0))
        assert reps == pytest.approx(9 + share, abs=0.01)


@given(handlings, volumes)
@few
def test_longer_targets_and_fewer_in_time_never_need_more_reps(handling, volume):
    """Who promises less is not to pay more, whatever the conversations at once."""
    delay = reply_delay(handling)
    target = 0.9 * float(delay.within(2.0)[0])
    tight = steady_reps(volume, handling, Promise(target, 2.0, delay, 0.9))
    longer = steady_reps(volume, handling, Promise(target, 3.0, delay, 0.9))
    fewer = steady_reps(volume, handling, Promise(0.9 * target, 2.0, delay, 0.9))
    assert longer <= tight + 1e-9
    assert fewer <= tight + 1e-9


@given(handlings, volumes)
@few
def test_more_contacts_never_need_fewer_reps(handling, volume):
    """The fraction of a rep must grow with the volume too, not only the whole number."""
    promise = Promise(0.8, 2.0, PICK_UP, 0.85)
    assert steady_reps(volume, handling, promise) <= steady_reps(1.1 * volume, handling, promise)


@given(handlings, volumes, st.floats(0.2, 5))
@few
def test_the_advice_does_not_depend_on_the_unit_of_time(handling, volume, unit):
    """Everything twice as slow and half as often is the same floor on another clock."""
    slower = replace(
        handling,
        writing_minutes=unit * handling.writing_minutes,
        customer_reply_minutes=unit * handling.customer_reply_minutes,
        patience_minutes=unit * handling.patience_minutes,
    )
    policy = ServicePolicy(clock="pick_up", within_seconds=90)
    one = advise_concurrency("q", QueueSettings(handling, policy), volume)
    scaled = replace(policy, within_seconds=90 * unit)
    other = advise_concurrency("q", QueueSettings(slower, scaled), volume / unit)
    pd.testing.assert_frame_equal(one.curve, other.curve)


def test_who_gives_up_is_told_beside_the_reps():
    """Of one call at a time they are known; a promise may be kept because many left."""
    call = Handling(1, rep_messages=1, writing_minutes=6, customer_reply_minutes=0)
    policy = ServicePolicy(clock="pick_up", max_hands_busy=1.0)
    found = advise_concurrency("calls", QueueSettings(call, policy), 40.0)
    reps = int(found.reps(1, "pick_up"))
    settled = evaluate([40.0] * 40, [reps] * 40, 60, call, 120).iloc[-1]
    assert found.abandonment(1) == pytest.approx(settled["abandonment"], abs=1e-6)
    assert found.abandonment(1) > 0.01


def test_advice_is_the_same_whichever_way_the_handling_was_given():
    """Throughput and lone duration say the same as the messages they stand for."""
    given_by_throughput = QueueSettings(as_throughput(CHAT))
    pd.testing.assert_frame_equal(
        advise_concurrency("live", LIVE, 60.0).curve,
        advise_concurrency("live", given_by_throughput, 60.0).curve,
    )


def test_a_saving_of_one_in_a_hundred_is_not_worth_more_at_once():
    """Every further conversation costs the rep attention, so a gain must be worth it."""
    curve = pd.DataFrame(
        {
            "concurrency": [1, 2, 3, 4],
            "pick_up": [300.0, 101, 100, 99.5],
            "first_reply": [3, 2, 2, 1],
        }
    )
    advice = ConcurrencyAdvice("q", 1.0, 2, "pick_up", curve)
    assert advice.recommended("pick_up") == 2
    assert advice.recommended("first_reply") == 4


def test_a_reply_that_cannot_be_written_in_time_is_left_open_or_refused():
    """By pick-up the queue can be staffed; the first replies are then not known, not zero."""
    slow = replace(CHAT, writing_minutes=5.0)
    by_pick_up = QueueSettings(slow, ServicePolicy(clock="pick_up"))
    found = advise_concurrency("live", by_pick_up, 10.0)
    assert found.curve["first_reply"].isna().all()
    assert found.recommended("first_reply") is None
    assert found.recommended("pick_up") is not None
    with pytest.raises(InputError, match="out of reach"):
        advise_concurrency("live", QueueSettings(slow), 10.0)


def test_levels_translate_messages_by_hand():
    """One at a time: 8 messages of 0.75 min and 7 answers of 4 min are 34 min, 6 min of hands."""
    table = level_table(CHAT).set_index("level")
    assert table.loc[1, "minutes"] == pytest.approx(34.0)
    assert table.loc[1, "conversations_per_hour"] == pytest.approx(60 / 34)
    assert table.loc[1, "hands_busy"] == pytest.approx(6 / 34)
    assert ceiling_per_hour(CHAT) == pytest.approx(10.0)
    assert table.index.tolist() == [1, 2, 3, 4]


@given(handlings)
@few
def test_levels_come_near_the_ceiling_and_never_beyond(handling):
    """Hands busy are throughput over the ceiling, and each conversation takes longer."""
    table = level_table(handling)
    shares = table["conversations_per_hour"] / ceiling_per_hour(handling)
    assert shares.to_numpy() == pytest.approx(table["hands_busy"].to_numpy())
    assert (table["hands_busy"] <= 1 + 1e-12).all()
    assert (table["minutes"].diff().dropna() >= -1e-9).all()


def test_the_pace_of_live_is_the_product_of_its_promise_and_its_conversations():
    """A planner must see which of the two makes live slower."""
    found = relative_pace("live", {"live": LIVE, "inbox": INBOX}, 60.0)
    assert found is not None
    assert found.beside == "inbox"
    assert 0 < found.ratio < 1
    assert found.ratio == pytest.approx(found.by_conversations * found.by_promise)
    assert found.by_promise < 1


def test_the_same_conversations_differ_by_promise_alone():
    """Live and inbox with equal handling: nothing is left for the conversations to explain."""
    same = replace(INBOX, handling=CHAT)
    found = relative_pace("live", {"live": LIVE, "inbox": same}, 60.0)
    assert found is not None
    assert found.by_conversations == pytest.approx(1.0)


def test_there_is_no_pace_without_a_faster_queue():
    """A single queue, or the fastest one, is measured by nothing."""
    assert relative_pace("live", {"live": LIVE}, 60.0) is None
    assert relative_pace("inbox", {"live": LIVE, "inbox": INBOX}, 60.0) is None
