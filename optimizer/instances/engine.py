"""Rosters for instances of Curtois and Qu: best responses, column generation, branch and price.

1. From nobody's work everybody in turn takes the best response to the others (`polish`): a roster
   that keeps every rule is there after one round.
2. Column generation (`relaxation`) finds the bound, and *dives* fix the likeliest duties step by
   step and price again (`branching`).
3. In turn, a tree of decisions is searched for the proof, and in *neighbourhoods* some employees
   are rostered anew beside the others, by branch and price too.

The best roster so far is kept throughout, so that time limit and cancellation return it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.instances.branching import Branching
from optimizer.instances.edges import Fixed
from optimizer.instances.instance import WEEK, Instance, Schedule
from optimizer.instances.kernel import OFF
from optimizer.instances.people import Arrays, Ints, Person, Room
from optimizer.instances.polish import Draft, Polish
from optimizer.instances.relaxation import rounded_up
from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of

ROUNDS = 10
"""Of best responses by everybody, at most."""

SMALLEST, LARGEST = 3, 12
"""Employees who are rostered anew together."""

FEWEST_WEEKS, MOST_WEEKS = 2, 6
"""In a horizon of more weeks, so many are rostered anew at once."""

SETTLED_BY, RELAXED_BY, DIVED_BY = 0.1, 0.5, 0.75
"""Shares of the time, from when all is compiled, by which responses, column generation and the
dive are to end."""

PRICINGS = 30
"""So often everybody's programmes are solved in a column generation, about."""

NEIGHBOURHOODS = 10
"""So many are tried in turn with the tree."""

NARROW = 1.0
"""Work on a neighbourhood's tree, as a multiple of that on its relaxation and dive."""

KNOWN = 30
"""Schedules of each employee that a neighbourhood begins with."""


@dataclass(frozen=True)
class Found:
    """A roster and what is proven about it.

    Parameters
    ----------
    schedule
        By employee; None when no roster keeps every rule, or none was found in time.
    report
        Cost, bound, gap, seconds.
    reasons
        Whom no schedule fits.
    """

    schedule: Schedule | None
    report: SolveReport
    reasons: tuple[str, ...] = ()


