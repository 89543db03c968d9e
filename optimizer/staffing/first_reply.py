r"""How long a rep takes to reply, given how many other conversations the rep holds.

A customer who is picked up, or writes again, while the rep holds :math:`k` other conversations
finds :math:`J` of them waiting for the hands, distributed as :math:`\pi_k` of
`optimizer.concurrency`: in a closed network a customer who moves sees the others as if alone
(Sevcik and Mitrani 1981, https://doi.org/10.1145/322248.322257). First come, first served, the
reply is sent after :math:`J + 1` times of writing: a mixture of Erlang distributions.

Where times of writing are lognormal, the one that is under way has its residual time left, and sums
are matched by a lognormal with their mean and variance (Fenton 1960,
https://doi.org/10.1109/TCOM.1960.1097606). Where first replies go first, one waits for what is
being written alone; later replies wait the longer for it, so that all together wait as long as
before (Kleinrock 1965, https://doi.org/10.1002/nav.3800120206).
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincinv, gammaln, ndtr, ndtri

from optimizer.concurrency import Handling, message_times, writing_ratio
from optimizer.pending_messages import pending_before_a_message
from optimizer.staffing.patience_law import waited_for
from optimizer.staffing.pickup import Line, after_change, picked_up_within, whole_blocks

Floats = npt.NDArray[np.float64]

_LATEST = 1 - 1e-12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class Delay:
    """What passes from pick-up, or from a later message, until the reply is sent.

    Parameters
    ----------
    stages
        By the number of other conversations, 0, 1, … `concurrency` - 1: how likely the reply takes
        1, 2, … times of writing, the first of which may be under way; rows are of one length. Empty
        when nothing has to be written: pick-up itself is what counts.
    writing_minutes, writing_cv
        Mean time to write a message and its coefficient of variation.
    """

    stages: tuple[tuple[float, ...], ...]
    writing_minutes: float
    writing_cv: float = 1.0

    def within(self, minutes: float) -> Floats:
        """Return how likely the reply takes at most so long, by the number of others."""
        return _within(self, minutes)

    @cached_property
    def longest(self) -> float:
        """Minutes after which a reply is as good as certain."""
        if not self.stages:
            return 0.0
        count = len(self.stages[0])
        if self.writing_cv == 1:
            return self.writing_minutes * float(gammaincinv(count, _LATEST))
        place, spread = _matched(self, np.array([count]), under_way=True)
        return float(np.exp(place + spread * ndtri(_LATEST))[0])

    def after_queue(
        self, line: Line, minutes: tuple[float, ...], size: int, waited: float = 0.0
    ) -> Floats:
        """Return how likely pick-up and reply are within `minutes`, 0, 1, … ahead in the queue.

        Who comes from the queue is picked up by a rep who holds all conversations but one. Who has
        `waited` so many minutes in a queue before may be less patient.

        Returns
        -------
        numpy.ndarray
            A row per number of minutes, a column per number ahead.
        """
        return _after_queue(self, line, minutes, whole_blocks(size), waited)[:, :size]

    def after_change(
        self, values: Floats, joiners: int, concurrency: int, minutes: float, size: int
    ) -> Floats:
        """Return what places in the queue are worth just before reps join, or leave.

        Parameters
        ----------
        values
            Of 0, 1, … ahead just after; what lies beyond counts as the last.
        joiners
            How many come, with empty hands; 0 when reps leave and the queue stays. They take the
            first of the queue in turns, and each writes what came first, first.
        concurrency
            Conversations that each can hold.
        minutes
            What is left of the time within which the reply is due.
        size
            Places asked for.
        """
        carried = after_change(values, joiners * concurrency, size)
        if joiners and self.stages:
            written = np.arange(1, concurrency + 1)
            share = _finished(self, minutes, written, under_way=False)
            first = np.repeat(share, joiners)[:size]
            carried[: len(first)] = first
        return carried


PICK_UP = Delay((), 0.0)


@lru_cache(maxsize=256)
def reply_delay(handling: Handling) -> Delay:
    """Return how long after pick-up the first reply is sent."""
    times, count = message_times(handling), handling.concurrency
    stages = np.zeros((count, count))
    for others in range(count):
        waiting = pending_before_a_message(others + 1, writing_ratio(times), handling.writing_cv)
        if handling.reply_order == "first_replies_first" and others:
            waiting = np.array([waiting[0], 1 - waiting[0]])
        stages[others, : len(waiting)] = waiting
    return Delay(tuple(map(tuple, stages.tolist())), times.writing_minutes, handling.writing_cv)


@lru_cache(maxsize=256)
def follow_up_delay(handling: Handling) -> Delay:
    """Return how long after a customer's later message the rep's reply is sent."""
    times, count = message_times(handling), handling.concurrency
    rows = [
        pending_before_a_message(others + 1, writing_ratio(times), handling.writing_cv)
        for others in range(count)
    ]
    if handling.reply_order == "first_replies_first" and times.rep_messages > 1:
        rows = [_after_first_replies(row, 1 / times.rep_messages) for row in rows]
    stages = np.zeros((count, max(len(row) for row in rows)))
    for others, row in enumerate(rows):
        stages[others, : len(row)] = row
    return Delay(tuple(map(tuple, stages.tolist())), times.writing_minutes, handling.writing_cv)


def _after_first_replies(waiting: Floats, first: float) -> Floats:
    """Stretch how many are waited for, when a share of all messages waits for one at most."""
    count = np.arange(len(waiting))
    mean, at_most_one = float(waiting @ count), 1 - float(waiting[0])
    if mean == 0:
        return waiting
    longer = (mean - first * at_most_one) / (1 - first) / mean * count
    whole = longer.astype(np.int64)
    return np.asarray(
        np.bincount(whole, waiting * (whole + 1 - longer), whole[-1] + 2)
        + np.bincount(whole + 1, waiting * (longer - whole), whole[-1] + 2)
    )


@lru_cache(maxsize=1024)
def _within(delay: Delay, minutes: float) -> Floats:
    if not delay.stages:
        raise ValueError("Pick-up takes no time after pick-up; ask for the delay of a reply.")
    stages = np.array(delay.stages)
    count = np.arange(1, stages.shape[1] + 1)
    return np.asarray(stages @ _finished(delay, minutes, count, under_way=True))


def _from_queue(delay: Delay, minutes: float) -> float:
    """Return how likely the reply takes at most so long from a pick-up from the queue.

    The rep's hands have just ended a conversation: what is written next is not under way.
    """
    weights = np.array(delay.stages[-1])
    count = np.arange(1, len(weights) + 1)
    return float(weights @ _finished(delay, minutes, count, under_way=False))


def _finished(
    delay: Delay, minutes: float, count: npt.NDArray[np.int_], *, under_way: bool
) -> Floats:
    """Return how likely so many times of writing are over within `minutes`."""
    if delay.writing_cv == 1:
        return np.asarray(gammainc(count, max(minutes, 0.0) / delay.writing_minutes))
    if minutes <= 0:
        return np.zeros(len(count))
    place, spread = _matched(delay, count, under_way=under_way)
    return np.asarray(ndtr((math.log(minutes) - place) / spread))


def _density(delay: Delay, minutes: Floats, count: npt.NDArray[np.int_]) -> Floats:
    """Return the density of so many whole times of writing: a row each, a column per number."""
    times = np.maximum(minutes, 1e-300)[:, None]
    if delay.writing_cv == 1:
        scaled = times / delay.writing_minutes
        logs = (count - 1) * np.log(scaled) - scaled - gammaln(count)
        return np.asarray(np.exp(logs) / delay.writing_minutes)
    place, spread = _matched(delay, count, under_way=False)
    away = (np.log(times) - place) / spread
    return np.asarray(np.exp(-(away**2) / 2) / (times * spread * math.sqrt(2 * math.pi)))


def _matched(
    delay: Delay, count: npt.NDArray[np.int_], *, under_way: bool
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the logarithm of so many times of writing.

    When the first of several is `under_way`, it has the residual time of a lognormal left, whose
    moments are those of the whole time divided by its mean and by 2 and 3.
    """
    second = 1 + delay.writing_cv**2
    whole = np.where(under_way & (count > 1), count - 1, count)
    mean, variance = whole.astype(float), whole * (second - 1)
    begun = whole < count
    mean[begun] += second / 2
    variance[begun] += second**3 / 3 - second**2 / 4
    squared = np.log1p(variance / mean**2)
    return np.log(mean * delay.writing_minutes) - squared / 2, np.sqrt(squared)


