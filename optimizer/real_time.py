"""Chat and phone queues, whose contacts are answered as they come: the fewest reps for that."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError
from optimizer.demand import Demand
from optimizer.planned_volume import PlannedVolume, planned_volume
from optimizer.queue_settings import QueueSettings
from optimizer.requirement_rows import requirement_rows
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.first_reply import PICK_UP, Delay, reply_delay
from optimizer.staffing.leaving import Leaving
from optimizer.staffing.search import Promise, fewest_reps

Floats = npt.NDArray[np.float64]


def require_real_time(demand: Demand, settings: QueueSettings, guard: float) -> pd.DataFrame:
    """Find the reps of a chat or phone queue, primary at the median and on-call for the guard.

    Returns
    -------
    pandas.DataFrame
        As `optimizer.requirement_rows.requirement_rows`.

    Raises
    ------
    InputError
        When the guard lies outside the demand's quantiles, more comes in an interval than can be
        planned for, or no number of reps keeps the promise.
    """
    planned = planned_volume(demand, settings, guard)
    volume, guarded = planned.median, planned.guarded
    primary = search_reps(demand, settings, volume, planned)
    guess = reps_at(guarded, volume, primary)
    both = search_reps(demand, settings, guarded, planned, guess)
    on_call = np.maximum(both - primary, 0)
    predicted = predict_service(settings, volume, primary, demand.calendar.interval_minutes)
    predicted.loc[~planned.is_open & (volume == 0) & (primary == 0)] = math.nan
    return requirement_rows(demand, settings, volume, primary, on_call, predicted)


def search_reps(
    demand: Demand,
    settings: QueueSettings,
    volume: Floats,
    planned: PlannedVolume,
    guess: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.int64]:
    """Search the fewest reps on duty that keep a chat or phone queue's promise at a volume.

    Parameters
    ----------
    demand, settings
        The queue.
    volume
        Contacts of each interval.
    planned
        When the queue is open.
    guess
        Where to start searching; it makes the search shorter.

    Raises
    ------
    InputError
        When no number of reps keeps the promise.
    """
    service, minutes = settings.service, demand.calendar.interval_minutes
    minimum = np.where(planned.is_open | (planned.guarded > 0), service.min_reps, 0)
    promise = Promise(
        service.target,
        service.within_seconds / 60,
        delay_of(demand.queue, settings),
        service.max_hands_busy,
        service.leaving.hand_back,
    )
    found = fewest_reps(volume, minimum, minutes, settings.handling, promise, guess)
    return wound_down(minutes, service.leaving)(found)


def reps_at(volume: Floats, known: Floats, reps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Guess how many reps a volume takes from those that a known volume does.

    A larger floor pools better, so reps grow by less than volume does.
    """
    growth = np.divide(volume, known, out=np.ones_like(volume), where=known > 0)
    return np.asarray(np.rint(reps * np.minimum(growth, 3.0) ** 0.8), dtype=np.int64)


def predict_service(
    settings: QueueSettings,
    volume: Floats,
    reps: npt.NDArray[np.int_],
    interval_minutes: float,
) -> pd.DataFrame:
    """Predict the service of a queue under its settings, from an empty floor on.

    Returns
    -------
    pandas.DataFrame
        As `optimizer.staffing.birth_death.evaluate`, and ``service_level``, which is the column
        that the queue's clock names.
    """
    service = settings.service
    table = evaluate(
        volume,
        reps,
        interval_minutes,
        settings.handling,
        service.within_seconds,
        leaving=service.leaving,
    )
    table["service_level"] = table[service.clock]
    return table


def delay_of(queue: str, settings: QueueSettings) -> Delay:
    """Return what passes between pick-up and the event that the queue's clock names.

    Raises
    ------
    InputError
        When the target is out of reach even for a rep who holds nothing else, because the reply
        has to be written.
    """
    service = settings.service
    if service.clock == "pick_up":
        return PICK_UP
    delay = reply_delay(settings.handling)
    ceiling = float(delay.within(service.within_seconds / 60)[0])
    if service.target >= ceiling:
        raise InputError(
            f"Queue {queue}: target {service.target:g} is out of reach: even with unlimited reps "
            f"{ceiling:.3f} of first replies are written within within_seconds = "
            f"{service.within_seconds:g}, for one takes {60 * delay.writing_minutes:.3g} seconds "
            'on average; raise within_seconds, lower target, or set clock = "pick_up".'
        )
    return delay


def wound_down(
    minutes: float, leaving: Leaving
) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
    """Return how reps who take conversations become reps on duty, some of whom wind down.

    Whoever is needed in an interval stays for the time of winding down after it.
    """
    later = math.ceil(leaving.notice_minutes / minutes)

    def on_duty(takers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        padded = np.concatenate([np.zeros(later, dtype=np.int64), takers])
        return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, later + 1).max(axis=1))

    return on_duty
