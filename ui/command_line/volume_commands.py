"""Volume: history, forecast and how good it is."""

from pathlib import Path
from typing import Annotated

import typer

from ui.command_line.options import (
    DriversOption,
    EventsOption,
    OutFile,
    OutFolder,
    SettingsOption,
    StartOption,
    TimezoneOption,
    finish,
)

commands = typer.Typer()


@commands.command()
def history(
    sources: Annotated[list[Path], typer.Argument(help="Conversations or interval files.")],
    out: OutFile,
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
    interval: Annotated[int | None, typer.Option(help="Minutes: 15, 30 or 60.")] = None,
    start: StartOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column of the export: created_at=Opened. Repeatable."),
    ] = None,
) -> None:
    """Count conversations per queue and interval, and report what was repaired."""
    from ui import commands

    finish(commands.history(sources, out, settings, timezone, interval, start, column or []))


@commands.command()
def forecast(
    source: Annotated[
        Path,
        typer.Argument(metavar="HISTORY", help="unique_id,ds,y; with --actuals also a forecast."),
    ],
    out: OutFile,
    horizon: Annotated[int, typer.Option(min=1, help="Intervals ahead.")] = 168,
    model: Annotated[str, typer.Option(help="Model; auto combines several.")] = "auto",
    events: EventsOption = None,
    drivers: DriversOption = None,
    quantiles: Annotated[
        str, typer.Option(help="Levels to write, joined by commas.")
    ] = "0.05,0.1,0.25,0.5,0.75,0.9,0.95",
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
    actuals: Annotated[
        Path | None,
        typer.Option(help="Today's whole intervals so far, to forecast the rest of the day."),
    ] = None,
    totals: Annotated[
        Path | None, typer.Option(help="File to write day and week totals to, with quantiles.")
    ] = None,
    overrides: Annotated[
        Path | None, typer.Option(help="overrides.csv: what people change, and why.")
    ] = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Keep what is written, for value-added later.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes at once; default: one per core for many queues."),
    ] = None,
    total: Annotated[
        bool, typer.Option("--total", help="Add rows of all queues together, called total.")
    ] = False,
) -> None:
    """Forecast volume per queue and interval, as quantiles."""
    from ui.after_forecast import After
    from ui.forecast_command import forecast as run

    after = After(actuals, overrides, totals, publish)
    made = (horizon, model, events, drivers, quantiles)
    finish(run(source, out, *made, settings, timezone, after, jobs, total=total))


@commands.command()
def backtest(
    source: Annotated[Path, typer.Argument(metavar="HISTORY", help="unique_id,ds,y")],
    out: OutFolder,
    horizon: Annotated[int, typer.Option(min=1, help="Intervals ahead.")] = 168,
    cutoffs: Annotated[int, typer.Option(min=1, help="How many forecasts to score.")] = 6,
    step: Annotated[int, typer.Option(min=1, help="Intervals between cutoffs.")] = 168,
    models: Annotated[
        str | None, typer.Option(help="Models joined by commas; default: all of them.")
    ] = None,
    events: EventsOption = None,
    drivers: DriversOption = None,
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes at once; default: one per core.")
    ] = None,
    cost: Annotated[
        bool, typer.Option("--cost", help="Also staff every forecast, and price its error.")
    ] = False,
    shifts: Annotated[
        bool, typer.Option("--shifts", help="The same with shifts; seconds for each forecast.")
    ] = False,
) -> None:
    """Compare models on the past, each seeing only what was known then."""
    from ui.backtest_command import backtest as run

    tested = (horizon, cutoffs, step, models, events, drivers)
    finish(run(source, out, *tested, settings, timezone, jobs, cost, shifts))


@commands.command()
def questions(
    source: Annotated[
        Path | None, typer.Argument(metavar="HISTORY", help="unique_id,ds,y; or a workspace.")
    ] = None,
    events: EventsOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="File of questions to fill in.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="The file with answers; they are added to the events.")
    ] = None,
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
) -> None:
    """Ask about closures, outages, surges and new levels of the past that no event explains."""
    from ui.questions_command import questions as run

    finish(run(source, events, out, answers, settings, timezone))


@commands.command("value-added")
def value_added(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    out: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
) -> None:
    """Tell whether models and overrides made the published forecasts better."""
    from ui.value_added_command import value_added as run

    finish(run(workspace, out))
