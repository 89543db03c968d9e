"""Totals of local days and weeks, with quantiles, from a forecast of intervals.

What agrees exactly: the mean of a day or a week is the sum of the means of its intervals, so
quarter hours, hours, days and weeks tell one volume. What agrees in distribution: the quantiles of
a total are those of the totals of sample paths; quantiles of parts do not add up, for not every
hour has its worst on the same day.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import format_times
from forecast.days import Floats, Integers, lay_out, weekdays
from forecast.paths import sample_paths
from forecast.series import VolumeForecast, quantile_column

PERIODS = ("day", "week")
PATHS = 2000
SEED = 1
DECIMALS = 4


def totals(forecast: VolumeForecast, paths: Integers | None = None) -> pd.DataFrame:
    """Add a forecast up by local days, and by weeks from Monday.

    Parameters
    ----------
    forecast
        One queue. Days and weeks that it covers in part are added up as far as it goes.
    paths
        Sample paths of it, paths by intervals; drawn when not given.

    Returns
    -------
    pandas.DataFrame
        A row per day and then per week: ``period``, ``day`` or ``week``; ``start``, its first
        interval in the forecast, in UTC; ``intervals``, how many of them the forecast has;
        ``mean`` and the forecast's quantiles in contacts.
    """
    drawn = sample_paths(forecast, PATHS, SEED) if paths is None else paths
    index = pd.DatetimeIndex(forecast.table.index)
    day = lay_out(index, forecast.calendar).ordinal
    parts = []
    for period, of in zip(PERIODS, (day, day - weekdays(day)), strict=True):
        firsts: npt.NDArray[np.int64]
        _, firsts, counts = np.unique(of, return_index=True, return_counts=True)
        sums = np.add.reduceat(drawn, firsts, axis=1).astype(float)
        columns: dict[str, object] = {
            "period": period,
            "start": index[firsts],
            "intervals": counts,
            "mean": np.add.reduceat(forecast.table["mean"].to_numpy(dtype=float), firsts),
        }
        for level in forecast.probabilities:
            quantile: Floats = np.quantile(sums, level, axis=0)
            columns[quantile_column(level)] = quantile
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def totals_table(forecasts: Sequence[VolumeForecast]) -> pd.DataFrame:
    """Lay totals of queues out as they stand in a file.

    Returns
    -------
    pandas.DataFrame
        As `totals`, with ``unique_id`` before it and ``start`` as text with the calendar zone's
        offset.
    """
    parts = []
    for forecast in forecasts:
        part = totals(forecast)
        part["start"] = format_times(part["start"], forecast.calendar.timezone)
        numbers = part.select_dtypes("float").columns
        part[numbers] = part[numbers].round(DECIMALS)
        part.insert(0, "unique_id", forecast.queue)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
