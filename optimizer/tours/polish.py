r"""Better rosters from a roster: every rep in turn takes the tour that suits the others best.

What the others leave of the cells prices a rep's tours exactly, because a tour brings at most one
rep to an interval: what one more saves there. So the pricing programme with these marginals finds a
rep's *best response*; a move that costs no more is taken, ties included, since a tie is another
roster from which to go on. Many reps are priced in one call; what was moved meanwhile is counted
again before a move is taken. *Ruin* takes several reps' tours away and gives each in turn the best
response, in many independent trials at once. Rules that bind reps together are part of a response;
in ruin, half of the trials take reps who depend on each other, and half let all but the last of
them forget these rules, for what one may not do alone they may do together.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.tours.pardon import BEYOND_ALL
from optimizer.tours.pricing import CHUNK, Pricing
from optimizer.tours.together import Together
from optimizer.tours.week import OFF, Floats, Ints, RosterProblem

TIE = 1e-9
"""A smaller difference of costs is arithmetic."""

NOISE = 1e-3
"""Of a price, added at random so that ties are broken differently every time."""

RUINS = 64
"""Independent trials of ruin in a round."""

LARGEST_RUIN = 5
"""Reps whose tours a trial takes away, at most."""

BOLD = 1 / 2
"""Share of ruins in which all but the last forget the rules that bind reps together."""


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
    present
        Who is there, as the rules that bind reps together count them.
    together
        What it costs by these rules.
    """

    tours: Ints
    costs: Floats
    covered: Ints
    present: tuple[Ints, ...] = ()
    together: float = 0.0

    @classmethod
    def of(cls, problem: RosterProblem, tours: Ints, rules: Together | None) -> "Draft":
        """Count a roster, what it costs by rules that bind reps together included."""
        reps = np.arange(problem.crew.size)
        covered = problem.covered(tours).sum(axis=0)
        draft = cls(tours.copy(), problem.tour_costs(reps, tours), covered)
        if rules is not None:
            draft.present = rules.present_of_all(tours)
            draft.together = rules.cost(tours, draft.present)
        return draft

    def cost(self, problem: RosterProblem) -> float:
        """Return what it costs."""
        return float(self.costs.sum() + problem.cover.cost(self.covered)) + self.together


