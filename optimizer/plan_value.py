r"""What plans are worth, and what the tier on call is: their cost on paths nobody planned with.

Every plan is made from the same forecast and then weighed on the same fresh paths, so differences
between plans are known far better than the costs themselves: their standard errors are those of
differences path by path.

The plans: ``median_only``, primary for the median and nobody on call; ``all_primary``, primary for
the guard quantile; ``simple_rule``, primary for the median and on-call up to the guard;
``loss_function``, the default; ``two_stage``, for sample paths, other ones than it is weighed on.

*Perfect foresight* knows each path before it chooses shifts, has anybody at hand for them, and
calls in by the interval and at once. It is no plan, but no plan can cost less; the *regret* of a
plan is what it costs beyond it (Savage 1951; the expected value of perfect information in Birge and
Louveaux, "Introduction to Stochastic Programming", 2011, chapter 4,
doi:10.1007/978-1-4614-0237-4).

References
----------
L. J. Savage, "The theory of statistical decision", Journal of the American Statistical Association
46 (253), 1951, doi:10.1080/01621459.1951.10500768.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.progress import Report, silent
from forecast.days import Integers
from forecast.series import VolumeForecast
from optimizer.loss_function import expected
from optimizer.plan_paths import CalledFor, called_for_on_paths, path_costs, present
from optimizer.plan_shifts import plan_shifts
from optimizer.planning_paths import planning_paths
from optimizer.queue_settings import QueueSettings
from optimizer.requirement import Requirement
from optimizer.requirement_rows import rostered
from optimizer.shifts import OnCallSettings, Programme, ShiftPlan, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import LabourRules, Team

DEFAULT = "loss_function"
OWN = "this_plan"
FORESIGHT = "perfect_foresight"

PATHS = 400
FORESEEN = 100
FRESH_SEED = 7

PLANNED = 0.2
"""Share of the work that is done when the plans are made; the rest is foresight."""

MINUTES_PER_WEEK = 7 * 24 * 60

COMPARED_GAP = 1e-3
"""Plans are compared to a few thousandths, so each is proven to below that."""

VALUE_COLUMNS = (
    "plan",
    "cost",
    "cost_se",
    "dearer",
    "dearer_se",
    "wages",
    "standby",
    "activation",
    "shortage",
    "short_hours",
    "p_short",
    "p_short_promised",
    "activated_hours",
    "calls",
    "regret",
    "regret_se",
)


@dataclass(frozen=True)
class PlanValue:
    """Plans side by side on the same fresh paths.

    Parameters
    ----------
    table
        A row per plan and one for perfect foresight, all per week: ``plan``; ``cost`` on average
        over the paths and its standard error ``cost_se``; ``dearer`` than the default, with the
        standard error of the paired difference ``dearer_se``; ``wages``, ``standby``,
        ``activation`` and ``shortage``, of which the cost is the sum, in the workspace's currency;
        ``short_hours``, rep-hours that are missing; ``p_short``, the share of open intervals in
        which somebody is; ``p_short_promised``, what is to be expected of that when calls take
        effect at once;
        ``activated_hours``, rep-hours called in, and ``calls``, how often somebody is; ``regret``
        against perfect foresight and its standard error ``regret_se``, from the paths that were
        foreseen. Perfect foresight's row is of these paths alone, without a promise.
    paths, foreseen
        How many paths plans were weighed on, and perfect foresight.
    seed
        Of the paths.
    """

    table: pd.DataFrame
    paths: int
    foreseen: int
    seed: int


def plan_value(
    requirement: Requirement,
    forecasts: Sequence[VolumeForecast],
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    solver: SolverSettings,
    *,
    queues: Mapping[str, QueueSettings],
    team: Team | None = None,
    rules: LabourRules | None = None,
    own: ShiftPlan | None = None,
    paths: int = PATHS,
    foreseen: int = FORESEEN,
    seed: int = FRESH_SEED,
    progress: Report = silent,
) -> PlanValue:
    """Weigh plans of a requirement on fresh paths.

    Parameters
    ----------
    requirement
        With the distributions of its reps. Queues without one, and asynchronous ones, whose volume
        can wait, are left out.
    forecasts
        Of which the requirement was made.
    shifts, on_call, solver, queues, team, rules
        As for `optimizer.plan_shifts.plan_shifts`.
    own
        A plan that already is, to be weighed beside the others.
    paths
        On how many to weigh.
    foreseen
        On how many of them to choose the best shifts with foresight, a programme each.
    seed
        Of the paths; another than any that shifts were planned with.
    progress
        Told the plan and the share of the whole; what it raises ends the work.

    Raises
    ------
    ValueError
        When there are fewer than two paths, or no queue's reps are known as a distribution.
    """
    if paths < 2 or foreseen < 0:
        raise ValueError(f"There are at least 2 paths to weigh plans on, not {paths}.")
    known = _known(requirement, queues)
    called_for = called_for_on_paths(known.distributions, forecasts, paths, seed)
    # Drawn from the solver's seed as it is, they have nothing in common with the fresh ones.
    planned = planning_paths(known.distributions, forecasts, solver.seed)
    compared = _Compared(known, called_for, planned, shifts, on_call, queues, team, rules, solver)
    plans = {OWN: own} if own is not None else {}
    ways = _ways(known, queues)
    for place, (name, (wanted, programme)) in enumerate(ways.items()):
        progress(f"Choose shifts: {name}", PLANNED * place / len(ways))
        # For two stages chance in their paths weighs more than the gap.
        gap = solver.gap if programme == "two_stage" else COMPARED_GAP
        plan = compared.choose(wanted, programme, gap)
        if plan.report.has_plan:
            plans[name] = plan
    costs = {name: compared.weigh(plan) for name, plan in plans.items()}
    count = min(foreseen, paths)
    if count:
        costs[FORESIGHT] = compared.foresee(count, list(costs.values()), progress)
    weeks = _weeks(called_for, requirement.interval_minutes)
    rows = [
        _row(each, costs[DEFAULT], costs.get(FORESIGHT), weeks)
        | {
            "plan": name,
            "p_short_promised": compared.promised(plans[name]) if name in plans else np.nan,
        }
        for name, each in costs.items()
    ]
    progress("Plans are weighed", 1.0)
    return PlanValue(pd.DataFrame(rows)[list(VALUE_COLUMNS)], paths, count, seed)


@dataclass(frozen=True)
class _Compared:
    """What all plans have in common."""

    requirement: Requirement
    called_for: tuple[CalledFor, ...]
    planned: Mapping[str, Integers]
    shifts: ShiftSettings
    on_call: OnCallSettings
    queues: Mapping[str, QueueSettings]
    team: Team | None
    rules: LabourRules | None
    solver: SolverSettings

    def choose(self, wanted: Requirement, programme: Programme, gap: float) -> ShiftPlan:
        return plan_shifts(
            wanted,
            replace(self.shifts, programme=programme),
            self.on_call,
            replace(self.solver, gap=min(self.solver.gap, gap)),
            queues=self.queues,
            team=self.team,
            rules=self.rules,
            paths=self.planned,
        )

    def weigh(self, plan: ShiftPlan, path: int | None = None) -> pd.DataFrame:
        """Return what a plan costs on all paths, or on one."""
        called_for = self.called_for
        if path is not None:
            called_for = tuple(replace(each, reps=each.reps[[path]]) for each in called_for)
        return path_costs(plan, called_for, self.shifts, self.on_call, self.queues)

    def foresee(self, count: int, others: Sequence[pd.DataFrame], tell: Report) -> pd.DataFrame:
        """Return the least costs of the first paths: of shifts chosen for each, or of a plan's."""
        rows = []
        # Prices alone decide, and calls by the interval: blocks and notice only make it dearer.
        interval_hours = self.requirement.interval_minutes / 60
        on_call = replace(
            self.on_call,
            least_primary=0.0,
            min_activation_hours=interval_hours,
            notice_minutes=0,
        )
        free = replace(self, team=None, on_call=on_call)
        for path in range(count):
            tell("Foresee the paths", PLANNED + (1 - PLANNED) * path / count)
            known = {each.queue: each.reps[[path]] for each in self.called_for}
            plan = replace(free, planned=known).choose(self.requirement, "two_stage", COMPARED_GAP)
            best = free.weigh(plan, path)
            candidates = [best, *(other.iloc[[path]] for other in others)]
            rows.append(min(candidates, key=lambda each: float(each["cost"].iloc[0])))
        return pd.concat(rows, ignore_index=True)

    def promised(self, plan: ShiftPlan) -> float:
        """Return the share of open intervals in which both tiers are expected to lack somebody."""
        shares = []
        for each in self.called_for:
            shrinkage = self.queues[each.queue].service.shrinkage
            primary, standby = present(plan, each)
            draws = self.requirement.distributions[each.queue].draws
            table = expected(draws, (1 - shrinkage) * primary, standby)
            shares.append(table.loc[each.is_open, "p_short"])
        return float(pd.concat(shares).mean())


