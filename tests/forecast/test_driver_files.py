"""Reading drivers.csv: what is written is read again, and every fault names its cell."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from forecast.driver_files import COLUMNS, read_drivers
from forecast.drivers import Driver, DriverValue

HEADER = ",".join(COLUMNS) + "\n"


@st.composite
def drivers(draw: st.DrawFn) -> Driver:
    kind = draw(st.sampled_from(["exposure", "share", "level", "pulse", "burst"]))
    values, moment = [], datetime(2026, 1, 1)
    for _ in range(draw(st.integers(1, 4))):
        moment += timedelta(minutes=draw(st.integers(0, 5000)))
        end = moment + timedelta(minutes=draw(st.integers(1, 5000)))
        most = 1.0 if kind == "share" else 1e6
        values.append(DriverValue(moment, end, draw(st.floats(0.001, most))))
        moment = end
    queue = draw(st.sampled_from(["", "live"])) if kind != "share" else "live"
    name = draw(st.sampled_from(["a", "b c", "Ä"]))
    return Driver(name, kind, tuple(values), queue, "new" if kind == "share" else "")


def lines(driver: Driver) -> list[str]:
    return [
        f"{driver.name},{driver.kind},{value.start.isoformat()},{value.value!r},"
        f"{value.end.isoformat()},{driver.queue},{driver.to}\n"
        for value in driver.values
    ]


@given(st.lists(drivers(), max_size=3, unique_by=lambda each: each.name), st.randoms())
def test_drivers_are_read_as_they_are_written(
    tmp_path_factory: pytest.TempPathFactory, stated: list[Driver], chance
) -> None:
    """A planner's file means what it says, in any order of its rows."""
    path = tmp_path_factory.getbasetemp() / "drivers.csv"
    rows = [line for driver in stated for line in lines(driver)]
    chance.shuffle(rows)
    path.write_text(HEADER + "".join(rows))
    assert sorted(read_drivers(path), key=repr) == sorted(stated, key=repr)


@given(st.lists(st.text(alphabet='ab,2026-T:.;"1\n é', max_size=30), max_size=5))
def test_any_text_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    """Whatever stands in the file, a planner sees drivers or one line that says the mend."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(HEADER + "\n".join(rows))
    try:
        read_drivers(path)
    except InputError as error:
        assert str(error).startswith(str(path))
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("row", "start", "end"),
    [
        ("a,burst,2026-03-29,5,,,", (2026, 3, 29), (2026, 3, 30)),
        ("a,burst,2026-03-29T10:00,5,,,", (2026, 3, 29, 10), (2026, 3, 29, 11)),
        ("a,burst,2026-03-29,5,2026-03-30,,", (2026, 3, 29), (2026, 3, 31)),
        ("a,burst,2026-03-29T10:00,5,2026-03-29T10:20,,", (2026, 3, 29, 10), (2026, 3, 29, 10, 20)),
    ],
)
def test_a_day_as_end_is_included_and_a_time_is_not(
    tmp_path: Path, row: str, start: tuple[int, ...], end: tuple[int, ...]
) -> None:
    """As in the team's files: who writes a day means all of it."""
    path = tmp_path / "drivers.csv"
    path.write_text(HEADER + row + "\n")
    [driver] = read_drivers(path)
    assert driver.values == (DriverValue(datetime(*start), datetime(*end), 5.0),)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,exposur,2026-01-01,1,,,", "column kind: found 'exposur'; give one of exposure"),
        (",exposure,2026-01-01,1,,,", "column driver"),
        ("a,exposure,1.1.2026,1,,,", "column start: found '1.1.2026'; write a local day"),
        ("a,exposure,2026-01-01T09:00Z,1,,,", "without offset"),
        ("a,exposure,0001-01-01,1,,,", "give a year from 1970 to 2199"),
        ("a,exposure,2026-01-01,-1,,,", "column value: found '-1'; give a finite number"),
        ("a,exposure,2026-01-01,nan,,,", "column value"),
        ("a,level,2026-01-01,0,,,", "a level is above 0"),
        ("a,exposure,2026-01-02,1,2026-01-01,,", "column end"),
        ("a,share,2026-01-01,0.5,,live,", "column to"),
        ("a,share,2026-01-01,0.5,,live,live", "column queue"),
        ("a,share,2026-01-01,1.5,,live,new", "at most 1"),
        ("a,exposure,2026-01-01,1,,,new", "column to"),
        ("a,exposure,2026-01-01,1,,,\na,level,2026-01-02,1,,,", "row 3, column kind"),
        (
            "a,exposure,2026-01-05,1,,,\na,exposure,2026-01-01,1,2026-01-05,,",
            "row 2, column start: found '2026-01-05 00:00'; row 3 states a value for that time",
        ),
    ],
)
def test_a_fault_names_row_and_column_and_the_mend(tmp_path: Path, rows: str, words: str) -> None:
    """The planner mends one cell and goes on."""
    path = tmp_path / "drivers.csv"
    path.write_text(HEADER + rows + "\n")
    with pytest.raises(InputError) as refused:
        read_drivers(path)
    assert words in str(refused.value)
