"""Instances of the competition are read as they are written, and faults are named with the line."""

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.files import read_text
from optimizer.inrc.answer import read_instance, recognises
from optimizer.inrc.instance import FREE, EntryKind, Limit, PatternEntry, RequestKind
from optimizer.instances.answer import answer_instance
from optimizer.solver import SolverSettings
from tests.optimizer.inrc.wards import TXT, XML

PATH = Path("ward.xml")


def test_every_element_arrives_where_it_belongs():
    """Known values: each price of the sample is another, so that none can take another's place."""
    ward = read_instance(XML, PATH)
    assert (ward.instance_id, ward.first_day, ward.days) == ("ward", date(2010, 1, 1), 5)
    assert ward.skills == ("Nurse", "Head")
    early, night = ward.shifts
    assert (early.shift_id, early.starts, early.ends) == ("E", time(6, 30), time(14, 30))
    assert not early.is_night
    assert night.is_night
    assert night.skills == {"Head"}
    contract = ward.employees[0].contract
    assert contract.weekend == (4, 5, 6)
    assert contract.most_shifts == Limit(4, 2)
    assert contract.fewest_shifts == Limit(2, 3)
    assert contract.most_days == Limit(3, 4)
    assert contract.fewest_days == Limit(2, 5)
    assert contract.most_free == Limit(2, 6)
    assert contract.fewest_free is None, "off"
    assert contract.most_weekends == Limit(1, 8)
    assert contract.fewest_weekends is None, "weighs nothing"
    assert contract.most_weekends_of_four == Limit(2, 9)
    assert contract.complete_weekends == 10
    assert contract.same_shift_weekends == 11
    assert contract.night_before_free_weekend == 12
    assert contract.free_after_nights == 13
    assert contract.alternative_skill == 14
    assert [pattern.weight for pattern in contract.patterns] == [3, 2]
    assert contract.patterns[0].entries == (
        PatternEntry(EntryKind.SHIFT, 1),
        PatternEntry(EntryKind.SHIFT, 0),
    ), "in the order of their indices"
    assert contract.patterns[1].entries[0] == PatternEntry(EntryKind.NONE, FREE, 4)
    assert contract.patterns[1].is_free_before_work
    assert ward.employees[1].contract.weekend == (5, 6), "when not stated"
    assert ward.employees[1].contract.complete_weekends == 0, "false"
    assert [person.employee_id for person in ward.employees] == ["7", "3"]


def test_cover_of_a_date_goes_before_that_of_its_weekday():
    """Friday calls for two at night, but the first of January for one."""
    ward = read_instance(XML, PATH)
    assert ward.cover == ((1, 1), (1, 0), (0, 0), (0, 0), (0, 0))


def test_requests_name_people_days_and_shifts_by_number():
    """The first employee of the file is number 0, whatever the name."""
    ward = read_instance(XML, PATH)
    found = [(r.kind, r.employee, r.day, r.shift, r.weight) for r in ward.requests]
    assert found == [
        (RequestKind.DAY_OFF, 0, 1, FREE, 1),
        (RequestKind.DAY_ON, 1, 0, FREE, 2),
        (RequestKind.SHIFT_OFF, 1, 4, 1, 3),
        (RequestKind.SHIFT_ON, 0, 0, 0, 4),
    ]


def test_both_formats_say_the_same():
    """The text form of a ward is the same instance as its XML form."""
    assert read_instance(TXT, PATH) == read_instance(XML, PATH)


def test_the_formats_are_told_apart_by_the_text_alone():
    """A stranger's file has any name."""
    assert recognises(XML)
    assert recognises(TXT)
    assert not recognises("SECTION_HORIZON\n14\n")
    assert not recognises("<Roster></Roster>")
    assert not recognises("")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<ContractID>none<", "<ContractID>half<", "row 60, column ContractID: found 'half'"),
        (
            "<Date>2010-01-05<",
            "<Date>2010-01-06<",
            "column Date: found '2010-01-06'; name a day from",
        ),
        ("<Date>2010-01-05<", "<Date>tomorrow<", "give a date"),
        ("<EndDate>2010-01-05", "<EndDate>2009-12-31", "end on or after the first day"),
        ("<EndDate>2010-01-05", "<EndDate>2030-12-31", "plan at most"),
        ("<ShiftTypeID>N<", "<ShiftTypeID>X<", "name a shift type of the file"),
        (
            "<Skill>Head</Skill></Skills></Employee>",
            "<Skill>X</Skill></Skills></Employee>",
            "skill",
        ),
        ('weight="2">4<', 'weight="-2">4<', "found '-2'; give a whole number"),
        ('weight="2">4<', 'weight="2">four<', "column MaxNumAssignments: found 'four'"),
        ('on="0" weight="7"', 'on="maybe" weight="7"', "give 1 or true"),
        (">FridaySaturdaySunday<", ">Sunday<", "name a weekend"),
        ("<Day>Saturday</Day><Cover>", "<Day>Someday</Day><Cover>", "name a day of the week"),
        ("06:30:00</StartTime>", "dawn</StartTime>", "give a time of the day"),
        ("<Pattern>1</Pattern>", "<Pattern>9</Pattern>", "name a pattern of the file"),
        ('<Employee ID="3">', '<Employee ID="7">', "another employee is called so"),
        ("<EmployeeID>7</EmployeeID>", "", "state EmployeeID in DayOff"),
        ("<Description>no rules", "<MaxNights>1</MaxNights><Description>", "no such rule is known"),
        ("</SchedulingPeriod>", "", "mend the XML"),
        ("  <Patterns>", "  <Paterns/><Patterns>", "row 17, column Paterns: found '<Paterns>'"),
        ("<Preferred>1<", "<Minimum>1</Minimum><Preferred>1<", "Preferred, Shift, Skill in Cover"),
        ("<Day>Saturday</Day><Cover>", "<Day>Friday</Day><Cover>", "on a day once"),
        ("<Shift>N</Shift><Preferred>2<", "<Shift>E</Shift><Preferred>2<", "on a day once"),
        ("<Skills><Skill>Nurse</Skill><Skill>Head</Skill></Skills>", "", "the file: it has none"),
    ],
)
def test_a_fault_is_named_with_its_line_and_element(old, new, words):
    """Whoever wrote the file is told where to mend it."""
    assert old in XML
    with pytest.raises(InputError, match=r"ward\.xml") as error:
        read_instance(XML.replace(old, new, 1), PATH)
    assert words in str(error.value)


