"""Delimited text and Parquet, opened by DuckDB."""

import codecs
import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from data.errors import InputError, fault
from data.files import check_readable, csv_records, guess_delimiter, read_text
from data.repairs import Repair
from data.sources.cells import Cells, connect
from data.sources.columns import map_columns
from data.sources.times import read_times

_HEAD_BYTES = 65_536
_PART_BYTES = 1 << 22
_BREAK = re.compile(r"\r\n|\r|\n")


def head_text(path: Path) -> str:
    """Return the first part of a text file.

    Raises
    ------
    InputError
        When the file is missing, empty or not UTF-8 text.
    """
    check_readable(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if b"\0" in head:
        raise InputError(f"{path}: found binary data; give a UTF-8 text file")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        return decoder.decode(head, final=len(head) < _HEAD_BYTES)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 text"
        ) from error


def read_header(path: Path) -> tuple[list[str], str]:
    """Return the column names of a delimited file and the delimiter.

    Raises
    ------
    InputError
        When there is no header.
    """
    text = head_text(path)
    delimiter = guess_delimiter(text)
    for _, cells in csv_records(io.StringIO(text, newline=""), delimiter, path):
        return [cell.strip() for cell in cells], delimiter
    raise InputError(f"{path}: the file has no header; export it again")


def open_delimited(
    path: Path, mapping: Mapping[str, str] | None
) -> tuple[Cells, tuple[Repair, ...]]:
    """Open a comma-, semicolon- or tab-separated export.

    DuckDB reads it; what DuckDB finds unsound is read record by record, which either succeeds or
    names the line.

    Raises
    ------
    InputError
        When a column is missing or a record has another width than the header.
    """
    names, delimiter = read_header(path)
    chosen, notice = map_columns(path, names, mapping)
    places = {column: f"c{names.index(name)}" for column, name in chosen.items()}
    source = (
        "read_csv(?, columns = ?, delim = ?, header = true, auto_detect = false, quote = '\"', "
        "escape = '\"', max_line_size = 16777216)"
    )
    parameters = (
        _without_wildcards(path),
        {f"c{number}": "VARCHAR" for number in range(len(names))},
        delimiter,
    )
    cells = Cells(
        path,
        source,
        {column: (place, "VARCHAR") for column, place in places.items()},
        lambda position: _line(path, delimiter, position),
        chosen,
        {},
        parameters,
        frozenset(mapping or ()),
    )
    return cells, notice


def read_by_record(cells: Cells) -> Cells:
    """Read a delimited file anew, record by record, for what DuckDB does not accept.

    Raises
    ------
    InputError
        With the line, when a record has another width than the header.
    """
    import pyarrow as pa

    path = cells.file
    names, delimiter = read_header(path)
    lines, rows = [], []
    stream = csv_records(io.StringIO(read_text(path), newline=""), delimiter, path)
    next(stream)
    time_place = _time_place(cells)
    for line, row in stream:
        _refuse_swallowed(path, line, row, len(names), time_place, delimiter)
        # Some exports end every line with one delimiter more.
        if len(row) < len(names) or any(cell.strip() for cell in row[len(names) :]):
            raise fault(path, f"{len(row)} cells", f"the header has {len(names)}", row=line)
        lines.append(line)
        rows.append(row)
    used = {place: int(place[1:]) for place, _ in cells.columns.values()}
    table = pa.table(
        {place: pa.array([row[at] for row in rows], pa.string()) for place, at in used.items()}
    )
    return replace(
        cells,
        source="records",
        row_of=lambda at: lines[at],
        tables={"records": table},
        parameters=(),
    )


def check_quotes(cells: Cells, rows: int) -> None:
    """Refuse a file in which a quote has swallowed rows.

    A quote that is never closed makes the number of quotes odd, unless another is missing too; then
    a cell runs over lines that are rows themselves. Only a file with either is read once more.

    Parameters
    ----------
    cells
        A delimited file that DuckDB has read.
    rows
        How many rows DuckDB found in it.

    Raises
    ------
    InputError
        With the line at which the quote opens.
    """
    quotes, lines = _count_quotes(cells.file)
    even = quotes % 2 == 0
    if quotes == 0 or (even and (lines <= rows + 1 or not _may_hold_rows(cells))):
        return
    names, delimiter = read_header(cells.file)
    time_place = _time_place(cells)
    with cells.file.open(encoding="utf-8-sig", newline="") as stream:
        for line, row in csv_records(stream, delimiter, cells.file):
            _refuse_swallowed(cells.file, line, row, len(names), time_place, delimiter)


