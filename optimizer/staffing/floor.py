r"""The floor in one interval: how fast it completes conversations, given how many there are.

`s` reps hold at most `K` conversations each, so there are :math:`S = sK` slots, and :math:`n`
conversations are in the system. New ones go to the rep with the fewest. Up to :math:`n = S` the
floor is balanced but for the reps `Z` one below: with :math:`j = \lfloor n/s \rfloor`,
:math:`x = n - js` and a rep's rate :math:`c(k)`,

.. math:: D(n) = x\,c(j+1) + (s-x)\,c(j) - E[Z] \, (2c(j) - c(j-1) - c(j+1)),

where `Z` is a birth-death chain with births :math:`\max(0, s-1-x-2Z)\,c(j)` and deaths
:math:`\lambda`. Beyond `S` there is a queue, from which customers abandon at rate
:math:`\theta` each (Luo and Zhang 2013, https://doi.org/10.1287/opre.1120.1129; Whitt 2005,
https://doi.org/10.1287/mnsc.1040.0302).
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from optimizer.staffing.pickup import Line

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Floor:
    """Reps on duty and what they do, within an interval; rates are per minute.

    Parameters
    ----------
    reps
        On duty.
    arrivals
        Contacts/minute.
    rates
        Conversations/minute that a rep completes who holds 0, 1, … `concurrency`.
    abandonment
        Of one waiting customer: 1 / mean patience.
    """

    reps: int
    arrivals: float
    rates: tuple[float, ...]
    abandonment: float

    @property
    def slots(self) -> int:
        """Conversations that can be open at once."""
        return self.reps * (len(self.rates) - 1)

    @property
    def capacity(self) -> float:
        """Conversations/minute completed when every slot is taken."""
        return self.reps * self.rates[-1]

    @property
    def line(self) -> Line:
        """The queue before the floor."""
        return Line(self.slots, self.capacity, self.abandonment)

    def size(self, minutes: float, carried: int) -> int:
        """Return how many states suffice: the load is beyond them with negligible probability.

        Parameters
        ----------
        minutes
            Length of the interval.
        carried
            Conversations that may be in the system when it begins.
        """
        offered = self.arrivals * minutes
        overload = max(0.0, self.arrivals - self.capacity) / self.abandonment
        # However long patience is, no more can wait than came.
        queue = min(overload, offered)
        spread = min(self.arrivals / self.abandonment, offered)
        room = self.slots + queue + 5.5 * math.sqrt(spread) + 15
        return max(math.ceil(room), carried) + 1


@lru_cache(maxsize=4096)
def completions(floor: Floor, size: int) -> Floats:
    """Return conversations/minute completed with 0, 1, … `size` - 1 in the system; read-only."""
    completed = np.full(size, floor.capacity)
    busy = min(floor.slots, size)
    if busy:
        n = np.arange(busy)
        level, above = n // floor.reps, n % floor.reps
        rates = np.array((0.0, *floor.rates))
        below, here, over = rates[level], rates[level + 1], rates[level + 2]
        balanced = above * over + (floor.reps - above) * here
        short = _below_balance(floor, above, here)
        completed[:busy] = np.maximum(balanced - short * (2 * here - below - over), 0.0)
    completed.setflags(write=False)
    return completed


def _below_balance(floor: Floor, above: npt.NDArray[np.intp], rate: Floats) -> Floats:
    """Return the mean number of reps one below balance, for every number in the system."""
    spare = (floor.reps - 1 - above).astype(float)
    if floor.arrivals <= 1e-9 * floor.rates[-1]:
        # Nobody comes to even it out.
        return np.where(rate > 0, np.ceil(spare / 2), 0.0)
    weight = np.ones_like(rate)
    total, weighted = weight.copy(), np.zeros_like(rate)
    step = rate / floor.arrivals
    for z in range(1, (floor.reps + 1) // 2 + 1):
        weight = weight * np.maximum(spare - 2 * (z - 1), 0.0) * step
        total += weight
        weighted += z * weight
        scale = np.maximum(total, 1.0)
        weight, total, weighted = weight / scale, total / scale, weighted / scale
    return np.asarray(weighted / total)
