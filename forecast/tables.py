"""Forecasts and backtests as the tables that stand in files."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import INTERVALS_MINUTES, UNIT, check_interval, floor_to_grid, format_times
from data.errors import InputError, fault
from data.files import read_number, read_table, read_text
from data.sources.times import localise, read_times, second_offset
from forecast.closures import Calendar
from forecast.series import VolumeForecast, quantile_column

DECIMALS = 4
_QUANTILE = re.compile(r"^q\d{2,6}$")


def forecast_table(forecasts: Sequence[VolumeForecast]) -> pd.DataFrame:
    """Lay forecasts out as ``forecast.csv`` has them.

    Parameters
    ----------
    forecasts
        Queues with the same quantiles.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval: ``unique_id``, ``ds`` as text with the calendar zone's
        offset, ``mean`` and the quantiles in contacts/interval.
    """
    parts = []
    for forecast in forecasts:
        columns = ["mean", *(quantile_column(level) for level in forecast.probabilities)]
        part = forecast.table[columns].round(DECIMALS).reset_index(drop=True)
        times = format_times(pd.DatetimeIndex(forecast.table.index), forecast.calendar.timezone)
        part.insert(0, "unique_id", forecast.queue)
        part.insert(1, "ds", times)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def backtest_table(rows: pd.DataFrame, timezone: str = "UTC") -> pd.DataFrame:
    """Lay the rows of a backtest out as ``backtest.csv`` has them, times as text.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.
    timezone
        In whose wall time to write.
    """
    table = rows.loc[:, [name for name in rows.columns if name in _IN_FILE or _quantile(name)]]
    table = table.copy()
    for column in ("cutoff", "ds"):
        table[column] = format_times(table[column], timezone)
    numbers = table.select_dtypes("float").columns
    table[numbers] = table[numbers].round(DECIMALS)
    return table


_IN_FILE = ("unique_id", "model", "cutoff", "ds", "lead", "y", "mean")


def read_forecast(
    path: Path, calendars: Mapping[str, Calendar] | None = None, timezone: str = "UTC"
) -> tuple[VolumeForecast, ...]:
    """Read forecasts, queues in the order of the file.

    Parameters
    ----------
    path
        A CSV file with ``unique_id``, ``ds``, ``q50``, any further quantiles and, if it has one,
        ``mean``; without it the median stands for the mean.
    calendars
        The queues' calendars; one that is not named has the zone and the interval of its rows.
    timezone
        In which a time without offset is read.

    Raises
    ------
    InputError
        With row and column: a time or number that cannot be read, an uneven grid, quantiles that
        cross, an interval other than the calendar's.
    """
    names = _columns(path)
    levels = sorted((name for name in names if _quantile(name)), key=lambda name: f"0.{name[1:]}")
    if "q50" not in levels:
        raise InputError(f"{path}: column q50 is missing; add the median as q50")
    table = read_table(path, ("unique_id", "ds", *levels), ("mean",))
    if table.empty:
        raise InputError(f"{path}: there is no row below the header; write the forecast again")
    if "mean" not in names:
        table["mean"] = table["q50"]
    forecasts = []
    for queue, rows in table.groupby("unique_id", sort=False):
        calendar = (calendars or {}).get(str(queue))
        forecasts.append(_read_queue(path, str(queue), rows, levels, calendar, timezone))
    return tuple(forecasts)


def _read_queue(
    path: Path,
    queue: str,
    rows: pd.DataFrame,
    levels: Sequence[str],
    calendar: Calendar | None,
    timezone: str,
) -> VolumeForecast:
    index = _instants(path, rows["ds"], calendar.timezone if calendar else timezone)
    calendar = calendar or Calendar(timezone, _interval_minutes(path, rows, index))
    _check_even(path, rows, index, calendar)
    values = {
        column: [
            read_number(text, path, int(row), column)
            for row, text in zip(rows.index, rows[column], strict=True)
        ]
        for column in (*levels, "mean")
    }
    made = pd.DataFrame(values, index=index)[["mean", *levels]]
    crossing = np.argwhere(np.diff(made[list(levels)].to_numpy(), axis=1) < -1e-9)
    if len(crossing):
        place, left = (int(part) for part in crossing[0])
        raise fault(
            path,
            rows[levels[left + 1]].iloc[place],
            f"must be at least {levels[left]}, {rows[levels[left]].iloc[place]}",
            row=int(rows.index[place]),
            column=levels[left + 1],
        )
    return VolumeForecast(queue, "file", calendar, made)


def _instants(path: Path, texts: pd.Series, timezone: str) -> pd.DatetimeIndex:
    """Read instants; of a naive hour that comes twice in a row the later is the second offset."""
    read = read_times(texts.tolist())
    if not read.readable.all():
        place = int(np.argmin(read.readable))
        mend = "write a time such as 2026-11-30T09:00:00+00:00"
        raise fault(path, texts.iloc[place], mend, row=int(texts.index[place]), column="ds")
    wall = pd.DatetimeIndex(read.micros.astype("datetime64[us]"))
    instants = pd.Series(wall.tz_localize("UTC"))
    if read.naive.any():
        local = localise(wall[read.naive], timezone)
        if local.nonexistent.any():
            place = int(np.flatnonzero(read.naive)[np.argmax(local.nonexistent)])
            mend = f"the clocks of {timezone} skip this time; write it with its offset"
            raise fault(path, texts.iloc[place], mend, row=int(texts.index[place]), column="ds")
        again = wall[read.naive].duplicated()
        late = second_offset(wall[read.naive], timezone)
        instants[read.naive] = np.where(again, late, local.instants)
    return pd.DatetimeIndex(instants, name="interval_start").as_unit(UNIT)


def _interval_minutes(path: Path, rows: pd.DataFrame, index: pd.DatetimeIndex) -> int:
    if len(index) < 2:
        return 60
    minutes = (index[1] - index[0]) / pd.Timedelta(minutes=1)
    if minutes not in INTERVALS_MINUTES:
        raise fault(
            path,
            rows["ds"].iloc[1],
            f"it is {minutes:g} minutes after the row before; an interval has 15, 30 or 60",
            row=int(rows.index[1]),
            column="ds",
        )
    return int(minutes)


def _check_even(
    path: Path, rows: pd.DataFrame, index: pd.DatetimeIndex, calendar: Calendar
) -> None:
    steps = np.diff(index.tz_localize(None).to_numpy()) != calendar.step.to_timedelta64()
    off_grid = index != floor_to_grid(index, calendar.interval_minutes, calendar.timezone)
    wrong = np.flatnonzero(off_grid | np.concatenate([[False], steps]))
    if len(wrong):
        place = int(wrong[0])
        raise fault(
            path,
            rows["ds"].iloc[place],
            f"every {calendar.interval_minutes} minutes of {calendar.timezone} has one row per "
            "queue, in order",
            row=int(rows.index[place]),
            column="ds",
        )
    try:
        check_interval(calendar.interval_minutes, calendar.timezone, index[0], index[-1])
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error


def _columns(path: Path) -> list[str]:
    header = read_text(path).split("\n", 1)[0]
    return [name.strip() for name in re.split(r"[,;\t]", header)]


def _quantile(name: str) -> bool:
    return _QUANTILE.match(name) is not None
