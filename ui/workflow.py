"""The pipeline as a few functions: conversations → history → forecast → … → plan.

The commands and the screens call these and nothing deeper, so a plan made by a click and a plan
made by a script are the same to the byte. Nothing here knows Streamlit or the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from data.clock import grid, local_days
from data.errors import InputError
from data.progress import Report, silent
from forecast.queues import forecast_queues, usual_jobs
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory
from forecast.siblings import Likeness
from forecast.tables import forecast_table
from forecast.update_file import update_text
from optimizer.burn_out import burn_out, planned_busy
from optimizer.day_targets import per_stretch, plan_day_targets
from optimizer.demand import Demand, demand_of
from optimizer.plan_roster import plan_roster
from optimizer.plan_shifts import plan_shifts
from optimizer.planning_paths import planning_paths
from optimizer.requirement import Requirement, plan_requirement, with_distributions
from optimizer.rescoring import rescore
from optimizer.roster import Assignment, Roster
from optimizer.service_policy import TargetPer
from optimizer.shifts import ShiftPlan, ShiftSettings, StaffedShift
from optimizer.short_ceiling import plan_below_ceiling
from optimizer.solver import Cancellation, logged
from optimizer.staff import Team
from optimizer.staffing.inbox import Waiting
from ui.overrides import in_use, kept_overrides, overridden
from ui.past_rosters import Before, weeks_before
from ui.periods import Period, bridge_notes, next_period
from ui.plan_folder import Plan
from ui.settings import Settings
from ui.workspaces import Workspace, read_workspace_history, read_workspace_team

RUNS = "runs"
FURTHEST = pd.Timedelta(weeks=104)
"""From the end of the volume to the period that is planned: a slip in a year lies further off."""
"""Where a workspace keeps what never repeats: seconds and the solver's own words."""


def forecast_period(
    histories: Sequence[VolumeHistory],
    period: Period,
    model: str = "auto",
    probabilities: Sequence[float] = PROBABILITIES,
    progress: Report = silent,
    likeness: Mapping[str, Likeness] | None = None,
) -> tuple[VolumeForecast, ...]:
    """Forecast every queue for a period, bridging the gap from the end of its data.

    Parameters
    ----------
    histories
        A queue each.
    period
        The planned stretch of time.
    model, probabilities
        As for `forecast.queues.forecast_queues`.
    progress
        Told each finished queue.
    likeness
        By queue which other one it resembles.

    Raises
    ------
    InputError
        When a queue has no data before the period, or none for years before it.
    """
    known = []
    ahead = {}
    for history in histories:
        if history.volume.index[0] >= period.start:
            raise InputError(
                f"queue {history.queue}: there is no volume before the start of the period, "
                f"{period.start}; plan a later week"
            )
        past = history.until(period.start)
        calendar = past.calendar
        if period.start - past.cutoff > FURTHEST:
            raise InputError(
                f"queue {history.queue}: its last volume is before {past.cutoff:%Y-%m-%d}, and the "
                f"period begins on {period.start:%Y-%m-%d}; plan at most {FURTHEST.days // 7} "
                "weeks ahead of what is known"
            )
        index = grid(past.cutoff, period.end, calendar.interval_minutes, calendar.timezone)
        ahead[past.queue] = len(index)
        known.append(past)
    made = forecast_queues(
        known,
        ahead,
        model,
        probabilities,
        jobs=usual_jobs(len(known)),
        progress=progress,
        likeness=likeness,
    )
    return tuple(period.of(each) for each in made)


def levels(settings: Settings) -> tuple[float, ...]:
    """Return the quantiles to forecast: the usual ones, and the guard where it lies beyond them."""
    guard = settings.on_call.guard
    return (*PROBABILITIES, guard) if guard > max(PROBABILITIES) else PROBABILITIES


def require(
    forecasts: Sequence[VolumeForecast],
    settings: Settings,
    factors: Mapping[str, float] | None = None,
    waiting: Mapping[str, Waiting] | None = None,
) -> Requirement:
    """Work out the reps that every interval calls for.

    Parameters
    ----------
    forecasts
        One for each queue.
    settings
        Handling, service and guard.
    factors
        The planner's volume multiplier by queue; 1 where none is given.
    waiting
        By asynchronous queue what waits for a reply when the first interval begins.
    """
    demanded = demands(forecasts, factors)
    return plan_requirement(demanded, settings.queues, settings.on_call.guard, waiting)


