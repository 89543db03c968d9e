"""The files of a rotation: ``rotation.csv``, ``swaps.csv`` and ``activations.csv``."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from data.clock import UNIT, format_times
from data.errors import fault
from data.files import check_year, read_table
from optimizer.interval_files import read_whole
from optimizer.roster_files import read_instant
from optimizer.rotation import MOST_PEOPLE, Duty, DutyKind, Swap
from optimizer.rotation_ledger import Activation

ROTATION_COLUMNS = ("week", "rep_id", "seat", "start", "end", "kind", "instead_of", "hours")
SWAP_COLUMNS = ("rep_id", "week", "with_rep_id", "with_week")


def rotation_table(duties: Sequence[Duty], timezone: str) -> pd.DataFrame:
    """Return the rows of ``rotation.csv``: who is on call for which span, and why.

    Times are wall times of the zone with its offset; hours are elapsed hours.
    """
    starts, ends = (
        format_times(pd.DatetimeIndex(list(times), tz="UTC").as_unit(UNIT), timezone)
        for times in ([duty.start for duty in duties], [duty.end for duty in duties])
    )
    return pd.DataFrame(
        {
            "week": [duty.week.isoformat() for duty in duties],
            "rep_id": [duty.rep_id for duty in duties],
            "seat": [duty.seat for duty in duties],
            "start": starts,
            "end": ends,
            "kind": [duty.kind for duty in duties],
            "instead_of": [duty.instead_of for duty in duties],
            "hours": [f"{duty.hours:g}" for duty in duties],
        },
        columns=list(ROTATION_COLUMNS),
    )


def read_rotation(path: Path, *, timezone: str = "UTC") -> tuple[Duty, ...]:
    """Read a rotation as `rotation_table` writes it; seat and instead_of may be missing.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read, a span ends before it starts, or two
        people have one seat at the same time.
    """
    table = read_table(path, ("week", "rep_id", "start", "end", "kind"), ("seat", "instead_of"))
    duties: dict[Duty, int] = {}
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        texts = {str(name): str(text) for name, text in cells.items()}
        duties[_duty(texts, path, int(row), timezone)] = int(row)
    ordered = sorted(duties)
    for early, late in pairwise(ordered):
        if (early.week, early.seat) == (late.week, late.seat) and late.start < early.end:
            mend = f"{early.rep_id} has the seat until then, by row {duties[early]}; mend one"
            raise fault(path, late.rep_id, mend, row=duties[late], column="start")
    return tuple(ordered)


def read_swaps(path: Path) -> tuple[Swap, ...]:
    """Read ``rep_id,week,with_rep_id,with_week``: who gives which week to whom for which.

    A file with a header and no rows is no swap.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read.
    """
    table = read_table(path, SWAP_COLUMNS)
    swaps = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        for column in ("rep_id", "with_rep_id"):
            if not cells[column]:
                raise fault(path, "", "give a rep_id", row=row, column=column)
        weeks = [_day(cells[column], path, int(row), column) for column in ("week", "with_week")]
        swaps.append(
            Swap(cells["rep_id"], weeks[0], cells["with_rep_id"], weeks[1], f"{path}, row {row}")
        )
    return tuple(swaps)


def read_activations(path: Path, *, timezone: str = "UTC") -> tuple[Activation, ...]:
    """Read when people on call were called in: ``rep_id,start,end``.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read or a span ends before it starts.
    """
    table = read_table(path, ("rep_id", "start", "end"))
    activations = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        start, end = (
            read_instant(cells[name], path, int(row), name, timezone) for name in ("start", "end")
        )
        if not start < end:
            raise fault(path, cells["end"], "must lie after start", row=row, column="end")
        activations.append(Activation(cells["rep_id"], start, end, f"{path}, row {row}"))
    return tuple(activations)


def _duty(cells: Mapping[str, str], path: Path, row: int, timezone: str) -> Duty:
    if not cells["rep_id"]:
        raise fault(path, "", "give a rep_id", row=row, column="rep_id")
    if cells["kind"] not in get_args(DutyKind):
        mend = f"give one of {', '.join(get_args(DutyKind))}"
        raise fault(path, cells["kind"], mend, row=row, column="kind")
    if (cells["kind"] == "turn") == bool(cells["instead_of"]):
        mend = "name whose turn it was for a swap and a part_cover, and nobody for a turn"
        raise fault(path, cells["instead_of"], mend, row=row, column="instead_of")
    seat = read_whole(cells["seat"], path, row, "seat") if cells["seat"] else 1
    if not 1 <= seat <= MOST_PEOPLE:
        raise fault(path, cells["seat"], f"give 1 to {MOST_PEOPLE}", row=row, column="seat")
    start, end = (read_instant(cells[name], path, row, name, timezone) for name in ("start", "end"))
    if not start < end:
        raise fault(path, cells["end"], "must lie after start", row=row, column="end")
    week = _day(cells["week"], path, row, "week")
    kind = cast(DutyKind, cells["kind"])
    return Duty(week, seat, start, end, cells["rep_id"], kind, cells["instead_of"])


def _day(text: str, path: Path, row: int, column: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise fault(path, text, "give a day such as 2026-11-30", row=row, column=column) from None
    check_year(day, text, path, row, column)
    return day
