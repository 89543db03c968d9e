"""Weeks after weeks of one team around the clock, each rostered knowing the ones before."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from data.week import WeeklyHours
from optimizer.cover import count_coverage
from optimizer.fairness import FairnessSettings, PastRoster, ledger
from optimizer.fairness_aim import Fairness
from optimizer.fairness_score import Score, score_of
from optimizer.period import coverage_of
from optimizer.plan_roster import plan_roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Preference, Rep, Team

MONDAY = datetime(2026, 2, 2, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)
ZONE, NIGHT = "UTC", "23:00-06:00"
HOLIDAYS = frozenset({(MONDAY + 11 * DAY).date(), (MONDAY + 60 * DAY).date()})
RULES = LabourRules()
BY_DAY = WeeklyHours.from_text("Mon-Sun 06:00-22:00")


def team_of(size: int, weeks: int, seed: int) -> Team:
    """A quarter works part-time, a quarter by day only; everybody is away for a week and wishes."""
    random = np.random.default_rng(seed)
    reps = tuple(
        Rep(
            f"r{number:02}", f"Rep {number}", "", ZONE, "", frozenset(),
            Contract(0, 24 if number % 4 == 3 else 40),
            BY_DAY if number % 4 == 2 else WeeklyHours.always(),
            on_call=number % 5 != 4,
        )
        for number in range(size)
    )  # fmt: skip
    absences, wishes = [], []
    for rep in reps:
        away = MONDAY + int(random.integers(weeks)) * WEEK
        absences.append(Absence(rep.rep_id, away, away + WEEK, "vacation"))
        for week in range(weeks):
            day = MONDAY + week * WEEK + int(random.integers(7)) * DAY
            wishes.append(Preference(rep.rep_id, day, day + DAY, -1.0))
    return Team(reps, tuple(absences), tuple(wishes))


def shifts_of(size: int, week: int) -> list[StaffedShift]:
    """Early, late, night and standby every day, as many as about seven tenths of the hours fill."""
    monday = MONDAY + week * WEEK
    reps = {"early": size // 6, "late": size // 6, "night": max(1, size // 12)}
    begins = {"early": 6, "late": 14, "night": 22}
    staffed = []
    for day in range(7):
        for kind, begin in begins.items():
            start = monday + day * DAY + begin * HOUR
            shift = Shift("live", "", start, start + 8 * HOUR, "primary")
            staffed.append(StaffedShift(shift, reps[kind]))
        start = monday + day * DAY + 10 * HOUR
        standby = Shift("live", "", start, start + 10 * HOUR, "on_call")
        staffed.append(StaffedShift(standby, max(1, size // 12)))
    return sorted(staffed, key=lambda one: one.shift)


@dataclass(frozen=True)
class Season:
    """What some weeks came to."""

    score: Score
    spread: dict[str, float]
    missing_hours: float
    denied: float
    seconds: float


def season(size: int, weeks: int, seed: int, *, fair: bool, limit: float = 20.0) -> Season:
    """Roster week after week, with or without knowing what everybody carried.

    Parameters
    ----------
    limit
        Seconds for a week.
    """
    team = team_of(size, weeks, seed)
    known = FairnessSettings()
    past: list[PastRoster] = []
    missing = seconds = 0.0
    for week in range(weeks):
        begin = MONDAY + week * WEEK
        shifts = shifts_of(size, week)
        made = ledger(past[-13:], NIGHT, HOLIDAYS)
        here = replace(
            team,
            preferences=tuple(
                wish for wish in team.preferences if begin <= wish.start < begin + WEEK
            ),
        )
        roster = plan_roster(
            shifts,
            coverage_of(shifts, ZONE, 60),
            here,
            RULES,
            SolverSettings(time_limit_seconds=limit, gap=0.01),
            timezone=ZONE,
            interval_minutes=60,
            history=[one for old in past[-2:] for one in old.assignments],
            fairness=Fairness.of(known, NIGHT, HOLIDAYS, made) if fair else None,
        )
        assert not [one for one in roster.findings if one.severity == "violation"]
        missing += sum(one.reps * one.shift.hours for one in roster.unfilled)
        seconds += roster.report.seconds
        coverage = count_coverage(
            roster.coverage, [StaffedShift(one.shift, 1) for one in roster.assignments], 60
        )
        past.append(PastRoster(begin, begin + WEEK, roster.assignments, here, coverage))
    made = ledger(past[-13:], NIGHT, HOLIDAYS)
    assert made is not None
    spread = {
        part: float((made.table[part] - made.table[f"{part}_due"]).std(ddof=0))
        for part in ("nights", "weekends", "holidays", "standby", "requests")
    }
    denied = float(made.table["requests"].sum())
    return Season(score_of(made, known), spread, missing, denied, seconds)
