r"""A roster made without the rules that bind reps together comes to keep them.

A rule that may not be broken leaves best responses no way: nobody can be the first of two who have
to be there, and of many who should go no one gains by going. So it is first eased
(`Together.eased`): a price for each rep that grows until the rule is kept, from below that of a gap
on, so that those of a level come where others work and the others go where they do not come. Where
the level still lacks then, the time is closed to everybody, for as long as it takes to find other
work; the polish after it may open it again.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optimizer.tours.pardon import HARD
from optimizer.tours.polish import Draft, Polish, first_draft
from optimizer.tours.pricing import Pricing
from optimizer.tours.together import Together
from optimizer.tours.week import Ints, RosterProblem

PRICES = (3.0, 6.0, 12.0, 25.0, 50.0, 100.0, HARD)
"""Of an hour, in wages, one after the other; a rep missing for an hour usually costs 10."""

CLOSINGS = 20
"""Times that more is closed."""

PATIENCE = 3
"""Rounds in a row that may bring nothing."""


def settled(
    problem: RosterProblem,
    pricing: Pricing,
    random: np.random.Generator,
    tours: Ints,
    is_over: Callable[[], bool],
) -> Draft:
    """Return a roster that keeps the rules that bind reps together and may not be broken.

    Parameters
    ----------
    tours
        Of all reps, from which it sets out.
    is_over
        Whether to come to an end: who is in the way of a rule then loses their tour.
    """
    together = problem.together
    if together is None:
        raise ValueError("No rule binds the reps together.")

    def improved(rules: Together, tours: Ints) -> Ints:
        """Let reps respond and ruin their tours until nothing more comes of it for the rules."""
        eased = replace(problem, together=rules)
        draft, polish = Draft.of(eased, tours), Polish(eased, pricing, random)
        least, fruitless = np.inf, 0
        while draft.together > 0 and fruitless < PATIENCE and not is_over():
            fruitless = 0 if draft.together < least else fruitless + 1
            least = min(least, draft.together)
            polish.respond(draft, random.permutation(problem.crew.size))
            polish.ruin(draft)
        return draft.tours

    if together.rules:
        for price in PRICES:
            tours = improved(together.eased(price), tours)
        shut = together.eased(HARD)
        for _ in range(CLOSINGS):
            if not together.broken(tours) or is_over():
                break
            shut = shut.shut(tours)
            tours = improved(shut, tours)
    tours = improved(together, tours)
    return _without(problem, together, tours, first_draft(problem, pricing).tours)


def _without(problem: RosterProblem, together: Together, tours: Ints, least: Ints) -> Draft:
    """Give those who are in the way of a rule their least tours, until nobody is."""
    tours = tours.copy()
    while True:
        unled = together.unled(tours) & (tours != least).any(axis=1)
        if not unled.any():
            return Draft.of(problem, tours)
        tours[unled] = least[unled]
