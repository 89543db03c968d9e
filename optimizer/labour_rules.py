"""The ``[labour]`` table: the rules that every rep's shifts keep, hard or at a price.

What each rule means, its unit and who keeps it is in ``docs/labour_rules.md``. A rule that is not
set forbids nothing; one that is set and that a programme does not keep is refused, never ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from data.week import read_window

NIGHT, STANDBY = "night", "standby"
BUILT_IN_KINDS = (NIGHT, STANDBY)
LEVELS = range(1, 6)

UNITS: Mapping[str, str] = {
    "min_rest_hours": "hour of rest that is missing",
    "max_week_hours": "hour too many in a week",
    "max_consecutive_days": "day too many in a row",
    "min_consecutive_days": "day that a run of days worked lacks",
    "min_days_off": "day that a spell of days off lacks",
    "max_days_off": "day too many in a spell of days off",
    "max_weekends": "weekend too many, in each run of weekend_weeks weeks",
    "whole_weekends": "weekend of which one day is worked",
    "max_consecutive_nights": "night too many in a row",
    "days_off_after_nights": "day worked that should be free",
    "forbidden_successions": "succession",
    "max_standby_per_week": "standby too many in a week",
    "min_days_between_standby": "pair of standbys too close",
    "proficiency": "hour in which such a rep is missing",
    "mentors": "hour worked without a mentor",
    "max_period_hours": "hour too many in the period",
    "max_shifts": "shift too many in the period",
    "never": "shift that touches the time",
    "must": "time that no shift holds",
}
"""What one unit of a violation is, by the name of the rule, in ``[labour.prices]`` and findings."""


@dataclass(frozen=True)
class Proficiency:
    """A ``[[labour.proficiency]]`` table: who has to be there when a queue is worked.

    Parameters
    ----------
    queue
        Whose primary work is meant.
    level
        Of the skill, 1 to 5.
    reps
        At least so many of those at work have it.
    """

    queue: str
    level: int
    reps: int = 1

    def __post_init__(self) -> None:
        if not self.queue:
            raise ValueError("proficiency names a queue.")
        if self.level not in LEVELS:
            raise ValueError(f"level must be from 1 to 5, not {self.level}.")
        if self.reps < 1:
            raise ValueError(f"reps must be at least 1, not {self.reps}.")


@dataclass(frozen=True)
class LabourRules:
    """The ``[labour]`` table. Days, weeks and clocks are those on the rep's wall.

    Parameters
    ----------
    min_rest_hours
        Between the end of a shift and the start of the next one, by the rep's wall clock: from
        23:00 to 10:00 are 11 hours, also in the night in which the clocks change. Standby counts.
    max_consecutive_days
        Local days in a row on which a shift starts, standby included.
    max_week_hours
        Primary hours in an ISO week of the rep's zone.
    min_consecutive_days
        Days worked in a row, at least. A run that the period cuts may go on outside it.
    min_days_off, max_days_off
        Days in a row without a shift, at least and at most; None for any number.
    max_weekends, weekend_weeks
        Weekends worked in so many ISO weeks in a row. A weekend is worked when a shift starts on
        its Saturday or Sunday.
    whole_weekends
        Saturday and Sunday are both worked or both free.
    night
        A shift that holds two hours or more of this local window is a night shift.
    max_consecutive_nights
        Days in a row on which a night shift starts; None for any number.
    days_off_after_nights
        Days without a shift after the day on which the last night shift of a run starts.
    kinds
        Windows of local time by name: a shift that starts within one is of that kind. ``night``
        and ``standby`` are kinds without being named.
    forbidden_successions
        Pairs of kinds: after a shift of the first, none of the second starts on the next day.
    max_standby_per_week
        Standbys in an ISO week; None for any number.
    min_days_between_standby
        Days between the days on which two standbys start.
    proficiency
        Levels that have to be there.
    prices
        By the name of a rule, wages per unit of violation (`UNITS`): the rule is then soft.
    """

    min_rest_hours: float = 11.0
    max_consecutive_days: int = 5
    max_week_hours: float = 40.0
    min_consecutive_days: int = 1
    min_days_off: int = 1
    max_days_off: int | None = None
    max_weekends: int | None = None
    weekend_weeks: int = 4
    whole_weekends: bool = False
    night: str = "23:00-06:00"
    max_consecutive_nights: int | None = None
    days_off_after_nights: int = 0
    kinds: Mapping[str, str] = field(default_factory=dict)
    forbidden_successions: tuple[tuple[str, ...], ...] = ()
    max_standby_per_week: int | None = None
    min_days_between_standby: int = 0
    proficiency: tuple[Proficiency, ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 <= self.min_rest_hours < 24:
            raise ValueError("min_rest_hours must be at least 0 and below 24.")
        if not 0 < self.max_week_hours <= 168:
            raise ValueError("max_week_hours must be above 0 and at most 168.")
        _check_least(self)
        if self.max_days_off is not None and self.max_days_off < self.min_days_off:
            raise ValueError(
                f"max_days_off ({self.max_days_off}) must be at least min_days_off "
                f"({self.min_days_off})."
            )
        if self.min_consecutive_days > self.max_consecutive_days:
            raise ValueError(
                f"min_consecutive_days ({self.min_consecutive_days}) must be at most "
                f"max_consecutive_days ({self.max_consecutive_days})."
            )
        read_window(self.night)
        _check_kinds(self.kinds)
        _check_successions(self.forbidden_successions, self.kinds)
        _check_prices(self.prices)


def _check_least(rules: LabourRules) -> None:
    for name, least in (
        ("max_consecutive_days", 1),
        ("min_consecutive_days", 1),
        ("min_days_off", 1),
        ("max_days_off", 1),
        ("max_weekends", 0),
        ("weekend_weeks", 1),
        ("max_consecutive_nights", 0),
        ("days_off_after_nights", 0),
        ("max_standby_per_week", 0),
        ("min_days_between_standby", 0),
    ):
        value = getattr(rules, name)
        if value is not None and value < least:
            raise ValueError(f"{name} must be at least {least}, not {value}.")


def _check_kinds(kinds: Mapping[str, str]) -> None:
    for name, window in kinds.items():
        if not name or name in BUILT_IN_KINDS:
            raise ValueError(f"kinds names {name!r}; {NIGHT} and {STANDBY} are built in.")
        try:
            read_window(window)
        except ValueError as error:
            raise ValueError(f"kinds, {name}: {error}") from None


def _check_successions(pairs: tuple[tuple[str, ...], ...], kinds: Mapping[str, str]) -> None:
    known = (*kinds, *BUILT_IN_KINDS)
    for pair in pairs:
        if len(pair) != 2:
            raise ValueError(
                f"forbidden_successions: found {list(pair)}; give pairs of kinds, such as "
                '["late", "early"].'
            )
        for name in pair:
            if name not in known:
                raise ValueError(
                    f"forbidden_successions names {name!r}; the kinds are {', '.join(known)}."
                )
    if len(set(pairs)) < len(pairs):
        raise ValueError("forbidden_successions names a pair twice; name it once.")


def _check_prices(prices: Mapping[str, float]) -> None:
    for name, price in prices.items():
        if name not in UNITS:
            near = get_close_matches(name, UNITS, n=1)
            mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(UNITS)}."
            raise ValueError(f"prices names {name!r}; {mend}")
        if not 0 < price < float("inf"):
            raise ValueError(
                f"prices, {name}: must be above 0 wages; leave it out for a hard rule."
            )
