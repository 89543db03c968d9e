"""What ``staffcast worth`` does."""

from pathlib import Path

from rich.table import Table

from data.files import csv_text, write_all
from ui import terminal
from ui.options import keep_inputs
from ui.plan_folder import read_plan, write_exports
from ui.weighing import shown_table, value_lines, weigh_plan

OK = 0
VALUE = "value.csv"


def worth(folder: Path, paths: int, foreseen: int, seed: int, out: Path | None) -> int:
    """Weigh a plan, and others of the same forecast, on fresh paths."""
    if out is not None:
        keep_inputs([out], *folder.glob("*"))
    made = read_plan(folder)
    with terminal.progress_bar() as report:
        value = weigh_plan(folder, made, paths, foreseen, seed, report)
    text = csv_text(value.table.round(6))
    if out is None:
        (out,) = write_exports(folder, {VALUE: text.encode()})
    else:
        write_all({out: text})
    shown = shown_table(value)
    table = Table(
        title="A week, by plan: rep-hours short and called in, costs in currency",
        title_justify="left",
        box=None,
    )
    for place, name in enumerate(shown.columns):
        table.add_column(str(name), justify="right" if place else "left")
    for row in shown.itertuples(index=False):
        table.add_row(*map(str, row))
    terminal.console().print(table)
    terminal.print_lines([*value_lines(value), f"Written: {out}"])
    return OK
