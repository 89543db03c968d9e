"""The shift plan's screen shows what a target per day saves, where there is one."""

from dataclasses import replace
from datetime import date

import pytest

from tests.optimizer.test_target_comparison import compared
from tests.ui.opening import make_workspace, open_screen, texts
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS
from ui.plan_folder import write_plan
from ui.serve import WORKSPACE_VARIABLE


@pytest.mark.parametrize("is_per_day", [True, False])
def test_paid_hours_and_risk_stand_beside_each_other(tmp_path, monkeypatch, is_per_day):
    """A plan per hour has nothing to hold against itself."""
    folder = make_workspace(tmp_path / "team")
    made = sample_plan(start=date(2026, 3, 16), queues=("live",))
    made = replace(made, settings=SETTINGS, roster=None, team=None)
    if is_per_day:
        made = replace(made, shift_plan=replace(made.shift_plan, targets=(compared(),)))
    write_plan(made, folder / "plans" / made.plan_id)
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    at = open_screen("shift_plan")
    assert not at.exception
    found = {metric.label: metric.value for metric in at.metric}
    assert ("Paid hours" in found) == is_per_day
    if is_per_day:
        assert found["Paid hours"] == "450"
        assert found["Days below the target"] == "25%"
        labels = [box.label for box in at.expander]
        assert any("target 80% in time per day" in label for label in labels), texts(at)
