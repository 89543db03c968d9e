"""A reload loses nothing: what was tried comes back, and nothing that was saved is overwritten."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import Store, VersionConflict, sqlite_url
from ui import documents
from ui.documents import STORE_FILE
from ui.drafts import Drafts
from ui.scenario import QueueScenario, Scenario, from_payload, to_payload

shares = st.floats(0.01, 0.99)
tried = st.builds(
    QueueScenario,
    volume_factor=st.floats(0, 10),
    concurrency=st.none() | st.integers(1, 20),
    target=st.none() | shares,
    shrinkage=st.none() | st.floats(0, 0.99),
)
scenarios = st.builds(
    Scenario,
    start=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    model=st.sampled_from(["auto", "prophet"]),
    queue=st.sampled_from(["", "live"]),
    queues=st.dictionaries(st.text(max_size=5), tried, max_size=3),
)
anything = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["start", "model", "queue", "queues", "x"]), inner)
    ),
    max_leaves=8,
)


def test_a_draft_comes_back_in_another_session(tmp_path: Path) -> None:
    """Two objects on one folder are what two sessions are."""
    chosen = Scenario(date(2026, 11, 30), "prophet", "live", {"live": QueueScenario(1.2)})
    Drafts(tmp_path).save("scenario", "current", to_payload(chosen))
    assert from_payload(Drafts(tmp_path).load("scenario", "current")) == chosen


def test_a_workspace_without_drafts_has_none(tmp_path: Path) -> None:
    """The first visit begins with the settings."""
    assert Drafts(tmp_path).load("scenario", "current") is None


def test_saving_the_same_again_adds_no_version(tmp_path: Path) -> None:
    """A slider that is let go where it was must not fill the store."""
    drafts = Drafts(tmp_path)
    for payload in ({"a": 1}, {"a": 1}, {"a": 2}):
        drafts.save("scenario", "current", payload)
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        assert [one.payload for one in store.history("scenario", "current")] == [{"a": 1}, {"a": 2}]


class _RivalStore(Store):
    """A store in which another window saves just before this one."""

    rivals = 0

    def put(
        self, kind: str, key: str, payload: object, author: str, at: datetime, expected_version: int
    ) -> int:
        if _RivalStore.rivals:
            _RivalStore.rivals -= 1
            super().put(kind, key, {"rival": expected_version}, "rival", at, expected_version)
        return super().put(kind, key, payload, author, at, expected_version)


def test_a_draft_that_another_window_saved_stays_as_an_earlier_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever saves last is shown next, and the other's work is still there."""
    monkeypatch.setattr(documents, "Store", _RivalStore)
    monkeypatch.setattr(_RivalStore, "rivals", 2)
    Drafts(tmp_path).save("scenario", "current", {"mine": 1})
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        assert [one.payload for one in store.history("scenario", "current")] == [
            {"rival": 0},
            {"rival": 1},
            {"mine": 1},
        ]


def test_endless_rivalry_is_told_and_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft that could not be saved must not look saved."""
    monkeypatch.setattr(documents, "Store", _RivalStore)
    monkeypatch.setattr(_RivalStore, "rivals", 100)
    with pytest.raises(VersionConflict):
        Drafts(tmp_path).save("scenario", "current", {"mine": 1})


def test_versions_carry_the_time_they_were_made(tmp_path: Path) -> None:
    """The audit trail needs to say when."""
    before = datetime.now(UTC)
    Drafts(tmp_path).save("scenario", "current", {})
    with Store(sqlite_url(tmp_path / STORE_FILE)) as store:
        document = store.latest("scenario", "current")
    assert document is not None
    assert before <= document.at <= datetime.now(UTC)


@given(scenarios)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_every_scenario_survives_the_way_to_the_store(chosen: Scenario) -> None:
    """What a slider can say, a draft must hold."""
    assert from_payload(to_payload(chosen)) == chosen


@given(anything)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_draft_from_another_version_never_keeps_the_app_from_opening(payload: object) -> None:
    """A draft is a convenience; an unreadable one is left aside."""
    assert isinstance(from_payload(payload), Scenario)
