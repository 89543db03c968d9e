"""What a roster is explained from: a plan folder, a roster's file, or a plan on the screen."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd

from data.clock import midnight, zone
from data.errors import InputError
from optimizer.conflict_types import Conflict
from optimizer.conflicts import (
    contradicted_locks,
    explain_contract,
    explain_locks,
    explain_must,
    explain_unfilled,
    short_contracts,
    unmet_musts,
)
from optimizer.cover import COVERAGE_COLUMNS
from optimizer.local_shifts import local_shift
from optimizer.obstacles import shift_text, standing_obstacles
from optimizer.roster_files import read_roster
from optimizer.shift_files import read_coverage, read_shifts
from optimizer.shifts import Shift
from optimizer.staff import Team
from optimizer.standing import Standing
from optimizer.team_files import read_team
from ui.options import check_year, settings_needed
from ui.past_rosters import Before, files_before, weeks_before
from ui.plan_folder import COVERAGE, MANIFEST, SETTINGS, SHIFTS, TEAM, Plan, read_plan
from ui.settings import SETTINGS_FILE, Settings, parse_settings, read_settings
from ui.workspaces import Workspace, open_workspace


@dataclass(frozen=True)
class Beside:
    """The files that a command line names beside a plan or a roster."""

    shifts: Path | None = None
    team: Path | None = None
    absences: Path | None = None
    preferences: Path | None = None
    settings: Path | None = None
    history: tuple[Path, ...] = ()


def read_standing(path: Path, beside: Beside) -> Standing:
    """Read a plan folder or a ``roster.csv`` with what is known beside it.

    Raises
    ------
    InputError
        When it is neither, has no roster, or what it needs is not there.
    """
    if path.is_dir():
        return _of_folder(path, beside)
    if not path.is_file():
        raise InputError(f"{path}: there is no such plan folder or roster.csv; name one")
    return _of_file(path, beside)


def files_read(path: Path, beside: Beside) -> list[Path]:
    """Return the files that a roster may be explained from, whether they are there or not."""
    found = [path, path.with_name(SHIFTS), path.with_name(COVERAGE), *beside.history]
    if path.is_dir():
        found += path.glob("*")
    given = (beside.shifts, beside.team, beside.absences, beside.preferences, beside.settings)
    found += [one for one in given if one is not None]
    # A plan lies in a workspace; a roster of no plan is read with the settings of this folder.
    for home in (path.resolve().parent.parent, Path()):
        settings = home / SETTINGS_FILE
        if settings.is_file():
            files = read_settings(settings).files
            names = (files.team, files.absences, files.preferences, files.events)
            found += [settings, *(home / name for name in names)]
    return found


def standing_of_plan(
    made: Plan, settings: Settings, team: Team | None, before: Before | None = None
) -> Standing:
    """Return the roster of a plan as it stands.

    Parameters
    ----------
    team
        With what is known of absences and wishes, which a plan does not keep; None for the plan's.
    before
        What was worked and carried in the weeks before; None where nothing is known of them.

    Raises
    ------
    InputError
        When nobody is named yet.
    """
    known = team or made.team
    if made.roster is None or known is None:
        raise InputError("nobody is named yet, so there is nothing to explain; name reps first")
    return Standing.of(
        made.roster.assignments,
        made.shift_plan.shifts,
        made.coverage,
        known,
        settings.labour,
        timezone=made.timezone,
        interval_minutes=made.interval_minutes,
        history=before.history if before else (),
        fairness=before.fairness if before else None,
    )


def plan_before(of: Workspace, made: Plan, team: Team) -> Before:
    """Return what the plans of a workspace say of the weeks before a plan.

    Raises
    ------
    InputError
        When an earlier plan or the events cannot be read.
    """
    return weeks_before(of, team, *span_of(made))


def span_of(made: Plan) -> tuple[datetime, datetime]:
    """Return the first instant of a plan and the one after its last."""
    begin, end = (
        midnight(made.start + timedelta(weeks=weeks), made.timezone).to_pydatetime()
        for weeks in (0, made.weeks)
    )
    return begin, end


def start_of(text: str, timezone: str) -> datetime:
    """Read the start of a shift, in a zone where it has no offset.

    Raises
    ------
    InputError
        When it is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--shift: found {text!r}; give a start such as 2026-11-30T09:00"
        ) from None
    check_year(moment, "--shift")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone(timezone))).astimezone(UTC)


