"""The weeks of a rotation, from hand-over to hand-over by the wall clock, and who is there."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import UNIT, midnight, zone
from optimizer.staff import Absence, Rep

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class RotationWeeks:
    """Weeks in a row, each named by the local day on which it begins.

    A week has 167, 168 or 169 hours where clocks change. It is made of seven days, each from
    hand-over time to hand-over time.

    Parameters
    ----------
    first
        Day of the first hand-over.
    count
        How many weeks.
    handover
        Wall time of the hand-over.
    timezone
        The calendar's zone.
    """

    first: date
    count: int
    handover: time = time(0)
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.count < 1:
            raise ValueError("A rotation has at least one week.")

    @property
    def names(self) -> tuple[date, ...]:
        """The day on which each week begins."""
        return tuple(self.first + timedelta(weeks=week) for week in range(self.count))

    def place(self, week: date) -> int | None:
        """Return which of the weeks begins on a day, counted from the first; None for none.

        Weeks before the first have negative numbers.
        """
        weeks, days = divmod((week - self.first).days, DAYS_PER_WEEK)
        return None if days or weeks >= self.count else weeks

    def edges(self) -> pd.DatetimeIndex:
        """Return the instants between the days, in UTC: seven for each week, and the last end.

        A wall time that the clocks skip is the first instant after the gap, a repeated one the
        first of the two.
        """
        days = pd.date_range(self.first, periods=DAYS_PER_WEEK * self.count + 1, freq="D")
        wall = days + pd.Timedelta(hours=self.handover.hour, minutes=self.handover.minute)
        local = wall.tz_localize(
            zone(self.timezone),
            ambiguous=np.ones(len(wall), dtype=bool),
            nonexistent="shift_forward",
        )
        return local.tz_convert("UTC").as_unit(UNIT)

    def instants(self) -> tuple[datetime, ...]:
        """Return the edges as datetimes."""
        return tuple(edge.to_pydatetime() for edge in self.edges())


def employed_weeks(rep: Rep, weeks: RotationWeeks) -> npt.NDArray[np.bool_]:
    """Say of each week whether a rep is employed throughout it."""
    edges = weeks.edges()[::DAYS_PER_WEEK]
    employed = np.ones(weeks.count, dtype=bool)
    if rep.employed_from is not None:
        employed &= np.asarray(edges[:-1] >= midnight(rep.employed_from, rep.timezone))
    if rep.employed_until is not None:
        end = midnight(rep.employed_until + timedelta(days=1), rep.timezone)
        employed &= np.asarray(edges[1:] <= end)
    return employed


def days_away(
    rep: Rep, absences: tuple[Absence, ...], weeks: RotationWeeks
) -> npt.NDArray[np.bool_]:
    """Say of each day whether a rep is absent in any part of it; weeks by days."""
    edges = weeks.edges()
    away = np.zeros(len(edges) - 1, dtype=bool)
    for absence in absences:
        if absence.rep_id == rep.rep_id:
            start, end = pd.Timestamp(absence.start), pd.Timestamp(absence.end)
            away |= np.asarray((edges[:-1] < end) & (edges[1:] > start))
    return away.reshape(weeks.count, DAYS_PER_WEEK)


def weeks_on_leave(away: npt.NDArray[np.bool_], least: int | None) -> npt.NDArray[np.bool_]:
    """Say of each week whether it belongs to an absence of at least `least` whole weeks on end."""
    whole = np.asarray(np.all(away, axis=1))
    leave = np.zeros(away.shape[0], dtype=np.bool_)
    if least is None:
        return leave
    edges = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(int)))
    for begin, end in edges.reshape(-1, 2):
        leave[begin:end] = end - begin >= least
    return leave
