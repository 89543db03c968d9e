"""When will those be answered who are told to wait: the backlog on sample paths of the volume.

Contacts wait in one line, in the order in which they came. On each path the line grows by what
comes in while nobody is there (or too few are) and is worked off by hands to spare, as a fluid. The
period repeats itself three times; what is told is of the middle one, so that it begins with the
backlog of a usual weekend and its last hours are answered.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROUNDS = 3
LEAST = 1e-9


@dataclass(frozen=True)
class AnswerTimes:
    """When waiting contacts are answered.

    Parameters
    ----------
    hours
        For each interval: hours from the begin of the period until who comes last in it is
        answered, with the probability asked for; NaN where nobody waits, or longer than can be
        told.
    mean_wait, most_wait
        Hours from the middle of the interval until the answer, on average over contacts, and the
        quantile asked for; NaN when nobody waits, infinite parts being cut at the last round.
    """

    hours: Floats
    mean_wait: float
    most_wait: float


def answer_times(
    waiting: Floats, capacity: Floats, interval_hours: float, probability: float
) -> AnswerTimes:
    """Follow the backlog on each path.

    Parameters
    ----------
    waiting
        Contacts that are told to wait, paths by intervals.
    capacity
        Waiting contacts that hands to spare can answer in each interval.
    interval_hours
        Length of an interval.
    probability
        With which a stated time is kept: by so many of the paths on which somebody waits.
    """
    paths, count = waiting.shape
    arrived = np.cumsum(np.tile(waiting, (1, ROUNDS)), axis=1)
    able = np.tile(capacity, ROUNDS)
    answered = np.zeros((paths, ROUNDS * count + 1))
    for t, most in enumerate(able):
        answered[:, t + 1] = np.minimum(arrived[:, t], answered[:, t] + most)
    finish = np.full((paths, count), np.nan)
    for path in range(paths):
        asked = arrived[path, count : 2 * count] - LEAST
        end = np.searchsorted(answered[path], asked)  # the first edge by which they are answered
        hour = np.minimum(end, ROUNDS * count) - 1
        # Who waited when the hour began is answered at the hour's pace, who came in it at its end.
        waited = np.arange(count, 2 * count) < hour
        ahead = asked - answered[path, hour]
        part = np.divide(ahead, able[hour], out=np.ones(count), where=waited & (able[hour] > 0))
        at = np.where(end > hour + 1, np.inf, interval_hours * (hour + part - count))
        finish[path] = np.where(waiting[path] > LEAST, at, np.nan)
    # A line that is never worked off has no time: the last round cuts it.
    finish[np.isinf(finish)] = interval_hours * count * (ROUNDS - 1)
    return _summed_up(finish, waiting, interval_hours, probability)


def backlog_after(waiting: Floats, capacity: Floats) -> Floats:
    """Return how many wait at the end of each interval, when the period has repeated itself.

    Parameters
    ----------
    waiting, capacity
        Contacts that are told to wait in each interval, and waiting ones that can be answered.
    """
    left, line = np.zeros(len(waiting)), 0.0
    for t in range(ROUNDS * len(waiting)):
        place = t % len(waiting)
        line = max(0.0, line + waiting[place] - capacity[place])
        left[place] = line
    return left


def _summed_up(
    finish: Floats, waiting: Floats, interval_hours: float, probability: float
) -> AnswerTimes:
    count = waiting.shape[1]
    hours = np.full(count, np.nan)
    for t in range(count):
        known = np.sort(finish[~np.isnan(finish[:, t]), t])
        if len(known):
            hours[t] = known[min(len(known) - 1, int(np.ceil(probability * len(known))) - 1)]
    hours[hours >= interval_hours * count * (ROUNDS - 1) - LEAST] = np.nan
    came = interval_hours * (np.arange(count) + 0.5)
    waits = np.maximum(finish - came, 0.0)
    told = waiting > LEAST
    if not told.any():
        return AnswerTimes(hours, np.nan, np.nan)
    each, weight = waits[told], waiting[told]
    order = np.argsort(each)
    place = np.searchsorted(np.cumsum(weight[order]), probability * weight.sum())
    most = float(each[order][min(place, len(each) - 1)])
    return AnswerTimes(hours, float(np.average(each, weights=weight)), most)
