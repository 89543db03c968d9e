"""Requirements of a few hours, and the shifts and people chosen for them."""

from datetime import date

from optimizer.choose_roster import choose_roster
from optimizer.requirement import Requirement
from optimizer.roster import Assignment
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import Team
from tests.optimizer.roster_cases import RULES, ZONE, at, shift, week_coverage

EIGHT = ShiftSettings(lengths_hours=(8.0,))
EXACT = SolverSettings(time_limit_seconds=600, gap=0.0)
QUICK = SolverSettings(time_limit_seconds=600, gap=0.02)


def requirement(wanted, *, queues=("live",), days=2, monday=date(2026, 3, 2)):
    """Reps by queue, role, day and wall-clock hours: {(queue, role): {(day, from, to): reps}}."""
    table = week_coverage(*queues, days=days, monday=monday)
    for role in ("primary", "on_call"):
        table[f"rostered_{role}"] = 0
    for (queue, role), spans in wanted.items():
        for (day, start, end), reps in spans.items():
            first, last = at(day, start, monday=monday), at(day, end, monday=monday)
            hit = (table["queue"] == queue) & (table["interval_start"] >= first)
            table.loc[hit & (table["interval_start"] < last), f"rostered_{role}"] = reps
    columns = ["queue", "interval_start", "rostered_primary", "rostered_on_call"]
    return Requirement(table[columns], ZONE, 60)


def choose(wanted, team, *, shifts=EIGHT, solver=QUICK, rules=RULES, locked=(), history=(), **when):
    team = team if isinstance(team, Team) else Team(tuple(team))
    needed, on_call = requirement(wanted, **when), OnCallSettings()
    return choose_roster(
        needed, team, rules, shifts, on_call, solver, locked=locked, history=history
    )


def starts(roster):
    return {(one.rep_id, one.shift.start) for one in roster.assignments}


def kept(who, *where, **what):
    return Assignment(who, shift(*where, **what))