def distributed(
    requirement: Requirement,
    forecasts: Sequence[VolumeForecast],
    settings: Settings,
    factors: Mapping[str, float] | None = None,
) -> Requirement:
    """Return a requirement that also knows how many reps are called for, whatever comes.

    The parameters are those of `require`, beside what it returned.
    """
    demanded = demands(forecasts, factors)
    return with_distributions(requirement, demanded, settings.queues, settings.on_call.guard)


def demands(
    forecasts: Sequence[VolumeForecast], factors: Mapping[str, float] | None = None
) -> tuple[Demand, ...]:
    """Turn forecasts into the contacts that reach people."""
    factors = factors or {}
    return tuple(demand_of(forecast, factors.get(forecast.queue, 1.0)) for forecast in forecasts)


def cover(
    requirement: Requirement,
    settings: Settings,
    team: Team | None = None,
    cancel: Cancellation | None = None,
    forecasts: Sequence[VolumeForecast] = (),
) -> ShiftPlan:
    """Choose primary and on-call shifts for a requirement, its targets being per hour or day.

    The programme ``two_stage`` needs the forecasts of which the requirement was made.
    """
    per_day = set(per_stretch(settings.queues)) & set(requirement.table["queue"])
    if per_day:
        return plan_day_targets(
            requirement,
            settings.shifts,
            settings.on_call,
            settings.solver,
            queues=settings.queues,
            team=team,
            rules=settings.labour,
            cancel=cancel,
        ).plan
    paths = None
    if settings.shifts.programme == "two_stage":
        paths = planning_paths(requirement.distributions, forecasts, settings.solver.seed)

    def chosen(shifts: ShiftSettings) -> ShiftPlan:
        return plan_shifts(
            requirement,
            shifts,
            settings.on_call,
            settings.solver,
            queues=settings.queues,
            team=team,
            rules=settings.labour,
            paths=paths,
            cancel=cancel,
        )

    return plan_below_ceiling(chosen, settings.shifts, settings.on_call)


def with_target_per(settings: Settings, per: TargetPer) -> Settings:
    """Return settings in which the targets of all chat and phone queues hold per hour, day or week.

    Raises
    ------
    InputError
        When a queue's other settings do not go with it.
    """
    queues = dict(settings.queues)
    for name, queue in queues.items():
        if not queue.is_asynchronous:
            try:
                queues[name] = replace(queue, service=replace(queue.service, target_per=per))
            except ValueError as error:
                raise InputError(f"--target-per {per}: queue {name}: {error}") from error
    return replace(settings, queues=queues)


def name_reps(
    shifts: Sequence[StaffedShift],
    coverage: pd.DataFrame,
    team: Team,
    settings: Settings,
    locked: Sequence[Assignment] = (),
    cancel: Cancellation | None = None,
    before: Before | None = None,
    requirement: Requirement | None = None,
) -> Roster:
    """Fill the shifts of a plan, whose coverage says what is required, with the reps of a team.

    Parameters
    ----------
    before
        What was worked and carried in the weeks before; None where nothing is known of them.
    requirement
        Of which the shifts were made, for how busy people will be.
    """
    history = before.history if before else ()
    made = plan_roster(
        shifts,
        coverage,
        team,
        settings.labour,
        settings.solver,
        timezone=settings.calendar.timezone,
        interval_minutes=settings.calendar.interval_minutes,
        locked=locked,
        history=history,
        fairness=before.fairness if before else None,
        understaffing_price=settings.shifts.understaffing_price,
        cancel=cancel,
    )
    return with_strain(made, team, settings, history, requirement)


def with_strain(
    made: Roster,
    team: Team,
    settings: Settings,
    history: Sequence[Assignment] = (),
    requirement: Requirement | None = None,
) -> Roster:
    """Return a roster that also tells what wears people out, after its other findings."""
    worn = burn_out(
        made.assignments,
        team,
        settings.burn_out,
        history=history,
        busy=planned_busy(requirement.table, made.coverage) if requirement else None,
        interval_minutes=made.interval_minutes,
    )
    return replace(made, findings=(*made.findings, *worn))


