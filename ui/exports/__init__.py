"""Files that a plan is handed on as: a workbook, a long table, a calendar for each rep."""

from collections.abc import Sequence

from data.errors import InputError
from ui.exports.calendars import calendar_files
from ui.exports.tables import LONG_TABLE_FILE, long_csv
from ui.exports.workbook import WORKBOOK_FILE, roster_xlsx
from ui.plan_folder import Plan

FORMATS = ("xlsx", "csv", "ics")


def export_plan(plan: Plan, formats: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """Render a plan in the formats asked for.

    A plan without a team has no rosters: its workbook, table and calendar show the shifts and how
    many reps each takes, and say so.

    Parameters
    ----------
    plan
        What to hand on.
    formats
        Of ``xlsx``, ``csv`` and ``ics``.

    Returns
    -------
    dict
        Content by path relative to the folder of exports, sorted by path.

    Raises
    ------
    InputError
        When a format is not known.
    """
    files: dict[str, bytes] = {}
    for name in formats:
        if name == "xlsx":
            files[WORKBOOK_FILE] = roster_xlsx(plan)
        elif name == "csv":
            files[LONG_TABLE_FILE] = long_csv(plan)
        elif name == "ics":
            files.update(calendar_files(plan))
        else:
            raise InputError(f"--format: found {name!r}; give one or more of {', '.join(FORMATS)}")
    return dict(sorted(files.items()))
