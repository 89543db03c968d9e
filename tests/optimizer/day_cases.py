"""Small weeks whose target holds per day: what the tests of it plan for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import Handling
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import delay_of
from optimizer.requirement import Requirement
from optimizer.requirement_rows import SERVICE_COLUMNS, rostered
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.search import Promise, fewest_reps

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4.0)

Floats = npt.NDArray[np.float64]


def queue(**service: object) -> QueueSettings:
    """Return a chat queue, its target per day and without shrinkage unless said otherwise."""
    given = {"target_per": "day", "shrinkage": 0.0, **service}
    return QueueSettings(CHAT, ServicePolicy(**given))


def humps(peak: float, days: int, *, per_hour: int = 1) -> Floats:
    """Return days with a busy morning and a smaller evening, around the clock."""
    hour = np.arange(24 * per_hour) / per_hour
    shape = 0.12 + np.exp(-0.5 * ((hour - 11) / 3) ** 2)
    shape += 0.6 * np.exp(-0.5 * ((hour - 18.5) / 2.5) ** 2)
    return np.tile(peak * shape / shape.max() / per_hour, days)


def required(
    volume: Sequence[float] | Floats,
    settings: QueueSettings,
    *,
    start: str = "2026-03-02",
    timezone: str = "UTC",
    minutes: int = 60,
    name: str = "live",
    on_call: int = 0,
) -> Requirement:
    """Return what a queue requires per hour from a local midnight on; nobody where nothing comes.

    `on_call` reps more are on call wherever anybody is required.
    """
    contacts = np.asarray(volume, dtype=float)
    first = pd.Timestamp(start).tz_localize(timezone).tz_convert("UTC")
    starts = pd.date_range(first, periods=len(contacts), freq=f"{minutes}min").as_unit("us")
    service = settings.service
    promise = Promise(
        service.target,
        service.within_seconds / 60,
        delay_of(name, settings),
        service.max_hands_busy,
        service.leaving.hand_back,
    )
    least = np.where(contacts > 0, service.min_reps, 0)
    reps = fewest_reps(contacts, least, minutes, settings.handling, promise)
    table = pd.DataFrame(
        {
            "queue": name,
            "interval_start": starts,
            "volume": contacts,
            "primary": reps,
            "on_call": np.where(reps > 0, on_call, 0),
            "rostered_primary": rostered(reps, service.shrinkage),
            "rostered_on_call": np.where(reps > 0, on_call, 0),
            **dict.fromkeys(SERVICE_COLUMNS, np.nan),
        }
    )
    return Requirement(table, timezone, minutes)
