r"""What no roster can cost less than: a Lagrangian bound.

For any prices :math:`\pi` that the columns of the rows allow, what p reps leave of the cells costs
at least :math:`value(\pi) - \sum_i w_i(\pi) p_i` (`optimizer.tours.tiers`). So every roster costs
at least

.. math::

    L(\pi) = value(\pi) + \sum_r \min_t \left( c_t - \sum_i w_i(\pi) a_{it} \right),

which the pricing programme computes (Geoffrion 1974, doi:10.1007/BFb0120690). Where every roster's
cost is a multiple of some step, the bound may be rounded up to one.
"""

from fractions import Fraction
from math import ceil, gcd, lcm

import numpy as np

from optimizer.tours.week import Floats, RosterProblem

CERTAIN = 1e-7
"""Relative error of sums of costs, far above that of their arithmetic."""

FINEST = 10_000
"""No step below the 10000th part of a unit of cost is looked for."""


def lagrangian(problem: RosterProblem, prices: Floats, tour_costs: Floats) -> float:
    """Return the bound at the given prices of rows.

    Parameters
    ----------
    prices
        Of each row, within what the columns allow.
    tour_costs
        Of each rep, cost less worth of the cheapest tour.
    """
    return problem.cover.value(prices) + float(tour_costs.sum())


def cost_step(problem: RosterProblem) -> float:
    """Return a step of which every roster's cost is a multiple; 0 when none is found."""
    minutes = np.concatenate([problem.crew.least.ravel(), problem.contract_minutes.ravel()])
    lacking = [problem.short / 60 * float(np.gcd.reduce(minutes))]
    if problem.period is not None:
        lacking += problem.period.steps(problem.contract_minutes)
    usable = problem.crew.allowed.any(axis=0)
    costs = problem.costs[:, :-1][:, usable]
    broken = [cost.ravel() for cost in problem.layers.costs]
    if problem.layers.ahead is not None:
        broken.append(problem.layers.ahead[np.isfinite(problem.layers.ahead)])
    offset = [] if problem.offset is None else [problem.offset]
    parts = [costs.ravel(), problem.cover.prices, np.array(lacking), *broken, *offset]
    prices = np.unique(np.concatenate(parts))
    fractions = [Fraction(float(price)).limit_denominator(FINEST) for price in prices]
    if any(abs(float(near) - price) > 1e-12 for near, price in zip(fractions, prices, strict=True)):
        return 0.0
    below = lcm(*(near.denominator for near in fractions))
    above = gcd(*(int(near * below) for near in fractions))
    if above == 0:
        return 1.0  # Nothing costs anything, and 0 is a multiple of every step.
    return above / below if below <= FINEST else 0.0


def rounded_up(bound: float, step: float) -> float:
    """Return the least cost on the grid that is not below the bound."""
    sure = bound - CERTAIN * (1 + abs(bound))
    return ceil(sure / step) * step if step > 0 else sure
