"""How evenly the weeks are shared."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import AbsencesOption, PreferencesOption, SettingsOption, finish

commands = typer.Typer()


@commands.command()
def fairness(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[WORKSPACE or ROSTER]…",
            help="A workspace, plan folders or roster.csv files; default: this folder.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last local day that counts; default: the last planned.")
    ] = None,
    weeks: Annotated[
        int | None, typer.Option(min=1, help="How many weeks; default: what [fairness] says.")
    ] = None,
    team: Annotated[
        Path | None, typer.Option(help="team.csv, where no workspace is given.")
    ] = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File; default: fairness.csv in the workspace.")
    ] = None,
) -> None:
    """Judge how evenly nights, weekends, holidays, standby and requests were shared."""
    from ui.fairness_command import Asked
    from ui.fairness_command import fairness as run

    asked = Asked(team, absences, preferences, settings, until, weeks, out)
    finish(run(sources or [], asked))
