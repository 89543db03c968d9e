"""Which stretch of time a plan is for, and how far ahead of the data it lies."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from data.clock import midnight, week_start, zone
from data.errors import InputError
from forecast.series import VolumeForecast

MOST_WEEKS_BRIDGED = 6


@dataclass(frozen=True)
class Period:
    """The planned stretch of time.

    Parameters
    ----------
    start, end
        Local midnights, in UTC.
    cutoff
        End of the data that the plan may know: what stands for "now".
    """

    start: pd.Timestamp
    end: pd.Timestamp
    cutoff: pd.Timestamp

    def of(self, forecast: VolumeForecast) -> VolumeForecast:
        """Return the part of a forecast that lies in the period."""
        index = forecast.table.index
        return replace(forecast, table=forecast.table[(index >= self.start) & (index < self.end)])


def next_period(cutoff: pd.Timestamp, timezone: str, start: date | None, weeks: int) -> Period:
    """Return the period to plan.

    Parameters
    ----------
    cutoff
        End of the data.
    timezone
        The calendar's zone.
    start
        First local day; None for the first local Monday that does not lie before the cutoff.
    weeks
        How many weeks.

    Examples
    --------
    >>> period = next_period(pd.Timestamp("2026-11-22T10:00Z"), "Europe/Dublin", None, 1)
    >>> print(period.start, period.end)
    2026-11-23 00:00:00+00:00 2026-11-30 00:00:00+00:00
    """
    if weeks < 1:
        raise InputError(f"--weeks: found {weeks}; give at least 1")
    if start is None:
        day = cutoff.tz_convert(zone(timezone)).date()
        start = week_start(day)
        if midnight(start, timezone) < cutoff:
            start += timedelta(days=7)
    first = midnight(start, timezone)
    last = midnight(start + timedelta(weeks=weeks), timezone)
    return Period(first, last, min(cutoff, first))


def bridge_notes(period: Period) -> tuple[str, ...]:
    """Say when a period lies so far ahead that little is known of it."""
    weeks = (period.start - period.cutoff) / pd.Timedelta(weeks=1)
    if weeks <= MOST_WEEKS_BRIDGED:
        return ()
    return (
        f"The plan starts {weeks:.0f} weeks after the data ends; that far ahead the forecast "
        "repeats the latest weeks.",
    )
