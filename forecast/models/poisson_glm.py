r"""A Poisson regression on the slot of the week, with a trend that is not extrapolated.

With a free level for every slot of the week and terms that are the same all day,
:math:`\log\lambda_{d,s} = \alpha_{w(d),s} + x_d\beta`, the likelihood falls into a regression of
day totals on weekdays and :math:`x_d`, and the shares of the slots within their weekday.
Fitting the two is the fit of the whole with its hundreds of levels, in milliseconds.
Days weigh less the older they are.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from forecast.anomalies import day_totals, without_anomalies
from forecast.assemble import assemble
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers
from forecast.models import robust_profile
from forecast.profiles import decay, fill, mean_profile
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

HALF_LIFE_DAYS = 84.0
DAYS_FITTED = 546
YEAR = 365.25
LEAST_DAYS = 21


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast day totals by regression, and spread each by the shares of its weekday."""
    recent = panel.tail(DAYS_FITTED)
    usual = without_anomalies(recent)
    total = day_totals(usual)
    weights = decay(usual.ordinal, HALF_LIFE_DAYS)
    profile = fill(mean_profile(usual, weights))
    by_weekday = profile.sum(axis=1)
    known = ~np.isnan(total) & (by_weekday[usual.weekday] > 0)
    if known.sum() < LEAST_DAYS // 2 or len(total) < LEAST_DAYS:
        return robust_profile.predict(panel, future)
    if not total[known].any():
        return np.zeros((len(future.ordinal), panel.volume.shape[1]))
    last = int(panel.ordinal[-1])
    years = len(total) / YEAR
    terms = _terms(usual.ordinal[known], usual.weekday[known], last, years)
    present = np.isin(np.arange(DAYS_OF_WEEK), usual.weekday[known])
    columns = np.concatenate([present, np.ones(terms.shape[1] - DAYS_OF_WEEK, dtype=bool)])
    levels = _fit(total[known], terms[:, columns], weights[known])
    ahead = _terms(future.ordinal, future.weekday, last, years)
    totals = np.exp(ahead[:, columns] @ levels)
    totals = np.where(present[future.weekday], totals, by_weekday[future.weekday])
    share = np.divide(
        profile, by_weekday[:, None], out=np.zeros_like(profile), where=by_weekday[:, None] > 0
    )
    made: Floats = share[future.weekday] * totals[:, None]
    return made


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast by Poisson regression, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the robust profile, which is as good and quicker.
    """
    return assemble(
        history,
        horizon,
        probabilities,
        "poisson_glm",
        learner(predict, errors_of=robust_profile.predict),
    )


def _fit(total: Floats, terms: Floats, weights: Floats) -> Floats:
    family = sm.families.Poisson()
    with warnings.catch_warnings():
        # Totals without noise are fitted exactly; that is no fault here.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fitted = sm.GLM(total, terms, family=family, freq_weights=weights).fit(maxiter=50)
    return np.asarray(fitted.params, dtype=float)


def _terms(ordinal: Integers, weekday: Integers, last: int, years: float) -> Floats:
    """Return weekdays, a trend that ends with the history, and the season when a year is known."""
    columns = [(weekday == day).astype(float) for day in range(DAYS_OF_WEEK)]
    columns.append(np.minimum(ordinal - last, 0) / YEAR)
    if years >= 1.0:
        angle = 2.0 * np.pi * ordinal / YEAR
        columns += [np.sin(angle), np.cos(angle)]
    return np.stack(columns, axis=1)
