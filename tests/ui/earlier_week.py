"""The plan folder of the week before a small workspace's first one, in which one carries it all."""

import json
from pathlib import Path

import pandas as pd

from tests.ui.workspaces import TEAM

HOURS = pd.date_range("2026-03-09", periods=168, freq="h", tz="Europe/Dublin")


def write_earlier_week(of: Path) -> Path:
    """Write the week of 2026-03-09: ana is on call on four days and works the Saturday."""
    folder = of / "plans" / "2026-03-09"
    folder.mkdir(parents=True)
    rows = [("ana", "on_call", f"2026-03-{day:02}") for day in (9, 10, 11, 12)]
    rows += [("ana", "primary", "2026-03-14"), ("ben", "primary", "2026-03-10")]
    text = "rep_id,queue,role,start,end\n" + "".join(
        f"{rep},live,{role},{day}T09:00:00+00:00,{day}T17:00:00+00:00\n" for rep, role, day in rows
    )
    (folder / "roster.csv").write_text(text)
    (folder / "team.csv").write_text(TEAM)
    report = {"start": "2026-03-09", "weeks": 1, "timezone": "Europe/Dublin"}
    (folder / "report.json").write_text(json.dumps({**report, "interval_minutes": 60}))
    counts = ["required_primary", "required_on_call", "primary", "on_call"]
    table = pd.DataFrame({"queue": "live", "ds": [hour.isoformat() for hour in HOURS]})
    for name in (*counts, "understaffing", "overstaffing"):
        table[name] = 0
    table.to_csv(folder / "coverage.csv", index=False)
    return folder
