"""The app plans step by step what a command plans at once: the results must be the same."""

from pathlib import Path

import pytest

from data.errors import InputError
from optimizer.solver import Cancellation
from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui import importing, planning, workflow, workspaces
from ui.jobs import Cancelled
from ui.periods import next_period
from ui.plan_folder import Plan, plan_files
from ui.planning import Basis
from ui.scenario import QueueScenario, Scenario
from ui.workspaces import Workspace


def _quiet(stage: str, share: float | None) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of six weeks with a team of four."""
    folder = tmp_path_factory.mktemp("planning") / "team"
    folder.mkdir()
    (folder / "staffcast.toml").write_text(SETTINGS)
    (folder / "team.csv").write_text(TEAM)
    export = folder / "export.csv"
    volumes(6).to_csv(export, index=False)
    made = workspaces.open_workspace(folder)
    importing.take_over(importing.preview([export], made), made)
    return made


def _basis(of: Workspace, chosen: Scenario, model: str = "average_4_weeks") -> Basis:
    histories = workspaces.read_workspace_history(of).histories
    period = next_period(histories[0].cutoff, "Europe/Dublin", None, 1)
    levels = workflow.levels(of.settings)
    forecasts = workflow.forecast_period(histories, period, model, levels)
    required = workflow.require(forecasts, of.settings, chosen.factors)
    return Basis(of, chosen, period, forecasts, required, workspaces.read_workspace_team(of))


def _read(of: Workspace) -> Plan:
    plan = planning.read(of, "2026-03-16")
    assert plan is not None
    return plan


def test_a_click_and_a_command_make_the_same_plan_to_the_byte(of: Workspace) -> None:
    """Otherwise nobody could check on the command line what the app shows."""
    basis = _basis(of, Scenario(), "auto")
    planning.choose_shifts(basis, Cancellation(), _quiet)
    assert basis.team is not None
    planning.name_reps(of, _read(of), basis.team, Cancellation(), _quiet)
    folder = planning.publish(of, _read(of))
    assert folder == of.folder / "plans" / "2026-03-16"
    commanded = plan_files(workflow.make_plan(of))
    assert {name: (folder / name).read_bytes() for name in commanded} == commanded


def test_a_draft_covers_its_plan_until_it_is_discarded(of: Workspace) -> None:
    """What was published stays while something else is tried."""
    planning.choose_shifts(_basis(of, Scenario()), Cancellation(), _quiet)
    planning.publish(of, _read(of))
    published = _read(of)
    assert not planning.is_draft(of, published.plan_id)
    chosen = Scenario(queues={"live": QueueScenario(1.5)})
    planning.choose_shifts(_basis(of, chosen), Cancellation(), _quiet)
    assert planning.is_draft(of, published.plan_id)
    assert _read(of).notes[-1] == "Tried in the app: live: volume × 1.5"
    planning.discard(of, published.plan_id)
    assert plan_files(_read(of)) == plan_files(published)


def test_what_has_changed_since_a_plan_is_named(of: Workspace) -> None:
    """Each reason sends the planner to another screen."""
    chosen = Scenario()
    basis = _basis(of, chosen)
    planning.choose_shifts(basis, Cancellation(), _quiet)
    made, cutoff = _read(of), basis.period.cutoff
    assert planning.stale_reasons(made, of, chosen, cutoff) == []
    louder = Scenario(queues={"live": QueueScenario(1.5)})
    stricter = Scenario(queues={"live": QueueScenario(target=0.85)})
    assert planning.stale_reasons(made, of, louder, cutoff) == ["the volume is another one"]
    assert planning.stale_reasons(made, of, stricter, cutoff) == [
        "the settings or sliders have changed"
    ]
    later = cutoff + (basis.period.end - basis.period.start)
    assert planning.stale_reasons(made, of, chosen, later) == ["the history is another one"]


def test_a_plan_keeps_the_settings_it_was_made_with(of: Workspace) -> None:
    """Whoever reads the plan later must see the target that it was made for."""
    chosen = Scenario(queues={"live": QueueScenario(target=0.85)})
    planning.choose_shifts(_basis(of, chosen), Cancellation(), _quiet)
    assert "target = 0.85" in _read(of).settings
    assert "target = 0.85" not in of.text


def test_a_solve_that_was_stopped_leaves_the_draft_that_was_there(of: Workspace) -> None:
    """Stopping must never cost what was already found."""
    basis = _basis(of, Scenario())
    planning.choose_shifts(basis, Cancellation(), _quiet)
    before = plan_files(_read(of))
    stopped = Cancellation()
    stopped.cancel()
    with pytest.raises(Cancelled):
        planning.choose_shifts(basis, stopped, _quiet)
    assert plan_files(_read(of)) == before


def test_a_draft_that_was_damaged_is_told_and_not_used(of: Workspace) -> None:
    """A file that changed under the app must not become a roster."""
    planning.choose_shifts(_basis(of, Scenario()), Cancellation(), _quiet)
    folder = planning.draft_folder(of, "2026-03-16")
    path: Path = folder / "shifts.csv"
    path.write_text(path.read_text().replace("primary", "on_call", 1))
    with pytest.raises(InputError, match=r"shifts\.csv"):
        planning.read(of, "2026-03-16")
    planning.discard(of, "2026-03-16")
