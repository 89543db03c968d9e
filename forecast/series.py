"""The two types that forecasting is between: a history of volume and a distribution of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from data.clock import check_interval, floor_to_grid
from data.repairs import Repair
from forecast.closures import Calendar
from forecast.day_update import DayUpdate
from forecast.dependence import Dependence

PROBABILITIES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


@dataclass(frozen=True)
class VolumeHistory:
    """Contacts offered to one queue in every interval of an unbroken stretch of time.

    Parameters
    ----------
    queue
        Name of the queue (``unique_id`` in files).
    volume
        Contacts/interval, float, indexed by ``interval_start`` in UTC; NaN where it is not known.
    calendar
        The queue's time zone, interval, opening hours, holidays and events.
    repairs
        What was mended on the way here.

    Raises
    ------
    ValueError
        When the index is not tz-aware, even and on the grid, or a volume is negative or infinite.
    """

    queue: str
    volume: pd.Series
    calendar: Calendar
    repairs: tuple[Repair, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        index = self.volume.index
        _check_grid(index, self.calendar)
        values = self.volume.to_numpy(dtype=float)
        if np.isinf(values).any() or (values[~np.isnan(values)] < 0).any():
            raise ValueError(f"Queue {self.queue}: a volume is negative or infinite.")

    @property
    def cutoff(self) -> pd.Timestamp:
        """The end of the last interval seen, in UTC: where a forecast starts."""
        last: pd.Timestamp = self.volume.index[-1]
        return last + self.calendar.step

    def until(self, cutoff: pd.Timestamp) -> "VolumeHistory":
        """Return the history as it was known at `cutoff`: intervals that had ended by then."""
        return replace(self, volume=self.volume[self.volume.index < cutoff])


@dataclass(frozen=True)
class VolumeForecast:
    """The distribution of one queue's contacts in every interval of the horizon.

    Parameters
    ----------
    queue
        Name of the queue.
    model
        Name of the model that made it.
    calendar
        The queue's calendar.
    table
        A row per interval, indexed by ``interval_start`` in UTC; column ``mean`` and a column per
        quantile named ``q05`` … ``q95``, contacts/interval.
    notes
        What the planner should know about it, a sentence each: too little history, no volume.
    dependence
        How errors of its intervals hang together; None where it is not known, as when it was read
        from a file of quantiles.
    update
        What the beginning of a day says of its rest; None where it is not known.

    Raises
    ------
    ValueError
        When the grid is uneven, a value is negative or not finite, or quantiles cross.
    """

    queue: str
    model: str
    calendar: Calendar
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    dependence: Dependence | None = None
    update: DayUpdate | None = None

    def __post_init__(self) -> None:
        _check_grid(self.table.index, self.calendar)
        values = self.table.to_numpy(dtype=float)
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError(f"Queue {self.queue}: a forecast is negative or not finite.")
        columns = [quantile_column(probability) for probability in self.probabilities]
        if (np.diff(self.table[columns].to_numpy(), axis=1) < -1e-9).any():
            raise ValueError(f"Queue {self.queue}: quantiles of the forecast cross.")

    @property
    def cutoff(self) -> pd.Timestamp:
        """The instant at which the forecast starts, in UTC."""
        first: pd.Timestamp = self.table.index[0]
        return first

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The levels of the quantile columns, rising."""
        names = [name for name in self.table.columns if name.startswith("q")]
        return tuple(sorted(quantile_level(name) for name in names))

    def quantile(self, probability: float) -> pd.Series:
        """Return a quantile of contacts/interval, linear between the given ones.

        Raises
        ------
        ValueError
            When `probability` lies outside the given levels.
        """
        levels = self.probabilities
        if not levels[0] <= probability <= levels[-1]:
            raise ValueError(
                f"The quantile {probability:g} lies outside the forecast's "
                f"{levels[0]:g} to {levels[-1]:g}."
            )
        columns = [quantile_column(level) for level in levels]
        right = int(np.searchsorted(levels, probability))
        if np.isclose(levels[right], probability):
            return self.table[columns[right]]
        low, high = levels[right - 1], levels[right]
        weight = (probability - low) / (high - low)
        return self.table[columns[right - 1]] * (1 - weight) + self.table[columns[right]] * weight


def quantile_column(probability: float) -> str:
    """Name the column of a quantile.

    Examples
    --------
    >>> quantile_column(0.05), quantile_column(0.975)
    ('q05', 'q975')
    """
    return f"q{f'{probability:.6f}'[2:].rstrip('0').ljust(2, '0')}"


def quantile_level(column: str) -> float:
    """Read the level of a quantile from its column's name.

    Examples
    --------
    >>> quantile_level("q05"), quantile_level("q975")
    (0.05, 0.975)
    """
    return float(f"0.{column[1:]}")


def check_probabilities(probabilities: Sequence[float]) -> tuple[float, ...]:
    """Return the levels rising and once each, the median among them.

    Raises
    ------
    ValueError
        When a level is not strictly between 0 and 1.
    """
    for probability in probabilities:
        if not 0 < probability < 1:
            raise ValueError(f"A quantile lies strictly between 0 and 1, not at {probability:g}.")
    return tuple(sorted({round(probability, 6) for probability in (*probabilities, 0.5)}))


def _check_grid(index: pd.Index, calendar: Calendar) -> None:
    if not isinstance(index, pd.DatetimeIndex) or str(index.tz) != "UTC" or len(index) == 0:
        raise ValueError("Intervals are indexed by at least one instant in UTC.")
    # Without the zone: NumPy sees tz-aware instants one object at a time.
    steps = np.diff(index.tz_localize(None).to_numpy())
    uneven = np.flatnonzero(steps != calendar.step.to_timedelta64())
    if len(uneven):
        raise ValueError(f"Intervals are not evenly spaced at {index[uneven[0] + 1]}.")
    if floor_to_grid(index[:1], calendar.interval_minutes, calendar.timezone)[0] != index[0]:
        raise ValueError(f"{index[0]} is not on the grid of {calendar.interval_minutes} minutes.")
    check_interval(calendar.interval_minutes, calendar.timezone, index[0], index[-1])
