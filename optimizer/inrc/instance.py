"""An instance of the First International Nurse Rostering Competition, as its files state it.

Haspeslagh, De Causmaecker, Schaerf and Stølevik (2014), doi:10.1007/s10479-012-1062-0.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

FREE = -1
"""What a roster holds on a day off, in place of the number of a shift type."""


@dataclass(frozen=True)
class ShiftType:
    """A shift that may be worked on any day.

    Parameters
    ----------
    shift_id
        As cover, patterns and requests name it.
    starts, ends
        Wall times; it ends on the next day when `ends` is before `starts`.
    skills
        Who lacks one of them works the shift at the price of the contract's alternative skill.
    """

    shift_id: str
    starts: time
    ends: time
    skills: frozenset[str] = frozenset()

    @property
    def is_night(self) -> bool:
        """Whether it runs past midnight.

        Examples
        --------
        >>> ShiftType("N", time(22, 30), time(6, 30)).is_night
        True
        >>> ShiftType("L", time(16, 0), time(0, 0)).is_night
        False
        """
        return time(0, 0) < self.ends < self.starts


class EntryKind(StrEnum):
    """What an entry of a pattern asks of its day."""

    SHIFT = "SHIFT"
    ANY = "ANY"
    NONE = "NONE"


@dataclass(frozen=True)
class PatternEntry:
    """One day of a pattern.

    Parameters
    ----------
    kind
        A certain shift, any shift, or none.
    shift
        Number of the shift type when `kind` is SHIFT, else FREE.
    weekday
        Monday is 0; None on any day.
    """

    kind: EntryKind
    shift: int = FREE
    weekday: int | None = None


@dataclass(frozen=True)
class Pattern:
    """Days in a row that a contract does not want, and what each occurrence costs."""

    pattern_id: str
    weight: int
    entries: tuple[PatternEntry, ...]

    @property
    def is_free_before_work(self) -> bool:
        """Whether it is a free day of the week before any work on the days that follow.

        The competition counts it once when the first day is free and *any* of the others worked.
        """
        first, *others = self.entries
        return (
            first.kind is EntryKind.NONE
            and first.weekday is not None
            and all(entry.kind is EntryKind.ANY for entry in others)
        )


@dataclass(frozen=True)
class Limit:
    """A number that a contract bounds, and what each unit beyond it costs."""

    value: int
    weight: int


@dataclass(frozen=True)
class Contract:
    """What a contract asks, each at its price; a limit that is off is None, a rule that is off 0.

    Parameters
    ----------
    most_shifts, fewest_shifts
        Over the whole period.
    most_days, fewest_days
        Worked in a row.
    most_free, fewest_free
        Free days in a row.
    most_weekends, fewest_weekends
        Worked in a row; a weekend is worked when any of its days is.
    most_weekends_of_four
        Worked among any four weekends in a row.
    weekend
        The days of the week that make a weekend, in order, Monday being 0.
    complete_weekends
        Price of a day missing from a run of work within a weekend.
    same_shift_weekends
        Price of a day of a weekend without a shift type that is worked on another of its days.
    night_before_free_weekend
        Price of a night shift on the day before a weekend off.
    free_after_nights
        Price of work, other than at night, on one of the two days after a night shift.
    alternative_skill
        Price of a shift whose skills its employee lacks.
    patterns
        Those that are not wanted.
    """

    contract_id: str
    weekend: tuple[int, ...] = (5, 6)
    most_shifts: Limit | None = None
    fewest_shifts: Limit | None = None
    most_days: Limit | None = None
    fewest_days: Limit | None = None
    most_free: Limit | None = None
    fewest_free: Limit | None = None
    most_weekends: Limit | None = None
    fewest_weekends: Limit | None = None
    most_weekends_of_four: Limit | None = None
    complete_weekends: int = 0
    same_shift_weekends: int = 0
    night_before_free_weekend: int = 0
    free_after_nights: int = 0
    alternative_skill: int = 0
    patterns: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Employee:
    """A person, by contract and skills."""

    employee_id: str
    contract: Contract
    skills: frozenset[str] = frozenset()


class RequestKind(StrEnum):
    """What somebody asks for."""

    DAY_OFF = "DAY_OFF"
    DAY_ON = "DAY_ON"
    SHIFT_OFF = "SHIFT_OFF"
    SHIFT_ON = "SHIFT_ON"


@dataclass(frozen=True)
class Request:
    """A wish of one employee for one day, and what it costs when it is not met.

    Parameters
    ----------
    employee
        Number of the employee.
    day
        From 0.
    shift
        Number of the shift type; FREE when the whole day is meant.
    """

    kind: RequestKind
    employee: int
    day: int
    weight: int
    shift: int = FREE


@dataclass(frozen=True)
class Instance:
    """A ward, its people and a period to be planned.

    Parameters
    ----------
    instance_id
        Name of the instance.
    first_day
        Day 0.
    days
        How many.
    cover
        Employees to be on each shift type, by day: a row per day, a number per shift type. The
        competition wants exactly so many.
    """

    instance_id: str
    first_day: date
    days: int
    skills: tuple[str, ...]
    shifts: tuple[ShiftType, ...]
    employees: tuple[Employee, ...]
    cover: tuple[tuple[int, ...], ...]
    requests: tuple[Request, ...] = ()

    def weekday(self, day: int) -> int:
        """Return the day of the week of a day, Monday being 0."""
        return (self.first_day + timedelta(days=day)).weekday()

    def weekends(self, contract: Contract) -> tuple[tuple[int, ...], ...]:
        """Return the days of each weekend that lies in the period as a whole.

        Nothing is known of the days before and after, so the competition judges no weekend that
        the period cuts.
        """
        length = len(contract.weekend)
        starts = range(self.days - length + 1)
        return tuple(
            tuple(range(day, day + length))
            for day in starts
            if self.weekday(day) == contract.weekend[0]
        )
