"""Fills the shifts of a plan with people and says what is proven.

A small roster is the compact programme of `optimizer.roster_programme`, its aims solved in turn. A
large one is put together from whole tours (`optimizer.tours.plan_week`), all aims weighed against
each other in wages; where a rule has a price that tours do not weigh, it is the compact programme
again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import pandas as pd
import pulp

from data.clock import zone
from data.errors import InputError
from optimizer.audit import audit
from optimizer.cover import count_coverage
from optimizer.fairness_aim import Fairness
from optimizer.fairness_deal import Setting, deal_tours
from optimizer.period import coverage_of, span
from optimizer.reasons import explain
from optimizer.report import SolveReport, SolveStatus
from optimizer.roster import AimReport, Assignment, Roster, unfilled_shifts
from optimizer.roster_breaks import deal_breaks, plain_shifts
from optimizer.roster_programme import Aim, Programme, build_programme
from optimizer.rules import Member
from optimizer.rules_asked import check_queues
from optimizer.shifts import Shift, ShiftSettings, StaffedShift
from optimizer.solver import Cancellation, SolverSettings, report_of, solve
from optimizer.staff import LabourRules, Team
from optimizer.tours import engine
from optimizer.tours.labour import WITHOUT_PRICE
from optimizer.tours.people import TeamWeek
from optimizer.tours.plan_week import plan_week

SHARES = {"rules": 0.3, "cover": 0.6}
"""Of the time that is left, what an aim may use, so that something is left for the others."""

TOURS_FROM = 2_000
"""Above so many pairs of rep and shift, tours are chosen whole: the compact programme takes 5 s at
2,400 pairs, 30 s at 6,700, and finds next to nothing in a minute at 26,000."""

NEGLIGIBLE = 0.1
"""Wages by which a roster of tours may be above the least cost; a rep missing for an hour is 10."""

MANY_PAIRS = 1_000
"""Above so many pairs of rep and shift, an aim is kept place by place instead of as a sum."""

SLIP = 1e-4
"""By which a kept aim may be missed: at the solver's own tolerance it would find no plan at all."""

STAKE = 1.0
"""Added to the cost of an aim while it is solved: a gap has a meaning where the cost is 0."""

_LEAST_SECONDS = 0.1

Chosen = frozenset[tuple[str, Shift]]


def plan_roster(
    shifts: Sequence[StaffedShift],
    coverage: pd.DataFrame,
    team: Team,
    rules: LabourRules,
    solver: SolverSettings,
    *,
    timezone: str,
    interval_minutes: int,
    locked: Sequence[Assignment] = (),
    history: Sequence[Assignment] = (),
    fairness: Fairness | None = None,
    understaffing_price: float = ShiftSettings.understaffing_price,
    cancel: Cancellation | None = None,
) -> Roster:
    """Fill the shifts of a plan with reps.

    Parameters
    ----------
    shifts
        What is to be filled, each shift once; the plan's breaks go to whoever fills them.
    coverage
        The shift plan's, a row per queue and interval, sorted by both, with ``queue,
        interval_start, required_primary, required_on_call``; its span is the period that is
        planned, in which every shift starts. Without rows, what the shifts bring is what is
        required.
    locked
        Assignments that a person fixed: all are kept, also those that break a rule or that no
        shift asks for; the audit tells.
    history
        Assignments that ended before the period or run into it: they count for rest, days, hours
        and the spread of standby, and are not part of the roster.
    fairness
        What people carried of nights, weekends, holidays and standby in the weeks before, and how
        much that weighs beside wishes; None to spread standby alone.
    understaffing_price
        Of an hour without a rep, in wages: what soft rules are weighed against.
    cancel
        Ends the solve early; the best roster so far is returned.

    Raises
    ------
    InputError
        When a shift starts outside the period, its queue is not in the coverage, or a rule is about
        a queue that there is not.
    ValueError
        When a shift is listed twice, or a locked or past assignment names nobody of the team or
        stands twice.
    """
    _check(shifts, team, locked, history)
    if coverage.empty:
        coverage = coverage_of(shifts, timezone, interval_minutes)
    period = span(coverage, interval_minutes)
    _check_fit(shifts, coverage, period, timezone)
    check_queues(rules, team, set(coverage["queue"]))
    fixed = tuple(replace(one, shift=one.shift.plain) for one in locked)
    who = (plain_shifts(shifts), team, rules, fixed, tuple(history), period)
    asked = _Asked(*who, fairness, understaffing_price)
    aims, chosen = _choose(asked, timezone, interval_minutes, solver, cancel)
    given = deal_breaks([Assignment(rep_id, shift) for rep_id, shift in chosen], shifts, locked)
    given += [replace(one, locked=True) for one in locked]
    assignments = explain(given, shifts, team, rules, history=history, period=period)
    staffed = [StaffedShift(one.shift, 1) for one in assignments]
    roster = Roster(
        assignments=assignments,
        unfilled=unfilled_shifts(shifts, assignments),
        coverage=count_coverage(coverage, staffed, interval_minutes),
        timezone=timezone,
        interval_minutes=interval_minutes,
        findings=(),
        report=_total(aims),
        aims=aims,
    )
    return replace(
        roster, findings=audit(roster, shifts, team, rules, locked=locked, history=history)
    )


