"""The ends of shifts: who takes what, who works on, and what a simulation of every message says."""

import numpy as np
import pytest

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.drain import drain
from optimizer.staffing.leaving import KEEP, Leaving, pieces_of, winding_down_in
from optimizer.staffing.simulation import simulate
from optimizer.staffing.simulation_draws import Practice, Work
from optimizer.staffing.simulation_run import Conditions

CHAT = Handling(4, 7.0, 1.1, 3.0, 12.0)
VOLUME = np.array([70.0, 110, 110, 90, 60])
REPS = np.array([14, 22, 20, 17, 12])
SHARES = ["pick_up", "first_reply", "follow_up", "abandonment", "hands_busy", "slots_busy"]


def takers(reps, minutes, leaving):
    return [
        (piece.interval, piece.minutes, piece.takers)
        for piece in pieces_of(np.array(reps), minutes, leaving)
    ]


def test_who_keeps_takes_until_the_end():
    """One piece each."""
    assert takers([3, 2, 4], 60.0, KEEP) == [(0, 60, 3), (1, 60, 2), (2, 60, 4)]


def test_who_winds_down_takes_nothing_new_in_the_last_minutes():
    """One of three leaves at the first hour's end; nobody leaves after it."""
    found = takers([3, 2, 4], 60.0, Leaving("wind_down", 15.0))
    assert found == [(0, 45, 3), (0, 15, 2), (1, 45, 2), (1, 15, 2), (2, 45, 4), (2, 15, 4)]


def test_winding_down_may_take_longer_than_an_interval():
    """Of quarters: who leaves at 45 minutes stops at 15, and half an hour lies in two of them."""
    assert takers([3, 3, 3, 1], 15.0, Leaving("wind_down", 30.0)) == [
        (0, 15, 3),
        (1, 15, 1),
        (2, 15, 1),
        (3, 15, 1),
    ]
    assert winding_down_in(1, 15.0, 30.0) == [(2, 0.5), (3, 0.5)]
    assert winding_down_in(0, 60.0, 15.0) == [(1, 1.0)]


def test_time_is_spent_before_or_after_the_minutes_looked_at():
    """What a rep drains in 20 minutes and after them is what it drains in all."""
    all_of_it, later = drain(CHAT), drain(CHAT, 20.0)
    whole = drain(CHAT, 1e5)
    np.testing.assert_allclose(whole.after, 0, atol=1e-6)
    assert (later.after < all_of_it.after)[1:].all()
    assert (later.hands <= 20 + 1e-9).all()
    # Hands write what is left of each conversation: seven messages, the one under way among them.
    np.testing.assert_allclose(whole.hands, np.arange(5) * 7 * 1.1, rtol=1e-6)


@pytest.mark.parametrize(
    "leaving",
    [Leaving("keep"), Leaving("hand_back"), Leaving("wind_down", 15), Leaving("wind_down", 40)],
)
def test_ends_of_shifts_are_as_simulated(leaving):
    """Both know nothing of each other; 60 days leave a point and three minutes of noise."""
    practice = Practice(shift_end=leaving.shift_end, wind_down_minutes=leaving.wind_down_minutes)
    work = Work(4, 7.0, 1.1, 3.0, 12.0)
    found = simulate(VOLUME, REPS, Conditions(work, 60, 180, practice), 60, seed=2).table
    predicted = evaluate(VOLUME, REPS, 60, CHAT, 180, leaving=leaving)
    for column in SHARES:
        missed = np.abs(found[column].to_numpy() - predicted[column].to_numpy())
        assert np.average(missed, weights=VOLUME) < 0.02, column
    left = np.array([2, 3, 4])
    apart = found["overrun_minutes"].to_numpy() - predicted["overrun_minutes"].to_numpy()
    assert np.abs(apart[left]).mean() < 4.0
    assert predicted["overrun_minutes"].notna().to_numpy().nonzero()[0].tolist() == left.tolist()


def test_who_hands_back_goes_at_once_and_the_others_have_more_to_do():
    """What leavers keep is off the floor; what they hand back waits for those who stay."""
    keep, back = (
        evaluate(VOLUME, REPS, 60, CHAT, 180, leaving=Leaving(end)) for end in ("keep", "hand_back")
    )
    assert (back["overrun_minutes"].dropna() == 0).all()
    assert (keep["overrun_minutes"].dropna() > 10).all()
    assert (back["hands_busy"][2:] > keep["hands_busy"][2:]).all()


@pytest.mark.parametrize("spread", [0.7, 2.0])
def test_who_leaves_works_on_as_simulated_when_customers_reply_unevenly(spread):
    """Long replies that are under way keep leavers: four minutes more for a spread of 2."""
    volume, reps = np.array([60.0, 180.0, 60.0]), np.array([12, 34, 12])
    handling = Handling(4, 7.0, 1.1, 3.0, 12.0, customer_reply_cv=spread)
    work = Work(4, 7.0, 1.1, 3.0, 12.0, customer_reply_cv=spread)
    found = simulate(volume, reps, Conditions(work, 60, 180, Practice()), 60, seed=5).table
    told = evaluate(volume, reps, 60, handling, 180)["overrun_minutes"][2]
    noise = found["overrun_minutes_se"][2]
    assert told == pytest.approx(found["overrun_minutes"][2], abs=1 + 2 * noise)
    assert 1 + 2 * noise < 4
