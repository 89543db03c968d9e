"""The step of each queue in a file of counts: how long its intervals are, told by their starts."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import check_interval, zone
from data.errors import InputError, fault

_STEPS = (60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1)
_MOST = 0.9
_SHOWN = 5
_MINUTE = 60_000_000


def find_steps(table: pd.DataFrame, path: Path, timezone: str) -> pd.Series:
    """Return the minutes between the intervals of each queue.

    A queue of few rows that does not show its own takes the shortest of the others.

    Parameters
    ----------
    table
        A row per interval, indexed by its line in the file: ``queue`` and ``interval_start``, UTC.
    path
        The file.
    timezone
        The zone at whose midnight intervals begin.

    Raises
    ------
    InputError
        When intervals are longer than an hour or begin between two steps after local midnight.
    """
    starts = table["interval_start"].groupby(table["queue"], sort=True)
    known = {str(queue): _usual_step(pd.DatetimeIndex(rows), timezone) for queue, rows in starts}
    shown = [step for step in known.values() if step is not None]
    every = pd.DatetimeIndex(table["interval_start"])
    common = min(shown) if shown else _phase_step(every, timezone)
    steps = pd.Series({queue: step or common for queue, step in known.items()}, dtype="int64")
    _refuse_off(table, steps, path, timezone)
    _refuse_long(table, steps, path)
    return steps


def _usual_step(starts: pd.DatetimeIndex, timezone: str) -> int | None:
    """Return the longest step that most rows of a queue keep; None where too few show it."""
    ordered = np.sort(np.asarray(starts.asi8, dtype=np.int64))
    apart = ordered[1:] - ordered[:-1]
    even = bool(len(apart)) and apart.min() == apart.max() <= 60 * _MINUTE
    if len(starts) < _SHOWN and not even:
        return None
    # A change of the clocks by half an hour moves hours off the hour, yet not apart.
    kept = (step for step in _STEPS if np.mean(apart % (step * _MINUTE) == 0) >= _MOST)
    return max(next(kept, 1), _phase_step(starts, timezone))


def _phase_step(starts: pd.DatetimeIndex, timezone: str) -> int:
    """Return the longest step after whose multiple, by the wall clock, most rows begin."""
    local = starts.tz_convert(zone(timezone))
    exact = np.asarray((local.second == 0) & (local.microsecond == 0))
    minutes = np.asarray(local.minute)[exact]
    for step in _STEPS:
        if np.bincount(minutes % step, minlength=1).max() >= _MOST * len(starts):
            return step
    return 1


def _refuse_off(table: pd.DataFrame, steps: pd.Series, path: Path, timezone: str) -> None:
    """Refuse intervals that do not begin at a multiple of their step after local midnight."""
    local = pd.DatetimeIndex(table["interval_start"]).tz_convert(zone(timezone))
    step = table["queue"].map(steps).to_numpy(dtype=np.int64)
    past = np.asarray(local.minute, dtype=np.int64) % step
    exact = np.asarray((local.second == 0) & (local.microsecond == 0))
    off = (past != 0) | ~exact
    if not off.any():
        return
    row = int(np.flatnonzero(off)[0])
    mine = int(step[row])
    _refuse_cut(local, mine, path, timezone)
    others = past[exact & (step == mine)]
    usual = int(np.argmax(np.bincount(others, minlength=1)))
    raise fault(
        path,
        local[row].isoformat(),
        f"intervals are {mine} minutes long and begin at local midnight in {timezone}; "
        + ("name the zone of the intervals" if usual else "mend the time"),
        row=int(table.index[row]),
        column="ds",
    )


def _refuse_cut(local: pd.DatetimeIndex, step: int, path: Path, timezone: str) -> None:
    try:
        check_interval(step, timezone, local.min(), local.max())
    except ValueError as error:
        raise InputError(f"{path}, column ds: found rows {step} minutes apart; {error}") from None


def _refuse_long(table: pd.DataFrame, steps: pd.Series, path: Path) -> None:
    """Refuse days, and whatever else is longer than an hour."""
    ordered = table.sort_values(["queue", "interval_start"])
    apart = ordered.groupby("queue")["interval_start"].diff().dropna()
    queues = ordered["queue"].reindex(apart.index)
    hour = pd.Timedelta(hours=1)
    if len(apart) < 2:
        return
    if (steps >= 60).all() and apart.min() > hour:
        found = f"rows {apart.median()} apart"
    else:
        grouped = apart.groupby(queues)
        median = grouped.median()
        even = (apart == queues.map(median)).groupby(queues).mean() >= _MOST
        days = median[(grouped.min() > hour) & (grouped.size() >= _SHOWN - 1) & even]
        if days.empty:
            return
        found = f"rows {days.iloc[0]} apart in the queue {days.index[0]}"
    raise InputError(f"{path}, column ds: found {found}; give volumes per 15, 30 or 60 minutes")