def _check(
    shifts: Sequence[StaffedShift],
    team: Team,
    locked: Sequence[Assignment],
    history: Sequence[Assignment],
) -> None:
    if len({staffed.shift for staffed in shifts}) != len(shifts):
        raise ValueError("A shift is listed twice; give each shift once with all its reps.")
    check_fixed(team, locked, history)


class _Asked(NamedTuple):
    """What a roster is to be made of, as `build_programme` takes it."""

    shifts: tuple[StaffedShift, ...]
    team: Team
    rules: LabourRules
    locked: tuple[Assignment, ...]
    history: tuple[Assignment, ...]
    period: tuple[datetime, datetime]
    fairness: Fairness | None
    understaffing_price: float


def _choose(
    asked: _Asked,
    timezone: str,
    interval_minutes: int,
    solver: SolverSettings,
    cancel: Cancellation | None,
) -> tuple[tuple[AimReport, ...], Chosen]:
    """Choose who works what, whole tours where people are many and tours weigh every price."""
    team, rules = asked.team, asked.rules
    is_large = len(asked.shifts) * len(team.reps) > TOURS_FROM
    if not is_large or WITHOUT_PRICE & rules.prices.keys():
        return _solve_in_turn(build_programme(*asked), solver, cancel)
    setting = None
    if asked.fairness is not None:
        setting = Setting(
            team,
            rules,
            asked.fairness,
            asked.locked,
            asked.history,
            timezone,
            interval_minutes,
            asked.period,
        )
    return _by_tours(plan_week(*asked, timezone), team, solver, cancel, setting)


def _by_tours(
    week: TeamWeek,
    team: Team,
    settings: SolverSettings,
    cancel: Cancellation | None,
    setting: Setting | None,
) -> tuple[tuple[AimReport, ...], Chosen]:
    """Choose each rep's tour, all aims weighed against each other at once, and deal them out."""
    cover = week.problem.cover
    wages = float(week.problem.shifts.cost @ cover.sides)
    gap = min(settings.gap, NEGLIGIBLE / max(1.0, wages))
    result = engine.solve(week.problem, replace(settings, gap=gap), cancel)
    if setting is not None:
        result = deal_tours(week.problem, week.shifts, result, setting, gap)
    chosen = frozenset((one.rep_id, one.shift) for one in week.worked(team, result.assignment))
    return week.aims(result.assignment, result.report, gap), chosen


def check_fixed(team: Team, locked: Sequence[Assignment], history: Sequence[Assignment]) -> None:
    """Refuse assignments that are not chosen of somebody who is not in the team, or given twice.

    Raises
    ------
    ValueError
        When one names nobody of the team or stands twice.
    """
    names = {rep.rep_id for rep in team.reps}
    seen = set()
    for assignment in (*history, *locked):
        if assignment.rep_id not in names:
            raise ValueError(
                f"There is no rep {assignment.rep_id} in the team; remove the assignment or add "
                "the rep."
            )
        if (assignment.rep_id, assignment.shift) in seen:
            raise ValueError(f"Rep {assignment.rep_id} is given a shift twice; give it once.")
        seen.add((assignment.rep_id, assignment.shift))


def _check_fit(
    shifts: Sequence[StaffedShift],
    coverage: pd.DataFrame,
    period: tuple[datetime, datetime],
    timezone: str,
) -> None:
    """Refuse shifts that no interval of the coverage could count."""
    queues = set(coverage["queue"])
    first, end = (moment.astimezone(zone(timezone)) for moment in period)
    for shift in (staffed.shift for staffed in shifts):
        start = shift.start.astimezone(zone(timezone))
        place = f"The {shift.queue} {shift.role} shift of {start:%Y-%m-%d %H:%M}"
        if shift.queue not in queues:
            raise InputError(
                f"{place} works a queue that the coverage does not know; it has "
                f"{', '.join(sorted(queues))}; mend the queue or plan the shifts again."
            )
        if not period[0] <= shift.start < period[1]:
            raise InputError(
                f"{place} starts outside the coverage, {first:%Y-%m-%d %H:%M} to "
                f"{end:%Y-%m-%d %H:%M}; mend its start or remove it."
            )


