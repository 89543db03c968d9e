"""A ceiling on how often somebody is missing is kept where it can be, and its price is told."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from optimizer.cover import plan_cost
from optimizer.plan_shifts import plan_shifts
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings
from optimizer.short_ceiling import plan_below_ceiling
from optimizer.solver import SolverSettings

SHIFTS = ShiftSettings(lengths_hours=(4.0, 8.0), understaffing_price=3.0)
LEVELS = (0.05, 0.5, 0.95, 0.995)
HOURS = 24


def requirement() -> Requirement:
    """A day of which little is sure."""
    starts = pd.date_range("2026-11-30", periods=HOURS, freq="h", tz="UTC").as_unit("us")
    middle = 8 + 4 * np.sin(np.arange(HOURS) / 24 * 2 * np.pi)
    volume = middle[:, None] * np.array([0.5, 1.0, 1.7, 2.2])[None]
    reps = np.ceil(volume).astype(np.int64)
    known = RequiredDistribution("live", starts, LEVELS, volume, reps, np.ones(HOURS, np.int64))
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": reps[:, 1],
            "rostered_on_call": reps[:, 2] - reps[:, 1],
        }
    )
    return Requirement(table, "UTC", 60, {"live": known})


def chosen(ceiling: float | None, programme="loss_function", lengths=(4.0, 8.0)) -> ShiftPlan:
    on_call = OnCallSettings(most_short=ceiling, least_primary=0.0, min_activation_hours=2)
    shifts = ShiftSettings(lengths_hours=lengths, understaffing_price=3.0, programme=programme)
    known = requirement()
    paths = {"live": known.distributions["live"].draws[25::100]}
    solver = SolverSettings(gap=0.02 if programme == "two_stage" else 0.002, time_limit_seconds=20)

    def plan(priced: ShiftSettings) -> ShiftPlan:
        return plan_shifts(known, priced, on_call, solver, paths=paths)

    return plan_below_ceiling(plan, shifts, on_call)


def cost(plan: ShiftPlan) -> float:
    """Recount a plan at the prices that were asked for."""
    told = plan.outlook[0].table
    on_call = OnCallSettings()
    paid = plan_cost(plan.shifts, plan.coverage, 60, SHIFTS, on_call)
    met = on_call.activation_price * told["activated"].sum() + 3.0 * told["short"].sum()
    return paid.wages + paid.standby + float(met)


@pytest.mark.parametrize("programme", ["loss_function", "two_stage"])
def test_a_ceiling_is_kept_and_never_costs_less(programme):
    """Whoever must not be short pays for it, and is told at which price."""
    free, bound = chosen(None, programme), chosen(0.03, programme)
    assert free.outlook[0].p_short > 0.03 >= bound.outlook[0].p_short
    assert bound.outlook[0].prices.shortage > free.outlook[0].prices.shortage == 3.0
    assert cost(bound) >= cost(free) * (1 - 0.02)


def test_tighter_ceilings_are_worth_higher_prices():
    """What is allowed to be short less often is missed at a higher price."""
    prices = [chosen(ceiling).outlook[0].prices.shortage for ceiling in (0.10, 0.03, 0.01)]
    assert prices == sorted(prices)
    assert prices[0] < prices[-1]


def test_a_ceiling_that_holds_anyway_changes_nothing():
    """Nobody pays for what prices already see to."""
    free = chosen(None)
    assert chosen(0.9).shifts == free.shifts


def test_a_ceiling_out_of_reach_is_not_claimed():
    """Where nobody may be scheduled, no price brings anybody; the search ends all the same."""
    on_call = OnCallSettings(most_short=0.01)
    short = chosen(None)
    asked: list[float] = []

    def plan(priced: ShiftSettings) -> ShiftPlan:
        asked.append(priced.understaffing_price)
        return short

    found = plan_below_ceiling(plan, SHIFTS, on_call)
    assert found.outlook[0].p_short > 0.01
    assert asked[-1] == 1000.0
    assert len(asked) < 15


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.1, float("nan")])
def test_no_share_is_refused(wrong):
    """A ceiling is a share strictly between none and all."""
    with pytest.raises(ValueError, match="most_short must be above 0 and below 1"):
        partial(OnCallSettings, most_short=wrong)()
