"""Files with a row per queue and interval: ``unique_id``, ``ds`` and numbers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import UNIT, check_interval, floor_to_grid, zone
from data.errors import InputError, fault
from data.files import check_year, read_number, read_table


def read_interval_table(
    path: Path, required: Sequence[str], timezone: str, optional: Sequence[str] = ()
) -> pd.DataFrame:
    """Read who and when of every row, and leave the other cells as text.

    Parameters
    ----------
    path
        A delimited file with ``unique_id``, ``ds`` and the columns asked for.
    required, optional
        Names of the other columns; an optional one that is missing is empty text.
    timezone
        The zone in which a time without offset is read. An hour that the clock repeats is the
        first one, and the second one when a queue names it again.

    Returns
    -------
    pandas.DataFrame
        Columns ``queue``, ``interval_start`` in UTC, then those asked for as text; a row per line,
        the index being the line number.

    Raises
    ------
    InputError
        When the file lacks a column or has no row, a name is empty or a time cannot be read.
    """
    table = read_table(path, ("unique_id", "ds", *required), optional)
    if table.empty:
        raise InputError(f"{path}: there is a header and no row; export it again")
    for row, name in table["unique_id"].items():
        if not name:
            raise fault(path, "", "name the queue", row=str(row), column="unique_id")
    seen: set[tuple[str, pd.Timestamp]] = set()
    starts: list[pd.Timestamp] = []
    for row, name, text in zip(table.index, table["unique_id"], table["ds"], strict=True):
        start = _instant(path, int(row), text, timezone, second=False)
        if (name, start) in seen:
            start = _instant(path, int(row), text, timezone, second=True)
        if (name, start) in seen:
            raise fault(path, text, f"queue {name} has this interval twice", row=row, column="ds")
        seen.add((name, start))
        starts.append(start)
    table = table.rename(columns={"unique_id": "queue"}).drop(columns="ds")
    table.insert(1, "interval_start", pd.DatetimeIndex(starts).as_unit(UNIT))
    return table


def check_grid(path: Path, table: pd.DataFrame, timezone: str, interval_minutes: int) -> None:
    """Refuse intervals off the grid, or missing between the first and the last of a queue.

    Parameters
    ----------
    path
        The file, for the message.
    table
        As `read_interval_table` returns it.
    timezone, interval_minutes
        The calendar's grid.

    Raises
    ------
    InputError
        With the row concerned.
    """
    starts = pd.DatetimeIndex(table["interval_start"])
    try:
        check_interval(interval_minutes, timezone, starts.min(), starts.max())
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    off = np.flatnonzero(floor_to_grid(starts, interval_minutes, timezone) != starts)
    if len(off):
        raise fault(
            path,
            _local(starts[off[0]], timezone),
            f"intervals have {interval_minutes} minutes and start at local midnight",
            row=int(table.index[off[0]]),
            column="ds",
        )
    step = pd.Timedelta(minutes=interval_minutes)
    for queue, rows in table.groupby("queue", sort=True):
        ordered = rows.sort_values("interval_start")["interval_start"]
        gaps = np.flatnonzero(ordered.diff().iloc[1:] != step)
        if len(gaps):
            before = ordered.iloc[gaps[0]]
            raise fault(
                path,
                f"a gap after {_local(before, timezone)}",
                f"queue {queue} needs a row for every interval",
                row=int(ordered.index[gaps[0] + 1]),
                column="ds",
            )


def read_whole(text: str, path: Path, row: int, column: str) -> int:
    """Read a whole number of at least 0 from a cell.

    Raises
    ------
    InputError
        With file, row and column, when the cell holds anything else.
    """
    value = read_number(text, path, row, column)
    if value % 1:
        raise fault(path, text, "give a whole number of reps", row=row, column=column)
    return int(value)


def read_share(text: str, path: Path, row: int, column: str) -> float:
    """Read a share from a cell; NaN from an empty one.

    Raises
    ------
    InputError
        With file, row and column, when the cell holds anything else than a number from 0 to 1.
    """
    value = read_number(text, path, row, column) if text else np.nan
    if value > 1:
        raise fault(path, text, "give a share from 0 to 1", row=row, column=column)
    return value


def read_column(
    path: Path,
    table: pd.DataFrame,
    column: str,
    read: Callable[[str, Path, int, str], float],
) -> list[float]:
    """Read every cell of a column with a function that knows the place of a fault.

    Parameters
    ----------
    path
        The file, for messages.
    table
        Its rows, indexed by line number.
    column
        The column to read.
    read
        Called with the text, the file, the line and the column.
    """
    return [
        read(text, path, int(row), column)
        for row, text in zip(table.index, table[column], strict=True)
    ]


def _instant(path: Path, row: int, text: str, timezone: str, second: bool) -> pd.Timestamp:
    read = _timestamp(text)
    if read is None:
        raise fault(
            path, text, "give a time such as 2026-11-30T09:00:00+00:00", row=row, column="ds"
        )
    check_year(read, text, path, row, "ds")
    if read.tzinfo is not None:
        return read.tz_convert("UTC").as_unit(UNIT)
    local = read.tz_localize(zone(timezone), ambiguous=not second, nonexistent="NaT")
    if not isinstance(local, pd.Timestamp):
        skipped = f"the clocks of {timezone} skip this time; write it with its offset"
        raise fault(path, text, skipped, row=row, column="ds")
    return local.tz_convert("UTC").as_unit(UNIT)


def _timestamp(text: str) -> pd.Timestamp | None:
    try:
        read = pd.Timestamp(text)
    except ValueError:
        return None
    return read if isinstance(read, pd.Timestamp) else None


def _local(instant: pd.Timestamp, timezone: str) -> str:
    return instant.tz_convert(zone(timezone)).isoformat(timespec="seconds")
