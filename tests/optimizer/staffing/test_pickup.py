"""The wait for pick-up agrees with the exact chain of the customer's place in the queue."""

import numpy as np
import pytest
from scipy.linalg import expm

from optimizer.staffing.across import gain_across
from optimizer.staffing.first_reply import PICK_UP
from optimizer.staffing.pickup import (
    Line,
    after_change,
    picked_up_ever,
    picked_up_within,
    still_waiting,
)

SIZE = 30
FEW, MANY = Line(3, 4, 2.0, 0.05), Line(5, 4, 3.4, 0.05)


def places(line):
    """Return the generator of a place in the queue; the last two states: picked up, gone."""
    matrix = np.zeros((SIZE + 2, SIZE + 2))
    for ahead in range(SIZE):
        to = ahead - 1 if ahead else SIZE
        matrix[ahead, to] = line.capacity + ahead * line.abandonment
        matrix[ahead, SIZE + 1] += line.abandonment
    return matrix - np.diag(matrix.sum(axis=1))


def across(lines, step, until, within, size=SIZE):
    """Return how likely pick-up in time is when it may take until after a change of staff."""
    gain = gain_across(lines, (step,) * (len(lines) - 1), (until,), within, size, PICK_UP)[:, 0]
    return picked_up_within(lines[0], [within], size)[0] + gain


@pytest.mark.parametrize("minutes", [0.5, 2.0, 10.0])
def test_pick_up_in_time_is_that_of_the_chain_of_places(minutes):
    """The closed form by the beta function is the matrix exponential."""
    exact = expm(minutes * places(FEW))[:SIZE, SIZE]
    np.testing.assert_allclose(picked_up_within(FEW, [minutes], SIZE)[0], exact, atol=1e-10)


def test_who_waits_for_ever_is_picked_up_or_leaves():
    """Without end the closed form is the chance to be picked up before patience ends."""
    np.testing.assert_allclose(
        picked_up_within(FEW, [1e5], SIZE)[0], picked_up_ever(FEW, SIZE), atol=1e-10
    )


@pytest.mark.parametrize(("before", "after"), [(FEW, MANY), (MANY, FEW)])
def test_a_change_of_staff_on_the_way_cuts_the_chain_in_two(before, after):
    """Joiners' slots take the first of the queue; leavers leave the queue as it is."""
    until, within = 0.7, 2.0
    joined = 4 * max(after.reps - before.reps, 0)
    later = expm((within - until) * places(after))[:SIZE, SIZE]
    terminal = np.concatenate([after_change(later, joined, SIZE), [1.0, 0.0]])
    exact = (expm(until * places(before)) @ terminal)[:SIZE]
    answer = across((before, after), 60.0, until, within)
    # Who would have more ahead than the chain tells apart is treated alike: leave those out.
    np.testing.assert_allclose(answer[:20], exact[:20], atol=1e-8)


def test_a_promise_over_several_intervals_meets_several_changes():
    """Twelve minutes in steps of five see two changes: the recursion is a product of chains."""
    lines = (FEW, Line(3, 4, 2.0, 0.05), Line(2, 4, 1.6, 0.05), MANY)
    until, within, step = 3.0, 12.0, 5.0
    # Three minutes here, five in the next interval, four in the third: the last change is not met.
    last = expm(4.0 * places(lines[2])) @ np.concatenate([np.zeros(SIZE), [1.0, 0.0]])
    second = expm(step * places(lines[1])) @ last
    exact = (expm(until * places(FEW)) @ second)[:SIZE]
    answer = across(lines, step, until, within)
    np.testing.assert_allclose(answer[:20], exact[:20], atol=1e-8)


def test_long_queues_by_implicit_steps_agree_with_the_closed_form(monkeypatch):
    """Where too many wait for the closed form, the steps give the same within a thousandth."""
    quick, worth = Line(10, 4, 30.0, 0.05), np.linspace(1, 0, 64)
    exact = still_waiting(quick, 1.3, worth)
    monkeypatch.setattr("optimizer.staffing.pickup._MOST_PLACES", 10)
    np.testing.assert_allclose(still_waiting(quick, 1.3, worth), exact, atol=2e-3)


def test_joiners_take_the_first_of_the_queue():
    """Four empty slots pick up four; who was fifth is then first."""
    values = np.array([0.9, 0.8, 0.7])
    assert after_change(values, 4, 9).tolist() == [1, 1, 1, 1, 0.9, 0.8, 0.7, 0.7, 0.7]
    assert after_change(values, 0, 2).tolist() == [0.9, 0.8]
    assert after_change(values, 5, 3).tolist() == [1, 1, 1]


def test_nobody_picks_up_when_nobody_is_there():
    """Without slots there is no pick-up, and no time to divide by."""
    nobody = Line(0, 4, 0.0, 0.1)
    assert picked_up_within(nobody, [5.0], 3).tolist() == [[0, 0, 0]]
    assert picked_up_ever(nobody, 3).tolist() == [0, 0, 0]
