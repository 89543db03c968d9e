"""What every registered model owes, whatever it is made of."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from functools import cache

import numpy as np
import pandas as pd
import pytest

from data.clock import minute_of_week
from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar, Event
from forecast.models import load_model, model_names
from forecast.predict import forecast_volume
from forecast.series import VolumeForecast, VolumeHistory

MODELS = model_names()
# Those that forecast in milliseconds are tried on every case of a law; each of the others on one of
# the cases, not all of them on the same.
QUICK = ("auto", "seasonal_naive", "median_of_six", "robust_profile", "mean_profile")
# Last week again is mostly noise where a contact comes in five hours, and a median mostly zeros.
CANNOT_TELL_RARE = {"seasonal_naive", "median_of_six", "recent_profile"}
OFFICE = WeeklyHours.from_text("Mon-Fri 08:00-18:00; Sat 10:00-14:00")


def on_cases(*cases: tuple[object, ...]) -> list[tuple[object, ...]]:
    """Every case for a quick model, one in turn for each of the others."""
    return [
        (name, *case)
        for turn, name in enumerate(MODELS)
        for place, case in enumerate(cases)
        if name in QUICK or place == turn % len(cases)
    ]


def rhythm(index: pd.DatetimeIndex, timezone: str) -> np.ndarray:
    """Contacts/interval that peak at 12:00 local time, fewer at the weekend."""
    minute = np.asarray(minute_of_week(index, timezone))
    wave = 30.0 + 25.0 * np.cos((minute % 1440 - 720) / 1440 * 2 * np.pi)
    return np.where(minute < 5 * 1440, wave, wave * 0.4)


def history(
    weeks: float = 10,
    *,
    start: str = "2026-01-05",
    timezone: str = "Europe/Dublin",
    minutes: int = 60,
    opening: WeeklyHours | None = None,
    events: tuple[Event, ...] = (),
    seed: int | None = 7,
) -> VolumeHistory:
    """A Poisson history of a known rhythm; without a seed, the rhythm itself within 2 %."""
    calendar = Calendar(timezone, minutes, opening, events)
    first = pd.Timestamp(start, tz=timezone).tz_convert("UTC")
    steps = round(weeks * calendar.intervals_per_week)
    index = pd.date_range(
        first, periods=steps, freq=calendar.step, name="interval_start", unit="us"
    )
    mean = rhythm(index, timezone) * minutes / 60
    if opening is not None:
        mean = mean * opening.covers(index, minutes, timezone)
    rng = np.random.default_rng(seed or 0)
    nearly = mean * rng.normal(1.0, 0.02, len(mean))
    volume = nearly if seed is None else rng.poisson(mean).astype(float)
    return VolumeHistory("live", pd.Series(volume, index=index), calendar)


@pytest.mark.parametrize(("name", "minutes", "horizon"), on_cases((60, 200), (30, 50), (15, 60)))
def test_every_model_gives_ordered_quantiles_for_the_whole_horizon(
    name: str, minutes: int, horizon: int
) -> None:
    """The stages that follow read any quantile of every interval, at any grid."""
    past = history(4, minutes=minutes, opening=OFFICE)
    made = forecast_volume(past, horizon, name, (0.95, 0.05, 0.8, 0.995))
    assert made.probabilities == (0.05, 0.5, 0.8, 0.95, 0.995)
    assert len(made.table) == horizon
    assert made.cutoff == past.cutoff
    assert made.model == name
    assert made.queue == "live"
    columns = made.table[["q05", "q50", "q80", "q95", "q995"]].to_numpy()
    assert (np.diff(columns, axis=1) >= 0).all()
    is_open = past.calendar.open_at(made.table.index)
    assert (made.table[~is_open] == 0).all(axis=None)
    assert (made.table.loc[is_open, "mean"] > 0).all()


@pytest.mark.parametrize(
    ("name", "timezone", "start"),
    on_cases(
        ("Europe/Dublin", "2026-02-16"),
        ("Europe/Dublin", "2026-09-14"),
        ("America/New_York", "2026-01-26"),
        ("America/New_York", "2026-09-21"),
    ),
)
def test_the_local_rhythm_is_kept_through_a_clock_change(
    name: str, timezone: str, start: str
) -> None:
    """Customers live by the wall clock, so a peak at noon stays at noon when the offset changes."""
    past = history(5, start=start, timezone=timezone, seed=None)
    made = forecast_volume(past, 14 * 24, name)
    index = pd.DatetimeIndex(made.table.index)
    offsets = {instant.utcoffset() for instant in index.tz_convert(timezone)}
    assert len(offsets) == 2
    expected = rhythm(index, timezone)
    assert np.abs(made.table["mean"] - expected).sum() / expected.sum() < 0.06


@pytest.mark.parametrize("name", MODELS)
def test_a_known_rhythm_is_found_and_its_noise_covered(name: str) -> None:
    """Scale sanity: on Poisson data the total is right and the 90 % interval covers about 90 %."""
    past = history(10)
    future = history(11).volume.iloc[-168:]
    made = forecast_volume(past.until(future.index[0]), 168, name).table
    truth = rhythm(pd.DatetimeIndex(made.index), "Europe/Dublin")
    assert made["mean"].sum() == pytest.approx(truth.sum(), rel=0.06)
    covered = ((made["q05"] <= future) & (future <= made["q95"])).mean()
    assert 0.82 <= covered <= 0.99


@pytest.mark.parametrize("name", MODELS)
def test_unknown_volume_is_no_volume_of_zero(name: str) -> None:
    """An outage of the export leaves the forecast where it was."""
    past = history(6, seed=None)
    holes = past.volume.copy()
    holes.iloc[-200:-150] = np.nan
    holes.iloc[100:130] = np.nan
    whole = forecast_volume(past, 168, name).table["mean"]
    holed = forecast_volume(replace(past, volume=holes), 168, name).table["mean"]
    assert np.abs(whole - holed).sum() / whole.sum() < 0.05


@pytest.mark.parametrize("name", MODELS)
def test_events_of_the_future_shape_the_forecast(name: str) -> None:
    """What the planner knows goes before what the model believes."""
    events = (
        Event(date(2026, 3, 3), "closed"),
        Event(date(2026, 3, 4), "factor", factor=2.0, start=time(10), end=time(12)),
        Event(date(2026, 3, 5), "like", like_day=6),
    )
    past = history(8, seed=None)
    plain = forecast_volume(past, 168, name).table["mean"]
    calendar = replace(past.calendar, events=events)
    told = forecast_volume(replace(past, calendar=calendar), 168, name).table["mean"]
    local = plain.index.tz_convert("Europe/Dublin")
    day, hour = local.day, local.hour
    assert (told[day == 3] == 0).all()
    ratio = told / plain
    assert np.allclose(ratio[(day == 4) & (hour >= 10) & (hour < 12)], 2.0)
    assert np.allclose(ratio[(day == 4) & (hour < 10)], 1.0)
    sunday = told[day == 8].to_numpy()
    assert np.abs(told[day == 5].to_numpy() - sunday).sum() / sunday.sum() < 0.05


@pytest.mark.parametrize("name", MODELS)
def test_a_queue_without_contacts_is_forecast_as_zero_and_says_so(name: str) -> None:
    """Nothing to learn is no reason to fail, but the planner must hear of it."""
    past = history(4)
    empty = replace(past, volume=past.volume * 0.0)
    made = forecast_volume(empty, 24, name)
    assert (made.table == 0).all(axis=None)
    assert any("no contact" in note for note in made.notes)


@pytest.mark.parametrize(
    ("name", "weeks", "words"),
    on_cases((0.4, "less than a week"), (1, "less than two weeks"), (2, "wide")),
)
def test_a_short_history_gives_some_answer_with_a_warning(
    name: str, weeks: float, words: str
) -> None:
    """A team that starts with days of data is answered, and told how little it rests on."""
    made = forecast_volume(history(weeks), 168, name)
    assert any(words in note for note in made.notes)
    long = _after_ten_weeks(name)
    assert _width(made) > _width(long)
    assert not long.notes


@cache
def _after_ten_weeks(name: str) -> VolumeForecast:
    return forecast_volume(history(), 168, name)


def _width(made: VolumeForecast) -> float:
    return float((made.table["q95"] - made.table["q05"]).sum() / made.table["q50"].sum())


@pytest.mark.parametrize("name", MODELS)
def test_a_queue_that_never_varies_is_forecast_as_it_is(name: str) -> None:
    """Without any noise there is nothing to fit a variance to, and no reason to fail."""
    past = history(7, timezone="UTC")
    constant = replace(past, volume=past.volume * 0.0 + 7.0)
    made = forecast_volume(constant, 48, name).table["mean"]
    assert made.to_numpy() == pytest.approx(7.0, rel=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_rare_contacts_in_office_hours_are_forecast_six_weeks_ahead(name: str) -> None:
    """One contact in five hours is mostly zeros; the mean is what the plan lives on, not a zero."""
    past = history(8, opening=OFFICE)
    is_open = past.calendar.open_at(past.volume.index)
    drawn = np.random.default_rng(11).poisson(0.2, len(past.volume)) * is_open
    rare = replace(past, volume=pd.Series(drawn.astype(float), index=past.volume.index))
    made = forecast_volume(rare, 6 * 168, name).table
    ahead_open = past.calendar.open_at(made.index)
    assert (made[~ahead_open] == 0).all(axis=None)
    if name not in CANNOT_TELL_RARE:
        assert made.loc[ahead_open, "mean"].mean() == pytest.approx(0.2, rel=0.35)


def test_an_unknown_model_is_refused_with_the_nearest_name() -> None:
    """A typing error should cost one line, not a search."""
    with pytest.raises(InputError, match=r"did you mean prophet\?.*seasonal_naive"):
        load_model("profet")


def test_prophet_is_quiet() -> None:
    """A planner's terminal is no place for the lines of a solver; pytest would hide them."""
    programme = """
import numpy as np, pandas as pd
from forecast.models import load_model
from forecast.series import VolumeHistory
from forecast.closures import Calendar
index = pd.date_range("2026-01-05", periods=672, freq="h", tz="UTC", unit="us")
drawn = np.random.default_rng(1).poisson(20, 672) * 1.0
load_model("prophet")(VolumeHistory("live", pd.Series(drawn, index=index), Calendar()), 24)
"""
    ran = subprocess.run(
        [sys.executable, "-c", programme], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")


def test_a_history_without_any_known_volume_is_refused() -> None:
    """No number can be made of nothing."""
    past = history(2)
    with pytest.raises(InputError, match="no volume is known"):
        forecast_volume(replace(past, volume=past.volume * np.nan), 24)