def break_even_line(settings: Settings) -> str:
    """Say from which price on a gap of one rep in one interval is worth a shift."""
    price = settings.shifts.understaffing_price
    least = settings.shifts.break_even(settings.calendar.interval_minutes)
    verdict = "fills" if price > least else "leaves"
    return (
        f"understaffing_price {price:g} {verdict} short gaps: the break-even of one rep missing "
        f"in one interval is {least:g} wages"
    )


def make_plan(
    workspace: Workspace,
    start: date | None = None,
    weeks: int = 1,
    *,
    progress: Report = silent,
    cancel: Cancellation | None = None,
) -> Plan:
    """Plan a period of a workspace, from its history to its roster.

    Parameters
    ----------
    workspace
        Settings and inputs.
    start
        First local day; None for the first local Monday after the last interval.
    weeks
        How many weeks.
    progress
        Told the stage and the share of the whole.
    cancel
        Ends the solves; what was found by then stands.

    Raises
    ------
    InputError
        When an input cannot be used.
    """
    settings = workspace.settings
    progress("Read history", 0.0)
    read = read_workspace_history(workspace)
    cutoff = max(history.cutoff for history in read.histories)
    period = next_period(cutoff, settings.calendar.timezone, start, weeks)
    part = _part(progress, 0.05, 0.3)
    own = forecast_period(
        read.histories,
        period,
        probabilities=levels(settings),
        progress=part,
        likeness=read.likeness,
    )
    overrides = in_use(own, kept_overrides(workspace.folder))
    forecasts = overridden(own, overrides)
    progress("Work out the requirement", 0.3)
    requirement = distributed(require(forecasts, settings), forecasts, settings)
    plan = finish_plan(workspace, period, forecasts, requirement, progress=progress, cancel=cancel)
    if overrides:
        plan = replace(plan, model_forecast=forecast_table(own), overrides=overrides)
    return replace(plan, notes=(*plan.notes, *read.notes, *bridge_notes(period)))


def finish_plan(
    workspace: Workspace,
    period: Period,
    forecasts: Sequence[VolumeForecast],
    requirement: Requirement,
    *,
    progress: Report = silent,
    cancel: Cancellation | None = None,
) -> Plan:
    """Turn a requirement into shifts and, with a team at hand, a roster."""
    settings = workspace.settings
    team = read_workspace_team(workspace)
    first_day = local_days(pd.DatetimeIndex([period.start]), settings.calendar.timezone)[0]
    with logged(workspace.folder / RUNS, first_day.isoformat()):
        progress("Choose shifts", 0.4)
        shifts = cover(requirement, settings, team, cancel, forecasts)
        roster = None
        if team is not None and shifts.report.has_plan:
            progress("Name reps", 0.7)
            roster = name_reps(
                shifts.shifts,
                shifts.coverage,
                team,
                settings,
                cancel=cancel,
                before=weeks_before(
                    workspace, team, period.start.to_pydatetime(), period.end.to_pydatetime()
                ),
                requirement=requirement,
            )
    plan = Plan(
        plan_id=first_day.isoformat(),
        start=first_day,
        weeks=round((period.end - period.start) / pd.Timedelta(weeks=1)),
        timezone=settings.calendar.timezone,
        interval_minutes=settings.calendar.interval_minutes,
        cutoff=period.cutoff,
        settings=workspace.text,
        forecast=forecast_table(forecasts),
        update=update_text(forecasts),
        requirement=requirement,
        shift_plan=shifts,
        roster=roster,
        team=team,
        notes=(*(note for each in forecasts for note in each.notes), *shifts.notes),
    )
    if shifts.report.has_plan:
        plan = rescored(plan, settings, _part(progress, 0.9, 0.95))
    progress("Write", 0.95)
    return plan


def rescored(plan: Plan, settings: Settings, progress: Report = silent) -> Plan:
    """Try a plan out, and return it with how far its service is from what the formulas say."""
    comparisons = rescore(
        plan.requirement.table,
        plan.coverage,
        settings.queues,
        plan.interval_minutes,
        settings.solver.seed,
        progress,
    )
    return replace(plan, rescoring=comparisons)


def _part(progress: Report, low: float, high: float) -> Report:
    """Return a report whose 0 to 1 is `low` to `high` of the whole."""
    return lambda stage, share: progress(stage, low + (high - low) * share)
