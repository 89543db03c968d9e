"""The workbook that the manager opens: roster grid, coverage, long list, settings."""

import io
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from optimizer.report import SolveReport
from optimizer.roster import Roster
from ui.exports.cells import escape_cell
from ui.exports.coverage_sheets import SHEET, write_coverage, write_heatmap
from ui.exports.roster_sheet import write_roster
from ui.exports.sheets import HEADING_ROW, Book, plan_line
from ui.exports.tables import long_table
from ui.plan_folder import Plan, plan_hash, staffcast_version

WORKBOOK_FILE = "roster.xlsx"
FIRST_ROW = HEADING_ROW + 1
_WIDEST = 48


def roster_xlsx(plan: Plan) -> bytes:
    """Render the workbook, the same bytes for the same plan.

    Sheets: *Roster*, rep × day in each rep's local time (*Shifts* without a team); *Net*, reps
    above or below what is required by day and hour; *Coverage*, the same by interval; *List*, a row
    per rep and shift; *Findings* of the audit; *Settings* with the plan's hash.
    """
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as workbook:
        workbook.set_properties(
            {
                "title": f"Roster {plan.plan_id}",
                "comments": f"Plan {plan_hash(plan)}",
                "created": datetime.fromtimestamp(plan.cutoff.timestamp(), tz=UTC),
            }
        )
        book = Book(workbook, plan)
        write_roster(book, plan)
        note = (
            f"Reps above (+) or below (−) what is required, hours of {plan.timezone}; grey: idle."
        )
        net = book.add("Net", "Net coverage by hour", f"{note} {plan_line(plan)}")
        write_heatmap(book, net, plan)
        note = "Counts can be changed; net, colours and sums follow."
        coverage = book.add(SHEET, f"Coverage by interval, time of {plan.timezone}", note)
        write_coverage(book, coverage, plan)
        _write_table(book, book.add("List", "Everybody's shifts"), long_table(plan))
        if plan.roster is not None:
            _write_findings(book, plan.roster)
        _write_settings(book, plan)
    return stream.getvalue()


def _write_table(book: Book, sheet: Any, table: pd.DataFrame) -> None:
    """Write a table of text and numbers with filters, frozen headings and fitting widths."""
    widths = [
        min(max([len(name), *(len(str(cell)) for cell in table[name])]) + 2, _WIDEST)
        for name in table.columns
    ]
    book.head(sheet, list(table.columns), widths)
    for number, cells in enumerate(table.itertuples(index=False), start=FIRST_ROW):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(number, column, escape_cell(cell), book.format("text"))
            else:
                sheet.write_number(number, column, cell, book.format("hours"))
    end = FIRST_ROW + max(len(table), 1) - 1
    sheet.autofilter(HEADING_ROW, 0, end, len(table.columns) - 1)
    sheet.freeze_panes(FIRST_ROW, 1)


def _write_findings(book: Book, roster: Roster) -> None:
    names = ["severity", "rule", "where", "amount", "sentence"]
    rows = [[getattr(finding, name) for name in names] for finding in roster.findings]
    note = "" if rows else "The audit found nothing."
    sheet = book.add("Findings", "What the audit found", note)
    _write_table(book, sheet, pd.DataFrame(rows, columns=names))


def _write_settings(book: Book, plan: Plan) -> None:
    sheet = book.add("Settings", "What the plan was made from", plan_line(plan))
    book.head(sheet, ["What", "Value"], [24, 110])
    number = FIRST_ROW
    for name, value in _facts(plan):
        sheet.write_string(number, 0, name, book.format("bold"))
        sheet.write_string(number, 1, escape_cell(value), book.format("text"))
        number += 1
    number += 1
    sheet.write_string(number, 0, "staffcast.toml", book.format("bold"))
    for line in plan.settings.splitlines():
        sheet.write_string(number, 1, escape_cell(line), book.format("code"))
        number += 1
    sheet.freeze_panes(FIRST_ROW, 0)


def _facts(plan: Plan) -> list[tuple[str, str]]:
    cutoff = plan.cutoff.tz_convert("UTC").isoformat(timespec="seconds")
    facts = [
        ("Plan", plan.plan_id),
        ("Hash of the plan", plan_hash(plan)),
        ("Made by", f"Staffcast {staffcast_version()}"),
        ("First day", plan.start.isoformat()),
        ("Weeks", str(plan.weeks)),
        ("Time zone", plan.timezone),
        ("Interval", f"{plan.interval_minutes} minutes"),
        ("Data until", cutoff),
        ("Shifts", _proof(plan.shift_plan.report)),
    ]
    if plan.roster is not None:
        facts.append(("Roster", _proof(plan.roster.report)))
    return facts + [("Note", note) for note in plan.notes]


def _proof(report: SolveReport) -> str:
    if report.objective is None:
        return str(report.status)
    gap = "gap not proven" if report.gap is None else f"gap {report.gap:.2%}"
    return f"{report.status}, cost {report.objective:,.2f}, {gap}"
