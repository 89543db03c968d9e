"""What an accuracy table must do when its series is counted in thousandths or comes a year later.

Counted in thousandths (times 1000):

- WAPE, also of days and weeks, MASE, RMSSE, bias and the ratios between models are shares: they
  stay. Exactly so for models whose median is a number of their own. The median of a distribution of
  counts moves a little, for a negative binomial of 7 contacts is more askew than one of 7000; and
  where a model asks whether a day was odd or chance, chance weighs less in large counts.
- Pinball is in contacts and grows a thousandfold, and coverage stays: both but for what whole
  numbers do. A quantile of counts lies on one of them, and a band of 2 to 5 contacts holds more
  than one of 2000 to 5000; how much more falls with the root of the volume, as the Poisson floor
  does.
- The Poisson floor falls by the root of 1000, to leading order: large counts are surer.

A year of whole weeks later (52), by a clock without changes and with no events: everything stays.
Exactly so for models that know the week alone; a model that has learnt the rhythm of the month sees
other days of the month, and moves a little.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from forecast.accuracy import leaderboard
from forecast.backtest import backtest
from forecast.series import VolumeHistory

SCALE = 1000.0
OWN_MEDIAN = ("seasonal_naive", "average_4_weeks", "average_8_weeks", "median_of_six")
SHARES = ("wape", "mase", "rmsse")
TOTALS = ("wape_day", "wape_week")
COVERAGES = ("coverage_80", "coverage_90")


def board_of(
    history: VolumeHistory, models: Sequence[str], horizon: int = 168, windows: int = 2
) -> pd.DataFrame:
    """Score models on the last windows of a history."""
    rows = backtest(history, horizon, windows, horizon, models)
    return leaderboard(rows).set_index("model").loc[list(models)]


def scaled(history: VolumeHistory) -> VolumeHistory:
    """Count in thousandths."""
    return replace(history, volume=SCALE * history.volume)


def a_year_later(history: VolumeHistory) -> VolumeHistory:
    """Move by 52 weeks."""
    index = pd.DatetimeIndex(history.volume.index) + pd.Timedelta(weeks=52)
    return replace(history, volume=history.volume.set_axis(index))


def check_scaled(before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Hold the laws of scale against two tables."""
    own = [model for model in before.index if model in OWN_MEDIAN]
    exact = [*SHARES, *TOTALS, "bias", "ratio_to_yardstick"]
    _close(before.loc[own, exact], after.loc[own, exact], 1e-6, 1e-9)
    _close(before[list(SHARES)], after[list(SHARES)], 0.03, 1e-9)
    _close(before[["bias"]], after[["bias"]], 0.0, 0.03)
    _close(before[list(TOTALS)], after[list(TOTALS)], 0.03, 1e-3)
    whole_numbers = before["poisson_floor"]
    moved = (after["pinball"] / (SCALE * before["pinball"]) - 1).abs()
    assert (moved <= 0.03 + whole_numbers / 4).all(), moved
    for name in COVERAGES:
        moved = (after[name] - before[name]).abs()
        assert (moved <= 0.04 + whole_numbers / 2).all(), moved
    root = np.sqrt(SCALE)
    _close(before[["poisson_floor"]], root * after[["poisson_floor"]], 0.03, 0.0)


def check_later(before: pd.DataFrame, after: pd.DataFrame, of_week: Sequence[str]) -> None:
    """Hold the laws of time against two tables, exactly for models that know the week alone."""
    columns = [*SHARES, "bias", *TOTALS, "pinball", *COVERAGES]
    _close(before.loc[list(of_week), columns], after.loc[list(of_week), columns], 1e-9, 1e-9)
    _close(before[["poisson_floor"]], after[["poisson_floor"]], 0.01, 0.0)
    _close(before[list(SHARES)], after[list(SHARES)], 0.05, 1e-9)
    _close(before[list(COVERAGES)], after[list(COVERAGES)], 0.0, 0.03)


def _close(one: pd.DataFrame, other: pd.DataFrame, relative: float, absolute: float) -> None:
    pd.testing.assert_frame_equal(one, other, rtol=relative, atol=absolute, check_exact=False)
