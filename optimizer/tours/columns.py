"""Column generation: tours are added to the master programme until none would lower its cost.

The prices of the master jump about while it knows few tours, so tours are priced at a point
between the prices with the best bound so far and the master's own (Wentges 1997,
doi:10.1016/S0969-6016(97)00001-4); when that finds no tour that helps the master, its own prices
are tried. Beside each class's cheapest tour the same call finds tours at prices shaken a little, so
that a few classes of many reps bring as many different tours as many classes would.
"""

from collections.abc import Callable, Iterator

import numpy as np

from optimizer.solver import Cancellation
from optimizer.tours.bound import cost_step, lagrangian, rounded_up
from optimizer.tours.master import WORTHWHILE, Classes, Master, Shares, classes_of
from optimizer.tours.polish import first_tours
from optimizer.tours.pricing import CHUNK, Pricing
from optimizer.tours.week import Floats, Ints, RosterProblem

STABLE = 0.7
"""Weight of the prices with the best bound."""

SHAKE = 0.1
"""Standard deviation of what is added to a price, in shares of it and of one wage."""


class Columns:
    """Column generation for one problem."""

    def __init__(
        self,
        problem: RosterProblem,
        pricing: Pricing,
        random: np.random.Generator,
        seed: int,
        cancel: Cancellation | None,
    ) -> None:
        self._problem = problem
        self._pricing = pricing
        self._random = random
        self.classes: Classes = classes_of(problem)
        self.master = Master(problem, self.classes, seed, cancel)
        self._bound = -np.inf
        self._best_prices: Floats | None = None
        self._cost_step = cost_step(problem)
        self._shares: Shares | None = None
        first = first_tours(problem, pricing)
        self.add_roster(first)

    @property
    def prices(self) -> Floats:
        """The prices of rows with the best bound so far."""
        if self._best_prices is None:
            return np.zeros(len(self._problem.cover.sides))
        return self._best_prices

    def begin_at(self, prices: Floats) -> None:
        """Price tours at the nearest allowed prices first."""
        cover = self._problem.cover
        prices = cover.within(prices)
        costs, tours = self._pricing.best_tours(cover.worth(prices)[None], self.classes.first)
        self._raise_bound(prices, costs)
        self.master.add(np.arange(len(tours)), tours)

    def add_roster(self, tours: Ints) -> None:
        """Let the master know the tours of a roster, one a rep."""
        self.master.add(self.classes.of_rep, tours)

    def steps(self, seconds_left: Callable[[], float]) -> Iterator[float]:
        """Solve and price in turn, and yield the bound; ends when no tour is missing."""
        while True:
            shares = self.master.solve(seconds_left())
            if shares is None:
                return
            self._shares = shares
            is_complete = not self._price(shares)
            yield self.bound
            if is_complete or self.bound >= shares.objective - WORTHWHILE:
                return

    def roster(self, is_over: Callable[[], bool]) -> Ints:  # noqa: ARG002
        """Give every rep a tour that their class shares: first whole shares, then the largest."""
        tours = first_tours(self._problem, self._pricing)
        if self._shares is None:
            return tours
        reps = self._shares.reps
        kinds, known = self.master.kinds[: len(reps)], self.master.tours[: len(reps)]
        for kind, size in enumerate(self.classes.size):
            own = np.flatnonzero(kinds == kind)
            times = np.floor(reps[own] + WORTHWHILE).astype(np.int64)
            left = int(size - times.sum())
            times[np.argsort(times - reps[own], kind="stable")[:left]] += 1
            members = np.flatnonzero(self.classes.of_rep == kind)
            given = np.repeat(own, times)[: len(members)]
            tours[members[: len(given)]] = known[given]
        return tours

    @property
    def bound(self) -> float:
        """What no roster costs less than, as far as is known."""
        return rounded_up(self._bound, self._cost_step) if np.isfinite(self._bound) else 0.0

    def _price(self, shares: Shares) -> bool:
        """Add tours that would lower the master's cost; return whether there were any."""
        if self._best_prices is not None:
            between = STABLE * self._best_prices + (1 - STABLE) * shares.prices
            if self._add_tours(shares, between):
                return True
        return self._add_tours(shares, shares.prices)

    def _add_tours(self, shares: Shares, prices: Floats) -> bool:
        """Price tours at the given prices of rows, and add those that help the master."""
        problem, count = self._problem, len(self.classes.size)
        worth = problem.cover.worth(prices)
        kinds = np.tile(np.arange(count), max(1, CHUNK // count))
        points = np.tile(worth, (len(kinds), 1))
        shaken = points[count:]
        shaken += SHAKE * self._random.standard_normal(shaken.shape) * (1 + abs(worth))
        reps = self.classes.first[kinds]
        costs, tours = self._pricing.best_tours(points, reps)
        self._raise_bound(prices, costs[:count])
        reduced = problem.tour_costs(reps, tours) - shares.class_prices[kinds]
        reduced -= problem.covered(tours) @ problem.cover.worth(shares.prices)
        helps = reduced < -WORTHWHILE
        return self.master.add(kinds[helps], tours[helps]) > 0

    def _raise_bound(self, prices: Floats, costs: Floats) -> None:
        """Take the bound at prices, given each class's cheapest tour, if it is the best so far."""
        bound = lagrangian(self._problem, prices, costs * self.classes.size)
        if bound > self._bound:
            self._bound, self._best_prices = bound, prices