def _time_place(cells: Cells) -> int:
    return int(cells.columns["created_at"][0][1:])


def _count_quotes(path: Path) -> tuple[int, int]:
    """Return the number of quotes in a file and, where there is one, of its lines."""
    quotes = lines = 0
    last = b""
    with path.open("rb") as stream:
        while part := stream.read(_PART_BYTES):
            quotes += part.count(b'"')
            lines += part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")
            lines -= last == b"\r" and part[:1] == b"\n"
            last = part[-1:]
    return quotes, lines + (last not in (b"\r", b"\n"))


def _may_hold_rows(cells: Cells) -> bool:
    """Say whether a cell has a line with as many delimiters as a row and a digit in its time."""
    _, columns, delimiter = cells.parameters
    assert isinstance(columns, dict)
    place, width = _time_place(cells), len(columns)
    other = f"[^{re.escape(str(delimiter))}\\r\\n]*"
    row = f'[\\r\\n]({other}{delimiter}){{{place}}}"?[0-9]'
    rest = f"{other}({delimiter}{other}){{{width - 1 - place}}}"
    text = f"concat_ws(chr(31), {', '.join(columns)})"
    connection = connect()
    try:
        found = connection.execute(
            f"SELECT 1 FROM {cells.source} WHERE regexp_matches({text}, ?) LIMIT 1",
            [*cells.parameters, row + rest],
        ).fetchall()
    finally:
        connection.close()
    return bool(found)


def _refuse_swallowed(
    path: Path, line: int, row: list[str], width: int, time_place: int, delimiter: str
) -> None:
    """Refuse a record of which a cell holds a whole row: a quote before it was never closed."""
    broken = [cell for cell in row if "\n" in cell or "\r" in cell]
    for cell in broken:
        for text in _BREAK.split(cell)[1:]:
            inner = next(csv.reader([text], delimiter=delimiter), [])
            if len(inner) == width and read_times([inner[time_place]]).readable[0]:
                begin = line - sum(len(_BREAK.findall(each)) for each in broken)
                raise fault(
                    path,
                    "a quote that opens here and runs over other rows",
                    "close the quote",
                    row=begin,
                )


def open_parquet(path: Path, mapping: Mapping[str, str] | None) -> tuple[Cells, tuple[Repair, ...]]:
    """Open a Parquet file.

    Raises
    ------
    InputError
        When it is damaged or a column is missing.
    """
    import duckdb

    connection = connect()
    pattern = _without_wildcards(path)
    try:
        found = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [pattern]).fetchall()
    except duckdb.Error as error:
        raise InputError(
            f"{path}: not a sound Parquet file ({str(error).splitlines()[0][:120]}); "
            "export it again"
        ) from error
    finally:
        connection.close()
    types = {name: kind for name, kind, *_ in found}
    chosen, notice = map_columns(path, list(types), mapping)
    columns = {
        column: ('"' + name.replace('"', '""') + '"', types[name])
        for column, name in chosen.items()
    }
    cells = Cells(
        path,
        "read_parquet(?)",
        columns,
        lambda position: position + 1,
        chosen,
        {},
        (pattern,),
        frozenset(mapping or ()),
    )
    return cells, notice


def is_parquet(path: Path) -> bool:
    """Say whether a file begins as Parquet does."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def _without_wildcards(path: Path) -> str:
    """Name the file so that DuckDB takes no character of it for a wildcard."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def _line(path: Path, delimiter: str, position: int) -> int:
    """Return the line of the n-th record after the header."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, (line, _) in enumerate(csv_records(stream, delimiter, path)):
            if number == position + 1:
                return line
    return position + 2
