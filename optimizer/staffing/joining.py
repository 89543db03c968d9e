"""Until joiners hold as much as the others: new conversations go to them, and all work unevenly.

Joiners start empty, so for a while every new conversation is theirs. It meets a rep who holds less
than the average, while those who were there before complete less than so many conversations would
be completed by a balanced floor. Both levels are followed as fluids: the newer reps' level gains
what arrives and loses what they complete, the others' only loses, until they meet.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 12
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Newer:
    """Reps who joined and hold less than the others still.

    Parameters
    ----------
    reps
        How many; a mean, for who leaves is drawn from all.
    level
        What each of them holds, mean.
    """

    reps: float = 0.0
    level: float = 0.0


@dataclass(frozen=True)
class CatchUp:
    """The time in which newer reps catch up, at most an interval.

    Parameters
    ----------
    minutes
        How long it takes.
    speed
        Conversations completed in it, by what a balanced floor would complete.
    met
        Share of new conversations that meet a rep who holds 0, 1, … `concurrency` - 1 others.
    reps
        Mean number of reps who hold 0, 1, … `concurrency`.
    left
        Who is behind at the end of it; nobody unless the interval was too short.
    """

    minutes: float
    speed: float
    met: Floats
    reps: Floats
    left: Newer


def catch_up(
    newer: Newer, held: float, reps: int, arrivals: float, rates: tuple[float, ...], minutes: float
) -> CatchUp | None:
    """Follow both groups until they hold the same, or to the end of the interval.

    Parameters
    ----------
    newer
        Who joined, and what they hold when it begins.
    held
        Conversations that all reps hold, mean.
    reps
        On duty, the newer ones among them.
    arrivals
        Contacts/minute.
    rates
        Conversations/minute that a rep completes who holds 0, 1, … `concurrency`.
    minutes
        Length of the interval.

    Returns
    -------
    CatchUp or None
        None when nobody is behind.
    """
    most = float(len(rates) - 1)
    others = reps - newer.reps
    if newer.reps <= _NEGLIGIBLE or others <= _NEGLIGIBLE:
        return None
    low, high = newer.level, min((held - newer.reps * newer.level) / others, most)
    if (high - low) * min(newer.reps, 1.0) <= _NEGLIGIBLE:
        return None
    closing = arrivals / newer.reps + _rate(rates, high) - _rate(rates, low)
    step = min((high - low) / closing if closing > 0 else minutes, minutes) / _STEPS
    met, levels = np.zeros(len(rates) - 1), np.zeros(len(rates))
    time = uneven = even = 0.0
    while high - low > _NEGLIGIBLE and time < minutes * (1 - 1e-9):
        slow, fast = _rate(rates, low), _rate(rates, high)
        closing = arrivals / newer.reps + fast - slow
        left = (high - low) / closing if closing > 0 else minutes
        passed = min(step if left > 1.5 * step else left, minutes - time)
        half_way = max(low + (arrivals / newer.reps - slow) * passed / 2, 0.0)
        met[min(int(half_way), len(met) - 1)] += passed
        _spread(levels, low, newer.reps * passed)
        _spread(levels, high, others * passed)
        uneven += (newer.reps * slow + others * fast) * passed
        even += reps * _rate(rates, (newer.reps * low + others * high) / reps) * passed
        low = min(low + (arrivals / newer.reps - slow) * passed, most)
        high = max(high - fast * passed, 0.0)
        low = max(low, 0.0)
        time += passed
    behind = Newer(newer.reps, low) if high - low > _NEGLIGIBLE else Newer()
    speed = uneven / even if even > 0 else 1.0
    return CatchUp(time, speed, met / time, levels / time, behind)


def _rate(rates: tuple[float, ...], level: float) -> float:
    """Return the rate at a level between whole ones."""
    whole = min(int(level), len(rates) - 2)
    return rates[whole] + (level - whole) * (rates[whole + 1] - rates[whole])


def _spread(levels: Floats, level: float, weight: float) -> None:
    """Add reps at a level between whole ones to the two beside it."""
    whole = min(int(level), len(levels) - 2)
    levels[whole] += weight * (whole + 1 - level)
    levels[whole + 1] += weight * (level - whole)
