"""Several queues at once: shared among processes, shares moved, new queues helped, a total.

The total is the sum of the queues, so their means add up exactly. Forecasting the total by itself
and reconciling was measured on four pedestrian sensors and on the sample team: the sum of the
queues was nearer to the truth than the total's own forecast on both (BENCHMARKS.md), so there is
nothing to reconcile with. How far the total may be off is another matter, for errors of queues hang
together: that is told from the past errors of the total itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.clock import UNIT
from data.errors import InputError
from data.processes import cores, share_in_order
from data.progress import Report, silent
from forecast.closures import Calendar
from forecast.days import Floats
from forecast.models import load_joint_model
from forecast.predict import forecast_volume
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory, quantile_column
from forecast.shares import apply_shares, undo_shares
from forecast.siblings import Borrowed, Likeness, borrow, unborn, widened

TOTAL = "total"
FEW = 4


@dataclass(frozen=True)
class Task:
    """One queue's forecast."""

    history: VolumeHistory
    horizon: int
    model: str
    probabilities: tuple[float, ...]


def forecast_queues(
    histories: Sequence[VolumeHistory],
    horizon: int | Mapping[str, int],
    model: str = "auto",
    probabilities: Sequence[float] = PROBABILITIES,
    *,
    jobs: int = 1,
    progress: Report = silent,
    likeness: Mapping[str, Likeness] | None = None,
) -> tuple[VolumeForecast, ...]:
    """Forecast several queues, each from the end of its own history.

    Parameters
    ----------
    histories
        A queue each.
    horizon
        Intervals ahead, for all queues or by queue.
    model
        A name of `forecast.models.MODELS`.
    probabilities
        Levels of the quantiles; the median is always among them.
    jobs
        Processes at once; the result is the same with any number.
    progress
        Is told each finished queue and the share of the whole that is done, 0 to 1.
    likeness
        By queue what a planner says of a new one. A queue without history that is named here, or
        to which a share of another queue goes, is forecast too.

    Returns
    -------
    tuple of VolumeForecast
        In the order of `histories`; queues without history follow by name.

    Raises
    ------
    InputError
        When a forecast cannot be made, or two queues have one name.
    """
    names = [history.queue for history in histories]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"queue {name}: it is there twice; give each queue a name of its own")
    moves = undo_shares(histories)
    lent = borrow(moves.bases, likeness) | unborn(moves.bases, likeness or {})
    young = [each.history for each in lent.values() if each.own_days == 0]
    ready = [lent[each.queue].history if each.queue in lent else each for each in moves.bases]
    longest = horizon if isinstance(horizon, int) else max(horizon.values())
    ahead = {} if isinstance(horizon, int) else horizon
    tasks = [
        Task(each, ahead.get(each.queue, longest), model, tuple(probabilities))
        for each in (*ready, *young)
    ]
    made = _forecast_all(tasks, jobs, progress)
    helped = (_helped(each, lent) for each in made)
    found = {each.queue: each for each in apply_shares(moves, tuple(helped))}
    return tuple(found[name] for name in (*names, *sorted(set(found) - set(names))))


def usual_jobs(queues: int) -> int:
    """Return how many processes are worth their start: one for a few queues, else one per core."""
    return cores() if queues > FEW else 1


def total_forecast(
    histories: Sequence[VolumeHistory],
    forecasts: Sequence[VolumeForecast],
    model: str = "auto",
) -> VolumeForecast:
    """Return the forecast of all queues together, for the intervals that all of them cover.

    Parameters
    ----------
    histories
        A queue each.
    forecasts
        Made from them; queues without history may follow.
    model
        By whose past errors on the total its quantiles are told.

    Returns
    -------
    VolumeForecast
        Its queue is called ``total`` and its mean is the sum of the means. Quantiles lie about it
        as those of the total's own forecast lie about its own mean.

    Raises
    ------
    InputError
        When a queue is called ``total``, or the queues share no grid or no interval.
    """
    for forecast in forecasts:
        if forecast.queue == TOTAL:
            raise InputError("a queue is called total already; leave --total out, or rename it")
    grids = {(each.calendar.timezone, each.calendar.interval_minutes) for each in forecasts}
    if len(grids) > 1:
        raise InputError("the queues are not on one grid, so there is no total of them")
    index = pd.DatetimeIndex(forecasts[0].table.index)
    for forecast in forecasts[1:]:
        index = index.intersection(pd.DatetimeIndex(forecast.table.index))
    if index.empty:
        raise InputError("the queues' forecasts have no interval in common; there is no total")
    together = _summed(histories)
    horizon = round((index[-1] - together.cutoff) / together.calendar.step) + 1
    levels = forecasts[0].probabilities
    own = forecast_volume(together, horizon, model, levels)
    parts = np.stack([each.table.loc[index, "mean"].to_numpy(dtype=float) for each in forecasts])
    table = _centred(own.table.reindex(index), parts.sum(axis=0), forecasts, levels)
    return replace(own, queue=TOTAL, table=table, notes=())


