"""A year of on-call weeks from a team's file, as a manager types it."""

import json

import pandas as pd
import pytest
from icalendar import Calendar

from tests.ui.test_bad_input import refused

TEAM = "rep_id,name,timezone,on_call,from,until\n" + "".join(
    f"{name},{name.title()},Europe/Dublin,yes,,\n"
    for name in ("ada", "ben", "cy", "dee", "eve", "fay", "gus")
)
ABSENCES = """rep_id,start,end,kind
ada,2026-12-21,2027-01-03,vacation
cy,2027-03-29,2027-04-04,vacation
eve,2027-02-01,2027-02-02,comp
gus,2027-07-05,2027-07-25,vacation
"""
SETTINGS = """
[calendar]
timezone = "Europe/Dublin"
holidays = "IE"

[rotation]
comp_hours_per_week = 12
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "team.csv").write_text(TEAM)
    (tmp_path / "absences.csv").write_text(ABSENCES)
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    return tmp_path


def run(staffcast, *words, start="2026-11-30", out="oncall"):
    return staffcast("rotation", "--team", "team.csv", "--start", start, "--out", out, *words)


def test_a_year_is_planned_and_written(staffcast, folder):
    """Rotation, ledger, proof and a calendar for everybody."""
    ended = run(staffcast, "--absences", "absences.csv")
    assert ended.status == 0, ended.err
    rotation = pd.read_csv(folder / "oncall/rotation.csv", keep_default_na=False)
    ledger = pd.read_csv(folder / "oncall/ledger.csv")
    assert len(rotation) == 52
    counts = rotation["rep_id"].value_counts()
    assert counts.max() - counts.min() <= 1
    assert rotation["hours"].astype(float).sum() == 52 * 168
    assert set(rotation["hours"].astype(float)) == {167.0, 168.0, 169.0}
    assert rotation["start"].iloc[0] == "2026-11-30T00:00:00+00:00"
    assert rotation["start"].iloc[30].endswith("+01:00")
    assert ledger["holiday_hours"].sum() >= 9 * 24
    assert ledger["comp_earned"].sum() == 52 * 12
    assert ledger.set_index("rep_id").loc["eve", "comp_taken"] == 16
    assert json.loads((folder / "oncall/report.json").read_text())["status"] == "OPTIMAL"
    for word in ("ada", "OPTIMAL", "Week of 2026-11-30", "comp", "■"):
        assert word in ended.out
    calendar = Calendar.from_ical((folder / "oncall/calendars/ada.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert len(events) == counts["ada"]
    assert {event.start.isoformat() for event in events} == {
        pd.Timestamp(start).tz_convert("UTC").isoformat()
        for start in rotation.loc[rotation["rep_id"] == "ada", "start"]
    }


def test_the_same_question_has_the_same_answer_to_the_byte(staffcast, folder):
    """A rotation kept in git changes only when something has changed."""
    asked = ("--absences", "absences.csv", "--weeks", 12)
    run(staffcast, *asked)
    files = [path for path in (folder / "oncall").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    assert run(staffcast, *asked).status == 0
    assert {path: path.read_bytes() for path in files} == before


def test_swaps_change_two_rows(staffcast, folder):
    """The file of the rotation shows the exchange, and only that."""
    short = ("--weeks", 14)
    run(staffcast, *short, out="plain")
    plain = pd.read_csv(folder / "plain/rotation.csv", keep_default_na=False)
    (one, two) = plain.iloc[4], plain.iloc[9]
    (folder / "swaps.csv").write_text(
        "rep_id,week,with_rep_id,with_week\n"
        f"{one['rep_id']},{one['week']},{two['rep_id']},{two['week']}\n"
    )
    ended = run(staffcast, *short, "--swaps", "swaps.csv", out="swapped")
    assert ended.status == 0, ended.err
    swapped = pd.read_csv(folder / "swapped/rotation.csv", keep_default_na=False)
    changed = (plain != swapped).any(axis=1)
    assert changed[changed].index.tolist() == [4, 9]
    assert swapped.loc[[4, 9], "kind"].tolist() == ["swap", "swap"]
    assert swapped.loc[[4, 9], "rep_id"].tolist() == [two["rep_id"], one["rep_id"]]
    ledgers = [pd.read_csv(folder / name / "ledger.csv") for name in ("plain", "swapped")]
    assert (ledgers[0]["turns"] == ledgers[1]["turns"]).all()


def test_the_next_year_goes_on_from_the_last(staffcast, folder):
    """Loads and comp time are carried over, and the queue goes on."""
    run(staffcast, "--weeks", 10, out="first")
    ended = run(
        staffcast, "--history", "first/rotation.csv", "--weeks", 4, start="2027-02-08", out="next"
    )
    assert ended.status == 0, ended.err
    first, later = (pd.read_csv(folder / name / "rotation.csv") for name in ("first", "next"))
    assert later["rep_id"].tolist() == first["rep_id"].tolist()[3:7]
    ledger = pd.read_csv(folder / "next/ledger.csv")
    assert ledger["turns_before"].sum() == 10
    assert ledger["comp_before"].sum() == 120


def test_what_cannot_be_is_refused(staffcast, folder):
    """One line, status 2, and nothing written."""
    refused(run(staffcast, start="2026-12-01"), "--start", "Tuesday", "2026-12-07")
    refused(run(staffcast, start="soon"), "--start", "soon")
    (folder / "swaps.csv").write_text(
        "rep_id,week,with_rep_id,with_week\nada,2026-11-30,cy,2027-03-29\n"
    )
    refused(run(staffcast, "--swaps", "swaps.csv"), "swaps.csv, row 2", "cy")
    refused(run(staffcast, "--absences", "nowhere.csv"), "nowhere.csv")
    refused(run(staffcast, "--history", "team.csv"), "team.csv", "week")
    refused(run(staffcast, "--timezone", "Mars/Base"), "Mars/Base")
    (folder / "staffcast.toml").write_text(SETTINGS + "peple = 2\n")
    refused(run(staffcast), "[rotation]", "peple", "people")
    (folder / "staffcast.toml").write_text(SETTINGS + 'handover_day = "Friday"\n')
    refused(run(staffcast), "[rotation]", "handover_day")
    assert not (folder / "oncall").exists()


def test_a_swap_with_somebody_on_vacation_is_refused(staffcast, folder):
    """The line names who, which week and what to do."""
    asked = ("--absences", "absences.csv", "--weeks", 14)
    run(staffcast, *asked, out="plain")
    plain = pd.read_csv(folder / "plain/rotation.csv")
    vacation = plain[plain["week"] == "2026-12-21"].iloc[0]
    adas = plain[plain["rep_id"] == "ada"].iloc[-1]
    (folder / "swaps.csv").write_text(
        f"rep_id,week,with_rep_id,with_week\n{vacation['rep_id']},2026-12-21,ada,{adas['week']}\n"
    )
    ended = run(staffcast, *asked, "--swaps", "swaps.csv")
    refused(ended, "swaps.csv, row 2", "ada is absent on 7 of the 7 days", "2026-12-21")
