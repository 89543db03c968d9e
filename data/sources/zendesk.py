"""Tickets as Zendesk's incremental export gives them, with their metric sets where included."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def is_zendesk(values: Mapping[str, Any]) -> bool:
    """Say whether an object looks like a ticket of Zendesk."""
    own = {"metric_set", "requester_id", "group_id", "generated_timestamp"}
    return "id" in values and "created_at" in values and not own.isdisjoint(values)


def join_metrics(tickets: Sequence[Any], metrics: object) -> list[Any]:
    """Give each ticket its metric set where those stand in a list of their own."""
    if not isinstance(metrics, list):
        return list(tickets)
    by_ticket = {item.get("ticket_id"): item for item in metrics if isinstance(item, dict)}
    return [
        {"metric_set": by_ticket[ticket["id"]], **ticket}
        if isinstance(ticket, dict) and _hashable(ticket.get("id")) and ticket["id"] in by_ticket
        else ticket
        for ticket in tickets
    ]


def zendesk_row(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the columns of a conversation, or None for a deleted ticket.

    The first reply is the creation plus the *calendar* reply time: the business one leaves closed
    hours out. Zendesk gives it in whole minutes, unless ``reply_time_in_seconds`` is there.
    """
    if values.get("status") == "deleted":
        return None
    facts = _part(values, "metric_set")
    row = {
        "conversation_id": values.get("id"),
        "created_at": values.get("created_at"),
        "queue": values.get("group_id"),
        "channel": _part(values, "via").get("channel"),
        "rep_id": values.get("assignee_id"),
        "assigned_at": facts.get("initially_assigned_at"),
        "first_reply_at": _first_reply(values.get("created_at"), facts),
        "closed_at": facts.get("solved_at"),
        "rep_messages": facts.get("replies"),
        "reopened": facts.get("reopens"),
    }
    return {column: value for column, value in row.items() if value is not None}


def _first_reply(created: object, facts: Mapping[str, Any]) -> str | None:
    seconds = _part(facts, "reply_time_in_seconds").get("calendar")
    if seconds is None:
        minutes = _part(facts, "reply_time_in_minutes").get("calendar")
        seconds = minutes * 60 if isinstance(minutes, (int, float)) else None
    if not isinstance(seconds, (int, float)) or not isinstance(created, str):
        return None
    try:
        start = pd.Timestamp(created)
        return (start + pd.Timedelta(seconds=seconds)).isoformat()
    except (ValueError, OverflowError):
        return None  # an unreadable creation time is refused where its column is read


def _part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key)
    return part if isinstance(part, Mapping) else {}


def _hashable(value: object) -> bool:
    return isinstance(value, (str, int))
