"""Reading ``drivers.csv``: what is known ahead to drive volume."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from data.errors import fault
from data.files import check_year, read_number, read_table
from forecast.drivers import ALWAYS_STATED, Driver, DriverKind, DriverValue

COLUMNS = ("driver", "kind", "start", "value", "end", "queue", "to")
MOST_VALUE = 1e12


def read_drivers(path: Path) -> tuple[Driver, ...]:
    """Read drivers, by name and queue.

    Parameters
    ----------
    path
        A CSV file with the columns ``driver``, ``kind``, ``start`` and ``value`` and, where they
        are needed, ``end``, ``queue`` (empty: all) and ``to``. A row is a value that holds from
        `start` to `end`: local days such as ``2026-12-24`` (an end that is a day is included), or
        times such as ``2026-12-24T09:30``. Without an end a day lasts a day and a time an hour.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be read, does not fit the kind, or two values of
        one driver overlap.
    """
    table = read_table(path, COLUMNS[:4], COLUMNS[4:])
    found: dict[tuple[str, str, str], list[tuple[DriverValue, int]]] = {}
    kinds: dict[str, tuple[DriverKind, int]] = {}
    for row, cells in table.iterrows():
        line = cast(int, row)
        name, kind = cells["driver"], _kind(path, line, cells["kind"])
        if not name:
            raise fault(path, name, "give the driver a name", row=line, column="driver")
        known = kinds.setdefault(name, (kind, line))
        if known[0] != kind:
            mend = f"row {known[1]} calls {name} {known[0]}; keep one kind"
            raise fault(path, kind, mend, row=line, column="kind")
        _check_queues(path, line, kind, cells)
        key = (name, cells["queue"], cells["to"])
        found.setdefault(key, []).append((_value(path, line, kind, cells), line))
    return tuple(
        Driver(name, kinds[name][0], _in_order(path, kinds[name][0], rows), queue, to)
        for (name, queue, to), rows in sorted(found.items())
    )


def _kind(path: Path, row: int, text: str) -> DriverKind:
    kind = text.lower()
    if kind not in get_args(DriverKind):
        mend = f"give one of {', '.join(get_args(DriverKind))}"
        raise fault(path, text, mend, row=row, column="kind")
    return cast(DriverKind, kind)


def _check_queues(path: Path, row: int, kind: DriverKind, cells: pd.Series) -> None:
    if (kind == "share") != bool(cells["to"]):
        mend = "to, the queue that gets the share, goes with kind share, and kind share with to"
        raise fault(path, cells["to"], mend, row=row, column="to")
    if kind == "share" and cells["queue"] in ("", cells["to"]):
        mend = "name the queue that gives the share, another than the one that gets it"
        raise fault(path, cells["queue"], mend, row=row, column="queue")


def _value(path: Path, row: int, kind: DriverKind, cells: pd.Series) -> DriverValue:
    value = read_number(cells["value"], path, row, "value")
    most = 1.0 if kind == "share" else MOST_VALUE
    if value > most:
        mend = f"give a value of at most {most:g}"
        raise fault(path, cells["value"], mend, row=row, column="value")
    if kind == "level" and value == 0:
        mend = "a level is above 0; a pulse or a burst may be absent"
        raise fault(path, cells["value"], mend, row=row, column="value")
    start, implied = _stretch(path, row, "start", cells["start"])
    end = _stretch(path, row, "end", cells["end"])[1] if cells["end"] else implied
    if end <= start:
        raise fault(path, cells["end"], "end is not before start", row=row, column="end")
    return DriverValue(start, end, value)


def _stretch(path: Path, row: int, column: str, text: str) -> tuple[datetime, datetime]:
    """Return the first moment of what is written, and the end that it implies.

    A day ends with its midnight; a time as `start` lasts an hour and as `end` is the end.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        mend = "write a local day as 2026-12-24 or a time as 2026-12-24T09:30"
        raise fault(path, text, mend, row=row, column=column) from None
    if moment.tzinfo is not None:
        raise fault(path, text, "write local time without offset", row=row, column=column)
    check_year(moment, text, path, row, column)
    if len(text) <= len("2026-12-24"):
        return moment, moment + timedelta(days=1)
    return moment, moment + (timedelta(hours=1) if column == "start" else timedelta(0))


def _in_order(
    path: Path, kind: DriverKind, rows: list[tuple[DriverValue, int]]
) -> tuple[DriverValue, ...]:
    """Return the values by start; what has one value at a time may not be stated twice."""
    ordered = sorted(rows, key=lambda entry: (entry[0].start, entry[0].end, entry[1]))
    if kind in ALWAYS_STATED:
        for (before, line), (after, later) in pairwise(ordered):
            if after.start < before.end:
                mend = f"row {line} states a value for that time already; keep one"
                raise fault(path, f"{after.start:%Y-%m-%d %H:%M}", mend, row=later, column="start")
    return tuple(value for value, _ in ordered)
