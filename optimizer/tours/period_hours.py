r"""Bounds on the hours of a whole period, and how the pricing programme knows of them week by week.

With T the hours worked before a week, what a bound makes of the rest of the period follows from T.
Little of T matters: where even the most of the weeks to come does not reach the minimum, the
minimum's cost grows by the same with every hour that T lacks; where T is above both bounds, it
grows by the same with every hour more; and below a maximum that the weeks to come cannot reach, T
does not matter at all. Only the values between, one a *level*, are told apart.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNBOUNDED = 2**40
"""Minutes that nobody works in a period."""


@dataclass(frozen=True)
class PeriodHours:
    """Bounds on the contract work of the whole period, by rep.

    Parameters
    ----------
    least, most
        Minutes by rep; 0 and `UNBOUNDED` for no bound.
    short
        Price of an hour below the least.
    over
        Price of an hour above the most; None where it never happens.
    """

    least: Ints
    most: Ints
    short: float
    over: float | None = None

    def __post_init__(self) -> None:
        if (self.least < 0).any() or (self.most < 0).any():
            raise ValueError("Bounds of a period are at least 0 minutes.")
        if self.short < 0 or (self.over is not None and self.over < 0):
            raise ValueError("Prices of hours are at least 0.")

    def costs(self, reps: Ints, minutes: Ints) -> Floats:
        """Return what so many minutes of the period cost; infinite where they never happen."""
        lacking = np.maximum(0, self.least[reps] - minutes)
        beyond = np.maximum(0, minutes - self.most[reps])
        cost = self.short / 60 * lacking
        if self.over is None:
            return np.where(beyond > 0, np.inf, cost)
        return np.asarray(cost + self.over / 60 * beyond)

    def beside(self, minutes: Ints, share: float = 1.0) -> "PeriodHours":
        """Return what other work of so many minutes leaves of the bounds, or a share of that."""
        least = np.ceil(share * np.maximum(0, self.least - minutes)).astype(np.int64)
        most = np.floor(share * np.maximum(0, self.most - minutes)).astype(np.int64)
        most = np.where(self.most == UNBOUNDED, UNBOUNDED, np.maximum(least, most))
        return PeriodHours(least, most, self.short, self.over)

    def steps(self, minutes: Ints) -> list[float]:
        """Return prices of which costs are a multiple when shifts have so many minutes."""
        grids = [self.least] if self.over is None else [self.least, self.most]
        prices = (self.short, self.over or 0.0)
        return [
            price / 60 * float(np.gcd.reduce(np.concatenate([bounds, minutes.ravel()])))
            for bounds, price in zip(grids, prices, strict=False)
        ]


class Levels:
    """The minutes worked before each week, as far as they are told apart.

    Parameters
    ----------
    period
        The bounds.
    reach
        By rep and week, the most minutes that could be worked in it.
    unit
        Minutes of which every shift's are a multiple.
    """

    def __init__(self, period: PeriodHours, reach: Ints, unit: int) -> None:
        self._period, self._unit = period, unit
        many = np.zeros((len(reach), 1), dtype=np.int64)
        before = np.hstack([many, np.cumsum(reach, axis=1)])
        left = before[:, -1:] - before
        least, most = period.least[:, None], period.most[:, None]
        self._is_capped = period.most < before[:, -1]
        first = np.where(least > 0, np.minimum(least - left, most), most - left) // unit
        limit = most // unit if period.over is None else -(-most // unit)
        last = np.where(self._is_capped[:, None], limit, -(-least // unit))
        self._low = np.clip(first, 0, before // unit)
        self._high = np.clip(last, self._low, before // unit)

    @property
    def binding(self) -> npt.NDArray[np.bool_]:
        """Whether a bound of the period can matter to each rep."""
        return np.asarray((self._period.least > 0) | self._is_capped)

    def counts(self, reps: Ints) -> Ints:
        """Return how many levels are told apart before each week, among some reps."""
        widest = (self._high - self._low)[reps].max(axis=0, initial=0)
        return np.asarray(widest[:-1] + 1)

    def after(self, week: int, reps: Ints, minutes: Ints) -> tuple[Ints, Floats]:
        """Return each rep's next level, and what is paid on the way to it.

        Parameters
        ----------
        week
            The week that ends.
        reps, minutes
            Who worked how much in it.

        Returns
        -------
        next, paid
            By minutes, level before the week and rep. After the last week there is one level.
        """
        levels = np.arange(self.counts(reps)[week])[:, None]
        worked = (self._low[reps, week] + levels) * self._unit + minutes[:, None, None]
        if week + 2 == self._low.shape[1]:
            return np.zeros_like(worked), self._period.costs(reps, worked)
        low, high = (edge[reps, week + 1] * self._unit for edge in (self._low, self._high))
        lacking = np.maximum(0, low - worked) * (self._period.least[reps] > 0)
        beyond = np.maximum(0, worked - high) * self._is_capped[reps]
        paid = self._period.short / 60 * lacking
        if self._period.over is None:
            paid = np.where(beyond > 0, np.inf, paid)
        else:
            paid = paid + self._period.over / 60 * beyond
        return (np.clip(worked, low, high) - low) // self._unit, paid
