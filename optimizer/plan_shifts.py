r"""Which shifts to staff, and with how many: an integer programme.

Sets: queues :math:`q` with intervals :math:`t` of :math:`h` hours; pools :math:`g` of reps who can
stand in for one another (one pool for each site when there is no team); roles primary and on-call;
shifts :math:`s` that start on the wall-clock grid of the pool, have one of the given lengths, lie
within the period and within the hours of everybody in the pool, and avoid closed intervals of the
queue where another shift as good does (`optimizer.patterns`).

Variables: :math:`x_{sgqr} \in \mathbb{Z}_{\ge 0}`, reps of pool g on shift s of queue q in role r;
:math:`m_{gw} \ge 0`, hours that pool g lacks of its contracts' minima in ISO week w.

Data: :math:`\ell_s`, length in hours; :math:`k_{sq}`, those of its hours in which the queue is
closed, each dearer by :math:`\kappa`; wage :math:`c`; standby price :math:`\sigma` in wages.

.. math::

    \min\; c \Bigl( \sum (\ell_s + \kappa k_{sq}) x_{sgq,primary}
        + \sigma \sum (\ell_s + \kappa k_{sq}) x_{sgq,on\,call}
        + \sum_{q,t} L_{qt} + \mu \sum m_{gw} \Bigr)

:math:`L_{qt}` is the price of what the shifts lack. With the programme ``loss_function`` it is that
of `optimizer.loss_function`: activation and shortage as the forecast leads to expect them. With
``two_stage`` it is that of `optimizer.two_stage`: sample paths, with calls in blocks and after
notice. With ``cover`` it is :math:`\pi h u_{qt}` for understaffing :math:`u_{qt} \ge 0` of what is
required, :math:`P_{qt}` primary and :math:`O_{qt}` on-call:

.. math::

    \sum_{s \ni t} x_{sgq,primary} + u_{qt} &\ge P_{qt} \\
    \sum_{s \ni t} (x_{sgq,primary} + x_{sgq,on\,call}) + u_{qt} &\ge P_{qt} + O_{qt}

That is Dantzig's model (1954), made elastic: understaffing is priced, not forbidden, so a plan
always exists and shows where it falls short. Surplus primary counts towards on-call. With u at its
least, u is the larger of what primary lacks and what both tiers together lack.

With a team, each pool of :math:`n_g` reps has in addition the rules of `optimizer.pool_rules`, as
sums over the pool: a roster of named reps has to keep them too, and they are looser than the
roster's only in that hours and days are summed. Hours that contracts promise and the plan leaves
idle cost :math:`\mu`.

References
----------
G. B. Dantzig, "A comment on Edie's 'Traffic delays at toll booths'", Journal of the Operations
Research Society of America 2 (3), 1954, doi:10.1287/opre.2.3.339.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pulp

from forecast.days import Integers
from optimizer.break_programme import BreakLine, add_breaks, placed_breaks
from optimizer.cover import count_coverage, plan_cost, required_reps
from optimizer.cover_programme import add_cover
from optimizer.cutting_planes import solve_with_cuts
from optimizer.loss_function import Lack, add_lack
from optimizer.near_relaxation import solve_near_relaxation
from optimizer.outlooks import outlooks
from optimizer.part_time import add_part_time
from optimizer.patterns import Period, shift_times, useful_shifts
from optimizer.pool_rules import Promise, add_pool_rules
from optimizer.pools import Pool, pools_of_team, pools_without_team
from optimizer.premiums import Wages
from optimizer.presence_rules import Floor, add_presence_rules, open_by_rule, rules_of
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveReport, SolveStatus
from optimizer.requirement import Requirement
from optimizer.shift_needs import Need, Presence, dearest_wage, needs_of, presence_of
from optimizer.shifts import (
    OnCallSettings,
    Shift,
    ShiftPlan,
    ShiftSettings,
    StaffedShift,
)
from optimizer.solver import Cancellation, Progress, SolverSettings, report_of, solve
from optimizer.split_catalogue import split_catalogue
from optimizer.staff import LabourRules, Team
from optimizer.two_stage import CallsInBlocks, add_calls_in_blocks

CLOSED_SURCHARGE = 0.1
"""On an hour in which the queue is closed, as a share of its price: equal plans avoid it."""

IDLE_PRICE = 2.0
"""Of an hour that a contract promises and the plan leaves idle, in wages: more than working it."""

COARSE, MOST_COARSE = 0.1, 1e-4
"""How far rewards that are nearly alike may be taken for one another: of the gap, and at most."""


def plan_shifts(
    requirement: Requirement,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    solver: SolverSettings,
    *,
    queues: Mapping[str, QueueSettings] | None = None,
    team: Team | None = None,
    rules: LabourRules | None = None,
    paths: Mapping[str, Integers] | None = None,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> ShiftPlan:
    """Choose shifts that cover a requirement at least cost.

    Parameters
    ----------
    requirement
        Reps to roster in each interval; its intervals are the period that is planned, and no shift
        reaches beyond it. Where it knows how its reps are distributed, the programme that
        `shifts` names is solved; else the cover is, and the plan says so.
    shifts, on_call
        Lengths, starts, prices and the programme.
    solver
        When to stop.
    queues
        For their shrinkage, none where a queue is not named, and their opening hours; where none
        are stated, an interval that requires nobody counts as closed.
    team
        When given, the plan stays within what its reps can work.
    rules
        Labour rules that go with the team.
    paths
        By queue the reps on duty that sample paths call for, paths by intervals: what the programme
        ``two_stage`` plans for.
    cancel, progress
        As in `optimizer.solver.solve`.

    Returns
    -------
    ShiftPlan
        Without shifts when the solve was cancelled before it had a plan; its report says so.

    Raises
    ------
    ValueError
        When every shift is shorter than an interval, the requirement is not whole, or the
        programme is ``two_stage`` and a queue whose distribution is known has no paths.
    InputError
        When a presence rule names a queue that there is not.
    """
    interval_minutes = requirement.interval_minutes
    shifts.break_even(interval_minutes)
    required = required_reps(requirement)
    if team is None:
        pools = pools_without_team(shifts, requirement.timezone)
    else:
        pools = pools_of_team(team, shifts, requirement.timezone, _period(requirement))
    needs = needs_of(requirement, required, shifts, on_call, queues or {}, paths or {})
    wages = shifts.wages(requirement.timezone)
    shifts = replace(shifts, presence=rules_of(shifts.presence, needs, queues or {}))
    needs = open_by_rule(needs, shifts.presence, wages.zones, wages.timezone)
    coarse = min(COARSE * solver.gap, MOST_COARSE)
    programme = _build(
        needs, _period(requirement), shifts, on_call, pools, rules or LabourRules(), wages, coarse
    )
    asked, solver = solver.gap, replace(solver, gap=solver.gap - 2 * coarse)
    if programme.stages:
        report = solve_with_cuts(programme.problem, programme.stages, solver, cancel, progress)
    elif programme.lines:
        leading = [count for shift, count in programme.reps if shift.role == "primary"]
        report = solve_near_relaxation(programme.problem, leading, solver, cancel, progress)
    else:
        report = solve(programme.problem, solver, cancel, progress)
    staffed = _staffed(programme) if report.has_plan else ()
    coverage = count_coverage(required, staffed, interval_minutes)
    if all(need.lack is None for need in needs) and report.has_plan:
        cost = plan_cost(
            staffed, coverage, interval_minutes, shifts, on_call, requirement.timezone
        ).total
        report = report_of(
            cost + programme.extra_cost(staffed),
            report.bound,
            report.seconds,
            is_proven=report.status == SolveStatus.OPTIMAL,
        )
    if programme.rounded:
        report = _without_rounding(report, programme.rounded, asked)
    outlook = outlooks(needs, coverage) if report.has_plan else ()
    notes = [
        note
        for one in (programme.floors if report.has_plan else ())
        for note in one.notes(requirement.timezone)
    ]
    return ShiftPlan(
        staffed,
        coverage,
        requirement.timezone,
        interval_minutes,
        report,
        outlook,
        notes=tuple(notes),
    )


def _without_rounding(report: SolveReport, rounded: float, gap: float) -> SolveReport:
    """Return what is proven when the objective may be above the true one by some rounding."""
    if report.objective is None or report.bound is None:
        return report
    bound = report.bound - rounded
    is_proven = report.objective - bound <= gap * abs(report.objective)
    return report_of(report.objective, bound, report.seconds, is_proven=is_proven)


@dataclass(frozen=True)
class Programme:
    """The programme as built.

    Parameters
    ----------
    problem
        To be solved.
    reps
        How many of a pool work a shift.
    surcharges
        What a rep on a shift costs for the closed hours in it, beside the hours themselves.
    promises
        What contracts promise.
    idle_price
        Of an hour that they promise and the plan leaves idle.
    lines
        Who waits for which breaks.
    floors
        What lacks where somebody is to be there in any case.
    stages
        What calls in blocks cost, by queue.
    rounded
        By how much the objective is above the true one at most.
    """

    problem: pulp.LpProblem
    reps: tuple[tuple[Shift, Any], ...]
    surcharges: Mapping[Shift, float]
    promises: tuple[Promise, ...]
    idle_price: float
    lines: tuple[BreakLine, ...] = ()
    floors: tuple[Floor, ...] = ()
    stages: tuple[CallsInBlocks, ...] = ()
    rounded: float = 0.0

    def extra_cost(self, staffed: Iterable[StaffedShift]) -> float:
        """Return what a solved plan costs beside wages, standby and understaffing."""
        closed = sum(self.surcharges[one.shift.plain] * one.reps for one in staffed)
        idle = self.idle_price * sum(promise.idle_hours() for promise in self.promises)
        return closed + idle + sum(one.cost() for one in self.floors)


def _build(
    needs: tuple[Need, ...],
    period: Period,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    pools: tuple[Pool, ...],
    rules: LabourRules,
    wages: Wages,
    coarse: float,
) -> Programme:
    problem = pulp.LpProblem("shift_plan", pulp.LpMinimize)
    prices = {"primary": shifts.wage, "on_call": shifts.wage * on_call.standby_price}
    reps: list[tuple[Shift, Any]] = []
    surcharges: dict[Shift, float] = {}
    promises: list[Promise] = []
    for number, pool in enumerate(pools):
        closed_hours = _catalogue(pool, needs, shifts, period)
        here = [
            (shift, problem.add_variable(f"reps_{place:06d}", 0, cat=pulp.LpInteger))
            for place, shift in enumerate(closed_hours, start=len(reps))
        ]
        reps += here
        surcharges |= {
            shift: CLOSED_SURCHARGE * prices[shift.role] * hours
            for shift, hours in closed_hours.items()
        }
        if pool.members is not None:
            promises += add_pool_rules(problem, f"{number:03d}", pool.members, here, rules, period)
    begin, minutes = period.begin.to_pydatetime(), needs[0].interval_minutes
    lines = add_breaks(problem, shifts.breaks, begin, minutes, reps)
    add_part_time(problem, reps, shifts)
    floors = add_presence_rules(
        problem, shifts.presence, needs, period, reps, lines, shifts, wages.timezone
    )
    stages: list[CallsInBlocks] = []
    lacks = [
        _add_lack(
            problem,
            f"{place:03d}",
            replace(need, wage=dearest_wage(need, {pool.site for pool in pools}, wages)),
            presence_of(need, reps, lines),
            shifts,
            stages,
            coarse,
        )
        for place, need in enumerate(needs)
    ]
    idle_price = IDLE_PRICE * shifts.wage
    problem.setObjective(
        pulp.LpAffineExpression(
            [
                (
                    count,
                    prices[shift.role]
                    * wages.paid(shift.site, shift.start, shift.end, shift.breaks)
                    + surcharges[shift],
                )
                for shift, count in reps
            ]
            + [
                (count, -shifts.wage * wages.hours(line.site, start, start + line.rule.length))
                for line in lines
                if not line.rule.paid
                for start, count in line.taken
            ]
            + [(one, shifts.wage * price) for lack in lacks for one, price in lack.terms]
            + [(promise.idle, idle_price) for promise in promises]
            + [(lacking, one.price) for one in floors for _, lacking in one.lacking]
        )
        + shifts.wage * sum(lack.constant for lack in lacks)
    )
    rounded = shifts.wage * sum(lack.rounded for lack in lacks)
    return Programme(
        problem,
        tuple(reps),
        surcharges,
        tuple(promises),
        idle_price,
        lines,
        floors,
        tuple(stages),
        rounded,
    )


def _period(requirement: Requirement) -> Period:
    starts = requirement.table["interval_start"]
    step = pd.Timedelta(minutes=requirement.interval_minutes)
    return Period(starts.min(), starts.max() + step)


def _catalogue(
    pool: Pool, needs: tuple[Need, ...], shifts: ShiftSettings, period: Period
) -> dict[Shift, float]:
    """List the shifts of a pool that are of use to a queue, and the closed hours in each."""
    times = shift_times(
        period,
        shifts.starts_every_minutes,
        shifts.lengths_hours,
        pool.timezone,
        pool.allowed(period),
    )
    alike = not (shifts.breaks or shifts.presence or shifts.split) and shifts.premiums.is_none
    least = any(rule.least for rule in shifts.presence)
    found = {
        Shift(need.queue, pool.site, candidate.times.start, candidate.times.end, role): (
            candidate.closed_hours
        )
        for need in needs
        if pool.can_work(need.queue)
        for candidate in useful_shifts(
            times, need.starts, need.interval_minutes, need.is_open, alike=alike
        )
        for role in pool.roles
        if (least and role == "primary")
        or need.useful(candidate, role, is_anonymous=pool.members is None)
    }
    return found | split_catalogue(pool, needs, shifts, period)


def _add_lack(
    problem: pulp.LpProblem,
    label: str,
    need: Need,
    presence: Presence,
    shifts: ShiftSettings,
    stages: list[CallsInBlocks],
    coarse: float,
) -> Lack:
    hours = need.interval_minutes / 60
    if need.lack is None:
        return add_cover(problem, label, need, presence, shifts.understaffing_price * hours)
    lack = need.lack
    added = problem, label, lack.draws, lack.prices, hours, presence.primary, presence.on_call
    if lack.stands_alone:
        return add_lack(*added, wage=need.wage, coarse=coarse)
    priced, stage = add_calls_in_blocks(*added, lack.block_intervals, lack.notice_intervals)
    stages.append(stage)
    return priced


def _staffed(programme: Programme) -> tuple[StaffedShift, ...]:
    """Read off how many work each shift, whatever pools they come from, and when they break."""
    counts: dict[Shift, int] = defaultdict(int)
    for shift, count in programme.reps:
        counts[shift] += round(count.value())
    staffed = [StaffedShift(shift, counts[shift]) for shift in sorted(counts) if counts[shift]]
    return placed_breaks(programme.lines, staffed)
