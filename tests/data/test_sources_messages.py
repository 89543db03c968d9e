"""Times of messages as Intercom states them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import InputError
from data.sources.messages import read_messages

BEGIN = 1_772_442_000  # 2026-03-02 09:00 UTC


def part(
    minute: int, kind: str, author: str, body: str | None = "…", **more: Any
) -> dict[str, Any]:
    about = {"type": author, "id": "7"}
    at = BEGIN + 60 * minute
    return {"part_type": kind, "created_at": at, "author": about, "body": body, **more}


CONVERSATION = {
    "type": "conversation",
    "id": "1",
    "created_at": BEGIN,
    "source": {"delivered_as": "customer_initiated"},
    "conversation_parts": {
        "conversation_parts": [
            part(1, "assignment", "bot", None, assigned_to={"type": "admin", "id": "7"}),
            part(2, "comment", "bot"),
            part(3, "comment", "admin"),
            part(4, "comment", "lead"),
            part(5, "note", "admin"),
            part(6, "snoozed", "admin", None),
            part(9, "close", "admin"),
        ]
    },
    "handling_events": [
        {"type": "resumed", "timestamp": "2026-03-02T09:01:00Z", "teammate": {"id": 7}},
        {"type": "paused", "timestamp": BEGIN + 540, "teammate": {"id": 7}},
    ],
}


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def test_parts_and_handling_events_become_one_log(tmp_path: Path) -> None:
    """Who wrote when decides writing times; notes and bots write to nobody."""
    log = read_messages([write(tmp_path / "i.json", {"conversations": [CONVERSATION]})])
    assert log is not None
    minutes = (
        (log["at"] - pd.Timestamp(BEGIN, unit="s", tz="UTC")).dt.total_seconds() / 60
    ).tolist()
    assert sorted(zip(minutes, log["kind"], log["rep_id"], strict=True)) == [
        (0, "customer", ""), (1, "assign", "7"), (1, "resumed", "7"), (3, "rep", "7"),
        (4, "customer", ""), (6, "snooze", "7"), (9, "paused", "7"), (9, "rep", "7"),
    ]  # fmt: skip
    assert log["at"].is_monotonic_increasing


def test_a_conversation_in_two_files_is_read_once(tmp_path: Path) -> None:
    """Exports overlap; nobody wrote twice for that."""
    one = write(tmp_path / "a.json", [CONVERSATION])
    two = write(tmp_path / "b.json", [CONVERSATION])
    alone, both = read_messages([one]), read_messages([one, two])
    assert alone is not None
    assert both is not None
    pd.testing.assert_frame_equal(alone, both)


def test_exports_without_messages_have_no_log(tmp_path: Path) -> None:
    """A table of conversations is calibrated by its columns."""
    table = tmp_path / "c.csv"
    table.write_text("conversation_id,created_at\n1,2026-03-02T09:00\n")
    bare = {key: CONVERSATION[key] for key in ("type", "id", "created_at", "source")}
    assert read_messages([table, write(tmp_path / "i.json", [bare])]) is None


def test_a_time_that_is_none_is_a_fault_with_its_place(tmp_path: Path) -> None:
    """The planner must find the record."""
    events = [{"type": "paused", "timestamp": "yesterday"}]
    path = write(tmp_path / "i.json", [{**CONVERSATION, "handling_events": events}])
    with pytest.raises(InputError, match=r"i.json, row \[0\], column time: found 'yesterday'"):
        read_messages([path])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["comment", "snoozed", "admin", "paused", "2026-03-02T09:00:00+01:00", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["part_type", "created_at", "author", "type", "id", "body", "timestamp"]),
        inner,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(parts=st.lists(ANYTHING, max_size=4), events=ANYTHING, created=ANYTHING)
def test_whatever_stands_there_is_read_or_refused_in_one_line(
    tmp_path: Path, parts: list[object], events: object, created: object
) -> None:
    """An export is not ours: odd shapes must end in a log or in one line, never in a traceback."""
    odd = {
        **CONVERSATION,
        "created_at": created,
        "conversation_parts": {"conversation_parts": parts},
        "handling_events": events,
    }
    try:
        log = read_messages([write(tmp_path / "odd.json", [CONVERSATION, odd])])
    except InputError as error:
        assert "\n" not in str(error)
        return
    assert log is not None
    assert len(log) >= 8
    assert log["at"].notna().all()
