"""Writing a folder whole or not at all."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from data.errors import InputError

OLD = "old"


def replace_folder(folder: Path, files: Mapping[str, bytes], keep: Iterable[str] = ()) -> None:
    """Put a folder in place that holds exactly `files` and what is kept of the one before.

    It is written beside its place and then changes places with the old one, so a reader finds the
    one or the other, and a fault leaves the old one as it was.

    Parameters
    ----------
    folder
        The place; its parents are made.
    files
        Content by path relative to `folder`.
    keep
        Files of the old folder to copy, unless `files` has them.

    Raises
    ------
    InputError
        When a file cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _staging(folder) as staged:
            for name, content in files.items():
                _make_parent(staged / name).write_bytes(content)
            for name in set(keep) - set(files):
                shutil.copy2(folder / name, _make_parent(staged / name))
            _swap(staged, folder)
    except OSError as error:
        raise InputError(
            f"{error.filename or folder}: cannot be written ({error.strerror or error})"
        ) from error


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Lend a folder on the same file system; what is left of it is removed afterwards.

    An old folder that could not be put back stays, for a person to rescue.
    """
    around = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        staged = around / "new"
        staged.mkdir()
        yield staged
    finally:
        if folder.exists() or not (around / OLD).exists():
            shutil.rmtree(around, ignore_errors=True)


def _swap(staged: Path, folder: Path) -> None:
    """Put the staged folder in its place, or the old one back when that fails."""
    old = staged.with_name(OLD)
    if folder.exists():
        folder.rename(old)
    try:
        staged.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _make_parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
