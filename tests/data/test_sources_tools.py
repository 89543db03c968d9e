"""Exports of Intercom and Zendesk."""

import json
from pathlib import Path

import pandas as pd
import pytest

from data.errors import InputError
from data.sources import read_conversations

T = 1767348600  # 2026-01-02 10:10 UTC
INTERCOM = {
    "type": "conversation",
    "id": "501",
    "created_at": T,
    "updated_at": T + 9000,
    "state": "closed",
    "source": {"type": "conversation", "delivered_as": "customer_initiated", "body": "hello"},
    "admin_assignee_id": 814860,
    "team_assignee_id": "2201",
    "ai_agent_participated": True,
    "ai_agent": {"resolution_state": "routed_to_team"},
    "conversation_rating": {"rating": 4},
    "statistics": {
        "first_contact_reply_at": T,
        "first_assignment_at": T + 20,
        "first_admin_reply_at": T + 86_460,
        "time_to_admin_reply": 60,
        "handling_time": 700,
        "adjusted_handling_time": 650,
        "count_reopens": 2,
        "last_close_at": T + 90_000,
    },
    "conversation_parts": {
        "conversation_parts": [
            {"part_type": "comment", "body": "hi", "author": {"type": "admin"}},
            {"part_type": "comment", "body": "thanks", "author": {"type": "user"}},
            {"part_type": "comment", "body": "I am a bot", "author": {"type": "bot"}},
            {"part_type": "snoozed", "body": None, "author": {"type": "admin"}},
        ]
    },
}
ZENDESK = {
    "id": 35436,
    "created_at": "2026-01-02T10:10:00Z",
    "updated_at": "2026-01-03T11:00:00Z",
    "status": "closed",
    "via": {"channel": "email"},
    "requester_id": 20978392,
    "assignee_id": 235323,
    "group_id": 98738,
}
METRICS = {
    "ticket_id": 35436,
    "initially_assigned_at": "2026-01-02T10:12:00Z",
    "solved_at": "2026-01-02T12:00:00Z",
    "reply_time_in_minutes": {"calendar": 45, "business": 5},
    "replies": 3,
    "reopens": 1,
}


def at(seconds: int) -> pd.Timestamp:
    return pd.Timestamp(T + seconds, unit="s", tz="UTC")


def read(folder: Path, document: object, *, lines: bool = False):
    path = folder / "answer.json"
    if lines:
        assert isinstance(document, list)
        path.write_text("".join(json.dumps(item) + "\n" for item in document))
    else:
        path.write_text(json.dumps(document))
    return read_conversations([path])


@pytest.mark.parametrize("shape", ["search result", "lines", "pages in lines", "list"])
def test_an_intercom_conversation_is_read_from_every_shape(tmp_path, shape):
    """People save one answer, all pages one a line, or the conversations alone."""
    page = {"type": "conversation.list", "conversations": [INTERCOM], "total_count": 1}
    found = {
        "search result": lambda: read(tmp_path, page),
        "lines": lambda: read(tmp_path, [INTERCOM, {**INTERCOM, "id": "502"}], lines=True),
        "pages in lines": lambda: read(tmp_path, [page, page], lines=True),
        "list": lambda: read(tmp_path, [INTERCOM]),
    }[shape]()
    row = found.table.iloc[0]
    assert row["conversation_id"] == "501"
    assert row["queue"] == "2201"
    assert row["channel"] == "chat"
    assert row["rep_id"] == "814860"
    assert row["csat"] == 4
    assert row["reopened"] == 2
    assert (row["rep_messages"], row["customer_messages"]) == (1, 2)
    assert bool(row["bot_involved"])
    assert not bool(row["bot_resolved"])


def test_intercom_waits_come_from_timestamps(tmp_path):
    """Its durations leave closed hours out: a day's wait over a weekend reads as a minute."""
    row = read(tmp_path, [INTERCOM]).table.iloc[0]
    assert row["created_at"] == at(0)
    assert row["assigned_at"] == at(20)
    assert row["first_reply_at"] == at(86_460)
    assert row["closed_at"] == at(90_000)
    assert row["handling_s"] == 700


def test_nulls_of_intercom_are_not_known(tmp_path):
    """Every statistic may be null."""
    bare = {"type": "conversation", "id": 1, "created_at": T, "statistics": None, "source": None,
            "team_assignee_id": None, "ai_agent": None, "state": "open"}  # fmt: skip
    found = read(tmp_path, {"conversations": [bare, INTERCOM]})
    row = found.table.set_index("conversation_id").loc["1"]
    assert row["queue"] == "all"
    assert pd.isna(row["first_reply_at"])
    assert pd.isna(row["handling_s"])
    assert pd.isna(row["bot_involved"])


