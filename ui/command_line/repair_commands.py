"""The life of a published roster: mend it, swap duties."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import (
    AbsencesOption,
    HistoryOption,
    OutFolder,
    PreferencesOption,
    SettingsOption,
    TeamOption,
    finish,
)

commands = typer.Typer()

PlanArgument = Annotated[
    Path, typer.Argument(metavar="PLAN", help="A plan folder, a roster's folder, or roster.csv.")
]
NowOption = Annotated[
    str | None,
    typer.Option(help="Duties that have begun by then stay; default: the beginning."),
]
LockOption = Annotated[
    list[str] | None,
    typer.Option(help="REP, or REP=START for one duty, that stays as it is. Repeatable."),
]


@commands.command()
def repair(
    source: PlanArgument,
    out: OutFolder,
    away: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            metavar="REP FROM UNTIL", help="Who is away; a day, or a time such as T09:00."
        ),
    ] = None,
    kind: Annotated[str, typer.Option(help="Of the absence.")] = "sick",
    requirement: Annotated[
        Path | None, typer.Option(help="What is required now, from require.")
    ] = None,
    lock: LockOption = None,
    most_changes: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Of others' duties; default: 3 for each freed one, else as many as it takes.",
        ),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(help="Duties that have begun by then stay; default: FROM, or the beginning."),
    ] = None,
    history: HistoryOption = None,
    team: TeamOption = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
) -> None:
    """Mend a published roster with the fewest changes, and rank substitutes."""
    from ui.repair_command import Asked
    from ui.repair_command import repair as run
    from ui.whys import Beside

    beside = Beside(None, team, absences, preferences, settings)
    asked = Asked(now, away, kind, requirement, lock or [], most_changes, history or [], beside)
    finish(run(source, asked, out))


@commands.command()
def swap(
    source: PlanArgument,
    rep: Annotated[str, typer.Argument(metavar="REP", help="rep_id of who gives a duty.")],
    start: Annotated[
        str,
        typer.Argument(metavar="START", help="Of the duty, such as 2026-11-30T09:00, or its day."),
    ],
    other: Annotated[
        str | None, typer.Option("--with", help="rep_id of who takes it; default: offer partners.")
    ] = None,
    back: Annotated[
        str | None, typer.Option("--for", help="Start or day of the duty given for it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write the roster to.")
    ] = None,
    lock: LockOption = None,
    now: NowOption = None,
    history: HistoryOption = None,
    team: TeamOption = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
) -> None:
    """Say whether two reps may swap duties, or offer partners for one."""
    from ui.repair_command import Asked
    from ui.repair_command import swap as run
    from ui.whys import Beside

    beside = Beside(None, team, absences, preferences, settings)
    asked = Asked(now=now, lock=lock or [], history=history or [], beside=beside)
    finish(run(source, rep, start, (other, back), asked, out))
