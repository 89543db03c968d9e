"""The staffing model keeps to known formulae, to its own laws, and to what every chain owes."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.passage import Carry

few = settings(
    derandomize=True, deadline=None, max_examples=40, phases=[Phase.explicit, Phase.generate]
)
CALL = Handling(1, rep_messages=1, writing_minutes=6, customer_reply_minutes=0, patience_minutes=10)
CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)

handlings = st.builds(
    Handling,
    concurrency=st.integers(1, 8),
    rep_messages=st.floats(1, 20),
    writing_minutes=st.floats(0.05, 8),
    customer_reply_minutes=st.floats(0, 60),
    patience_minutes=st.floats(0.5, 300),
)
days = st.lists(st.tuples(st.floats(0, 60), st.integers(0, 12)), min_size=1, max_size=6)


def erlang_a(arrivals, service, patience_rate, reps, within):
    """Solve the stationary M/M/s+M queue by brute force and integrate the wait numerically.

    Garnett, Mandelbaum and Reiman 2002, https://doi.org/10.1287/msom.4.3.208.7753.
    """
    size = 400
    n = np.arange(size)
    deaths = np.minimum(n, reps) * service + np.maximum(n - reps, 0) * patience_rate
    logs = np.concatenate([[0.0], np.cumsum(np.log(arrivals / deaths[1:]))])
    load = np.exp(logs - logs.max())
    load /= load.sum()
    abandonment = load @ (np.maximum(n - reps, 0) * patience_rate) / arrivals
    picked_up = load[:reps].sum()
    # Who finds q ahead waits for q + 1 moves: follow the pure-death chain in small explicit steps.
    ahead = np.arange(size - reps)
    moves = reps * service + ahead * patience_rate
    value = np.zeros(size - reps)
    steps = 40_000
    for _ in range(steps):
        ahead_of = np.concatenate([[1.0], value[:-1]])
        value = value + within / steps * (moves * (ahead_of - value) - patience_rate * value)
    return picked_up + load[reps:] @ value, abandonment


def test_one_at_a_time_is_erlang_a():
    """With exponential calls, one at once, the model is the M/M/s+M queue, which is known."""
    settled = evaluate(np.full(40, 55.0), np.full(40, 6), 60, CALL, 120).iloc[-2]
    pick_up, abandonment = erlang_a(55 / 60, 1 / 6, 1 / 10, 6, 2.0)
    assert settled["pick_up"] == pytest.approx(pick_up, abs=2e-4)
    assert settled["abandonment"] == pytest.approx(abandonment, abs=1e-6)
    assert settled["hands_busy"] == pytest.approx(55 / 60 * (1 - abandonment) / (6 / 6), abs=1e-6)


def test_endless_patience_is_erlang_c():
    """Erlang 1917: 5.5 Erlang on 8 reps, P(wait) C and P(wait <= t) = 1 - C exp(-(s - a) t / h)."""
    load, reps = 5.5, 8
    blocking = 1.0
    for count in range(1, reps + 1):
        blocking = 1 / (1 + count / load / blocking)
    waits = blocking / (1 - load / reps * (1 - blocking))
    patient = Handling(1, 1, 6.0, 0.0, patience_minutes=1e7)
    settled = evaluate(np.full(60, load * 10), np.full(60, reps), 60, patient, 90).iloc[-1]
    expected = 1 - waits * math.exp(-(reps - load) * 1.5 / 6)
    assert settled["pick_up"] == pytest.approx(expected, abs=1e-4)
    assert settled["hands_busy"] == pytest.approx(load / reps, abs=1e-4)


def test_no_patience_is_erlang_b():
    """Who leaves at once when all slots are taken is lost: Erlang's loss formula, for any calls."""
    load, reps = 4.0, 6
    blocking = 1.0
    for count in range(1, reps + 1):
        blocking = 1 / (1 + count / load / blocking)
    hasty = Handling(1, 1, 6.0, 0.0, patience_minutes=1e-4)
    settled = evaluate(np.full(40, load * 10), np.full(40, reps), 60, hasty, 60).iloc[-1]
    assert settled["pick_up"] == pytest.approx(1 - blocking, abs=1e-4)


def test_hands_without_writing_are_as_many_slots():
    """When writing takes next to no time nobody slows down: K at once are K reps at one each."""
    quick = Handling(5, 10, 1e-6, 3.0 / 0.9, patience_minutes=8)
    single = Handling(1, 10, 1e-6, 3.0 / 0.9, patience_minutes=8)
    volume = np.array([30.0, 40.0, 25.0, 10.0])
    at_once = evaluate(volume, [3] * 4, 60, quick, 60)
    apart = evaluate(volume, [15] * 4, 60, single, 60)
    np.testing.assert_allclose(at_once["pick_up"], apart["pick_up"], atol=1e-5)
    np.testing.assert_allclose(at_once["slots_busy"], apart["slots_busy"], atol=1e-5)


