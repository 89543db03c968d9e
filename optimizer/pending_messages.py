r"""One pair of hands and so many customers: how many of their messages wait, at any time.

With exponential times of writing this is the machine-repair queue. With any others it is M/G/1 with
a finite source, solved where messages are finished (Takács 1962, *Introduction to the Theory of
Queues*): the numbers left behind form a Markov chain, for during a time of writing :math:`S` each
of the others writes with probability :math:`1 - e^{-S/c'}`. A customer who writes finds what one
who is answered leaves.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


def pending_messages(level: int, ratio: float) -> Floats:
    """Return how likely 0, 1, … `level` messages wait for the hands or are being written.

    Parameters
    ----------
    level
        Conversations that the rep holds.
    ratio
        Writing time over the customer's time between messages; infinite when that is 0.
    """
    if math.isinf(ratio):
        return np.asarray(np.eye(level + 1)[level])
    # In logarithms, scaled by the likeliest, so that nothing overflows.
    steps = np.log(np.arange(level, 0, -1)) + math.log(ratio)
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def pending_at_any_time(level: int, ratio: float, writing_cv: float) -> Floats:
    """Return the same for times of writing of any coefficient of variation, lognormal if not 1."""
    if writing_cv == 1 or level == 0 or math.isinf(ratio):
        return pending_messages(level, ratio)
    left = _left_behind(level, ratio, writing_cv)
    # As many write at any time as are with the customer, and each of them finds what is left.
    shares = left / np.arange(level, 0, -1)
    shares /= ratio + shares[0]
    return np.append(shares, max(1 - float(shares.sum()), 0.0))


def pending_before_a_message(level: int, ratio: float, writing_cv: float) -> Floats:
    """Return how likely 0, 1, … `level` - 1 others wait when one of the customers writes."""
    if writing_cv == 1 or math.isinf(ratio):
        return pending_messages(level - 1, ratio)
    return _left_behind(level, ratio, writing_cv)


@lru_cache(maxsize=512)
def _left_behind(level: int, ratio: float, writing_cv: float) -> Floats:
    """Return how many wait when a message is finished, its own conversation not counted."""
    spread = math.log1p(writing_cv**2)
    times = ratio * np.exp(math.sqrt(spread) * _NODES - spread / 2)
    weights = _WEIGHTS / _WEIGHTS.sum()
    came = -np.expm1(-times)
    moves = np.zeros((level, level))
    for waiting in range(level):
        # With empty hands the next message is the first to come; then it is written.
        begun = max(waiting, 1)
        others = level - begun
        for wrote in range(others + 1):
            chance = math.comb(others, wrote) * came**wrote * (1 - came) ** (others - wrote)
            moves[waiting, begun - 1 + wrote] = chance @ weights
    system = np.vstack([moves.T - np.eye(level), np.ones(level)])
    left = np.linalg.lstsq(system, np.append(np.zeros(level), 1.0))[0]
    return np.asarray(np.maximum(left, 0.0) / np.maximum(left, 0.0).sum())
