"""The roster engine against enumeration, an independent recount, and its own promises."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.report import SolveStatus
from optimizer.solver import Cancellation, SolverSettings
from optimizer.tours import engine
from optimizer.tours.bound import cost_step
from optimizer.tours.exchange import exchange
from optimizer.tours.pardon import BEYOND_ALL, units_broken
from optimizer.tours.polish import Draft
from optimizer.tours.week import OFF, Crew
from tests.benchmarks.roster_weeks import WeekSettings, draw_week
from tests.optimizer.tours.toy_weeks import (
    all_tours,
    least_cost,
    obeys,
    roster_cost,
    tour_cost,
    toy_weeks,
)

TO_THE_END = SolverSettings(time_limit_seconds=600, gap=0.0)
SHORT = 8  # rounds of polish: a toy's best roster is found in the first


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Toys need no patience."""
    monkeypatch.setattr(engine, "PATIENCE", SHORT)


@given(toy_weeks())
@settings(max_examples=60, deadline=None)
def test_bound_optimum_and_roster_stand_in_this_order(problem):
    """Every roster of a toy is tried: none is below the bound, and the engine's is one of them."""
    result = engine.solve(problem, TO_THE_END)
    least = least_cost(problem)
    assert result.bound <= least + 1e-6
    assert least <= result.objective + 1e-6
    assert np.isclose(result.objective, roster_cost(problem, result.assignment))
    for rep, tour in enumerate(result.assignment):
        assert tuple(tour) in all_tours(problem, rep)
    if result.status is SolveStatus.OPTIMAL:
        assert np.isclose(result.objective, least)


@given(toy_weeks())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_without_the_simplex_method_they_stand_in_this_order_too(monkeypatch, problem):
    """As where there are many rows."""
    monkeypatch.setattr(engine, "MANY_ROWS", 0)
    result = engine.solve(problem, TO_THE_END)
    least = least_cost(problem)
    assert result.bound <= least + 1e-6
    assert least <= result.objective + 1e-6
    assert np.isclose(result.objective, roster_cost(problem, result.assignment))
    for rep, tour in enumerate(result.assignment):
        assert tuple(tour) in all_tours(problem, rep)


@given(toy_weeks(), st.sampled_from([0.5, 0.3]))
@settings(max_examples=60, deadline=None)
def test_costs_lie_on_the_grid_to_which_bounds_are_rounded_up(problem, owed):
    """Rules at a price of 0.7 and times to be worked at 0.3 among costs in halves."""
    problem = replace(problem, offset=np.full(problem.crew.size, owed))
    step = cost_step(problem)
    assert step > 0
    for rep in range(problem.crew.size):
        for tour in all_tours(problem, rep)[:200]:
            steps = (tour_cost(problem, rep, tour) + owed) / step
            assert steps == pytest.approx(round(steps), abs=1e-6)


def test_what_no_roster_can_help_does_not_content_the_search():
    """A rule that everybody breaks is worth many wages, and the gap is asked of the others."""
    problem = draw_week(24, 5, WeekSettings())
    broken = replace(problem, offset=np.full(problem.crew.size, BEYOND_ALL))
    beyond = BEYOND_ALL * problem.crew.size
    plain, result = (engine.solve(one, SolverSettings(gap=0.01)) for one in (problem, broken))
    assert result.objective - beyond <= 1.01 * (result.bound - beyond) + 1
    assert result.objective - beyond == pytest.approx(plain.objective, rel=0.01)
    reps = np.arange(problem.crew.size)
    assert units_broken(broken.tour_costs(reps, result.assignment)) == problem.crew.size


def test_what_a_large_roster_costs_is_no_broken_rule():
    """Thousands of tours may cost more together than a unit of a rule, and break none."""
    assert units_broken(np.full(5_000, 40.0)) == 0
    assert units_broken(np.array([40.0, BEYOND_ALL + 320.0, 2 * BEYOND_ALL - 5.0, np.inf])) == 3


def test_both_ways_to_find_prices_come_to_the_same_bound(monkeypatch):
    """The best prices are the same, however they are found."""
    problem = draw_week(24, 5, WeekSettings(variety=True))
    simplex = engine.solve(problem, SolverSettings(gap=0.01))
    monkeypatch.setattr(engine, "MANY_ROWS", 0)
    bundle = engine.solve(problem, SolverSettings(gap=0.01))
    assert bundle.bound == pytest.approx(simplex.bound, rel=0.02)
    assert bundle.bound <= simplex.objective
    assert simplex.bound <= bundle.objective
    assert list(recount(problem, bundle.assignment, WeekSettings(variety=True))) == []


def recount(problem, assignment, weeks):
    """Yield the rules that a synthetic week's roster breaks, counted from dated shifts."""
    monday = datetime(2026, 3, 2)
    rest = timedelta(hours=weeks.rest_hours)
    view = problem.views[0]
    for rep, tour in enumerate(assignment):
        shifts = [
            (
                monday + timedelta(days=int(view.day[place]), minutes=int(view.start[place])),
                timedelta(minutes=int(view.minutes[place])),
            )
            for place in tour
            if place != OFF
        ]
        if any(later[0] - (one[0] + one[1]) < rest for one, later in pairwise(shifts)):
            yield "rest"
        if len({start.date() for start, _ in shifts}) > weeks.max_days:
            yield "days"
        hours = sum((length for _, length in shifts), timedelta()) / timedelta(hours=1)
        if hours > problem.crew.most[rep, 0] / 60:
            yield "hours"
        if any(not problem.crew.allowed[rep, place] for place in tour if place != OFF):
            yield "availability"
        off = [day for day, place in enumerate(tour) if place == OFF]
        for day in off:
            alone = 0 < day < 6 and day - 1 not in off and day + 1 not in off
            if weeks.min_off == 2 and alone:
                yield "days off in a row"


