"""Rules that bind reps together: counted anew hour by hour, and every toy roster tried."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from optimizer.report import SolveStatus
from optimizer.solver import SolverSettings
from optimizer.tours import engine
from optimizer.tours.pricing import Pricing
from optimizer.tours.week import OFF
from tests.optimizer.tours.bound_reps import bound_reps, broken_hours, cost
from tests.optimizer.tours.toy_weeks import (
    all_tours,
    obeys,
    price_left,
    roster_cost,
    tour_cost,
    tour_cover,
    toy_weeks,
)

TO_THE_END = SolverSettings(time_limit_seconds=600, gap=0.0)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 8)


@st.composite
def rosters(draw, days=3, per_day=2):
    """Rules for a few reps, and a roster: any shift of a day that they are allowed, or none."""
    reps, day = draw(st.integers(2, 4)), np.repeat(np.arange(days), per_day)
    together = draw(bound_reps(reps, day))
    return together, drawn(draw, together, day)


def drawn(draw, together, day):
    """A roster."""
    numbers = np.random.default_rng(draw(st.integers(0, 10**6)))
    tours = np.full((len(together.work.allowed), day.max() + 1), OFF)
    for rep, date in product(*map(range, tours.shape)):
        may = np.flatnonzero((day == date) & together.work.allowed[rep])
        tours[rep, date] = numbers.choice([OFF, *may])
    return tours


@settings(deadline=None)
@given(rosters())
def test_what_a_roster_breaks_is_what_is_counted_hour_by_hour(case):
    """Shifts of the weeks before, locks and what nobody could mend included."""
    together, tours = case
    present = together.present_of_all(tours)
    assert together.cost(tours, present) == pytest.approx(cost(together, tours))
    prices = [together.alone, *(rule.price for rule in together.rules)]
    hours = zip(prices, broken_hours(together, tours), strict=True)
    hard = sum(lacking for price, lacking in hours if price is None)
    assert together.broken(tours) == pytest.approx(hard)


@settings(deadline=None)
@given(rosters(), st.data())
def test_what_a_shift_adds_is_the_difference_it_makes(case, data):
    """For each rep and shift, beside two others who have changed their tours meanwhile."""
    together, tours = case
    movers = data.draw(st.permutations(range(len(tours))))[:2]
    day = np.repeat(np.arange(3), 2)
    after = drawn(data.draw, together, day)
    changed = tours.copy()
    changed[movers] = after[movers]
    rep = movers[0]
    changed[rep] = OFF
    moves = np.array([movers]), changed[movers][None]
    present = together.present_of_all(tours)
    added = together.added(tours, present, np.array([rep]), moves)[0]
    before = cost(together, changed)
    for place, date in enumerate(day):
        changed[rep, date] = place
        assert added[place] == pytest.approx(cost(together, changed) - before)
        changed[rep, date] = OFF


@settings(deadline=None)
@given(rosters(), st.data())
def test_beside_fixed_days_differences_stay_what_they_are(case, data):
    """Of two rosters that differ on the last two days only, one costs as much more as before."""
    together, first = case
    day = np.repeat(np.arange(3), 2)
    second = drawn(data.draw, together, day)
    second[:, 0] = first[:, 0]
    others = np.full_like(first, OFF)
    others[:, 0] = first[:, 0]
    shifts = np.flatnonzero(day > 0)
    inner = together.within(shifts, others, together.work.allowed[:, shifts])
    costs = []
    for tours in (first, second):
        part = np.where(tours[:, 1:] == OFF, OFF, tours[:, 1:] - shifts[0])
        costs.append(inner.cost(part, inner.present_of_all(part)))
    assert costs[0] - costs[1] == pytest.approx(cost(together, first) - cost(together, second))


@settings(deadline=None)
@given(rosters())
def test_once_those_in_the_way_have_left_no_rule_is_broken_by_what_is_chosen(case):
    """Whoever is named works; with nobody named, no rule that must be kept is broken."""
    together, tours = case
    named = together.unled(tours)
    assert (tours[named] != OFF).any(axis=1).sum() + 2 >= named.sum()
    while (named & (tours != OFF).any(axis=1)).any():
        tours[named] = OFF
        named = together.unled(tours)
    nobody = np.full_like(tours, OFF)
    assert together.broken(tours) <= together.broken(nobody) + 1e-9


@settings(deadline=None)
@given(rosters())
def test_who_is_alike_may_change_tours(case):
    """Neither the cost nor what is missing changes."""
    together, tours = case
    before = together.cost(tours, together.present_of_all(tours))
    for kind in set(together.alike.tolist()):
        own = np.flatnonzero(together.alike == kind)
        tours[own] = tours[np.roll(own, 1)]
    assert together.cost(tours, together.present_of_all(tours)) == pytest.approx(before)


@st.composite
def bound_weeks(draw):
    """Toy weeks of two reps under rules that bind them together; each could keep their own."""
    problem = draw(toy_weeks(most_reps=2).filter(lambda one: Pricing(one).is_possible))
    day = np.array(problem.views[0].day)
    together = draw(bound_reps(problem.crew.size, day))
    allowed = replace(together.work, allowed=problem.crew.allowed)
    return replace(problem, together=replace(together, work=allowed))


@given(bound_weeks())
@settings(max_examples=30, deadline=None, phases=[Phase.generate], report_multiple_bugs=False)
def test_bound_optimum_and_roster_stand_in_this_order(problem):
    """Every roster is tried; where nobody has to work, no more is broken than then."""
    result = engine.solve(problem, TO_THE_END)
    tours = [all_tours(problem, rep) for rep in range(problem.crew.size)]
    costs = [[tour_cost(problem, rep, one) for one in own] for rep, own in enumerate(tours)]
    covers = [[tour_cover(problem, one) for one in own] for own in tours]
    least = min(
        sum(own[place] for own, place in zip(costs, places, strict=True))
        + price_left(problem.cover, sum(own[at] for own, at in zip(covers, places, strict=True)))
        + cost(problem.together, [own[at] for own, at in zip(tours, places, strict=True)])
        for places in product(*(range(len(own)) for own in tours))
    )
    found = roster_cost(problem, result.assignment) + cost(problem.together, result.assignment)
    assert np.isclose(result.objective, found)
    assert np.isclose(problem.cost(result.assignment), found)
    assert result.bound <= least + 1e-6 <= found + 2e-6
    assert result.status is not SolveStatus.OPTIMAL or np.isclose(found, least)
    assert all(obeys(problem, rep, tour) for rep, tour in enumerate(result.assignment))
    if all((OFF,) * problem.days in own for own in tours):
        nobody = np.full_like(result.assignment, OFF)
        rules = problem.together
        assert rules.broken(result.assignment) <= rules.broken(nobody) + 1e-9
