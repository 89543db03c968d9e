"""The reader of Curtois and Qu's format takes what the format says, and refuses with the line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from optimizer.instances.curtois_qu import is_curtois_qu, parse_instance, read_instance
from optimizer.instances.instance import Cover
from tests.optimizer.instances.toys import TWO_WEEKS

HERE = Path("made_up.txt")


def test_everything_that_a_file_states_is_read(tmp_path):
    """Names, numbers and sections mean what the comments of the format say, CRLF or not."""
    path = tmp_path / "instance.txt"
    path.write_bytes(TWO_WEEKS.replace("\n", "\r\n").encode())
    instance = read_instance(path)
    assert instance.days == 14
    assert [(shift.name, shift.minutes) for shift in instance.shifts] == [("E", 480), ("L", 600)]
    assert instance.shifts[1].not_before == {"E"}
    ann, bob, cem = instance.employees
    assert ann.most_shifts == {"E": 14, "L": 2}
    assert (ann.most_minutes, ann.least_minutes) == (4800, 2400)
    assert (cem.most_in_a_row, cem.least_in_a_row) == (4, 1)
    assert (bob.least_off_in_a_row, bob.most_weekends) == (2, 1)
    assert bob.days_off == {0, 9}
    assert instance.on_requests == {("Ann", 1, "E"): 2, ("Bob", 4, "L"): 3}
    assert instance.off_requests == {("Cem", 5, "L"): 1}
    assert instance.cover[5, "E"] == Cover(2, 100, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("E,480,", "E,48x,", "row 7: found '48x'"),
        ("L,600,E", "L,600,X", "row 8: found 'X'; name a shift of this section"),
        ("L,600,E", "E,600,", "give each shift a name of its own"),
        ("L,600,E", "L,600", "found '2 cells'"),
        ("Ann,3", "Ann,14", "row 16: found '14'; give the day"),
        ("Ann,3", "Eve,3", "row 16: found 'Eve'; name an employee"),
        ("E=14|L=2", "E=14|L", "write MaxShifts as SHIFT=COUNT"),
        ("4800,2400,5,2,2,1\nBob", "4800,4801,5,2,2,1\nBob", "MinTotalMinutes, at most"),
        ("Bob,E=14", "Ann,E=14", "give each employee a name of their own"),
        ("SECTION_COVER", "SECTION_CVOER", "write one of SECTION_HORIZON"),
        ("SECTION_COVER", "SECTION_STAFF", "put all lines of a section together"),
        ("9,L,1,100,1", "5,E,1,100,1", "state a day's cover of a shift once"),
        ("Bob,4,L,3", "Ann,1,E,3", "state a request once"),
        ("\n14\n", "\n0\n", "the horizon in days"),
        ("\n14\n", "\n\n", "found 'L'"),
        ("SECTION_HORIZON", "14\nSECTION_HORIZON", "begin with SECTION_HORIZON"),
        ("E,480,", "E,480,  # early", "row 7: found '# early'; name a shift of this section"),
        ("0,E,1,100,1", "0,E,20000,100,1", "the requirement as a whole number from 0 to 10000"),
        ("0,E,1,100,1", "0,E,1,2000000,1", "the weight for under as a whole number from 0 to"),
        ("Bob,4,L,3", "Bob,4,L," + "3" * 1_000_000, "row 21: found '3333"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(old, new, words):
    """A person can mend the file only when told where and how."""
    assert old in TWO_WEEKS
    text = TWO_WEEKS.replace(old, new, 1)
    if old == "\n14\n" and new == "\n\n":
        text = text.replace("SECTION_SHIFTS\nE,480,\nL,600,E\n", "")
        words = "found 'E'; name a shift"
    with pytest.raises(InputError, match=r"^made_up\.txt") as caught:
        parse_instance(text, HERE)
    assert words in str(caught.value)


def test_a_file_without_people_is_refused():
    """A file that ends early is no instance."""
    with pytest.raises(InputError, match="add SECTION_STAFF"):
        parse_instance("SECTION_HORIZON\n14\nSECTION_SHIFTS\nE,480,\n", HERE)


def test_line_ends_blanks_comments_and_a_byte_order_mark_change_nothing(tmp_path):
    """What editors of other systems do to a file is not seen."""
    path = tmp_path / "instance.txt"
    path.write_bytes(("\ufeff" + TWO_WEEKS.replace("\n", " \t\r\n\r\n# a, note\r\n")).encode())
    assert read_instance(path) == parse_instance(TWO_WEEKS, HERE)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    """No text ends in anything but an instance or a fault that names the file."""
    try:
        parse_instance(text, HERE)
    except InputError as error:
        assert str(error).startswith("made_up.txt")


@given(
    st.integers(0, len(TWO_WEEKS) - 1),
    st.integers(0, 8),
    st.text("0159,|=-# \nELAnSECTION_", max_size=8),
)
def test_any_slip_of_the_pen_is_read_or_refused(place, length, typed):
    """Also a file that is nearly right ends in an instance or a fault that names the file."""
    text = TWO_WEEKS[:place] + typed + TWO_WEEKS[place + length :]
    try:
        instance = parse_instance(text, HERE)
    except InputError as error:
        assert str(error).startswith("made_up.txt")
    else:
        assert instance.days > 0
        assert instance.shifts
        assert instance.employees


def test_the_format_is_known_by_its_first_section():
    """Files of other formats are left to other readers."""
    assert is_curtois_qu(TWO_WEEKS)
    assert not is_curtois_qu("<SchedulingPeriod/>")
    assert not is_curtois_qu("# nothing else")
