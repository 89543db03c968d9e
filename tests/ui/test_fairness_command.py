"""How fair the last weeks were, as a manager types it; and what the next plan makes of it."""

from datetime import date

import pandas as pd
import pytest

from data.clock import midnight
from optimizer.fairness_files import FAIRNESS_COLUMNS
from tests.ui.opening import make_workspace
from tests.ui.test_bad_input import refused
from ui import past_rosters
from ui.workspaces import open_workspace, read_workspace_team

SETTINGS = """
[calendar]
timezone = "Europe/Dublin"
holidays = "IE"
"""
TEAM = "rep_id,name,timezone,min_hours,max_hours,available,on_call\n" + "".join(
    f"{name},{name.title()},Europe/Dublin,0,40,,yes\n" for name in ("ada", "ben", "cy")
)
HEADER = "rep_id,queue,role,start,end\n"
FIRST = HEADER + "".join(
    f"ada,live,primary,2026-03-{day:02}T22:00+00:00,2026-03-{day + 1:02}T06:00+00:00\n"
    for day in (2, 3, 4)
)
SECOND = (
    HEADER
    + "ben,live,primary,2026-03-14T09:00+00:00,2026-03-14T17:00+00:00\n"
    + "cy,live,on_call,2026-03-17T09:00+00:00,2026-03-17T17:00+00:00\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "team.csv").write_text(TEAM)
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    (tmp_path / "first.csv").write_text(FIRST)
    (tmp_path / "second.csv").write_text(SECOND)
    return tmp_path


def test_rosters_of_weeks_are_judged_and_written(staffcast, folder):
    """Three nights of one, a Saturday of another, standby on Saint Patrick's day of a third."""
    ended = staffcast("fairness", "first.csv", "second.csv", "--team", "team.csv")
    assert ended.status == 0, ended.err
    table = pd.read_csv(folder / "fairness.csv").set_index("rep_id")
    assert ["rep_id", *table.columns] == list(FAIRNESS_COLUMNS)
    assert table["nights"].tolist() == [3, 0, 0]
    assert table["nights_due"].tolist() == [1, 1, 1]
    assert table.loc["ben", "weekends"] == 1
    assert table.loc["cy", ["holidays", "standby", "standby_hours"]].tolist() == [1, 1, 8]
    assert "2026-03-02 to 2026-03-17: 83 of 100" in ended.out
    assert "2 of 3 shifts lie with the wrong person" in ended.out
    assert "Cover" in ended.out
    assert "not known" in ended.out


def test_the_folder_that_roster_writes_is_judged_as_its_roster(staffcast, folder):
    """It is no plan folder: what was required stands beside it, if anywhere."""
    (folder / "named").mkdir()
    (folder / "named/roster.csv").write_text(FIRST)
    (folder / "named/report.json").write_text('{"status": "OPTIMAL"}')
    named = staffcast("fairness", "named", "--team", "team.csv", "--out", "a.csv")
    assert named.status == 0, named.err
    assert staffcast("fairness", "first.csv", "--team", "team.csv", "--out", "b.csv").status == 0
    assert (folder / "a.csv").read_text() == (folder / "b.csv").read_text()


def test_only_the_weeks_asked_for_count(staffcast, folder):
    """One week before the end leaves the nights out; an earlier end leaves the rest out."""
    words = ["fairness", "first.csv", "second.csv", "--team", "team.csv", "--out", "f.csv"]
    assert staffcast(*words, "--weeks", 1).status == 0
    assert pd.read_csv(folder / "f.csv")["nights"].sum() == 0
    assert staffcast(*words, "--until", "2026-03-08").status == 0
    table = pd.read_csv(folder / "f.csv")
    assert (table["nights"].sum(), table["weekends"].sum()) == (3, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("first.csv",), "--team is missing"),
        ((".",), "found no roster"),
        ((".", "--team", "team.csv"), "leave --team"),
        (("nowhere",), "nowhere: there is no such file or folder"),
        (("nowhere", "--team", "team.csv"), "nowhere"),
        (("first.csv", "--team", "others.csv"), "found ada, none of the team; name the team"),
        (("empty", "--team", "team.csv"), "neither staffcast.toml nor roster.csv"),
        (("first.csv", "--team", "team.csv", "--until", "soon"), "give a day such as"),
        (("first.csv", "--team", "team.csv", "--until", "2026-01-01"), "give a later day"),
        (("first.csv", "--team", "team.csv", "--weeks", "500"), "--weeks: weeks must be"),
        (("first.csv", "--team", "team.csv", "--out", "team.csv"), "is also read"),
        (("blank.csv", "--team", "team.csv"), "found no shift"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_a_line(staffcast, folder, words, said):
    """File, place and mend, and nothing written."""
    (folder / "empty").mkdir()
    (folder / "blank.csv").write_text(HEADER)
    (folder / "others.csv").write_text("rep_id\nzoe\n")
    ended = staffcast("fairness", *words)
    refused(ended, said)
    assert not (folder / "fairness.csv").exists()


@pytest.fixture
def planned(staffcast, tmp_path):
    """A workspace with the plan of the first week after its data."""
    folder = make_workspace(tmp_path / "team")
    settings = folder / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    assert staffcast("plan", "team").status == 0
    return folder


def test_a_workspace_is_judged_by_its_plans_and_the_next_plan_knows_them(staffcast, planned):
    """What was carried in one week is owed in the next; a changed roster is what was worked."""
    ended = staffcast("fairness", "team")
    assert ended.status == 0, ended.err
    assert "2026-03-16 to 2026-03-22" in ended.out
    assert (planned / "fairness.csv").exists()
    roster = planned / "plans/2026-03-16/roster.csv"
    rows = pd.read_csv(roster)
    rows.loc[rows["rep_id"] == "ana", "role"] = "on_call"
    rows.to_csv(roster, index=False)
    of = open_workspace(planned)
    team = read_workspace_team(of)
    assert team is not None
    monday, later = (
        midnight(day, "Europe/Dublin").to_pydatetime()
        for day in (date(2026, 3, 23), date(2026, 3, 30))
    )
    known = past_rosters.weeks_before(of, team, monday, later)
    assert known.fairness.carried("ana", "standby") > 0 > known.fairness.carried("ben", "standby")
    assert {one.rep_id for one in known.history} <= {rep.rep_id for rep in team.reps}
    assert known.history
    again = past_rosters.weeks_before(of, team, known.history[0].shift.start, later)
    assert again.history == ()


def test_the_ledger_never_takes_the_place_of_what_it_is_made_from(staffcast, planned):
    """The team's own file, its settings and its plans outlive a slip in --out."""
    before = (planned / "team.csv").read_bytes()
    plan = "plans/2026-03-16"
    for out in ("team.csv", "staffcast.toml", plan, f"{plan}/roster.csv"):
        refused(staffcast("fairness", "team", "--out", planned / out), out)
    assert (planned / "team.csv").read_bytes() == before
    made = planned / plan
    team, shifts = planned / "team.csv", made / "shifts.csv"
    settings = ("--settings", planned / "staffcast.toml", "--out", made)
    named = staffcast("roster", shifts, "--team", team, *settings)
    refused(named, f"{plan}/roster.csv: is a part of a plan; name another place")
    assert staffcast("fairness", "team").status == staffcast("fairness", "team").status == 0


def test_a_damaged_plan_is_named(staffcast, planned):
    """Whoever plans the next week must know which folder stands in the way."""
    (planned / "plans/2026-03-16/report.json").write_text("{")
    refused(staffcast("fairness", "team"), "report.json: is missing or damaged")
