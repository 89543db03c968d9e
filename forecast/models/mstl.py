"""Season of the day, season of the week and level of the open hours (MSTL), the level smoothed on.

The open slots are strung together, so that a day and a week are as long as the queue is open, and
taken to their square root, in which the noise of counts is even. The seasons of the last week go on
as they are; the level of the days without their seasons goes on by simple exponential smoothing.
Bandara, Hyndman and Bergmeir (2025), doi:10.1504/IJOR.2022.10048281.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import MSTL

from forecast.assemble import assemble
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays
from forecast.fitting import fit_quietly
from forecast.models import robust_profile
from forecast.open_slots import OpenSlots, open_slots
from forecast.profiles import fill
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

DAYS_FITTED = 182
MOST_VALUES = 4400
LEAST_DAYS = 28
ORIGINS = 8
DAYS_BETWEEN_ORIGINS = 7
WINDOWS = (101, 53)  # days and weeks that a season changes over


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast the root of the volume as season and level, and square it."""
    opened = open_slots(panel, DAYS_FITTED, MOST_VALUES)
    if opened is None or not opened.spans(LEAST_DAYS):
        return robust_profile.predict(panel, future)
    root = np.sqrt(opened.filled())
    season, level = _parted(root, opened)
    noise = root - season[opened.weekday] - level[:, None]
    smoothed = _smoothed(level)
    made = np.maximum(season[future.weekday] + smoothed, 0.0) ** 2
    return opened.laid_out(made + np.mean(noise**2))


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with MSTL, as `forecast.assemble.assemble` does.

    How far off it has been is measured from a day in each of the last weeks.
    """
    learn = learner(predict, origins=ORIGINS, every=DAYS_BETWEEN_ORIGINS)
    return assemble(history, horizon, probabilities, "mstl", learn)


def _parted(root: Floats, opened: OpenSlots) -> tuple[Floats, Floats]:
    """Return the seasons of the last week, weekdays by slots, and the level of every day."""
    day, week = root.shape[1], root.shape[1] * opened.days_of_week
    periods = [period for period in dict.fromkeys((day, week)) if period > 1]
    if not periods:
        return np.zeros((DAYS_OF_WEEK, day)), root[:, 0]
    windows = [WINDOWS[len(WINDOWS) - len(periods) + place] for place in range(len(periods))]
    jump = day // 4 + 1
    jumps = {"trend_jump": jump, "low_pass_jump": jump}
    parts = MSTL(root.ravel(), periods=periods, windows=windows, stl_kwargs=jumps).fit()
    seasonal = np.asarray(parts.seasonal).reshape(len(root), day, -1).sum(axis=2)
    season = np.full((DAYS_OF_WEEK, day), np.nan)
    last = slice(-opened.days_of_week, None)
    season[opened.weekday[last]] = seasonal[last]
    return fill(season), np.mean(root - seasonal, axis=1)


def _smoothed(level: Floats) -> float:
    """Return the level that is expected from now on."""
    if np.ptp(level) <= 1e-9 * max(float(level.max()), 1.0):
        return float(level[-1])
    fitted = fit_quietly(ETSModel(level, error="add"), 100)
    return float(np.asarray(fitted.forecast(1))[0])
