r"""A negative binomial regression on time of day, of which each weekday is a smooth bend.

.. math:: \log\lambda_{d,s} = \alpha_s + \beta_{w(d)} + f_{w(d)}(s) + \gamma\min(d - T, 0)

The time of day is free, what a weekday does to it is smooth, so a small queue borrows the hours of
one day for the others. The variance is :math:`\lambda + \kappa\lambda^2`; its :math:`\kappa` is
estimated from the residuals of a Poisson fit. Days weigh less the older they are and the trend ends
with the history. Public holidays are left out of the fit: their effect by hour is the calendar's,
the same for every model. Hilbe (2011), doi:10.1017/CBO9780511973420.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning, SingularMatrixWarning

from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays, Integers
from forecast.models import poisson_glm, robust_profile
from forecast.open_slots import OpenSlots, open_slots
from forecast.profiles import decay
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

HALF_LIFE_DAYS = 56.0
DAYS_FITTED = 182
MOST_VALUES = 4400
LEAST_DAYS = 21
MOST_BENDS = 12
CONTACTS_PER_BEND = 20
YEAR = 365.25


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast every slot by regression."""
    opened = open_slots(panel, DAYS_FITTED, MOST_VALUES)
    if opened is None or not opened.spans(LEAST_DAYS):
        return robust_profile.predict(panel, future)
    some = np.flatnonzero(np.nansum(opened.volume, axis=0) > 0)
    made = np.zeros((len(future.ordinal), len(opened.slots)))
    if len(some) > 0:
        made[:, some] = _regressed(opened, some, future)
    return opened.laid_out(made)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast by negative binomial regression, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the Poisson regression, which is as good and quicker.
    """
    learn = learner(predict, errors_of=poisson_glm.predict)
    return assemble(history, horizon, probabilities, "negative_binomial_glm", learn)


def _regressed(opened: OpenSlots, some: Integers, future: FutureDays) -> Floats:
    """Return contacts/interval of the future days in the slots that ever had a contact."""
    volume = opened.volume[:, some]
    days, slots = len(future.ordinal), len(some)
    day, place = np.nonzero(~np.isnan(volume))
    actual = volume[day, place]
    weekdays = np.unique(opened.weekday[day])
    # A weekday bends only as far as there are contacts to tell it from.
    told = int(actual.sum() // (CONTACTS_PER_BEND * len(weekdays)))
    bends = min(max(told, 1), MOST_BENDS, slots)

    def terms(ordinal: Integers, weekday: Integers, place: Integers) -> Floats:
        """Return times of day, bends of the other weekdays, and a trend that ends now."""
        time = (place[:, None] == np.arange(slots)).astype(float)
        bend = np.cos(np.pi * (place[:, None] + 0.5) / slots * np.arange(bends))
        bent = [bend * (weekday == each)[:, None] for each in weekdays[1:]]
        trend = np.minimum(ordinal - opened.ordinal[-1], 0)[:, None] / YEAR
        return np.concatenate([time, *bent, trend], axis=1)

    known = terms(opened.ordinal[day], opened.weekday[day], place)
    levels = _fit(actual, known, decay(opened.ordinal, HALF_LIFE_DAYS)[day])
    ahead = terms(
        np.repeat(future.ordinal, slots),
        np.repeat(future.weekday, slots),
        np.tile(np.arange(slots), days),
    )
    made: Floats = np.exp(np.minimum(ahead @ levels, np.log(3.0 * actual.max())))
    return made.reshape(days, slots)


def _fit(actual: Floats, terms: Floats, weights: Floats) -> Floats:
    """Return the coefficients, the dispersion estimated between a first and a second fit."""
    with warnings.catch_warnings():
        # Counts without noise are fitted exactly, and a weekday of few open slots has more bends
        # than it can tell apart: the least of them are taken.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", SingularMatrixWarning)
        poisson = sm.GLM(actual, terms, family=sm.families.Poisson(), freq_weights=weights).fit(
            maxiter=15
        )
        mean = np.maximum(np.asarray(poisson.mu), 1e-9)
        excess = np.sum(weights * ((actual - mean) ** 2 - mean)) / np.sum(weights * mean**2)
        family = sm.families.NegativeBinomial(alpha=float(np.clip(excess, 1e-6, 10.0)))
        fitted = sm.GLM(actual, terms, family=family, freq_weights=weights).fit(
            start_params=poisson.params, maxiter=15
        )
    return np.asarray(fitted.params, dtype=float)