@pytest.mark.parametrize(
    ("state", "replied", "resolved"),
    [
        ("confirmed_resolution", None, True),
        ("assumed_resolution", None, True),
        ("assumed_resolution", T + 5, False),
        ("routed_to_team", None, False),
    ],
)
def test_a_bot_resolved_what_no_person_answered(tmp_path, state, replied, resolved):
    """What a rep answered was work, whatever the bot claims."""
    item = {**INTERCOM, "ai_agent": {"resolution_state": state},
            "statistics": {"first_admin_reply_at": replied}}  # fmt: skip
    assert bool(read(tmp_path, [item]).table["bot_resolved"].iloc[0]) is resolved


def test_a_message_of_the_company_arrives_when_a_customer_answers(tmp_path):
    """A campaign to thousands at nine is not thousands of contacts at nine."""
    sent = {**INTERCOM, "source": {"type": "conversation", "delivered_as": "automated"}}
    answered = {**sent, "id": "a", "statistics": {"first_contact_reply_at": T + 3600}}
    silent = {**sent, "id": "b", "statistics": {"first_contact_reply_at": None}}
    found = read(tmp_path, {"conversations": [answered, silent]})
    assert found.table["conversation_id"].tolist() == ["a"]
    assert found.table["created_at"].tolist() == [at(3600)]
    (repair,) = found.repairs
    assert (repair.count, "never answered" in repair.kind) == (1, True)


@pytest.mark.parametrize("shape", ["sideloaded", "inline", "lines"])
def test_a_zendesk_ticket_is_read_with_its_metrics(tmp_path, shape):
    """The calendar reply time is the wait that the customer had; the business one is not."""
    inline = {**ZENDESK, "metric_set": METRICS}
    found = {
        "sideloaded": lambda: read(tmp_path, {"tickets": [ZENDESK], "metric_sets": [METRICS]}),
        "inline": lambda: read(tmp_path, {"tickets": [inline], "end_of_stream": True}),
        "lines": lambda: read(tmp_path, [inline], lines=True),
    }[shape]()
    row = found.table.iloc[0]
    assert (row["conversation_id"], row["queue"], row["channel"]) == ("35436", "98738", "email")
    assert row["created_at"] == at(0)
    assert row["first_reply_at"] == at(45 * 60)
    assert row["assigned_at"] == at(120)
    assert row["closed_at"] == pd.Timestamp("2026-01-02 12:00", tz="UTC")
    assert (row["rep_messages"], row["reopened"]) == (3, 1)


def test_a_ticket_that_changed_is_counted_once_in_its_last_state(tmp_path):
    """The incremental export filters on the time of change, and repeats what changed."""
    early = {**ZENDESK, "group_id": 1, "updated_at": "2026-01-02T10:20:00Z"}
    for tickets in ([early, ZENDESK], [ZENDESK, early]):
        found = read(tmp_path, {"tickets": tickets})
        assert found.table["queue"].tolist() == ["98738"]
        assert [(repair.kind, repair.count) for repair in found.repairs] == [("repeated id", 1)]


def test_deleted_tickets_are_left_out_and_listed(tmp_path):
    """Deleted tickets are mostly spam; nobody is staffed for them."""
    found = read(tmp_path, {"tickets": [ZENDESK, {**ZENDESK, "id": 2, "status": "deleted"}]})
    assert len(found.table) == 1
    assert [(repair.kind, repair.count) for repair in found.repairs] == [("deleted", 1)]


def test_nothing_but_deleted_tickets_is_refused(tmp_path):
    """The line must say why nothing is left."""
    with pytest.raises(InputError, match="all of its tickets are deleted"):
        read(tmp_path, {"tickets": [{**ZENDESK, "status": "deleted"}]})


def test_an_unreadable_time_names_its_place_in_the_answer(tmp_path):
    """A document of one line has no line numbers to go by."""
    with pytest.raises(InputError, match=r"row tickets\[1\].*column created_at.*'soon'"):
        read(tmp_path, {"tickets": [ZENDESK, {**ZENDESK, "id": 3, "created_at": "soon"}]})


def test_an_answer_without_creation_times_is_refused(tmp_path):
    """Fields can be switched off in an export; then it cannot be counted."""
    with pytest.raises(InputError, match="created_at"):
        read(tmp_path, {"conversations": [{"type": "conversation", "id": 1}]})
