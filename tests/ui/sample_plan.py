"""Small plans that exercise every export: several zones, both roles, both clock changes."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from data.clock import format_times, grid, midnight
from data.week import WeeklyHours
from optimizer.report import Finding, SolveReport, SolveStatus
from optimizer.requirement import Requirement
from optimizer.requirement_rows import SERVICE_COLUMNS
from optimizer.roster import AimReport, Assignment, Roster, unfilled_shifts
from optimizer.shifts import Shift, ShiftPlan, StaffedShift
from optimizer.staff import Contract, Rep, Team
from ui.plan_folder import Plan

ZONE = "Europe/Dublin"
REPS = ("primary", "on_call", "rostered_primary", "rostered_on_call")
QUEUES = ("live", "normal")
SETTINGS = '[calendar]\ntimezone = "Europe/Dublin"\n\n[queues.live.handling]\nconcurrency = 4\n'


def rep(rep_id, timezone=ZONE, name=None, **changes):
    values = {
        "name": name or rep_id.title(),
        "email": f"{rep_id}@example.org",
        "site": timezone.split("/")[1],
        "skills": frozenset({"live", "normal"}),
        "contract": Contract(16, 40),
        "available": WeeklyHours.always(),
        "on_call": True,
    }
    return Rep(rep_id=rep_id, timezone=timezone, **values | changes)


TEAM = Team(
    (
        rep("ada"),
        rep("bob", "America/Chicago", name="=HYPERLINK(0)"),
        rep("chloé", "Australia/Sydney", name="Chloé O'Neil", contract=Contract(0, 37.5)),
        rep("dan", name="Dan Unused", employed_from=date(2026, 1, 5)),
    )
)


def shift_of(day, start_hour, hours, role="primary", queue="live", site=""):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=start_hour)
    return Shift(queue, site, start, start + timedelta(hours=hours), role)


def coverage_of(index, queues, shifts, required):
    """Count what shifts cover, a row per queue and interval."""
    rows = []
    for queue in queues:
        for number, start in enumerate(index):
            on = {
                role: sum(
                    staffed.reps
                    for staffed in shifts
                    if staffed.shift.queue == queue
                    and staffed.shift.role == role
                    and staffed.shift.start <= start < staffed.shift.end
                )
                for role in ("primary", "on_call")
            }
            needs = required(queue, number)
            short = max(0, needs[0] - on["primary"], sum(needs) - sum(on.values()))
            over = max(0, on["primary"] - sum(needs))
            rows.append((queue, start, *needs, on["primary"], on["on_call"], short, over))
    counts = ["required_primary", "required_on_call", "primary", "on_call"]
    columns = ["queue", "interval_start", *counts, "understaffing", "overstaffing"]
    return pd.DataFrame(rows, columns=columns)


def required_of(queue, number):
    """One queue by day, at noon without standby so that only primary lacks; one now and then."""
    if queue == "live":
        return (2, int(number % 24 not in (11, 12))) if 8 <= number % 24 < 20 else (0, 0)
    return (number % 2, 0)


def forecast_of(index, queues):
    rows = [
        {"unique_id": queue, "ds": ds, "mean": 3.25, "q05": 1.0, "q50": 3.0, "q95": 7.5}
        for queue in queues
        for ds in format_times(index, ZONE)
    ]
    return pd.DataFrame(rows)


def requirement_of(index, queues, interval_minutes):
    table = pd.DataFrame(
        [
            (queue, start, 3.0, *required_of(queue, number), *required_of(queue, number))
            for queue in queues
            for number, start in enumerate(index)
        ],
        columns=["queue", "interval_start", "volume", *REPS],
    )
    for name in SERVICE_COLUMNS:
        table[name] = np.round(np.linspace(0.5, 0.9, len(table)), 6)
    return Requirement(table, ZONE, interval_minutes)


def sample_plan(
    start=date(2026, 3, 23), team=TEAM, interval_minutes=60, seconds=1.0, queues=QUEUES
):
    """Return a plan of one week; the default one holds the day on which clocks go forward."""
    index = grid(
        midnight(start, ZONE), midnight(start + timedelta(days=7), ZONE), interval_minutes, ZONE
    )
    staffed = []
    for step in range(7):
        day = start + timedelta(days=step)
        staffed += [
            StaffedShift(shift_of(day, 8, 8), 1),
            StaffedShift(shift_of(day, 14.5, 6), 1),
            StaffedShift(shift_of(day, 21, 8, site="Sydney"), 1),
            StaffedShift(shift_of(day, 10, 4, "on_call"), 2),
            StaffedShift(shift_of(day, 9, 8, queue="normal"), 1),
        ]
    staffed = [one for one in staffed if one.shift.queue in queues]
    shifts = tuple(sorted(staffed, key=lambda one: one.shift))
    report = SolveReport(SolveStatus.FEASIBLE, 120.5, 118.25, 0.01867, seconds)
    coverage = coverage_of(index, queues, shifts, required_of)
    plan = ShiftPlan(shifts, coverage, ZONE, interval_minutes, report)
    roster = None if team is None else roster_of(plan, index, queues, report)
    return Plan(
        plan_id=start.isoformat(),
        start=start,
        weeks=1,
        timezone=ZONE,
        interval_minutes=interval_minutes,
        cutoff=pd.Timestamp(start, tz="UTC").as_unit("us") - pd.Timedelta(hours=13),
        settings=SETTINGS,
        forecast=forecast_of(index, queues),
        requirement=requirement_of(index, queues, interval_minutes),
        shift_plan=plan,
        roster=roster,
        team=team,
        notes=("live: wide quantiles, two weeks of data — “naïve”",),
    )


def roster_of(plan, index, queues, report):
    """Give the early shift to Ada, the late one to Bob, the night to Chloé; leave the rest."""
    owners = {8: "ada", 14.5: "bob", 21: "chloé"}
    assignments = []
    for staffed in plan.shifts:
        shift = staffed.shift
        hour = shift.start.hour + shift.start.minute / 60
        if shift.queue == "live" and shift.role == "primary":
            locked = hour == 8 and shift.start.weekday() == 0
            reason = "=cover" if locked else "covers 2 of 2 required"
            assignments.append(Assignment(owners[hour], shift, locked, reason))
        elif shift.role == "on_call" and shift.start.weekday() < 5:
            assignments.append(Assignment("bob", shift, reason="guards the 95 % volume"))
    assignments = tuple(sorted(assignments, key=lambda one: (one.rep_id, one.shift.start)))
    unfilled = unfilled_shifts(plan.shifts, assignments)
    filled = [StaffedShift(one.shift, 1) for one in assignments]
    return Roster(
        assignments=assignments,
        unfilled=unfilled,
        coverage=coverage_of(index, queues, filled, required_of),
        timezone=ZONE,
        interval_minutes=plan.interval_minutes,
        findings=(Finding("unfilled", "normal", 7.0, "Nobody works normal.", "shortfall"),),
        report=report,
        aims=(AimReport("cover", report),),
    )
