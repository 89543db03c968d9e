r"""The bound, and which tours to choose from, where there are many rows: a proximal bundle method.

With many rows the master programme of `optimizer.tours.master` takes the simplex method most of the
time. Here the prices are found without it. For tours :math:`T_k` of each class of :math:`n_k` reps
found so far and a centre :math:`\hat\pi`, the next prices maximise

.. math::

    value(\pi) + \sum_k n_k \min_{t \in T_k} \left( c_t - \sum_i w_i(\pi) a_{it} \right)
    - \frac{1}{2 \tau} \lVert \pi - \hat\pi \rVert^2

over the prices that the columns for gaps allow; the centre is the point with the best bound
(Kiwiel 1990, doi:10.1007/BF01585731). Its dual shares each class among its tours,
:math:`x_k \ge 0, \sum_t x_{kt} = n_k`, and has the rows' rest :math:`s = d - \sum R a x` in a
smooth function: the prices are :math:`\hat\pi + \tau s`, moved to the nearest that are allowed.
Class by class, a step along the gradient and the nearest shares of that sum solve it well enough;
the bound does not depend on how well, for it is always that of `optimizer.tours.bound`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from optimizer.tours.bound import cost_step, lagrangian, rounded_up
from optimizer.tours.master import Classes, classes_of
from optimizer.tours.pricing import Pricing
from optimizer.tours.sampling import Choice, sampled
from optimizer.tours.week import Floats, Ints, RosterProblem

REACH = 0.05
"""How far a price moves for a rep missing in its row, in shares of the highest price of a gap."""

STARTS = (0.03, 0.06, 0.12, 0.25)
"""Prices from which the best is the first centre, in shares of the highest price of a gap."""

SWEEPS = 12
"""Rounds through the classes in which shares are improved, at most."""

SETTLED = 0.003
"""Of all reps, the share that a round moves when it is the last one."""

STEP = 1.7
"""Length of a step along the gradient; from 2 on shares would swing."""

TOURS, TOURS_PER_REP = 40, 4
"""Tours that a class keeps, and more of them the more reps it has."""

LOOK_BACK = 10
"""Rounds in which the bound rises by too little when it is enough."""

LEAST_RISE = 5e-4
"""By which it rises at least, in shares of itself."""


@dataclass
class _Group:
    """The tours of a class, what they cost and bring to the rows, and the reps on each."""

    tours: Ints
    costs: Floats
    rows: Floats
    shares: Floats
    steepness: float = 1.0
    known: set[bytes] = field(default_factory=set)

    def add(self, tour: Ints, cost: float, row: Floats, share: float = 0.0) -> bool:
        """Add a tour unless it is known."""
        if tour.tobytes() in self.known:
            return False
        self.known.add(tour.tobytes())
        self.tours = np.vstack([self.tours, tour])
        self.costs = np.append(self.costs, cost)
        self.rows = np.vstack([self.rows, row])
        self.shares = np.append(self.shares, share)
        return True

    def forget(self, most: int, prices: Floats) -> None:
        """Forget tours that nobody works, the dearest at these prices first."""
        reduced = self.costs - self.rows @ prices
        reduced[self.shares > 0] = -np.inf
        keep = np.sort(np.argsort(reduced, kind="stable")[:most])
        self.known -= {
            self.tours[place].tobytes() for place in set(range(len(reduced))) - set(keep)
        }
        self.tours, self.costs = self.tours[keep], self.costs[keep]
        self.rows, self.shares = self.rows[keep], self.shares[keep]

    def measure(self) -> None:
        """Find how fast the gradient may change along its steepest line."""
        products = self.rows @ self.rows.T
        self.steepness = float(np.linalg.norm(products, 2)) or 1.0


class Bundle:
    """The method for one problem."""

    def __init__(
        self, problem: RosterProblem, pricing: Pricing, random: np.random.Generator
    ) -> None:
        self._problem = problem
        self._pricing = pricing
        self._random = random
        self._step = cost_step(problem)
        self._bound = -np.inf
        self._centre = np.zeros(len(problem.cover.sides))
        self._reach = REACH * (problem.cover.gap or 1.0)
        self.classes: Classes = classes_of(problem)
        nothing = np.zeros((0, problem.days), dtype=np.int64)
        rows = np.zeros((0, len(problem.cover.sides)))
        self._groups = [_Group(nothing, np.zeros(0), rows, np.zeros(0)) for _ in self.classes.size]

    @property
    def prices(self) -> Floats:
        """The prices of rows with the best bound so far."""
        return self._centre

    def begin_at(self, prices: Floats) -> None:
        """Take the nearest allowed prices for the centre, if their bound is the best so far."""
        self._try(self._problem.cover.within(prices))

    @property
    def bound(self) -> float:
        """What no roster costs less than, as far as is known."""
        return rounded_up(self._bound, self._step) if np.isfinite(self._bound) else 0.0

    def add_roster(self, tours: Ints) -> None:
        """Let the tours of a roster, one a rep, be among those chosen from, and share them so."""
        for group in self._groups:
            group.shares[:] = 0.0
        self._add(self.classes.of_rep, tours)
        for kind, tour in zip(self.classes.of_rep, tours, strict=True):
            group = self._groups[kind]
            group.shares[(group.tours == tour).all(axis=1).argmax()] += 1.0

    def steps(self, seconds_left: Callable[[], float]) -> Iterator[float]:
        """Find better prices and tours in turn, and yield the bound; ends when it hardly rises."""
        if seconds_left() <= 0:
            return
        if not np.isfinite(self._bound):
            for prices in flat_prices(self._problem):
                self.begin_at(prices)
        bounds = [self._bound]
        while seconds_left() > 0:
            yield self.bound
            if len(bounds) > LOOK_BACK:
                rise = bounds[-1] - bounds[-1 - LOOK_BACK]
                if rise <= LEAST_RISE * abs(bounds[-1]):
                    return
            rest = self._share()
            self._try(self._problem.cover.within(self._centre + self._reach * rest))
            bounds.append(self._bound)

    def roster(self, is_over: Callable[[], bool]) -> Ints:
        """Give every rep one of the tours of their class, drawn so that they cost little."""
        chosen_from = [
            Choice(self._problem.covered(group.tours).astype(np.float64), group.costs, group.shares)
            for group in self._groups
        ]
        of_rep = self.classes.of_rep
        places = sampled(self._problem.cover, chosen_from, of_rep, self._random, is_over)
        return np.array(
            [self._groups[kind].tours[place]
             for kind, place in zip(self.classes.of_rep, places, strict=True)]
        )  # fmt: skip

    def _try(self, prices: Floats) -> None:
        """Price tours; they join the others, and the better of two points is the centre."""
        worth = self._problem.cover.worth(prices)
        costs, tours = self._pricing.best_tours(worth[None], self.classes.first)
        bound = lagrangian(self._problem, prices, costs * self.classes.size)
        if bound > self._bound:
            self._bound, self._centre = bound, prices
        self._add(np.arange(len(tours)), tours)

    def _add(self, kinds: Ints, tours: Ints) -> None:
        costs = self._problem.tour_costs(self.classes.first[kinds], tours)
        brought = self._problem.cover.to_rows(self._problem.covered(tours)).astype(np.float64)
        for kind, tour, cost, row in zip(kinds, tours, costs, brought, strict=True):
            group = self._groups[kind]
            if group.add(tour, cost, row):
                most = TOURS + TOURS_PER_REP * int(self.classes.size[kind])
                if len(group.costs) > most:
                    group.forget(most, self._centre)
                group.measure()

    def _share(self) -> Floats:
        """Improve the shares; return what the rows are left with."""
        cover, reach = self._problem.cover, self._reach
        rest = cover.sides - sum(group.shares @ group.rows for group in self._groups)
        for _ in range(SWEEPS):
            moved = 0.0
            for kind in self._random.permutation(len(self._groups)):
                group = self._groups[kind]
                if len(group.shares) == 1:
                    continue
                prices = cover.within(self._centre + reach * rest)
                gradient = group.costs - group.rows @ prices
                wanted = group.shares - STEP / (reach * group.steepness) * gradient
                change = _nearest(wanted, float(self.classes.size[kind])) - group.shares
                rest -= change @ group.rows
                group.shares = group.shares + change
                moved += float(np.abs(change).sum())
            if moved < SETTLED * self._problem.crew.size:
                break
        return np.asarray(rest)


def flat_prices(problem: RosterProblem) -> Iterator[Floats]:
    """Yield prices that are alike in all rows, from which the best is where to set out."""
    for share in STARTS:
        yield np.full(len(problem.cover.sides), share * problem.cover.gap)


def _nearest(wanted: Floats, total: float) -> Floats:
    """Return the nearest shares of at least 0 that add up to a total.

    Held, Wolfe and Crowder 1974, doi:10.1007/BF01580223.
    """
    falling = np.sort(wanted)[::-1]
    beyond = np.cumsum(falling) - total
    last = np.flatnonzero(falling * np.arange(1, len(falling) + 1) > beyond)[-1]
    return np.asarray(np.maximum(0.0, wanted - beyond[last] / (last + 1)))
