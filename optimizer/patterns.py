"""Which dated shifts there could be: starts, lengths, and the hours they may lie in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import zone
from data.week import WeeklyHours

DAY_MINUTES = 1440
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, order=True)
class ShiftTimes:
    """When a shift could lie, in UTC, whatever queue and role it has."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """Elapsed time in hours."""
        return (self.end - self.start) / timedelta(hours=1)


@dataclass(frozen=True)
class Period:
    """The planned period minute by minute, on which wall times are looked up.

    Parameters
    ----------
    begin, end
        Start of the first interval and end of the last one, in UTC. Shifts lie between them.
    """

    begin: pd.Timestamp
    end: pd.Timestamp

    @property
    def minutes(self) -> pd.DatetimeIndex:
        """Every minute of it, in UTC."""
        return pd.date_range(self.begin, self.end, freq="min", inclusive="left")

    def minute_of_week(self, timezone: str) -> npt.NDArray[np.int64]:
        """Return each minute's wall-clock minutes since Monday 00:00."""
        local = self.minutes.tz_convert(zone(timezone))
        return np.asarray(
            local.day_of_week * DAY_MINUTES + local.hour * 60 + local.minute, dtype=np.int64
        )

    def within_hours(self, hours: WeeklyHours, timezone: str) -> Flags:
        """Say of each minute whether it lies in the windows, by the wall clock of a zone."""
        return np.asarray(hours.minutes()[self.minute_of_week(timezone)])

    def outside(self, start: datetime, end: datetime) -> Flags:
        """Say of each minute whether it lies before `start` or from `end` on."""
        minutes = self.minutes
        return np.asarray((minutes < pd.Timestamp(start)) | (minutes >= pd.Timestamp(end)))


def shift_times(
    period: Period,
    starts_every_minutes: int,
    lengths_hours: Iterable[float],
    timezone: str,
    allowed: Flags | None = None,
) -> tuple[ShiftTimes, ...]:
    """List every shift that starts on the wall-clock grid of a zone and lies in a period.

    On the day on which clocks go back a start in the repeated hour occurs twice, an elapsed hour
    apart; in the hour that is left out there is none. Lengths are elapsed time on every day.

    Parameters
    ----------
    period
        No shift reaches beyond it.
    starts_every_minutes
        Distance of starts after local midnight.
    lengths_hours
        Lengths to be had.
    timezone
        The zone by whose wall clock shifts start.
    allowed
        Of each minute of the period, whether a shift may be worked in it; None for all.

    Returns
    -------
    tuple of ShiftTimes
        Sorted, each once.

    Examples
    --------
    >>> day = Period(pd.Timestamp("2026-03-29", tz="UTC"), pd.Timestamp("2026-03-30", tz="UTC"))
    >>> times = shift_times(day, 360, [8, 12], "UTC")
    >>> [(shift.start.hour, shift.hours) for shift in times]
    [(0, 8.0), (0, 12.0), (6, 8.0), (6, 12.0), (12, 8.0), (12, 12.0)]
    """
    minutes = period.minutes
    is_start = period.minute_of_week(timezone) % DAY_MINUTES % starts_every_minutes == 0
    allowed = np.ones(len(minutes), dtype=bool) if allowed is None else allowed
    refused = np.concatenate([[0], np.cumsum(~allowed)])
    found = []
    for first in map(int, np.flatnonzero(is_start)):
        for length in sorted({round(hours * 60) for hours in lengths_hours}):
            last = first + length
            if last <= len(minutes) and refused[last] == refused[first]:
                start = minutes[first].to_pydatetime()
                found.append(ShiftTimes(start, start + timedelta(minutes=length)))
    return tuple(found)


@dataclass(frozen=True)
class Candidate:
    """A shift that one queue could use.

    Parameters
    ----------
    times
        When it lies.
    first, last
        The places among the queue's intervals that it covers wholly: `first` up to `last`.
    closed_hours
        Of the closed intervals that it touches.
    """

    times: ShiftTimes
    first: int
    last: int
    closed_hours: float


def useful_shifts(
    times: Iterable[ShiftTimes],
    starts: pd.DatetimeIndex,
    interval_minutes: int,
    is_open: Flags,
    *,
    alike: bool = True,
) -> tuple[Candidate, ...]:
    """Keep the shifts that a queue could use, none of them in closed hours without need.

    A shift that covers no open interval is left out. One that touches a closed interval is left out
    when another of its length touches none and covers every open interval that it covers: it costs
    the same and does as much. So a shift reaches into closed hours only where none of its length
    avoids them, as in a queue that is open for less than that.

    Parameters
    ----------
    times
        When shifts could lie.
    starts
        The queue's interval starts, rising, in UTC.
    interval_minutes
        Their length.
    is_open
        Of each interval, whether the queue is open or requires anybody.
    alike
        Whether shifts of a length cost the same and do as much wherever they lie. Where breaks
        make them differ, those that touch a closed interval are kept.
    """
    times = tuple(times)
    left = starts.tz_convert(None).to_numpy()
    step = np.timedelta64(interval_minutes, "m")
    begins = np.array([_instant(shift.start) for shift in times], dtype="datetime64[us]")
    ends = np.array([_instant(shift.end) for shift in times], dtype="datetime64[us]")
    first, last = np.searchsorted(left, begins), np.searchsorted(left, ends - step, "right")
    opened = np.concatenate([[0], np.cumsum(is_open)])
    touched_from = np.searchsorted(left, begins - step, "right")
    touched_to = np.searchsorted(left, ends)
    is_useful = opened[np.maximum(first, last)] > opened[first]
    closed = touched_to - touched_from - (opened[touched_to] - opened[touched_from])
    is_inside = closed == 0
    open_places = np.flatnonzero(is_open)
    kept = []
    for place in np.flatnonzero(is_useful):
        if alike and not is_inside[place]:
            rivals = is_inside & (ends - begins == ends[place] - begins[place])
            first_open = open_places[opened[first[place]]]
            last_open = open_places[opened[last[place]] - 1]
            if (rivals & (first <= first_open) & (last_open < last)).any():
                continue
        hours = float(closed[place]) * interval_minutes / 60
        kept.append(Candidate(times[place], int(first[place]), int(last[place]), hours))
    return tuple(kept)


def _instant(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")
