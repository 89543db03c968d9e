"""What a change of staff does to the load: joiners start empty, leavers keep what they own."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]


def change_reps(load: Floats, before: int, after: int, concurrency: int) -> Floats:
    """Return the load just after a change of staff.

    Parameters
    ----------
    load
        Probability of 0, 1, … conversations in the system just before.
    before, after
        Reps on duty.
    concurrency
        Slots of one rep.

    Returns
    -------
    numpy.ndarray
        Probability of 0, 1, … conversations that wait or are with those on duty. Who leaves is
        drawn at random from a balanced floor, so the conversations that go with `d` leavers are
        `d` times the lower level and a hypergeometric number of reps one above it.
    """
    if after >= before:
        return load
    leavers, slots = before - after, before * concurrency
    changed = np.zeros(len(load))
    waiting = load[slots:]
    changed[after * concurrency : after * concurrency + len(waiting)] += waiting
    below = load[:slots]
    n = np.arange(len(below))
    level, above = n // before, n % before
    drawn, share = _leavers_above(before, leavers, min(len(below), before))
    # Those who stay have `after` times the level and who is left of those above it.
    stay = (level * after + above)[:, None] - drawn[above]
    weights = share[above] * below[:, None]
    kept = share[above] > 0
    changed += np.bincount(stay[kept], weights=weights[kept], minlength=len(changed))
    return changed


@lru_cache(maxsize=128)
def _leavers_above(reps: int, leavers: int, rows: int) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return how many leavers may be above balance, and how likely: a row for 0, 1, … above.

    So many numbers are told apart that what is missing is below one in a trillion.
    """
    above = np.arange(rows)[:, None]
    width = min(leavers, rows - 1, 8 * math.isqrt(min(leavers, rows)) + 40)
    first = np.clip(above * leavers // reps - width // 2, 0, min(leavers, rows - 1) - width)
    drawn = first + np.arange(width + 1)
    possible = (drawn <= above) & (leavers - drawn <= reps - above)

    def choose(n: npt.NDArray[np.intp], k: npt.NDArray[np.intp]) -> Floats:
        k = np.clip(k, 0, n)
        return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))

    logs = (
        choose(above, drawn)
        + choose(reps - above, leavers - drawn)
        - choose(np.array(reps), np.array(leavers))
    )
    share = np.where(possible, np.exp(np.where(possible, logs, 0.0)), 0.0)
    return drawn, np.asarray(share / share.sum(axis=1, keepdims=True))
