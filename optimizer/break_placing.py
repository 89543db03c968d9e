r"""When reps of a roster take their breaks, once it is known who works which shift.

Shifts s are worked by :math:`n_s` reps. Breaks wait in line as in `optimizer.break_programme`; with
:math:`a_t` reps of a queue on break in interval t of h hours, shares of an interval counted,

.. math::

    \min \sum_t u_t, \qquad
    u_t \ge P_t - (p_t - a_t), \qquad u_t \ge P_t + O_t - (p_t - a_t) - o_t, \qquad u_t \ge 0,

where :math:`P_t` and :math:`O_t` are required of primary and on-call, and :math:`p_t` and
:math:`o_t` are on shifts. Placing breaks after the roster instead of with it is what large rosters
can afford (Kiermaier, Frey and Bard 2020).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pulp

from optimizer.break_programme import BreakLine, absent_shares, add_breaks, placed_breaks
from optimizer.breaks import BreakRule
from optimizer.cover import count_coverage
from optimizer.roster import Assignment
from optimizer.roster_breaks import deal_breaks
from optimizer.shifts import StaffedShift
from optimizer.solver import Cancellation, SolverSettings, solve


def place_breaks(
    assignments: Sequence[Assignment],
    locked: Sequence[Assignment],
    required: pd.DataFrame,
    rules: Sequence[BreakRule],
    interval_minutes: int,
    settings: SolverSettings,
    cancel: Cancellation | None = None,
) -> list[Assignment]:
    """Give the shifts of a roster their breaks, where they are missed least.

    Parameters
    ----------
    assignments
        Whose breaks are to be placed.
    locked
        Assignments that keep the breaks that they have, or none.
    required
        As `optimizer.cover.required_reps` returns it.
    rules
        What makes breaks due.
    interval_minutes
        Of the grid, on which breaks start.

    Returns
    -------
    list of Assignment
        `assignments`, with breaks, by rep and start; as they are when no placement was found in
        time.
    """
    counts = Counter(one.shift for one in assignments)
    problem = pulp.LpProblem("breaks", pulp.LpMinimize)
    reps = [
        (shift, problem.add_variable(f"reps_{number:06d}", count, count))
        for number, (shift, count) in enumerate(sorted(counts.items()))
    ]
    begin = pd.Timestamp(required["interval_start"].min()).to_pydatetime()
    lines = add_breaks(problem, rules, begin, interval_minutes, reps)
    staffed = [StaffedShift(shift, counts[shift]) for shift, _ in reps]
    if not lines:
        return list(assignments)
    there = count_coverage(
        required, [*staffed, *(StaffedShift(one.shift, 1) for one in locked)], interval_minutes
    )
    problem.setObjective(pulp.LpAffineExpression(_add_lack(problem, there, _away(lines))))
    if not solve(problem, settings, cancel).has_plan:
        return list(assignments)
    return deal_breaks(assignments, placed_breaks(lines, staffed), ())


def _away(lines: Sequence[BreakLine]) -> dict[tuple[str, int], list[tuple[Any, float]]]:
    """Return by queue and place of the interval who is on break in it, in shares of it."""
    away: dict[tuple[str, int], list[tuple[Any, float]]] = defaultdict(list)
    for line in lines:
        for moment, count in line.taken:
            shares = absent_shares(moment, line.rule.minutes, line.begin, line.interval_minutes)
            for place, share in shares:
                away[line.queue, place].append((count, share))
    return away


def _add_lack(
    problem: pulp.LpProblem,
    there: pd.DataFrame,
    away: dict[tuple[str, int], list[tuple[Any, float]]],
) -> list[tuple[Any, float]]:
    """Add what each interval lacks with its breaks, and return the sum of it."""
    lacking = []
    for number, queue in enumerate(sorted(set(there["queue"]))):
        rows = there[there["queue"] == queue]
        columns = ("required_primary", "required_on_call", "primary", "on_call")
        for place, (primary, on_call, at_work, standing_by) in enumerate(
            zip(*(rows[name] for name in columns), strict=True)
        ):
            absent = away.get((str(queue), place))
            if not absent:
                continue
            lack = problem.add_variable(f"lack_{number}_{place:06d}", 0)
            lacking.append((lack, 1.0))
            short = [(lack, 1.0)] + [(count, -share) for count, share in absent]
            least = max(primary - at_work, primary + on_call - at_work - standing_by)
            problem.addConstraint(
                pulp.LpAffineExpression(short) >= float(least), f"lack_{number}_{place:06d}"
            )
    return lacking
