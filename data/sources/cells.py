"""Cells of an export turned into texts, instants, numbers and flags, fast."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.conversations import COLUMNS, REQUIRED, Kind
from data.errors import InputError, fault
from data.repairs import Repair
from data.sources.times import (
    NOT_A_TIME,
    clip_ends,
    in_range,
    localise,
    mend_of_time,
    read_other_times,
    to_instants,
)

_MISSING = ("", "-", "null", "none", "nan", "nat", "na", "n/a", "\\n")
# A time states its offset by a letter at its end or by a sign behind the date.
_OFFSET = r"[[:alpha:]]\s*$|^.{11,}[+-]"
_MENDS: Mapping[Kind, str] = {
    "time": "name another column for it",
    "seconds": "give a finite number of seconds of at least 0, or name another column for it",
    "count": "give a finite number of at least 0, or name another column for it",
    "score": "give a finite number, or name another column for it",
    "flag": "write true or false, or name another column for it",
}


@dataclass(frozen=True)
class Cells:
    """What stands in a file, not yet understood.

    Parameters
    ----------
    file
        As the user named it.
    source
        A table for DuckDB: a name that `tables` registers, or a table function.
    columns
        The column of `source` and its DuckDB type, by the name of a conversation's column.
    row_of
        Place in the file of the n-th row, as an editor counts.
    names
        The file's own name of each column, for messages.
    tables, parameters
        Arrow tables to register, and values for the placeholders in `source`.
    stated
        Columns of a conversation that the user mapped; the others were taken by name or guessed.
    """

    file: Path
    source: str
    columns: Mapping[str, tuple[str, str]]
    row_of: Callable[[int], int | str]
    names: Mapping[str, str]
    tables: Mapping[str, Any]
    parameters: Sequence[object] = ()
    stated: frozenset[str] = frozenset()

    def is_guess(self, column: str) -> bool:
        """Say whether a column may be left out when it turns out to hold something else."""
        guessed = self.names[column] != column and column not in self.stated
        return guessed and column not in REQUIRED


def connect() -> Any:
    """Open a DuckDB in memory that fetches nothing from anywhere."""
    import duckdb

    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": "1",
        "memory_limit": "1GB",
    }
    connection = duckdb.connect(config=settings)
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def read_cells(cells: Cells, timezone: str) -> tuple[pd.DataFrame, tuple[Repair, ...]]:
    """Understand every cell, or say which one cannot be.

    Parameters
    ----------
    cells
        The file.
    timezone
        The zone in which times without an offset are read.

    Returns
    -------
    tuple
        A row per row of the file in its order, columns named and typed as in `Conversations`, still
        with gaps and repeats; and what was mended about its times.

    Raises
    ------
    InputError
        With file, row and column of the first cell that cannot be read.
    """
    arrow = _query(cells)
    table = pd.DataFrame(index=pd.RangeIndex(arrow.num_rows))
    times = _Times(timezone, cells.file)
    left_out = []
    for column in cells.columns:
        try:
            table[column] = _column(cells, column, arrow, times)
        except InputError as error:
            if not cells.is_guess(column):
                raise
            sentence = f"{cells.names[column]!r} was not taken for {column} after all: {error}."
            left_out.append(Repair("wrong guess", 1, sentence))
    _refuse_broken_queues(cells, arrow)
    return table, (*left_out, *times.repairs())


def _refuse_broken_queues(cells: Cells, arrow: Any) -> None:
    """Refuse a queue's name over several lines: it is the rest of a file behind an open quote."""
    import pyarrow.compute as pc

    if "queue" not in cells.columns:
        return
    broken = pc.match_substring_regex(arrow.column("queue"), "[\r\n]")
    if pc.any(broken).as_py():
        position = int(np.flatnonzero(broken.fill_null(fill_value=False).to_numpy())[0])
        raise fault(
            cells.file,
            arrow.column("queue")[position].as_py(),
            "close the quote; the name of a queue stands on one line",
            row=cells.row_of(position),
            column=cells.names["queue"],
        )


