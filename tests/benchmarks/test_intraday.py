"""What the update during a day is worth, by the hour at which it is made."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, local_days, midnight
from forecast.intraday import update_day
from forecast.predict import forecast_volume
from forecast.series import VolumeForecast, VolumeHistory
from tests.benchmarks.public_series import load

HOURS = range(1, 24)
DAYS = 56
# How much smaller the error of the rest of the day must be at 12:00; negative: may be larger.
LEAST_GAIN = {"bank_calls_hourly": 0.20, "nyc_taxi_hourly": 0.15, "uk_ed_arrivals_hourly": -0.01}
MODEL = "auto"


@dataclass(frozen=True)
class Score:
    """A forecast of the rest of a day beside what came, before and after the update."""

    hour: int
    error: tuple[float, ...]
    error_tomorrow: tuple[float, ...]
    volume: float
    intervals: int
    inside_80: tuple[int, ...]
    inside_90: tuple[int, ...]
    width_80: tuple[float, ...]
    seconds: float


def _mornings(history: VolumeHistory) -> Iterator[tuple[VolumeForecast, pd.Series, int]]:
    """Yield the forecast of two days made as the first of them begins, what they brought, and how
    many intervals are today's."""
    calendar = history.calendar
    days = sorted(set(local_days(pd.DatetimeIndex(history.volume.index), calendar.timezone)))[:-2]
    for day in days[max(28, len(days) - DAYS) :]:
        start, end, last = (
            midnight(day + timedelta(days=ahead), calendar.timezone) for ahead in (0, 1, 2)
        )
        index = grid(start, last, calendar.interval_minutes, calendar.timezone)
        made = forecast_volume(history.until(start), len(index), MODEL)
        yield made, history.volume.reindex(index), int((index < end).sum())


def _scores(history: VolumeHistory) -> list[Score]:
    found = []
    for morning, came, today in _mornings(history):
        local = pd.DatetimeIndex(came.index).tz_convert(history.calendar.timezone)
        first = np.arange(len(came)) < today
        for hour in HOURS:
            past = first & np.asarray(local.hour < hour)
            if not came[past].notna().any():
                continue
            before = time.perf_counter()
            updated = update_day(morning, came[past])
            seconds = time.perf_counter() - before
            rest, tomorrow = came[first & ~past], came[~first]
            found.append(_score(hour, morning, updated, rest, tomorrow, seconds))
    return found


def _score(
    hour: int,
    morning: VolumeForecast,
    updated: VolumeForecast,
    rest: pd.Series,
    tomorrow: pd.Series,
    seconds: float,
) -> Score:
    truth, next_day = rest.dropna(), tomorrow.dropna()
    tables = [each.table.loc[truth.index] for each in (morning, updated)]
    opened = tables[0]["q95"] > 0
    return Score(
        hour,
        tuple(float((table["q50"] - truth).abs().sum()) for table in tables),
        tuple(
            float((each.table["q50"].loc[next_day.index] - next_day).abs().sum())
            for each in (morning, updated)
        ),
        float(truth.sum()),
        int(opened.sum()),
        tuple(_inside(table, truth, "q10", "q90", opened) for table in tables),
        tuple(_inside(table, truth, "q05", "q95", opened) for table in tables),
        tuple(float((table["q90"] - table["q10"]).sum()) for table in tables),
        seconds,
    )


def _inside(table: pd.DataFrame, truth: pd.Series, low: str, high: str, opened: pd.Series) -> int:
    reached = (table[low].apply(np.floor) <= truth) & (truth <= table[high].apply(np.ceil))
    return int((reached & opened).sum())


@pytest.mark.benchmark
def test_the_rest_of_the_day(public_data: Path, record: Callable[[str, str], None]) -> None:
    """The update gains at noon where days are busy or quiet, and elsewhere loses nothing."""
    for series in load(public_data):
        scores = _scores(series.history)
        board = pd.DataFrame([_row(hour, scores) for hour in HOURS]).set_index("hour")
        print(f"\n{series.name}\n{board.round(3).to_string()}")
        noon = board.loc[12]
        slowest = max(score.seconds for score in scores)
        record(
            f"rest of the day at 12:00, {series.name}",
            f"WAPE {noon['wape_before']:.2%} → {noon['wape_after']:.2%}, 80 % intervals "
            f"{noon['width']:.2f} as wide, cover {noon['covered_80']:.1%} "
            f"(before {noon['covered_80_before']:.1%}); error of the next day "
            f"{noon['tomorrow'] - 1:+.1%}; slowest update {slowest * 1000:.0f} ms",
        )
        assert float(np.median([score.seconds for score in scores])) < 0.1
        least = LEAST_GAIN.get(series.name)
        if least is not None:
            assert noon["wape_after"] <= (1 - least) * noon["wape_before"]
        assert noon["width"] <= 1.05


def _row(hour: int, scores: list[Score]) -> dict[str, float]:
    mine = [score for score in scores if score.hour == hour]
    volume = sum(score.volume for score in mine)
    intervals = max(sum(score.intervals for score in mine), 1)
    before, after = (sum(score.error[side] for score in mine) / max(volume, 1) for side in (0, 1))
    wide = [sum(score.width_80[side] for score in mine) for side in (0, 1)]
    tomorrow = [sum(score.error_tomorrow[side] for score in mine) for side in (0, 1)]
    return {
        "hour": hour,
        "tomorrow": tomorrow[1] / tomorrow[0] if tomorrow[0] else 1.0,
        "wape_before": before,
        "wape_after": after,
        "gain": 1 - after / before if before else 0.0,
        "width": wide[1] / wide[0] if wide[0] else 1.0,
        "covered_80_before": sum(score.inside_80[0] for score in mine) / intervals,
        "covered_80": sum(score.inside_80[1] for score in mine) / intervals,
        "covered_90_before": sum(score.inside_90[0] for score in mine) / intervals,
        "covered_90": sum(score.inside_90[1] for score in mine) / intervals,
    }
