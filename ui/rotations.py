"""The rotation of a workspace, and what the command and the screen make of one alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.files import csv_text, write_all
from data.week import DAYS
from forecast.closures import Event
from forecast.events import read_events
from optimizer.plan_rotation import Base, plan_base, with_swaps
from optimizer.rotation import Duty, Rotation, Swap
from optimizer.rotation_files import (
    SWAP_COLUMNS,
    read_rotation,
    read_swaps,
    rotation_table,
)
from optimizer.rotation_ledger import Activation, ledger_table
from optimizer.rotation_weeks import DAYS_PER_WEEK, RotationWeeks, days_away
from optimizer.staff import Team
from ui.exports.rotation_calendars import rotation_calendars
from ui.plan_report import report_text
from ui.settings import Settings
from ui.workspaces import Workspace, public_holidays, read_workspace_team

ROTATION_FILE = "rotation.csv"


@dataclass(frozen=True)
class MadeRotation:
    """A rotation of a workspace.

    Parameters
    ----------
    rotation
        The plan.
    ledger
        As `optimizer.rotation_ledger.ledger_table`.
    past
        Duties of published weeks before it.
    away
        A row per member and week with an absence in it: ``rep_id, start, end``, instants of the
        week's begin and end.
    swaps
        That it was made with.
    """

    rotation: Rotation
    ledger: pd.DataFrame
    past: tuple[Duty, ...]
    away: pd.DataFrame
    swaps: tuple[Swap, ...]


def horizon_of(first: date, weeks: int, known: Settings, timezone: str) -> RotationWeeks:
    """Return the weeks to plan.

    Raises
    ------
    InputError
        When the first day is no day of hand-over.
    """
    if first.weekday() != DAYS.index(known.rotation.handover_day):
        later = handover_from(first, known)
        raise InputError(
            f"--start: found {first}, a {first:%A}; hand-over is on {later:%A}s: give {later}, or "
            "set handover_day in [rotation]"
        )
    return RotationWeeks(first, weeks, known.rotation.handover, timezone)


def handover_from(day: date, known: Settings) -> date:
    """Return the first day of hand-over that is not before a day."""
    handover = DAYS.index(known.rotation.handover_day)
    return day + timedelta(days=(handover - day.weekday()) % len(DAYS))


def ledger_of(
    made: Rotation,
    known: Settings,
    team: Team,
    history: Sequence[Duty],
    activations: Sequence[Activation],
    events: Sequence[Event],
) -> pd.DataFrame:
    """Return the ledger, public holidays being those of the calendar and of events for all queues.

    Raises
    ------
    InputError
        When the calendar's country is unknown, or somebody was called in who was not on call.
    """
    earliest = min((duty.week for duty in history), default=made.weeks.first)
    last = made.weeks.names[-1] + timedelta(weeks=1)
    return ledger_table(
        made,
        known.rotation,
        history=history,
        absences=team.absences,
        activations=activations,
        holidays=public_holidays(known, events, earliest, last),
    )


def rotation_files(
    made: Rotation, ledger: pd.DataFrame, past: Sequence[Duty] = ()
) -> dict[str, str | bytes]:
    """Render a rotation as files by name; `past` are duties before it that its file keeps."""
    proof = {
        **made.report.record(),
        "aims": {aim.aim: aim.report.record() for aim in made.aims},
        "weeks_between": made.weeks_between,
        "is_even": made.is_even,
        "notes": list(made.notes),
        "findings": [finding.sentence for finding in made.findings],
    }
    return {
        ROTATION_FILE: csv_text(rotation_table((*past, *made.duties), made.weeks.timezone)),
        "ledger.csv": csv_text(ledger),
        "report.json": report_text(proof),
        **rotation_calendars(made),
    }


def published_path(of: Workspace) -> Path:
    """Return where the rotation of a workspace is published."""
    return of.path(of.settings.files.rotation) / ROTATION_FILE


def published(of: Workspace) -> tuple[Duty, ...]:
    """Return the published rotation; nothing where there is none.

    Raises
    ------
    InputError
        When its file cannot be used.
    """
    path = published_path(of)
    return read_rotation(path, timezone=of.settings.calendar.timezone) if path.exists() else ()


def kept_swaps(of: Workspace) -> tuple[Swap, ...]:
    """Return the swaps of a workspace."""
    path = of.path(of.settings.files.swaps)
    return read_swaps(path) if path.exists() else ()


@dataclass(frozen=True)
class WorkspaceBase:
    """The rotation of a workspace before swaps, and the team that takes turns."""

    base: Base
    team: Team


def base_of(of: Workspace, first: date, weeks: int) -> WorkspaceBase | None:
    """Plan whose turn each week is; None when the workspace has no team.

    Parameters
    ----------
    first
        Day of the first hand-over.
    weeks
        How many.

    Raises
    ------
    InputError
        When an input cannot be used, or no rotation was found in time.
    """
    team = read_workspace_team(of)
    if team is None or not team.reps:
        return None
    known = of.settings
    horizon = horizon_of(first, weeks, known, known.calendar.timezone)
    base = plan_base(team, known.rotation, horizon, history=published(of), solver=known.solver)
    if not base.chosen.aims[0].report.has_plan:
        raise InputError(
            "No rotation was found in time; raise time_limit_seconds in [solver], or plan fewer "
            "weeks"
        )
    return WorkspaceBase(base, team)


def make_rotation(
    of: Workspace, made: WorkspaceBase, swaps: Sequence[Swap] | None = None
) -> MadeRotation:
    """Make the rotation of a workspace from its turns.

    Parameters
    ----------
    swaps
        Instead of the workspace's own.

    Raises
    ------
    InputError
        When a swap or an input cannot be used.
    """
    used = kept_swaps(of) if swaps is None else tuple(swaps)
    rotation = with_swaps(made.base, used)
    events = of.path(of.settings.files.events)
    stated = read_events(events) if events.exists() else ()
    history = made.base.history
    return MadeRotation(
        rotation,
        ledger_of(rotation, of.settings, made.team, history, (), stated),
        tuple(duty for duty in history if duty.week < rotation.weeks.first),
        _away(rotation, made.team),
        used,
    )


def publish_rotation(of: Workspace, made: MadeRotation) -> Path:
    """Write a rotation to the workspace, weeks before it included, and return the folder."""
    folder = published_path(of).parent
    files = rotation_files(made.rotation, made.ledger, made.past)
    write_all({folder / name: content for name, content in files.items()})
    return folder


def keep_swaps(of: Workspace, swaps: Sequence[Swap]) -> None:
    """Write the swaps of a workspace."""
    rows = [
        (swap.rep_id, swap.week.isoformat(), swap.with_rep_id, swap.with_week.isoformat())
        for swap in swaps
    ]
    table = pd.DataFrame(rows, columns=list(SWAP_COLUMNS))
    write_all({of.path(of.settings.files.swaps): csv_text(table)})


def _away(made: Rotation, team: Team) -> pd.DataFrame:
    edges = made.weeks.instants()[::DAYS_PER_WEEK]
    rows = []
    for load in made.loads:
        rep = load.member.rep
        for week, days in enumerate(days_away(rep, team.absences, made.weeks)):
            if days.any():
                rows.append((rep.rep_id, edges[week], edges[week + 1]))
    return pd.DataFrame(rows, columns=["rep_id", "start", "end"])
