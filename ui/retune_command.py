"""What ``staffcast retune`` does: say of a day whom to call in and who may leave early."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from data.clock import midnight, zone
from data.errors import InputError
from data.files import csv_text, write_all
from forecast.actuals import read_actuals
from forecast.update_file import update_path
from optimizer.retuning_files import advice_table
from optimizer.rotation_files import read_activations
from ui import terminal
from ui.options import keep_inputs
from ui.plan_folder import FORECAST, SETTINGS, Plan, read_plan
from ui.retuning import RetunedPlan, came, crew_of, plan_days, read_forecasts, retune_plan
from ui.settings import Settings, parse_settings
from ui.updating import updated


@dataclass(frozen=True)
class Asked:
    """What a command line names beside the plan."""

    actuals: Path | None
    day: str | None
    forecast: Path | None
    activations: Path | None
    without: Sequence[str]
    out: Path | None


def retune(folder: Path, asked: Asked) -> int:
    """Advise what to change of a plan on the day."""
    if (asked.actuals is None) == (asked.day is None):
        raise InputError("retune: give --actuals of today, or --day for a day ahead; one of them")
    source = asked.forecast or folder / FORECAST
    if asked.out is not None:
        inputs = (asked.actuals, asked.activations, source, update_path(source))
        keep_inputs([asked.out], *inputs, *folder.glob("*"))
    made = read_plan(folder)
    settings = parse_settings(made.settings, str(folder / SETTINGS))
    with terminal.progress_bar() as report:
        report("Hold the plan against what is known now", 0.0)
        found, notes = _retuned(made, settings, folder, source, asked)
    table = advice_table(found.queues, found.crew, made.timezone)
    _print(table, found, made)
    terminal.warn(notes)
    if asked.out is not None:
        write_all({asked.out: csv_text(table)})
        terminal.print_lines([f"Written: {asked.out}"])
    return 0


def _retuned(
    made: Plan, settings: Settings, folder: Path, source: Path, asked: Asked
) -> tuple[RetunedPlan, tuple[str, ...]]:
    called = (
        read_activations(asked.activations, timezone=made.timezone) if asked.activations else ()
    )
    crew = crew_of(made, settings, called, asked.without)
    own = read_forecasts(folder / FORECAST, settings)
    known = own if asked.forecast is None else read_forecasts(source, settings)
    if asked.actuals is None:
        begin = midnight(_day(asked.day or "", made), made.timezone)
        return retune_plan(made, settings, own, known, known, begin, crew), ()
    actuals, _ = read_actuals(asked.actuals, known)
    rest, notes = updated(known, asked.actuals, source)
    begin = rest[0].cutoff
    before = came(known, actuals)
    return retune_plan(made, settings, own, rest, before, begin, crew), notes


def _day(text: str, made: Plan) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--day: found {text!r}; give a day such as 2026-12-02") from None
    first, last = plan_days(made)
    if not first <= day <= last:
        raise InputError(f"--day: found {day}; the plan is of {first} to {last}")
    return day


def _print(table: pd.DataFrame, found: RetunedPlan, made: Plan) -> None:
    """Print the advice as a table, then why, then what could not be advised."""
    if len(table):
        shown = Table(title=_title(found, made), title_justify="left", box=None, padding=(0, 1))
        for name, side in _COLUMNS.items():
            shown.add_column(name, justify="right" if side else "left")
        for row in table.to_dict("records"):
            shown.add_row(*_cells(row, found))
        terminal.console().print(shown)
        terminal.print_lines(["", *table["reason"]])
    else:
        terminal.print_lines([f"{_title(found, made)}: nothing to change."])
    for each in found.queues:
        if any(one.action != "release" for one in each.advice):
            terminal.print_lines(
                [
                    f"Queue {each.queue}: shortage and calls are expected to cost "
                    f"{each.cost_after:.1f} wages, {each.cost_before:.1f} if calls wait until the "
                    "need shows."
                ]
            )
    terminal.print_lines(found.notes)


_WORDS = {"call_in": "call in", "stay_on": "keep on", "release": "let go early"}
_COLUMNS = {
    "do": False,
    "queue": False,
    "who": False,
    "from": False,
    "to": False,
    "saves": True,
    "P short": True,
}


def _cells(row: dict[Hashable, Any], found: RetunedPlan) -> list[str]:
    rep_id, reps = str(row["rep_id"]), row["reps"]
    who = found.crew.name(rep_id) if rep_id else f"{reps} on call"
    if not rep_id and row["action"] == "release":
        who = f"{reps} primary"
    return [
        _WORDS[row["action"]],
        str(row["unique_id"]),
        who,
        *(str(row[name])[11:16] for name in ("start", "end")),
        f"{row['saves']:.1f}",
        f"{row['p_short_before']:.2f} to {row['p_short_after']:.2f}",
    ]


def _title(found: RetunedPlan, made: Plan) -> str:
    begin, end = (moment.tz_convert(zone(made.timezone)) for moment in (found.begin, found.end))
    # A day's shifts may end on the next one.
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{end:%A %H:%M}"
    return f"{begin:%A %d %B, %H:%M} to {until}, {made.timezone}"
