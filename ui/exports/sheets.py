"""What the sheets of the workbook share: formats, print setup, headings."""

from collections.abc import Sequence
from typing import Any

from data.clock import zone
from ui.exports.cells import escape_cell
from ui.plan_folder import Plan

# Red to blue, which colour-blind eyes tell apart; pale enough for black numbers.
SHORT, EVEN, BEYOND, CLOSED = "#E58368", "#F7F7F7", "#7FB2D5", "#D9D9D9"
PRIMARY, ON_CALL = "#CFE3F3", "#FBDCC4"
HEADING_ROW = 3

_FORMATS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#595959", "italic": True},
    "head": {
        "bold": True,
        "bg_color": "#33475B",
        "font_color": "white",
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "border": 1,
        "border_color": "#BFBFBF",
    },
    "text": {"valign": "vcenter"},
    "bold": {"bold": True, "valign": "vcenter"},
    "code": {"font_name": "Courier New", "font_size": 9},
    "grid": {
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "border_color": "#BFBFBF",
    },
    "count": {"num_format": "0", "align": "center"},
    "hours": {"num_format": "0.0#", "align": "center", "valign": "vcenter"},
    "moment": {"num_format": "ddd dd mmm yyyy hh:mm", "align": "left"},
    "signed": {"num_format": "+0;-0;0", "align": "center"},
    "net": {
        "num_format": "+0;-0;0",
        "align": "center",
        "border": 1,
        "border_color": "white",
    },
    "closed": {"bg_color": CLOSED},
    "primary": {"bg_color": PRIMARY},
    "on_call": {"bg_color": ON_CALL},
    "short": {"bg_color": SHORT},
}


class Book:
    """A workbook of XlsxWriter and the formats that its sheets share.

    Parameters
    ----------
    workbook
        The ``xlsxwriter.Workbook`` that is being written.
    plan
        Whose name and cutoff stand at the foot of every page.
    """

    def __init__(self, workbook: Any, plan: Plan) -> None:
        self._workbook = workbook
        self._footer = plan_line(plan).replace("&", "&&")
        self._formats: dict[str, Any] = {}

    def format(self, name: str) -> Any:
        """Return a format by name, made on first use."""
        if name not in self._formats:
            self._formats[name] = self._workbook.add_format(_FORMATS[name])
        return self._formats[name]

    def add(self, name: str, title: str, note: str = "") -> Any:
        """Add a sheet with a title, set up to print on landscape A4, one page wide."""
        sheet = self._workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{self._footer[:200]}&R&8&P / &N")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, escape_cell(title), self.format("title"))
        sheet.write_string(1, 0, escape_cell(note), self.format("note"))
        return sheet

    def head(self, sheet: Any, names: Sequence[str], widths: Sequence[float]) -> None:
        """Write the row of headings, set the columns' widths and repeat the row in print."""
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.write_string(HEADING_ROW, column, escape_cell(name), self.format("head"))
            sheet.set_column(column, column, width)
        sheet.repeat_rows(HEADING_ROW)


def plan_line(plan: Plan) -> str:
    """Say which plan this is and what it knew."""
    cutoff = plan.cutoff.tz_convert(zone(plan.timezone))
    return f"Plan {plan.plan_id} · data until {cutoff:%a %d %b %Y %H:%M} {plan.timezone}"
