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
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincinv, gammaln, ndtr, ndtri

from optimizer.concurrency import (
    Handling,
    completion_rates_by_speed,
    message_times,
    writing_ratio,
)
from optimizer.pending_messages import pending_before_a_message
from optimizer.rep_speeds import speeds_of
from optimizer.staffing.patience_law import waited_for
from optimizer.staffing.pickup import Line, after_change, picked_up_within, whole_blocks

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int_]

_LATEST = 1 - 1e-12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class Delay:
    """What passes from pick-up, or from a later message, until the reply is sent.

    Parameters
    ----------
    stages
        By the number of other conversations, 0, 1, … `concurrency` - 1: how likely the reply takes
        1, 2, … times of writing, the first of which may be under way, of a rep of the first speed,
        and then of each of the other speeds; rows are of one length. Empty when nothing has to be
        written: pick-up itself is what counts.
    writing_minutes, writing_cv
        Mean time to write a message and its coefficient of variation, of a rep of speed 1.
    speeds
        Of the reps, by `optimizer.rep_speeds`.
    """

    stages: tuple[tuple[float, ...], ...]
    writing_minutes: float
    writing_cv: float = 1.0
    speeds: tuple[float, ...] = (1.0,)

    @cached_property
    def columns(self) -> tuple[Integers, Floats]:
        """Of each entry of a row how many times of writing it takes, and the rep's speed."""
        longest = len(self.stages[0]) // len(self.speeds)
        count = np.tile(np.arange(1, longest + 1), len(self.speeds))
        return count, np.repeat(self.speeds, longest)

    def within(self, minutes: float) -> Floats:
        """Return how likely the reply takes at most so long, by the number of others."""
        return _within(self, minutes)

    @cached_property
    def longest(self) -> float:
        """Minutes after which a reply is as good as certain."""
        if not self.stages:
            return 0.0
        count, slowest = self.columns[0].max(), min(self.speeds)
        if self.writing_cv == 1:
            return self.writing_minutes * float(gammaincinv(count, _LATEST)) / slowest
        place, spread = _matched(self, np.array([count]), under_way=True)
        return float(np.exp(place + spread * ndtri(_LATEST))[0]) / slowest

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
            met = np.reshape(self.stages[0], (len(self.speeds), -1)).sum(axis=1)
            count, speed = written[None, :], np.array(self.speeds)[:, None]
            share = met @ _finished(self, minutes, count, speed, under_way=False)
            first = np.repeat(share, joiners)[:size]
            carried[: len(first)] = first
        return carried


PICK_UP = Delay((), 0.0)


@lru_cache(maxsize=256)
def reply_delay(handling: Handling) -> Delay:
    """Return how long after pick-up the first reply is sent."""

    def waiting(others: int, ratio: float) -> Floats:
        before = pending_before_a_message(others + 1, ratio, handling.writing_cv)
        if handling.reply_order == "first_replies_first" and others:
            return np.array([before[0], 1 - before[0]])
        return before

    done = _shares_of_work(handling)
    return _delay(handling, waiting, (done[:, :-1] + done[:, 1:]) / 2)


@lru_cache(maxsize=256)
def follow_up_delay(handling: Handling) -> Delay:
    """Return how long after a customer's later message the rep's reply is sent."""
    messages = message_times(handling).rep_messages

    def waiting(others: int, ratio: float) -> Floats:
        before = pending_before_a_message(others + 1, ratio, handling.writing_cv)
        if handling.reply_order == "first_replies_first" and messages > 1:
            return _after_first_replies(before, 1 / messages)
        return before

    return _delay(handling, waiting, _shares_of_work(handling)[:, 1:])


def _shares_of_work(handling: Handling) -> Floats:
    """Return the share that reps of each speed have in what all complete who hold 0, 1, ….

    Who holds nothing completes nothing, and is met as often as there are such reps.
    """
    _, shares = speeds_of(handling.speed_cv)
    done = completion_rates_by_speed(handling)
    done[:, 0] = 1.0
    done *= shares[:, None]
    return np.asarray(done / done.sum(axis=0))


def _delay(handling: Handling, waiting: Callable[[int, float], Floats], met: Floats) -> Delay:
    """Return the delay of messages.

    Parameters
    ----------
    handling
        What a conversation asks of a rep.
    waiting
        Says for a number of other conversations, and the ratio of writing time to the customer's,
        how likely 0, 1, … messages wait before a new one.
    met
        Share of the messages that are of reps of each speed; a column per number of others.
    """
    times, (speeds, _) = message_times(handling), speeds_of(handling.speed_cv)
    ratios = [writing_ratio(times) / speed for speed in speeds.tolist()]
    rows = [[waiting(others, ratio) for ratio in ratios] for others in range(handling.concurrency)]
    width = max(handling.concurrency, *(len(row) for level in rows for row in level))
    stages = np.zeros((handling.concurrency, len(speeds), width))
    for others, level in enumerate(rows):
        for place, row in enumerate(level):
            stages[others, place, : len(row)] = met[place, others] * row
    return Delay(
        tuple(map(tuple, stages.reshape(len(rows), -1).tolist())),
        times.writing_minutes,
        handling.writing_cv,
        tuple(speeds.tolist()),
    )


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
    finished = _finished(delay, minutes, *delay.columns, under_way=True)
    return np.asarray(np.array(delay.stages) @ finished)


def _from_queue(delay: Delay, minutes: float) -> float:
    """Return how likely the reply takes at most so long from a pick-up from the queue.

    The rep's hands have just ended a conversation: what is written next is not under way.
    """
    weights = np.array(delay.stages[-1])
    return float(weights @ _finished(delay, minutes, *delay.columns, under_way=False))


def _finished(
    delay: Delay, minutes: float, count: Integers, speed: Floats, *, under_way: bool
) -> Floats:
    """Return how likely so many times of writing of a rep are over within `minutes`."""
    if delay.writing_cv == 1:
        return np.asarray(gammainc(count, max(minutes, 0.0) / delay.writing_minutes * speed))
    if minutes <= 0:
        return np.zeros(np.broadcast_shapes(count.shape, speed.shape))
    place, spread = _matched(delay, count, under_way=under_way)
    return np.asarray(ndtr((math.log(minutes) + np.log(speed) - place) / spread))


def _density(delay: Delay, minutes: Floats) -> Floats:
    """Return the density of whole times of writing: a row each, a column as in the stages."""
    count, speed = delay.columns
    times = np.maximum(minutes, 1e-300)[:, None]
    if delay.writing_cv == 1:
        scaled = times / delay.writing_minutes * speed
        logs = (count - 1) * np.log(scaled) - scaled - gammaln(count)
        return np.asarray(np.exp(logs) * speed / delay.writing_minutes)
    place, spread = _matched(delay, count, under_way=False)
    away = (np.log(times) + np.log(speed) - place) / spread
    return np.asarray(np.exp(-(away**2) / 2) / (times * spread * math.sqrt(2 * math.pi)))


def _matched(delay: Delay, count: Integers, *, under_way: bool) -> tuple[Floats, Floats]:
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
    density = _density(delay, times) @ weights
    shares = density * _WEIGHTS * end / 2
    return tuple(times.tolist()), tuple(shares.tolist())
