"""Estimates with intervals: rep-days drawn anew, with replacement."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.conversation_spans import Spans
from optimizer.handling_fit import unit_sums
from optimizer.level_exposure import Units, sweep_levels

RESAMPLES = 500
DAY_S, HOUR_S = 86_400.0, 3_600.0
# Below so many of a unit the next smaller is resampled.
_FEWEST_UNITS = 6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number learnt from data.

    Parameters
    ----------
    value
        The estimate.
    low, high
        Its 95 % interval; both are the value where it was assumed.
    n
        How many observations it rests on.
    of
        What those are, in the plural.
    """

    value: float
    low: float
    high: float
    n: int
    of: str

    @property
    def half_width(self) -> float:
        """Half the interval as a share of the value; 0 of a value of 0."""
        return (self.high - self.low) / 2 / self.value if self.value else 0.0


@dataclass(frozen=True)
class Resampled:
    """Sums over rep-days or rep-hours, and how often each is drawn.

    Parameters
    ----------
    sums
        Columns of `optimizer.handling_fit.unit_sums`, a row per unit with work in it.
    levels
        Fields of `optimizer.level_exposure.LevelExposure`, a row per unit.
    unit
        ``rep-days`` or ``rep-hours``.
    weights
        Shape (draws, units): how often each unit is in each draw.
    """

    sums: pd.DataFrame
    levels: Mapping[str, Floats]
    unit: str
    weights: Floats

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.sums)

    @property
    def as_seen(self) -> Floats:
        """Every unit once."""
        return np.ones(self.units)

    def added(self, weights: Floats) -> dict[str, float]:
        """Return the sums over weighted units."""
        return dict(zip(self.sums.columns, weights @ self.sums.to_numpy(), strict=True))

    def by_level(self, weights: Floats) -> dict[str, Floats]:
        """Return exposure over weighted units, a value per level."""
        return {name: weights @ values for name, values in self.levels.items()}

    def estimate(
        self, value: float, drawn: Floats | Sequence[float], n: float, of: str
    ) -> Estimate:
        """Return an interval from the spread of the draws' logarithms.

        The quantile is Student's for the number of units: with a few of them the draws alone give
        intervals that are too narrow.
        """
        from scipy.stats import t

        values = np.asarray(drawn, dtype=float)
        values = values[np.isfinite(values) & (values > 0)]
        if value <= 0 or len(values) < 2:
            return Estimate(value, value, value, int(n), of)
        reach = float(t.ppf(0.975, max(self.units - 1, 1)) * np.std(np.log(values), ddof=1))
        return Estimate(value, value * math.exp(-reach), value * math.exp(reach), int(n), of)

    def ratio(self, above: str, below: str, scale: float, of: str) -> Estimate:
        """Estimate `scale` times a ratio of two sums."""
        whole = self.sums.sum()
        drawn = self.weights @ self.sums[[above, below]].to_numpy()
        drawn = drawn[drawn[:, 1] > 0]
        value = float(whole[above] / whole[below] * scale) if whole[below] else 0.0
        return self.estimate(value, drawn[:, 0] / drawn[:, 1] * scale, whole[below], of)


def resample(spans: Spans, queue: str, begin: float, seed: int) -> Resampled:
    """Add up a queue's work by rep-day, or by rep-hour where there are few, and draw them anew.

    Parameters
    ----------
    spans
        Of all queues.
    queue
        Whose work.
    begin
        Seconds since the epoch from which it counts.
    seed
        Of the draws.
    """
    own = spans.table[(spans.table["queue"] == queue) & (spans.table["end"] >= begin)]
    reps = tuple(sorted(own["rep_id"].unique()))
    made = _by_period(spans, queue, Units(reps, begin, spans.finish, DAY_S))
    unit = "rep-days"
    if len(made[0]) < _FEWEST_UNITS:
        made = _by_period(spans, queue, Units(reps, begin, spans.finish, HOUR_S))
        unit = "rep-hours"
    count = len(made[0])
    rng = np.random.default_rng(seed)
    weights = np.zeros((RESAMPLES, 0))
    if count:
        weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(float)
    return Resampled(made[0], made[1], unit, weights)


def _by_period(spans: Spans, queue: str, units: Units) -> tuple[pd.DataFrame, dict[str, Floats]]:
    sums, exposure = unit_sums(spans, queue, units), sweep_levels(spans, queue, units)
    used = (sums["picked"] > 0).to_numpy() | (exposure.minutes.sum(axis=1) > 0)
    return sums[used], {name: values[used] for name, values in vars(exposure).items()}
