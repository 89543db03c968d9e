"""Drafts: what was entered or found but not yet published, so that a reload loses nothing.

They are documents in the workspace's store, each change a new version.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.store import Store, VersionConflict, sqlite_url

STORE_FILE = "staffcast.db"
AUTHOR = "app"
_ATTEMPTS = 5


class Drafts:
    """The drafts of a workspace.

    Parameters
    ----------
    folder
        The workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._url = sqlite_url(folder / STORE_FILE)

    def load(self, kind: str, key: str) -> Any:
        """Return a draft's newest payload; None when there is none."""
        with Store(self._url) as store:
            document = store.latest(kind, key)
        return None if document is None else document.payload

    def save(self, kind: str, key: str, payload: Any) -> None:
        """Keep a payload as the newest version; one that is the newest already is not repeated.

        Of two windows on the same workspace the one that saves last is shown next; what the other
        saved stays in the store as an earlier version.

        Raises
        ------
        VersionConflict
            When others keep saving in between.
        """
        with Store(self._url) as store:
            for attempt in range(1, _ATTEMPTS + 1):
                latest = store.latest(kind, key)
                if latest is not None and latest.payload == payload:
                    return
                version = 0 if latest is None else latest.version
                try:
                    store.put(kind, key, payload, AUTHOR, datetime.now(UTC), version)
                except VersionConflict:
                    if attempt == _ATTEMPTS:
                        raise
                else:
                    return
