"""From an instance of the competition to a roster and what is proven about it.

1. Everybody in turn takes the best row beside the others: a first roster within a second or so.
2. Column generation gives the bound (`optimizer.inrc.generation`); all prices are whole numbers, so
   it is rounded up.
3. A dive into the relaxation gives rows to everybody (`optimizer.inrc.search`). Then days are dealt
   anew among everybody (`optimizer.inrc.exchange`), in turn with dives for a few, more of them the
   longer nothing is found.

The best roster so far is kept throughout, so that time limit and cancellation return it. Cover is
the competition's hard constraint; where it cannot be met, the roster with the fewest employees
missing or too many is looked for first.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.inrc.automaton import Ints
from optimizer.inrc.generation import WORTHWHILE
from optimizer.inrc.instance import Instance, Limit
from optimizer.inrc.search import Search
from optimizer.inrc.ward import ward_of
from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of

QUICK = 2000
"""Deals without noise that make the first roster presentable."""
DEALS = 16_000
"""Deals of the first turn; every turn has twice as many as the one before."""
WARMTH = 0.25
"""Noise of the deals, in mean weights of the instance; every second turn has half of it."""
SMALLEST = 4
"""People in the first dives for some."""
PATIENCE = 2
"""Dives without a better roster after which days are dealt again, and then more people taken."""
GROWTH = 1.4
"""By how much more."""
STRICTER = 30.0
"""By how much the price of a misplaced employee exceeds the highest price of the instance, and is
raised as long as that leaves somebody misplaced."""
RAISES = 2


@dataclass(frozen=True)
class Solved:
    """A roster and what is proven about it.

    Parameters
    ----------
    rows
        By employee and day: the number of the shift type, FREE on a day off.
    misplaced
        Employees missing from shifts, or too many on them; with any, nothing is proven.
    """

    rows: Ints
    misplaced: int
    report: SolveReport


def solve(
    instance: Instance,
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solved:
    """Find a roster of little cost and say how little a roster could cost.

    Parameters
    ----------
    settings
        Time limit, gap at which to stop, and the seed of every random choice.
    cancel, progress
        As for `optimizer.solver.solve`.
    """
    started = time.perf_counter()
    ward = ward_of(instance)
    deadline = started + settings.time_limit_seconds
    weights = _weights(instance)
    search = Search(ward, STRICTER * max(weights), settings.seed, deadline, cancel)
    watch = _Watch(search, settings.gap, started, progress)
    while search.respond() and not search.is_over:
        watch.tell()
    watch.tell()
    search.exchange(QUICK, 0.0, 0.0)
    watch.tell()
    watch.relax()
    _improve(search, watch, WARMTH * float(np.mean(weights)))
    return _solved(search, watch, started)


def _weights(instance: Instance) -> list[int]:
    """Return the weights of all contracts and requests but those of 0; one of 1 without any."""
    weights = [request.weight for request in instance.requests]
    contracts = {id(person.contract): person.contract for person in instance.employees}
    for contract in contracts.values():
        asked = vars(contract).values()
        weights += [value for value in asked if isinstance(value, int)]
        weights += [value.weight for value in asked if isinstance(value, Limit)]
        weights += [pattern.weight for pattern in contract.patterns]
    return [weight for weight in weights if weight] or [1]


class _Watch:
    """What is proven so far, and whom to tell."""

    def __init__(
        self,
        search: Search,
        gap: float,
        started: float,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.bound: float | None = None
        self._search, self._gap, self._started, self._progress = search, gap, started, progress
        self._told: tuple[float | None, float | None] = (None, None)

    def relax(self) -> None:
        """Find the bound; raise the price of misplacing people while that is what pays."""
        for _ in range(RAISES + 1):
            relaxed = self._search.relax()
            if relaxed is None:
                return
            if math.isfinite(relaxed.bound):
                self.bound = max(self.bound or 0.0, math.ceil(relaxed.bound - WORTHWHILE))
            self.tell()
            if relaxed.misplaced < WORTHWHILE or self._search.is_over:
                return
            self._search.penalty *= STRICTER

    @property
    def goal(self) -> float:
        """Cost that is good enough."""
        return 0.0 if self.bound is None else self.bound

    @property
    def is_proven(self) -> bool:
        """Whether the best roster is within the gap of the bound."""
        best = self._search.best
        if self.bound is None or best.misplaced:
            return False
        cost = float(best.costs.sum())
        return cost - self.bound <= max(WORTHWHILE, self._gap * cost)

    def is_done(self) -> bool:
        """Whether nothing is left to do, or no time."""
        return self._search.is_over or self.is_proven

    def tell(self) -> None:
        """Report what is new."""
        best = self._search.best
        objective = None if best.misplaced else float(best.costs.sum())
        now = objective, self.bound
        if self._progress is not None and now != self._told:
            self._told = now
            self._progress(Progress(objective, self.bound, time.perf_counter() - self._started))


def _improve(search: Search, watch: _Watch, warmth: float) -> None:
    """Dive, then deal days anew and dive in turn, ever longer, until proven or time is over."""
    if not watch.is_done():
        search.dive()
        watch.tell()
    people, turn, size = len(search.ward.kind_of), 0, float(SMALLEST)
    while not watch.is_done():
        search.exchange(DEALS << turn, warmth / (1 + turn % 2), watch.goal)
        watch.tell()
        vain = 0
        while vain < PATIENCE and not watch.is_done():
            if size >= people:
                is_better, size = search.dive(), float(SMALLEST)
            else:
                is_better = search.refine(int(size), sideways=vain % 2 == 1)
            watch.tell()
            vain = 0 if is_better else vain + 1
        size, turn = size * GROWTH, turn + 1


def _solved(search: Search, watch: _Watch, started: float) -> Solved:
    best, seconds = search.best, time.perf_counter() - started
    cost = float(best.costs.sum())
    if best.misplaced:
        report = SolveReport(SolveStatus.FEASIBLE, cost, None, None, seconds)
    else:
        report = report_of(cost, watch.bound, seconds, is_proven=watch.is_proven)
    return Solved(best.rows, best.misplaced, report)
