"""The fewest reps with which every interval meets its promise, given what is carried into it."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import Handling, message_times
from optimizer.staffing.first_reply import Delay
from optimizer.staffing.floor import Floor, floor_of
from optimizer.staffing.passage import (
    EMPTY,
    Ahead,
    Carry,
    Passage,
    as_far_as,
    longest_wait,
    pass_interval,
)

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

_FREE_PASSES = 4
_FADED = 1e-8
# Intervals whose chains are kept for the next pass: a week of hours, so that memory has an end.
_REMEMBERED = 200


@dataclass(frozen=True)
class Promise:
    """What every interval with volume has to meet.

    Parameters
    ----------
    target
        Share of the contacts arriving that are picked up, or answered, in time.
    within_minutes
        What in time is.
    delay
        From pick-up to the event that counts.
    max_hands_busy
        Cap on the share of time in which a rep's hands are busy.
    hand_back
        Whether who leaves hands open conversations back; else they are kept.
    """

    target: float
    within_minutes: float
    delay: Delay
    max_hands_busy: float
    hand_back: bool = False


@dataclass
class _Trial:
    """What was tried in one interval, valid for what is carried into it.

    Parameters
    ----------
    carry
        What is carried into it.
    floors, passages
        By reps.
    spare
        By reps, alone or with the numbers of the next intervals if they matter: by how much the
        promise is kept at least, or if below 0 broken.
    """

    carry: Carry | None = None
    floors: dict[int, Floor] = field(default_factory=dict)
    passages: dict[int, Passage] = field(default_factory=dict)
    spare: dict[tuple[int, ...], float] = field(default_factory=dict)

    def renew(self, carry: Carry) -> None:
        """Forget what may be different with another load carried in.

        Service is a mean over the load of numbers from 0 to 1, and two loads never grow further
        apart: what is kept, or broken, by more than they are apart still is. Only how joiners catch
        up depends on the load otherwise.
        """
        if self.carry is carry:
            return
        apart = _apart(self.carry, carry)
        if apart < _FADED:
            return
        self.carry, self.passages = carry, {}
        self.spare = {
            tried: math.copysign(abs(spare) - apart, spare)
            for tried, spare in self.spare.items()
            if abs(spare) > apart and tried[0] <= carry.reps and not carry.newer.reps
        }


def fewest_reps(
    volume: Floats,
    minimum: Reps,
    interval_minutes: float,
    handling: Handling,
    promise: Promise,
    guess: Reps | None = None,
) -> Reps:
    """Search forward for the fewest reps that meet the promise in every interval with volume.

    Parameters
    ----------
    volume
        Contacts per interval.
    minimum
        Least reps on duty; 0 with no volume means that the interval is closed.
    interval_minutes
        Length of an interval.
    handling, promise
        What a conversation asks of a rep, and what is promised.
    guess
        Where to start searching in each interval; it makes the search shorter.

    Returns
    -------
    numpy.ndarray
        Reps per interval. With one rep fewer in any interval with volume and above its minimum,
        all others being as they are, that interval would break its promise; where neighbours pull
        each other to and fro, as short intervals may, it can be one of its neighbours instead.

    Notes
    -----
    Who arrives shortly before a change of staff is picked up after it, so an interval's answer
    depends a little on the next one's: the first pass supposes that the staff stays, the others
    know the pass before them and end when nothing changes. After a few passes reps are only added,
    so there is an end, and at the end every promise is kept.
    """
    search = _Search(volume, minimum, interval_minutes, handling, promise, guess)
    reps = search.forward(None, minimum)
    for number in itertools.count():
        lowest = minimum if number < _FREE_PASSES else np.maximum(minimum, reps)
        again = search.forward(reps, lowest)
        if (again == reps).all():
            break
        reps = again
    return reps


class _Search:
    def __init__(
        self,
        volume: Floats,
        minimum: Reps,
        interval_minutes: float,
        handling: Handling,
        promise: Promise,
        guess: Reps | None,
    ) -> None:
        self.guess = guess
        self.volume, self.minimum, self.minutes = volume, minimum, interval_minutes
        self.empty = floor_of(handling)
        self.touch = message_times(handling).touch_minutes
        self.promise = promise
        self.within = longest_wait(promise.within_minutes, self.empty.abandonment, promise.delay)
        # All intervals are of one length.
        ahead = itertools.repeat((self.empty, interval_minutes))
        self.reach = len(as_far_as(self.within, ahead))
        self.trials = [_Trial() for _ in volume]

    def forward(self, known: Reps | None, lowest: Reps) -> Reps:
        """Search interval by interval from `lowest` up, the following ones being as `known`."""
        found = np.zeros(len(self.volume), dtype=np.int64)
        carry = EMPTY
        for index, low in enumerate(lowest):
            found[index] = low
            if self.volume[index] > 0:
                self.trials[index].renew(carry)
                meets = partial(self._meets, index, carry, known)
                found[index] = _smallest(meets, self._guess(index, found, known), int(low))
            carry = self._passage(index, carry, int(found[index])).carry
            self._forget_but(index, int(found[index]))
        return found

    def _forget_but(self, index: int, found: int) -> None:
        """Keep what the next pass asks first, not all that was tried: it is large in a week."""
        kept = self.trials[index].passages
        self.trials[index].passages = {
            reps: kept[reps] for reps in (found - 1, found) if reps in kept
        }
        if index >= _REMEMBERED:
            self.trials[index - _REMEMBERED].passages = {}
            self.trials[index - _REMEMBERED].floors = {}

    def _guess(self, index: int, found: Reps, known: Reps | None) -> int:
        if known is not None:
            return int(known[index])
        if self.guess is not None:
            return int(self.guess[index])
        load: float = float(self.volume[index]) / self.minutes / self.empty.rates[-1]
        if index and self.volume[index - 1] > 0:
            before: float = load * float(self.volume[index - 1] / self.volume[index])
            spare = (int(found[index - 1]) - before) / math.sqrt(before)
            return max(round(load + spare * math.sqrt(load)), 0)
        return math.ceil(load + math.sqrt(load))

    def _meets(self, index: int, carry: Carry, known: Reps | None, reps: int) -> bool:
        spare = self.trials[index].spare
        if (reps,) in spare:
            return spare[reps,] >= 0
        later = self._later(index, reps, known)
        tried = reps, *(floor.reps for floor, _ in later)
        if tried not in spare:
            found, decided = self._spare(self._passage(index, carry, reps), later)
            tried = (reps,) if decided else tried
            spare[tried] = found
        return spare[tried] >= 0

    def _spare(self, passage: Passage, later: Sequence[Ahead]) -> tuple[float, bool]:
        """Return by how much the promise is kept at least, and whether whatever comes after."""
        promise, busy = self.promise, 1.0
        if promise.max_hands_busy < 1:
            busy = promise.max_hands_busy - passage.hands_busy(self.touch)
            if busy < 0:
                return busy, True
        steady = passage.in_time(promise.delay, self.within) - promise.target
        # More do not arrive so late, or wait so long, that the next interval could decide.
        undecided = min(self.within / self.minutes, passage.left_waiting)
        if abs(steady) > undecided:
            return min(math.copysign(abs(steady) - undecided, steady), busy), True
        if any(floor.reps != passage.floor.reps for floor, _ in later):
            steady = passage.in_time(promise.delay, self.within, later) - promise.target
        return min(steady, busy), False

    def _later(self, index: int, reps: int, known: Reps | None) -> Sequence[Ahead]:
        """Return what comes after interval `index`: known, or closed, or as it is."""
        ahead: list[Ahead] = []
        count = reps
        for later in range(index + 1, min(index + 1 + self.reach, len(self.volume))):
            if known is not None:
                count = int(known[later])
            elif self.volume[later] == 0:
                count = int(self.minimum[later])
            ahead.append((self._floor(later, count), self.minutes))
        return ahead

    def _floor(self, index: int, reps: int) -> Floor:
        floors = self.trials[index].floors
        if reps not in floors:
            arrivals = float(self.volume[index]) / self.minutes
            floors[reps] = replace(self.empty, reps=reps, arrivals=arrivals)
        return floors[reps]

    def _passage(self, index: int, carry: Carry, reps: int) -> Passage:
        trial = self.trials[index]
        trial.renew(carry)
        if reps not in trial.passages:
            trial.passages[reps] = pass_interval(
                carry, self._floor(index, reps), self.minutes, hand_back=self.promise.hand_back
            )
        return trial.passages[reps]


def _apart(one: Carry | None, other: Carry) -> float:
    """Return how far two loads are apart, from 0 to 2; endless if reps are not the same."""
    if one is None or (one.reps, one.newer) != (other.reps, other.newer):
        return math.inf
    shared = min(len(one.load), len(other.load))
    apart = np.abs(one.load[:shared] - other.load[:shared]).sum()
    return float(apart + one.load[shared:].sum() + other.load[shared:].sum())


def _smallest(meets: Callable[[int], bool], guess: int, low: int) -> int:
    """Return the smallest number from `low` that meets, searching outwards from a guess."""
    guess = max(guess, low)
    if meets(guess):
        good = guess
        for step in _strides():
            if good <= low:
                break
            tried = max(good - step, low)
            if not meets(tried):
                return _between(meets, tried, good)
            good = tried
        return good
    bad, strides = guess, _strides()
    step = next(strides)
    while not meets(bad + step):
        bad, step = bad + step, next(strides)
    return _between(meets, bad, bad + step)


def _strides() -> Iterator[int]:
    """Yield 1, 1, 1, 2, 4, …: a guess is seldom far off."""
    yield 1
    yield 1
    for power in itertools.count():
        yield 2**power


def _between(meets: Callable[[int], bool], bad: int, good: int) -> int:
    while good - bad > 1:
        middle = (bad + good) // 2
        if meets(middle):
            good = middle
        else:
            bad = middle
    return good
