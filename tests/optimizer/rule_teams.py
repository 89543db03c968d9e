"""Random small teams under random rules, with clock changes and zones, for tests of rosters."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

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
AVAILABLE = ("", "", "", "Mon-Fri 06:00-18:00", "Sat-Mon 00:00-24:00", "Mon-Sun 20:00-08:00")


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


def maybe(values):
    """Draw a value about one time in three, else None."""
    return st.one_of(st.none(), st.none(), values)


@st.composite
def all_rules(draw, soft=True):
    """Draw settings of every rule, most of them not set, and prices of some."""
    rules = {
        "min_rest_hours": draw(st.sampled_from([0, 11, 14])),
        "max_consecutive_days": draw(st.integers(2, 4)),
        "max_week_hours": draw(st.sampled_from([16, 40])),
        "min_consecutive_days": draw(maybe(st.integers(2, 2))),
        "min_days_off": draw(maybe(st.integers(2, 3))),
        "max_days_off": draw(maybe(st.integers(3, 4))),
        "max_weekends": draw(maybe(st.integers(0, 1))),
        "weekend_weeks": draw(st.integers(1, 3)),
        "whole_weekends": draw(maybe(st.sampled_from([True]))),
        "max_consecutive_nights": draw(maybe(st.integers(0, 2))),
        "days_off_after_nights": draw(maybe(st.integers(1, 2))),
        "max_standby_per_week": draw(maybe(st.integers(0, 1))),
        "min_days_between_standby": draw(maybe(st.integers(1, 2))),
        "kinds": {"early": "05:00-08:00", "late": "14:00-22:00"},
        "forbidden_successions": draw(
            maybe(
                st.sampled_from([(("late", "early"),), (("standby", "early"), ("night", "late"))])
            )
        ),
        "proficiency": draw(
            maybe(
                st.sampled_from(
                    [
                        (Proficiency("live", 2),),
                        (Proficiency("live", 3), Proficiency("normal", 2, 2)),
                    ]
                )
            )
        ),
        "prices": draw(prices()) if soft else {},
    }
    return LabourRules(**{name: value for name, value in rules.items() if value is not None})


def prices():
    """Draw prices of few rules."""
    return st.dictionaries(st.sampled_from(sorted(UNITS)), st.sampled_from([1.5, 40.0]), max_size=4)


@st.composite
def people(draw, monday, days, most=4):
    """Draw reps with levels, mentors and bounds of the period."""
    names = NAMES[: draw(st.integers(1, most))]
    reps = []
    for name in names:
        levels = {queue: draw(st.sampled_from([0, 2, 3])) for queue in ("live", "normal")}
        reps.append(
            rep(
                name,
                timezone=draw(st.sampled_from(ZONES)),
                skills=frozenset(draw(st.sampled_from([(), ("live",), ("live", "normal")]))),
                levels=tuple((queue, level) for queue, level in levels.items() if level),
                contract=Contract(
                    draw(st.sampled_from([0, 0, 8])),
                    draw(st.sampled_from([20, 40])),
                    draw(st.sampled_from([0, 0, 16])),
                    draw(maybe(st.sampled_from([16, 24]))),
                    draw(st.sampled_from([0, 0, 2])),
                    draw(maybe(st.integers(2, 3))),
                ),
                available=WeeklyHours.from_text(draw(st.sampled_from(AVAILABLE))),
                on_call=draw(st.booleans()),
                employed_from=draw(st.sampled_from([None, None, monday + timedelta(days=2)])),
            )
        )
    if len(names) > 1 and draw(st.booleans()):
        reps[-1] = replace(reps[-1], mentors=names[: draw(st.integers(1, len(names) - 1))])
    absences, wishes = [], []
    for name in names:
        kind = draw(st.sampled_from(["", "", "wish", "never", "must"]))
        day, start = draw(st.integers(0, days - 1)), draw(st.integers(0, 20))
        if kind:
            weight = draw(st.sampled_from([-2.0, 1.5])) if kind == "wish" else 0.0
            span = at(day, start, monday=monday), at(day, start + 4, monday=monday)
            wishes.append(Preference(name, *span, weight, kind))
        if draw(st.integers(0, 3)) == 0:
            span = at(day, 0, monday=monday), at(day + 1, 12, monday=monday)
            absences.append(Absence(name, *span, ""))
    return Team(tuple(reps), tuple(absences), tuple(wishes))


@st.composite
def one_shift(draw, first, last, monday):
    start = draw(st.sampled_from([0, 5, 6, 9, 14, 15, 22, 23]))
    return shift(
        draw(st.integers(first, last)),
        start,
        start + draw(st.sampled_from([4, 8, 9])),
        monday=monday,
        queue=draw(st.sampled_from(["live", "live", "normal"])),
        role=draw(st.sampled_from(["primary", "primary", "on_call"])),
    )


@st.composite
def rosters(draw, most_reps=4, most_shifts=12, weeks=(1,), soft=True, past=True):
    """Draw everything that a roster is made from."""
    monday = draw(st.sampled_from(MONDAYS))
    days = 7 * draw(st.sampled_from(weeks))
    team = draw(people(monday, days, most_reps))
    staffed = {}
    for _ in range(draw(st.integers(1, most_shifts))):
        staffed[draw(one_shift(0, days - 1, monday))] = draw(st.integers(1, 2))
    history = {}
    for _ in range(draw(st.integers(0, 5)) if past else 0):
        name = draw(st.sampled_from([one.rep_id for one in team.reps]))
        one = draw(one_shift(-9, -1, monday))
        if one.end <= at(0, 0, monday=monday):
            history[name, one.start.date()] = Assignment(name, one)
    return Case(
        tuple(StaffedShift(one, staffed[one]) for one in sorted(staffed)),
        team,
        draw(all_rules(soft)),
        tuple(history.values()),
        monday,
        days,
    )
