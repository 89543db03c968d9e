"""What totals, siblings and drivers are worth."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.samples import CONVERSATIONS
from data.sources import read_conversations
from forecast.closures import CalendarSettings
from forecast.drivers import Driver, DriverKind, DriverValue, fading
from forecast.history import build_histories
from forecast.predict import forecast_volume
from forecast.queues import forecast_queues, total_forecast
from forecast.series import VolumeHistory
from tests.benchmarks.public_series import CORE, WEEK, load
from tests.benchmarks.test_hundred_queues import made_up

MODEL = "median_of_six"
SENSORS = "melbourne_pedestrian_hourly"
ORIGINS = 6


def sample() -> list[VolumeHistory]:
    path = Path(str(files("data.samples") / CONVERSATIONS))
    source = read_conversations([path], timezone="Europe/Dublin")
    return list(build_histories(source, CalendarSettings("Europe/Dublin", 60)))


def sensors(folder: Path) -> list[VolumeHistory]:
    return [series.history for series in load(folder, (SENSORS,))]


def came(history: VolumeHistory, index: pd.Index) -> np.ndarray:
    return history.volume.reindex(index).to_numpy(dtype=float)


def wape(pairs: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Return the pooled error of forecasts beside what came."""
    off = sum(float(np.nansum(np.abs(made - y))) for made, y in pairs)
    return off / sum(float(np.nansum(np.where(np.isnan(made), 0.0, y))) for made, y in pairs)


def weekly(history: VolumeHistory, origins: int = ORIGINS) -> list[pd.Timestamp]:
    return [history.cutoff - pd.Timedelta(weeks=back) for back in range(origins, 0, -1)]


def totals(histories: list[VolumeHistory]) -> tuple[float, float, float, float]:
    """Return WAPE of the sum of queues and of the total's own forecast, and 80/90 coverage."""
    summed, own, inside = [], [], []
    for cutoff in weekly(histories[0]):
        past = [history.until(cutoff) for history in histories]
        total = total_forecast(past, forecast_queues(past, WEEK, MODEL), MODEL).table
        y = np.sum([came(history, total.index) for history in histories], axis=0)
        whole = replace(past[0], queue="all", volume=sum(each.volume for each in past))
        alone = forecast_volume(whole, WEEK, MODEL).table["mean"].to_numpy()
        summed.append((total["mean"].to_numpy(), y))
        own.append((alone, y))
        seen = ~np.isnan(y) & (total["mean"].to_numpy() > 0)
        for low, high in (("q10", "q90"), ("q05", "q95")):
            hit = (y >= total[low]) & (y <= total[high])
            inside.append(hit[seen].mean() if seen.any() else np.nan)
    at_80, at_90 = (float(np.nanmean(inside[place::2])) for place in (0, 1))
    return wape(summed), wape(own), at_80, at_90


@pytest.mark.benchmark
def test_the_total_is_best_summed(public_data: Path, record: Callable[[str, str], None]) -> None:
    """Why totals are sums: the total's own forecast is no nearer to the truth."""
    for name, histories in (("Melbourne, 4 sensors", sensors(public_data)), ("sample", sample())):
        summed, own, at_80, at_90 = totals(histories)
        record(
            f"{name}: WAPE of the total, summed / its own forecast; 80 % / 90 % intervals cover",
            f"{summed:.2%} / {own:.2%}; {at_80:.1%} / {at_90:.1%}",
        )
        assert summed <= own * 1.02


