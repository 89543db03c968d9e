"""The plan of a week as the app makes it: step by step, first as a draft.

A draft is a plan folder like any other, beside the plans, so that it survives a reload and a
restart; it becomes the plan when somebody says so.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from data.clock import local_days, midnight
from data.errors import InputError
from forecast.overrides import Override
from forecast.series import VolumeForecast
from forecast.tables import forecast_table
from forecast.update_file import update_text
from optimizer.requirement import Requirement
from optimizer.solver import Cancellation
from optimizer.staff import Team
from ui import workflow, workspaces
from ui.drafts import AUTHOR
from ui.exports import export_plan
from ui.jobs import Cancelled, Tell
from ui.overrides import kept_overrides
from ui.past_rosters import weeks_before
from ui.periods import Period
from ui.plan_folder import Plan, read_plan, write_plan
from ui.publishing import keep_snapshot, plan_snapshot
from ui.scenario import Scenario, apply_scenario, changes, scale, settings_changes
from ui.settings import change_setting, parse_settings
from ui.workspaces import Workspace

# Beside what a team keeps in git.
DRAFTS = "runs/drafts"
PLANS = "plans"
_TRIED = "Tried in the app: "


@dataclass(frozen=True)
class Basis:
    """What a week is planned from, gathered before the work goes to the background.

    Parameters
    ----------
    of
        The workspace as it stands.
    chosen
        The scenario on top of it.
    period
        The week.
    forecasts
        Of the week's queues that the settings name, before the scenario's volume factors.
    requirement
        Under the scenario.
    team
        None when there is no team file; the plan then ends with the shifts.
    notes
        What the reader of the plan should know of its inputs.
    own, overrides
        The models' own forecasts, and the overrides that are in `forecasts`, where there are any.
    """

    of: Workspace
    chosen: Scenario
    period: Period
    forecasts: tuple[VolumeForecast, ...]
    requirement: Requirement
    team: Team | None
    notes: tuple[str, ...] = ()
    own: tuple[VolumeForecast, ...] = ()
    overrides: tuple[Override, ...] = ()


def plan_id(of: Workspace, period: Period) -> str:
    """Name the plan of a week by its first local day."""
    days = local_days(pd.DatetimeIndex([period.start]), of.settings.calendar.timezone)
    return days[0].isoformat()


def choose_shifts(basis: Basis, cancel: Cancellation, tell: Tell) -> None:
    """Choose the shifts of a week and keep them as a draft, without names yet.

    Raises
    ------
    Cancelled
        When it was stopped before there was a plan.
    InputError
        When there is no plan.
    """
    tell("Working out what may be called for", None)
    settings = apply_scenario(basis.of.settings, basis.chosen)
    requirement = workflow.distributed(
        basis.requirement, basis.forecasts, settings, basis.chosen.factors
    )
    tell("Choosing shifts", None)
    forecasts = [scale(forecast, basis.chosen) for forecast in basis.forecasts]
    shifts = workflow.cover(requirement, settings, basis.team, cancel, forecasts)
    if not shifts.report.has_plan:
        if cancel.is_cancelled:
            raise Cancelled
        raise InputError(f"No shifts were found: {shifts.report.status}; give the solver more time")
    first = local_days(pd.DatetimeIndex([basis.period.start]), shifts.timezone)[0]
    changed = basis.own and (basis.overrides or basis.chosen.factors)
    made = Plan(
        plan_id=first.isoformat(),
        start=first,
        weeks=1,
        timezone=shifts.timezone,
        interval_minutes=shifts.interval_minutes,
        cutoff=basis.period.cutoff,
        settings=_settings_text(basis.of, basis.chosen),
        forecast=forecast_table(forecasts),
        update=update_text(forecasts),
        model=basis.chosen.model,
        model_forecast=forecast_table(basis.own) if changed else None,
        overrides=basis.overrides,
        requirement=requirement,
        shift_plan=shifts,
        notes=(
            *(f"{each.queue}: {note}" for each in basis.forecasts for note in each.notes),
            *basis.notes,
            *_tried(basis.of, basis.chosen),
        ),
    )
    tell("Trying the plan out", None)
    made = workflow.rescored(made, settings)
    tell("Keeping the draft", None)
    keep_draft(basis.of, made)


def name_reps(of: Workspace, made: Plan, team: Team, cancel: Cancellation, tell: Tell) -> None:
    """Fill the shifts of a plan with names and keep it as a draft.

    Raises
    ------
    Cancelled
        When it was stopped before there was a roster.
    InputError
        When there is no roster.
    """
    tell("Naming reps", None)
    shifts = made.shift_plan
    first, last = (
        midnight(made.start + timedelta(weeks=weeks), made.timezone).to_pydatetime()
        for weeks in (0, made.weeks)
    )
    roster = workflow.name_reps(
        shifts.shifts,
        shifts.coverage,
        team,
        of.settings,
        cancel=cancel,
        before=weeks_before(of, team, first, last),
        requirement=made.requirement,
    )
    if not roster.report.has_plan:
        if cancel.is_cancelled:
            raise Cancelled
        raise InputError(f"No roster was found: {roster.report.status}; give the solver more time")
    tell("Trying the plan out", None)
    made = workflow.rescored(replace(made, roster=roster, team=team), parse_settings(made.settings))
    tell("Keeping the draft", None)
    keep_draft(of, made)


def keep_draft(of: Workspace, made: Plan) -> None:
    """Keep a plan as the draft of its week, in the place of an earlier one."""
    write_plan(made, draft_folder(of, made.plan_id))


def publish(of: Workspace, made: Plan) -> Path:
    """Write a plan with its exports into the workspace's plans; its draft has then served.

    What it forecasts is kept, to be held against what comes.
    """
    folder = workspaces.plan_path(of, made)
    write_plan(made, folder, export_plan(made))
    keep_snapshot(of.folder, plan_snapshot(made), AUTHOR, datetime.now(UTC))
    discard(of, made.plan_id)
    return folder


def discard(of: Workspace, name: str) -> None:
    """Throw the draft of a week away."""
    shutil.rmtree(draft_folder(of, name), ignore_errors=True)


def draft_folder(of: Workspace, name: str) -> Path:
    """Return where the draft of a week is kept."""
    return of.folder / DRAFTS / name


def plan_folder(of: Workspace, name: str) -> Path | None:
    """Return the folder of a week's draft, or else of its plan; None when there is neither."""
    for folder in (draft_folder(of, name), of.folder / PLANS / name):
        if folder.is_dir():
            return folder
    return None


