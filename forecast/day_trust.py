"""How far an update of the day can be trusted, found on days that it was not learnt from.

Weeks are parted into two halves by turns; what one half teaches is tried on the other.
"""

import numpy as np

from forecast.day_update import HOURS
from forecast.days import Floats
from forecast.hour_scores import Booleans, hours_together, is_low

TRIED_AT = (3, 6, 9, 12, 15, 18, 21)
LEVEL = 0.8
LEAST_DAYS = 14
PRIOR_DAYS = 10.0


def learn_trust(scores: Floats, expected: Floats, came: Floats) -> tuple[Floats, Floats]:
    """Try the update on past days.

    Parameters
    ----------
    scores
        Days by 24 hours, NaN where nothing is known; days rising.
    expected, came
        Contacts forecast and come, 0 where nothing is known.

    Returns
    -------
    tuple of numpy.ndarray
        By hour of the update: the share of the conditional mean that came true, and how far errors
        lay out over what the conditional variance says. Few days are drawn to 0 and to 1.
    """
    tried = np.full((len(scores), len(TRIED_AT), 2, HOURS), np.nan)
    half = np.arange(len(scores)) // 7 % 2
    for side in (0, 1):
        if min((half == side).sum(), (half != side).sum()) < LEAST_DAYS:
            return np.zeros(HOURS), np.ones(HOURS)
        spread, correlation = hours_together(scores[half != side])
        tried[half == side] = _predict(scores[half == side] / spread, correlation)
    standard = scores / hours_together(scores)[0]
    found = np.empty((len(TRIED_AT), 2))
    for place, hour in enumerate(TRIED_AT):
        usual = ~is_low(came[:, :hour].sum(axis=1), expected[:, :hour].sum(axis=1))
        mean, variance = tried[usual, place, 0], tried[usual, place, 1]
        found[place] = _judge(standard[usual], mean, variance, expected[usual])
    every = np.arange(HOURS)
    return np.interp(every, TRIED_AT, found[:, 0]), np.interp(every, TRIED_AT, found[:, 1])


def _predict(scores: Floats, correlation: Floats) -> Floats:
    """Return mean and variance of later hours given earlier ones: days by times by 2 by hours."""
    result = np.full((len(scores), len(TRIED_AT), 2, HOURS), np.nan)
    known = ~np.isnan(scores)
    for place, hour in enumerate(TRIED_AT):
        patterns, which = np.unique(known[:, :hour], axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns):
            seen = np.flatnonzero(pattern)
            if len(seen) == 0:
                continue
            mine = np.flatnonzero(which.ravel() == number)
            across = correlation[hour:, seen]
            weights = np.linalg.solve(correlation[np.ix_(seen, seen)], across.T).T
            result[mine, place, 0, hour:] = scores[np.ix_(mine, seen)] @ weights.T
            result[mine, place, 1, hour:] = 1.0 - (weights * across).sum(axis=1)
    return result


def _judge(scores: Floats, mean: Floats, variance: Floats, expected: Floats) -> tuple[float, float]:
    """Return trust and width of one hour of the update."""
    both: Booleans = ~(np.isnan(scores) | np.isnan(mean))
    days = int(both.any(axis=1).sum())
    if days == 0:
        return 0.0, 1.0
    weight, came, said = expected[both], scores[both], mean[both]
    square = float((weight * said**2).sum())
    slope = float((weight * said * came).sum()) / square if square > 0 else 0.0
    trust = float(np.clip(slope, 0.0, 1.0)) * days / (days + PRIOR_DAYS)
    left = 1.0 - (2.0 * trust - trust**2) * (1.0 - np.clip(variance[both], 0.0, 1.0))
    after = np.quantile(np.abs(came - trust * said) / np.sqrt(np.maximum(left, 0.01)), LEVEL)
    before = np.quantile(np.abs(came), LEVEL)
    wide = float(after / before) if before > 0 and after > 0 else 1.0
    return trust, float(np.exp(np.log(wide) * days / (days + PRIOR_DAYS)))
