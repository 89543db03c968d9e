"""Rosters of many reps: column generation for the bound and the start, then moves that polish.

1. Every rep in turn takes the best response to the others, from an empty roster, in some rounds: a
   first answer, and tours from which column generation sets out.
2. Column generation (`optimizer.tours.columns`) finds the bound and which tours share the demand.
3. Each rep gets one of these tours; *best response*, *exchange* and *ruin* in turn
   (`optimizer.tours.polish`, `optimizer.tours.exchange`) mend the roster until it is proven good
   enough, or many rounds in a row have brought nothing (`PATIENCE`).

The best roster so far is kept throughout, so that time limit and cancellation return it. A run that
ends by itself is the same every time; one that the clock ends is not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of
from optimizer.tours.bundle import Bundle
from optimizer.tours.columns import Columns
from optimizer.tours.exchange import exchange
from optimizer.tours.polish import TIE, Draft, Polish, first_draft
from optimizer.tours.pricing import CHUNK, Pricing, below_all, pardoned
from optimizer.tours.week import Ints, RosterProblem

COLUMN_SHARE = 0.6
"""Of the time limit that column generation may use, so that something is left for the polish."""

MANY_ROWS = 500
"""From which on `optimizer.tours.bundle` finds the prices, where shifts cover several cells."""

DRAW_SHARE = 0.8
"""Of the time limit after which no more is drawn, so that something is left for the polish."""

FIRST_ROUNDS = 10
"""Rounds of best responses before column generation, at most."""

FIRST_GAIN = 0.01
"""By which share a round must lower the cost for another to follow."""

PATIENCE = 400
"""Rounds of polish in a row that may bring nothing, at most."""

PATIENCE_PER_REP = 8
"""The same by rep: in a small team everything has soon been tried."""

EXCHANGES, AMONG = 8, 100
"""Exchanges in a round where at most so many reps share a clock; among more, one takes long."""

RUINS = 64
"""Independent trials of ruin in a round."""

LARGEST_RUIN = 5
"""Reps whose tours a trial takes away, at most."""


@dataclass(frozen=True)
class RosterResult:
    """A roster and what is proven about it.

    Parameters
    ----------
    assignment
        By rep and day, the place of the shift worked; `optimizer.tours.week.OFF` for none.
    report
        Its cost, the bound, the gap and the seconds; OPTIMAL when the gap asked for is reached.
    """

    assignment: Ints
    report: SolveReport

    @property
    def objective(self) -> float:
        """What the roster costs."""
        return float(self.report.objective or 0.0)

    @property
    def bound(self) -> float | None:
        """No roster costs less."""
        return self.report.bound

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective."""
        return self.report.gap

    @property
    def seconds(self) -> float:
        """Wall time."""
        return self.report.seconds

    @property
    def status(self) -> SolveStatus:
        """OPTIMAL within the gap asked for, else FEASIBLE."""
        return self.report.status


