"""Nothing after a cutoff reaches a forecast, or every comparison would be a lie."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from forecast.backtest import backtest
from forecast.closures import Calendar
from forecast.models import MODELS, model_names, seasonal_naive
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

DAYS = 44
HORIZON = 60
# What came, and what the forecast took; all else in a row is told before the cutoff.
KNOWN_ONLY_LATER = ["y", "cpu_s"]


def history(hours: int) -> VolumeHistory:
    """A queue closed at night, whose hours nobody stated, until some hours after midnight."""
    index = pd.date_range(
        "2026-01-05", periods=DAYS * 24 + hours, freq="h", tz="UTC", unit="us",
        name="interval_start",
    )  # fmt: skip
    hour, weekday = index.hour.to_numpy(), index.day_of_week.to_numpy()
    is_open = (hour >= 7) & (hour < 21) & (weekday < 6)
    mean = is_open * (30.0 + 10.0 * np.sin(hour / 3.0)) * (1.0 + 0.1 * weekday)
    drawn = np.random.default_rng(5).poisson(mean).astype(float)
    return VolumeHistory("live", pd.Series(drawn, index=index), Calendar("UTC", 60))


def with_planted_future(past: VolumeHistory) -> VolumeHistory:
    """Absurd volumes, an outage, a surge at night and gaps in the last `HORIZON` intervals."""
    volume = past.volume.copy()
    volume.iloc[-HORIZON:-40] = 1e6
    volume.iloc[-40:-20] = 0.0
    volume.iloc[-20:-10] = np.nan
    volume.iloc[-10:] = 77.5
    return replace(past, volume=volume)


def seen_before(past: VolumeHistory, name: str) -> pd.DataFrame:
    """The rows of a backtest of the last `HORIZON` intervals, without what is known only later."""
    rows = backtest(past, HORIZON, 1, HORIZON, [name])
    assert len(rows) == HORIZON
    return rows.drop(columns=KNOWN_ONLY_LATER)


def assert_blind(past: VolumeHistory, name: str) -> None:
    """Fail unless every number of the forecast is the same to the last bit."""
    plain, planted = seen_before(past, name), seen_before(with_planted_future(past), name)
    assert plain.columns.tolist() == planted.columns.tolist()
    for column in plain:
        before, after = plain[column].to_numpy(), planted[column].to_numpy()
        if before.dtype == np.float64:
            before, after = before.view(np.int64), after.view(np.int64)
        assert (before == after).all(), f"{name}: {column} knows what came after the cutoff"


@pytest.mark.parametrize("name", model_names())
@pytest.mark.parametrize("hours", [12, 12 + 13], ids=["from midnight", "from the middle of a day"])
def test_no_number_of_a_backtest_knows_what_came_after_the_cutoff(name: str, hours: int) -> None:
    """Volumes, outages and gaps that nobody announced change no model's forecast by one bit."""
    past = history(hours)
    cutoff = past.cutoff - past.calendar.step * HORIZON
    assert cutoff.hour == (hours + 12) % 24
    assert_blind(past, name)


@pytest.mark.parametrize("part", ["mean", "q05"])
def test_a_model_that_peeks_is_caught(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the check above would prove nothing: a share of 1e-12 of the future is found."""
    handed: list[VolumeHistory] = []
    cut = VolumeHistory.until

    def overheard(self: VolumeHistory, cutoff: pd.Timestamp) -> VolumeHistory:
        handed.append(self)
        return cut(self, cutoff)

    def forecast(
        past: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
    ) -> VolumeForecast:
        made = seasonal_naive.forecast(past, horizon, probabilities)
        future = handed[-1].volume.iloc[len(past.volume) :].mean()
        table = made.table.copy()
        table[part] *= 1.0 - 1e-12 * future
        return replace(made, table=table)

    monkeypatch.setattr(VolumeHistory, "until", overheard)
    peeking = ModuleType("peeking")
    peeking.forecast = forecast  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "peeking", peeking)
    monkeypatch.setitem(MODELS, "peeking", "peeking")
    assert_blind(history(12), "seasonal_naive")
    with pytest.raises(AssertionError, match=f"{part} knows what came after the cutoff"):
        assert_blind(history(12), "peeking")
