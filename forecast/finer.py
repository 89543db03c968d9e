"""Quarter and half hours as shares of their hour, so that every grid tells one volume.

A forecast per 15 or 30 minutes is that of the hours, parted: the means of an hour's parts add up to
what the forecast per hour says, exactly, because they are made from it. Only in hours that an event
cuts do they not: there the parts within the event follow it. Shares are those of the past, by
weekday where enough came, drawn to those of all days and these to even ones.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.clock import UNIT, check_interval, floor_to_grid
from forecast.closures import Calendar
from forecast.days import DAYS_OF_WEEK, Floats, Layout, day_panel, lay_out, weekdays
from forecast.history import regrid
from forecast.profiles import decay
from forecast.rehearsal import PastForecasts
from forecast.series import VolumeHistory

HOUR = 60
HALF_LIFE_DAYS = 56.0
CONTACTS_OF_ALL_DAYS = 40.0
CONTACTS_OF_EVEN_PARTS = 20.0
LEAST = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Parts:
    """How the parts of an hour share it.

    Parameters
    ----------
    share
        Of the hour, weekdays by slots of the finer grid; the parts of an hour add up to 1.
    fine
        The history on the finer grid; its calendar states the opening hours.
    """

    share: Floats
    fine: VolumeHistory

    @property
    def per_hour(self) -> int:
        """Intervals of the finer grid in an hour."""
        return HOUR // self.fine.calendar.interval_minutes

    def split(
        self, hours: pd.DatetimeIndex, mean: Floats, uncertain: Floats, index: pd.DatetimeIndex
    ) -> tuple[Floats, Floats]:
        """Part hours into the intervals of an index.

        Parameters
        ----------
        hours
            Starts of the hours in which the index lies.
        mean, uncertain
            Contacts and added dispersion of each hour.
        index
            Starts of the intervals wanted.

        Returns
        -------
        tuple of numpy.ndarray
            Contacts/interval and added dispersion of each interval.
        """
        calendar = self.fine.calendar
        whole = pd.date_range(
            hours[0], periods=len(hours) * self.per_hour, freq=calendar.step, unit=UNIT
        )
        layout = lay_out(whole, calendar)
        share = self._share_at(whole, layout)
        factor = calendar.factors(whole).reshape(-1, self.per_hour)
        of_hour = replace(calendar, interval_minutes=HOUR).factors(hours)[:, None]
        relative = np.divide(factor, of_hour, out=np.ones_like(factor), where=of_hour > 0)
        parted = mean[:, None] * share * relative
        first = int(np.searchsorted(whole.asi8, index.asi8[0]))
        wanted = slice(first, first + len(index))
        return (
            (parted.reshape(-1) * calendar.open_at(whole))[wanted],
            np.repeat(uncertain, self.per_hour)[wanted],
        )

    def split_past(self, past: PastForecasts) -> PastForecasts:
        """Part the hours of a rehearsal, beside what came on the finer grid."""
        panel = day_panel(self.fine)
        made = np.repeat(past.made, self.per_hour, axis=2) * self.share[weekdays(past.ordinal)]
        row = past.ordinal - panel.ordinal[0]
        inside = (row >= 0) & (row < len(panel.ordinal))
        actual = panel.volume[np.clip(row, 0, len(panel.ordinal) - 1)]
        return replace(past, made=made, actual=np.where(inside[:, :, None], actual, np.nan))

    def _share_at(self, whole: pd.DatetimeIndex, layout: Layout) -> Floats:
        """Return the shares of each hour, hours by parts; 0 where it is closed every week."""
        calendar = self.fine.calendar
        like = calendar.like_weekday(whole)
        weekday = np.where(like >= 0, like, weekdays(layout.ordinal))
        usual = replace(
            calendar, events=tuple(each for each in calendar.events if each.kind == "like")
        )
        share = self.share[weekday, layout.slot] * usual.open_at(whole)
        share = share.reshape(-1, self.per_hour)
        total = share.sum(axis=1, keepdims=True)
        even = np.full_like(share, 1.0 / self.per_hour)
        shared: Floats = np.divide(share, total, out=even, where=total > 0)
        return shared


def on_hours(history: VolumeHistory) -> VolumeHistory:
    """Return the history per hour; as it is where that cannot be or would leave less than a day."""
    calendar = history.calendar
    index = history.volume.index
    if calendar.interval_minutes >= HOUR or len(index) * calendar.step < LEAST:
        return history
    try:
        check_interval(HOUR, calendar.timezone, index[0], index[-1])
    except ValueError:
        # Clocks that change by half an hour: hours would be cut.
        return history
    hourly = regrid(history, HOUR)
    return hourly if hourly.volume.notna().sum() * hourly.calendar.step >= LEAST else history


def hours_of(index: pd.DatetimeIndex, calendar: Calendar) -> pd.DatetimeIndex:
    """Return the starts of the hours in which an unbroken index lies."""
    ends = floor_to_grid(index[[0, -1]], HOUR, calendar.timezone)
    return pd.date_range(ends[0], ends[1], freq="h", name=index.name, unit=UNIT)


def learn_parts(fine: VolumeHistory) -> Parts:
    """Learn from a history how the parts of an hour share it.

    Parameters
    ----------
    fine
        The history on its own grid; its calendar states the opening hours.
    """
    panel = day_panel(fine)
    per_hour = HOUR // fine.calendar.interval_minutes
    weight = decay(panel.ordinal, HALF_LIFE_DAYS)
    known = ~np.isnan(panel.volume)
    came = np.where(known, panel.volume, 0.0) * weight[:, None]
    shape = (DAYS_OF_WEEK, panel.volume.shape[1] // per_hour, per_hour)
    own = np.stack(
        [came[panel.weekday == weekday].sum(axis=0) for weekday in range(DAYS_OF_WEEK)]
    ).reshape(shape)
    every = own.sum(axis=0) + CONTACTS_OF_EVEN_PARTS / per_hour
    every = every / every.sum(axis=1, keepdims=True)
    drawn = own + CONTACTS_OF_ALL_DAYS * every
    share = drawn / drawn.sum(axis=2, keepdims=True)
    return Parts(share.reshape(DAYS_OF_WEEK, -1), fine)
