"""A window of a long period asks for the same as the whole with everything else as it is."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import optimizer.tours.windows as module
from optimizer.solver import SolverSettings
from optimizer.tours.engine import solve
from optimizer.tours.pardon import pardoned
from optimizer.tours.pricing import Pricing
from optimizer.tours.week import DAY, OFF
from optimizer.tours.windows import window_of, windows_of
from tests.optimizer.tours.toy_weeks import least_cost, obeys, roster_cost, toy_weeks


@pytest.fixture(autouse=True, scope="module")
def _weeks_of_days():
    before, module.SHORTEST = module.SHORTEST, 1
    yield
    module.SHORTEST = before


def possible(problem, rep):
    """Every tour that a rep may work, and what it costs; rules that must hold do."""
    view = problem.views[problem.crew.view[rep]]
    choices = [(OFF, *np.flatnonzero(view.day == day)) for day in range(problem.days)]
    tours = np.array([tour for tour in product(*choices) if obeys(problem, rep, tour)])
    reps = np.full(len(tours), rep)
    is_kept = np.isfinite(problem.rule_costs(reps, tours))
    return tours[is_kept], problem.tour_costs(reps, tours)[is_kept]


def drawn(problem, random):
    """A roster of tours drawn from all of them."""
    known = [possible(problem, rep)[0] for rep in range(problem.crew.size)]
    return np.array([tours[random.integers(len(tours))] for tours in known])


def usable(problem):
    return problem if Pricing(problem).is_possible else pardoned(problem)


@given(toy_weeks(), st.integers(0, 10**6))
@settings(max_examples=120, deadline=None)
def test_the_best_tour_of_a_window_is_the_best_beside_the_rest(problem, seed):
    """What a rep gains at random prices is what the enumeration of whole tours says."""
    problem, random = usable(problem), np.random.default_rng(seed)
    tours = drawn(problem, random)
    reps = np.arange(problem.crew.size)
    worth = random.normal(2, 4, problem.cover.cells)
    for days in windows_of(problem.week):
        window = window_of(problem, tours, days)
        part = window.taken(tours)
        cells = problem.cover.part(_reached(problem, window), problem.covered(tours)[0] * 0).cells
        own = window.problem.tour_costs(reps, part)
        own -= window.problem.covered(part) @ worth[cells]
        best, chosen = Pricing(window.problem).best_tours(worth[cells][None], reps)
        outside = np.ones(problem.days, dtype=bool)
        outside[days] = False
        whole = problem.tour_costs(reps, tours) - problem.covered(tours) @ worth
        for rep in reps:
            others, costs = possible(problem, rep)
            same = (others[:, outside] == tours[rep, outside]).all(axis=1)
            values = costs[same] - problem.covered(others[same]) @ worth
            assert best[rep] - own[rep] == pytest.approx(values.min() - whole[rep], abs=1e-5)
        assert np.isfinite(problem.rule_costs(reps, window.put(chosen, tours))).all()


@given(toy_weeks(), st.integers(0, 10**6))
@settings(max_examples=120, deadline=None)
def test_a_roster_of_a_window_costs_the_same_in_the_whole(problem, seed):
    """Up to one constant for all rosters of the window, cover included."""
    problem, random = usable(problem), np.random.default_rng(seed)
    tours = drawn(problem, random)
    reps = np.arange(problem.crew.size)
    for days in windows_of(problem.week):
        window = window_of(problem, tours, days)
        pricing = Pricing(window.problem)
        differences = []
        for _ in range(4):
            worth = random.normal(2, 4, (len(reps), window.problem.cover.cells))
            part = pricing.best_tours(worth, reps)[1]
            differences.append(window.problem.cost(part) - problem.cost(window.put(part, tours)))
        assert differences == pytest.approx([differences[0]] * 4, abs=1e-5)


@given(toy_weeks(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_what_lies_ahead_is_what_the_weeks_after_will_cost(problem, seed):
    """The first window, with the costs foreseen after it, has the best whole tour's cost.

    What lies ahead in any case is not part of the window's. Rest over the boundary is not foreseen,
    so no shift here needs any, nor are bounds on the hours of the period.
    """
    views = tuple(replace(view, free=np.minimum(view.free, DAY)) for view in problem.views)
    problem = replace(problem, views=views, period=None)
    random = np.random.default_rng(seed)
    cuts, pricing = windows_of(problem.week), Pricing(problem)
    assume(len(cuts) > 1 and pricing.is_possible)
    worth = random.normal(2, 4, problem.cover.cells)
    ahead = pricing.ahead(worth, [cuts[1].start])[0]
    tours = np.full((problem.crew.size, problem.days), OFF)
    window = window_of(problem, tours, cuts[0], ahead)
    cells = problem.cover.part(_reached(problem, window), problem.covered(tours)[0]).cells
    reps = np.arange(problem.crew.size)
    foreseen = Pricing(window.problem).best_tours(worth[cells][None], reps)[0]
    in_any_case = ahead.min(axis=1)
    assert foreseen + in_any_case == pytest.approx(pricing.best_tours(worth[None], reps)[0])


def _reached(problem, window):
    """The intervals that the window's cells are of."""
    count = problem.cover.intervals
    first, last = problem.shifts.first[window.shifts], problem.shifts.last[window.shifts]
    cells = {cell for one, end in zip(first, last, strict=True) for cell in range(one, end)}
    return np.array(sorted({cell % count for cell in cells}), dtype=np.int64)


@given(toy_weeks())
@settings(max_examples=60, deadline=None)
def test_a_period_rostered_window_by_window_is_judged_as_a_whole(problem):
    """Its bound is below the least cost of all rosters, and its cost is that of its tours."""
    result = solve(problem, SolverSettings(gap=0.0, time_limit_seconds=5))
    least = least_cost(problem)
    assert result.bound <= least + 1e-6
    assert result.objective >= least - 1e-6
    assert result.objective == pytest.approx(roster_cost(problem, result.assignment))
