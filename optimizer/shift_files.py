"""The files of a shift plan: ``shifts.csv`` and ``coverage.csv``."""

from pathlib import Path

import pandas as pd

from data.clock import UNIT, format_times, zone
from data.errors import InputError, fault
from data.files import read_table
from optimizer.cover import COVERAGE_COLUMNS
from optimizer.interval_files import check_grid, read_whole
from optimizer.shifts import ROLES, Shift, ShiftPlan, StaffedShift

SHIFT_COLUMNS = ("queue", "site", "start", "end", "role", "reps")
REPS_COLUMNS = COVERAGE_COLUMNS[2:]


def shifts_table(plan: ShiftPlan) -> pd.DataFrame:
    """Return the rows of ``shifts.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per shift, sorted: ``queue, site, start, end, role, reps``; times are text in the
        calendar's zone with its offset.
    """
    shifts = [staffed.shift for staffed in plan.shifts]
    instants = {
        name: pd.DatetimeIndex(pd.to_datetime([getattr(s, name) for s in shifts], utc=True))
        for name in ("start", "end")
    }
    return pd.DataFrame(
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


def read_shifts(path: Path, *, timezone: str = "UTC") -> tuple[StaffedShift, ...]:
    """Read ``shifts.csv``.

    Parameters
    ----------
    timezone
        The zone in which a time without an offset is read; a repeated hour is the first one.

    Returns
    -------
    tuple of StaffedShift
        Sorted; a file with a header and no rows is a plan without shifts.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read, a shift ends before it starts or is
        named twice.
    """
    table = read_table(path, SHIFT_COLUMNS)
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
        reps = read_whole(cells["reps"], path, row, "reps")
        if reps < 1:
            raise fault(path, cells["reps"], "give at least 1", row=row, column="reps")
        shift = Shift(cells["queue"], cells["site"], start, end, cells["role"])
        if shift in staffed:
            mend = "this shift stands in the file twice; add its reps up in one row"
            raise fault(path, cells["start"], mend, row=row, column="start")
        staffed[shift] = reps
    return tuple(StaffedShift(shift, staffed[shift]) for shift in sorted(staffed))


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
        coverage[column] = [
            read_whole(text, path, row, column)
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


def _instant(text: str, path: Path, row: int, column: str, timezone: str) -> pd.Timestamp:
    mend = "give a time such as 2026-11-30T09:00:00+00:00"
    try:
        read = pd.Timestamp(text) if text[:1].isdigit() and "-" in text else pd.NaT
        if isinstance(read, pd.Timestamp) and read.tzinfo is None:
            mend = f"the clocks of {timezone} skip this time; write it with its offset"
            read = read.tz_localize(zone(timezone), ambiguous=True, nonexistent="NaT")
        if isinstance(read, pd.Timestamp):
            return read.tz_convert("UTC").as_unit(UNIT)
    except ValueError:
        pass
    raise fault(path, text, mend, row=row, column=column)
