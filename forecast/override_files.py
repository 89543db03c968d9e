"""Overrides as a table in a file, and as what JSON can say."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pandas as pd

from data.clock import UNIT, format_times, midnight
from data.errors import fault
from data.files import read_number, read_table
from data.sources.times import localise, mend_of_time, read_times
from forecast.overrides import KINDS, MOST_CONTACTS, Kind, Override, in_order

COLUMNS = ("kind", "queue", "start", "end", "value", "who", "why", "at")
OPTIONAL = ("on", "exactly", "id")
_YES_NO = {"": None, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_overrides(
    path: Path, timezone: str, queues: Collection[str] | None = None
) -> tuple[Override, ...]:
    """Read overrides, in the order in which they are laid over each other.

    Parameters
    ----------
    path
        A CSV file with ``kind`` (multiply, add, total, set), ``queue``, ``start``, ``end``,
        ``value``, ``who``, ``why``, ``at`` and, where wanted, ``on`` and ``exactly`` (yes or no)
        and ``id`` (else the number of the row). An end that is a day is part of the span, one
        that is a time is not.
    timezone
        In which times without an offset are read; of an hour that comes twice the first is meant.
    queues
        Those that are forecast; None takes any name.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be read or does not fit the others, or an id or a
        queue is wrong.
    """
    table = read_table(path, COLUMNS, OPTIONAL)
    found: list[Override] = []
    rows: dict[str, int] = {}
    for number, (row, cells) in enumerate(table.iterrows(), 1):
        line = cast(int, row)
        override = _read_row(path, line, cells, cells["id"] or str(number), timezone)
        if queues is not None and override.queue not in queues:
            mend = f"give one of {', '.join(sorted(queues))}"
            raise fault(path, override.queue, mend, row=line, column="queue")
        if override.override_id in rows:
            mend = f"row {rows[override.override_id]} has it too; give each its own"
            raise fault(path, override.override_id, mend, row=line, column="id")
        rows[override.override_id] = line
        found.append(override)
    return tuple(in_order(found))


def overrides_table(overrides: Sequence[Override], timezone: str) -> pd.DataFrame:
    """Lay overrides out as `read_overrides` reads them, in their order.

    Returns
    -------
    pandas.DataFrame
        A row per override, every cell a text; times with the zone's offset.
    """
    rows = []
    for each in in_order(overrides):
        start, end, at = format_times(
            pd.DatetimeIndex([each.start, each.end, pd.Timestamp(each.at).tz_convert("UTC")]),
            timezone,
        )
        rows.append(
            {
                "id": each.override_id, "kind": each.kind, "queue": each.queue,
                "start": start, "end": end, "value": repr(each.value),
                "exactly": _word(each.exactly), "who": each.who, "why": each.why, "at": at,
                "on": _word(each.on),
            }
        )  # fmt: skip
    names = ["id", "kind", "queue", "start", "end", "value", "exactly", "who", "why", "at", "on"]
    return pd.DataFrame(rows, columns=names)


def to_payload(override: Override) -> dict[str, Any]:
    """Return an override as JSON can say it, times as ISO 8601 in UTC."""
    instants = {
        name: getattr(override, name).astimezone(UTC).isoformat()
        if name == "at"
        else getattr(override, name).tz_convert("UTC").isoformat()
        for name in ("start", "end", "at")
    }
    return asdict(override) | instants


def from_payload(payload: Mapping[str, Any]) -> Override:
    """Read an override back.

    Raises
    ------
    ValueError
        When it is none, as when a newer Staffcast wrote it.
    """
    try:
        return Override(
            **{
                **payload,
                "start": pd.Timestamp(payload["start"]).as_unit(UNIT),
                "end": pd.Timestamp(payload["end"]).as_unit(UNIT),
                "at": datetime.fromisoformat(payload["at"]),
            }
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no override of this Staffcast: {error}.") from error


def read_instant(text: str, timezone: str) -> pd.Timestamp:
    """Read an instant, without an offset in a zone's wall time.

    Raises
    ------
    ValueError
        With the mend, when it is no time, or one that the zone's clocks skip.
    """
    read = read_times([text])
    if not text or not read.readable[0]:
        raise ValueError(mend_of_time(text))
    wall = pd.DatetimeIndex(read.micros.astype("datetime64[us]"))
    if not read.naive[0]:
        return wall.tz_localize("UTC")[0]
    local = localise(wall, timezone)
    if local.nonexistent[0]:
        raise ValueError(f"the clocks of {timezone} skip this time; write it with its offset")
    return local.instants[0].as_unit(UNIT)


def read_end(text: str, timezone: str) -> pd.Timestamp:
    """Read the end of a span: a day is included, a time is not.

    Raises
    ------
    ValueError
        As `read_instant` does.

    Examples
    --------
    >>> print(read_end("2026-10-25", "Europe/Dublin"), read_end("2026-10-25T13:00", "UTC"))
    2026-10-26 00:00:00+00:00 2026-10-25 13:00:00+00:00
    """
    if _DAY.match(text):
        return midnight(_day_of(text) + timedelta(days=1), timezone)
    return read_instant(text, timezone)


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(mend_of_time(text)) from None


def _read_row(path: Path, row: int, cells: pd.Series, name: str, timezone: str) -> Override:
    if cells["kind"] not in KINDS:
        raise fault(path, cells["kind"], f"give one of {', '.join(KINDS)}", row=row, column="kind")
    for column in ("queue", "who", "why"):
        if not cells[column]:
            raise fault(path, "", f"{column} is needed", row=row, column=column)
    least = -MOST_CONTACTS if cells["kind"] == "add" else 0.0
    start, end, at = (_instant(path, row, column, cells, timezone) for column in _INSTANTS)
    if end <= start:
        raise fault(path, cells["end"], "must be after start", row=row, column="end")
    on, exactly = (_yes_no(path, row, column, cells[column]) for column in ("on", "exactly"))
    value = read_number(cells["value"], path, row, "value", least)
    try:
        return Override(
            override_id=name,
            kind=cast(Kind, cells["kind"]),
            queue=cells["queue"],
            start=start,
            end=end,
            value=value,
            who=cells["who"],
            why=cells["why"],
            at=at.to_pydatetime(),
            on=on is not False,
            exactly=exactly is True,
        )
    except ValueError as error:
        column = "exactly" if "exactly" in str(error) else "value"
        raise fault(path, cells[column], str(error), row=row, column=column) from error


_INSTANTS = ("start", "end", "at")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _instant(path: Path, row: int, column: str, cells: pd.Series, timezone: str) -> pd.Timestamp:
    try:
        read = read_end if column == "end" else read_instant
        return read(cells[column], timezone)
    except ValueError as error:
        raise fault(path, cells[column], str(error), row=row, column=column) from error


def _yes_no(path: Path, row: int, column: str, text: str) -> bool | None:
    if text.lower() not in _YES_NO:
        raise fault(path, text, "give yes or no", row=row, column=column)
    return _YES_NO[text.lower()]


def _word(flag: bool) -> str:
    return "yes" if flag else "no"
