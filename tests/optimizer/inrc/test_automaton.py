"""What the solver's automaton asks of a row is what the rules ask, and its paths are cheapest."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.inrc.automaton import automaton_of
from optimizer.inrc.evaluate import evaluate
from optimizer.inrc.instance import FREE
from optimizer.inrc.paths import Paths
from optimizer.inrc.pricing import Pricing
from optimizer.inrc.ward import ward_of
from tests.optimizer.inrc.wards import EARLY, NIGHT, wards


@settings(max_examples=60, deadline=None)
@given(wards(days=17))
def test_the_path_of_a_row_costs_what_the_rules_say(drawn):
    """The automaton and the evaluator share no code, and agree on any contract and any days."""
    instance, rows = drawn
    ward = ward_of(instance)
    ward.prices[ward.prices > 1e6] = 0.0  # cover is not judged here
    made = np.array(rows)
    cost = evaluate(instance, rows).cost
    assert Paths(ward).costs(ward.kind_of, made).sum() == cost
    path = ward.pricing_of[0].automaton.cost(made[0]) + ward.base[0]
    assert path + sum(ward.prices[0, day, s] for day, s in enumerate(rows[0]) if s != FREE) == cost


@settings(max_examples=40, deadline=None)
@given(wards(days=9, people=3), st.lists(st.booleans(), min_size=9, max_size=9))
def test_days_of_others_cost_what_the_row_that_comes_of_them_does(drawn, is_dealt):
    """Of every taker and giver: the taker's row with the giver's days on those that are dealt."""
    instance, rows = drawn
    ward = ward_of(instance)
    ward.prices[ward.prices > 1e6] = 0.0
    made, days = np.array(rows), np.array(is_dealt)
    found = Paths(ward).dealt(ward.kind_of, made, days)
    for taker, giver in product(range(3), repeat=2):
        row = np.where(days, made[giver], made[taker])
        alone = [[FREE] * 9] * 3
        alone = [row.tolist() if number == taker else each for number, each in enumerate(alone)]
        mine = sum(p.cost for p in evaluate(instance, alone).penalties if p.employee == taker)
        assert found[taker, giver] == mine


@settings(max_examples=12, deadline=None)
@given(wards(days=6), st.integers(0, 2**32 - 1))
def test_no_row_is_cheaper_than_the_one_found(drawn, seed):
    """Of all rows of six days at any prices, enumerated, none costs less; and costs are as told."""
    instance, _ = drawn
    automaton = automaton_of(instance, instance.employees[0].contract)
    prices = np.random.default_rng(seed).integers(-4, 5, (2, 6, 2)).astype(np.float64)
    best, found = Pricing(automaton).cheapest(prices, spread=3)
    padded = np.concatenate([prices, np.zeros((2, 6, 1))], axis=2)
    everything = [
        automaton.cost(row) + padded[:, range(6), row].sum(axis=1)
        for row in product((FREE, EARLY, NIGHT), repeat=6)
    ]
    np.testing.assert_allclose(best, np.min(everything, axis=0))
    for who, row, cost in zip(found.employees, found.shifts, found.costs, strict=True):
        assert cost == automaton.cost(row) + padded[who, range(6), row].sum()
    for who in range(2):
        mine = found.shifts[found.employees == who]
        assert len({int((row != FREE).sum()) for row in mine}) == len(mine)


@settings(max_examples=15, deadline=None)
@given(wards(days=9))
def test_merging_states_leaves_one_path_per_row(drawn):
    """Every state has a move for each shift and for a day off, and each move a state to go to."""
    instance, _ = drawn
    states = 1
    for day in automaton_of(instance, instance.employees[0].contract).days:
        for origin in range(states):
            assert sorted(day.work.shifts[day.work.origins == origin]) == [EARLY, NIGHT]
            assert list(day.off.shifts[day.off.origins == origin]) == [FREE]
        states = len(day.work.begins) + len(day.off.begins)
