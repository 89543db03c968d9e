"""Asynchronous queues, worked in the hands that real-time queues leave and by reps of their own.

A real-time queue comes first. Of its reps' time it leaves what lies between the share in which
their hands are busy and the cap that keeps its responses quick, ``max_hands_busy``. That goes to
the queues of its ``fill_with``, one after the other; a queue uses up what is spared for it in the
same share as the hands of its own reps are busy, and leaves the rest to the next.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from optimizer.demand import Demand
from optimizer.planned_volume import planned_volume, volume_at
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.requirement_rows import requirement_rows
from optimizer.staffing.backlog import answered_in_time, begun_in_time
from optimizer.staffing.inbox import NOTHING, Waiting, evaluate_inbox
from optimizer.staffing.inbox_search import Inbox, ReplyPromise, fewest_own_reps
from optimizer.staffing.inbox_work import InboxWork, inbox_work

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Reps = npt.NDArray[np.int64]


@dataclass
class SparedHands:
    """Hands that real-time queues spare, and for whom they do.

    Parameters
    ----------
    queues
        Settings by name of the queue.
    left
        By real-time queue: hands that are left in each interval.
    """

    queues: Mapping[str, QueueSettings]
    left: dict[str, pd.Series] = field(default_factory=dict)

    def add(self, queue: str, starts: pd.DatetimeIndex, reps: Reps, busy: Floats) -> None:
        """Count what the reps of a real-time queue leave, whose hands are busy for such a share."""
        room = self.queues[queue].service.max_hands_busy - np.nan_to_num(busy)
        self.left[queue] = pd.Series(reps * np.maximum(room, 0.0), starts)

    def of(self, queue: str, starts: pd.DatetimeIndex) -> Floats:
        """Return the hands that are spared for an asynchronous queue in each interval."""
        spared = np.zeros(len(starts))
        for name, hands in self.left.items():
            if queue in self.queues[name].fill_with:
                spared += hands.reindex(starts, fill_value=0.0).to_numpy()
        return spared

    def use(self, queue: str, starts: pd.DatetimeIndex, busy: Floats) -> None:
        """Take off what an asynchronous queue uses: a share of each interval's hands."""
        for name, hands in self.left.items():
            if queue in self.queues[name].fill_with:
                used = pd.Series(busy, starts).reindex(hands.index, fill_value=0.0)
                self.left[name] = hands * (1 - used)


@dataclass(frozen=True)
class AsynchronousQueue:
    """An asynchronous queue on its grid.

    Parameters
    ----------
    name, settings
        The queue.
    is_open
        Where the customer's clock runs.
    minutes
        Length of an interval.
    waiting
        What waits when the first interval begins.
    """

    name: str
    settings: QueueSettings
    is_open: Flags
    minutes: float
    waiting: Waiting = NOTHING

    @property
    def work(self) -> InboxWork:
        """What a conversation asks of the hands."""
        return inbox_work(self.settings.handling)

    @property
    def within_minutes(self) -> float:
        """What in time is."""
        return self.settings.service.within_seconds / 60

    @property
    def clock_runs(self) -> Flags:
        """Where the clock runs; everywhere when the queue is never open, for it must some time."""
        return self.is_open if self.is_open.any() else np.ones_like(self.is_open)

    def _inbox(self, volume: Floats, spared: Floats) -> Inbox:
        return Inbox(volume, spared, self.clock_runs, self.minutes, self.work, self.waiting)

    def fewest_reps(self, volume: Floats, spared: Floats, lowest: Reps) -> Reps:
        """Return the fewest reps of its own, not fewer than `lowest`, that keep the promise.

        Raises
        ------
        InputError
            When the target is out of reach because a reply has to be written.
        """
        service = self.settings.service
        in_time = begun_in_time if service.clock == "pick_up" else answered_in_time
        ceiling = 1.0
        if service.clock == "first_reply":
            ceiling = float(self.work.written_within(np.array([self.within_minutes]))[0])
        if service.target >= ceiling:
            raise InputError(
                f"Queue {self.name}: target {service.target:g} is out of reach: even with "
                f"unlimited reps {ceiling:.3f} of first replies are written within within_seconds "
                f"= {service.within_seconds:g}, for one takes {self.work.writing_minutes:.3g} "
                "minutes on average; raise within_seconds or lower target."
            )
        promise = ReplyPromise(service.target, self.within_minutes, in_time, service.max_hands_busy)
        return fewest_own_reps(self._inbox(volume, spared), promise, lowest)

    def evaluate(self, volume: Floats, reps: Reps, spared: Floats) -> pd.DataFrame:
        """Predict the service as `optimizer.staffing.inbox.evaluate_inbox` does.

        Returns
        -------
        pandas.DataFrame
            With ``service_level``, by the queue's clock, and an empty ``overrun_minutes`` besides.
        """
        hands = self._inbox(volume, spared).hands(reps)
        table = evaluate_inbox(volume, hands, self.work, self.within_minutes, self.waiting)
        table["service_level"] = table[self.settings.service.clock]
        table["overrun_minutes"] = np.nan
        return table


