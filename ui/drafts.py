"""Drafts: what was entered or found but not yet published, so that a reload loses nothing.

They are documents in the workspace's store, each change a new version.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ui.documents import keep_newest, newest_document

AUTHOR = "app"


class Drafts:
    """The drafts of a workspace.

    Parameters
    ----------
    folder
        The workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, kind: str, key: str) -> Any:
        """Return a draft's newest payload; None when there is none."""
        document = newest_document(self._folder, kind, key)
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
        keep_newest(self._folder, kind, key, payload, AUTHOR, datetime.now(UTC))