def solve(
    problem: RosterProblem,
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RosterResult:
    """Find a roster of little cost and say how little a roster could cost.

    Parameters
    ----------
    problem
        Who could work what.
    settings
        Time limit, gap at which to stop, and the seed of every random choice.
    cancel
        Ends the search from another thread within about a second; the best roster so far returns.
    progress
        Told the best cost and the bound when either changes.
    """
    return _Search(problem, settings, cancel, progress).run()


class _Search:
    """One run: the best roster so far, the bound, and when to end."""

    def __init__(
        self,
        problem: RosterProblem,
        settings: SolverSettings,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._pricing = Pricing(problem)
        if not self._pricing.is_possible:
            problem = pardoned(problem)
            self._pricing = Pricing(problem)
        self._problem = problem
        self._settings = settings
        self._cancel = cancel
        self._progress = progress
        self._started = time.perf_counter()
        self._random = np.random.default_rng(settings.seed)
        self._polish = Polish(problem, self._pricing, self._random)
        self._best = first_draft(problem, self._pricing)
        largest = np.bincount(problem.crew.view).max(initial=0)
        self._exchanges = EXCHANGES if largest <= AMONG else 1
        self._cost = self._best.cost(problem)
        self._bound: float | None = None

    def run(self) -> RosterResult:
        """Search until good enough, out of patience, out of time or cancelled."""
        problem = self._problem
        columns = self._source()
        draft = self._begin(columns)
        is_bounded = False
        for bound in columns.steps(lambda: self._left(COLUMN_SHARE)):
            is_bounded = True
            self._raise_bound(bound)
            if self._is_over(COLUMN_SHARE):
                break
        if is_bounded and not self._is_over():
            draft = Draft.of(problem, columns.roster(lambda: self._is_over(DRAW_SHARE)))
        self._mend(draft)
        return RosterResult(self._best.tours, self._report())

    def _source(self) -> Columns | Bundle:
        """Say how prices are found: the simplex method is slow where many rows overlap."""
        problem, pricing = self._problem, self._pricing
        longest = (problem.shifts.last - problem.shifts.first).max(initial=0)
        if len(problem.cover.sides) < MANY_ROWS or longest < 2:
            return Columns(problem, pricing, self._random, self._settings.seed, self._cancel)
        return Bundle(problem, pricing, self._random)

    def _begin(self, columns: Columns | Bundle) -> Draft:
        """Respond from nobody's work until little comes of it; every round's tours are columns."""
        draft = first_draft(self._problem, self._pricing)
        for _ in range(FIRST_ROUNDS):
            cost = draft.cost(self._problem)
            self._respond(draft)
            self._keep(draft)
            columns.add_roster(draft.tours)
            if self._is_over() or draft.cost(self._problem) > (1 - FIRST_GAIN) * cost:
                break
        return draft

    def _mend(self, draft: Draft) -> None:
        """Polish a draft until nothing comes of it."""
        fruitless, patience = 0, min(PATIENCE, PATIENCE_PER_REP * self._problem.crew.size)
        while fruitless < patience and not self._is_over():
            cost = draft.cost(self._problem)
            self._respond(draft)
            self._keep(draft)
            if self._is_over():
                return
            for _ in range(self._exchanges):
                first, last = np.sort(self._random.choice(self._problem.days + 1, 2, replace=False))
                exchange(self._problem, draft, slice(int(first), int(last)), self._random)
            self._polish.ruin(draft, RUINS, int(self._random.integers(2, LARGEST_RUIN + 1)))
            self._keep(draft)
            fruitless = 0 if draft.cost(self._problem) < cost - TIE else fruitless + 1

    def _respond(self, draft: Draft) -> None:
        """Let every rep respond, in random order, as long as there is time."""
        order = self._random.permutation(self._problem.crew.size)
        for first in range(0, len(order), CHUNK):
            if self._is_over():
                return
            self._polish.respond(draft, order[first : first + CHUNK])

    def _keep(self, draft: Draft) -> None:
        cost = draft.cost(self._problem)
        if cost < self._cost - TIE:
            self._best, self._cost = Draft.of(self._problem, draft.tours), cost
            self._tell()

    def _raise_bound(self, bound: float) -> None:
        if self._bound is None or bound > self._bound:
            self._bound = bound
            self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(Progress(self._cost, self._bound, self._seconds))

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._started

    def _left(self, share: float = 1.0) -> float:
        return share * self._settings.time_limit_seconds - self._seconds

    def _is_over(self, share: float = 1.0) -> bool:
        """Whether to stop: proven good enough, out of time or cancelled."""
        is_cancelled = self._cancel is not None and self._cancel.is_cancelled
        return self._is_proven() or is_cancelled or self._left(share) <= 0

    def _is_proven(self) -> bool:
        if self._bound is None:
            return False
        near = self._settings.gap * abs(below_all(self._cost))
        return self._cost - self._bound <= max(TIE, near)

    def _report(self) -> SolveReport:
        return report_of(self._cost, self._bound, self._seconds, is_proven=self._is_proven())
