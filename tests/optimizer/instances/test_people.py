"""An employee's programme finds the cheapest schedule that the rules allow, also between others."""

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from optimizer.instances import people
from optimizer.instances.curtois_qu import parse_instance
from optimizer.instances.edges import Fixed
from optimizer.instances.evaluator import evaluate
from optimizer.instances.kernel import OFF
from optimizer.instances.people import Arrays, Person, Room


def one_person(seed):
    """Draw three weeks of one person with every rule at work."""
    draw = random.Random(seed)
    runs = f"{draw.choice([3, 5])},{draw.choice([1, 2, 3])},{draw.choice([1, 2, 3])}"
    limits = f"A={draw.choice([3, 6])}|B={draw.choice([4, 21])}"
    least = draw.choice([0, 960, 1440])
    text = f"""SECTION_HORIZON
21
SECTION_SHIFTS
A,240,
B,480,A
SECTION_STAFF
p,{limits},{least + 1440},{least},{runs},{draw.choice([1, 2])}
SECTION_DAYS_OFF
p,{draw.randrange(21)}
"""
    return parse_instance(text, Path("made_up.txt"))


def named(instance, schedule):
    """Write a schedule as the evaluator reads it."""
    return tuple(None if place == OFF else instance.shifts[place].name for place in schedule)


def eight_days(seed):
    """Draw a horizon of which all schedules can be enumerated."""
    text = "SECTION_HORIZON\n8\nSECTION_SHIFTS\nA,240,\nB,480,A\nSECTION_STAFF\n"
    draw = random.Random(seed)
    runs = f"{draw.choice([2, 4])},{draw.choice([1, 2])},{draw.choice([1, 2])}"
    text += f"p,A={draw.choice([1, 2])}|B=2,1200,{draw.choice([0, 720, 960])},{runs},1\n"
    return parse_instance(text, Path("made_up.txt"))


def priced(costs, schedule):
    """Add up what a schedule costs."""
    return sum(costs[day, place] for day, place in enumerate(schedule) if place != OFF)


@pytest.mark.parametrize("seed", range(10))
def test_the_cheapest_week_between_other_weeks_is_found(seed):
    """All ways to fill the second of three weeks are enumerated and judged by the evaluator."""
    instance = one_person(seed)
    arrays, room = Arrays(instance), Room()
    random_costs = np.random.default_rng(seed)
    cost, schedule = Person(arrays, 0).cheapest(random_costs.normal(size=(21, 2)), room)
    assert cost < np.inf
    assert evaluate(instance, {"p": named(instance, schedule)}).broken == ()
    costs = random_costs.normal(size=(7, 2))
    part = arrays.part(np.array([0]), np.zeros((21, 2), dtype=np.int64), 7, 14)
    found, week = Person(part, 0, Fixed(schedule, 7, 14)).cheapest(costs, room)
    least = min(
        priced(costs, trial)
        for trial in product((OFF, 0, 1), repeat=7)
        if not evaluate(
            instance, {"p": named(instance, [*schedule[:7], *trial, *schedule[14:]])}
        ).broken
    )
    assert found == pytest.approx(least)
    assert priced(costs, week) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(6))
def test_the_cheapest_schedule_of_a_whole_horizon_is_found(seed):
    """All schedules of eight days are enumerated; duties may be forced by what a day off costs."""
    instance = eight_days(seed)
    costs = np.random.default_rng(seed).normal(size=(8, 2))
    off_costs = np.zeros(8)
    off_costs[seed] = np.inf
    found, schedule = Person(Arrays(instance), 0).cheapest(costs, Room(), off_costs)
    least = min(
        (
            priced(costs, trial)
            for trial in product((OFF, 0, 1), repeat=8)
            if trial[seed] != OFF and not evaluate(instance, {"p": named(instance, trial)}).broken
        ),
        default=np.inf,
    )
    assert found == pytest.approx(least)
    if least < np.inf:
        assert priced(costs, schedule) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(10))
def test_without_room_to_count_shifts_the_rules_hold_all_the_same(seed, monkeypatch):
    """The cost is then a bound below that of the schedule, which keeps every limit."""
    instance = one_person(seed)
    arrays, room = Arrays(instance), Room()
    costs = np.random.default_rng(seed).normal(size=(21, 2))
    least, _ = Person(arrays, 0).cheapest(costs, room)
    monkeypatch.setattr(people, "MOST_VALUES", 1)
    bound, schedule = Person(arrays, 0).cheapest(costs, room)
    assert bound <= least + 1e-9
    assert priced(costs, schedule) >= least - 1e-9
    assert evaluate(instance, {"p": named(instance, schedule)}).broken == ()
