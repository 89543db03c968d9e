"""Reading events.csv: what is written is read again, and every fault names its cell."""

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.week import DAYS
from forecast.closures import Event
from forecast.events import COLUMNS, read_events, with_events

HEADER = ",".join(COLUMNS[:-1]) + "\n"


def written(event: Event) -> str:
    cells = (
        event.day.isoformat(),
        event.kind,
        repr(event.factor) if event.kind == "factor" else "",
        DAYS[event.like_day] if event.like_day is not None else "",
        event.queue,
        event.start.isoformat("minutes"),
        event.end.isoformat("minutes") if event.end else "24:00",
    )
    return ",".join(cells) + "\n"


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(["closed", "holiday", "factor", "like", "ignore"]))
    start = draw(st.integers(0, 1438))
    end = draw(st.one_of(st.none(), st.integers(start + 1, 1439)))
    return Event(
        draw(st.dates(date(2020, 1, 1), date(2030, 12, 31))),
        kind,
        factor=draw(st.floats(0, 20)) if kind == "factor" else 1.0,
        like_day=draw(st.integers(0, 6)) if kind == "like" else None,
        queue=draw(st.sampled_from(["", "live", "normal"])),
        start=time(start // 60, start % 60),
        end=None if end is None else time(end // 60, end % 60),
    )


def key(event: Event) -> tuple[object, ...]:
    return (event.day, event.kind, event.queue, event.start, event.end)


@given(st.lists(events(), max_size=6, unique_by=key))
def test_events_are_read_as_they_are_written(stated: list[Event]) -> None:
    """A planner's file must mean what it says, in any order of its rows."""
    path = Path(_folder) / "events.csv"
    path.write_text(HEADER + "".join(written(event) for event in stated))
    read = read_events(path)
    assert sorted(read, key=repr) == sorted(stated, key=repr)
    assert [event.day for event in read] == sorted(event.day for event in stated)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9)


@given(st.lists(st.builds(replace, events(), name=names), max_size=6, unique_by=key))
def test_events_that_are_added_are_read_again(stated: list[Event]) -> None:
    """What a command adds to the file means what was answered, whatever a day is called."""
    path = Path(_folder) / "added.csv"
    path.write_text(with_events(with_events("", stated[:3]), stated[3:]))
    assert sorted(read_events(path), key=repr) == sorted(stated, key=repr)


@given(st.text(max_size=60), st.integers(0, 6))
def test_any_text_is_read_or_refused_in_one_line(text: str, column: int) -> None:
    """Whatever stands in a cell, the answer is events or one line that says the mend."""
    cells = ["2026-12-25", "closed", "", "", "", "", ""]
    cells[column] = text
    path = Path(_folder) / "any.csv"
    path.write_text(HEADER + ",".join(cells) + "\n", newline="")
    try:
        read = read_events(path)
    except InputError as error:
        assert "\n" not in str(error)
        assert "any.csv" in str(error)
    else:
        assert all(isinstance(event, Event) for event in read)


_folder = ""


@pytest.fixture(autouse=True, scope="module")
def _one_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    global _folder  # noqa: PLW0603 - Hypothesis allows no fixture that is made anew per example
    _folder = str(tmp_path_factory.mktemp("events"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("25.12.2026,closed,,,,,", "row 3, column date: found '25.12.2026'"),
        ("2026-12-25,party,,,,,", "row 3, column kind: found 'party'; give one of closed"),
        ("2026-12-25,factor,,,,,", "row 3, column factor: found ''"),
        ("2026-12-25,factor,-1,,,,", "row 3, column factor: found '-1'"),
        ("2026-12-25,factor,nan,,,,", "row 3, column factor: found 'nan'"),
        ("2026-12-25,closed,0.5,,,,", "row 3, column factor: found '0.5'"),
        ("2026-12-25,like,,,,,", "row 3, column like_day: found ''"),
        ("2026-12-25,like,,Caturday,,,", "row 3, column like_day: found 'Caturday'"),
        ("2026-12-25,closed,,Sun,,,", "row 3, column like_day: found 'Sun'"),
        ("2026-12-25,closed,,,,9 am,", "row 3, column start: found '9 am'"),
        ("2026-12-25,closed,,,,09:00+01:00,", "row 3, column start: found '09:00+01:00'"),
        ("2026-12-25,closed,,,,12:00,09:00", "row 3, column end: found '09:00'"),
        ("2026-01-01,closed,,,,,", "row 3: found '2026-01-01'; row 2 states it already"),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(tmp_path: Path, row: str, words: str) -> None:
    """A planner mends the cell, not the file."""
    path = tmp_path / "events.csv"
    path.write_text(HEADER + "2026-01-01,closed,,,,,\n" + row + "\n")
    with pytest.raises(InputError, match=r"events\.csv, ") as caught:
        read_events(path)
    assert words in str(caught.value)


def test_a_file_of_two_columns_is_enough(tmp_path: Path) -> None:
    """Most planners state closed days and nothing else."""
    path = tmp_path / "events.csv"
    path.write_text("date,kind\n2026-12-25,closed\n")
    assert read_events(path) == (Event(date(2026, 12, 25), "closed"),)
    path.write_text("date,kind\n")
    assert read_events(path) == ()


@pytest.mark.parametrize("text", ["1e308", "1000.5"])
def test_a_factor_that_no_day_has_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    """Times a volume it is no longer a number, and the fault is the file's."""
    file = tmp_path / "events.csv"
    file.write_text(f"date,kind,factor\n2026-12-24,factor,{text}\n")
    with pytest.raises(InputError, match=r"row 2, column factor: .*from 0 to 1000"):
        read_events(file)
