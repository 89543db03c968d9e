"""The rolling origin: which windows are tested, what a model may see, when it is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from forecast.accuracy import leaderboard
from forecast.backtest import backtest, backtest_queues
from forecast.closures import Calendar
from forecast.metrics import wape
from forecast.series import PROBABILITIES, VolumeHistory, quantile_column


def history(weeks: int = 6, minutes: int = 60) -> VolumeHistory:
    """Around-the-clock Poisson counts of one rate."""
    index = pd.date_range(
        "2026-01-05", periods=weeks * 10080 // minutes, freq=f"{minutes}min", tz="UTC",
        unit="us", name="interval_start",
    )  # fmt: skip
    drawn = np.random.default_rng(2).poisson(40, len(index)).astype(float)
    return VolumeHistory("live", pd.Series(drawn, index=index), Calendar("UTC", minutes))


def test_the_last_window_ends_with_the_history_and_cutoffs_lie_a_step_apart() -> None:
    """Rows are counted, and each says how far ahead it was forecast."""
    past = history()
    rows = backtest(past, 48, 3, 24, ["seasonal_naive", "average_4_weeks", "seasonal_naive"])
    assert len(rows) == 2 * 3 * 48
    assert rows["model"].unique().tolist() == ["seasonal_naive", "average_4_weeks"]
    cutoffs = rows["cutoff"].unique()
    assert (past.cutoff - cutoffs) / pd.Timedelta(hours=1) == pytest.approx([96, 72, 48])
    assert rows["ds"].max() == past.volume.index[-1]
    lead = (rows["ds"] - rows["cutoff"]) / pd.Timedelta(hours=1) + 1
    assert (lead == rows["lead"]).all()
    assert (rows["ds"] >= rows["cutoff"]).all()
    assert rows["y"].to_numpy() == pytest.approx(past.volume.loc[rows["ds"]].to_numpy())
    assert [quantile_column(p) for p in PROBABILITIES] == [
        name for name in rows.columns if name.startswith("q")
    ]


def test_the_yardstick_is_last_week() -> None:
    """SNaive168: the median is what came 168 hours before, to the contact."""
    past = history()
    rows = backtest(past, 168, 2, 168, ["seasonal_naive"])
    before = past.volume.loc[rows["ds"] - pd.Timedelta(days=7)].to_numpy()
    assert rows["q50"].to_numpy() == pytest.approx(before)
    board = leaderboard(rows)
    assert board["wape"].iloc[0] == pytest.approx(wape(rows["y"].to_numpy(), before))


def test_what_comes_after_a_cutoff_changes_nothing_forecast_from_it() -> None:
    """Else the leaderboard would praise hindsight."""
    past = history()
    rows = backtest(past, 24, 2, 24, ["auto"])
    changed = past.volume.copy()
    changed.iloc[-24:] = 1e5
    again = backtest(replace(past, volume=changed), 24, 2, 24, ["auto"])
    early, late = (part["cutoff"] == part["cutoff"].min() for part in (rows, again))
    columns = ["mean", *(quantile_column(p) for p in PROBABILITIES)]
    pd.testing.assert_frame_equal(rows.loc[early, columns], again.loc[late, columns])


def test_an_unknown_volume_is_not_scored() -> None:
    """A gap is neither a hit nor a miss."""
    past = history()
    holed = past.volume.copy()
    holed.iloc[-10:] = np.nan
    rows = backtest(replace(past, volume=holed), 24, 1, 24, ["average_8_weeks"])
    assert rows["y"].isna().sum() == 10
    kept = rows[rows["y"].notna()]
    board = leaderboard(rows)
    expected = wape(kept["y"].to_numpy(), kept["q50"].to_numpy())
    assert board["wape"].iloc[0] == pytest.approx(expected)


def test_a_history_that_is_too_short_says_how_much_is_needed() -> None:
    """A week before the first cutoff, then a window per cutoff."""
    past = history(weeks=3)
    assert len(backtest(past, 168, 2, 168, ["seasonal_naive"])) == 336
    with pytest.raises(InputError, match=r"at least 672 intervals.*found 504"):
        backtest(past, 168, 3, 168, ["seasonal_naive"])
    unknown = past.volume.copy()
    unknown.iloc[:100] = np.nan
    with pytest.raises(InputError, match="found 404"):
        backtest(replace(past, volume=unknown), 168, 2, 168, ["seasonal_naive"])


def test_an_unknown_model_is_refused_before_any_work() -> None:
    """Not after minutes of forecasting with the others."""
    told: list[str] = []
    with pytest.raises(InputError, match="unknown"):
        backtest(history(), 24, 1, 24, ["auto", "none"], lambda name, _: told.append(name))
    assert told == []
    with pytest.raises(ValueError, match="at least 1"):
        backtest(history(), 0, 1, 24, ["auto"])


def test_progress_rises_to_one() -> None:
    """The bar must end, and reach its end once over all queues."""
    shares: list[float] = []
    names = ["seasonal_naive", "average_4_weeks"]
    queues = [history(3), replace(history(3), queue="other")]
    rows = backtest_queues(queues, 24, 1, 24, names, lambda _, share: shares.append(share))
    assert shares == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert rows["unique_id"].unique().tolist() == ["live", "other"]


def test_work_that_is_shared_finds_the_same() -> None:
    """Processes only save time: rows and their order do not depend on how many there are."""
    names = ["auto", "seasonal_naive"]
    past, one, two = history(), [], []
    alone = backtest(past, 24, 2, 24, names, lambda *told: one.append(told))
    shared = backtest(past, 24, 2, 24, names, lambda *told: two.append(told), jobs=2)
    pd.testing.assert_frame_equal(alone.drop(columns="cpu_s"), shared.drop(columns="cpu_s"))
    assert (shared["cpu_s"] >= 0).all()
    assert [share for _, share in one] == [share for _, share in two]
    assert {stage for stage, _ in one} == {stage for stage, _ in two}


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_progress_raises_ends_the_work(jobs: int) -> None:
    """A person who stops must not wait for the models that are still to come."""
    told: list[float] = []

    def stop(_: str, share: float) -> None:
        told.append(share)
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backtest(history(), 24, 4, 24, ["seasonal_naive"], stop, jobs=jobs)
    assert told == [0.0, 0.25]


def test_further_quantiles_are_forecast_when_asked_for() -> None:
    """A guard beyond the usual levels needs its own quantile."""
    rows = backtest(history(), 24, 1, 24, ["seasonal_naive"], probabilities=(*PROBABILITIES, 0.99))
    assert (rows["q99"] >= rows["q95"]).all()
