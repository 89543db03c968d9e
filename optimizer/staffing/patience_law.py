r"""Patience that is not exponential: whether customers leave depends on how long they waited.

Seen from a queue of :math:`q`, contacts came as a Poisson process of the rate :math:`r` at which
such a queue gets shorter, for a birth-death chain in reverse is the same chain. Those who came
:math:`t` minutes ago are still there in the share :math:`1 - F(t)`, so with
:math:`x = \int_0^w (1 - F)` the age :math:`w` of the last of them has :math:`x` a
Gamma(:math:`q, r`) variable, and the queue is left at rate :math:`r E[F(w)]`. Ages at their means,
and :math:`r` at the rate of arrivals, are Whitt's approximations (2005,
https://doi.org/10.1287/mnsc.1040.0302).

A customer's own patience is followed exactly, and those ahead grow older with it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack
from scipy.special import log_ndtr, ndtr, ndtri

from optimizer.concurrency import Handling
from optimizer.staffing.chain import AFTER, BEFORE, GAMMA, cut

Floats = npt.NDArray[np.float64]

_STEPS = 14
_ROUNDS = 4
_NODES, _NORMAL = np.polynomial.hermite_e.hermegauss(9)
_NORMAL = _NORMAL / _NORMAL.sum()


@dataclass(frozen=True)
class Patience:
    """Lognormal patience.

    Parameters
    ----------
    mean_minutes, cv
        Its mean and coefficient of variation.
    """

    mean_minutes: float
    cv: float

    @property
    def _shape(self) -> tuple[float, float]:
        squared = math.log1p(self.cv**2)
        return math.log(self.mean_minutes) - squared / 2, math.sqrt(squared)

    def hazard(self, minutes: Floats) -> Floats:
        """Return the rate per minute at which those leave who have waited so long."""
        place, spread = self._shape
        waited = np.maximum(minutes, 1e-12 * self.mean_minutes)
        away = (np.log(waited) - place) / spread
        logs = -(away**2) / 2 - 0.5 * math.log(2 * math.pi) - log_ndtr(-away)
        return np.asarray(np.exp(logs) / (waited * spread))

    def outlasted_by(self, share: float) -> float:
        """Return the minutes that this share of all customers would wait at most."""
        place, spread = self._shape
        return math.exp(place + spread * float(ndtri(min(share, 1 - 1e-12))))

    @cached_property
    def _fluid(self) -> tuple[Floats, Floats]:
        """Of waits from 0 to endless: minutes waited by all until then, and the share that left."""
        place, spread = self._shape
        away = np.linspace(-7, 7, 701)
        waited = np.exp(place + spread * away) * ndtr(-away)
        waited += self.mean_minutes * ndtr(away - spread)
        return np.append(0.0, waited), np.append(0.0, ndtr(away))

    def left(self, queue: Floats) -> Floats:
        """Return the share that left, where so many minutes' contacts are still in the queue."""
        return np.asarray(np.interp(queue, *self._fluid))

    def queue_of(self, minutes: float) -> float:
        """Return how many minutes' contacts are in the queue that came in the last `minutes`."""
        place, spread = self._shape
        if minutes <= 0:
            return 0.0
        away = (math.log(minutes) - place) / spread
        return minutes * float(ndtr(-away)) + self.mean_minutes * float(ndtr(away - spread))


def patience_of(handling: Handling) -> Patience | None:
    """Return how patient customers are; None when that is exponential."""
    if handling.patience_cv == 1:
        return None
    return Patience(handling.patience_minutes, handling.patience_cv)


@lru_cache(maxsize=128)
def leaving(patience: Patience, arrivals: float, capacity: float, size: int) -> Floats:
    """Return the rate per minute at which queues of 0, 1, … `size` - 1 are left."""
    queue = np.arange(size, dtype=float)
    rates = queue / patience.mean_minutes
    for _ in range(_ROUNDS):
        rates = _left_by(patience, queue, _coming(arrivals, capacity, rates), 0.0)
    return rates


def _coming(arrivals: float, capacity: float, leaving: Floats) -> Floats:
    """Return the rate at which those in a queue came, by their number."""
    if capacity <= 0:
        return np.full(len(leaving), max(arrivals, 1e-9))
    return capacity + leaving


def _left_by(patience: Patience, queue: Floats, coming: Floats, waited: float) -> Floats:
    """Return the rate at which those leave who are in a queue, the last having waited so long."""
    before = patience.queue_of(waited)
    left = _NORMAL @ patience.left(before + _gamma(len(queue)) / coming)
    return np.asarray(coming * np.maximum(left - patience.left(np.array([before])), 0.0))


@lru_cache(maxsize=64)
def _gamma(size: int) -> Floats:
    """Return Gamma variables of shapes 0, 1, … at the nodes of a normal one (Wilson, Hilferty)."""
    shape = np.arange(1, size)
    cubed = np.maximum(1 - 1 / (9 * shape) + _NODES[:, None] / (3 * np.sqrt(shape)), 0.0) ** 3
    return np.concatenate([np.zeros((len(_NODES), 1)), shape * cubed], axis=1)


def waited_for(
    patience: Patience,
    arrivals: float,
    capacity: float,
    waited: float,
    minutes: float,
    start: Floats,
    picked_up: Callable[[Floats], Floats] | None,
) -> Floats:
    """Follow what places in the queue are worth back in time, to a customer who has `waited`.

    Parameters
    ----------
    patience, arrivals, capacity
        Of all customers, and how many come and are served per minute.
    waited
        Minutes that the customer has waited at the time asked for.
    minutes
        From then until places are worth `start`.
    start
        What 0, 1, … ahead are worth in the end.
    picked_up
        What it is worth to be picked up so many minutes before the end; None for nothing.
    """
    size = len(start)
    steps = cut(minutes, _STEPS, fine=True)
    ahead = np.arange(size, dtype=float)
    coming = _coming(arrivals, capacity, leaving(patience, arrivals, capacity, size))
    value, left = start, 0.0
    none = np.zeros(size - 1)
    served = np.zeros(len(steps.times)) if picked_up is None else picked_up(steps.times)
    for index, length in enumerate(steps.lengths):
        half = GAMMA * length / 2
        age = waited + minutes - left - length / 2
        moves = capacity + _left_by(patience, ahead, coming, age)
        out = moves + patience.hazard(np.array([age]))
        *factors, _ = lapack.dgttrf(-half * moves[1:], 1 + half * out, none)
        begin, between, end = capacity * half * served[2 * index : 2 * index + 3]
        right = (1 - half * out) * value
        right[1:] += half * moves[1:] * value[:-1]
        right[0] += begin + between
        inner = lapack.dgttrs(*factors, right)[0]
        mixed = AFTER * inner - BEFORE * value
        mixed[0] += end
        value = lapack.dgttrs(*factors, mixed)[0]
        left += length
    return np.asarray(value)