def _of_folder(folder: Path, beside: Beside) -> Standing:
    if not (folder / MANIFEST).is_file():
        roster = folder / "roster.csv"
        if not roster.is_file():
            raise InputError(f"{folder}: holds neither a plan nor a roster.csv; name one that does")
        return _of_file(roster, beside)
    for option, given in (("--shifts", beside.shifts), ("--settings", beside.settings)):
        if given is not None:
            raise InputError(f"{folder}: a plan has its own {option[2:]}; leave {option} out")
    made = read_plan(folder)
    settings = parse_settings(made.settings, str(folder / SETTINGS))
    if made.roster is None:
        raise InputError(f"{folder}: the plan has no roster; plan it with a team")
    workspace = folder.resolve().parent.parent
    files = settings.files
    absences, preferences = (
        given or _beside(workspace, name)
        for given, name in (
            (beside.absences, files.absences),
            (beside.preferences, files.preferences),
        )
    )
    team = read_team(beside.team or folder / TEAM, timezone=made.timezone)
    everybody = read_team(
        beside.team or _beside(workspace, files.team) or folder / TEAM,
        absences,
        preferences,
        timezone=made.timezone,
    )
    ids = {rep.rep_id for rep in team.reps}
    known = replace(
        team,
        absences=tuple(one for one in everybody.absences if one.rep_id in ids),
        preferences=tuple(one for one in everybody.preferences if one.rep_id in ids),
    )
    if beside.history:
        before = files_before(beside.history, settings, known, span_of(made))
    elif (workspace / SETTINGS_FILE).is_file():
        before = plan_before(open_workspace(workspace), made, known)
    else:
        before = None
    return standing_of_plan(made, settings, known, before)


def _beside(workspace: Path, name: str) -> Path | None:
    """Return a file of the workspace that a plan lies in; None where there is none."""
    path = workspace / name
    return path if (workspace / SETTINGS_FILE).is_file() and path.is_file() else None


def _of_file(path: Path, beside: Beside) -> Standing:
    known = settings_needed(beside.settings)
    timezone, minutes = known.calendar.timezone, known.calendar.interval_minutes
    team_file = beside.team or Path(known.files.team)
    if not team_file.is_file():
        raise InputError(f"{team_file}: there is no such file; name the team with --team")
    team = read_team(team_file, beside.absences, beside.preferences, timezone=timezone)
    assignments = read_roster(path, timezone=timezone)
    shifts_file = beside.shifts or path.with_name(SHIFTS)
    shifts = read_shifts(shifts_file, timezone=timezone) if shifts_file.is_file() else ()
    if beside.shifts is not None and not beside.shifts.is_file():
        raise InputError(f"{beside.shifts}: there is no such file; name the shifts of the plan")
    coverage_file = path.with_name(COVERAGE)
    required = pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    if coverage_file.is_file():
        required = read_coverage(coverage_file, timezone=timezone, interval_minutes=minutes)
    standing = Standing.of(
        assignments,
        shifts,
        required,
        team,
        known.labour,
        timezone=timezone,
        interval_minutes=minutes,
    )
    before = files_before(beside.history, known, team, standing.period)
    if before is None:
        return standing
    return replace(standing, history=before.history, fairness=before.fairness)


@dataclass(frozen=True)
class Missing:
    """Something that a roster lacks, to be picked: what it is called, and what explains it."""

    label: str
    explain: Callable[[], Conflict]


def missing_of(standing: Standing, name: Callable[[str], str]) -> list[Missing]:
    """Return all that a roster lacks: shifts first, by start, then musts, contracts and locks."""
    found = []
    for staffed in standing.unfilled:
        label = f"{shift_label(standing, staffed.shift)}"
        found.append(Missing(label, partial(explain_unfilled, standing, staffed.shift)))
    for wish in unmet_musts(standing):
        start = wish.start.astimezone(zone(standing.timezone))
        label = f"{name(wish.rep_id)} must work {start:%a %d %b %H:%M}"
        found.append(Missing(label, partial(explain_must, standing, wish)))
    for rep_id, week in short_contracts(standing):
        label = f"{name(rep_id)}: contract hours, week of {week:%d %b}"
        found.append(Missing(label, partial(explain_contract, standing, rep_id, week)))
    for rep_id in contradicted_locks(standing):
        label = f"{name(rep_id)}: locks that break a rule"
        found.append(Missing(label, partial(explain_locks, standing, rep_id)))
    return found


def shift_label(standing: Standing, shift: Shift) -> str:
    """Name a shift for a list to pick from, with how many have it and how many it asks for."""
    asked, filled = standing.asked[shift], standing.filled[shift]
    lacks = f", lacks {asked - filled}" if filled < asked else ""
    site = f" at {shift.site}" if shift.site else ""
    text = shift_text(local_shift(shift, standing.timezone))
    return f"{text}{site} ({filled} of {asked}{lacks})"


def shift_on(standing: Standing, rep_id: str, day: int) -> Shift | None:
    """Return the shift that a cell of the roster's grid stands for; None where there is none.

    The rep's own; else one of that day, best one that lacks reps and that the rep may work.

    Parameters
    ----------
    day
        Number of the column: days after the first on which anybody's shift starts.
    """
    wall = zone(standing.timezone)
    first = min(one.shift.start.astimezone(wall).date() for one in standing.assignments)
    there = [
        one
        for one in standing.places
        if one.start.astimezone(wall).date() == first + timedelta(days=day)
    ]
    person = standing.people[rep_id]
    own = {one.shift.plain for one in person.worked}
    lacking = {staffed.shift for staffed in standing.unfilled}

    def order(one: Shift) -> tuple[bool, int, bool]:
        barred = len(standing_obstacles(person, one, standing.rules))
        return one not in own, barred, one not in lacking

    return min(there, key=order, default=None)
