"""Solves a large programme close to its relaxation, which says how good the plan is.

The relaxation is solved first: nothing costs less. Then the leading variables are held at the whole
numbers on either side of what it says, and the others follow as fractions (relaxation enforced
neighbourhood search, Berthold 2014). With these numbers held, the others are made whole. Where
the plan is not within the gap asked for, the whole programme is solved in the time that is left.

References
----------
T. Berthold, "RENS: the optimal rounding", Mathematical Programming Computation 6 (1), 2014,
doi:10.1007/s12532-013-0060-9.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pulp

from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of, solve

SHARE = 0.6
"""Of the time limit that the neighbourhood may use."""

HALF = 0.5
"""Of the gap that the neighbourhood may leave; the other half is the relaxation's."""

SETTLING_SECONDS = 10.0
"""At most, to make the followers whole: with what leads them held, that takes no search."""

_DUST = 1e-6


def solve_near_relaxation(
    problem: pulp.LpProblem,
    leading: Sequence[Any],
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SolveReport:
    """Minimise a programme whose whole numbers follow from some of them.

    Parameters
    ----------
    problem, settings, cancel, progress
        As in `optimizer.solver.solve`.
    leading
        Whole variables from which the others all but follow.

    Returns
    -------
    SolveReport
        As from `optimizer.solver.solve`; its bound is of the whole programme.
    """
    whole = [one for one in problem.variables() if one.cat == pulp.LpInteger]
    with _continuous(whole):
        relaxed = solve(problem, settings, cancel)
    if relaxed.objective is None or relaxed.status is not SolveStatus.OPTIMAL:
        for one in problem.variables():
            one.varValue = None
        infeasible = relaxed.status is SolveStatus.INFEASIBLE
        status = SolveStatus.INFEASIBLE if infeasible else SolveStatus.NO_PLAN
        return SolveReport(status, None, None, None, relaxed.seconds)
    bound, seconds = relaxed.objective, relaxed.seconds
    if progress is not None:
        progress(Progress(None, bound, seconds))
    near = _round(problem, whole, leading, settings, cancel)
    seconds += near.seconds
    found = SolveReport(SolveStatus.NO_PLAN, None, bound, None, seconds)
    if near.objective is not None:
        found = _report(near.objective, bound, seconds, settings.gap)
        if progress is not None:
            progress(Progress(near.objective, bound, seconds))
    left = settings.time_limit_seconds - seconds
    if found.status is SolveStatus.OPTIMAL or left <= 0 or (cancel and cancel.is_cancelled):
        return found
    kept = {one: one.varValue for one in problem.variables()}
    last = solve(problem, replace(settings, time_limit_seconds=left), cancel, progress)
    bound = max(bound, bound if last.bound is None else last.bound)
    seconds += last.seconds
    if found.objective is None or (
        last.objective is not None and last.objective < found.objective - _DUST
    ):
        return replace(last, bound=bound, seconds=seconds)
    for one, value in kept.items():
        one.varValue = value
    return _report(found.objective, bound, seconds, settings.gap)


def _round(
    problem: pulp.LpProblem,
    whole: Sequence[Any],
    leading: Sequence[Any],
    settings: SolverSettings,
    cancel: Cancellation | None,
) -> SolveReport:
    """Look for a plan around the relaxation, whose values the variables hold."""
    around = {
        one: (math.floor(one.value() + _DUST), math.ceil(one.value() - _DUST)) for one in leading
    }
    leaders = set(leading)
    limited = replace(
        settings,
        time_limit_seconds=SHARE * settings.time_limit_seconds,
        gap=HALF * settings.gap,
    )
    with _bounded(around), _continuous([one for one in whole if one not in leaders]):
        near = solve(problem, limited, cancel)
    if not near.has_plan:
        return near
    settling = replace(
        settings, time_limit_seconds=SETTLING_SECONDS, gap=HALF * HALF * settings.gap
    )
    with _bounded({one: (one.varValue, one.varValue) for one in leading}):
        settled = solve(problem, settling)
    return replace(settled, seconds=near.seconds + settled.seconds)


@contextmanager
def _continuous(variables: Sequence[Any]) -> Iterator[None]:
    """Let whole variables be fractions for a while."""
    for one in variables:
        one.cat = pulp.LpContinuous
    try:
        yield
    finally:
        for one in variables:
            one.cat = pulp.LpInteger


@contextmanager
def _bounded(bounds: Mapping[Any, tuple[float, float]]) -> Iterator[None]:
    """Hold variables between bounds for a while."""
    before = {one: (one.lowBound, one.upBound) for one in bounds}
    for one, (low, high) in bounds.items():
        one.lowBound, one.upBound = low, high
    try:
        yield
    finally:
        for one, (low, high) in before.items():
            one.lowBound, one.upBound = low, high


def _report(objective: float, bound: float, seconds: float, gap: float) -> SolveReport:
    report = report_of(objective, bound, seconds, is_proven=False)
    is_proven = report.gap is not None and report.gap <= gap
    return report_of(objective, bound, seconds, is_proven=is_proven)