def _column(cells: Cells, column: str, arrow: Any, times: "_Times") -> Any:
    kind = COLUMNS[column]
    if kind == "time":
        return _instants(cells, column, arrow, times)
    values = arrow.column(column)
    if kind == "text":
        return values.to_pandas().astype("str").array
    _refuse_bad(cells, column, kind, arrow)
    return values.to_pandas().astype("boolean" if kind == "flag" else "float64").array


def _query(cells: Cells) -> Any:
    """Read the file: per column its value; and, but for texts, what is left without one."""
    connection = connect()
    try:
        for name, table in cells.tables.items():
            connection.register(name, table)
        raw, read, checked = [], [], []
        for column, (source, found) in cells.columns.items():
            kind, cell = COLUMNS[column], f'"{column} cell"'
            if kind == "text":
                raw.append(f'CAST({source} AS VARCHAR) AS "{column}"')
                read.append(f'nullif(trim("{column}"), \'\') AS "{column}"')
                checked.append(f'"{column}"')
                continue
            typed = kind == "time" and found.startswith("TIMESTAMP")
            raw.append(f"{source if typed else f'CAST({source} AS VARCHAR)'} AS {cell}")
            value = _time(cell, found) if kind == "time" else _value(cell, kind)
            read.append(f'{cell}, {value} AS "{column}"')
            checked.append(f'"{column}", {_left(column)} AS "{column} left"')
            if kind == "time":
                checked.append(f'{_naive(cell, found)} AS "{column} naive"')
        inner = f"SELECT {', '.join(raw)} FROM {cells.source}"
        query = f"SELECT {', '.join(checked)} FROM (SELECT {', '.join(read)} FROM ({inner}))"
        return connection.sql(query, params=list(cells.parameters)).to_arrow_table()
    finally:
        connection.close()


def _left(column: str) -> str:
    """Return SQL for the text of a cell that is not understood; `_unread` leaves out empty ones."""
    cell = f'"{column} cell"'
    return f'CASE WHEN "{column}" IS NULL AND {cell} IS NOT NULL THEN CAST({cell} AS VARCHAR) END'


