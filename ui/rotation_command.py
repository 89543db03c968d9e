"""What ``staffcast rotation`` does: plan who is on call in which week."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from data.errors import InputError
from data.files import csv_text, write_all
from data.week import DAYS
from forecast.closures import holiday_events
from forecast.events import read_events
from optimizer.plan_rotation import plan_rotation
from optimizer.rotation import Rotation
from optimizer.rotation_files import read_activations, read_rotation, read_swaps, rotation_table
from optimizer.rotation_ledger import ledger_table
from optimizer.rotation_weeks import RotationWeeks
from optimizer.team_files import read_team
from ui import terminal
from ui.exports.rotation_calendars import rotation_calendars
from ui.options import day_of, keep_inputs, settings_of, zone_of
from ui.plan_report import report_text
from ui.rotation_lines import ledger_view, next_lines, promise_line, strip_lines
from ui.settings import SETTINGS_FILE, Settings

OK, NO_PLAN = 0, 1


@dataclass(frozen=True)
class Asked:
    """The files that a rotation is made from, as the command line names them."""

    team: Path
    absences: Path | None = None
    swaps: Path | None = None
    history: Path | None = None
    events: Path | None = None
    activations: Path | None = None
    settings: Path | None = None


def rotation(asked: Asked, start: str, weeks: int, out: Path, timezone: str | None) -> int:
    """Plan a rotation, and write it with its ledger and calendars."""
    results = [out / "rotation.csv", out / "ledger.csv", out / "report.json"]
    keep_inputs(
        results, asked.team, asked.absences, asked.swaps, asked.history, asked.activations,
        asked.events, asked.settings,
    )  # fmt: skip
    known = settings_of(asked.settings) or Settings()
    zone_name = zone_of(timezone, known)
    horizon = _horizon(start, weeks, known, zone_name)
    team = read_team(asked.team, asked.absences, timezone=zone_name)
    history = read_rotation(asked.history, timezone=zone_name) if asked.history else ()
    swaps = read_swaps(asked.swaps) if asked.swaps else ()
    called = read_activations(asked.activations, timezone=zone_name) if asked.activations else ()
    holidays = _holidays(
        known, asked.events, history[0].week if history else horizon.first, horizon
    )
    with terminal.progress_bar() as report:
        report("Plan the rotation", 0.0)
        made = plan_rotation(
            team, known.rotation, horizon, history=history, swaps=swaps, solver=known.solver
        )
    if not made.report.has_plan:
        terminal.print_lines([f"{made.report.status}: no rotation was found in the time given"])
        return NO_PLAN
    ledger = ledger_table(
        made,
        known.rotation,
        history=history,
        absences=team.absences,
        activations=called,
        holidays=holidays,
    )
    calendars = {out / name: content for name, content in rotation_calendars(made).items()}
    write_all(
        {
            out / "rotation.csv": csv_text(rotation_table(made.duties, zone_name)),
            out / "ledger.csv": csv_text(ledger),
            out / "report.json": report_text(_proof(made)),
            **calendars,
        }
    )
    terminal.print_lines([*strip_lines(made), ""])
    terminal.console().print(ledger_view(ledger))
    terminal.print_lines(["", promise_line(made), *next_lines(made), *made.notes])
    terminal.print_findings(made.findings)
    terminal.print_lines(
        [f"Written: {out / 'rotation.csv'}, ledger.csv, report.json and calendars/ beside it"]
    )
    return OK


def _horizon(start: str, weeks: int, known: Settings, timezone: str) -> RotationWeeks:
    first = cast(date, day_of(start))
    handover = DAYS.index(known.rotation.handover_day)
    if first.weekday() != handover:
        later = first + timedelta(days=(handover - first.weekday()) % 7)
        raise InputError(
            f"--start: found {first}, a {first:%A}; hand-over is on {later:%A}s: give {later}, or "
            "set handover_day in [rotation]"
        )
    return RotationWeeks(first, weeks, known.rotation.handover, timezone)


def _holidays(
    known: Settings, events: Path | None, earliest: date, horizon: RotationWeeks
) -> set[date]:
    """Return the public holidays of the calendar and of the events, for all queues."""
    last = horizon.names[-1] + timedelta(days=7)
    try:
        public = holiday_events(known.calendar, range(earliest.year, last.year + 1))
    except ValueError as error:
        raise InputError(f"{SETTINGS_FILE}, [calendar]: {error}") from error
    stated = read_events(events) if events else ()
    return {
        event.day for event in (*public, *stated) if event.kind == "holiday" and not event.queue
    }


def _proof(made: Rotation) -> dict[str, object]:
    return {
        **made.report.record(),
        "aims": {aim.aim: aim.report.record() for aim in made.aims},
        "weeks_between": made.weeks_between,
        "is_even": made.is_even,
        "notes": list(made.notes),
        "findings": [finding.sentence for finding in made.findings],
    }
