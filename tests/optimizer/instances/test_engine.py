"""The engine finds the least cost of small instances, which are enumerated, and proves it."""

from pathlib import Path

import pytest

from optimizer.instances.curtois_qu import parse_instance
from optimizer.instances.engine import solve
from optimizer.instances.evaluator import evaluate
from optimizer.report import SolveStatus
from optimizer.solver import Cancellation, SolverSettings
from tests.optimizer.instances.toys import TWO_WEEKS, draw_text, least_cost

HERE = Path("made_up.txt")
PROVEN = SolverSettings(60.0, gap=0.0)


@pytest.mark.parametrize("seed", range(12))
def test_the_least_cost_of_all_rosters_is_found_and_proven(seed):
    """An oracle enumerates every schedule of two people, with the evaluator's rules."""
    instance = parse_instance(draw_text(seed), HERE)
    least, found = least_cost(instance), solve(instance, PROVEN)
    if least is None:
        assert found.report.status == SolveStatus.INFEASIBLE
        assert found.reasons
        return
    assert found.report.status == SolveStatus.OPTIMAL
    assert found.report.objective == found.report.bound == least
    judged = evaluate(instance, found.schedule)
    assert judged.broken == ()
    assert judged.objective == least


def test_a_person_whom_nothing_fits_is_named():
    """Seven days of work without a day off are asked of somebody who may work five in a row."""
    text = TWO_WEEKS.replace("Cem,E=0|L=14,3000,1200", "Cem,E=0|L=14,9000,8400")
    found = solve(parse_instance(text, HERE), PROVEN)
    assert found.schedule is None
    assert found.report.status == SolveStatus.INFEASIBLE
    assert found.reasons == ("Cem: no schedule keeps all rules",)


def test_the_same_roster_comes_again():
    """A run that ends by itself repeats."""
    instance = parse_instance(TWO_WEEKS, HERE)
    assert solve(instance, PROVEN).schedule == solve(instance, PROVEN).schedule


def test_a_cancelled_search_still_has_a_roster():
    """Whoever stops early gets the best so far."""
    instance = parse_instance(TWO_WEEKS, HERE)
    cancel = Cancellation()
    cancel.cancel()
    found = solve(instance, PROVEN, cancel)
    assert found.schedule is not None
    assert evaluate(instance, found.schedule).broken == ()


def test_progress_tells_a_falling_cost_and_a_rising_bound():
    """What is told can be shown as it comes."""
    told = []
    found = solve(parse_instance(TWO_WEEKS, HERE), PROVEN, progress=told.append)
    costs = [each.objective for each in told]
    bounds = [each.bound for each in told if each.bound is not None]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert costs[-1] == bounds[-1] == found.report.objective
