"""Small tables with the place of every fault; files whole or not at all."""

import csv
import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError, fault
from data.files import (
    check_readable,
    check_year,
    csv_text,
    read_number,
    read_table,
    read_text,
    write_all,
)


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_the_same_however_it_was_saved(tmp_path, newline, delimiter, mark):
    """Spreadsheets of all systems and countries."""
    text = mark + "a;b;c\n 1 ;x;\n2;y;z\n".replace(";", delimiter).replace("\n", newline)
    table = read_table(write(tmp_path, text), ["b", "a"], ["missing"])
    assert list(table) == ["b", "a", "missing"]
    assert table["a"].tolist() == ["1", "2"]
    assert table["missing"].tolist() == ["", ""]
    assert table.index.tolist() == [2, 3]


def test_rows_are_numbered_as_an_editor_does(tmp_path):
    """Blank lines and quoted line ends take lines too."""
    table = read_table(write(tmp_path, 'a,b\n\n1,"x\ny"\n,\n2,z\n'), ["a", "b"])
    assert table.index.tolist() == [4, 6]
    assert table["b"].tolist() == ["x\ny", "z"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "the file is empty"),
        ("\ufeff", "column a is missing"),
        ("\n\n", "column a is missing"),
        ("b,c\n1,2\n", "column a is missing; found b, c"),
        ("a,b\n1,2\n3\n", "row 3: found '1 cells'; the header has 2"),
        ("a,b\n1,2,3\n", "row 2: found '3 cells'"),
        ("a,a\n1,2\n", "two columns are called a"),
        (b"a,b\n1,\0\n", "binary data"),
        (b"a,b\n1,\xff\n", "row 2: byte 6 is not UTF-8"),
        ("a\n" + "x" * 200_000, "row 2"),
        ('a,b\n1,2\n3,"4\n5,6\n', "row 3: found 'a quote that is never closed'; close the quote"),
        ('a,b\n1,"2\n3,"4"\n', "row 2: found 'a quote that opens here and runs on into row 3'"),
        ('a,b\n1,"2\n' + "3,4\n" * 50_000, "row 2: found 'a quote that opens here"),
        ('a,b\n1,"2" x\n', "row 2: found 'text behind a closing quote'; close the quote"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(tmp_path, content, word):
    """One line that says what to mend."""
    with pytest.raises(InputError) as error:
        read_table(write(tmp_path, content), ["a"])
    assert word in str(error.value)
    assert "table.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_files_and_folders_are_refused(tmp_path):
    """The commonest typing error."""
    with pytest.raises(InputError, match="no such file"):
        check_readable(tmp_path / "none")
    with pytest.raises(InputError, match="found a folder"):
        read_text(tmp_path)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.tuples(cells, cells), max_size=6), st.sampled_from(",;\t"))
def test_a_table_that_is_written_is_read_again(tmp_path_factory, rows, delimiter):
    """Whatever a cell holds, apart from blanks around it; blank rows are no rows."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([("name", "kind"), *rows])
    path = write(tmp_path_factory.mktemp("table"), stream.getvalue())
    table = read_table(path, ["name", "kind"])
    expected = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    assert list(table.itertuples(index=False, name=None)) == expected


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.binary(max_size=80) | st.text(max_size=60).map(str.encode))
def test_random_bytes_are_read_or_refused_but_never_crash(tmp_path_factory, content):
    """Whatever is dropped on the upload field."""
    path = write(tmp_path_factory.mktemp("noise"), b"a,b\n" + content)
    try:
        table = read_table(path, ["a"])
    except InputError as error:
        assert str(error)
    else:
        assert list(table) == ["a"]


def test_numbers_are_finite_and_not_below_the_minimum(tmp_path):
    """nan and inf pass through arithmetic unseen."""
    assert read_number(" 2.5", tmp_path, 2, "hours") == 2.5
    for text in ("", "x", "nan", "inf", "-1"):
        with pytest.raises(InputError, match="row 2, column hours"):
            read_number(text, tmp_path, 2, "hours")
    assert read_number("-1", tmp_path, 2, "weight", minimum=-5) == -1


def test_all_files_are_written_or_none(tmp_path):
    """A plan folder with half of its files would be published by somebody."""
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "folder").mkdir()
    files = {
        tmp_path / "old.csv": "new",
        tmp_path / "new" / "a.bin": b"\1",
        tmp_path / "folder": "x",
    }
    with pytest.raises(InputError, match="folder"):
        write_all(files)
    assert (tmp_path / "old.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "new", "old.csv"]
    del files[tmp_path / "folder"]
    write_all(files)
    assert (tmp_path / "old.csv").read_text() == "new"
    assert (tmp_path / "new" / "a.bin").read_bytes() == b"\1"
    assert len(list(tmp_path.rglob("*"))) == 4


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """The line must say which file, not which temporary one."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"file/plan\.csv: cannot be written"):
        write_all({tmp_path / "file" / "plan.csv": "x"})


def test_files_can_be_read_by_the_team(tmp_path):
    """Temporary files are private by default; a shared folder would hide the plan."""
    write_all({tmp_path / "a": "x"})
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_tables_are_rendered_the_same_on_every_system():
    """Byte-identical plans: line feeds, and fractions of fixed length."""
    table = pd.DataFrame({"share": [1 / 3, float("nan")], "reps": [3, 4], "name": ["a,b", None]})
    assert csv_text(table, {"share": 4}) == 'share,reps,name\n0.3333,3,"a,b"\n,4,\n'
    assert table["share"].iloc[0] == 1 / 3


def test_a_fault_is_one_short_line():
    """Terminals and toasts show one line."""
    message = str(fault("team.csv", "x\ny" * 100, "mend it", row=3, column="kind"))
    assert message.startswith("team.csv, row 3, column kind: found ")
    assert "\n" not in message
    assert len(message) < 140


@pytest.mark.parametrize("year", [1969, 2200, 1, 9999])
def test_years_that_nobody_plans_are_refused_with_their_place(year):
    """A day more than the last of a calendar, or an offset less than its first, is no day."""
    day = date(year, 12, 31)
    with pytest.raises(InputError, match=r"^t\.csv, row 3, column end: found .*from 1970 to 2199$"):
        check_year(day, day.isoformat(), Path("t.csv"), 3, "end")
    for near in (1970, 2199):
        check_year(date(near, 1, 1), "", Path("t.csv"), 3, "end")
