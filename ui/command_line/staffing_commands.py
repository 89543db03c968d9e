"""Reps: what a conversation asks of them, and how many it takes."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import (
    BacklogOption,
    OutFile,
    SeedOption,
    SettingsOption,
    TimezoneOption,
    finish,
)

commands = typer.Typer()


@commands.command()
def calibrate(
    sources: Annotated[
        list[Path], typer.Argument(metavar="CONVERSATIONS…", help="Exports of conversations.")
    ],
    out: OutFile,
    queue: Annotated[str | None, typer.Option(help="Only this queue; default: all.")] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, help="Only the last weeks; default: all that is given.")
    ] = None,
    apply: Annotated[
        Path | None, typer.Option(help="Workspace whose settings take over what was learnt.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the intervals' resampling.")] = 1,
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column of the export: rep_id=Assignee. Repeatable."),
    ] = None,
) -> None:
    """Learn concurrency, handling times and patience from conversations, with intervals."""
    from ui.calibrate_command import run

    finish(
        run(
            sources,
            out,
            queue=queue,
            weeks=weeks,
            seed=seed,
            apply=apply,
            settings=settings,
            timezone=timezone,
            columns=column or [],
        )
    )


@commands.command()
def concurrency(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    queue: Annotated[str | None, typer.Option(help="Only this queue; default: all.")] = None,
    volume: Annotated[
        float | None,
        typer.Option(help="Contacts an hour; default: the busiest hour of the coming week."),
    ] = None,
    share: Annotated[
        float, typer.Option(help="What you take a rep's pace to be, of the faster queue's.")
    ] = 0.6,
    out: Annotated[Path | None, typer.Option("--out", help="File to write the curve to.")] = None,
) -> None:
    """Advise how many conversations at once pay, and show what a rep completes with them."""
    from ui.concurrency_command import concurrency as run

    finish(run(workspace, queue, volume, share, out))


@commands.command()
def require(
    source: Annotated[Path, typer.Argument(metavar="FORECAST", help="A forecast's CSV.")],
    out: OutFile,
    settings: SettingsOption = None,
    backlog: BacklogOption = None,
) -> None:
    """Work out the reps that every interval calls for, primary and on-call."""
    from ui import commands

    finish(commands.require(source, out, settings, backlog))


@commands.command()
def evaluate(
    volume: Annotated[Path, typer.Option(help="unique_id,ds,y")],
    staff: Annotated[Path, typer.Option(help="unique_id,ds,reps: reps on duty.")],
    out: OutFile,
    settings: SettingsOption = None,
    backlog: BacklogOption = None,
    simulate: Annotated[
        int | None, typer.Option(min=1, help="Weeks to try the same out event by event.")
    ] = None,
    seed: SeedOption = 1,
) -> None:
    """Predict the service that given reps give to given volume."""
    from ui import commands

    finish(commands.evaluate(volume, staff, out, settings, backlog, simulate, seed))
