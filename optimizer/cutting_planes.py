r"""Programmes part of whose cost is told only point by point: cut off from below, round by round.

A second stage costs :math:`Q(x)`, convex in what the first stage decides. The programme has a
variable :math:`\theta \ge 0` in its place, and whoever weighs a point :math:`\hat x` answers with
:math:`Q(\hat x)` and with a row :math:`\theta \ge Q(\hat x) + g (x - \hat x)` that holds everywhere
(the L-shaped method: Van Slyke and Wets 1969). Relaxed rounds come first; they weigh half-way from
the best point so far to the new one, where cuts cut deeper (Ben-Ameur and Neto 2007). Then whole
plans are weighed until the cheapest is within the gap of the bound, which holds all along.

References
----------
R. M. Van Slyke and R. Wets, "L-shaped linear programs with applications to optimal control and
stochastic programming", SIAM Journal on Applied Mathematics 17 (4), 1969, doi:10.1137/0117061.
W. Ben-Ameur and J. Neto, "Acceleration of cutting-plane and column generation algorithms:
applications to network design", Networks 49 (1), 2007, doi:10.1002/net.20137.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from forecast.days import Floats
from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import (
    FEASIBLE_POINT,
    Cancellation,
    Progress,
    SolverSettings,
    opened,
    report_of,
)

if TYPE_CHECKING:
    import pulp

RELAXED_ROUNDS = 40
RELAXED_SHARE = 0.5  # of the time, at most, goes to relaxed rounds
RELAXED_GAP = 0.5  # of the gap that is asked for may be left by them
STALLED = 1e-5  # of the bound: a round that adds less than this has stalled
WHOLE_ROUNDS = 40
WIDTHS = (0.0, 1.0, np.inf)  # reps by which a whole plan may differ from the best point
WHOLE_GAP = 0.5  # of the gap that is asked for may be left by a search for a whole plan


@dataclass(frozen=True)
class Cut:
    """What a second stage costs at a point, and at least everywhere.

    Parameters
    ----------
    cost
        At the point.
    theta
        The variable that stands for it.
    terms
        Beside `theta`, whose coefficient is 1: variables and coefficients.
    at_least
        Of the sum.
    """

    cost: float
    theta: Any
    terms: Sequence[tuple[Any, float]]
    at_least: float


class SecondStage(Protocol):
    """Whoever knows what a point costs in the second stage."""

    @property
    def leading(self) -> Sequence[Any]:
        """The variables that the cost is a function of."""

    def weigh(self, value: Callable[[Any], float]) -> Cut:
        """Weigh a point, told by the value of each variable."""


def solve_with_cuts(
    problem: "pulp.LpProblem",
    stages: Sequence[SecondStage],
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SolveReport:
    """Minimise a programme with second stages, and leave the plan in its variables.

    The parameters beside `stages` are those of `optimizer.solver.solve`. A second stage has at
    every point that the programme allows a finite cost. The variables that stand for second stages
    hold what these cost.
    """
    if cancel is not None and cancel.is_cancelled:
        return SolveReport(SolveStatus.NO_PLAN, None, None, None, 0.0)
    search = _Search(problem, stages, settings, cancel, progress)
    search.relaxed()
    search.whole()
    return search.report()


@dataclass(frozen=True)
class _Point:
    values: Floats
    cost: float


class _Search:
    def __init__(
        self,
        problem: "pulp.LpProblem",
        stages: Sequence[SecondStage],
        settings: SolverSettings,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        import pulp

        self.started = time.perf_counter()
        self.settings = settings
        self.stages = stages
        self.cancel = cancel
        self.model, self.watch = opened(problem, settings, cancel, progress)
        self.variables = problem.variables()
        self.costs = np.array([problem.objective.get(one, 0.0) for one in self.variables])
        self.constant = float(problem.objective.constant)
        self.integers = np.array(
            [one.index for one in self.variables if one.cat == pulp.LpInteger], dtype=np.int32
        )
        self.bound = -np.inf
        self.best: _Point | None = None
        self.center: _Point | None = None
        leading = [one for stage in stages for one in stage.leading]
        self.leading = np.array([one.index for one in leading], dtype=np.int32)
        self.is_infeasible = False

    def relaxed(self) -> None:
        """Cut while fractions of a rep are allowed."""
        import highspy

        self._set_kind(highspy.HighsVarType.kContinuous)
        step, pace = 0.5, 0.5
        for _ in range(RELAXED_ROUNDS):
            values = self._run(RELAXED_SHARE)
            if values is None:
                return
            reached = float(self.model.getInfo().objective_function_value)
            has_stalled = reached - self.bound < STALLED * abs(reached)
            self.bound = max(self.bound, reached)
            if has_stalled and step == 1.0:
                return
            step = 1.0 if has_stalled or self.center is None else pace
            at = values if self.center is None else self.center.values
            point = self._weighed(step * values + (1.0 - step) * at)
            if self.center is None or point.cost < self.center.cost:
                self.center = point
                pace = min(1.5 * pace, 0.5)
            elif step < 1.0:
                pace = max(0.7 * pace, 0.1)
            left = self.center.cost - self.bound
            if left <= RELAXED_GAP * self.settings.gap * abs(self.center.cost):
                return

    def whole(self) -> None:
        """Look for whole plans, the first ones close to the best point, and weigh each."""
        import highspy

        self._set_kind(highspy.HighsVarType.kInteger)
        for width in WIDTHS if self.center is not None else WIDTHS[-1:]:
            self._keep_within(width)
            narrow = WHOLE_GAP
            for _ in range(WHOLE_ROUNDS):
                self.model.setOptionValue("mip_rel_gap", narrow * self.settings.gap)
                values = self._run(1.0)
                if values is None:
                    break
                values[self.integers] = np.round(values[self.integers])
                if np.isinf(width):
                    self.bound = max(self.bound, float(self.model.getInfo().mip_dual_bound))
                told = float(self.costs @ values) + self.constant
                point = self._weighed(values)
                has_gained = self.best is None or point.cost < self.best.cost
                if self.best is None or has_gained:
                    self.best = point
                if self.is_proven or self._is_over(1.0):
                    return
                if point.cost - told <= WHOLE_GAP * narrow * self.settings.gap * abs(point.cost):
                    if np.isfinite(width):
                        break
                    narrow *= 0.5  # all that is left open is the solver's own gap

    def _keep_within(self, width: float) -> None:
        """Let no one present differ from the best point by more than a number of reps."""
        zeros = np.zeros(len(self.leading))
        lower, upper = zeros, zeros + np.inf
        if self.center is not None and np.isfinite(width):
            present = self.center.values[self.leading]
            lower = np.maximum(np.floor(present + 1e-6) - width, 0.0)
            upper = np.ceil(present - 1e-6) + width
        self.model.changeColsBounds(len(self.leading), self.leading, lower, upper)

    @property
    def is_proven(self) -> bool:
        """Whether the best plan is within the gap of the bound."""
        if self.best is None:
            return False
        left = self.best.cost - self.bound
        return left <= self.settings.gap * abs(self.best.cost) + 1e-6

    def report(self) -> SolveReport:
        """Put the best plan into the variables, and say what is proven of it."""
        seconds = time.perf_counter() - self.started
        bound = self.bound if np.isfinite(self.bound) else None
        if self.best is None:
            for variable in self.variables:
                variable.varValue = None
            status = SolveStatus.INFEASIBLE if self.is_infeasible else SolveStatus.NO_PLAN
            return SolveReport(status, None, bound, None, seconds)
        for variable in self.variables:
            variable.varValue = float(self.best.values[variable.index])
        return report_of(self.best.cost, bound, seconds, is_proven=self.is_proven)

    def _run(self, share: float) -> Floats | None:
        """Run the solver; None when it found nothing or is not to go on."""
        import highspy

        if self._is_over(share):
            return None
        elapsed = time.perf_counter() - self.started
        left = share * self.settings.time_limit_seconds - elapsed
        # The limit counts from when the model was made.
        self.model.setOptionValue("time_limit", self.model.getRunTime() + left)
        self.model.run()
        if self.watch.error is not None:
            raise self.watch.error
        states, status = highspy.HighsModelStatus, self.model.getModelStatus()
        self.is_infeasible = status == states.kInfeasible
        if status == states.kUnbounded:
            raise ValueError("The programme has no least cost; bound its variables.")
        is_whole = self.model.getInfo().mip_node_count >= 0
        has_values = self.model.getInfo().primal_solution_status == FEASIBLE_POINT
        if status != states.kOptimal and not (is_whole and has_values):
            return None
        return np.array(self.model.getSolution().col_value)

    def _is_over(self, share: float) -> bool:
        elapsed = time.perf_counter() - self.started
        is_cancelled = self.cancel is not None and self.cancel.is_cancelled
        return is_cancelled or elapsed >= share * self.settings.time_limit_seconds

    def _weighed(self, values: Floats) -> _Point:
        """Weigh a point, add its cuts, and return it with its cost."""
        values = values.copy()
        for stage in self.stages:
            cut = stage.weigh(lambda one: max(float(values[one.index]), 0.0))
            values[cut.theta.index] = cut.cost
            columns = [cut.theta.index, *(one.index for one, _ in cut.terms)]
            entries = [1.0, *(share for _, share in cut.terms)]
            self.model.addRow(cut.at_least, np.inf, len(columns), columns, entries)
        return _Point(values, float(self.costs @ values) + self.constant)

    def _set_kind(self, kind: Any) -> None:
        for column in self.integers:
            self.model.changeColIntegrality(int(column), kind)
