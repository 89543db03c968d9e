"""Candidate shifts lie where people can work, and settings that make no sense are refused."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import midnight
from data.week import WeeklyHours
from optimizer.patterns import Period, ShiftTimes, shift_times, useful_shifts
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, Site, StaffedShift

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("starts_every_minutes", 0),
        ("starts_every_minutes", 7),
        ("lengths_hours", ()),
        ("lengths_hours", (0.0,)),
        ("lengths_hours", (25.0,)),
        ("lengths_hours", (1.001,)),
        ("wage", 0.0),
        ("wage", float("nan")),
        ("understaffing_price", 0.0),
        ("sites", {"": Site("UTC")}),
    ],
)
def test_impossible_shift_settings_are_refused(key, value):
    """A setting that cannot be met is named before anything is planned."""
    with pytest.raises(ValueError, match="site" if key == "sites" else key):
        ShiftSettings(**{key: value})


@pytest.mark.parametrize(("key", "value"), [("guard", 0.4), ("guard", 1), ("standby_price", -1)])
def test_impossible_on_call_settings_are_refused(key, value):
    """The guard lies between the median and certainty."""
    with pytest.raises(ValueError, match=key):
        OnCallSettings(**{key: value})


def test_site_in_no_time_zone_is_refused():
    """Its shifts could not be dated."""
    with pytest.raises(ValueError, match="Atlantis"):
        Site("Europe/Atlantis")


def test_shift_ends_after_it_starts_and_knows_its_zone():
    """A shift that exists can be worked."""
    with pytest.raises(ValueError, match="after it starts"):
        Shift("live", "", NOON, NOON, "primary")
    with pytest.raises(ValueError, match="tz-aware"):
        Shift("live", "", NOON.replace(tzinfo=None), NOON, "primary")
    with pytest.raises(ValueError, match="at least one rep"):
        StaffedShift(Shift("live", "", NOON, NOON + timedelta(hours=4), "primary"), 0)


def test_break_even_is_the_shortest_shift_that_covers_an_interval():
    """Its whole wage buys one interval of cover."""
    assert ShiftSettings(lengths_hours=(8.0, 6.0)).break_even(30) == 12
    assert ShiftSettings(lengths_hours=(0.5, 4.0)).break_even(60) == 4
    assert ShiftSettings(lengths_hours=(0.5, 4.0)).break_even(30) == 1
    with pytest.raises(ValueError, match="lengths_hours"):
        ShiftSettings(lengths_hours=(0.5,)).break_even(60)


# Dated candidates --------------------------------------------------------------------------------


def local_period(first: date, days: int, timezone: str) -> Period:
    return Period(midnight(first, timezone), midnight(first + timedelta(days=days), timezone))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 20)),
    timezone=st.sampled_from(["Europe/Dublin", "America/Chicago", "Australia/Lord_Howe", "UTC"]),
    every=st.sampled_from([15, 90, 120, 480]),
    lengths=st.sets(st.sampled_from([0.5, 4, 7.25, 12, 24]), min_size=1),
)
def test_candidates_are_all_starts_of_the_wall_clock_grid(first, timezone, every, lengths):
    """Every minute of the period is asked by the library's own clock whether a shift starts."""
    period = local_period(first, 2, timezone)
    place, expected, at = ZoneInfo(timezone), set(), period.begin.to_pydatetime()
    while at < period.end:
        wall = at.astimezone(place)
        if (wall.hour * 60 + wall.minute) % every == 0:
            ends = (at + timedelta(hours=hours) for hours in lengths)
            expected |= {(at, end) for end in ends if end <= period.end}
        at += timedelta(minutes=1)
    found = shift_times(period, every, lengths, timezone)
    assert {(shift.start, shift.end) for shift in found} == expected
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("timezone", "day", "starts"),
    [
        ("Europe/Dublin", date(2026, 3, 29), 23),
        ("Europe/Dublin", date(2026, 10, 25), 25),
        ("America/Chicago", date(2026, 3, 8), 23),
        ("America/Chicago", date(2026, 11, 1), 25),
        ("Australia/Sydney", date(2026, 10, 4), 23),
        ("Australia/Sydney", date(2026, 4, 5), 25),
    ],
)
def test_day_of_a_clock_change_has_as_many_starts_as_hours(timezone, day, starts):
    """A skipped hour starts nothing, a repeated one starts twice."""
    period = local_period(day, 1, timezone)
    assert len(shift_times(period, 60, [1], timezone)) == starts


def test_overnight_hours_hold_a_shift_past_midnight():
    """Hours of 22:00 to 06:00 are one night, not two days."""
    night = WeeklyHours.from_mapping({"Mon-Sun": "22:00-06:00"})
    period = local_period(date(2026, 3, 2), 2, "UTC")
    found = shift_times(period, 60, [8], "UTC", period.within_hours(night, "UTC"))
    assert [shift.start.hour for shift in found] == [22]


def test_night_of_a_clock_change_holds_another_number_of_hours():
    """From 22:00 to 06:00 are nine hours when clocks go back, and seven when forward."""
    night = WeeklyHours.from_mapping({"Mon-Sun": "22:00-06:00"})
    for day, fits in ((date(2026, 10, 24), 9), (date(2026, 3, 28), 7), (date(2026, 6, 6), 8)):
        period = local_period(day, 2, "Europe/Dublin")
        allowed = period.within_hours(night, "Europe/Dublin")
        found = shift_times(period, 60, range(1, 12), "Europe/Dublin", allowed)
        evening = midnight(day, "Europe/Dublin") + pd.Timedelta(hours=22)
        assert max(shift.hours for shift in found if shift.start >= evening) == fits


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    is_open=st.lists(st.booleans(), min_size=12, max_size=12),
    spans=st.sets(st.tuples(st.integers(0, 11), st.integers(1, 5)), max_size=12),
    offset=st.sampled_from([0, 30]),
)
def test_left_out_shifts_are_replaced_by_others_as_good(is_open, spans, offset):
    """Nothing is lost: each open interval of a shift left out is in a kept one of its length."""
    starts = pd.date_range(NOON, periods=12, freq="h").as_unit("us")
    begin = NOON + timedelta(minutes=offset)
    times = sorted(
        ShiftTimes(begin + timedelta(hours=at), begin + timedelta(hours=at + length))
        for at, length in spans
        if at + length <= 12
    )
    kept = useful_shifts(times, starts, 60, np.array(is_open))
    by_times = {candidate.times: candidate for candidate in kept}
    for shift in times:
        whole = [
            place
            for place, at in enumerate(starts)
            if is_open[place] and shift.start <= at and at + timedelta(hours=1) <= shift.end
        ]
        closed = [
            place
            for place, at in enumerate(starts)
            if not is_open[place] and shift.start < at + timedelta(hours=1) and at < shift.end
        ]
        if shift in by_times:
            assert whole
            assert by_times[shift].closed_hours == len(closed)
            assert whole[0] >= by_times[shift].first
            assert whole[-1] < by_times[shift].last
        elif whole:
            assert any(
                other.times.hours == shift.hours
                and other.closed_hours == 0
                and other.first <= whole[0]
                and whole[-1] < other.last
                for other in kept
            )
