"""Fairness in a real browser: the score, a bar for each part that is known, and the ledger."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PATIENCE_MS, App
from tests.ui.earlier_week import write_earlier_week
from tests.ui.opening import make_workspace
from ui import workflow
from ui.plan_folder import write_plan
from ui.workspaces import open_workspace, plan_path

pytestmark = pytest.mark.browser

WIDTHS = (1280, 1920)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], App]) -> App:
    """The app of a workspace with a plan and the week before it."""
    folder = make_workspace(tmp_path_factory.mktemp("shared") / "team")
    write_earlier_week(folder)
    settings = folder / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    of = open_workspace(folder)
    made = workflow.make_plan(of)
    write_plan(made, plan_path(of, made))
    return serve(folder)


@pytest.mark.parametrize("width", WIDTHS)
def test_score_parts_and_ledger_are_there_at_once(page: Page, shared: App, width: int) -> None:
    """One click away, and nothing of it beyond the edge of the window."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(f"{shared.url}/roster")
    page.get_by_role("tab", name="Fairness").click()
    score = page.get_by_test_id("stMetric").filter(has_text="Fairness, of 100")
    expect(score).to_be_visible(timeout=PATIENCE_MS)
    # Cover, weekends and standby are known; of the others there is nothing to share.
    bars = page.get_by_role("tabpanel").get_by_test_id("stProgress")
    expect(bars).to_have_count(3)
    expect(page.get_by_text("nothing to share")).to_have_count(3)
    expect(page.get_by_text("of 4 turns lie with the wrong person")).to_be_visible()
    expect(page.get_by_text("Turns carried, and ±")).to_be_visible()
    beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert beyond <= 0
