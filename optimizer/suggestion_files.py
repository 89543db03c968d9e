"""Suggestions in words and as a file."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd

from data.clock import format_times, zone
from optimizer.plan_changes import Kind
from optimizer.shifts import Shift
from optimizer.suggestions import Suggestion

Name = Callable[[str], str]
SUGGESTION_COLUMNS = (
    "unique_id",
    "action",
    "rep_id",
    "role",
    "start",
    "end",
    "new_role",
    "new_start",
    "new_end",
    "saves",
    "worst",
    "p_short_before",
    "p_short_after",
    "reason",
)
_VERBS: dict[Kind, str] = {
    "add": "Add",
    "drop": "Drop",
    "move": "Move",
    "lengthen": "Lengthen",
    "shorten": "Shorten",
    "to_on_call": "Put on call",
    "to_primary": "Make primary",
}
_SEEN = 0.005
"""A change of a probability that two decimals show."""


def suggestions_table(suggestions: Sequence[Suggestion], name: Name, timezone: str) -> pd.DataFrame:
    """Return the rows of a file of suggestions.

    Parameters
    ----------
    suggestions
        In their order.
    name
        Gives the name of a rep_id.
    timezone
        The calendar's zone, in which times are written.

    Returns
    -------
    pandas.DataFrame
        A row per suggestion: ``unique_id, action, rep_id, role, start, end, new_role, new_start,
        new_end, saves, worst, p_short_before, p_short_after, reason``. Of a shift that is added
        the first three of the shift are empty, of one that is dropped the new ones.
    """
    rows = []
    for one in suggestions:
        change = one.change
        rows.append(
            {
                "unique_id": change.queue,
                "action": change.kind,
                "rep_id": one.rep_id,
                **_cells(change.before, "", timezone),
                **_cells(change.after, "new_", timezone),
                "saves": round(change.saves, 4),
                "worst": _time(one.worst, timezone),
                "p_short_before": round(one.p_short_before, 4),
                "p_short_after": round(one.p_short_after, 4),
                "reason": sentence(one, name, timezone),
            }
        )
    return pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))


def sentence(one: Suggestion, name: Name, timezone: str) -> str:
    """Say what to change, what it saves and what it does to shortage."""
    change = one.change
    shift = change.before or change.after
    if shift is None:
        raise ValueError("A change has a shift.")
    local = zone(timezone)
    who = name(one.rep_id) if one.rep_id else "1"
    role = "primary" if shift.role == "primary" else "on call"
    said = f"{_VERBS[change.kind]} {who} {role} {_span(shift, timezone)} ({change.queue})"
    if change.kind == "add" and one.rep_id:
        said = f"Add 1 {role} {_span(shift, timezone)} ({change.queue}), which {who} could work"
    elif change.kind in ("move", "lengthen", "shorten") and change.after is not None:
        after = (moment.astimezone(local) for moment in (change.after.start, change.after.end))
        said += " to " + "-".join(f"{moment:%H:%M}" for moment in after)
    said += f": saves {change.saves:.1f} wages"
    moved = one.p_short_after - one.p_short_before
    if abs(moved) < _SEEN:
        return f"{said}; P(short) stays as it is."
    verb = "falls" if moved < 0 else "rises"
    return (
        f"{said}; P(short) at {one.worst.astimezone(local):%a %H:%M} {verb} from "
        f"{one.p_short_before:.2f} to {one.p_short_after:.2f}."
    )


def _span(shift: Shift, timezone: str) -> str:
    start, end = (moment.astimezone(zone(timezone)) for moment in (shift.start, shift.end))
    return f"{start:%a %d %H:%M}-{end:%H:%M}"


def _cells(shift: Shift | None, prefix: str, timezone: str) -> dict[str, str]:
    if shift is None:
        return dict.fromkeys((f"{prefix}role", f"{prefix}start", f"{prefix}end"), "")
    return {
        f"{prefix}role": shift.role,
        f"{prefix}start": _time(shift.start, timezone),
        f"{prefix}end": _time(shift.end, timezone),
    }


def _time(moment: datetime, timezone: str) -> str:
    return format_times(pd.DatetimeIndex([moment]), timezone)[0]
