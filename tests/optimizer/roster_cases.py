"""Reps, shifts and weeks that tests of rosters share."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from data.week import WeeklyHours
from optimizer.plan_roster import plan_roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Contract, LabourRules, Rep, Team

ZONE = "Europe/Dublin"
EXACT = SolverSettings(gap=0.0)
RULES = LabourRules()
STANDBY_HOUR, STANDBY_STEP = 0.5, 0.1


def rep(name, **given):
    facts = {
        "name": name,
        "email": "",
        "timezone": ZONE,
        "site": "",
        "skills": frozenset(),
        "contract": Contract(0, 40),
        "available": WeeklyHours.always(),
        "on_call": True,
    }
    return Rep(name, **(facts | given))


def at(day, hour, *, zone=ZONE, monday=date(2026, 3, 2)):
    """Wall time `hour` of the day so many days after a Monday; hours beyond 24 go on."""
    local = datetime.combine(monday, datetime.min.time()) + timedelta(days=day, hours=hour)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shift(day, start=9, end=17, *, queue="live", role="primary", site="", **place):
    return Shift(queue, site, at(day, start, **place), at(day, end, **place), role)


def week_coverage(*queues, days=7, monday=date(2026, 3, 2)):
    """Nothing is required; the span says which week is planned."""
    starts = pd.date_range(
        at(0, 0, monday=monday), at(days, 0, monday=monday), freq="h", inclusive="left"
    ).as_unit("us")
    parts = [
        pd.DataFrame({"queue": queue, "interval_start": starts, "required_primary": 0})
        for queue in sorted(queues or ["live"])
    ]
    return pd.concat(parts, ignore_index=True).assign(required_on_call=0)


def plan(shifts, team, *, rules=RULES, solver=EXACT, coverage=None, **given):
    staffed = [one if isinstance(one, StaffedShift) else StaffedShift(one, 1) for one in shifts]
    team = team if isinstance(team, Team) else Team(tuple(team))
    if coverage is None:
        coverage = week_coverage(*sorted({one.shift.queue for one in staffed}))
    return plan_roster(
        staffed, coverage, team, rules, solver, timezone=ZONE, interval_minutes=60, **given
    )


def works(roster):
    return {(one.rep_id, one.shift) for one in roster.assignments}


def rules_of(roster, severity="violation"):
    return {one.rule for one in roster.findings if one.severity == severity}


def costs(roster):
    return [round(one.report.objective, 6) for one in roster.aims]
