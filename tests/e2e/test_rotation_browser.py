"""The rotation in a real browser: a year is drawn, a swap is made, and it is published."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PATIENCE_MS, App
from tests.ui.workspaces import SETTINGS, TEAM
from ui import rotations
from ui.workspaces import open_workspace

pytestmark = pytest.mark.browser

CHART = "[data-testid=stMain] [data-testid=stVegaLiteChart] svg"


@pytest.fixture(scope="module")
def oncall(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], App]) -> App:
    """The app of a workspace with a team that takes turns."""
    folder = tmp_path_factory.mktemp("oncall") / "team"
    folder.mkdir()
    (folder / "staffcast.toml").write_text(SETTINGS)
    (folder / "team.csv").write_text(TEAM)
    (folder / "absences.csv").write_text(
        "rep_id,start,end,kind\nana,2026-03-23,2026-03-29,vacation\n"
    )
    of = open_workspace(folder)
    base = rotations.base_of(of, date(2026, 3, 16), 52)
    assert base is not None
    rotations.publish_rotation(of, rotations.make_rotation(of, base))
    return serve(folder)


def test_a_year_is_drawn_swapped_and_published(page: Page, oncall: App) -> None:
    """What is published opens again; a swap and a click later it is published anew."""
    page.goto(f"{oncall.url}/rotation")
    page.locator("h1").first.wait_for()
    turns = page.get_by_test_id("stMetric").filter(has_text="Turns each")
    expect(turns).to_contain_text("13 – 13", timeout=PATIENCE_MS)
    chart = page.locator(CHART).first
    chart.wait_for()
    expect(chart.get_by_text("on call", exact=True)).to_be_visible()
    assert len(chart.locator("path[aria-roledescription=bar]").all()) == 53

    page.get_by_role("tab", name="Swaps").click()
    page.get_by_label("for this one").click()
    options = page.get_by_role("option")
    options.nth(4).wait_for()
    options.nth(3).click()
    page.get_by_role("button", name="Swap", exact=True).click()
    page.get_by_role("button", name="Take the last swap back").wait_for()
    assert len(pd.read_csv(oncall.folder / "swaps.csv")) == 1

    page.get_by_role("button", name="Publish the rotation").click()
    page.get_by_text(re.compile("Published to oncall")).wait_for()
    written = pd.read_csv(oncall.folder / "oncall" / "rotation.csv")
    assert (written["kind"] == "swap").sum() == 2
    assert len(written) == 52
