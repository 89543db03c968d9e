"""Holidays and the days around closed days: what was planted is found, and what was not is not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data.clock import grid, midnight
from data.week import WeeklyHours
from forecast.closures import Calendar, Event
from forecast.days import DayPanel, day_panel
from forecast.predict import forecast_volume
from forecast.series import VolumeHistory
from forecast.special_days import SpecialDays, learn_special_days

DUBLIN = "Europe/Dublin"
MONDAY = date(2023, 1, 2)
OFFICE = WeeklyHours.from_text("Mon-Fri 08:00-18:00")
RATE = 60.0


def history_of(
    weeks: int,
    mean: Callable[[date, np.ndarray], np.ndarray],
    events: tuple[Event, ...] = (),
    opening: WeeklyHours | None = None,
    seed: int = 5,
    dispersion: float = 0.0,
) -> VolumeHistory:
    """Poisson or, with a dispersion, negative binomial counts around a mean per day and hour."""
    end = MONDAY + timedelta(weeks=weeks)
    index = grid(midnight(MONDAY, DUBLIN), midnight(end, DUBLIN), 60, DUBLIN)
    local = index.tz_convert(DUBLIN)
    expected = np.concatenate(
        [
            mean(day, rows.hour.to_numpy())
            for day, rows in pd.Series(local, index=local).groupby(local.date, sort=True)
            for rows in [pd.DatetimeIndex(rows)]
        ]
    )
    calendar = Calendar(DUBLIN, 60, opening or WeeklyHours.always(), events)
    expected = expected * calendar.open_at(index)
    rng = np.random.default_rng(seed)
    if dispersion:
        expected = expected * rng.gamma(1 / dispersion, dispersion, len(expected))
    drawn = rng.poisson(expected).astype(float)
    return VolumeHistory("live", pd.Series(drawn, index=index), calendar)


def learnt(history: VolumeHistory) -> tuple[SpecialDays, DayPanel]:
    panel = day_panel(history)
    return learn_special_days(history.calendar, panel), panel


def ordinals(*days: date) -> np.ndarray:
    return np.array([Event(day, "closed").ordinal for day in days])


def test_each_named_holiday_is_found_hour_by_hour() -> None:
    """Christmas is not a bank-holiday Monday: each is told from its own years, by the hour."""
    names = {
        **{date(year, 12, 25): "Christmas" for year in (2023, 2024, 2025)},
        **{date(2023, 5, 1): "May Day", date(2024, 5, 6): "May Day", date(2025, 5, 5): "May Day"},
    }
    events = (
        *(Event(day, "holiday", name=name) for day, name in names.items()),
        Event(date(2026, 5, 4), "holiday", name="May Day"),
        Event(date(2026, 12, 25), "holiday", name="Christmas"),
    )

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        usual = np.where((hour >= 8) & (hour < 20), RATE, RATE / 4)
        if names.get(day) == "Christmas":
            return usual * np.where(hour < 12, 0.2, 0.6)
        return usual * (1.4 if names.get(day) == "May Day" else 1.0)

    special, _ = learnt(history_of(165, mean, events))
    factor, _ = special.of_holidays(ordinals(date(2026, 5, 4), date(2026, 12, 25)))
    # Three days of about 800 contacts: a standard error of 2 % on the day, and what is drawn in.
    assert factor[0, 8:20].mean() == pytest.approx(1.4, rel=0.08)
    assert factor[1, 13:20].mean() == pytest.approx(0.6, rel=0.15)
    assert factor[1, 8:11].mean() == pytest.approx(0.2, rel=0.5)
    assert factor[1, 8:11].mean() < 0.6 * factor[1, 13:20].mean()


@pytest.mark.parametrize(("sunday", "expected"), [(0.4, 0.4), (1.0, 1.0)])
def test_a_holiday_when_none_was_seen_is_like_a_sunday(sunday: float, expected: float) -> None:
    """Nothing better is known before the first one; and it is less certain than other days."""
    ahead = date(2023, 5, 1)

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE * (sunday if day.weekday() == 6 else 1.0))

    special, _ = learnt(history_of(16, mean, (Event(ahead, "holiday", name="May Day"),)))
    factor, uncertain = special.of_holidays(ordinals(ahead, ahead + timedelta(days=1)))
    assert factor[0].mean() == pytest.approx(expected, rel=0.05)
    assert (uncertain[0] > 0.05).all()
    assert (factor[1] == 1.0).all()
    assert (uncertain[1] == 0.0).all()


def test_a_holiday_never_seen_falls_back_on_the_others() -> None:
    """A new one is believed to be what holidays have been, not what Sundays are."""
    seen = tuple(
        Event(MONDAY + timedelta(weeks=week, days=week % 5), "holiday", name=f"day {week}")
        for week in range(6, 60, 7)
    )
    ahead = Event(MONDAY + timedelta(weeks=66, days=2), "holiday", name="new")
    days = {event.day for event in seen}

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        factor = 0.7 if day in days else 0.3 if day.weekday() == 6 else 1.0
        return np.full(len(hour), RATE * factor)

    special, _ = learnt(history_of(65, mean, (*seen, ahead)))
    factor, uncertain = special.of_holidays(ordinals(ahead.day))
    # Nine of them, and a Sunday's 0.3 that is worth one more.
    assert 0.64 < factor.mean() < 0.71
    assert uncertain.max() < 0.05


def test_a_queue_closed_on_its_holidays_is_closed_on_the_next() -> None:
    """Two without a contact say so; so does one of the same name, whatever others bring."""
    closed = [date(2023, 3, 17), date(2023, 5, 1)]
    events = tuple(Event(day, "holiday", name=str(day)) for day in closed)

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), 0.0 if day in closed else RATE)

    next_one = Event(date(2023, 6, 5), "holiday", name="June")
    special, _ = learnt(history_of(21, mean, (*events, next_one)))
    assert not special.of_holidays(ordinals(next_one.day))[0].any()
    [note] = special.notes("live", np.arange(next_one.ordinal - 3, next_one.ordinal + 3))
    assert "2023-06-05 (June) is taken for closed" in note
    assert special.notes("live", np.arange(next_one.ordinal + 1, next_one.ordinal + 3)) == ()

    def only_first(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), 0.0 if day == closed[0] else RATE)

    again = Event(date(2023, 6, 6), "holiday", name=str(closed[0]))
    special, _ = learnt(history_of(21, only_first, (*events, next_one, again)))
    factor, _ = special.of_holidays(ordinals(next_one.day, again.day))
    assert factor[0].min() > 0.5
    assert not factor[1].any()


def closures(weeks: int, every: int) -> tuple[Event, ...]:
    """Closed Fridays, Mondays and Wednesdays by turns."""
    return tuple(
        Event(MONDAY + timedelta(weeks=week, days=(4, 0, 2)[week // every % 3]), "closed")
        for week in range(5, weeks, every)
    )


def test_demand_that_waited_comes_on_the_next_open_day_and_is_kept_out_of_the_rhythm() -> None:
    """After a closed Friday that is the Monday; the rhythm is learnt as if nothing had closed."""
    events = closures(53, 5)
    busy = {_next_open(event.day) for event in events}

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE * (1.3 if day in busy else 1.0))

    history = history_of(52, mean, (*events, Event(date(2024, 1, 5), "closed")), OFFICE)
    special, panel = learnt(history)
    ahead = ordinals(date(2024, 1, 4), date(2024, 1, 8), date(2024, 1, 9))
    factor, _ = special.of_days_around(ahead)
    open_hours = factor[:, 8:18].mean(axis=1)
    # Ten such days of 600 contacts: a standard error of 1.3 %.
    assert open_hours[1] == pytest.approx(1.3, rel=0.04)
    assert open_hours[[0, 2]] == pytest.approx(1.0, abs=0.04)
    settled = special.settle(panel)
    rows = np.isin(panel.ordinal, ordinals(*busy))
    assert np.nanmean(settled.volume[rows]) == pytest.approx(RATE, rel=0.04)
    assert np.nanmean(panel.volume[rows]) == pytest.approx(1.3 * RATE, rel=0.04)


def _next_open(day: date) -> date:
    return day + timedelta(days=3 if day.weekday() == 4 else 1)


def test_days_around_closures_without_an_effect_are_left_alone() -> None:
    """On overdispersed counts chance looks like an effect; it must stay within its noise."""

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE)

    squares = []
    for seed in range(6):
        history = history_of(52, mean, closures(52, 5), OFFICE, seed, dispersion=0.1)
        special, _ = learnt(history)
        squares += [(each.common[8:18].mean() - 1.0) ** 2 for each in special.around.values()]
    # A day of ten such hours strays by 11 %, and the mean of ten days by 3.4 %.
    assert len(squares) == 6 * 4
    assert float(np.sqrt(np.mean(squares))) < 0.034


def test_a_single_closure_says_nothing_of_the_days_around_it() -> None:
    """One coincidence is no evidence."""

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE * (1.5 if day == date(2023, 3, 20) else 1.0))

    special, panel = learnt(history_of(20, mean, (Event(date(2023, 3, 17), "closed"),), OFFICE))
    assert (special.of_days_around(panel.ordinal)[0] == 1.0).all()


def test_what_comes_after_the_cutoff_changes_no_effect() -> None:
    """Effects are learnt as known at the cutoff: events ahead are known, volume is not."""
    events = closures(40, 3)

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE)

    whole = history_of(40, mean, events, OFFICE)
    cutoff = whole.volume.index[30 * 168]
    spoilt = whole.volume.copy()
    spoilt[spoilt.index >= cutoff] *= 7
    tables = [
        forecast_volume(each.until(cutoff), 168, "robust_profile").table
        for each in (whole, replace(whole, volume=spoilt))
    ]
    pd.testing.assert_frame_equal(tables[0], tables[1])


def test_an_event_without_an_effect_changes_next_to_nothing() -> None:
    """Stating factor 1 says that a day is like any other; the forecast may not move by it."""

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE * (0.5 if day.weekday() > 4 else 1.0))

    plain = history_of(20, mean)
    days = [MONDAY + timedelta(days=offset) for offset in (30, 77, 120, 142)]
    stated = tuple(Event(day, "factor", factor=1.0) for day in days)
    told = replace(plain, calendar=replace(plain.calendar, events=stated))
    for model in ("robust_profile", "median_of_six"):
        before, after = (forecast_volume(each, 168, model).table for each in (plain, told))
        pd.testing.assert_frame_equal(before, after)


def test_closed_hours_are_exactly_zero_whatever_surrounds_them() -> None:
    """No effect of a neighbour opens what is closed: a closed day, a night, a holiday's night."""
    events = (
        *closures(60, 4),
        Event(MONDAY + timedelta(weeks=52, days=2), "closed"),
        Event(MONDAY + timedelta(weeks=52, days=3), "holiday", name="first"),
    )

    def mean(day: date, hour: np.ndarray) -> np.ndarray:
        return np.full(len(hour), RATE)

    history = history_of(52, mean, events, OFFICE)
    made = forecast_volume(history, 168, "auto").table
    is_open = history.calendar.open_at(pd.DatetimeIndex(made.index))
    assert (made[~is_open] == 0.0).all(axis=None)
    assert (made.loc[is_open, "q50"] > 0).all()
    assert is_open.sum() == 40
