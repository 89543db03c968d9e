"""What on-call is worth: plans of the same week side by side on 400 paths none was made with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from optimizer.plan_paths import called_for_on_paths, path_costs
from optimizer.plan_shifts import plan_shifts
from optimizer.plan_value import DEFAULT, FORESIGHT, plan_value
from optimizer.shifts import OnCallSettings
from optimizer.solver import SolverSettings
from tests.benchmarks.plan_cases import (
    ON_CALL,
    SHIFTS,
    Case,
    bank,
    made_up_week,
    sample,
    week_after,
)

PATHS, FORESEEN, SEED = 400, 40, 7
BOUND_PATHS = 4000
SOLVER = SolverSettings(gap=1e-3, time_limit_seconds=120.0)
BELOW_RULE, BELOW_GUARD = 0.003, 0.08
CALLS = [(1.0, 15), (4.0, 0), (4.0, 15), (4.0, 60)]
Record = Callable[[str, str], None]


def weigh(case: Case, record: Record, on_call: OnCallSettings, foreseen: int) -> pd.DataFrame:
    """Record a row per plan, and return the table with plans as its index."""
    value = plan_value(
        case.requirement,
        case.forecasts,
        SHIFTS,
        on_call,
        SOLVER,
        queues=case.queues,
        paths=PATHS,
        foreseen=foreseen,
        seed=SEED,
    )
    print(case.name, value.table.round(3).to_string(), sep="\n")
    table = value.table.set_index("plan")
    default = table.loc[DEFAULT, "cost"]
    hours, notice = on_call.min_activation_hours, on_call.notice_minutes
    for plan, row in table.iterrows():
        regret = f"{row['regret']:.1f} (± {row['regret_se']:.1f})" if foreseen else "not foreseen"
        record(
            f"{case.name}, calls of at least {hours:g} h, {notice} min of notice, {plan}: expected "
            "cost a week (± standard error); beyond the default; rep-hours short, P(short), "
            "promised; rep-hours called in, calls; regret",
            f"{row['cost']:.1f} (± {row['cost_se']:.1f}); {row['dearer'] / default:+.2%} "
            f"(± {row['dearer_se'] / default:.2%}); {row['short_hours']:.1f}, "
            f"{row['p_short']:.3f}, {row['p_short_promised']:.3f}; {row['activated_hours']:.1f}, "
            f"{row['calls']:.1f}; {regret}",
        )
    return table


def least_possible(case: Case) -> tuple[float, float]:
    """Return how much cheaper than the default the best shifts for many paths are, once seen.

    No plan can be cheaper on them, whatever it is made from: a share of the default's cost, and its
    standard error.
    """
    known = case.requirement.distributions
    paths = called_for_on_paths(known, case.forecasts, BOUND_PATHS, SEED)
    seen = {each.queue: each.reps for each in paths}
    costs = []
    for programme in ("loss_function", "two_stage"):
        plan = plan_shifts(
            case.requirement,
            replace(SHIFTS, programme=programme),
            ON_CALL,
            replace(SOLVER, gap=1e-4),
            queues=case.queues,
            paths=seen,
        )
        costs.append(path_costs(plan, paths, SHIFTS, ON_CALL, case.queues)["cost"])
    apart = (costs[1] - costs[0]) / costs[0].mean()
    return float(apart.mean()), float(apart.std(ddof=1) / len(apart) ** 0.5)


def check(case: Case, record: Record) -> pd.DataFrame:
    """Hold the default against every other plan, within noise."""
    table = weigh(case, record, ON_CALL, FORESEEN)
    plans = table.drop(FORESIGHT)
    assert (plans["dearer"] >= -2 * plans["dearer_se"]).all()
    assert (table["regret"] >= 0).all()
    apart, noise = least_possible(case)
    record(
        f"{case.name}: the best shifts for {BOUND_PATHS} paths that they were made for, beyond the "
        "default; no plan is cheaper",
        f"{apart:+.2%} (± {noise:.2%})",
    )
    assert apart >= -BELOW_RULE
    return table


def below(table: pd.DataFrame, plan: str, other: str = DEFAULT) -> float:
    """Return by which share of a plan's cost another, such as the default, is cheaper."""
    return float(1 - table.loc[other, "cost"] / table.loc[plan, "cost"])


@pytest.mark.benchmark
def test_value_for_the_sample_team(tmp_path: Path, record: Record) -> None:
    """Few reps: a whole one more or less weighs, and the rule cannot weigh it."""
    table = check(week_after("sample team", *sample(tmp_path)), record)
    assert below(table, "simple_rule") >= BELOW_RULE
    assert below(table, "all_primary") >= BELOW_GUARD


@pytest.mark.benchmark
def test_value_for_a_made_up_week(record: Record) -> None:
    """Days off by 18 %, their hours by another 15 %."""
    table = check(made_up_week(), record)
    assert below(table, "simple_rule") > 0
    assert below(table, "all_primary") >= BELOW_GUARD


@pytest.mark.benchmark
def test_value_for_bank_calls(public_data: Path, record: Record) -> None:
    """Hundreds of reps and a narrow forecast: rounding and the tier on call both weigh less."""
    table = check(week_after("bank_calls", *bank(public_data)), record)
    # The best shifts for paths once seen say how little is left to gain over the rule here.
    assert below(table, "simple_rule") > 0
    assert below(table, "all_primary") > 0


@pytest.mark.benchmark
@pytest.mark.parametrize(("hours", "notice"), CALLS)
def test_two_stages_where_calls_come_in_blocks_or_late(
    tmp_path: Path, record: Record, hours: float, notice: int
) -> None:
    """Whoever is called in stays, or comes late: only two stages know it."""
    calls = replace(ON_CALL, min_activation_hours=hours, notice_minutes=notice)
    case = week_after("sample team", *sample(tmp_path))
    table = weigh(case, record, calls, foreseen=0)
    assert table.loc["two_stage", "dearer"] < 2 * table.loc["two_stage", "dearer_se"]
    if hours > 1:
        assert table.loc["two_stage", "dearer"] < -2 * table.loc["two_stage", "dearer_se"]


@pytest.mark.benchmark
@pytest.mark.parametrize(("hours", "notice"), CALLS)
def test_two_stages_for_bank_calls_in_blocks_or_late(
    public_data: Path, record: Record, hours: float, notice: int
) -> None:
    """Where hundreds are on the phone lacks last for hours anyway: two stages are no dearer."""
    calls = replace(ON_CALL, min_activation_hours=hours, notice_minutes=notice)
    case = week_after("bank_calls", *bank(public_data))
    table = weigh(case, record, calls, foreseen=0)
    assert table.loc["two_stage", "dearer"] < 2 * table.loc["two_stage", "dearer_se"]
