"""The grid: rep × day, or shift × day when nobody is named."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from optimizer.roster import Assignment, Roster
from optimizer.shifts import ROLES, Shift, StaffedShift
from optimizer.staff import Rep, Team
from ui.exports.cells import ROLE_LETTERS, escape_cell, local, wall_span
from ui.exports.sheets import HEADING_ROW, Book, plan_line
from ui.plan_folder import Plan

FIRST_ROW = HEADING_ROW + 1


@dataclass
class _Row:
    """A row of the grid: what it is, what stands on each day, and its sums in hours."""

    labels: tuple[str, ...]
    totals: tuple[float, ...] = ()
    days: dict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[date, int] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Most lines that a cell of the row has."""
        return max((len(lines) for lines in self.days.values()), default=1)


def write_roster(book: Book, plan: Plan) -> None:
    """Add the sheet *Roster*, or *Shifts* for a plan without a team."""
    if plan.roster is None or plan.team is None:
        _write_shifts(book, plan)
    else:
        _write_reps(book, plan, plan.roster, plan.team)


def shift_text(shift: Shift, timezone: str, with_queue: bool) -> str:
    """Write a shift for a cell: ``09–17 P``, after its queue where there are several."""
    span = f"{wall_span(shift.start, shift.end, timezone)} {ROLE_LETTERS[shift.role]}"
    return f"{shift.queue} {span}" if with_queue else span


def _write_reps(book: Book, plan: Plan, roster: Roster, team: Team) -> None:
    note = f"In each rep's own time. P primary, C on call. {plan_line(plan)}"
    sheet = book.add("Roster", f"Roster, {_period(plan)}", note)
    with_queue = len({staffed.shift.queue for staffed in plan.shift_plan.shifts}) > 1
    rows = {rep.rep_id: _rep_row(rep, roster.assignments) for rep in team.reps}
    for assignment in roster.assignments:
        row, shift = rows[assignment.rep_id], assignment.shift
        timezone = row.labels[1]
        day = local(shift.start, timezone).date()
        row.days[day].append(shift_text(shift, timezone, with_queue))
    missing = _Row(("Nobody yet", plan.timezone, ""))
    for staffed in roster.unfilled:
        day = local(staffed.shift.start, plan.timezone).date()
        text = shift_text(staffed.shift, plan.timezone, with_queue)
        missing.days[day].append(f"{staffed.reps} × {text}")
    days = _days(plan, (day for row in (*rows.values(), missing) for day in row.days))
    labels = {"Rep": 22, "Zone": 17, "Contract\nhours/week": 12}
    lines = [
        line for row in (*rows.values(), missing) for cell in row.days.values() for line in cell
    ]
    width = max([10, *(len(line) + 2 for line in lines)])
    last = _write_grid(
        book, sheet, labels, days, width, ("Primary\nhours", "On-call\nhours"), rows.values()
    )
    if missing.days:
        _write_cells(book, sheet, last + 2, missing, days)
        area = (last + 2, 0, last + 2, len(labels) + len(days) - 1)
        sheet.conditional_format(
            *area, {"type": "no_blanks", "format": book.format("short"), "stop_if_true": True}
        )


def _rep_row(rep: Rep, assignments: Sequence[Assignment]) -> _Row:
    contract = f"{rep.contract.min_hours:g}–{rep.contract.max_hours:g}"
    hours = dict.fromkeys(ROLES, 0.0)
    for assignment in assignments:
        if assignment.rep_id == rep.rep_id:
            hours[assignment.shift.role] += assignment.shift.hours
    return _Row((rep.name or rep.rep_id, rep.timezone, contract), tuple(hours.values()))


def _write_shifts(book: Book, plan: Plan) -> None:
    note = (
        f"No team was given: reps per shift, nobody named. Time of {plan.timezone}. "
        f"{plan_line(plan)}"
    )
    sheet = book.add("Shifts", f"Shifts, {_period(plan)}", note)
    rows: dict[tuple[str, ...], _Row] = {}
    for staffed in sorted(plan.shift_plan.shifts, key=lambda staffed: _shift_key(staffed, plan)):
        shift = staffed.shift
        labels = (
            shift.queue,
            shift.site,
            f"{wall_span(shift.start, shift.end, plan.timezone)} {ROLE_LETTERS[shift.role]}",
        )
        row = rows.setdefault(labels, _Row(labels, (0.0,)))
        day = local(shift.start, plan.timezone).date()
        row.counts[day] = row.counts.get(day, 0) + staffed.reps
        row.totals = (row.totals[0] + staffed.reps * shift.hours,)
    days = _days(plan, (day for row in rows.values() for day in row.counts))
    labels_widths = {"Queue": 18, "Site": 14, "Shift": 12}
    _write_grid(book, sheet, labels_widths, days, 8, ("Rep-\nhours",), rows.values())


