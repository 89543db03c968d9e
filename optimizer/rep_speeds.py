r"""Reps who write faster and slower than others.

Speeds are lognormal with median 1: a rep of speed :math:`v` takes `writing_minutes` / :math:`v` for
a message on average, and half the reps take less than `writing_minutes`. With a coefficient of
variation :math:`q` the mean over reps of the writing time, and the mean of their speeds, are both
:math:`\sqrt{1 + q^2}` times that of the median rep. What a team measures, the mean over its
messages, lies between: where reps have time to spare all write as many messages, and where they
have none a fast rep writes the more.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MOST_UNEVEN = 0.5
# Service changes smoothly with speed: so many stand for all.
_STAND_FOR_ALL = 5


@lru_cache(maxsize=64)
def speeds_of(speed_cv: float) -> tuple[Floats, Floats]:
    """Return the speeds that stand for those of all reps, and the share of reps of each."""
    if speed_cv == 0:
        return np.ones(1), np.ones(1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_STAND_FOR_ALL)
    return np.exp(spread_of(speed_cv) * nodes), weights / weights.sum()


def draw_speeds(speed_cv: float, count: int, random: np.random.Generator) -> Floats:
    """Draw the speeds of so many reps."""
    return np.asarray(np.exp(spread_of(speed_cv) * random.standard_normal(count)))


def spread_of(speed_cv: float) -> float:
    """Return the standard deviation of the logarithm of speeds."""
    return math.sqrt(math.log1p(speed_cv**2))
