"""The rules of labour: what a planner sets arrives, what nobody could keep is refused."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from data.files import csv_text
from optimizer.labour_rules import UNITS, LabourRules, Proficiency
from optimizer.local_shifts import local_shift
from optimizer.rules import LABOUR_RULES, TEAM_RULES
from optimizer.rules_asked import rules_asked
from optimizer.shift_kinds import kinds_of
from optimizer.staff import Contract, Preference, Team
from optimizer.team_files import read_team
from optimizer.team_table import team_table
from optimizer.tours.labour import WITHOUT_PRICE
from tests.optimizer.roster_cases import ZONE, at, rep, shift
from ui.settings import change_setting, parse_settings

EVERYTHING = """
[labour]
min_consecutive_days = 2
min_days_off = 2
max_days_off = 6
max_weekends = 2
weekend_weeks = 3
whole_weekends = true
night = "22:00-05:00"
max_consecutive_nights = 3
days_off_after_nights = 2
forbidden_successions = [["late", "early"], ["standby", "early"]]
max_standby_per_week = 2
min_days_between_standby = 1

[labour.kinds]
early = "05:00-08:00"
late = "14:00-22:00"

[[labour.proficiency]]
queue = "live"
level = 3

[[labour.proficiency]]
queue = "normal"
level = 2
reps = 2

