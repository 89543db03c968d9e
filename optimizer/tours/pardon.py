"""Rules that cannot be kept: broken as little as possible, and what nobody can help not counted."""

from dataclasses import replace

import numpy as np

from optimizer.tours.pricing import Pricing
from optimizer.tours.week import Floats, RosterProblem

BEYOND_ALL = 1e5
"""Price of a unit of a rule that cannot be kept: more than any roster gains by it."""


def units_broken(costs: Floats) -> int:
    """Return how many units of rules priced above all are part of what tours cost.

    Told tour by tour: what one costs otherwise is far less than a unit, that of a large roster may
    be more.
    """
    return int(np.round(costs[np.isfinite(costs)] / BEYOND_ALL).sum())


def pardoned(problem: RosterProblem) -> RosterProblem:
    """Return a problem in which rules may be broken, as little as possible.

    History, locks and absences may leave a rep no way to keep a rule. Then every unit by which one
    is broken has a price above all else, and what each rep cannot help is not counted.
    """
    return excused(replace(problem, rules=replace(problem.rules, hard=BEYOND_ALL)))


def excused(problem: RosterProblem) -> RosterProblem:
    """Return a problem that does not count what reps cannot help of what is priced above all."""
    reps, nothing = np.arange(problem.crew.size), np.zeros((1, problem.cover.cells))
    costs, _ = Pricing(problem).best_tours(nothing, reps)
    units = np.round(np.where(np.isfinite(costs), costs, 0.0) / BEYOND_ALL)
    offset = 0.0 if problem.offset is None else problem.offset
    return replace(problem, offset=offset - BEYOND_ALL * units)
