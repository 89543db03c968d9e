r"""A ceiling on how often somebody may be missing: the price of shortage that it is worth.

A ceiling on the share of open hours that may be short would need whole numbers for every path and
hour. The price of a missing rep-hour is raised instead until the plan keeps the ceiling: by
Lagrange's argument (Everett 1963) a plan found so is the cheapest of those with no more missing
rep-hours, and the price says what the ceiling is worth. Plans come in whole reps, so the share ends
somewhat below the ceiling.

References
----------
H. Everett, "Generalized Lagrange multiplier method for solving problems of optimum allocation of
resources", Operations Research 11 (3), 1963, doi:10.1287/opre.11.3.399.
"""

from collections.abc import Callable
from dataclasses import replace

from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings

DEAREST = 1000.0
"""Wages for a missing rep-hour beyond which no ceiling is worth it."""

NEAR = 1.1
"""Prices that are closer than this ratio are not told apart."""


def plan_below_ceiling(
    plan: Callable[[ShiftSettings], ShiftPlan], shifts: ShiftSettings, on_call: OnCallSettings
) -> ShiftPlan:
    """Choose shifts of which no more open intervals are expected to be short than may be.

    Parameters
    ----------
    plan
        Chooses shifts at the prices that it is given.
    shifts
        With the price of a missing rep-hour from which to start: the least.
    on_call
        With the ceiling, `most_short`; without one the first plan is the answer.

    Returns
    -------
    ShiftPlan
        Its outlook tells the price at which its shifts were chosen. Where not even `DEAREST` keeps
        the ceiling, as in a team that is too small, the plan at that price.
    """
    found = plan(shifts)
    ceiling = on_call.most_short
    if ceiling is None or _keeps(found, ceiling):
        return found
    low = high = shifts.understaffing_price
    while not _keeps(found, ceiling):
        if high >= DEAREST:
            return found
        low, high = high, min(2.0 * high, DEAREST)
        found = plan(replace(shifts, understaffing_price=high))
    while high > NEAR * low:
        middle = (low * high) ** 0.5
        tried = plan(replace(shifts, understaffing_price=middle))
        if _keeps(tried, ceiling):
            found, high = tried, middle
        else:
            low = middle
    return found


def _keeps(plan: ShiftPlan, ceiling: float) -> bool:
    """Whether no queue is short more often; without a plan or an outlook nothing can be told."""
    if not plan.report.has_plan:
        return True
    return all(outlook.p_short <= ceiling for outlook in plan.outlook)
