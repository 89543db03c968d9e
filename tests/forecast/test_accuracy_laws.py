"""Accuracy tables under a change of unit and of date, from the series on; and of their rows."""

import numpy as np
import pandas as pd
import pytest

from forecast.accuracy import accuracy_by_hour_of_week, accuracy_by_lead, leaderboard
from forecast.closures import Calendar
from forecast.series import VolumeHistory
from tests.forecast.accuracy_laws import a_year_later, board_of, check_later, check_scaled, scaled
from tests.forecast.test_accuracy import weeks_of_rows

MODELS = ("seasonal_naive", "median_of_six", "auto")
IN_CONTACTS = ("y", "mean", "week_before_mae", "week_before_rmse")


@pytest.fixture(scope="module")
def history() -> VolumeHistory:
    """Twelve weeks of a queue closed at night, busier on some days, with days that go together."""
    index = pd.date_range(
        "2025-01-06", periods=12 * 168, freq="h", tz="UTC", unit="us", name="interval_start"
    )
    generator = np.random.default_rng(12)
    busy = np.repeat(generator.gamma(30, 1 / 30, 84), 24)
    shape = np.clip(np.sin((index.hour - 6) / 15 * np.pi), 0, None)
    mean = 40 * shape * (1 + 0.1 * index.day_of_week.to_numpy()) * busy
    drawn = generator.poisson(mean).astype(float)
    return VolumeHistory("live", pd.Series(drawn, index=index), Calendar("UTC", 60))


@pytest.fixture(scope="module")
def board(history: VolumeHistory) -> pd.DataFrame:
    """The table that the others are held against."""
    return board_of(history, MODELS)


def test_counting_in_thousandths_keeps_shares_and_scales_losses(
    history: VolumeHistory, board: pd.DataFrame
) -> None:
    """A team of a thousand must read its table as a team of one does."""
    check_scaled(board, board_of(scaled(history), MODELS))


def test_a_year_of_whole_weeks_later_the_table_is_the_same(
    history: VolumeHistory, board: pd.DataFrame
) -> None:
    """Nothing may hang on the date but what is known of it."""
    check_later(board, board_of(a_year_later(history), MODELS), MODELS[:-1])


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Of six cutoffs, so that ties are told."""
    return weeks_of_rows()


def test_of_given_forecasts_scale_changes_pinball_and_floor_alone(rows: pd.DataFrame) -> None:
    """Exactly, for all columns: intervals, ranks and ties too."""
    larger = rows.copy()
    columns = [name for name in rows.columns if name in IN_CONTACTS or name[0] == "q"]
    larger[columns] *= 1000.0
    apart = ["pinball", "poisson_floor", "poisson_floor_day", "poisson_floor_week"]
    before, after = leaderboard(rows), leaderboard(larger)
    pd.testing.assert_frame_equal(before.drop(columns=apart), after.drop(columns=apart))
    assert after["pinball"].to_numpy() == pytest.approx(1000 * before["pinball"].to_numpy())
    assert (after[apart[1:]] < before[apart[1:]]).all(axis=None)
    by_lead = [accuracy_by_lead(each).drop(columns=apart[:2]) for each in (rows, larger)]
    pd.testing.assert_frame_equal(*by_lead)


def test_of_given_forecasts_a_year_of_whole_weeks_changes_nothing(rows: pd.DataFrame) -> None:
    """Leads, weekdays and weeks are the same; only the dates are others."""
    later = rows.assign(**{name: rows[name] + pd.Timedelta(weeks=52) for name in ("ds", "cutoff")})
    pd.testing.assert_frame_equal(leaderboard(rows), leaderboard(later))
    pd.testing.assert_frame_equal(accuracy_by_hour_of_week(rows), accuracy_by_hour_of_week(later))


def test_the_order_of_rows_changes_nothing(rows: pd.DataFrame) -> None:
    """Sums do not know their order; only the order of queues and of equal models may follow it."""
    mixed = rows.sample(frac=1.0, random_state=4)
    before, after = (leaderboard(each).set_index("model") for each in (rows, mixed))
    pd.testing.assert_frame_equal(before, after.loc[before.index])
