"""The team's files: what a planner writes is read as meant, or refused with its place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.week import WeeklyHours
from optimizer.staff import Contract
from optimizer.team_files import read_team

HEADER = "rep_id,name,email,timezone,site,skills,min_hours,max_hours,available,on_call,from,until"
ANN = (
    "ann,Ann B.,ann@example.com,Europe/Dublin,dublin,live|normal,30,38.5,"
    "Mon-Fri 07:00-19:00; Sat 09:00-13:00,no,2025-01-01,2026-12-31"
)


@pytest.fixture
def write(tmp_path):
    def make(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return make


@pytest.fixture
def team(write):
    return write("team.csv", HEADER, ANN, "bob,,,Australia/Sydney,,,,,,yes,,")


def test_every_column_of_a_team_is_read_as_it_is_meant(team):
    """The columns are a contract with the planner's spreadsheet."""
    ann, bob = read_team(team).reps
    assert (ann.rep_id, ann.name, ann.email) == ("ann", "Ann B.", "ann@example.com")
    assert (ann.timezone, ann.site) == ("Europe/Dublin", "dublin")
    assert ann.skills == {"live", "normal"}
    assert ann.contract == Contract(30, 38.5)
    assert ann.available == WeeklyHours.from_text("Mon-Fri 07:00-19:00; Sat 09:00-13:00")
    assert ann.on_call is False
    assert (ann.employed_from, ann.employed_until) == (date(2025, 1, 1), date(2026, 12, 31))
    assert (bob.name, bob.skills, bob.contract) == ("bob", frozenset(), Contract())
    assert bob.available == WeeklyHours.always()
    assert bob.on_call is True


def test_a_list_of_names_is_a_team(write):
    """The first plan should need no more than who there is."""
    (rep,) = read_team(write("team.csv", "rep_id", "ann"), timezone="America/Chicago").reps
    assert (rep.name, rep.timezone, rep.on_call) == ("ann", "America/Chicago", True)


@pytest.mark.parametrize(("text", "expected"), [("YES", True), ("1", True), ("False", False)])
def test_yes_and_no_are_read_in_every_usual_spelling(write, text, expected):
    """Spreadsheets write TRUE, people write yes."""
    (rep,) = read_team(write("team.csv", "rep_id,on_call", f"ann,{text}")).reps
    assert rep.on_call is expected


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("rep_id", ""),
        ("timezone", "Europe/Dublln"),
        ("min_hours", "many"),
        ("min_hours", "41"),
        ("min_hours", "-1"),
        ("max_hours", "169"),
        ("max_hours", "inf"),
        ("max_hours", "nan"),
        ("available", "Mon-Fri seven to nine"),
        ("available", "Mon-Fry 07:00-19:00"),
        ("on_call", "maybe"),
        ("from", "01.02.2026"),
        ("until", "2024-12-31"),
        ("until", "0001-01-01"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_with_file_row_and_column(write, column, cell):
    """A planner should find the cell without searching."""
    names = HEADER.split(",")
    cells = ANN.split(",")
    cells[0] = "eve"
    cells[names.index("max_hours")] = "40"
    cells[names.index(column)] = cell
    path = write("team.csv", HEADER, ANN, ",".join(cells))
    with pytest.raises(InputError) as caught:
        read_team(path)
    assert f"{path}, row 3, column {column}: found {cell!r};" in str(caught.value)


def test_a_repeated_rep_is_refused_at_the_second_row(write):
    """Two rows for one rep would give two contracts."""
    with pytest.raises(InputError, match=r"row 3, column rep_id: found 'ann'"):
        read_team(write("team.csv", "rep_id", "ann", "ann"))


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("skils", "skills"),
        ("Skills", "skills"),
        ("max hours", "max_hours"),
        ("oncall", "on_call"),
        ("untill", "until"),
        ("availability", "available"),
    ],
)
def test_a_misspelt_column_is_refused_with_the_name_that_was_meant(write, found, meant):
    """Unread, it would give every rep all queues, all hours or all days."""
    path = write("team.csv", f"rep_id,{found}", "ann,yes")
    with pytest.raises(InputError) as caught:
        read_team(path)
    assert f"{path}, row 1: found the column {found!r}" in str(caught.value)
    assert f"did you mean {meant}?" in str(caught.value)


def test_columns_of_other_names_are_left_alone(write):
    """A planner's sheet holds more than is read, also beside a column that it resembles."""
    path = write("team.csv", "rep_id,phone,notes,name,names,title", "ann,1,2,Ann,4,5")
    (rep,) = read_team(path).reps
    assert rep.name == "Ann"


def test_a_misspelt_column_of_absences_is_refused(team, write):
    """What an absence is for would otherwise be lost."""
    away = write("absences.csv", "rep_id,start,end,kinds", "ann,2026-12-24,,holiday")
    with pytest.raises(InputError, match=r"absences\.csv, row 1: .*did you mean kind\?"):
        read_team(team, away)


def test_a_team_without_reps_is_refused(write):
    """An empty team is a wrong file."""
    with pytest.raises(InputError, match="no reps"):
        read_team(write("team.csv", HEADER))


