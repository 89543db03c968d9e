from collections.abc import Callable
from pathlib import Path

import pytest

from forecast.accuracy import leaderboard
from forecast.backtest import backtest
from tests.benchmarks.public_series import WEEK, closed_days, load


@pytest.mark.benchmark
@pytest.mark.parametrize(("told", "most"), [(False, 0.105), (True, 0.052)])
def test_bank_calls_a_week_ahead(
    public_data: Path, record: Callable[[str, str], None], told: bool, most: float
) -> None:
    """`auto` stays within 10.5 % of the volume, and within 5.2 % when closed days are known."""
    [bank] = load(public_data, ("bank_calls_hourly",))
    if told:
        bank = bank.told(closed_days(public_data / "volume" / "bank_calls_hourly.csv"))
    models = ("auto", "seasonal_naive", "median_of_six")
    rows = backtest(bank.history, WEEK, 6, WEEK, models)
    board = leaderboard(rows).set_index("model")
    print(board.round(3).to_string())
    known = "closed days known" if told else "no events"
    for model in models:
        record(f"WAPE of {model}, bank_calls, {known}", f"{board.loc[model, 'wape']:.2%}")
    assert board.loc["auto", "wape"] <= most
    assert board.loc["auto", "wape"] < board.loc["seasonal_naive", "wape"]
    assert 0.7 <= board.loc["auto", "coverage_80"] <= 0.95
