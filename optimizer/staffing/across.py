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
    lengths: tuple[float, ...],
    until_change: tuple[float, ...],
    within: float,
    size: int,
    delay: Delay,
    hand_back: bool = False,
) -> Floats:
    """Return how much likelier one is in time than if the reps on duty stayed.

    Parameters
    ----------
    lines
        The queue in this interval and in the next ones, as far as `within` reaches; the last one
        stays.
    lengths
        Minutes of each of the next intervals.
    until_change
        Minutes from arrival to the end of this interval; one column of the answer each.
    within
        Minutes from arrival within which the event that counts is in time.
    size
        Places in the queue.
    delay
        From pick-up to that event.
    hand_back
        Whether what leavers held goes before the queue; else they keep it, and the queue stays.

    Returns
    -------
    numpy.ndarray
        A row per number ahead, a column per arrival.
    """
    budgets = (within,) * len(until_change)
    places = whole_blocks(size)
    key = lines, lengths, until_change, budgets, places, delay, 0.0, hand_back
    return _gain(*key)[:size]


@lru_cache(maxsize=256)
def _gain(
    lines: tuple[Line, ...],
    lengths: tuple[float, ...],
    until_change: tuple[float, ...],
    budgets: tuple[float, ...],
    size: int,
    delay: Delay,
    waited: float,
    hand_back: bool,
) -> Floats:
    result = np.zeros((size, len(budgets)))
    if len({line.reps for line in lines}) == 1:
        return result
    change = lines[1].reps - lines[0].reps
    joiners = max(change, 0)
    given_back = max(-change, 0) * lines[1].concurrency if hand_back else 0
    places = size + given_back
    for column, (until, budget) in enumerate(zip(until_change, budgets, strict=True)):
        left, so_far = budget - until, waited + until
        if left <= 0:
            continue
        key = lines[1:], lengths[1:], lengths[:1], (left,), places, delay, so_far, hand_back
        after = delay.after_queue(lines[1], (left,), places, so_far)[0] + _gain(*key)[:, 0]
        after = delay.after_change(after[given_back:], joiners, lines[1].concurrency, left, size)
        gained = after - delay.after_queue(lines[0], (left,), size, so_far)[0]
        result[:, column] = still_waiting(lines[0], until, gained, waited)
    return result
