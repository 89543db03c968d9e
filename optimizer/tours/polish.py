r"""Better rosters from a roster: every rep in turn takes the tour that suits the others best.

What the others leave of the cells prices a rep's tours exactly, because a tour brings at most one
rep to an interval: what one more saves there. So the pricing programme with these marginals finds a
rep's *best response*; a move that costs no more is taken, ties included, since a tie is another
roster from which to go on. Many reps are priced in one call; what was moved meanwhile is counted
again before a move is taken. *Ruin* takes several reps' tours away and gives each in turn the best
response, in many independent trials at once.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.tours.pardon import BEYOND_ALL
from optimizer.tours.pricing import CHUNK, Pricing
from optimizer.tours.week import OFF, Floats, Ints, RosterProblem

TIE = 1e-9
"""A smaller difference of costs is arithmetic."""

NOISE = 1e-3
"""Of a price, added at random so that ties are broken differently every time."""


@dataclass
class Draft:
    """A roster while it is worked on.

    Parameters
    ----------
    tours
        By rep and day.
    costs
        Of the tours.
    covered
        Reps in each cell.
    """

    tours: Ints
    costs: Floats
    covered: Ints

    @classmethod
    def of(cls, problem: RosterProblem, tours: Ints) -> "Draft":
        """Count a roster."""
        reps = np.arange(problem.crew.size)
        covered = problem.covered(tours).sum(axis=0)
        return cls(tours.copy(), problem.tour_costs(reps, tours), covered)

    def cost(self, problem: RosterProblem) -> float:
        """Return what it costs."""
        return float(self.costs.sum() + problem.cover.cost(self.covered))


class Polish:
    """Moves that never make a roster dearer."""

    def __init__(
        self, problem: RosterProblem, pricing: Pricing, random: np.random.Generator
    ) -> None:
        self._problem = problem
        self._pricing = pricing
        self._random = random

    def respond(self, draft: Draft, reps: Ints) -> float:
        """Let reps, all different, take their best responses; return what that saves."""
        saved = 0.0
        for first in range(0, len(reps), CHUNK):
            part = reps[first : first + CHUNK]
            others = draft.covered - self._problem.covered(draft.tours[part])
            saved += self._take(draft, part[:, None], self._responses(others, part)[:, None])
        return saved

    def ruin(self, draft: Draft, trials: int, size: int) -> float:
        """Take the tours of `size` reps away and give them new ones, in independent trials."""
        size = min(size, self._problem.crew.size)
        order = self._random.permuted(
            np.tile(np.arange(self._problem.crew.size), (trials, 1)), axis=1
        )
        reps = order[:, :size]
        left = np.tile(draft.covered, (trials, 1))
        for place in range(size):
            left -= self._problem.covered(draft.tours[reps[:, place]])
        tours = np.empty((trials, size, self._problem.days), dtype=np.int64)
        for place in range(size):
            tours[:, place] = self._responses(left, reps[:, place])
            left += self._problem.covered(tours[:, place])
        return self._take(draft, reps, tours)

    def _responses(self, others: Ints, reps: Ints) -> Ints:
        """Return the best tours of reps beside what others cover, a line each."""
        problem = self._problem
        worth = problem.cover.gains(others)
        prices = problem.cover.prices
        usual = prices[prices < BEYOND_ALL].max(initial=0)
        noise = NOISE * usual * self._random.random(worth.shape)
        return self._pricing.best_tours(worth - noise, reps)[1]

    def _take(self, draft: Draft, reps: Ints, tours: Ints) -> float:
        """Take the moves, reps and new tours by line, that cost no more; return the saving."""
        problem, saved = self._problem, 0.0
        for movers, given in zip(reps, tours, strict=True):
            before = draft.tours[movers]
            if (before == given).all():
                continue
            costs = problem.tour_costs(movers, given)
            covered = draft.covered + (problem.covered(given) - problem.covered(before)).sum(axis=0)
            gain = draft.costs[movers].sum() - costs.sum()
            gain += problem.cover.cost(draft.covered) - problem.cover.cost(covered)
            if gain >= -TIE:
                draft.tours[movers], draft.costs[movers] = given, costs
                draft.covered = covered
                saved += max(0.0, float(gain))
        return saved


def first_draft(problem: RosterProblem, pricing: Pricing) -> Draft:
    """Return the roster of nobody's work, or of whose work the rules of days ask for."""
    reps = np.arange(problem.crew.size)
    tours = np.full((problem.crew.size, problem.days), OFF)
    bound_to = np.flatnonzero(~np.isfinite(problem.rule_costs(reps, tours)))
    if len(bound_to):
        nothing = np.zeros((1, problem.cover.cells))
        tours[bound_to] = pricing.best_tours(nothing, bound_to)[1]
    return Draft.of(problem, tours)
