"""For every rule a roster that breaks it alone, and one that hardly keeps it."""

from dataclasses import dataclass, replace

from optimizer.labour_rules import LabourRules, Proficiency
from optimizer.roster import Assignment
from optimizer.staff import Contract, Preference, Team
from tests.optimizer.roster_cases import at, rep, shift

LAX = LabourRules(max_consecutive_days=14, max_week_hours=168)
KINDS = {"early": "05:00-08:00", "late": "14:00-22:00"}


@dataclass(frozen=True)
class Planted:
    """Shifts of ann that break a rule by an amount, and shifts that keep it."""

    rule: str
    amount: float
    rules: LabourRules
    broken: tuple
    kept: tuple
    past: tuple = ()
    beside: tuple = ()
    person: object = rep("ann", contract=Contract(0, 168))
    wishes: tuple = ()

    @property
    def team(self):
        bob = (rep("bob", contract=Contract(0, 168)),) if self.beside or self.is_taught else ()
        return Team((self.person, *bob), (), self.wishes)

    @property
    def is_taught(self):
        return bool(self.person.mentors)

    def given(self, own):
        pairs = [("ann", one) for one in own] + [("bob", one) for one in self.beside]
        return tuple(Assignment(rep_id, one) for rep_id, one in pairs)

    @property
    def history(self):
        return tuple(Assignment("ann", one) for one in self.past)


def days(*numbers, start=9, end=17, **given):
    return tuple(shift(day, start, end, **given) for day in numbers)


def standby(*numbers):
    return days(*numbers, role="on_call")


def rules(**given):
    return replace(LAX, **given)


def contract(**given):
    return rep("ann", contract=replace(Contract(0, 168), **given))


def asked(kind):
    return (Preference("ann", at(2, 12), at(2, 14), kind=kind),)


ANN_LEARNS = rep("ann", contract=Contract(0, 168), mentors=("bob",))
ANN_KNOWS = rep("ann", contract=Contract(0, 168), levels=(("live", 3),))
NIGHT, DAWN = (22, 30), (3.5, 12)

PLANTED = (
    Planted("rest", 1, LAX, (shift(0, 9, 22), shift(1, 8)), (shift(0, 9, 22), shift(1, 9))),
    Planted("consecutive_days", 1, rules(max_consecutive_days=3), days(1, 2, 3, 4), days(1, 2, 3)),
    Planted(
        "consecutive_days", 1, rules(max_consecutive_days=3), days(0, 1), days(1, 2), days(-2, -1)
    ),
    Planted("max_week_hours", 2, rules(max_week_hours=22), days(0, 1, 2), standby(0, 1, 2)),
    Planted("contract_maximum", 2, LAX, days(0, 1, 2), days(0, 1), person=contract(max_hours=22)),
    Planted("min_consecutive_days", 1, rules(min_consecutive_days=2), days(2), days(2, 3)),
    Planted("min_consecutive_days", 2, rules(min_consecutive_days=3), days(2), days(0, 6)),
    Planted(
        "min_consecutive_days", 1, rules(min_consecutive_days=3), days(0), days(0, 1), days(-1, -3)
    ),
    Planted("min_days_off", 1, rules(min_days_off=2), days(1, 3), days(1, 2, 5)),
    Planted("min_days_off", 1, rules(min_days_off=2), days(1), days(2), days(-1)),
    Planted("max_days_off", 2, rules(max_days_off=3), days(0, 6), days(0, 3)),
    Planted("max_days_off", 1, rules(max_days_off=3), days(3, 6), days(1, 5), days(-2)),
    Planted("max_weekends", 1, rules(max_weekends=1), days(5), days(4), days(-15, -2)),
    Planted("max_weekends", 1, rules(max_weekends=0, weekend_weeks=1), days(6), days(4), days(-1)),
    Planted("whole_weekends", 1, rules(whole_weekends=True), days(5), days(5, 6)),
    Planted("whole_weekends", 1, rules(whole_weekends=True), days(6), days(4)),
    Planted(
        "max_consecutive_nights", 1, rules(max_consecutive_nights=1), days(1, 2, start=22, end=26),
        days(1, 3, start=22, end=26),
    ),
    Planted(
        "days_off_after_nights", 1, rules(days_off_after_nights=2),
        (shift(1, *NIGHT), shift(2, *NIGHT), shift(4)),
        (shift(1, *NIGHT), shift(2, *NIGHT), shift(5)),
    ),
    Planted(
        "days_off_after_nights", 1, rules(days_off_after_nights=1),
        (shift(0, 18, 23),), (shift(1),), (shift(-1, 23, 30),),
    ),
    Planted(
        "forbidden_successions", 1,
        rules(kinds=KINDS, forbidden_successions=(("late", "early"),), min_rest_hours=0),
        (shift(1, 14, 22), shift(2, 7, 15)), (shift(1, 13, 21), shift(2, 7, 15)),
    ),
    Planted(
        "forbidden_successions", 1,
        rules(kinds=KINDS, forbidden_successions=(("standby", "early"),)),
        (*standby(1), shift(2, 5, 12)), (*standby(1), shift(3, 5, 12)),
    ),
    Planted("max_standby_per_week", 1, rules(max_standby_per_week=1), standby(0, 3), standby(3)),
    Planted(
        "min_days_between_standby", 1, rules(min_days_between_standby=2),
        standby(1, 3), standby(1, 4),
    ),
    Planted(
        "proficiency", 2, rules(proficiency=(Proficiency("live", 3),)), days(1),
        days(1, start=9, end=19), beside=days(1, start=11, end=19), person=ANN_KNOWS,
    ),
    Planted(
        "proficiency", 3, rules(proficiency=(Proficiency("live", 2, 2),)), days(1, start=9, end=12),
        (), person=ANN_KNOWS, beside=days(3, queue="normal"),
    ),
    Planted(
        "mentors", 8, LAX, days(1), days(1, start=10), beside=days(1, start=10, end=17),
        person=ANN_LEARNS,
    ),
    Planted(
        "max_period_hours", 2, LAX, days(0, 1, 2), days(0, 1, 4, start=10),
        person=contract(max_period_hours=22),
    ),
    Planted(
        "max_shifts", 1, LAX, days(0, 1, 2), (*days(0, 1), *standby(2)),
        person=contract(max_shifts=2),
    ),
    Planted("never", 1, LAX, days(2, start=13), days(2, start=14), wishes=asked("never")),
    Planted("must", 1, LAX, days(2, start=13), days(2, start=12), wishes=asked("must")),
)  # fmt: skip
