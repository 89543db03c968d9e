"""A published roster mended and swapped from its files: exit codes, files, and words for people."""

from pathlib import Path

import pandas as pd
import pytest

from tests.ui.workspaces import SETTINGS

TEAM = """rep_id,name,email,timezone,skills,min_hours,max_hours,available
ann,Ann,ann@example.org,Europe/Dublin,live,0,40,
ben,Ben,,Europe/Dublin,live,0,40,
cleo,Cleo,,Europe/Dublin,mail,0,40,
"""
ROSTER = """rep_id,queue,role,start,end,locked,reason
ann,live,primary,2026-03-02T09:00:00+00:00,2026-03-02T17:00:00+00:00,no,first
ann,live,primary,2026-03-03T09:00:00+00:00,2026-03-03T17:00:00+00:00,no,first
ben,live,primary,2026-03-04T09:00:00+00:00,2026-03-04T17:00:00+00:00,no,first
"""
FILES = {"roster.csv", "shifts.csv", "coverage.csv", "changes.csv", "report.json"}


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Three days of one queue, published, in a folder with its team."""
    for name, text in (
        ("staffcast.toml", SETTINGS),
        ("team.csv", TEAM),
        ("roster.csv", ROSTER),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return "roster.csv"


def test_who_is_away_is_replaced_and_everybody_concerned_is_told(staffcast, named):
    """Ann is away on Tuesday, Ben takes over; both are told, and nothing else changes."""
    ended = staffcast("repair", named, "--away", "ann", "2026-03-03", "2026-03-03", "--out", "new")
    assert ended.status == 0, ended.err
    changes = pd.read_csv("new/changes.csv", keep_default_na=False)
    assert changes[["rep_id", "change", "why"]].to_numpy().tolist() == [
        ["ann", "freed", "away: sick"],
        ["ben", "added", "takes over from Ann"],
    ]
    assert changes["tell"].tolist() == ["ann@example.org", "Ben"]
    roster = pd.read_csv("new/roster.csv", keep_default_na=False)
    assert roster["rep_id"].tolist() == ["ann", "ben", "ben"]
    assert roster["reason"].tolist() == ["first", "takes over from Ann", "first"]
    substitutes = pd.read_csv("new/substitutes.csv")
    assert substitutes[["rep_id", "way"]].to_numpy().tolist() == [["ben", "take"]]
    assert "1 duty freed; 1 duty of others changed, and fewer would not do." in ended.out
    assert "To be told: Ann, Ben" in ended.out
    assert "lacks the skill (1)" in ended.out
    assert {path.name for path in Path("new").iterdir()} == {*FILES, "substitutes.csv"}


def test_the_written_roster_can_be_mended_again(staffcast, named):
    """What comes out goes in: the mended folder is a roster like any other."""
    first = staffcast("repair", named, "--away", "ann", "2026-03-03", "2026-03-03", "--out", "new")
    assert first.status == 0, first.err
    again = staffcast(
        "repair", "new", "--team", "team.csv", "--away", "ben", "2026-03-03", "2026-03-03",
        "--out", "newer",
    )  # fmt: skip
    assert again.status == 0, again.err
    changes = pd.read_csv("newer/changes.csv", keep_default_na=False)
    assert changes[["rep_id", "change"]].to_numpy().tolist() == [["ann", "added"], ["ben", "freed"]]


def test_a_lock_on_somebody_away_is_kept_and_ends_with_one(staffcast, named):
    """A lock is stronger than an absence; that a rule is broken is said, and is the exit code."""
    ended = staffcast(
        "repair", named, "--away", "ann", "2026-03-03", "2026-03-03", "--lock", "ann=2026-03-03",
        "--out", "new",
    )  # fmt: skip
    assert ended.status == 1
    assert "violation: ann is away (sick)" in ended.out
    roster = pd.read_csv("new/roster.csv")
    assert roster["locked"].tolist() == ["no", "yes", "no"]


def test_absences_alone_mend_the_roster(staffcast, named, tmp_path):
    """Without --away, whoever the file of absences says is away is freed."""
    (tmp_path / "absences.csv").write_text(
        "rep_id,start,end,kind\nben,2026-03-04,2026-03-04,leave\n"
    )
    ended = staffcast("repair", named, "--absences", "absences.csv", "--out", "new")
    assert ended.status == 0, ended.err
    assert "Ben: live primary Wed 4 Mar 09:00–17:00 is free (away: leave)" in ended.out
    assert "Ann: takes live primary Wed 4 Mar 09:00–17:00 (takes over from Ben)" in ended.out


def test_a_swap_is_allowed_or_the_rules_in_the_way_are_said(staffcast, named):
    """Ann and Ben may swap; Cleo has not the skill, and nothing is written."""
    allowed = staffcast(
        "swap", named, "ann", "2026-03-03", "--with", "ben", "--for", "2026-03-04T09:00",
        "--out", "new",
    )  # fmt: skip
    assert allowed.status == 0, allowed.err
    assert "for live primary Wed 4 Mar 09:00–17:00: allowed." in allowed.out
    swapped = pd.read_csv("new/roster.csv")
    assert swapped["start"].str[:10].tolist() == ["2026-03-02", "2026-03-04", "2026-03-03"]
    refused = staffcast("swap", named, "ann", "2026-03-03", "--with", "cleo", "--out", "none")
    assert refused.status == 1
    assert "lacks the skill live" in refused.out
    assert not Path("none").exists()


def test_partners_are_offered(staffcast, named):
    """Without a partner named, those whom the check allows are listed."""
    ended = staffcast("swap", named, "ann", "2026-03-03")
    assert ended.status == 0, ended.err
    assert "2 swaps of live primary Tue 3 Mar 09:00–17:00 are allowed." in ended.out
    assert "  Ben: for live primary Wed 4 Mar 09:00–17:00" in ended.out
    assert "  Ben: takes it (Ann hours 16 → 8; Ben hours 8 → 16)" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["repair", "--away", "eve", "2026-03-03", "2026-03-03"], "--away: found no rep 'eve'"),
        (["repair", "--away", "ann", "soon", "2026-03-03"], "--away: found 'soon'"),
        (["repair", "--away", "ann", "2026-03-04", "2026-03-03"], "must end after it begins"),
        (
            ["repair", "--away", "ann", "2026-04-03", "2026-04-03"],
            "--away: found 2026-04-03 to 2026-04-03; the roster is of 2026-03-02 to 2026-03-04",
        ),
        (["swap", "cleo", "2026-03-05"], "at 2026-03-05; cleo is not on the roster"),
        (["swap", "ann", "2026-03-03", "--with", "ann"], "--with: found ann, who gives the duty"),
        (["repair", "--lock", "ann=2026-03-04"], "--lock: found no duty of ann at 2026-03-04"),
        (["swap", "ann", "2026-03-05"], "START: found no duty of ann at 2026-03-05"),
        (["swap", "ann", "2026-03-03", "--for", "2026-03-04"], "--with: name whom to swap with"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_two(staffcast, named, words, said):
    """The fault, the mend, status 2, and nothing half written."""
    command, *rest = words
    out = ["--out", "new"] if command == "repair" else []
    ended = staffcast(command, named, *rest, *out)
    assert ended.status == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert not Path("new").exists()


def test_more_required_in_some_hours_is_absorbed(staffcast, named, tmp_path):
    """One more on Monday morning: who is free or can start earlier comes, others stay."""
    first = staffcast("repair", named, "--out", "same")
    assert first.status == 0, first.err
    assert "Nothing has to change." in first.out
    hours = pd.date_range("2026-03-02", "2026-03-05", freq="h", tz="UTC", inclusive="left")
    covered = [(9 <= hour.hour < 17) for hour in hours]
    more = [number + (hour.day == 2 and 9 <= hour.hour < 13) for number, hour in
            zip(map(int, covered), hours, strict=True)]  # fmt: skip
    pd.DataFrame(
        {
            "unique_id": "live",
            "ds": hours,
            "volume": 1,
            "primary": more,
            "on_call": 0,
            "rostered_primary": more,
            "rostered_on_call": 0,
        }
    ).to_csv(tmp_path / "r.csv", index=False)
    ended = staffcast("repair", named, "--requirement", "r.csv", "--out", "new")
    assert ended.status == 0, ended.err
    changes = pd.read_csv("new/changes.csv", keep_default_na=False)
    assert changes[["rep_id", "change"]].to_numpy().tolist() == [["ben", "added"]]
    assert changes["new_start"].tolist() == ["2026-03-02T09:00:00+00:00"]
    assert changes["new_end"].tolist() == ["2026-03-02T13:00:00+00:00"]
