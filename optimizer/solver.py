"""The place that runs PuLP and HiGHS; linear programmes that grow are in `live_programme`.

A programme is built with PuLP's `LpProblem.add_variable` and solved by HiGHS in this process.
What is reported comes from HiGHS itself: PuLP calls a plan found at the time limit optimal.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from optimizer.report import SolveReport, SolveStatus

if TYPE_CHECKING:
    import pulp

# HiGHS keeps one pool of threads for the whole process: another number in a later solve would make
# it return without solving. One thread also makes a solve repeat to the byte.
THREADS = 1
ROUNDING = 1e-9  # a smaller difference of costs is arithmetic
FEASIBLE_POINT = 2  # HiGHS's kSolutionStatusFeasible


@dataclass(frozen=True)
class SolverSettings:
    """The ``[solver]`` table.

    Parameters
    ----------
    time_limit_seconds
        After this the best plan so far is returned.
    gap
        A plan within this fraction of the bound is called optimal.
    seed
        Of the solver's random choices.
    """

    time_limit_seconds: float = 60.0
    gap: float = 0.005
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.time_limit_seconds < float("inf"):
            raise ValueError("time_limit_seconds must be above 0.")
        if not 0 <= self.gap < 1:
            raise ValueError("gap must be at least 0 and below 1.")
        if not 0 <= self.seed <= 2**31 - 1:
            raise ValueError(f"seed must be from 0 to {2**31 - 1}, not {self.seed}.")


class _Log:
    """Where the solver's own words go: a file per solve, numbered as they come."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.solves = folder, name, 0

    def attach(self, model: Any) -> None:
        """Let a model write to the next file, and to nothing else."""
        self.solves += 1
        path = self.folder / f"{self.name}-{self.solves:02d}.log"
        wanted = {"output_flag": True, "log_to_console": False, "log_file": str(path)}
        for option, value in wanted.items():
            model.setOptionValue(option, value)


_LOG: ContextVar[_Log | None] = ContextVar("solver_log", default=None)


@contextmanager
def logged(folder: Path, name: str) -> Iterator[None]:
    """Keep what HiGHS says of the solves within, as ``NAME-01.log`` and so on.

    Parameters
    ----------
    folder
        Where; it is made. Logs of the same name that an earlier run left are removed.
    name
        What the logs are called by.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{name}-[0-9][0-9].log"):
        old.unlink()
    token = _LOG.set(_Log(folder, name))
    try:
        yield
    finally:
        _LOG.reset(token)


class Cancellation:
    """A wish to stop a solve, given from another thread; it is taken up within about a second."""

    def __init__(self) -> None:
        self._event = Event()

    def cancel(self) -> None:
        """Ask the solve to stop with the best plan that it has."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it has been asked for."""
        return self._event.is_set()


@dataclass(frozen=True)
class Progress:
    """How far a solve has come.

    Parameters
    ----------
    objective
        Cost of the best plan so far; None before the first.
    bound
        No plan costs less; None while nothing is proven.
    seconds
        Since the solver started.
    """

    objective: float | None
    bound: float | None
    seconds: float


