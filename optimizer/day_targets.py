"""Shifts for a target per day or week instead of per hour, and what that saves and risks.

Per hour every interval meets the target by itself. Per day it is enough that the contacts of each
local day, or ISO week, are in time as a whole, and that no hour is below a floor: quiet hours in
which a shift has reps to spare make up for others. Both plans are made and shown side by side, for
what is saved is the room that a plan per hour has for more volume than planned.

Only primary reps are chosen anew (`optimizer.day_staffing`); what they bring in is then what is
required, and `optimizer.plan_shifts` covers it, with standby for as many reps on call as before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.day_staffing import staff_for_days
from optimizer.day_task import DayTask, catalogue
from optimizer.patterns import Flags, Period
from optimizer.plan_shifts import plan_shifts
from optimizer.pools import Pool, pools_of_team, pools_without_team
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.report import SolveReport, SolveStatus
from optimizer.requirement import Requirement
from optimizer.requirement_rows import SERVICE_COLUMNS
from optimizer.shifts import OnCallSettings, ShiftPlan, ShiftSettings
from optimizer.solver import Cancellation, Progress, SolverSettings
from optimizer.staff import LabourRules, Team
from optimizer.target_comparison import PlanOutcome, QueueTargets
from optimizer.target_outcomes import plan_outcome

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

_ROUNDING = 1e-9


@dataclass(frozen=True)
class DayTargets:
    """Both plans.

    Parameters
    ----------
    hourly, plan
        Shifts that meet the target per hour, and those for the target per day or week; `targets` of
        the second holds both against each other.
    requirement
        What `plan` covers.
    """

    hourly: ShiftPlan
    plan: ShiftPlan
    requirement: Requirement


def per_stretch(queues: Mapping[str, QueueSettings]) -> tuple[str, ...]:
    """Return the queues whose target holds for a day or week."""
    return tuple(name for name, each in queues.items() if each.service.target_per != "hour")


def plan_day_targets(
    requirement: Requirement,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    solver: SolverSettings,
    *,
    queues: Mapping[str, QueueSettings],
    team: Team | None = None,
    rules: LabourRules | None = None,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> DayTargets:
    """Choose shifts for queues whose target holds per day or week, beside those per hour.

    Parameters
    ----------
    requirement
        Per hour, as `optimizer.requirement.plan_requirement` returns it: its volume is what is
        planned for, its distributions, where it has them, what else may come.
    shifts, on_call, solver, team, rules, cancel, progress
        As for `optimizer.plan_shifts.plan_shifts`; both plans cover what they are to meet, whatever
        programme `shifts` names, and at a price at which nothing is left open.
    queues
        Settings by name; the service says per what the target holds. Queues whose target holds per
        hour are planned as ever.

    Returns
    -------
    DayTargets
        The plan meets every promise at the planned volume and costs no more than the one per hour,
        wherever that one keeps the promise: where breaks or a team make the other dearer, or leave
        it short, it is the plan. Either may be without shifts, when it was cancelled; then nothing
        is compared.

    Raises
    ------
    InputError
        When an interval that requires reps is in no shift.
    ValueError
        When no queue of the requirement has a target per day or week.
    """
    names = [name for name in per_stretch(queues) if name in set(requirement.table["queue"])]
    if not names:
        raise ValueError("No queue of the requirement has a target per day or week.")
    covering = _covering(shifts, requirement.interval_minutes)

    def cover(needed: Requirement, exactly: SolverSettings) -> ShiftPlan:
        return plan_shifts(
            needed,
            covering,
            on_call,
            exactly,
            queues=queues,
            team=team,
            rules=rules,
            cancel=cancel,
            progress=progress,
        )

    hourly = cover(requirement, solver)
    if not hourly.report.has_plan:
        return DayTargets(hourly, hourly, requirement)
    pools = _pools(requirement, covering, team)
    tasks = [day_task(requirement, name, queues[name], covering, pools) for name in names]
    table = requirement.table.copy()
    for task in tasks:
        _write(table, task, staff_for_days(task, solver).rostered)
    needed = replace(requirement, table=table, distributions={})
    exactly = solver
    if team is None and not shifts.breaks:
        # A rep more in any interval than was found would be paid for nothing: no such gap is left.
        smallest = covering.wage * requirement.interval_minutes / 60 / 2
        gap = min(solver.gap, smallest / max(hourly.report.objective or 0.0, smallest))
        exactly = replace(solver, gap=gap)
    plan = cover(needed, exactly)
    if not plan.report.has_plan:
        return DayTargets(hourly, plan, needed)
    told = [_compared(task, requirement, hourly, plan, solver.seed) for task in tasks]
    if _is_worse(told):
        # Breaks, or the reps that a team has, may fit what was found worse than what hours require.
        told = [replace(each, per_stretch=each.per_hour) for each in told]
        plan, needed = hourly, requirement
    # What was found is covered at the least cost; nothing proves that less could not be found.
    report = SolveReport(
        SolveStatus.FEASIBLE, plan.report.objective, None, None, plan.report.seconds
    )
    return DayTargets(hourly, replace(plan, targets=tuple(told), report=report), needed)


def _is_worse(compared: Sequence[QueueTargets]) -> bool:
    """Say whether the plan per hour keeps every promise, and the other costs more or does not."""

    def keeps(each: QueueTargets, plan: PlanOutcome) -> bool:
        told = plan.planned
        on_target = told.worst_stretch >= each.target - _ROUNDING
        return on_target and told.worst_hour >= each.hour_floor - _ROUNDING

    more = sum(each.per_stretch.paid_hours - each.per_hour.paid_hours for each in compared)
    short = not all(keeps(each, each.per_stretch) for each in compared)
    return (more > _ROUNDING or short) and all(keeps(each, each.per_hour) for each in compared)


def day_task(
    requirement: Requirement,
    queue: str,
    settings: QueueSettings,
    shifts: ShiftSettings,
    pools: tuple[Pool, ...],
) -> DayTask:
    """Return what a queue of a requirement asks of its shifts."""
    rows = requirement.table[requirement.table["queue"] == queue].sort_values("interval_start")
    starts, minutes = pd.DatetimeIndex(rows["interval_start"]), requirement.interval_minutes
    primary = rows["primary"].to_numpy(dtype=np.int64)
    is_open: Flags = (rows["rostered_primary"] + rows["rostered_on_call"]).to_numpy() > 0
    if settings.opening is not None:
        is_open = is_open | settings.opening.covers(starts, minutes, requirement.timezone)
    return DayTask(
        queue=queue,
        settings=settings,
        starts=starts,
        interval_minutes=minutes,
        timezone=requirement.timezone,
        volume=rows["volume"].to_numpy(dtype=float),
        least=np.minimum(primary, settings.service.min_reps),
        required=rows["rostered_primary"].to_numpy(dtype=np.int64),
        shifts=catalogue(pools, queue, shifts, starts, minutes, is_open),
    )


def _covering(shifts: ShiftSettings, interval_minutes: int) -> ShiftSettings:
    """Return settings with which whatever is required is covered."""
    price = max(shifts.understaffing_price, 2 * shifts.break_even(interval_minutes))
    return replace(shifts, programme="cover", understaffing_price=price)


def _pools(requirement: Requirement, shifts: ShiftSettings, team: Team | None) -> tuple[Pool, ...]:
    if team is None:
        return pools_without_team(shifts, requirement.timezone)
    starts = requirement.table["interval_start"]
    step = pd.Timedelta(minutes=requirement.interval_minutes)
    period = Period(starts.min(), starts.max() + step)
    return pools_of_team(team, shifts, requirement.timezone, period)


def _write(table: pd.DataFrame, task: DayTask, rostered: Reps) -> None:
    """Put the reps that were found, and the service that they give, in a queue's rows."""
    rows = table[table["queue"] == task.queue].sort_values("interval_start").index
    duty = task.on_duty(rostered)
    told = predict_service(task.settings, task.volume, duty, task.interval_minutes)
    unknown = (task.volume == 0) & (duty == 0)
    table.loc[rows, "primary"] = duty
    table.loc[rows, "rostered_primary"] = rostered
    for column in SERVICE_COLUMNS:
        table.loc[rows, column] = np.where(unknown, np.nan, told[column].to_numpy())


def _compared(
    task: DayTask, requirement: Requirement, hourly: ShiftPlan, plan: ShiftPlan, seed: int
) -> QueueTargets:
    service = task.settings.service
    outcomes = []
    for each in (hourly, plan):
        rows = each.coverage[each.coverage["queue"] == task.queue].sort_values("interval_start")
        paid = sum(
            staffed.reps * staffed.shift.paid_hours
            for staffed in each.shifts
            if staffed.shift.queue == task.queue and staffed.shift.role == "primary"
        )
        distribution = requirement.distributions.get(task.queue)
        rostered = rows["primary"].to_numpy(dtype=np.int64)
        outcomes.append(plan_outcome(task, rostered, paid, distribution, seed))
    per_hour, per_day = outcomes
    return QueueTargets(
        task.queue, service.target_per, service.target, service.hour_floor, per_hour, per_day
    )