def spare_hands(
    demand: Demand,
    table: pd.DataFrame,
    settings: QueueSettings,
    guard: float,
    spared: tuple[SparedHands, SparedHands],
) -> None:
    """Count the hands that a real-time queue spares: primary at the median, all at the guard.

    Parameters
    ----------
    demand, settings
        The real-time queue.
    table
        Its rows of the requirement.
    guard
        Probability of the volume that primary and on-call serve together.
    spared
        To add to: what primary spare at the median, and what all spare at the guard.
    """
    if not settings.fill_with:
        return
    starts, minutes = pd.DatetimeIndex(table["interval_start"]), demand.calendar.interval_minutes
    primary = table["primary"].to_numpy()
    spared[0].add(demand.queue, starts, primary, table["hands_busy"].to_numpy(dtype=float))
    both = primary + table["on_call"].to_numpy()
    at_guard = predict_service(settings, volume_at(demand, guard), both, minutes)
    spared[1].add(demand.queue, starts, both, at_guard["hands_busy"].to_numpy(dtype=float))


def require_asynchronous(
    demand: Demand,
    settings: QueueSettings,
    guard: float,
    spared: tuple[SparedHands, SparedHands],
    waiting: Waiting,
) -> pd.DataFrame:
    """Find the reps of an asynchronous queue's own, and take off what it uses of the others'.

    Parameters
    ----------
    demand, settings, guard
        As of `optimizer.real_time.require_real_time`.
    spared
        Hands that the real-time queues spare, at the median and at the guard.
    waiting
        What waits when the first interval begins.

    Returns
    -------
    pandas.DataFrame
        As `optimizer.requirement_rows.requirement_rows`.

    Raises
    ------
    InputError
        As `optimizer.real_time.require_real_time`.
    """
    planned = planned_volume(demand, settings, guard)
    starts, minutes = planned.starts, demand.calendar.interval_minutes
    queue = AsynchronousQueue(demand.queue, settings, planned.is_open, minutes, waiting)
    staffed: list[npt.NDArray[np.int64]] = []
    tables: list[pd.DataFrame] = []
    lowest = np.zeros(len(starts), dtype=np.int64)
    for volume, hands in zip((planned.median, planned.guarded), spared, strict=True):
        given = hands.of(demand.queue, starts)
        lowest = queue.fewest_reps(volume, given, lowest)
        staffed.append(lowest)
        tables.append(queue.evaluate(volume, lowest, given))
        hands.use(demand.queue, starts, tables[-1]["hands_busy"].to_numpy(dtype=float))
    on_call = staffed[1] - staffed[0]
    tables[0].loc[~planned.is_open & (planned.median == 0) & (staffed[0] == 0)] = math.nan
    return requirement_rows(demand, settings, planned.median, staffed[0], on_call, tables[0])
