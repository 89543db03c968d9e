"""Contacts that reach people: the forecast as a planner means to serve it."""

import math
from dataclasses import dataclass

import pandas as pd

from forecast.closures import Calendar
from forecast.series import VolumeForecast


@dataclass(frozen=True)
class Demand:
    """The distribution of contacts that reach one queue's reps in every interval.

    Parameters
    ----------
    queue
        Name of the queue.
    calendar
        The queue's calendar.
    table
        A row per interval, indexed by ``interval_start`` in UTC; column ``mean`` and a column per
        quantile named ``q05`` … ``q95``, contacts/interval.

    Raises
    ------
    ValueError
        When the grid is uneven, a value is negative or not finite, or quantiles cross.
    """

    queue: str
    calendar: Calendar
    table: pd.DataFrame

    def __post_init__(self) -> None:
        self._as_forecast()

    def quantile(self, probability: float) -> pd.Series:
        """Return a quantile of contacts/interval, linear between the given ones.

        Raises
        ------
        ValueError
            When `probability` lies outside the given levels.
        """
        return self._as_forecast().quantile(probability)

    @property
    def probabilities(self) -> tuple[float, ...]:
        """The levels of the quantile columns, rising."""
        return self._as_forecast().probabilities

    def _as_forecast(self) -> VolumeForecast:
        return VolumeForecast(self.queue, "demand", self.calendar, self.table)


def demand_of(forecast: VolumeForecast, factor: float = 1.0) -> Demand:
    """Return what a forecast asks of people when volume is `factor` times what it says.

    Raises
    ------
    ValueError
        When the factor is negative or not finite.
    """
    if not 0 <= factor < math.inf:
        raise ValueError(f"A factor of volume must be finite and at least 0, not {factor:g}.")
    return Demand(forecast.queue, forecast.calendar, forecast.table * factor)
