"""Shifts for sample paths on which calls come in blocks: the cheapest there are, and lawful."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.concurrency import Handling
from optimizer.plan_shifts import plan_shifts
from optimizer.queue_settings import QueueSettings
from optimizer.recourse import recourse_cost
from optimizer.report import SolveStatus
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, tier_prices
from optimizer.solver import Cancellation, SolverSettings

EXACT = SolverSettings(gap=0)
SETTLED = settings(derandomize=True, deadline=None, max_examples=12)
HANDLING = Handling(concurrency=1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)


def requirement(paths) -> Requirement:
    """What paths call for, hour by hour; every hour is open."""
    hours = paths.shape[1]
    starts = pd.date_range("2026-11-30", periods=hours, freq="h", tz="UTC").as_unit("us")
    reps = np.column_stack([np.quantile(paths, (0.5, 0.95), axis=0).T.round().astype(int)])
    known = RequiredDistribution(
        "live", starts, (0.5, 0.95), reps.astype(float), reps, np.zeros(hours, dtype=np.int64)
    )
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": np.maximum(reps[:, 0], 1),
            "rostered_on_call": reps[:, 1] - reps[:, 0],
        }
    )
    return Requirement(table, "UTC", 60, {"live": known})


def choose(paths, block=2, lengths=(3.0, 4.0), solver=EXACT, queues=None, **prices) -> ShiftPlan:
    shifts = ShiftSettings(lengths_hours=lengths, understaffing_price=6.0, programme="two_stage")
    usual = {"least_primary": 0.0, "min_activation_hours": block, "notice_minutes": 0}
    tiers = OnCallSettings(**usual | prices)
    return plan_shifts(
        requirement(paths), shifts, tiers, solver, paths={"live": paths}, queues=queues
    )


def hours_of(plan: ShiftPlan, role: str) -> float:
    return sum(one.reps * one.shift.hours for one in plan.shifts if one.shift.role == role)


def drawn(seed, paths=8, hours=12):
    """Paths whose hours hang together."""
    draw = np.random.default_rng(seed)
    busy = np.exp(0.3 * draw.standard_normal((paths, 1)))
    return draw.poisson(5 * busy * np.ones(hours)) + 1


# An oracle: every plan of a toy ------------------------------------------------------------------


def least_cost(paths, length, block, tiers) -> float:
    """Try every number of reps on every shift of a few hours, and price each by its recourse."""
    hours = paths.shape[1]
    spans = [(begin, begin + length) for begin in range(hours - length + 1)]
    cover = np.array([[a <= t < b for t in range(hours)] for a, b in spans], dtype=int)
    prices = tier_prices(ShiftSettings(understaffing_price=6.0), tiers)
    best = np.inf
    for reps in product(range(int(paths.max()) + 1), repeat=len(spans)):
        primary = np.array(reps) @ cover
        for ready in product(range(int(paths.max()) + 1), repeat=len(spans)):
            standby = np.array(ready) @ cover
            calls = block, tiers.notice_minutes / 60
            met = recourse_cost(paths, primary, standby, prices, 1.0, *calls).cost.mean()
            fixed = length * (sum(reps) + tiers.standby_price * sum(ready))
            best = min(best, fixed + met)
    return best


@SETTLED
@given(
    paths=st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=2, max_size=3),
    block=st.integers(1, 3),
    notice=st.sampled_from([0, 15, 60, 90]),
    activation=st.sampled_from([0.5, 1.4]),
)
def test_no_plan_of_a_toy_is_cheaper(paths, block, notice, activation):
    """The programme is right only if it finds the least cost of all plans in both stages."""
    paths = np.array(paths)
    tiers = OnCallSettings(
        least_primary=0.0,
        activation_price=activation,
        min_activation_hours=block,
        notice_minutes=notice,
    )
    shifts = ShiftSettings(lengths_hours=(3.0,), understaffing_price=6.0, programme="two_stage")
    known = requirement(paths)
    plan = plan_shifts(known, shifts, tiers, EXACT, paths={"live": paths})
    assert plan.report.status is SolveStatus.OPTIMAL
    least = least_cost(paths, 3, block, tiers)
    assert plan.report.objective == pytest.approx(least)
    assert plan.report.objective == pytest.approx(recounted(plan, paths, tiers, block))


# Recounts ----------------------------------------------------------------------------------------


def recounted(plan, paths, tiers, block) -> float:
    """Count what a plan costs from its shifts and from calls path by path."""
    prices = tier_prices(ShiftSettings(understaffing_price=6.0), tiers)
    primary, standby = (plan.coverage[role].to_numpy() for role in ("primary", "on_call"))
    calls = block, tiers.notice_minutes / 60
    met = recourse_cost(paths, primary, standby, prices, 1.0, *calls).cost.mean()
    return hours_of(plan, "primary") + tiers.standby_price * hours_of(plan, "on_call") + met


@pytest.mark.parametrize(("block", "notice"), [(1, 0), (2, 0), (4, 0), (1, 30), (4, 15)])
def test_objective_is_the_cost_recounted(block, notice):
    """What is reported must be what the shifts and the calls of all paths cost."""
    paths = drawn(1)
    plan = choose(paths, block, solver=SolverSettings(gap=0.002), notice_minutes=notice)
    tiers = OnCallSettings(least_primary=0.0, notice_minutes=notice)
    assert plan.report.status is SolveStatus.OPTIMAL
    assert plan.report.objective == pytest.approx(recounted(plan, paths, tiers, block))
    assert hours_of(plan, "on_call") > 0
    table = plan.outlook[0].table
    met = recourse_cost(
        paths,
        plan.coverage["primary"].to_numpy(),
        plan.coverage["on_call"].to_numpy(),
        tier_prices(ShiftSettings(understaffing_price=6.0), tiers),
        1.0,
        block,
        notice / 60,
    )
    assert table["activated"].to_numpy() == pytest.approx(met.activated.mean(axis=0))
    assert table["p_short"].to_numpy() == pytest.approx((met.short > 1e-9).mean(axis=0))


# Laws --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shrinkage", [0.0, 0.3])
def test_longer_blocks_never_cost_less(shrinkage):
    """Whoever stays longer stays long enough, so no plan becomes cheaper."""
    paths = drawn(2)
    queues = {"live": QueueSettings(HANDLING, ServicePolicy(shrinkage=shrinkage))}
    near = SolverSettings(gap=0.001)
    plans = [choose(paths, block, solver=near, queues=queues) for block in (1, 2, 4)]
    for shorter, longer in pairwise(plans):
        assert longer.report.objective >= shorter.report.bound - 1e-6
    assert plans[2].report.objective > plans[0].report.objective


def test_longer_notice_never_costs_less():
    """Who works later serves less, so no plan becomes cheaper."""
    paths = drawn(2)
    near = SolverSettings(gap=0.001)
    plans = [choose(paths, 2, solver=near, notice_minutes=late) for late in (0, 15, 60, 120)]
    for sooner, later in pairwise(plans):
        assert later.report.objective >= sooner.report.bound - 1e-6
    assert plans[-1].report.objective > plans[0].report.objective


def test_cheaper_standby_is_never_used_less():
    """Standby hours of the cheapest plan do not grow with their price."""
    paths = drawn(3, paths=6, hours=8)
    hours = [
        hours_of(choose(paths, 2, (4.0,), standby_price=price), "on_call")
        for price in (0.07, 0.19, 0.33, 0.71)
    ]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] > hours[-1]


def test_more_volume_never_costs_less():
    """One more rep in some hours of some paths can only add to the cost."""
    paths = drawn(4, paths=5, hours=7)
    more = paths + np.random.default_rng(1).integers(0, 2, paths.shape)
    usual, busier = (choose(each, 3).report for each in (paths, more))
    assert busier.objective >= usual.objective - 1e-6


def test_order_of_paths_does_not_matter():
    """Paths are equally likely, whichever comes first."""
    paths = drawn(5, paths=6, hours=8)
    there, back = choose(paths).report.objective, choose(paths[::-1]).report.objective
    assert there == pytest.approx(back)


# Honest ends -------------------------------------------------------------------------------------


def test_no_paths_are_refused():
    """Without paths there is nothing that the programme could plan for."""
    paths = drawn(6)
    shifts = ShiftSettings(programme="two_stage")
    with pytest.raises(ValueError, match="two_stage plans for sample paths"):
        plan_shifts(requirement(paths), shifts, OnCallSettings(), EXACT)
    with pytest.raises(ValueError, match="a column for each"):
        plan_shifts(
            requirement(paths), shifts, OnCallSettings(), EXACT, paths={"live": paths[:, :5]}
        )


def test_a_cancelled_search_has_no_plan():
    """Whoever cancels before the first plan gets none, and hears so."""
    cancel = Cancellation()
    cancel.cancel()
    paths = drawn(7)
    shifts = ShiftSettings(programme="two_stage")
    plan = plan_shifts(
        requirement(paths), shifts, OnCallSettings(), EXACT, paths={"live": paths}, cancel=cancel
    )
    assert plan.report.status is SolveStatus.NO_PLAN
    assert plan.shifts == ()


def test_the_bound_of_a_rough_search_holds():
    """A search that ends early names a bound, which no better search goes below."""
    paths = drawn(8, paths=6, hours=10)
    rough = choose(paths, 3, solver=SolverSettings(gap=0.05)).report
    assert rough.status is SolveStatus.OPTIMAL
    assert rough.gap <= 0.05
    exact = choose(paths, 3).report
    assert rough.bound - 1e-6 <= exact.objective <= rough.objective + 1e-6