def _forecast_all(tasks: Sequence[Task], jobs: int, progress: Report) -> tuple[VolumeForecast, ...]:
    if not tasks:
        return ()
    model = tasks[0].model
    joint = load_joint_model(model)
    if joint is not None:
        # It learns from all queues at once, which separate processes could not.
        every = [task.history for task in tasks]
        longest = max(task.horizon for task in tasks)
        progress("Forecast all queues", 0.0)
        made = joint(every, longest, tasks[0].probabilities)
        return tuple(
            replace(each, table=each.table.iloc[: task.horizon])
            for each, task in zip(made, tasks, strict=True)
        )
    progress(_name(tasks[0]), 0.0)
    return tuple(share_in_order(_forecast, tasks, jobs, _name, progress))


def _name(task: Task) -> str:
    return f"Forecast {task.history.queue}"


def _forecast(task: Task) -> VolumeForecast:
    return forecast_volume(task.history, task.horizon, task.model, task.probabilities)


def _summed(histories: Sequence[VolumeHistory]) -> VolumeHistory:
    """Return the history of all queues together; a queue counts 0 until it first has volume.

    Where one of them is not known the total is not known either. It ends where the first queue's
    data ends.
    """
    end = min(history.cutoff for history in histories)
    columns = {}
    for history in histories:
        volume = history.until(end).volume
        known = volume.index[volume.notna()]
        columns[history.queue] = volume[volume.index >= known[0]] if len(known) else volume.iloc[:0]
    first = min(each.index[0] for each in columns.values() if len(each))
    calendar = histories[0].calendar
    last = end - calendar.step
    index = pd.date_range(first, last, freq=calendar.step, name="interval_start", unit=UNIT)
    total = pd.Series(0.0, index=index)
    for volume in columns.values():
        if len(volume):
            total += volume.reindex(index).where(index >= volume.index[0], 0.0)
    events = [each for each in calendar.events if all(each in h.calendar.events for h in histories)]
    drivers = [
        each for each in calendar.drivers if all(each in h.calendar.drivers for h in histories)
    ]
    known_of_all = Calendar(
        calendar.timezone, calendar.interval_minutes, None, tuple(events), tuple(drivers)
    )
    return VolumeHistory(TOTAL, total, known_of_all)


def _centred(
    own: pd.DataFrame,
    mean: Floats,
    forecasts: Sequence[VolumeForecast],
    levels: Sequence[float],
) -> pd.DataFrame:
    """Return the total's own quantiles moved in proportion to a mean.

    Where the total's own forecast has nothing, as when all queues are thought closed but one is
    not, quantiles are told from those of the queues, their errors taken as independent.
    """
    middle = own["mean"].to_numpy(dtype=float)
    usable = middle > 0
    columns = {"mean": mean}
    factor = np.divide(mean, middle, out=np.zeros(len(mean)), where=usable)
    for level in levels:
        name = quantile_column(level)
        apart = [
            (each.table.loc[own.index, name] - each.table.loc[own.index, "mean"]).to_numpy()
            for each in forecasts
        ]
        away = np.sign(level - 0.5) * np.sqrt(np.sum(np.square(apart), axis=0))
        scaled = own[name].to_numpy(dtype=float) * factor
        columns[name] = np.where(usable, scaled, np.maximum(mean + away, 0.0))
    return pd.DataFrame(columns, index=own.index)


def _helped(forecast: VolumeForecast, lent: Mapping[str, Borrowed]) -> VolumeForecast:
    """Return a forecast that says what it borrowed, and is the wider for it."""
    if forecast.queue not in lent:
        return forecast
    borrowed = lent[forecast.queue]
    wide = widened(forecast, borrowed.doubt)
    return replace(wide, notes=(*wide.notes, borrowed.note))
