r"""What volume beyond the shifts costs, expected over all that may come.

For interval :math:`t` of :math:`h` hours let :math:`D_t` be the reps on duty that it calls for
(`optimizer.required_distribution`), :math:`X` the primary reps rostered, of whom a share :math:`s`
is lost to shrinkage, and :math:`Y` those on standby. Who is lacking of the first tier is called in
from the second at the activation price :math:`a`; what both lack is missing at the price
:math:`\pi`:

.. math::

    h \bigl( a\, E(D - (1-s) X)^+ + (\pi - a)\, E(D - (1-s) X - Y)^+ \bigr).

In whole reps both expectations are convex and piecewise linear, and :math:`E(N - x)^+` falls by
:math:`P(N > x)` from :math:`x` to :math:`x + 1`. So one variable between 0 and 1 for every rep, its
reward that probability, says it exactly: the first rep is worth most and is counted first. The
programme keeps the matrix of a cover, whose relaxation is all but whole.

With shrinkage the programme counts in rostered reps, as a cover does: up to the median,
:math:`P` reps on duty, an interval calls for :math:`N = \lceil D / (1-s) \rceil`; beyond it for one
more per rep, since standby has no shrinkage and a surplus primary rep counts for one on call.
A rep below the quantile ``least_primary`` is worth at least what primary costs beyond standby.
Without shrinkage nothing of this differs from the expectation; with it, `expected` tells what the
shifts lead to, on duty and without these roundings.

References
----------
T. R. Robbins and T. P. Harrison, "A stochastic programming model for scheduling call centers with
global service level agreements", European Journal of Operational Research 207 (3), 2010,
doi:10.1016/j.ejor.2010.06.013.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pulp

from forecast.days import Floats, Integers
from optimizer.required_distribution import RequiredDistribution, exceeding
from optimizer.requirement_rows import rostered
from optimizer.tier_prices import TierPrices

Terms = list[tuple[Any, float]]

EXPECTED_COLUMNS = ("called_for", "p_activated", "activated", "p_short", "short")


@dataclass(frozen=True)
class Lack:
    """What a programme has to pay for the reps that its shifts lack.

    Parameters
    ----------
    terms
        Of the objective.
    constant
        Of the objective, what nobody at work at all would cost.
    expected, expected_constant
        The part of both that is expected to be paid: not what primary is preferred by.
    rounded
        By how much the objective is above the true one at most, where rewards that are nearly
        alike count as one.
    """

    terms: Terms
    constant: float
    expected: Terms = field(default_factory=list)
    expected_constant: float = 0.0
    rounded: float = 0.0


def rostered_draws(
    distribution: RequiredDistribution, shrinkage: float, on_duty: Integers | None = None
) -> Integers:
    """Return the rostered reps that equally likely volumes call for, draws by intervals.

    Up to the median a rep on duty takes more than one on the roster; beyond it on-call serve, who
    have no shrinkage.

    Parameters
    ----------
    distribution
        Of the reps on duty.
    shrinkage
        Share of a primary rep's paid time not on duty.
    on_duty
        Reps on duty that sample paths call for, paths by intervals, to be taken instead of the
        distribution's own draws.
    """
    on_duty = distribution.draws if on_duty is None else on_duty
    median = distribution.reps[:, distribution.levels.index(0.5)]
    calm = rostered(np.minimum(on_duty, median), shrinkage)
    found: Integers = calm + np.maximum(on_duty - median, 0)
    return found


def tier_rewards(
    draws: Integers, prices: TierPrices, wage: Floats | float = 1.0
) -> tuple[Floats, Floats, Floats]:
    """Return what the first, second, … rep in an interval is worth, in wages an hour.

    Parameters
    ----------
    draws
        Rostered reps that each interval calls for, draws by intervals.
    prices
        Of the tiers.
    wage
        Of the intervals, in wages: more than 1 where there are premiums.

    Returns
    -------
    tuple of numpy.ndarray
        Intervals by reps: the calls that a primary rep spares, what primary is preferred by, and
        the shortage that a rep of either tier spares beyond a call.
    """
    beyond = exceeding(draws)
    called = (1 - prices.shrinkage) * prices.activation
    # What a rep below the least primary quantile has to be worth beyond the calls that it saves.
    worth = wage * np.full(len(beyond), 1 - prices.standby) - called * (1 - prices.least_primary)
    preferred = np.maximum(worth, 0.0) if prices.least_primary > 0 else np.zeros(len(beyond))
    rank = int(np.ceil(prices.least_primary * len(draws) - 1e-9)) - 1
    least = np.sort(draws, axis=0)[max(rank, 0)]
    below = np.arange(beyond.shape[1])[None] < least[:, None]
    liked: Floats = np.where(below, preferred[:, None], 0.0)
    return called * beyond, liked, (prices.shortage - prices.activation) * beyond


def add_lack(
    problem: pulp.LpProblem,
    label: str,
    draws: Integers,
    prices: TierPrices,
    hours: float,
    primary: Sequence[Terms],
    on_call: Sequence[Terms],
    *,
    wage: Floats | float = 1.0,
    coarse: float = 0.0,
) -> Lack:
    """Add what primary lack and what both tiers lack, and return what it costs in wages.

    Parameters
    ----------
    problem
        To add to.
    label
        Of the queue, for names.
    draws
        Rostered reps that each interval calls for, draws by intervals.
    prices
        Of the tiers.
    hours
        Length of an interval.
    primary, on_call
        By interval: whose shifts cover it, and with how much of a rep.
    wage
        As in `tier_rewards`.
    coarse
        How far the cost of an interval may be above the true one, as a share of the wages of those
        whom it calls for: a large floor has hundreds of rewards that are nearly alike.
    """
    called, preferred, missing = tier_rewards(draws, prices, wage)
    lack = Lack([], 0.0)
    constant = expected_constant = rounded = 0.0
    tolerance = coarse * draws.mean(axis=0)
    for interval, (calls, liked, gaps) in enumerate(zip(called, preferred, missing, strict=True)):
        tiers = (
            ("called", calls + liked, calls, primary[interval]),
            ("short", gaps, gaps, primary[interval] + on_call[interval]),
        )
        for tier, reward, paid, cover in tiers:
            constant += hours * float(reward.sum())
            expected_constant += hours * float(paid.sum())
            if cover and reward.any():
                name = f"{tier}_{label}_{interval:06d}"
                spans = _alike(reward.tolist(), float(tolerance[interval]))
                served = _served(problem, name, spans)
                lack.terms.extend((one, -hours * reward[span].mean()) for one, span in served)
                lack.expected.extend((one, -hours * paid[span].mean()) for one, span in served)
                # Reps fill the rewards in turn, so that only one of them is filled in part.
                rounded += hours * max(_rounding(reward, span) for span in spans)
                balance = [(one, 1.0) for one, _ in served] + [(x, -share) for x, share in cover]
                problem.addConstraint(pulp.LpAffineExpression(balance) <= 0, name)
    return replace(lack, constant=constant, expected_constant=expected_constant, rounded=rounded)


def _served(problem: pulp.LpProblem, name: str, spans: Sequence[slice]) -> list[tuple[Any, slice]]:
    """Add a variable for the reps of each span, the dearest first."""
    return [
        (problem.add_variable(f"{name}_{place:04d}", 0, span.stop - span.start), span)
        for place, span in enumerate(spans)
    ]


def _alike(rewards: Sequence[float], tolerance: float) -> list[slice]:
    """Group falling rewards above 0 that may count as one."""
    spans, begin = [], 0
    for end in range(1, len(rewards) + 1):
        if end < len(rewards):
            apart = rewards[begin] - rewards[end]
            if apart == 0 or (rewards[end] > 0 and (end + 1 - begin) * apart <= 4 * tolerance):
                continue
        if rewards[begin] > 0:
            spans.append(slice(begin, end))
        begin = end
    return spans


def _rounding(rewards: Floats, span: slice) -> float:
    """Return how far sums of falling rewards are above those of their mean at most."""
    return float((span.stop - span.start) * (rewards[span.start] - rewards[span.stop - 1])) / 4


def expected(on_duty: Integers, primary: Any, on_call: Any) -> pd.DataFrame:
    """Tell what shifts lead to, expected over draws of what is called for.

    Parameters
    ----------
    on_duty
        Reps on duty that each interval calls for, draws by intervals.
    primary
        Reps on duty of the first tier, after shrinkage; a number per interval, not always whole.
    on_call
        Reps on standby, a number per interval.

    Returns
    -------
    pandas.DataFrame
        A row per interval: ``called_for``, reps on duty that are called for on average;
        ``p_activated``, the probability that somebody is called in; ``activated``, how many on
        average; ``p_short``, the probability that even so somebody is missing; ``short``, how many
        on average.

    Examples
    --------
    >>> expected(np.array([[2], [4], [5], [7]]), np.array([4.0]), np.array([2]))
       called_for  p_activated  activated  p_short  short
    0         4.5          0.5       0.75     0.25   0.25
    """
    lack = np.maximum(on_duty - np.asarray(primary, dtype=float)[None], 0.0)
    called = np.minimum(lack, np.asarray(on_call, dtype=float)[None])
    return averaged(on_duty, called, lack - called)


def averaged(on_duty: Integers, called: Floats, short: Floats) -> pd.DataFrame:
    """Return the means that `expected` tells of reps called for, called in and missing."""
    tiny = 1e-9
    return pd.DataFrame(
        {
            "called_for": on_duty.mean(axis=0),
            "p_activated": (called > tiny).mean(axis=0),
            "activated": called.mean(axis=0),
            "p_short": (short > tiny).mean(axis=0),
            "short": short.mean(axis=0),
        }
    )
