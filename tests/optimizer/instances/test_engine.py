"""The engine finds the least cost of small instances, which are enumerated, and proves it."""

from pathlib import Path

import numpy as np
import pytest

from data.errors import InputError
from optimizer.instances import engine
from optimizer.instances.branching import Branching
from optimizer.instances.curtois_qu import parse_instance
from optimizer.instances.curtois_qu_answer import answer
from optimizer.instances.engine import _Search, solve
from optimizer.instances.evaluator import evaluate
from optimizer.instances.people import Arrays, Person, Room
from optimizer.report import SolveStatus
from optimizer.solver import Cancellation, SolverSettings
from tests.benchmarks.staff_instances import draw_instance
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
    assert found.reasons == ("Cem: no schedule was found that keeps all rules",)


def test_limits_beyond_the_horizon_bind_nobody_and_take_no_memory():
    """A billion days in a row, asked for or allowed, are as many as there are days."""
    most, text = "1000000000", TWO_WEEKS
    for old in ("Ann,E=14|L=2,4800,2400,5,2,2,1", "Bob,E=14|L=14,4800,2400,5,2,2,1"):
        assert old in text
        name, limits = old.split(",")[:2]
        text = text.replace(old, f"{name},{limits},{most},0,{most},{most},{most},{most}")
    instance = parse_instance(text, HERE)
    found = solve(instance, PROVEN)
    assert found.report.status == SolveStatus.OPTIMAL
    assert evaluate(instance, found.schedule).broken == ()


def test_an_instance_that_no_machine_holds_is_refused_with_the_way_out():
    """Ten years of one person, every weekend counted: one line at once, and no memory asked for."""
    days = 3660
    cover = "".join(f"{day},E,1,100,1\n" for day in range(days))
    staff = f"A,E={days},1000000,0,5,2,2,300"
    text = f"SECTION_HORIZON\n{days}\nSECTION_SHIFTS\nE,480,\nSECTION_STAFF\n{staff}\n"
    with pytest.raises(InputError, match=r"^made_up\.txt, column SECTION_STAFF: found 'A, whose"):
        answer(text + "SECTION_COVER\n" + cover, HERE, PROVEN, None, None)


def test_the_same_roster_comes_again():
    """A run that ends by itself repeats."""
    instance = parse_instance(TWO_WEEKS, HERE)
    assert solve(instance, PROVEN).schedule == solve(instance, PROVEN).schedule


def test_a_bound_below_nothing_is_none():
    """Costs are sums of weights of at least 0: a negative bound says less than is known."""
    search = _Search(parse_instance(TWO_WEEKS, HERE), PROVEN, None, None)
    search._raise_bound(-92180.0)
    assert search._bound == 0.0
    search._cost = 5.0
    search._raise_bound(7.5)
    assert search._bound == 5.0


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


def test_without_a_relaxation_the_tree_proves_nothing():
    """No open nodes mean that all is known only after there were some."""
    arrays = Arrays(parse_instance(TWO_WEEKS, HERE))
    people = [Person(arrays, place) for place in range(arrays.people)]
    tree = Branching(arrays, people, Room(), np.random.default_rng(1), lambda: 9.0, 999.0, 1, None)
    tree.climb(1e9)
    assert tree.bound == -np.inf
    tree.relax()
    tree.climb(1e9)
    assert -np.inf < tree.bound <= tree.cost


def test_weeks_of_a_long_horizon_are_rostered_anew(monkeypatch):
    """Eight weeks are more than are taken at once; what comes of it keeps every rule."""
    monkeypatch.setattr(engine, "ROUNDS", 0)  # so that there is something left to gain
    instance = parse_instance(draw_instance(weeks=8, staff=5, shifts=2, seed=2), HERE)
    search = _Search(instance, PROVEN, None, None)
    search._begin()
    begun = search._cost
    for _ in range(3):
        search._renew()
    found = search._found()
    judged = evaluate(instance, found.schedule)
    assert judged.broken == ()
    assert judged.objective == found.report.objective == search._cost < begun


class _Impatience(Cancellation):
    """Is cancelled once it has been asked so often."""

    def __init__(self, looks):
        super().__init__()
        self._looks = looks

    @property
    def is_cancelled(self):
        self._looks -= 1
        return self._looks < 0


def test_where_column_generation_would_take_too_long_there_is_a_roster_without_a_bound(monkeypatch):
    """Nothing is proven then, and nothing is said to be."""
    monkeypatch.setattr(engine, "PRICINGS", 10**12)
    instance = parse_instance(TWO_WEEKS, HERE)
    found = solve(instance, PROVEN, _Impatience(2000))
    assert found.report.status == SolveStatus.FEASIBLE
    assert found.report.bound is None
    assert evaluate(instance, found.schedule).broken == ()
