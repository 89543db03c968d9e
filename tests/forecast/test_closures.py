"""What is known before any model runs: hours, events and their effect on what is learnt."""

from dataclasses import replace
from datetime import date, time, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import grid, local_days, midnight
from data.week import WeeklyHours
from forecast.closures import (
    Calendar,
    CalendarSettings,
    Event,
    for_queue,
    holiday_events,
    learn_opening,
)
from forecast.days import day_panel, lay_out, weekdays
from forecast.series import VolumeHistory

DUBLIN = "Europe/Dublin"


def local_grid(first: date, last: date, timezone: str = DUBLIN, minutes: int = 60):
    return grid(midnight(first, timezone), midnight(last, timezone), minutes, timezone)


def volume_when(hours: str, index: pd.DatetimeIndex, timezone: str, minutes: int, rate: float):
    is_open = WeeklyHours.from_text(hours).covers(index, minutes, timezone)
    drawn = np.random.default_rng(4).poisson(rate, len(index))
    return pd.Series(np.where(is_open, drawn, 0).astype(float), index=index)


@pytest.mark.parametrize("timezone", [DUBLIN, "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_hours_are_learnt_by_the_wall_clock_through_both_changes(
    timezone: str, minutes: int
) -> None:
    """A year has two clock changes, and shops keep their hours through both."""
    hours = "Mon-Fri 08:00-18:00; Sat 10:00-14:00"
    index = local_grid(date(2026, 9, 1), date(2027, 4, 20), timezone, minutes)
    calendar = Calendar(timezone, minutes)
    learnt = learn_opening(volume_when(hours, index, timezone, minutes, 8.0), calendar)
    assert learnt.to_text() == hours


def test_a_quiet_hour_is_not_taken_for_a_closed_one() -> None:
    """At half a contact an hour three empty Sundays say nothing."""
    index = local_grid(date(2026, 3, 2), date(2026, 3, 23))
    sparse = volume_when("Mon-Sun 00:00-24:00", index, DUBLIN, 60, 0.4)
    assert learn_opening(sparse, Calendar(DUBLIN)) == WeeklyHours.always()
    nothing = sparse * 0
    assert learn_opening(nothing, Calendar(DUBLIN)) == WeeklyHours.always()


@pytest.mark.parametrize("weeks", [4, 5, 6])
@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("hours", ["Mon-Fri 09:00-17:00", "Mon-Fri 09:00-17:00; Sat 09:00-13:00"])
def test_a_modest_queue_tells_its_hours_in_a_few_weeks(
    hours: str, minutes: int, weeks: int
) -> None:
    """At three an hour no slot alone says enough, but empty nights and Sundays do together."""
    index = local_grid(date(2026, 3, 9), date(2026, 3, 9) + timedelta(weeks=weeks), DUBLIN, minutes)
    volume = volume_when(hours, index, DUBLIN, minutes, 3.0 * minutes / 60)
    assert learn_opening(volume, Calendar(DUBLIN, minutes)).to_text() == hours


@pytest.mark.parametrize("busy", [6.0, 30.0])
@pytest.mark.parametrize("seed", range(8))
def test_a_quiet_night_is_not_taken_for_a_closed_one(seed: int, busy: float) -> None:
    """Half a contact an hour leaves hours of single nights empty, and the queue is open."""
    index = local_grid(date(2026, 3, 2), date(2026, 4, 20))
    hour = index.tz_convert(DUBLIN).hour
    rate = np.where((hour >= 8) & (hour < 22), busy, 0.5)
    drawn = np.random.default_rng(seed).poisson(rate).astype(float)
    volume = pd.Series(drawn, index=index)
    assert learn_opening(volume, Calendar(DUBLIN)) == WeeklyHours.always()


def test_events_and_unknown_volume_do_not_close_an_hour() -> None:
    """A closed Easter Monday in a short history must not close Mondays."""
    index = local_grid(date(2026, 3, 30), date(2026, 4, 13))
    volume = volume_when("Mon-Fri 08:00-18:00", index, DUBLIN, 60, 30.0)
    mondays = index.tz_convert(DUBLIN).day_of_week == 0
    volume[mondays] = 0.0
    told = Calendar(DUBLIN, 60, None, (Event(date(2026, 3, 30), "closed"),))
    assert learn_opening(volume, Calendar(DUBLIN)).windows[0] == ()
    assert learn_opening(volume, told).windows[0] == ((0, 1440),)
    volume[mondays] = np.nan
    assert learn_opening(volume, Calendar(DUBLIN)).windows[0] == ((0, 1440),)


def test_hours_given_up_more_than_half_a_year_ago_are_closed() -> None:
    """Saturdays that ended last spring are no reason to staff one."""
    index = local_grid(date(2026, 1, 5), date(2026, 12, 7))
    volume = volume_when("Mon-Sat 08:00-18:00", index, DUBLIN, 60, 9.0)
    gone = (index.tz_convert(DUBLIN).day_of_week == 5) & (
        index > pd.Timestamp("2026-05-01", tz="UTC")
    )
    volume[gone] = 0.0
    assert learn_opening(volume, Calendar(DUBLIN)).to_text() == "Mon-Fri 08:00-18:00"


def test_events_close_and_reshape_parts_of_days() -> None:
    """Parts of days are wall time, the end exclusive; a like day takes the other day's hours."""
    events = (
        Event(date(2026, 3, 30), "closed", start=time(12), end=time(14)),
        Event(date(2026, 3, 31), "like", like_day=5),
        Event(date(2026, 4, 4), "like", like_day=0),
        Event(date(2026, 4, 1), "factor", factor=2.0),
        Event(date(2026, 4, 1), "factor", factor=1.5, start=time(10), end=time(11)),
    )
    hours = WeeklyHours.from_text("Mon-Fri 08:00-18:00; Sat 10:00-14:00")
    calendar = Calendar(DUBLIN, 60, hours, events)
    index = local_grid(date(2026, 3, 30), date(2026, 4, 6))
    open_hours = pd.Series(calendar.open_at(index), index=index.tz_convert(DUBLIN))
    by_day = {
        day.day: rows.index[rows].hour.tolist()
        for day, rows in open_hours.groupby(open_hours.index.date)
    }
    assert by_day[30] == [8, 9, 10, 11, 14, 15, 16, 17]
    assert by_day[31] == [10, 11, 12, 13]
    assert by_day[1] == list(range(8, 18))
    assert by_day[4] == list(range(8, 18))
    assert by_day[5] == []
    factor = pd.Series(calendar.factors(index), index=index.tz_convert(DUBLIN))
    assert factor["2026-04-01 10:00"] == 3.0
    assert factor["2026-04-01 11:00"] == 2.0
    assert factor["2026-04-02 10:00"] == 1.0
    closed = index[calendar.during(index, "closed")]
    assert set(local_days(closed, calendar.timezone)) == {date(2026, 3, 30)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "party"}, "kind"),
        ({"kind": "factor", "factor": -1.0}, "factor"),
        ({"kind": "factor", "factor": float("inf")}, "factor"),
        ({"kind": "like"}, "like_day"),
        ({"kind": "closed", "like_day": 2}, "like_day"),
        ({"kind": "closed", "start": time(9), "end": time(9)}, "end"),
    ],
)
def test_an_event_that_contradicts_itself_cannot_be_made(
    changes: dict[str, object], words: str
) -> None:
    """A value that exists can be used."""
    with pytest.raises(ValueError, match=words):
        Event(**{"day": date(2026, 1, 1), **changes})  # type: ignore[arg-type]


