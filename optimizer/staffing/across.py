"""What a change of staff ahead is worth to those who wait in the queue.

Who still waits at the change is picked up by the joiners' empty slots in order, or goes on waiting
for other reps than before. Who was picked up or gave up before it gains nothing, so what is
followed back to the time of arrival is the difference to a staff that stays.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from optimizer.staffing.first_reply import Delay
from optimizer.staffing.pickup import Line, still_waiting, whole_blocks

Floats = npt.NDArray[np.float64]


def gain_across(
    lines: tuple[Line, ...],
    interval_minutes: float,
    until_change: tuple[float, ...],
    within: float,
    size: int,
    delay: Delay,
) -> Floats:
    """Return how much likelier one is in time than if the reps on duty stayed.

    Parameters
    ----------
    lines
        The queue in this interval and in the next ones, as far as `within` reaches; the last one
        stays.
    interval_minutes
        Length of an interval.
    until_change
        Minutes from arrival to the end of this interval; one column of the answer each.
    within
        Minutes from arrival within which the event that counts is in time.
    size
        Places in the queue.
    delay
        From pick-up to that event.

    Returns
    -------
    numpy.ndarray
        A row per number ahead, a column per arrival.
    """
    budgets = (within,) * len(until_change)
    places = whole_blocks(size)
    return _gain(lines, interval_minutes, until_change, budgets, places, delay, 0.0)[:size]


@lru_cache(maxsize=512)
def _gain(
    lines: tuple[Line, ...],
    interval_minutes: float,
    until_change: tuple[float, ...],
    budgets: tuple[float, ...],
    size: int,
    delay: Delay,
    waited: float,
) -> Floats:
    result = np.zeros((size, len(budgets)))
    if len({line.reps for line in lines}) == 1:
        return result
    joiners = max(lines[1].reps - lines[0].reps, 0)
    full = (interval_minutes,)
    for column, (until, budget) in enumerate(zip(until_change, budgets, strict=True)):
        left, so_far = budget - until, waited + until
        if left <= 0:
            continue
        after = delay.after_queue(lines[1], (left,), size, so_far)[0]
        after = after + _gain(lines[1:], interval_minutes, full, (left,), size, delay, so_far)[:, 0]
        after = delay.after_change(after, joiners, lines[1].concurrency, left, size)
        gained = after - delay.after_queue(lines[0], (left,), size, so_far)[0]
        result[:, column] = still_waiting(lines[0], until, gained, waited)
    return result