[labour.prices]
max_weekends = 3
night = 1
"""


def test_every_rule_of_the_file_arrives_and_the_file_can_be_changed():
    """A planner who sets a rule must find it in the roster."""
    text = EVERYTHING.replace("night = 1\n", "whole_weekends = 0.5\n")
    rules = parse_settings(text).labour
    assert (rules.min_consecutive_days, rules.min_days_off, rules.max_days_off) == (2, 2, 6)
    assert (rules.max_weekends, rules.weekend_weeks, rules.whole_weekends) == (2, 3, True)
    assert rules.forbidden_successions == (("late", "early"), ("standby", "early"))
    assert rules.proficiency == (Proficiency("live", 3, 1), Proficiency("normal", 2, 2))
    assert rules.prices == {"max_weekends": 3.0, "whole_weekends": 0.5}
    changed = change_setting(text, ("labour", "max_weekends"), 1)
    assert parse_settings(changed).labour == replace(rules, max_weekends=1)


def test_a_price_of_no_rule_is_refused():
    """A misspelt rule would stay hard without a word."""
    with pytest.raises(InputError, match=r"\[labour\]: prices names 'night'"):
        parse_settings(EVERYTHING)
    with pytest.raises(InputError, match="did you mean max_weekends"):
        parse_settings("[labour.prices]\nmax_weekend = 3")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"min_consecutive_days": 6}, "min_consecutive_days"),
        ({"min_consecutive_days": 0}, "min_consecutive_days"),
        ({"min_days_off": 3, "max_days_off": 2}, "max_days_off"),
        ({"max_weekends": -1}, "max_weekends"),
        ({"weekend_weeks": 0}, "weekend_weeks"),
        ({"night": "late"}, "window of time"),
        ({"max_consecutive_nights": -1}, "max_consecutive_nights"),
        ({"days_off_after_nights": -1}, "days_off_after_nights"),
        ({"kinds": {"night": "22:00-06:00"}}, "built in"),
        ({"kinds": {"early": "dawn"}}, "kinds, early"),
        ({"forbidden_successions": (("late", "early"),)}, "names 'late'"),
        ({"forbidden_successions": (("night",),)}, "give pairs"),
        ({"forbidden_successions": (("night", "standby"),) * 2}, "twice"),
        ({"max_standby_per_week": -1}, "max_standby_per_week"),
        ({"min_days_between_standby": -1}, "min_days_between_standby"),
        ({"prices": {"never": 0.0}}, "above 0"),
        ({"prices": {"never": float("nan")}}, "above 0"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused_by_name(wrong, said):
    """A typing error must not become a roster."""
    with pytest.raises(ValueError, match=said):
        LabourRules(**wrong)


@pytest.mark.parametrize("wrong", [("", 3, 1), ("live", 0, 1), ("live", 6, 1), ("live", 3, 0)])
def test_a_proficiency_names_a_queue_a_level_and_reps(wrong):
    """Levels go from 1 to 5."""
    with pytest.raises(ValueError):
        Proficiency(*wrong)


def test_rules_are_neutral_until_they_are_set():
    """A file of before plans as before."""
    assert not rules_asked(LabourRules(), Team((rep("ann"), rep("bob"))))


def asking():
    """Rules and a team that set each rule once."""
    rules = LabourRules(
        min_consecutive_days=2,
        min_days_off=2,
        max_days_off=4,
        max_weekends=2,
        whole_weekends=True,
        max_consecutive_nights=2,
        days_off_after_nights=1,
        forbidden_successions=(("night", "standby"),),
        max_standby_per_week=1,
        min_days_between_standby=1,
        proficiency=(Proficiency("live", 2),),
    )
    contract = Contract(0, 40, 10, 60, 1, 9)
    team = Team(
        (rep("ann", contract=contract, mentors=("bob",)), rep("bob")),
        preferences=(
            Preference("ann", at(0, 0), at(1, 0), kind="never"),
            Preference("bob", at(0, 9), at(0, 12), kind="must"),
        ),
    )
    return rules, team


def test_every_rule_that_is_set_is_told():
    """A rule that is silently ignored is worse than none."""
    always = {"min_rest_hours", "max_week_hours", "max_consecutive_days"}
    assert rules_asked(*asking()) | always == UNITS.keys() | {"min_period_hours", "min_shifts"}


@pytest.fixture
def write(tmp_path):
    def make(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return make


def test_levels_mentors_and_bounds_of_a_period_are_read_as_meant(write):
    """The columns are a contract with the planner's spreadsheet."""
    path = write(
        "team.csv",
        "rep_id,skills,min_period_hours,max_period_hours,min_shifts,max_shifts,mentors",
        "ann,live:3|normal,20,60.5,2,9,",
        "bob,,,,,,ann|cat",
        "cat,,,,,0,",
    )
    ann, bob, cat = read_team(path).reps
    assert ann.skills == {"live", "normal"}
    assert [ann.level(queue) for queue in ("live", "normal", "other")] == [3, 1, 1]
    assert ann.contract == Contract(0, 40, 20, 60.5, 2, 9)
    assert bob.contract == Contract()
    assert (bob.mentors, ann.mentors) == (("ann", "cat"), ())
    assert cat.contract.max_shifts == 0


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("skills", "live:6"),
        ("skills", "live:x"),
        ("skills", ":3"),
        ("skills", "live:3|live:2"),
        ("min_period_hours", "-1"),
        ("min_period_hours", "61"),
        ("max_period_hours", "inf"),
        ("min_shifts", "1.5"),
        ("max_shifts", "few"),
        ("mentors", "eve"),
        ("mentors", "ann"),
    ],
)
def test_a_rule_of_a_rep_that_cannot_be_used_is_named_with_its_place(write, column, cell):
    """A planner should find the cell without searching."""
    cells = {"rep_id": "ann", "max_period_hours": "60", column: cell}
    path = write("team.csv", ",".join(cells), ",".join(cells.values()))
    with pytest.raises(InputError) as caught:
        read_team(path)
    assert f"{path}, row 2, column {column}: found " in str(caught.value)


def test_preferences_are_wishes_unless_their_kind_says_otherwise(write):
    """Files without the column are read as before."""
    team = write("team.csv", "rep_id", "ann")
    path = write(
        "preferences.csv",
        "rep_id,start,end,weight,kind",
        "ann,2026-03-02,,-2,",
        "ann,2026-03-03,,,never",
        "ann,2026-03-04T09:00,2026-03-04T12:00,,must",
        "ann,2026-03-05,,1,wish",
    )
    wishes = read_team(team, None, path).preferences
    assert [one.kind for one in wishes] == ["wish", "never", "must", "wish"]
    assert [one.weight for one in wishes] == [-2, 0, 0, 1]
    for line, column in (
        ("ann,2026-03-02,,1,always", "kind"),
        ("ann,2026-03-02,,1,never", "weight"),
        ("ann,2026-03-02,,,wish", "weight"),
    ):
        wrong = write("wrong.csv", "rep_id,start,end,weight,kind", line)
        with pytest.raises(InputError, match=f"row 2, column {column}"):
            read_team(team, None, wrong)


