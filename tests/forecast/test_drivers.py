"""Drivers known ahead: what is planted is found, what is nothing changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight
from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar
from forecast.days import with_opening
from forecast.driver_effects import effect_notes, with_effects
from forecast.drivers import Driver, DriverKind, DriverValue, fading, stated
from forecast.predict import forecast_volume
from forecast.series import VolumeHistory

ZONE = "UTC"
FIRST = datetime(2026, 1, 5)
WEEKS = 20
HALF_LIFE = 6.0
PER_UNIT = 0.05


def hours(weeks: float = WEEKS) -> pd.DatetimeIndex:
    return pd.date_range(
        "2026-01-05",
        periods=round(weeks * 168),
        freq="h",
        tz="UTC",
        unit="us",
        name="interval_start",
    )


def rhythm(index: pd.DatetimeIndex, mean: float = 40.0) -> np.ndarray:
    """Contacts/hour, most at 13:00, half as many at the weekend."""
    hour, day = np.asarray(index.hour), np.asarray(index.day_of_week)
    return mean * (0.2 + np.exp(-(((hour - 13) / 4.0) ** 2))) * np.where(day < 5, 1.0, 0.5)


def daily(name: str, kind: DriverKind, values: np.ndarray, queue: str = "") -> Driver:
    """State a value for each day from the first."""
    rows = tuple(
        DriverValue(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 1), float(value))
        for day, value in enumerate(values)
    )
    return Driver(name, kind, rows, queue)


def mails(days: list[int], units: float = 6000.0) -> Driver:
    """Send messages from 10:00 to 11:00 of some days."""
    rows = tuple(
        DriverValue(
            FIRST + timedelta(days=day, hours=10), FIRST + timedelta(days=day, hours=11), units
        )
        for day in days
    )
    return Driver("mails", "burst", rows)


def history(
    volume: np.ndarray, *drivers: Driver, opening: WeeklyHours | None = None
) -> VolumeHistory:
    index = hours(len(volume) / 168)
    calendar = Calendar(ZONE, 60, opening, (), drivers)
    return VolumeHistory("live", pd.Series(volume.astype(float), index=index), calendar)


@cache
def orders() -> Driver:
    values = np.exp(np.random.default_rng(5).normal(0, 0.3, (WEEKS + 2) * 7))
    return daily("orders", "level", values)


LAUNCHES = Driver(
    "launch",
    "pulse",
    tuple(
        DriverValue(FIRST + timedelta(days=day), FIRST + timedelta(days=day + 4), 1.0)
        for day in (60, 100, 141)
    ),
)
SENT = mails([13, 31, 44, 58, 79, 95, 110, 126, 143])


@cache
def driven(seed: int = 1, busy: float = 0.08) -> tuple[np.ndarray, np.ndarray]:
    """Return 22 weeks of volume and its mean, under an elasticity of 0.6, launches and bursts."""
    index, rng = hours(WEEKS + 2), np.random.default_rng(seed)
    mean = rhythm(index) * stated(orders(), index, "UTC") ** 0.6
    mean = mean * np.exp(0.4 * stated(LAUNCHES, index, ZONE))
    mean = mean + PER_UNIT * fading(SENT, index, ZONE, HALF_LIFE)
    days = np.repeat(rng.lognormal(0, busy, len(index) // 24), 24)
    return rng.poisson(mean * days).astype(float), mean


def learnt(past: VolumeHistory) -> tuple[Driver, ...]:
    return with_effects(with_opening(past)).calendar.drivers


def test_planted_effects_are_found() -> None:
    """An elasticity, a factor, a response and its decay come out as they were put in."""
    volume, _ = driven()
    past = history(volume[: WEEKS * 168], orders(), LAUNCHES, SENT)
    level, pulse, burst = (each.effect for each in learnt(past))
    assert level is not None
    assert pulse is not None
    assert burst is not None
    assert level.size == pytest.approx(0.6, abs=0.1)
    assert pulse.size == pytest.approx(0.4, abs=0.1)
    assert burst.size == pytest.approx(PER_UNIT, rel=0.2)
    assert HALF_LIFE / 1.5 <= burst.half_life_hours <= HALF_LIFE * 1.5
    notes = effect_notes("live", learnt(past))
    assert len(notes) == 3
    assert all(note.startswith("Queue live: driver") for note in notes)


@pytest.mark.parametrize("name", ["seasonal_naive", "median_of_six"])
def test_known_drivers_make_every_model_better(name: str) -> None:
    """The weeks ahead hold a launch and a campaign; whoever is told of them is nearer."""
    volume, mean = driven()
    known = WEEKS * 168
    told = history(volume[:known], orders(), LAUNCHES, SENT)
    errors = []
    for past in (history(volume[:known]), told):
        made = forecast_volume(past, 168, name).table["q50"]
        errors.append(float(np.abs(made.to_numpy() - mean[known : known + 168]).sum()))
    assert errors[1] < 0.75 * errors[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_useless_driver_changes_almost_nothing(seed: int) -> None:
    """Noise must not be learnt as an effect: it would come back multiplied."""
    rng = np.random.default_rng(seed)
    index = hours()
    days = np.repeat(rng.lognormal(0, 0.1, WEEKS * 7), 24)
    volume = rng.poisson(rhythm(index) * days)
    noise = daily("noise", "level", np.exp(rng.normal(0, 0.3, (WEEKS + 1) * 7)))
    sent = mails(sorted(rng.choice(WEEKS * 7 + 6, 12, replace=False).tolist()))
    plain = forecast_volume(history(volume), 168, "median_of_six").table
    given = forecast_volume(history(volume, noise, sent), 168, "median_of_six").table
    moved = (plain["mean"] - given["mean"]).abs().sum() / plain["mean"].sum()
    assert moved < 0.02


@pytest.mark.parametrize("name", ["auto", "seasonal_naive", "mean_profile", "poisson_glm"])
def test_volume_proportional_to_exposure_stays_so(name: str) -> None:
    """Twice the customers are twice the contacts, whatever the model."""
    index = hours(8)
    customers = np.where(np.arange(9 * 7) < 30, 1000.0, 1500.0)
    ahead = np.concatenate([customers[: 8 * 7], np.full(7, 3000.0)])
    volume = np.round(rhythm(index) * np.repeat(customers[: 8 * 7], 24) / 1000)
    same = forecast_volume(history(volume, daily("customers", "exposure", customers)), 160, name)
    twice = forecast_volume(history(volume, daily("customers", "exposure", ahead)), 160, name)
    np.testing.assert_allclose(twice.table["mean"], 2 * same.table["mean"], rtol=1e-6)


def test_a_rollout_is_a_share_and_not_a_trend() -> None:
    """From half of the customers to all of them in eight weeks: told, exactly proportional."""
    weeks = 14
    share = np.repeat(np.concatenate([np.full(6, 0.5), np.linspace(0.5, 1, 8), np.ones(1)]), 7)
    share[weeks * 7 :] = 1.0
    volume = rhythm(hours(weeks), 200.0) * np.repeat(share[: weeks * 7], 24)
    truth = rhythm(hours(weeks + 1), 200.0)[weeks * 168 :]
    untold = forecast_volume(history(volume), 168, "median_of_six").table["mean"].to_numpy()
    told_of = history(volume, daily("rollout", "exposure", share))
    told = forecast_volume(told_of, 168, "median_of_six").table["mean"].to_numpy()
    np.testing.assert_allclose(told, truth, rtol=1e-9)
    assert np.abs(untold - truth).sum() > 0.1 * truth.sum()


def test_a_driver_that_ends_within_the_horizon_is_refused_by_its_first_missing_day() -> None:
    """A value that is not known ahead cannot be used ahead, and nobody may guess it."""
    past = history(rhythm(hours(4)), daily("customers", "exposure", np.ones(4 * 7 + 3)))
    with pytest.raises(InputError, match=r"driver customers.*no value at 2026-02-05 00:00"):
        forecast_volume(past, 168, "median_of_six")


def test_days_of_the_past_without_a_value_are_not_learnt_from() -> None:
    """Volume at an unknown exposure says nothing about volume at a known one."""
    volume = rhythm(hours(8))
    volume[: 4 * 168] *= 10
    rows = daily("customers", "exposure", np.ones(9 * 7)).values[4 * 7 :]
    known = history(volume, Driver("customers", "exposure", rows))
    made = forecast_volume(known, 168, "mean_profile").table["mean"]
    np.testing.assert_allclose(made, rhythm(hours(9))[8 * 168 :], rtol=1e-6)


def test_nothing_after_the_cutoff_is_learnt() -> None:
    """Values ahead are known; what they did is not."""
    volume, _ = driven()
    early = history(volume[: 15 * 168], orders(), LAUNCHES, SENT)
    late = history(volume, orders(), LAUNCHES, SENT).until(early.cutoff)
    for one, other in zip(learnt(early), learnt(late), strict=True):
        assert one.effect == other.effect


def test_a_driver_never_seen_before_widens_and_does_not_move() -> None:
    """A first launch may do anything: the mean stays, the quantiles open."""
    volume = driven()[0][: 8 * 168]
    first = Driver(
        "launch",
        "pulse",
        (DriverValue(FIRST + timedelta(weeks=8), FIRST + timedelta(weeks=9), 1.0),),
    )
    plain = forecast_volume(history(volume), 100, "median_of_six").table
    told = forecast_volume(history(volume, first), 100, "median_of_six").table
    np.testing.assert_allclose(told["mean"], plain["mean"])
    day = slice(9, 20)
    wider = (told["q90"] - told["q10"]).iloc[day] - (plain["q90"] - plain["q10"]).iloc[day]
    assert (wider > 0).all()


def test_closed_hours_stay_closed_under_a_burst() -> None:
    """Nobody can write when nobody answers; the campaign's echo waits for nobody either."""
    office = WeeklyHours.from_text("Mon-Fri 08:00-18:00")
    volume = rhythm(hours(8)) + 20 * PER_UNIT * fading(mails([3, 17, 30, 45]), hours(8), ZONE, 6.0)
    open_at = office.covers(hours(8), 60, ZONE)
    past = history(volume * open_at, mails([3, 17, 30, 45, 57]), opening=office)
    made = forecast_volume(past, 168, "median_of_six").table
    is_open = office.covers(pd.DatetimeIndex(made.index), 60, ZONE)
    assert (made[~is_open] == 0).all(axis=None)


