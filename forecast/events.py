"""Reading ``events.csv``: what the weekly rhythm does not say about a day."""

import csv
import io
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from data.errors import fault
from data.files import guess_delimiter, read_number, read_table
from data.week import DAYS
from forecast.closures import Event, EventKind

MOST_FACTOR = 1000.0
COLUMNS = ("date", "kind", "factor", "like_day", "queue", "start", "end", "name")


def read_events(path: Path) -> tuple[Event, ...]:
    """Read events of days and parts of days, by day.

    Parameters
    ----------
    path
        A CSV file with the columns ``date`` and ``kind`` and, where they are needed, ``factor``,
        ``like_day`` (``Mon`` … ``Sun``), ``queue`` (empty: all), ``start`` and ``end`` (local wall
        time such as ``13:00``; empty: the whole day), ``name`` (days of one name are learnt from
        together). A row is an event.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be read, does not fit the kind, or an event is
        stated twice.
    """
    table = read_table(path, COLUMNS[:2], COLUMNS[2:])
    events: list[Event] = []
    seen: dict[tuple[object, ...], int] = {}
    for row, cells in table.iterrows():
        line = cast(int, row)
        event = _event(path, line, cells)
        key = (event.day, event.kind, event.queue, event.start, event.end)
        if key in seen:
            raise fault(
                path, str(event.day), f"row {seen[key]} states it already; keep one", row=line
            )
        seen[key] = line
        events.append(event)
    return tuple(sorted(events, key=lambda event: (event.day, event.start, event.queue)))


def _event(path: Path, row: int, cells: pd.Series) -> Event:
    kind = cells["kind"].lower()
    if kind not in get_args(EventKind):
        mend = f"give one of {', '.join(get_args(EventKind))}"
        raise fault(path, cells["kind"], mend, row=row, column="kind")
    for column, its_kind in (("factor", "factor"), ("like_day", "like")):
        if bool(cells[column]) != (kind == its_kind):
            mend = f"{column} goes with kind {its_kind}, and kind {its_kind} with {column}"
            raise fault(path, cells[column], mend, row=row, column=column)
    factor = _factor(path, row, cells["factor"]) if kind == "factor" else 1.0
    like_day = _weekday(path, row, cells["like_day"]) if kind == "like" else None
    start = read_wall_time(cells["start"], path, row, "start") or time(0)
    end = read_wall_time(cells["end"], path, row, "end")
    if end is not None and end <= start:
        raise fault(
            path, cells["end"], "end is after start, on the same day", row=row, column="end"
        )
    day = read_day(cells["date"], path, row, "date")
    kind = cast(EventKind, kind)
    queue, name = cells["queue"], cells["name"]
    return Event(day, kind, factor, like_day, queue, start, end, name)


def with_events(text: str, events: Sequence[Event]) -> str:
    """Return the text of an events file with rows for more events; what stands in it stays.

    Parameters
    ----------
    text
        An events file; empty for one that is yet to be made.
    events
        What to state; columns that the file lacks are added to its right.
    """
    if not text.strip():
        text = ",".join(COLUMNS) + "\n"
    delimiter = guess_delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = next(row for row in rows if any(cell.strip() for cell in row))
    names = [name.strip() for name in header]
    cells = [event_cells(event) for event in events]
    lacking = [n for n in COLUMNS if n not in names and any(each[n] for each in cells)]
    if lacking:
        wider = [row + (lacking if row is header else [""] * len(lacking)) for row in rows if row]
        text = _rendered(wider, delimiter)
    names += lacking
    if not text.endswith("\n"):
        text += "\n"
    return text + _rendered([[each.get(n, "") for n in names] for each in cells], delimiter)


def event_cells(event: Event) -> dict[str, str]:
    """Return what stands in each column of an event's row."""
    return {
        "date": event.day.isoformat(),
        "kind": event.kind,
        "factor": repr(event.factor) if event.kind == "factor" else "",
        "like_day": "" if event.like_day is None else DAYS[event.like_day],
        "queue": event.queue,
        "start": "" if event.start == time(0) else event.start.isoformat("minutes"),
        "end": "" if event.end is None else event.end.isoformat("minutes"),
        "name": event.name,
    }


def _rendered(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _factor(path: Path, row: int, text: str) -> float:
    factor = read_number(text, path, row, "factor")
    if factor > MOST_FACTOR:
        mend = f"give what the volume is multiplied by, from 0 to {MOST_FACTOR:g}"
        raise fault(path, text, mend, row=row, column="factor")
    return factor


def read_day(text: str, path: Path, row: int, column: str) -> date:
    """Read a day from a cell."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(path, text, "write the date as 2026-12-25", row=row, column=column) from None


def _weekday(path: Path, row: int, text: str) -> int:
    name = text[:3].title()
    if name not in DAYS:
        raise fault(path, text, f"give one of {', '.join(DAYS)}", row=row, column="like_day")
    return DAYS.index(name)


def read_wall_time(text: str, path: Path, row: int, column: str) -> time | None:
    """Return the time of day; None for empty text and for midnight at the end of the day."""
    if text in ("", "24:00"):
        return None
    try:
        wall = time.fromisoformat(text)
    except ValueError:
        raise fault(
            path, text, "write the time as 13:00, in local time", row=row, column=column
        ) from None
    if wall.tzinfo is not None:
        raise fault(path, text, "write local time without offset", row=row, column=column)
    return wall
