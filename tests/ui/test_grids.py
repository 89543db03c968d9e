"""Grids and sums are the numbers that people act on: each must be recountable."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.week import WeeklyHours
from forecast.closures import Calendar
from forecast.series import VolumeHistory
from ui import grids, sums

ZONES = ["Europe/Dublin", "America/Chicago", "Australia/Sydney", "Asia/Kolkata", "UTC"]
CHANGE_WEEKS = [date(2026, 3, 23), date(2026, 10, 19), date(2026, 10, 26), date(2026, 4, 6)]


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("monday", CHANGE_WEEKS)
@pytest.mark.parametrize("minutes", [15, 60])
def test_a_week_keeps_its_volume_over_clock_changes(
    zone_name: str, monday: date, minutes: int
) -> None:
    """An hour that is lost or doubled at a clock change would falsify the week."""
    start, end = midnight(monday, zone_name), midnight(monday + timedelta(days=7), zone_name)
    index = grid(start, end, minutes, zone_name)
    table = pd.DataFrame({"volume": np.arange(len(index), dtype=float)}, index=index)
    cells = grids.week_cells(table, zone_name, {"volume": "sum"})
    assert cells["volume"].sum() == table["volume"].sum()
    assert len(cells) == (end - start) / pd.Timedelta(hours=1)
    assert not cells.duplicated(["day", "hour"]).any()
    assert cells["day"].nunique() == 7


def test_the_second_of_two_equal_hours_is_marked_and_follows_the_first() -> None:
    """On the long day one o'clock comes twice, summer time first."""
    day = date(2026, 10, 25)
    index = grid(
        midnight(day, "Europe/Dublin"),
        midnight(day + timedelta(days=1), "Europe/Dublin"),
        60,
        "Europe/Dublin",
    )
    table = pd.DataFrame({"volume": np.arange(25.0)}, index=index)
    cells = grids.week_cells(table, "Europe/Dublin", {"volume": "sum"})
    assert cells["hour"].tolist()[:4] == ["00", "01", "01′", "02"]
    assert cells["volume"].tolist()[1:3] == [1.0, 2.0]


def test_an_hour_is_as_good_as_its_worst_quarter() -> None:
    """A mean over an hour would hide the quarter in which nobody is there."""
    index = pd.date_range("2026-11-30", periods=4, freq="15min", tz="UTC", name="interval_start")
    table = pd.DataFrame({"net": [3.0, 3.0, -2.0, 3.0]}, index=index.as_unit("us"))
    assert grids.week_cells(table, "UTC", {"net": "min"})["net"].tolist() == [-2.0]


def _coverage(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    index = pd.date_range("2026-11-30", periods=len(rows), freq="h", tz="UTC").as_unit("us")
    table = pd.DataFrame(
        rows, columns=["required_primary", "required_on_call", "primary", "on_call"]
    ).astype(float)
    both = table["required_primary"] + table["required_on_call"]
    lacks = (table["required_primary"] - table["primary"]).clip(lower=0)
    table["understaffing"] = np.maximum(lacks, both - table["primary"] - table["on_call"])
    table["understaffing"] = table["understaffing"].clip(lower=0)
    table["overstaffing"] = (table["primary"] - both).clip(lower=0)
    table.insert(0, "queue", "live")
    table.insert(1, "interval_start", index)
    return table


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=1, max_size=40))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_over_and_under_are_summed_apart(rows: list[tuple[int, int, int, int]]) -> None:
    """A net of zero may hide ten people missing on Monday and ten too many on Sunday."""
    coverage = _coverage(rows)
    found = sums.coverage_sums(coverage, 60)
    cells = grids.coverage_cells(coverage, "live", "UTC")
    assert found.under == -cells["net"].clip(upper=0).sum()
    assert found.over == cells["net"].clip(lower=0).sum()
    assert found.required == coverage["required_primary"].sum() + coverage["required_on_call"].sum()
    assert 0 <= found.covered <= 1
    assert found.short_hours == (cells["net"] < 0).sum()


def test_rep_hours_do_not_depend_on_the_interval() -> None:
    """The same week in quarters must have the same hours, not four times as many."""
    hourly = _coverage([(4, 1, 3, 0), (2, 0, 5, 0)])
    quarters = hourly.loc[hourly.index.repeat(4)]
    assert sums.coverage_sums(quarters, 15) == sums.coverage_sums(hourly, 60)


def test_short_hours_are_named_worst_first_and_joined() -> None:
    """The manager reads only the first of them, and a gap of three hours is one gap."""
    rows = [(4, 0, 3, 0), (4, 0, 4, 0), (4, 0, 3, 0), (4, 0, 2, 0), (4, 0, 4, 0)]
    assert grids.short_hours(_coverage(rows), "UTC") == [
        "Mon 02:00–04:00 live: up to 2 missing",
        "Mon 00:00–01:00 live: 1 missing",
    ]


def test_short_hours_that_are_not_named_are_counted() -> None:
    """A list that ends quietly would be taken for the whole."""
    named = grids.short_hours(_coverage([(1, 0, 0, 0), (1, 0, 1, 0)] * 6), "UTC", 4)
    assert len(named) == 5
    assert named[-1] == "and 2 more"


def _history(zone_name: str, weeks: int, opening: WeeklyHours | None = None) -> VolumeHistory:
    start = midnight(date(2026, 6, 1), zone_name)
    index = grid(start, start + pd.Timedelta(weeks=weeks), 60, zone_name)
    local = index.tz_convert(zone_name)
    busy = (local.day_of_week == 1) & (local.hour == 17)
    volume = pd.Series(np.where(busy, 40.0, 4.0), index=index)
    return VolumeHistory("live", volume, Calendar(zone_name, opening=opening))


def test_the_hot_spot_is_named_in_utc_and_in_the_teams_time() -> None:
    """Five in the afternoon in Dublin is four o'clock UTC in summer; people confuse the two."""
    profile = grids.weekly_profile(_history("Europe/Dublin", 9), 8)
    assert grids.hot_spots(profile, "Europe/Dublin", 1) == [
        "Tue 16:00 UTC / 17:00 Dublin: 40 contacts/hour"
    ]


def test_a_profile_has_every_hour_and_leaves_closed_ones_empty() -> None:
    """A closed hour with 0 would look like a quiet one that could be staffed thinner."""
    opening = WeeklyHours.from_text("Mon-Fri 09:00-17:00")
    profile = grids.weekly_profile(_history("Europe/Dublin", 3, opening), 8)
    assert len(profile) == 168
    assert profile["volume"].notna().sum() == 5 * 8


def test_growth_is_unknown_until_there_are_eight_weeks() -> None:
    """Growth against weeks that are not there would be invented."""
    assert sums.history_sums(_history("UTC", 7)).growth is None
    assert sums.history_sums(_history("UTC", 8)).growth == pytest.approx(0.0)
