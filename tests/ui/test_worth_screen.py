"""The planner asks on the screen what on-call is worth, and finds the answer again."""

from dataclasses import replace
from datetime import date

import pytest

from tests.ui.opening import click, make_workspace, open_screen, texts
from tests.ui.sample_plan import sample_plan
from tests.ui.test_worth_command import SETTINGS, distribution
from ui import weighing
from ui.drafts import Drafts
from ui.jobs import jobs_of
from ui.plan_folder import read_plan, write_plan
from ui.serve import WORKSPACE_VARIABLE


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace with a plan of the coming week, to be weighed on few paths."""
    folder = make_workspace(tmp_path / "team")
    made = sample_plan(start=date(2026, 3, 16), queues=("live",))
    known = replace(made.requirement, distributions={"live": distribution(made)})
    made = replace(made, settings=SETTINGS, requirement=known, roster=None, team=None)
    write_plan(made, folder / "plans" / made.plan_id)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    monkeypatch.setattr(weighing, "PATHS", 10)
    monkeypatch.setattr(weighing, "FORESEEN_ON_SCREEN", 2)
    return folder


def test_a_plan_is_weighed_in_the_background_and_kept(workspace):
    """A reload finds the table, the sentences and the file; another plan is not taken for it."""
    at = open_screen("shift_plan")
    assert not at.exception
    assert "fresh paths" not in texts(at)
    click(at, "Weigh")
    job = jobs_of(workspace).latest
    assert job is not None
    job.wait(120)
    assert job.state == "done", job.error
    at = open_screen("shift_plan")
    assert not at.exception
    assert "Weighed on 10 fresh paths" in texts(at)
    assert "value.csv" in [button.label for button in at.get("download_button")]
    folder = workspace / "plans/2026-03-16"
    made = read_plan(folder)
    kept = weighing.kept_value(Drafts(workspace), made)
    assert kept is not None
    assert (kept.paths, kept.foreseen) == (10, 2)
    assert weighing.kept_value(Drafts(workspace), replace(made, notes=("Another.",))) is None
