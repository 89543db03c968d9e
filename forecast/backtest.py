"""Forecasting the past from several cutoffs, and keeping what was forecast beside what came.

The last test window ends with the history and the cutoffs lie `step` apart, so several windows are
tested whatever a single week was like (rolling origin; Tashman 2000,
doi:10.1016/S0169-2070(00)00065-0). Of what came after a cutoff a model sees nothing; the calendar's
stated opening hours and events it does see, for the planner knew them.
"""

import time
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from data.errors import InputError
from forecast.metrics import week_before_errors
from forecast.models import load_model
from forecast.series import VolumeHistory

Report = Callable[[str, float], None]


def backtest(
    history: VolumeHistory,
    horizon: int,
    cutoffs: int,
    step: int,
    models: Sequence[str],
    progress: Report | None = None,
) -> pd.DataFrame:
    """Forecast from `cutoffs` instants of the past with each model.

    Parameters
    ----------
    history
        One queue.
    horizon
        Intervals to forecast from every cutoff.
    cutoffs
        How many.
    step
        Intervals from one cutoff to the next.
    models
        Names of models.
    progress
        Is told the model at work and the share of the whole that is done, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        A row per model, cutoff and interval: ``unique_id``, ``model``, ``cutoff`` and ``ds`` in
        UTC, ``lead`` in intervals from 1, ``y`` (NaN where it is not known), ``mean`` and the
        quantiles in contacts/interval; ``cpu_s``, CPU seconds of that forecast; and
        ``week_before_mae``, ``week_before_rmse``, how far the volume before the cutoff was from
        itself a week before, in contacts/interval.

    Raises
    ------
    InputError
        When there is no such model, or the history is too short.
    ValueError
        When `horizon`, `cutoffs` or `step` is not positive, or no model is named.
    """
    names = list(dict.fromkeys(models))
    if min(horizon, cutoffs, step) < 1 or not names:
        raise ValueError(
            f"horizon {horizon}, cutoffs {cutoffs} and step {step} must be at least 1, "
            "with at least one model."
        )
    for name in names:
        load_model(name)
    ends = _cutoffs(history, horizon, cutoffs, step)
    parts = []
    for done, (cutoff, name) in enumerate((cutoff, name) for cutoff in ends for name in names):
        if progress is not None:
            progress(name, done / (len(ends) * len(names)))
        parts.append(_window(history, cutoff, horizon, name))
    if progress is not None:
        progress("done", 1.0)
    return pd.concat(parts, ignore_index=True)


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


def _window(history: VolumeHistory, cutoff: pd.Timestamp, horizon: int, name: str) -> pd.DataFrame:
    past = history.until(cutoff)
    model = load_model(name)
    before = time.process_time()
    made = model(past, horizon).table
    cpu_s = time.process_time() - before
    volume = past.volume.to_numpy(dtype=float)
    mae, rmse = week_before_errors(volume, history.calendar.intervals_per_week)
    rows = pd.DataFrame(
        {
            "unique_id": history.queue,
            "model": name,
            "cutoff": cutoff,
            "ds": made.index,
            "lead": np.arange(1, horizon + 1),
            "y": history.volume.reindex(made.index).to_numpy(dtype=float),
        }
    )
    rows = pd.concat([rows, made.reset_index(drop=True)], axis=1)
    return rows.assign(cpu_s=cpu_s, week_before_mae=mae, week_before_rmse=rmse)
