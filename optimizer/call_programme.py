r"""Whom to call in ahead of the need: an integer programme over the rest of a day.

For interval :math:`t` of :math:`h` hours let :math:`D_t` be the reps on duty that it calls for,
:math:`w_t` those at work, and :math:`Y_t` those on standby who could come. Calling :math:`z_t` of
them ahead pays the activation price :math:`a` whether or not they are needed. Whoever is called
only when the need shows comes late by the notice: of every call, which lasts the least hours of an
activation, the share :math:`\lambda` = notice / least hours is missing at the price :math:`\pi`. So
an hour of theirs costs :math:`a' = a + \lambda (\pi - a)`, and the interval

.. math::

    C_t(z) = h \bigl( a z + a' E(D_t - w_t - z)^+ + (\pi - a') E(D_t - w_t - Y_t)^+ \bigr),

convex in :math:`z`: the k-th rep pays where the probability that more than :math:`w + k - 1` are
called for exceeds :math:`a / a'`. With volume known for certain this is the recourse of a two-stage
programme; with no notice at all nobody is called ahead, for waiting costs nothing.

Sets: windows :math:`g`, in which :math:`n_g` reps alike can be called, each once, for a block
:math:`b` of at least the least intervals; who is at work already can stay on. Variables:
:math:`u_{gb} \in \mathbb{Z}_{\ge 0}` reps called for a block; :math:`v_{tk} \in [0, 1]`, the k-th
called rep of an interval.

.. math::

    \max \sum_{tk} (C_t(k-1) - C_t(k) + h a)\, v_{tk} - h a \sum_{gb} |b|\, u_{gb}, \quad
    \sum_k v_{tk} \le \sum_{g,\, b \ni t} u_{gb}, \quad \sum_b u_{gb} \le n_g .
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp

from forecast.days import Floats, Integers
from optimizer.solver import SolverSettings, solve
from optimizer.tier_prices import TierPrices

TIE = 1e-6
"""Of wages, for a call and for each of its intervals: of plans that cost the same the shortest."""

EXACT = SolverSettings(time_limit_seconds=60.0, gap=0.0, seed=1)


@dataclass(frozen=True)
class Window:
    """When reps can be called.

    Parameters
    ----------
    first, last
        Places of intervals: from `first` up to, without, `last`.
    reps
        How many can be called in it, once each.
    goes_on
        Whether they are at work already until it begins, and can only stay on: from its beginning,
        for any number of intervals.
    """

    first: int
    last: int
    reps: int = 1
    goes_on: bool = False

    def spans(self, least_intervals: int) -> list[tuple[int, int]]:
        """Return from when to when reps could work."""
        if self.goes_on:
            return [(self.first, last) for last in range(self.first + 1, self.last + 1)]
        return [
            (first, last)
            for first in range(self.first, self.last - least_intervals + 1)
            for last in range(first + least_intervals, self.last + 1)
        ]


@dataclass(frozen=True)
class Block:
    """When one rep works who is called.

    Parameters
    ----------
    window
        Place of the window among those given.
    first, last
        Places of intervals: from `first` up to, without, `last`.
    """

    window: int
    first: int
    last: int


@dataclass(frozen=True)
class Stakes:
    """What is at stake in each interval of a queue.

    Parameters
    ----------
    draws
        Reps on duty that each interval calls for, equally likely draws by intervals.
    at_work
        Reps on duty of each interval, not always whole.
    standby
        Reps of each interval who could be called in.
    prices
        Of the tiers, in wages.
    late_share
        Of a call, what is missed when the need has to show first; 0 to 1.
    hours
        Length of an interval.
    """

    draws: Integers
    at_work: Floats
    standby: Integers
    prices: TierPrices
    late_share: float
    hours: float

    @property
    def late_price(self) -> float:
        """Of an hour of somebody who is called only when the need shows, in wages."""
        activation, shortage = self.prices.activation, self.prices.shortage
        return activation + self.late_share * (shortage - activation)

    def short(self, called: Integers) -> Floats:
        """Return how many are missing on average beside those at work and those called."""
        lacking: Floats = np.maximum(self.draws - self.at_work - called, 0.0).mean(axis=0)
        return lacking

    def p_short(self, called: Integers) -> Floats:
        """Return the probability that those at work and those called do not suffice."""
        share: Floats = (self.draws > self.at_work + called + 1e-9).mean(axis=0)
        return share

    def cost(self, called: Integers) -> Floats:
        """Return what each interval is expected to cost, in wages, with so many called ahead."""
        late = self.late_price
        missing = self.short(self.standby) * (self.prices.shortage - late)
        found: Floats = self.hours * (
            self.prices.activation * called + late * self.short(called) + missing
        )
        return found

    @cached_property
    def rewards(self) -> Floats:
        """What the first, second, … called rep spares, beside the own activation."""
        most = int(self.standby.max(initial=0))
        short = np.stack(
            [self.short(np.full(len(self.at_work), called)) for called in range(most + 1)], axis=1
        )
        spared: Floats = self.hours * self.late_price * -np.diff(short, axis=1)
        return spared


def choose_calls(
    stakes: Stakes, windows: Sequence[Window], least_intervals: int
) -> tuple[Block, ...]:
    """Choose who is called ahead of the need, and for how long.

    Parameters
    ----------
    stakes
        Of the queue; nobody else than those of the windows is on standby.
    windows
        When reps can be called.
    least_intervals
        Of a block.

    Returns
    -------
    tuple of Block
        Sorted by start; one for each called rep. Every one of them is worth its price.

    Examples
    --------
    One rep is at work, and three intervals call for two almost surely:

    >>> draws = np.array([[1, 2, 2, 2, 1]] * 9 + [[1, 1, 1, 1, 1]])
    >>> prices = TierPrices(0.0, 0.3, 1.4, 6.0, 0.5)
    >>> stakes = Stakes(draws, np.ones(5), np.ones(5, dtype=int), prices, 0.25, 1.0)
    >>> choose_calls(stakes, [Window(0, 5)], 2)
    (Block(window=0, first=1, last=4),)
    """
    activation = stakes.hours * stakes.prices.activation
    worth = np.any(stakes.rewards > activation, axis=1)
    problem = pulp.LpProblem("calls", pulp.LpMinimize)
    blocks: list[tuple[Block, pulp.LpVariable]] = []
    covering: dict[int, list[tuple[pulp.LpVariable, float]]] = defaultdict(list)
    for place, window in enumerate(windows):
        own = []
        for first, last in window.spans(least_intervals):
            if worth[first:last].any():
                name = f"call_{len(blocks):06d}"
                reps = problem.add_variable(name, 0, window.reps, pulp.LpInteger)
                blocks.append((Block(place, first, last), reps))
                own.append((reps, 1.0))
                for interval in range(first, last):
                    covering[interval].append((reps, -1.0))
        if own:
            problem.addConstraint(pulp.LpAffineExpression(own) <= window.reps, f"w_{place:06d}")
    if not blocks:
        return ()
    terms = [
        (reps, (activation + TIE) * (block.last - block.first) + TIE) for block, reps in blocks
    ]
    for interval, cover in sorted(covering.items()):
        served = []
        for number, reward in enumerate(stakes.rewards[interval, : stakes.standby[interval]]):
            one = problem.add_variable(f"rep_{interval:06d}_{number:04d}", 0, 1)
            served.append((one, 1.0))
            terms.append((one, -float(reward)))
        balance = pulp.LpAffineExpression([*served, *cover])
        problem.addConstraint(balance <= 0, f"served_{interval:06d}")
    problem.setObjective(pulp.LpAffineExpression(terms))
    solve(problem, EXACT)
    chosen = [block for block, reps in blocks for _ in range(round(reps.value() or 0))]
    return tuple(sorted(chosen, key=lambda block: (block.first, -block.last, block.window)))
