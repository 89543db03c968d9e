r"""Shifts for a target per day: a linear programme of what each further rep brings, hour by hour.

For interval :math:`t` the contacts in time that :math:`n` rostered reps bring are taken from a few
staffs of the whole week, each with some reps more or fewer in *every* interval: so backlog and
joiners are those of a week that is staffed as tightly throughout, not of one odd hour. Their
concave hull has slopes :math:`g_{tk}` over widths :math:`w_{tk}`.

Variables: :math:`x_s \ge 0`, reps on shift s of :math:`\ell_s` hours; :math:`z_{tk} \in [0,
w_{tk}]`, reps beyond the fewest :math:`m_t` that are tried in t.

.. math::

    \min\; \sum_s \ell_s x_s - \sum_d \lambda_d \sum_{t \in d, k} g_{tk} z_{tk}
    \quad\text{with}\quad \sum_{s \ni t} x_s \ge m_t + \sum_k z_{tk}

At given prices :math:`\lambda_d`, in paid hours for a contact in time, every shift covers intervals
in a row, so the matrix is totally unimodular and the solution whole without branching. The prices
are the duals of the same programme with :math:`\sum_{t \in d} g_{tk} z_{tk} \ge` what day d lacks
in place of its price.

References
----------
G. B. Dantzig, "A comment on Edie's 'Traffic delays at toll booths'", Journal of the Operations
Research Society of America 2 (3), 1954, doi:10.1287/opre.2.3.339 (cover); A. J. Hoffman and
J. B. Kruskal, "Integral boundary points of convex polyhedra", 1956, doi:10.1515/9781400881987-014.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pulp

from optimizer.day_task import DayTask
from optimizer.followed_service import Followed
from optimizer.solver import SolverSettings, solve

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

OUT_OF_REACH = 1000.0
"""Paid hours for a contact that no staff tried brings in time: more than any other costs."""

CLOSED_SURCHARGE = 0.1
"""On a closed hour in a shift, in hours: equal plans avoid it."""


@dataclass(frozen=True)
class Responses:
    """What reps bring, by interval.

    Parameters
    ----------
    reps
        Rostered reps that were tried, rising, an array for each interval.
    in_time
        Contacts in time that they bring.
    """

    reps: tuple[Floats, ...]
    in_time: tuple[Floats, ...]

    def at(self, rostered: Floats | Reps) -> Floats:
        """Return the contacts in time of some reps in each interval, even between those tried."""
        told = zip(rostered, self.reps, self.in_time, strict=True)
        # Below those tried, as if each brought as much as the others; nobody brings nothing.
        return np.array(
            [
                np.interp(reps, tried, found) if reps >= tried[0] else found[0] * reps / tried[0]
                for reps, tried, found in told
            ]
        )


def responses(task: DayTask, tried: Sequence[tuple[Reps, Followed]]) -> Responses:
    """Return what reps bring, from staffs and their service; the first of equal reps counts."""
    by_interval: list[dict[int, float]] = [{} for _ in task.volume]
    for rostered, followed in tried:
        for known, reps, level in zip(by_interval, rostered.tolist(), followed.level, strict=True):
            known.setdefault(reps, float(level))
    pairs = [sorted(known.items()) for known in by_interval]
    return Responses(
        tuple(np.array([reps for reps, _ in known], dtype=float) for known in pairs),
        tuple(
            np.maximum.accumulate([level for _, level in known]) * volume
            for known, volume in zip(pairs, task.volume, strict=True)
        ),
    )


def concave_hull(reps: Floats, in_time: Floats) -> list[tuple[float, float]]:
    """Return the corners of the least concave function above points of rising reps.

    Examples
    --------
    >>> concave_hull(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 4.0]))
    [(1.0, 0.0), (3.0, 4.0)]
    """
    corners: list[tuple[float, float]] = []
    for x, y in zip(reps.tolist(), in_time.tolist(), strict=True):
        while len(corners) > 1:
            (x0, y0), (x1, y1) = corners[-2:]
            if (y1 - y0) * (x - x1) > (y - y1) * (x1 - x0):
                break
            corners.pop()
        corners.append((x, y))
    return corners


class DayProgramme:
    """The programme, to be solved at several prices.

    Parameters
    ----------
    task
        The queue.
    known
        What reps bring.
    solver
        Its time limit and seed.
    """

    def __init__(self, task: DayTask, known: Responses, solver: SolverSettings) -> None:
        self._task, self._solver = task, solver
        self._problem = pulp.LpProblem("day_targets", pulp.LpMinimize)
        self._reps = [
            self._problem.add_variable(f"reps_{place:06d}", 0) for place in range(len(task.shifts))
        ]
        closed = np.array([shift.closed_hours for shift in task.shifts])
        cost = task.hours + CLOSED_SURCHARGE * closed
        self._cost = list(zip(self._reps, cost.tolist(), strict=True))
        # Of each day or week: variables, and what one of each brings in time.
        self._gains: dict[int, list[tuple[Any, float]]] = defaultdict(list)
        self._at_least = np.zeros(len(task.contacts))
        self._add_cover(known)

    def _add_cover(self, known: Responses) -> None:
        """Say how many work in each interval, by who begins and who ends, and what they bring."""
        problem, task = self._problem, self._task
        moves: list[list[tuple[Any, float]]] = [[] for _ in range(len(task.volume) + 1)]
        for count, first, last in zip(self._reps, task.first, task.last, strict=True):
            moves[first].append((count, -1.0))
            moves[last].append((count, 1.0))
        before = None
        for place, (tried, found) in enumerate(zip(known.reps, known.in_time, strict=True)):
            (fewest, brings), *corners = concave_hull(tried, found)
            stretch = int(task.stretch[place])
            self._at_least[stretch] += brings
            at_work = problem.add_variable(f"at_work_{place:06d}", 0)
            beyond = []
            low, known_to_bring = fewest, brings
            for number, (reps, in_time) in enumerate(corners):
                more = problem.add_variable(f"beyond_{place:06d}_{number:02d}", 0, reps - low)
                beyond.append(more)
                gain = (in_time - known_to_bring) / (reps - low)
                self._gains[stretch].append((more, gain))
                low, known_to_bring = reps, in_time
            problem.addConstraint(at_work - pulp.lpSum(beyond) >= fewest, f"cover_{place:06d}")
            flow = [(at_work, 1.0), *moves[place]]
            if before is not None:
                flow.append((before, -1.0))
            problem.addConstraint(pulp.LpAffineExpression(flow) == 0, f"flow_{place:06d}")
            before = at_work

    def shifts(self, prices: Floats) -> Reps | None:
        """Return how many reps each shift takes at given prices; None when none was found."""
        gains = [
            (more, -float(price) * gain)
            for stretch, price in enumerate(prices)
            for more, gain in self._gains[stretch]
        ]
        self._problem.setObjective(pulp.LpAffineExpression(self._cost + gains))
        if not solve(self._problem, self._solver).has_plan:
            return None
        found = np.array([count.value() for count in self._reps])
        # Whole but where a part of the hull was crossed between reps: then one more is safe.
        return np.ceil(found - 1e-6).astype(np.int64)

    def _duals(self, in_time: Floats) -> Floats:
        """Ask for contacts in time instead of paying for them, and return what they then cost."""
        wanted, out_of_reach = [], []
        for stretch, contacts in enumerate(in_time.tolist()):
            lack = self._problem.add_variable(f"lack_{stretch:04d}", 0)
            out_of_reach.append((lack, OUT_OF_REACH))
            brought = pulp.LpAffineExpression([(lack, 1.0), *self._gains[stretch]])
            wanted.append(brought >= contacts - self._at_least[stretch])
            self._problem.addConstraint(wanted[-1], f"wanted_{stretch:04d}")
        self._problem.setObjective(pulp.LpAffineExpression(self._cost + out_of_reach))
        if not solve(self._problem, self._solver).has_plan:
            return np.zeros(len(wanted))
        return np.clip([float(each.pi or 0.0) for each in wanted], 0.0, OUT_OF_REACH)


def prices_for(task: DayTask, known: Responses, in_time: Floats, solver: SolverSettings) -> Floats:
    """Return by day or week the paid hours that the dearest contact in time costs at the least.

    Parameters
    ----------
    task, known, solver
        As for `DayProgramme`.
    in_time
        Contacts of each that have to be in time.
    """
    return DayProgramme(task, known, solver)._duals(in_time)
