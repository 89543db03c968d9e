"""Why on the roster screen in a real browser: a click on somebody's day is answered."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PATIENCE_MS, App
from tests.ui.opening import make_workspace
from ui import workflow, workspaces
from ui.plan_folder import write_plan

pytestmark = pytest.mark.browser

ROW_PX, HEADER_ROWS = 35, 1


@pytest.fixture(scope="module")
def rostered(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], App]) -> App:
    """The app of a workspace with a roster."""
    folder = make_workspace(tmp_path_factory.mktemp("rostered") / "team")
    settings = folder / "staffcast.toml"
    settings.write_text(settings.read_text() + "\n[solver]\ngap = 0.05\n")
    of = workspaces.open_workspace(folder)
    made = workflow.make_plan(of)
    write_plan(made, workspaces.plan_path(of, made))
    return serve(folder)


def test_a_click_on_somebodys_day_says_why(page: Page, rostered: App) -> None:
    """The cell names a person and a day; both are picked, and the answer names them."""
    page.goto(f"{rostered.url}/roster")
    page.get_by_role("tab", name="Why").click(timeout=PATIENCE_MS)
    grid = page.get_by_test_id("stDataFrame").filter(visible=True).last
    page.get_by_text("Or click somebody's day.").wait_for()
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    # The second person, Ben, in the middle of the week.
    page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + ROW_PX * (HEADER_ROWS + 1.5))
    rep = page.get_by_role("combobox", name="Rep", exact=True).filter(visible=True)
    expect(rep).to_have_value("Ben", timeout=PATIENCE_MS)
    answer = page.get_by_test_id("stMarkdown").filter(visible=True).filter(has_text="Ben")
    expect(answer.first).to_be_visible()
