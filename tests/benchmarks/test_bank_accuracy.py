"""A bank's calls a week ahead: public data with a closed day that nobody announced."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data.sources.intervals import read_intervals
from forecast.accuracy import leaderboard
from forecast.backtest import backtest
from forecast.closures import CalendarSettings
from forecast.events import read_events
from forecast.history import histories_from_intervals
from forecast.models import model_names
from forecast.series import VolumeHistory

WEEK = 168


def write_events(source: Path, path: Path) -> None:
    """Write the weekdays on which the bank was closed as an events file."""
    rows = pd.read_csv(source)
    closed = sorted(set(rows.loc[rows["missing_day"] == 1, "ds"].str[:10]))
    path.write_text("date,kind\n" + "".join(f"{day},closed\n" for day in closed))


def bank(source: Path, events: Path | None) -> VolumeHistory:
    """The series, opening hours not stated."""
    from dataclasses import replace

    settings = CalendarSettings(timezone="UTC", interval_minutes=60)
    [history] = histories_from_intervals(read_intervals(source), settings)
    if events is None:
        return history
    return replace(history, calendar=replace(history.calendar, events=read_events(events)))


@pytest.mark.benchmark
@pytest.mark.parametrize(("told", "most"), [(False, 0.105), (True, 0.07)])
def test_bank_calls_a_week_ahead(
    public_data: Path, tmp_path: Path, record: Callable[[str, str], None], told: bool, most: float
) -> None:
    """`auto` stays within 10.5 % of the volume, and within 7 % when closed days are known."""
    source = public_data / "volume" / "bank_calls_hourly.csv"
    events = tmp_path / "events.csv"
    write_events(source, events)
    rows = backtest(bank(source, events if told else None), WEEK, 6, WEEK, model_names())
    board = leaderboard(rows).set_index("model")
    print(board.round(3).to_string())
    known = "closed days known" if told else "no events"
    for model in ("auto", "seasonal_naive"):
        record(f"WAPE of {model}, bank_calls, {known}", f"{board.loc[model, 'wape']:.2%}")
    assert board.loc["auto", "wape"] <= most
    assert board.loc["auto", "wape"] < board.loc["seasonal_naive", "wape"]
    assert 0.7 <= board.loc["auto", "coverage_80"] <= 0.95