def _shift_key(staffed: StaffedShift, plan: Plan) -> tuple[str, str, int, str, float]:
    shift = staffed.shift
    start = local(shift.start, plan.timezone)
    return shift.queue, shift.site, ROLES.index(shift.role), f"{start:%H:%M}", shift.hours


def _write_grid(
    book: Book,
    sheet: Any,
    labels: dict[str, int],
    days: Sequence[date],
    day_width: int,
    totals: Sequence[str],
    rows: Iterable[_Row],
) -> int:
    """Write headings, rows and sums that follow when a person changes them; return the sums' row.

    Colours follow the letter at a cell's end, so they also follow a change by hand.
    """
    names = [*labels, *(f"{day:%a}\n{day.day} {day:%b}" for day in days), *totals]
    rows = list(rows)
    book.head(sheet, names, [*labels.values(), *(day_width for _ in days), *(9 for _ in totals)])
    sheet.set_row(HEADING_ROW, 32)
    for number, row in enumerate(rows, start=FIRST_ROW):
        _write_cells(book, sheet, number, row, days)
    last = FIRST_ROW + len(rows)
    sheet.write_string(last, 0, "Sum", book.format("bold"))
    for position in range(len(totals)):
        column = len(labels) + len(days) + position
        letters = _column_letters(column)
        formula = f"=SUM({letters}{FIRST_ROW + 1}:{letters}{last})"
        value = sum(row.totals[position] for row in rows)
        sheet.write_formula(last, column, formula, book.format("hours"), value)
    _colour(book, sheet, last, len(labels), len(labels) + len(days) - 1)
    sheet.freeze_panes(FIRST_ROW, 1)
    return last


def _write_cells(book: Book, sheet: Any, number: int, row: _Row, days: Sequence[date]) -> None:
    for column, label in enumerate(row.labels):
        sheet.write_string(number, column, escape_cell(label), book.format("text"))
    for column, day in enumerate(days, start=len(row.labels)):
        if day in row.counts:
            sheet.write_number(number, column, row.counts[day], book.format("grid"))
        else:
            text = escape_cell("\n".join(row.days.get(day, ())))
            sheet.write(number, column, text or None, book.format("grid"))
    for column, hours in enumerate(row.totals, start=len(row.labels) + len(days)):
        sheet.write_number(number, column, hours, book.format("hours"))
    sheet.set_row(number, 16 * max(row.height, 1) + 4)


def _colour(book: Book, sheet: Any, end: int, first_column: int, last_column: int) -> None:
    """Colour rows by role, live: the grid's cells by their own letter, counts by their shift's."""
    if end == FIRST_ROW:
        return
    area = (FIRST_ROW, first_column, end - 1, last_column)
    cell = f"{_column_letters(first_column)}{FIRST_ROW + 1}"
    shift = f"${_column_letters(first_column - 1)}{FIRST_ROW + 1}"
    for role in ROLES:
        ending = f'" {ROLE_LETTERS[role]}"'
        formula = (
            f'=AND({cell}<>"",OR(RIGHT({cell},2)={ending},'
            f"AND(ISNUMBER({cell}),RIGHT({shift},2)={ending})))"
        )
        sheet.conditional_format(
            *area, {"type": "formula", "criteria": formula, "format": book.format(role)}
        )


def _days(plan: Plan, used: Iterable[date]) -> list[date]:
    """Return the days of the plan, and those beside it that a rep's own time reaches."""
    span = [plan.start, plan.start + timedelta(days=7 * plan.weeks - 1), *used]
    first, last = min(span), max(span)
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _period(plan: Plan) -> str:
    last = plan.start + timedelta(days=7 * plan.weeks - 1)
    return f"{plan.start.day} {plan.start:%b} to {last.day} {last:%b %Y}"


def _column_letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
