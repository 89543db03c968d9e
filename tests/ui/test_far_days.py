"""Years that no roster lies in, and weeks before that are none: a line, not a traceback."""

import pytest

from tests.ui.test_bad_input import refused
from tests.ui.test_repair_command import ROSTER, TEAM
from tests.ui.workspaces import SETTINGS

SHIFTS = "queue,site,start,end,role,reps\n" + "".join(
    f"live,,{year}-03-02T09:00:00+00:00,{year}-03-02T17:00:00+00:00,primary,1\n"
    for year in (2026, 2062)
)
BEFORE = ROSTER.replace("2026-03", "2026-02")


@pytest.fixture
def named(tmp_path):
    """A published roster of three days with its team, and files that do not go with it."""
    for name, text in (
        ("staffcast.toml", SETTINGS),
        ("team.csv", TEAM),
        ("roster.csv", ROSTER),
        ("far.csv", ROSTER.replace("2026-03-02T09", "9999-03-02T09")),
        ("typo.csv", SHIFTS),
        ("before.csv", BEFORE),
        ("others.csv", BEFORE.replace("ann", "zoe").replace("ben", "yan")),
    ):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("plan", ".", "--start"), "--start"),
        (("fairness", "roster.csv", "--team", "team.csv", "--until"), "--until"),
        (("why", "roster.csv", "--shift"), "--shift"),
        (("repair", "roster.csv", "--out", "new", "--now"), "--now"),
        (("repair", "roster.csv", "--out", "new", "--away", "ann", "2026-03-02"), "--away"),
        (("swap", "roster.csv", "ann"), "START"),
    ],
)
def test_an_option_with_a_year_at_the_end_of_time_is_refused(staffcast, named, words, option, day):
    """A day more is more than a calendar holds, and an offset of hours is as well."""
    refused(staffcast(*words, day), f"{option}: found", "from 1970 to 2199")
    assert not (named / "new").exists()


@pytest.mark.parametrize("command", ["fairness", "why", "repair"])
def test_a_roster_with_a_year_at_the_end_of_time_is_refused(staffcast, named, command):
    """With the line, as any other cell."""
    words = {
        "fairness": ("fairness", "far.csv", "--team", "team.csv"),
        "why": ("why", "far.csv", "--unfilled"),
        "repair": ("repair", "far.csv", "--out", "new"),
    }
    ended = staffcast(*words[command])
    refused(ended, "far.csv, row 2, column start: found '9999-03-02T09:00:00+00:00'; give a year")


def test_shifts_with_a_slip_in_a_year_are_refused(staffcast, named):
    """Contracts of two thousand weeks without a shift are nothing to wait for, nor to be told."""
    ended = staffcast("roster", "typo.csv", "--team", "team.csv", "--out", "new")
    refused(ended, "typo.csv, column start: found 'shifts from 2026-03-02 to 2062-03-02'; a plan")


def test_a_plan_decades_ahead_is_refused_before_any_fit(staffcast, small, monkeypatch):
    """2062 for 2026: a forecast of a third of a million hours."""
    monkeypatch.setattr("ui.workflow.forecast_queues", None)
    staffcast("init", "mine", "--from", "history.csv", "--timezone", "Europe/Dublin")
    refused(staffcast("plan", "mine", "--start", "2062-03-16"), "at most 104 weeks ahead")


HISTORIES = {
    "roster.csv": "begins on 2026-03-02, and the roster asked for on 2026-03-02; name rosters",
    "others.csv": "found yan, zoe, none of the team; name the team that worked it",
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("command", ["why", "repair", "swap", "roster"])
def test_weeks_before_of_the_same_week_or_of_others_are_refused(staffcast, named, command, history):
    """They would count for nothing, and whoever gave them thinks that they do."""
    words = {
        "why": ("why", "roster.csv", "--unfilled"),
        "repair": ("repair", "roster.csv", "--out", "new"),
        "swap": ("swap", "roster.csv", "ann", "2026-03-02"),
        "roster": ("roster", "one.csv", "--team", "team.csv", "--out", "new"),
    }
    (named / "one.csv").write_text("".join(SHIFTS.splitlines(keepends=True)[:2]))
    assert staffcast(*words[command], "--history", "before.csv").status == 0
    ended = staffcast(*words[command], "--history", history)
    refused(ended, f"{history}: {HISTORIES[history]}")
