"""Dealing some days of everybody's rows anew, cover unchanged, under noise that fades.

For some days, what all employees work on them is taken as hands of cards; which employee takes
which hand at the least cost in all is an assignment problem, solved exactly. Noise added to the
costs lets rosters get dearer for a while; it fades over the deals of a run, as in annealing
(Kirkpatrick et al. 1983, doi:10.1126/science.220.4598.671).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from optimizer.inrc.automaton import Floats, Ints
from optimizer.inrc.paths import Paths

LONGEST = 14
"""Days in a row that are dealt together at most."""
TIES = 1e-3
"""Noise that only chooses among deals of the same cost."""


class Exchange:
    """Deals among the employees of a ward."""

    def __init__(self, paths: Paths, kinds: Ints, rng: np.random.Generator) -> None:
        self._paths, self._kinds, self._rng = paths, kinds, rng

    def run(
        self,
        rows: Ints,
        deals: int,
        warmth: float,
        goal: float,
        spent: Callable[[], float],
    ) -> tuple[Ints, Floats]:
        """Deal again and again, and return the cheapest rows met, with what each costs.

        Parameters
        ----------
        rows
            By employee and day.
        deals
            How many; the noise fades over them.
        warmth
            The scale of the noise at first.
        goal
            Cost at which to stop.
        spent
            Share of the time that is left for the run; asked before each deal. The noise fades
            with it where time ends before the deals do, and the run ends at 1.
        """
        from scipy.optimize import linear_sum_assignment

        rows = rows.copy()
        best, costs = rows.copy(), self._paths.costs(self._kinds, rows)
        for deal in range(deals):
            done = max(deal / deals, spent())
            if costs.sum() <= goal or done >= 1.0:
                break
            is_dealt = self._days(rows.shape[1])
            priced = self._paths.dealt(self._kinds, rows, is_dealt)
            noise = TIES * self._rng.random(priced.shape)
            if warmth:
                noise += warmth * (1 - done) * self._rng.gumbel(size=priced.shape)
            takers, givers = linear_sum_assignment(priced + noise)
            rows[:, is_dealt] = rows[givers][:, is_dealt]
            after = priced[takers, givers]
            if after.sum() < costs.sum():
                best, costs = rows.copy(), after
        return best, costs

    def _days(self, days: int) -> npt.NDArray[np.bool_]:
        """Choose the days of a deal: some in a row, two stretches, or here and there."""
        chosen = np.zeros(days, dtype=np.bool_)
        form = self._rng.random()
        if form < 0.8:
            for _ in range(1 if form < 0.6 else 2):
                length = int(self._rng.integers(1, min(LONGEST, days) + 1))
                first = int(self._rng.integers(0, days - length + 1))
                chosen[first : first + length] ^= True
            return chosen
        return self._rng.random(days) < self._rng.uniform(0.05, 0.5)
