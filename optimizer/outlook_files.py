"""What shifts lead to, as a file: a row per queue and interval, times in the calendar's zone."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from data.clock import format_times
from data.files import read_number
from optimizer.interval_files import check_grid, read_column, read_interval_table, read_share
from optimizer.loss_function import EXPECTED_COLUMNS
from optimizer.shifts import Outlook, ShiftPlan
from optimizer.tier_prices import TierPrices

_DIGITS = 6


def outlook_table(plan: ShiftPlan) -> pd.DataFrame:
    """Return the rows of ``outlook.csv``.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval, sorted by both: ``unique_id, ds, called_for,
        p_activated, activated, p_short, short``; probabilities, and reps on average.
    """
    tables = [
        outlook.table.assign(
            unique_id=outlook.queue,
            ds=format_times(pd.DatetimeIndex(outlook.table["interval_start"]), plan.timezone),
        )
        for outlook in plan.outlook
    ]
    columns = ["unique_id", "ds", *EXPECTED_COLUMNS]
    return pd.concat(tables, ignore_index=True)[columns].round(_DIGITS)


def read_outlook(
    path: Path, timezone: str, interval_minutes: int, prices: Mapping[str, TierPrices]
) -> tuple[Outlook, ...]:
    """Read what `outlook_table` returned.

    Parameters
    ----------
    path
        The file.
    timezone, interval_minutes
        The calendar's zone and grid.
    prices
        By queue, at which its shifts were chosen.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used.
    """
    table = read_interval_table(path, EXPECTED_COLUMNS, timezone)
    check_grid(path, table, timezone, interval_minutes)
    for column in EXPECTED_COLUMNS:
        read = read_share if column.startswith("p_") else read_number
        table[column] = read_column(path, table, column, read)
    found = []
    for queue, rows in table.groupby("queue", sort=True):
        ordered = rows.sort_values("interval_start", ignore_index=True).drop(columns="queue")
        found.append(Outlook(str(queue), ordered, prices[str(queue)]))
    return tuple(found)
