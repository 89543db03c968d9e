"""What is written is read again as it was, and a fault in a file is named where it stands."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.errors import InputError
from data.files import csv_text
from optimizer.patterns import Period, shift_times
from optimizer.plan_shifts import plan_shifts
from optimizer.requirement import Requirement
from optimizer.shift_files import coverage_table, read_coverage, read_shifts, shifts_table
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, Site
from optimizer.solver import SolverSettings

SHIFTS = "queue,site,start,end,role,reps\n"
SHIFT = "live,,2026-11-30T09:00:00+00:00,2026-11-30T17:00:00+00:00,primary,3\n"
COVERAGE = "queue,ds,required_primary,required_on_call,primary,on_call,understaffing,overstaffing\n"
INTERVAL = "live,2026-11-30T09:00:00+00:00,3,1,3,1,0,0\n"


def plan(timezone: str, day: str, site: str = "") -> ShiftPlan:
    """A plan of three days around a clock change."""
    first = midnight(pd.Timestamp(day).date() - pd.Timedelta(days=1), timezone)
    starts = grid(first, first + pd.Timedelta(days=3), 60, timezone)
    reps = np.random.default_rng(5).integers(0, 5, len(starts))
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": reps,
            "rostered_on_call": 1,
        }
    )
    sites = {site: Site(timezone)} if site else {}
    return plan_shifts(
        Requirement(table, timezone, 60),
        ShiftSettings(sites=sites),
        OnCallSettings(),
        SolverSettings(),
    )


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Dublin", "2026-03-29"),
        ("Europe/Dublin", "2026-10-25"),
        ("America/Chicago", "2026-11-01"),
        ("Australia/Sydney", "2026-04-05"),
    ],
)
def test_plan_is_read_back_as_written(tmp_path, timezone, day):
    """A roster fills exactly the shifts of the plan, also in the repeated hour."""
    made = plan(timezone, day, "Home")
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(made)))
    (tmp_path / "coverage.csv").write_text(csv_text(coverage_table(made.coverage, timezone)))
    assert read_shifts(tmp_path / "shifts.csv") == made.shifts
    coverage = read_coverage(
        tmp_path / "coverage.csv", timezone=timezone, interval_minutes=made.interval_minutes
    )
    pd.testing.assert_frame_equal(coverage, made.coverage)


def test_files_have_the_agreed_columns_and_offsets():
    """Scripts read these files; times carry the offset of the calendar's zone."""
    made = plan("Europe/Dublin", "2026-10-25")
    shifts, coverage = shifts_table(made), coverage_table(made.coverage, made.timezone)
    assert ",".join(shifts.columns) + "\n" == SHIFTS
    assert ",".join(coverage.columns) + "\n" == COVERAGE
    assert set(shifts["start"].str[-6:]) == {"+01:00", "+00:00"}
    assert coverage["ds"].iloc[0] == "2026-10-24T00:00:00+01:00"


def test_plan_without_shifts_is_a_header(tmp_path):
    """A queue that requires nobody has an empty plan, not a broken file."""
    made = plan("UTC", "2026-06-01")
    empty = ShiftPlan((), made.coverage, "UTC", 60, made.report)
    assert csv_text(shifts_table(empty)) == SHIFTS
    (tmp_path / "shifts.csv").write_text(SHIFTS)
    assert read_shifts(tmp_path / "shifts.csv") == ()


def test_time_without_offset_is_read_in_the_zone(tmp_path):
    """A planner may write shifts by hand; a repeated hour is the first one."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + "live,,2026-10-25T01:30,2026-10-25 09:00,on_call,1\n")
    [staffed] = read_shifts(path, timezone="Europe/Dublin")
    assert staffed.shift.start.isoformat() == "2026-10-25T00:30:00+00:00"
    assert staffed.shift.hours == 8.5


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("live", "", "row 2, column queue"),
        ("09:00:00+00:00", "09:70", "row 2, column start"),
        ("2026-11-30T17:00:00+00:00", "now", "row 2, column end"),
        ("2026-11-30T17:00:00+00:00", "", "row 2, column end"),
        ("17:00:00", "09:00:00", "row 2, column end"),
        ("primary", "backup", "row 2, column role"),
        (",3\n", ",0\n", "row 2, column reps"),
        (",3\n", ",1.5\n", "row 2, column reps"),
        (",3\n", ",-1\n", "row 2, column reps"),
        (",3\n", ",many\n", "row 2, column reps"),
        (",3\n", ",3\n" + SHIFT, "row 3, column start"),
    ],
)
def test_fault_in_shifts_is_named_where_it_stands(tmp_path, old, new, place):
    """One line with file, row, column and the mend."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + SHIFT.replace(old, new))
    with pytest.raises(InputError, match=rf"shifts\.csv, {place}: found "):
        read_shifts(path)


