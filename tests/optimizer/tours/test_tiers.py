"""The price of what is missing: counted one by one, convex, and above every line that bounds it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.tours.tiers import OneTier, TwoTiers
from tests.optimizer.tours.toy_weeks import price_left


@st.composite
def covers(draw):
    """Three intervals, with one tier or two, and reps for their cells."""
    numbers = np.random.default_rng(draw(st.integers(0, 10**6)))
    under = numbers.choice([0.0, 2.0, 10.0], 3)
    if draw(st.booleans()):
        cover = OneTier(numbers.integers(0, 4, 3), under, numbers.choice([0.0, 1.0], 3))
    else:
        cover = TwoTiers(numbers.integers(0, 4, 3), numbers.integers(0, 3, 3), under)
    return cover, numbers.integers(0, 6, cover.cells), numbers


@given(covers())
def test_the_price_is_that_of_each_interval_added_up(drawn):
    """Arrays of rosters are priced as each of them alone."""
    cover, reps, _ = drawn
    assert np.isclose(cover.cost(reps), price_left(cover, reps))
    assert np.allclose(cover.cost(np.array([reps, reps])), price_left(cover, reps))


@given(covers())
def test_a_gain_is_what_one_rep_more_saves(drawn):
    """Exactly, in every cell."""
    cover, reps, _ = drawn
    for cell, gain in enumerate(cover.gains(reps)):
        more = reps.copy()
        more[cell] += 1
        assert np.isclose(gain, price_left(cover, reps) - price_left(cover, more))


@given(covers())
def test_allowed_prices_never_overstate_what_is_left(drawn):
    """U(p) is at least value less worth times p, whatever was asked for."""
    cover, reps, numbers = drawn
    prices = cover.within(numbers.uniform(-5, 15, len(cover.sides)))
    assert np.allclose(prices, cover.within(prices))
    line = cover.value(prices) - cover.worth(prices) @ reps
    assert line <= price_left(cover, reps) + 1e-9


@given(covers())
def test_the_columns_price_what_is_left(drawn):
    """The cheapest way to meet the rows with the columns alone is the price."""
    from scipy.optimize import linprog

    cover, reps, _ = drawn
    slacks = cover.slacks
    matrix = np.zeros((len(cover.sides), len(slacks.costs)))
    columns = np.searchsorted(slacks.begins, np.arange(len(slacks.rows)), side="right") - 1
    matrix[slacks.rows, columns] = slacks.entries
    answer = linprog(slacks.costs, A_eq=matrix, b_eq=cover.sides - cover.to_rows(reps))
    assert np.isclose(answer.fun, price_left(cover, reps))
