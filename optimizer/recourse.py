r"""Who is called in once the volume is seen, when a call is for a block of hours.

A plan has :math:`w_t` primary reps on duty and :math:`Y_t` on standby in interval :math:`t` of
:math:`h` hours. A path of volume calls for :math:`D_t` reps, so :math:`L_t = (D_t - w_t)^+` are
lacking. Whoever is called in works at least :math:`B` intervals in a row: any stay is a chain of
blocks :math:`b` of :math:`B` up to :math:`2B - 1` intervals, taken :math:`z_b \ge 0` times,

.. math::

    \min\; h \sum_t \bigl( a A_t + \pi H_t \bigr), \quad
    A_t = \sum_{b \ni t} z_b \le Y_t, \quad A_t + H_t \ge L_t,

with :math:`A_t` activated and :math:`H_t` short. Blocks cover intervals in a row, so the matrix is
totally unimodular, and whole lacks have whole answers without asking. With :math:`B = 1` each
interval stands alone and :math:`A = \min(L, Y)`.

Two things make it cheaper than life: the whole path is known when somebody is called in, and a
block may pass from one person on standby to the next at a change of shifts.
"""

from dataclasses import dataclass

import numpy as np

from forecast.days import Floats, Integers
from optimizer.live_programme import LiveProgramme
from optimizer.tier_prices import TierPrices

PATIENCE_SECONDS = 600.0
"""For one path, which takes a thousandth of a second."""


@dataclass(frozen=True)
class Recourse:
    """What paths of volume lead to, beyond the shifts themselves.

    Parameters
    ----------
    activated, short
        Reps called in and reps missing, paths by intervals; fractions where a share of primary is
        lost to shrinkage.
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

    Raises
    ------
    ValueError
        When a block is shorter than an interval.

    Examples
    --------
    >>> prices = TierPrices(0.0, 0.3, 1.4, 6.0, 0.5)
    >>> path = np.array([[4, 6, 4]])
    >>> at_work, standby = np.full(3, 4.0), np.full(3, 2)
    >>> recourse_cost(path, at_work, standby, prices, 1.0).activated
    array([[0., 2., 0.]])
    >>> recourse_cost(path, at_work, standby, prices, 1.0, block_intervals=2).cost
    array([5.6])
    """
    if block_intervals < 1:
        raise ValueError(f"block_intervals must be at least 1, not {block_intervals}.")
    lack = np.maximum(required - np.asarray(primary_on_duty, dtype=float)[None], 0.0)
    standby = np.asarray(on_call, dtype=float)
    if prices.activation > prices.shortage or not standby.any():
        activated = np.zeros_like(lack)
    elif block_intervals == 1:
        activated = np.minimum(lack, standby[None])
    else:
        activated = _in_blocks(lack, standby, prices, block_intervals)
    short = np.maximum(lack - activated, 0.0)
    cost = interval_hours * (prices.activation * activated + prices.shortage * short).sum(axis=1)
    return Recourse(activated, short, cost)


def blocks(intervals: int, least: int) -> tuple[Integers, Integers]:
    """Return first interval and length of the blocks that make up every stay of a least length.

    Examples
    --------
    >>> first, length = blocks(3, 2)
    >>> first.tolist(), length.tolist()
    ([0, 0, 1], [2, 3, 2])
    """
    length = np.tile(np.arange(least, 2 * least), intervals)
    first = np.repeat(np.arange(intervals), least)
    fits = first + length <= intervals
    return first[fits], length[fits]


def covered_by(first: Integers, length: Integers) -> Integers:
    """Return the intervals that blocks cover, block by block in a row."""
    begins = np.concatenate([[0], np.cumsum(length)[:-1]])
    within = np.arange(int(length.sum())) - np.repeat(begins, length)
    places: Integers = np.repeat(first, length) + within
    return places


class BlockCalls:
    """Whom to call in when whoever comes stays for a block: a programme that paths take turns in.

    Beside the blocks, an interval has a column for what it is short and one for who is activated
    beyond its lack; bounds on these two keep activation within standby.

    Parameters
    ----------
    intervals
        How many.
    least
        The fewest in a row for which somebody is called in.
    prices
        Of activation and shortage.
    """

    def __init__(self, intervals: int, least: int, prices: TierPrices) -> None:
        first, length = blocks(intervals, least)
        self._covers = covered_by(first, length)
        self._block = np.repeat(np.arange(len(first)), length)
        self._count = len(first)
        every, ones = np.arange(intervals), np.ones(intervals)
        sizes = np.concatenate([length, np.ones(2 * intervals, dtype=np.int64)])
        self._programme = LiveProgramme(np.zeros(intervals), seed=1)
        self._programme.add_columns(
            np.concatenate([prices.activation * length, prices.shortage * ones, 0.0 * ones]),
            np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32),
            np.concatenate([self._covers, every, every]).astype(np.int32),
            np.concatenate([np.ones(len(self._covers)), ones, -ones]),
        )

    def answer(self, lack: Floats, standby: Floats) -> tuple[Floats, Floats]:
        """Return who is activated in each interval of a path, and what one more lacking costs."""
        beyond = lack - standby
        lower = np.concatenate([np.maximum(beyond, 0.0), np.zeros(len(lack))])
        upper = np.concatenate([np.full(len(lack), np.inf), np.maximum(-beyond, 0.0)])
        self._programme.change_bounds(lack, self._count, lower, upper)
        answer = self._programme.solve(PATIENCE_SECONDS)
        if answer is None:
            raise ValueError(f"A path was not solved in {PATIENCE_SECONDS:g} seconds.")
        taken = answer.values[self._block]
        activated: Floats = np.bincount(self._covers, taken, len(lack)).astype(float)
        return activated, answer.prices


def _in_blocks(lack: Floats, standby: Floats, prices: TierPrices, least: int) -> Floats:
    """Return whom paths activate."""
    activated = np.zeros_like(lack)
    if least <= len(standby):
        calls = BlockCalls(len(standby), least, prices)
        for path in np.flatnonzero(lack.any(axis=1)):
            activated[path], _ = calls.answer(lack[path], standby)
    return activated
