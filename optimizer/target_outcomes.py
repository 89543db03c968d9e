"""What a staff comes to at the volume that it was planned for, at more, and at what else may come.

A plan that just meets its target has no room for more volume than planned. So plans are held
against each other at the planned volume, at some percent more of it, and on sample paths: volumes
that the forecast thinks possible, whose errors hang together within days and weeks.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from data.clock import local_days
from forecast.dependence import TYPICAL
from forecast.paths import normal_scores
from optimizer.day_task import DayTask
from optimizer.followed_service import ServiceFollower
from optimizer.real_time import predict_service
from optimizer.required_distribution import RequiredDistribution
from optimizer.target_comparison import Outcome, PlanOutcome

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

AT_VOLUME = (1.0, 1.05, 1.1, 1.2)
PATHS = 20
_ROUNDING = 1e-9


def plan_outcome(
    task: DayTask,
    rostered: Reps,
    paid_hours: float,
    distribution: RequiredDistribution | None,
    seed: int,
) -> PlanOutcome:
    """Return what rostered reps come to.

    Parameters
    ----------
    task
        The queue.
    rostered
        Reps in each interval.
    paid_hours
        Of their shifts.
    distribution
        What volume may come; its reps are not looked at.
    seed
        Of the sample paths.
    """
    duty = task.on_duty(rostered)
    told = predict_service(task.settings, task.volume, duty, task.interval_minutes)
    leavers = np.maximum(-np.diff(duty, prepend=duty[:1]), 0)
    overrun = float((leavers * told["overrun_minutes"].fillna(0.0)).sum()) / 60
    at_volume = {share: _outcome(task, duty, share * task.volume) for share in AT_VOLUME}
    expected = None
    if distribution is not None:
        expected = _mean([_outcome(task, duty, path) for path in _paths(task, distribution, seed)])
    return PlanOutcome(paid_hours, overrun, at_volume, expected)


def _outcome(task: DayTask, duty: Reps, volume: Floats) -> Outcome:
    service = task.settings.service
    level = ServiceFollower(volume, task.interval_minutes, task.settings).follow(duty).level
    asked = volume > 0
    contacts = np.bincount(task.stretch, volume)
    in_time = np.bincount(task.stretch, volume * level)
    told = in_time[contacts > 0] / contacts[contacts > 0]
    hours = level[asked]
    if not asked.any():
        return Outcome(1.0, 1.0, 1.0, 0.0, 0.0, 0.0)
    return Outcome(
        in_time=float(in_time.sum() / contacts.sum()),
        worst_stretch=float(told.min()),
        worst_hour=float(hours.min()),
        stretches_below=float((told < service.target - _ROUNDING).mean()),
        hours_below_target=float((hours < service.target - _ROUNDING).mean()),
        hours_below_floor=float((hours < service.hour_floor - _ROUNDING).mean()),
    )


def _mean(outcomes: list[Outcome]) -> Outcome:
    table = pd.DataFrame([vars(each) for each in outcomes]).mean()
    return Outcome(**{str(name): float(value) for name, value in table.items()})


def _paths(task: DayTask, distribution: RequiredDistribution, seed: int) -> Iterator[Floats]:
    """Yield volumes whose root is linear in the normal score between the probabilities known."""
    days = np.array(local_days(task.starts, task.timezone), dtype="datetime64[D]").astype(np.int64)
    scores = normal_scores(days, TYPICAL, PATHS, seed)
    at, root = special.ndtri(np.array(distribution.levels)), np.sqrt(distribution.volume)
    for score in scores:
        between = np.clip(score, at[0], at[-1])
        found = np.array([np.interp(x, at, row) for x, row in zip(between, root, strict=True)])
        yield found**2
