r"""Who may leave early: the most hours that can be spared, in ends of shifts.

Let :math:`k_t` be the reps that interval :math:`t` can spare. Reps :math:`u_{se} \in
\mathbb{Z}_{\ge 0}` of shift :math:`s`, which has :math:`n_s`, leave at the start of interval
:math:`e`:

.. math::

    \max \sum_{se} (\text{end}_s - e)\, u_{se}, \quad
    \sum_{s,\, e \le t < \text{end}_s} u_{se} \le k_t, \quad \sum_e u_{se} \le n_s .
"""

from collections import defaultdict
from collections.abc import Sequence

import pulp

from forecast.days import Integers
from optimizer.call_programme import EXACT, TIE, Block, Window
from optimizer.solver import solve


def choose_releases(
    spared: Integers, windows: Sequence[Window], least_intervals: int
) -> tuple[Block, ...]:
    """Choose who leaves early, and from when.

    Parameters
    ----------
    spared
        Whole reps that each interval can do without.
    windows
        From when reps could leave until the end of their shift.
    least_intervals
        By which somebody leaves early at least.

    Returns
    -------
    tuple of Block
        The time that is left out, which lasts until the end of the window; sorted by start.

    Examples
    --------
    >>> import numpy as np
    >>> choose_releases(np.array([0, 1, 1, 2]), [Window(0, 4), Window(0, 3)], 1)
    (Block(window=0, first=1, last=4),)
    """
    problem = pulp.LpProblem("releases", pulp.LpMinimize)
    blocks: list[tuple[Block, pulp.LpVariable]] = []
    covering: dict[int, list[tuple[pulp.LpVariable, float]]] = defaultdict(list)
    for place, window in enumerate(windows):
        own = []
        for first in range(window.last - least_intervals, window.first - 1, -1):
            if spared[first] < 1 or (spared[first : window.last] < 1).any():
                break
            name = f"leave_{len(blocks):06d}"
            reps = problem.add_variable(name, 0, window.reps, pulp.LpInteger)
            blocks.append((Block(place, first, window.last), reps))
            own.append((reps, 1.0))
            for interval in range(first, window.last):
                covering[interval].append((reps, 1.0))
        if own:
            problem.addConstraint(pulp.LpAffineExpression(own) <= window.reps, f"w_{place:06d}")
    if not blocks:
        return ()
    for interval, leaving in sorted(covering.items()):
        limit = pulp.LpAffineExpression(leaving) <= int(spared[interval])
        problem.addConstraint(limit, f"spared_{interval:06d}")
    terms = [(reps, TIE - (block.last - block.first)) for block, reps in blocks]
    problem.setObjective(pulp.LpAffineExpression(terms))
    solve(problem, EXACT)
    chosen = [block for block, reps in blocks for _ in range(round(reps.value() or 0))]
    return tuple(sorted(chosen, key=lambda block: (block.first, -block.last, block.window)))
