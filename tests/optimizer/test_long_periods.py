"""Rosters of several weeks are filled, keep every rule across the weeks and say what is proven."""

from dataclasses import replace
from datetime import date

import pytest

import optimizer.plan_roster as module
from optimizer.labour_rules import Proficiency
from optimizer.shifts import StaffedShift
from optimizer.solver import Cancellation, SolverSettings
from optimizer.staff import Contract, LabourRules, Team
from tests.optimizer.roster_cases import ZONE, plan, rep, shift, week_coverage

ZONES = (ZONE, "America/New_York", "Asia/Tokyo")
RULES = LabourRules(
    max_consecutive_days=5,
    min_days_off=2,
    max_weekends=2,
    weekend_weeks=4,
    max_consecutive_nights=3,
    days_off_after_nights=1,
)


@pytest.fixture(autouse=True)
def _always_tours(monkeypatch):
    monkeypatch.setattr(module, "TOURS_FROM", -1)


def long_plan(
    weeks, monday, closed=None, *, reps=1, rules=RULES, people=lambda one: one, seconds=20, **given
):
    """A rep around the clock, but for a closed week, and twelve reps in three zones."""
    team = Team(
        tuple(
            people(rep(f"r{number:02d}", contract=Contract(8, 40), timezone=ZONES[number % 3]))
            for number in range(12)
        )
    )
    shifts = [
        StaffedShift(shift(day, start, start + 8, monday=monday), reps)
        for day in range(7 * weeks)
        if day // 7 != closed
        for start in (0, 8, 16)
    ]
    coverage = week_coverage("live", days=7 * weeks, monday=monday)
    solver = SolverSettings(gap=0.01, time_limit_seconds=seconds)
    return plan(shifts, team, rules=rules, coverage=coverage, solver=solver, **given)


@pytest.mark.parametrize("monday", [date(2026, 3, 2), date(2026, 10, 5)])
def test_eight_weeks_across_changed_clocks_are_filled_within_the_rules(monday):
    """The audit, which counts by itself, finds nothing broken between weeks or at the changes."""
    roster = long_plan(8, monday)
    assert not roster.unfilled
    assert not [one for one in roster.findings if one.severity == "violation"]
    assert roster.report.bound <= roster.report.objective


@pytest.mark.parametrize("closed", [0, 1, 3])
def test_a_week_without_shifts_is_no_matter(closed):
    """Such as the first, one in the middle or the last of four, for a company holiday."""
    roster = long_plan(4, date(2026, 3, 2), closed)
    assert len(roster.assignments) == 63
    assert roster.report.bound <= roster.report.objective


def test_a_long_period_that_is_cancelled_returns_what_there_is():
    """Nothing is filled yet, and that is a roster."""
    cancel = Cancellation()
    cancel.cancel()
    roster = long_plan(4, date(2026, 3, 2), cancel=cancel)
    assert not [one for one in roster.findings if one.severity == "violation"]
    assert sum(one.reps for one in roster.unfilled) + len(roster.assignments) == 84


def learning(one):
    """Every sixth learns from the two after, and every other knows the work."""
    number = int(one.rep_id[1:])
    mentors = (f"r{number + 1:02d}", f"r{number + 2:02d}") if number % 6 == 0 else ()
    return replace(one, mentors=mentors, levels=(("live", 3 if number % 2 == 1 else 1),))


@pytest.mark.parametrize("monday", [date(2026, 3, 9), date(2026, 10, 12)])
def test_who_has_to_be_there_is_there_in_every_week(monday):
    """Four weeks over a clock change: trainees with a mentor, and always one who knows the work."""
    rules = replace(RULES, proficiency=(Proficiency("live", 3),))
    roster = long_plan(4, monday, reps=2, rules=rules, people=learning, seconds=10)
    assert not [one for one in roster.findings if one.severity == "violation"]
    # Of 168 places about 160 are filled, fewer on a slow machine before the time is over.
    assert len(roster.assignments) > 112
    assert any(one.rep_id in ("r00", "r06") for one in roster.assignments)