def test_a_stated_factor_goes_before_the_learnt_effect_of_a_holiday() -> None:
    """Who writes a factor for Boxing Day has said what the day will be."""
    day = date(2026, 4, 6)
    index = local_grid(day, date(2026, 4, 8))
    holiday = Event(day, "holiday")
    assert Calendar(DUBLIN, events=(holiday,)).holiday_at(index).sum() == 24
    both = Calendar(DUBLIN, events=(holiday, Event(day, "factor", factor=0.5)))
    assert not both.holiday_at(index).any()


def test_holidays_of_countries_and_their_parts() -> None:
    """Saint Patrick's Day is one in Ireland; an unknown country is refused."""
    events = holiday_events(CalendarSettings(holidays="IE, US-IL"), range(2026, 2027))
    days = {event.day for event in events}
    assert {date(2026, 3, 17), date(2026, 7, 4), date(2026, 2, 12)} <= days
    assert holiday_events(CalendarSettings(), range(2026, 2027)) == ()
    with pytest.raises(ValueError, match="'XX' is unknown"):
        holiday_events(CalendarSettings(holidays="XX"), range(2026, 2027))


def test_events_of_another_queue_are_left_out() -> None:
    """An empty queue means all."""
    events = (Event(date(2026, 1, 1), "closed"), Event(date(2026, 1, 2), "closed", queue="live"))
    assert for_queue(events, "live") == events
    assert for_queue(events, "normal") == events[:1]


