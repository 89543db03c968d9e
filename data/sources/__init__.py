"""Readers of exports: delimited files, Parquet, JSON, Intercom, Zendesk, counts per interval."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from data.clock import zone
from data.conversations import Conversations
from data.errors import InputError
from data.files import check_readable
from data.repairs import Repair
from data.sources.cells import Cells, read_cells
from data.sources.delimited import (
    check_quotes,
    head_text,
    is_parquet,
    open_delimited,
    open_parquet,
    read_by_record,
)
from data.sources.documents import is_json, open_json
from data.sources.intervals import IntervalVolume, is_interval_file, read_intervals
from data.sources.join import join_files
from data.sources.tidy import Tidying

__all__ = ["IntervalVolume", "is_interval_file", "read_conversations", "read_intervals"]


def read_conversations(
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "UTC",
    start: pd.Timestamp | None = None,
) -> Conversations:
    """Read exports of conversations into one table.

    Parameters
    ----------
    paths
        Files of any readable kind: delimited text, Parquet, JSON or JSON lines, with our own
        columns or another tool's; what is in them is seen from their content.
    mapping
        The file's column for a column of `COLUMNS`, where it is not to be guessed.
    timezone
        The zone of times that state no offset.
    start
        The instant from which nothing may be known; later conversations are left out.

    Returns
    -------
    Conversations
        With every repair listed.

    Raises
    ------
    InputError
        When a file cannot be read, with row and column where it has them.
    """
    _check_zone(timezone)
    tables: list[pd.DataFrame] = []
    repairs: list[Repair] = []
    for path in paths:
        table, found = _read_one(path, mapping, timezone)
        tables.append(table)
        repairs.extend(found)
    if not tables:
        raise InputError("no file of conversations was named; name at least one")
    whole, renamed = join_files(tables, paths)
    tidying = Tidying(whole, ", ".join(path.name for path in paths))
    tidying.repairs.extend([*repairs, *renamed])
    return tidying.conversations(start)


def _read_one(
    path: Path, mapping: Mapping[str, str] | None, timezone: str
) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    import duckdb

    cells, notice = _open(path, mapping)
    try:
        table, repairs = read_cells(cells, timezone)
        if cells.source.startswith("read_csv"):
            check_quotes(cells, len(table))
    except duckdb.Error as error:
        if cells.source.startswith("read_csv"):
            cells = read_by_record(cells)
            table, repairs = read_cells(cells, timezone)
        else:
            raise InputError(
                f"{path}: cannot be read ({str(error).splitlines()[0][:120]}); export it again"
            ) from error
    if table.empty:
        raise InputError(f"{path}: there is no row below the header; export it again")
    return table, (*notice, *repairs)


def _open(path: Path, mapping: Mapping[str, str] | None) -> tuple[Cells, tuple[Repair, ...]]:
    check_readable(path)
    if is_parquet(path):
        return open_parquet(path, mapping)
    if is_json(head_text(path)):
        return open_json(path, mapping)
    return open_delimited(path, mapping)


def _check_zone(timezone: str) -> None:
    try:
        zone(timezone)
    except ValueError as error:
        raise InputError(f"timezone: {error}") from None
