r"""The master programme: which tours, in what shares, cover the demand at the least cost.

Reps who are alike in everything (a *class* k of :math:`n_k`) share their tours. With
:math:`x_{kt} \ge 0` of them on tour t and columns y for what is missing and too much, which cost q
and enter the rows by G (`optimizer.tours.tiers`):

.. math::

    \min \sum_k \sum_t c_t x_{kt} + q y, \quad
    R \Bigl( \sum_{kt} a_t x_{kt} \Bigr) + G y = d, \quad \sum_t x_{kt} = n_k

where R adds up the cells of each row, over the tours found so far. The prices of the rows say what
a rep is worth; tours that would lower the cost at these prices are found by
`optimizer.tours.pricing` and added, until there are none (Dantzig and Wolfe 1960,
doi:10.1287/opre.8.1.101).
"""

from dataclasses import dataclass

import numpy as np

from optimizer.live_programme import LiveProgramme
from optimizer.solver import Cancellation
from optimizer.tours.week import Floats, Ints, RosterProblem

WORTHWHILE = 1e-6
"""By which a tour must lower the cost to be added."""


@dataclass(frozen=True)
class Classes:
    """Reps who are alike, together.

    Parameters
    ----------
    of_rep
        The class of each rep.
    first
        A rep of each class, and so any of them.
    size
        How many they are.
    """

    of_rep: Ints
    first: Ints
    size: Ints


def classes_of(problem: RosterProblem) -> Classes:
    """Put reps together whom nothing tells apart."""
    crew = problem.crew
    facts = [crew.view[:, None], crew.least, crew.most, crew.ready[:, None]]
    facts += [problem.layers.initial[:, None], crew.allowed.astype(np.int64), problem.fixed]
    table = np.hstack(facts).astype(np.float64)
    if crew.wish is not None:
        table = np.hstack([table, crew.wish])
    if problem.layers.ahead is not None:
        table = np.hstack([table, problem.layers.ahead])
    if problem.period is not None:
        table = np.hstack([table, problem.period.least[:, None], problem.period.most[:, None]])
    if problem.offset is not None:
        table = np.hstack([table, problem.offset[:, None]])
    _, first, of_rep, size = np.unique(
        table, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    return Classes(of_rep.ravel(), first, size)


@dataclass(frozen=True)
class Shares:
    """What the master programme came to.

    Parameters
    ----------
    objective
        Cost of the fractional roster; no bound until no tour is missing.
    reps
        Of each tour found so far, how many of its class work it.
    prices
        Of each row, within what the columns allow.
    class_prices
        Cost less worth of the tours in use, by class.
    """

    objective: float
    reps: Floats
    prices: Floats
    class_prices: Floats


class Master:
    """The programme and the tours found so far."""

    def __init__(
        self,
        problem: RosterProblem,
        classes: Classes,
        seed: int,
        cancel: Cancellation | None,
    ) -> None:
        self._problem = problem
        self._classes = classes
        self._rows = len(problem.cover.sides)
        self._slacks = len(problem.cover.slacks.costs)
        sides = np.concatenate([problem.cover.sides, classes.size.astype(np.float64)])
        self._programme = LiveProgramme(sides, seed, cancel)
        self._kinds: list[Ints] = []
        self._tours: list[Ints] = []
        self._known: set[bytes] = set()
        slacks = problem.cover.slacks
        self._programme.add_columns(
            slacks.costs,
            slacks.begins.astype(np.int32),
            slacks.rows.astype(np.int32),
            slacks.entries,
        )

    @property
    def tours(self) -> Ints:
        """All tours found so far, a row each."""
        return np.concatenate(self._tours)

    @property
    def kinds(self) -> Ints:
        """The class of each tour found so far."""
        return np.concatenate(self._kinds)

    def add(self, kinds: Ints, tours: Ints) -> int:
        """Add tours that are not known yet, each for a class; return how many."""
        keys = [line.tobytes() for line in np.column_stack([kinds, tours])]
        fresh = [place for place, key in enumerate(keys) if not self._is_known(key)]
        if not fresh:
            return 0
        kinds, tours = kinds[fresh], tours[fresh]
        brought = self._problem.cover.to_rows(self._problem.covered(tours))
        is_of = kinds[:, None] == np.arange(len(self._classes.size))
        entries = np.hstack([brought, is_of]).astype(np.float64)
        columns, rows = np.nonzero(entries)
        begins = np.searchsorted(columns, np.arange(len(tours)))
        self._programme.add_columns(
            self._problem.tour_costs(self._classes.first[kinds], tours),
            begins.astype(np.int32),
            rows.astype(np.int32),
            entries[columns, rows],
        )
        self._kinds.append(kinds)
        self._tours.append(tours)
        return len(fresh)

    def _is_known(self, key: bytes) -> bool:
        is_known = key in self._known
        self._known.add(key)
        return is_known

    def solve(self, seconds: float) -> Shares | None:
        """Solve the programme over the tours found so far; None when time is over."""
        answer = self._programme.solve(seconds)
        if answer is None:
            return None
        return Shares(
            answer.objective,
            answer.values[self._slacks :],
            self._problem.cover.within(answer.prices[: self._rows]),
            answer.prices[self._rows :],
        )
