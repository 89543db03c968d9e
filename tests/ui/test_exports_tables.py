"""The long table is read back as another tool reads it."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.staff import Team
from tests.ui.sample_plan import TEAM, rep, sample_plan
from ui.exports import FORMATS, export_plan
from ui.exports.cells import escape_cell, wall_span
from ui.exports.tables import ROSTER_COLUMNS, SHIFT_COLUMNS, long_csv

SPRING, AUTUMN = date(2026, 3, 23), date(2026, 10, 19)


def rows_of(plan):
    return list(csv.DictReader(io.StringIO(long_csv(plan).decode(), newline="")))


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_every_assignment_is_a_row_with_the_same_instants(start):
    """Recount, across both clock changes: wall times lead back to the instants of the roster."""
    plan = sample_plan(start)
    rows = rows_of(plan)
    assert list(rows[0]) == list(ROSTER_COLUMNS)
    assert len(rows) == len(plan.roster.assignments)
    zones = {one.rep_id: one.timezone for one in TEAM.reps}
    for row, assignment in zip(rows, plan.roster.assignments, strict=True):
        assert row["rep_id"] == assignment.rep_id
        assert row["timezone"] == zones[assignment.rep_id]
        for name in ("start", "end"):
            instant = getattr(assignment.shift, name)
            assert datetime.fromisoformat(row[f"{name}_utc"]) == instant
            assert datetime.fromisoformat(row[f"{name}_local"]) == instant
            assert row[f"{name}_utc"].endswith("+00:00")
    offsets = {row["start_local"][-6:] for row in rows if row["rep_id"] == "ada"}
    assert offsets == {"+00:00", "+01:00"}


def test_who_what_and_why_stand_beside():
    """The columns that other tools need besides the times."""
    row = rows_of(sample_plan())[0]
    assert {name: row[name] for name in ("plan_id", "email", "queue", "site", "role")} == {
        "plan_id": "2026-03-23",
        "email": "ada@example.org",
        "queue": "live",
        "site": "Dublin",
        "role": "primary",
    }
    assert (row["locked"], row["reason"]) == ("yes", "'=cover")


def test_without_a_team_the_shifts_are_listed():
    """There is nobody to name, but how many each shift takes is known."""
    plan = sample_plan(team=None)
    rows = rows_of(plan)
    assert list(rows[0]) == list(SHIFT_COLUMNS)
    assert [int(row["reps"]) for row in rows] == [one.reps for one in plan.shift_plan.shifts]


def test_a_roster_of_nobody_is_a_header():
    """A team whose week is empty still gets a file with the columns."""
    plan = sample_plan(queues=("normal",))
    assert plan.roster.assignments == ()
    assert long_csv(plan).decode().splitlines() == [",".join(ROSTER_COLUMNS)]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=8))
@example("=1+1")
@example("+1")
@example("-1")
@example("@SUM(1)")
@example("\t=1")
@example("\r=1")
@example("\n=1")
@example("")
def test_no_cell_begins_like_a_formula_and_nothing_is_lost(text):
    """A spreadsheet runs what begins with = + - @; the apostrophe can be taken off again."""
    escaped = escape_cell(text)
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert escaped.removeprefix("'") == text or escaped == text


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1, max_size=12))
def test_any_address_survives_the_file(email):
    """Commas, quotes and line feeds in a cell must not shift the columns."""
    plan = sample_plan(
        team=Team(tuple(rep(one.rep_id, one.timezone, email=email) for one in TEAM.reps))
    )
    assert {row["email"] for row in rows_of(plan)} == {escape_cell(email)}


@pytest.mark.parametrize(
    ("zone_name", "before", "shown"),
    [
        ("Europe/Dublin", datetime(2026, 3, 29, 0, tzinfo=UTC), "00–02"),
        ("Europe/Dublin", datetime(2026, 10, 25, 0, tzinfo=UTC), "01–01"),
        ("America/Chicago", datetime(2026, 3, 8, 7, tzinfo=UTC), "01–03"),
        ("America/Chicago", datetime(2026, 11, 1, 6, tzinfo=UTC), "01–01"),
        ("Australia/Sydney", datetime(2026, 10, 3, 15, tzinfo=UTC), "01–03"),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, tzinfo=UTC), "01:30–03"),
        ("Asia/Kolkata", datetime(2026, 3, 29, 0, tzinfo=UTC), "05:30–06:30"),
    ],
)
def test_an_hour_across_a_clock_change_shows_what_the_wall_shows(zone_name, before, shown):
    """The rep lives by the wall clock, also in the night in which it jumps."""
    assert wall_span(before, before + timedelta(hours=1), zone_name) == shown


def test_export_names_its_files_and_refuses_other_formats():
    """A misspelt format must not pass for an empty export."""
    plan = sample_plan()
    files = export_plan(plan)
    calendars = [f"calendars/{one.rep_id}.ics" for one in TEAM.reps]
    assert list(files) == sorted([*calendars, "roster.xlsx", "roster_long.csv"])
    assert list(export_plan(plan, ["csv"])) == ["roster_long.csv"]
    assert list(export_plan(sample_plan(team=None), ["ics"])) == ["shifts.ics"]
    assert {name.rsplit(".", 1)[1] for name in files} == set(FORMATS)
    with pytest.raises(InputError, match="'pdf'"):
        export_plan(plan, ["csv", "pdf"])
