r"""Who is called in once the volume is seen, path by path, and what that leaves to pay.

The programme is that of `optimizer.path_calls`: calls are for a least number of intervals, and take
effect after a notice. Where each interval stands alone and nobody needs notice, whoever is lacking
is activated as far as somebody is on standby.
"""

from dataclasses import dataclass

import numpy as np

from forecast.days import Floats, Integers
from optimizer.path_calls import PathCalls
from optimizer.tier_prices import TierPrices


@dataclass(frozen=True)
class Recourse:
    """What paths of volume lead to, beyond the shifts themselves.

    Parameters
    ----------
    activated, short
        Reps called in, from the call on, and reps missing, paths by intervals; fractions where a
        share of primary is lost to shrinkage, or somebody is missing for part of an interval.
    cost
        Of each path: activations and shortage, in wages.
    """

    activated: Floats
    short: Floats
    cost: Floats


def recourse_cost(
    required: Integers,
    primary_on_duty: Floats,
    on_call: Integers,
    prices: TierPrices,
    interval_hours: float,
    block_intervals: int = 1,
    notice_intervals: float = 0.0,
) -> Recourse:
    """Call in whom it pays to call in, path by path, at least cost.

    Parameters
    ----------
    required
        Reps on duty that each interval calls for, paths by intervals.
    primary_on_duty
        Primary reps of each interval after shrinkage.
    on_call
        Reps on standby in each interval.
    prices
        Of activation and shortage.
    interval_hours
        Length of an interval.
    block_intervals
        The fewest intervals in a row for which somebody is called in.
    notice_intervals
        From the call until the rep works.

    Raises
    ------
    ValueError
        When a block is shorter than an interval, or the notice below 0.

    Examples
    --------
    >>> prices = TierPrices(0.0, 0.3, 1.4, 6.0, 0.5)
    >>> path = np.array([[4, 6, 4]])
    >>> at_work, standby = np.full(3, 4.0), np.full(3, 2)
    >>> recourse_cost(path, at_work, standby, prices, 1.0).activated
    array([[0., 2., 0.]])
    >>> recourse_cost(path, at_work, standby, prices, 1.0, block_intervals=2).cost
    array([5.6])
    >>> recourse_cost(path, at_work, standby, prices, 1.0, notice_intervals=0.1).short
    array([[0. , 0.2, 0. ]])
    """
    if block_intervals < 1:
        raise ValueError(f"block_intervals must be at least 1, not {block_intervals}.")
    if not notice_intervals >= 0:
        raise ValueError(f"notice_intervals must be at least 0, not {notice_intervals}.")
    beyond = required - np.asarray(primary_on_duty, dtype=float)[None]
    standby = np.asarray(on_call, dtype=float)
    short = np.maximum(beyond, 0.0)
    if prices.activation > prices.shortage or not standby.any():
        activated = np.zeros_like(short)
    elif block_intervals == 1 and notice_intervals == 0:
        activated = np.minimum(short, standby[None])
        short = short - activated
    else:
        activated = np.zeros_like(short)
        calls = PathCalls(len(standby), block_intervals, notice_intervals, prices)
        for path in np.flatnonzero((beyond > 0).any(axis=1)):
            met = calls.answer(beyond[path], standby)
            activated[path], short[path] = met.activated, met.short
    cost = interval_hours * (prices.activation * activated + prices.shortage * short).sum(axis=1)
    return Recourse(activated, short, cost)
