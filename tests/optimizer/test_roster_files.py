"""What is written of a roster is read again as it was, and what cannot be read is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import Assignment, Roster, unfilled_shifts
from optimizer.roster_files import (
    ROSTER_COLUMNS,
    assignments_table,
    read_roster,
    roster_table,
)
from optimizer.shifts import Shift, StaffedShift

ZONES = ("Europe/Dublin", "America/Chicago", "Australia/Sydney", "UTC")
HEADER = "rep_id,queue,role,start,end"
NINE = datetime(2026, 7, 1, 9, tzinfo=UTC)
SHIFT = Shift("live", "dublin", NINE, NINE + timedelta(hours=8), "primary")

names = st.text(alphabet="abcé -_,;\"'", min_size=1, max_size=6).map(str.strip).filter(bool)
shifts = st.builds(
    lambda queue, site, quarter, length, role: Shift(
        queue, site, NINE + timedelta(minutes=15 * quarter),
        NINE + timedelta(minutes=15 * (quarter + length)), role,
    ),
    names,
    st.just("") | names,
    st.integers(0, 4 * 24 * 366),
    st.integers(1, 96),
    st.sampled_from(["primary", "on_call"]),
)  # fmt: skip
rosters = st.lists(
    st.builds(Assignment, names, shifts, st.booleans(), st.just("") | names),
    max_size=5,
    unique_by=lambda one: (one.rep_id, one.shift),
)


ANN = Assignment("ann", SHIFT, reason="free")


def roster(assignments=(ANN,), **given):
    facts = {
        "unfilled": (),
        "coverage": pd.DataFrame(),
        "timezone": "Europe/Dublin",
        "interval_minutes": 60,
        "findings": (),
        "report": SolveReport(SolveStatus.OPTIMAL, 3.0, 3.0, 0.0, 1.25),
    }
    return Roster(assignments, **(facts | given))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rosters, st.sampled_from(ZONES))
def test_a_roster_that_is_written_is_read_as_it_was(tmp_path_factory, assignments, zone):
    """Through clock changes in every zone, because each time carries its offset."""
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    path.write_text(csv_text(assignments_table(assignments, zone)), encoding="utf-8")
    assert set(read_roster(path)) == set(assignments)


def test_the_columns_and_times_are_those_of_the_contract():
    """Other tools read these columns by name."""
    table = roster_table(roster())
    assert tuple(table.columns) == ROSTER_COLUMNS
    assert table.iloc[0].tolist() == [
        "ann", "live", "primary", "2026-07-01T10:00:00+01:00", "2026-07-01T18:00:00+01:00",
        "no", "free", "dublin",
    ]  # fmt: skip


def test_a_roster_of_nobody_has_a_header(tmp_path):
    """An empty roster is a file with columns, and can be read."""
    path = tmp_path / "roster.csv"
    path.write_text(csv_text(roster_table(roster(()))), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == ",".join(ROSTER_COLUMNS) + "\n"
    assert read_roster(path) == ()


def test_rows_come_back_sorted_by_rep_and_start(tmp_path):
    """A file that was sorted in a spreadsheet is the same roster."""
    path = tmp_path / "roster.csv"
    path.write_text(
        f"{HEADER}\nbob,live,primary,2026-07-01T09:00Z,2026-07-01T10:00Z\n"
        "ann,live,primary,2026-07-02T09:00Z,2026-07-02T10:00Z\n"
        "ann,live,on_call,2026-07-01T09:00Z,2026-07-01T10:00Z\n"
    )
    read = read_roster(path)
    assert [(one.rep_id, one.shift.start.day) for one in read] == [
        ("ann", 1),
        ("ann", 2),
        ("bob", 1),
    ]
    assert not any(one.locked for one in read)


def test_a_time_without_an_offset_is_the_calendars(tmp_path):
    """The first of a repeated hour, and none that the clocks skip."""
    path = tmp_path / "roster.csv"
    path.write_text(f"{HEADER}\nann,live,primary,2026-10-25T01:30,2026-10-25T04:00\n")
    (one,) = read_roster(path, timezone="Europe/Dublin")
    assert one.shift.hours == 3.5
    path.write_text(f"{HEADER}\nann,live,primary,2026-03-29T01:30,2026-03-29T04:00\n")
    with pytest.raises(InputError, match="row 2, column start: found '2026-03-29T01:30'; the cloc"):
        read_roster(path, timezone="Europe/Dublin")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",live,primary,2026-07-01T09:00Z,2026-07-01T10:00Z,no", "rep_id"),
        ("ann,,primary,2026-07-01T09:00Z,2026-07-01T10:00Z,no", "queue"),
        ("ann,live,backup,2026-07-01T09:00Z,2026-07-01T10:00Z,no", "role"),
        ("ann,live,primary,nine,2026-07-01T10:00Z,no", "start"),
        ("ann,live,primary,2026-07-01T09:00Z,,no", "end"),
        ("ann,live,primary,2026-07-01T09:00Z,2026-07-01T09:00Z,no", "end"),
        ("ann,live,primary,2026-07-01T09:00Z,2026-07-01T10:00Z,perhaps", "locked"),
        ("ann,live,primary,0001-01-01T00:00+14:00,2026-07-01T10:00Z,no", "start"),
        ("bob,live,primary,2026-07-01T10:00+01:00,2026-07-01T10:00Z,no", "rep_id"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_with_its_place(tmp_path, row, column):
    """The last of these repeats the row above it, written in another zone."""
    path = tmp_path / "roster.csv"
    first = "bob,live,primary,2026-07-01T09:00Z,2026-07-01T10:00Z,yes"
    path.write_text(f"{HEADER},locked\n{first}\n{row}\n")
    with pytest.raises(InputError, match=rf"roster.csv, row 3, column {column}: "):
        read_roster(path)


cells = st.text(alphabet="annlive0123456789-:T+Z. ", max_size=16) | st.sampled_from(
    ["primary", "on_call", "2026-07-01T09:00Z", "2026-10-25T01:30", "live"]
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(cells, min_size=5, max_size=5))
def test_any_row_is_read_or_refused_in_one_line(tmp_path_factory, row):
    """Whatever a spreadsheet holds, the manager sees a roster or one line that says the mend."""
    path = tmp_path_factory.mktemp("any") / "roster.csv"
    path.write_text(f"{HEADER}\n{','.join(row)}\nann,live,primary,2026-07-01,2026-07-02\n")
    try:
        read = read_roster(path)
    except InputError as error:
        assert "row" in str(error)
    else:
        assert all(one.shift.start < one.shift.end for one in read)


def test_unfilled_shifts_are_counted_from_assignments():
    """Read from files, a roster knows again what it lacks."""
    plan = [StaffedShift(SHIFT, 2), StaffedShift(replace(SHIFT, role="on_call"), 1)]
    given = [Assignment("ann", SHIFT), Assignment("bob", replace(SHIFT, role="on_call"))]
    assert unfilled_shifts(plan, given) == (StaffedShift(SHIFT, 1),)
