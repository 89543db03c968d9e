"""The aged backlog as a file: what waits for a reply before the first interval, by its coming."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import format_times, minute_of_week
from data.errors import fault
from data.files import read_number
from data.week import WeeklyHours
from optimizer.interval_files import read_column, read_interval_table
from optimizer.queue_settings import QueueSettings
from optimizer.staffing.inbox import Waiting

# What is older is overdue by any promise, and one more day changes nothing.
_OLDEST = pd.Timedelta(days=60)


def read_waiting(
    path: Path,
    timezone: str,
    starts: Mapping[str, pd.Timestamp],
    queues: Mapping[str, QueueSettings],
) -> dict[str, Waiting]:
    """Read how many conversations wait for a reply: ``unique_id,ds,contacts``.

    Parameters
    ----------
    path
        A row for those of a queue that came at a time, ``ds``, which need not lie on the grid.
    timezone
        The zone in which a time without offset is read, and of the opening hours.
    starts
        When the first interval of each queue begins; what waits came before.
    queues
        Settings by name of the queue; ages are counted in its opening hours.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used, a queue is unknown or real-time, or a time
        does not lie before the queue's first interval.
    """
    table = read_interval_table(path, ("contacts",), timezone)
    table["contacts"] = read_column(path, table, "contacts", read_number)
    found = {}
    for queue, rows in table.groupby("queue", sort=True):
        name, first = str(queue), int(rows.index[0])
        if name not in queues or not queues[name].is_asynchronous:
            mend = "a backlog is of queues of channel email or ticket that the settings name"
            raise fault(path, name, mend, row=first, column="unique_id")
        if name not in starts:
            raise fault(path, name, "there is no volume of it", row=first, column="unique_id")
        late = rows[rows["interval_start"] >= starts[name]]
        if len(late):
            came = format_times(late["interval_start"].iloc[:1], timezone)[0]
            begin = format_times(pd.DatetimeIndex([starts[name]]), timezone)[0]
            mend = f"what waits came before the first interval, {begin}"
            raise fault(path, came, mend, row=int(late.index[0]), column="ds")
        found[name] = _aged(rows, starts[name], queues[name].opening, timezone)
    return found


def _aged(
    rows: pd.DataFrame, start: pd.Timestamp, opening: WeeklyHours | None, timezone: str
) -> Waiting:
    ordered = rows.sort_values("interval_start")
    came = pd.DatetimeIndex(ordered["interval_start"])
    came = came.where(came > start - _OLDEST, start - _OLDEST)
    ages = open_minutes(came, start, opening, timezone)
    return Waiting(ordered["contacts"].to_numpy(dtype=float), ages)


def open_minutes(
    since: pd.DatetimeIndex, until: pd.Timestamp, opening: WeeklyHours | None, timezone: str
) -> np.ndarray:
    """Return the whole minutes of opening hours from each of some instants, rising, to another."""
    elapsed = ((until - since) / pd.Timedelta(minutes=1)).to_numpy(dtype=float)
    if opening is None or not len(since):
        return elapsed
    minutes = pd.date_range(end=until, periods=int(np.ceil(elapsed[0])) + 1, freq="min")[:-1]
    runs = opening.minutes()[np.asarray(minute_of_week(minutes, timezone))]
    gone = np.concatenate([[0], np.cumsum(runs[::-1])])
    return np.asarray(gone[np.round(elapsed).astype(int)], dtype=float)
