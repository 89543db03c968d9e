r"""How long until pick-up, for a customer with so many ahead.

With `q` ahead and every slot taken, the place in the queue moves at rate :math:`C + j\theta` while
`j` are ahead: the `C` completions/minute of the floor and those ahead who give up. The wait `W` is
a sum of exponentials whose rates are evenly spaced, so :math:`e^{-\theta W}` is
Beta(:math:`C/\theta, q + 1`) (Rényi 1953), and with the customer's own patience

.. math:: P(\text{picked up within } t) = \frac{b}{b+q+1} \, P(B \ge e^{-\theta t}),
          \quad B \sim \text{Beta}(b + 1, q + 1), \quad b = C / \theta.

When reps join or leave on the way, the chain goes in pieces (`optimizer.staffing.across`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from optimizer.staffing.chain import Path, cut, follow
from optimizer.staffing.patience_law import Patience, waited_for

Floats = npt.NDArray[np.float64]

_BLOCK = 32
_MOST_PLACES = 512
_LONG_STEPS = 64


@dataclass(frozen=True)
class Line:
    """A queue that waits while every slot is taken.

    Parameters
    ----------
    reps
        On duty.
    concurrency
        Conversations that one of them holds at once.
    capacity
        Conversations/minute completed when every slot is taken.
    abandonment
        Of one waiting customer, per minute; on average where it depends on the wait.
    arrivals, patience
        Contacts/minute and their patience, where it is not exponential.
    """

    reps: int
    concurrency: int
    capacity: float
    abandonment: float
    arrivals: float = 0.0
    patience: Patience | None = None


def picked_up_within(line: Line, minutes: Sequence[float] | Floats, size: int) -> Floats:
    """Return how likely pick-up within `minutes` is with 0, 1, … `size` - 1 ahead.

    The reps on duty stay; a wait of no minutes is never in time for who has to wait.

    Returns
    -------
    numpy.ndarray
        A row per number of minutes, a column per number ahead.
    """
    waits = np.asarray(minutes, dtype=float)
    within = np.zeros((len(waits), size))
    some = waits > 0
    if line.capacity == 0 or not some.any():
        return within
    ratio, times = line.capacity / line.abandonment, line.abandonment * waits[some]
    ahead = np.arange(1, size)
    # How many move up is negative binomial: the shares of 0, 1, … moves in logarithms, summed.
    logs = np.zeros((len(times), size))
    logs[:, 1:] = np.cumsum(np.log1p(ratio / ahead)) + np.outer(_log1mexp(times), ahead)
    logs -= (ratio + 1) * times[:, None]
    within[some] = picked_up_ever(line, size) * np.maximum(1 - np.cumsum(np.exp(logs), axis=1), 0)
    return within


def _log1mexp(times: Floats) -> Floats:
    return np.asarray(np.log(-np.expm1(-times)))


def picked_up_ever(line: Line, size: int) -> Floats:
    """Return how likely pick-up is before patience ends, with 0, 1, … `size` - 1 ahead."""
    ahead = np.arange(1, size + 1)
    return np.asarray(line.capacity / (line.capacity + line.abandonment * ahead))


def after_change(values: Floats, joined_slots: int, size: int) -> Floats:
    """Carry the value of a place in the queue back across a change of staff.

    Parameters
    ----------
    values
        Of 0, 1, … ahead just after the change; what lies beyond counts as the last.
    joined_slots
        Empty slots that joiners bring: so many are picked up at once. Leavers take what they own,
        and the queue stays: 0.
    size
        Places asked for.
    """
    carried = np.ones(size)
    if joined_slots < size:
        after = values[: size - joined_slots]
        carried[joined_slots : joined_slots + len(after)] = after
        carried[joined_slots + len(after) :] = after[-1] if len(after) else 0.0
    return carried


def still_waiting(line: Line, minutes: float, worth: Floats, waited: float = 0.0) -> Floats:
    r"""Return what a place in the queue is worth so many minutes before it is worth `worth`.

    Whoever was picked up or gave up by then counts nothing. With :math:`x = e^{-\theta t}` and
    :math:`b = C / \theta`, from `q` ahead there are `r` left with probability
    :math:`x \cdot \Gamma(b+q+1) / (\Gamma(b+r+1) (q-r)!) \, x^{b+r} (1-x)^{q-r}`; where there are
    many places, implicit steps instead, and where patience is not exponential, for a customer who
    has `waited`.
    """
    size = len(worth)
    if line.patience:
        law = line.patience, line.arrivals, line.capacity
        return waited_for(*law, waited, minutes, worth, None)
    if size > _MOST_PLACES:
        return np.asarray(wait_path(line, minutes, _LONG_STEPS, worth).states[-1])
    ratio, time = line.capacity / line.abandonment, line.abandonment * minutes
    return np.asarray(_moved_up(ratio, time, size) @ worth)


# Pick-up and reply ask for the same moments, one after the other.
@lru_cache(maxsize=8)
def _moved_up(ratio: float, time: float, size: int) -> Floats:
    """Return how likely 0, 1, … are left ahead: a row for 0, 1, … ahead, `time` in patiences."""
    ahead = np.arange(size)
    # Products of (b + 1) … (b + q) (1 - x)^q in logarithms, so that nothing overflows.
    factorial = np.concatenate([[0.0], np.cumsum(np.log(ahead[1:]))])
    rising = np.concatenate([[0.0], np.cumsum(np.log(ratio + ahead[1:]))])
    rising += ahead * math.log(-math.expm1(-time))
    moved = np.subtract.outer(ahead, ahead)
    logs = rising[:, None] - (rising + (ratio + 1 + ahead) * time) - factorial[np.abs(moved)]
    return np.asarray(np.where(moved >= 0, np.exp(np.minimum(logs, 0.0)), 0.0))


def wait_path(line: Line, minutes: float, steps: int, worth: Floats) -> Path:
    """Follow what a place in the queue is worth, backwards from a time when it is worth `worth`.

    Pick-up on the way is worth nothing here: `worth` is to be the difference to what is known.
    """
    moves = line.capacity + line.abandonment * np.arange(len(worth), dtype=float)
    none = np.zeros(len(worth) - 1)
    steps_back = cut(minutes, steps, fine=True)
    return follow(moves[1:], -(moves + line.abandonment), none, worth, steps_back)


def whole_blocks(size: int) -> int:
    """Round up, so that queues of nearly the same size share what is remembered."""
    return -(-size // _BLOCK) * _BLOCK
