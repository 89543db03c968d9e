"""The analyst picks a day on the screen and reads why its hours missed their target."""

from datetime import date

import pandas as pd
import pytest

from data.sources import read_conversations
from tests.ui.opening import click, make_workspace, open_screen, texts
from tests.ui.sample_plan import sample_plan
from tests.ui.test_explain_command import DAY, conversations
from tests.ui.workspaces import SETTINGS
from ui import explained_days
from ui.explanation_charts import parts_by_hour
from ui.jobs import jobs_of
from ui.plan_folder import write_plan
from ui.serve import WORKSPACE_VARIABLE


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace whose history is a day of late replies, and its plan of that week."""
    folder = make_workspace(tmp_path / "team", conversations(late=True))
    made = sample_plan(queues=("live",))
    write_plan(type(made)(**{**vars(made), "settings": SETTINGS}), folder / "plans/2026-03-23")
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


def test_a_day_is_explained_in_the_background_and_kept(workspace):
    """A reload finds the sentences, the chart and the file."""
    at = open_screen("accuracy")
    assert not at.exception
    assert at.selectbox(key="explained_day").options == ["Tue 24 Mar 2026"]
    click(at, "Explain")
    job = jobs_of(workspace).latest
    assert job is not None
    job.wait(60)
    assert job.state == "done", job.error
    at = open_screen("accuracy")
    assert not at.exception
    assert "0% of 80 contacts in time, target 80%" in texts(at)
    assert "- 09:00: 0% in time instead of 80%." in texts(at)
    assert "explain --staff" in texts(at)
    assert "explained.csv" in [button.label for button in at.get("download_button")]


def test_without_a_day_that_was_planned_and_came_it_says_so(workspace):
    """Before the first plan's first day is over there is nothing to explain."""
    (workspace / "plans/2026-03-23").rename(workspace / "elsewhere")
    at = open_screen("accuracy")
    assert not at.exception
    assert "No day of a plan has come yet" in texts(at)


def test_counts_without_conversations_cannot_be_explained(tmp_path, monkeypatch):
    """Nobody knows from counts who was answered in time."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(make_workspace(tmp_path / "team")))
    at = open_screen("accuracy")
    assert not at.exception
    assert "This takes conversations" in texts(at)


def test_days_are_local_and_in_the_plan(workspace):
    """A contact at 23:30 UTC in summer is of the next day; days of no plan are not offered."""
    table = conversations().head(4)
    table["created_at"] = pd.to_datetime(
        ["2026-03-22T12:00Z", "2026-03-28T23:30Z", "2026-03-29T22:30Z", "2026-03-29T23:30Z"]
    )
    table[["assigned_at", "first_reply_at", "closed_at"]] = pd.NaT
    table.to_csv(workspace / "few.csv", index=False)
    read = read_conversations([workspace / "few.csv"])
    found = explained_days.days_that_came(workspace / "plans", read, "Europe/Dublin")
    assert list(found) == [date(2026, 3, 29), date(2026, 3, 28)]
    assert set(found.values()) == {workspace / "plans/2026-03-23"}


def test_bars_of_an_hour_add_up_to_what_it_gained_or_lost():
    """The chart shows the same points as the sentences; unexplained hours are left out."""
    rows = pd.DataFrame(
        {
            "ds": [f"{DAY}T09:00:00+00:00", f"{DAY}T10:00:00+00:00"],
            "promised": [0.9, None],
            "reached": [0.5, None],
            "by_volume": [-0.3, None],
            "by_handling": [0.05, None],
            "by_absence": [-0.1, None],
            "by_shape": [0.0, None],
            "by_chance": [-0.05, None],
        }
    )
    long = explained_days.bars(rows)
    assert set(long["hour"]) == {"09:00"}
    assert long["points"].sum() == pytest.approx(100 * (0.5 - 0.9))
    assert {layer["mark"]["type"] for layer in parts_by_hour(long).to_dict()["layer"]} == {
        "bar", "rule"
    }  # fmt: skip