def _solve_in_turn(
    programme: Programme, settings: SolverSettings, cancel: Cancellation | None
) -> tuple[tuple[AimReport, ...], Chosen]:
    """Solve each aim, keeping what the earlier ones have reached.

    An aim that finds no plan keeps the last one, and its bound is 0, below which no cost goes.
    Without a plan for the first aim that anything bears on nothing is chosen.
    """
    left = settings.time_limit_seconds
    reports: list[AimReport] = []
    chosen: Chosen = frozenset()
    costs: dict[str, list[float]] = {}
    is_settled = not any(member.candidates for member in programme.members)
    has_plan = is_settled
    for aim in programme.aims:
        seconds = max(_LEAST_SECONDS, left * SHARES.get(aim.name, 1.0))
        report = _solve_aim(programme, aim, replace(settings, time_limit_seconds=seconds), cancel)
        left -= report.seconds
        if report.has_plan and (is_settled or len(aim.cost)):
            has_plan = True
            chosen = _chosen(programme.members)
            for one in programme.follows:
                one.settle()
            costs = {other.name: _costs(other) for other in programme.aims}
        elif not len(aim.cost):
            costs.setdefault(aim.name, _costs(aim))
        elif not has_plan:
            return (AimReport(aim.name, report),), chosen
        is_proven = report.status is SolveStatus.OPTIMAL
        bound = max(0.0, (report.bound or 0.0) - STAKE)
        report = report_of(sum(costs[aim.name]), bound, report.seconds, is_proven=is_proven)
        reports.append(AimReport(aim.name, report))
        _keep(programme, aim, costs[aim.name])
    return tuple(reports), chosen


def _solve_aim(
    programme: Programme, aim: Aim, settings: SolverSettings, cancel: Cancellation | None
) -> SolveReport:
    """Solve an aim alone, its cost raised by the stake."""
    cost = aim.cost
    if not len(cost):
        objective = float(cost.constant) + STAKE
        return report_of(objective, objective, 0.0, is_proven=True)
    # A constant that the solver does not see would be missing from the gap at which it stops.
    constant, cost.constant = float(cost.constant), 0.0
    programme.problem.setObjective(cost + (constant + STAKE) * programme.unit)
    return solve(programme.problem, settings, cancel)


def _costs(aim: Aim) -> list[float]:
    return [float(pulp.value(part)) for part in aim.parts]


def _keep(programme: Programme, aim: Aim, costs: Sequence[float]) -> None:
    """Hold what an aim has reached.

    As a sum, later aims may still choose which shifts lack reps and whose contract is short. In a
    large programme that freedom costs most of the time, so each stays as it is.
    """
    problem, pairs = programme.problem, sum(len(one.candidates) for one in programme.members)
    if pairs <= MANY_PAIRS:
        if len(aim.cost):
            problem += aim.cost <= sum(costs) + SLIP, f"keep_{aim.name}"
        return
    for number, (part, cost) in enumerate(zip(aim.parts, costs, strict=True)):
        if len(part):
            problem += part <= cost + SLIP, f"keep_{aim.name}_{number}"


def _chosen(members: tuple[Member, ...]) -> Chosen:
    """Return who works what; a shift that no rule and not the aim knows of stays unworked."""
    for one in (one for member in members for one in member.candidates):
        one.work.varValue = one.work.varValue or 0.0
    return frozenset(
        (member.rep.rep_id, one.local.shift)
        for member in members
        for one in member.candidates
        if round(one.work.value()) == 1
    )


def _total(aims: Sequence[AimReport]) -> SolveReport:
    """Add the aims up; proven when each of them is."""
    reports = [aim.report for aim in aims]
    seconds = sum(report.seconds for report in reports)
    if not all(report.has_plan for report in reports):
        return replace(reports[0], seconds=seconds)
    objective = sum(report.objective or 0.0 for report in reports)
    bounds = [report.bound for report in reports if report.bound is not None]
    return report_of(
        objective,
        sum(bounds) if len(bounds) == len(reports) else None,
        seconds,
        is_proven=all(report.status is SolveStatus.OPTIMAL for report in reports),
    )