def test_whole_days_are_local_days_of_the_rep_and_the_last_is_included(team, write):
    """Holidays are written as first and last day, and end when the rep's last day ends."""
    away = write("absences.csv", "rep_id,start,end,kind", "bob,2026-12-24,2026-12-26,holiday")
    (absence,) = read_team(team, away).absences
    assert absence.kind == "holiday"
    sydney = ZoneInfo("Australia/Sydney")
    assert absence.start == datetime(2026, 12, 24, tzinfo=sydney)
    assert absence.end == datetime(2026, 12, 27, tzinfo=sydney)


def test_an_empty_end_is_the_day_of_the_start(team, write):
    """A day off is one cell."""
    away = write("absences.csv", "rep_id,start,end,kind", "ann,2026-12-24,,")
    (absence,) = read_team(team, away).absences
    assert absence.end - absence.start == timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-29", "Europe/Dublin", 23), ("2026-10-25", "Europe/Dublin", 25),
        ("2026-03-08", "America/Chicago", 23), ("2026-11-01", "America/Chicago", 25),
        ("2026-10-04", "Australia/Sydney", 23), ("2026-04-05", "Australia/Sydney", 25),
    ],
)  # fmt: skip
def test_a_day_away_is_as_long_as_the_clocks_make_it(write, day, zone, hours):
    """A day of a clock change has 23 or 25 hours."""
    team = write("team.csv", "rep_id,timezone", f"ann,{zone}")
    away = write("absences.csv", "rep_id,start,end,kind", f"ann,{day},{day},")
    (absence,) = read_team(team, away).absences
    assert absence.end - absence.start == timedelta(hours=hours)


def test_times_of_day_are_the_reps_unless_they_bring_an_offset(team, write):
    """A dentist at 13:00 is at 13:00 where the rep lives."""
    wishes = write(
        "preferences.csv",
        "rep_id,start,end,weight",
        "ann,2026-07-01T13:00,2026-07-01 15:00,-2",
        "ann,2026-07-01T13:00+00:00,2026-07-01T15:00Z,1.5",
    )
    local, offset = read_team(team, None, wishes).preferences
    assert local.start == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert local.end == datetime(2026, 7, 1, 14, tzinfo=UTC)
    assert (local.weight, offset.weight) == (-2.0, 1.5)
    assert offset.start == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert offset.end == datetime(2026, 7, 1, 15, tzinfo=UTC)


def test_a_repeated_hour_is_away_in_full(team, write):
    """From 01:30 to 01:30 in the night that has it twice is an hour, not nothing."""
    away = write(
        "absences.csv", "rep_id,start,end,kind", "ann,2026-10-25T01:30,2026-10-25T01:30,"
    )  # fmt: skip
    (absence,) = read_team(team, away).absences
    assert absence.end - absence.start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("eve,2026-12-24,2026-12-25,", "rep_id"),
        ("ann,,2026-12-25,", "start"),
        ("ann,24/12/2026,2026-12-25,", "start"),
        ("ann,2026-12-24T09:00,,", "end"),
        ("ann,2026-12-24,2026-12-23,", "end"),
        ("ann,2026-12-24T09:00,2026-12-24T09:00,", "end"),
        ("ann,2026-12-24T25:00,2026-12-26,", "start"),
        ("ann,2026-12-24,9999-12-31,", "end"),
    ],
)
def test_an_absence_that_cannot_be_used_is_named_with_its_place(team, write, row, column):
    """An absence that is silently dropped puts somebody on a shift who is away."""
    away = write("absences.csv", "rep_id,start,end,kind", "ann,2026-01-01,2026-01-01,", row)
    with pytest.raises(InputError, match=rf"absences.csv, row 3, column {column}: "):
        read_team(team, away)


@pytest.mark.parametrize("weight", ["", "much", "nan", "inf", "-inf", "2e6", "-2e6"])
def test_a_weight_is_a_finite_number_of_moderate_size(team, write, weight):
    """One infinite wish would drown all others."""
    wishes = write("preferences.csv", "rep_id,start,end,weight", f"ann,2026-01-01,,{weight}")
    with pytest.raises(InputError, match="row 2, column weight"):
        read_team(team, None, wishes)


cells = st.text(
    alphabet=st.sampled_from("abMonFri0123456789-:;|. TZ+\u00e9"), max_size=20
) | st.sampled_from(
    ["2026-03-29", "2026-10-25T01:30", "Mon-Fri 07:00-19:00", "Europe/Dublin", "yes", "40"]
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(cells, min_size=12, max_size=12), min_size=1, max_size=3))
def test_any_team_file_is_read_or_refused_in_one_line(tmp_path_factory, rows):
    """Whatever a spreadsheet holds, the planner sees a team or one line that says the mend."""
    path = tmp_path_factory.mktemp("any") / "team.csv"
    path.write_text("\n".join([HEADER, *(",".join(row) for row in rows)]), encoding="utf-8")
    try:
        team = read_team(path)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert len(team.reps) <= len(rows)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cells, cells)
def test_any_absence_is_read_or_refused_in_one_line(tmp_path_factory, start, end):
    """An absence that is read ends after it starts."""
    folder = tmp_path_factory.mktemp("any")
    (folder / "team.csv").write_text("rep_id,timezone\nann,Europe/Dublin\n", encoding="utf-8")
    (folder / "absences.csv").write_text(
        f"rep_id,start,end,kind\nann,{start},{end},\n", encoding="utf-8"
    )
    try:
        (absence,) = read_team(folder / "team.csv", folder / "absences.csv").absences
    except InputError as error:
        assert "row 2" in str(error)
    else:
        assert absence.start < absence.end
