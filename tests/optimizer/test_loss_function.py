"""Shifts chosen by expected cost are the cheapest there are, and say what is to be expected."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.concurrency import Handling
from optimizer.loss_function import expected, rostered_draws
from optimizer.plan_shifts import plan_shifts
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveStatus
from optimizer.required_distribution import DRAWS, RequiredDistribution, exceeding
from optimizer.requirement import Requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings, tier_prices
from optimizer.solver import SolverSettings
from optimizer.tier_prices import TierPrices

EXACT = SolverSettings(gap=0)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=25)
LEVELS = (0.1, 0.5, 0.9)
HANDLING = Handling(concurrency=1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)


def distribution(
    rows: list[list[int]], levels: tuple[float, ...] = LEVELS, queue: str = "live"
) -> RequiredDistribution:
    """Reps at three probabilities, a row per hour; a contact calls for a rep."""
    starts = pd.date_range(MONDAY, periods=len(rows), freq="h").as_unit("us")
    reps = np.sort(np.array(rows, dtype=np.int64), axis=1)
    least = np.zeros(len(reps), dtype=np.int64)
    return RequiredDistribution(queue, starts, levels, reps.astype(float), reps, least)


def requirement(found: RequiredDistribution) -> Requirement:
    table = pd.DataFrame(
        {
            "queue": found.queue,
            "interval_start": found.starts,
            "rostered_primary": found.reps[:, 1],
            "rostered_on_call": found.reps[:, 2] - found.reps[:, 1],
        }
    )
    return Requirement(table, "UTC", 60, {found.queue: found})


def hours(plan: ShiftPlan, role: str) -> float:
    return sum(one.reps * one.shift.hours for one in plan.shifts if one.shift.role == role)


def week(peak: float, seed: int = 1, hours: int = 72) -> RequiredDistribution:
    """A few days with a daily rhythm."""
    draw = np.random.default_rng(seed)
    shape = np.clip(0.5 - 0.5 * np.cos((np.arange(hours) % 24 - 3) / 24 * 2 * np.pi), 0.1, 1)
    mean = peak * shape * draw.uniform(0.85, 1.0, hours)
    return distribution([[round(m * 0.8), round(m), round(m * 1.3 + 1)] for m in mean])


# Oracle ------------------------------------------------------------------------------------------


def least_expected_cost(draws: np.ndarray, lengths: tuple[int, ...], prices: TierPrices) -> float:
    """Try every number of reps on every shift of a few hours, and average over the draws."""
    count = draws.shape[1]
    spans = [(a, a + n) for a in range(count) for n in lengths if a + n <= count]
    cover = np.array([[a <= t < b for t in range(count)] for a, b in spans])
    length = cover.sum(axis=1)
    most = int(draws.max())
    tried = np.array(list(product(range(most + 1), repeat=len(spans))))
    at_work, paid = tried @ cover, tried @ length
    # What an hour lacks with 0, 1, 2, … reps, on average; hours add up.
    lack = np.array(
        [np.maximum(draws - reps, 0).mean(axis=0) for reps in range(2 * int(at_work.max()) + 1)]
    )
    hour = np.arange(count)
    called = lack[at_work, hour].sum(axis=1)
    short = lack[at_work[:, None] + at_work[None], hour].sum(axis=2)
    cost = (
        (paid + prices.activation * called)[:, None]
        + prices.standby * paid[None]
        + (prices.shortage - prices.activation) * short
    )
    return float(cost.min())


@DEFAULTS
@given(
    rows=st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=3, max_size=3),
    lengths=st.sampled_from([(1, 2), (2, 3), (1, 3), (2,)]),
    standby=st.sampled_from([0.0, 0.3, 0.9]),
    activation=st.sampled_from([0.5, 1.4, 3.0]),
    shortage=st.sampled_from([2.0, 6.0]),
)
def test_no_plan_of_a_toy_is_expected_to_cost_less(rows, lengths, standby, activation, shortage):
    """The programme is right only if it finds the least expected cost of all plans there are."""
    found = distribution(rows, (0.001, 0.5, 0.999))
    shifts = ShiftSettings(lengths_hours=lengths, understaffing_price=shortage)
    tiers = OnCallSettings(standby_price=standby, activation_price=activation, least_primary=0.0)
    opening = {"live": QueueSettings(handling=HANDLING, service=ServicePolicy(shrinkage=0.0))}
    plan = plan_shifts(requirement(found), shifts, tiers, EXACT, queues=opening)
    least = least_expected_cost(found.draws, lengths, tier_prices(shifts, tiers))
    surcharged = 0.1 * (hours(plan, "primary") + standby * hours(plan, "on_call"))
    assert plan.report.status is SolveStatus.OPTIMAL
    # Hours in which nobody is required count as closed and are dearer by a tenth.
    assert least - 1e-6 <= plan.report.objective <= least + surcharged + 1e-6


# What is said of a plan ---------------------------------------------------------------------------


def test_objective_is_wages_standby_and_what_the_draws_lack():
    """Without shrinkage the proven cost must be what the plan costs when the draws come true."""
    found = week(9)
    shifts, tiers = ShiftSettings(), OnCallSettings()
    plan = plan_shifts(requirement(found), shifts, tiers, EXACT)
    cost = hours(plan, "primary") + 0.3 * hours(plan, "on_call")
    for draw in found.draws:
        for needed, row in zip(draw, plan.coverage.itertuples(), strict=True):
            lack = max(needed - row.primary, 0)
            called = min(lack, row.on_call)
            cost += (1.4 * called + 10.0 * (lack - called)) / DRAWS
    assert plan.report.objective == pytest.approx(cost)
    (outlook,) = plan.outlook
    sums = outlook.table[["activated", "short"]].sum()
    assert plan.report.objective == pytest.approx(
        hours(plan, "primary")
        + 0.3 * hours(plan, "on_call")
        + 1.4 * sums["activated"]
        + 10.0 * sums["short"]
    )


@pytest.mark.parametrize("seed", range(3))
def test_rewards_that_count_as_one_are_within_what_is_proven(seed):
    """On a large floor rewards are taken together; what is then called proven must hold."""
    found, shifts, tiers = week(120, seed, 48), ShiftSettings(), OnCallSettings()
    exact = plan_shifts(requirement(found), shifts, tiers, EXACT)
    coarse = plan_shifts(requirement(found), shifts, tiers, SolverSettings(gap=0.01))
    assert coarse.report.bound < exact.report.objective <= coarse.report.objective + 1e-6
    assert coarse.report.status is SolveStatus.OPTIMAL
    (outlook,) = coarse.outlook
    true = (
        hours(coarse, "primary")
        + 0.3 * hours(coarse, "on_call")
        + (outlook.table["activated"] * 1.4 + outlook.table["short"] * 10.0).sum()
    )
    assert coarse.report.bound < true <= coarse.report.objective + 1e-6


def test_primary_serve_the_median_where_shifts_fit_it():
    """On-call is for what is busier than planned, even where shrinkage makes it cheap."""
    found = week(12)
    shifts = ShiftSettings(lengths_hours=(1.0,))
    opening = {"live": QueueSettings(handling=HANDLING, service=ServicePolicy(shrinkage=0.3))}
    plan = plan_shifts(requirement(found), shifts, OnCallSettings(), EXACT, queues=opening)
    on_duty = plan.coverage["primary"].to_numpy() * 0.7
    assert (on_duty + 1e-9 >= found.quantile(0.5)).all()
    assert (on_duty < found.quantile(0.5) + 2).all()
    prices_alone = replace(OnCallSettings(), least_primary=0.0)
    cheap = plan_shifts(requirement(found), shifts, prices_alone, EXACT, queues=opening)
    assert hours(cheap, "primary") < hours(plan, "primary")


def test_hourly_shifts_serve_the_quantiles_that_the_prices_say():
    """With shifts of an hour each tier must reach exactly the quantile that is shown."""
    found = week(12)
    shifts = ShiftSettings(lengths_hours=(1.0,), understaffing_price=6.0)
    plan = plan_shifts(requirement(found), shifts, OnCallSettings(), EXACT)
    (outlook,) = plan.outlook
    primary, both = outlook.prices.quantiles
    assert (primary, both) == (pytest.approx(0.5), pytest.approx(1 - 0.3 / 4.6))
    at_work = plan.coverage["primary"].to_numpy()
    assert (at_work >= found.quantile(primary - 0.002)).all()
    assert (at_work <= found.quantile(primary + 0.002)).all()
    ready = at_work + plan.coverage["on_call"].to_numpy()
    assert (ready == found.quantile(both)).all()


def test_the_plan_of_a_certain_volume_is_a_cover():
    """Without uncertainty there is nobody to keep on call."""
    found = distribution([[3, 3, 3]] * 8 + [[5, 5, 5]] * 8)
    plan = plan_shifts(requirement(found), ShiftSettings(), OnCallSettings(), EXACT)
    assert hours(plan, "on_call") == 0
    assert plan.coverage["understaffing"].sum() == 0
    assert hours(plan, "primary") == 64


# Laws --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_laws_of_prices_volume_and_catalogue(seed):
    """Cheaper standby never reduces standby; more volume or fewer shifts never cost less."""
    found = week(6, seed, 48)
    shifts, tiers = ShiftSettings(lengths_hours=(4.0, 8.0)), OnCallSettings()

    def solved(found=found, shifts=shifts, tiers=tiers) -> ShiftPlan:
        return plan_shifts(requirement(found), shifts, tiers, EXACT)

    plan = solved()
    standby = [
        hours(solved(tiers=replace(tiers, standby_price=price)), "on_call")
        for price in (0.1, 0.3, 0.5)
    ]
    assert standby == sorted(standby, reverse=True)
    more = solved(
        replace(found, volume=found.volume * 1.2, reps=np.ceil(found.reps * 1.2).astype(int))
    )
    assert more.report.objective >= plan.report.objective - 1e-6
    larger = solved(shifts=replace(shifts, lengths_hours=(4.0, 6.0, 8.0, 10.0)))
    assert larger.report.objective <= plan.report.objective + 1e-6


def test_shrinkage_calls_for_more_on_the_roster_up_to_the_median():
    """A rep on duty takes more than one on the roster; one on standby does not."""
    found = distribution([[7, 7, 9]], (0.001, 0.5, 0.999))
    assert sorted(set(rostered_draws(found, 0.3)[:, 0].tolist())) == [10, 11, 12]


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=1, max_size=30))
def test_sums_of_exceeding_are_means(rows):
    """The mean of a whole number is the sum of its chances to exceed 0, 1, 2, …."""
    draws = np.array(rows)
    np.testing.assert_allclose(exceeding(draws).sum(axis=1), draws.mean(axis=0))


def test_more_reps_never_leave_more_to_be_expected():
    """Nobody is called in more often because more are at work."""
    draws = week(9).draws
    before = expected(draws, np.full(72, 3.0), np.full(72, 2))
    after = expected(draws, np.full(72, 3.5), np.full(72, 2))
    assert (after["short"] <= before["short"]).all()
    assert (after["activated"] <= before["activated"]).all()
