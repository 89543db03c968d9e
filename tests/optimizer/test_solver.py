"""The report of a solve is honest, whatever PuLP says, and a solve can be stopped and repeated."""

import random
from threading import Thread, current_thread

import pulp
import pytest

from optimizer.report import SolveReport, SolveStatus
from optimizer.solver import Cancellation, Progress, SolverSettings, logged, report_of, solve


def knapsack(items: int, rows: int) -> pulp.LpProblem:
    """Choose items of value 50 to 100 under some budgets, as a minimum; 100,000 minus the value."""
    draw = random.Random(items * 1000 + rows)
    problem = pulp.LpProblem("knapsack", pulp.LpMinimize)
    chosen = [problem.add_variable(f"x{item:03d}", 0, 1, "Integer") for item in range(items)]
    value = pulp.lpSum(draw.randint(50, 100) * taken for taken in chosen)
    problem.setObjective(100_000 - value)
    for row in range(rows):
        weight = pulp.lpSum(draw.randint(20, 100) * taken for taken in chosen)
        problem.addConstraint(weight <= items * 20, f"budget{row}")
    return problem


EXACT = SolverSettings(gap=0)


def test_proven_optimum_equals_the_enumerated_one():
    """The least cost of all plans is known: every subset of ten items is tried."""
    problem = knapsack(10, 3)
    variables = problem.variables()
    costs = []
    for mask in range(2**10):
        for place, variable in enumerate(variables):
            variable.varValue = mask >> place & 1
        if all(constraint.valid() for constraint in problem.constraints()):
            costs.append(problem.objective.value())
    report = solve(problem, EXACT)
    assert report.status is SolveStatus.OPTIMAL
    assert report.objective == report.bound == min(costs)
    assert report.gap == 0
    assert problem.objective.value() == min(costs)


def test_the_solver_s_words_are_kept_and_nothing_is_printed(tmp_path, capfd):
    """Who doubts a plan can read what the solver did; a later run leaves no older words behind."""
    with logged(tmp_path / "runs", "week"):
        solve(knapsack(10, 3), EXACT)
        solve(knapsack(12, 3), EXACT)
    assert [path.name for path in sorted((tmp_path / "runs").iterdir())] == [
        "week-01.log",
        "week-02.log",
    ]
    assert "Solving report" in (tmp_path / "runs" / "week-01.log").read_text()
    solve(knapsack(10, 3), EXACT)
    with logged(tmp_path / "runs", "week"):
        solve(knapsack(10, 3), EXACT)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["week-01.log"]
    assert capfd.readouterr().out == ""


def test_plan_at_the_time_limit_is_feasible_and_its_bound_holds():
    """A plan that is not proven must never be called optimal."""
    report = solve(knapsack(90, 30), SolverSettings(time_limit_seconds=0.5, gap=0))
    assert report.status is SolveStatus.FEASIBLE
    assert report.objective is not None
    assert report.bound is not None
    assert report.bound < report.objective
    assert report.gap == pytest.approx((report.objective - report.bound) / report.objective)


def test_no_plan_in_time_is_no_plan():
    """Without a plan there is no objective, and no nonsense in the variables."""
    problem = knapsack(90, 30)
    report = solve(problem, SolverSettings(time_limit_seconds=1e-9, gap=0))
    assert report.status is SolveStatus.NO_PLAN
    assert report.objective is None
    assert {variable.value() for variable in problem.variables()} == {None}


def test_within_the_gap_is_optimal():
    """A plan within the gap asked for is as good as asked for, and the report shows its gap."""
    report = solve(knapsack(90, 30), SolverSettings(gap=0.5))
    assert report.status is SolveStatus.OPTIMAL
    assert report.gap is not None
    assert report.gap <= 0.5


def toy(rows: list[tuple[float, float, str, float]], category: str = "Integer") -> pulp.LpProblem:
    """Minimise x + y + 7 with rows ``a x + b y (sense) c``."""
    problem = pulp.LpProblem("toy", pulp.LpMinimize)
    x, y = (problem.add_variable(name, 0, None, category) for name in "xy")
    problem.setObjective(x + y + 7)
    senses = {"<=": pulp.LpConstraintLE, ">=": pulp.LpConstraintGE, "==": pulp.LpConstraintEQ}
    for a, b, sense, c in rows:
        problem.addConstraint(pulp.LpConstraint(a * x + b * y, senses[sense], rhs=c))
    return problem


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 0, ">=", 2), (1, 0, "<=", 1)],  # seen by presolve
        [(2, 2, "==", 3)],  # infeasible in integers alone
    ],
)
def test_infeasible_is_said_and_leaves_no_values(rows):
    """After infeasible the solver's variables hold nonsense, which nobody may read."""
    problem = toy(rows)
    report = solve(problem, EXACT)
    assert report.status is SolveStatus.INFEASIBLE
    assert report.objective is report.gap is None
    assert {variable.value() for variable in problem.variables()} == {None}


