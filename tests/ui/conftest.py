"""A command line in this process, and a small workspace for it."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """Streamlit's caches belong to the process; a test must not see another's."""
    yield
    # Tests of commands need no streamlit, which takes a second to import.
    if "streamlit" in sys.modules:
        import streamlit as st

        st.cache_resource.clear()
        st.cache_data.clear()


@pytest.fixture
def staffcast(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Run a command in an empty folder, as a shell would."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["staffcast", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with six weeks of volume, settings and a team of four."""
    volumes(6).to_csv(tmp_path / "history.csv", index=False)
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    (tmp_path / "team.csv").write_text(TEAM)
    return tmp_path
