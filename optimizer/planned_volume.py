"""The volume that reps are planned for, and when."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings

# A floor of tens of thousands at once is a slip in the figures, and its states fill the memory.
MOST_VOLUME = 10_000.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlannedVolume:
    """What a queue's reps are planned for, by interval.

    Parameters
    ----------
    starts
        Of the intervals.
    median, guarded
        Contacts/interval: primary serve the one, primary and on-call together the other.
    is_open
        Whether the queue is open.
    """

    starts: pd.DatetimeIndex
    median: Floats
    guarded: Floats
    is_open: npt.NDArray[np.bool_]


def planned_volume(demand: Demand, settings: QueueSettings, guard: float) -> PlannedVolume:
    """Return the volume that a queue's reps are planned for.

    Raises
    ------
    InputError
        When the guard lies outside the demand's quantiles, or more comes in an interval than can
        be planned for.
    """
    starts = pd.DatetimeIndex(demand.table.index)
    median, guarded = volume_at(demand, 0.5), volume_at(demand, guard)
    refuse_too_much(demand.queue, starts, np.maximum(median, guarded))
    return PlannedVolume(starts, median, guarded, _open_at(demand, settings))


def volume_at(demand: Demand, probability: float) -> Floats:
    """Return a quantile of contacts/interval.

    Raises
    ------
    InputError
        When it lies outside the quantiles that the demand has.
    """
    try:
        return demand.quantile(probability).to_numpy(dtype=float)
    except ValueError as error:
        raise InputError(
            f"Queue {demand.queue}: {error} Choose a guard within them, or forecast "
            "with --quantiles that reach further."
        ) from None


def refuse_too_much(queue: str, starts: pd.DatetimeIndex, volume: Floats) -> None:
    """Refuse more contacts in an interval than can be planned for.

    Raises
    ------
    InputError
        With queue and time of the largest volume, when it is above `MOST_VOLUME`.
    """
    largest = int(np.argmax(volume))
    if volume[largest] > MOST_VOLUME:
        instant = starts[largest].isoformat(timespec="seconds")
        raise InputError(
            f"Queue {queue} at {instant}: {volume[largest]:.6g} contacts in one interval; at most "
            f"{MOST_VOLUME:g} can be planned for: correct the volume, or split the queue."
        )


def _open_at(demand: Demand, settings: QueueSettings) -> npt.NDArray[np.bool_]:
    """Say of each interval whether the queue is open; settings hold where its calendar is mute."""
    calendar = demand.calendar
    if calendar.opening is None:
        calendar = replace(calendar, opening=settings.opening)
    return calendar.open_at(pd.DatetimeIndex(demand.table.index))
