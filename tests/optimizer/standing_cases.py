"""Rosters as they stand, for tests that explain them."""

from optimizer.period import coverage_of
from optimizer.shifts import StaffedShift
from optimizer.staff import LabourRules
from optimizer.standing import Standing
from tests.optimizer.roster_cases import ZONE, week_coverage


def standing_of(assignments, shifts, team, *, rules=None, history=(), days=7, fairness=None):
    """Return a roster of one week from a Monday as it stands; what shifts bring is required."""
    staffed = [one if isinstance(one, StaffedShift) else StaffedShift(one, 1) for one in shifts]
    brought = coverage_of(staffed, ZONE, 60)
    week = week_coverage(*sorted({one.shift.queue for one in staffed}), days=days)
    keys = ["queue", "interval_start"]
    required = (
        week[keys]
        .merge(brought, on=keys, how="left")
        .fillna({"required_primary": 0, "required_on_call": 0})
    )
    required = required.astype({"required_primary": int, "required_on_call": int})
    return Standing.of(
        assignments,
        staffed,
        required,
        team,
        rules or LabourRules(),
        timezone=ZONE,
        interval_minutes=60,
        history=history,
        fairness=fairness,
    )
