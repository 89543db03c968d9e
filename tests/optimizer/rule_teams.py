"""Random small teams under random rules, with clock changes and zones, for tests of rosters.

Cases are made from a seed, so that teams, shifts and rules are as varied as they are meant to be.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from data.week import WeeklyHours
from optimizer.labour_rules import UNITS, LabourRules, Proficiency
from optimizer.roster import Assignment
from optimizer.shifts import StaffedShift
from optimizer.staff import Absence, Contract, Preference, Team
from tests.optimizer.roster_cases import ZONE, at, plan, rep, shift, week_coverage

ZONES = (ZONE, "America/Chicago", "Australia/Sydney", "Asia/Kolkata", "America/Sao_Paulo")
MONDAYS = (date(2026, 3, 23), date(2026, 10, 19), date(2026, 10, 26), date(2026, 3, 30))
NAMES = ("ann", "bob", "cat", "dan")
AVAILABLE = ("", "", "", "", "Mon-Fri 06:00-18:00", "Sat-Mon 00:00-24:00", "Mon-Sun 20:00-08:00")
RULES = {
    "min_consecutive_days": (2, 3),
    "min_days_off": (2, 3),
    "max_days_off": (3, 4),
    "max_weekends": (0, 1),
    "whole_weekends": (True,),
    "max_consecutive_nights": (0, 1, 2),
    "days_off_after_nights": (1, 2),
    "max_standby_per_week": (0, 1),
    "min_days_between_standby": (1, 2),
    "forbidden_successions": ((("late", "early"),), (("standby", "early"), ("night", "late"))),
    "proficiency": (
        (Proficiency("live", 2),),
        (Proficiency("live", 3), Proficiency("normal", 2, 2)),
    ),
}
"""Values of every rule that is not set unless it is stated."""


@dataclass(frozen=True)
class Case:
    """What a roster is made from."""

    shifts: tuple[StaffedShift, ...]
    team: Team
    rules: LabourRules
    history: tuple[Assignment, ...]
    monday: date
    days: int

    @property
    def coverage(self):
        return week_coverage("live", "normal", days=self.days, monday=self.monday)

    def plan(self, **given):
        return plan(
            self.shifts,
            self.team,
            **{"rules": self.rules, "history": self.history, "coverage": self.coverage} | given,
        )


def cases(**sizes):
    """Return a strategy of cases."""
    return st.integers(0, 10**9).map(lambda seed: make_case(seed, **sizes))


def make_case(seed, *, most_reps=4, most_shifts=14, weeks=(1,), share=0.25, soft=True, past=True):
    """Make what a roster is made from; each rule is set with a chance of `share`."""
    random = Random(seed)
    monday, days = random.choice(MONDAYS), 7 * random.choice(weeks)
    team = _team(random, monday, days, most_reps, share)
    staffed = {
        _shift(random, 0, days - 1, monday): random.choice([1, 1, 2])
        for _ in range(random.randint(most_shifts // 2, most_shifts))
    }
    history = {}
    for _ in range(random.randint(0, 6) if past else 0):
        name, one = random.choice(team.reps).rep_id, _shift(random, -9, -1, monday)
        if one.end <= at(0, 0, monday=monday):
            history[name, one.start.date()] = Assignment(name, one)
    rules = _rules(random, share, soft)
    shifts = tuple(StaffedShift(one, staffed[one]) for one in sorted(staffed))
    return Case(shifts, team, rules, tuple(history.values()), monday, days)


def _rules(random, share, soft):
    chosen = {
        name: random.choice(values) for name, values in RULES.items() if random.random() < share
    }
    names = random.sample(sorted(UNITS), random.choice([0, 0, 3, 8])) if soft else []
    return LabourRules(
        min_rest_hours=random.choice([0, 11, 14]),
        max_consecutive_days=random.randint(3, 5),
        max_week_hours=random.choice([16, 24, 40]),
        weekend_weeks=random.randint(1, 3),
        kinds={"early": "05:00-08:00", "late": "14:00-22:00"},
        prices={name: random.choice([1.5, 8.0, 200.0]) for name in names},
        **chosen,
    )


def _team(random, monday, days, most, share):
    names = NAMES[: random.randint(1, most)]
    reps = [_rep(random, name, monday, share) for name in names]
    if len(names) > 1 and random.random() < share:
        mentors = tuple(random.sample(names[:-1], random.randint(1, len(names) - 1)))
        reps[-1] = replace(reps[-1], mentors=mentors)
    absences, wishes = [], []
    for name in names:
        kind = random.choice(["", "wish", "wish"])
        if random.random() < share:
            kind = random.choice(["never", "must"])
        day, start = random.randrange(days), random.randint(0, 20)
        if kind:
            weight = random.choice([-2.0, 1.5]) if kind == "wish" else 0.0
            span = at(day, start, monday=monday), at(day, start + 4, monday=monday)
            wishes.append(Preference(name, *span, weight, kind))
        if random.random() < 0.2:
            span = at(day, 0, monday=monday), at(day + 1, 12, monday=monday)
            absences.append(Absence(name, *span, ""))
    return Team(tuple(reps), tuple(absences), tuple(wishes))


def _rep(random, name, monday, share):
    levels = {queue: random.choice([0, 2, 3]) for queue in ("live", "normal")}
    bounds = [random.random() < share for _ in range(4)]
    return rep(
        name,
        timezone=random.choice(ZONES),
        skills=frozenset(random.choice([(), (), ("live",), ("live", "normal")])),
        levels=tuple((queue, level) for queue, level in levels.items() if level),
        contract=Contract(
            random.choice([0, 0, 8, 20]),
            random.choice([20, 40]),
            16 if bounds[0] else 0,
            random.choice([16, 24]) if bounds[1] else None,
            2 if bounds[2] else 0,
            random.choice([2, 3]) if bounds[3] else None,
        ),
        available=WeeklyHours.from_text(random.choice(AVAILABLE)),
        on_call=random.random() < 0.7,
        employed_from=random.choice([None, None, None, monday + timedelta(days=2)]),
    )


def _shift(random, first, last, monday):
    start = random.choice([0, 5, 6, 9, 14, 15, 22, 23])
    return shift(
        random.randint(first, last),
        start,
        start + random.choice([4, 8, 9]),
        monday=monday,
        queue=random.choice(["live", "live", "normal"]),
        role=random.choice(["primary", "primary", "on_call"]),
    )
