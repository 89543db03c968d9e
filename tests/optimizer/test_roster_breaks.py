"""Whoever is named for a shift has one of its plan's breaks, and is counted as away then."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from data.files import csv_text
from optimizer.audit import audit
from optimizer.breaks import Break
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.roster import Assignment
from optimizer.roster_files import read_roster, roster_table
from optimizer.shifts import OnCallSettings, Shift, ShiftPlan, ShiftSettings
from optimizer.staff import LabourRules, Team
from tests.optimizer.break_cases import EXACT, LUNCH, ROUGH, requirement
from tests.optimizer.roster_cases import rep
from ui.roster_grids import staffed_rows


def team(size: int) -> Team:
    return Team(tuple(rep(f"r{number}") for number in range(size)))


def roster_of(plan: ShiftPlan, people: Team, **kwargs):
    return plan_roster(
        plan.shifts, plan.coverage, people, LabourRules(), ROUGH,
        timezone="UTC", interval_minutes=plan.interval_minutes, **kwargs,
    )  # fmt: skip


def lunch_plan() -> ShiftPlan:
    reps = [0] * 16 + [3] * 16 + [0] * 16
    shifts = ShiftSettings(lengths_hours=(8,), breaks=(LUNCH,))
    tiers = OnCallSettings()
    return plan_shifts(requirement(reps, minutes=30), shifts, tiers, EXACT)


def test_roster_keeps_the_breaks_that_the_plan_places(tmp_path):
    """Who is named for a shift takes one of its breaks, and the coverage stays the plan's."""
    plan = lunch_plan()
    roster = roster_of(plan, team(8))
    assert roster.unfilled == ()
    assert roster.findings == ()
    worked = Counter(one.shift for one in roster.assignments)
    assert worked == {one.shift: one.reps for one in plan.shifts}
    pd.testing.assert_frame_equal(roster.coverage, plan.coverage)
    (tmp_path / "roster.csv").write_text(csv_text(roster_table(roster)))
    again = read_roster(tmp_path / "roster.csv")
    assert [one.shift for one in again] == [one.shift for one in roster.assignments]


def test_roster_that_lacks_reps_counts_who_is_there():
    """Two of four places are filled; the coverage and the audit agree on who is away when."""
    plan = lunch_plan()
    roster = roster_of(plan, team(2))
    assert sum(one.reps for one in roster.unfilled) + 2 == sum(one.reps for one in plan.shifts)
    assert {finding.rule for finding in roster.findings} == {"unfilled"}
    assert all(len(one.shift.breaks) == 1 for one in roster.assignments)


def test_a_locked_rep_keeps_the_break_that_the_plan_has_moved():
    """What a person fixed stays, and fills a place of the shift wherever the others break."""
    plan = lunch_plan()
    base = plan.shifts[0].shift.plain
    other = base.start + timedelta(hours=4, minutes=15)
    own = Shift("live", "", base.start, base.end, "primary",
                (Break(other, other + timedelta(minutes=30)),))  # fmt: skip
    roster = roster_of(plan, team(8), locked=(Assignment("r0", own),))
    assert roster.unfilled == ()
    assert own in {one.shift for one in roster.assignments}
    assert {finding.rule for finding in roster.findings} <= {"understaffing"}
    assert len(roster.assignments) == sum(one.reps for one in plan.shifts)


def test_coverage_of_fewer_reps_than_are_there_is_found():
    """The audit counts breaks by itself: coverage that forgets one is no coverage."""
    plan = lunch_plan()
    roster = roster_of(plan, team(8))
    told = roster.coverage.assign(primary=roster.coverage["primary"] + 0.5)
    found = audit(replace(roster, coverage=told), plan.shifts, team(8), LabourRules())
    assert "coverage" in {finding.rule for finding in found}


def test_screens_tell_reps_apart_whose_breaks_differ():
    """Two rows of one shift would otherwise look like a mistake."""
    rows = staffed_rows(lunch_plan().shifts, "Europe/Berlin")
    assert rows["Breaks"].str.fullmatch(r"\d\d:\d\d–\d\d:\d\d").all()
    assert "Breaks" not in staffed_rows([], "UTC")
