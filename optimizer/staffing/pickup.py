r"""How long until pick-up, for a customer with so many ahead.

With `q` ahead and every slot taken, the place in the queue moves at rate :math:`C + j\theta` while
`j` are ahead: the `C` completions/minute of the floor and those ahead who give up. The wait `W` is
a sum of exponentials whose rates are evenly spaced, so :math:`e^{-\theta W}` is
Beta(:math:`C/\theta, q + 1`) (Rényi 1953), and with the customer's own patience

.. math:: P(\text{picked up within } t) = \frac{b}{b+q+1} \, P(B \ge e^{-\theta t}),
          \quad B \sim \text{Beta}(b + 1, q + 1), \quad b = C / \theta.

When reps join or leave on the way, the chain goes in pieces: those who still wait at the change
are picked up by the joiners' empty slots in order, and the others go on.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import betaincc, gammaln

from optimizer.staffing.chain import Path, cut, follow

Floats = npt.NDArray[np.float64]

_BLOCK = 32
_MOST_TERMS = 400
_LONG_STEPS = 24


@dataclass(frozen=True)
class Line:
    """A queue that waits while every slot is taken.

    Parameters
    ----------
    slots
        Conversations that can be open at once.
    capacity
        Conversations/minute completed by them.
    abandonment
        Of one waiting customer, per minute.
    """

    slots: int
    capacity: float
    abandonment: float


def picked_up_within(line: Line, minutes: float, size: int) -> Floats:
    """Return how likely pick-up within `minutes` is with 0, 1, … `size` - 1 ahead.

    The reps on duty stay; a wait of no minutes is never in time for who has to wait.
    """
    return _picked_up_within(line, minutes, _whole_blocks(size))[:size]


@lru_cache(maxsize=2048)
def _picked_up_within(line: Line, minutes: float, size: int) -> Floats:
    if line.capacity == 0 or minutes <= 0:
        return np.zeros(size)
    ratio = line.capacity / line.abandonment
    ahead = np.arange(1, size + 1)
    ever = ratio / (ratio + ahead)
    return np.asarray(ever * betaincc(ratio + 1, ahead, np.exp(-line.abandonment * minutes)))


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


def picked_up_across(
    lines: tuple[Line, ...],
    interval_minutes: float,
    until_change: tuple[float, ...],
    within: float,
    size: int,
) -> Floats:
    """Return how likely pick-up in time is when it may take until after a change of staff.

    Parameters
    ----------
    lines
        The queue in this interval and in the next ones, as far as `within` reaches; the last one
        stays.
    interval_minutes
        Length of an interval.
    until_change
        Minutes from arrival to the end of this interval; one column of the answer each.
    within
        Minutes from arrival within which pick-up is in time.
    size
        Places in the queue.

    Returns
    -------
    numpy.ndarray
        A row per number ahead, a column per arrival.
    """
    budgets = (within,) * len(until_change)
    return _across(lines, interval_minutes, until_change, budgets, _whole_blocks(size))[:size]


@lru_cache(maxsize=1024)
def _across(
    lines: tuple[Line, ...],
    interval_minutes: float,
    until_change: tuple[float, ...],
    budgets: tuple[float, ...],
    size: int,
) -> Floats:
    result = np.empty((size, len(budgets)))
    steady = len(set(lines)) == 1
    far: list[int] = []
    for column, (until, budget) in enumerate(zip(until_change, budgets, strict=True)):
        if steady or budget <= until:
            result[:, column] = _picked_up_within(lines[0], budget, size)
        else:
            far.append(column)
    if far:
        left = tuple(budgets[column] - until_change[column] for column in far)
        later = _across(lines[1:], interval_minutes, (interval_minutes,) * len(far), left, size)
        joined = max(lines[1].slots - lines[0].slots, 0)
        terminal = np.column_stack([after_change(column, joined, size) for column in later.T])
        waits = np.array([until_change[column] for column in far])
        result[:, far] = _wait(lines[0], waits, terminal)
    return result


def _wait(line: Line, minutes: Floats, terminal: Floats) -> Floats:
    """Let columns of customers wait so many minutes each, for what `terminal` is then worth.

    Uniformisation of the pure-death chain (Jensen 1953), exact but for a tail below 1e-10; where
    too many customers move up in that time, implicit steps.
    """
    size = len(terminal)
    moves = line.capacity + line.abandonment * np.arange(size, dtype=float)
    clock = float(moves[-1] + line.abandonment)
    if clock * minutes.max() > _MOST_TERMS:
        columns = zip(minutes, terminal.T, strict=True)
        return np.column_stack([_wait_long(line, float(time), worth) for time, worth in columns])
    move, stay = (moves / clock)[:, None], (1 - (moves + line.abandonment) / clock)[:, None]
    mean = clock * minutes
    longest = float(mean.max())
    count = np.arange(int(longest + 7 * math.sqrt(longest) + 12))[:, None]
    weights = np.exp(count * np.log(mean) - mean - gammaln(count + 1))
    weights /= weights.sum(axis=0)
    values = terminal
    waited: Floats = weights[0] * values
    padded = np.ones((size + 1, len(minutes)))
    for weight in weights[1:]:
        padded[1:] = values
        values = stay * values + move * padded[:-1]
        waited += weight * values
    return waited


def wait_path(line: Line, minutes: float, steps: int, worth: Floats) -> Path:
    """Follow what a place in the queue is worth, backwards from a time when it is worth `worth`.

    Pick-up on the way is worth nothing here: `worth` is to be the difference to what is known.
    """
    moves = line.capacity + line.abandonment * np.arange(len(worth), dtype=float)
    none = np.zeros(len(worth) - 1)
    steps_back = cut(minutes, steps, fine=True)
    return follow(moves[1:], -(moves + line.abandonment), none, worth, steps_back)


def _wait_long(line: Line, minutes: float, terminal: Floats) -> Floats:
    ever = picked_up_ever(line, len(terminal))
    change = wait_path(line, minutes, _LONG_STEPS, terminal - ever).states[-1]
    return np.asarray(np.clip(ever + change, 0.0, 1.0))


def _whole_blocks(size: int) -> int:
    """Round up, so that queues of nearly the same size share what is remembered."""
    return -(-size // _BLOCK) * _BLOCK
