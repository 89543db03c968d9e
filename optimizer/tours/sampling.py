r"""A roster drawn from many tours a rep, better than taking each rep's largest share.

In turn every rep takes one of their tours at random, tour t with a probability in proportion to
:math:`e^{-v_t / T}`, where :math:`v_t` is its cost less what it saves beside the others. While the
temperature T falls, rosters of little cost get more and more likely (Geman and Geman 1984,
doi:10.1109/TPAMI.1984.4767596).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.tours.tiers import Cover
from optimizer.tours.week import Floats, Ints

ROUNDS = 150
"""Rounds through all reps."""

HOT, COLD = 0.3, 0.03
"""First and last temperature, in shares of the highest price of a gap."""


@dataclass(frozen=True)
class Choice:
    """Tours of a class: what they bring to the cells, their costs, and the reps on each."""

    brings: Floats
    costs: Floats
    shares: Floats


def sampled(
    cover: Cover,
    choices: Sequence[Choice],
    of_rep: Ints,
    random: np.random.Generator,
    is_over: Callable[[], bool] = lambda: False,
) -> Ints:
    """Return the place, among the tours of their class, that each rep takes.

    Parameters
    ----------
    choices
        By class.
    of_rep
        The class of each rep.
    is_over
        Asked after each round, whether to leave it at that.
    """
    places = np.array([int(choices[kind].shares.argmax()) for kind in of_rep])
    there = sum(choices[kind].brings[place] for kind, place in zip(of_rep, places, strict=True))
    for temperature in (cover.gap or 1.0) * np.geomspace(HOT, COLD, ROUNDS):
        for rep in random.permutation(len(of_rep)):
            choice = choices[of_rep[rep]]
            there = there - choice.brings[places[rep]]
            values = choice.costs - choice.brings @ cover.gains(there)
            places[rep] = (random.gumbel(size=len(values)) - values / temperature).argmax()
            there = there + choice.brings[places[rep]]
        if is_over():
            break
    return places
