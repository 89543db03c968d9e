r"""The master programme: which schedules, in what shares, at the least cost.

With :math:`x_{ek} \ge 0` the share of employee e's k-th schedule found so far, of cost
:math:`c_{ek}` by wishes, and :math:`u, o` those missing and beyond by day d and shift s:

.. math::

    \min \sum c_{ek} x_{ek} + \sum (p_{ds} u_{ds} + q_{ds} o_{ds}), \quad
    \sum_{ek} a_{ekds} x_{ek} + u_{ds} - o_{ds} = r_{ds}, \quad \sum_k x_{ek} + v_e = 1

v is dearer than any schedule; so are strangers who could fill any cell and keep the programme
feasible when a search tree bounds u. Two kinds of sums, :math:`U_d = \sum_s u_{ds}` and
:math:`U = \sum_d U_d`, have columns of their own, so that a search tree can bound them: to say that
in all whole numbers are missing changes no employee's programme and moves the bound most.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.instances.kernel import OFF
from optimizer.instances.people import Arrays, Floats, Ints
from optimizer.live_programme import LiveProgramme
from optimizer.solver import Cancellation

WORTHWHILE = 1e-6
"""By which a schedule must lower the cost to be added."""


@dataclass(frozen=True)
class Decision:
    """A branch of the tree.

    Parameters
    ----------
    place
        Of a column of the master programme that gets another bound; below 0 when the branch is
        about who works when.
    value
        The bound.
    is_least
        Whether it is the lower one; of a duty, whether it must be.
    duty
        Employee, day and shift (`OFF` for a day off).
    """

    place: int
    value: float
    is_least: bool
    duty: tuple[int, int, int] = (-1, -1, -1)


@dataclass(frozen=True)
class Solution:
    """What the master programme came to.

    Parameters
    ----------
    objective
        Its cost.
    prices
        By day and shift: what one more at work saves.
    wages
        By employee: the price of their one schedule.
    fixed
        Of the columns that are not schedules, their values.
    shares
        Of the schedules.
    """

    objective: float
    prices: Floats
    wages: Floats
    fixed: Floats
    shares: Floats


class Master:
    """The programme as it grows."""

    def __init__(self, arrays: Arrays, seed: int, cancel: Cancellation | None) -> None:
        self._arrays = arrays
        cells, days, people = arrays.required.size, arrays.days, arrays.people
        self._cells = cells
        self.over = cells
        self.by_day = 2 * cells
        self.total = self.by_day + days
        self.nobody = self.total + 1
        self.schedules_from = self.nobody + people + cells
        dearest = arrays.under.max(initial=0) + arrays.over.max(initial=0)
        dearest += np.abs(arrays.wishes).max(initial=0)
        self._sides = np.concatenate(
            [arrays.required.ravel().astype(float), np.ones(people), np.zeros(days + 1)]
        )
        self._programme = LiveProgramme(self._sides, seed, cancel)
        self._add_fixed(1.0 + 2 * float(dearest) * days)
        self.who = np.empty(0, dtype=np.int64)
        self.work = np.empty((0, days), dtype=np.int64)
        self.costs = np.empty(0)
        self._known: set[bytes] = set()
        self._is_bounded = False

    def _add_fixed(self, dear: float) -> None:
        """Add those missing and beyond, their sums, nobody's schedule and strangers."""
        arrays, cells = self._arrays, self._cells
        days, people = arrays.days, arrays.people
        day_rows = cells + people + np.arange(days)
        day_of_cell = np.repeat(np.arange(days), arrays.shifts)
        total = cells + people + days
        missing = np.stack([np.arange(cells), day_rows[day_of_cell]], axis=1)
        by_day = np.stack([day_rows, np.full(days, total)], axis=1)
        rows = np.concatenate(
            [
                *(missing.ravel(), np.arange(cells), by_day.ravel(), np.array([total])),
                *(cells + np.arange(people), np.arange(cells)),
            ]
        )
        of_days = np.tile([-1.0, 1.0], days)
        entries = np.concatenate(
            [np.ones(2 * cells), -np.ones(cells), of_days, [-1.0], np.ones(people + cells)]
        )
        sizes = np.concatenate(
            [np.full(cells, 2), np.ones(cells), np.full(days, 2), np.ones(1 + people + cells)]
        ).astype(np.int64)
        costs = [arrays.under.ravel(), arrays.over.ravel(), np.zeros(days + 1)]
        costs.append(np.full(people + cells, dear))
        self._programme.add_columns(
            np.concatenate(costs),
            (np.cumsum(sizes) - sizes).astype(np.int32),
            rows.astype(np.int32),
            entries,
        )

    def add(self, people: list[int], schedules: list[Ints]) -> int:
        """Add schedules that are not yet known; return how many they were."""
        arrays = self._arrays
        fresh = []
        for person, schedule in zip(people, schedules, strict=True):
            key = person.to_bytes(4, "big") + schedule.astype(np.int16).tobytes()
            if key not in self._known:
                self._known.add(key)
                fresh.append((person, schedule))
        if not fresh:
            return 0
        costs: list[float] = []
        begins: list[int] = []
        rows: list[int] = []
        for person, schedule in fresh:
            days = np.flatnonzero(schedule != OFF)
            begins.append(len(rows))
            rows += (days * arrays.shifts + schedule[days]).tolist()
            rows.append(self._cells + person)
            costs.append(arrays.wish_cost(person, schedule))
        self._programme.add_columns(
            np.array(costs),
            np.array(begins, dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.ones(len(rows)),
        )
        self.costs = np.append(self.costs, costs)
        self.who = np.append(self.who, [person for person, _ in fresh])
        self.work = np.vstack([self.work, *(schedule for _, schedule in fresh)])
        return len(fresh)

    def reduced_costs(self, prices: Floats, columns: Ints) -> Floats:
        """Return what schedules cost less what they earn at prices of duties."""
        with_off = np.hstack([prices, np.zeros((len(prices), 1))])
        earned: Floats = with_off[np.arange(len(prices)), self.work[columns]].sum(axis=1)
        return self.costs[columns] - earned

    def bound(self, decisions: tuple[Decision, ...]) -> None:
        """Let only these decisions hold."""
        if not decisions and not self._is_bounded:
            return
        self._is_bounded = bool(decisions)
        count = self.schedules_from + len(self.who)
        lower, upper = np.zeros(count), np.full(count, np.inf)
        for each in decisions:
            if each.place < 0:
                person, day, shift = each.duty
                differs = (self.work[:, day] == shift) != each.is_least
                upper[self.schedules_from :][(self.who == person) & differs] = 0.0
            elif each.is_least:
                lower[each.place] = max(lower[each.place], each.value)
            else:
                upper[each.place] = min(upper[each.place], each.value)
        self._programme.change_bounds(self._sides, 0, lower, upper)

    def solve(self, seconds: float) -> Solution | None:
        """Find the least cost; None when time or patience ended before."""
        answer = self._programme.solve(seconds)
        if answer is None:
            return None
        cells, people = self._cells, self._arrays.people
        return Solution(
            answer.objective,
            answer.prices[:cells].reshape(self._arrays.required.shape),
            answer.prices[cells : cells + people],
            answer.values[: self.schedules_from],
            answer.values[self.schedules_from :],
        )
