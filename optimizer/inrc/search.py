"""Whole rosters: dives into the relaxation, and again for a few people at a time.

A dive generates columns for people without a row, gives the rows that the relaxation is surest of,
and goes on with the rest; it ends early where the bound of what is left shows that the roster will
not be cheap enough. A dive for everybody makes a roster; dives for some people and the cover that
they give today make it better (Sadykov et al. 2019, doi:10.1287/ijoc.2018.0822).
"""

import time
from dataclasses import dataclass

import numpy as np

from optimizer.inrc.automaton import Floats, Ints
from optimizer.inrc.exchange import Exchange
from optimizer.inrc.generation import WORTHWHILE, Generation, Pool, Relaxed
from optimizer.inrc.instance import FREE
from optimizer.inrc.paths import Paths
from optimizer.inrc.ward import Ward
from optimizer.solver import Cancellation

SURE = 0.85
"""Share from which a dive gives several rows at once."""
NEAR = 0.5
"""So near to its bound a relaxation is good enough to go on with."""
NOISE = 0.1
"""Added to shares at random, so that no two dives are alike."""
KEPT = 1500
"""Rows that a dive begins with at most."""


@dataclass(frozen=True)
class Given:
    """A row per employee, and what it costs.

    Parameters
    ----------
    rows
        By employee and day.
    costs
        By employee.
    misplaced
        Employees missing from shifts, or too many on them.
    """

    rows: Ints
    costs: Floats
    misplaced: int

    def price(self, penalty: float) -> float:
        """Return the costs and so much for each that is misplaced."""
        return float(self.costs.sum()) + penalty * self.misplaced


