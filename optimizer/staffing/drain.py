r"""How a rep's conversations come to an end once nothing new is taken.

A state says how many conversations are open, how many of them wait for the hands, how many of the
others are in a second phase of their customer's reply, and whether the message is still being
written that was under way when the end began: what is left of it takes
:math:`a (1 + \mathrm{cv}^2) / 2` minutes. Two phases give a reply its spread:
side by side, as a mixture with balanced means, when replies are more uneven than exponential ones;
one after the other when they are more even, down to a squared coefficient of variation of a half,
which is taken for all below it. Either way a reply met at any time has
:math:`c (1 + \mathrm{cv}^2) / 2` minutes before it (Whitt 1982,
https://doi.org/10.1287/opre.30.1.125).
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import Handling, as_messages, message_times, writing_ratio
from optimizer.pending_messages import pending_at_any_time
from optimizer.rep_speeds import speeds_of

Floats = npt.NDArray[np.float64]
# Conversations open, waiting for the hands, and in the second phase of the customer's reply; and
# whether the first message is under way.
State = tuple[int, int, int, bool]

# Of the time to write a message: quicker answers take no time either.
_INSTANT = 1e-5


@dataclass(frozen=True)
class Drain:
    """How a rep ends conversations who takes nothing new, by how many there were: 0, 1, ….

    Parameters
    ----------
    after
        Mean minutes beyond the time looked at until the last one is over.
    hands, slots
        Mean minutes of writing, and minutes summed over open conversations, in that time.
    """

    after: Floats
    hands: Floats
    slots: Floats


@dataclass(frozen=True)
class _Reply:
    """A customer's reply in two phases.

    Parameters
    ----------
    first, second
        Rates per minute at which phases end.
    begins_second
        Share of replies that begin in the second phase.
    then_second
        Whether the second phase comes after the first.
    met_second
        Share of those replying, at any time, who are in the second phase.
    """

    first: float
    second: float
    begins_second: float
    then_second: bool
    met_second: float


@lru_cache(maxsize=64)
def drain(handling: Handling, minutes: float = 0.0) -> Drain:
    """Return how a rep's conversations come to an end, the first `minutes` looked at apart.

    Conversations met at any time have a geometric number of messages before them, and those that
    are with the customer also the rest of that wait. Who leaves is as likely slow as quick.
    """
    if handling.speed_cv == 0:
        return _drain(handling, minutes)
    writing, median = message_times(handling).writing_minutes, as_messages(handling)
    speeds, shares = speeds_of(handling.speed_cv)
    drains = [
        _drain(replace(median, speed_cv=0.0, writing_minutes=writing / speed), minutes)
        for speed in speeds.tolist()
    ]
    return Drain(
        *(
            np.asarray(shares @ np.array([getattr(each, name) for each in drains]))
            for name in ("after", "hands", "slots")
        )
    )


def _drain(handling: Handling, minutes: float) -> Drain:
    """Return how the conversations of a rep of speed 1 come to an end."""
    states, met = _met(handling)
    moves = _moves(handling, {state: index for index, state in enumerate(states)})
    ends = np.array([(1.0, waiting > 0, level) for level, waiting, *_ in states])
    later = ends
    if minutes:
        from scipy.linalg import expm

        later = expm(moves * minutes) @ ends
    after, hands, slots = np.linalg.solve(
        -moves, np.column_stack([later[:, 0], (ends - later)[:, 1:]])
    ).T
    return Drain(met @ after, met @ hands, met @ slots)


def _reply(handling: Handling) -> _Reply:
    times = message_times(handling)
    mean = max(times.customer_reply_minutes, _INSTANT * times.writing_minutes)
    squared = max(handling.customer_reply_cv**2, 0.5)
    if squared == 1 or times.rep_messages == 1:
        return _Reply(1 / mean, 1 / mean, 0.0, then_second=False, met_second=0.0)
    if squared > 1:
        rare = (1 - math.sqrt((squared - 1) / (squared + 1))) / 2
        return _Reply(
            2 * (1 - rare) / mean, 2 * rare / mean, rare, then_second=False, met_second=0.5
        )
    apart = math.sqrt(2 * squared - 1)
    first, second = 2 / (1 + apart) / mean, 2 / (1 - apart) / mean
    return _Reply(first, second, 0.0, then_second=True, met_second=(1 - apart) / 2)


def _met(handling: Handling) -> tuple[list[State], Floats]:
    """Return the states, and how likely each is when a rep holds 0, 1, … (a row each)."""
    ratio = writing_ratio(message_times(handling))
    met_second, uneven = _reply(handling).met_second, handling.writing_cv != 1
    states: list[State] = []
    weights: list[tuple[int, float]] = []
    for level in range(1, handling.concurrency + 1):
        pending = pending_at_any_time(level, ratio, handling.writing_cv)
        for waiting, chance in enumerate(pending.tolist()):
            away = level - waiting
            for second in range(away + 1 if met_second else 1):
                chosen = math.comb(away, second) * met_second**second
                states.append((level, waiting, second, uneven and waiting > 0))
                weights.append((level, chance * chosen * (1 - met_second) ** (away - second)))
    met = np.zeros((handling.concurrency + 1, len(states)))
    for index, (level, weight) in enumerate(weights):
        met[level, index] = weight
    # What is written later is not under way when the end begins.
    later = [(*state[:3], False) for state in states if state[3]]
    return states + later, np.hstack([met, np.zeros((len(met), len(later)))])


def _moves(handling: Handling, place: dict[State, int]) -> Floats:
    """Return the rates per minute from state to state; what leaves a row's sum ends everything."""
    times, reply = message_times(handling), _reply(handling)
    left, last = (1 + handling.writing_cv**2) / 2, 1 / times.rep_messages
    moves = np.zeros((len(place), len(place)))
    for (level, waiting, second, begun), index in place.items():
        first = level - waiting - second
        heard = second + 1 if reply.then_second else second
        leads: list[tuple[State, float]] = [
            ((level, waiting + 1, second - 1, begun), second * reply.second),
            ((level, waiting + (not reply.then_second), heard, begun), first * reply.first),
        ]
        if waiting:
            begins = reply.begins_second
            written = 1 / (times.writing_minutes * (left if begun else 1))
            leads += [
                ((level - 1, waiting - 1, second, False), written * last),
                ((level, waiting - 1, second, False), written * (1 - last) * (1 - begins)),
                ((level, waiting - 1, second + 1, False), written * (1 - last) * begins),
            ]
        for state, rate in leads:
            moves[index, index] -= rate
            if rate and state in place:
                moves[index, place[state]] += rate
    return moves