@pytest.mark.benchmark
@pytest.mark.parametrize("days", [3, 7, 14])
def test_a_new_queue_leans_on_a_sibling(
    public_data: Path, record: Callable[[str, str], None], days: int
) -> None:
    """Over the first four weeks a sibling does not harm, and helps where there is one."""
    for name, histories in (("Melbourne", sensors(public_data)), ("sample", sample())):
        alone, helped = [], []
        for history, back in product(histories, (4, 7, 10)):
            cutoff = history.cutoff - pd.Timedelta(weeks=back)
            whole = history.until(cutoff)
            young = replace(whole, volume=whole.volume.iloc[-24 * days :])
            if not (young.volume > 0).any():
                continue
            others = [each.until(cutoff) for each in histories if each.queue != history.queue]
            ahead = {each.queue: 1 for each in others} | {young.queue: 4 * WEEK}
            table = forecast_queues((young, *others), ahead, MODEL)[0].table
            y = came(history, table.index)
            helped.append((table["q50"].to_numpy(), y))
            alone.append((forecast_volume(young, 4 * WEEK, MODEL).table["q50"].to_numpy(), y))
        record(
            f"{name}, queue of {days} days: WAPE over 4 weeks, alone / with sibling",
            f"{wape(alone):.1%} / {wape(helped):.1%}",
        )
        assert wape(helped) <= wape(alone) * 1.05


def daily(kind: DriverKind, first: pd.Timestamp, values: np.ndarray) -> Driver:
    day = first.tz_localize(None).normalize().to_pydatetime()
    rows = tuple(
        DriverValue(day + timedelta(days=place), day + timedelta(days=place + 1), float(value))
        for place, value in enumerate(values)
    )
    return Driver("driver", kind, rows)


def mailings(first: pd.Timestamp, days: int, rng: np.random.Generator) -> Driver:
    """Send messages at ten o'clock of every tenth day or so."""
    day = first.tz_localize(None).normalize().to_pydatetime()
    rows = tuple(
        DriverValue(at, at + timedelta(hours=1), float(rng.integers(1000, 9000)))
        for at in (
            day + timedelta(days=int(place), hours=10)
            for place in np.flatnonzero(rng.random(days) < 0.1)
        )
    )
    return Driver("mails", "burst", rows)


def told(history: VolumeHistory, *drivers: Driver) -> VolumeHistory:
    return replace(history, calendar=replace(history.calendar, drivers=drivers))


def over_weeks(history: VolumeHistory, model: str = MODEL) -> float:
    pairs = []
    for cutoff in weekly(history):
        table = forecast_volume(history.until(cutoff), WEEK, model).table
        pairs.append((table["q50"].to_numpy(), came(history, table.index)))
    return wape(pairs)


@pytest.mark.benchmark
def test_a_known_campaign_is_worth_its_file(record: Callable[[str, str], None]) -> None:
    """On made-up queues with campaigns and changing orders, knowing of them pays."""
    untold, known = [], []
    for seed in range(3):
        rng, plain = np.random.default_rng(seed), made_up(seed)
        index = pd.DatetimeIndex(plain.volume.index)
        days = len(index) // 24 + 2
        orders = np.exp(rng.normal(0, 0.25, days))
        level = daily("level", index[0], orders)
        mails = mailings(index[0], days, rng)
        echo = fading(mails, index, "Europe/Dublin", 8.0)
        scale = 2.0 * float(plain.volume.mean()) * 24 / 5000.0
        at_day = np.repeat(orders, 24)[: len(index)]
        volume = plain.volume * at_day**0.7 + rng.poisson(scale * echo)
        driven = replace(plain, volume=volume)
        untold.append(over_weeks(driven))
        known.append(over_weeks(told(driven, level, mails)))
    record(
        "made-up queues with campaigns and orders: WAPE untold / told",
        f"{np.mean(untold):.1%} / {np.mean(known):.1%}",
    )
    assert np.mean(known) < 0.9 * np.mean(untold)


@pytest.mark.benchmark
def test_a_useless_driver_costs_nothing(
    public_data: Path, record: Callable[[str, str], None]
) -> None:
    """Two drivers of pure chance change the error of public series by next to nothing."""
    for series in load(public_data, CORE):
        rng = np.random.default_rng(7)
        first = pd.DatetimeIndex(series.history.volume.index)[0]
        days = len(series.history.volume) // 24 + 2
        noise = daily("level", first, np.exp(rng.normal(0, 0.3, days)))
        given = told(series.history, noise, mailings(first, days, rng))
        plain, chance = over_weeks(series.history), over_weeks(given)
        record(
            f"{series.name}: WAPE without / with two drivers of chance",
            f"{plain:.2%} / {chance:.2%}",
        )
        assert chance <= plain * 1.03
