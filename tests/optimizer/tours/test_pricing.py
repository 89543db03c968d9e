"""The pricing programme against every tour of a toy, and the bound against every roster."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.tours.bound import cost_step, lagrangian, rounded_up
from optimizer.tours.pardon import pardoned
from optimizer.tours.pricing import Pricing
from tests.optimizer.tours.toy_weeks import (
    all_tours,
    least_cost,
    tour_cost,
    tour_cover,
    toy_weeks,
)


def drawn_prices(problem, seed, lines):
    """Prices of rows that the columns allow, a line each."""
    random = np.random.default_rng(seed)
    drawn = random.uniform(-2, 12, (lines, len(problem.cover.sides)))
    return np.array([problem.cover.within(line) for line in drawn])


def with_a_way(problem):
    """The problem, or the one in which rules may be broken where nobody could keep them."""
    return problem if Pricing(problem).is_possible else pardoned(problem)


@given(toy_weeks(), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_each_rep_gets_the_cheapest_of_all_their_tours(problem, seed):
    """Rest, hours, days, availability and contract bind as they do one by one."""
    problem, reps = with_a_way(problem), np.arange(problem.crew.size)
    worth = np.array([problem.cover.worth(line) for line in drawn_prices(problem, seed, len(reps))])
    costs, tours = Pricing(problem).best_tours(worth, reps)
    for rep, (cost, tour) in enumerate(zip(costs, tours, strict=True)):
        value = {
            one: tour_cost(problem, rep, one) - tour_cover(problem, one) @ worth[rep]
            for one in all_tours(problem, rep)
        }
        assert tuple(tour) in value
        assert np.isclose(cost, min(value.values()))
        assert np.isclose(cost, value[tuple(tour)])


@given(toy_weeks(most_reps=2), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_bound_is_never_above_the_cheapest_roster(problem, seed):
    """At any prices of rows, rounded up to the grid of costs or not."""
    problem, least = with_a_way(problem), least_cost(problem)
    reps = np.arange(problem.crew.size)
    prices = drawn_prices(problem, seed, 1)
    costs, _ = Pricing(problem).best_tours(problem.cover.worth(prices[0])[None], reps)
    bound = lagrangian(problem, prices[0], costs)
    assert bound <= least + 1e-9
    step = cost_step(problem)
    assert step > 0
    assert rounded_up(bound, step) <= least + 1e-9
    assert np.isclose(least / step, round(least / step))


def test_a_bound_on_the_grid_stays_there():
    """Arithmetic that lands just above a multiple does not lift the bound by a step."""
    assert rounded_up(1594.00000001, 1.0) == 1594.0
    assert rounded_up(1594.1, 1.0) == 1595.0
    assert rounded_up(10.0, 0.0) < 10.0
