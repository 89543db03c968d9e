"""Coverage: by interval as a table, and the net by day and hour as a heatmap over it.

Net, understaffing and overstaffing are formulas, and colours follow the numbers, so whoever changes
a count sees at once what it does.
"""

from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from data.clock import zone
from ui.exports.cells import escape_cell
from ui.exports.sheets import BEYOND, EVEN, HEADING_ROW, SHORT, Book
from ui.plan_folder import Plan

SHEET = "Coverage"
FIRST_ROW = HEADING_ROW + 1
HOURS = 24
COLUMNS = {
    "Queue": 16,
    "Start, local": 24,
    "Required primary": 10,
    "Required on call": 10,
    "Primary": 10,
    "On call": 10,
    "Net primary": 10,
    "Net of both": 10,
    "Under-staffing": 10,
    "Over-staffing": 10,
}
_COUNTS = ("required_primary", "required_on_call", "primary", "on_call")


def local_coverage(plan: Plan) -> pd.DataFrame:
    """Add wall time and net to the coverage.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval, sorted, with the columns of the coverage and ``start`` (wall
        time of the calendar, without zone), ``day``, ``hour``, ``net_primary``, ``net_both``, reps.
    """
    table = plan.coverage.sort_values(["queue", "interval_start"], ignore_index=True)
    start = pd.DatetimeIndex(table["interval_start"]).tz_convert(zone(plan.timezone))
    table["start"] = start.tz_localize(None)
    table["day"] = start.date
    table["hour"] = start.hour
    table["net_primary"] = table["primary"] - table["required_primary"]
    both = table["required_primary"] + table["required_on_call"]
    table["net_both"] = table["primary"] + table["on_call"] - both
    return table


def write_coverage(book: Book, sheet: Any, plan: Plan) -> None:
    """Write a row per queue and interval, with filters and frozen headings."""
    table = local_coverage(plan)
    book.head(sheet, list(COLUMNS), list(COLUMNS.values()))
    sheet.set_row(HEADING_ROW, 32)
    count, signed = book.format("count"), book.format("signed")
    for number, row in enumerate(table.to_dict("records"), start=FIRST_ROW):
        at = number + 1
        sheet.write_string(number, 0, escape_cell(row["queue"]), book.format("text"))
        sheet.write_datetime(number, 1, row["start"].to_pydatetime(), book.format("moment"))
        for column, name in enumerate(_COUNTS, start=2):
            sheet.write_number(number, column, row[name], count)
        formulas = {
            f"=E{at}-C{at}": (row["net_primary"], signed),
            f"=E{at}+F{at}-C{at}-D{at}": (row["net_both"], signed),
            f"=MAX(0,-G{at},-H{at})": (row["understaffing"], count),
            f"=MAX(0,E{at}-C{at}-D{at})": (row["overstaffing"], count),
        }
        for column, (formula, (value, style)) in enumerate(formulas.items(), start=6):
            sheet.write_formula(number, column, formula, style, value)
    end = FIRST_ROW + max(len(table), 1) - 1
    hours = plan.interval_minutes / 60
    for letter, name in (("I", "understaffing"), ("J", "overstaffing")):
        formula = f"=SUBTOTAL(109,{letter}{FIRST_ROW + 1}:{letter}{end + 1})*{hours:g}"
        total = table[name].sum() * hours
        sheet.write_formula(f"{letter}{HEADING_ROW}", formula, book.format("hours"), total)
    sheet.write_string(HEADING_ROW - 1, 7, "rep-hours", book.format("note"))
    sheet.autofilter(HEADING_ROW, 0, end, len(COLUMNS) - 1)
    sheet.freeze_panes(FIRST_ROW, 2)
    colour_net(sheet, FIRST_ROW, 6, end, 7, _reach(table))


