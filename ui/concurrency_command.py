"""What ``staffcast concurrency`` does: how many conversations at once pay, and what they give."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.table import Table
from rich.text import Text

from data.errors import InputError
from data.files import csv_text, write_all
from optimizer.planned_volume import MOST_VOLUME
from ui import terminal, workflow
from ui.advising import (
    Advice,
    advise,
    busiest,
    contrast,
    curve_table,
    leavers,
    pace_lines,
    recommendation,
    translation_lines,
)
from ui.options import keep_inputs
from ui.periods import next_period
from ui.sums import moment
from ui.workspaces import Workspace, kept_files, open_workspace, read_workspace_history

OK = 0
# The one that planners trust, and it is there at once.
MODEL = "average_8_weeks"


@dataclass(frozen=True)
class _Busy:
    """Contacts/hour of a queue, and which hour that is."""

    contacts_per_hour: float
    when: str


def concurrency(
    folder: Path, queue: str | None, volume: float | None, share: float, out: Path | None
) -> int:
    """Advise on conversations at once, for every queue of a workspace."""
    workspace = open_workspace(folder)
    queues = workspace.settings.queues
    if out is not None:
        keep_inputs([out], *kept_files(workspace))
    if queue is not None and queue not in queues:
        raise InputError(f"--queue: found {queue!r}; the settings name {', '.join(queues)}")
    _check_options(volume, share)
    wanted = [queue] if queue is not None else list(queues)
    if volume is None:
        busy = _busiest_hours(workspace, wanted)
    else:
        busy = dict.fromkeys(wanted, _Busy(volume, "as given"))
    advices = {name: advise(name, queues, hour.contacts_per_hour) for name, hour in busy.items()}
    if out is not None:
        write_all({out: csv_text(curve_table(list(advices.values())))})
    for name, advice in advices.items():
        _show(advice, busy[name].when, share)
    silent = [name for name in wanted if name not in busy]
    terminal.print_lines(f"{name}: no contacts are expected." for name in silent)
    if out is not None:
        terminal.print_lines([f"Written: {out}"])
    return OK


def _check_options(volume: float | None, share: float) -> None:
    if volume is not None and not 0 < volume <= MOST_VOLUME:
        raise InputError(
            f"--volume: found {volume:g}; give contacts an hour, above 0 and at most "
            f"{MOST_VOLUME:g}"
        )
    if not 0 < share <= 1:
        raise InputError(f"--share: found {share:g}; give a share above 0 and at most 1")


def _busiest_hours(workspace: Workspace, wanted: list[str]) -> dict[str, _Busy]:
    """Find the busiest interval of the coming week by the average of the last weeks."""
    calendar = workspace.settings.calendar
    read = read_workspace_history(workspace)
    cutoff = max(history.cutoff for history in read.histories)
    period = next_period(cutoff, calendar.timezone, None, 1)
    known = [history for history in read.histories if history.queue in wanted]
    made = workflow.forecast_period(known, period, MODEL, likeness=read.likeness) if known else ()
    found = {}
    for forecast in made:
        rows = pd.DataFrame({"volume": forecast.quantile(0.5)}).reset_index()
        start, contacts = busiest(rows, calendar.interval_minutes)
        if contacts > 0:
            local = moment(start, calendar.timezone)
            found[forecast.queue] = _Busy(contacts, f"{local}, the busiest of the week")
    return {name: found[name] for name in wanted if name in found}


def _show(advice: Advice, when: str, share: float) -> None:
    out = terminal.console()
    out.print(Text(advice.queue, style="bold"))
    said = [recommendation(advice, when), leavers(advice), contrast(advice)]
    terminal.print_lines(line for line in said if line)
    if advice.concurrency is not None:
        out.print(_curve(advice))
    if advice.levels is not None:
        out.print(_levels(advice.levels))
    terminal.print_lines([*translation_lines(advice), *pace_lines(advice, share), ""])


def _curve(advice: Advice) -> Table:
    """Lay out the reps on duty by conversations at once, one column each."""
    found = advice.concurrency
    table = Table(title="Reps on duty, by conversations at once", title_justify="left", box=None)
    if found is None:
        return table
    table.add_column("")
    best = found.recommended(found.clock)
    for count in found.curve["concurrency"]:
        table.add_column(f"{count}*" if count == best else str(count), justify="right")
    for clock, name in (("pick_up", "for pick-up"), ("first_reply", "for the first reply")):
        cells = ("" if pd.isna(reps) else f"{reps:.0f}" for reps in found.curve[clock])
        table.add_row(name, *cells)
    return table


def _levels(levels: pd.DataFrame) -> Table:
    table = Table(title="What a rep completes", title_justify="left", box=None)
    for name in ("at once", "an hour", "minutes each", "hands busy"):
        table.add_column(name, justify="right")
    for row in _level_rows(levels):
        table.add_row(*row)
    return table


def _level_rows(levels: pd.DataFrame) -> Iterator[tuple[str, str, str, str]]:
    for row in levels.itertuples():
        yield (
            str(row.level),
            f"{row.conversations_per_hour:.2f}",
            f"{row.minutes:.1f}",
            f"{row.hands_busy:.0%}",
        )
