"""Asynchronous queues, worked in the hands that real-time queues leave and by reps of their own.

A real-time queue comes first. Of its reps' time it leaves what lies between the share in which
their hands are busy and the cap that keeps its responses quick, ``max_hands_busy``. That goes to
the queues of its ``fill_with``, one after the other; a queue uses up what is spared for it in the
same share as the hands of its own reps are busy, and leaves the rest to the next.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from optimizer.staffing.backlog import answered_in_time, begun_in_time
from optimizer.staffing.inbox import NOTHING, Waiting, evaluate_inbox
from optimizer.staffing.inbox_search import Inbox, ReplyPromise, fewest_own_reps
from optimizer.staffing.work import Work, work_of

if TYPE_CHECKING:
    from optimizer.requirement import QueueSettings

ASYNCHRONOUS = ("email", "ticket")
LEAST_WITHIN_SECONDS = 900.0

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Reps = npt.NDArray[np.int64]


def check_asynchronous(settings: "QueueSettings") -> None:
    """Refuse settings of a queue that only the other kind of channel can have.

    Raises
    ------
    ValueError
        With what is wrong and the mend.
    """
    service = settings.service
    if settings.channel not in ASYNCHRONOUS:
        return
    if settings.fill_with:
        raise ValueError(
            f"fill_with is of chat and phone queues, whose hands have time to spare; "
            f"a queue of channel {settings.channel} is one that they fill with."
        )
    if service.within_seconds < LEAST_WITHIN_SECONDS:
        raise ValueError(
            f"A queue of channel {settings.channel} is worked when there is time: give its service "
            f"within_seconds of at least {LEAST_WITHIN_SECONDS:g} (a quarter of an hour), not "
            f'{service.within_seconds:g}, or make it a queue of channel "chat".'
        )
    if service.min_reps > 1:
        raise ValueError(
            f"min_reps is of chat and phone queues; a queue of channel {settings.channel} may be "
            "left alone for an hour: leave it out."
        )
    if settings.handling.reply_order != "first_come":
        raise ValueError(
            f"A queue of channel {settings.channel} is answered in the order in which messages "
            "come; leave reply_order out."
        )


def order_of_filling(queues: Mapping[str, "QueueSettings"]) -> tuple[str, ...]:
    """Return the asynchronous queues such that each comes after those that are filled before it.

    Raises
    ------
    ValueError
        When a ``fill_with`` names a queue that is unknown or real-time, or one twice, or when two
        of them want the same queues in opposite orders.
    """
    before: dict[str, set[str]] = {
        name: set() for name, queue in queues.items() if queue.channel in ASYNCHRONOUS
    }
    for name, queue in queues.items():
        for place, filled in enumerate(queue.fill_with):
            if filled not in before:
                known = ", ".join(before) or "none"
                what = "is a real-time queue" if filled in queues else "is unknown"
                raise ValueError(
                    f"queue {name}: fill_with names {filled!r}, which {what}; asynchronous queues "
                    f"(channel email or ticket) are: {known}."
                )
            if filled in queue.fill_with[:place]:
                raise ValueError(f"queue {name}: fill_with names {filled!r} twice.")
            before[filled] |= set(queue.fill_with[:place])
    ordered: list[str] = []
    while len(ordered) < len(before):
        free = sorted(name for name in before if name not in ordered and before[name] <= {*ordered})
        if not free:
            rest = " and ".join(sorted(set(before) - {*ordered}))
            raise ValueError(f"fill_with lists {rest} in opposite orders; choose one for all.")
        ordered.append(free[0])
    return tuple(ordered)


def worked_together(
    names: Iterable[str], queues: Mapping[str, "QueueSettings"]
) -> tuple[tuple[str, ...], ...]:
    """Part queues into those whose reps depend on each other; most depend on no other."""
    blended: list[str] = []
    alone: list[tuple[str, ...]] = []
    for name in sorted(names):
        if queues[name].fill_with or queues[name].channel in ASYNCHRONOUS:
            blended.append(name)
        else:
            alone.append((name,))
    return (*alone, tuple(blended)) if blended else tuple(alone)


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

    queues: Mapping[str, "QueueSettings"]
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
    settings: "QueueSettings"
    is_open: Flags
    minutes: float
    waiting: Waiting = NOTHING

    @property
    def work(self) -> Work:
        """What a conversation asks of the hands."""
        return work_of(self.settings.handling)

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
