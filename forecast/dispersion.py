"""How wide a forecast must be, told from how far it has been off before.

The point model is run again from days in the past, as the history stood then. Per group of leads
and per central interval the dispersion is taken at which that interval would have covered
its share of what came. Little evidence is drawn towards a wide prior: a short history gives wide
quantiles.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecast.days import Floats, Integers
from forecast.distribution import DISPERSIONS, dispersion_for
from forecast.rehearsal import PastForecasts

Booleans = npt.NDArray[np.bool_]

LEVELS = (0.5, 0.8, 0.9)
LEAD_DAYS = (1, 3, 7, 14, 28, 10_000)
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


def past_errors(past: PastForecasts) -> PastErrors:
    """Return the pairs of a rehearsal in which something was forecast and what came is known."""
    lead = np.broadcast_to(np.arange(1, past.made.shape[1] + 1)[None, :, None], past.made.shape)
    day = np.broadcast_to(past.ordinal[:, :, None], past.made.shape)
    known = ~np.isnan(past.actual) & (past.made > 0)
    columns = (lead[known], day[known], past.made[known], past.actual[known])
    return PastErrors(*(np.asarray(column, dtype=float) for column in columns))


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
