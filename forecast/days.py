"""Volume laid out as local days by wall-clock slots: the form in which models see it.

A row is a local day and a column a slot of its wall clock, so a weekly rhythm keeps its hour
through a clock change. In the night in which clocks go back two intervals share a slot, and its
entry is their mean; when they go forward a slot does not exist and its entry is unknown.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import zone
from forecast.closures import Calendar, learn_opening
from forecast.drivers import additions
from forecast.drivers import factors as driver_factors
from forecast.series import VolumeHistory

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class DayPanel:
    """What may be learnt from, as days by slots.

    Parameters
    ----------
    ordinal
        Days since 1970-01-01, rising by one.
    weekday
        0 for Monday to 6 for Sunday; a ``like`` day has the weekday that it resembles.
    volume
        Contacts/interval, days by slots, factors of events and effects of drivers taken out; NaN
        where nothing is known or nothing can be learnt: closed, ignored, a holiday.
    holiday_volume
        Contacts/interval on public holidays, days by slots; NaN elsewhere.
    explained
        Days since 1970-01-01 on which a factor is stated, also 1: what is left of their volume is
        the planner's word for the rhythm, and no model takes such a day for odd.
    """

    ordinal: Integers
    weekday: Integers
    volume: Floats
    holiday_volume: Floats
    explained: frozenset[int] = frozenset()

    def head(self, days: int) -> "DayPanel":
        """Return the first days, as they were known when they ended."""
        return self._rows(slice(None, days))

    def tail(self, days: int) -> "DayPanel":
        """Return the last days."""
        return self._rows(slice(-days, None))

    def _rows(self, rows: slice) -> "DayPanel":
        return DayPanel(
            self.ordinal[rows],
            self.weekday[rows],
            self.volume[rows],
            self.holiday_volume[rows],
            self.explained,
        )

    @property
    def known_days(self) -> int:
        """Days on which at least one interval can be learnt from."""
        return int((~np.isnan(self.volume)).any(axis=1).sum())


@dataclass(frozen=True)
class FutureDays:
    """The days of a horizon.

    Parameters
    ----------
    ordinal
        Days since 1970-01-01, rising by one; the first may be the last of the history.
    weekday
        As in `DayPanel`.
    """

    ordinal: Integers
    weekday: Integers


@dataclass(frozen=True)
class Layout:
    """Where each interval of an index stands in a panel of local days."""

    ordinal: Integers
    slot: Integers

    @property
    def days(self) -> Integers:
        """Every day from the first to the last, since 1970-01-01."""
        return np.arange(self.ordinal.min(), self.ordinal.max() + 1, dtype=np.int64)

    def spread(self, panel: Floats) -> Floats:
        """Return the panel's entry for each interval."""
        values: Floats = panel[self.ordinal - self.ordinal.min(), self.slot]
        return values

    def gather(self, values: Floats, slots: int) -> Floats:
        """Return days by slots; intervals that share a slot are averaged, unknown ones left out."""
        row = self.ordinal - self.ordinal.min()
        known = ~np.isnan(values)
        total = np.zeros((len(self.days), slots))
        count = np.zeros_like(total)
        np.add.at(total, (row[known], self.slot[known]), values[known])
        np.add.at(count, (row[known], self.slot[known]), 1.0)
        return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def lay_out(index: pd.DatetimeIndex, calendar: Calendar) -> Layout:
    """Place intervals by local day and wall-clock slot."""
    wall = index.tz_convert(zone(calendar.timezone)).tz_localize(None)
    minutes = np.asarray(wall.hour * 60 + wall.minute, dtype=np.int64)
    ordinal = wall.to_numpy().astype("datetime64[D]").astype(np.int64)
    return Layout(ordinal, minutes // calendar.interval_minutes)


def with_opening(history: VolumeHistory) -> VolumeHistory:
    """Return the history with its opening hours learnt where they are not stated."""
    if history.calendar.opening is not None:
        return history
    opening = learn_opening(history.volume, history.calendar)
    return replace(history, calendar=replace(history.calendar, opening=opening))


def day_panel(history: VolumeHistory) -> DayPanel:
    """Lay a history out as what may be learnt from.

    Parameters
    ----------
    history
        Its calendar states the opening hours.
    """
    calendar = history.calendar
    index = pd.DatetimeIndex(history.volume.index)
    layout = lay_out(index, calendar)
    volume = history.volume.to_numpy(dtype=float).copy()
    factor = calendar.factors(index)
    like_weekday = calendar.like_weekday(index)
    volume = np.divide(volume, factor, out=np.full_like(volume, np.nan), where=factor > 0)
    volume = _without_drivers(volume, index, history)
    volume[~calendar.open_at(index) | calendar.during(index, "ignore")] = np.nan
    holiday = calendar.holiday_at(index)
    slots = 1440 // calendar.interval_minutes
    weekday = weekdays(layout.days)
    whole_day = whole_like_days(calendar)
    like = np.array([whole_day.get(int(day), -1) for day in layout.days], dtype=np.int64)
    of_whole = like[layout.ordinal - layout.ordinal.min()] >= 0
    volume[(like_weekday >= 0) & ~of_whole] = np.nan
    return DayPanel(
        layout.days,
        np.where(like >= 0, like, weekday),
        layout.gather(np.where(holiday, np.nan, volume), slots),
        layout.gather(np.where(holiday, volume, np.nan), slots),
        frozenset(event.ordinal for event in calendar.events if event.kind == "factor"),
    )


def _without_drivers(volume: Floats, index: pd.DatetimeIndex, history: VolumeHistory) -> Floats:
    """Return the volume as it would be at the drivers' last values, and without bursts."""
    drivers, timezone = history.calendar.drivers, history.calendar.timezone
    if not drivers:
        return volume
    factor = driver_factors(drivers, index, timezone, history.cutoff)
    base = np.maximum(volume - additions(drivers, index, timezone), 0.0)
    return np.divide(base, factor, out=np.full_like(volume, np.nan), where=factor > 0)


def weekdays(ordinal: Integers) -> Integers:
    """Return 0 for Monday to 6 for Sunday.

    Examples
    --------
    1970 began on a Thursday:

    >>> weekdays(np.array([0, 4])).tolist()
    [3, 0]
    """
    return (ordinal + 3) % DAYS_OF_WEEK


def whole_like_days(calendar: Calendar) -> dict[int, int]:
    """Return the weekday that each whole ``like`` day resembles, by days since 1970-01-01."""
    return {
        int(np.datetime64(event.day, "D").astype(np.int64)): event.like_day
        for event in calendar.events
        if event.like_day is not None and event.whole_day
    }
