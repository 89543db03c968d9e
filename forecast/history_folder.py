"""The history that a workspace keeps: what came in, and counts that people can read."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from data.conversations import Conversations
from data.errors import InputError
from data.files import check_readable, csv_text, read_table, write_all
from data.repairs import Repair
from data.sources import IntervalVolume, read_conversations, read_intervals
from forecast.closures import CalendarSettings
from forecast.history import build_histories, history_table

_COUNTS_MINUTES = 15
_FILES = ("conversations.parquet", "counts.csv", "repairs.csv")


def write_history_folder(
    folder: Path, source: Conversations | IntervalVolume, *, timezone: str = "UTC"
) -> None:
    """Keep what came in: conversations as Parquet, counts per 15 minutes, and what was mended.

    Parameters
    ----------
    folder
        The workspace's ``history``. Files are the same to the byte when written again.
    source
        Conversations; or counts, which are kept in their own interval and without conversations.
    timezone
        The zone in which the times of ``counts.csv`` are written.
    """
    names = [folder / name for name in _FILES]
    files: dict[Path, bytes | str] = {}
    if isinstance(source, Conversations):
        files[names[0]] = _parquet(source.table)
    elif names[0].exists():
        raise InputError(f"{names[0]}: found conversations; move them away to keep counts alone")
    minutes = _COUNTS_MINUTES if isinstance(source, Conversations) else source.interval_minutes
    histories = build_histories(source, CalendarSettings(timezone, minutes))
    files[names[1]] = csv_text(history_table(histories))
    files[names[2]] = csv_text(
        pd.DataFrame(
            [(repair.kind, repair.count, repair.sentence) for repair in source.repairs],
            columns=["kind", "count", "sentence"],
        )
    )
    write_all(files)


def read_history_folder(folder: Path, *, timezone: str = "UTC") -> Conversations | IntervalVolume:
    """Read what `write_history_folder` kept: the conversations, or the counts without them.

    Parameters
    ----------
    folder
        The workspace's ``history``.
    timezone
        The zone at whose midnight counts without conversations are anchored.

    Raises
    ------
    InputError
        When there is no such folder, or neither file is in it, or one of them is damaged.
    """
    conversations, counts, repairs = (folder / name for name in _FILES)
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; run staffcast init to make one")
    listed = _read_repairs(repairs)
    if conversations.exists():
        return replace(read_conversations([conversations]), repairs=listed)
    if counts.exists():
        return replace(read_intervals(counts, timezone=timezone), repairs=listed)
    raise InputError(f"{folder}: found neither {conversations.name} nor {counts.name}; add one")


def _read_repairs(path: Path) -> tuple[Repair, ...]:
    if not path.exists():
        return ()
    check_readable(path)
    table = read_table(path, ["kind", "count", "sentence"])
    return tuple(
        Repair(str(row.kind), int(str(row.count)), str(row.sentence))
        for row in table.itertuples(index=False)
    )


def _parquet(table: pd.DataFrame) -> bytes:
    """Render a table as Parquet without anything that differs between two runs."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    sink = pa.BufferOutputStream()
    pq.write_table(arrow, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
