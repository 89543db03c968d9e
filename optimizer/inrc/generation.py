r"""Column generation: the least cost of a roster whose people may share rows, and a bound.

With :math:`x_{kt} \ge 0` employees of kind k on row t, :math:`n_k` of the kind, :math:`a_{tds}` one
where the row works shift s on day d, and :math:`u, o` missing or too many at the price p,

.. math::

    \min \sum_{kt} c_{kt} x_{kt} + p (u + o), \quad
    \sum_{kt} a_{tds} x_{kt} + u_{ds} - o_{ds} = d_{ds}, \quad \sum_t x_{kt} = n_k

over the rows found so far. For any prices :math:`\pi` of the cover within ±p, no roster costs less
than :math:`\pi d + \sum_k n_k \min_t (c_{kt} - \pi a_t)`, and the minima are what the pricing finds
(Dantzig and Wolfe 1960, doi:10.1287/opre.8.1.101). Prices are drawn towards those of the best
bound, which shortens the tail (Wentges 1997, doi:10.1016/S0969-6016(97)00001-4).
"""

import time
from dataclasses import dataclass

import numpy as np

from optimizer.inrc.automaton import Floats, Ints
from optimizer.inrc.instance import FREE
from optimizer.inrc.pricing import FORBIDDEN, Rows
from optimizer.inrc.ward import Ward
from optimizer.live_programme import LinearAnswer, LiveProgramme
from optimizer.solver import Cancellation

DRAWN = 0.6
"""Share of the best bound's prices in those that rows are looked for at."""
WORTHWHILE = 1e-6
"""By which a row must lower the cost to be added."""
SPREAD = 3
"""Rows of different numbers of shifts that are added of an employee at a time."""


class Pool:
    """Rows found so far, and whose they are."""

    def __init__(self, days: int) -> None:
        self._known: dict[tuple[int, bytes], int] = {}
        self._kinds = np.zeros(1024, dtype=np.int64)
        self._rows = np.zeros((1024, days), dtype=np.int64)
        self._costs = np.zeros(1024)

    def add(self, kind: int, row: Ints, cost: float) -> int:
        """Keep a row of an employee of a kind and what it costs, and return its number."""
        key = kind, row.tobytes()
        number = self._known.setdefault(key, len(self._known))
        if number == len(self._costs):
            self._kinds, self._rows, self._costs = (
                np.concatenate([part, np.zeros_like(part)])
                for part in (self._kinds, self._rows, self._costs)
            )
        self._kinds[number], self._rows[number], self._costs[number] = kind, row, cost
        return number

    @property
    def kinds(self) -> Ints:
        """Whose each row is."""
        return self._kinds[: len(self._known)]

    @property
    def rows(self) -> Ints:
        """All rows: the number of the shift type by day, FREE on a day off."""
        return self._rows[: len(self._known)]

    @property
    def costs(self) -> Floats:
        """What each row costs."""
        return self._costs[: len(self._known)]


@dataclass(frozen=True)
class Relaxed:
    """What column generation came to.

    Parameters
    ----------
    objective
        Of the last programme.
    bound
        No roster costs less.
    prices
        By day and shift type: those of the bound.
    numbers, shares
        Rows of the pool in the programme, and how many employees are on each.
    misplaced
        How many employees the shares leave missing or too many.
    """

    objective: float
    bound: float
    prices: Floats
    numbers: Ints
    shares: Floats
    misplaced: float


