"""Covers what is required, whatever comes: rows of a shift plan."""

import numpy as np
import pulp

from optimizer.loss_function import Lack, Terms
from optimizer.shift_needs import Need, Presence


def add_cover(
    problem: pulp.LpProblem, label: str, need: Need, presence: Presence, price: float
) -> Lack:
    """Add what is missing in each interval, primary and both tiers together, at a price."""
    terms: Terms = []
    for interval in map(int, np.flatnonzero(need.primary + need.on_call)):
        name = f"{label}_{interval:06d}"
        lack = problem.add_variable(f"missing_{name}", 0)
        terms.append((lack, price))
        at_work = [*presence.primary[interval], (lack, 1.0)]
        wanted = int(need.primary[interval])
        if wanted:
            problem.addConstraint(pulp.LpAffineExpression(at_work) >= wanted, f"primary_{name}")
        if need.on_call[interval]:
            both = [*at_work, *presence.on_call[interval]]
            wanted += int(need.on_call[interval])
            problem.addConstraint(pulp.LpAffineExpression(both) >= wanted, f"both_{name}")
    return Lack(terms, 0.0)