def test_constant_of_the_objective_is_in_objective_and_bound():
    """PuLP does not hand the constant on, so it is easily lost."""
    report = solve(toy([(2, 1, ">=", 3)]), EXACT)
    assert (report.objective, report.bound) == (9, 9)


def test_continuous_programme_is_its_own_bound():
    """A linear programme has no branch-and-bound figures; its optimum is the bound."""
    report = solve(toy([(2, 1, ">=", 3)], "Continuous"), EXACT)
    assert report.status is SolveStatus.OPTIMAL
    assert (report.objective, report.bound, report.gap) == (8.5, 8.5, 0)


def test_programmes_without_a_least_cost_and_maxima_are_refused():
    """Both are mistakes in a programme, not answers."""
    problem = toy([(1, -1, ">=", 0)])
    problem.setObjective(-1 * problem.variables()[0])
    with pytest.raises(ValueError, match="no least cost"):
        solve(problem, EXACT)
    problem.sense = pulp.LpMaximize
    with pytest.raises(ValueError, match="minimise"):
        solve(problem, EXACT)


def test_cancelled_before_the_start_is_no_plan():
    """A wish to stop that comes first is not overlooked."""
    cancel = Cancellation()
    cancel.cancel()
    report = solve(knapsack(90, 30), EXACT, cancel)
    assert report == SolveReport(SolveStatus.NO_PLAN, None, None, None, 0.0)


def test_cancelled_from_another_thread_keeps_the_plan():
    """The planner presses cancel while the app's thread goes on; what was found is kept."""
    cancel = Cancellation()
    seen: list[Progress] = []
    threads = set()

    def watch(progress: Progress) -> None:
        seen.append(progress)
        threads.add(current_thread())
        if progress.objective is not None:
            presser = Thread(target=cancel.cancel)
            presser.start()
            presser.join()

    problem = knapsack(90, 30)
    report = solve(problem, SolverSettings(time_limit_seconds=60, gap=0), cancel, watch)
    assert report.status is SolveStatus.FEASIBLE
    assert report.objective == problem.objective.value()
    assert report.seconds < 30
    assert threads == {current_thread()}
    assert all(constraint.valid(1e-6) for constraint in problem.constraints())


def test_progress_reports_falling_costs_and_rising_bounds():
    """The best plan only gets better and the bound only tighter; the constant is in both."""
    seen: list[Progress] = []
    solve(knapsack(60, 10), SolverSettings(time_limit_seconds=1, gap=0), None, seen.append)
    costs = [progress.objective for progress in seen if progress.objective is not None]
    bounds = [progress.bound for progress in seen if progress.bound is not None]
    assert len(costs) > 1
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert 90_000 < bounds[0] <= costs[-1] <= 100_000


def test_error_in_progress_reaches_the_caller():
    """It must neither unwind through the solver nor be swallowed."""

    def fail(progress: Progress) -> None:
        raise RuntimeError(f"seen {progress.seconds >= 0}")

    with pytest.raises(RuntimeError, match="seen True"):
        solve(knapsack(90, 30), EXACT, None, fail)


def test_same_programme_same_plan():
    """A plan folder is made again to the byte; one constant number of threads sees to it."""
    plans = []
    for _ in range(2):
        problem = knapsack(40, 5)
        report = solve(problem, EXACT)
        values = tuple(variable.value() for variable in problem.variables())
        plans.append((report.objective, report.bound, values))
    assert plans[0] == plans[1]


def test_solver_says_nothing(capfd):
    """Standard output belongs to the command; a log there breaks a script."""
    solve(knapsack(30, 5), EXACT)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize(
    "settings",
    [{"time_limit_seconds": 0}, {"time_limit_seconds": float("inf")}, {"gap": 1}, {"seed": -1}],
)
def test_settings_out_of_range_are_refused(settings):
    """HiGHS would silently keep its default."""
    with pytest.raises(ValueError, match=next(iter(settings))):
        SolverSettings(**settings)


@pytest.mark.parametrize(("bound", "gap"), [(0.0, 0.0), (-2e-13, 0.0), (-0.5, None), (None, None)])
def test_the_gap_of_a_plan_that_costs_nothing(bound, gap):
    """No fraction of nothing can be told, and rounding below it is no gap."""
    report = report_of(0.0, bound, 0.1, is_proven=True)
    assert report.objective == 0.0
    assert report.gap == gap
