"""The file of a roster: ``roster.csv``.

The coverage is written as a shift plan's is, by `optimizer.shift_files.coverage_table`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from data.clock import format_times, zone
from data.errors import fault
from data.files import check_year, read_table
from optimizer.roster import Assignment, Roster
from optimizer.shift_files import BREAKS, dated_shift, with_breaks
from optimizer.shifts import ROLES, Shift
from optimizer.team_files import read_flag

ROSTER_COLUMNS = ("rep_id", "queue", "role", "start", "end", "locked", "reason", "site")


def roster_table(roster: Roster) -> pd.DataFrame:
    """Return the rows of ``roster.csv``, as `assignments_table` does.

    Times are in the zone of the roster's calendar.
    """
    return assignments_table(roster.assignments, roster.timezone)


def assignments_table(assignments: Sequence[Assignment], timezone: str) -> pd.DataFrame:
    """Return the rows of ``roster.csv``.

    Parameters
    ----------
    assignments
        Of a roster, in its order.
    timezone
        The calendar's zone, in which times are written.

    Returns
    -------
    pandas.DataFrame
        A row per rep and shift: ``rep_id, queue, role, start, end, locked, reason, site``; times
        are text with the zone's offset, `locked` is yes or no. Where any has breaks, a column
        ``breaks`` says when they are.
    """
    shifts = [one.shift for one in assignments]
    starts, ends = (
        format_times(pd.DatetimeIndex(pd.to_datetime(instants, utc=True)), timezone)
        for instants in ([one.start for one in shifts], [one.end for one in shifts])
    )
    table = pd.DataFrame(
        {
            "rep_id": [one.rep_id for one in assignments],
            "queue": [one.queue for one in shifts],
            "role": [one.role for one in shifts],
            "start": starts,
            "end": ends,
            "locked": ["yes" if one.locked else "no" for one in assignments],
            "reason": [one.reason for one in assignments],
            "site": [one.site for one in shifts],
        },
        columns=list(ROSTER_COLUMNS),
    )
    return with_breaks(table, shifts, timezone)


def read_roster(path: Path, *, timezone: str = "UTC") -> tuple[Assignment, ...]:
    """Read ``roster.csv``.

    Parameters
    ----------
    path
        A row per rep and shift: ``rep_id, queue, role, start, end`` and, where known, ``locked,
        reason, site, breaks``.
    timezone
        The zone in which a time without an offset is read; a repeated hour is the first one.

    Returns
    -------
    tuple of Assignment
        Sorted by rep and start; a file with a header and no rows is a roster of nobody.

    Raises
    ------
    InputError
        With file, row and column, when a cell cannot be read, a shift ends before it starts or a
        rep has it twice.
    """
    table = read_table(path, ROSTER_COLUMNS[:5], (*ROSTER_COLUMNS[5:], BREAKS))
    rows: dict[tuple[str, Shift], Assignment] = {}
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        for column in ("rep_id", "queue"):
            if not cells[column]:
                raise fault(path, "", f"give the {column}", row=row, column=column)
        if cells["role"] not in ROLES:
            raise fault(path, cells["role"], "give primary or on_call", row=row, column="role")
        start, end = (
            read_instant(cells[name], path, row, name, timezone) for name in ("start", "end")
        )
        if not start < end:
            raise fault(path, cells["end"], "a shift ends after it starts", row=row, column="end")
        shift = dated_shift(cells, start, end, path, row)
        if (cells["rep_id"], shift) in rows:
            mend = "has this shift in a row above; remove one of them"
            raise fault(path, cells["rep_id"], mend, row=row, column="rep_id")
        locked = read_flag(cells["locked"], path, row, "locked", default=False)
        rows[cells["rep_id"], shift] = Assignment(cells["rep_id"], shift, locked, cells["reason"])
    return tuple(rows[key] for key in sorted(rows, key=lambda key: (key[0], key[1].start, key[1])))


def read_instant(text: str, path: Path, row: int, column: str, timezone: str) -> datetime:
    """Read a time from a cell, in `timezone` where it has no offset; a repeated hour is the first.

    Raises
    ------
    InputError
        When the cell holds no time, or one that the clocks skip.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        mend = "give a time with its offset, such as 2026-12-24T09:00:00+00:00"
        raise fault(path, text, mend, row=row, column=column) from None
    check_year(time, text, path, row, column)
    if time.tzinfo is not None:
        return time.astimezone(UTC)
    instant = time.replace(tzinfo=zone(timezone)).astimezone(UTC)
    if instant.astimezone(zone(timezone)).replace(tzinfo=None) != time:
        mend = f"the clocks of {timezone} skip this time; write it with its offset"
        raise fault(path, text, mend, row=row, column=column)
    return instant
