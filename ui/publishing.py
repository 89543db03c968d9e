"""Forecasts that were published, kept in the workspace's store; and what they were worth.

The screens and the commands use these functions; who and when come from them.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd

from data.clock import local_days
from data.errors import InputError
from forecast.snapshots import Snapshot, forecasts_from_table, from_payload, to_payload
from forecast.value_added import value_added
from ui.documents import all_documents, keep_newest, understood
from ui.plan_folder import Plan
from ui.workspaces import Workspace, read_workspace_history

KIND = "snapshot"


def plan_snapshot(plan: Plan) -> Snapshot:
    """Return the forecast of a plan as it is published with it."""
    parts = (plan.timezone, plan.interval_minutes, plan.model)
    own = plan.forecast if plan.model_forecast is None else plan.model_forecast
    return Snapshot(
        cutoff=plan.cutoff.tz_convert("UTC"),
        published=forecasts_from_table(plan.forecast, *parts),
        own=forecasts_from_table(own, *parts),
        overrides=plan.overrides,
    )


def keep_snapshot(folder: Path, snapshot: Snapshot, author: str, at: datetime) -> None:
    """Keep a snapshot under the first day that it forecasts; the same again is not repeated.

    Parameters
    ----------
    folder
        The workspace.
    snapshot
        What was published.
    author, at
        Who published it, and when.

    Raises
    ------
    VersionConflict
        When others keep publishing in between.
    """
    first = snapshot.published[0]
    key = local_days(pd.DatetimeIndex([first.cutoff]), first.calendar.timezone)[0].isoformat()
    keep_newest(folder, KIND, key, to_payload(snapshot), author, at)


def kept_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """Return what was published last for each first day, the earliest published first.

    Raises
    ------
    InputError
        When one was written by another Staffcast and cannot be understood.
    """
    documents = sorted(all_documents(folder, KIND), key=lambda each: (each.at, each.key))
    return tuple(understood(folder, each, from_payload) for each in documents)


def published_versions(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return the first day and the version of every published forecast: what changes with them."""
    return tuple((each.key, each.version) for each in all_documents(folder, KIND))


def workspace_value_added(workspace: Workspace) -> pd.DataFrame:
    """Hold what a workspace has published against what its history knows by now.

    Returns
    -------
    pandas.DataFrame
        As `forecast.value_added.value_added` has it.

    Raises
    ------
    InputError
        When there is no history, or nothing was published.
    """
    snapshots = kept_snapshots(workspace.folder)
    if not snapshots:
        raise InputError(
            f"{workspace.folder}: no forecast was published yet; staffcast plan publishes one"
        )
    return value_added(snapshots, read_workspace_history(workspace).histories)
