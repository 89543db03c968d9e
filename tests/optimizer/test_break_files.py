"""Breaks in files and settings: what is written is read again, and a slip is told by its place."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from optimizer.breaks import Break, BreakRule, breaks_text, read_breaks
from optimizer.plan_shifts import plan_shifts
from optimizer.shift_files import coverage_table, read_coverage, read_shifts, shifts_table
from optimizer.shifts import OnCallSettings, ShiftSettings
from tests.optimizer.break_cases import DEFAULTS, LUNCH, ROUGH, THREE, rhythm
from ui.settings import parse_settings


def test_files_keep_breaks_and_shares(tmp_path):
    """What is written is read again: breaks of every shift, parts of reps in the coverage."""
    shifts = ShiftSettings(lengths_hours=(4, 8), breaks=THREE)
    plan = plan_shifts(rhythm(4, 2, 20, 60), shifts, OnCallSettings(), ROUGH)
    assert (plan.coverage["primary"] % 1 > 0).any()
    (tmp_path / "shifts.csv").write_text(csv_text(shifts_table(plan)))
    (tmp_path / "coverage.csv").write_text(csv_text(coverage_table(plan.coverage, "UTC")))
    assert read_shifts(tmp_path / "shifts.csv") == plan.shifts
    again = read_coverage(tmp_path / "coverage.csv", interval_minutes=60)
    pd.testing.assert_frame_equal(again, plan.coverage, check_dtype=False)


times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
    lambda time: time.replace(second=0, microsecond=0, tzinfo=UTC)
)


@settings(DEFAULTS, max_examples=100)
@given(
    st.lists(st.tuples(times, st.integers(1, 300), st.booleans()), max_size=3),
    st.sampled_from(["UTC", "Europe/Dublin", "Asia/Kolkata", "America/St_Johns"]),
)
def test_breaks_survive_their_text(parts, timezone):
    """Instants are kept in any zone, repeated hours included."""
    breaks = tuple(Break(start, start + timedelta(minutes=m), paid) for start, m, paid in parts)
    assert read_breaks(breaks_text(breaks, timezone)) == breaks


@settings(DEFAULTS, max_examples=200)
@given(st.text(max_size=60) | st.from_regex(r"[0-9T:+/|Z -]{0,60}(paid|unpaid)?", fullmatch=True))
def test_other_text_is_refused_in_words(text):
    """A cell is read or refused; nothing is guessed."""
    try:
        found = read_breaks(text)
    except ValueError as error:
        assert "give breaks such as" in str(error)
    else:
        assert len(found) == (text.count("|") + 1 if text else 0)


@pytest.mark.parametrize(
    ("breaks", "message"),
    [
        ("lunch", "give breaks such as"),
        ("2026-11-30T12:30:00+00:00/2026-11-30T12:00:00+00:00 unpaid", "give breaks such as"),
        ("2026-11-30T07:30:00+00:00/2026-11-30T08:30:00+00:00 unpaid", "lie within their shift"),
    ],
)
def test_faulty_breaks_name_file_row_and_column(tmp_path, breaks, message):
    """A planner who edits the file is told where."""
    path = tmp_path / "shifts.csv"
    row = "live,,2026-11-30T08:00:00+00:00,2026-11-30T16:00:00+00:00,primary,2"
    path.write_text(f"queue,site,start,end,role,reps,breaks\n{row},{breaks}\n")
    with pytest.raises(InputError, match=rf"shifts.csv.*row 2.*breaks.*{message}"):
        read_shifts(path)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("minutes = 0", "minutes of a break must be above 0"),
        ("earliest_hours = 5\nlatest_hours = 4", "earliest_hours <= latest_hours"),
        ("latest_hours = 7.75", "ends after a shift of 8 hours"),
        ("from_shift_hours = 4", "ends after a shift of 4 hours"),
        ("below_shift_hours = 6", "below_shift_hours must be above"),
        ("earliest_hours = 3.001", "whole minutes"),
        ("length = 30", "unknown key length"),
    ],
)
def test_impossible_breaks_are_refused_by_file_and_key(table, message):
    """A break that cannot be taken is told when the settings are read, not when a plan fails."""
    given = {"minutes": "30", "earliest_hours": "3", "latest_hours": "5", "from_shift_hours": "8"}
    given |= dict(line.split(" = ") for line in table.split("\n"))
    text = "[[shifts.breaks]]\n" + "\n".join(f"{key} = {value}" for key, value in given.items())
    with pytest.raises(InputError, match=rf"staffcast.toml, \[shifts.*{message}"):
        parse_settings(text)


def test_breaks_that_could_meet_are_refused():
    """Whoever comes late from the first would miss the second."""
    with pytest.raises(ValueError, match="may meet the one before"):
        ShiftSettings(breaks=(LUNCH, BreakRule(15, 5, 6, from_shift_hours=8)))


def test_settings_file_names_breaks():
    """The table of the documentation is the one that is read."""
    read = parse_settings(
        "[[shifts.breaks]]\nminutes = 30\nearliest_hours = 3\nlatest_hours = 5\n"
        "from_shift_hours = 8\n"
    )
    assert read.shifts.breaks == (LUNCH,)
