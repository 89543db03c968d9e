"""Who is called in when volume is seen: at least cost, in blocks, after notice, within standby."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimizer.loss_function import expected
from optimizer.path_calls import PathCalls
from optimizer.recourse import recourse_cost
from optimizer.tier_prices import TierPrices

PRICES = TierPrices(shrinkage=0.0, standby=0.3, activation=1.4, shortage=6.0, least_primary=0.5)
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=30)


def paths_of(seed, paths=20, hours=30):
    draw = np.random.default_rng(seed)
    required = draw.poisson(6, (paths, hours))
    return required, draw.uniform(3, 8, hours), draw.integers(0, 4, hours)


QUARTERS = 4
"""Of an interval, in which the oracle counts."""


def ways_to_call(standby, least):
    """List all stays of at least so many intervals that people on standby can have at once."""
    hours = len(standby)
    stays = [(s, e) for s in range(hours) for e in range(s + least, hours + 1)]

    def add(place, free, chosen):
        yield chosen
        for later in range(place, len(stays)):
            begin, end = stays[later]
            if min(free[begin:end]) > 0:
                left = [n - (begin <= t < end) for t, n in enumerate(free)]
                yield from add(later, left, [*chosen, stays[later]])

    return add(0, list(standby), [])


def least_by_hand(lack, standby, least, prices, notice=0.0):
    """Try all ways to call in; who is missing is counted quarter by quarter."""
    late = round(notice * QUARTERS)
    best = np.inf
    for stays in ways_to_call(standby, least):
        missing = 0.0
        for quarter in range(len(lack) * QUARTERS):
            works = sum(s * QUARTERS + late <= quarter < e * QUARTERS for s, e in stays)
            missing += max(lack[quarter // QUARTERS] - works, 0) / QUARTERS
        paid = sum(end - begin for begin, end in stays)
        best = min(best, prices.activation * paid + prices.shortage * missing)
    return best


@DEFAULTS
@given(
    lack=st.lists(st.integers(0, 3), min_size=5, max_size=5),
    standby=st.lists(st.integers(0, 2), min_size=5, max_size=5),
    least=st.integers(1, 3),
    notice=st.sampled_from([0.0, 0.25, 0.75, 1.0, 1.5, 2.25]),
    activation=st.sampled_from([0.5, 1.4, 3.0]),
)
def test_no_way_to_call_in_is_cheaper(lack, standby, least, notice, activation):
    """The price of a plan is right only if it is the least of all ways to call somebody in."""
    prices = TierPrices(0.0, 0.3, activation, 6.0, 0.5)
    path = np.array([lack])
    found = recourse_cost(path, np.zeros(5), np.array(standby), prices, 1.0, least, notice)
    by_hand = least_by_hand(lack, standby, least, prices, notice)
    assert found.cost[0] == pytest.approx(by_hand)
    assert (found.activated <= np.array(standby) + 1e-9).all()


@pytest.mark.parametrize(
    ("notice", "standby", "cost", "activated", "short"),
    [
        # An hour ahead costs 1.4 for all four; half an hour late would cost 3.
        (0.5, [1, 1, 1, 1, 1], 5.6, [1, 1, 1, 1, 0], [0, 0, 0, 0, 0]),
        # Nobody stands by an hour ahead: four hours from 1:00, half of the first is missing.
        (0.5, [0, 1, 1, 1, 1], 5.6 + 3.0, [0, 1, 1, 1, 1], [0, 0.5, 0, 0, 0]),
        # Two hours are missing, the third is served: 1.4 times 4 and 6 times 2, below 6 times 3.
        (2.0, [0, 1, 1, 1, 1], 5.6 + 12.0, [0, 1, 1, 1, 1], [0, 1, 1, 0, 0]),
        # Whoever came would come when nobody is lacking any more.
        (3.0, [0, 1, 1, 1, 1], 18.0, [0, 0, 0, 0, 0], [0, 1, 1, 1, 0]),
    ],
)
def test_notice_by_hand(notice, standby, cost, activated, short):
    """One is lacking from 1:00 to 4:00; calls are for four hours."""
    path = np.array([[0, 1, 1, 1, 0]])
    found = recourse_cost(path, np.zeros(5), np.array(standby), PRICES, 1.0, 4, notice)
    assert found.cost.tolist() == pytest.approx([cost])
    assert found.activated[0] == pytest.approx(activated)
    assert found.short[0] == pytest.approx(short)


def test_who_is_late_cannot_make_up_for_it():
    """Twice as many would work an hour in the half that is left, for which nobody waits."""
    path, standby = np.array([[2]]), np.array([9])
    cheap = TierPrices(0.0, 0.3, 0.1, 6.0, 0.5)
    found = recourse_cost(path, np.zeros(1), standby, cheap, 1.0, 1, 0.5)
    assert found.activated.tolist() == [[2.0]]
    assert found.short.tolist() == [[1.0]]


def chained_blocks(lack, standby, least, prices) -> float:
    """Blocks of `least` up to twice that, as any stay is made of them: without notice the same."""
    hours = len(lack)
    lengths = range(least, 2 * least)
    blocks = [(s, s + n) for s in range(hours) for n in lengths if s + n <= hours]
    covers = np.array([[s <= t < e for s, e in blocks] for t in range(hours)], dtype=float)
    found = linprog(
        [prices.activation * (e - s) for s, e in blocks] + [prices.shortage] * hours,
        A_ub=np.block([[-covers, -np.eye(hours)], [covers, np.zeros((hours, hours))]]),
        b_ub=np.concatenate([-lack, standby]),
    )
    return float(found.fun)


@pytest.mark.parametrize("least", [2, 3, 5])
def test_without_notice_stays_are_chains_of_blocks(least):
    """Another programme for the same calls, with fractions of primary, finds the same cost."""
    required, at_work, standby = paths_of(6, paths=4)
    found = recourse_cost(required, at_work, standby, PRICES, 1.0, least)
    lack = np.maximum(required - at_work, 0)
    chained = [chained_blocks(each, standby, least, PRICES) for each in lack]
    assert found.cost == pytest.approx(chained)


def test_the_programme_agrees_where_each_interval_stands_alone():
    """Calls of one interval without notice need no programme; it finds the same."""
    required, at_work, standby = paths_of(7)
    calls = PathCalls(len(standby), 1, 0.0, PRICES)
    told = recourse_cost(required, at_work, standby, PRICES, 1.0)
    for path, reps in enumerate(required):
        answer = calls.answer(reps - at_work, standby)
        assert answer.activated == pytest.approx(told.activated[path])
        assert answer.short == pytest.approx(told.short[path])


@DEFAULTS
@given(
    seed=st.integers(0, 50),
    least=st.integers(1, 4),
    notice=st.sampled_from([0.0, 0.25, 1.0, 1.75]),
)
def test_prices_bound_the_cost_of_any_shifts(seed, least, notice):
    """Cuts of the two-stage programme hold only if these prices do, everywhere."""
    required, at_work, standby = paths_of(seed, paths=2, hours=20)
    calls = PathCalls(len(standby), least, notice, PRICES)
    other = np.random.default_rng(seed).permutation(at_work)
    for reps in required:
        here = calls.answer(reps - at_work, standby)
        cost = (1.4 * here.activated + 6.0 * here.short).sum()
        told = here.lacking @ (reps - at_work) - here.ready @ standby
        assert told == pytest.approx(cost)
        for primary, ready in (
            (other, standby),
            (at_work, standby[::-1]),
            (other + 3, standby + 1),
        ):
            there = calls.answer(reps - primary, ready)
            cost = (1.4 * there.activated + 6.0 * there.short).sum()
            assert here.lacking @ (reps - primary) - here.ready @ ready <= cost + 1e-6


def test_whole_lacks_have_whole_answers():
    """Nobody is called in by halves, though notice is a part of an hour."""
    required, _, standby = paths_of(8)
    for least, notice in ((1, 0.25), (3, 0.25), (4, 1.5)):
        found = recourse_cost(required, np.full(30, 5.0), standby, PRICES, 1.0, least, notice)
        assert found.activated == pytest.approx(np.rint(found.activated))
        assert found.activated.sum() > 0


@pytest.mark.parametrize("least", [1, 3])
def test_longer_notice_never_costs_less(least):
    """Who comes later serves less for the same pay, path by path."""
    required, at_work, standby = paths_of(9)
    costs = [
        recourse_cost(required, at_work, standby, PRICES, 1.0, least, notice).cost
        for notice in (0.0, 0.1, 0.5, 1.0, 1.3, 2.0, 4.0)
    ]
    assert (np.diff(costs, axis=0) >= -1e-9).all()
    assert (np.diff(np.sum(costs, axis=1)) > 0).all()


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
    there = recourse_cost(required, at_work, standby, PRICES, 1.0, 4, 0.5).cost
    back = recourse_cost(required[::-1], at_work, standby, PRICES, 1.0, 4, 0.5).cost
    assert there == pytest.approx(back[::-1])


def test_nobody_is_called_in_for_longer_than_anybody_stands_by():
    """A block of four hours does not fit into three on standby."""
    required, standby = np.full((1, 5), 2), np.array([0, 1, 1, 1, 0])
    assert recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 4).activated.sum() == 0
    assert recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 3).activated.sum() == 3
    with pytest.raises(ValueError, match="at least 1, not 0"):
        recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 0)
    with pytest.raises(ValueError, match=r"at least 0, not -0\.5"):
        recourse_cost(required, np.zeros(5), standby, PRICES, 1.0, 1, -0.5)
    late = recourse_cost(required, np.zeros(5), np.ones(5, dtype=int), PRICES, 1.0, 1, 7.5)
    assert late.activated.sum() == 0
