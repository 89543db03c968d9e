"""What was published is kept once, scored later, and a plan with overrides repeats to the byte."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from data.sources import read_intervals
from data.store import Store, sqlite_url
from forecast.history_folder import write_history_folder
from forecast.overrides import Override
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS, volumes
from ui import value_added_command, workspaces
from ui.documents import STORE_FILE
from ui.overrides import add_override
from ui.plan_folder import plan_files
from ui.publishing import (
    KIND,
    keep_snapshot,
    kept_snapshots,
    plan_snapshot,
    workspace_value_added,
)
from ui.workflow import make_plan

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> workspaces.Workspace:
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    source = tmp_path / "volumes.csv"
    volumes(6).to_csv(source, index=False)
    read = read_intervals(source, timezone="Europe/Dublin")
    write_history_folder(tmp_path / "history", read, timezone="Europe/Dublin")
    return workspaces.open_workspace(tmp_path)


def override(value: float) -> Override:
    start = pd.Timestamp("2026-03-09", tz="UTC").as_unit("us")
    end = start + pd.Timedelta(days=7)
    return Override("new", "multiply", "live", start, end, value, "ada", "hunch", NOON)


def test_a_plan_with_overrides_repeats_to_the_byte_and_tells_what_they_did(
    workspace: workspaces.Workspace,
) -> None:
    """Requirement and forecast are those with the override; beside them stands the model's own."""
    start = pd.Timestamp("2026-03-09").date()
    plain = make_plan(workspace, start)
    add_override(workspace.folder, override(2.0))
    first, second = (make_plan(workspace, start) for _ in range(2))
    assert plan_files(first) == plan_files(second)
    assert first.model_forecast is not None
    assert first.model_forecast.equals(plain.forecast)
    assert first.forecast["mean"].sum() == pytest.approx(2 * plain.forecast["mean"].sum(), rel=1e-4)
    hours = [made.requirement.table["primary"].sum() for made in (plain, first)]
    assert hours[1] > hours[0]
    keep_snapshot(workspace.folder, plan_snapshot(first), "plan", NOON)
    table = workspace_value_added(workspace).set_index("step")
    assert table.loc["published", "wape"] > table.loc["model", "wape"]
    assert table.loc["override", ["who", "days"]].tolist() == ["ada", 7]
    assert table.loc["override", "verdict"] == "hurt"


def test_publishing_the_same_again_is_no_new_version(tmp_path: Path) -> None:
    """A plan that is made again says nothing new."""
    made = plan_snapshot(sample_plan())
    for _ in range(2):
        keep_snapshot(tmp_path, made, "plan", NOON)
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        [document] = store.all_latest(KIND)
    assert (document.version, document.author) == (1, "plan")
    [read] = kept_snapshots(tmp_path)
    assert read.cutoff == made.cutoff
    assert [each.queue for each in read.own] == [each.queue for each in made.published]


def test_value_added_needs_something_that_was_published(
    workspace: workspaces.Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says what to do; and before anything has come, that it has not."""
    with pytest.raises(InputError, match="no forecast was published yet"):
        value_added_command.value_added(workspace.folder, None)
    keep_snapshot(workspace.folder, plan_snapshot(make_plan(workspace)), "plan", NOON)
    out = workspace.folder / "fva.csv"
    assert value_added_command.value_added(workspace.folder, out) == 0
    assert "Nothing of what was published has come yet." in capsys.readouterr().out
    assert out.read_text().startswith("unique_id,step,override_id,kind,who,why,intervals,days,")


def test_a_snapshot_of_another_version_is_told_in_one_line(tmp_path: Path) -> None:
    """It names the store and the snapshot."""
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        store.put(KIND, "2026-03-09", {"format": 99}, "plan", NOON, 0)
    with pytest.raises(InputError, match="snapshot 2026-03-09: found format 99"):
        kept_snapshots(tmp_path)
