"""The overrides of a workspace: documents in its store, every change a new version.

The screens and the commands use these functions; who and when come from them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from data.errors import InputError
from data.store import Store
from forecast.override_files import from_payload, to_payload
from forecast.overrides import Override, apply_overrides, in_order, touches
from forecast.series import VolumeForecast
from ui.documents import (
    all_documents,
    newest_document,
    open_store,
    try_again,
    understood,
)

KIND = "override"


def kept_overrides(folder: Path) -> tuple[Override, ...]:
    """Return the overrides of a workspace, also those switched off, the earliest made first.

    Raises
    ------
    InputError
        When one was written by another Staffcast and cannot be understood.
    """
    documents = all_documents(folder, KIND)
    return tuple(in_order([understood(folder, each, from_payload) for each in documents]))


def add_override(folder: Path, override: Override) -> Override:
    """Keep a new override, under the next free number as its id.

    Parameters
    ----------
    folder
        The workspace.
    override
        Its `override_id` does not matter.

    Raises
    ------
    VersionConflict
        When others keep adding in between.
    """
    with open_store(folder) as store:
        return try_again(lambda: _add(store, override))


def switch_override(
    folder: Path, override_id: str, *, on: bool, who: str, at: datetime
) -> Override:
    """Switch an override on or off; what it was before stays as an earlier version.

    Parameters
    ----------
    folder
        The workspace.
    override_id
        Which.
    on
        Whether it counts from now on.
    who, at
        Who switches it, and when; its own author and time stay.

    Raises
    ------
    InputError
        When there is no such override.
    VersionConflict
        When somebody else changed it just now.
    """
    key = override_id.zfill(6)
    document = newest_document(folder, KIND, key)
    if document is None:
        raise InputError(
            f"override {override_id!r}: there is none in {folder}; see staffcast override list"
        )
    switched = replace(understood(folder, document, from_payload), on=on)
    if to_payload(switched) != document.payload:
        with open_store(folder) as store:
            store.put(KIND, key, to_payload(switched), who, at, document.version)
    return switched


def overridden(
    forecasts: Sequence[VolumeForecast], overrides: Sequence[Override]
) -> tuple[VolumeForecast, ...]:
    """Lay overrides over the forecasts of all queues."""
    return tuple(apply_overrides(forecast, overrides) for forecast in forecasts)


def in_use(
    forecasts: Sequence[VolumeForecast], overrides: Sequence[Override]
) -> tuple[Override, ...]:
    """Return the overrides that change one of the forecasts, in their order."""
    return tuple(
        override
        for override in in_order(overrides)
        if any(touches(override, forecast) for forecast in forecasts)
    )


def _add(store: Store, override: Override) -> Override:
    taken = [int(document.key) for document in store.all_latest(KIND)]
    numbered = replace(override, override_id=str(max(taken, default=0) + 1))
    key = numbered.override_id.zfill(6)
    store.put(KIND, key, to_payload(numbered), override.who, override.at, 0)
    return numbered
