"""Questions about the past as a planner answers them by clicks."""

import threading
from datetime import date, time
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from forecast.events import read_events
from forecast.questions import Found, Question, find_questions
from forecast.series import VolumeHistory
from tests.ui.opening import click, make_workspace, open_screen, texts
from tests.ui.workspaces import volumes
from ui import answering, question_charts, session, workspaces
from ui.screens.history import QUESTIONS, TABS
from ui.serve import WORKSPACE_VARIABLE
from ui.workspaces import Workspace

CLOSED = "2026-02-25"
EMPTY = "Nothing in the past calls for a question."


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a Wednesday on which nothing came."""
    table = volumes(6)
    table.loc[table["ds"].str.startswith(CLOSED), "y"] = 0
    folder = make_workspace(tmp_path / "team", table)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


def _open() -> AppTest:
    at = open_screen("history", {TABS: QUESTIONS})
    assert not at.exception
    return at


def _of(folder: Path) -> Workspace:
    return workspaces.open_workspace(folder)


def test_home_counts_the_open_questions_without_waiting_for_them(
    odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who never opens the History screen would not know that forecasts rest on guesses."""
    go_on = threading.Event()

    def find(history: VolumeHistory) -> tuple[Question, ...]:
        go_on.wait(60)
        return find_questions(history)

    monkeypatch.setattr(session, "find_questions", find)
    at = open_screen("home")
    assert not at.exception
    assert "open about days of the past" not in texts(at)
    go_on.set()
    of = _of(odd)
    session._open_questions(session.histories(of), session._history_stamp(of)).result(60)
    at = open_screen("home")
    assert "**1 question is open about days of the past** &nbsp; :gray[live 1;" in texts(at)
    answering.answer(of, session.questions(of, session.histories(of)[0])[0], "closed")
    of = _of(odd)
    session._open_questions(session.histories(of), session._history_stamp(of)).result(60)
    assert "open about days of the past" not in texts(open_screen("home"))


def test_a_closure_is_asked_about_and_an_answer_settles_it(odd: Path) -> None:
    """One click states the event; the question is gone and the planner can take it back."""
    at = _open()
    assert "1 open question about live" in texts(at)
    assert "Wed 2026-02-25: 0 contacts came" in texts(at)
    assert "Looks like: it was closed" in texts(at)
    click(at, "It was closed")
    events = read_events(odd / "events.csv")
    assert [(str(event.day), event.kind, event.queue) for event in events] == [
        (CLOSED, "closed", "live")
    ]
    assert EMPTY in texts(at)
    assert "live, Wed 2026-02-25: It was closed; 1 row in events.csv" in texts(at)
    click(at, "Take it back")
    assert not (odd / "events.csv").exists()
    assert "1 open question about live" in texts(at)
    assert "Take it back" not in [button.label for button in at.button]


def test_an_answer_leaves_the_rest_of_the_file_and_undo_brings_it_back_to_the_byte(
    odd: Path,
) -> None:
    """The file belongs to people, comments included."""
    path = odd / "events.csv"
    path.write_text("date,kind,note\n2026-12-25,closed,agreed with the team\n")
    before = path.read_bytes()
    at = _open()
    click(at, "Leave it out")
    assert path.read_text().splitlines()[1].startswith("2026-12-25,closed,agreed with the team")
    assert [event.kind for event in read_events(path)] == ["ignore", "closed"]
    click(at, "Take it back")
    assert path.read_bytes() == before


def test_a_factor_is_entered_in_place(odd: Path) -> None:
    """What explains the volume is a number of the planner's, suggested by what was found."""
    at = _open()
    field = next(each for each in at.number_input if "multiplied" in each.label)
    assert field.value == 0.0
    field.set_value(0.25).run()
    click(at, "Take this factor")
    (event,) = read_events(odd / "events.csv")
    assert (event.kind, event.factor) == ("factor", 0.25)
    assert EMPTY in texts(at)


def test_a_past_without_riddles_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list must not look like a broken one."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(make_workspace(tmp_path / "team")))
    assert EMPTY in texts(_open())