def _known(requirement: Requirement, queues: Mapping[str, QueueSettings]) -> Requirement:
    """Return the part of a requirement that paths can be played through."""
    found = {
        name: each
        for name, each in requirement.distributions.items()
        if not queues[name].is_asynchronous
    }
    if not found:
        raise ValueError(
            "Plans are weighed where it is known how many reps chat and phone queues call for, "
            "whatever comes; this requirement says it of none."
        )
    table = requirement.table[requirement.table["queue"].isin(list(found))]
    return replace(requirement, table=table.reset_index(drop=True), distributions=found)


def _ways(
    known: Requirement, queues: Mapping[str, QueueSettings]
) -> dict[str, tuple[Requirement, Programme]]:
    """Return what is required in each way of planning, and the programme that plans it."""
    table = known.table
    shrinkage = table["queue"].map({name: each.service.shrinkage for name, each in queues.items()})
    guarded = _rostered(table["primary"] + table["on_call"], shrinkage)
    nobody = {"on_call": 0, "rostered_on_call": 0}
    both = table["primary"] + table["on_call"]
    median = replace(known, table=table.assign(**nobody))
    primary = replace(known, table=table.assign(primary=both, rostered_primary=guarded, **nobody))
    return {
        "median_only": (median, "cover"),
        "all_primary": (primary, "cover"),
        "simple_rule": (known, "cover"),
        DEFAULT: (known, "loss_function"),
        "two_stage": (known, "two_stage"),
    }


