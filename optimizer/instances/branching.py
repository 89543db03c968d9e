"""Branch and price: dives and a search tree over the relaxation, for all employees or some."""

import heapq
from collections.abc import Callable

import numpy as np

from optimizer.instances.master import Decision, Master, Solution
from optimizer.instances.people import Arrays, Floats, Ints, Person, Room
from optimizer.instances.relaxation import Relaxation, rounded_up
from optimizer.instances.tree import (
    Node,
    branches,
    likeliest,
    next_fixings,
    shares_of_duties,
    whole_roster,
)
from optimizer.solver import Cancellation

STEPS = 20
"""About so many steps make a dive."""

NOISE = 0.2
"""Of a share, by which dives differ from each other."""


class Branching:
    """One relaxation, the nodes that are open, and the least cost known.

    Parameters
    ----------
    arrays, people
        What is asked, and of whom.
    room, random
        Shared with others.
    left
        Seconds until time or patience end; 0 or less then.
    cost
        Of the best roster known; only better ones are looked for.
    """

    def __init__(
        self,
        arrays: Arrays,
        people: list[Person],
        room: Room,
        random: np.random.Generator,
        left: Callable[[], float],
        cost: float,
        seed: int,
        cancel: Cancellation | None,
    ) -> None:
        self._arrays = arrays
        self._random = random
        self._room = room
        self._left = left
        self.cost = cost
        self.best: Ints | None = None
        self.bound = -np.inf
        self.master = Master(arrays, seed, cancel)
        self._relaxation = Relaxation(arrays, people, room, self.master, left)
        self._prices: Floats | None = None
        self._nodes: list[Node] = []
        self._numbers = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing better is left to be found."""
        return rounded_up(self.bound) >= self.cost

    @property
    def is_over(self) -> bool:
        """Whether to stop."""
        return self.is_done or self._left() <= 0

    def add(self, roster: Ints) -> None:
        """Make a roster's schedules known."""
        self.master.add(list(range(self._arrays.people)), list(roster))

    def cheapest_known(self, person: int, count: int) -> Ints:
        """Return the schedules of an employee that were cheapest at the relaxation's prices."""
        if self._prices is None:
            return np.empty((0, self._arrays.days), dtype=np.int64)
        theirs = np.flatnonzero(self.master.who == person)
        reduced = self.master.reduced_costs(self._prices, theirs)
        return self.master.work[theirs[np.argsort(reduced, kind="stable")[:count]]]

    def add_of(self, person: int, schedules: Ints) -> None:
        """Make schedules of one employee known."""
        self.master.add([person] * len(schedules), list(schedules))

    def offer(self, roster: Ints, cost: float) -> None:
        """Take in a better roster that was found elsewhere."""
        if cost < self.cost:
            self.cost, self.best = cost, roster

    def relax(self, tell: Callable[[float], None] | None = None) -> Solution | None:
        """Solve the relaxation; None when time ended before. Every better bound is told."""
        root = self._relaxation.root(tell)
        self.bound = max(self.bound, root.bound)
        if root.solution is None:
            return None
        self._prices = root.solution.prices
        self._nodes = [Node(self.bound, 0, ())]
        self._take(root.solution)
        return root.solution

    def _take(self, solution: Solution) -> bool:
        """Take a whole solution as a roster, if it is one."""
        roster = whole_roster(self._arrays, self.master, solution)
        if roster is None:
            return False
        self.offer(roster, self._arrays.cost(roster))
        return True

    def dive(self) -> Ints | None:
        """Fix likely duties until the roster is whole; return where it ended when it is not."""
        decisions: tuple[Decision, ...] = ()
        end = None
        while not self.is_over:
            relaxed = self._relaxation.node(decisions, self.cost)
            if relaxed.solution is None:
                break
            if self._take(relaxed.solution):
                return self.best
            duties = shares_of_duties(self._arrays, self.master, relaxed.solution)
            end = likeliest(self._arrays, self.master, relaxed.solution)
            fixings = next_fixings(duties, STEPS, self._random, NOISE)
            decisions = (*decisions, *fixings)
        return end

    def climb(self, work: float) -> None:
        """Search the tree, from the open node of the least bound down to a leaf, again and again.

        Parameters
        ----------
        work
            As counted by the room, after which to stop.
        """
        if self._prices is None:
            return  # nothing is proven of nodes that have not been made
        begun = self._room.work
        while self._nodes and not self.is_over and self._room.work - begun <= work:
            self._plunge(heapq.heappop(self._nodes))
        lowest = min((node.bound for node in self._nodes), default=self.cost)
        self.bound = max(self.bound, min(lowest, self.cost))

    def _plunge(self, node: Node) -> None:
        while rounded_up(node.bound) < self.cost:
            if self._left() <= 0:
                heapq.heappush(self._nodes, node)
                return
            relaxed = self._relaxation.node(node.decisions, self.cost)
            if relaxed.is_over:
                heapq.heappush(self._nodes, node)
                return
            if relaxed.solution is None or self._take(relaxed.solution):
                return
            bound = max(node.bound, relaxed.bound)
            first, second = branches(self._arrays, self.master, relaxed.solution)
            self._numbers += 2
            heapq.heappush(self._nodes, Node(bound, self._numbers, (*node.decisions, second)))
            node = Node(bound, self._numbers - 1, (*node.decisions, first))
