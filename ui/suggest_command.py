"""What ``staffcast suggest`` does: name the changes of single shifts that are worth most."""

from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from data.files import csv_text, write_all
from forecast.update_file import update_path
from optimizer.suggestion_files import sentence, suggestions_table
from optimizer.team_files import read_team
from ui import terminal
from ui.options import keep_inputs
from ui.plan_folder import FORECAST, SETTINGS, TEAM, Plan, read_plan
from ui.settings import parse_settings
from ui.suggesting import (
    SuggestedPlan,
    absences_beside,
    names_of,
    newest_requirement,
    suggest_changes,
)


@dataclass(frozen=True)
class Asked:
    """What a command line names beside the plan."""

    forecast: Path | None
    absences: Path | None
    top: int
    out: Path | None


def suggest(folder: Path, asked: Asked) -> int:
    """Suggest shifts to add, drop, move, lengthen, shorten or put into the other role."""
    if asked.out is not None:
        source = asked.forecast or folder / FORECAST
        inputs = (source, update_path(source), asked.absences)
        keep_inputs([asked.out], *inputs, *folder.glob("*"))
    made = read_plan(folder)
    settings = parse_settings(made.settings, str(folder / SETTINGS))
    absences = asked.absences or absences_beside(folder, settings)
    team = made.team
    if absences is not None and team is not None:
        team = read_team(folder / TEAM, absences, timezone=made.timezone)
    with terminal.progress_bar() as report:
        report("Value every change", 0.0)
        requirement = newest_requirement(made, settings, folder, asked.forecast)
        found = suggest_changes(made, settings, requirement, team, asked.top)
    _print(found, made, absences)
    if asked.out is not None:
        table = suggestions_table(found.suggestions, names_of(made), made.timezone)
        write_all({asked.out: csv_text(table)})
        terminal.print_lines([f"Written: {asked.out}"])
    return 0


def _print(found: SuggestedPlan, made: Plan, absences: Path | None) -> None:
    name, named = names_of(made), made.roster is not None
    if found.suggestions:
        shown = Table(
            title=found.headline(named=named), title_justify="left", box=None, padding=(0, 1)
        )
        shown.add_column("saves", justify="right")
        shown.add_column("what")
        for one in found.suggestions:
            shown.add_row(f"{one.change.saves:.1f}", sentence(one, name, made.timezone))
        terminal.console().print(shown)
    else:
        terminal.print_lines([found.headline(named=named)])
    if found.unmanned is not None:
        best = sentence(found.unmanned, name, made.timezone)
        terminal.print_lines([f"Nobody can work what would save most: {best}"])
    if named:
        away = f"absences are those of {absences}" if absences else "nobody is taken to be away"
        terminal.print_lines([f"Only what somebody of the roster can work is listed; {away}."])
