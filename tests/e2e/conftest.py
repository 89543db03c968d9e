"""The app as a planner has it: served from a workspace, in a real browser."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser_setup import find_browser

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 90
# Generous, because the machine that tests is shared; what is promised is measured on its own.
PATIENCE_MS = 90_000


@dataclass(frozen=True)
class App:
    """A served workspace."""

    folder: Path
    url: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chrome or Chromium; without one the test fails where the gate runs."""
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
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], App]]:
    """Start ``staffcast ui`` for a workspace; all are stopped in the end."""
    running: list[subprocess.Popen[bytes]] = []
    logs = tmp_path_factory.mktemp("logs")

    def start(folder: Path) -> App:
        port = _free_port()
        command = (sys.executable, "-m", "ui.cli", "ui", str(folder), "--no-browser")
        log = logs / f"{port}.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                (*command, "--port", str(port)), stdout=output, stderr=subprocess.STDOUT
            )
        running.append(process)
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, process, log)
        return App(folder, url)

    yield start
    for process in running:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the server says it is healthy, or has ended and says why."""
    for _ in range(START_SECONDS * 4):
        if process.poll() is not None:
            pytest.fail(f"The app ended at once: {log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            _pause(process)
    pytest.fail(f"No answer at {url} within {START_SECONDS} s: {log.read_text()}")


def _pause(process: "subprocess.Popen[bytes]") -> None:
    """Give the server a quarter of a second; it may end meanwhile."""
    try:
        process.wait(0.25)
    except subprocess.TimeoutExpired:
        return
