"""What ``staffcast value-added`` does."""

from pathlib import Path

import pandas as pd

from data.files import csv_text, write_all
from ui import terminal
from ui.options import keep_inputs
from ui.publishing import workspace_value_added
from ui.workspaces import kept_files, open_workspace

OK = 0
DECIMALS = dict.fromkeys(("wape_before", "wape", "ratio", "ratio_low", "ratio_high"), 4)


def value_added(folder: Path, out: Path | None) -> int:
    """Hold what a workspace has published against what came since."""
    workspace = open_workspace(folder)
    if out is not None:
        keep_inputs([out], *kept_files(workspace))
    table = workspace_value_added(workspace)
    if out is not None:
        write_all({out: csv_text(table, DECIMALS)})
    terminal.print_lines(_line(row) for _, row in table.iterrows())
    if table.empty:
        terminal.print_lines(["Nothing of what was published has come yet."])
    if out is not None:
        terminal.print_lines([f"Written: {out}"])
    return OK


def _line(row: pd.Series) -> str:
    """Say one step in words."""
    name = f"{row['unique_id']}, {row['step']}"
    if row["step"] == "override":
        name = f"{name} {row['override_id']} ({row['who']}: {row['why']})"
    if row["step"] == "naive":
        return f"{name}: WAPE {row['wape']:.1%} over {row['days']} days"
    return (
        f"{name}: WAPE {row['wape_before']:.1%} → {row['wape']:.1%} over {row['days']} days, "
        f"{row['verdict']}"
    )