@pytest.mark.parametrize(
    ("timezone", "day", "slots"),
    [
        (DUBLIN, date(2026, 3, 29), 23),
        (DUBLIN, date(2026, 10, 25), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 24),
    ],
)
def test_a_panel_keeps_every_interval_of_a_day_with_a_clock_change(
    timezone: str, day: date, slots: int
) -> None:
    """23 hours leave a slot unknown; 25 share one, whose entry is the mean of both."""
    index = local_grid(day, date.fromordinal(day.toordinal() + 1), timezone)
    history = VolumeHistory(
        "live", pd.Series(np.arange(len(index)) * 1.0, index=index), Calendar(timezone)
    )
    panel = day_panel(history)
    assert panel.volume.shape == (1, 24)
    assert (~np.isnan(panel.volume)).sum() == slots
    layout = lay_out(index, history.calendar)
    back = layout.spread(panel.volume)
    assert np.abs(back - history.volume.to_numpy()).max() <= 0.5
    assert weekdays(layout.days).tolist() == [day.weekday()]


@given(st.integers(0, 20_000))
def test_weekdays_are_the_calendars(ordinal: int) -> None:
    """Counted from 1970, a Thursday."""
    day = date.fromordinal(date(1970, 1, 1).toordinal() + ordinal)
    assert weekdays(np.array([ordinal]))[0] == day.weekday()


def test_what_cannot_be_learnt_from_is_unknown_in_the_panel() -> None:
    """Closed, ignored and partly changed hours enter no profile; factors are divided out."""
    index = local_grid(date(2026, 3, 2), date(2026, 3, 9))
    events = (
        Event(date(2026, 3, 2), "closed"),
        Event(date(2026, 3, 3), "ignore", start=time(12)),
        Event(date(2026, 3, 4), "factor", factor=2.0),
        Event(date(2026, 3, 5), "like", like_day=6),
        Event(date(2026, 3, 6), "like", like_day=6, end=time(6)),
        Event(date(2026, 3, 7), "holiday"),
        Event(date(2026, 3, 8), "factor", factor=0.0),
    )
    history = VolumeHistory("live", pd.Series(10.0, index=index), Calendar(DUBLIN, events=events))
    stated = replace(history, calendar=replace(history.calendar, opening=WeeklyHours.always()))
    panel = day_panel(stated)
    known = (~np.isnan(panel.volume)).sum(axis=1)
    assert known.tolist() == [0, 12, 24, 24, 18, 0, 0]
    assert np.nanmax(panel.volume[2]) == 5.0
    assert panel.weekday.tolist() == [0, 1, 2, 6, 4, 5, 6]
    assert np.nansum(panel.holiday_volume, axis=1).tolist() == [0, 0, 0, 0, 0, 240, 0]
