"""Changes on the roster screen: the repair that the command finds, applied and taken back."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import click, make_workspace, open_screen, texts
from ui.components.repair_view import SWAP
from ui.plan_folder import plan_hash, read_plan
from ui.serve import WORKSPACE_VARIABLE


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a published week."""
    from ui import workflow, workspaces
    from ui.plan_folder import write_plan

    of = make_workspace(tmp_path_factory.mktemp("repair") / "team")
    settings = of / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    made = workflow.make_plan(workspaces.open_workspace(of))
    write_plan(made, of / "plans" / made.plan_id)
    return of


@pytest.fixture
def folder(planned: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace, in the app."""
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(planned))
    return planned


def week(folder: Path) -> Path:
    return next((folder / "plans").iterdir())


def first_duty(folder: Path) -> tuple[str, str]:
    """The rep and day of the first primary duty."""
    roster = pd.read_csv(week(folder) / "roster.csv")
    one = roster[roster["role"] == "primary"].sort_values("start").iloc[0]
    return str(one["rep_id"]), str(one["start"])[:10]


def away(folder: Path) -> tuple[AppTest, str, str]:
    """Open the screen, and let whoever has the first duty be away on its day."""
    rep_id, day = first_duty(folder)
    at = open_screen("roster", {"repair_rep": rep_id})
    assert not at.exception
    moment = pd.Timestamp(day).date()
    at.date_input(key="repair_days").set_value((moment, moment)).run()
    click(at, "Mend the roster")
    return at, rep_id, day


def test_the_screen_says_what_the_command_says(folder: Path, staffcast) -> None:
    """A planner who clicks and one who types see the same changes and the same substitutes."""
    at, rep_id, day = away(folder)
    ended = staffcast("repair", week(folder), "--away", rep_id, day, day, "--out", "out")
    assert ended.status == 0, ended.err
    changes = pd.read_csv("out/changes.csv", keep_default_na=False)
    assert len(changes) > 0
    said = texts(at)
    for name, why in zip(changes["name"], changes["why"], strict=True):
        assert f"- {name}: " in said
        assert why in said
    substitutes = pd.read_csv("out/substitutes.csv", keep_default_na=False)
    shown = [frame.value for frame in at.dataframe if {"How", "Costs"} <= set(frame.value.columns)]
    listed = [name for frame in shown for name in frame["Rep"]]
    assert listed == substitutes["name"].tolist()


def test_what_is_applied_is_a_draft_and_can_be_taken_back(folder: Path) -> None:
    """The published plan stays; the draft has the repair; undone, there is no draft any more."""
    before = plan_hash(read_plan(week(folder)))
    at, rep_id, day = away(folder)
    click(at, "Apply to the draft")
    draft = folder / "runs" / "drafts" / week(folder).name
    mended = read_plan(draft)
    assert mended.roster is not None
    assert not [
        one
        for one in mended.roster.assignments
        if one.rep_id == rep_id and str(one.shift.start)[:10] == day
    ]
    assert plan_hash(read_plan(week(folder))) == before
    click(at, "Take the last change back")
    assert not draft.exists()
    assert plan_hash(read_plan(week(folder))) == before


def test_a_swap_is_checked_in_words(folder: Path) -> None:
    """Partners are offered; whoever has another duty that day is told so."""
    at = open_screen("roster", {"repair_kind": SWAP})
    assert not at.exception
    said = texts(at)
    assert "swaps are allowed" in said or "Nobody can swap this duty" in said
    giver = at.selectbox(key="swap_giver").value
    roster = pd.read_csv(week(folder) / "roster.csv")
    own = set(roster[roster["rep_id"] == giver]["start"].str[:10])
    busy = roster[(roster["rep_id"] != giver) & roster["start"].str[:10].isin(own)]
    same_day = busy.iloc[0]
    duty = next(
        one
        for one in at.selectbox(key="swap_duty").options
        if pd.Timestamp(same_day["start"]).strftime("%a %-d %b") in one
    )
    at.selectbox(key="swap_duty").select(duty).run()
    at.selectbox(key="swap_taker").set_value(same_day["rep_id"]).run()
    assert not at.exception
    assert "Not allowed" in texts(at)
    assert "on one day" in texts(at)