names = st.lists(st.sampled_from(["live", "normal", "mail"]), unique=True)


@given(names, st.integers(0, 5), st.integers(0, 40), st.none() | st.integers(40, 99))
def test_a_team_file_is_read_as_it_was_written(tmp_path_factory, queues, level, least, most):
    """A plan keeps its team, and plans again from it."""
    ann = rep(
        "ann",
        skills=frozenset(queues),
        levels=tuple((queue, level) for queue in sorted(queues) if level),
        contract=Contract(0, 40, float(least), most and float(most), least, most),
        employed_from=date(2026, 3, 2),
    )
    team = Team((ann, rep("bob", mentors=("ann",))))
    path = tmp_path_factory.mktemp("team") / "team.csv"
    path.write_text(csv_text(team_table(team)), encoding="utf-8")
    assert read_team(path) == team


def test_a_team_without_rules_is_written_without_their_columns():
    """Nobody should meet columns that they do not use."""
    assert list(team_table(Team((rep("ann"),))).columns)[-1] == "until"


@pytest.mark.parametrize(
    ("start", "end", "kinds"),
    [
        (22, 25, {"night"}),
        (22, 24.5, set()),
        (4, 8, {"night"}),
        (4.5, 8, set()),
        (5, 13, {"early"}),
        (8, 16, set()),
        (23, 26, {"night", "owl"}),
        (1, 4, {"night", "owl"}),
        (2, 4, {"night"}),
    ],
)
def test_kinds_go_by_the_local_start_and_two_hours_of_night(start, end, kinds):
    """A window's end belongs to what follows it; midnight lies within a window past it."""
    rules = LabourRules(kinds={"early": "05:00-08:00", "owl": "23:00-02:00"})
    assert kinds_of(local_shift(shift(1, start, end), ZONE), rules) == kinds
    standby = local_shift(shift(1, start, end, role="on_call"), ZONE)
    assert kinds_of(standby, rules) == kinds | {"standby"}


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)])
def test_two_hours_of_a_night_are_two_hours_by_the_wall_clock(monday):
    """On Sunday the clocks change before 02:00; from 00:00 the wall shows two hours still."""
    early = local_shift(shift(6, 0, 2, monday=monday), ZONE)
    assert early.shift.hours in (1, 3)
    assert kinds_of(early, LabourRules()) == {"night"}


PAGE = (Path(__file__).parents[2] / "docs" / "labour_rules.md").read_text(encoding="utf-8")


def test_the_settings_that_the_page_shows_are_settings():
    """An example that is refused teaches that the tool does not work."""
    (example,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)
    rules = parse_settings(example).labour
    assert rules.prices == {"whole_weekends": 4, "min_days_off": 2}
    assert rules_asked(rules, Team((rep("ann"),))) >= {"proficiency", "max_weekends"}


def test_the_page_has_a_row_for_every_rule():
    """Whoever sets a price looks its unit up there."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    for name in (*UNITS, "min_period_hours", "min_shifts"):
        assert any(f"`{name}`" in row or f"labour.{name}]" in row for row in rows), name


def test_the_page_says_which_prices_whole_tours_weigh():
    """What is refused should be known before it is set."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    for name in UNITS:
        (chosen,) = {
            row[5].strip() for row in rows if f"`{name}`" in row[1] or f"labour.{name}]" in row[1]
        }
        assert chosen == ("hard" if name in WITHOUT_PRICE else "hard, soft"), name


def test_every_rule_is_kept_where_shifts_are_given():
    """Nothing that can be set is left out there."""
    kept = {*LABOUR_RULES, *TEAM_RULES, "min_period_hours", "min_shifts"}
    assert rules_asked(*asking()) <= kept
