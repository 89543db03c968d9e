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
from optimizer.instances.instance import Instance, Schedule
from optimizer.instances.kernel import OFF
from optimizer.instances.people import Arrays, Person, Room
from optimizer.instances.polish import Draft, Polish
from optimizer.instances.relaxation import rounded_up
from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of

ROUNDS = 10
"""Of best responses by everybody, at most."""

SMALLEST, LARGEST = 3, 12
"""Employees who are rostered anew together."""

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
            status = SolveStatus.INFEASIBLE
            report = SolveReport(status, None, None, None, self._seconds)
            return Found(None, report, tuple(unfit))
        if self._tree.relax(self._raise_bound) is not None:
            self._look()
            self._dive()
        fruitless = 0
        while not self._is_over():
            cost, begun = self._cost, self._room.work
            for _ in range(NEIGHBOURHOODS):
                self._renew()
            fruitless = fruitless + 1 if self._cost == cost else 0
            self._tree.climb((self._room.work - begun) * (1 + fruitless))
            self._look()
        return self._found()

    def _begin(self) -> list[str]:
        """Respond from nobody's work until little comes of it; say whom nothing fits."""
        nobody = np.full((self._arrays.people, self._arrays.days), OFF)
        draft = Draft(self._arrays, nobody)
        order = self._random.permutation(self._arrays.people)
        unfit = [
            f"{self._people[who].employee.name}: no schedule keeps all rules"
            for who in order
            if not self._polish.respond(draft, int(who))
        ]
        if unfit:
            return sorted(unfit)
        self._keep(draft)
        self._settle(draft)
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
        self._raise_bound(self._tree.bound)

    def _dive(self) -> None:
        """Dive, and polish what it ends in."""
        end = self._tree.dive()
        self._look()
        if end is not None and not self._is_over():
            self._settle(Draft(self._arrays, end))

    def _renew(self) -> None:
        """Roster some employees anew beside the others."""
        if self._best is None or self._is_over():
            return
        begun = self._room.work
        most = min(LARGEST, self._arrays.people)
        size = int(self._random.integers(min(SMALLEST, most), most + 1))
        chosen = np.sort(self._random.choice(self._arrays.people, size, replace=False))
        ours = self._best.schedules[chosen]
        others = self._best.counts - self._arrays.counts(ours)
        part = self._arrays.part(chosen, others)
        narrow = self._branching(part, [self._people[who] for who in chosen], part.cost(ours))
        narrow.add(ours)
        for place, who in enumerate(chosen):
            narrow.add_of(place, self._tree.cheapest_known(int(who), KNOWN))
        if narrow.relax() is None or narrow.is_done:
            return
        narrow.dive()
        narrow.climb(NARROW * (self._room.work - begun))
        if narrow.best is not None:
            roster = self._best.schedules.copy()
            roster[chosen] = narrow.best
            self._keep(Draft(self._arrays, roster))
            self._tree.add(roster)

    def _keep(self, draft: Draft) -> None:
        cost = draft.cost()
        if cost < self._cost - 1e-9:
            self._best, self._cost = draft.copy(), cost
            self._tree.offer(self._best.schedules, cost)
            self._tell()

    def _raise_bound(self, bound: float) -> None:
        bound = min(rounded_up(bound), self._cost)
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
        return 0.0 if is_cancelled else self._settings.time_limit_seconds - self._seconds

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
