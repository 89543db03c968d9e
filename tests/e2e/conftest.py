"""The app as a planner has it: served from a workspace, in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser_setup import find_browser
from tests.e2e.serving import FLAGS, serving

# Generous, because the machine that tests is shared; what is promised is measured on its own.
PATIENCE_MS = 90_000


@dataclass(frozen=True)
class App:
    """A served workspace."""

    folder: Path
    url: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chrome or Chromium; without one the tests fail, and are never skipped."""
    path = find_browser()
    if path is None:
        pytest.fail("There is no Chrome or Chromium; run python tests/browser_setup.py")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window at the width that answers must fit, which fails on an error in the page."""
    window = browser.new_page(viewport={"width": 1280, "height": 800})
    window.set_default_timeout(PATIENCE_MS)
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    yield window
    window.close()
    assert not faults


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], App]]:
    """Start ``staffcast ui`` for a workspace; all are stopped in the end."""
    with ExitStack() as running:
        yield lambda folder: App(folder, running.enter_context(serving(folder)))
