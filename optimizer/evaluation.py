"""What service a given staff gives: the tables of the command ``evaluate``."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import format_times, zone
from data.errors import InputError, fault
from optimizer.asynchronous import AsynchronousQueue, SparedHands
from optimizer.interval_files import check_grid, read_column, read_interval_table, read_whole
from optimizer.planned_volume import refuse_too_much
from optimizer.queue_settings import QueueSettings, order_of_filling
from optimizer.real_time import predict_service
from optimizer.staffing.inbox import BACKLOG_COLUMNS, NOTHING, Waiting
from optimizer.staffing.service_columns import SHARES

EVALUATION_COLUMNS = ("service_level", *SHARES, "overrun_minutes")
MOST_REPS = 1_000_000


def read_staff(path: Path, timezone: str, interval_minutes: int) -> pd.DataFrame:
    """Read how many reps are on duty: ``unique_id,ds,reps``.

    Returns
    -------
    pandas.DataFrame
        ``queue, interval_start, reps``; a row per queue and interval, sorted by both.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used or an interval is missing.
    """
    table = read_interval_table(path, ("reps",), timezone)
    check_grid(path, table, timezone, interval_minutes)
    table["reps"] = read_column(path, table, "reps", _reps)
    return table.sort_values(["queue", "interval_start"], ignore_index=True)


def _reps(text: str, path: Path, row: int, column: str) -> int:
    reps = read_whole(text, path, row, column)
    if reps > MOST_REPS:
        raise fault(path, text, f"give at most {MOST_REPS} reps", row=row, column=column)
    return reps


def evaluate_staff(
    volume: pd.DataFrame,
    staff: pd.DataFrame,
    queues: Mapping[str, QueueSettings],
    interval_minutes: int,
    timezone: str = "UTC",
    waiting: Mapping[str, Waiting] | None = None,
) -> pd.DataFrame:
    """Predict the service of every queue and interval, from an empty floor on.

    Asynchronous queues are worked by reps of their own and in the hands that the real-time queues
    of the same tables spare.

    Parameters
    ----------
    volume
        ``queue, interval_start, volume``: contacts of each interval.
    staff
        ``queue, interval_start, reps``: on duty in the same intervals.
    queues
        Settings by name of the queue.
    interval_minutes
        Length of an interval.
    timezone
        The calendar's zone, in which the opening hours of asynchronous queues are stated.
    waiting
        By asynchronous queue what waits for a reply when the first interval begins.

    Returns
    -------
    pandas.DataFrame
        ``queue, interval_start``, by which it is sorted, then `EVALUATION_COLUMNS` as in
        `optimizer.staffing.birth_death.evaluate`; ``service_level`` is the one that the queue's
        clock names. With asynchronous queues also `BACKLOG_COLUMNS`, as in
        `optimizer.staffing.inbox.evaluate_inbox`, empty for the others.

    Raises
    ------
    InputError
        When the two differ in an interval, a queue has no settings, or more contacts come in an
        interval than can be planned for.
    """
    on = ["queue", "interval_start"]
    both = volume[[*on, "volume"]].merge(staff[[*on, "reps"]], on=on, how="outer", indicator="side")
    _refuse_one_sided(both)
    by_queue = {str(name): rows for name, rows in both.sort_values(on).groupby("queue", sort=True)}
    for name, rows in by_queue.items():
        if name not in queues:
            raise InputError(
                f"Queue {name} of the volume has no settings; "
                f"add a table [queues.{name}] with its handling to the settings."
            )
        starts = pd.DatetimeIndex(rows["interval_start"])
        refuse_too_much(name, starts, rows["volume"].to_numpy(dtype=float))
    asynchronous = [name for name in order_of_filling(queues) if name in by_queue]
    predictions: dict[str, pd.DataFrame] = {}
    spared = SparedHands(queues)
    for name in [*(name for name in by_queue if name not in asynchronous), *asynchronous]:
        rows, settings = by_queue[name], queues[name]
        volumes, reps = rows["volume"].to_numpy(dtype=float), rows["reps"].to_numpy(dtype=int)
        starts = pd.DatetimeIndex(rows["interval_start"])
        if name in asynchronous:
            queue = AsynchronousQueue(
                name,
                settings,
                _open_at(starts, settings, interval_minutes, timezone),
                interval_minutes,
                (waiting or {}).get(name, NOTHING),
            )
            predicted = queue.evaluate(volumes, reps, spared.of(name, starts))
            spared.use(name, starts, predicted["hands_busy"].to_numpy(dtype=float))
        else:
            predicted = predict_service(settings, volumes, reps, interval_minutes)
            spared.add(name, starts, reps, predicted["hands_busy"].to_numpy(dtype=float))
        predictions[name] = predicted.set_index(rows.index)
    columns = [*EVALUATION_COLUMNS, *(BACKLOG_COLUMNS if asynchronous else ())]
    tables = [
        rows[on].join(predictions[name].reindex(columns=columns)) for name, rows in by_queue.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _open_at(
    starts: pd.DatetimeIndex, settings: QueueSettings, interval_minutes: int, timezone: str
) -> npt.NDArray[np.bool_]:
    """Say when the customer's clock runs; hours that are not stated are all open."""
    if settings.opening is None:
        return np.ones(len(starts), dtype=bool)
    return settings.opening.covers(starts, interval_minutes, timezone)


def evaluation_table(evaluation: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return an evaluation as it stands in a file: ``unique_id``, ``ds`` in local wall time."""
    table = evaluation.rename(columns={"queue": "unique_id"})
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), timezone)
    table.insert(1, "ds", times)
    return table.round(6)


def _refuse_one_sided(both: pd.DataFrame) -> None:
    alone = both[both["side"] != "both"]
    if len(alone):
        first = alone.iloc[0]
        has, lacks = ("volume", "staff") if first["side"] == "left_only" else ("staff", "volume")
        instant = first["interval_start"].tz_convert(zone("UTC")).isoformat(timespec="seconds")
        raise InputError(
            f"Queue {first['queue']} at {instant}: found in the {has} and not in the {lacks} "
            f"({len(alone)} such intervals in all); give both files the same intervals."
        )