def solve(
    instance: Instance,
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Found:
    """Find a roster of little cost and say how little a roster could cost.

    Parameters
    ----------
    instance
        Who could work what.
    settings
        Time limit, gap at which to stop, and the seed of every random choice.
    cancel, progress
        As for `optimizer.solver.solve`.
    """
    return _Search(instance, settings, cancel, progress).run()


class _Search:
    """One run: the best roster so far, the bound, and when to end."""

    def __init__(
        self,
        instance: Instance,
        settings: SolverSettings,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._started = time.perf_counter()
        self._instance, self._settings = instance, settings
        self._cancel, self._progress = cancel, progress
        self._arrays = Arrays(instance)
        self._random = np.random.default_rng(settings.seed)
        self._people = [Person(self._arrays, place) for place in range(self._arrays.people)]
        self._room = Room()
        self._polish = Polish(self._arrays, self._people, self._room, self._random)
        self._best: Draft | None = None
        self._cost = np.inf
        self._share = 1.0
        self._ready = self._round_seconds = 0.0
        self._bound: float | None = None
        self._tree = self._branching(self._arrays, self._people, np.inf)

    def _branching(self, arrays: Arrays, people: list[Person], cost: float) -> Branching:
        return Branching(
            arrays,
            people,
            self._room,
            self._random,
            self._left,
            cost,
            self._settings.seed,
            self._cancel,
        )

    def run(self) -> Found:
        """Search until proven, out of time or cancelled."""
        unfit = self._begin()
        if unfit:
            is_proven = all(person.is_exact for person in self._people)
            status = SolveStatus.INFEASIBLE if is_proven else SolveStatus.NO_PLAN
            report = SolveReport(status, None, None, None, self._seconds)
            return Found(None, report, tuple(unfit))
        if self._is_affordable(self._round_seconds):
            self._share = RELAXED_BY
            if self._tree.relax(self._raise_bound) is not None:
                self._look()
                self._share = DIVED_BY
                self._dive()
        self._share = 1.0
        fruitless = 0
        while not self._is_over():
            cost, begun = self._cost, self._room.work
            for _ in range(NEIGHBOURHOODS):
                self._renew()
            fruitless = fruitless + 1 if self._cost == cost else 0
            self._tree.climb((self._room.work - begun) * (1 + fruitless))
            self._look()
        return self._found()

    def _is_affordable(self, seconds: float) -> bool:
        """Whether everybody's programmes, which took so long once, can be solved often enough."""
        return PRICINGS * seconds < RELAXED_BY * self._settings.time_limit_seconds

    def _begin(self) -> list[str]:
        """Respond from nobody's work until little comes of it; say whom nothing fits."""
        nobody = np.full((self._arrays.people, self._arrays.days), OFF)
        draft = Draft(self._arrays, nobody)
        order = self._random.permutation(self._arrays.people).tolist()
        unfit = []
        for number, who in enumerate(order):
            if not self._polish.respond(draft, who):
                name = self._people[who].employee.name
                unfit.append(f"{name}: no schedule was found that keeps all rules")
            if number == 0:
                self._ready = self._seconds  # the first may have had to wait for the compiler
        if unfit:
            return sorted(unfit)
        self._round_seconds = self._seconds - self._ready
        self._keep(draft)
        self._share = SETTLED_BY
        self._settle(draft)
        self._share = 1.0
        return []

    def _settle(self, draft: Draft) -> None:
        """Let everybody respond in turn, round after round; every round's schedules are columns."""
        for _ in range(ROUNDS):
            before = draft.cost()
            for who in self._random.permutation(self._arrays.people):
                if self._is_over():
                    return
                self._polish.respond(draft, int(who))
            self._keep(draft)
            self._tree.add(draft.schedules)
            if draft.cost() >= before:
                break

    def _look(self) -> None:
        """Take in what the tree has found and proven."""
        if self._tree.best is not None and self._tree.cost < self._cost:
            self._keep(Draft(self._arrays, self._tree.best))
        if self._tree.bound > -np.inf:
            self._raise_bound(self._tree.bound)

    def _dive(self) -> None:
        """Dive, and polish what it ends in."""
        end = self._tree.dive()
        self._look()
        if end is not None and not self._is_over():
            self._settle(Draft(self._arrays, end))

    def _renew(self) -> None:
        """Roster some employees anew beside the others, in a long horizon for some weeks."""
        if self._best is None or self._is_over():
            return
        begun = self._room.work
        chosen, first, last = self._neighbourhood()
        ours = self._best.schedules[chosen]
        others = self._best.counts - self._arrays.counts(ours)
        part = self._arrays.part(chosen, others, first, last)
        is_whole = last - first == self._arrays.days
        people = [
            self._people[who]
            if is_whole
            else Person(part, who, Fixed(self._best.schedules[who], first, last))
            for who in chosen.tolist()
        ]
        narrow = self._branching(part, people, part.cost(ours[:, first:last]))
        narrow.add(ours[:, first:last])
        if is_whole:
            for place, who in enumerate(chosen.tolist()):
                narrow.add_of(place, self._tree.cheapest_known(who, KNOWN))
        if narrow.relax() is None or narrow.is_done:
            return
        narrow.dive()
        narrow.climb(NARROW * (self._room.work - begun))
        if narrow.best is not None:
            roster = self._best.schedules.copy()
            roster[chosen, first:last] = narrow.best
            self._keep(Draft(self._arrays, roster))
            self._tree.add(roster)

    def _neighbourhood(self) -> tuple[Ints, int, int]:
        """Draw employees, and the days from a Monday on until before another."""
        most = min(LARGEST, self._arrays.people)
        size = int(self._random.integers(min(SMALLEST, most), most + 1))
        chosen = np.sort(self._random.choice(self._arrays.people, size, replace=False))
        weeks = -(-self._arrays.days // WEEK)
        if weeks <= MOST_WEEKS:
            return chosen, 0, self._arrays.days
        length = int(self._random.integers(FEWEST_WEEKS, MOST_WEEKS + 1))
        first = WEEK * int(self._random.integers(0, weeks - length + 1))
        return chosen, first, min(first + WEEK * length, self._arrays.days)

    def _keep(self, draft: Draft) -> None:
        cost = draft.cost()
        if cost < self._cost - 1e-9:
            self._best, self._cost = draft.copy(), cost
            self._tree.offer(self._best.schedules, cost)
            self._tell()

    def _raise_bound(self, bound: float) -> None:
        # No weight is below 0, so no roster costs less, though an early bound may say so.
        bound = min(max(0.0, rounded_up(bound)), self._cost)
        if self._bound is None or bound > self._bound:
            self._bound = bound
            self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(Progress(self._cost, self._bound, self._seconds))

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._started

    def _left(self) -> float:
        is_cancelled = self._cancel is not None and self._cancel.is_cancelled
        if is_cancelled:
            return 0.0
        allowed = self._share * (self._settings.time_limit_seconds - self._ready)
        return self._ready + allowed - self._seconds

    def _is_over(self) -> bool:
        return self._left() <= 0 or self._is_proven()

    def _is_proven(self) -> bool:
        if self._bound is None:
            return False
        return self._cost - self._bound <= max(1e-9, self._settings.gap * abs(self._cost))

    def _found(self) -> Found:
        if self._best is None:
            raise ValueError("There is no roster to return; `_begin` makes one or says why not.")
        names = [shift.name for shift in self._instance.shifts]
        schedule: Schedule = {
            person.name: tuple(None if place == OFF else names[place] for place in line)
            for person, line in zip(self._instance.employees, self._best.schedules, strict=True)
        }
        report = report_of(self._cost, self._bound, self._seconds, is_proven=self._is_proven())
        return Found(schedule, report)
