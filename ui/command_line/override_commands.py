"""What people change of a forecast."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import WorkspaceOption, finish

commands = typer.Typer(
    no_args_is_help=True, help="Change the forecast of a workspace by hand, and say why."
)
WhoOption = Annotated[str, typer.Option(help="Who says so.")]
AtOption = Annotated[str | None, typer.Option(help="When it was said; default: now.")]


@commands.command("add")
def override_add(
    kind: Annotated[
        str, typer.Option(help="multiply, add (to the span), total (of the span) or set (a cell).")
    ],
    queue: Annotated[str, typer.Option(help="Name of the queue.")],
    start: Annotated[str, typer.Option(help="Local time, such as 2026-12-01T09:00.")],
    end: Annotated[str, typer.Option(help="Local time, not included, or day, included.")],
    value: Annotated[float, typer.Option(help="A factor, or contacts.")],
    who: WhoOption,
    why: Annotated[str, typer.Option(help="The reason.")],
    exactly: Annotated[bool, typer.Option("--exactly", help="With set: it is certain.")] = False,
    at: AtOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Add an override; plan then uses it."""
    from ui.override_command import Asked, add

    asked = Asked(kind, queue, start, end, value, who, why, exactly, at)
    finish(add(workspace, asked))


@commands.command("list")
def override_list(workspace: WorkspaceOption = Path()) -> None:
    """List the overrides, the earliest made first."""
    from ui.override_command import show

    finish(show(workspace))


@commands.command("switch")
def override_switch(
    override_id: Annotated[str, typer.Argument(metavar="ID", help="From override list.")],
    state: Annotated[str, typer.Argument(metavar="on|off")],
    who: WhoOption,
    at: AtOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Switch an override on or off; it is kept either way."""
    from ui.override_command import switch

    finish(switch(workspace, override_id, state, who, at))
