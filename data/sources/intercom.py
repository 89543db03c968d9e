"""Conversations as Intercom's search answers them.

Its durations leave closed hours out, so every wait is computed from timestamps (unix seconds).
"""

from collections.abc import Iterator, Mapping
from typing import Any

_INBOUND = frozenset({"customer_initiated", "operator_initiated"})
_CHANNELS = {"conversation": "chat", "phone_call": "phone", "phone_switch": "phone"}
_RESOLVED = frozenset({"resolved", "assumed_resolution", "confirmed_resolution"})
_CUSTOMERS = frozenset({"user", "lead", "contact"})
_WRITTEN = ("comment", "assignment", "close")


def is_intercom(values: Mapping[str, Any]) -> bool:
    """Say whether an object looks like a conversation of Intercom."""
    if values.get("type") == "conversation" and "id" in values:
        return True
    own = {"admin_assignee_id", "team_assignee_id", "ai_agent_participated", "waiting_since"}
    return "id" in values and "created_at" in values and not own.isdisjoint(values)


def intercom_row(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the columns of a conversation, or None for a message that no customer answered.

    A conversation that the company began reaches the team when the customer first answers: that
    is its ``created_at``.
    """
    facts, source = _part(values, "statistics"), _part(values, "source")
    inbound = source.get("delivered_as", "customer_initiated") in _INBOUND
    created = values.get("created_at") if inbound else facts.get("first_contact_reply_at")
    if created is None and not inbound:
        return None
    replied = facts.get("first_admin_reply_at")
    robot = _part(values, "ai_agent")
    kind = source.get("type", values.get("channel_initiated"))
    row = {
        "conversation_id": values.get("id"),
        "created_at": created,
        "queue": values.get("team_assignee_id"),
        "channel": _CHANNELS.get(str(kind), kind),
        "rep_id": values.get("admin_assignee_id"),
        "assigned_at": facts.get("first_assignment_at"),
        "first_reply_at": replied,
        "closed_at": facts.get("last_close_at") if values.get("state") == "closed" else None,
        "handling_s": facts.get("handling_time", facts.get("adjusted_handling_time")),
        "bot_involved": values.get("ai_agent_participated"),
        "bot_resolved": robot.get("resolution_state") in _RESOLVED and replied is None,
        "reopened": facts.get("count_reopens"),
        "csat": _rating(values, facts),
        **_messages(values, inbound=inbound),
    }
    return {column: value for column, value in row.items() if value is not None}


def message_events(values: Mapping[str, Any]) -> Iterator[tuple[object, str, str]]:
    """Yield time, kind and rep of what the parts and handling events of a conversation state.

    Kinds are ``rep`` and ``customer`` for messages, ``snooze``, ``assign``, ``paused`` and
    ``resumed``; the time is as it stands; the rep is empty where it was none.
    """
    source = _part(values, "source")
    parts = _part(values, "conversation_parts").get("conversation_parts")
    if isinstance(parts, list):
        if source.get("delivered_as", "customer_initiated") == "customer_initiated":
            yield values.get("created_at"), "customer", ""
        for part in parts:
            if isinstance(part, Mapping) and part.get("created_at") is not None:
                yield from _of_part(part)
    events = values.get("handling_events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, Mapping) and event.get("type") in ("paused", "resumed"):
            rep = _part(event, "teammate").get("id", "")
            yield event.get("timestamp", event.get("created_at")), str(event["type"]), str(rep)


def _of_part(part: Mapping[str, Any]) -> Iterator[tuple[object, str, str]]:
    author, kind = _part(part, "author"), part.get("part_type")
    at, rep = part["created_at"], str(author.get("id", ""))
    if kind in _WRITTEN and part.get("body"):
        if author.get("type") == "admin":
            yield at, "rep", rep
        elif author.get("type") in _CUSTOMERS:
            yield at, "customer", ""
    if kind == "snoozed":
        yield at, "snooze", rep
    taker = _part(part, "assigned_to")
    if taker.get("type") == "admin":
        yield at, "assign", str(taker.get("id", ""))


def _messages(values: Mapping[str, Any], *, inbound: bool) -> dict[str, int]:
    """Count the messages of both sides, where the conversation's parts are in the export."""
    parts = _part(values, "conversation_parts").get("conversation_parts")
    if not isinstance(parts, list):
        return {}
    authors = [
        str(_part(part, "author").get("type"))
        for part in parts
        if isinstance(part, Mapping) and part.get("part_type") in _WRITTEN
        and part.get("body")
    ]  # fmt: skip
    return {
        "rep_messages": authors.count("admin"),
        "customer_messages": sum(author in _CUSTOMERS for author in authors) + inbound,
    }


def _rating(values: Mapping[str, Any], facts: Mapping[str, Any]) -> object:
    for holder in (values, facts):
        rating = _part(holder, "conversation_rating")
        for key in ("rating", "score"):
            if rating.get(key) is not None:
                return rating[key]
    return None


def _part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key)
    return part if isinstance(part, Mapping) else {}
