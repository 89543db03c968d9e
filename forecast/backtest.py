"""Forecasting the past from several cutoffs, and keeping what was forecast beside what came.

The last test window ends with the history and the cutoffs lie `step` apart, so several windows are
tested whatever a single week was like (rolling origin; Tashman 2000,
doi:10.1016/S0169-2070(00)00065-0). Of what came after a cutoff a model sees nothing; the calendar's
stated opening hours and events it does see, for the planner knew them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError
from data.processes import share_in_order
from data.progress import Report, silent
from forecast.metrics import week_before_errors
from forecast.models import load_model
from forecast.series import PROBABILITIES, VolumeHistory


def backtest(
    history: VolumeHistory,
    horizon: int,
    cutoffs: int,
    step: int,
    models: Sequence[str],
    progress: Report = silent,
    *,
    probabilities: Sequence[float] = PROBABILITIES,
    jobs: int = 1,
) -> pd.DataFrame:
    """Forecast one queue from instants of the past; as `backtest_queues`."""
    return backtest_queues(
        [history], horizon, cutoffs, step, models, progress, probabilities=probabilities, jobs=jobs
    )


def backtest_queues(
    histories: Sequence[VolumeHistory],
    horizon: int,
    cutoffs: int,
    step: int,
    models: Sequence[str],
    progress: Report = silent,
    *,
    probabilities: Sequence[float] = PROBABILITIES,
    jobs: int = 1,
) -> pd.DataFrame:
    """Forecast queues from `cutoffs` instants of the past with each model.

    Parameters
    ----------
    histories
        A queue each.
    horizon
        Intervals to forecast from every cutoff.
    cutoffs
        How many.
    step
        Intervals from one cutoff to the next.
    models
        Names of models.
    progress
        Is told what was forecast last and the share of the whole that is done, 0 to 1; what it
        raises ends the work.
    probabilities
        Levels of the quantiles.
    jobs
        Processes that share the work; the result does not depend on it, but for ``cpu_s``.

    Returns
    -------
    pandas.DataFrame
        A row per queue, cutoff, model and interval, in this order: ``unique_id``, ``model``,
        ``cutoff`` and ``ds`` in UTC, ``lead`` in intervals from 1, ``y`` (NaN where it is not
        known), ``mean`` and the quantiles in contacts/interval; ``cpu_s``, CPU seconds of that
        forecast; and ``week_before_mae``, ``week_before_rmse``, how far the volume before the
        cutoff was from itself a week before, in contacts/interval.

    Raises
    ------
    InputError
        When there is no such model, or a history is too short.
    ValueError
        When `horizon`, `cutoffs`, `step` or `jobs` is not positive, or no model is named.
    """
    names = list(dict.fromkeys(models))
    if min(horizon, cutoffs, step, jobs) < 1 or not names:
        raise ValueError(
            f"horizon {horizon}, cutoffs {cutoffs}, step {step} and jobs {jobs} must be at least "
            "1, with at least one model."
        )
    for name in names:
        load_model(name)
    windows = [
        Window(history, cutoff, horizon, name, tuple(probabilities))
        for history in histories
        for cutoff in _cutoffs(history, horizon, cutoffs, step)
        for name in names
    ]
    progress("Forecast the past", 0.0)
    parts = share_in_order(_rows, windows, jobs, _name, progress)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Window:
    """One forecast of the past.

    Parameters
    ----------
    history
        The whole of it; the model sees what lies before the cutoff.
    cutoff
        Where the forecast starts.
    horizon
        Intervals to forecast.
    model
        Its name.
    probabilities
        Levels of the quantiles.
    """

    history: VolumeHistory
    cutoff: pd.Timestamp
    horizon: int
    model: str
    probabilities: tuple[float, ...]


def _name(window: Window) -> str:
    return f"{window.history.queue}: {window.model}"


def _cutoffs(history: VolumeHistory, horizon: int, cutoffs: int, step: int) -> list[pd.Timestamp]:
    """Return the cutoffs, rising."""
    week = history.calendar.intervals_per_week
    index = pd.DatetimeIndex(history.volume.index[history.volume.notna()])
    needed = week + horizon + (cutoffs - 1) * step
    found = 0 if index.empty else round((history.cutoff - index[0]) / history.calendar.step)
    if found < needed:
        raise InputError(
            f"Queue {history.queue}: {cutoffs} cutoffs {step} intervals apart with a horizon of "
            f"{horizon} need a history of at least {needed} intervals, a week before the first "
            f"cutoff included; found {found}; give more history or ask for fewer cutoffs"
        )
    one = history.calendar.step
    return [history.cutoff - one * (horizon + back * step) for back in range(cutoffs - 1, -1, -1)]


def _rows(window: Window) -> pd.DataFrame:
    history, horizon = window.history, window.horizon
    past = history.until(window.cutoff)
    model = load_model(window.model)
    before = time.process_time()
    made = model(past, horizon, window.probabilities).table
    cpu_s = time.process_time() - before
    volume = past.volume.to_numpy(dtype=float)
    mae, rmse = week_before_errors(volume, history.calendar.intervals_per_week)
    rows = pd.DataFrame(
        {
            "unique_id": history.queue,
            "model": window.model,
            "cutoff": window.cutoff,
            "ds": made.index,
            "lead": np.arange(1, horizon + 1),
            "y": history.volume.reindex(made.index).to_numpy(dtype=float),
        }
    )
    rows = pd.concat([rows, made.reset_index(drop=True)], axis=1)
    return rows.assign(cpu_s=cpu_s, week_before_mae=mae, week_before_rmse=rmse)