@few
@given(days, handlings, st.floats(0, 4000), st.sampled_from([15, 30, 60]))
def test_shares_are_shares_whatever_comes(day, handling, within, minutes):
    """Nothing that a planner can type leads to a share outside 0 to 1, or to none at all."""
    volume, reps = zip(*day, strict=True)
    table = evaluate(volume, reps, minutes, handling, within)
    always = table.drop(columns=["follow_up", "overrun_minutes"])
    assert np.isfinite(always.to_numpy()).all()
    assert (
        table["follow_up"].notna() == ((np.asarray(reps) > 0) & (handling.rep_messages > 1))
    ).all()
    shares = (
        always.drop(columns="waiting").assign(follow_up=table["follow_up"].fillna(0)).to_numpy()
    )
    assert (table["first_reply"] <= table["pick_up"] + 1e-6).all()
    assert (shares >= 0).all()
    assert (shares <= 1).all()
    assert (table["pick_up"] + table["abandonment"] <= 1 + 3e-3).all()


@few
@given(days, handlings)
def test_waiting_longer_is_in_time_more_often(day, handling):
    """A promise of more time is kept at least as often, and for ever is whoever stays."""
    volume, reps = zip(*day, strict=True)
    shares = [evaluate(volume, reps, 30, handling, within)["pick_up"] for within in (0, 60, 2400)]
    for shorter, longer in itertools.pairwise(shares):
        assert (longer >= shorter - 5e-3).all()


@few
@given(st.floats(0.5, 60), st.integers(1, 10), handlings)
def test_a_further_rep_never_hurts_who_arrives_first(volume, reps, handling):
    """From an empty floor, more reps pick up more and write less each."""
    one, more = (
        evaluate([volume], [count], 60, handling, 90).iloc[0] for count in (reps, reps + 1)
    )
    assert more["pick_up"] >= one["pick_up"] - 1e-4
    assert more["abandonment"] <= one["abandonment"] + 1e-4
    assert more["hands_busy"] <= one["hands_busy"] + 1e-4


def test_the_past_does_not_depend_on_what_is_far_ahead():
    """An hour's service knows only who stays while its contacts may still be picked up."""
    volume = [30.0] * 6
    short = evaluate(volume, [6, 5, 6, 7, 7, 7], 60, CHAT, 120)
    changed = evaluate(volume, [6, 5, 6, 7, 1, 20], 60, CHAT, 120)
    np.testing.assert_array_equal(short["pick_up"][:3], changed["pick_up"][:3])


def test_steps_of_intervals_do_not_matter_while_nothing_changes():
    """An hour of constant rate and staff is four quarters of it."""
    quarters = evaluate([10.0] * 16, [5] * 16, 15, CHAT, 100)
    hours = evaluate([40.0] * 4, [5] * 4, 60, CHAT, 100)
    pooled = quarters["pick_up"].to_numpy().reshape(4, 4).mean(axis=1)
    np.testing.assert_allclose(pooled, hours["pick_up"], atol=1e-3)


def test_nobody_on_duty_means_that_all_abandon():
    """Without reps and without any to come, patience ends for everyone."""
    table = evaluate([12.0, 12.0], [0, 0], 60, CHAT, 300)
    assert (table["pick_up"] == 0).all()
    assert table["abandonment"].to_numpy() == pytest.approx(1)
    assert (table[["hands_busy", "slots_busy"]] == 0).all(axis=None)
    # λ/θ (1 - exp(-θt)) wait after t minutes, 20 minutes being patience.
    assert table["waiting"].iloc[0] == pytest.approx(4 - 4 * 20 / 60 * (1 - math.exp(-3)), rel=1e-3)


def test_who_arrives_before_the_doors_open_is_picked_up_when_they_do():
    """Patience exp(-t/20) of the last ten minutes' arrivals meets reps at the start of the hour."""
    table = evaluate([12.0, 0.0], [0, 40], 60, CHAT, 600)
    expected = 20 / 60 * (1 - math.exp(-10 / 20))
    assert table["pick_up"].iloc[0] == pytest.approx(expected, abs=1e-4)


def test_a_floor_that_was_busy_serves_worse_than_an_empty_one():
    """Backlog and open conversations are carried over."""
    load = np.zeros(60)
    load[-1] = 1.0
    empty = evaluate([30.0], [6], 60, CHAT, 120)
    busy = evaluate([30.0], [6], 60, CHAT, 120, carry=Carry(6, load))
    assert busy["pick_up"].iloc[0] < empty["pick_up"].iloc[0] - 0.1


@pytest.mark.parametrize(
    ("volume", "reps", "words"),
    [
        ([1.0, 2.0], [1], "found 2 and 1"),
        ([], [], "found 0 and 0"),
        ([-1.0], [1], "volume must be"),
        ([math.nan], [1], "volume must be"),
        ([1.0], [-1], "reps must be"),
        ([1.0], [1.5], "reps must be"),
    ],
)
def test_numbers_that_cannot_be_are_refused(volume, reps, words):
    """A program that passes nonsense is told which."""
    with pytest.raises(ValueError, match=words):
        evaluate(volume, reps, 60, CHAT, 120)
