"""JSON documents and JSON lines, as records with their place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.conversations import COLUMNS, REQUIRED
from data.errors import InputError, fault
from data.files import read_text
from data.repairs import Repair
from data.sources.cells import Cells
from data.sources.columns import map_columns
from data.sources.intercom import intercom_row, is_intercom
from data.sources.zendesk import is_zendesk, join_metrics, zendesk_row


@dataclass(frozen=True)
class Record:
    """An object of a JSON file.

    Parameters
    ----------
    row
        Its line in JSON lines; its place, such as ``conversations[3]``, in a document.
    values
        The object.
    """

    row: int | str
    values: Mapping[str, Any]


def is_json(head: str) -> bool:
    """Say whether a text begins as JSON does."""
    return head.lstrip()[:1] in ("{", "[")


def open_json(path: Path, mapping: Mapping[str, str] | None) -> tuple[Cells, tuple[Repair, ...]]:
    """Open JSON: Intercom search results, Zendesk tickets, or objects with columns as keys.

    Raises
    ------
    InputError
        When it is no JSON, or holds no list of conversations or tickets.
    """
    records = list(json_records(path))
    if not records:
        raise InputError(f"{path}: there is no conversation in it; export it again")
    values = [record.values for record in records]
    if mapping is None and any(is_intercom(value) for value in values):
        return _from_tool(path, records, "Intercom")
    if mapping is None and any(is_zendesk(value) for value in values):
        return _from_tool(path, records, "Zendesk")
    if not any(values):
        raise InputError(f"{path}: found only empty objects, no conversation; export it again")
    names = list(dict.fromkeys(name for value in values for name in value))
    chosen, notice = map_columns(path, names, mapping)
    rows = [{column: value.get(name) for column, name in chosen.items()} for value in values]
    cells = _cells(path, records, rows, chosen)
    return replace(cells, stated=frozenset(mapping or ())), notice


def _from_tool(
    path: Path, records: Sequence[Record], tool: str
) -> tuple[Cells, tuple[Repair, ...]]:
    reader = intercom_row if tool == "Intercom" else zendesk_row
    rows: dict[str, dict[str, Any]] = {}
    kept: dict[str, Record] = {}
    left = repeated = 0
    # An incremental export holds a conversation once per change: its last state is kept.
    for record in sorted(records, key=lambda record: str(record.values.get("updated_at"))):
        row = reader(record.values)
        if row is None:
            left += 1
            continue
        name = str(row.get("conversation_id", record.row))
        repeated += name in rows
        rows[name], kept[name] = row, record
    if not rows:
        none = (
            "no customer began or answered any of its conversations"
            if tool == "Intercom"
            else "all of its tickets are deleted"
        )
        raise InputError(f"{path}: {none}; export others")
    repairs: list[Repair] = []
    if left:
        what = "sent by the company and never answered" if tool == "Intercom" else "deleted"
        repairs.append(Repair(what, left, f"{path.name}: left out {left} {what}."))
    if repeated:
        sentence = f"{path.name}: {repeated} are earlier states of another; the last was kept."
        repairs.append(Repair("repeated id", repeated, sentence))
    columns = [column for column in COLUMNS if any(column in row for row in rows.values())]
    for column in REQUIRED:
        if column not in columns:
            raise InputError(f"{path}: no conversation states its {column}; export it again")
    cells = _cells(path, list(kept.values()), list(rows.values()), {name: name for name in columns})
    return cells, tuple(repairs)


def _cells(
    path: Path,
    records: Sequence[Record],
    rows: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
) -> Cells:
    import pyarrow as pa

    columns = [column for column in COLUMNS if column in names]
    table = pa.table(
        {
            column: pa.array([_text(row.get(column)) for row in rows], pa.string())
            for column in columns
        }
    )
    return Cells(
        path,
        "records",
        {column: (f'"{column}"', "VARCHAR") for column in columns},
        lambda position: records[position].row,
        names,
        {"records": table},
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value) if isinstance(value, (str, int, float)) else json.dumps(value)
    # JSON may hold halves of a surrogate pair, which no text file can.
    return text.encode("utf-8", "replace").decode("utf-8")


def json_records(path: Path) -> Iterator[Record]:
    """Yield the objects of a JSON document or of JSON lines, those of a page one by one.

    Raises
    ------
    InputError
        When it is no JSON, or something in the list is no object.
    """
    text = read_text(path)
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not _is_object(lines[0]):
            raise InputError(f"{path}: not sound JSON ({error}); export it again") from None
        yield from _json_lines(path, text)
        return
    yield from _of_document(path, document)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _json_lines(path: Path, text: str) -> Iterator[Record]:
    # Only line feeds separate JSON lines: other separators may stand inside a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise fault(path, line, f"mend the JSON ({error})", row=number) from None
        if not isinstance(value, dict):
            raise fault(path, line, "give one object a line", row=number)
        page = _page(value)
        if page is None:
            yield Record(number, value)
        else:
            yield from _of_list(path, *page, row=f"{number}, ")


def _of_document(path: Path, document: object) -> Iterator[Record]:
    if isinstance(document, list):
        yield from _of_list(path, "", document)
    elif isinstance(document, dict):
        page = _page(document)
        if page is None:
            yield Record(1, document)
        else:
            yield from _of_list(path, *page)
    else:
        raise InputError(f"{path}: found no list of conversations; export it again")


def _page(document: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
    """Return the list that an answer of an interface carries."""
    for key in ("conversations", "tickets"):
        items = document.get(key)
        if isinstance(items, list):
            if key == "tickets":
                items = join_metrics(items, document.get("metric_sets"))
            return key, items
    return None


def _of_list(path: Path, key: str, items: Sequence[object], row: str = "") -> Iterator[Record]:
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            raise fault(path, repr(item), "give an object", row=f"{row}{key}[{place}]")
        yield Record(f"{row}{key}[{place}]", item)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