@pytest.mark.parametrize(
    "weeks",
    [
        WeekSettings(),
        WeekSettings(min_off=2),
        WeekSettings(variety=True),
        WeekSettings(starts_per_hour=2, slack_hours=0),
    ],
)
def test_a_synthetic_week_is_rostered_by_the_rules(weeks):
    """Rest, days, hours and availability, counted again from dates and times."""
    problem = draw_week(24, 5, weeks)
    result = engine.solve(problem, SolverSettings(gap=0.01))
    assert list(recount(problem, result.assignment, weeks)) == []
    assert result.gap < 0.05
    assert result.objective == pytest.approx(roster_cost(problem, result.assignment))


def test_the_recount_finds_what_is_planted():
    """A shift the next morning after a late one is short of rest."""
    problem = draw_week(3, 1)
    tours = np.full((3, 7), OFF)
    view = problem.views[0]
    late = np.flatnonzero((view.day == 0) & (view.start == 14 * 60) & (view.minutes == 600))
    early = np.flatnonzero((view.day == 1) & (view.start == 6 * 60) & (view.minutes == 600))
    tours[0, :2] = late[0], early[0]
    assert list(recount(problem, tours, WeekSettings())) == ["rest"]


def test_the_same_seed_gives_the_same_roster():
    """A run that ends by itself does not depend on the clock."""
    problem = draw_week(12, 3)
    one, other = (engine.solve(problem, SolverSettings(gap=0.05, seed=4)) for _ in range(2))
    assert (one.assignment == other.assignment).all()


def test_the_order_of_the_reps_does_not_matter():
    """Reps named in another order cost the same, to the proven gap."""
    problem = draw_week(12, 3, WeekSettings(variety=True))
    order = np.random.default_rng(1).permutation(12)
    crew = problem.crew
    turned = Crew(*(getattr(crew, name)[order] for name in
                    ("view", "allowed", "least", "most", "ready", "run")))  # fmt: skip
    one = engine.solve(problem, SolverSettings(gap=0.05))
    other = engine.solve(replace(problem, crew=turned), SolverSettings(gap=0.05))
    assert other.bound <= one.objective
    assert one.bound <= other.objective


def test_progress_only_gets_better():
    """The cost told falls and the bound told rises, up to what is returned."""
    told = []
    result = engine.solve(draw_week(20, 2), SolverSettings(gap=0.01), progress=told.append)
    costs = [one.objective for one in told]
    bounds = [one.bound for one in told if one.bound is not None]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert (costs[-1], bounds[-1]) == (result.objective, result.bound)


def test_cancelled_at_once_the_roster_is_nobodys_work():
    """There is always a roster, and nothing is claimed of it."""
    cancel = Cancellation()
    cancel.cancel()
    problem = draw_week(10, 1)
    result = engine.solve(problem, SolverSettings(), cancel)
    assert (result.assignment == OFF).all()
    assert result.status is SolveStatus.FEASIBLE
    assert result.objective == problem.cost(result.assignment)
    assert result.bound is None


def test_cancelled_on_the_way_the_best_so_far_is_returned():
    """What was told last is what one gets."""
    cancel, told = Cancellation(), []

    def stop_when_bounded(progress):
        told.append(progress)
        if progress.bound is not None:
            cancel.cancel()

    result = engine.solve(draw_week(20, 2), TO_THE_END, cancel, stop_when_bounded)
    assert result.status is SolveStatus.FEASIBLE
    assert result.objective == told[-1].objective
    assert [one.bound is not None for one in told].count(True) == 1


def test_a_time_limit_ends_the_search_with_a_roster():
    """Next to no time leaves a roster nonetheless."""
    result = engine.solve(draw_week(10, 1), SolverSettings(time_limit_seconds=1e-6))
    assert result.status is SolveStatus.FEASIBLE


def test_exchange_keeps_the_cover_and_the_rules():
    """What is dealt out anew is the same work, and everybody may do their part."""
    weeks = WeekSettings(variety=True, min_off=2)
    problem = draw_week(24, 7, weeks)
    draft = Draft.of(problem, engine.solve(problem, SolverSettings(gap=0.05)).assignment, None)
    random = np.random.default_rng(1)
    moved = 0
    for first in range(6):
        before, tours = draft.cost(problem), draft.tours.copy()
        exchange(problem, draft, slice(first, first + 2), random)
        moved += (tours != draft.tours).any()
        assert (
            problem.covered(tours).sum(axis=0) == problem.covered(draft.tours).sum(axis=0)
        ).all()
        assert draft.cost(problem) <= before + 1e-9
        assert draft.cost(problem) == pytest.approx(roster_cost(problem, draft.tours))
        assert list(recount(problem, draft.tours, weeks)) == []
        assert all(obeys(problem, rep, tour) for rep, tour in enumerate(draft.tours))
    assert moved == 6
