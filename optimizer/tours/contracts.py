"""What contracts say of a whole period, once what is locked is taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

import numpy as np

from optimizer.contract_rows import owed_of_period
from optimizer.pools import Pool
from optimizer.tours.day_rules import ANY
from optimizer.tours.labour import Fixed
from optimizer.tours.period_hours import UNBOUNDED, PeriodHours
from optimizer.tours.week import Ints

DUST = 1e-6
"""Minutes that are arithmetic."""


@dataclass(frozen=True)
class PeriodBounds:
    """Bounds on what one rep may still be given at work in the period.

    Parameters
    ----------
    least_minutes, most_minutes
        0 and `UNBOUNDED` for no bound.
    least_shifts, most_shifts
        0 and `ANY` for no bound.
    """

    least_minutes: int = 0
    most_minutes: int = UNBOUNDED
    least_shifts: int = 0
    most_shifts: int = ANY


def period_bounds(pool: Pool, fixed: Fixed, period: tuple[datetime, datetime]) -> PeriodBounds:
    """Return the bounds of a pool's rep beside what is locked."""
    if pool.members is None:
        return PeriodBounds()
    rep = pool.members.rep
    locked = [local.minutes for local in fixed.locked if local.shift.role == "primary"]
    hours, shifts = rep.contract.max_period_hours, rep.contract.max_shifts
    minutes, number = 0, 0
    if rep.contract.min_period_hours or rep.contract.min_shifts:
        minutes, number = owed_of_period(rep, period, pool.members.absences)
    return PeriodBounds(
        max(0, minutes - sum(locked)),
        UNBOUNDED if hours is None else max(0, floor(hours * 60 + DUST) - sum(locked)),
        max(0, number - len(locked)),
        ANY if shifts is None else max(0, shifts - len(locked)),
    )


def hour_bounds(
    bounds: Sequence[PeriodBounds], short: float, over: float | None
) -> PeriodHours | None:
    """Return the bounds on hours of all reps; None where nobody has any.

    Parameters
    ----------
    short, over
        As in `PeriodHours`.
    """
    if all(one.least_minutes == 0 and one.most_minutes == UNBOUNDED for one in bounds):
        return None
    least, most = ([one.least_minutes for one in bounds], [one.most_minutes for one in bounds])
    return PeriodHours(np.array(least), np.array(most), short, over)


def shift_bounds(bounds: Sequence[PeriodBounds], fixed: Ints) -> Ints | None:
    """Return the bounds on shifts, as in a crew; None where nobody has any.

    Parameters
    ----------
    fixed
        Days with a shift at work that is not chosen, by rep: they count, so the bounds grow by
        them.
    """
    if all(one.least_shifts == 0 and one.most_shifts == ANY for one in bounds):
        return None
    return np.array(
        [
            (
                one.least_shifts + days if one.least_shifts else 0,
                ANY if one.most_shifts == ANY else one.most_shifts + days,
            )
            for one, days in zip(bounds, fixed.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
