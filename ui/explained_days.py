"""Days of the workspace's own plans, explained by its own history, and kept."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from data.clock import zone
from data.conversations import Conversations
from optimizer.explanation import PARTS
from optimizer.solver import Cancellation
from ui.drafts import Drafts
from ui.explaining import Actuals, explain_plan
from ui.explanation_lines import day_lines, explanation_table
from ui.jobs import Tell, check
from ui.plan_folder import MANIFEST, REPORT, read_plan
from ui.settings import parse_settings

KIND = "explained"
SEED = 1


def days_that_came(plans: Path, conversations: Conversations, timezone: str) -> dict[date, Path]:
    """Return the days that were planned and have come, the latest first, with their plan folder.

    Parameters
    ----------
    plans
        The folder of plan folders; of two plans of a day the one with the later name counts.
    conversations
        What came.
    timezone
        The calendar's zone.
    """
    local = pd.DatetimeIndex(conversations.table["created_at"]).tz_convert(zone(timezone))
    came = set(local.normalize().unique().date)
    found: dict[date, Path] = {}
    for folder in sorted(plans.glob("*")):
        if (folder / MANIFEST).is_file() and (folder / REPORT).is_file():
            report = json.loads((folder / REPORT).read_bytes())
            start = date.fromisoformat(report["start"])
            days = (start + timedelta(days=number) for number in range(7 * report["weeks"]))
            found |= {day: folder for day in days if day in came}
    return dict(sorted(found.items(), reverse=True))


def explain_and_keep(
    plan: Path,
    day: date,
    conversations: Conversations,
    drafts: Drafts,
    cancel: Cancellation,
    tell: Tell,
) -> None:
    """Explain a day of a plan and keep what was found.

    Raises
    ------
    Cancelled
        When it was stopped.
    InputError
        When the plan or what came cannot be used.
    """

    def report(stage: str, share: float) -> None:
        check(cancel)
        tell(stage, share)

    report("Read the plan", 0.0)
    made = read_plan(plan)
    settings = parse_settings(made.settings, str(plan / "settings.toml"))
    actuals = Actuals("the history", conversations)
    found = explain_plan(made, settings, actuals, day, None, None, SEED, report)
    check(cancel)
    table = explanation_table(found.queues, made.timezone)
    kept = {
        "notes": list(found.notes),
        "lines": {queue.queue: day_lines(queue, made.timezone) for queue in found.queues},
        "table": json.loads(table.to_json(orient="split", index=False)),
    }
    drafts.save(KIND, day.isoformat(), kept)


def kept_day(kept: Mapping[str, Any], queue: str) -> pd.DataFrame:
    """Return the rows of a queue that `explain_and_keep` kept, as `explanation_table` made them."""
    table = pd.DataFrame(**kept["table"])
    return table[table["unique_id"] == queue].reset_index(drop=True)


def bars(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of every explained hour, a row each, for a chart.

    Returns
    -------
    pandas.DataFrame
        ``hour`` (local wall time as text), ``part``, ``points``, and of the hour ``reached`` and
        ``promised`` in per cent.
    """
    told = rows[rows["reached"].notna()]
    hours = told.assign(
        hour=told["ds"].str.slice(11, 16),
        reached=100 * told["reached"].astype(float),
        promised=100 * told["promised"].astype(float),
    )
    named = hours.rename(columns={f"by_{part}": part for part in PARTS})
    long = named.melt(["ds", "hour", "reached", "promised"], list(PARTS), "part", "points")
    long["points"] = 100 * long["points"].astype(float)
    return long
