"""The files of a shift plan: ``shifts.csv`` and ``coverage.csv``.

In ``coverage.csv``, `overstaffing` is the primary reps at work beyond what both tiers together are
required to be: a primary rep beyond the primary requirement stands in for standby first, and
standby beyond need is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import gcd
from pathlib import Path
from typing import Any

import pandas as pd

from data.clock import UNIT, format_times, zone
from data.errors import InputError, fault
from data.files import check_year, read_number, read_table
from optimizer.breaks import breaks_text, read_breaks
from optimizer.cover import COVERAGE_COLUMNS
from optimizer.interval_files import check_grid, read_whole
from optimizer.shifts import ROLES, Role, Shift, ShiftPlan, ShiftSettings, Site, StaffedShift

SHIFT_COLUMNS = ("queue", "site", "start", "end", "role", "reps")
BREAKS = "breaks"
REPS_COLUMNS = COVERAGE_COLUMNS[2:]
LONGEST = timedelta(days=1)
LONGEST_PLAN = timedelta(weeks=104)
"""From the first shift to the last: a slip in a year would make everything wait for nothing."""


def shifts_table(plan: ShiftPlan) -> pd.DataFrame:
    """Return the rows of ``shifts.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per shift, sorted: ``queue, site, start, end, role, reps``; times are text in the
        calendar's zone with its offset. Where any has breaks, a column ``breaks`` says when they
        are; reps whose breaks differ then stand in rows of their own.
    """
    shifts = [staffed.shift for staffed in plan.shifts]
    instants = {
        name: pd.DatetimeIndex(pd.to_datetime([getattr(s, name) for s in shifts], utc=True))
        for name in ("start", "end")
    }
    table = pd.DataFrame(
        {
            "queue": [shift.queue for shift in shifts],
            "site": [shift.site for shift in shifts],
            "start": format_times(instants["start"], plan.timezone),
            "end": format_times(instants["end"], plan.timezone),
            "role": [shift.role for shift in shifts],
            "reps": [staffed.reps for staffed in plan.shifts],
        },
        columns=list(SHIFT_COLUMNS),
    )
    return with_breaks(table, shifts, plan.timezone)


def with_breaks(table: pd.DataFrame, shifts: Sequence[Shift], timezone: str) -> pd.DataFrame:
    """Add a column ``breaks`` to the rows of shifts, where any has breaks."""
    if not any(shift.breaks for shift in shifts):
        return table
    return table.assign(breaks=[breaks_text(shift.breaks, timezone) for shift in shifts])


def dated_shift(
    cells: Mapping[Any, str], start: datetime, end: datetime, path: Path, row: int
) -> Shift:
    """Return the shift of a row whose start, end and role are read.

    Raises
    ------
    InputError
        When its breaks cannot be read or do not lie within it, in order and apart.
    """
    try:
        breaks = read_breaks(cells["breaks"])
        role: Role = "primary" if cells["role"] == "primary" else "on_call"
        return Shift(cells["queue"], cells["site"], start, end, role, breaks)
    except ValueError as error:
        raise fault(path, cells["breaks"], str(error), row=row, column="breaks") from None


def coverage_table(coverage: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return the rows of ``coverage.csv``.

    Parameters
    ----------
    coverage
        A row per queue and interval, as `optimizer.cover.count_coverage` returns it.
    timezone
        The calendar's zone, in which times are written.

    Returns
    -------
    pandas.DataFrame
        ``queue, ds, required_primary, required_on_call, primary, on_call, understaffing,
        overstaffing``, `ds` being text.
    """
    times = format_times(pd.DatetimeIndex(coverage["interval_start"]), timezone)
    return (
        coverage[list(COVERAGE_COLUMNS)]
        .assign(interval_start=times)
        .rename(columns={"interval_start": "ds"})
    )


def read_shifts(
    path: Path,
    *,
    timezone: str = "UTC",
    interval_minutes: int | None = None,
    settings: ShiftSettings | None = None,
) -> tuple[StaffedShift, ...]:
    """Read ``shifts.csv``.

    Parameters
    ----------
    timezone
        The zone in which a time without an offset is read; a repeated hour is the first one.
    interval_minutes
        When given, a shift that starts or ends off the grid is refused: part of it would count
        for no interval.
    settings
        Starts, lengths and sites that make the grid finer, or count from another midnight: what a
        shift plan may hold is read.

    Returns
    -------
    tuple of StaffedShift
        Sorted; a file with a header and no rows is a plan without shifts.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read, a shift ends before it starts, lasts
        more than a day, lies off the grid or is named twice; when years lie between two shifts.
    """
    table = read_table(path, SHIFT_COLUMNS, (BREAKS,))
    grid = None if interval_minutes is None else _Grid.of(interval_minutes, timezone, settings)
    staffed: dict[Shift, int] = {}
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        if not cells["queue"]:
            raise fault(path, "", "name the queue", row=row, column="queue")
        if cells["role"] not in ROLES:
            raise fault(path, cells["role"], "give primary or on_call", row=row, column="role")
        start, end = (
            _instant(cells[name], path, row, name, timezone).to_pydatetime()
            for name in ("start", "end")
        )
        if end <= start:
            raise fault(path, cells["end"], "a shift ends after it starts", row=row, column="end")
        if end - start > LONGEST:
            mend = "a shift lasts at most 24 hours; mend the end or the start"
            raise fault(path, cells["end"], mend, row=row, column="end")
        reps = read_whole(cells["reps"], path, row, "reps")
        if reps < 1:
            raise fault(path, cells["reps"], "give at least 1", row=row, column="reps")
        shift = dated_shift(cells, start, end, path, row)
        if grid is not None:
            grid.check(shift, path, row, cells["start"], cells["end"])
        if shift in staffed:
            mend = "this shift stands in the file twice; add its reps up in one row"
            raise fault(path, cells["start"], mend, row=row, column="start")
        staffed[shift] = reps
    _check_span(path, [shift.start for shift in staffed])
    return tuple(StaffedShift(shift, staffed[shift]) for shift in sorted(staffed))


