"""Serving a workspace for a browser, as ``staffcast ui`` does."""

import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
STOP_SECONDS = 20
_LOOKS_A_SECOND = 4


@contextmanager
def serving(workspace: Path) -> Iterator[str]:
    """Run the app for a workspace on a free port, and yield its address.

    Raises
    ------
    RuntimeError
        When it ends at once or does not answer, with what it said.
    """
    port = _free_port()
    command = (sys.executable, "-m", "ui.cli", "ui", str(workspace), "--no-browser")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            (*command, "--port", str(port)), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            url = f"http://127.0.0.1:{port}"
            if not _answers(url, process):
                log.seek(0)
                raise RuntimeError(f"The app does not answer at {url}: {log.read().decode()}")
            yield url
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str, process: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server says it is healthy; False when it has ended or takes too long."""
    for _ in range(START_SECONDS * _LOOKS_A_SECOND):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            if _ends_within(process, 1 / _LOOKS_A_SECOND):
                return False
    return False


def _ends_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    if not _ends_within(process, STOP_SECONDS):
        process.kill()
        process.wait()
