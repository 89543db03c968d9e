"""The documents of a workspace: where its store is, and what comes of two people at once."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from data.errors import InputError
from data.store import Document, Store, VersionConflict, sqlite_url

STORE_FILE = "staffcast.db"
_ATTEMPTS = 5

Outcome = TypeVar("Outcome")


def open_store(folder: Path) -> Store:
    """Open the store of a workspace; a missing one is made."""
    return Store(sqlite_url(folder / STORE_FILE))


def all_documents(folder: Path, kind: str) -> tuple[Document, ...]:
    """Return the newest version of every document of a kind, by key; a missing store has none."""
    if not (folder / STORE_FILE).exists():
        return ()
    with open_store(folder) as store:
        return store.all_latest(kind)


def newest_document(folder: Path, kind: str, key: str) -> Document | None:
    """Return the newest version of a document; None when there is none, or no store."""
    if not (folder / STORE_FILE).exists():
        return None
    with open_store(folder) as store:
        return store.latest(kind, key)


def keep_newest(folder: Path, kind: str, key: str, payload: Any, author: str, at: datetime) -> None:
    """Keep a payload as the newest version of a document; the same again is not repeated.

    Parameters
    ----------
    folder
        The workspace.
    kind, key
        Which document.
    payload
        What JSON can say.
    author, at
        Whose version it is, and when it was made.

    Raises
    ------
    VersionConflict
        When others keep changing it in between.
    """
    with open_store(folder) as store:

        def keep() -> None:
            latest = store.latest(kind, key)
            if latest is None or latest.payload != payload:
                store.put(kind, key, payload, author, at, latest.version if latest else 0)

        try_again(keep)


def try_again(change: Callable[[], Outcome]) -> Outcome:
    """Make a change that others were faster with once more, a few times.

    Parameters
    ----------
    change
        Reads the store and writes what follows from it.

    Raises
    ------
    VersionConflict
        When others are faster every time.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return change()
        except VersionConflict:
            continue
    return change()


def understood(folder: Path, document: Document, read: Callable[[Any], Outcome]) -> Outcome:
    """Return what a document says.

    Parameters
    ----------
    folder
        The workspace.
    document
        One of its documents.
    read
        From its payload; raises ValueError where that cannot be.

    Raises
    ------
    InputError
        When another Staffcast wrote it and it cannot be understood.
    """
    try:
        return read(document.payload)
    except ValueError as error:
        raise InputError(
            f"{folder / STORE_FILE}, {document.kind} {document.key}: {error} "
            "Use the Staffcast that wrote it"
        ) from error