class Polish:
    """Moves that never make a roster dearer.

    The rules that bind reps together may be others than the problem's, or none.
    """

    def __init__(
        self,
        problem: RosterProblem,
        pricing: Pricing,
        random: np.random.Generator,
        rules: Together | None,
    ) -> None:
        self._problem = problem
        self._pricing = pricing
        self._random = random
        self._rules = rules

    def respond(self, draft: Draft, is_over: Callable[[], bool]) -> None:
        """Let every rep take their best response, in random order, as long as there is time."""
        order = self._random.permutation(self._problem.crew.size)
        for first in range(0, len(order), CHUNK):
            if is_over():
                return
            part = order[first : first + CHUNK]
            others = draft.covered - self._problem.covered(draft.tours[part])
            worth, added = self._problem.cover.gains(others), None
            if self._rules is not None:
                off = np.full((len(part), 1, self._problem.days), OFF)
                moves = part[:, None], off
                added = self._rules.added(draft.tours, draft.present, part, moves)
            self._take(draft, part[:, None], self._responses(worth, part, added)[:, None])

    def ruin(self, draft: Draft) -> None:
        """Take the tours of a few reps away and give them new ones, in independent trials."""
        size = int(self._random.integers(2, LARGEST_RUIN + 1))
        size = min(size, self._problem.crew.size)
        order = self._random.permuted(
            np.tile(np.arange(self._problem.crew.size), (RUINS, 1)), axis=1
        )
        reps = order[:, :size]
        rules, is_bold = self._rules, np.zeros(RUINS, dtype=bool)
        if rules is not None:
            is_bold = self._random.random(RUINS) < BOLD
            for line in range(0, RUINS, 2):
                reps[line] = rules.group(size, draft.tours, self._random)
        left = np.tile(draft.covered, (RUINS, 1))
        for place in range(size):
            left -= self._problem.covered(draft.tours[reps[:, place]])
        tours = np.full((RUINS, size, self._problem.days), OFF)
        for place in range(size):
            worth, added = self._problem.cover.gains(left), None
            if rules is not None:
                moves = reps, tours
                added = rules.added(draft.tours, draft.present, reps[:, place], moves)
                added[is_bold & (place < size - 1)] = 0.0
                worth += self._shared(rules, left, reps[:, place:])
            tours[:, place] = self._responses(worth, reps[:, place], added)
            left += self._problem.covered(tours[:, place])
        self._take(draft, reps, tours)

    def _shared(self, rules: Together, left: Ints, reps: Ints) -> Floats:
        """Return what a cell is worth to mentors for the trainee who chooses after them.

        Some of what a second rep would save there, by line: where there is work for both, the
        trainee may work beside.

        Parameters
        ----------
        left
            What is covered, by line.
        reps
            Who chooses now, and then who after them, by line.
        """
        if rules.mentoring is None:
            return np.zeros((len(reps), 1))
        trainees = [rules.mentoring.trainees_of(line[0]) for line in reps]
        leads = [np.isin(line[1:], own).any() for line, own in zip(reps, trainees, strict=True)]
        share = np.array(leads) * self._random.random(len(reps))
        return np.asarray(share[:, None] * np.maximum(0, self._problem.cover.gains(left + 1)))

    def _responses(self, worth: Floats, reps: Ints, added: Floats | None) -> Ints:
        """Return the best tours of reps at what a rep more is worth in each cell, a line each."""
        prices = self._problem.cover.prices
        usual = prices[prices < BEYOND_ALL].max(initial=0)
        noise = NOISE * usual * self._random.random(worth.shape)
        return self._pricing.best_tours(worth - noise, reps, added)[1]

    def _take(self, draft: Draft, reps: Ints, tours: Ints) -> None:
        """Take the moves, reps and new tours by line, that cost no more."""
        problem = self._problem
        for movers, given in zip(reps, tours, strict=True):
            before = draft.tours[movers]
            if (before == given).all():
                continue
            costs = problem.tour_costs(movers, given)
            covered = draft.covered + (problem.covered(given) - problem.covered(before)).sum(axis=0)
            gain = draft.costs[movers].sum() - costs.sum()
            gain += problem.cover.cost(draft.covered) - problem.cover.cost(covered)
            present, together = draft.present, draft.together
            # Rules that bind reps together cost at least nothing.
            if self._rules is not None and gain + draft.together >= -TIE:
                present, together = _beside(self._rules, draft, movers, given)
                gain += draft.together - together
            if gain >= -TIE:
                draft.tours[movers], draft.costs[movers] = given, costs
                draft.covered, draft.present, draft.together = covered, present, together


def _beside(
    rules: Together, draft: Draft, movers: Ints, given: Ints
) -> tuple[tuple[Ints, ...], float]:
    """Return who is present once reps have other tours, and what it costs by the rules."""
    whole = draft.tours.copy()
    whole[movers] = given
    lines = np.tile(movers, (2, 1))
    change = rules.present(lines, np.stack([given, draft.tours[movers]]))
    ways = zip(draft.present, change, strict=True)
    present = tuple(there + more - less for there, (more, less) in ways)
    return present, rules.cost(whole, present)


def first_tours(problem: RosterProblem, pricing: Pricing) -> Ints:
    """Return the roster of nobody's work, or of whose work the rules of days ask for."""
    reps = np.arange(problem.crew.size)
    tours = np.full((problem.crew.size, problem.days), OFF)
    bound_to = np.flatnonzero(~np.isfinite(problem.rule_costs(reps, tours)))
    if len(bound_to):
        nothing = np.zeros((1, problem.cover.cells))
        tours[bound_to] = pricing.best_tours(nothing, bound_to)[1]
    return tours
