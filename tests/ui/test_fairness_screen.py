"""Fairness on the roster screen: the same figures as the command's, and what is not known."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.earlier_week import write_earlier_week
from tests.ui.opening import make_workspace, open_screen, texts
from ui.serve import WORKSPACE_VARIABLE


@pytest.fixture
def folder(tmp_path: Path, staffcast, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with the week before and the plan of the next one."""
    of = make_workspace(tmp_path / "team")
    write_earlier_week(of)
    settings = of / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    assert staffcast("plan", "team").status == 0
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(of))
    return of


def ledger_of(at: AppTest) -> pd.DataFrame:
    return next(
        frame.value for frame in at.dataframe if {"Rep", "Contract, h"} <= set(frame.value.columns)
    )


def metric_of(at: AppTest) -> str:
    return next(str(each.value) for each in at.metric if each.label == "Fairness, of 100")


def test_the_screen_shows_what_the_command_writes(folder: Path, staffcast) -> None:
    """A planner who clicks and one who types see the same score and the same ledger."""
    at = open_screen("roster")
    assert not at.exception
    ended = staffcast("fairness", "team")
    assert ended.status == 0, ended.err
    assert f"2026-03-09 to 2026-03-22: {metric_of(at)} of 100" in ended.out
    written = pd.read_csv(folder / "fairness.csv")
    shown = ledger_of(at)
    assert shown["Rep"].tolist() == written["name"].tolist()
    assert shown["Standby"].tolist() == written["standby"].tolist()
    assert shown["Standby ±"].tolist() == written["standby_excess"].round(1).tolist()
    assert shown["Standby, h"].tolist() == written["standby_hours"].tolist()
    assert "Nights" not in shown
    said = texts(at)
    assert "2026-03-09 to 2026-03-22, this roster included." in said
    assert "nothing to share" in said
    assert "lie with the wrong person" in said


def test_a_changed_setting_changes_the_score_at_once(folder: Path) -> None:
    """What the screen keeps in mind must not outlive the settings."""
    before = metric_of(open_screen("roster"))
    settings = folder / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[fairness]\nstandby = 0\nweekends = 0\n")
    after = metric_of(open_screen("roster"))
    assert after != before
