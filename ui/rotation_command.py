"""What ``staffcast rotation`` does: plan who is on call in which week."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from data.files import write_all
from forecast.events import read_events
from optimizer.plan_rotation import plan_rotation
from optimizer.rotation_files import read_activations, read_rotation, read_swaps
from optimizer.team_files import read_team
from ui import terminal
from ui.options import day_of, keep_inputs, settings_of, zone_of
from ui.rotation_lines import ledger_view, next_lines, promise_line, strip_lines
from ui.rotations import horizon_of, ledger_of, rotation_files
from ui.settings import Settings

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
    horizon = horizon_of(cast(date, day_of(start)), weeks, known, zone_name)
    team = read_team(asked.team, asked.absences, timezone=zone_name)
    history = read_rotation(asked.history, timezone=zone_name) if asked.history else ()
    swaps = read_swaps(asked.swaps) if asked.swaps else ()
    called = read_activations(asked.activations, timezone=zone_name) if asked.activations else ()
    stated = read_events(asked.events) if asked.events else ()
    with terminal.progress_bar() as report:
        report("Plan the rotation", 0.0)
        made = plan_rotation(
            team, known.rotation, horizon, history=history, swaps=swaps, solver=known.solver
        )
    if not made.report.has_plan:
        terminal.print_lines([f"{made.report.status}: no rotation was found in the time given"])
        return NO_PLAN
    ledger = ledger_of(made, known, team, history, called, stated)
    write_all({out / name: text for name, text in rotation_files(made, ledger).items()})
    terminal.print_lines([*strip_lines(made), ""])
    terminal.console().print(ledger_view(ledger))
    terminal.print_lines(["", promise_line(made), *next_lines(made), *made.notes])
    terminal.print_findings(made.findings)
    terminal.print_lines(
        [f"Written: {out / 'rotation.csv'}, ledger.csv, report.json and calendars/ beside it"]
    )
    return OK
