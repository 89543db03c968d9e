"""What the terminal shows of a rotation: the year as a strip for each person, and the ledger."""

from collections.abc import Iterator

import pandas as pd
from rich.table import Table

from optimizer.rotation import Rotation

WEEKS_A_LINE = 52
TURN, SWAP, STAND_IN, FREE = "■", "s", "+", "·"
LEGEND = f"{TURN} on call  {SWAP} by a swap  {STAND_IN} stands in for days  {FREE} free"


def strip_lines(rotation: Rotation) -> Iterator[str]:
    """Yield a line for each person and year: a mark for each week, months above."""
    names = rotation.weeks.names
    width = max(len(load.member.rep.rep_id) for load in rotation.loads)
    for begin in range(0, len(names), WEEKS_A_LINE):
        weeks = names[begin : begin + WEEKS_A_LINE]
        months = [
            f"{week:%b}"[0] if place == 0 or week.month != weeks[place - 1].month else " "
            for place, week in enumerate(weeks)
        ]
        yield f"{'':{width}}  {''.join(months)}  from {weeks[0]}"
        for load in rotation.loads:
            marks = _marks(rotation, load.member.rep.rep_id)
            line = "".join(marks.get(week, FREE) for week in weeks)
            yield f"{load.member.rep.rep_id:{width}}  {line}"
    yield LEGEND


def _marks(rotation: Rotation, rep_id: str) -> dict[object, str]:
    marks: dict[object, str] = {}
    for kind, mark in (("part_cover", STAND_IN), ("turn", TURN), ("swap", SWAP)):
        marks |= {
            duty.week: mark
            for duty in rotation.duties
            if duty.rep_id == rep_id and duty.kind == kind
        }
    return marks


def ledger_view(ledger: pd.DataFrame) -> Table:
    """Return the ledger as a table for the terminal."""
    table = Table(title="Who carries what", title_justify="left", box=None)
    table.add_column("")
    columns = {
        "turns": "turns", "fair": "fair", "days": "days", "hours": "hours", "night_hours": "night",
        "weekend_hours": "weekend", "holiday_hours": "holiday", "comp_before": "comp before",
        "comp_earned": "earned", "comp_taken": "taken", "comp_balance": "balance",
    }  # fmt: skip
    for title in columns.values():
        table.add_column(title, justify="right")
    for row in ledger.to_dict("records"):
        shown = row | {"fair": row["fair_turns"] - row["turns_before"]}
        table.add_row(str(row["rep_id"]), *(f"{shown[name]:,.4g}" for name in columns))
    return table


def next_lines(rotation: Rotation, count: int = 4) -> Iterator[str]:
    """Yield who is on call in the first weeks."""
    for week in rotation.weeks.names[:count]:
        on_call = []
        for duty in rotation.duties:
            if duty.week == week:
                after = {"turn": "", "swap": f" (swap with {duty.instead_of})"}
                on_call.append(
                    duty.rep_id + after.get(duty.kind, f" (stands in for {duty.instead_of})")
                )
        yield f"Week of {week}: {', '.join(on_call) or 'nobody'}"


def promise_line(rotation: Rotation) -> str:
    """Say how even and how restful the rotation is, and whether that is proven."""
    loads = [load.turns for load in rotation.loads]
    even = "everybody within one turn of the fair number" if rotation.is_even else "not even"
    between = rotation.weeks_between
    rest = "" if between is None else f"; at least {between} weeks between two turns of anybody"
    return f"{rotation.report.status}: {min(loads)} to {max(loads)} turns each, {even}{rest}"
