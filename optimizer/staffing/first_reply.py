r"""How long a rep takes to reply, given how many other conversations the rep holds.

A customer who is picked up, or writes again, while the rep holds :math:`k` other conversations
finds :math:`J` of them waiting for the hands, distributed as :math:`\pi_k` of
`optimizer.concurrency`: in a closed network a customer who moves sees the others as if alone
(Sevcik and Mitrani 1981, https://doi.org/10.1145/322248.322257). First come, first served, the
reply is sent after :math:`J + 1` times of writing: a mixture of Erlang distributions.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincinv, gammaln

from optimizer.concurrency import Handling, message_times, pending_messages, writing_ratio
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
        1, 2, … times of writing; every row has `concurrency` entries. Empty when nothing has to be
        written: pick-up itself is what counts.
    writing_minutes
        Mean time to write a message.
    """

    stages: tuple[tuple[float, ...], ...]
    writing_minutes: float

    def within(self, minutes: float) -> Floats:
        """Return how likely the reply takes at most so long, by the number of others."""
        return _within(self, minutes)

    @cached_property
    def longest(self) -> float:
        """Minutes after which a reply is as good as certain."""
        if not self.stages:
            return 0.0
        return self.writing_minutes * float(gammaincinv(len(self.stages), _LATEST))

    def after_queue(self, line: Line, minutes: tuple[float, ...], size: int) -> Floats:
        """Return how likely pick-up and reply are within `minutes`, 0, 1, … ahead in the queue.

        Who comes from the queue is picked up by a rep who holds all conversations but one.

        Returns
        -------
        numpy.ndarray
            A row per number of minutes, a column per number ahead.
        """
        return _after_queue(self, line, minutes, whole_blocks(size))[:, :size]

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
            share = gammainc(written, max(minutes, 0.0) / self.writing_minutes)
            first = np.repeat(share, joiners)[:size]
            carried[: len(first)] = first
        return carried


PICK_UP = Delay((), 0.0)


@lru_cache(maxsize=256)
def reply_delay(handling: Handling) -> Delay:
    """Return how long a rep takes to reply, first come, first served."""
    times = message_times(handling)
    ratio = writing_ratio(times)
    stages = np.zeros((handling.concurrency, handling.concurrency))
    for others in range(handling.concurrency):
        stages[others, : others + 1] = pending_messages(others, ratio)
    return Delay(tuple(map(tuple, stages.tolist())), times.writing_minutes)


@lru_cache(maxsize=4096)
def _within(delay: Delay, minutes: float) -> Floats:
    if not delay.stages:
        raise ValueError("Pick-up takes no time after pick-up; ask for the delay of a reply.")
    count = np.arange(1, len(delay.stages) + 1)
    share = gammainc(count, max(minutes, 0.0) / delay.writing_minutes)
    return np.asarray(np.array(delay.stages) @ share)


@lru_cache(maxsize=1024)
def _after_queue(delay: Delay, line: Line, minutes: tuple[float, ...], size: int) -> Floats:
    if not delay.stages:
        return picked_up_within(line, minutes, size)
    replies = [_replies(delay, budget) for budget in minutes]
    waits = [
        budget - time for budget, (times, _) in zip(minutes, replies, strict=True) for time in times
    ]
    picked_up = picked_up_within(line, waits, size).reshape(len(minutes), len(_NODES), size)
    shares = np.array([share for _, share in replies])
    return np.asarray(np.einsum("ij,ijk->ik", shares, picked_up))


@lru_cache(maxsize=4096)
def _replies(delay: Delay, minutes: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how long the reply of a full rep may take, and the share of each time.

    Gauss's rule over the times that leave some of `minutes` for the queue and are not negligible.
    """
    weights, count = np.array(delay.stages[-1]), np.arange(1, len(delay.stages) + 1)
    end = max(min(minutes, delay.longest), 0.0)
    times = end * (1 + _NODES) / 2
    scaled = np.maximum(times, 1e-300)[:, None] / delay.writing_minutes
    density = np.exp((count - 1) * np.log(scaled) - scaled - gammaln(count)) @ weights
    shares = density * _WEIGHTS * end / 2 / delay.writing_minutes
    return tuple(times.tolist()), tuple(shares.tolist())
