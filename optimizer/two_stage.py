r"""Shifts first, calls when the volume is seen: a two-stage programme over sample paths.

The first stage chooses shifts, :math:`X_t` primary and :math:`Y_t` on standby in interval
:math:`t`. Then a path :math:`p` of volume is seen, and who is lacking is called in for blocks of at
least `min_activation_hours`, and works `notice_minutes` after the call; what that leaves is
shortage (`optimizer.path_calls`, whose programme is :math:`Q_p(X, Y)`). Over equally likely paths
the shifts minimise

.. math:: \text{wages} + \text{standby} + \frac{1}{P} \sum_p Q_p(X, Y).

Shrinkage, and what primary is preferred by, are those of `optimizer.loss_function`, and with blocks
of one interval and no notice the two programmes are the same but for what the paths leave to
chance. Blocks and notice can only make a path dearer, so the loss function on the paths stays in
the programme as a bound from below, and cuts (`optimizer.cutting_planes`) say what it leaves out:

.. math::

    \frac{1}{P} \sum_p Q_p \ge \frac{h}{P} \sum_p \sum_t
        \bigl( \mu_{pt} (D_{pt} - X_t) - \nu_{pt} Y_t \bigr)

for prices :math:`0 \le \mu_{pt} \le \pi` of a lacking rep and :math:`\nu_{pt} \ge 0` of one on
standby with which no call pays: a stay costs no less than who works then is worth, less what the
standby is worth from the call on.

References
----------
J. R. Birge and F. Louveaux, "Introduction to Stochastic Programming", 2nd edition, 2011,
doi:10.1007/978-1-4614-0237-4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pulp

from forecast.days import Integers
from optimizer.cutting_planes import Cut
from optimizer.loss_function import Lack, Terms, add_lack
from optimizer.path_calls import PathCalls
from optimizer.tier_prices import TierPrices


@dataclass(frozen=True)
class CallsInBlocks:
    """What calls in blocks and shortage cost a queue on average over paths.

    Parameters
    ----------
    theta
        The variable that stands for it, in wages.
    required
        Rostered reps that each interval calls for, paths by intervals.
    primary, on_call
        By interval the variable for who is present; None where no shift reaches.
    prices
        Of an activated hour and of a missing one, in rostered reps.
    hours
        Length of an interval.
    block_intervals
        The fewest intervals in a row for which somebody is called in.
    notice_intervals
        From the call until the rep works.
    """

    theta: Any
    required: Integers
    primary: Sequence[Any | None]
    on_call: Sequence[Any | None]
    prices: TierPrices
    hours: float
    block_intervals: int
    notice_intervals: float

    def weigh(self, value: Callable[[Any], float]) -> Cut:
        """Call in at least cost on every path, and return what it costs as a cut."""
        at_work, standby = (
            np.array([0.0 if one is None else value(one) for one in tier])
            for tier in (self.primary, self.on_call)
        )
        lacking, ready = np.zeros(self.required.shape), np.zeros(self.required.shape)
        cost = np.zeros(len(self.required))
        for path, required in enumerate(self.required):
            met = self._calls.answer(required - at_work, standby, path)
            paid = self.prices.activation * met.activated + self.prices.shortage * met.short
            cost[path] = self.hours * paid.sum()
            lacking[path], ready[path] = met.lacking, met.ready
        share = self.hours / len(self.required)
        terms = [
            (one, share * float(price))
            for prices, tier in (
                (lacking.sum(axis=0), self.primary),
                (ready.sum(axis=0), self.on_call),
            )
            for price, one in zip(prices, tier, strict=True)
            if price and one is not None
        ]
        at_least = share * float((lacking * self.required).sum())
        return Cut(float(cost.mean()), self.theta, terms, at_least)

    @cached_property
    def _calls(self) -> PathCalls:
        intervals = self.required.shape[1]
        return PathCalls(intervals, self.block_intervals, self.notice_intervals, self.prices)

    @property
    def leading(self) -> list[Any]:
        """The variables that the cost is a function of."""
        return [one for one in (*self.primary, *self.on_call) if one is not None]


def add_calls_in_blocks(
    problem: pulp.LpProblem,
    label: str,
    required: Integers,
    prices: TierPrices,
    hours: float,
    primary: Sequence[Terms],
    on_call: Sequence[Terms],
    block_intervals: int,
    notice_intervals: float,
) -> tuple[Lack, CallsInBlocks]:
    """Add what primary lack and what both tiers lack when calls come in blocks.

    The parameters are those of `optimizer.loss_function.add_lack`, with paths in place of draws,
    the fewest intervals in a row for which somebody is called in, and those of the notice.
    """
    at_work, standby = (
        [_present(problem, f"{tier}_{label}_{place:06d}", one) for place, one in enumerate(cover)]
        for tier, cover in (("primary", primary), ("on_call", on_call))
    )
    once_each: list[list[Terms]] = [
        [[] if one is None else [(one, 1.0)] for one in tier] for tier in (at_work, standby)
    ]
    alone = add_lack(problem, label, required, prices, hours, *once_each)
    theta = problem.add_variable(f"calls_{label}", 0)
    left_out = [(theta, 1.0)] + [(one, -paid) for one, paid in alone.expected]
    problem.addConstraint(
        pulp.LpAffineExpression(left_out) >= alone.expected_constant, f"calls_alone_{label}"
    )
    preferred = [
        (one, whole - paid)
        for (one, whole), (_, paid) in zip(alone.terms, alone.expected, strict=True)
        if whole != paid
    ]
    activation = (1 - prices.shrinkage) * prices.activation
    counted = replace(
        prices,
        activation=activation,
        shortage=activation + prices.shortage - prices.activation,
    )
    calls = block_intervals, notice_intervals
    stage = CallsInBlocks(theta, required, at_work, standby, counted, hours, *calls)
    terms = [(theta, 1.0), *preferred]
    return Lack(terms, alone.constant - alone.expected_constant), stage


def _present(problem: pulp.LpProblem, name: str, cover: Terms) -> Any | None:
    """Add a variable for who is present in an interval."""
    if not cover:
        return None
    present = problem.add_variable(f"present_{name}", 0)
    balance = [(one, share) for one, share in cover] + [(present, -1.0)]
    problem.addConstraint(pulp.LpAffineExpression(balance) == 0, f"present_{name}")
    return present