def _unread(left: Any) -> Any:
    """Return the texts that are not understood, null where a cell means that nothing is known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if left.null_count == len(left):
        return left
    text = pc.utf8_trim_whitespace(left)
    missing = pc.is_in(pc.utf8_lower(text), value_set=pa.array(_MISSING))
    return pc.if_else(missing, pa.scalar(None, text.type), text)


def _time(cell: str, found: str) -> str:
    """Return SQL for microseconds since 1970; a naive time is taken as if it were UTC."""
    if found.startswith("TIMESTAMP"):
        plain = "TIMESTAMPTZ" if "TIME ZONE" in found else "TIMESTAMP"
        return f"epoch_us(TRY_CAST({cell} AS {plain}))"
    # A text that does not begin with a digit would be a word, such as 'epoch', that DuckDB knows.
    return f"CASE WHEN {cell} < ':' THEN epoch_us(TRY_CAST({cell} AS TIMESTAMPTZ)) END"


def _naive(cell: str, found: str) -> str:
    """Return SQL that says whether a time states no offset."""
    if found.startswith("TIMESTAMP"):
        return str("TIME ZONE" not in found).lower()
    return f"NOT regexp_matches({cell}, '{_OFFSET}')"


def _value(cell: str, kind: Kind) -> str:
    if kind == "flag":
        word = f"lower(trim({cell}))"
        return (
            f"CASE WHEN {word} IN ('true', 't', 'yes', 'y', '1', '1.0') THEN true "
            f"WHEN {word} IN ('false', 'f', 'no', 'n', '0', '0.0') THEN false END"
        )
    number = f"TRY_CAST({cell} AS DOUBLE)"
    if kind == "count":
        # How often a conversation was reopened is a mere yes or no in some exports.
        number = f"coalesce({number}, CAST(TRY_CAST({cell} AS BOOLEAN) AS DOUBLE))"
    bound = "" if kind == "score" else f" AND {number} >= 0"
    return f"CASE WHEN isfinite({number}){bound} THEN {number} END"


def _refuse_bad(cells: Cells, column: str, kind: Kind, arrow: Any) -> None:
    left = _unread(arrow.column(f"{column} left"))
    if left.null_count < len(left):
        position = int(np.flatnonzero(~left.is_null().to_numpy())[0])
        raise _fault(cells, column, kind, position, left[position].as_py())


def _fault(cells: Cells, column: str, kind: Kind, position: int, text: str) -> Exception:
    row = cells.row_of(position)
    mend = f"{mend_of_time(text)}, or {_MENDS[kind]}" if kind == "time" else _MENDS[kind]
    return fault(cells.file, text, mend, row=row, column=cells.names[column])


def _instants(cells: Cells, column: str, arrow: Any, times: "_Times") -> pd.DatetimeIndex:
    """Return instants, NaT where the cell is empty."""
    values, left = arrow.column(column), _unread(arrow.column(f"{column} left"))
    present = ~values.is_null().to_numpy()
    micros = values.fill_null(0).to_numpy().copy()
    naive = arrow.column(f"{column} naive").fill_null(fill_value=False).to_numpy().copy()
    wrong = present & ~in_range(micros)
    if column == "created_at" and wrong.any():
        # A placeholder such as 9999-12-31 is a date far from the others, which is listed later.
        micros = clip_ends(micros)
        wrong = present & ~in_range(micros)
    others = np.flatnonzero(~left.is_null().to_numpy())
    if len(others):
        codes, texts = pd.factorize(left.take(others).to_pandas().astype("str"))
        read = read_other_times([str(text) for text in texts])
        micros[others], naive[others] = read.micros[codes], read.naive[codes]
        present[others] = True
        wrong[others] = ~read.readable[codes]
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        found = left[position].as_py() or _wall(int(micros[position]))
        raise _fault(cells, column, "time", position, found)
    instants, nonexistent = times.read(column, micros, naive & present, present)
    if nonexistent.any():
        position = int(np.flatnonzero(nonexistent)[0])
        raise fault(
            cells.file,
            str(pd.Timestamp(int(micros[position]), unit="us")),
            f"the clocks of {times.timezone} skip this time; "
            "state the zone that the times were written in",
            row=cells.row_of(position),
            column=cells.names[column],
        )
    return instants


def _wall(micros: int) -> str:
    """Write a time that lies outside of what a calendar knows."""
    return str(np.datetime64(micros, "us").astype("datetime64[s]")).replace("T00:00:00", "")


class _Times:
    """Sets naive times into the zone and counts what that took, over the columns of a file."""

    def __init__(self, timezone: str, file: Path) -> None:
        self.timezone = timezone
        self._file = file
        self._naive = self._aware = self._repeated = 0

    def read(
        self,
        column: str,
        micros: npt.NDArray[np.int64],
        naive: npt.NDArray[np.bool_],
        present: npt.NDArray[np.bool_],
    ) -> tuple[pd.DatetimeIndex, npt.NDArray[np.bool_]]:
        instants = np.where(present, micros, NOT_A_TIME)
        nonexistent = np.zeros(len(micros), dtype=bool)
        places = np.flatnonzero(naive)
        local = localise(pd.DatetimeIndex(micros[places].view("datetime64[us]")), self.timezone)
        instants[places] = local.instants.asi8
        nonexistent[places] = local.nonexistent
        if column == "created_at":
            self._repeated += int(local.repeated.sum())
            self._naive += int(naive.sum())
            self._aware += int((present & ~naive).sum())
        return to_instants(instants), nonexistent

    def repairs(self) -> tuple[Repair, ...]:
        name, found = self._file.name, []
        if self._naive and self._aware:
            found.append(
                Repair(
                    "mixed times",
                    self._naive,
                    f"{name}: {self._aware} creation times state their offset from UTC and "
                    f"{self._naive} do not; those were read in {self.timezone}.",
                )
            )
        elif self._naive:
            found.append(
                Repair(
                    "naive times",
                    self._naive,
                    f"{name}: no creation time states its offset from UTC; "
                    f"all were read in {self.timezone}.",
                )
            )
        if self._repeated:
            found.append(
                Repair(
                    "repeated hour",
                    self._repeated,
                    f"{name}: {self._repeated} creation times lie in an hour that the clocks of "
                    f"{self.timezone} go through twice; the first was taken.",
                )
            )
        return tuple(found)
