"""What it is worth to tell a model the calendar: on all days, on holidays, and next to them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.clock import zone
from forecast.backtest import backtest
from forecast.closures import CalendarSettings, Event, holiday_events
from tests.benchmarks.public_series import WEEK, PublicSeries, closed_days, load

REGIONS = {
    "bank_calls_hourly": None,
    "nyc_taxi_hourly": "US-NY",
    "uk_ed_arrivals_hourly": "GB-ENG",
}
DAYS_NEAR = 3
KEYS = ["all days", "holidays", "near them", "other days"]


@pytest.mark.benchmark
@pytest.mark.parametrize("name", REGIONS)
def test_what_the_calendar_is_worth(
    public_data: Path, record: Callable[[str, str], None], name: str
) -> None:
    """Told its holidays or closed days, `auto` is better on them, and no worse on other days."""
    [series] = load(public_data, (name,))
    events = _events(public_data, series)
    untold, told = _errors(series, events, told=False), _errors(series, events, told=True)
    shown = [
        f"{key} {untold[key]:.2%} → {told[key]:.2%}" for key in KEYS if np.isfinite(untold[key])
    ]
    what = "closed days" if REGIONS[name] is None else "holidays"
    print(f"{name}: {', '.join(shown)}")
    record(
        f"WAPE of auto without and with {what}, {name}, {series.origins} weeks", "; ".join(shown)
    )
    assert told["all days"] < untold["all days"]
    assert not told["near them"] > untold["near them"] + 0.005
    assert told["other days"] <= untold["other days"] + 0.002


def _events(folder: Path, series: PublicSeries) -> tuple[Event, ...]:
    region = REGIONS[series.name]
    if region is None:
        return closed_days(folder / "volume" / f"{series.name}.csv")
    index = series.history.volume.index
    return holiday_events(
        CalendarSettings(holidays=region), range(index[0].year - 1, index[-1].year + 2)
    )


def _errors(series: PublicSeries, events: tuple[Event, ...], *, told: bool) -> dict[str, float]:
    """Return the WAPE of each kind of day; where nothing came it cannot be said."""
    history = (series.told(events) if told else series).history
    rows = backtest(history, WEEK, series.origins, WEEK, ["auto"])
    rows = rows[rows["y"].notna()]
    days = rows["ds"].dt.tz_convert(zone(history.calendar.timezone)).dt.date
    special = {event.day for event in events}
    near = {day + timedelta(days=n) for day in special for n in range(-1, DAYS_NEAR + 1)} - special
    kind = pd.Series(np.select([days.isin(special), days.isin(near)], KEYS[1:3], KEYS[3]))
    kind.index = rows.index
    found = {key: _wape(rows[kind == key]) for key in KEYS[1:]}
    return {KEYS[0]: _wape(rows), **found}


def _wape(rows: pd.DataFrame) -> float:
    volume = float(rows["y"].sum())
    error = float((rows["y"] - rows["q50"]).abs().sum())
    return error / volume if volume > 0 else float("nan")
