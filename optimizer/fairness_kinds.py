"""What of a shift is a burden to be shared: nights, weekends, holidays and standby.

All of it is by the wall clock of the rep who works the shift, so the same shift may be a night for
one and a day for another.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from data.week import WeeklyHours
from optimizer.local_shifts import local_shift, minutes_of_week
from optimizer.shifts import Shift

Burden = Literal["nights", "weekends", "holidays", "standby"]
BURDENS: tuple[Burden, ...] = get_args(Burden)

NIGHT_MINUTES = 120
"""Of a shift within the night, from which on it is a night shift."""

SATURDAY = 5

Flags = npt.NDArray[np.bool_]


def burdens(
    shifts: Sequence[Shift], timezone: str, night: str, holidays: Collection[date]
) -> Flags:
    """Say which burdens each shift is to somebody who lives in a zone.

    A night shift holds at least two hours of `night`; a weekend is a shift that starts on a
    Saturday or Sunday, a holiday one that starts on a holiday; standby is a role.

    Parameters
    ----------
    night
        Local hours such as ``23:00-06:00``.
    holidays
        Local days.

    Returns
    -------
    numpy.ndarray
        A row per shift, a column for each of `BURDENS`.
    """
    is_night = _night_minutes(night)
    rows = np.zeros((len(shifts), len(BURDENS)), dtype=bool)
    for place, shift in enumerate(shifts):
        local = local_shift(shift, timezone)
        rows[place] = (
            is_night[minutes_of_week(shift, timezone)].sum() >= NIGHT_MINUTES,
            local.day.weekday() >= SATURDAY,
            local.day in holidays,
            shift.role == "on_call",
        )
    return rows


@lru_cache(maxsize=16)
def _night_minutes(night: str) -> Flags:
    return WeeklyHours.from_mapping({"Mon-Sun": night}).minutes()
