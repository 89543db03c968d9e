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
    return _gain(lines, interval_minutes, until_change, budgets, whole_blocks(size), delay)[:size]


@lru_cache(maxsize=512)
def _gain(
    lines: tuple[Line, ...],
    interval_minutes: float,
    until_change: tuple[float, ...],
    budgets: tuple[float, ...],
    size: int,
    delay: Delay,
) -> Floats:
    result = np.zeros((size, len(budgets)))
    if len(set(lines)) == 1:
        return result
    far = [place for place, budget in enumerate(budgets) if budget > until_change[place]]
    left = tuple(budgets[place] - until_change[place] for place in far)
    if not far:
        return result
    full = (interval_minutes,) * len(far)
    later = _gain(lines[1:], interval_minutes, full, left, size, delay)
    joiners = max(lines[1].reps - lines[0].reps, 0)
    stay = delay.after_queue(lines[0], left, size)
    follow = delay.after_queue(lines[1], left, size)
    for column, place in enumerate(far):
        after = follow[column] + later[:, column]
        after = delay.after_change(after, joiners, lines[1].concurrency, left[column], size)
        result[:, place] = still_waiting(lines[0], until_change[place], after - stay[column])
    return result
