"""Time zones and the grid of intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import (
    check_interval,
    floor_to_grid,
    format_times,
    grid,
    local_days,
    midnight,
    minute_of_week,
    week_start,
    zone,
)

ZONES = ["Europe/Dublin", "America/Chicago", "Australia/Sydney", "Asia/Kolkata", "Asia/Kathmandu",
         "America/Havana", "America/St_Johns", "UTC"]  # fmt: skip
HALF_HOUR_CHANGE = "Australia/Lord_Howe"
days = st.dates(
    min_value=pd.Timestamp("2024-01-01").date(), max_value=pd.Timestamp("2027-12-30").date()
)


@pytest.mark.parametrize(
    "name", ["Mars/Base", "", "Europe", "../etc/passwd", "/etc/passwd", "a\0b"]
)
def test_an_unknown_zone_is_refused(name):
    """A misspelt zone would shift a whole roster."""
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.sampled_from([*ZONES, HALF_HOUR_CHANGE]), days)
def test_a_day_begins_at_its_first_instant(timezone, day):
    """Oracle: the instant before belongs to another local day, also where clocks change at 0:00."""
    begin = midnight(day, timezone)
    instants = pd.DatetimeIndex([begin - pd.Timedelta(microseconds=1), begin])
    before, at = local_days(instants, timezone)
    assert at == day
    assert before < day


@pytest.mark.parametrize(
    ("timezone", "day", "first"),
    [
        ("America/Havana", "2026-11-01", "2026-11-01 04:00"),  # midnight comes twice
        ("America/Santiago", "2026-09-06", "2026-09-06 04:00"),  # midnight does not come
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04 13:00"),
    ],
)
def test_a_day_without_one_midnight_begins_when_it_begins(timezone, day, first):
    """Known values of zones whose clocks change at midnight."""
    assert midnight(pd.Timestamp(day).date(), timezone) == pd.Timestamp(first, tz="UTC")


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.sampled_from(ZONES), st.sampled_from([15, 30, 60]), days, st.integers(1, 400))
def test_the_grid_has_every_interval_once_and_begins_at_midnight(timezone, step, day, periods):
    """Oracle: the wall clock of each start is a multiple of the interval; steps are even in UTC."""
    if step > 15 and timezone == "Asia/Kathmandu":
        step = 15
    begin = midnight(day, timezone)
    end = begin + pd.Timedelta(minutes=step * periods)
    index = grid(begin, end, step, timezone)
    assert len(index) == periods
    assert index[0] == begin
    assert index.name == "interval_start"
    assert str(index.tz) == "UTC"
    assert index.unit == "us"
    assert (np.diff(index.asi8) == step * 60_000_000).all()
    assert (minute_of_week(index, timezone) % step == 0).all()


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.sampled_from([15, 30, 60]),
    days,
    st.lists(st.integers(0, 86_400_000_000 * 3), min_size=1, max_size=20),
)
def test_an_instant_falls_into_the_interval_that_holds_it(timezone, step, day, offsets):
    """Oracle: the last start of the grid that is not after the instant."""
    begin = midnight(day, timezone)
    index = grid(begin, begin + pd.Timedelta(days=4), step, timezone)
    instants = begin + pd.to_timedelta(offsets, unit="us")
    floored = floor_to_grid(pd.DatetimeIndex(instants), step, timezone)
    places = np.searchsorted(index.asi8, instants.as_unit("us").asi8, side="right") - 1
    assert floored.tolist() == index[places].tolist()


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Dublin", "2026-03-29", 23),
        ("Europe/Dublin", "2026-10-25", 25),
        ("America/Chicago", "2026-03-08", 23),
        ("America/Chicago", "2026-11-01", 25),
        ("Australia/Sydney", "2026-10-04", 23),
        ("Australia/Sydney", "2026-04-05", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Asia/Kolkata", "2026-03-29", 24),
    ],
)
def test_days_of_clock_changes_have_the_hours_that_they_have(timezone, day, hours):
    """Known values: no interval is shortened, repeated or lost."""
    date = pd.Timestamp(day).date()
    begin = midnight(date, timezone)
    end = midnight((pd.Timestamp(day) + pd.Timedelta(days=1)).date(), timezone)
    for step in (15, 30):
        assert len(grid(begin, end, step, timezone)) == hours * 60 / step


def test_an_interval_that_a_clock_change_cuts_is_refused():
    """Lord Howe moves by half an hour: an hour there would be half in one hour of the day."""
    begin = midnight(pd.Timestamp("2026-01-01").date(), HALF_HOUR_CHANGE)
    end = begin + pd.Timedelta(days=1)
    with pytest.raises(ValueError, match="set interval_minutes to 15 or 30"):
        grid(begin, end, 60, HALF_HOUR_CHANGE)
    check_interval(30, HALF_HOUR_CHANGE, begin, end)
    with pytest.raises(ValueError, match="15, 30 or 60"):
        grid(begin, end, 45, "UTC")


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.sampled_from([*ZONES, HALF_HOUR_CHANGE]), days, st.integers(0, 86_400 * 2))
def test_written_times_name_the_same_instant(timezone, day, seconds):
    """Files carry the offset, so that both hours of autumn can be told apart."""
    instant = midnight(day, timezone) + pd.Timedelta(seconds=seconds)
    (text,) = format_times(pd.DatetimeIndex([instant]), timezone)
    assert pd.Timestamp(text) == instant
    assert text[:19] == instant.tz_convert(timezone).strftime("%Y-%m-%dT%H:%M:%S")


def test_no_instants_are_no_instants():
    """An empty file must not fail on its first row."""
    none = pd.DatetimeIndex([], tz="UTC")
    assert len(floor_to_grid(none, 60, "UTC")) == 0
    assert format_times(none, "UTC") == []
    assert local_days(none, "UTC") == []


@given(days)
@settings(derandomize=True, deadline=None, max_examples=30)
def test_a_week_begins_on_monday(day):
    """ISO weeks are what contracts count in."""
    monday = week_start(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days < 7
