"""Overrides of a workspace: nothing is lost, everybody is named, and nobody's change is undone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from data.store import Store, VersionConflict, sqlite_url
from forecast.overrides import Override
from tests.ui.workspaces import SETTINGS
from ui import override_command, overrides
from ui.documents import STORE_FILE
from ui.overrides import KIND, add_override, kept_overrides, switch_override

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def override(at: datetime = NOON, value: float = 1.2) -> Override:
    start = pd.Timestamp("2026-11-23", tz="UTC").as_unit("us")
    return Override(
        "new", "multiply", "live", start, start + pd.Timedelta(days=1), value, "ada", "sale", at
    )


def asked(**parts: object) -> override_command.Asked:
    given = {
        "kind": "multiply", "queue": "live", "start": "2026-11-23", "end": "2026-11-23",
        "value": 1.2, "who": "ada", "why": "sale", "exactly": False, "at": "2026-11-20T12:00Z",
    }  # fmt: skip
    return override_command.Asked(**(given | parts))  # type: ignore[arg-type]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    return tmp_path


def test_overrides_come_back_in_the_order_they_were_made(tmp_path: Path) -> None:
    """That is the order in which they are laid over each other, whoever typed faster."""
    later = add_override(tmp_path, override(NOON + timedelta(hours=1), 1.5))
    earlier = add_override(tmp_path, override())
    assert kept_overrides(tmp_path) == (earlier, later)
    assert (later.override_id, earlier.override_id) == ("1", "2")


def test_a_switch_is_a_new_version_with_its_own_author(tmp_path: Path) -> None:
    """Who made an override and who switched it off may be two people; both are kept."""
    add_override(tmp_path, override())
    switched = switch_override(tmp_path, "1", on=False, who="bob", at=NOON + timedelta(days=1))
    assert (switched.on, switched.who, switched.at) == (False, "ada", NOON)
    switch_override(tmp_path, "1", on=False, who="eve", at=NOON + timedelta(days=2))
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        versions = store.history(KIND, "000001")
    assert [version.author for version in versions] == ["ada", "bob"]
    assert [version.payload["on"] for version in versions] == [True, False]


def test_two_who_add_at_once_both_keep_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slower one takes the next number."""
    put = Store.put
    raced = []

    def slow(store: Store, *parts: object) -> int:
        if not raced:
            raced.append(True)
            add_override(tmp_path, override(value=9.0))
        return put(store, *parts)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put", slow)
    mine = add_override(tmp_path, override(value=2.0))
    assert mine.override_id == "2"
    assert [each.value for each in kept_overrides(tmp_path)] == [9.0, 2.0]


def test_a_switch_against_a_newer_version_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody else just decided is not undone in silence."""
    add_override(tmp_path, override())
    put = Store.put
    raced = []

    def slow(store: Store, *parts: object) -> int:
        if not raced:
            raced.append(True)
            switch_override(tmp_path, "1", on=False, who="bob", at=NOON)
        return put(store, *parts)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put", slow)
    with pytest.raises(VersionConflict):
        switch_override(tmp_path, "1", on=False, who="eve", at=NOON)


def test_a_workspace_without_a_store_gets_none_by_looking(tmp_path: Path) -> None:
    """Reading leaves no file behind."""
    assert kept_overrides(tmp_path) == ()
    with pytest.raises(InputError, match="override '1': there is none"):
        switch_override(tmp_path, "1", on=True, who="ada", at=NOON)
    assert not list(tmp_path.iterdir())


def test_an_override_of_another_version_is_told_in_one_line(tmp_path: Path) -> None:
    """A plan that leaves out half of what people said would be wrong in silence."""
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        store.put(KIND, "000001", {"colour": "red"}, "ada", NOON, 0)
    with pytest.raises(InputError, match="override 000001: This is no override"):
        kept_overrides(tmp_path)


def test_the_commands_add_list_and_switch(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is listed is what was said, in local time."""
    assert override_command.show(workspace) == 0
    assert override_command.add(workspace, asked(kind="total", value=500.0)) == 0
    assert override_command.switch(workspace, "1", "off", "bob", "2026-11-21T09:00Z") == 0
    capsys.readouterr()
    assert override_command.show(workspace) == 0
    assert capsys.readouterr().out == (
        "1  off live 2026-11-23T00:00:00+00:00 to 2026-11-24T00:00:00+00:00: "
        "500 contacts in all (ada: sale)\n"
    )
    [kept] = overrides.kept_overrides(workspace)
    assert kept.at == NOON


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"kind": "double"}, "--kind: found 'double'"),
        ({"queue": "chat"}, "--queue: found 'chat'; give one of live"),
        ({"start": "soon"}, "--start: found 'soon'"),
        ({"end": "2026-11-22"}, "end must be after start"),
        ({"value": -1.0}, "lies from 0 to 1000"),
        ({"who": " "}, "who is missing"),
        ({"why": ""}, "why is missing"),
        ({"exactly": True}, "exactly goes with kind set"),
        ({"at": "yesterday"}, "--at: found 'yesterday'"),
    ],
)
def test_a_slip_in_an_option_keeps_nothing(
    workspace: Path, parts: dict[str, object], words: str
) -> None:
    """One line with the option, and the store is as it was."""
    with pytest.raises(InputError, match=words):
        override_command.add(workspace, asked(**parts))
    assert kept_overrides(workspace) == ()
