"""Forecasts that were published, kept in the workspace's store; and what they were worth.

The screens and the commands use these functions; who and when come from them.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from data.clock import local_days
from data.errors import InputError
from data.store import Store, VersionConflict, sqlite_url
from forecast.snapshots import Snapshot, forecasts_from_table, from_payload, to_payload
from forecast.value_added import value_added
from ui.drafts import STORE_FILE
from ui.plan_folder import Plan
from ui.workspaces import Workspace, read_workspace_history

KIND = "snapshot"
_ATTEMPTS = 5


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
    payload: Any = to_payload(snapshot)
    with Store(sqlite_url(folder / STORE_FILE)) as store:
        for attempt in range(1, _ATTEMPTS + 1):
            latest = store.latest(KIND, key)
            if latest is not None and latest.payload == payload:
                return
            try:
                store.put(KIND, key, payload, author, at, latest.version if latest else 0)
            except VersionConflict:
                if attempt == _ATTEMPTS:
                    raise
            else:
                return


def kept_snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """Return what was published last for each first day, the earliest published first.

    Raises
    ------
    InputError
        When one was written by another Staffcast and cannot be understood.
    """
    if not (folder / STORE_FILE).exists():
        return ()
    with Store(sqlite_url(folder / STORE_FILE)) as store:
        documents = store.all_latest(KIND)
    found = []
    for document in sorted(documents, key=lambda each: (each.at, each.key)):
        try:
            found.append(from_payload(document.payload))
        except ValueError as error:
            raise InputError(
                f"{folder / STORE_FILE}, snapshot {document.key}: {error} "
                "Use the Staffcast that wrote it"
            ) from error
    return tuple(found)


def published_versions(folder: Path) -> tuple[tuple[str, int], ...]:
    """Return the first day and the version of every published forecast: what changes with them."""
    if not (folder / STORE_FILE).exists():
        return ()
    with Store(sqlite_url(folder / STORE_FILE)) as store:
        return tuple((document.key, document.version) for document in store.all_latest(KIND))


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
