"""Delimited text and Parquet, opened by DuckDB."""

import codecs
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from data.errors import InputError, fault
from data.files import check_readable, csv_records, guess_delimiter, read_text
from data.repairs import Repair
from data.sources.cells import Cells, connect
from data.sources.columns import map_columns

_HEAD_BYTES = 65_536


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
    for line, row in stream:
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
