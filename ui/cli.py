"""The commands: options in, files out.

Only signatures stand here, so that ``--help`` imports nothing heavy; the work is in `ui.commands`.
Every command ends with 0 for a result, 1 when there is no plan or the audit found something, and 2
when what was given cannot be used.
"""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from data.errors import InputError

STOPPED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a support team's conversations to next week's roster.",
)

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


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Workspace to make.")] = Path("demo"),
) -> None:
    """Plan next week for the sample team and export its roster."""
    from ui import commands

    _finish(commands.demo(folder))


@app.command()
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

    _finish(commands.init(folder, source, timezone, column or []))


@app.command()
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

    _finish(commands.history(sources, out, settings, timezone, interval, start, column or []))


@app.command()
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
    _finish(run(source, out, *made, settings, timezone, after, jobs, total=total))


@app.command()
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
    _finish(run(source, out, *tested, settings, timezone, jobs, cost, shifts))


@app.command()
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

    _finish(run(source, events, out, answers, settings, timezone))


@app.command()
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

    _finish(
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


@app.command()
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

    _finish(run(workspace, queue, volume, share, out))


@app.command()
def require(
    source: Annotated[Path, typer.Argument(metavar="FORECAST", help="A forecast's CSV.")],
    out: OutFile,
    settings: SettingsOption = None,
    backlog: BacklogOption = None,
) -> None:
    """Work out the reps that every interval calls for, primary and on-call."""
    from ui import commands

    _finish(commands.require(source, out, settings, backlog))


@app.command()
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

    _finish(commands.evaluate(volume, staff, out, settings, backlog, simulate, seed))


@app.command()
def shifts(
    source: Annotated[Path, typer.Argument(metavar="REQUIREMENT", help="From require.")],
    out: OutFolder,
    team: Annotated[Path | None, typer.Option(help="team.csv, to stay within its hours.")] = None,
    absences: AbsencesOption = None,
    settings: SettingsOption = None,
    target_per: Annotated[
        Literal["hour", "day", "week"] | None,
        typer.Option(help="Over what targets are met, instead of what the settings say."),
    ] = None,
    forecast: Annotated[
        Path | None,
        typer.Option(help="What the requirement was made of; the programme two_stage needs it."),
    ] = None,
) -> None:
    """Choose primary and on-call shifts that cover a requirement."""
    from ui import commands

    _finish(commands.shifts(source, out, team, absences, settings, target_per, forecast))


@app.command()
def roster(
    out: OutFolder,
    team: Annotated[Path, typer.Option(help="team.csv")],
    source: Annotated[
        Path | None, typer.Argument(metavar="SHIFTS", help="shifts.csv, from shifts.")
    ] = None,
    requirement: Annotated[
        Path | None, typer.Option(help="From require: choose shifts and people together.")
    ] = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
) -> None:
    """Fill the shifts of a plan with named reps, or choose both for a requirement."""
    from ui import roster_command

    asked = roster_command.Asked(team, absences, preferences, settings)
    _finish(roster_command.roster(source, requirement, asked, out))


@app.command()
def rotation(
    team: Annotated[Path, typer.Option(help="team.csv")],
    start: Annotated[str, typer.Option(help="Day of the first hand-over, such as 2026-11-30.")],
    out: OutFolder,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How many weeks.")] = 52,
    absences: AbsencesOption = None,
    swaps: Annotated[
        Path | None, typer.Option(help="rep_id,week,with_rep_id,with_week: weeks exchanged.")
    ] = None,
    history: Annotated[
        Path | None,
        typer.Option(help="The rotation.csv that stands: earlier weeks, and published ones."),
    ] = None,
    activations: Annotated[
        Path | None, typer.Option(help="rep_id,start,end: when people on call were called in.")
    ] = None,
    events: EventsOption = None,
    settings: SettingsOption = None,
    timezone: TimezoneOption = None,
) -> None:
    """Plan who is on call in which week, fairly, with a ledger of hours and comp time."""
    from ui.rotation_command import Asked
    from ui.rotation_command import rotation as run

    asked = Asked(team, absences, swaps, history, events, activations, settings)
    _finish(run(asked, start, weeks, out, timezone))


@app.command("around-the-clock")
def around_the_clock(
    source: Annotated[Path, typer.Argument(metavar="FORECAST", help="A forecast's CSV.")],
    team: Annotated[Path, typer.Option(help="team.csv")],
    out: OutFolder,
    absences: AbsencesOption = None,
    queue: Annotated[
        str | None, typer.Option(help="Name of the queue, where there are several.")
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Choose for a small team which hours are live, by phone, or get an automatic reply."""
    from ui.around_clock_command import around_the_clock as run

    _finish(run(source, out, team, absences, queue, settings))


@app.command()
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

    _finish(commands.plan(workspace, start, weeks, out))


@app.command()
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

    _finish(run(folder, weeks, seed, out))


@app.command()
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

    _finish(run(folder, paths, foresee, seed, out))


@app.command()
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
    _finish(run(folder, actuals, out, *asked))


@app.command()
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

    _finish(run(folder, Asked(actuals, day, forecast, activations, without or [], out)))


@app.command()
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

    _finish(run(folder, Asked(forecast, absences, top, out)))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan folder.")],
    formats: Annotated[
        str, typer.Option("--format", help="Formats joined by commas.")
    ] = "xlsx,csv,ics",
) -> None:
    """Write a plan's roster as files for people."""
    from ui import commands

    _finish(commands.export(folder, formats))


@app.command()
def ui(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open the app for a workspace in the browser."""
    from ui import commands

    _finish(commands.serve(workspace, port, browser=browser))


override = typer.Typer(
    no_args_is_help=True, help="Change the forecast of a workspace by hand, and say why."
)
app.add_typer(override, name="override")

WorkspaceOption = Annotated[Path, typer.Option("--workspace", help="A workspace.")]
WhoOption = Annotated[str, typer.Option(help="Who says so.")]
AtOption = Annotated[str | None, typer.Option(help="When it was said; default: now.")]


@override.command("add")
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
    _finish(add(workspace, asked))


@override.command("list")
def override_list(workspace: WorkspaceOption = Path()) -> None:
    """List the overrides, the earliest made first."""
    from ui.override_command import show

    _finish(show(workspace))


@override.command("switch")
def override_switch(
    override_id: Annotated[str, typer.Argument(metavar="ID", help="From override list.")],
    state: Annotated[str, typer.Argument(metavar="on|off")],
    who: WhoOption,
    at: AtOption = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Switch an override on or off; it is kept either way."""
    from ui.override_command import switch

    _finish(switch(workspace, override_id, state, who, at))


@app.command("value-added")
def value_added(
    workspace: Annotated[Path, typer.Argument(help="A workspace.")] = Path(),
    out: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
) -> None:
    """Tell whether models and overrides made the published forecasts better."""
    from ui.value_added_command import value_added as run

    _finish(run(workspace, out))


def _finish(status: int) -> None:
    raise typer.Exit(status)


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