class Generation:
    """Column generation for some of the people and some of the cover.

    Parameters
    ----------
    ward, pool
        Who is alike and what shifts cost, and the rows found so far.
    sizes
        How many people of each kind take part.
    demand
        Employees to be on each shift, by day and shift type; on the others nobody works.
    penalty
        For each employee missing or too many.
    seed, cancel
        As for `optimizer.live_programme.LiveProgramme`.
    """

    def __init__(
        self,
        ward: Ward,
        pool: Pool,
        sizes: Ints,
        demand: Ints,
        penalty: float,
        seed: int = 1,
        cancel: Cancellation | None = None,
    ) -> None:
        self._ward, self._pool, self._penalty = ward, pool, penalty
        self._kinds = np.flatnonzero(sizes)
        self._sizes = sizes[self._kinds].astype(np.float64)
        self._row_of_kind = np.full(len(sizes), -1)
        self._cells = np.argwhere(demand > 0)
        self._demand = demand
        count = len(self._cells)
        self._row_of_kind[self._kinds] = count + np.arange(len(self._kinds))
        self._row_of_cell = np.full(demand.shape, -1)
        self._row_of_cell[self._cells[:, 0], self._cells[:, 1]] = np.arange(count)
        self._sides = np.concatenate([demand[demand > 0].astype(np.float64), self._sizes])
        self._programme = LiveProgramme(self._sides, seed, cancel)
        slack_rows = np.concatenate([np.arange(count), np.arange(count)]).astype(np.int32)
        signs = np.repeat([1.0, -1.0], count)
        begins = np.arange(2 * count, dtype=np.int32)
        self._programme.add_columns(np.full(2 * count, penalty), begins, slack_rows, signs)
        self._slacks = 2 * count
        self._numbers: list[int] = []
        self._in_use: set[int] = set()
        self._prices = self._ward.prices[self._kinds].copy()
        self._prices[:, demand == 0] = FORBIDDEN
        self._by_pricing: dict[int, list[int]] = {}
        for place, kind in enumerate(self._kinds):
            self._by_pricing.setdefault(id(ward.pricing_of[kind]), []).append(place)
        idle = np.full(len(demand), FREE)
        costs = [float(ward.idle_cost(int(kind))) for kind in self._kinds]
        self._add([pool.add(int(k), idle, c) for k, c in zip(self._kinds, costs, strict=True)])

    def start(self, numbers: Ints) -> None:
        """Begin with those rows of the pool that fit the cover."""
        days = np.arange(len(self._demand))
        is_open = np.concatenate([self._demand > 0, np.ones((len(days), 1), dtype=bool)], axis=1)
        fits = is_open[days, self._pool.rows[numbers]].all(axis=1)
        fits &= self._row_of_kind[self._pool.kinds[numbers]] >= 0
        self._add(numbers[fits].tolist())

    def run(self, deadline: float, goal: float = np.inf, near: float = 0.0) -> Relaxed | None:
        """Generate until no row lowers the cost or time is over; None when nothing was solved.

        Parameters
        ----------
        goal
            Stop once the bound, rounded up, reaches it: nothing cheaper is there.
        near
            Stop once the bound is so near, where what is there is cheaper than the goal.
        """
        bound, kept, last = -np.inf, None, None
        drawn = DRAWN
        while True:
            answer = self._programme.solve(deadline - time.perf_counter())
            if answer is None:
                break
            last = answer
            exact = self._cell_prices(answer.prices)
            prices = exact if kept is None else drawn * kept + (1 - drawn) * exact
            lows, found = self._price(prices)
            at_prices = float((prices * self._demand).sum() + lows @ self._sizes)
            if at_prices > bound:
                bound, kept = at_prices, prices
            fresh = self._worthwhile(found, exact, answer.prices)
            if np.ceil(bound - WORTHWHILE) >= min(goal, answer.objective - WORTHWHILE):
                break
            if answer.objective <= min(goal - 1, bound + near) + WORTHWHILE:
                break
            if not fresh and drawn == 0.0:
                break
            drawn = DRAWN if fresh else 0.0
            self._add(fresh)
        if last is None or kept is None:
            return None
        return self._relaxed(last, bound, kept)

    def _cell_prices(self, prices: Floats) -> Floats:
        table = np.zeros(self._demand.shape)
        count = len(self._cells)
        table[self._cells[:, 0], self._cells[:, 1]] = np.clip(
            prices[:count], -self._penalty, self._penalty
        )
        return table

    def _price(self, prices: Floats) -> tuple[Floats, list[tuple[int, Ints, float]]]:
        """Return the least cost of each kind at these prices, and rows with their own costs."""
        lows = np.zeros(len(self._kinds))
        found: list[tuple[int, Ints, float]] = []
        for places in self._by_pricing.values():
            kinds = self._kinds[places]
            pricing = self._ward.pricing_of[kinds[0]]
            best, rows = pricing.cheapest(self._prices[places] - prices, SPREAD)
            lows[places] = best + self._ward.base[kinds]
            found.extend(self._with_costs(kinds, rows, prices))
        return lows, found

    def _with_costs(self, kinds: Ints, rows: Rows, prices: Floats) -> list[tuple[int, Ints, float]]:
        padded = np.concatenate([prices, np.zeros((len(prices), 1))], axis=1)
        worth = padded[np.arange(len(prices)), rows.shifts].sum(axis=1)
        of = kinds[rows.employees]
        costs = np.rint(rows.costs + worth + self._ward.base[of])
        return [(int(k), row, float(c)) for k, row, c in zip(of, rows.shifts, costs, strict=True)]

    def _worthwhile(
        self, found: list[tuple[int, Ints, float]], exact: Floats, prices: Floats
    ) -> list[int]:
        padded = np.concatenate([exact, np.zeros((len(exact), 1))], axis=1)
        days = np.arange(len(exact))
        fresh = []
        for kind, row, cost in found:
            reduced = cost - padded[days, row].sum() - prices[self._row_of_kind[kind]]
            if reduced < -WORTHWHILE:
                number = self._pool.add(kind, row, cost)
                if number not in self._in_use:
                    fresh.append(number)
        return fresh

    def _add(self, numbers: list[int]) -> None:
        numbers = [number for number in dict.fromkeys(numbers) if number not in self._in_use]
        if not numbers:
            return
        begins: list[int] = []
        rows: list[int] = []
        for number in numbers:
            row = self._pool.rows[number]
            worked = np.flatnonzero(row != FREE)
            begins.append(len(rows))
            rows.extend(self._row_of_cell[worked, row[worked]].tolist())
            rows.append(int(self._row_of_kind[self._pool.kinds[number]]))
        self._programme.add_columns(
            np.array([self._pool.costs[number] for number in numbers]),
            np.array(begins, dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.ones(len(rows)),
        )
        self._numbers.extend(numbers)
        self._in_use.update(numbers)

    def _relaxed(self, answer: LinearAnswer, bound: float, prices: Floats) -> Relaxed:
        shares = np.zeros(len(self._numbers))
        values = answer.values[self._slacks :]
        shares[: len(values)] = values  # rows added after the last programme have none
        misplaced = float(answer.values[: self._slacks].sum())
        numbers = np.array(self._numbers, dtype=np.int64)
        return Relaxed(answer.objective, bound, prices, numbers, shares, misplaced)
