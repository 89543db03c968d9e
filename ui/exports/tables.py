"""The long table: a row for every rep on every shift, for other tools to read."""

import pandas as pd

from data.files import csv_text
from optimizer.shifts import Shift
from optimizer.staff import Rep
from ui.exports.cells import escape_table, local
from ui.plan_folder import Plan

LONG_TABLE_FILE = "roster_long.csv"
ROSTER_COLUMNS = (
    "plan_id",
    "rep_id",
    "email",
    "queue",
    "site",
    "role",
    "start_utc",
    "end_utc",
    "start_local",
    "end_local",
    "timezone",
    "locked",
    "reason",
)
SHIFT_COLUMNS = (
    "plan_id",
    "queue",
    "site",
    "role",
    "reps",
    "start_utc",
    "end_utc",
    "start_local",
    "end_local",
    "timezone",
)


def long_table(plan: Plan) -> pd.DataFrame:
    """Lay a plan out as a table of text.

    Returns
    -------
    pandas.DataFrame
        With a roster a row per assignment, by rep and start, columns `ROSTER_COLUMNS`, local times
        and site of the rep. Without one a row per shift, columns `SHIFT_COLUMNS`, local times of
        the calendar. Times are ISO 8601 with their offset.
    """
    if plan.roster is None or plan.team is None:
        rows = [
            {
                "plan_id": plan.plan_id,
                "reps": str(staffed.reps),
                **_shift_cells(staffed.shift, plan.timezone),
            }
            for staffed in plan.shift_plan.shifts
        ]
        return pd.DataFrame(rows, columns=list(SHIFT_COLUMNS))
    reps = {rep.rep_id: rep for rep in plan.team.reps}
    rows = [
        {
            **_shift_cells(assignment.shift, reps[assignment.rep_id].timezone),
            **_rep_cells(reps[assignment.rep_id], assignment.shift),
            "plan_id": plan.plan_id,
            "locked": "yes" if assignment.locked else "no",
            "reason": assignment.reason,
        }
        for assignment in plan.roster.assignments
    ]
    return pd.DataFrame(rows, columns=list(ROSTER_COLUMNS))


def long_csv(plan: Plan) -> bytes:
    """Render the long table as CSV, with cells that look like formulas escaped."""
    return csv_text(escape_table(long_table(plan))).encode()


def _shift_cells(shift: Shift, timezone: str) -> dict[str, str]:
    return {
        "queue": shift.queue,
        "site": shift.site,
        "role": shift.role,
        "start_utc": local(shift.start, "UTC").isoformat(timespec="seconds"),
        "end_utc": local(shift.end, "UTC").isoformat(timespec="seconds"),
        "start_local": local(shift.start, timezone).isoformat(timespec="seconds"),
        "end_local": local(shift.end, timezone).isoformat(timespec="seconds"),
        "timezone": timezone,
    }


def _rep_cells(rep: Rep, shift: Shift) -> dict[str, str]:
    return {"rep_id": rep.rep_id, "email": rep.email, "site": rep.site or shift.site}
