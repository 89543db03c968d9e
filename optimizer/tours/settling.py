"""A roster made without the rules that bind reps together comes to keep those it must not break.

A level that has to be there leaves best responses no way: nobody can be the first of two who have
to be there, and of many who should go no one gains by going. So it is first eased
(`Together.eased`): a price for each rep that grows until the rule is kept, from below that of a gap
on, so that those of a level come where others work and the others go where they do not come. Where
the level still lacks then, the time is closed to everybody, for as long as it takes to find other
work; the polish after it may open it again.
"""

from collections.abc import Callable

import numpy as np

from optimizer.tours.polish import Draft, Polish, first_tours
from optimizer.tours.pricing import Pricing
from optimizer.tours.together import Together
from optimizer.tours.week import Ints, RosterProblem

PRICES = (3.0, 6.0, 12.0, 25.0, 50.0, 100.0, None)
"""Of an hour, in wages, one after the other, at last none at which it may be; a rep missing for an
hour usually costs 10."""

CLOSINGS = 20
"""Times that more is closed, at most."""

PATIENCE = 3
"""Rounds in a row that may bring nothing."""


def settled(
    problem: RosterProblem,
    together: Together,
    pricing: Pricing,
    random: np.random.Generator,
    tours: Ints,
    is_over: Callable[[], bool],
) -> Ints:
    """Return tours that keep the rules that bind reps together and may not be broken.

    Parameters
    ----------
    tours
        Of all reps, from which it sets out.
    is_over
        Whether to come to an end: who is in the way of a rule then loses their tour.
    """

    def improved(rules: Together, tours: Ints) -> Ints:
        """Let reps respond and ruin their tours until nothing more comes of it for the rules."""
        polish = Polish(problem, pricing, random, rules)
        draft = Draft.of(problem, tours, rules)
        least, fruitless = np.inf, 0
        while draft.together > 0 and fruitless < PATIENCE and not is_over():
            fruitless = 0 if draft.together < least else fruitless + 1
            least = min(least, draft.together)
            polish.respond(draft, is_over)
            if not is_over():
                polish.ruin(draft)
        return draft.tours

    for price in PRICES:
        if not together.lacking(tours):
            break
        tours = improved(together.eased(price), tours)
    closed = together.eased(None)
    for _ in range(CLOSINGS):
        if not together.lacking(tours) or is_over():
            break
        closed = closed.shut(tours)
        tours = improved(closed, tours)
    return _without(together, improved(together, tours), first_tours(problem, pricing))


def _without(together: Together, tours: Ints, least: Ints) -> Ints:
    """Give those who are in the way of a rule their least tours, until nobody is."""
    tours = tours.copy()
    while True:
        unled = together.unled(tours) & (tours != least).any(axis=1)
        if not unled.any():
            return tours
        tours[unled] = least[unled]
