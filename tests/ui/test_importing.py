"""A new history must be whole, and the old one must be there to go back to."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InputError
from tests.ui.workspaces import SETTINGS, volumes
from ui import importing
from ui.workspaces import Workspace, open_workspace, read_workspace_history


@pytest.fixture
def of(tmp_path: Path) -> Workspace:
    """A workspace without a history."""
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "staffcast.toml").write_text(SETTINGS)
    return open_workspace(folder)


def _give(of: Workspace, weeks: int) -> None:
    export = of.folder / "export.csv"
    volumes(weeks).to_csv(export, index=False)
    importing.take_over(importing.preview([export], of), of)


def _weeks(of: Workspace) -> int:
    return len(read_workspace_history(of).histories[0].volume) // 168


def test_what_is_previewed_is_what_is_kept(of: Workspace) -> None:
    """The planner confirms what they have seen."""
    export = of.folder / "export.csv"
    volumes(3).to_csv(export, index=False)
    seen = importing.preview([export], of)
    importing.take_over(seen, of)
    kept = read_workspace_history(of).histories
    assert [one.queue for one in kept] == [one.queue for one in seen.histories]
    pd.testing.assert_series_equal(kept[0].volume, seen.histories[0].volume)


def test_the_last_upload_can_be_taken_back_and_brought_again(of: Workspace) -> None:
    """Undo is a swap, so that a wrong undo costs nothing either."""
    _give(of, 3)
    assert not importing.can_undo(of)
    _give(of, 5)
    assert _weeks(of) == 5
    importing.undo(of)
    assert _weeks(of) == 3
    importing.undo(of)
    assert _weeks(of) == 5


def test_a_fault_leaves_the_history_as_it_was(of: Workspace) -> None:
    """Nothing half-written: neither a folder without counts nor a lost undo."""
    _give(of, 3)
    export = of.folder / "broken.csv"
    export.write_text("unique_id,ds,y\nlive,2026-03-01T00:00:00+00:00,-4\n")
    with pytest.raises(InputError, match=r"broken\.csv"):
        importing.preview([export], of)
    assert _weeks(of) == 3
    assert [path.name for path in of.folder.iterdir() if path.name.startswith(".")] == []


def test_a_history_that_cannot_take_its_place_leaves_the_old_one(
    of: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the wrong moment must not cost eighteen months."""
    _give(of, 3)
    export = of.folder / "export.csv"
    volumes(5).to_csv(export, index=False)
    found = importing.preview([export], of)

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", refuse)
        with pytest.raises(InputError, match="No space left"):
            importing.take_over(found, of)
    assert _weeks(of) == 3
    assert [path.name for path in of.folder.iterdir() if path.name.startswith(".")] == []


def test_columns_can_be_named_where_they_cannot_be_guessed(of: Workspace) -> None:
    """Every tool names its columns in its own way."""
    export = of.folder / "export.csv"
    rows = [f"{number},2026-03-{1 + number:02d}T10:00:00+00:00,live" for number in range(9)]
    export.write_text("\n".join(["Nr,Began at this time,Where", *rows]) + "\n")
    columns = {"conversation_id": "Nr", "created_at": "Began at this time", "queue": "Where"}
    seen = importing.preview([export], of, columns)
    assert seen.histories[0].queue == "live"
    assert seen.histories[0].volume.sum() == 9


@given(st.binary(max_size=200))
def test_no_content_keeps_the_header_from_being_looked_for(content: bytes) -> None:
    """Anything may be uploaded; what has no header has none."""
    assert all(isinstance(name, str) for name in importing.header(content))


def test_the_header_of_any_delimited_file_is_found() -> None:
    """Its names are offered for choosing."""
    for content in (b"a,b\n1,2\n", b"\xef\xbb\xbfa;b\n", b"a\tb"):
        assert importing.header(content) == ["a", "b"]
    assert importing.header(b'{"a": 1}') == []
    assert importing.header(b"\xff\xfe") == []
