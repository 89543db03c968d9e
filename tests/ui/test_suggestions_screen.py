"""Suggestions on the Shift plan screen: what stands now decides, not what it was made from."""

from pathlib import Path

import pytest

from optimizer.solver import Cancellation
from tests.ui.opening import MODEL, make_workspace, open_screen, texts
from ui import planning, workflow, workspaces
from ui.periods import next_period
from ui.planning import Basis
from ui.scenario import Scenario
from ui.serve import WORKSPACE_VARIABLE

WANTED = {"suggestions_wanted": True}


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A workspace whose week has shifts and no names, solved to the end."""
    folder = make_workspace(tmp_path / "team")
    (folder / "team.csv").unlink()
    path = folder / "staffcast.toml"
    path.write_text(path.read_text() + "\n[solver]\ngap = 0.0\n")
    of = workspaces.open_workspace(folder)
    histories = workspaces.read_workspace_history(of).histories
    period = next_period(histories[0].cutoff, "Europe/Dublin", None, 1)
    forecasts = workflow.forecast_period(
        histories, period, MODEL, probabilities=workflow.levels(of.settings)
    )
    required = workflow.require(forecasts, of.settings)
    basis = Basis(of, Scenario(model=MODEL), period, forecasts, required, None)
    planning.choose_shifts(basis, Cancellation(), lambda *_: None)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


def test_nothing_is_valued_until_somebody_asks_and_then_what_stands_now(planned: Path) -> None:
    """The best plan has no single change to offer; half as much volume again has."""
    at = open_screen("shift_plan")
    assert not at.exception
    assert "expected to cost" not in texts(at)
    at = open_screen("shift_plan", WANTED)
    assert not at.exception
    assert "no change of a single shift saves anything" in texts(at)
    open_screen("requirement").slider(key="volume_factor:live").set_value(150).run()
    at = open_screen("shift_plan", WANTED)
    assert not at.exception
    assert "these changes save" in texts(at)
    assert "- Add 1 " in texts(at) or "- Lengthen 1 " in texts(at)
    assert "P(short) at" in texts(at)
