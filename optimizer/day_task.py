"""One queue whose target holds for a day or week as a whole: what is to be met, and with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import local_days, week_start
from optimizer.followed_service import MET, Followed, ServiceFollower
from optimizer.patterns import Candidate, Flags, Period, shift_times, useful_shifts
from optimizer.plan_simulation import on_duty
from optimizer.pools import Pool
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import delay_of, wound_down
from optimizer.requirement_rows import rostered
from optimizer.service_policy import TargetPer
from optimizer.shifts import ShiftSettings
from optimizer.staffing.search import Promise, fewest_reps

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

MARGIN = MET / 10
"""By how much a staff that was followed approximately has to be better than what is promised."""


@dataclass(frozen=True)
class Shortfall:
    """What a staff lacks of what is promised; all 0 when it keeps every promise.

    Parameters
    ----------
    stretches
        By day or week, contacts that are late beyond those that may be.
    floors
        By interval, contacts in time that it lacks of its floor.
    writing
        By interval, share of time beyond the cap in which reps write.
    """

    stretches: Floats
    floors: Floats
    writing: Floats

    @property
    def is_none(self) -> bool:
        """Whether every promise is kept."""
        return not (self.stretches.any() or self.floors.any() or self.writing.any())


@dataclass(frozen=True)
class DayTask:
    """A queue's week and the shifts that could serve it.

    Parameters
    ----------
    queue, settings
        Its name, and what is promised: its service says the target, per what, and the floor.
    starts, interval_minutes
        Its intervals, in UTC.
    timezone
        The zone whose days, or weeks, are judged.
    volume
        Contacts of each interval.
    least
        Reps on duty in each interval that it must have whatever the service.
    required
        Reps rostered in each interval so that it meets the target by itself.
    shifts
        What reps could be rostered for.
    """

    queue: str
    settings: QueueSettings
    starts: pd.DatetimeIndex
    interval_minutes: int
    timezone: str
    volume: Floats
    least: Reps
    required: Reps
    shifts: tuple[Candidate, ...]

    @cached_property
    def follower(self) -> ServiceFollower:
        """What follows the service of staffs."""
        return ServiceFollower(self.volume, self.interval_minutes, self.settings)

    @cached_property
    def stretch(self) -> npt.NDArray[np.int64]:
        """The day, or ISO week, of each interval, numbered from 0."""
        return stretches_of(self.starts, self.timezone, self.settings.service.target_per)

    @cached_property
    def contacts(self) -> Floats:
        """Contacts of each day or week."""
        return np.asarray(np.bincount(self.stretch, self.volume), dtype=float)

    @cached_property
    def first(self) -> npt.NDArray[np.int64]:
        """The first interval that each shift covers."""
        return np.array([shift.first for shift in self.shifts], dtype=np.int64)

    @cached_property
    def last(self) -> npt.NDArray[np.int64]:
        """The interval after the last one that each shift covers."""
        return np.array([shift.last for shift in self.shifts], dtype=np.int64)

    @cached_property
    def hours(self) -> Floats:
        """Paid hours of each shift."""
        return np.array([shift.times.hours for shift in self.shifts])

    @cached_property
    def lowest(self) -> Reps:
        """Reps on duty below which no interval is tried: those that keep every floor by itself."""
        service, minutes = self.settings.service, self.interval_minutes
        if service.hour_floor == 0:
            return self.least
        promise = Promise(
            service.hour_floor,
            service.within_seconds / 60,
            delay_of(self.queue, self.settings),
            service.max_hands_busy,
            service.leaving.hand_back,
        )
        fewest = fewest_reps(self.volume, self.least, minutes, self.settings.handling, promise)
        return wound_down(minutes, service.leaving)(fewest)

    def rostered_by(self, counts: Reps) -> Reps:
        """Return the reps rostered in each interval by so many of each shift."""
        size = len(self.volume) + 1
        begin = np.bincount(self.first, counts, size)
        end = np.bincount(self.last, counts, size)
        return np.rint(np.cumsum(begin - end)[:-1]).astype(np.int64)

    def on_duty(self, rostered: Reps) -> Reps:
        """Return the reps on duty of those rostered."""
        return on_duty(rostered, self.settings.service.shrinkage)

    def rostered(self, duty: Reps) -> Reps:
        """Return the fewest reps rostered for so many on duty."""
        return rostered(duty, self.settings.service.shrinkage)

    def follow(self, rostered: Reps, near: Followed | None = None) -> Followed:
        """Return the service of rostered reps, less those who are not on duty."""
        return self.follower.follow(self.on_duty(rostered), near)

    def in_time(self, followed: Followed) -> Floats:
        """Return the contacts of each day or week that are in time."""
        return np.asarray(np.bincount(self.stretch, self.volume * followed.level), dtype=float)

    def shortfall(
        self, rostered: Reps, followed: Followed, busiest: Floats, margin: float = MARGIN
    ) -> Shortfall:
        """Return what a staff lacks.

        Parameters
        ----------
        rostered, followed
            The staff and its service.
        busiest
            By interval, share of time in which reps may write.
        margin
            By how much shares have to be better than promised.
        """
        service = self.settings.service
        target, floor = (
            min(share + margin, 1.0) if share else 0.0
            for share in (service.target, service.hour_floor)
        )
        stretches = np.maximum(target * self.contacts - self.in_time(followed), 0.0)
        floors = np.maximum(floor - followed.level, 0.0) * self.volume
        writing = np.maximum(followed.busy - busiest - 1e-9, 0.0)
        missing = np.maximum(self.least - self.on_duty(rostered), 0)
        return Shortfall(_no_dust(stretches), _no_dust(floors) + missing, writing)


def stretches_of(starts: pd.DatetimeIndex, timezone: str, per: TargetPer) -> npt.NDArray[np.int64]:
    """Return the number of each interval's local day, or ISO week, counted from 0.

    Examples
    --------
    >>> starts = pd.date_range("2026-03-28", periods=3, freq="D", tz="UTC")
    >>> stretches_of(starts, "Europe/Dublin", "day"), stretches_of(starts, "Europe/Dublin", "week")
    (array([0, 1, 2]), array([0, 0, 1]))
    """
    days = local_days(starts, timezone)
    names = [week_start(day) for day in days] if per == "week" else days
    return np.unique(np.array(names, dtype="datetime64[D]"), return_inverse=True)[1]


def catalogue(
    pools: Sequence[Pool],
    queue: str,
    shifts: ShiftSettings,
    starts: pd.DatetimeIndex,
    interval_minutes: int,
    is_open: Flags,
) -> tuple[Candidate, ...]:
    """List the shifts in which anybody could work a queue, each once."""
    period = Period(starts[0], starts[-1] + pd.Timedelta(minutes=interval_minutes))
    found: dict[tuple[int, int], Candidate] = {}
    for pool in pools:
        if not pool.can_work(queue):
            continue
        times = shift_times(
            period,
            shifts.starts_every_minutes,
            shifts.lengths_hours,
            pool.timezone,
            pool.allowed(period),
        )
        for candidate in useful_shifts(times, starts, interval_minutes, is_open):
            span = candidate.first, candidate.last
            known = found.get(span)
            if known is None or candidate.times.hours < known.times.hours:
                found[span] = candidate
    return tuple(found[span] for span in sorted(found))


def _no_dust(values: Floats) -> Floats:
    return np.where(values > 1e-9, values, 0.0)
