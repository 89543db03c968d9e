"""Rosters of many reps: column generation for the bound and the start, then moves that polish.

0. A period of several weeks is first rostered week after week (`optimizer.tours.windows`), what the
   weeks after will cost foreseen at prices; these prices, and then those of each week, are where
   the bound of the whole sets out.
1. Every rep in turn takes the best response to the others, from an empty roster, in some rounds: a
   first answer, and tours from which column generation sets out.
2. Column generation (`optimizer.tours.columns`) finds the bound and which tours share the demand.
3. Each rep gets one of these tours; *best response*, *exchange* and *ruin* in turn
   (`optimizer.tours.polish`, `optimizer.tours.exchange`) mend the roster until it is proven good
   enough, or many rounds in a row have brought nothing (`PATIENCE`).

Rules that bind reps together (`optimizer.tours.together`) are left out of the first and the second
step; rosters that come from there are then led to keep them (`optimizer.tours.settling`).

The best roster so far is kept throughout, so that time limit and cancellation return it. A run that
ends by itself is the same every time; one that the clock ends is not.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of
from optimizer.tours.bundle import Bundle, flat_prices
from optimizer.tours.columns import Columns
from optimizer.tours.exchange import exchange
from optimizer.tours.pardon import BEYOND_ALL, pardoned, units_broken
from optimizer.tours.polish import TIE, Draft, Polish, first_tours
from optimizer.tours.pricing import Pricing
from optimizer.tours.settling import settled
from optimizer.tours.week import OFF, Floats, Ints, RosterProblem
from optimizer.tours.windows import window_of, windows_of

COLUMN_SHARE = 0.6
"""Of the time limit that column generation may use, so that something is left for the polish."""

MANY_ROWS = 500
"""From which on `optimizer.tours.bundle` finds the prices, where shifts cover several cells."""

DRAW_SHARE = 0.8
"""Of the time limit after which no more is drawn, so that something is left for the polish."""

PASSES = 3
"""Times that a long period is rostered week after week, at most."""

LONG_COLUMN_SHARE = 0.9
"""The same where a long period has been rostered week after week before."""

ROLLED_SHARE = 0.8
"""Of the time limit in which a long period is rostered week after week."""

ROLLED_GAP = 0.005
"""At which a week of them is good enough."""

FIRST_ROUNDS = 10
"""Rounds of best responses before column generation, at most."""

LATER_ROUNDS = 3
"""The same where prices are known from the weeks before."""

FIRST_SHARE = 0.2
"""Of the time limit in which their last roster may come to keep rules that bind reps together."""

FIRST_GAIN = 0.01
"""By which share a round must lower the cost for another to follow."""

PATIENCE = 400
"""Rounds of polish in a row that may bring nothing, at most."""

WINDOW_PATIENCE = 40
"""The same for a week of a long period, which is looked at again with the others."""

BOUND_PATIENCE = 60
"""The same where rules bind reps together, which the bound does not know: there may be no proof."""

LITTLE = 2e-5
"""By which share the cost must fall in these rounds."""

PATIENCE_PER_REP = 8
"""The same by rep: in a small team everything has soon been tried."""

EXCHANGES, AMONG = 8, 100
"""Exchanges in a round where at most so many reps share a clock; among more, one takes long."""


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
    """One run: the best roster so far, the bound, and when to end.

    A week of a longer period sets out from `prices` of its rows, and leaves in `prices` those with
    the best bound.
    """

    def __init__(
        self,
        problem: RosterProblem,
        settings: SolverSettings,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
        prices: Floats | None = None,
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
        self._polish = Polish(problem, self._pricing, self._random, problem.together)
        self._best = self._draft(first_tours(problem, self._pricing))
        largest = np.bincount(problem.crew.view).max(initial=0)
        self._exchanges = EXCHANGES if largest <= AMONG else 1
        self._cost = self._best.cost(problem)
        self._broken_cost = self._broken()
        self._bound: float | None = None
        self._is_whole = prices is None
        self.prices = np.zeros(len(problem.cover.sides)) if prices is None else prices
        self._cuts = windows_of(problem.week)

    def run(self) -> RosterResult:
        """Search until good enough, out of patience, out of time or cancelled."""
        columns = self._source()
        is_long = len(self._cuts) > 1
        draft = self._roll(columns) if is_long else self._begin(columns)
        share = LONG_COLUMN_SHARE if is_long else COLUMN_SHARE
        is_bounded = False
        for bound in columns.steps(lambda: self._left(share)):
            is_bounded = True
            self._raise_bound(bound)
            self.prices = columns.prices
            if self._is_over(share):
                break
        if is_bounded and not self._is_over():
            drawn = self._bound_together(columns.roster(lambda: self._is_over(DRAW_SHARE)))
            may_be_dearer = is_long or self._problem.together is not None
            if not may_be_dearer or drawn.cost(self._problem) < draft.cost(self._problem):
                draft = drawn
        self._mend(draft)
        return RosterResult(self._best.tours, self._report())

    def _draft(self, tours: Ints) -> Draft:
        return Draft.of(self._problem, tours, self._problem.together)

    def _roll(self, columns: Columns | Bundle) -> Draft:
        """Roster one window after the other, again at the prices found while there is time."""
        for flat in flat_prices(self._problem):
            columns.begin_at(flat)
        prices, drafts = columns.prices.copy(), []
        for _ in range(PASSES):
            begun = self._seconds
            drafts.append(self._pass(prices))
            columns.add_roster(drafts[-1].tours)
            columns.begin_at(prices)
            if self._left(ROLLED_SHARE) < self._seconds - begun:
                break
        return min(drafts, key=lambda draft: draft.cost(self._problem))

    def _pass(self, prices: Floats) -> Draft:
        """Roster one window after the other; what is found of prices of rows goes into them."""
        problem, settings, cuts = self._problem, self._settings, self._cuts
        ahead = self._pricing.ahead(problem.cover.worth(prices), [days.start for days in cuts[1:]])
        draft = self._draft(np.full((problem.crew.size, problem.days), OFF))
        for number, days in enumerate(cuts):
            seconds = self._left(ROLLED_SHARE) / (len(cuts) - number)
            if self._is_over(ROLLED_SHARE):
                break
            after = ahead[number] if number < len(ahead) else None
            window = window_of(problem, draft.tours, days, after)
            search = _Search(
                window.problem,
                replace(settings, time_limit_seconds=seconds, gap=max(settings.gap, ROLLED_GAP)),
                self._cancel,
                None,
                prices[window.rows],
            )
            draft = self._draft(window.put(search.run().assignment, draft.tours))
            self._keep(draft)
            # A row that the week before has met already has its price from there.
            is_wanted = window.problem.cover.sides > 0
            prices[window.rows[is_wanted]] = search.prices[is_wanted]
        return draft

    def _source(self) -> Columns | Bundle:
        """Say how prices are found: the simplex method is slow where many rows overlap."""
        problem, pricing = self._problem, self._pricing
        longest = (problem.shifts.last - problem.shifts.first).max(initial=0)
        if len(problem.cover.sides) < MANY_ROWS or (longest < 2 and len(self._cuts) == 1):
            return Columns(problem, pricing, self._random, self._settings.seed, self._cancel)
        return Bundle(problem, pricing, self._random)

    def _begin(self, columns: Columns | Bundle) -> Draft:
        """Respond from nobody's work until little comes of it; every round's tours are columns."""
        polish = Polish(self._problem, self._pricing, self._random, None)
        draft = Draft.of(self._problem, first_tours(self._problem, self._pricing), None)
        if not self._is_whole:
            columns.begin_at(self.prices)
        for _ in range(FIRST_ROUNDS if self._is_whole else LATER_ROUNDS):
            cost = draft.cost(self._problem)
            polish.respond(draft, self._is_over)
            if self._problem.together is None:
                self._keep(draft)
            columns.add_roster(draft.tours)
            if self._is_over() or draft.cost(self._problem) > (1 - FIRST_GAIN) * cost:
                break
        return self._bound_together(draft.tours, FIRST_SHARE)

    def _bound_together(self, tours: Ints, share: float = 1.0) -> Draft:
        """Return a roster that keeps the rules that bind reps together."""
        rules = self._problem.together
        if rules is not None:
            tours = settled(
                self._problem,
                rules,
                self._pricing,
                self._random,
                tours,
                lambda: self._is_over(share),
            )
        draft = self._draft(tours)
        self._keep(draft)
        return draft

    def _mend(self, draft: Draft) -> None:
        """Polish a draft until nothing comes of it."""
        most, little = PATIENCE if self._is_whole else WINDOW_PATIENCE, 0.0
        if self._problem.together is not None:
            most, little = min(most, BOUND_PATIENCE), LITTLE
        fruitless, patience = 0, min(most, PATIENCE_PER_REP * self._problem.crew.size)
        cost = draft.cost(self._problem)
        while fruitless < patience and not self._is_over():
            self._polish.respond(draft, self._is_over)
            self._keep(draft)
            if self._is_over():
                return
            for _ in range(self._exchanges):
                first, last = np.sort(self._random.choice(self._problem.days + 1, 2, replace=False))
                exchange(self._problem, draft, slice(int(first), int(last)), self._random)
            self._polish.ruin(draft)
            self._keep(draft)
            fruitless += 1
            if draft.cost(self._problem) < cost - max(TIE, little * abs(cost)):
                fruitless, cost = 0, draft.cost(self._problem)

    def _keep(self, draft: Draft) -> None:
        cost = draft.cost(self._problem)
        if cost < self._cost - TIE:
            self._best, self._cost = self._draft(draft.tours), cost
            self._broken_cost = self._broken()
            self._tell()

    def _broken(self) -> float:
        """Return what hard rules that the best roster breaks are of its cost."""
        cost, rules = BEYOND_ALL * units_broken(self._best.costs), self._problem.together
        if rules is not None:
            cost += rules.hard * rules.broken(self._best.tours)
        return cost

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
        near = self._settings.gap * abs(self._cost - self._broken_cost)
        return self._cost - self._bound <= max(TIE, near)

    def _report(self) -> SolveReport:
        return report_of(self._cost, self._bound, self._seconds, is_proven=self._is_proven())
