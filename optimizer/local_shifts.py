"""Shifts in the wall time of the people who work them: days, weeks, rest and availability.

A shift belongs to the local day, and to the ISO week, in which it starts. Rest is counted by the
wall clock, so a night with a clock change is as long as any other.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from data.clock import week_start, zone
from data.week import WeeklyHours
from optimizer.shifts import Shift
from optimizer.staff import Absence, Contract, Preference, Rep

MINUTE = timedelta(minutes=1)
WEEK_MINUTES = 7 * 1440
QUARTER = 15


@dataclass(frozen=True)
class LocalShift:
    """A shift as one zone sees it.

    Parameters
    ----------
    shift
        The shift, in UTC.
    day
        Local day on which it starts.
    last_day
        Local day of its last minute.
    week
        Monday of the ISO week of `day`.
    wall_start, wall_end
        By the wall clock, without a zone.
    """

    shift: Shift
    day: date
    last_day: date
    week: date
    wall_start: datetime
    wall_end: datetime

    @property
    def minutes(self) -> int:
        """Elapsed minutes at work, rounded."""
        return round(self.shift.hours * 60)


@lru_cache(maxsize=50_000)
def local_shift(shift: Shift, timezone: str) -> LocalShift:
    """See a shift from a zone."""
    start, end = wall_time(shift.start, timezone), wall_time(shift.end, timezone)
    last = wall_time(shift.end.astimezone(UTC) - timedelta(microseconds=1), timezone)
    day = start.date()
    return LocalShift(shift, day, last.date(), week_start(day), start, end)


def wall_time(instant: datetime, timezone: str) -> datetime:
    """Return what the wall clock of a zone shows, without a zone."""
    return instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)


def clash(one: LocalShift, other: LocalShift, min_rest: timedelta) -> str:
    """Name the rule that keeps one rep from working both of two shifts; empty when none does."""
    if one.shift.start > other.shift.start:
        one, other = other, one
    if one.day == other.day:
        return "one_shift_a_day"
    if other.shift.start < one.shift.end:
        return "overlap"
    return "rest" if other.wall_start - one.wall_end < min_rest else ""


def within_available(shift: Shift, rep: Rep) -> bool:
    """Whether every minute of a shift lies within the rep's local hours."""
    return minutes_outside(shift, rep) == 0


def minutes_outside(shift: Shift, rep: Rep) -> int:
    """Return how many minutes of a shift lie outside the rep's local hours."""
    open_minutes = _open_minutes(rep.available)
    if bool(open_minutes.all()):
        return 0
    return int((~open_minutes[minutes_of_week(shift, rep.timezone)]).sum())


def owed_minutes(
    contract: Contract,
    rep: Rep,
    week: date,
    period: tuple[datetime, datetime],
    absences: tuple[Absence, ...],
) -> int:
    """Return the minutes of primary work that a rep's contract asks for in an ISO week.

    The contract's minimum times the share of the week's available wall-clock minutes that lie
    within the period and employment and outside absences, in whole quarters of an hour; nothing
    when that is below one half.

    Parameters
    ----------
    week
        Monday of the week, in the rep's zone.
    period
        First instant that is planned and the one after the last.
    absences
        Of this rep.
    """
    monday = datetime(week.year, week.month, week.day)
    open_minutes = _open_minutes(rep.available)
    here = np.zeros(WEEK_MINUTES, dtype=bool)
    here[_span(*period, monday, rep.timezone)] = True
    for absence in absences:
        here[_span(absence.start, absence.end, monday, rep.timezone)] = False
    for number in range(7):
        if not rep.employed_on(week + timedelta(days=number)):
            here[number * 1440 : (number + 1) * 1440] = False
    available, kept = int(open_minutes.sum()), int((open_minutes & here).sum())
    if available == 0 or 2 * kept < available:
        return 0
    owed = round(contract.min_hours * 60)
    return owed if kept == available else owed * kept // available // QUARTER * QUARTER


def wish_worth(shift: Shift, wishes: tuple[Preference, ...]) -> float:
    """Return what working a shift is worth to a rep: weights times the shares within the wishes."""
    worth = 0.0
    for wish in wishes:
        shared = min(shift.end, wish.end) - max(shift.start, wish.start)
        worth += wish.weight * max(0.0, shared / shift.length)
    return worth


@lru_cache(maxsize=1_000)
def _open_minutes(hours: WeeklyHours) -> npt.NDArray[np.bool_]:
    return hours.minutes()


@lru_cache(maxsize=10_000)
def minutes_of_week(shift: Shift, timezone: str) -> npt.NDArray[np.intp]:
    """Return the wall-clock minute of the week, 0 to 10079, of each minute of a shift."""
    count = int(np.ceil(shift.length / MINUTE))
    first = wall_time(shift.start, timezone)
    last = wall_time(shift.start + (count - 1) * MINUTE, timezone)
    if last - first == (count - 1) * MINUTE:
        begin = first.weekday() * 1440 + first.hour * 60 + first.minute
        return (begin + np.arange(count)) % WEEK_MINUTES
    # The clocks change on the way: minute by minute.
    walls = (wall_time(shift.start + number * MINUTE, timezone) for number in range(count))
    return np.array([wall.weekday() * 1440 + wall.hour * 60 + wall.minute for wall in walls])


def _span(start: datetime, end: datetime, monday: datetime, timezone: str) -> slice:
    """Return the minutes of a local week that a time touches."""
    first = (wall_time(start, timezone) - monday) // MINUTE
    last = -((monday - wall_time(end, timezone)) // MINUTE)
    return slice(min(max(first, 0), WEEK_MINUTES), min(max(last, 0), WEEK_MINUTES))
