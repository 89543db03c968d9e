"""What a roster lacks beyond what it lacked when it was published, interval by interval."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.break_programme import absent_shares
from optimizer.cover import covered
from optimizer.repair_types import Gap
from optimizer.shifts import Shift

Floats = npt.NDArray[np.float64]
TINY = 1e-6
MINUTE = timedelta(minutes=1)


class CoverBook:
    """Counts what shifts bring and what is missing.

    A roster may be short of people from the beginning; a repair is to be no shorter, and does not
    touch what it was not called for. So of each interval it is known how many reps may be missing.

    Parameters
    ----------
    coverage
        What is required, a row per queue and interval, sorted by both.
    interval_minutes
        Their length.
    now
        What was missing before then cannot be mended and does not count.
    """

    def __init__(self, coverage: pd.DataFrame, interval_minutes: int, now: datetime) -> None:
        self.interval_minutes = interval_minutes
        self.hours = interval_minutes / 60
        self.starts: dict[str, pd.DatetimeIndex] = {}
        self.first: dict[str, int] = {}
        for queue, places in coverage.groupby("queue", sort=False).indices.items():
            self.first[str(queue)] = int(places[0])
            self.starts[str(queue)] = pd.DatetimeIndex(coverage["interval_start"].iloc[places])
        self.need_primary = coverage["required_primary"].to_numpy(dtype=float)
        self.need_both = self.need_primary + coverage["required_on_call"].to_numpy(dtype=float)
        self.counts = np.asarray(coverage["interval_start"] >= pd.Timestamp(now), dtype=bool)
        self.allowed = np.zeros(len(coverage))
        self._known: dict[Shift, tuple[slice, Floats]] = {}

    @property
    def rows(self) -> int:
        """How many queues and intervals there are."""
        return len(self.need_primary)

    def brings(self, shift: Shift) -> tuple[slice, Floats]:
        """Return which rows a shift covers, and how much of a rep it brings to each."""
        if shift not in self._known:
            self._known[shift] = self._count(shift)
        return self._known[shift]

    def _count(self, shift: Shift) -> tuple[slice, Floats]:
        if shift.queue not in self.first:
            return slice(0, 0), np.zeros(0)
        starts, first = self.starts[shift.queue], self.first[shift.queue]
        span = covered(starts, self.interval_minutes, shift)
        there = np.ones(span.stop - span.start)
        for one in shift.breaks:
            minutes = round(one.length / MINUTE)
            begin = starts[0].to_pydatetime()
            for place, share in absent_shares(one.start, minutes, begin, self.interval_minutes):
                if span.start <= place < span.stop:
                    there[place - span.start] -= share
        return slice(first + span.start, first + span.stop), there

    def add_up(self, shifts: Iterable[Shift]) -> tuple[Floats, Floats]:
        """Return the reps of each row: primary, and of both roles."""
        primary, both = np.zeros(self.rows), np.zeros(self.rows)
        for shift in shifts:
            rows, there = self.brings(shift)
            both[rows] += there
            if shift.role == "primary":
                primary[rows] += there
        return primary, both

    def missing(self, primary: Floats, both: Floats, rows: slice = slice(None)) -> Floats:
        """Return the rep-hours missing in rows, beyond those that may be; the last axis is rows."""
        lacking = np.maximum(self.need_primary[rows] - primary, self.need_both[rows] - both)
        beyond = np.maximum(0.0, np.maximum(0.0, lacking) - self.allowed[rows])
        found: Floats = np.where(self.counts[rows] & (beyond > TINY), beyond, 0.0) * self.hours
        return found

    def allow(self, shifts: Iterable[Shift]) -> None:
        """Let every row lack what it lacks with these shifts, and no more."""
        primary, both = self.add_up(shifts)
        lacking = np.maximum(self.need_primary - primary, self.need_both - both)
        self.allowed = np.maximum(0.0, lacking)

    def gaps(self, missing: Floats, longest: timedelta | None = None) -> list[tuple[Gap, Floats]]:
        """Return where reps are missing, each gap with its rows, one after the other.

        Rows of a queue belong to one gap when no more than `longest` lies between them; by default
        only when they follow each other.
        """
        found = []
        for queue, starts in self.starts.items():
            first = self.first[queue]
            own = missing[first : first + len(starts)]
            rows = np.flatnonzero(own > 0)
            reach = 1 if longest is None else max(1, longest // timedelta(hours=self.hours))
            parts: Sequence[npt.NDArray[np.int64]] = np.split(
                rows, np.flatnonzero(np.diff(rows) > reach) + 1
            )
            for part in parts:
                if len(part):
                    end = starts[part[-1]] + pd.Timedelta(minutes=self.interval_minutes)
                    held = np.zeros(self.rows)
                    held[first + part] = own[part]
                    gap = Gap(
                        queue,
                        starts[part[0]].to_pydatetime(),
                        end.to_pydatetime(),
                        float(own[part].max()) / self.hours,
                        float(own[part].sum()),
                    )
                    found.append((gap, held))
        return found
