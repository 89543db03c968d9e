"""Rosters for instances of Curtois and Qu: column generation, dives, a search tree, and polish.

1. From nobody's work everybody in turn takes the best response to the others (`polish`): a roster
   that keeps every rule is there after one round.
2. Column generation (`relaxation`) finds the bound.
3. *Dives* fix the likeliest duties step by step and price again, and what they end in is polished.
4. A tree (`tree`) of decisions, most promising first, goes on until the best roster is proven, with
   polish in between.

The best roster so far is kept throughout, so that time limit and cancellation return it.
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.instances.instance import Instance, Schedule
from optimizer.instances.kernel import OFF
from optimizer.instances.master import Decision, Master, Solution
from optimizer.instances.people import Arrays, Person, Room
from optimizer.instances.polish import Draft, Polish
from optimizer.instances.relaxation import Relaxation, rounded_up
from optimizer.instances.tree import (
    Node,
    branches,
    largest_shares,
    next_fixings,
    shares_of_duties,
    whole_roster,
)
from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of


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
        room = Room()
        self._polish = Polish(self._arrays, self._people, room, self._random)
        master = Master(self._arrays, settings.seed, cancel)
        self._relaxation = Relaxation(self._arrays, self._people, room, master, self._left)
        self._best: Draft | None = None
        self._cost = np.inf
        self._bound: float | None = None

    def run(self) -> Found:
        """Search until proven, out of time or cancelled."""
        unfit = self._begin()
        if unfit:
            status = SolveStatus.INFEASIBLE
            report = SolveReport(status, None, None, None, self._seconds)
            return Found(None, report, tuple(unfit))
        root = self._relaxation.root(self._raise_bound)
        if root.solution is not None:
            self._raise_bound(root.bound)
            self._grow()
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

    def _settle(self, draft: Draft, rounds: int = 10) -> None:
        """Let everybody respond in turn, round after round; every round's schedules are columns."""
        people = list(range(self._arrays.people))
        for _ in range(rounds):
            before = draft.cost()
            for who in self._random.permutation(self._arrays.people):
                if self._is_over():
                    return
                self._polish.respond(draft, int(who))
            self._keep(draft)
            self._relaxation.master.add(people, list(draft.schedules))
            if draft.cost() >= before:
                break

    def _grow(self) -> None:
        """Dive, then search the tree."""
        nodes: list[Node] = [Node(self._bound or 0.0, 0, ())]
        number, looked = 0, 0
        while nodes and not self._is_over():
            if looked % 20 == 0:
                self._dive(nodes[0].decisions)
            looked += 1
            node = heapq.heappop(nodes)
            while node is not None and not self._is_over():
                if rounded_up(node.bound) >= self._cost:
                    break
                relaxed = self._relaxation.node(node.decisions, self._cost)
                if relaxed.is_over:
                    heapq.heappush(nodes, node)
                    break
                if relaxed.solution is None:
                    break
                if self._take_whole(relaxed.solution):
                    break
                bound = max(node.bound, relaxed.bound)
                first, second = branches(self._arrays, self._relaxation.master, relaxed.solution)
                number += 2
                heapq.heappush(nodes, Node(bound, number, (*node.decisions, second)))
                node = Node(bound, number - 1, (*node.decisions, first))
                lowest = min(bound, nodes[0].bound)
                self._raise_bound(lowest)
            else:
                if node is not None:
                    heapq.heappush(nodes, node)
        if not nodes:
            self._raise_bound(self._cost)

    def _take_whole(self, solution: Solution) -> bool:
        roster = whole_roster(self._arrays, self._relaxation.master, solution)
        if roster is None:
            return False
        self._keep(Draft(self._arrays, roster))
        return True

    def _dive(self, decisions: tuple[Decision, ...]) -> None:
        """Fix likely duties until the roster is whole or not worth it, and polish it."""
        draft = None
        count = max(1, self._arrays.people // 8)
        while not self._is_over():
            relaxed = self._relaxation.node(decisions, self._cost)
            if relaxed.solution is None:
                break
            master = self._relaxation.master
            if self._take_whole(relaxed.solution):
                return
            draft = Draft(self._arrays, largest_shares(self._arrays, master, relaxed.solution))
            duties = shares_of_duties(self._arrays, master, relaxed.solution)
            decisions = (*decisions, *next_fixings(duties, count, self._random, 0.2))
        if draft is not None:
            self._settle(draft)

    def _keep(self, draft: Draft) -> None:
        cost = draft.cost()
        if cost < self._cost - 1e-9:
            self._best, self._cost = draft.copy(), cost
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
