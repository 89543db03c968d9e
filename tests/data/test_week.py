"""Hours of the week by the wall clock."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.week import DAY_MINUTES, DAYS, WeeklyHours

windows = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda w: w[0] != w[1])
weeks = st.dictionaries(st.sampled_from(DAYS), st.lists(windows, min_size=1, max_size=3))


def text_of(window: tuple[int, int]) -> str:
    start, end = window
    return f"{start // 60:02d}:{start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def hours_of(week: dict[str, list[tuple[int, int]]]) -> WeeklyHours:
    return WeeklyHours.from_mapping(
        {day: ", ".join(map(text_of, windows)) for day, windows in week.items()}
    )


@settings(derandomize=True, deadline=None, max_examples=100)
@given(weeks)
def test_minutes_are_those_that_the_windows_name(week):
    """Oracle: each minute is checked against each window by hand, past midnight too."""
    expected = np.zeros((7, DAY_MINUTES), dtype=bool)
    for day, day_windows in week.items():
        number = DAYS.index(day)
        for start, end in day_windows:
            for minute in range(start, end if start < end else end + DAY_MINUTES):
                expected[(number + minute // DAY_MINUTES) % 7, minute % DAY_MINUTES] = True
    np.testing.assert_array_equal(hours_of(week).minutes(), expected.reshape(-1))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(weeks)
def test_hours_that_are_written_are_read_again(week):
    """Settings and team files are rewritten; hours must not drift, a closed week included."""
    hours = hours_of(week)
    assert WeeklyHours.from_text(hours.to_text()) == hours


def test_never_and_always_are_not_the_same():
    """Both have no windows to name; one is nobody, the other everybody."""
    never = WeeklyHours(((),) * 7)
    assert never.to_text() == "never"
    assert WeeklyHours.from_text("never") == never
    assert WeeklyHours.from_text("") == WeeklyHours.always()
    assert WeeklyHours.always().minutes().all()


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 09:00-17:00",
        "mon – fri 9:00–17:00".replace(" – ", "–"),
        "Monday-Friday 09:00-17:00;",
    ],
)
def test_days_are_read_as_people_write_them(text):
    """A dash from a word processor or a full name is no fault."""
    assert WeeklyHours.from_text(text).to_text() == "Mon-Fri 09:00-17:00"


def test_a_range_of_days_may_run_over_the_weekend():
    """Sat-Mon is three days, not five."""
    assert (
        WeeklyHours.from_text("Sat-Mon 10:00-11:00").to_text()
        == "Mon 10:00-11:00; Sat-Sun 10:00-11:00"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Mon,Tue 09:00-17:00",
        "Mondayish 09:00-17:00",
        "Mon- 09:00-17:00",
        "Mon-Tue-Wed 09:00-17:00",
        "Mo 09:00-17:00",
        "Mon 09:00",
        "Mon 09:00-25:00",
        "Mon 24:00-02:00",
        "Mon 09:60-10:00",
        "Mon 09:00-09:00",
        "Mon 9-17",
        "Mon ٠٩:٠٠-١٧:٠٠",
        "09:00-17:00",
    ],
)
def test_hours_that_cannot_be_meant_are_refused(text):
    """Reading only the first three letters would quietly close the rest of the week."""
    with pytest.raises(ValueError, match="write"):
        WeeklyHours.from_text(text)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(st.sampled_from("MonTueSat0123459:-;, –"), max_size=24) | st.text(max_size=12))
def test_random_text_is_read_or_refused_but_never_crashes(text):
    """Hours come from files that people type."""
    try:
        hours = WeeklyHours.from_text(text)
    except ValueError as error:
        assert str(error)
    else:
        assert len(hours.minutes()) == 7 * DAY_MINUTES


@pytest.mark.parametrize("windows", [((10, 10),), ((20, 10),), ((-1, 5),), ((0, 1441),)])
def test_a_window_must_start_before_it_ends_within_a_day(windows):
    """A value that exists can be used."""
    with pytest.raises(ValueError, match="Mon"):
        WeeklyHours((windows, *((),) * 6))
    with pytest.raises(ValueError, match="7 days"):
        WeeklyHours(((),) * 6)


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Dublin", "2026-03-29"),
        ("Europe/Dublin", "2026-10-25"),
        ("America/Chicago", "2026-03-08"),
        ("America/Chicago", "2026-11-01"),
        ("Australia/Sydney", "2026-04-05"),
        ("Australia/Sydney", "2026-10-04"),
        ("Australia/Lord_Howe", "2026-04-05"),
    ],
)
@pytest.mark.parametrize("step", [15, 30])
def test_an_interval_is_covered_when_any_of_its_minutes_is(timezone, day, step):
    """Oracle: every minute of the change-over day looked up by its own wall time."""
    hours = WeeklyHours.from_text("Sat-Sun 00:50-02:20, 03:10-03:11; Mon 00:00-00:01")
    begin = pd.Timestamp(day).tz_localize(timezone)
    starts = pd.date_range(begin, periods=30 * 60 // step, freq=f"{step}min").tz_convert("UTC")
    covered = hours.covers(starts, step, timezone)
    table = hours.minutes()
    for start, is_covered in zip(starts, covered, strict=True):
        wall = pd.date_range(start, periods=step, freq="min").tz_convert(timezone)
        minutes = wall.day_of_week * DAY_MINUTES + wall.hour * 60 + wall.minute
        assert is_covered == table[minutes].any()