class Search:
    """What a search has found, and how it goes on."""

    def __init__(
        self,
        ward: Ward,
        penalty: float,
        seed: int,
        deadline: float,
        cancel: Cancellation | None = None,
    ) -> None:
        self.ward, self.penalty, self.deadline = ward, penalty, deadline
        self.pool = Pool(len(ward.cover))
        self._cancel, self._seed = cancel, seed
        self._rng = np.random.default_rng(seed)
        self._people = np.arange(len(ward.kind_of))
        self._shape = ward.cover.shape
        self._root: Relaxed | None = None
        self._paths = Paths(ward)
        self._exchange = Exchange(self._paths, ward.kind_of, self._rng)
        rows = np.full((len(self._people), len(ward.cover)), FREE)
        costs = self._paths.costs(ward.kind_of, rows)
        self.best = Given(rows, costs, int(ward.cover.sum()))

    @property
    def is_over(self) -> bool:
        """Whether time or patience has ended."""
        is_cancelled = self._cancel is not None and self._cancel.is_cancelled
        return is_cancelled or time.perf_counter() >= self.deadline

    def relax(self) -> Relaxed | None:
        """Generate columns for everybody, and keep what the root of the search is."""
        generation = self._generation(self._people, self.ward.cover)
        generation.start(np.union1d(self._promising(), self._current(self._people)))
        self._root = generation.run(self.deadline)
        return self._root

    def respond(self) -> bool:
        """Let everybody in turn take the best row beside the others'; say whether that paid."""
        before = self.best.price(self.penalty)
        for person in self._rng.permutation(self._people):
            if self.is_over:
                break
            others = np.delete(self.best.rows, person, axis=0)
            lacking = self.ward.cover - cover_of(others, self._shape)
            kind = self.ward.kind_of[person]
            worth = np.where(lacking > 0, self.penalty, -self.penalty)
            _, found = self.ward.pricing_of[kind].cheapest((self.ward.prices[kind] - worth)[None])
            cost = float(self._paths.costs(np.array([kind]), found.shifts)[0])
            self._take({int(person): self.pool.add(int(kind), found.shifts[0], cost)})
        return self.best.price(self.penalty) < before

    def exchange(self, deals: int, warmth: float, goal: float) -> None:
        """Deal days of the best roster anew (`optimizer.inrc.exchange`)."""
        begun = time.perf_counter()
        left = self.deadline - begun

        def spent() -> float:
            return 1.0 if self.is_over else (time.perf_counter() - begun) / left

        rows, costs = self._exchange.run(self.best.rows, deals, warmth, goal, spent)
        if costs.sum() < self.best.costs.sum():
            self.best = Given(rows, costs, self.best.misplaced)

    def dive(self) -> bool:
        """Dive for everybody; say whether a better roster was found."""
        return self._dive(self._people, self.ward.cover, self.best.price(self.penalty))

    def refine(self, size: int, *, sideways: bool) -> bool:
        """Dive for some people and the cover that they give; say whether their rows are cheaper.

        Parameters
        ----------
        size
            How many people.
        sideways
            Take rows of the same cost, too.
        """
        people = self._some(size)
        others = np.delete(self.best.rows, people, axis=0)
        left = self.ward.cover - cover_of(others, self._shape)
        goal = self.best.costs[people].sum() + self.penalty * self.best.misplaced
        demand = np.maximum(left, 0)
        fixed = float(np.maximum(-left, 0).sum()) * self.penalty
        return self._dive(people, demand, goal - fixed + (0.5 if sideways else 0.0))

    def _some(self, size: int) -> Ints:
        """Choose people, more readily those whose rows cost more."""
        weights = 1.0 + self.best.costs
        if self._rng.random() < 0.5:
            weights = np.ones(len(self._people))
        chance = weights / weights.sum()
        size = min(size, len(self._people))
        return np.sort(self._rng.choice(self._people, size, replace=False, p=chance))

    def _current(self, people: Ints) -> Ints:
        """Return the numbers of the rows that people have."""
        kinds, best = self.ward.kind_of, self.best
        numbers = [
            self.pool.add(int(kinds[p]), best.rows[p].copy(), float(best.costs[p])) for p in people
        ]
        return np.array(numbers, dtype=np.int64)

    def _generation(self, people: Ints, demand: Ints) -> Generation:
        sizes = np.bincount(self.ward.kind_of[people], minlength=len(self.ward.pricing_of))
        return Generation(
            self.ward, self.pool, sizes, demand, self.penalty, self._seed, self._cancel
        )

    def _promising(self) -> Ints:
        """Return the rows that the prices of the root like best."""
        kinds, rows, costs = self.pool.kinds, self.pool.rows, self.pool.costs
        if self._root is None or len(rows) <= KEPT:
            return np.arange(len(rows))
        padded = np.concatenate([self._root.prices, np.zeros((rows.shape[1], 1))], axis=1)
        reduced = costs - padded[np.arange(rows.shape[1]), rows].sum(axis=1)
        for kind in np.unique(kinds):
            reduced[kinds == kind] -= reduced[kinds == kind].min()
        return np.sort(np.argsort(reduced, kind="stable")[:KEPT])

    def _dive(self, people: Ints, demand: Ints, goal: float) -> bool:
        """Give rows to people until everybody has one, as long as it may cost less than `goal`."""
        left, lacking, spent = people.copy(), demand.copy(), 0.0
        given: dict[int, int] = {}
        numbers = np.union1d(self._promising(), self._current(people))
        while len(left):
            generation = self._generation(left, lacking)
            generation.start(numbers)
            relaxed = generation.run(self.deadline, goal - spent, NEAR)
            if relaxed is None or self.is_over:
                return False
            if spent + np.ceil(relaxed.bound - WORTHWHILE) >= goal:
                return False
            numbers = relaxed.numbers
            chosen = self._surest(relaxed, left, lacking)
            for person, number in chosen:
                given[person] = number
                spent += float(self.pool.costs[number])
            if not chosen:
                return False
            left = np.array([p for p in left if p not in given], dtype=np.int64)
        return self._take(given)

    def _surest(self, relaxed: Relaxed, people: Ints, lacking: Ints) -> list[tuple[int, int]]:
        """Choose people and rows for them, and take those off what is lacking."""
        whole = np.floor(relaxed.shares + WORTHWHILE)
        rest = relaxed.shares - whole + self._rng.uniform(0.0, NOISE, len(whole))
        order = np.lexsort((-rest, -whole))
        waiting = {
            int(kind): list(people[self.ward.kind_of[people] == kind])
            for kind in np.unique(self.ward.kind_of[people])
        }
        chosen: list[tuple[int, int]] = []
        for place in order:
            share = relaxed.shares[place]
            if share < WORTHWHILE or (chosen and share < SURE):
                break
            number = int(relaxed.numbers[place])
            row = self.pool.rows[number]
            worked = np.flatnonzero(row != FREE)
            for _ in range(max(1, int(whole[place]))):
                who = waiting[int(self.pool.kinds[number])]
                if not who or (lacking[worked, row[worked]] < 1).any():
                    break
                lacking[worked, row[worked]] -= 1
                chosen.append((int(who.pop()), number))
        return chosen

    def _take(self, given: dict[int, int]) -> bool:
        """Put rows into the best roster; say whether that made it better."""
        rows, costs = self.best.rows.copy(), self.best.costs.copy()
        for person, number in given.items():
            rows[person], costs[person] = self.pool.rows[number], self.pool.costs[number]
        there = cover_of(rows, self._shape)
        new = Given(rows, costs, int(np.abs(there - self.ward.cover).sum()))
        before = self.best.price(self.penalty)
        if new.price(self.penalty) <= before:
            self.best = new
        return new.price(self.penalty) < before


def cover_of(rows: Ints, shape: tuple[int, ...]) -> Ints:
    """Count the employees on each shift, by day and shift type."""
    cover = np.zeros(shape, dtype=np.int64)
    worked = rows != FREE
    days = np.broadcast_to(np.arange(rows.shape[1]), rows.shape)
    np.add.at(cover, (days[worked], rows[worked]), 1)
    return cover
