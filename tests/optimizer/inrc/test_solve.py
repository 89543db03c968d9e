"""Rosters for wards: proven against enumeration, honest when time or people are short."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from optimizer.inrc.evaluate import evaluate
from optimizer.inrc.generation import Generation, Pool
from optimizer.inrc.instance import FREE, Contract, Limit, Request, RequestKind
from optimizer.inrc.solve import solve
from optimizer.inrc.ward import ward_of
from optimizer.report import SolveStatus
from optimizer.solver import Cancellation, SolverSettings
from tests.optimizer.inrc.wards import EARLY, NIGHT, ward, wards

NO_GAP = SolverSettings(300.0, gap=0.0)


def cheapest(instance):
    """Return what the best roster costs, by trying all that have the right cover."""
    rows = list(product((FREE, EARLY, NIGHT), repeat=instance.days))
    costs = [
        [evaluate(replace(instance, employees=(person,), requests=_own(instance, n)), [each]).cost
         for each in rows]
        for n, person in enumerate(instance.employees)
    ]  # fmt: skip
    wanted = np.array(instance.cover)
    brought = np.array([[[day == s for s in (EARLY, NIGHT)] for day in each] for each in rows])
    best = np.inf
    for first, second in product(range(len(rows)), repeat=2):
        if (brought[first] + brought[second].astype(int) == wanted).all():
            best = min(best, costs[0][first] + costs[1][second])
    return best


class Patience(Cancellation):
    """Cancelled after it has been asked so often: an end that no clock decides."""

    def __init__(self, questions):
        super().__init__()
        self.left = questions

    @property
    def is_cancelled(self):
        """Whether patience has ended."""
        self.left -= 1
        return self.left < 0


def _own(instance, number):
    return tuple(replace(r, employee=0) for r in instance.requests if r.employee == number)


@settings(max_examples=12, deadline=None)
@given(wards(days=4, people=2))
def test_the_bound_and_the_roster_meet_at_what_enumeration_finds(drawn):
    """No toy roster costs less than the bound; the roster costs what is said, and has its cover."""
    instance, _ = drawn
    best = cheapest(instance)
    solved = solve(instance, NO_GAP, Patience(6_000))
    judged = evaluate(instance, solved.rows.tolist())
    assert judged.misplaced == solved.misplaced == 0
    assert judged.cost == solved.report.objective
    assert solved.report.bound <= best <= solved.report.objective
    if solved.report.status is SolveStatus.OPTIMAL:
        assert solved.report.objective == best


def week(people, **rules):
    """Return a fortnight with one early and one night shift a day."""
    contract = Contract("c", **rules)
    return ward(contract, 14, people=people, cover=((1, 1),) * 14)


def test_a_fortnight_of_four_is_proven_best():
    """28 shifts for four people: seven each, in runs of two to four, need not cost anything."""
    rules = {"most_shifts": Limit(7, 1), "most_days": Limit(4, 1), "fewest_days": Limit(2, 1)}
    solved = solve(week(4, **rules), NO_GAP)
    assert solved.report.status is SolveStatus.OPTIMAL
    assert solved.report.objective == solved.report.bound == solved.report.gap == 0
    assert evaluate(week(4, **rules), solved.rows.tolist()).cost == 0


def test_work_beyond_all_contracts_costs_its_price():
    """28 shifts for three people who want eight at most: four beyond, at 5 each."""
    solved = solve(week(3, most_shifts=Limit(8, 5)), NO_GAP)
    assert solved.report.status is SolveStatus.OPTIMAL
    assert solved.report.objective == 20


def test_a_shift_that_nobody_can_fill_is_left_open_and_nothing_proven():
    """Two shifts a day, one person: a roster comes, but no proof; open shifts are counted."""
    solved = solve(week(1), NO_GAP, Patience(6_000))
    assert solved.misplaced == 14
    assert solved.report.status is SolveStatus.FEASIBLE
    assert solved.report.bound is None
    assert len(evaluate(week(1), solved.rows.tolist()).wrong_cover) == 14


def test_shifts_that_are_not_called_for_are_worked_by_nobody():
    """A request for a shift on a day without it is not met."""
    asked = (Request(RequestKind.SHIFT_ON, 0, 1, 9, NIGHT),)
    instance = ward(Contract("c"), 3, cover=((1, 0), (1, 0), (0, 0)), requests=asked)
    solved = solve(instance, NO_GAP)
    assert solved.rows.tolist() == [[EARLY, EARLY, FREE]]
    assert solved.report.objective == 9


def test_a_cancelled_search_returns_what_it_has():
    """Cancelled before it began, it still returns a roster, and claims nothing."""
    cancel = Cancellation()
    cancel.cancel()
    solved = solve(week(4), NO_GAP, cancel)
    assert solved.rows.shape == (4, 14)
    assert solved.report.status is SolveStatus.FEASIBLE
    assert solved.report.bound is None


def test_progress_never_gets_worse():
    """What is told: costs that fall, bounds that rise, in time."""
    told = []
    rules = {"most_shifts": Limit(9, 2), "fewest_free": Limit(2, 1), "complete_weekends": 2}
    solved = solve(week(3, **rules), NO_GAP, progress=told.append)
    costs = [each.objective for each in told if each.objective is not None]
    bounds = [each.bound for each in told if each.bound is not None]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == solved.report.objective
    assert bounds == sorted(bounds)
    assert [each.seconds for each in told] == sorted(each.seconds for each in told)


def test_a_seed_repeats_its_roster():
    """The same instance and seed, run to the proof, give the same rows."""
    rules = {"most_shifts": Limit(7, 1), "most_days": Limit(4, 1), "fewest_days": Limit(2, 1)}
    first, second = (solve(week(4, **rules), NO_GAP).rows for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("gone", ["most_shifts", "most_days", "fewest_days"])
def test_dropping_a_rule_never_raises_the_bound(gone):
    """A law of the relaxation: fewer rules, no dearer a roster."""
    rules = {"most_shifts": Limit(5, 2), "most_days": Limit(3, 1), "fewest_days": Limit(3, 1)}
    left = {name: limit for name, limit in rules.items() if name != gone}
    assert _relaxed(week(4, **left)) <= _relaxed(week(4, **rules)) + 1e-6


def _relaxed(instance):
    made = ward_of(instance)
    sizes = np.bincount(made.kind_of)
    found = Generation(made, Pool(instance.days), sizes, made.cover, 300.0).run(float("inf"))
    return found.objective
