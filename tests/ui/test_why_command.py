"""What a planner is told of a roster, from its files alone."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS
from ui.plan_folder import write_plan

TEAM = """rep_id,name,timezone,skills,min_hours,max_hours,available
ann,Ann,Europe/Dublin,live,0,40,
ben,Ben,Europe/Dublin,live,16,40,
cleo,Cleo,Europe/Dublin,mail,0,40,
"""
SHIFTS = """queue,site,start,end,role,reps
live,,2026-03-02T15:00:00+00:00,2026-03-02T23:00:00+00:00,primary,1
live,,2026-03-03T08:00:00+00:00,2026-03-03T16:00:00+00:00,primary,1
live,,2026-03-04T08:00:00+00:00,2026-03-04T16:00:00+00:00,primary,1
"""
ROSTER = """rep_id,queue,role,start,end,locked
ann,live,primary,2026-03-02T15:00:00+00:00,2026-03-02T23:00:00+00:00,yes
ben,live,primary,2026-03-04T08:00:00+00:00,2026-03-04T16:00:00+00:00,no
"""
ABSENCES = "rep_id,start,end,kind\nben,2026-03-03,2026-03-03,leave\n"


@pytest.fixture
def named(tmp_path, monkeypatch):
    """A roster in which Tuesday lacks somebody, with all that is beside it."""
    for name, text in (
        ("staffcast.toml", SETTINGS), ("team.csv", TEAM), ("shifts.csv", SHIFTS),
        ("roster.csv", ROSTER), ("absences.csv", ABSENCES),
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return "roster.csv"


def test_who_has_a_shift_is_told_why(staffcast, named):
    """Hours that it covers, what would be missing, and who else could."""
    ended = staffcast("why", named, "--rep", "ben", "--shift", "2026-03-04T08:00")
    assert ended.status == 0, ended.err
    assert "Ben: live Wed 04 Mar 08:00–16:00" in ended.out
    assert "without Ben 8 rep-hours would be missing" in ended.out
    assert "- Wed 04 Mar 08:00–16:00: 1 missing instead of 0" in ended.out
    assert "Next best: Ann, costs nothing." in ended.out
    assert "1 kept out by a rule: 1 without the skill." in ended.out


def test_who_does_not_have_a_shift_is_told_every_rule_in_the_way(staffcast, named):
    """In words, and with the lock that stands behind the rest."""
    ended = staffcast("why", named, "--rep", "ann", "--shift", "2026-03-03T08:00+00:00")
    assert ended.status == 0, ended.err
    assert "Ann cannot take live Tue 03 Mar 08:00–16:00: 1 rule stands in the way." in ended.out
    assert "- rest: 9 h of 11 h after the shift that ends Mon 02 Mar 23:00" in ended.out
    assert "- Ann: lock: has live Mon 02 Mar 15:00–23:00" in ended.out


def test_what_lacks_reps_is_told_with_the_least_to_give_up(staffcast, named):
    """The rest of one, the leave of the other, the skill of the third; any of them would do."""
    ended = staffcast("why", named, "--unfilled", "--absences", "absences.csv")
    assert ended.status == 0, ended.err
    assert "live Tue 03 Mar 08:00–16:00 lacks 1 rep." in ended.out
    assert "in the way, and no fewer, whatever else changes:" in ended.out
    assert "- skill: 1 rep lacks live (giving it up alone brings 8 h)" in ended.out
    assert "- Ben: absence: leave from Tue 03 Mar 00:00 to Wed 04 Mar 00:00" in ended.out
    assert "The least to give up:" in ended.out


def test_a_shift_alone_tells_of_all_who_have_it(staffcast, named):
    """Without a rep the question is about the shift."""
    ended = staffcast("why", named, "--shift", "2026-03-02T15:00")
    assert "It is locked: a person fixed it." in ended.out
    ended = staffcast("why", named, "--shift", "2026-03-03T08:00")
    assert "lacks 1 rep" in ended.out


def test_the_weeks_before_count_where_they_are_named(staffcast, named, tmp_path):
    """Who worked late on Sunday rests on Monday, too; without the file nobody knows."""
    late = "ben,live,primary,2026-03-01T15:00:00+00:00,2026-03-01T23:30:00+00:00,no\n"
    (tmp_path / "last.csv").write_text(ROSTER.splitlines()[0] + "\n" + late)
    early = SHIFTS.replace(
        "2026-03-02T15:00:00+00:00,2026-03-02T23", "2026-03-02T08:00:00+00:00,2026-03-02T16"
    )
    (tmp_path / "shifts.csv").write_text(early)
    (tmp_path / named).write_text(ROSTER.splitlines()[0] + "\n" + ROSTER.splitlines()[2] + "\n")
    words = ("why", named, "--rep", "ben", "--shift", "2026-03-02T08:00")
    assert "No rule keeps Ben" in staffcast(*words).out
    ended = staffcast(*words, "--history", "last.csv")
    assert ended.status == 0, ended.err
    assert "- rest: 8.5 h of 11 h after the shift that ends Sun 01 Mar 23:30" in ended.out


def table(path):
    return pd.read_csv(path, keep_default_na=False, dtype=str)


def test_the_answer_is_a_file_too_rule_by_rule(staffcast, named, tmp_path):
    """A sheet can sort by what giving a rule up brings, and says what the lines say."""
    words = ("why", named, "--unfilled", "--absences", "absences.csv", "--top", 1)
    told = staffcast(*words).out
    ended = staffcast(*words, "--out", "why.csv")
    assert ended.status == 0, ended.err
    assert ended.out == told + "Written: why.csv\n"
    found = table(tmp_path / "why.csv")
    assert set(found["question"]) == {"unfilled"}
    assert set(found["asked"]) == {"live Tue 03 Mar 08:00–16:00 lacks 1 rep"}
    assert set(found["start"]) == {"2026-03-03T08:00:00+00:00"}
    assert found["part"].tolist() == ["answer"] + 4 * ["rule"] + 3 * ["way_out"]
    assert found["rank"].tolist() == ["1", "1", "2", "3", "4", "1", "2", "3"]
    rules = found[found["part"] == "rule"]
    assert set(rules["rule"] + " " + rules["of_rep"]) == {
        "skills ", "rest ann", "absence ben", "lock ann"
    }  # fmt: skip
    assert set(rules["hours"]) == {"8.0"}
    assert all(words in told for words in found["words"])


def test_who_else_could_is_ranked_in_the_file(staffcast, named, tmp_path):
    """Whom no rule keeps out comes first, with the cost; the others with the rule."""
    ended = staffcast("why", named, "--shift", "2026-03-04T08:00", "--out", "why.csv")
    assert ended.status == 0, ended.err
    found = table(tmp_path / "why.csv")
    shown = found[["question", "rep_id", "part", "rank", "rule", "of_rep", "hours", "words"]]
    covers = "Covers 8 h of the requirement; without Ben 8 rep-hours would be missing"
    assert shown.to_numpy().tolist() == [
        ["why", "ben", "answer", "1", "", "", "8.0", covers],
        ["why", "ben", "substitute", "1", "", "ann", "", "costs nothing"],
        ["why", "ben", "substitute", "2", "skills", "cleo", "", "skill: lacks live"],
    ]


def test_every_rule_in_somebodys_way_has_a_row(staffcast, named, tmp_path):
    """First what is in the way as it stands, then what would have to change, and what it brings."""
    words = ("why", named, "--rep", "ann", "--shift", "2026-03-03T08:00")
    assert staffcast(*words, "--out", "why.csv").status == 0
    found = table(tmp_path / "why.csv")
    rules = found[found["part"] == "rule"]
    assert rules[["question", "rule", "of_rep", "hours"]].to_numpy().tolist() == [
        ["why_not", "rest", "ann", ""],
        ["wanted", "rest", "ann", "8.0"],
        ["wanted", "lock", "ann", "8.0"],
    ]


def test_what_is_possible_is_told_as_changes(staffcast, named, tmp_path):
    """Where nothing stands in the way the file says who would work what."""
    (tmp_path / named).write_text(ROSTER.splitlines()[0] + "\n")
    words = ("why", named, "--shift", "2026-03-04T08:00", "--out", "why.csv")
    assert staffcast(*words).status == 0
    found = table(tmp_path / "why.csv")
    assert found["part"].tolist() == ["answer", "change"]
    assert found["words"].tolist()[0] == "Nothing stands in the way; these changes bring it"
    assert found["words"].tolist()[1].endswith("gets live Wed 04 Mar 08:00–16:00")
    assert found["of_rep"].tolist()[1] in ("ann", "ben")


@pytest.mark.parametrize("out", ["roster.csv", "shifts.csv", "team.csv", "staffcast.toml"])
def test_an_answer_never_replaces_what_it_was_read_from(staffcast, named, tmp_path, out):
    """A slip must not cost somebody the team's file, named or found."""
    before = (tmp_path / out).read_text()
    ended = staffcast("why", named, "--unfilled", "--out", out)
    assert ended.status == 2
    assert "is also read" in ended.err
    assert (tmp_path / out).read_text() == before


