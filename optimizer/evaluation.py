"""What service a given staff gives: the tables of the command ``evaluate``."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from data.clock import format_times, zone
from data.errors import InputError, fault
from optimizer.interval_files import check_grid, read_column, read_interval_table, read_whole
from optimizer.requirement import QueueSettings, refuse_too_much
from optimizer.staffing.birth_death import evaluate

EVALUATION_COLUMNS = (
    "service_level",
    "pick_up",
    "first_reply",
    "follow_up",
    "abandonment",
    "hands_busy",
    "slots_busy",
    "overrun_minutes",
)
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
) -> pd.DataFrame:
    """Predict the service of every queue and interval, from an empty floor on.

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

    Returns
    -------
    pandas.DataFrame
        ``queue, interval_start``, by which it is sorted, then `EVALUATION_COLUMNS` as in
        `optimizer.staffing.birth_death.evaluate`; ``service_level`` is the one that the queue's
        clock names.

    Raises
    ------
    InputError
        When the two differ in an interval, a queue has no settings, or more contacts come in an
        interval than can be planned for.
    """
    on = ["queue", "interval_start"]
    both = volume[[*on, "volume"]].merge(staff[[*on, "reps"]], on=on, how="outer", indicator="side")
    _refuse_one_sided(both)
    tables = []
    for queue, rows in both.sort_values(on).groupby("queue", sort=True):
        name = str(queue)
        if name not in queues:
            raise InputError(
                f"Queue {name} of the volume has no settings; "
                f"add a table [queues.{name}] with its handling to the settings."
            )
        settings = queues[name]
        starts = pd.DatetimeIndex(rows["interval_start"])
        refuse_too_much(name, starts, rows["volume"].to_numpy(dtype=float))
        predicted = evaluate(
            rows["volume"].to_numpy(dtype=float),
            rows["reps"].to_numpy(dtype=int),
            interval_minutes,
            settings.handling,
            settings.service.within_seconds,
        )
        predicted.index = rows.index
        predicted["service_level"] = predicted[settings.service.clock]
        tables.append(rows[on].join(predicted[list(EVALUATION_COLUMNS)]))
    return pd.concat(tables, ignore_index=True)


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
