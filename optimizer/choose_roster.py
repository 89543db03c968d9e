"""Chooses shifts and people together, against a requirement, for teams of any size.

A shift plan is made for people in general and may ask for what these people cannot do; here each
rep's tour is chosen whole (`optimizer.tours`). The roster costs wages, standby, closed hours,
understaffing at its price, hours below the contracts' minima and wishes, all at once, and the bound
holds among all rosters.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from data.errors import InputError
from optimizer.audit import audit
from optimizer.break_placing import place_breaks
from optimizer.cover import count_coverage, required_reps
from optimizer.fairness_aim import Fairness
from optimizer.fairness_deal import Setting, deal_tours
from optimizer.period import span
from optimizer.plan_roster import check_fixed
from optimizer.premiums import Wages
from optimizer.queue_settings import QueueSettings
from optimizer.reasons import explain
from optimizer.report import SolveReport
from optimizer.requirement import Requirement
from optimizer.roster import AimReport, Assignment, Roster
from optimizer.rules_asked import check_queues
from optimizer.shifts import OnCallSettings, ShiftSettings, StaffedShift
from optimizer.solver import Cancellation, Progress, SolverSettings, in_currency, report_of
from optimizer.staff import LabourRules, Team
from optimizer.tours import engine
from optimizer.tours.labour import WITHOUT_PRICE
from optimizer.tours.team_week import least_paid, team_week


def choose_roster(
    requirement: Requirement,
    team: Team,
    rules: LabourRules,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    solver: SolverSettings,
    *,
    queues: Mapping[str, QueueSettings] | None = None,
    fairness: Fairness | None = None,
    locked: Sequence[Assignment] = (),
    history: Sequence[Assignment] = (),
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Roster:
    """Give every rep of a team a tour, so that together they cover a requirement at least cost.

    Parameters
    ----------
    requirement
        Reps to roster in each interval; its intervals are the period that is planned, and no shift
        reaches beyond it.
    team, rules
        Who works, and by which rules.
    shifts, on_call
        Starts, lengths and prices of shifts.
    solver
        When to stop, and the seed.
    queues
        For their opening hours; where none are stated, an interval that requires nobody is closed.
    fairness
        What people carried in the weeks before, and how much that weighs.
    locked
        Assignments that a person fixed: all are kept, also those that break a rule; the audit
        tells.
    history
        Assignments that ended before the period or run into it: they count for rest, days and
        hours, and are not part of the roster.
    cancel
        Ends the search early; the best roster so far is returned.
    progress
        Told the best cost and the bound, in wages, when either changes.

    Returns
    -------
    Roster
        Its shifts are those that are worked, so none is unfilled; what is missing is understaffing
        of the coverage.

    Raises
    ------
    InputError
        When shifts have rules that are not kept here, a rule has a price that is not weighed here
        or is about a queue that there is not.
    ValueError
        When the team is empty, every shift is shorter than an interval, the requirement is not
        whole, or a locked or past assignment names nobody of the team or stands twice.
    """
    if not team.reps:
        raise ValueError("The team is empty; name at least one rep.")
    named = {
        "[[shifts.presence]]": shifts.presence,
        "[shifts.split]": shifts.split,
        "most_part_time in [shifts]": shifts.most_part_time < 1,
    }
    for name in (name for name, is_set in named.items() if is_set):
        raise InputError(
            f"{name}: shifts and people chosen together do not keep to it yet; remove it, or run "
            "shifts and then roster SHIFTS"
        )
    for name in sorted(WITHOUT_PRICE & rules.prices.keys()):
        raise InputError(
            f"{name} in [labour.prices]: shifts and people chosen together do not weigh this rule "
            "against its price; remove the price, or run shifts and then roster SHIFTS"
        )
    check_fixed(team, locked, history)
    planned = set(requirement.table["queue"])
    check_queues(rules, team, planned.union(queues or {}))
    minutes = requirement.interval_minutes
    shifts.break_even(minutes)
    required = required_reps(requirement)
    week = team_week(
        required,
        minutes,
        requirement.timezone,
        team,
        rules,
        shifts,
        on_call,
        queues or {},
        fairness,
        locked,
        history,
    )
    result = engine.solve(week.problem, solver, cancel, progress)
    if fairness is not None:
        setting = Setting(
            team,
            rules,
            fairness,
            locked,
            history,
            requirement.timezone,
            minutes,
            span(required, minutes),
        )
        result = deal_tours(week.problem, week.shifts, result, setting, solver.gap)
    given = week.worked(team, result.assignment)
    # What is told is the cost; the audit tells the rules that nothing could keep.
    report = week.aims(result.assignment, result.report, solver.gap)[-1].report
    kept = [replace(one, locked=True) for one in locked]
    if shifts.breaks:
        wages = shifts.wages(requirement.timezone)
        given, report = _with_breaks(given, kept, report, required, shifts, wages, minutes, solver)
    report = in_currency(report, shifts.wage)
    given += kept
    chosen = chosen_shifts(given)
    coverage = count_coverage(required, chosen, minutes)
    period = span(coverage, minutes)
    roster = Roster(
        assignments=explain(given, chosen, team, rules, history=history, period=period),
        unfilled=(),
        coverage=coverage,
        timezone=requirement.timezone,
        interval_minutes=minutes,
        findings=(),
        report=report,
        aims=(AimReport("cost", report),),
    )
    findings = audit(roster, chosen, team, rules, locked=locked, history=history)
    return replace(roster, findings=findings)


def _with_breaks(
    given: list[Assignment],
    kept: list[Assignment],
    report: SolveReport,
    required: pd.DataFrame,
    shifts: ShiftSettings,
    wages: Wages,
    minutes: int,
    solver: SolverSettings,
) -> tuple[list[Assignment], SolveReport]:
    """Place the breaks of those who are not locked, and add what they leave missing to the cost.

    Added is also what an unpaid break in cheap hours saves less than one in the dearest. The bound
    is that of rosters without breaks, which cost no more.
    """
    settings = replace(solver, time_limit_seconds=max(1.0, solver.time_limit_seconds / 4))
    placed = place_breaks(given, kept, required, shifts.breaks, minutes, settings)
    missing = [
        float(count_coverage(required, chosen_shifts(each + kept), minutes)["understaffing"].sum())
        for each in (given, placed)
    ]
    price = shifts.understaffing_price * minutes / 60
    cost = (report.objective or 0.0) + price * (missing[1] - missing[0])
    for one in (one.shift for one in placed):
        cost += wages.paid(one.site, one.start, one.end, one.breaks)
        cost -= least_paid(one, shifts.breaks, wages, minutes)
    is_near = report.bound is not None and cost - report.bound <= solver.gap * abs(cost)
    return placed, report_of(cost, report.bound, report.seconds, is_proven=is_near)


def chosen_shifts(assignments: "tuple[Assignment, ...] | list[Assignment]") -> list[StaffedShift]:
    """Return the shifts that are worked, sorted, and by how many."""
    counts = Counter(one.shift for one in assignments)
    return [StaffedShift(shift, counts[shift]) for shift in sorted(counts)]
