r"""A ceiling on the hours of part-time shifts, as a share of all primary hours: a row of a plan.

With :math:`\ell_s` hours in shift s, of which some are part-time, and a share :math:`\rho`,

.. math:: \sum_{s\ part-time} \ell_s x_s \le \rho \sum_s \ell_s x_s .
"""

from collections.abc import Iterable
from typing import Any

import pulp

from optimizer.shifts import Shift, ShiftSettings


def add_part_time(
    problem: pulp.LpProblem, reps: Iterable[tuple[Shift, Any]], settings: ShiftSettings
) -> None:
    """Hold hours on part-time shifts below their share, where there is a ceiling."""
    if settings.most_part_time >= 1:
        return
    terms = [
        (count, shift.hours * ((shift.hours < settings.part_time_hours) - settings.most_part_time))
        for shift, count in reps
        if shift.role == "primary"
    ]
    if any(weight > 0 for _, weight in terms):
        problem.addConstraint(pulp.LpAffineExpression(terms) <= 0, "part_time")
