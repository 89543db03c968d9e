"""A workspace and its plan: made, planned, handed on, opened."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import StartOption, TimezoneOption, finish

commands = typer.Typer()


@commands.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Workspace to make.")] = Path("demo"),
) -> None:
    """Plan next week for the sample team and export its roster."""
    from ui import commands

    finish(commands.demo(folder))


@commands.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Workspace to make.")],
    source: Annotated[list[Path], typer.Option("--from", help="Conversations or interval file.")],
    timezone: TimezoneOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column of the export: created_at=Opened. Repeatable."),
    ] = None,
) -> None:
    """Make a workspace from an export: settings, team and events to fill in."""
    from ui import commands

    finish(commands.init(folder, source, timezone, column or []))


@commands.command()
def plan(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    start: StartOption = None,
    weeks: Annotated[int, typer.Option(min=1, max=6, help="How many weeks.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Plan folder; default: plans/START.")
    ] = None,
) -> None:
    """Plan a workspace's next week, from history to roster."""
    from ui import commands

    finish(commands.plan(workspace, start, weeks, out))


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    formats: Annotated[
        str, typer.Option("--format", help="Formats joined by commas.")
    ] = "xlsx,csv,ics",
) -> None:
    """Write a plan's roster as files for people."""
    from ui import commands

    finish(commands.export(folder, formats))


@commands.command()
def ui(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open the app for a workspace in the browser."""
    from ui import commands

    finish(commands.serve(workspace, port, browser=browser))
