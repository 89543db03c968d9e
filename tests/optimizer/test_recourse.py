"""Who is called in when volume is seen: at least cost, in blocks, within who is on standby."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.loss_function import expected
from optimizer.recourse import recourse_cost
from optimizer.tier_prices import TierPrices

PRICES = TierPrices(shrinkage=0.0, standby=0.3, activation=1.4, shortage=6.0, least_primary=0.5)
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=30)


def paths_of(seed, paths=20, hours=30):
    draw = np.random.default_rng(seed)
    required = draw.poisson(6, (paths, hours))
    return required, draw.uniform(3, 8, hours), draw.integers(0, 4, hours)


def least_by_hand(lack, standby, least, prices):
    """Try all numbers of activated reps; people who come first leave first, so stays are told."""
    best = np.inf
    for activated in product(*(range(most + 1) for most in standby)):
        present = [0, *activated, 0]
        comes = [t for t in range(len(lack)) for _ in range(present[t + 1] - present[t])]
        goes = [t for t in range(len(lack) + 1) for _ in range(present[t] - present[t + 1])]
        # Whoever comes may also leave as another comes; more comings never make stays longer.
        if all(end - begin >= least for begin, end in zip(comes, goes, strict=True)):
            missing = np.maximum(np.subtract(lack, activated), 0).sum()
            cost = prices.activation * sum(activated) + prices.shortage * missing
            best = min(best, cost)
    return best


@DEFAULTS
@given(
    lack=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    standby=st.lists(st.integers(0, 2), min_size=5, max_size=5),
    least=st.integers(1, 3),
    activation=st.sampled_from([0.5, 1.4, 3.0]),
)
def test_no_way_to_call_in_is_cheaper(lack, standby, least, activation):
    """The price of a plan is right only if it is the least of all ways to call somebody in."""
    prices = TierPrices(0.0, 0.3, activation, 6.0, 0.5)
    found = recourse_cost(np.array([lack]), np.zeros(5), np.array(standby), prices, 1.0, least)
    assert found.cost[0] == pytest.approx(least_by_hand(lack, standby, least, prices))
    assert (found.activated <= np.array(standby) + 1e-9).all()


@pytest.mark.parametrize("hours", [0.25, 1.0])
def test_blocks_of_one_interval_are_the_expectations_of_the_loss_function(hours):
    """Where each interval stands alone, the mean over paths is the expectation over draws."""
    required, at_work, standby = paths_of(1)
    found = recourse_cost(required, at_work, standby, PRICES, hours)
    told = expected(required, at_work, standby)
    assert found.activated.mean(axis=0) == pytest.approx(told["activated"].to_numpy())
    assert found.short.mean(axis=0) == pytest.approx(told["short"].to_numpy())
    cost = hours * (1.4 * told["activated"] + 6.0 * told["short"]).sum()
    assert found.cost.mean() == pytest.approx(cost)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_longer_blocks_never_cost_less(seed):
    """Whoever stays longer stays long enough, path by path."""
    required, at_work, standby = paths_of(seed)
    costs = [
        recourse_cost(required, at_work, standby, PRICES, 1.0, least).cost for least in range(1, 6)
    ]
    assert (np.diff(costs, axis=0) >= -1e-9).all()
    assert costs[-1].sum() > costs[0].sum()


def test_more_on_standby_and_less_volume_never_cost_more():
    """The cost beyond the shifts falls with standby and grows with what is called for."""
    required, at_work, standby = paths_of(4)
    usual = recourse_cost(required, at_work, standby, PRICES, 1.0, 3).cost
    assert (
        recourse_cost(required, at_work, standby + 1, PRICES, 1.0, 3).cost <= usual + 1e-9
    ).all()
    assert (
        recourse_cost(required + 1, at_work, standby, PRICES, 1.0, 3).cost >= usual - 1e-9
    ).all()


def test_the_order_of_paths_does_not_matter():
    """Each path is solved from where the one before ended, and finds the same cost."""
    required, at_work, standby = paths_of(5)
    there = recourse_cost(required, at_work, standby, PRICES, 1.0, 4).cost
    back = recourse_cost(required[::-1], at_work, standby, PRICES, 1.0, 4).cost
    assert there == pytest.approx(back[::-1])


def test_nobody_is_called_in_for_longer_than_anybody_stands_by():
    """A block of four hours does not fit into three on standby."""
    required, standby = np.full((1, 5), 2), np.array([0, 1, 1, 1, 0])
    assert recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 4).activated.sum() == 0
    assert recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 3).activated.sum() == 3
    with pytest.raises(ValueError, match="at least 1, not 0"):
        recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 0)
