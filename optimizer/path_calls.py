r"""Whom a path calls in when calls are for hours and take effect after notice: a linear programme.

A plan has :math:`X_t` primary reps on duty and :math:`Y_t` on standby in interval :math:`t` of
:math:`h` hours, and a path of volume calls for :math:`D_t` reps. Whoever is called in is paid from
the call on, works after a notice of :math:`\nu` intervals, and stays for at least :math:`B` from
the call on. :math:`z_t` begin in interval :math:`t` a stay of at least
:math:`M = \max(B, \lceil \nu \rceil)` intervals, since going before work has begun never pays;
:math:`e_t` stay on for one more.

Notice cuts an interval in two parts :math:`k`: the share :math:`w_1 = \nu - \lfloor \nu \rfloor` at
its beginning is served by who was called :math:`l_1 = \lfloor \nu \rfloor + 1` intervals before or
earlier, the rest :math:`w_2 = 1 - w_1` by who was called :math:`l_2 = \lfloor \nu \rfloor` before.
With :math:`A_t` activated and :math:`H_{kt}` short,

.. math::

    \min\; h \sum_t \Bigl( a A_t + \pi \sum_k w_k H_{kt} \Bigr), \quad
    & A_t = \sum_{s=t-M+1}^{t} z_s + e_t \le Y_t, \\
    & e_t \le z_{t-M} + e_{t-1}, \\
    & \sum_{s=t-M+1}^{t-l_k} z_s + e_t + H_{kt} \ge D_t - X_t .

Parts are served one by one: who comes late cannot make up for the time before. In terms of all who
were called and all who have gone by :math:`t`, each row is a difference of two, as in the dual of a
network: whole lacks have whole answers without asking. With :math:`B = 1` and no notice each
interval stands alone and :math:`A = \min((D - X)^+, Y)`.

Two things make it cheaper than life: the whole path is known when somebody is called in, so that
the need for them may be foreseen, for the price of intervals in which they do not work yet; and a
stay may pass from one person on standby to the next at a change of shifts, who then needs no
notice. Calls begin with an interval, and none before the first.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast.days import Floats
from optimizer.live_programme import LiveProgramme
from optimizer.tier_prices import TierPrices

if TYPE_CHECKING:
    from scipy import sparse

PATIENCE_SECONDS = 600.0
"""For one path, which takes a thousandth of a second or two."""

TINY = 1e-9


@dataclass(frozen=True)
class Part:
    """A part of every interval.

    Parameters
    ----------
    share
        Of the interval.
    lag
        Who serves it was called so many intervals before, or earlier.
    """

    share: float
    lag: int


def parts(notice_intervals: float) -> tuple[Part, ...]:
    """Return the parts of an interval that notice tells apart, the earliest first.

    Examples
    --------
    >>> parts(0), parts(0.25)
    ((Part(share=1.0, lag=0),), (Part(share=0.25, lag=1), Part(share=0.75, lag=0)))
    """
    whole = math.floor(notice_intervals + TINY)
    begun = notice_intervals - whole
    if begun <= TINY:
        return (Part(1.0, whole),)
    return Part(begun, whole + 1), Part(1.0 - begun, whole)


@dataclass(frozen=True)
class Answer:
    """Who is called in on a path, and what it is worth.

    Parameters
    ----------
    activated, short
        Reps, by interval.
    lacking, ready
        By interval, in wages an hour: by how much the cost grows at most with one rep more who is
        lacking, and falls at most with one more on standby. With these prices it is, for any reps
        and standby, at least that of all who are lacking less that of all on standby.
    """

    activated: Floats
    short: Floats
    lacking: Floats
    ready: Floats


class PathCalls:
    """Whom to call in: a programme that paths take turns in.

    Parameters
    ----------
    intervals
        How many.
    block_intervals, notice_intervals
        As in `optimizer.recourse.recourse_cost`.
    prices
        Of activation and shortage.
    """

    def __init__(
        self, intervals: int, block_intervals: int, notice_intervals: float, prices: TierPrices
    ) -> None:
        self._parts = parts(notice_intervals)
        self._least = max(block_intervals, self._parts[0].lag)
        self._intervals, self._prices = intervals, prices
        self._starts = max(intervals - self._least + 1, 0)
        self._later = max(intervals - self._least, 0)
        self._programme = self._built()
        self._ends: dict[int | None, Any] = {}

    def answer(self, beyond: Floats, standby: Floats, path: int | None = None) -> Answer:
        """Call in at least cost on a path.

        Parameters
        ----------
        beyond
            Reps called for beyond primary, below 0 where primary are more, by interval.
        standby
            Reps on standby, by interval.
        path
            A number, where the path comes again: it is then solved from where it ended.
        """
        if path in self._ends:
            self._programme.go_on_from(self._ends[path])
        nothing = np.empty(0)
        sides = [standby, np.zeros(self._later), *(beyond for _ in self._parts)]
        self._programme.change_bounds(np.concatenate(sides), 0, nothing, nothing)
        answer = self._programme.solve(PATIENCE_SECONDS)
        if answer is None:
            raise ValueError(f"A path was not solved in {PATIENCE_SECONDS:g} seconds.")
        if path is not None:
            self._ends[path] = self._programme.basis
        whole, staying = np.maximum(answer.values, 0.0), self._starts + self._later
        stays, stays_on = whole[: self._starts], whole[self._starts : staying]
        short, lacking = np.zeros(self._intervals), np.zeros(self._intervals)
        worth = answer.prices[self._intervals + self._later :].reshape(len(self._parts), -1)
        for part, price in zip(self._parts, worth, strict=True):
            serving = self._present(stays, stays_on, part.lag)
            short += part.share * np.maximum(beyond - serving, 0.0)
            lacking += np.clip(price, 0.0, part.share * self._prices.shortage)
        ready = np.maximum(-answer.prices[: self._intervals], 0.0)
        return Answer(self._present(stays, stays_on, 0), short, lacking, ready)

    def _present(self, stays: Floats, stays_on: Floats, lag: int) -> Floats:
        """Return who was called at least so many intervals before each."""
        calls = np.zeros(self._intervals)
        calls[: len(stays)] = stays
        begun = np.concatenate([[0.0], np.cumsum(calls)])
        after = np.arange(1, self._intervals + 1)
        earlier = begun[np.maximum(after - self._least, 0)]
        present: Floats = begun[np.maximum(after - lag, 0)] - earlier
        present[self._intervals - self._later :] += stays_on
        return present

    def _built(self) -> LiveProgramme:
        """Put rows of standby, of staying on and of each part together, as equations."""
        from scipy import sparse

        count, staying = self._intervals, self._later
        stays_on = _ones(count, staying, count - staying)
        rows = [
            [self._serving(0), stays_on],
            [-_ones(staying, self._starts), _ones(staying, staying) - _ones(staying, staying, 1)],
            *([self._serving(part.lag), stays_on] for part in self._parts),
        ]
        calls = sparse.block_array(rows)
        upper, every = count + staying, calls.shape[0]
        short = _ones(every, every - upper, upper)
        apart = sparse.diags_array(np.where(np.arange(every) < upper, 1.0, -1.0))
        matrix = sparse.hstack([calls, short, apart], format="csc")
        missing = np.repeat([part.share * self._prices.shortage for part in self._parts], count)
        activated = self._prices.activation
        stay = np.full(self._starts, activated * self._least)
        programme = LiveProgramme(np.zeros(every), seed=1)
        programme.add_columns(
            np.concatenate([stay, np.full(staying, activated), missing, np.zeros(every)]),
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data,
        )
        return programme

    def _serving(self, lag: int) -> "sparse.coo_array":
        """Return in which intervals the first of a stay serve who were called so long before."""
        from scipy import sparse

        begun = np.arange(self._starts)
        serves = begun[:, None] + np.arange(lag, self._least)[None]
        stay = np.repeat(begun, self._least - lag)
        return sparse.coo_array(
            (np.ones(len(stay)), (serves.ravel(), stay)), shape=(self._intervals, self._starts)
        )


def _ones(rows: int, columns: int, down: int = 0) -> "sparse.coo_array":
    """Return a matrix with a one in each column, the first so many rows down, as far as they go."""
    from scipy import sparse

    column = np.arange(max(min(columns, rows - down), 0))
    return sparse.coo_array((np.ones(len(column)), (column + down, column)), shape=(rows, columns))
