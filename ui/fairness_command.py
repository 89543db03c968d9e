"""What ``staffcast fairness`` does: judge how evenly the last weeks were shared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from data.clock import midnight
from data.errors import InputError
from data.files import csv_text, write_all
from forecast.closures import Event
from optimizer.fairness import PastRoster
from optimizer.fairness_files import fairness_table
from optimizer.staff import Team
from optimizer.team_files import read_team
from ui import terminal
from ui.fairness_lines import headline, ledger_view, score_lines
from ui.options import check_year, keep_inputs, settings_of
from ui.past_rosters import file_roster, judge, plan_roster_of, workspace_rosters
from ui.plan_folder import MANIFEST, ROSTER
from ui.settings import SETTINGS_FILE, Settings
from ui.workspaces import kept_files, open_workspace, read_workspace_events, read_workspace_team

OK = 0
FAIRNESS_FILE = "fairness.csv"


@dataclass(frozen=True)
class Asked:
    """What the command line names beside the rosters."""

    team: Path | None = None
    absences: Path | None = None
    preferences: Path | None = None
    settings: Path | None = None
    until: str | None = None
    weeks: int | None = None
    out: Path | None = None


@dataclass(frozen=True)
class _Base:
    """Settings, people and events that rosters are judged with, and where the result goes."""

    known: Settings
    team: Team
    events: tuple[Event, ...]
    folder: Path


def fairness(sources: Sequence[Path], asked: Asked) -> int:
    """Judge the rosters of a workspace, or those of plan folders and files."""
    places = list(sources) or [Path()]
    for path in places:
        if not path.exists():
            raise InputError(f"{path}: there is no such file or folder; check the name")
    workspaces = [path for path in places if (path / SETTINGS_FILE).is_file()]
    if len(workspaces) > 1:
        raise InputError(f"{workspaces[1]}: found a second workspace; give one")
    base = _base(workspaces[0] if workspaces else None, asked)
    out = base.folder / FAIRNESS_FILE if asked.out is None else asked.out
    people = asked.team, asked.absences, asked.preferences, asked.settings
    keep_inputs([out], *_files_of(places), *people)
    past: dict[Path, PastRoster] = {}
    with terminal.progress_bar() as report:
        report("Read rosters", 0.0)
        for path in places:
            past |= _read(path, base)
    if not past:
        raise InputError(
            f"{places[0]}: found no roster; make one with staffcast plan, or name roster.csv files"
        )
    made = judge(past, base.known, base.events, _until(asked.until, past, base.known))
    if made is None:
        raise InputError("--until: found no roster in the weeks before; give a later day")
    write_all({out: csv_text(fairness_table(made.ledger))})
    terminal.print_lines(
        [headline(made.score, made.ledger, base.known.calendar.timezone), *score_lines(made.score)]
    )
    terminal.print_lines([""])
    terminal.console().print(ledger_view(made.ledger))
    terminal.print_findings(made.strain)
    terminal.print_lines([f"Written: {out}"])
    return OK


def _files_of(places: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are read of what is named; an earlier ledger is none of them."""
    for path in places:
        yield path
        if (path / SETTINGS_FILE).is_file():
            yield from kept_files(open_workspace(path))
        elif path.is_dir():
            yield from path.glob("*")


def _base(workspace: Path | None, asked: Asked) -> _Base:
    """Gather settings and people, from a workspace where one is given."""
    if workspace is not None:
        if asked.team or asked.absences or asked.preferences or asked.settings:
            raise InputError(
                f"{workspace}: has its own settings and team; leave --team, --absences, "
                "--preferences and --settings out"
            )
        of = open_workspace(workspace)
        team = read_workspace_team(of)
        if team is None:
            raise InputError(f"{of.path(of.settings.files.team)}: there is no team yet; add one")
        return _Base(_weeks(of.settings, asked.weeks), team, read_workspace_events(of), workspace)
    if asked.team is None:
        raise InputError("--team is missing; name team.csv, or give a workspace")
    known = settings_of(asked.settings) or Settings()
    team = read_team(
        asked.team, asked.absences, asked.preferences, timezone=known.calendar.timezone
    )
    return _Base(_weeks(known, asked.weeks), team, (), Path())


def _weeks(known: Settings, weeks: int | None) -> Settings:
    if weeks is None:
        return known
    try:
        return replace(known, fairness=replace(known.fairness, weeks=weeks))
    except ValueError as error:
        raise InputError(f"--weeks: {error}") from error


def _read(path: Path, base: _Base) -> dict[Path, PastRoster]:
    if (path / SETTINGS_FILE).is_file():
        return workspace_rosters(open_workspace(path), base.team)
    if path.is_dir():
        if not (path / ROSTER).is_file():
            raise InputError(f"{path}: found neither {SETTINGS_FILE} nor {ROSTER} in this folder")
        if (path / MANIFEST).is_file():
            return {path: plan_roster_of(path, base.team)}
    file, calendar = path / ROSTER if path.is_dir() else path, base.known.calendar
    return {path: file_roster(file, base.team, calendar.timezone, calendar.interval_minutes)}


def _until(text: str | None, past: dict[Path, PastRoster], known: Settings) -> datetime:
    """Return the instant after the last that counts: of a day that is named, its end."""
    if text is None:
        return max(one.end for one in past.values())
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--until: found {text!r}; give a day such as 2026-11-29") from None
    check_year(day, "--until")
    return midnight(day + timedelta(days=1), known.calendar.timezone).to_pydatetime()