def test_a_document_type_is_refused_before_anything_is_expanded():
    """Entities that multiply, or that name files, never come to be."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    text = XML.replace("<SchedulingPeriod", f"{bomb}<SchedulingPeriod").replace(">ward<", ">&b;<")
    assert recognises(text)
    with pytest.raises(InputError, match="neither document types nor entities"):
        read_instance(text, PATH)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("7, 7, full", "7, 7, half", "column EMPLOYEES: found 'half'"),
        ("(1|2|4)", "(1|2)", "give 3 numbers"),
        ("Friday, E, 1", "Friday, E", "give at least 3"),
        ("(N|Any)", "(N)", "give entries as in (L|Any)"),
        ("ward, 2010-01-01", "2010-01-01", "SCHEDULING_PERIOD"),
        ("DAY_OF_WEEK_COVER = 3", "DAY_OF_WEEK_COVER = 5", "'3 rows where 5 are announced'"),
        ("Saturday, E, 1;\n", "", "row 37, column DAY_OF_WEEK_COVER: found '2 rows where 3"),
        ("Saturday, E, 1", "Friday, E, 1", "row 41, column DAY_OF_WEEK_COVER: found 'E'; state"),
        ("DAY_OFF_REQUESTS = 1", "DAY_OF_REQUESTS = 1", "found 'DAY_OF_REQUESTS'; name a section"),
        ("DAY_ON_REQUESTS = 1", "DAY_OFF_REQUESTS = 1", "put all rows of a section together"),
        ("0, 3, 2 (N|Any)", "0, 3, 3 (N|Any)", "begin with how many follow"),
    ],
)
def test_faults_of_the_text_form_name_line_and_section(old, new, words):
    """As for the XML form."""
    with pytest.raises(InputError, match=r"ward\.xml, row \d+") as error:
        read_instance(TXT.replace(old, new, 1), PATH)
    assert words in str(error.value)


@pytest.mark.parametrize("section", ["DAY_OF_WEEK_COVER", "SHIFT_ON_REQUESTS"])
def test_a_text_that_ends_between_two_sections_is_refused(section):
    """A download that broke off would read as a ward that calls for nobody, or has no wishes."""
    whole = TXT[: TXT.index(section)]
    with pytest.raises(InputError, match=rf"{section}: found 'no such section'; add it"):
        read_instance(whole, PATH)


@pytest.mark.parametrize("text", [XML, TXT])
def test_line_ends_trailing_blanks_and_a_byte_order_mark_change_nothing(tmp_path, text):
    """What editors of other systems do to a file is not seen."""
    path = tmp_path / "ward"
    path.write_bytes(("\ufeff" + text.replace("\n", "  \r\n")).encode())
    assert read_instance(read_text(path), PATH) == read_instance(text, PATH)


@given(
    st.sampled_from([XML, TXT]),
    st.integers(0, len(XML)),
    st.integers(0, 12),
    st.text(st.sampled_from(' <>/"|,;0149EN&-\n'), max_size=6),
)
def test_a_damaged_file_is_read_or_refused_in_words(text, place, gone, put):
    """Nothing but an InputError comes of any damage."""
    damaged = text[:place] + put + text[place + gone :]
    try:
        ward = read_instance(damaged, PATH)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert len(ward.cover) == ward.days


def test_a_contract_that_takes_longer_than_anybody_waits_is_refused(tmp_path):
    """Runs of most of a year, in a year: one line within seconds, not a search past its limit."""
    text = XML.replace("<EndDate>2010-01-05", "<EndDate>2010-12-31")
    for tag, most in (("MaxConsecutiveWorkingDays", 3), ("MaxConsecutiveFreeDays", 2)):
        line = next(each for each in text.splitlines() if f"<{tag}" in each)
        text = text.replace(line, line.replace(f">{most}<", ">340<"))
    path = tmp_path / "year.xml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"year\.xml, column Contract: found 'full: over"):
        answer_instance(path, SolverSettings(1.0, gap=0.0))


def test_an_instance_goes_from_file_to_judged_duties(tmp_path):
    """The duties are those that the made-up ward calls for, by the names of the file."""
    path = tmp_path / "anything"
    path.write_text(XML)
    made = answer_instance(path, SolverSettings(20.0, gap=0.0))
    assert made.report.status == "OPTIMAL"
    assert made.report.objective == made.report.bound == sum(made.penalties.values())
    assert sorted((day, shift) for _, day, shift in made.duties) == [(0, "E"), (0, "N"), (1, "E")]
    assert {person for person, _, _ in made.duties} <= {"7", "3"}
    assert made.broken == ()
