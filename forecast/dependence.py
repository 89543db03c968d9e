"""How the errors of a queue's intervals hang together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dependence:
    """Correlation of forecast errors, as a Gaussian copula of their normal scores.

    The score of an interval is the sum of a part common to its week, one common to its day and one
    of its own; the shares of variance add up to 1. Weeks are stretches of seven local days from the
    start of the forecast; common parts of successive weeks are taken as independent.

    Parameters
    ----------
    week, day
        Share of the variance that a whole week, and a whole day, has in common; at least 0,
        together below 1.
    next_day
        Correlation of the day's part with that of the day before, in (-1, 1).
    next_interval
        Correlation of the interval's own part with that of the interval before, in (-1, 1).
    tail
        One over the degrees of freedom of Student's t that the day's part follows, from 0 to below
        1: 0 is the normal; the more, the calmer most days are and the wilder a few.

    Raises
    ------
    ValueError
        When a share, a correlation or a tail is out of range.
    """

    week: float
    day: float
    next_day: float
    next_interval: float
    tail: float = 0.0

    def __post_init__(self) -> None:
        if self.week < 0 or self.day < 0 or self.week + self.day >= 1:
            raise ValueError("Shares of week and day are at least 0 and together below 1.")
        if not -1 < self.next_day < 1 or not -1 < self.next_interval < 1:
            raise ValueError("Correlations lie strictly between -1 and 1.")
        if not 0 <= self.tail < 1:
            raise ValueError(f"A tail is at least 0 and below 1, not {self.tail}.")


# What an ordinary queue is like; holds until its own past says otherwise.
TYPICAL = Dependence(week=0.06, day=0.2, next_day=0.25, next_interval=0.5)
