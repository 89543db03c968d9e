"""What shifts cover of what is required, counted: shared by the shift plan and the roster.

A shift counts in an interval when it covers all of it, less the share of the interval that its
breaks take; so where breaks are shorter than intervals, reps are no whole numbers. Surplus primary
counts towards on-call, never the other way round. Understaffing is the larger of what primary lacks
and what both tiers together lack; overstaffing is primary beyond what is required of both tiers
together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.breaks import Break
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift

REQUIRED_COLUMNS = ("queue", "interval_start", "required_primary", "required_on_call")
COVERAGE_COLUMNS = (*REQUIRED_COLUMNS, "primary", "on_call", "understaffing", "overstaffing")

Counts = npt.NDArray[np.int64]


def required_reps(requirement: Requirement) -> pd.DataFrame:
    """Return the reps that shifts have to bring in.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval, sorted by both: ``queue, interval_start, required_primary,
        required_on_call``, reps after shrinkage.

    Raises
    ------
    ValueError
        When a requirement is negative or not whole, or a queue's intervals are not in a row.
    """
    table = requirement.table.sort_values(["queue", "interval_start"], ignore_index=True)
    reps = table[["rostered_primary", "rostered_on_call"]].to_numpy(dtype=float)
    if not np.isfinite(reps).all() or (reps < 0).any() or (reps != np.round(reps)).any():
        raise ValueError("Reps to roster must be whole numbers of at least 0.")
    step = pd.Timedelta(minutes=requirement.interval_minutes)
    for queue, rows in table.groupby("queue", sort=False):
        uneven = np.flatnonzero(np.diff(rows["interval_start"]) != step.to_timedelta64())
        if len(uneven):
            raise ValueError(
                f"Queue {queue}: the requirement's intervals are not evenly spaced at "
                f"{rows['interval_start'].iloc[uneven[0] + 1]}."
            )
    return pd.DataFrame(
        {
            "queue": table["queue"],
            "interval_start": pd.DatetimeIndex(table["interval_start"]).as_unit("us"),
            "required_primary": reps[:, 0].astype(np.int64),
            "required_on_call": reps[:, 1].astype(np.int64),
        }
    )


def covered(starts: pd.DatetimeIndex, interval_minutes: int, shift: Shift) -> slice:
    """Return which of the rising interval starts a shift covers wholly.

    Examples
    --------
    >>> from datetime import datetime, timezone
    >>> nine, noon = (datetime(2026, 3, 2, hour, 30, tzinfo=timezone.utc) for hour in (9, 12))
    >>> hours = pd.date_range("2026-03-02", periods=24, freq="h", tz="UTC")
    >>> covered(hours, 60, Shift("live", "", nine, noon, "primary"))
    slice(10, 12, None)
    """
    first = int(starts.searchsorted(pd.Timestamp(shift.start), side="left"))
    whole = pd.Timestamp(shift.end) - pd.Timedelta(minutes=interval_minutes)
    return slice(first, max(first, int(starts.searchsorted(whole, side="right"))))


def count_coverage(
    required: pd.DataFrame, shifts: Iterable[StaffedShift], interval_minutes: int
) -> pd.DataFrame:
    """Count the reps at work and on standby, and set them against what is required.

    Parameters
    ----------
    required
        A row per queue and interval, sorted by both, with the columns of `required_reps`; others
        are ignored.
    shifts
        Any order; a shift outside the intervals counts for nothing.
    interval_minutes
        Length of an interval.

    Returns
    -------
    pandas.DataFrame
        The same rows: ``queue, interval_start, required_primary, required_on_call, primary,
        on_call, understaffing, overstaffing``, reps.

    Raises
    ------
    ValueError
        When a shift belongs to a queue for which nothing is required.
    """
    rows = {
        str(queue): (np.asarray(places), pd.DatetimeIndex(required["interval_start"].iloc[places]))
        for queue, places in required.groupby("queue", sort=False).indices.items()
    }
    counts = {role: np.zeros(len(required), dtype=np.int64) for role in ("primary", "on_call")}
    away = np.zeros(len(required), dtype=np.int64)
    for staffed in shifts:
        shift = staffed.shift
        if shift.queue not in rows:
            raise ValueError(
                f"A shift works queue {shift.queue!r}, for which nothing is required; there are "
                f"{', '.join(rows)}."
            )
        places, starts = rows[shift.queue]
        span = covered(starts, interval_minutes, shift)
        counts[shift.role][places[span]] += staffed.reps
        for one in shift.breaks:
            away[places[span]] += staffed.reps * _minutes_away(starts[span], interval_minutes, one)
    if away.any():
        counts["primary"] = _present(counts["primary"], away, interval_minutes)
    need = required["required_primary"].to_numpy(), required["required_on_call"].to_numpy()
    return required[list(REQUIRED_COLUMNS)].assign(
        **counts,
        understaffing=understaffing(*need, counts["primary"], counts["on_call"]),
        overstaffing=overstaffing(*need, counts["primary"]),
    )


def _minutes_away(starts: pd.DatetimeIndex, interval_minutes: int, taken: Break) -> Counts:
    """Return how many minutes of each interval a break takes."""
    minute = np.timedelta64(1, "m")
    left = starts.tz_convert(None).to_numpy()
    begin, end = (
        pd.Timestamp(moment).tz_convert(None).to_datetime64() for moment in (taken.start, taken.end)
    )
    last = np.minimum(left + interval_minutes * minute, end)
    found: Counts = np.maximum((last - np.maximum(left, begin)) // minute, 0)
    return found


def _present(reps: Counts, away: Counts, interval_minutes: int) -> Any:
    """Return the reps at work: whole numbers where no break takes a part of an interval."""
    minutes = reps * interval_minutes - away
    if (minutes % interval_minutes == 0).all():
        return minutes // interval_minutes
    return np.round(minutes / interval_minutes, 6)


def understaffing(
    required_primary: Counts, required_on_call: Counts, primary: Counts, on_call: Counts
) -> Counts:
    """Return the reps missing: the larger of what primary lacks and what both tiers lack."""
    lacks_primary = required_primary - primary
    lacks_both = required_primary + required_on_call - primary - on_call
    return np.asarray(np.maximum(0, np.maximum(lacks_primary, lacks_both)))


def overstaffing(required_primary: Counts, required_on_call: Counts, primary: Counts) -> Counts:
    """Return the reps at work beyond what both tiers together are required to be.

    Standby beyond need is no overstaffing: nobody sits idle. An interval is never under- and
    overstaffed at once.
    """
    return np.asarray(np.maximum(0, primary - required_primary - required_on_call))


@dataclass(frozen=True)
class PlanCost:
    """What a plan costs, in the workspace's currency.

    Parameters
    ----------
    wages
        Of primary hours.
    standby
        Of hours on standby.
    understaffing
        The price put on missing rep-hours; nobody is paid it.
    """

    wages: float
    standby: float
    understaffing: float

    @property
    def total(self) -> float:
        """The sum."""
        return self.wages + self.standby + self.understaffing


def plan_cost(
    shifts: Iterable[StaffedShift],
    coverage: pd.DataFrame,
    interval_minutes: int,
    settings: ShiftSettings,
    on_call: OnCallSettings,
    timezone: str = "UTC",
) -> PlanCost:
    """Count what shifts cost and what is missing beside them.

    Parameters
    ----------
    shifts
        With their breaks.
    coverage
        As `count_coverage` returns it.
    interval_minutes, settings, on_call
        Of the plan.
    timezone
        The calendar's zone, by whose clock premiums are paid where a shift has no site.
    """
    hours = {"primary": 0.0, "on_call": 0.0}
    wages = settings.wages(timezone)
    for staffed in shifts:
        shift = staffed.shift
        paid = wages.paid(shift.site, shift.start, shift.end, shift.breaks)
        hours[shift.role] += staffed.reps * paid
    missing_hours = float(coverage["understaffing"].sum()) * interval_minutes / 60
    return PlanCost(
        wages=settings.wage * hours["primary"],
        standby=settings.wage * on_call.standby_price * hours["on_call"],
        understaffing=settings.wage * settings.understaffing_price * missing_hours,
    )
