r"""The floor in one interval: how fast it completes conversations, given how many there are.

`s` reps hold at most `K` conversations each, so there are :math:`S = sK` slots, and :math:`n`
conversations are in the system. New ones go to the rep with the fewest. Up to :math:`n = S` the
floor is balanced but for the reps `Z` one below: with :math:`j = \lfloor n/s \rfloor`,
:math:`x = n - js` and a rep's rate :math:`c(k)`,

.. math:: D(n) = x\,c(j+1) + (s-x)\,c(j) - E[Z] \, (2c(j) - c(j-1) - c(j+1)),

where `Z` is a birth-death chain with births :math:`\max(0, s-1-x-2Z)\,c(j)` and deaths
:math:`\lambda`. Beyond `S` there is a queue, from which customers abandon at rate :math:`\theta`
each (Luo and Zhang 2013, https://doi.org/10.1287/opre.1120.1129; Whitt 2005,
https://doi.org/10.1287/mnsc.1040.0302).

A conversation of geometric length is often over soon after its first message and otherwise lasts
longer than the mean. While there is a free slot, only the share that lasts is counted as coming and
going: the chain then settles where it did, but as slowly as the lasting conversations let it.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from optimizer.concurrency import (
    Handling,
    completion_rates,
    hands_busy_by_level,
    lasting_shares,
)
from optimizer.staffing.patience_law import Patience, leaving, patience_of
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
    lasting
        Share of new conversations that outlast their beginning, by level.
    patience
        Of customers; None when it is exponential.
    hands
        Share of the time in which a rep of uneven speed writes who holds 0, 1, …; empty when all
        are alike, for then it is as many times of hands as conversations are completed.
    """

    reps: int
    arrivals: float
    rates: tuple[float, ...]
    abandonment: float
    lasting: tuple[float, ...]
    patience: Patience | None = None
    hands: tuple[float, ...] = ()

    @property
    def slots(self) -> int:
        """Conversations that can be open at once."""
        return self.reps * (len(self.rates) - 1)

    @property
    def capacity(self) -> float:
        """Conversations/minute completed when every slot is taken."""
        return self.reps * self.rates[-1]

    @cached_property
    def line(self) -> Line:
        """The queue before the floor."""
        arrivals = self.arrivals if self.patience else 0.0
        concurrency = len(self.rates) - 1
        return Line(
            self.reps, concurrency, self.capacity, self.abandonment, arrivals, self.patience
        )

    def leaving(self, size: int) -> Floats:
        """Return how many customers abandon per minute, for 0, 1, … conversations in the system."""
        waiting = np.maximum(np.arange(size) - self.slots, 0)
        if self.patience is None:
            return self.abandonment * waiting
        places = max(size - self.slots, 1)
        return leaving(self.patience, self.arrivals, self.capacity, places)[waiting]

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
        if self.patience and overload:
            wait = self.patience.outlasted_by(1 - self.capacity / self.arrivals)
            overload = self.arrivals * min(wait, self.patience.mean_minutes)
        # However long patience is, no more can wait than came.
        queue = min(overload, offered)
        spread = min(self.arrivals / self.abandonment, offered)
        room = self.slots + queue + 5.5 * math.sqrt(spread) + 15
        # Slots that nobody could ever fill need no state: the load grows by contacts alone.
        reach = carried + 4 * offered + 10 * math.sqrt(offered) + 50
        return max(math.ceil(min(room, reach)), carried) + 1


def floor_of(handling: Handling) -> Floor:
    """Return the floor of a queue without reps and contacts."""
    return Floor(
        0,
        0.0,
        tuple(completion_rates(handling).tolist()),
        1 / handling.patience_minutes,
        tuple(lasting_shares(handling).tolist()),
        patience_of(handling),
        tuple(hands_busy_by_level(handling).tolist()) if handling.speed_cv else (),
    )


@dataclass(frozen=True)
class Moves:
    """How the load moves, per minute, for 0, 1, … conversations in the system.

    Parameters
    ----------
    births, deaths
        One more, one less; the last state has no birth.
    completions
        Conversations completed, those included that come and go without being counted.
    """

    births: Floats
    deaths: Floats
    completions: Floats


