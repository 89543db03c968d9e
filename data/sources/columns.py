"""Which column of a stranger's export holds what."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.conversations import COLUMNS, REQUIRED
from data.errors import InputError
from data.repairs import Repair

# Names are compared in lower case with underscores; the first that is found is taken.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "conversation_id": (
        "id", "conversation", "ticket_id", "case_id", "thread_id", "chat_id", "import_id",
        "contact_id", "interaction_id", "case_number", "ticket", "number", "uuid",
    ),
    "created_at": (
        "created", "created_on", "created_time", "created_date", "create_date", "creation_date",
        "creation_time", "date_created", "time_created", "opened_at", "opened_on", "opened",
        "open_time", "started_at", "started_on", "start_time", "received_at", "received_on",
        "submitted_at", "arrived_at", "arrival_time", "timestamp", "datetime", "date_time",
        "conversation_created_at", "conversation_started_at", "ticket_created_at", "date",
    ),
    "queue": (
        "queue_name", "inbox", "inbox_name", "team_inbox", "team", "team_name", "group",
        "group_name", "department", "skill", "mailbox", "assigned_team", "assignment_group",
    ),
    "channel": ("channel_name", "channel_type", "via", "via_channel", "media_type", "medium"),
    "segment": ("customer_segment", "customer_type", "plan", "tier", "segment_name"),
    "topic": ("category", "subcategory", "contact_reason", "reason", "issue_type", "tag", "tags"),
    "rep_id": (
        "rep", "agent", "agent_id", "agent_name", "assignee", "assignee_id", "assignee_import_id",
        "assigned_to", "owner", "owner_id", "teammate", "teammate_id", "admin_assignee_id",
    ),
    "assigned_at": ("assigned", "assigned_on", "first_assigned_at", "initially_assigned_at"),
    "first_reply_at": (
        "first_replied_at", "first_response_at", "first_responded_at", "first_admin_reply_at",
        "first_reply", "first_response_time_at", "responded_at",
    ),
    "closed_at": (
        "closed", "closed_on", "close_time", "closed_date", "date_closed", "solved_at",
        "resolved_at", "resolved_on", "resolved", "ended_at", "end_time", "last_close_at",
        "completed_at",
    ),
    "rep_messages": ("agent_messages", "admin_messages", "replies", "agent_replies"),
    "customer_messages": ("contact_messages", "user_messages", "requester_messages"),
    "writing_s": ("writing_seconds", "typing_s", "typing_seconds"),
    "customer_gap_s": ("customer_gap_seconds", "customer_reply_s"),
    "snoozed_s": ("snoozed_seconds", "paused_s", "paused_seconds"),
    "handling_s": (
        "handling_time", "handling_time_s", "handling_seconds", "handle_time", "handle_time_s",
        "handle_time_seconds", "aht",
    ),
    "abandoned_at": ("abandoned", "abandoned_on", "abandon_time"),
    "bot_involved": ("ai_agent_participated", "bot", "bot_participated"),
    "bot_resolved": ("resolved_by_bot", "ai_resolved", "automated_resolution", "deflected"),
    "reopened": ("reopens", "count_reopens", "reopen_count", "times_reopened"),
    "csat": ("rating", "csat_score", "satisfaction", "satisfaction_score", "conversation_rating"),
}  # fmt: skip


def map_columns(
    file: Path, found: Sequence[str], mapping: Mapping[str, str] | None
) -> tuple[dict[str, str], tuple[Repair, ...]]:
    """Say which of the file's columns to read for each column of a conversation.

    Parameters
    ----------
    file
        For messages.
    found
        The file's column names.
    mapping
        The file's column for a column of a conversation, where the user states it; the others are
        taken by their own name or guessed from usual names.

    Returns
    -------
    tuple
        The file's column by the name of ours, and the guesses as a notice.

    Raises
    ------
    InputError
        When a stated or required column is missing, or a name that is needed stands there twice.
    """
    stated = dict(mapping or {})
    _check_stated(file, found, stated)
    taken = set(stated.values())
    normal = {name: _normal(name) for name in found if name not in taken}
    chosen, guessed = dict(stated), {}
    for column in COLUMNS:
        if column in chosen:
            continue
        for alias in (column, *_ALIASES.get(column, ())):
            match = next((name for name, text in normal.items() if text == alias), None)
            if match is not None:
                chosen[column] = match
                del normal[match]
                if match != column:
                    guessed[column] = match
                break
    for column in REQUIRED:
        if column not in chosen:
            raise InputError(
                f"{file}: column {column} is missing; found {', '.join(found)[:200]}; "
                f"name the column to use for {column}"
            )
    for name in chosen.values():
        if list(found).count(name) > 1:
            raise InputError(f"{file}: two columns are called {name!r}; rename one of them")
    return chosen, _notice(file, guessed)


def _check_stated(file: Path, found: Sequence[str], stated: Mapping[str, str]) -> None:
    for column, name in stated.items():
        if column not in COLUMNS:
            raise InputError(
                f"column mapping: a conversation has no {column!r}; choose of {', '.join(COLUMNS)}"
            )
        if name not in found:
            raise InputError(
                f"{file}: column {name} is missing; it was named for {column}; "
                f"found {', '.join(found)[:200]}"
            )


def _notice(file: Path, guessed: Mapping[str, str]) -> tuple[Repair, ...]:
    if not guessed:
        return ()
    pairs = ", ".join(f"{column} from {name!r}" for column, name in guessed.items())
    return (
        Repair("guessed column", len(guessed), f"{file.name}: read {pairs}; say so if it is not."),
    )


def _normal(name: str) -> str:
    """Lower case with underscores: ``Created at``, ``createdAt`` and ``created-at`` are one."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
