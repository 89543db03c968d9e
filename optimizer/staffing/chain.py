r"""A birth-death chain through time: implicit steps with a tridiagonal matrix.

:math:`p' = A p` is stepped with TR-BDF2 (Bank et al. 1985; Hosea and Shampine 1996,
https://doi.org/10.1016/0168-9274(95)00115-8). With :math:`\gamma = 2 - \sqrt 2` both halves of a
step solve with the same :math:`M = I - (\gamma h / 2) A`, which LAPACK factors once; the explicit
half needs no product, for :math:`(I + \gamma h/2\, A) M^{-1} p = 2 M^{-1} p - p`.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

Floats = npt.NDArray[np.float64]

GAMMA = 2 - math.sqrt(2)
# What a step's three stages weigh in the mean over the step, to the same order as the step itself:
# what flows out over an interval is then exactly what is missing at its end.
STAGE_WEIGHTS = (math.sqrt(2) / 4, math.sqrt(2) / 4, GAMMA / 2)


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

    def at(self, minutes: float) -> Floats:
        """Return the states at an instant, quadratic within a step."""
        step = min(int(np.searchsorted(self.times[2::2], minutes)), (len(self.times) - 3) // 2)
        start, inner, end = self.times[2 * step : 2 * step + 3]
        basis = np.array(
            [
                (minutes - inner) * (minutes - end) / ((start - inner) * (start - end)),
                (minutes - start) * (minutes - end) / ((inner - start) * (inner - end)),
                (minutes - start) * (minutes - inner) / ((end - start) * (end - inner)),
            ]
        )
        return np.asarray(basis @ self.states[2 * step : 2 * step + 3])


def step_lengths(minutes: float, steps: int, fine: bool) -> Floats:
    """Return equal steps over an interval, the first of them cut into smaller ones when `fine`."""
    even = np.full(steps, minutes / steps)
    if not fine:
        return even
    cuts = np.array([1, 1, 2, 4, 8]) / 16
    return np.concatenate([cuts * even[0], even[1:]])


def follow(lower: Floats, diagonal: Floats, upper: Floats, start: Floats, steps: Floats) -> Path:
    """Step :math:`p' = A p` through an interval.

    Parameters
    ----------
    lower, diagonal, upper
        The diagonals of A, per minute; `lower` and `upper` are one shorter.
    start
        The states when it begins.
    steps
        Lengths of the steps, minutes.
    """
    factors: dict[float, tuple[Floats, ...]] = {}
    states = np.empty((2 * len(steps) + 1, len(start)))
    states[0] = start
    for index, length in enumerate(steps):
        half = float(GAMMA * length / 2)
        if half not in factors:
            *factor, info = lapack.dgttrf(-half * lower, 1 - half * diagonal, -half * upper)
            if info:
                raise ArithmeticError(f"The chain's step of {length:g} minutes is singular.")
            factors[half] = tuple(factor)
        before = states[2 * index]
        inner = 2 * lapack.dgttrs(*factors[half], before)[0] - before
        mixed = (inner - (1 - GAMMA) ** 2 * before) / (GAMMA * (2 - GAMMA))
        states[2 * index + 1] = inner
        states[2 * index + 2] = lapack.dgttrs(*factors[half], mixed)[0]
    return Path(_stage_times(steps), _stage_weights(steps), states)


def _stage_times(steps: Floats) -> Floats:
    ends = np.concatenate([[0.0], np.cumsum(steps)])
    times = np.empty(2 * len(steps) + 1)
    times[0::2] = ends
    times[1::2] = ends[:-1] + GAMMA * steps
    return times


def _stage_weights(steps: Floats) -> Floats:
    weights = np.zeros(2 * len(steps) + 1)
    for offset, weight in enumerate(STAGE_WEIGHTS):
        weights[offset : offset + 2 * len(steps) : 2] += weight * steps
    return np.asarray(weights / steps.sum())
