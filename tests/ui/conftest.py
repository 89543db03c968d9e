"""A command line in this process and a small workspace for it; workspaces for the app."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ui.workspaces import SETTINGS, TEAM, volumes
from ui.cli import main
from ui.serve import WORKSPACE_VARIABLE


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


@pytest.fixture(scope="session")
def _planned_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose week is planned and named, as a draft; only for copies."""
    from optimizer.solver import Cancellation
    from tests.ui.opening import MODEL, basis_of, make_workspace, quiet
    from ui import planning
    from ui.scenario import Scenario

    folder = make_workspace(tmp_path_factory.mktemp("made") / "team")
    basis = basis_of(folder, Scenario(model=MODEL))
    planning.choose_shifts(basis, Cancellation(), quiet)
    assert basis.team is not None
    plan = planning.read(basis.of, planning.plan_id(basis.of, basis.period))
    assert plan is not None
    planning.name_reps(basis.of, plan, basis.team, Cancellation(), quiet)
    return folder


@pytest.fixture
def planned(_planned_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose week is planned and named, in the app, for a test to change."""
    return _enter(shutil.copytree(_planned_once, tmp_path / "team"), monkeypatch)


@pytest.fixture
def unplanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a history and a team, and no plan, in the app."""
    from tests.ui.opening import make_workspace

    return _enter(make_workspace(tmp_path / "team"), monkeypatch)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with settings and nothing else, in the app."""
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "staffcast.toml").write_text(SETTINGS)
    return _enter(folder, monkeypatch)


def _enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder
