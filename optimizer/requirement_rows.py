"""Rows of a requirement: reps on duty, reps to roster for them, and the service that they give."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.demand import Demand
from optimizer.queue_settings import QueueSettings

SERVICE_COLUMNS = (
    "service_level",
    "pick_up",
    "first_reply",
    "abandonment",
    "hands_busy",
    "slots_busy",
    "follow_up",
)
REPS_COLUMNS = ("primary", "on_call", "rostered_primary", "rostered_on_call")

Floats = npt.NDArray[np.float64]


def requirement_rows(
    demand: Demand,
    settings: QueueSettings,
    volume: Floats,
    primary: npt.NDArray[np.int64],
    on_call: npt.NDArray[np.int64],
    predicted: pd.DataFrame,
) -> pd.DataFrame:
    """Return a queue's rows of `optimizer.requirement.Requirement`.

    Parameters
    ----------
    demand, settings
        The queue.
    volume
        Median in contacts/interval.
    primary, on_call
        Reps on duty.
    predicted
        A row per interval with the columns of the service that `primary` give at that volume.
    """
    service = settings.service
    return pd.DataFrame(
        {
            "queue": demand.queue,
            "interval_start": demand.table.index,
            "volume": volume,
            "primary": primary,
            "on_call": on_call,
            "rostered_primary": rostered(primary, service.shrinkage),
            "rostered_on_call": on_call,
            "service_level": predicted[service.clock],
            **{column: predicted[column] for column in SERVICE_COLUMNS[1:]},
        }
    )


def rostered(reps: npt.NDArray[np.int64], shrinkage: float) -> npt.NDArray[np.int64]:
    """Return how many reps to roster so that `reps` are on duty after shrinkage.

    Examples
    --------
    >>> rostered(np.array([0, 1, 7]), 0.3)
    array([ 0,  2, 10])
    """
    # 7 / (1 - 0.3) is a hair above 10 in binary.
    return np.ceil(reps / (1 - shrinkage) - 1e-9).astype(np.int64)