def test_a_file_that_broke_meanwhile_is_explained_and_left(odd: Path) -> None:
    """Somebody edits events.csv while the screen is open: nothing of theirs may be lost."""
    at = _open()
    broken = "date,kind\n2026-12-25,clsoed\n"
    (odd / "events.csv").write_text(broken)
    click(at, "It was closed")
    assert "row 2, column kind" in at.error[0].value
    assert (odd / "events.csv").read_text() == broken


def test_an_answer_is_not_taken_back_from_a_file_that_was_edited_since(odd: Path) -> None:
    """Undo must never throw away what somebody wrote after the answer."""
    at = _open()
    click(at, "It was closed")
    path = odd / "events.csv"
    edited = path.read_text() + "2026-12-25,closed,,,,,,\n"
    path.write_text(edited)
    with pytest.raises(ValueError, match="changed since"):
        answering.undo(_of(odd))
    assert path.read_text() == edited
    assert "Take it back" not in [button.label for button in _open().button]


def test_the_questions_are_not_looked_for_before_somebody_asks(
    odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weekly rhythm is what most come for, and must not wait."""
    monkeypatch.setattr("ui.session.find_questions", _refuse)
    at = open_screen("history")
    assert not at.exception
    assert "Hot spots" in texts(at)


def _refuse(history: object) -> tuple[object, ...]:
    raise AssertionError(f"The past of {history} was looked at.")


def test_the_chart_of_a_day_adds_up_to_what_the_question_says(odd: Path) -> None:
    """The picture and the sentence speak of the same contacts."""
    table = volumes(6)
    surge = table["ds"].str.startswith("2026-03-04T1")
    table.loc[surge, "y"] *= 3
    of = _of(make_workspace(odd.parent / "surge", table))
    (history,) = workspaces.read_workspace_history(of).histories
    for question in find_questions(history):
        rows = question_charts.day_and_usual(history, question)
        asked = rows[rows["asked"]]
        assert asked["found"].sum() == question.found
        assert asked["usual"].sum() == pytest.approx(question.expected, rel=0.2)
        assert rows["wall"].tolist() == [f"{hour:02d}:00" for hour in range(24)]
    assert len(find_questions(history)) == 1


def test_a_new_level_is_drawn_by_days_and_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A level is seen over weeks, not hours; saying that it stays is one row, not one a day."""
    table = volumes(14)
    since = "2026-02-11"
    table.loc[table["ds"].str[:10] >= since, "y"] *= 2
    folder = make_workspace(tmp_path / "team", table)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    (history,) = workspaces.read_workspace_history(_of(folder)).histories
    (question,) = find_questions(history)
    assert (question.kind, str(question.day)) == ("new level", since)
    rows = question_charts.days_around(history, question)
    assert rows["asked"].sum() == 28 + 1
    old, new = rows["found"].iloc[:28].sum(), rows["found"].iloc[28:56].sum()
    assert new / old == pytest.approx(2, rel=0.15)
    at = _open()
    assert "Is this here to stay?" in texts(at)
    click(at, "Here to stay")
    assert [(event.kind, event.factor) for event in read_events(folder / "events.csv")] == [
        ("factor", 1.0)
    ]
    assert EMPTY in texts(at)


def test_answers_fit_the_question() -> None:
    """A surge was no closure, and a new level is no holiday."""
    day = pd.Timestamp(CLOSED).date()
    of_kind = {kind: _labels(kind, day) for kind in get_args(Found)}
    assert of_kind["closure"] == {"closed", "holiday", "ignore", "factor", "keep"}
    assert of_kind["surge"] == {"ignore", "factor", "keep"}
    assert of_kind["outage"] == {"closed", "ignore", "factor", "keep"}
    assert of_kind["new level"] == {"ignore", "factor", "keep"}


def _labels(kind: Found, day: date) -> set[str]:
    asked = Question("live", day, day, time(0), None, kind, 0.0, 90.0, 90.0, "ignore")
    return set(answering.offered(asked))