def test_a_shift_of_more_than_a_day_is_refused(tmp_path):
    """Fifty-two hours are a slip of the date, and nobody's shift."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + SHIFT.replace("11-30T17:00", "12-02T13:00"))
    with pytest.raises(InputError, match=r"row 2, column end: found .*; .*at most 24 hours"):
        read_shifts(path)
    path.write_text(SHIFTS + SHIFT.replace("11-30T17:00", "12-01T09:00"))
    assert read_shifts(path)[0].shift.hours == 24


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("T09:00:00+00:00", "T08:10:00+00:00", "start"),
        ("T09:00:00+00:00", "T08:00:01+00:00", "start"),
        ("T09:00:00+00:00", "T09:30:00+00:00", "start"),
        ("T17:00:00+00:00", "T17:10:00+00:00", "end"),
    ],
)
def test_a_shift_off_the_grid_is_refused(tmp_path, old, new, column):
    """Part of it would count for no interval, unseen."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + SHIFT.replace(old, new))
    with pytest.raises(InputError, match=rf"shifts\.csv, row 2, column {column}: found .*60 min"):
        read_shifts(path, timezone="Europe/Dublin", interval_minutes=60)


def test_a_grid_counts_from_local_midnight_of_the_site(tmp_path):
    """Nine o'clock in Kolkata is half past three in Dublin."""
    path = tmp_path / "shifts.csv"
    start = SHIFT.replace("live,,", "live,kolkata,").replace("09:00:00+00:00", "09:00:00+05:30")
    path.write_text(SHIFTS + start.replace("17:00:00+00:00", "17:00:00+05:30"))
    sites = ShiftSettings(sites={"kolkata": Site("Asia/Kolkata")})
    [staffed] = read_shifts(path, timezone="UTC", interval_minutes=60, settings=sites)
    assert staffed.shift.hours == 8
    with pytest.raises(InputError, match="column start"):
        read_shifts(path, timezone="UTC", interval_minutes=60, settings=ShiftSettings())


def test_starts_and_lengths_of_the_settings_make_the_grid_finer(tmp_path):
    """What a plan may hold must be read back."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + SHIFT.replace("T09:00", "T09:30").replace("T17:00", "T17:15"))
    finer = ShiftSettings(starts_every_minutes=30, lengths_hours=(4, 7.75))
    [staffed] = read_shifts(path, interval_minutes=60, settings=finer)
    assert staffed.shift.hours == 7.75
    with pytest.raises(InputError, match=r"column end: .*multiple of 30 minutes"):
        read_shifts(path, interval_minutes=60, settings=ShiftSettings(30, (4, 8)))


@pytest.mark.parametrize("timezone", ["Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("day", ["2026-10-03", "2026-10-24", "2026-04-04"])
def test_every_shift_of_a_plan_is_on_the_grid(tmp_path, timezone, day):
    """Both clock changes included, one of them of half an hour."""
    begin = pd.Timestamp(day, tz=timezone)
    period = Period(begin.tz_convert("UTC"), (begin + pd.DateOffset(days=3)).tz_convert("UTC"))
    rules = ShiftSettings(30, (4.0, 7.5))
    times = shift_times(period, 30, rules.lengths_hours, timezone)
    rows = [f"live,,{one.start.isoformat()},{one.end.isoformat()},primary,1" for one in times]
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + "\n".join(rows) + "\n")
    read = read_shifts(path, timezone=timezone, interval_minutes=30, settings=rules)
    assert len(read) == len(times) > 100


def test_time_that_the_clocks_skip_is_refused(tmp_path):
    """There is no such instant; moving it would change the shift unseen."""
    path = tmp_path / "shifts.csv"
    path.write_text(SHIFTS + "live,,2026-03-29T01:30,2026-03-29T09:00,primary,1\n")
    with pytest.raises(InputError, match=r"row 2, column start.*Europe/Dublin skip this time"):
        read_shifts(path, timezone="Europe/Dublin")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("live", "", ", row 2, column queue"),
        ("2026-11-30T09:00:00+00:00", "yesterday", ", row 2, column ds"),
        (",3,1,3,1,0,0", ",3,1,3,x,0,0", ", row 2, column on_call"),
        (",3,1,3,1,0,0", ",3,1,-3,1,0,0", ", row 2, column primary"),
        (",0\n", ",0\n" + INTERVAL, ", row 3, column ds"),
        (INTERVAL, "", ": there is a header and no row"),
    ],
)
def test_fault_in_coverage_is_named_where_it_stands(tmp_path, old, new, place):
    """One line with file, row, column and the mend."""
    path = tmp_path / "coverage.csv"
    path.write_text(COVERAGE + INTERVAL.replace(old, new))
    with pytest.raises(InputError, match=rf"coverage\.csv{place}"):
        read_coverage(path)


def test_gap_in_coverage_is_refused_on_a_grid(tmp_path):
    """Intervals that are missing would count as covered."""
    path = tmp_path / "coverage.csv"
    path.write_text(COVERAGE + INTERVAL + INTERVAL.replace("T09", "T11"))
    assert len(read_coverage(path)) == 2
    with pytest.raises(InputError, match="gap"):
        read_coverage(path, interval_minutes=60)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
@pytest.mark.parametrize("header", [SHIFTS, COVERAGE])
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory, header, text):
    """No traceback: a file of any content is an answer or one line."""
    path = tmp_path_factory.mktemp("any") / "file.csv"
    for content in (text, header + text, header + SHIFT.replace("3", text)):
        path.write_bytes(content.encode())
        for read in (read_shifts, read_coverage):
            try:
                read(path)
            except InputError as error:
                assert "\n" not in str(error)
