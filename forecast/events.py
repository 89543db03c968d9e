"""Reading ``events.csv``: what the weekly rhythm does not say about a day."""

from datetime import date, time
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from data.errors import fault
from data.files import read_number, read_table
from data.week import DAYS
from forecast.closures import Event, EventKind

MOST_FACTOR = 1000.0
COLUMNS = ("date", "kind", "factor", "like_day", "queue", "start", "end")


def read_events(path: Path) -> tuple[Event, ...]:
    """Read events of days and parts of days, by day.

    Parameters
    ----------
    path
        A CSV file with the columns ``date`` and ``kind`` and, where they are needed, ``factor``,
        ``like_day`` (``Mon`` … ``Sun``), ``queue`` (empty: all), ``start`` and ``end`` (local wall
        time such as ``13:00``; empty: the whole day). A row is an event.

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
    start = _wall_time(path, row, "start", cells["start"]) or time(0)
    end = _wall_time(path, row, "end", cells["end"])
    if end is not None and end <= start:
        raise fault(
            path, cells["end"], "end is after start, on the same day", row=row, column="end"
        )
    day = _day(path, row, cells["date"])
    return Event(day, cast(EventKind, kind), factor, like_day, cells["queue"], start, end)


def _factor(path: Path, row: int, text: str) -> float:
    factor = read_number(text, path, row, "factor")
    if factor > MOST_FACTOR:
        mend = f"give what the volume is multiplied by, from 0 to {MOST_FACTOR:g}"
        raise fault(path, text, mend, row=row, column="factor")
    return factor


def _day(path: Path, row: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise fault(path, text, "write the date as 2026-12-25", row=row, column="date") from None


def _weekday(path: Path, row: int, text: str) -> int:
    name = text[:3].title()
    if name not in DAYS:
        raise fault(path, text, f"give one of {', '.join(DAYS)}", row=row, column="like_day")
    return DAYS.index(name)


def _wall_time(path: Path, row: int, column: str, text: str) -> time | None:
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