def _rostered(on_duty: pd.Series, shrinkage: pd.Series) -> Integers:
    found = np.zeros(len(on_duty), dtype=np.int64)
    for share in shrinkage.unique():
        here = (shrinkage == share).to_numpy()
        found[here] = rostered(on_duty.to_numpy()[here], float(share))
    return found


def _row(
    costs: pd.DataFrame, default: pd.DataFrame, foresight: pd.DataFrame | None, weeks: float
) -> dict[str, float]:
    """Return means per week and standard errors, paired with the default and with foresight."""
    count = len(costs)
    row = {str(name): float(value) for name, value in (costs.mean() / weeks).items()}
    row["p_short"] *= weeks
    _, row["cost_se"] = _mean(costs["cost"] / weeks)
    row["dearer"], row["dearer_se"] = _mean((costs["cost"] - default["cost"][:count]) / weeks)
    row["regret"] = row["regret_se"] = np.nan
    if foresight is not None:
        foreseen = len(foresight)
        beyond = costs["cost"][:foreseen] - foresight["cost"]
        row["regret"], row["regret_se"] = _mean(beyond / weeks)
    return row


def _mean(values: pd.Series) -> tuple[float, float]:
    """Return a mean and its standard error; NaN where one value has none."""
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def _weeks(called_for: Sequence[CalledFor], interval_minutes: int) -> float:
    return len(called_for[0].starts) * interval_minutes / MINUTES_PER_WEEK
