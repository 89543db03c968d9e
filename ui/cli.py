"""The commands: options in, files out.

Only signatures stand in `ui.command_line`, so that ``--help`` imports nothing heavy. Every command
ends with 0 for a result, 1 when there is no plan or the audit found something, and 2 when what was
given cannot be used.
"""

import sys

import typer

from data.errors import InputError
from ui.command_line import (
    fairness_commands,
    override_commands,
    plan_commands,
    repair_commands,
    shift_commands,
    staffing_commands,
    volume_commands,
    workspace_commands,
)

STOPPED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a support team's conversations to next week's roster.",
)
app.add_typer(workspace_commands.commands)
app.add_typer(volume_commands.commands)
app.add_typer(override_commands.commands, name="override")
app.add_typer(staffing_commands.commands)
app.add_typer(shift_commands.commands)
app.add_typer(fairness_commands.commands)
app.add_typer(plan_commands.commands)
app.add_typer(repair_commands.commands)


def main() -> None:
    """Run a command; a fault in the input is one line and status 2."""
    words = sys.argv[1:] or ["--help"]
    try:
        status = app(words, prog_name="staffcast", standalone_mode=False)
        if status == STOPPED:
            raise KeyboardInterrupt
    except InputError as error:
        sys.stderr.write(f"staffcast: {error}\n")
        sys.exit(2)
    except typer.TyperException as error:
        sys.stderr.write(f"staffcast: {' '.join(error.format_message().split())}\n")
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("staffcast: stopped; nothing was written\n")
        sys.exit(STOPPED)
    sys.exit(status)


if __name__ == "__main__":
    main()
