r"""The fewest reps of its own with which an asynchronous queue keeps its promise.

Work that may wait can be done at many times, so the fewest reps are no forward search. The recipe:

1. On the customer's clock, the work that has come is an upper bound of the work that can be done,
   and the work that is due a lower one. The taut string between them is the steadiest course,
   :math:`f(t)` hands, that does everything just in time, were there no chance (Modigliani and Hohn
   1955, https://doi.org/10.2307/1905580).
2. Against chance, :math:`f + \theta \sqrt{2 f a / T}` hands less what is spared, in whole reps,
   with the least :math:`\theta` that keeps every interval's promise.
3. One rep fewer is tried on stretches of eight hours, then on shorter ones down to single
   intervals, until no rep can go anywhere: what is left is even enough for shifts, and one rep
   fewer in any interval breaks a promise.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.staffing.backlog import (
    Backlog,
    Passage,
    answered_in_time,
    pass_interval,
    waiting_at_start,
)
from optimizer.staffing.hands import Flags, Floats, Hands
from optimizer.staffing.inbox import NOTHING, Waiting, follow_inbox
from optimizer.staffing.inbox_work import InboxWork

Reps = npt.NDArray[np.int64]

_STRETCHES_MINUTES = (480, 240, 120, 60, 30, 15)
_MOST_MARGIN = 1e6
_HALVINGS = 6
_TIGHTEST = 4
_TIGHT = 0.1
# Where two courses differ by less than can move a promise by a thousandth of a point.
_FADED = 1e-6
_FADED_AWAY = 1e-3


@dataclass(frozen=True)
class Inbox:
    """What an asynchronous queue has before its own reps are known.

    Parameters
    ----------
    volume
        Conversations that begin in each interval.
    spared
        Hands that real-time queues spare in each interval.
    is_open
        Where the customer's clock runs; elsewhere nobody is put to work.
    minutes
        Length of an interval.
    work
        What a conversation asks.
    waiting
        What waits when the first interval begins.
    """

    volume: Floats
    spared: Floats
    is_open: Flags
    minutes: float
    work: InboxWork
    waiting: Waiting = NOTHING

    def hands(self, own: Floats | Reps) -> Hands:
        """Return the hands with so many of its own."""
        return Hands(np.asarray(own, dtype=float), self.spared, self.is_open, self.minutes)


@dataclass(frozen=True)
class ReplyPromise:
    """What every interval with volume has to meet.

    Parameters
    ----------
    target
        Share of the conversations that begin in it to be in time.
    within_minutes
        What in time is, on the customer's clock.
    in_time
        How likely the event that counts is in time: `begun_in_time` or `answered_in_time`.
    share_of_time
        What a rep gives to writing at most.
    """

    target: float
    within_minutes: float
    in_time: Callable[[Passage, Hands, InboxWork, float], float] = answered_in_time
    share_of_time: float = 1.0


def fewest_own_reps(inbox: Inbox, promise: ReplyPromise, lowest: Reps) -> Reps:
    """Search for the fewest reps of its own that keep an asynchronous queue's promise.

    Parameters
    ----------
    inbox, promise
        The queue, and what is promised.
    lowest
        Least reps of its own in each interval.

    Returns
    -------
    numpy.ndarray
        Reps per interval. With one rep fewer in any interval above `lowest`, all others being as
        they are, some interval with volume would break its promise.

    Raises
    ------
    ValueError
        When no number of reps keeps the promise.
    """
    search = _Search(inbox, promise, lowest)
    search.start()
    for stretch in _STRETCHES_MINUTES:
        if stretch >= inbox.minutes:
            most = int((search.own - lowest).max())
            for power in range(max(most // 4, 1).bit_length() - 1, -1, -1):
                search.thin_out(round(stretch / inbox.minutes), 2**power)
    return search.own


class _Search:
    def __init__(self, inbox: Inbox, promise: ReplyPromise, lowest: Reps) -> None:
        self.inbox, self.promise, self.lowest = inbox, promise, lowest
        self.own = lowest.copy()
        self.starts: list[Backlog] = []
        self.passages: list[Passage] = []
        self.shares = np.ones(len(lowest))

    def hands(self, own: Reps) -> Hands:
        """Return the hands with so many reps, who give a share of their time."""
        return self.inbox.hands(np.asarray(own * self.promise.share_of_time))

    def share(self, passage: Passage, place: int, hands: Hands) -> float:
        """Return the share in time of those who begin in an interval; 1 when nobody does."""
        if self.inbox.volume[place] <= 0:
            return 1.0
        promise = self.promise
        return promise.in_time(passage, hands, self.inbox.work, promise.within_minutes)

    def start(self) -> None:
        """Begin with the steadiest course and the least margin that keeps every promise."""
        steady = steady_hands(self.inbox, self.promise.within_minutes)
        if self._take(self.lowest):
            return
        margin = 0.25
        while not self._take(self._with_margin(steady, margin)):
            margin *= 2
            if margin > _MOST_MARGIN:
                raise ValueError("No number of reps keeps the promise.")
        low, high = (0.0 if margin == 0.25 else margin / 2), margin
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if self._take(self._with_margin(steady, middle)):
                high = middle
            else:
                low = middle

    def _with_margin(self, steady: Floats, margin: float) -> Reps:
        writing, within = self.inbox.work.writing_minutes, self.promise.within_minutes
        buffer = np.sqrt(2 * steady * writing / within)
        wanted = (steady + margin * buffer - self.inbox.spared) / self.promise.share_of_time
        own = np.where(self.inbox.is_open, np.ceil(wanted - 1e-9), 0)
        return np.maximum(own, self.lowest).astype(np.int64)

    def _take(self, own: Reps) -> bool:
        """Take these reps if they keep every promise."""
        hands, inbox = self.hands(own), self.inbox
        passages: list[Passage] = []
        shares: list[float] = []
        starts = [waiting_at_start(inbox.waiting.total)]
        course = follow_inbox(inbox.volume, hands, inbox.work, inbox.waiting)
        for place, passage in enumerate(course):
            shares.append(self.share(passage, place, hands))
            if shares[-1] < self.promise.target:
                return False
            passages.append(passage)
            starts.append(passage.end)
        self.own, self.passages, self.starts, self.shares = own, passages, starts, np.array(shares)
        return True

    def thin_out(self, length: int, reps: int) -> None:
        """Take reps off stretches of so many intervals for as long as that breaks nothing."""
        firm = np.zeros(len(self.own), dtype=bool)
        while True:
            stretches = [
                stretch for stretch in self._stretches(length, reps) if not firm[stretch].all()
            ]
            if not stretches:
                return
            for stretch in stretches:
                firm[stretch] = not self._lower(stretch, reps)

    def _stretches(self, length: int, reps: int) -> list[slice]:
        """Cut the runs of intervals with so many reps to spare."""
        spare = self.own - self.lowest >= reps
        edges = np.flatnonzero(np.diff(np.concatenate([[False], spare, [False]]).astype(int)))
        return [
            slice(int(first), min(int(first) + length, int(end)))
            for begin, end in edges.reshape(-1, 2)
            for first in range(int(begin), int(end), length)
        ]

    def _lower(self, stretch: slice, reps: int) -> bool:
        """Take reps off a stretch if every promise is kept without."""
        own = self.own.copy()
        own[stretch] -= reps
        hands, target = self.hands(own), self.promise.target
        if not self._might(stretch, hands):
            return False
        shares = self.shares.copy()
        for place in range(stretch.start - 1, self._first_met(stretch.start, hands) - 1, -1):
            shares[place] = self.share(self.passages[place], place, hands)
            if shares[place] < target:
                return False
        found = self._course(stretch, hands, shares)
        if found is None:
            return False
        for place, passage in found.items():
            self.passages[place], self.starts[place + 1] = passage, passage.end
        self.own, self.shares = own, shares
        return True

    def _course(self, stretch: slice, hands: Hands, shares: Floats) -> dict[int, Passage] | None:
        """Follow the backlog from a change until it has faded; None when a promise is broken.

        Most that are broken were tight before, and so the others are asked at the end. `shares` is
        brought up to date.
        """
        target = self.promise.target
        found: dict[int, Passage] = {}
        backlog = self.starts[stretch.start]
        for place in range(stretch.start, len(shares)):
            arrivals = float(self.inbox.volume[place]) / hands.minutes
            found[place] = pass_interval(backlog, arrivals, hands, place, self.inbox.work)
            if self.shares[place] < target + _TIGHT:
                shares[place] = self.share(found[place], place, hands)
                if shares[place] < target:
                    return None
            backlog = found[place].end
            if place >= stretch.stop and _alike(backlog, self.starts[place + 1]):
                break
        for place, passage in found.items():
            if self.shares[place] >= target + _TIGHT:
                shares[place] = self.share(passage, place, hands)
                if shares[place] < target:
                    return None
        return found

    def _might(self, stretch: slice, hands: Hands) -> bool:
        """Say whether the tightest promises are kept with the backlog before: it only grows."""
        first = self._first_met(stretch.start, hands)
        near = np.arange(first, min(2 * stretch.stop - first, len(self.shares)))
        for place in near[np.argsort(self.shares[near], kind="stable")[:_TIGHTEST]]:
            passage = self.passages[int(place)]
            if self.share(passage, int(place), hands) < self.promise.target:
                return False
        return True

    def _first_met(self, place: int, hands: Hands) -> int:
        """Return the first interval of which some are due when another one begins, or later."""
        reached = hands.clock[1:] + self.promise.within_minutes
        return min(int(np.searchsorted(reached, hands.clock[place])), place)


def _alike(one: Backlog, other: Backlog) -> bool:
    """Say whether what differs between two courses has faded."""
    low = min(one.low, other.low)
    size = max(one.low + len(one.chance), other.low + len(other.chance)) - low
    apart = np.zeros(size)
    apart[one.low - low :][: len(one.chance)] += one.chance
    apart[other.low - low :][: len(other.chance)] -= other.chance
    return float(np.abs(apart).sum()) < _FADED and abs(one.away - other.away) < _FADED_AWAY


def steady_hands(inbox: Inbox, within: float) -> Floats:
    """Return the steadiest hands that do all work between its coming and its being due.

    Returns
    -------
    numpy.ndarray
        Hands in each interval; 0 where the customer's clock stands.
    """
    places = np.flatnonzero(inbox.is_open)
    steady = np.zeros(len(inbox.volume))
    if not len(places):
        return steady
    clock = inbox.hands(steady).clock
    came = np.cumsum(np.concatenate([[inbox.waiting.total], _messages(inbox)]))
    came *= inbox.work.writing_minutes
    upper = np.concatenate([[0.0], came[places + 1]])
    # What waits at the start is no more urgent than what comes first.
    due = np.interp(clock[places + 1] - within, clock, came, left=0.0)
    lower = np.minimum(np.concatenate([[0.0], due]), upper)
    lower[-1] = upper[-1]
    steady[places] = np.diff(taut_string(lower, upper)) / inbox.minutes
    return steady


def _messages(inbox: Inbox) -> Floats:
    """Return the messages that come in each interval when every one is answered at once."""
    work, minutes = inbox.work, inbox.minutes
    messages = np.zeros(len(inbox.volume))
    away = 0.0
    kept = math.exp(-minutes / work.rep_messages / max(work.customer_reply_minutes, minutes / 2))
    for place, contacts in enumerate(inbox.volume):
        # Each answer is followed by another one with the same likelihood.
        joining = float(contacts) * work.returning
        leave = (away + joining / 2) * (1 - kept)
        messages[place] = float(contacts) + leave * work.rep_messages
        away = max(away + joining - leave, 0.0)
    return messages


def taut_string(lower: Floats, upper: Floats) -> Floats:
    """Return the shortest course from the first to the last point between two bounds.

    Parameters
    ----------
    lower, upper
        Bounds at even distances; they meet at both ends.

    Examples
    --------
    >>> taut_string(np.array([0.0, 0, 0, 6]), np.array([0.0, 1, 6, 6]))
    array([0. , 1. , 3.5, 6. ])
    """
    course = np.array(lower, dtype=float)
    begin, last = 0, len(lower) - 1
    while begin < last:
        lowest, highest = -math.inf, math.inf
        at_low = at_high = end = last
        for place in range(begin + 1, last + 1):
            least = (lower[place] - course[begin]) / (place - begin)
            most = (upper[place] - course[begin]) / (place - begin)
            if least > highest:
                end, slope = at_high, highest
                break
            if most < lowest:
                end, slope = at_low, lowest
                break
            if least >= lowest:
                lowest, at_low = least, place
            if most <= highest:
                highest, at_high = most, place
        else:
            slope = lowest
        course[begin : end + 1] = course[begin] + slope * np.arange(end - begin + 1)
        begin = end
    return course
