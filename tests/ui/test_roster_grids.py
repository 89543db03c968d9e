"""Who works when is read off a roster's grid and bars: each must be recountable."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from optimizer.roster import Assignment
from optimizer.shifts import Shift
from ui import roster_grids


def assignment(rep: str, start: datetime, hours: int, role: str = "primary") -> Assignment:
    shift = Shift("live", "", start, start + timedelta(hours=hours), role)  # type: ignore[arg-type]
    return Assignment(rep, shift)


def test_the_roster_grid_keeps_every_shift_and_counts_hours_by_role() -> None:
    """Standby is no work: its hours must not fill a contract."""
    monday = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assignments = [
        assignment("ann", monday, 8),
        assignment("ann", monday + timedelta(hours=10), 4, "on_call"),
        assignment("bob", monday + timedelta(days=1), 6),
    ]
    table = roster_grids.roster_grid(assignments, {"ann": "Ann", "bob": "Bob", "cid": "Cid"}, "UTC")
    assert table.loc["Ann", "Mon 30 Nov"] == "09–17 P, 19–23 C"
    assert table.loc["Ann", ["Hours", "On-call hours"]].tolist() == [8.0, 4.0]
    assert table.loc["Cid", ["Hours", "On-call hours"]].tolist() == [0.0, 0.0]
    assert table.loc["Bob", "Tue 01 Dec"] == "09–15 P"


def test_a_shift_stands_on_the_local_day_it_starts() -> None:
    """A Sydney Monday begins on UTC's Sunday."""
    late = assignment("ann", datetime(2026, 11, 29, 22, tzinfo=UTC), 8)
    table = roster_grids.roster_grid([late], {"ann": "Ann"}, "Australia/Sydney")
    assert table.columns[0] == "Mon 30 Nov"
    assert table.iloc[0, 0] == "09–17 P"


def test_bars_show_wall_time_unchanged() -> None:
    """A chart that shifted bars into the reader's zone would put people to work at night."""
    rows = roster_grids.gantt_rows(
        [assignment("ann", datetime(2026, 11, 29, 22, tzinfo=UTC), 8)],
        {"ann": "Ann"},
        "Australia/Sydney",
    )
    assert rows["start"].iloc[0] == pd.Timestamp("2026-11-30T09:00Z")
