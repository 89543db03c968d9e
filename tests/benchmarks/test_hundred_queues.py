"""How long a hundred queues take; they are made up from seeds, so no data folder is needed."""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.queues import forecast_queues
from forecast.series import VolumeHistory

QUEUES = 100
WEEK = 168
CORES = 2
MOST_WALL_S = 180.0
MOST_CPU_S = 5.0
ALONE = 5


def made_up(seed: int) -> VolumeHistory:
    """Return 26 to 52 weeks of a queue with a rhythm, a trend and busy days of its own."""
    rng = np.random.default_rng(seed)
    weeks = int(rng.integers(26, 53))
    index = pd.date_range(
        end="2026-11-22 23:00", periods=weeks * WEEK, freq="h", tz="UTC", unit="us"
    ).rename("interval_start")
    hour, day = np.asarray(index.hour), np.asarray(index.day_of_week)
    peak, level = rng.uniform(9, 17), rng.lognormal(2.5, 1.0)
    wave = 0.05 + np.exp(-(((hour - peak) / 4.0) ** 2))
    growth = np.linspace(1.0, rng.uniform(0.8, 1.4), len(index))
    busy = np.repeat(rng.lognormal(0, 0.12, weeks * 7), 24)
    mean = level * wave * np.where(day < 5, 1.0, rng.uniform(0.2, 0.9)) * growth * busy
    volume = pd.Series(rng.poisson(mean).astype(float), index=index)
    return VolumeHistory(f"queue {seed:03d}", volume, Calendar("Europe/Dublin", 60))


@pytest.mark.benchmark
def test_a_hundred_queues_a_week_ahead(record: Callable[[str, str], None]) -> None:
    """`auto` forecasts a hundred queues in three minutes on two cores."""
    histories = [made_up(seed) for seed in range(QUEUES)]
    before = time.perf_counter()
    made = forecast_queues(histories, WEEK, jobs=CORES)
    wall = time.perf_counter() - before
    assert len(made) == QUEUES
    record(f"auto, {QUEUES} queues x {WEEK} h, {CORES} processes", f"{wall:.0f} s wall")
    assert wall <= MOST_WALL_S


@pytest.mark.benchmark
def test_a_queue_by_itself(record: Callable[[str, str], None]) -> None:
    """`auto` takes at most five CPU seconds a queue."""
    histories = [made_up(seed) for seed in range(ALONE)]
    forecast_queues(histories[:1], WEEK)  # imports
    before = time.process_time()
    forecast_queues(histories, WEEK)
    each = (time.process_time() - before) / ALONE
    record(f"auto, a queue x {WEEK} h, mean of {ALONE}", f"{each:.1f} s CPU")
    assert each <= MOST_CPU_S
