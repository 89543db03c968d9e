"""One table of conversations, whatever tool they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from data.repairs import Repair

Kind = Literal["text", "time", "seconds", "count", "score", "flag"]

COLUMNS: Mapping[str, Kind] = {
    "conversation_id": "text",
    "created_at": "time",
    "queue": "text",
    "channel": "text",
    "segment": "text",
    "topic": "text",
    "rep_id": "text",
    "assigned_at": "time",
    "first_reply_at": "time",
    "closed_at": "time",
    "rep_messages": "count",
    "customer_messages": "count",
    "writing_s": "seconds",
    "customer_gap_s": "seconds",
    "snoozed_s": "seconds",
    "handling_s": "seconds",
    "abandoned_at": "time",
    "bot_involved": "flag",
    "bot_resolved": "flag",
    "reopened": "count",
    "csat": "score",
}
REQUIRED = ("conversation_id", "created_at")
DEFAULT_QUEUE = "all"


@dataclass(frozen=True)
class Conversations:
    """Conversations that customers began, one a row.

    Parameters
    ----------
    table
        A row per conversation, by `created_at`; ``conversation_id``, ``created_at`` and ``queue``
        always, the other columns of `COLUMNS` where the source knows them. Times are instants in
        UTC, NaT where something did not happen or is not known; seconds, counts and scores are
        floats, NaN where not known; flags are nullable booleans; ``reopened`` counts how often.
        ``bot_resolved`` conversations never reached a person.
    repairs
        What was mended on the way here.

    Raises
    ------
    ValueError
        When a column is missing, unknown or of another type, an id is repeated or a creation time
        is not known.
    """

    table: pd.DataFrame
    repairs: tuple[Repair, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        for column in (*REQUIRED, "queue"):
            if column not in self.table:
                raise ValueError(f"Conversations lack the column {column}; read them with it.")
        for name in self.table:
            _check_column(self.table[name], COLUMNS.get(str(name)))
        if self.table["created_at"].isna().any():
            raise ValueError("A conversation has no created_at; drop it and list it.")
        if not self.table["created_at"].is_monotonic_increasing:
            raise ValueError("Conversations are not in the order of created_at; sort them.")
        if self.table["conversation_id"].duplicated().any():
            raise ValueError("A conversation_id is repeated; keep one of them and list the others.")

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(sorted(self.table["queue"].unique()))


def _check_column(column: pd.Series, kind: Kind | None) -> None:
    if kind is None:
        raise ValueError(
            f"Conversations have no column {column.name!r}; expected {', '.join(COLUMNS)}."
        )
    expected = {"time": "datetime64[us, UTC]", "text": "str", "flag": "boolean"}.get(
        kind, "float64"
    )
    if str(column.dtype) != expected:
        raise ValueError(f"Column {column.name} is {column.dtype}; expected {expected}.")
