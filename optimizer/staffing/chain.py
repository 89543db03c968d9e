r"""A birth-death chain through time: implicit steps with a tridiagonal matrix.

:math:`p' = A p` is stepped with TR-BDF2 (Bank et al. 1985; Hosea and Shampine 1996,
https://doi.org/10.1016/0168-9274(95)00115-8). With :math:`\gamma = 2 - \sqrt 2` both halves of a
step solve with the same :math:`M = I - (\gamma h / 2) A`, which LAPACK factors once; the explicit
half needs no product, for :math:`(I + \gamma h/2\, A) M^{-1} p = 2 M^{-1} p - p`.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

Floats = npt.NDArray[np.float64]

GAMMA = 2 - math.sqrt(2)
# What a step's three stages weigh in the mean over the step, to the same order as the step itself:
# what flows out over an interval is then exactly what is missing at its end.
STAGE_WEIGHTS = (math.sqrt(2) / 4, math.sqrt(2) / 4, GAMMA / 2)
# How a step's end follows from its inner instant and its beginning.
AFTER = 1 / (GAMMA * (2 - GAMMA))
BEFORE = (1 - GAMMA) ** 2 * AFTER


@dataclass(frozen=True)
class Path:
    """A chain through an interval.

    Parameters
    ----------
    times
        Minutes from the start of the interval: where steps begin and end, and once within each.
    weights
        Of each instant in the mean over the interval; they sum to 1.
    states
        A row per instant: probability, or value, of each state.
    """

    times: Floats
    weights: Floats
    states: Floats

    @cached_property
    def mean(self) -> Floats:
        """The time average of every state."""
        return np.asarray(self.weights @ self.states)

    def at(self, minutes: Floats) -> Floats:
        """Return the states at instants, a row each; quadratic within a step."""
        last = (len(self.times) - 3) // 2
        step = 2 * np.minimum(np.searchsorted(self.times[2::2], minutes), last)
        start, inner, end = (self.times[step + stage] for stage in range(3))
        before, between, after = minutes - start, minutes - inner, minutes - end
        shares = np.stack(
            [
                between * after / ((start - inner) * (start - end)),
                before * after / ((inner - start) * (inner - end)),
                before * between / ((end - start) * (end - inner)),
            ],
            axis=-1,
        )
        states = self.states[step[:, None] + np.arange(3)]
        return np.asarray((shares[:, None, :] @ states)[:, 0, :])


def join(first: Path, second: Path, share: float) -> Path:
    """Join two paths, the second beginning where the first ends, after that share of the whole."""
    times = np.concatenate([first.times, first.times[-1] + second.times[1:]])
    weights = np.zeros(len(times))
    weights[: len(first.times)] = share * first.weights
    weights[len(first.times) - 1 :] += (1 - share) * second.weights
    return Path(times, weights, np.concatenate([first.states, second.states[1:]]))


@dataclass(frozen=True)
class Steps:
    """How an interval is cut.

    Parameters
    ----------
    lengths
        Minutes of each step.
    times, weights
        As in `Path`.
    """

    lengths: tuple[float, ...]
    times: Floats
    weights: Floats


def cut(minutes: float, steps: int, fine: bool) -> Steps:
    """Cut an interval into equal steps, the first of them into smaller ones when `fine`."""
    of_one = _cut_of_one(steps, fine)
    lengths = tuple(minutes * length for length in of_one.lengths)
    return Steps(lengths, minutes * of_one.times, of_one.weights)


@lru_cache(maxsize=64)
def _cut_of_one(steps: int, fine: bool) -> Steps:
    lengths = np.full(steps, 1 / steps)
    if fine:
        lengths = np.concatenate([np.array([1, 3, 12]) / 16 * lengths[0], lengths[1:]])
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    times = np.empty(2 * len(lengths) + 1)
    times[0::2] = ends
    times[1::2] = ends[:-1] + GAMMA * lengths
    weights = np.zeros(len(times))
    for stage, weight in enumerate(STAGE_WEIGHTS):
        weights[stage : stage + 2 * len(lengths) : 2] += weight * lengths
    return Steps(tuple(lengths.tolist()), times, weights)


def follow(lower: Floats, diagonal: Floats, upper: Floats, start: Floats, steps: Steps) -> Path:
    """Step :math:`p' = A p` through an interval.

    Parameters
    ----------
    lower, diagonal, upper
        The diagonals of A, per minute; `lower` and `upper` are one shorter.
    start
        The states when it begins.
    steps
        How the interval is cut.

    Raises
    ------
    ArithmeticError
        When a step cannot be solved, which no rates of at least 0 lead to.
    """
    factors: dict[float, tuple[Floats, ...]] = {}
    states = np.empty((len(steps.times), len(start)))
    solved = np.empty((len(steps.lengths), len(start)))
    states[0] = before = start
    for index, length in enumerate(steps.lengths):
        half = GAMMA * length / 2
        if half not in factors:
            *factor, info = lapack.dgttrf(-half * lower, 1 - half * diagonal, -half * upper)
            if info:
                raise ArithmeticError(f"The chain's step of {length:g} minutes is singular.")
            factors[half] = tuple(factor)
        once = lapack.dgttrs(*factors[half], before)[0]
        twice = lapack.dgttrs(*factors[half], once)[0]
        # The end solves with AFTER * inner - BEFORE * before, where inner = 2 * once - before.
        solved[index], before = once, states[2 * index + 2]
        np.multiply(twice, 2 * AFTER, out=before)
        once *= AFTER + BEFORE
        before -= once
    states[1::2] = 2 * solved - states[:-1:2]
    return Path(steps.times, steps.weights, states)