@pytest.mark.parametrize("timezone", ["Europe/Dublin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("minutes", [15, 30])
def test_a_burst_brings_all_of_its_contacts_through_clock_changes(
    timezone: str, minutes: int
) -> None:
    """Nothing is lost or doubled in the hour that clocks skip or repeat."""
    for day in pd.date_range("2026-03-01", "2026-11-15", freq="7D"):
        moment = day.to_pydatetime() + timedelta(hours=2)
        sent = Driver("m", "burst", (DriverValue(moment, moment + timedelta(minutes=90), 500.0),))
        start = midnight((day - pd.Timedelta(days=1)).date(), timezone)
        index = grid(start, start + pd.Timedelta(days=7), minutes, timezone)
        assert fading(sent, index, timezone, 3.0).sum() == pytest.approx(500, rel=1e-3)
        assert stated(sent, index, timezone).sum() == pytest.approx(500)


def test_a_day_with_a_clock_change_has_its_value_throughout() -> None:
    """Both local days of 23 and of 25 hours carry one value in each of their hours."""
    dublin = "Europe/Dublin"
    for day in (datetime(2026, 3, 29), datetime(2026, 10, 25)):
        driver = Driver("c", "exposure", (DriverValue(day, day + timedelta(days=1), 2.0),))
        start = midnight(day.date(), dublin)
        index = grid(start, midnight((day + timedelta(days=1)).date(), dublin), 60, dublin)
        assert len(index) in (23, 25)
        assert (stated(driver, index, dublin) == 2.0).all()
        around = index.union(index + pd.Timedelta(days=2))
        assert np.isnan(stated(driver, around, dublin)).sum() > 20


def test_drivers_that_cannot_be_are_refused() -> None:
    """A share above 1 or to itself would make contacts from nothing."""
    value = DriverValue(FIRST, FIRST + timedelta(days=1), 0.5)
    with pytest.raises(ValueError, match="another"):
        Driver("s", "share", (value,), "live", "live")
    with pytest.raises(ValueError, match="between 0 and 1"):
        Driver("s", "share", (replace(value, value=1.5),), "live", "new")
    with pytest.raises(ValueError, match="to goes with kind share"):
        Driver("s", "exposure", (value,), "live", "new")
    with pytest.raises(ValueError, match="lasts"):
        Driver("s", "exposure", (replace(value, end=FIRST),))
