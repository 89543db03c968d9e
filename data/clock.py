"""Time zones and the grid of intervals.

Inside, every instant is UTC; wall time appears where people live by it. The grid is even in UTC and
anchored at local midnight, so a day has 23, 24 or 25 hours and no interval is ever shortened.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

INTERVALS_MINUTES = (15, 30, 60)
UNIT: Final = "us"
YEARS: Final = range(1970, 2200)
"""In which days and times may lie that people state; a calendar that ends is never reached."""


@lru_cache
def zone(name: str) -> ZoneInfo:
    """Look a time zone up by its IANA name.

    Raises
    ------
    ValueError
        When there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            f"There is no time zone {name!r}; give an IANA name such as Europe/Dublin."
        ) from None


def midnight(day: date, timezone: str) -> pd.Timestamp:
    """Return the instant at which a local day begins, in UTC."""
    local = pd.Timestamp(day).tz_localize(
        zone(timezone), ambiguous=True, nonexistent="shift_forward"
    )
    return local.tz_convert("UTC").as_unit(UNIT)


def grid(
    start: pd.Timestamp, end: pd.Timestamp, interval_minutes: int, timezone: str
) -> pd.DatetimeIndex:
    """Return the interval starts from `start` up to but not including `end`, in UTC.

    Parameters
    ----------
    start, end
        Instants; `start` is moved back to the grid.
    interval_minutes
        15, 30 or 60.
    timezone
        The zone at whose midnight the grid is anchored.

    Raises
    ------
    ValueError
        When the interval is none of these, or a clock change of the zone is no multiple of it.

    Examples
    --------
    The day on which Dublin's clocks go forward has 23 hours:

    >>> day = date(2026, 3, 29)
    >>> next_day = date(2026, 3, 30)
    >>> zone_name = "Europe/Dublin"
    >>> len(grid(midnight(day, zone_name), midnight(next_day, zone_name), 60, zone_name))
    23
    """
    first = floor_to_grid(pd.DatetimeIndex([start]), interval_minutes, timezone)[0]
    step = pd.Timedelta(minutes=interval_minutes)
    index = pd.date_range(first, end, freq=step, inclusive="left", name="interval_start")
    check_interval(interval_minutes, timezone, first, end)
    return index.as_unit(UNIT)


def floor_to_grid(
    instants: pd.DatetimeIndex, interval_minutes: int, timezone: str
) -> pd.DatetimeIndex:
    """Return the start of the interval that each instant falls in, in UTC."""
    if interval_minutes not in INTERVALS_MINUTES:
        raise ValueError(
            f"An interval has 15, 30 or 60 minutes, not {interval_minutes}; set interval_minutes."
        )
    utc = instants.tz_convert("UTC").as_unit(UNIT)
    if len(utc) == 0:
        return utc
    phase = _phase(utc[0], interval_minutes, timezone)
    return ((utc - phase).floor(f"{interval_minutes}min") + phase).as_unit(UNIT)


def check_interval(
    interval_minutes: int, timezone: str, start: pd.Timestamp, end: pd.Timestamp
) -> None:
    """Refuse an interval that a clock change between two instants would cut.

    Raises
    ------
    ValueError
        When the zone's offset changes by no multiple of the interval (Lord Howe by half an hour).
    """
    first, last = start.tz_convert(zone(timezone)), end.tz_convert(zone(timezone))
    years = range(first.year, last.year + 1)
    probes = [
        datetime(year, month, 15, tzinfo=zone(timezone)) for year in years for month in range(1, 13)
    ]
    step = timedelta(minutes=interval_minutes)
    offsets = {probe.utcoffset() for probe in (first, last, *probes)}
    reference = first.utcoffset()
    for offset in offsets:
        if offset is None or reference is None or (offset - reference) % step:
            raise ValueError(
                f"The clock changes of {timezone} are no multiple of {interval_minutes} minutes; "
                "set interval_minutes to 15 or 30."
            )


def format_times(instants: pd.DatetimeIndex | pd.Series, timezone: str) -> list[str]:
    """Write instants as ISO 8601 wall time with the zone's offset.

    Examples
    --------
    >>> format_times(pd.DatetimeIndex(["2026-07-01 12:00"], tz="UTC"), "Europe/Dublin")
    ['2026-07-01T13:00:00+01:00']
    """
    local = pd.DatetimeIndex(instants).tz_convert(zone(timezone))
    return [instant.isoformat(timespec="seconds") for instant in local]


def local_days(instants: pd.DatetimeIndex, timezone: str) -> list[date]:
    """Return the local calendar day of each instant."""
    return list(instants.tz_convert(zone(timezone)).date)


def week_start(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())


def minute_of_week(instants: pd.DatetimeIndex, timezone: str) -> pd.Index:
    """Return local minutes since Monday 00:00 by the wall clock, 0 to 10079."""
    local = instants.tz_convert(zone(timezone))
    return local.day_of_week * 1440 + local.hour * 60 + local.minute


def _phase(instant: pd.Timestamp, interval_minutes: int, timezone: str) -> pd.Timedelta:
    offset = instant.tz_convert(zone(timezone)).utcoffset()
    assert offset is not None
    return pd.Timedelta(-offset % timedelta(minutes=interval_minutes))
