"""What a roster is worth when the solver is cut short, mistaken or asked too much."""

import pytest

from optimizer import plan_roster as module
from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.solver import Cancellation, SolverSettings
from optimizer.staff import Contract, Preference, Team
from tests.optimizer.roster_cases import (
    at,
    costs,
    plan,
    rep,
    rules_of,
    shift,
    works,
)


def test_many_pairs_keep_the_first_aim_place_by_place(monkeypatch):
    """In large programmes the freedom that is given up concerns later aims only."""
    team = [
        rep("ann", contract=Contract(16, 24)),
        rep("bob", contract=Contract(0, 24), on_call=False),
    ]
    shifts = [shift(day, role=role) for day in range(5) for role in ("primary", "on_call")]
    free = plan(shifts, team)
    monkeypatch.setattr(module, "MANY_PAIRS", 0)
    kept = plan(shifts, team)
    assert costs(kept)[0] == costs(free)[0] > 0
    assert kept.report.status is SolveStatus.OPTIMAL
    assert rules_of(kept) == set()


def test_a_roster_repeats_to_the_letter():
    """A plan folder is the same when made again."""
    team = [rep(name, contract=Contract(8, 24)) for name in ("ann", "bob", "cat")]
    shifts = [
        shift(day, start, start + 8, role=role)
        for day in range(5)
        for start, role in ((8, "primary"), (12, "primary"), (12, "on_call"))
    ]
    first, second = plan(shifts, team), plan(shifts, team)
    assert first.assignments == second.assignments
    assert first.findings == second.findings


def test_a_cancelled_roster_holds_the_locks_and_says_that_there_is_no_plan():
    """Nothing is made up after a cancellation."""
    cancel = Cancellation()
    cancel.cancel()
    lock = Assignment("ann", shift(0))
    roster = plan([shift(0), shift(1)], [rep("ann")], locked=[lock], cancel=cancel)
    assert roster.report.status is SolveStatus.NO_PLAN
    assert works(roster) == {("ann", shift(0))}
    assert roster.unfilled == (StaffedShift(shift(1), 1),)


def test_an_aim_that_finds_nothing_in_time_keeps_the_roster_and_says_how_far_it_may_be(monkeypatch):
    """A roster that is not proven is FEASIBLE, with a bound that holds."""
    solve, calls = module.solve, []

    def out_of_time(problem, solver, cancel=None):
        calls.append(solver.time_limit_seconds)
        if len(calls) == 1:
            return solve(problem, solver, cancel)
        return SolveReport(SolveStatus.NO_PLAN, None, None, None, 1.0)

    monkeypatch.setattr(module, "solve", out_of_time)
    wish = Preference("bob", at(0, 0), at(7, 0), 1.0)
    team = Team((rep("ann", contract=Contract(10, 40)), rep("bob")), (), (wish,))
    roster = plan([shift(0), shift(1)], team, solver=SolverSettings(time_limit_seconds=10))
    assert roster.report.status is SolveStatus.FEASIBLE
    assert len(roster.assignments) == 2
    assert roster.aims[0].report.status is SolveStatus.OPTIMAL
    short = 10 - sum(8 for one in roster.assignments if one.rep_id == "ann")
    assert roster.aims[1].report.objective == pytest.approx(max(0, short))
    assert roster.aims[1].report.bound == 0
    unmet = 2.0 - sum(1.0 for one in roster.assignments if one.rep_id == "bob")
    assert roster.aims[2].report.objective == pytest.approx(unmet)
    assert roster.aims[2].report.bound == 0
    assert calls[0] == pytest.approx(6.0)
    assert all(later < 10 for later in calls)


@pytest.mark.parametrize("many", [0, 1_000])
def test_an_aim_wrongly_called_infeasible_keeps_the_roster(monkeypatch, many):
    """A plan for the first aim is one for the others, whatever the solver says of them."""
    solve, calls = module.solve, []

    def mistaken(problem, solver, cancel=None):
        calls.append(problem)
        if len(calls) != 2:
            return solve(problem, solver, cancel)
        for variable in problem.variables():
            variable.varValue = None
        return SolveReport(SolveStatus.INFEASIBLE, None, None, None, 0.0)

    monkeypatch.setattr(module, "solve", mistaken)
    monkeypatch.setattr(module, "MANY_PAIRS", many)
    roster = plan([shift(0), shift(1)], [rep("ann", contract=Contract(20, 40)), rep("bob")])
    statuses = [one.report.status for one in roster.aims]
    assert statuses == [SolveStatus.OPTIMAL, SolveStatus.FEASIBLE, SolveStatus.OPTIMAL]
    assert roster.report.status is SolveStatus.FEASIBLE
    assert len(roster.assignments) == 2


def test_the_total_adds_the_aims_up():
    """The report of a roster is the sum of what its aims report."""
    team = Team((rep("ann", contract=Contract(20, 40)),))
    roster = plan([shift(0), shift(0, 12, 20)], team)
    assert roster.report.objective == sum(costs(roster)) == 8 + 12
    assert roster.report.bound == pytest.approx(20)
    assert roster.report.gap == pytest.approx(0)
