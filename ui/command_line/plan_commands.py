"""A plan looked at: tried out, weighed, explained, changed."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import (
    AbsencesOption,
    HistoryOption,
    OutFile,
    PreferencesOption,
    SeedOption,
    SettingsOption,
    TeamOption,
    finish,
)

commands = typer.Typer()


@commands.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    weeks: Annotated[int, typer.Option(min=1, help="How many weeks to try.")] = 200,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="File; default: PLAN/exports/simulation.csv.")
    ] = None,
) -> None:
    """Try a plan out, event by event, on weeks that its forecast thinks possible."""
    from ui.simulate_command import simulate as run

    finish(run(folder, weeks, seed, out))


@commands.command()
def worth(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    paths: Annotated[int, typer.Option(min=2, help="Fresh paths of the forecast.")] = 400,
    foresee: Annotated[
        int, typer.Option(min=0, help="Of them, for how many to find the best shifts.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Of the paths.")] = 7,
    out: Annotated[
        Path | None, typer.Option("--out", help="File; default: PLAN/exports/value.csv.")
    ] = None,
) -> None:
    """Weigh on-call on fresh paths: this plan, others of its week, and perfect foresight."""
    from ui.worth_command import worth as run

    finish(run(folder, paths, foresee, seed, out))


@commands.command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    actuals: Annotated[
        list[Path],
        typer.Option(help="Conversations; or unique_id,ds,y,service_level,reps. Repeatable."),
    ],
    out: OutFile,
    day: Annotated[
        str | None, typer.Option("--date", help="Local day; default: the last one with contacts.")
    ] = None,
    staff: Annotated[
        Path | None,
        typer.Option(help="unique_id,ds,reps: on duty; default: who picked conversations up."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=2, help="How often to play the day; default: 200, fewer on busy floors."),
    ] = None,
    seed: SeedOption = 1,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column of the export: rep_id=Assignee. Repeatable."),
    ] = None,
) -> None:
    """Tell why hours of a day missed their target: volume, handling, absence, shape, chance."""
    from ui.explain_command import run

    asked = (day, staff, runs, seed, column or [])
    finish(run(folder, actuals, out, *asked))


@commands.command()
def why(
    source: Annotated[
        Path, typer.Argument(metavar="PLAN_OR_ROSTER", help="A plan folder, or a roster.csv.")
    ],
    rep: Annotated[str | None, typer.Option(help="rep_id of whom to explain.")] = None,
    shift: Annotated[
        str | None, typer.Option(help="Start of the shift, such as 2026-11-30T09:00.")
    ] = None,
    queue: Annotated[
        str | None, typer.Option(help="Of the shift, where several start at once.")
    ] = None,
    unfilled: Annotated[
        bool, typer.Option("--unfilled", help="Explain all that the roster lacks.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, help="Of each kind, how many to explain.")] = 10,
    shifts: Annotated[
        Path | None, typer.Option(help="shifts.csv; default: the one beside the roster.")
    ] = None,
    team: TeamOption = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
    history: HistoryOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write the answer to.")] = None,
) -> None:
    """Tell why a rep has a shift or not, and which rules leave shifts unfilled."""
    from ui.why_command import Asked, run
    from ui.whys import Beside

    asked = Asked(rep, shift, queue, unfilled, top, out)
    beside = Beside(shifts, team, absences, preferences, settings, tuple(history or ()))
    finish(run(source, asked, beside))


@commands.command()
def retune(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    actuals: Annotated[
        Path | None, typer.Option(help="unique_id,ds,y: today's whole intervals so far.")
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="A day ahead, such as 2026-12-02, without actuals.")
    ] = None,
    forecast: Annotated[
        Path | None, typer.Option(help="A newer forecast; default: the plan's own.")
    ] = None,
    activations: Annotated[
        Path | None, typer.Option(help="rep_id,start,end: who was called in so far.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="rep_id of somebody who is away. Repeatable.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write the advice to.")] = None,
) -> None:
    """Advise on the day whom on call to call in, and who may leave early."""
    from ui.retune_command import Asked
    from ui.retune_command import retune as run

    finish(run(folder, Asked(actuals, day, forecast, activations, without or [], out)))


@commands.command()
def suggest(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    forecast: Annotated[
        Path | None, typer.Option(help="A newer forecast; default: the plan's own.")
    ] = None,
    absences: AbsencesOption = None,
    top: Annotated[int, typer.Option(min=1, help="How many to list.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", help="File to write them to.")] = None,
) -> None:
    """Suggest shifts to add, drop or move, those that save most first."""
    from ui.suggest_command import Asked
    from ui.suggest_command import suggest as run

    finish(run(folder, Asked(forecast, absences, top, out)))
