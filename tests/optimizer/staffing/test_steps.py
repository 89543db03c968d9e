"""A change of staff moves conversations, not probability, and leaves the queue alone."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from optimizer.staffing.steps import change_reps

few = settings(
    derandomize=True, deadline=None, max_examples=60, phases=[Phase.explicit, Phase.generate]
)


@few
@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(1, 60), st.randoms())
def test_no_probability_is_lost(before, after, concurrency, size, random):
    """Whatever the load, it is somewhere after the change."""
    load = np.array([0.01 + random.random() for _ in range(max(size, before * concurrency + 1))])
    load /= load.sum()
    changed = change_reps(load, before, after, concurrency)
    assert changed.sum() == pytest.approx(1.0)
    assert (changed >= 0).all()


@pytest.mark.parametrize(("before", "after", "n"), [(4, 3, 6), (5, 2, 7), (3, 1, 4), (3, 0, 5)])
def test_leavers_take_what_a_random_draw_takes(before, after, n):
    """Enumerate who leaves a balanced floor and count what those who stay hold."""
    held = [n // before + (rep < n % before) for rep in range(before)]
    expected = np.zeros(n + 1)
    stays = list(combinations(range(before), after))
    for stay in stays:
        expected[sum(held[rep] for rep in stay)] += 1 / len(stays)
    load = np.zeros(n + 1)
    load[n] = 1.0
    np.testing.assert_allclose(change_reps(load, before, after, 4), expected, atol=1e-12)


def test_the_queue_stays_when_full_reps_leave():
    """Five wait for three reps of two slots: one leaves with two, and five still wait."""
    load = np.zeros(12)
    load[3 * 2 + 5] = 1.0
    changed = change_reps(load, 3, 2, 2)
    assert changed[2 * 2 + 5] == 1.0


def test_joiners_start_empty():
    """More reps do not change how many conversations there are."""
    load = np.array([0.2, 0.5, 0.3])
    assert change_reps(load, 1, 4, 2) is load


def test_half_of_a_huge_floor_leaves_with_half_of_what_is_open():
    """Ten conversations with a million reps: who leaves takes each of them with probability 1/2."""
    load = np.zeros(11)
    load[10] = 1.0
    changed = change_reps(load, 1_000_000, 500_000, 4)
    np.testing.assert_allclose(changed, binom.pmf(np.arange(11), 10, 0.5), atol=1e-5)


def test_the_draw_from_a_large_floor_is_hypergeometric():
    """3,000 of 9,000 leave when 5,000 are above balance: only likely numbers are told apart."""
    load = np.zeros(5001)
    load[5000] = 1.0
    changed = change_reps(load, 9000, 6000, 4)
    np.testing.assert_allclose(
        changed, hypergeom.pmf(np.arange(5001), 9000, 5000, 6000), atol=1e-10
    )
