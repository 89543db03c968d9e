"""What was published stands on the board only where it can be compared fairly."""

import numpy as np
import pandas as pd
import pytest

from forecast.accuracy import leaderboard
from forecast.closures import Calendar
from forecast.published import PUBLISHED, with_published
from forecast.series import VolumeForecast
from forecast.snapshots import Snapshot
from tests.forecast.test_accuracy import weeks_of_rows

LEVELS = ["q05", "q10", "q50", "q90", "q95"]
WEEK = pd.Timedelta(weeks=1)


def snapshot(start: pd.Timestamp, cutoff: pd.Timestamp, value: float, hours: int = 168) -> Snapshot:
    """A forecast of one number, spread a little."""
    index = pd.date_range(start, periods=hours, freq="h", unit="us", name="interval_start")
    spread = dict(zip(["mean", *LEVELS], (0, -2, -1, 0, 1, 2), strict=True))
    table = pd.DataFrame({name: value + more for name, more in spread.items()}, index=index)
    made = VolumeForecast("live", "auto", Calendar("UTC", 60), table.astype(float))
    return Snapshot(cutoff, (made,), (made,))


@pytest.fixture
def rows() -> pd.DataFrame:
    """Three weeks of two models."""
    return weeks_of_rows(3)


def test_a_published_week_is_scored_like_a_model(rows: pd.DataFrame) -> None:
    """Recount of the one week that was published."""
    first = rows["cutoff"].min()
    both = with_published(rows, [snapshot(first, first - pd.Timedelta(hours=6), 20.0)])
    mine = both[both["model"] == PUBLISHED]
    assert mine["cutoff"].unique().tolist() == [first]
    near = rows[(rows["model"] == "near") & (rows["cutoff"] == first)]
    np.testing.assert_array_equal(mine["y"], near["y"])
    assert (mine["q50"] == 20.0).all()
    board = leaderboard(both).set_index("model")
    known = near["y"].dropna()
    assert board.loc[PUBLISHED, "wape"] == pytest.approx((known - 20).abs().sum() / known.sum())
    assert np.isnan(board.loc[PUBLISHED, "cpu_s"])
    assert board.loc[PUBLISHED, "cutoffs"] == 1
    assert len(both) == len(rows) + 168


def test_what_was_published_later_than_the_cutoff_is_hindsight(rows: pd.DataFrame) -> None:
    """A plan that was corrected on Wednesday must not stand against forecasts of Sunday."""
    first = rows["cutoff"].min()
    late = snapshot(first, first + pd.Timedelta(hours=1), 20.0)
    pd.testing.assert_frame_equal(with_published(rows, [late]), rows)


def test_the_newest_of_what_was_known_counts_and_two_plans_can_share_a_window(
    rows: pd.DataFrame,
) -> None:
    """Windows of the test need not begin where plans do."""
    second = rows["cutoff"].min() + WEEK
    known = second - pd.Timedelta(hours=6)
    old = snapshot(second - WEEK, second - 2 * WEEK, 5.0, 2 * 168)
    new = snapshot(second + pd.Timedelta(hours=8), known, 20.0)
    both = with_published(rows, [old, new])
    mine = both[(both["model"] == PUBLISHED) & (both["cutoff"] == second)]
    assert mine["q50"].tolist() == [5.0] * 8 + [20.0] * 160


def test_a_window_that_was_not_wholly_published_is_left_out(rows: pd.DataFrame) -> None:
    """Half a week against the models' whole would compare other hours."""
    first = rows["cutoff"].min()
    part = snapshot(first, first - WEEK, 20.0, 100)
    assert PUBLISHED not in with_published(rows, [part])["model"].tolist()
    assert PUBLISHED not in with_published(rows.assign(unique_id="other"), [part])["model"].tolist()
