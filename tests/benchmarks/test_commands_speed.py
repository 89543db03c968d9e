"""How long the two commands that everybody meets first take."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

pytestmark = pytest.mark.benchmark


def cpu_s(*words: object) -> float:
    """Run a command in a process of its own; return its CPU seconds, children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "ui.cli", *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help(record: Callable[[str, str], None]) -> None:
    """Help answers in less than a second of CPU."""
    seconds = median(cpu_s("--help") for _ in range(5))
    record("staffcast --help, median of 5", f"{seconds:.2f} s CPU")
    assert seconds < 1


def test_demo(tmp_path: Path, record: Callable[[str, str], None]) -> None:
    """The sample team's week is planned within two minutes."""
    seconds = cpu_s("demo", tmp_path / "demo")
    record("staffcast demo", f"{seconds:.1f} s CPU")
    assert seconds < 120
