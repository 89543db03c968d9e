"""The kinds of a shift by the rep's wall clock: night, standby, and those that settings name."""

from datetime import datetime, time, timedelta

from data.week import DAY_MINUTES, read_window
from optimizer.labour_rules import NIGHT, STANDBY, LabourRules
from optimizer.local_shifts import LocalShift

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NIGHT_LEAST = timedelta(hours=2)
"""Of the night that a night shift holds, by the wall clock."""


def kinds_of(local: LocalShift, rules: LabourRules) -> frozenset[str]:
    """Return the kinds of a shift, primary or standby, as one zone sees it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from optimizer.local_shifts import local_shift
    >>> from optimizer.shifts import Shift
    >>> start, end = (datetime(2026, 7, 1, hour, tzinfo=UTC) for hour in (14, 23))
    >>> evening = local_shift(Shift("live", "", start, end, "on_call"), "Europe/Dublin")
    >>> rules = LabourRules(night="22:00-06:00", kinds={"late": "14:00-22:00"})
    >>> sorted(kinds_of(evening, rules))
    ['late', 'night', 'standby']
    """
    kinds = {name for name, window in rules.kinds.items() if starts_within(local, window)}
    if is_night(local, rules.night):
        kinds.add(NIGHT)
    if local.shift.role == "on_call":
        kinds.add(STANDBY)
    return frozenset(kinds)


def is_night(local: LocalShift, night: str) -> bool:
    """Whether a shift holds two hours of a night or more, all by the wall clock."""
    opens, closes = read_window(night)
    length = timedelta(minutes=(closes - opens) % DAY_MINUTES or DAY_MINUTES)
    held = timedelta()
    day = local.wall_start.date() - DAY
    while day <= local.wall_end.date():
        first = datetime.combine(day, time()) + opens * MINUTE
        shared = min(local.wall_end, first + length) - max(local.wall_start, first)
        held += max(timedelta(), shared)
        day += DAY
    return held >= NIGHT_LEAST


def starts_within(local: LocalShift, window: str) -> bool:
    """Whether a shift starts within a local window, its end left out."""
    opens, closes = read_window(window)
    minute = (local.wall_start - datetime.combine(local.day, time())) // MINUTE
    return opens <= minute < closes if opens < closes else minute >= opens or minute < closes
