"""What the commands share: options of one meaning, and how a command ends."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="staffcast.toml; default: the one in this folder.")
]
TimezoneOption = Annotated[
    str | None,
    typer.Option(help="Zone of times without an offset; default UTC."),
]
EventsOption = Annotated[Path | None, typer.Option(help="events.csv: closed days, holidays, …")]
DriversOption = Annotated[
    Path | None, typer.Option(help="drivers.csv: customers, messages to be sent, launches, …")
]
BacklogOption = Annotated[
    Path | None,
    typer.Option(help="unique_id,ds,contacts: e-mails and tickets that wait, by their coming."),
]
OutFile = Annotated[Path, typer.Option("--out", help="File to write.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder to write to.")]
StartOption = Annotated[str | None, typer.Option(help="First local day, such as 2026-11-30.")]
AbsencesOption = Annotated[Path | None, typer.Option(help="absences.csv")]
SeedOption = Annotated[int, typer.Option(min=0, help="Of the simulation.")]
PreferencesOption = Annotated[Path | None, typer.Option(help="preferences.csv")]
TeamFile = Annotated[Path, typer.Option("--team", help="team.csv")]
TeamOption = Annotated[
    Path | None, typer.Option("--team", help="team.csv; default: the plan's or the workspace's.")
]
HistoryOption = Annotated[
    list[Path] | None,
    typer.Option("--history", help="roster.csv of earlier weeks. Repeatable."),
]

WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="A workspace.")]


def finish(status: int) -> NoReturn:
    """End a command with its exit status."""
    raise typer.Exit(status)
