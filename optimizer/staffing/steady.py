r"""The floor in an hour that lasts: the same contacts and reps until nothing changes any more.

A birth-death chain at rest is in state :math:`n` with probability proportional to
:math:`\prod_{i<n} \lambda_i / \mu_{i+1}`, births over deaths; no steps through time are needed.
With one conversation at once and one message in each it is Erlang A.
"""

import bisect
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import Handling, message_times
from optimizer.staffing.chain import Path
from optimizer.staffing.floor import Floor, floor_of, moves
from optimizer.staffing.passage import Passage, Stage, longest_wait
from optimizer.staffing.search import Promise

Floats = npt.NDArray[np.float64]

# Minutes by which no trace is left of how the floor began.
_LONG = 1e6


def steady_passage(floor: Floor) -> Passage:
    """Return an interval that begins and ends with the load at which a floor with reps rests."""
    size = floor.size(_LONG, 0)
    rates = moves(floor, size)
    steps = np.log(np.maximum(rates.births[:-1], 1e-300)) - np.log(rates.deaths[1:])
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    load = weights / weights.sum()
    path = Path(np.zeros(1), np.ones(1), load[None, :])
    return Passage(floor, _LONG, path, (Stage(1.0, load, None),))


def steady_reps(contacts_per_hour: float, handling: Handling, promise: Promise) -> float:
    """Return the reps that just keep a promise for so many contacts an hour, in fractions.

    Between one rep too few and the fewest who keep it, what the promise lacks is taken to change
    evenly; the fewest whole reps are the fraction rounded up.

    Parameters
    ----------
    contacts_per_hour
        Above 0, hour after hour.
    handling, promise
        What a conversation asks of a rep, and what is promised; some number of reps must keep it.
    """
    lacks = _lacks(contacts_per_hour, handling, promise)
    most = 1
    while lacks(most) > 0:
        most *= 2
    tried = range(most // 2, most)
    fewest = tried.start + bisect.bisect_left(tried, 0.0, key=lambda reps: -lacks(reps))
    before, after = lacks(fewest - 1), lacks(fewest)
    # Rounding must not turn a whole number into the next.
    return fewest - 1 + min(max(before / (before - after), 1e-6), 1.0)


def _lacks(
    contacts_per_hour: float, handling: Handling, promise: Promise
) -> Callable[[int], float]:
    """Return a function that says how far some reps are from a promise; 0 or less: they keep it."""
    floor = _floor(contacts_per_hour, handling)
    touch = message_times(handling).touch_minutes
    within = longest_wait(promise.within_minutes, floor.abandonment, promise.delay)

    def lacks(reps: int) -> float:
        if reps == 0:
            return promise.target
        passage = steady_passage(replace(floor, reps=reps))
        late = promise.target - passage.in_time(promise.delay, within)
        return max(late, passage.hands_busy(touch) - promise.max_hands_busy)

    return lacks


def steady_abandonment(contacts_per_hour: float, handling: Handling, reps: int) -> float:
    """Return the share of customers who give up before a rep has time for them."""
    floor = replace(_floor(contacts_per_hour, handling), reps=reps)
    return steady_passage(floor).abandonment(None)[0]


def _floor(contacts_per_hour: float, handling: Handling) -> Floor:
    """Return the floor of a lasting hour with one rep."""
    return replace(floor_of(handling), reps=1, arrivals=contacts_per_hour / 60)
