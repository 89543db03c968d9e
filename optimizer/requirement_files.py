"""Requirements as files: a row per queue and interval, times in the calendar's zone."""

from pathlib import Path

import pandas as pd

from data.clock import format_times
from data.files import read_number
from optimizer.interval_files import (
    check_grid,
    read_column,
    read_interval_table,
    read_share,
    read_whole,
)
from optimizer.requirement import Requirement
from optimizer.requirement_rows import REPS_COLUMNS, SERVICE_COLUMNS


def requirement_table(requirement: Requirement) -> pd.DataFrame:
    """Return the table as it stands in a file: ``unique_id``, ``ds`` in local wall time, the rest.

    Volume is rounded to 4 digits and shares to 6, so that a file repeats to the byte.
    """
    table = requirement.table.rename(columns={"queue": "unique_id"})
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), requirement.timezone)
    table.insert(1, "ds", times)
    return table.round({"volume": 4, **dict.fromkeys(SERVICE_COLUMNS, 6)})


def read_requirement(path: Path, timezone: str, interval_minutes: int) -> Requirement:
    """Read a requirement file.

    Parameters
    ----------
    path
        Columns as `requirement_table` gives them; those of the service may be missing or empty
        and are then not known (NaN).
    timezone
        The calendar's zone, in which a time without offset is read.
    interval_minutes
        The grid on which the intervals must lie.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used.
    """
    required = ("volume", *REPS_COLUMNS)
    table = read_interval_table(path, required, timezone, optional=SERVICE_COLUMNS)
    check_grid(path, table, timezone, interval_minutes)
    for column in REPS_COLUMNS:
        table[column] = read_column(path, table, column, read_whole)
    table["volume"] = read_column(path, table, "volume", read_number)
    for column in SERVICE_COLUMNS:
        table[column] = read_column(path, table, column, read_share)
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return Requirement(table, timezone, interval_minutes)
