"""A small workspace, and its screens opened in this process."""

from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui import importing, workflow, workspaces
from ui.drafts import Drafts
from ui.jobs import jobs_of
from ui.periods import next_period
from ui.planning import Basis
from ui.scenario import Scenario

# The simplest model: these tests are about screens.
MODEL = "average_4_weeks"


def make_workspace(folder: Path, volume: pd.DataFrame | None = None) -> Path:
    """Make a workspace of six weeks with a team of four and no plan yet."""
    folder.mkdir()
    (folder / "staffcast.toml").write_text(SETTINGS)
    (folder / "team.csv").write_text(TEAM)
    export = folder / "export.csv"
    (volumes(6) if volume is None else volume).to_csv(export, index=False)
    of = workspaces.open_workspace(folder)
    importing.take_over(importing.preview([export], of), of)
    Drafts(folder).save("scenario", "current", {"model": MODEL})
    return folder


def open_screen(screen: str, state: dict[str, object] | None = None) -> AppTest:
    """Open a screen as a new session would, with some widgets set before."""
    script = f"from ui.screens import {screen}\n{screen}.show()\n"
    at = AppTest.from_string(script, default_timeout=60)
    for key, value in (state or {}).items():
        at.session_state[key] = value
    return at.run()


def texts(at: AppTest) -> str:
    """Return all that is written on a screen."""
    parts = [at.title, at.caption, at.markdown, at.info, at.warning, at.error, at.success]
    return "\n".join(element.value for elements in parts for element in elements)


def metrics(at: AppTest) -> dict[str, str]:
    """Return the figures of a screen by what they are called."""
    return {metric.label: metric.value for metric in at.metric}


def click(at: AppTest, label: str) -> None:
    """Click the first button of a label."""
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def finish_job(folder: Path) -> None:
    """Wait for what was begun in the background, and see that it came to its end."""
    job = jobs_of(folder).latest
    assert job is not None
    job.wait(60)
    assert job.state == "done", job.error


def basis_of(folder: Path, chosen: Scenario) -> Basis:
    """Return what the next week of a workspace is planned from."""
    of = workspaces.open_workspace(folder)
    histories = workspaces.read_workspace_history(of).histories
    period = next_period(histories[0].cutoff, "Europe/Dublin", None, 1)
    forecasts = workflow.forecast_period(histories, period, MODEL)
    required = workflow.require(forecasts, of.settings, chosen.factors)
    team = workspaces.read_workspace_team(of)
    return Basis(of, chosen, period, forecasts, required, team)


def quiet(stage: str, share: float | None) -> None:
    """Tell nobody."""
