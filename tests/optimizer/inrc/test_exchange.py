"""Deals keep the cover, never return a dearer roster, and find what a swap of two days brings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.inrc.exchange import Exchange
from optimizer.inrc.instance import Contract, Limit
from optimizer.inrc.paths import Paths
from optimizer.inrc.search import cover_of
from optimizer.inrc.ward import ward_of
from tests.optimizer.inrc.wards import row, ward, wards


@settings(max_examples=25, deadline=None)
@given(wards(days=9, people=3), st.sampled_from([0.0, 1.0]), st.integers(0, 9))
def test_deals_keep_the_cover_and_the_best(drawn, warmth, seed):
    """Who works may change, how many may not; noise never costs anything in the end."""
    instance, rows = drawn
    made, given_rows = ward_of(instance), np.array(rows)
    paths = Paths(made)
    exchange = Exchange(paths, made.kind_of, np.random.default_rng(seed))
    found, costs = exchange.run(given_rows, 30, warmth, -1.0, lambda: 0.0)
    before = cover_of(given_rows, made.cover.shape)
    np.testing.assert_array_equal(cover_of(found, made.cover.shape), before)
    np.testing.assert_allclose(costs, paths.costs(made.kind_of, found))
    assert costs.sum() <= paths.costs(made.kind_of, given_rows).sum()
    np.testing.assert_array_equal(given_rows, np.array(rows), "the rows given are left alone")


@pytest.mark.parametrize("warmth", [0.0, 2.0])
def test_two_who_interrupt_each_other_swap_days(warmth):
    """Alternating days cost each a run too short; dealing stretches leaves none."""
    instance = ward(Contract("c", fewest_days=Limit(2, 1)), 8, people=2, cover=((1, 0),) * 8)
    made = ward_of(instance)
    rows = np.array([row("E.E.E.E."), row(".E.E.E.E")])
    exchange = Exchange(Paths(made), made.kind_of, np.random.default_rng(1))
    _, costs = exchange.run(rows, 500, warmth, 0.0, lambda: 0.0)
    assert costs.sum() == 0


def test_deals_end_when_asked_to():
    """Time is asked for before each deal."""
    instance = ward(Contract("c", fewest_days=Limit(2, 1)), 8, people=2, cover=((1, 0),) * 8)
    made = ward_of(instance)
    rows = np.array([row("E.E.E.E."), row(".E.E.E.E")])
    exchange = Exchange(Paths(made), made.kind_of, np.random.default_rng(1))
    found, _ = exchange.run(rows, 500, 0.0, 0.0, lambda: 1.0)
    np.testing.assert_array_equal(found, rows)
