"""Messages, snoozes and handling events of conversations, where an export has their times."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from data.errors import fault
from data.files import check_readable
from data.sources.delimited import head_text, is_parquet
from data.sources.documents import Record, is_json, json_records
from data.sources.intercom import is_intercom, message_events

MESSAGE_COLUMNS = ("conversation_id", "at", "kind", "rep_id")

_YEAR_3000 = 32_503_680_000.0


def read_messages(paths: Sequence[Path]) -> pd.DataFrame | None:
    """Read who wrote when, from Intercom conversations with their parts or handling events.

    Parameters
    ----------
    paths
        Exports of conversations; those of other kinds are passed over.

    Returns
    -------
    pandas.DataFrame or None
        A row per event in the order of time: ``conversation_id``; ``at`` in UTC; ``kind``: a
        message of ``rep`` or ``customer``, ``snooze``, ``assign`` to a rep, or that handling was
        ``paused`` or ``resumed``; ``rep_id``, empty where it was none. None when no file has any.

    Raises
    ------
    InputError
        When a time cannot be read, with file and record.
    """
    rows = [row for path in paths for row in _of_file(path)]
    if not rows:
        return None
    table = pd.DataFrame(rows, columns=list(MESSAGE_COLUMNS))
    table["at"] = pd.to_datetime(table["at"], unit="s", utc=True).astype("datetime64[us, UTC]")
    table = table.drop_duplicates()
    return table.sort_values(["at", "conversation_id"], kind="stable", ignore_index=True)


def _of_file(path: Path) -> Iterator[tuple[str, float, str, str]]:
    check_readable(path)
    if is_parquet(path) or not is_json(head_text(path)):
        return
    for record in json_records(path):
        if is_intercom(record.values):
            for at, kind, rep in message_events(record.values):
                name = str(record.values.get("id"))
                yield name, _seconds(at, path, record), kind, rep


def _seconds(at: object, path: Path, record: Record) -> float:
    """Read unix seconds, or ISO 8601."""
    if isinstance(at, (int, float)) and not isinstance(at, bool):
        if 0 <= at < _YEAR_3000:
            return float(at)
    else:
        read = pd.to_datetime(str(at), utc=True, errors="coerce", format="ISO8601")
        if not pd.isna(read) and 0 <= read.timestamp() < _YEAR_3000:
            return float(read.timestamp())
    mend = "give unix seconds or ISO 8601"
    raise fault(path, str(at), mend, row=record.row, column="time")
