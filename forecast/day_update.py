"""What a queue's past says of the rest of a day once its beginning has come."""

from dataclasses import dataclass

import numpy as np

HOURS = 24


@dataclass(frozen=True)
class DayUpdate:
    """How the errors of a day's hours go together, small enough to be kept beside a forecast.

    An hour's error is told as a score: contacts above the forecast mean, over the root of
    ``mean + dispersion * mean**2``. Hours are those of the local wall clock.

    Parameters
    ----------
    dispersion
        Of an hour's volume around its forecast, at least 0.
    spread
        Standard deviation of the scores of each of 24 hours, above 0.
    correlation
        Of the scores of one hour with another of the same day, 24 by 24.
    trust
        By hour of the update: what of the conditional mean has come true on days that it was not
        learnt from, 0 to 1.
    width
        By hour of the update: how far those days' errors lay out, over what the conditional
        variance says, above 0.
    next_day
        What the mean score of a day adds to each score of the next day, 0 to 1.
    low_days
        By hour of the update: how many past days had brought less than half of their forecast
        until then.
    low_share
        By hour of the update: how much of that shortfall went on for the rest of those days, 0
        (none) to 1 (all of it).

    Raises
    ------
    ValueError
        When a part has another length, or a number is out of range.
    """

    dispersion: float
    spread: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]
    trust: tuple[float, ...]
    width: tuple[float, ...]
    next_day: float
    low_days: tuple[int, ...]
    low_share: tuple[float, ...]

    def __post_init__(self) -> None:
        matrix = np.array(self.correlation, dtype=float)
        positive = np.array([*self.spread, *self.width])
        shares = np.array([*self.low_share, *self.trust, self.next_day])
        parts = (self.spread, self.low_days, self.low_share, self.trust, self.width)
        lengths = {len(part) for part in parts}
        if lengths != {HOURS} or matrix.shape != (HOURS, HOURS):
            raise ValueError(f"A day's update has {HOURS} hours in each of its parts.")
        if not (np.isfinite(matrix).all() and np.allclose(matrix, matrix.T, atol=1e-6)):
            raise ValueError("Correlations of hours are finite and the same both ways.")
        if not np.allclose(np.diag(matrix), 1.0, atol=1e-6) or np.abs(matrix).max() > 1 + 1e-6:
            raise ValueError("Correlations of hours lie from -1 to 1, an hour's with itself at 1.")
        if not (0 <= self.dispersion < np.inf and ((positive > 0) & (positive < np.inf)).all()):
            raise ValueError("A dispersion is at least 0, and spreads and widths are above 0.")
        if not ((shares >= 0) & (shares <= 1)).all():
            raise ValueError("What carries on to other hours and days lies from 0 to 1.")
        if min(self.low_days) < 0:
            raise ValueError("A count of days is at least 0.")
