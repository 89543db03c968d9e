"""The planner's view of conversations at once: folded it costs nothing, open it says what pays."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import MODEL, make_workspace, open_screen, texts
from tests.ui.test_concurrency_command import INBOX
from tests.ui.workspaces import volumes
from ui import importing, workspaces
from ui.concurrency_chart import reps_by_concurrency
from ui.drafts import Drafts
from ui.serve import WORKSPACE_VARIABLE

OPEN: dict[str, object] = {"concurrency_view": True}


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of a chat queue and an inbox."""
    both = pd.concat([volumes(6), volumes(6, peak=20, queue="inbox")])
    folder = make_workspace(tmp_path / "team")
    path = folder / "staffcast.toml"
    path.write_text(path.read_text() + INBOX)
    export = folder / "both.csv"
    both.to_csv(export, index=False)
    of = workspaces.open_workspace(folder)
    importing.take_over(importing.preview([export], of), of)
    Drafts(folder).save("scenario", "current", {"model": MODEL, "queue": "live"})
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


def _metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def test_the_service_of_the_week_is_shown_by_every_clock(team: Path) -> None:
    """First reply and pick-up differ, and so do the two occupancies: none stands for another."""
    at = open_screen("requirement")
    assert not at.exception
    shown = _metrics(at)
    names = ["First reply in 120 s", "Picked up in 120 s", "Later replies in 120 s"]
    shares = [float(shown[name].removesuffix(" %")) for name in names]
    assert shares[0] >= 80
    assert shares[1] > shares[0]
    assert 0 < shares[2] <= 100
    assert {"Hands busy", "Slots busy"} <= set(shown)


def test_folded_it_is_not_worked_out(team: Path) -> None:
    """Sliders must stay quick for who does not ask."""
    at = open_screen("requirement")
    assert not at.exception
    assert "keep the promise" not in texts(at)


def test_open_it_recommends_and_translates(team: Path) -> None:
    """The sentence, the levels, the ceiling and the pace, for the scenario as it is tried."""
    at = open_screen("requirement", OPEN)
    at.slider(key="concurrency:live").set_value(9).run()
    assert not at.exception
    assert "conversations at once; the 9 that are set" in texts(at)
    assert "One pair of hands completes at most 10 conversations an hour" in texts(at)
    levels = at.dataframe[-1].value
    assert levels["At once"].tolist() == list(range(1, 10))
    assert levels["An hour"].is_monotonic_increasing


def test_the_planners_own_figure_stands_beside_and_is_kept(team: Path) -> None:
    """A reload must not take it back to what others say."""
    at = open_screen("requirement", OPEN)
    assert "At 60% it would be" in texts(at)
    assert _metrics(at)["Pace of live by inbox"].endswith(" %")
    at.number_input(key="own_share:live").set_value(45).run()
    assert "At 45% it would be" in texts(at)
    again = open_screen("requirement", OPEN)
    assert again.number_input(key="own_share:live").value == 45


def test_the_curve_writes_the_promised_line_and_rings_the_recommendation() -> None:
    """What stands beside the points must be their numbers, and the ring where the advice is."""
    curve = pd.DataFrame(
        {"concurrency": [1, 2, 3], "pick_up": [5.0, 3, 2], "first_reply": [6.0, 4, 4]}
    )
    spec = reps_by_concurrency(curve, "first_reply", 2, 3).to_dict()
    rule, _, lines, numbers, ring = spec["layer"]
    assert spec["datasets"][rule["data"]["name"]] == [{"concurrency": 3, "text": "set"}]
    drawn = spec["datasets"][lines["data"]["name"]]
    assert len(drawn) == 6
    written = spec["datasets"][numbers["data"]["name"]]
    assert [row["reps"] for row in written] == [6, 4, 4]
    assert "2" in str(ring["transform"])


def test_a_clock_that_cannot_be_kept_has_no_line() -> None:
    """Nothing is drawn at zero where no number of reps suffices."""
    curve = pd.DataFrame(
        {"concurrency": [1, 2], "pick_up": [5.0, 3], "first_reply": [float("nan")] * 2}
    )
    spec = reps_by_concurrency(curve, "pick_up", 2, 2).to_dict()
    drawn = spec["datasets"][spec["layer"][2]["data"]["name"]]
    assert {row["line"] for row in drawn} == {"for pick-up"}
