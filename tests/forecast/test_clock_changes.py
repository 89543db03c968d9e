"""Both clock changes of a year, in zones that make them by an hour, by half, and at midnight."""

from dataclasses import replace
from datetime import date, time, timedelta

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight, minute_of_week, zone
from data.week import WeeklyHours
from forecast.closures import Calendar, Event
from forecast.days import day_panel, lay_out
from forecast.predict import forecast_volume
from forecast.questions import find_questions
from forecast.series import VolumeHistory
from forecast.special_days import learn_special_days

CHANGES = [
    ("Europe/Dublin", 60, date(2026, 3, 29), 23.0),
    ("Europe/Dublin", 60, date(2025, 10, 26), 25.0),
    ("America/New_York", 60, date(2026, 3, 8), 23.0),
    ("America/New_York", 60, date(2025, 11, 2), 25.0),
    ("Australia/Lord_Howe", 30, date(2025, 10, 5), 23.5),
    ("Australia/Lord_Howe", 30, date(2026, 4, 5), 24.5),
    # Midnight itself is skipped, and the hour before midnight comes twice.
    ("America/Sao_Paulo", 60, date(2018, 11, 4), 23.0),
    ("America/Sao_Paulo", 60, date(2018, 2, 17), 25.0),
]
changes = pytest.mark.parametrize(("timezone", "minutes", "day", "hours"), CHANGES)


def rhythm(index: pd.DatetimeIndex, timezone: str) -> np.ndarray:
    """A steep rhythm of the wall clock: an hour's slip would show."""
    minute = np.asarray(minute_of_week(index, timezone))
    wave = 40.0 * (1.1 - np.cos((minute % 1440 - 180) / 1440 * 2 * np.pi))
    return np.where(minute < 5 * 1440, wave, 0.6 * wave)


def a_queue(
    timezone: str, minutes: int, first: date, last: date, events: tuple[Event, ...] = ()
) -> VolumeHistory:
    """The rhythm with Poisson noise, from one local midnight to another."""
    index = grid(midnight(first, timezone), midnight(last, timezone), minutes, timezone)
    drawn = np.random.default_rng(3).poisson(rhythm(index, timezone)).astype(float)
    calendar = Calendar(timezone, minutes, WeeklyHours.always(), events)
    return VolumeHistory("live", pd.Series(drawn, index=index), calendar)


def of_day(index: pd.DatetimeIndex, timezone: str, day: date) -> np.ndarray:
    return np.asarray(index.tz_convert(zone(timezone)).date == day)


@changes
def test_a_closed_day_is_closed_from_midnight_to_midnight(
    timezone: str, minutes: int, day: date, hours: float
) -> None:
    """A day of 23, 23.5, 24.5 or 25 hours is closed in all of them, and its neighbours in none."""
    closed = (Event(day, "closed"), Event(day + timedelta(days=2), "closed", start=time(22)))
    history = a_queue(timezone, minutes, day - timedelta(weeks=5), day - timedelta(days=2), closed)
    horizon = 6 * 24 * 60 // minutes
    made = forecast_volume(history, horizon, "robust_profile").table
    index = pd.DatetimeIndex(made.index)
    shut = made["q95"].to_numpy() == 0.0
    assert (shut[of_day(index, timezone, day)]).all()
    assert shut[of_day(index, timezone, day)].sum() == hours * 60 / minutes
    assert shut.sum() == (hours + 2) * 60 / minutes
    assert (made.loc[shut] == 0.0).all(axis=None)


@changes
def test_the_wall_clock_keeps_its_rhythm_through_a_change(
    timezone: str, minutes: int, day: date, hours: float
) -> None:
    """What comes at noon comes at noon before, on and after it; an hour off would be 15 %."""
    for first in (day - timedelta(days=3), day + timedelta(days=1)):
        history = a_queue(timezone, minutes, day - timedelta(weeks=8), first)
        made = forecast_volume(history, 7 * 24 * 60 // minutes, "robust_profile").table["mean"]
        expected = rhythm(pd.DatetimeIndex(made.index), timezone)
        assert np.abs(made - expected).sum() / expected.sum() < 0.1
    assert hours != 24


@changes
def test_a_holiday_on_the_day_of_a_change_has_its_effect_by_the_wall_clock(
    timezone: str, minutes: int, day: date, hours: float
) -> None:
    """The hours of a holiday are learnt and laid out by the wall clock, whatever its length."""
    holidays = tuple(
        Event(day - timedelta(weeks=back), "holiday", name="feast") for back in (0, 4, 8, 12)
    )
    history = a_queue(
        timezone, minutes, day - timedelta(weeks=17), day - timedelta(days=2), holidays
    )
    index = pd.DatetimeIndex(history.volume.index)
    local = index.tz_convert(zone(timezone))
    low = np.zeros(len(index), dtype=bool)
    for event in holidays:
        low |= of_day(index, timezone, event.day) & (local.hour < 12)
    history = replace(history, volume=history.volume.where(~low, history.volume * 0.5))
    made = forecast_volume(history, 4 * 24 * 60 // minutes, "robust_profile").table["mean"]
    ahead = pd.DatetimeIndex(made.index)
    on_day = of_day(ahead, timezone, day)
    ratio = (made / rhythm(ahead, timezone))[on_day]
    hour = ahead[on_day].tz_convert(zone(timezone)).hour
    assert on_day.sum() == hours * 60 / minutes
    assert ratio[hour < 10].mean() == pytest.approx(0.6, abs=0.15)
    assert ratio[hour >= 14].mean() == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("change", CHANGES[::2], ids=lambda change: str(change[0]))
def test_a_clock_change_is_no_reason_for_a_question(change: tuple[str, int, date, float]) -> None:
    """Two changes a year of a steep rhythm look like nothing; an outage on the day is found."""
    timezone, minutes, day, _ = change
    history = a_queue(timezone, minutes, day - timedelta(weeks=16), day + timedelta(weeks=8))
    assert find_questions(history) == ()
    index = pd.DatetimeIndex(history.volume.index)
    hour = index.tz_convert(zone(timezone)).hour
    out = of_day(index, timezone, day) & (hour >= 13) & (hour < 16)
    [question] = find_questions(replace(history, volume=history.volume.where(~out, 0.0)))
    assert (question.day, question.start, question.end) == (day, time(13), time(16))
    assert question.kind == "outage"


@changes
def test_days_after_a_closure_are_settled_through_a_change(
    timezone: str, minutes: int, day: date, hours: float
) -> None:
    """What waited over a closed day is divided out slot by slot, without moving any hour."""
    closed = tuple(Event(day - timedelta(days=1 + 14 * back), "closed") for back in range(8))
    history = a_queue(timezone, minutes, day - timedelta(weeks=20), day + timedelta(days=7), closed)
    index = pd.DatetimeIndex(history.volume.index)
    waited = np.zeros(len(index), dtype=bool)
    for event in closed:
        waited |= of_day(index, timezone, event.day + timedelta(days=1))
    history = replace(history, volume=history.volume.where(~waited, history.volume * 1.4))
    panel = day_panel(history)
    settled = learn_special_days(history.calendar, panel).settle(panel)
    layout = lay_out(index, history.calendar)
    back = layout.spread(settled.volume)[of_day(index, timezone, day)]
    expected = rhythm(index[of_day(index, timezone, day)], timezone)
    assert len(back) == hours * 60 / minutes
    assert np.nansum(back) / expected.sum() == pytest.approx(1.0, abs=0.1)
    assert np.corrcoef(back, expected)[0, 1] > 0.93
