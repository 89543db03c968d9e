"""Rules of days as an automaton, against the rules themselves."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.tours.day_rules import DayRules
from optimizer.tours.days import UNKNOWN, unfold
from tests.optimizer.tours.judged_days import at_work, broken

PRICES = {
    "max_consecutive_days": 1.0,
    "max_days_off": 2.0,
    "max_consecutive_nights": 4.0,
    "min_days_off": 8.0,
    "days_off_after_nights": 16.0,
    "min_consecutive_days": 32.0,
    "max_days": 64.0,
    "max_standby_per_week": 128.0,
    "max_weekends": 256.0,
    "whole_weekends": 512.0,
    "min_days_between_standby": 1024.0,
    "forbidden_successions": 2048.0,
    "max_shifts": 4096.0,
}
KINDS = (frozenset(), frozenset({"night"}), frozenset({"standby", "early"}))
PERIOD = 5


def maybe(limits):
    return st.one_of(st.none(), limits)


@st.composite
def day_rules(draw):
    """A few rules of all, each with a price or without."""
    given = {
        "max_run": maybe(st.integers(1, 4)),
        "min_off": st.integers(1, 3),
        "max_days": maybe(st.integers(1, 4)),
        "min_run": st.integers(1, 3),
        "max_off": maybe(st.integers(1, 3)),
        "max_nights": maybe(st.integers(0, 2)),
        "off_after_nights": st.integers(0, 2),
        "max_weekends": maybe(st.integers(0, 1)),
        "whole_weekends": st.booleans(),
        "max_standby": maybe(st.integers(0, 2)),
        "standby_spacing": st.integers(0, 3),
        "successions": st.sampled_from(
            [(), (("night", "early"),), (("night", "early"), ("early",) * 2)]
        ),
    }
    named = draw(st.sets(st.sampled_from(sorted(given)), max_size=4))
    priced = draw(st.sets(st.sampled_from(sorted(PRICES))))
    return DayRules(
        **{name: draw(given[name]) for name in sorted(named)},
        weekend_weeks=draw(st.integers(1, 3)),
        prices={name: PRICES[name] for name in priced},
        short_shift=draw(st.sampled_from([0.0, 8192.0])),
        kinds=KINDS,
        first_weekday=draw(st.integers(0, 6)),
    )


@given(
    day_rules(),
    st.lists(st.sampled_from([0, 1, 2, 3, 5]), min_size=1, max_size=16),
    st.integers(1, PERIOD),
    st.sampled_from([None, (0, 2), (3, -1), (2, 3), (4, 0)]),
)
@settings(max_examples=100, deadline=None)
def test_the_automaton_allows_and_prices_what_the_rules_say(rules, past, first_week, bounds):
    """Every pattern of five days after a known past, two weeks included, is judged by both."""
    week = np.array([0] * first_week + [1] * (PERIOD - first_week))
    letters = [0, 1, 2, 3, rules.away]
    shifts = None if bounds is None else np.array([bounds])
    layers = unfold(rules, np.array([past]), week, [letters] * PERIOD, shifts)
    least, most = bounds or (0, -1)
    patterns = np.array(list(product(letters, repeat=PERIOD)))[len(past) % 5 :: 5]
    costs = layers.walk(np.repeat(np.arange(len(layers.initial)), len(patterns)), list(patterns.T))
    for pattern, cost in zip(patterns.tolist(), costs, strict=True):
        units = broken(rules, past, pattern, week.tolist(), most)
        judged = sum(rules.prices.get(name, np.inf) * count for name, count in units.items())
        owed = rules.short_shift * max(0, least - at_work(rules, pattern))
        assert cost == pytest.approx(judged + owed)


@given(day_rules())
@settings(max_examples=30, deadline=None)
def test_what_is_not_known_breaks_nothing(rules):
    """Without a past there is a way through the period that costs no more than after any past."""
    week = np.zeros(PERIOD, dtype=int)
    pasts = np.array([[UNKNOWN, UNKNOWN], [0, 0], [1, 1], [0, 2], [3, 0]])
    layers = unfold(rules, pasts, week, [range(4)] * PERIOD)
    patterns = np.array(list(product(range(4), repeat=PERIOD)))
    least = [
        layers.walk(np.full(len(patterns), rep), list(patterns.T)).min()
        for rep in range(len(layers.initial))
    ]
    assert least[0] == min(least)


def test_a_rule_that_cannot_bind_makes_no_layers():
    """Without rules all days are alike, so there is one layer a day."""
    layers = unfold(DayRules(), np.zeros((3, 0), dtype=int), np.zeros(7, dtype=int), [(0, 1)] * 7)
    assert [len(layer) for layer in layers.onward] == [1] * 7
    assert not layers.has_costs


def test_letters_that_no_rule_tells_apart_are_alike():
    """Night matters to a rule about nights, and nothing else does."""
    rules = DayRules(max_run=2, max_nights=1, kinds=KINDS)
    layers = unfold(rules, np.zeros((1, 0), dtype=int), np.zeros(4, dtype=int), [range(4)] * 4)
    assert layers.alike(0)[:4].tolist() == [0, 1, 2, 1]


def test_somebody_past_the_most_days_must_rest_first():
    """A run that is already too long ends with the period's first day."""
    layers = unfold(DayRules(max_run=3), np.ones((1, 6), dtype=int), np.zeros(2, dtype=int),
                    [(0, 1)] * 2)  # fmt: skip
    reps = np.repeat(np.arange(len(layers.initial)), 3)
    costs = layers.walk(reps, [np.array([1, 0, 0]), np.array([0, 1, 0])])
    assert costs.tolist() == [np.inf, 0, 0]


def test_no_way_through_a_period_is_told():
    """Whoever has begun a run of at least three days and may not go on has no way."""
    layers = unfold(DayRules(min_run=3), np.array([[0, 1]]), np.zeros(1, dtype=int), [(0,)])
    assert layers.walk(np.arange(1), [np.array([0])]).tolist() == [np.inf]
