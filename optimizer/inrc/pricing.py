r"""The cheapest rows of days for employees of one contract at given prices, by dynamic programming.

With the contract's automaton (`optimizer.inrc.automaton`), prices :math:`v_{eds}` of employee e
working shift s on day d (nothing for a day off) and n shifts so far,

.. math::

    V_{d+1}(q', n + [s \ne \text{free}]) = \min_{(q, s) \to q'} V_d(q, n) + w(q, s) + v_{eds}

over all moves into q'; shifts beyond what the contract counts stay in the last place of n and pay
there. Employees are the last axis, so that one pass serves all of them.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.inrc.automaton import Automaton, Floats, Ints, Moves, count_price
from optimizer.inrc.instance import FREE

FORBIDDEN = 1e9
"""A price that no row of use pays."""


@dataclass(frozen=True)
class Rows:
    """Rows of days found for employees.

    Parameters
    ----------
    employees
        Whose row it is, as the prices number them.
    shifts
        A row each: the number of the shift type by day, FREE on a day off.
    costs
        What the contract asks, the prices added.
    """

    employees: Ints
    shifts: Ints
    costs: Floats


class Pricing:
    """The programme of one contract."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton
        fewest, most = automaton.fewest, automaton.most
        days = len(automaton.days)
        far = max(fewest.value if fewest else 0, most.value if most else 0)
        self._places = min(days, far) + 1
        self._over = float(most.weight) if most is not None and far < days else 0.0
        self._inward = [(_Inward.of(day.work), _Inward.of(day.off)) for day in automaton.days]
        self._ends = np.array([count_price(n, fewest, most) for n in range(self._places)])

    def cheapest(self, prices: Floats, spread: int = 1) -> tuple[Floats, Rows]:
        """Find the cheapest row of every employee, and rows near it.

        Parameters
        ----------
        prices
            By employee, day and shift type.
        spread
            Rows per employee at most: the cheapest, then the cheapest with other numbers of shifts.

        Returns
        -------
        tuple
            The cost of each employee's cheapest row, and the rows.
        """
        by_day = np.ascontiguousarray(prices.transpose(1, 2, 0))
        values = self._forward(by_day)
        last = values[-1] + self._ends[None, :, None]
        states = last.argmin(axis=0)
        by_count = last.min(axis=0)
        best = by_count.min(axis=0)
        order = np.argsort(by_count, axis=0, kind="stable")[:spread]
        employees, counts = [], []
        for rank in range(len(order)):
            is_useful = by_count[order[rank], np.arange(len(best))] < FORBIDDEN / 2
            employees.extend(np.flatnonzero(is_useful).tolist())
            counts.extend(order[rank][is_useful].tolist())
        who, count = np.array(employees, dtype=np.int64), np.array(counts, dtype=np.int64)
        shifts = self._back(values, by_day, who, count, states[count, who])
        return best, Rows(who, shifts, by_count[count, who])

    def _forward(self, by_day: Floats) -> list[Floats]:
        employees = by_day.shape[2]
        value = np.full((1, self._places, employees), np.inf)
        value[0, 0, :] = self.automaton.start
        values = [value]
        for day, price in zip(self.automaton.days, by_day, strict=True):
            reached = [
                self._one_more(_step(value, day.work, price[day.work.shifts]))
                if len(day.work.begins)
                else None,
                _step(value, day.off, None) if len(day.off.begins) else None,
            ]
            value = np.concatenate([part for part in reached if part is not None])
            values.append(value)
        return values

    def _one_more(self, worked: Floats) -> Floats:
        """Move from n shifts to n + 1; the last place keeps what is beyond it."""
        moved = np.empty_like(worked)
        moved[:, 0] = np.inf
        moved[:, 1:] = worked[:, :-1]
        np.minimum(moved[:, -1], worked[:, -1] + self._over, out=moved[:, -1])
        return moved

    def _back(
        self, values: list[Floats], by_day: Floats, who: Ints, count: Ints, state: Ints
    ) -> Ints:
        """Follow the cheapest moves back from the last day, all rows at once."""
        shifts = np.full((len(who), len(by_day)), FREE)
        count, state = count.copy(), state.copy()
        for number in range(len(by_day) - 1, -1, -1):
            value, (work, off) = values[number], self._inward[number]
            worked = np.flatnonzero(state < len(work.moves))
            free = np.flatnonzero(state >= len(work.moves))
            if len(free):
                at = off.moves[state[free] - len(work.moves)]
                paid = value[off.origins[at], count[free, None], who[free, None]] + off.prices[at]
                state[free] = off.origins[at][np.arange(len(free)), paid.argmin(axis=1)]
            if len(worked):
                self._back_work(
                    value, by_day[number], work, worked, who, count, state, shifts[:, number]
                )
        return shifts

    def _back_work(
        self,
        value: Floats,
        price: Floats,
        work: "_Inward",
        worked: Ints,
        who: Ints,
        count: Ints,
        state: Ints,
        shifts: Ints,
    ) -> None:
        """Step back over a day of work: from one shift fewer, or from the last place of n."""
        at = work.moves[state[worked]]
        origins, kinds = work.origins[at], work.kinds[at]
        place, person = count[worked, None], who[worked, None]
        paid = work.prices[at] + price[kinds, person]
        fewer = np.where(place > 0, value[origins, np.maximum(place - 1, 0), person] + paid, np.inf)
        stays = value[origins, place, person] + paid + self._over
        stays[place[:, 0] < self._places - 1] = np.inf
        both = np.concatenate([fewer, stays], axis=1)
        best = both.argmin(axis=1)
        is_fewer = best < at.shape[1]
        column = np.where(is_fewer, best, best - at.shape[1])
        line = np.arange(len(worked))
        state[worked], shifts[worked] = origins[line, column], kinds[line, column]
        count[worked] -= is_fewer


@dataclass(frozen=True)
class _Inward:
    """The moves into each state, a row per state; a row that is short repeats its first move."""

    moves: Ints
    origins: Ints
    kinds: Ints
    prices: Floats

    @classmethod
    def of(cls, moves: Moves) -> "_Inward":
        sizes = np.diff(moves.begins, append=len(moves.origins))
        steps = np.arange(sizes.max(initial=1))
        table = moves.begins[:, None] + np.where(steps < sizes[:, None], steps, 0)
        return cls(table, moves.origins, moves.shifts, moves.prices)


def _step(value: Floats, moves: Moves, price: Floats | None) -> Floats:
    """Return the least value in each state that the moves lead into."""
    paid = value[moves.origins] + moves.prices[:, None, None]
    if price is not None:
        paid += price[:, None, :]
    return np.minimum.reduceat(paid, moves.begins, axis=0)
