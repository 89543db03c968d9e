"""Day totals by exponential smoothing, spread over the day by its usual shares.

The totals are first divided by what the weekday usually brings, so that a closed weekday does not
pull the seasonal states to zero; the smoothing (additive, damped trend, a season of seven days)
then follows the level and what changes in the week.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecast.anomalies import day_totals, without_anomalies
from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.fitting import fit_quietly
from forecast.models import robust_profile
from forecast.profiles import decay, fill, mean_profile
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

HALF_LIFE_DAYS = 56.0
DAYS_FITTED = 182
LEAST_DAYS = 28
RANGE_BEYOND = 1.25


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast the totals of the days, and spread each by the shares of its weekday."""
    recent = panel.tail(DAYS_FITTED)
    usual = without_anomalies(recent)
    total = day_totals(usual)
    if (~np.isnan(total)).sum() < LEAST_DAYS // 2 or len(total) < LEAST_DAYS:
        return robust_profile.predict(panel, future)
    profile = fill(mean_profile(usual, decay(usual.ordinal, HALF_LIFE_DAYS)))
    by_weekday = profile.sum(axis=1)
    expected = by_weekday[usual.weekday]
    known = ~np.isnan(total) & (expected > 0)
    if not known.any() or not total[known].any():
        return np.zeros((len(future.ordinal), panel.volume.shape[1]))
    place = np.arange(len(total))
    index = np.interp(place, place[known], total[known] / expected[known])
    steps = future.ordinal - panel.ordinal[-1]
    ahead = _smoothed_ahead(index, int(steps[-1]))
    own = np.where(steps >= 1, ahead[np.maximum(steps, 1) - 1], index[-1])
    # A trend from a few weeks can run to nothing: no day leaves the range of those seen by far.
    kept = np.clip(own, index.min() / RANGE_BEYOND, index.max() * RANGE_BEYOND)
    made: Floats = profile[future.weekday] * kept[:, None]
    return made


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast day totals and spread them, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the robust profile, which is as good and far quicker.
    """
    return assemble(
        history,
        horizon,
        probabilities,
        "top_down",
        learner(predict, errors_of=robust_profile.predict),
    )


def _smoothed_ahead(index: Floats, steps: int) -> Floats:
    """Return the smoothed index of the next days, at least one."""
    model = ETSModel(
        index, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=7
    )
    fitted = fit_quietly(model, 100)
    return np.asarray(fitted.forecast(max(steps, 1)), dtype=float)
