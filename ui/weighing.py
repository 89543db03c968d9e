"""What a plan and its tier on call are worth: plans of the same week on the same fresh paths."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from data.errors import InputError
from data.progress import Report, silent
from optimizer.plan_value import (
    DEFAULT,
    FORESIGHT,
    FRESH_SEED,
    OWN,
    PATHS,
    PlanValue,
    plan_value,
)
from optimizer.solver import Cancellation
from ui.drafts import Drafts
from ui.jobs import Tell, check
from ui.plan_folder import Plan, plan_hash, read_plan
from ui.settings import parse_settings
from ui.simulate_command import plan_forecasts

NAMES = {
    OWN: "this plan",
    "median_only": "median alone",
    "all_primary": "guard, all primary",
    "simple_rule": "simple rule",
    "loss_function": "expected cost",
    "two_stage": "two stages",
    FORESIGHT: "perfect foresight",
}
TWO_STAGE = "two_stage"
KIND = "value"
FORESEEN_ON_SCREEN = 20
"""Few enough that nobody waits long; the command takes more."""

WITHIN = 1.96
"""Of a normal distribution, 95 % lie within so many standard errors."""


def weigh_plan(
    folder: Path,
    made: Plan,
    paths: int,
    foreseen: int,
    seed: int,
    progress: Report = silent,
) -> PlanValue:
    """Weigh a plan beside others that could have been made of the same forecast.

    Parameters
    ----------
    folder
        Of the plan.
    made
        As it was read from there. With a team all plans stay within what it can work.
    paths, foreseen, seed, progress
        As for `optimizer.plan_value.plan_value`.

    Raises
    ------
    InputError
        When the plan does not say how many reps may be called for, or has no chat or phone queue.
    """
    settings = parse_settings(made.settings, str(folder / "settings.toml"))
    distributions = made.requirement.distributions
    if not any(not settings.queues[name].is_asynchronous for name in distributions):
        raise InputError(
            f"{folder}: the plan does not say how many reps chat and phone queues may call for; "
            "make it again with staffcast plan"
        )
    return plan_value(
        made.requirement,
        plan_forecasts(folder, made, settings),
        settings.shifts,
        settings.on_call,
        settings.solver,
        queues=settings.queues,
        team=made.team,
        rules=settings.labour,
        own=made.shift_plan,
        paths=paths,
        foreseen=foreseen,
        seed=seed,
        progress=progress,
    )


def weigh_and_keep(folder: Path, drafts: Drafts, cancel: Cancellation, tell: Tell) -> None:
    """Weigh a plan and keep what was found with the workspace's drafts.

    Raises
    ------
    Cancelled
        When it was stopped.
    InputError
        When the plan cannot be weighed.
    """

    def report(stage: str, share: float) -> None:
        check(cancel)
        tell(stage, share)

    report("Read the plan", 0.0)
    made = read_plan(folder)
    value = weigh_plan(folder, made, PATHS, FORESEEN_ON_SCREEN, FRESH_SEED, report)
    check(cancel)
    kept = {
        "plan": plan_hash(made),
        "table": json.loads(value.table.to_json(orient="split", index=False)),
        "paths": value.paths,
        "foreseen": value.foreseen,
        "seed": value.seed,
    }
    drafts.save(KIND, made.plan_id, kept)


def kept_value(drafts: Drafts, made: Plan) -> PlanValue | None:
    """Return what was found of a plan; None when it was not weighed as it is now."""
    kept: dict[str, Any] | None = drafts.load(KIND, made.plan_id)
    if kept is None or kept["plan"] != plan_hash(made):
        return None
    table = pd.DataFrame(**kept["table"])
    figures = [name for name in table.columns if name != "plan"]
    table[figures] = table[figures].astype(float)
    return PlanValue(table, kept["paths"], kept["foreseen"], kept["seed"])


def shown_table(value: PlanValue) -> pd.DataFrame:
    """Return the figures of plans as people read them, a row per plan, all per week.

    Returns
    -------
    pandas.DataFrame
        Text, as it is shown: ``Plan``; ``Cost`` and how far chance may have moved it; how much
        ``Dearer`` than the default, and the same of that; rep-hours ``Short``; ``P(short)`` of an
        open interval, and as ``Promised``; rep-hours ``Called in`` and ``Calls``; ``Regret``.
    """
    table = value.table
    default = float(table.loc[table["plan"] == DEFAULT, "cost"].iloc[0])
    share = 100 / default if default else float("nan")
    return pd.DataFrame(
        {
            "Plan": table["plan"].map(NAMES),
            "Cost": [f"{cost:,.0f}" for cost in table["cost"]],
            "± cost": [f"{WITHIN * noise:,.0f}" for noise in table["cost_se"]],
            "Dearer": [f"{share * apart:+.1f} %" for apart in table["dearer"]],
            "± of it": [f"{share * WITHIN * noise:.1f}" for noise in table["dearer_se"]],
            "Short": [f"{hours:,.1f}" for hours in table["short_hours"]],
            "P(short)": [f"{100 * chance:.1f} %" for chance in table["p_short"]],
            "Promised": [_percent(chance) for chance in table["p_short_promised"]],
            "Called in": [f"{hours:,.1f}" for hours in table["activated_hours"]],
            "Calls": [f"{calls:,.1f}" for calls in table["calls"]],
            "Regret": ["" if pd.isna(cost) else f"{cost:,.0f}" for cost in table["regret"]],
        }
    )


def value_lines(value: PlanValue) -> list[str]:
    """Say in sentences what on-call is worth, and what the figures stand on."""
    by_plan = value.table.set_index("plan")
    default = by_plan.loc[DEFAULT]
    lines = [
        _against("Without on-call, primary alone", "all_primary", by_plan),
        _against("Primary for the median alone", "median_only", by_plan),
        _against("The simple rule", "simple_rule", by_plan),
    ]
    if TWO_STAGE in by_plan.index:
        lines.append(_against("A plan in two stages", TWO_STAGE, by_plan))
    if OWN in by_plan.index:
        lines.insert(0, _against("This plan", OWN, by_plan))
    lines.append(
        f"By expected cost an open interval is short with probability "
        f"{100 * default['p_short']:.1f} % (promised: {100 * default['p_short_promised']:.1f} %), "
        f"and somebody is called in {default['calls']:,.1f} times a week for "
        f"{default['activated_hours']:,.1f} rep-hours."
    )
    lines.append(
        f"Weighed on {value.paths:,} fresh paths of the forecast (seed {value.seed}), per week; "
        "± is 95 % of chance, of differences path by path."
    )
    return lines


def _against(what: str, plan: str, by_plan: pd.DataFrame) -> str:
    """Say how much dearer or cheaper than the default a plan is, and whether that is chance."""
    default = float(by_plan["cost"][DEFAULT])
    apart, noise = float(by_plan["dearer"][plan]), WITHIN * float(by_plan["dearer_se"][plan])
    if abs(apart) <= noise:
        return f"{what} costs as much as shifts by expected cost, as far as chance lets see."
    word = "more" if apart > 0 else "less"
    return (
        f"{what} costs {100 * abs(apart) / default:.1f} % {word} than shifts by expected cost "
        f"(± {100 * noise / default:.1f})."
    )


def _percent(chance: float) -> str:
    return "" if pd.isna(chance) else f"{100 * chance:.1f} %"
