"""Requirements as files: a row per queue and interval, times in the calendar's zone.

How many reps are called for, whatever comes, stands in a pair of columns for each probability:
``volume_q75`` and ``reps_q75`` are the contacts that are not exceeded with probability 0.75 and the
fewest reps on duty for them; ``reps_least`` are those on duty while nothing comes. They are empty
where a queue was not searched at that probability.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import format_times
from data.errors import InputError
from data.files import read_names, read_number
from forecast.series import quantile_column, quantile_level
from optimizer.interval_files import (
    check_grid,
    read_column,
    read_interval_table,
    read_share,
    read_whole,
)
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.requirement_rows import REPS_COLUMNS, SERVICE_COLUMNS

_VOLUME, _REPS, _LEAST = "volume_", "reps_", "reps_least"
_LEVEL = re.compile(r"(volume|reps)_q\d{2,6}")


def requirement_table(requirement: Requirement) -> pd.DataFrame:
    """Return the table as it stands in a file: ``unique_id``, ``ds`` in local wall time, the rest.

    Volume is rounded to 4 digits and shares to 6, so that a file repeats to the byte.
    """
    table = requirement.table.rename(columns={"queue": "unique_id"})
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), requirement.timezone)
    table.insert(1, "ds", times)
    table = table.round({"volume": 4, **dict.fromkeys(SERVICE_COLUMNS, 6)})
    return pd.concat([table, _levels_table(requirement)], axis=1)


def _levels_table(requirement: Requirement) -> pd.DataFrame:
    """Return the pairs of columns of all probabilities, rising, in the order of the rows."""
    queues = requirement.distributions
    levels = sorted({level for queue in queues.values() for level in queue.levels})
    table = pd.DataFrame(index=requirement.table.index)
    if levels:
        least = pd.Series(pd.NA, table.index, dtype="Int64")
        for name, found in queues.items():
            least[requirement.table["queue"] == name] = found.least
        table[_LEAST] = least
    for level in levels:
        volume = pd.Series(np.nan, table.index)
        reps = pd.Series(pd.NA, table.index, dtype="Int64")
        for name, found in queues.items():
            if level in found.levels:
                rows = requirement.table["queue"] == name
                place = found.levels.index(level)
                volume[rows] = found.volume[:, place].round(4)
                reps[rows] = found.reps[:, place]
        table[_VOLUME + quantile_column(level)] = volume
        table[_REPS + quantile_column(level)] = reps
    return table


def read_requirement(path: Path, timezone: str, interval_minutes: int) -> Requirement:
    """Read a requirement file.

    Parameters
    ----------
    path
        Columns as `requirement_table` gives them; those of the service may be missing or empty
        and are then not known (NaN), and those of the probabilities may be missing, too.
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
    columns = [name for name in read_names(path) if _LEVEL.fullmatch(name)]
    optional = (*SERVICE_COLUMNS, _LEAST, *columns)
    table = read_interval_table(path, required, timezone, optional=optional)
    check_grid(path, table, timezone, interval_minutes)
    for column in REPS_COLUMNS:
        table[column] = read_column(path, table, column, read_whole)
    table["volume"] = read_column(path, table, "volume", read_number)
    for column in SERVICE_COLUMNS:
        table[column] = read_column(path, table, column, read_share)
    distributions = _distributions(path, table, columns)
    table = table.drop(columns=[_LEAST, *columns])
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return Requirement(table, timezone, interval_minutes, distributions)


def _distributions(
    path: Path, table: pd.DataFrame, columns: Sequence[str]
) -> dict[str, RequiredDistribution]:
    """Read the distribution of every queue that has cells for at least two probabilities."""
    names = sorted({name.removeprefix(_VOLUME).removeprefix(_REPS) for name in columns})
    for name in names:
        for column in (_VOLUME + name, _REPS + name):
            if column not in columns:
                raise InputError(f"{path}: column {column} is missing beside its twin; add it")
    found = {}
    for queue, unsorted in table.groupby("queue", sort=True):
        rows = unsorted.sort_values("interval_start")
        given = [name for name in names if (rows[_REPS + name] != "").any()]
        if not given:
            continue
        volume = [read_column(path, rows, _VOLUME + name, read_number) for name in given]
        reps = [read_column(path, rows, _REPS + name, read_whole) for name in given]
        least = read_column(path, rows.replace({_LEAST: {"": "0"}}), _LEAST, read_whole)
        try:
            found[str(queue)] = RequiredDistribution(
                str(queue),
                pd.DatetimeIndex(rows["interval_start"]),
                tuple(quantile_level(name) for name in given),
                np.array(volume, dtype=float).T,
                np.array(reps, dtype=np.int64).T,
                np.array(least, dtype=np.int64),
            )
        except ValueError as error:
            raise InputError(f"{path}: {error} Make the requirement again.") from None
    return found