def _check_span(path: Path, starts: Sequence[datetime]) -> None:
    if starts and max(starts) - min(starts) > LONGEST_PLAN:
        found = f"shifts from {min(starts):%Y-%m-%d} to {max(starts):%Y-%m-%d}"
        mend = f"a plan has at most {LONGEST_PLAN.days // 7} weeks; mend the years"
        raise fault(path, found, mend, column="start")


@dataclass(frozen=True)
class _Grid:
    """Where shifts start and how long they last: whole steps, in minutes, by a wall clock."""

    start_step: int
    length_step: int
    timezone: str
    sites: Mapping[str, Site]

    @classmethod
    def of(cls, interval_minutes: int, timezone: str, settings: ShiftSettings | None) -> "_Grid":
        if settings is None:
            return cls(interval_minutes, interval_minutes, timezone, {})
        start_step = gcd(interval_minutes, settings.starts_every_minutes)
        lengths = [round(hours * 60) for hours in settings.lengths_hours]
        return cls(start_step, gcd(start_step, *lengths), timezone, settings.sites)

    def check(self, shift: Shift, path: Path, row: int, start: str, end: str) -> None:
        """Refuse a shift that starts or ends between two steps."""
        site = self.sites.get(shift.site)
        local = self.timezone if site is None else site.timezone
        wall = shift.start.astimezone(zone(local)).replace(tzinfo=None)
        if (wall - datetime.combine(wall.date(), time())) % timedelta(minutes=self.start_step):
            mend = f"shifts start every {self.start_step} minutes from midnight in {local}"
            raise fault(path, start, mend, row=row, column="start")
        if shift.length % timedelta(minutes=self.length_step):
            mend = f"a shift ends a multiple of {self.length_step} minutes after its start"
            raise fault(path, end, mend, row=row, column="end")


def read_coverage(
    path: Path, *, timezone: str = "UTC", interval_minutes: int | None = None
) -> pd.DataFrame:
    """Read ``coverage.csv``.

    Parameters
    ----------
    timezone
        The zone in which a time without an offset is read; a repeated hour is the first one.
    interval_minutes
        When given, intervals off its grid or missing between others are refused.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval, sorted by both, with the columns of
        `optimizer.cover.count_coverage`.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read or an interval is named twice.
    """
    table = read_table(path, ("queue", "ds", *REPS_COLUMNS))
    if table.empty:
        raise InputError(f"{path}: there is a header and no row; write the coverage again")
    nameless = table.index[table["queue"] == ""]
    if len(nameless):
        raise fault(path, "", "name the queue", row=int(nameless[0]), column="queue")
    starts = [
        _instant(text, path, row, "ds", timezone)
        for row, text in zip(table.index, table["ds"], strict=True)
    ]
    coverage = pd.DataFrame(
        {"queue": table["queue"], "interval_start": pd.DatetimeIndex(starts).as_unit(UNIT)},
        index=table.index,
    )
    for column in REPS_COLUMNS:
        read = read_whole if column.startswith("required") else _read_reps
        coverage[column] = [
            read(text, path, row, column)
            for row, text in zip(table.index, table[column], strict=True)
        ]
    repeated = coverage.index[coverage.duplicated(["queue", "interval_start"])]
    if len(repeated):
        row = int(repeated[0])
        found = str(table.loc[row, "ds"])
        raise fault(path, found, "the queue has this interval twice", row=row, column="ds")
    if interval_minutes is not None:
        check_grid(path, coverage, timezone, interval_minutes)
    return coverage.sort_values(["queue", "interval_start"], ignore_index=True)


def _read_reps(text: str, path: Path, row: int, column: str) -> float:
    """Read reps present; a break shorter than an interval leaves a part of one."""
    value = read_number(text, path, row, column)
    return value if value % 1 else int(value)


def _instant(text: str, path: Path, row: int, column: str, timezone: str) -> pd.Timestamp:
    mend = "give a time such as 2026-11-30T09:00:00+00:00"
    try:
        read = pd.Timestamp(text) if text[:1].isdigit() and "-" in text else pd.NaT
    except ValueError:
        read = pd.NaT
    if not isinstance(read, pd.Timestamp):
        raise fault(path, text, mend, row=row, column=column)
    check_year(read, text, path, row, column)
    if read.tzinfo is None:
        local = read.tz_localize(zone(timezone), ambiguous=True, nonexistent="NaT")
        if not isinstance(local, pd.Timestamp):
            mend = f"the clocks of {timezone} skip this time; write it with its offset"
            raise fault(path, text, mend, row=row, column=column)
        read = local
    return read.tz_convert("UTC").as_unit(UNIT)
