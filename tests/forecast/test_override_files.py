import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from forecast.override_files import (
    from_payload,
    overrides_table,
    read_end,
    read_instant,
    read_overrides,
    to_payload,
)
from forecast.overrides import KINDS, Override

HEADER = "id,kind,queue,start,end,value,exactly,who,why,at,on\n"
ROW = "7,multiply,live,2026-06-01T10:00,2026-06-01T13:00,1.2,,ada,mailing,2026-05-29T12:00Z,yes\n"
DUBLIN = "Europe/Dublin"

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0, second=0)
)


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    kind = draw(st.sampled_from(KINDS))
    start = pd.Timestamp(draw(instants)).as_unit("us")
    least = -1e6 if kind == "add" else 0.0
    return Override(
        override_id=draw(words),
        kind=kind,
        queue=draw(words),
        start=start,
        end=start + pd.Timedelta(hours=draw(st.integers(1, 900))),
        value=draw(st.floats(least, 1000 if kind == "multiply" else 1e6)),
        who=draw(words),
        why=draw(words),
        at=draw(instants),
        on=draw(st.booleans()),
        exactly=draw(st.booleans()) and kind == "set",
    )


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(overrides(), min_size=1, max_size=4, unique_by=lambda each: each.override_id))
def test_what_is_written_is_read_again(tmp_path: Path, given: list[Override]) -> None:
    """A file can stand for the overrides of a plan: nothing is lost on the way, in any words."""
    path = tmp_path / "overrides.csv"
    path.write_text(csv_text(overrides_table(given, DUBLIN)))
    assert set(read_overrides(path, DUBLIN)) == set(given)


@given(overrides())
def test_what_json_says_is_the_override(given: Override) -> None:
    """The store keeps JSON."""
    assert from_payload(json.loads(json.dumps(to_payload(given)))) == given


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_text_is_overrides_or_a_fault(tmp_path: Path, text: str) -> None:
    """A slip in a file is told in one line, never a traceback."""
    path = tmp_path / "overrides.csv"
    path.write_bytes((HEADER + text).encode("utf-8", "replace"))
    try:
        read_overrides(path, DUBLIN)
    except InputError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("multiply", "double", "kind", "give one of multiply, add, total, set"),
        ("live", "chat", "queue", "give one of live"),
        ("2026-06-01T13:00", "2026-06-01T09:00", "end", "must be after start"),
        ("2026-06-01T10:00", "at ten", "start", "write a time"),
        ("2026-06-01T10:00", "2026-03-29T01:30", "start", "skip this time"),
        (",1.2,", ",-1,", "value", "at least 0"),
        (",1.2,", ",1001,", "value", "from 0 to 1000"),
        (",1.2,", ",lots,", "value", "give a number"),
        (",1.2,,", ",1.2,yes,", "exactly", "goes with kind set"),
        ("mailing", "", "why", "why is needed"),
        ("ada", "", "who", "who is needed"),
        (",yes\n", ",maybe\n", "on", "give yes or no"),
        ("2026-05-29T12:00Z", "", "at", "write a time"),
    ],
)
def test_a_slip_is_named_by_row_and_column(
    tmp_path: Path, old: str, new: str, column: str, words: str
) -> None:
    """The planner mends a cell, so it is the cell that is named."""
    path = tmp_path / "overrides.csv"
    assert old in ROW
    path.write_text(HEADER + ROW.replace(old, new))
    with pytest.raises(InputError, match=f"row 2, column {column}: .*{words}"):
        read_overrides(path, DUBLIN, ["live"])


def test_two_overrides_do_not_share_an_id(tmp_path: Path) -> None:
    """Which of them helped could not be told."""
    path = tmp_path / "overrides.csv"
    path.write_text(HEADER + ROW + ROW)
    with pytest.raises(InputError, match="row 3, column id"):
        read_overrides(path, DUBLIN)


def test_times_are_those_of_the_wall_where_no_offset_says_otherwise(tmp_path: Path) -> None:
    """10:00 in Dublin in June is 09:00 UTC."""
    path = tmp_path / "overrides.csv"
    path.write_text(HEADER + ROW)
    [read] = read_overrides(path, DUBLIN)
    assert read.start == pd.Timestamp("2026-06-01 09:00", tz="UTC")
    assert read.at == datetime(2026, 5, 29, 12, tzinfo=UTC)
    assert read.on


def test_an_hour_that_comes_twice_is_its_first_passing_unless_the_offset_says() -> None:
    """From one o'clock to two, by the wall, both of its passings are meant."""
    start, end = read_instant("2026-10-25 01:00", DUBLIN), read_instant("2026-10-25 02:00", DUBLIN)
    assert end - start == pd.Timedelta(hours=2)
    second = read_instant("2026-10-25T01:00:00+00:00", DUBLIN)
    assert second - start == pd.Timedelta(hours=1)


def test_an_end_that_is_a_day_is_included() -> None:
    """As with absences; the day of a clock change to its last hour."""
    day = read_end("2026-10-25", DUBLIN) - read_instant("2026-10-25", DUBLIN)
    assert day == pd.Timedelta(hours=25)
    with pytest.raises(ValueError, match="write a time"):
        read_end("2026-13-45", DUBLIN)


def test_a_payload_of_another_version_is_refused() -> None:
    """Half of an override must not be applied."""
    payload = to_payload(
        Override(
            "1", "multiply", "live", pd.Timestamp("2026-06-01", tz="UTC"),
            pd.Timestamp("2026-06-02", tz="UTC"), 1.1, "ada", "sale",
            datetime(2026, 5, 29, tzinfo=UTC),
        )
    )  # fmt: skip
    assert from_payload(payload) == replace(from_payload(payload))
    with pytest.raises(ValueError, match="no override of this Staffcast"):
        from_payload(payload | {"colour": "red"})