def write_heatmap(book: Book, sheet: Any, plan: Plan) -> None:
    """Write the net of every queue by day and hour, as formulas over the table.

    A cell shows the worst interval of its hour; where neither anybody is required nor at work it
    is empty and grey, and so is an hour that a clock change skips.
    """
    table = local_coverage(plan)
    names = ["", *(f"{hour:02d}" for hour in range(HOURS)), "Under, hours", "Over, hours"]
    book.head(sheet, names, [16, *(4.3 for _ in range(HOURS)), 8, 8])
    sheet.set_row(HEADING_ROW, 32)
    row = FIRST_ROW
    reach = _reach(table)
    for queue, rows in table.groupby("queue", sort=True):
        hours = _worst_of_hours(rows)
        for net, title in (("net_primary", "primary"), ("net_both", "both tiers")):
            heading = f"{queue}: {title} − required"
            sheet.write_string(row, 0, escape_cell(heading), book.format("bold"))
            row += 1
            first = row
            for _, of_day in rows.groupby("day", sort=True):
                _write_day(book, sheet, row, of_day["day"].iloc[0], hours, net)
                if net == "net_both":
                    _write_sums(book, sheet, row, of_day, plan.interval_minutes / 60)
                row += 1
            blank = {"type": "blanks", "format": book.format("closed"), "stop_if_true": True}
            sheet.conditional_format(first, 1, row - 1, HOURS, blank)
            colour_net(sheet, first, 1, row - 1, HOURS, reach)
            row += 1
    sheet.freeze_panes(FIRST_ROW, 1)


def colour_net(sheet: Any, first: int, left: int, last: int, right: int, reach: float) -> None:
    """Colour numbers from red, short, over pale, even, to blue, beyond; live."""
    sheet.conditional_format(
        first,
        left,
        last,
        right,
        {
            "type": "3_color_scale",
            "min_type": "num",
            "mid_type": "num",
            "max_type": "num",
            "min_value": -reach,
            "mid_value": 0,
            "max_value": reach,
            "min_color": SHORT,
            "mid_color": EVEN,
            "max_color": BEYOND,
        },
    )


def _worst_of_hours(rows: pd.DataFrame) -> dict[tuple[date, int], dict[str, int]]:
    """Return for each day and hour the sheet's first and last row, the least nets, and all counts.

    Sorted by instant, the intervals of an hour are neighbours, also when it comes twice.
    """
    counts = rows[list(_COUNTS)].sum(axis=1)
    hours = (
        rows.assign(at=rows.index + FIRST_ROW + 1, counts=counts)
        .groupby(["day", "hour"])
        .agg(
            first=("at", "first"),
            last=("at", "last"),
            net_primary=("net_primary", "min"),
            net_both=("net_both", "min"),
            counts=("counts", "sum"),
        )
    )
    return cast(dict[tuple[date, int], dict[str, int]], hours.to_dict("index"))


def _write_day(
    book: Book,
    sheet: Any,
    row: int,
    day: date,
    hours: dict[tuple[date, int], dict[str, int]],
    net: str,
) -> None:
    sheet.write_string(row, 0, f"{day:%a} {day.day} {day:%b}", book.format("text"))
    column = "G" if net == "net_primary" else "H"
    for hour in range(HOURS):
        if (day, hour) not in hours:
            sheet.write_blank(row, hour + 1, None, book.format("net"))
            continue
        of_hour = hours[day, hour]
        first, last = of_hour["first"], of_hour["last"]
        worst = f"MIN({SHEET}!{column}{first}:{column}{last})"
        formula = f'=IF(SUM({SHEET}!C{first}:F{last})=0,"",{worst})'
        value = of_hour[net] if of_hour["counts"] else ""
        sheet.write_formula(row, hour + 1, formula, book.format("net"), value)


def _write_sums(book: Book, sheet: Any, row: int, of_day: pd.DataFrame, hours: float) -> None:
    first, last = of_day.index[0] + FIRST_ROW + 1, of_day.index[-1] + FIRST_ROW + 1
    for offset, (column, name) in enumerate((("I", "understaffing"), ("J", "overstaffing"))):
        formula = f"=SUM({SHEET}!{column}{first}:{column}{last})*{hours:g}"
        value = of_day[name].sum() * hours
        sheet.write_formula(row, HOURS + 1 + offset, formula, book.format("hours"), value)


def _reach(table: pd.DataFrame) -> float:
    """Return the net at which colours are full: the largest, but at least 3 reps."""
    nets = np.abs(table[["net_primary", "net_both"]].to_numpy(dtype=float))
    return float(max(3.0, nets.max(initial=0.0)))
