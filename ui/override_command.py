"""What ``staffcast override`` does: add, list and switch the overrides of a workspace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pandas as pd

from data.clock import format_times
from data.errors import InputError
from forecast.override_files import read_end, read_instant
from forecast.overrides import KINDS, Kind, Override
from ui import terminal
from ui.overrides import add_override, kept_overrides, switch_override
from ui.workspaces import Workspace, open_workspace

OK = 0


@dataclass(frozen=True)
class Asked:
    """What the options of ``override add`` said, as text.

    Parameters
    ----------
    kind, queue, start, end, why, who
        As in `forecast.overrides.Override`; times are read in the workspace's zone.
    value
        A factor or contacts.
    exactly
        Whether a cell is certain.
    at
        When it was made; None for now.
    """

    kind: str
    queue: str
    start: str
    end: str
    value: float
    who: str
    why: str
    exactly: bool
    at: str | None


def add(folder: Path, asked: Asked) -> int:
    """Keep an override in a workspace."""
    workspace = open_workspace(folder)
    override = add_override(folder, _override(workspace, asked))
    terminal.print_lines([f"Override {override.override_id}: {_line(override, workspace)}"])
    return OK


def show(folder: Path) -> int:
    """List the overrides of a workspace, the earliest made first."""
    workspace = open_workspace(folder)
    kept = kept_overrides(folder)
    terminal.print_lines(f"{each.override_id}  {_line(each, workspace)}" for each in kept)
    if not kept:
        terminal.print_lines(["There are no overrides; add one with staffcast override add"])
    return OK


def switch(folder: Path, override_id: str, word: str, who: str, at: str | None) -> int:
    """Switch an override of a workspace on or off."""
    workspace = open_workspace(folder)
    if word not in ("on", "off"):
        raise InputError(f"override switch: found {word!r}; write on or off")
    if not who.strip():
        raise InputError("--who: found nothing; say who switches it")
    override = switch_override(folder, override_id, on=word == "on", who=who, at=_at(workspace, at))
    terminal.print_lines([f"Override {override.override_id}: {_line(override, workspace)}"])
    return OK


def _override(workspace: Workspace, asked: Asked) -> Override:
    if asked.kind not in KINDS:
        raise InputError(f"--kind: found {asked.kind!r}; give one of {', '.join(KINDS)}")
    queues = workspace.settings.queues
    if asked.queue not in queues:
        raise InputError(f"--queue: found {asked.queue!r}; give one of {', '.join(sorted(queues))}")
    try:
        return Override(
            override_id="new",
            kind=cast(Kind, asked.kind),
            queue=asked.queue,
            start=_instant(workspace, "--start", asked.start),
            end=_instant(workspace, "--end", asked.end, read_end),
            value=asked.value,
            who=asked.who,
            why=asked.why,
            at=_at(workspace, asked.at),
            exactly=asked.exactly,
        )
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"override: {error}") from error


def _at(workspace: Workspace, text: str | None) -> datetime:
    """Return the instant that is stated, or now: a document's time, never a result's."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    return _instant(workspace, "--at", text).to_pydatetime()


def _instant(
    workspace: Workspace,
    option: str,
    text: str,
    read: Callable[[str, str], pd.Timestamp] = read_instant,
) -> pd.Timestamp:
    try:
        return read(text, workspace.settings.calendar.timezone)
    except ValueError as error:
        raise InputError(f"{option}: found {text!r}; {error}") from error


def _line(override: Override, workspace: Workspace) -> str:
    start, end = format_times(
        pd.DatetimeIndex([override.start, override.end]), workspace.settings.calendar.timezone
    )
    state = "on " if override.on else "off"
    return f"{state} {override.queue} {start} to {end}: {override.sentence}"