@lru_cache(maxsize=256)
def _after_queue(
    delay: Delay, line: Line, minutes: tuple[float, ...], size: int, waited: float
) -> Floats:
    if line.patience:
        return np.array([_waiting_through(delay, line, budget, size, waited) for budget in minutes])
    if not delay.stages:
        return picked_up_within(line, minutes, size)
    replies = [_replies(delay, budget) for budget in minutes]
    waits = [
        budget - time for budget, (times, _) in zip(minutes, replies, strict=True) for time in times
    ]
    picked_up = picked_up_within(line, waits, size).reshape(len(minutes), len(_NODES), size)
    shares = np.array([share for _, share in replies])
    return np.asarray(np.einsum("ij,ijk->ik", shares, picked_up))


def _waiting_through(delay: Delay, line: Line, minutes: float, size: int, waited: float) -> Floats:
    """Return the same for a patience that is not exponential."""
    nothing = np.zeros(size)
    if line.patience is None or minutes <= 0 or line.capacity == 0:
        return nothing

    def picked_up(left: Floats) -> Floats:
        if not delay.stages:
            return np.ones(len(left))
        return np.array([_from_queue(delay, float(time)) for time in left])

    law = line.patience, line.arrivals, line.capacity
    return np.clip(waited_for(*law, waited, minutes, nothing, picked_up), 0.0, 1.0)


@lru_cache(maxsize=1024)
def _replies(delay: Delay, minutes: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how long the reply of a full rep may take, and the share of each time.

    Gauss's rule over the times that leave some of `minutes` for the queue and are not negligible.
    """
    weights = np.array(delay.stages[-1])
    end = max(min(minutes, delay.longest), 0.0)
    times = end * (1 + _NODES) / 2
    density = _density(delay, times, np.arange(1, len(weights) + 1)) @ weights
    shares = density * _WEIGHTS * end / 2
    return tuple(times.tolist()), tuple(shares.tolist())
