"""Reading what came in so far today, for an update of a forecast."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.clock import format_times
from data.errors import InputError
from data.sources.intervals import read_intervals
from forecast.series import VolumeForecast


def read_actuals(
    path: Path, forecasts: Sequence[VolumeForecast]
) -> tuple[dict[str, pd.Series], tuple[str, ...]]:
    """Read the contacts of today's intervals so far, whole intervals only.

    Parameters
    ----------
    path
        A file of ``unique_id,ds,y``; finer intervals are added up, and one that lacks a part, as
        the last of a file may, is not known.
    forecasts
        What is to be updated; times without an offset are read in their zone.

    Returns
    -------
    tuple
        By queue the contacts/interval from its first to its last known interval, indexed by
        ``interval_start`` in UTC, NaN where not known; and what was repaired, a sentence each.

    Raises
    ------
    InputError
        When a queue was not forecast, an interval lies outside the forecast, or nothing is known.
    """
    by_queue = {forecast.queue: forecast for forecast in forecasts}
    calendar = forecasts[0].calendar
    source = read_intervals(
        path, timezone=calendar.timezone, interval_minutes=calendar.interval_minutes
    )
    found = {}
    for name, rows in source.table.groupby("queue", sort=False):
        queue = str(name)
        if queue not in by_queue:
            raise InputError(
                f"{path}, column unique_id: found {queue!r}, which is not in the forecast; it has "
                f"{', '.join(sorted(by_queue))}"
            )
        known = rows.dropna(subset="volume").set_index("interval_start")["volume"]
        if not known.empty:
            found[queue] = _within(path, known, by_queue[queue])
    if not found:
        raise InputError(f"{path}, column y: found no volume; give at least one whole interval")
    return found, tuple(repair.sentence for repair in source.repairs)


def _within(path: Path, known: pd.Series, forecast: VolumeForecast) -> pd.Series:
    """Lay actuals on the grid of the forecast; refuse what lies before or behind it."""
    index = pd.DatetimeIndex(forecast.table.index)
    start, end = index[0], index[-1] + forecast.calendar.step
    at, first, last = format_times(
        pd.DatetimeIndex([known.index[0], start, end]), forecast.calendar.timezone
    )
    if known.index[0] < start:
        raise InputError(
            f"{path}, column ds: found {at} of the queue {forecast.queue}, before the forecast "
            f"begins at {first}; leave out what the history holds already"
        )
    if known.index[-1] >= index[-1]:
        at = format_times(pd.DatetimeIndex(known.index[-1:]), forecast.calendar.timezone)[0]
        raise InputError(
            f"{path}, column ds: found {at} of the queue {forecast.queue}, which leaves nothing "
            f"of a forecast that ends at {last}; make a forecast that reaches further"
        )
    return known.reindex(index[(index >= known.index[0]) & (index <= known.index[-1])])
