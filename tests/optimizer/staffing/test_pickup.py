"""The wait for pick-up agrees with the exact chain of the customer's place in the queue."""

import numpy as np
import pytest
from scipy.linalg import expm

from optimizer.staffing.pickup import (
    Line,
    after_change,
    picked_up_across,
    picked_up_ever,
    picked_up_within,
)

SIZE = 30
FEW, MANY = Line(12, 2.0, 0.05), Line(20, 3.4, 0.05)


def places(line):
    """Return the generator of a place in the queue; the last two states: picked up, gone."""
    matrix = np.zeros((SIZE + 2, SIZE + 2))
    for ahead in range(SIZE):
        to = ahead - 1 if ahead else SIZE
        matrix[ahead, to] = line.capacity + ahead * line.abandonment
        matrix[ahead, SIZE + 1] += line.abandonment
    return matrix - np.diag(matrix.sum(axis=1))


@pytest.mark.parametrize("minutes", [0.5, 2.0, 10.0])
def test_pick_up_in_time_is_that_of_the_chain_of_places(minutes):
    """The closed form by the beta function is the matrix exponential."""
    exact = expm(minutes * places(FEW))[:SIZE, SIZE]
    np.testing.assert_allclose(picked_up_within(FEW, minutes, SIZE), exact, atol=1e-10)


def test_who_waits_for_ever_is_picked_up_or_leaves():
    """Without end the closed form is the chance to be picked up before patience ends."""
    np.testing.assert_allclose(
        picked_up_within(FEW, 1e5, SIZE), picked_up_ever(FEW, SIZE), atol=1e-10
    )


@pytest.mark.parametrize(("before", "after"), [(FEW, MANY), (MANY, FEW)])
def test_a_change_of_staff_on_the_way_cuts_the_chain_in_two(before, after):
    """Joiners' slots take the first of the queue; leavers leave the queue as it is."""
    until, within = 0.7, 2.0
    joined = max(after.slots - before.slots, 0)
    later = expm((within - until) * places(after))[:SIZE, SIZE]
    terminal = np.concatenate([after_change(later, joined, SIZE), [1.0, 0.0]])
    exact = (expm(until * places(before)) @ terminal)[:SIZE]
    across = picked_up_across((before, after), 60.0, (until,), within, SIZE)[:, 0]
    # Who would have more ahead than the chain tells apart is treated alike: leave those out.
    np.testing.assert_allclose(across[:20], exact[:20], atol=1e-8)


def test_a_promise_over_several_intervals_meets_several_changes():
    """Twelve minutes in steps of five see two changes: the recursion is a product of chains."""
    lines = (FEW, Line(12, 2.0, 0.05), Line(10, 1.6, 0.05), MANY)
    until, within, step = 3.0, 12.0, 5.0
    # Three minutes here, five in the next interval, four in the third: the last change is not met.
    last = expm(4.0 * places(lines[2])) @ np.concatenate([np.zeros(SIZE), [1.0, 0.0]])
    second = expm(step * places(lines[1])) @ last
    exact = (expm(until * places(FEW)) @ second)[:SIZE]
    across = picked_up_across(lines, step, (until,), within, SIZE)[:, 0]
    np.testing.assert_allclose(across[:20], exact[:20], atol=1e-8)


def test_long_waits_by_implicit_steps_agree_with_uniformisation():
    """Where too many move up for uniformisation, the steps give the same within a thousandth."""
    quick = Line(40, 30.0, 0.05)
    slow = Line(44, 33.0, 0.05)
    size = 64
    halves = picked_up_across((quick, slow), 60.0, (13.0, 13.4), 14.0, size)
    matrix = np.zeros((size + 1, size + 1))
    for ahead in range(size):
        matrix[ahead, ahead - 1 if ahead else size] = 30.0 + ahead * 0.05
        matrix[ahead, ahead] = -(30.0 + ahead * 0.05) - 0.05
    for column, until in enumerate((13.0, 13.4)):
        later = picked_up_within(slow, 14.0 - until, size)
        terminal = np.append(after_change(later, 4, size), 1.0)
        exact = (expm(until * matrix) @ terminal)[:size]
        np.testing.assert_allclose(halves[:, column], exact, atol=2e-3)


def test_joiners_take_the_first_of_the_queue():
    """Four empty slots pick up four; who was fifth is then first."""
    values = np.array([0.9, 0.8, 0.7])
    assert after_change(values, 4, 9).tolist() == [1, 1, 1, 1, 0.9, 0.8, 0.7, 0.7, 0.7]
    assert after_change(values, 0, 2).tolist() == [0.9, 0.8]
    assert after_change(values, 5, 3).tolist() == [1, 1, 1]


def test_nobody_picks_up_when_nobody_is_there():
    """Without slots there is no pick-up, and no time to divide by."""
    nobody = Line(0, 0.0, 0.1)
    assert picked_up_within(nobody, 5.0, 3).tolist() == [0, 0, 0]
    assert picked_up_ever(nobody, 3).tolist() == [0, 0, 0]
