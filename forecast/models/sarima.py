r"""SARIMA on day totals, spread over the day by its usual shares.

An hourly SARIMA with the season of a week carries a state of 168 hours and takes minutes to fit, so
the model :math:`(1,0,1)(0,1,1)_w` runs on the root of the totals of open days, :math:`w` being the
open days of a week. Days that are unknown or out of line are left to its Kalman filter.
Durbin and Koopman (2012), doi:10.1093/acprof:oso/9780199641178.001.0001.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecast.anomalies import whole_days
from forecast.assemble import assemble
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers, weekdays
from forecast.fitting import fit_quietly
from forecast.models import robust_profile
from forecast.open_slots import OpenSlots, open_slots
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

DAYS_FITTED = 364
MOST_VALUES = 40_000
LEAST_DAYS = 42


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast the totals of open days, and spread each by the shares of its weekday."""
    opened = open_slots(panel, DAYS_FITTED, MOST_VALUES)
    if opened is None or not opened.spans(LEAST_DAYS):
        return robust_profile.predict(panel, future)
    by_weekday = opened.profile.sum(axis=1)
    steps = opened.steps_ahead(future)
    totals = _totals(opened, int(steps[-1]))
    usual = by_weekday[np.concatenate([opened.weekday[-1:], _open_days(opened, int(steps[-1]))])]
    index = np.divide(totals, usual, out=np.ones_like(totals), where=usual > 0)
    return opened.laid_out(opened.profile[future.weekday] * index[steps][:, None])


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with SARIMA, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the robust profile, which is as good and far quicker.
    """
    learn = learner(predict, errors_of=robust_profile.predict)
    return assemble(history, horizon, probabilities, "sarima", learn)


def _open_days(opened: OpenSlots, count: int) -> Integers:
    """Return the weekdays of the next open days."""
    ahead = opened.ordinal[-1] + 1 + np.arange(DAYS_OF_WEEK * (count + 1))
    own = weekdays(ahead)
    ahead_open: Integers = own[np.isin(own, np.unique(opened.weekday))][:count]
    return ahead_open


def _totals(opened: OpenSlots, steps: int) -> Floats:
    """Return the totals expected on the last open day and on `steps` days after it."""
    week = opened.days_of_week
    total = whole_days(opened.volume, opened.profile[opened.weekday])
    mean = float(np.nanmean(total)) if (total > 0).any() else 0.0
    if mean == 0.0:
        return np.zeros(steps + 1)
    root = np.sqrt(total / mean)
    if not np.nanmax(np.abs(root[week:] - root[:-week])) > 1e-6:
        # Without any noise there is no likelihood to search: the week goes on as it was.
        usual = opened.profile.sum(axis=1)
        again: Floats = usual[np.concatenate([opened.weekday[-1:], _open_days(opened, steps)])]
        return again
    season = (0, 1, 1, week) if week > 1 else (0, 0, 0, 0)
    model = SARIMAX(root, order=(1, 0 if week > 1 else 1, 1), seasonal_order=season)
    # The first weeks tell where it stands: quicker than solving for it at every step of the search.
    model.initialize_approximate_diffuse()
    model.loglikelihood_burn = 2 * week
    fitted = fit_quietly(model, 50)
    ahead = np.asarray(fitted.predict(len(root) - 1, len(root) - 1 + steps), dtype=float)
    noise = np.nanmean(np.asarray(fitted.resid)[2 * week :] ** 2)
    totals: Floats = mean * (np.maximum(ahead, 0.0) ** 2 + noise)
    return totals