def read(of: Workspace, name: str) -> Plan | None:
    """Read the draft of a week, or else its plan; None when there is neither."""
    folder = plan_folder(of, name)
    return None if folder is None else read_plan(folder)


def is_draft(of: Workspace, name: str) -> bool:
    """Say whether there is a draft of a week."""
    return draft_folder(of, name).is_dir()


def stale_reasons(made: Plan, of: Workspace, chosen: Scenario, cutoff: pd.Timestamp) -> list[str]:
    """Say why a plan no longer follows from the workspace and the scenario; empty when it does.

    Parameters
    ----------
    made
        The plan.
    of, chosen
        What it would be made from now.
    cutoff
        What the history would be known until, UTC.
    """
    reasons = []
    if made.cutoff != cutoff:
        reasons.append("the history is another one")
    if made.settings != _settings_text(of, chosen):
        reasons.append("the settings or sliders have changed")
    if _overrides_now(of, made) != made.overrides:
        reasons.append("the overrides have changed")
    if {note for note in made.notes if note.startswith(_TRIED)} != set(_tried(of, chosen)):
        reasons.append("the volume is another one")
    return reasons


def _overrides_now(of: Workspace, made: Plan) -> tuple[Override, ...]:
    """Return the overrides that a plan would have if it were made now."""
    needed = made.requirement.table
    return tuple(
        override
        for override in kept_overrides(of.folder)
        if override.on
        and (
            (needed["queue"] == override.queue)
            & (needed["interval_start"] >= override.start)
            & (needed["interval_start"] < override.end)
        ).any()
    )


def _settings_text(of: Workspace, chosen: Scenario) -> str:
    """Return the settings file as the scenario would have it."""
    text = of.text
    for queue in of.settings.queues:
        for keys, value in settings_changes(of.settings, chosen, queue).items():
            text = change_setting(text, keys, value)
    return text


def _tried(of: Workspace, chosen: Scenario) -> list[str]:
    """Return notes on what a scenario changes beside the settings, such as the volume."""
    stated = parse_settings(_settings_text(of, chosen))
    return [_TRIED + change for change in changes(stated, chosen)]
