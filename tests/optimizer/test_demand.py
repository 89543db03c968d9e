"""Demand is the forecast as a planner means to serve it: scaled, and nothing else changed."""

import pandas as pd
import pytest

from data.clock import grid
from forecast.closures import Calendar
from forecast.series import VolumeForecast
from optimizer.demand import Demand, demand_of


@pytest.fixture
def forecast():
    start = pd.Timestamp("2026-11-30", tz="UTC")
    index = grid(start, start + pd.Timedelta(hours=3), 60, "UTC")
    table = pd.DataFrame(
        {
            "mean": [2.0, 4.0, 0.0],
            "q05": [1.0, 2.0, 0.0],
            "q50": [2.0, 4.0, 0.0],
            "q95": [3.0, 8, 0],
        },
        index=index,
    )
    return VolumeForecast("live", "naive", Calendar(), table)


def test_a_factor_scales_every_quantile(forecast):
    """A planner who expects a fifth more expects it of the quiet and the busy week alike."""
    demand = demand_of(forecast, 1.2)
    pd.testing.assert_frame_equal(demand.table, forecast.table * 1.2)
    assert demand.queue == "live"
    assert demand.calendar == forecast.calendar


def test_quantiles_are_linear_between_the_given_ones(forecast):
    """Half way from 0.5 to 0.95 lies half way from one column to the other."""
    between = demand_of(forecast).quantile(0.725)
    assert between.tolist() == pytest.approx([2.5, 6.0, 0.0])
    assert demand_of(forecast).probabilities == (0.05, 0.5, 0.95)


def test_a_quantile_beyond_the_given_ones_is_refused(forecast):
    """Nothing is known out there."""
    with pytest.raises(ValueError, match=r"0\.05 to 0\.95"):
        demand_of(forecast).quantile(0.99)


@pytest.mark.parametrize("factor", [-0.1, float("inf"), float("nan")])
def test_a_factor_that_cannot_be_is_refused(forecast, factor):
    """Volume is neither negative nor endless."""
    with pytest.raises(ValueError, match="factor"):
        demand_of(forecast, factor)


def test_negative_demand_cannot_be_made(forecast):
    """A value that exists can be used."""
    with pytest.raises(ValueError, match="negative"):
        Demand("live", Calendar(), forecast.table - 3)
