"""Reading small tables with the place of every fault, and writing files whole or not at all."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from data.clock import YEARS
from data.errors import InputError, fault


def check_readable(path: Path) -> None:
    """Refuse what is not a file with something in it.

    Raises
    ------
    InputError
        When `path` is missing, is a folder, or is empty.
    """
    if not path.exists():
        raise InputError(f"{path}: there is no such file; check the name and the folder")
    if path.is_dir():
        raise InputError(f"{path}: found a folder; name a file in it")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the file is empty; export it again")


def read_text(path: Path) -> str:
    """Read a UTF-8 text file, with or without a byte order mark.

    Raises
    ------
    InputError
        When the file is missing, empty or not text.
    """
    check_readable(path)
    content = path.read_bytes()
    if b"\0" in content:
        raise InputError(f"{path}: found binary data; give a UTF-8 text file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, row {row}: byte {error.start} is not UTF-8; save the file as UTF-8 text"
        ) from error


def read_table(path: Path, required: Iterable[str], optional: Iterable[str] = ()) -> pd.DataFrame:
    """Read a delimited text file whose columns are known, every cell as text.

    Parameters
    ----------
    path
        A comma-, semicolon- or tab-separated file with a header line.
    required
        Columns that must be there.
    optional
        Columns that may be there; a missing one is filled with empty text.

    Returns
    -------
    pandas.DataFrame
        A row per line, columns as asked in that order, stripped text; other columns are dropped.
        The index, named ``row``, is the line number as an editor counts.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column or has a line of another width.
    """
    text = read_text(path)
    records = csv_records(io.StringIO(text, newline=""), guess_delimiter(text), path)
    names = [name.strip() for name in next(records, (0, []))[1]]
    required, optional = tuple(required), tuple(optional)
    _check_names(path, names, required, optional)
    rows: list[list[str]] = []
    numbers: list[int] = []
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            raise fault(path, f"{len(cells)} cells", f"the header has {len(names)}", row=number)
        rows.append(cells)
        numbers.append(number)
    index = pd.Index(numbers, name="row", dtype="int64")
    table = pd.DataFrame(index=index)
    for name in (*required, *optional):
        place = names.index(name) if name in names else None
        texts = [""] * len(rows) if place is None else [row[place].strip() for row in rows]
        table[name] = pd.Series(texts, index=index, dtype="str")
    return table


def read_names(path: Path) -> tuple[str, ...]:
    """Return the names of a delimited file's columns.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    text = read_text(path)
    records = csv_records(io.StringIO(text, newline=""), guess_delimiter(text), path)
    return tuple(name.strip() for name in next(records, (0, []))[1])


def guess_delimiter(text: str) -> str:
    """Return what most often separates names in the first line: comma, semicolon or tab."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=header.count)


def csv_records(
    stream: io.TextIOBase, delimiter: str, path: Path
) -> Iterator[tuple[int, list[str]]]:
    """Yield the line at which each record ends, and its cells; blank lines are passed over.

    Parameters
    ----------
    stream
        Text whose line ends were left as they are (``newline=""``).

    Raises
    ------
    InputError
        When the quotes of a record cannot be made out, with the line in which it begins.
    """
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    begin = 1
    try:
        for cells in reader:
            if len(cells) > 1 or any(cell.strip() for cell in cells):
                yield reader.line_num, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise _quote_fault(path, str(error), begin, reader.line_num) from None


def _quote_fault(path: Path, words: str, begin: int, end: int) -> InputError:
    """Word what is wrong with the quotes of the record in lines `begin` to `end`."""
    if "end of data" in words:
        return fault(path, "a quote that is never closed", "close the quote", row=begin)
    if end > begin:
        found = f"a quote that opens here and runs on into row {end}"
        return fault(path, found, "close the quote", row=begin)
    if "expected after" in words:
        mend = "close the quote at the end of the cell; write a quote within a text twice"
        return fault(path, "text behind a closing quote", mend, row=begin)
    return fault(path, words, "mend the quotes or the line", row=begin)


def _check_names(
    path: Path, names: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    for name in required:
        if name not in names:
            raise InputError(
                f"{path}: column {name} is missing; found {', '.join(names)[:200]}; "
                f"add the column {name}"
            )
    for name in (*required, *optional):
        if names.count(name) > 1:
            raise InputError(f"{path}: two columns are called {name}; rename one of them")


def read_number(text: str, path: Path, row: int, column: str, minimum: float = 0.0) -> float:
    """Read a finite number of at least `minimum` from a cell.

    Raises
    ------
    InputError
        With file, row and column, when the cell holds anything else.
    """
    try:
        value = float(text)
    except ValueError:
        raise fault(path, text, "give a number", row=row, column=column) from None
    if not minimum <= value < float("inf"):
        raise fault(
            path, text, f"give a finite number of at least {minimum:g}", row=row, column=column
        )
    return value


def check_year(day: date, text: str, path: Path, row: int, column: str) -> None:
    """Refuse a day or time of a cell that is centuries away, which is a slip of the pen.

    Raises
    ------
    InputError
        With file, row and column.
    """
    if day.year not in YEARS:
        mend = f"give a year from {YEARS[0]} to {YEARS[-1]}"
        raise fault(path, text, mend, row=row, column=column)


def write_all(files: Mapping[Path, bytes | str]) -> None:
    """Write several files: every one whole, and none of them when one cannot be written.

    Each is written beside its place first; only when all are on disk do they take their places.

    Raises
    ------
    InputError
        When a folder cannot be made or written to.
    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, content in files.items():
            if path.is_dir():
                raise InputError(f"{path}: found a folder; name a file")
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            staged.append((Path(name), path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content.encode() if isinstance(content, str) else content)
            Path(name).chmod(0o644)
        for temporary, path in staged:
            temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def csv_text(table: pd.DataFrame, decimals: Mapping[str, int] | None = None) -> str:
    r"""Render a table as CSV with line feeds, stable to the byte.

    Parameters
    ----------
    table
        Columns as they are to stand in the file; the index is left out.
    decimals
        Digits after the point of a column of fractions; other numbers are written in full.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"queue": ["live"], "volume": [2.5]}), {"volume": 3})
    'queue,volume\nlive,2.500\n'
    """
    rendered = table.copy()
    for column, digits in (decimals or {}).items():
        if column in rendered:
            rendered[column] = [
                "" if pd.isna(value) else f"{value:.{digits}f}" for value in rendered[column]
            ]
    return str(rendered.to_csv(index=False, lineterminator="\n"))
