"""Where the public data lies, and the record of what was measured."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

RECORD = Path(__file__).parents[2] / "BENCHMARKS.md"


@pytest.fixture
def public_data(request: pytest.FixtureRequest) -> Path:
    """The folder of public series named with --data; without it a benchmark skips, saying so."""
    folder: Path | None = request.config.getoption("--data")
    if folder is None:
        pytest.skip("name the folder of public data: make bench DATA=FOLDER")
    return folder


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Append what was measured to BENCHMARKS.md, better or worse than before."""

    def append(measure: str, figure: str) -> None:
        # The record itself changes with every row; only other changes make a commit "dirty".
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", f":!{RECORD.name}")
        commit = _git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")
        day = datetime.now(tz=UTC).date().isoformat()
        name = request.node.nodeid.split("/")[-1]
        with RECORD.open("a") as table:
            table.write(f"| {day} | {commit} | {name} | {measure} | {figure} |\n")

    return append


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=RECORD.parent, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
