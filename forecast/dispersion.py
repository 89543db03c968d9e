"""How wide a forecast must be, told from how far it has been off before.

The point model is run again from days in the past, as the history stood then. Per group of leads
and per central interval the dispersion is taken at which that interval would have covered
its share of what came. Little evidence is drawn towards a wide prior: a short history gives wide
quantiles.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.days import DayPanel, Floats, FutureDays, Integers
from forecast.distribution import DISPERSIONS, dispersion_for

Booleans = npt.NDArray[np.bool_]
PointModel = Callable[[DayPanel, FutureDays], Floats]

LEVELS = (0.5, 0.8, 0.9)
LEAD_DAYS = (1, 3, 7, 14, 28, 10_000)
ORIGINS = 24
DAYS_BETWEEN_ORIGINS = 5
LEAST_DAYS = 7
MOST_DAYS_SEEN = 364
MOST_PAIRS = 1500
PRIOR_DAYS = 7
PRIOR = 0.15
GROWTH = 1.3


@dataclass(frozen=True)
class PastErrors:
    """Forecasts made in the past beside what came.

    Parameters
    ----------
    lead_days
        Days ahead, 1 being the first.
    day
        The day forecast, since 1970-01-01.
    point, actual
        Contacts/interval.
    """

    lead_days: Floats
    day: Floats
    point: Floats
    actual: Floats


def past_errors(
    panel: DayPanel, point: PointModel, days_ahead: int, origins: int = ORIGINS
) -> PastErrors:
    """Forecast from days in the past with what was known then.

    Parameters
    ----------
    panel
        Days by slots.
    point
        The model.
    days_ahead
        Longest lead that is wanted, in days.
    origins
        How many days in the past to forecast from, at most.
    """
    days = len(panel.ordinal)
    parts: list[Floats] = []
    for seen in range(days - 1, LEAST_DAYS - 1, -DAYS_BETWEEN_ORIGINS)[:origins]:
        ahead = slice(seen, min(seen + days_ahead, days))
        actual = panel.volume[ahead]
        if np.isnan(actual).all() or np.isnan(panel.volume[:seen]).all():
            continue
        future = FutureDays(panel.ordinal[ahead], panel.weekday[ahead])
        made = point(panel.head(seen).tail(MOST_DAYS_SEEN), future)
        lead = np.broadcast_to(np.arange(1, len(actual) + 1)[:, None], actual.shape)
        known = ~np.isnan(actual) & (made > 0)
        day = np.broadcast_to(future.ordinal[:, None], actual.shape)
        parts.append(np.stack([lead[known], day[known], made[known], actual[known]]))
    columns = np.concatenate(parts, axis=1) if parts else np.empty((4, 0))
    return PastErrors(*columns)


def dispersions(errors: PastErrors, days_of_history: float) -> dict[float, Floats]:
    """Return the dispersion of every group of leads, for each central interval.

    Parameters
    ----------
    errors
        Forecasts made in the past.
    days_of_history
        Length of the history; less than two weeks of it widens the prior.

    Returns
    -------
    dict
        For each of `LEVELS` a dispersion per group of `LEAD_DAYS`, rising with the lead.
    """
    prior = PRIOR * max(1.0, 14.0 / max(days_of_history, 3.5))
    result = {}
    for level in LEVELS:
        pooled = _drawn(errors, errors.lead_days > 0, level, prior)
        groups: list[float] = []
        nearest = 0
        for last in LEAD_DAYS:
            inside = (errors.lead_days > nearest) & (errors.lead_days <= last)
            nearest = last
            own = _drawn(errors, inside, level, pooled)
            if not inside.any() and groups:
                own = groups[-1] * GROWTH
            groups.append(own)
        result[level] = np.maximum.accumulate(groups)
    return result


def lead_group(lead_days: Floats) -> Integers:
    """Return the position in `LEAD_DAYS` of leads in days, 1 being the first day."""
    return np.searchsorted(LEAD_DAYS, lead_days).astype(np.int64)


def _drawn(errors: PastErrors, inside: Booleans, level: float, prior: float) -> float:
    """Return the dispersion of some pairs, drawn towards a prior worth a week of days."""
    chosen = np.flatnonzero(inside)
    if len(chosen) == 0:
        return prior
    evidence = len(np.unique(errors.day[chosen]))
    picked = chosen[np.linspace(0, len(chosen) - 1, min(len(chosen), MOST_PAIRS)).astype(int)]
    point, actual = errors.point[picked], errors.actual[picked]
    own = dispersion_for(actual, point, level)
    weight = evidence / (evidence + PRIOR_DAYS)
    return float(np.exp(weight * np.log(own) + (1 - weight) * np.log(max(prior, DISPERSIONS[0]))))