def test_a_folder_of_a_roster_is_read_with_the_team_beside_it(staffcast, named, tmp_path):
    """That folder is no plan, so the team is this folder's, and must not be written over either."""
    (tmp_path / "named").mkdir()
    (tmp_path / named).rename(tmp_path / "named/roster.csv")
    ended = staffcast("why", "named", "--unfilled", "--out", "team.csv")
    assert ended.status == 2
    assert "team.csv: is also read" in ended.err
    assert (tmp_path / "team.csv").read_text() == TEAM


def test_a_roster_that_lacks_nothing_says_so(staffcast, named, tmp_path):
    """Silence would leave open whether it was looked at."""
    rows = "cleo,live,primary,2026-03-03T08:00:00+00:00,2026-03-03T16:00:00+00:00,no\n"
    (tmp_path / named).write_text(ROSTER + rows)
    (tmp_path / "team.csv").write_text(TEAM.replace("16,40", "0,40"))
    ended = staffcast("why", named, "--unfilled", "--out", "why.csv")
    assert "Every shift has its reps" in ended.out
    assert table(tmp_path / "why.csv").empty


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["why", "roster.csv"], "found neither --shift nor --unfilled"),
        (["why", "nowhere", "--unfilled"], "nowhere: there is no such plan folder or roster.csv"),
        (["why", "roster.csv", "--shift", "noon"], "--shift: found 'noon'"),
        (["why", "roster.csv", "--shift", "2026-03-09T08:00"], "no shift of the roster starts"),
        (
            ["why", "roster.csv", "--rep", "zoe", "--shift", "2026-03-03T08:00"],
            "--rep: found 'zoe'; there is no such rep in the team",
        ),
        (["why", "roster.csv", "--unfilled", "--team", "t.csv"], "t.csv: there is no such file"),
    ],
)
def test_what_cannot_be_explained_is_one_line(staffcast, named, words, said):
    """A fault names what was found and what to do."""
    ended = staffcast(*words)
    assert ended.status == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_plan_folder_brings_its_own_shifts_and_settings(staffcast, tmp_path):
    """What would be ignored is refused; what a plan does not hold can be named."""
    plan, folder = replace(sample_plan(), settings=SETTINGS), tmp_path / "plan"
    write_plan(plan, folder)
    start = next(one for one in plan.roster.assignments if one.rep_id == "ada").shift.start
    words = ("why", folder, "--rep", "ada", "--shift", start.isoformat())
    ended = staffcast(*words)
    assert ended.status == 0, ended.err
    assert "Ada: live" in ended.out
    (tmp_path / "s.toml").write_text(SETTINGS)
    refused = staffcast(*words, "--settings", tmp_path / "s.toml")
    assert refused.status == 2
    assert "a plan has its own settings; leave --settings out" in refused.err
    assert "is also read" in staffcast(*words, "--out", folder / "roster.csv").err