def solve(
    problem: "pulp.LpProblem",
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SolveReport:
    """Minimise a programme and leave the plan in its variables.

    Parameters
    ----------
    problem
        To be minimised. Variables are ordered by their names, which therefore have to differ.
    settings
        When to stop, and the seed.
    cancel
        Stops the solve from another thread; the best plan so far is returned, as FEASIBLE.
    progress
        Called in the thread of the solve when the best plan or the bound changes; what it raises
        stops the solve and is raised again.

    Returns
    -------
    SolveReport
        Only when it has a plan do the variables hold one, integers exactly.

    Raises
    ------
    ValueError
        When the programme maximises, repeats a name or has no least cost.
    """
    import pulp

    if problem.sense != pulp.LpMinimize:
        raise ValueError("Only programmes that minimise are solved; turn the signs round.")
    problem.checkDuplicateVars()
    if cancel is not None and cancel.is_cancelled:
        return _read_off(problem, None, 0.0)
    started = time.perf_counter()
    watch = Watch(cancel, progress)
    problem.solve(_highs(settings, watch, _constant(problem)))
    if watch.error is not None:
        raise watch.error
    return _read_off(problem, problem.solverModel, time.perf_counter() - started)


def opened(
    problem: "pulp.LpProblem",
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[Any, "Watch"]:
    """Return a programme in HiGHS, to be run and tightened, and the watch on its runs.

    Each variable's ``index`` is that of its column. The parameters are those of `solve`.
    """
    watch = Watch(cancel, progress)
    solver = _highs(settings, watch, 0.0)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    watch.attach(problem.solverModel)
    problem.solverModel.changeObjectiveOffset(_constant(problem))
    return problem.solverModel, watch


def report_of(
    objective: float, bound: float | None, seconds: float, *, is_proven: bool
) -> SolveReport:
    """Return the report on a plan of known cost: OPTIMAL when proven within the gap asked for."""
    status = SolveStatus.OPTIMAL if is_proven else SolveStatus.FEASIBLE
    if bound is None:
        return SolveReport(status, objective, None, None, seconds)
    bound = min(bound, objective)
    if objective - bound <= ROUNDING:
        return SolveReport(status, objective, bound, 0.0, seconds)
    # Of a plan that costs nothing no fraction can be told: only the bound says how good it is.
    gap = (objective - bound) / abs(objective) if abs(objective) > ROUNDING else None
    return SolveReport(status, objective, bound, gap, seconds)


def in_currency(report: SolveReport, wage: float) -> SolveReport:
    """Return what is proven of a cost in wages, in the workspace's currency."""
    if report.objective is None:
        return report
    bound = None if report.bound is None else report.bound * wage
    proven = report.status is SolveStatus.OPTIMAL
    return report_of(report.objective * wage, bound, report.seconds, is_proven=proven)


class Watch:
    """What the solver asks now and then: to stop, and whom to tell."""

    def __init__(
        self,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self.cancel = cancel
        self.progress = progress
        self.told = Progress(None, None, 0.0)
        self.error: Exception | None = None

    def attach(self, model: Any) -> None:
        """Subscribe to what is needed, and to nothing else: each call holds the solver up."""
        log = _LOG.get()
        if log is not None:
            log.attach(model)
        if self.cancel is not None or self.progress is not None:
            for callback in (model.cbMipInterrupt, model.cbSimplexInterrupt, model.cbIpmInterrupt):
                callback.subscribe(self._on_interrupt)
        if self.progress is not None:
            model.cbMipInterrupt.subscribe(self._on_look)

    def _on_interrupt(self, event: Any) -> None:
        if self.error is not None or (self.cancel is not None and self.cancel.is_cancelled):
            event.interrupt()

    def _on_look(self, event: Any) -> None:
        out = event.data_out
        now = Progress(
            _finite(out.mip_primal_bound),
            _finite(out.mip_dual_bound),
            float(out.running_time),
        )
        is_news = (now.objective, now.bound) != (self.told.objective, self.told.bound)
        if self.progress is None or self.error is not None or not is_news:
            return
        self.told = now
        try:
            self.progress(now)
        except Exception as error:  # noqa: BLE001 - it must not unwind through the solver's C++
            self.error = error
            event.interrupt()


def _highs(settings: SolverSettings, watch: Watch, constant: float) -> Any:
    import highspy
    import pulp

    class WatchedHighs(pulp.HiGHS):  # type: ignore[misc]
        """PuLP's interface to HiGHS, with a watch on the run."""

        def callSolver(self, lp: Any) -> None:  # noqa: N802 - PuLP's name
            watch.attach(lp.solverModel)
            # PuLP leaves it out, and the gap would be a fraction of something else than the cost.
            lp.solverModel.changeObjectiveOffset(constant)
            lp.solverModel.run()
            # Presolve cannot say which of the two, and now and then calls a programme infeasible
            # that is not: what it says is only believed when a run without it says so too.
            states = highspy.HighsModelStatus
            doubtful = (states.kUnboundedOrInfeasible, states.kInfeasible)
            if lp.solverModel.getModelStatus() in doubtful:
                lp.solverModel.setOptionValue("presolve", "off")
                lp.solverModel.run()

    return WatchedHighs(
        msg=False,
        gapRel=settings.gap,
        threads=THREADS,
        timeLimit=settings.time_limit_seconds,
        random_seed=settings.seed,
    )


def _read_off(problem: "pulp.LpProblem", model: Any, seconds: float) -> SolveReport:
    """Say what is proven by HiGHS's own status; without a plan the variables are cleared."""
    import highspy
    import pulp

    states = highspy.HighsModelStatus
    status = states.kNotset if model is None else model.getModelStatus()
    if status == states.kUnbounded:
        raise ValueError("The programme has no least cost; bound its variables.")
    variables = problem.variables()
    has_integers = any(variable.cat == pulp.LpInteger for variable in variables)
    bound = None
    if has_integers and status not in (states.kNotset, states.kInfeasible):
        bound = _finite(model.getInfo().mip_dual_bound)
    if not _has_plan(model, status):
        for variable in variables:
            variable.varValue = None  # HiGHS leaves nonsense in them
        ended = SolveStatus.INFEASIBLE if status == states.kInfeasible else SolveStatus.NO_PLAN
        return SolveReport(ended, None, bound, None, seconds)
    for variable in variables:
        if variable.cat == pulp.LpInteger:
            variable.varValue = float(round(variable.varValue))
    objective = float(pulp.value(problem.objective)) if problem.objective else 0.0
    is_proven = status == states.kOptimal
    if is_proven and not has_integers:
        bound = objective
    return report_of(objective, bound, seconds, is_proven=is_proven)


def _has_plan(model: Any, status: Any) -> bool:
    import highspy

    if status in (highspy.HighsModelStatus.kNotset, highspy.HighsModelStatus.kInfeasible):
        return False
    if status == highspy.HighsModelStatus.kOptimal:
        return True
    return bool(model.getInfo().primal_solution_status == FEASIBLE_POINT)


def _constant(problem: "pulp.LpProblem") -> float:
    return float(problem.objective.constant) if problem.objective else 0.0


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None
