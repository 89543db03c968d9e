"""Rosters of large teams made by the engine, and what then goes missing, drawn from a seed."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.clock import grid, midnight
from data.week import WeeklyHours
from optimizer.choose_roster import choose_roster, chosen_shifts
from optimizer.requirement import Requirement
from optimizer.roster import Assignment, Roster
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift
from optimizer.solver import SolverSettings
from optimizer.staff import Absence, Contract, LabourRules, Preference, Rep, Team
from optimizer.standing import Standing

ZONE = "Europe/Dublin"
MONDAY = date(2026, 3, 2)
QUEUES, SHARES = ("live", "mail", "vip"), (0.6, 0.3, 0.1)
CONTRACTS = (Contract(32, 40), Contract(24, 32), Contract(12, 20))
HOURS = ("", "Mon-Sun 06:00-22:00", "Mon-Fri 08:00-20:00")
RULES = LabourRules()


@dataclass(frozen=True)
class Week:
    """A roster as it was made, and what it was made of."""

    team: Team
    roster: Roster


def draw_roster(reps: int, seed: int) -> Week:
    """Draw a team and a week, and roster it."""
    random = np.random.default_rng(seed)
    people, wishes = [], []
    for number in range(reps):
        name = f"r{number:03d}"
        skills = frozenset(random.choice(QUEUES, size=random.integers(1, 3), p=SHARES))
        contract = CONTRACTS[random.choice(3, p=(0.5, 0.3, 0.2))]
        hours = WeeklyHours.from_text(HOURS[random.choice(3, p=(0.5, 0.3, 0.2))])
        people.append(
            Rep(name, name, "", ZONE, "", skills, contract, hours, bool(random.random() < 0.8))
        )
        day = midnight(MONDAY + timedelta(days=int(random.integers(7))), ZONE).to_pydatetime()
        weight = float(random.choice([-1.0, 1.0]))
        wishes.append(Preference(name, day, day + timedelta(days=1), weight))
    team = Team(tuple(people), (), tuple(wishes))
    roster = choose_roster(
        _requirement(random, team),
        team,
        RULES,
        ShiftSettings(lengths_hours=(6.0, 8.0, 10.0)),
        OnCallSettings(),
        SolverSettings(time_limit_seconds=30, gap=0.03, seed=1),
    )
    return Week(team, roster)


def with_sick(week: Week, seed: int, sick: int = 10) -> Standing:
    """Return the roster once some have called in sick for one to three days, unrepaired."""
    random = np.random.default_rng(seed)
    ill = random.choice(len(week.team.reps), size=sick, replace=False)
    absences = []
    for number in ill:
        day = MONDAY + timedelta(days=int(random.integers(5)))
        first = midnight(day, ZONE).to_pydatetime()
        last = midnight(day + timedelta(days=int(random.integers(1, 4))), ZONE).to_pydatetime()
        absences.append(Absence(week.team.reps[number].rep_id, first, last, "sick"))
    left = [
        one
        for one in week.roster.assignments
        if not any(
            away.rep_id == one.rep_id and away.start < one.shift.end and one.shift.start < away.end
            for away in absences
        )
    ]
    return Standing.of(
        left,
        chosen_shifts(week.roster.assignments),
        week.roster.coverage,
        replace(week.team, absences=tuple(absences)),
        RULES,
        timezone=ZONE,
        interval_minutes=60,
    )


def scarce_week(reps: int, skilled: int) -> Standing:
    """Return a week in which five shifts a day ask for a skill that few have, filled as far as can.

    All others have five shifts of another queue a day to themselves, with nobody on them yet.
    """
    people = [
        Rep(
            f"r{number:03d}", f"r{number:03d}", "", ZONE, "",
            frozenset({"live", "vip"} if number < skilled else {"live"}),
            Contract(0, 40), WeeklyHours.always(), on_call=True,
        )
        for number in range(reps)
    ]  # fmt: skip
    vip, live = (
        [
            Shift(queue, "", begin, begin + timedelta(hours=8), "primary")
            for day in range(7)
            for begin in (
                midnight(MONDAY + timedelta(days=day), ZONE).to_pydatetime() + timedelta(hours=hour)
                for hour in (6, 8, 9, 10, 14)
            )
        ]
        for queue in ("vip", "live")
    )
    held: dict[str, list[Shift]] = {rep.rep_id: [] for rep in people[:skilled]}
    given = []
    for shift in vip:
        for rep_id, own in sorted(held.items(), key=lambda item: len(item[1])):
            if len(own) < 5 and all(_apart(one, shift) for one in own):
                own.append(shift)
                given.append(Assignment(rep_id, shift))
                break
    staffed = [StaffedShift(one, 1) for one in vip] + [StaffedShift(one, 25) for one in live]
    return Standing.of(
        given, staffed, pd.DataFrame(), Team(tuple(people)), RULES, timezone=ZONE,
        interval_minutes=60,
    )  # fmt: skip


def _apart(one: Shift, other: Shift) -> bool:
    first, then = sorted((one, other))
    rest = (then.start - first.end) / timedelta(hours=1)
    return first.start.date() != then.start.date() and rest >= RULES.min_rest_hours


def _requirement(random: np.random.Generator, team: Team) -> Requirement:
    """Draw what is required: a rhythm of day and week by queue, 92 % of the contracts' hours."""
    starts = grid(midnight(MONDAY, ZONE), midnight(MONDAY + timedelta(days=7), ZONE), 60, ZONE)
    hours = sum(rep.contract.max_hours for rep in team.reps)
    parts = []
    for queue, share in zip(QUEUES, SHARES, strict=True):
        local = [datetime.fromtimestamp(one.timestamp(), ZoneInfo(ZONE)) for one in starts]
        shape = np.array(
            [
                (0.25 + max(0.0, np.sin((one.hour - 7) / 13 * np.pi) if 7 <= one.hour < 20 else 0))
                * (1.0 if one.weekday() < 5 else 0.7)
                for one in local
            ]
        )
        shape *= random.uniform(0.9, 1.1, len(shape))
        need = np.round(0.92 * share * hours * shape / shape.sum()).astype(int)
        parts.append(
            pd.DataFrame(
                {
                    "queue": queue,
                    "interval_start": starts,
                    "rostered_primary": need,
                    "rostered_on_call": (need * 0.1).astype(int),
                }
            )
        )
    return Requirement(pd.concat(parts, ignore_index=True), ZONE, 60)