@lru_cache(maxsize=256)
def moves(floor: Floor, size: int, speed: float = 1.0) -> Moves:
    """Return how the load of a floor moves between so many states.

    Parameters
    ----------
    floor, size
        Reps and rates, and how many states.
    speed
        Of completing while a slot is free, by that of a balanced floor.
    """
    completions = np.full(size, floor.capacity)
    counted = np.ones(size + 1)
    passing = np.zeros(size)
    told = min(floor.slots, size)
    if told:
        completions[:told] = speed * completed(floor, told, np.array(floor.rates))
        n = np.arange(told + 1)
        levels = np.arange(len(floor.lasting))
        counted[: told + 1] = np.interp(n / floor.reps, levels, floor.lasting)
        passing[:told] = floor.arrivals * (1 - counted[1 : told + 1])
    births = floor.arrivals * counted[1:]
    births[-1] = 0.0
    lasting = completions * counted[:-1]
    return Moves(births, lasting + floor.leaving(size), lasting + passing)


def completed(floor: Floor, size: int, rates: Floats) -> Floats:
    """Return what all reps do together by the first so many loads that leave a free slot.

    Parameters
    ----------
    floor
        Its reps and how they are spread over levels.
    size
        Loads 0, 1, … below the slots.
    rates
        What a rep does who holds 0, 1, … `concurrency` conversations.
    """
    spread = balance(floor, size)
    padded = np.concatenate([[0.0], rates])
    level = spread.level
    below, here, over = padded[level], padded[level + 1], padded[level + 2]
    balanced = spread.above * over + (floor.reps - spread.above) * here
    return np.asarray(np.maximum(balanced - spread.short * (2 * here - below - over), 0.0))


@dataclass(frozen=True)
class Balance:
    """How reps are spread over levels, for 0, 1, … conversations that leave a free slot.

    Parameters
    ----------
    level, above
        What a rep holds at least if all are balanced, and how many hold one more.
    short
        Mean number of reps one below balance.
    unbalanced
        How likely there is one: a new conversation then goes to it.
    """

    level: npt.NDArray[np.intp]
    above: npt.NDArray[np.intp]
    short: Floats
    unbalanced: Floats


@dataclass(frozen=True)
class _Shape:
    """What of the balance depends on the number of reps alone.

    Parameters
    ----------
    level, above
        As in `Balance`.
    steps, factorials
        A row per whole step, a column per parity (from 0 or -1/2): its place, and the logarithm of
        its factorial.
    where
        Of each load above level 0: its steps, parity and level.
    """

    level: npt.NDArray[np.intp]
    above: npt.NDArray[np.intp]
    steps: Floats
    factorials: Floats
    where: tuple[npt.NDArray[np.intp], ...]


@lru_cache(maxsize=128)
def _shape(reps: int, size: int) -> _Shape:
    n = np.arange(size)
    level, above = n // reps, n % reps
    spare = reps - 1 - above[reps:]
    steps = np.arange(reps // 2 + 1)[:, None] - np.array([0.0, 0.5])
    # An odd number of spare reps is so many whole steps beyond -1/2.
    where = (spare + 1) // 2, spare % 2, level[reps:] - 1
    return _Shape(level, above, steps, gammaln(steps + 1), where)


@lru_cache(maxsize=128)
def balance(floor: Floor, size: int) -> Balance:
    r"""Return how reps are spread over levels by the first so many loads.

    With :math:`m = (s-1-x)/2` and :math:`\rho = \lambda / 2c(j)`, :math:`m - Z` has the weights
    :math:`\rho^y/\Gamma(y+1)` on what it can be: up to :math:`m` in whole steps, from 0 or from
    -1/2. The last of them has the share :math:`B_m`, as Erlang's loss formula has it, and
    :math:`E[m - Z] = \rho (1 - B_m)`, less half the share of the first of them if that is -1/2.
    """
    shape = _shape(floor.reps, size)
    level, above = shape.level, shape.above
    if floor.arrivals <= 1e-9 * floor.rates[-1]:
        # Nobody comes to even it out.
        uneven = np.where(level > 0, np.ceil((floor.reps - 1 - above) / 2), 0.0)
        return Balance(level, above, uneven, np.minimum(uneven, 1.0))
    offered = floor.arrivals / (2 * np.array(floor.rates[1 : int(level[-1]) + 1]))
    steps = shape.steps
    weights = steps[..., None] * np.log(offered) - shape.factorials[..., None]
    summed = np.logaddexp.accumulate(weights, axis=0)
    last = np.exp(weights - summed)
    first = np.array([0.0, -0.5])[:, None] * np.exp(weights[0] - summed)
    short = np.maximum(steps[..., None] - offered * (1 - last) - first, 0.0)
    mean, none = np.zeros(size), np.ones(size)
    mean[floor.reps :], none[floor.reps :] = short[shape.where], last[shape.where]
    return Balance(level, above, mean, 1 - none)
