"""Exports that become the history of a workspace, with a way back."""

import csv
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit

from data.errors import InputError
from data.files import guess_delimiter, write_all
from forecast.history_folder import write_history_folder
from ui.settings import SETTINGS_FILE, change_setting, parse_settings
from ui.starting import guess_handling, settings_text
from ui.workspaces import (
    ReadVolume,
    Source,
    Workspace,
    read_source,
    read_volume,
    read_workspace_events,
)

# Beside what a team keeps in git.
UNDO = "runs/history.undo"
_HEAD_BYTES = 65536


def preview(
    paths: Sequence[Path], of: Workspace, columns: Mapping[str, str] | None = None
) -> ReadVolume:
    """Read exports as they would become the history.

    Parameters
    ----------
    paths
        Conversation exports, which are joined, or one interval file.
    of
        The workspace in whose zone and intervals contacts are counted.
    columns
        Which column of the export is which of a conversation's, where it is not to be guessed.

    Raises
    ------
    InputError
        When a file cannot be used.
    """
    source = read_source(paths, of.settings.calendar.timezone, mapping=columns or None)
    return read_volume(source, of.settings, read_workspace_events(of))


def header(content: bytes) -> list[str]:
    r"""Return the names of the columns of delimited text; none of any other kind of file.

    Examples
    --------
    >>> header(b"id;opened\n1;2026-11-30")
    ['id', 'opened']
    >>> header(b"PAR1\0")
    []
    """
    first = content[:_HEAD_BYTES].splitlines()[:1]
    try:
        line = first[0].decode("utf-8-sig") if first else ""
    except UnicodeDecodeError:
        return []
    if "\0" in line or line.lstrip().startswith(("{", "[")):
        return []
    names = next(csv.reader([line], delimiter=guess_delimiter(line)), [])
    return [name.strip() for name in names] if len(names) > 1 else []


def new_queues(found: ReadVolume, of: Workspace) -> list[str]:
    """Return the queues that the settings do not name yet."""
    return [one.queue for one in found.histories if one.queue not in of.settings.queues]


def take_over(found: ReadVolume, of: Workspace) -> None:
    """Make what was read the history, and give its new queues a place in the settings.

    Raises
    ------
    InputError
        When something cannot be written; the history is then what it was.
    """
    text = _with_queues(found, of)
    _replace_history(of, found.source)
    if text != of.text:
        write_all({of.folder / SETTINGS_FILE: text})


def _with_queues(found: ReadVolume, of: Workspace) -> str:
    """Return the settings file with a table for each new queue: guessed, and commented as such."""
    text = of.text
    missing = new_queues(found, of)
    if missing:
        histories = [one for one in found.histories if one.queue in missing]
        guessed = settings_text(
            histories, of.settings.calendar.timezone, guess_handling(found.source)
        )
        tables = tomlkit.parse(guessed)["queues"]
        for queue in missing:
            text = change_setting(text, ("queues", queue), tables[queue])
    parse_settings(text)
    return text


def _replace_history(of: Workspace, source: Source) -> None:
    """Write the new history beside the old one, and only then let it take its place."""
    folder = of.path(of.settings.files.history)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            write_history_folder(fresh, source, timezone=of.settings.calendar.timezone)
            fresh.chmod(0o755)
            former = _set_aside(of, folder)
            try:
                fresh.rename(folder)
            except OSError:
                if former is not None:
                    shutil.move(former, folder)
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written ({error.strerror})") from error


def _set_aside(of: Workspace, folder: Path) -> Path | None:
    """Move the history to where `undo` finds it; None when there is none yet."""
    if not folder.exists():
        return None
    former = of.folder / UNDO
    shutil.rmtree(former, ignore_errors=True)
    former.parent.mkdir(exist_ok=True)
    shutil.move(folder, former)
    return former


def can_undo(of: Workspace) -> bool:
    """Say whether a former history is kept."""
    return (of.folder / UNDO).is_dir()


def undo(of: Workspace) -> None:
    """Swap the history with the one before it; done twice, nothing has changed."""
    folder = of.path(of.settings.files.history)
    former = of.folder / UNDO
    aside = former.with_name("history.swap")
    try:
        if folder.exists():
            shutil.move(folder, aside)
        shutil.move(former, folder)
        if aside.exists():
            aside.rename(former)
    except OSError as error:
        raise InputError(f"{folder}: cannot be put back ({error.strerror})") from error
