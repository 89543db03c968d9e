"""What ``staffcast explain`` does: say of a day why hours missed their target."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.conversations import Conversations
from data.errors import InputError
from data.files import csv_text, write_all
from ui import terminal
from ui.explaining import explain_plan, read_actuals
from ui.explanation_lines import day_lines, explanation_table
from ui.options import check_year, keep_inputs, mapping_of
from ui.plan_folder import read_plan
from ui.settings import parse_settings


def run(
    folder: Path,
    actuals: Sequence[Path],
    out: Path,
    day: str | None,
    staff: Path | None,
    runs: int | None,
    seed: int,
    columns: Sequence[str],
) -> int:
    """Explain a day of a plan by what came."""
    keep_inputs([out], *actuals, staff, *folder.glob("*"))
    made = read_plan(folder)
    settings = parse_settings(made.settings, str(folder / "settings.toml"))
    with terminal.progress_bar() as report:
        report("Read what came", 0.0)
        read = read_actuals(actuals, made, mapping_of(columns))
        explained = explain_plan(made, settings, read, _day(day), staff, runs, seed, report)
    write_all({out: csv_text(explanation_table(explained.queues, made.timezone))})
    if isinstance(read.came, Conversations):
        terminal.warn(repair.sentence for repair in read.came.repairs)
    terminal.warn(explained.notes)
    for queue in explained.queues:
        terminal.print_lines([*day_lines(queue, made.timezone), ""])
    terminal.print_lines([f"Written: {out}"])
    return 0


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--date: found {text!r}; give a day such as 2026-11-21") from None
    check_year(day, "--date")
    return day
