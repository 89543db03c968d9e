"""Shifts, and who works them."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from data.errors import InputError
from ui.command_line.options import (
    AbsencesOption,
    EventsOption,
    HistoryOption,
    OutFolder,
    PreferencesOption,
    SettingsOption,
    TeamFile,
    TimezoneOption,
    finish,
)

commands = typer.Typer()


@commands.command()
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

    finish(commands.shifts(source, out, team, absences, settings, target_per, forecast))


@commands.command()
def roster(
    out: OutFolder,
    team: Annotated[Path | None, typer.Option(help="team.csv")] = None,
    source: Annotated[
        Path | None, typer.Argument(metavar="SHIFTS", help="shifts.csv, from shifts.")
    ] = None,
    requirement: Annotated[
        Path | None, typer.Option(help="From require: choose shifts and people together.")
    ] = None,
    absences: AbsencesOption = None,
    preferences: PreferencesOption = None,
    settings: SettingsOption = None,
    history: HistoryOption = None,
    locked: Annotated[
        Path | None,
        typer.Option(help="roster.csv of which the locked rows are kept."),
    ] = None,
    instance: Annotated[
        Path | None, typer.Option(help="A published benchmark instance, instead of all others.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds for an instance; 600 when not stated.")
    ] = None,
) -> None:
    """Fill the shifts of a plan with named reps, or choose both for a requirement."""
    if instance is not None:
        from ui import instance_command

        others = (
            team,
            source,
            requirement,
            absences,
            preferences,
            settings,
            locked,
            *(history or ()),
        )
        instance_command.check_alone(time_limit, others)
        limit = time_limit or instance_command.TIME_LIMIT
        finish(instance_command.roster_instance(instance, limit, out))
    if time_limit is not None:
        raise InputError("--time-limit goes with --instance; [solver] has that of other rosters")
    from ui import roster_command

    people = roster_command.asked_for(team, absences, preferences, settings)
    asked = replace(people, history=tuple(history or ()), locked=locked)
    finish(roster_command.roster(source, requirement, asked, out))


@commands.command()
def rotation(
    team: TeamFile,
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
    finish(run(asked, start, weeks, out, timezone))


@commands.command("around-the-clock")
def around_the_clock(
    source: Annotated[Path, typer.Argument(metavar="FORECAST", help="A forecast's CSV.")],
    team: TeamFile,
    out: OutFolder,
    absences: AbsencesOption = None,
    queue: Annotated[
        str | None, typer.Option(help="Name of the queue, where there are several.")
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Choose for a small team which hours are live, by phone, or get an automatic reply."""
    from ui.around_clock_command import around_the_clock as run

    finish(run(source, out, team, absences, queue, settings))
