"""Around the clock on its screen: planned in the background, kept, and told when out of date."""

import numpy as np
import pandas as pd
import pytest

from optimizer.plan_around_clock import plan_around_clock
from tests.ui.opening import MODEL, click, make_workspace, open_screen, texts
from tests.ui.workspaces import SETTINGS, TEAM
from ui import workflow, workspaces
from ui.around_clock_chart import tier_cells
from ui.around_clock_plans import ClockBasis, clock_files, kept_clock, terms_of
from ui.drafts import Drafts
from ui.jobs import jobs_of
from ui.periods import next_period
from ui.serve import WORKSPACE_VARIABLE

ALWAYS = SETTINGS.replace('{ Mon-Fri = "08:00-18:00" }', '"Mon-Sun 00:00-24:00"') + (
    "starts_every_minutes = 120\n\n[solver]\ngap = 0.05\n"
)
ANYTIME = TEAM.replace("Mon-Fri 07:00-19:00", "Mon-Sun 00:00-24:00")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace of a queue that is never closed, quiet at night."""
    end = pd.Timestamp("2026-03-16", tz="Europe/Dublin")
    hours = pd.date_range(end - pd.Timedelta(weeks=6), end, freq="h", inclusive="left")
    mean = 0.3 + 6 * np.exp(-(((hours.hour - 14) / 4.0) ** 2))
    volume = pd.DataFrame(
        {
            "unique_id": "live",
            "ds": [hour.isoformat() for hour in hours],
            "y": np.random.default_rng(1).poisson(mean),
        }
    )
    folder = make_workspace(tmp_path / "team", volume)
    (folder / "staffcast.toml").write_text(ALWAYS)
    (folder / "team.csv").write_text(ANYTIME)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


def _basis(folder):
    of = workspaces.open_workspace(folder)
    histories = workspaces.read_workspace_history(of).histories
    period = next_period(histories[0].cutoff, "Europe/Dublin", None, 1)
    made = workflow.forecast_period(histories, period, MODEL, workflow.levels(of.settings))
    needed = workflow.require(made, of.settings)
    return ClockBasis(of.settings, made[0], needed, workspaces.read_workspace_team(of))


def test_it_is_planned_kept_and_called_out_of_date_when_the_team_changes(workspace):
    """A planner finds the map again after a reload, and is warned when it no longer follows."""
    at = open_screen("around_the_clock")
    assert not at.exception
    assert "Eight people do not fill 168 hours" in texts(at)
    click(at, "Plan around the clock")
    job = jobs_of(workspace).latest
    assert job is not None
    job.wait(120)
    assert job.state == "done", job.error
    at = open_screen("around_the_clock")
    assert not at.exception
    kept = kept_clock(Drafts(workspace), _basis(workspace))
    assert kept is not None
    assert kept.is_fresh
    plan = kept.plan
    hours = {each.label: each.value for each in at.metric}
    assert hours["Live"] == f"{plan.hours('live'):g} h"
    assert sum(float(hours[name].split()[0]) for name in list(hours)[:3]) == 168
    told = next(frame.value for frame in at.dataframe if "Says" in frame.value)
    assert told["Says"].str.contains("We answer").all()
    assert "have changed since" not in texts(at)
    (workspace / "team.csv").write_text(ANYTIME.replace(",0,40,", ",0,30,"))
    assert "have changed since" in texts(open_screen("around_the_clock"))


def test_the_kept_plan_is_the_plan_that_was_made(workspace):
    """What is read back renders the same files, byte for byte, as what was kept."""
    at = open_screen("around_the_clock")
    click(at, "Plan around the clock")
    job = jobs_of(workspace).latest
    assert job is not None
    job.wait(120)
    basis = _basis(workspace)
    kept = kept_clock(Drafts(workspace), basis)
    assert kept is not None
    of = basis.settings
    made = plan_around_clock(
        basis.forecast, basis.requirement, of.queues["live"], basis.team, terms_of(of)
    )
    assert clock_files(kept.plan) == clock_files(made)
    cells = tier_cells(kept.plan)
    assert len(cells) == 168
    assert cells["volume"].sum() == pytest.approx(kept.plan.table["volume"].sum())
    at = open_screen("around_the_clock")
    button = next(iter(at.get("download_button")))
    assert button.label.startswith("Download tiers")


def test_without_a_team_it_says_where_to_go(workspace):
    """An empty screen names what is missing."""
    (workspace / "team.csv").unlink()
    assert "no team yet" in texts(open_screen("around_the_clock"))
