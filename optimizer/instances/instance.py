"""What an instance of Curtois and Qu asks: shifts, people, wishes and cover by day."""

from dataclasses import dataclass, field

WEEK = 7
SATURDAY, SUNDAY = 5, 6  # day 0 is a Monday


@dataclass(frozen=True)
class Shift:
    """A type of shift.

    Parameters
    ----------
    name
        As the file calls it.
    minutes
        Its length.
    not_before
        Names of the shifts that must not follow on the next day.
    """

    name: str
    minutes: int
    not_before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Employee:
    """One person and their contract, over the whole horizon.

    Parameters
    ----------
    name
        As the file calls them.
    most_shifts
        By name of shift, how often at most; a shift that is not named is not limited.
    most_minutes, least_minutes
        Of all shifts worked.
    most_in_a_row, least_in_a_row
        Days worked without a day off. What came before the horizon counts as days off for the most
        and as days worked, as many as needed, for the least; so does what comes after.
    least_off_in_a_row
        Days off without a day worked; those before and after the horizon count as many as needed.
    most_weekends
        Weekends with a shift on Saturday or Sunday.
    days_off
        Days on which they must not work, from 0.
    """

    name: str
    most_shifts: dict[str, int]
    most_minutes: int
    least_minutes: int
    most_in_a_row: int
    least_in_a_row: int
    least_off_in_a_row: int
    most_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Cover:
    """How many a shift calls for on a day, and what each missing or beyond costs."""

    required: int
    under: int
    over: int


@dataclass(frozen=True)
class Instance:
    """Everything that a file of the format states.

    Parameters
    ----------
    days
        Length of the horizon; day 0 is a Monday.
    shifts, employees
        In the order of the file.
    on_requests, off_requests
        By employee, day and shift: what it costs when the shift is not worked; when it is.
    cover
        By day and shift; where nothing is stated, nothing is called for and nothing costs.
    """

    days: int
    shifts: tuple[Shift, ...]
    employees: tuple[Employee, ...]
    on_requests: dict[tuple[str, int, str], int] = field(default_factory=dict)
    off_requests: dict[tuple[str, int, str], int] = field(default_factory=dict)
    cover: dict[tuple[int, str], Cover] = field(default_factory=dict)


Schedule = dict[str, tuple[str | None, ...]]
"""By employee, the shift worked on each day of the horizon; None on a day off."""
