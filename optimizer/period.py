"""What is planned when only shifts are known: the period, and coverage without a requirement."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd

from data.clock import grid, midnight
from optimizer.cover import COVERAGE_COLUMNS, count_coverage
from optimizer.local_shifts import local_shift
from optimizer.shifts import StaffedShift


def span(coverage: pd.DataFrame, interval_minutes: int) -> tuple[datetime, datetime]:
    """Return the first instant of a coverage and the one after its last, in UTC."""
    starts = pd.DatetimeIndex(coverage["interval_start"])
    end = starts.max() + pd.Timedelta(minutes=interval_minutes)
    return starts.min().to_pydatetime(), end.to_pydatetime()


def coverage_of(
    shifts: Sequence[StaffedShift], timezone: str, interval_minutes: int
) -> pd.DataFrame:
    """Return the coverage that a plan's shifts give when all are filled, as what is required.

    Parameters
    ----------
    shifts
        Of a plan, at least one.
    timezone, interval_minutes
        The calendar's zone and grid; whole local days of it are covered.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval with the columns of `optimizer.cover.count_coverage`.

    Raises
    ------
    ValueError
        When there is no shift.
    """
    if not shifts:
        raise ValueError("There is neither a shift nor a requirement; give a shift plan.")
    seen = [local_shift(staffed.shift, timezone) for staffed in shifts]
    first = midnight(min(local.day for local in seen), timezone)
    end = midnight(max(local.last_day for local in seen) + timedelta(days=1), timezone)
    starts = grid(first, end, interval_minutes, timezone)
    queues = sorted({staffed.shift.queue for staffed in shifts})
    nothing = pd.concat(
        [
            pd.DataFrame({"queue": queue, "interval_start": starts, "required_primary": 0})
            for queue in queues
        ],
        ignore_index=True,
    ).assign(required_on_call=0)
    brought = count_coverage(nothing, shifts, interval_minutes)
    required = nothing.assign(
        required_primary=brought["primary"], required_on_call=brought["on_call"]
    )
    return count_coverage(required, shifts, interval_minutes)[list(COVERAGE_COLUMNS)]
