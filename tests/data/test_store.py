"""The store keeps every version and never loses a change to somebody who was faster."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.store import SCHEMA_VERSION, Store, VersionConflict, sqlite_url

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def store(tmp_path):
    with Store(sqlite_url(tmp_path / "staffcast.db")) as opened:
        yield opened


def test_versions_count_from_one_and_all_are_kept(store):
    """Undo and the audit trail need what stood there before."""
    for version in range(3):
        at = NOON + timedelta(minutes=version)
        assert store.put("draft", "a", {"n": version}, "ada", at, version) == version + 1
    assert [document.version for document in store.history("draft", "a")] == [1, 2, 3]
    assert [document.payload["n"] for document in store.history("draft", "a")] == [0, 1, 2]
    latest = store.latest("draft", "a")
    assert (latest.version, latest.author, latest.at) == (3, "ada", NOON + timedelta(minutes=2))
    assert store.version("draft", "a", 2).payload == {"n": 1}
    assert store.version("draft", "a", 4) is None


def test_what_is_not_there_is_none(store):
    """A missing document is an ordinary answer, not a fault."""
    assert store.latest("draft", "a") is None
    assert store.history("draft", "a") == ()
    assert store.all_latest("draft") == ()


def test_kinds_and_keys_do_not_mix(store):
    """A draft and a scenario may have the same name."""
    store.put("draft", "b", 1, "ada", NOON, 0)
    store.put("draft", "a", 2, "ada", NOON, 0)
    store.put("draft", "a", 3, "bob", NOON, 1)
    store.put("scenario", "a", 4, "ada", NOON, 0)
    assert [(d.key, d.version, d.payload) for d in store.all_latest("draft")] == [
        ("a", 2, 3),
        ("b", 1, 1),
    ]
    assert [d.payload for d in store.all_latest("scenario")] == [4]


@pytest.mark.parametrize("expected", [0, 2, 7, -1])
def test_a_change_based_on_another_version_is_refused_and_writes_nothing(store, expected):
    """Two planners who edit the same draft must not overwrite each other unseen."""
    store.put("draft", "a", "mine", "ada", NOON, 0)
    with pytest.raises(VersionConflict, match="is at version 1") as caught:
        store.put("draft", "a", "yours", "bob", NOON, expected)
    assert (caught.value.expected, caught.value.found) == (expected, 1)
    assert [document.payload for document in store.history("draft", "a")] == ["mine"]


def test_of_many_writers_at_once_each_version_has_one(tmp_path):
    """Eight threads, each with a store of its own, add to one document: none is lost or doubled."""
    url = sqlite_url(tmp_path / "staffcast.db")
    writers, rounds = 8, 5
    gate = threading.Barrier(writers)
    conflicts, faults = [], []

    def write(name):
        try:
            with Store(url) as own:
                gate.wait(timeout=30)
                for turn in range(rounds):
                    while True:
                        latest = own.latest("draft", "a")
                        based_on = latest.version if latest else 0
                        try:
                            own.put("draft", "a", [name, turn], name, NOON, based_on)
                        except VersionConflict:
                            conflicts.append(name)
                        else:
                            break
        except Exception as error:  # noqa: BLE001 - handed to the main thread, which fails
            faults.append(error)

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    with Store(url) as store:
        history = store.history("draft", "a")
    assert [document.version for document in history] == list(range(1, writers * rounds + 1))
    for name in {document.author for document in history}:
        turns = [d.payload[1] for d in history if d.author == name]
        assert turns == list(range(rounds))
    assert len({document.author for document in history}) == writers


def test_only_one_of_two_connections_wins_a_version(tmp_path):
    """Both read version 1; the second to write is told, and sees the first one's work."""
    url = sqlite_url(tmp_path / "staffcast.db")
    with Store(url) as ada, Store(url) as bob:
        ada.put("draft", "a", "start", "ada", NOON, 0)
        seen = [ada.latest("draft", "a").version, bob.latest("draft", "a").version]
        bob.put("draft", "a", "bob's", "bob", NOON, seen[1])
        with pytest.raises(VersionConflict):
            ada.put("draft", "a", "ada's", "ada", NOON, seen[0])
        assert ada.latest("draft", "a").payload == "bob's"


def test_it_is_all_there_after_closing_and_opening(tmp_path):
    """A reload of the app loses nothing."""
    url = sqlite_url(tmp_path / "staffcast.db")
    with Store(url) as store:
        store.put("draft", "ä", {"ü": None}, "ada", NOON, 0)
    with Store(url) as store:
        assert store.latest("draft", "ä").payload == {"ü": None}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(json_values, st.text(max_size=20), st.text(max_size=20))
def test_any_json_comes_back_as_it_was(payload, kind, key):
    """The store knows no domain type, so it must carry them all."""
    with Store("sqlite://") as store:
        store.put(kind, key, payload, "ada", NOON, 0)
        assert store.latest(kind, key).payload == payload
        assert [document.payload for document in store.all_latest(kind)] == [payload]


def test_times_are_kept_as_instants(store):
    """The same instant written in another zone is the same instant."""
    store.put("draft", "a", 1, "ada", NOON.astimezone(timezone(timedelta(hours=-5))), 0)
    assert store.latest("draft", "a").at == NOON
    assert store.latest("draft", "a").at.tzinfo is UTC


@pytest.mark.parametrize("payload", [float("nan"), float("inf"), {1, 2}, NOON])
def test_what_json_cannot_say_is_refused(store, payload):
    """A NaN in the store would only fail when it is read in another language."""
    with pytest.raises(ValueError):
        store.put("draft", "a", {"x": payload}, "ada", NOON, 0)
    assert store.latest("draft", "a") is None


def test_a_time_without_zone_is_refused(store):
    """Nobody could say later which instant it was."""
    with pytest.raises(ValueError, match="zone"):
        store.put("draft", "a", 1, "ada", datetime(2026, 11, 22), 0)


def test_a_store_of_a_newer_schema_is_refused(tmp_path):
    """An old program must not write into a table whose meaning it does not know."""
    path = tmp_path / "staffcast.db"
    Store(sqlite_url(path)).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE store_schema SET version = ?", (SCHEMA_VERSION + 1,))
    connection.close()
    with pytest.raises(InputError, match="schema 2"):
        Store(sqlite_url(path))


def test_what_is_no_database_is_refused_in_one_line(tmp_path):
    """The user gave another file, a folder or nonsense: say so without a traceback."""
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"not a database, only text that is long enough" * 40)
    missing = tmp_path / "missing" / "staffcast.db"
    for url in (sqlite_url(noise), sqlite_url(tmp_path), sqlite_url(missing), "nonsense"):
        with pytest.raises(InputError) as caught:
            Store(url)
        assert "\n" not in str(caught.value)
    assert noise.read_bytes().startswith(b"not a database")
