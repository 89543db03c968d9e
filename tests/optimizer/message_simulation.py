"""A support floor, message by message: an oracle for the staffing model, sharing no code with it.

Contacts arrive as a Poisson process whose rate is constant within an interval. A new one goes to
the rep on duty with the fewest open conversations (ties at random), or waits in one first-come
queue until a slot is free or patience ends. A rep is one pair of hands and holds at most
`concurrency` conversations; pending messages are written first come first served. After every
message but the last of a conversation the customer thinks and answers. Reps join and leave at the
starts of intervals: who leaves is drawn at random, keeps and finishes what is open, and takes
nothing new; who joins starts empty. The floor starts empty, and beyond the last interval the staff
stays until every contact is picked up or gone.

Because hands work first come first served, the time at which a message is finished is known as
soon as it is pending (Lindley's recursion), so an event loop needs one event a message and one for
the end of a conversation.
"""

import contextlib
import gc
import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Spell = tuple[int, float, float]  # rep, start, end


@dataclass(frozen=True)
class Floor:
    """What a conversation asks of a rep, in plain numbers; times in minutes.

    `rep_messages` is the mean of a geometric number, at least 1. Times are exponential where their
    coefficient of variation is 1, and else lognormal; so is the speed of a rep, with mean 1.
    """

    concurrency: int
    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float
    patience_minutes: float
    writing_cv: float = 1.0
    customer_reply_cv: float = 1.0
    patience_cv: float = 1.0
    speed_cv: float = 0.0

    def completions_per_hour(self) -> float:
        """Conversations an hour that one rep ends who always holds `concurrency` of them.

        The machine-repair queue: each customer alternates between thinking and waiting for the
        hands (Palm 1947; the mean of the thinking time is all that matters, BCMP 1975).
        """
        thinking = self.customer_reply_minutes * (1 - 1 / self.rep_messages)
        if thinking == 0:
            return 60 / (self.writing_minutes * self.rep_messages)
        weights = [1.0]
        for waiting in range(self.concurrency):
            weights.append(
                weights[-1] * (self.concurrency - waiting) * self.writing_minutes / thinking
            )
        busy = 1 - weights[0] / sum(weights)
        return busy * 60 / (self.writing_minutes * self.rep_messages)


@dataclass
class _Day:
    """What one replication saw: per interval, and per conversation or message as start, end."""

    arrivals: Floats
    in_time: Floats
    answered: Floats
    later: Floats
    later_answered: Floats
    leavers: Floats
    overrun: Floats
    abandoned: Floats
    ended: Floats
    hands: Floats
    slots: Floats


def simulate(
    volume: Sequence[float],
    reps: Sequence[int],
    interval_minutes: float,
    floor: Floor,
    within_seconds: float,
    replications: int,
    seed: int,
) -> pd.DataFrame:
    """Simulate a stretch of time again and again and pool what happened in every interval.

    Returns
    -------
    pandas.DataFrame
        A row per interval. ``arrivals``: contacts over all replications. ``pick_up``: share of
        those who arrived in the interval that was picked up in time, and ``pick_up_se``, the
        standard error of that ratio over replications; ``first_reply`` and ``first_reply_se`` in
        the same way. ``follow_up``: share in time of the customers' later messages that came in the
        interval to reps on duty. ``overrun_minutes``: mean time that a rep works on who leaves when
        the interval starts. ``abandonment``: share that left.
        ``completions``: conversations ended in the interval, mean over replications.
        ``hands_busy``, ``slots_busy``: share of the time, and of the slots' time, of reps on duty.
    """
    random = np.random.default_rng(seed)
    with _no_collector():
        days = [
            _replicate(volume, reps, interval_minutes, floor, within_seconds / 60, random)
            for _ in range(replications)
        ]
    arrivals = np.array([day.arrivals for day in days])
    total = arrivals.sum(axis=0)
    on_duty = interval_minutes * np.where(np.asarray(reps) > 0, reps, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        share, error = _share(np.array([day.in_time for day in days]), arrivals)
        replied, replied_error = _share(np.array([day.answered for day in days]), arrivals)
        return pd.DataFrame(
            {
                "arrivals": total,
                "pick_up": share,
                "pick_up_se": error,
                "first_reply": replied,
                "first_reply_se": replied_error,
                "follow_up": np.sum([day.later_answered for day in days], axis=0)
                / np.sum([day.later for day in days], axis=0),
                "overrun_minutes": np.sum([day.overrun for day in days], axis=0)
                / np.sum([day.leavers for day in days], axis=0),
                "abandonment": np.sum([day.abandoned for day in days], axis=0) / total,
                "completions": np.mean([day.ended for day in days], axis=0),
                "hands_busy": np.mean([day.hands for day in days], axis=0) / on_duty,
                "slots_busy": np.mean([day.slots for day in days], axis=0)
                / (on_duty * floor.concurrency),
            }
        )


def _share(in_time: Floats, arrivals: Floats) -> tuple[Floats, Floats]:
    """Return the share of all arrivals and the standard error of that ratio over replications."""
    total = arrivals.sum(axis=0)
    share = in_time.sum(axis=0) / total
    deviations = in_time - share * arrivals
    return share, np.sqrt((deviations**2).sum(axis=0)) / total


def _times(random: np.random.Generator, mean: float, cv: float, count: int) -> Floats:
    """Draw so many times: exponential, or lognormal with that coefficient of variation."""
    if cv == 0:
        return np.full(count, mean)
    if cv == 1 or mean == 0:
        return np.asarray(random.exponential(mean, count))
    squared = np.log(1 + cv**2)
    return np.asarray(random.lognormal(np.log(mean) - squared / 2, np.sqrt(squared), count))


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Spare a third of the time: an event makes no cycles, only very many small tuples."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _duties(
    reps: Sequence[int], interval_minutes: float, random: np.random.Generator
) -> tuple[list[list[int]], list[list[int]], list[float]]:
    """Draw who joins and who leaves at the start of every interval, and until when each stays.

    Nothing that happens on the floor bears on who leaves, so it can be drawn beforehand. Whoever
    joins is a new number, because a leaver who comes back starts empty.
    """
    on_duty: list[int] = []
    joiners: list[list[int]] = []
    leavers: list[list[int]] = []
    until: list[float] = []
    for interval, count in enumerate(reps):
        leaving = max(len(on_duty) - count, 0)
        gone = [int(rep) for rep in random.choice(on_duty, leaving, replace=False)]
        for rep in gone:
            on_duty.remove(rep)
            until[rep] = interval * interval_minutes
        new = list(range(len(until), len(until) + count - len(on_duty)))
        until.extend(np.inf for _ in new)
        on_duty.extend(new)
        leavers.append(gone)
        joiners.append(new)
    return joiners, leavers, until


def _replicate(
    volume: Sequence[float],
    reps: Sequence[int],
    interval_minutes: float,
    floor: Floor,
    within: float,
    random: np.random.Generator,
) -> _Day:
    """Run one stretch of time, minutes from its start."""
    intervals = len(volume)
    counts = random.poisson(volume)
    interval_of = np.repeat(np.arange(intervals), counts)
    arrival = interval_minutes * (interval_of + random.random(len(interval_of)))
    arrival.sort()
    messages = random.geometric(1 / floor.rep_messages, len(arrival))

    loop = _Loop(floor, arrival, messages, random)
    joiners, leavers, until = _duties(reps, interval_minutes, random)
    loop.hands_free = [0.0] * len(until)
    loop.slowness = (1 / _times(random, 1.0, floor.speed_cv, len(until))).tolist()
    first = 0
    for interval in range(intervals):
        loop.change_staff(interval * interval_minutes, joiners[interval], leavers[interval])
        last = first + int(counts[interval])
        loop.run(first, last, (interval + 1) * interval_minutes)
        first = last
    loop.run(first, first, np.inf)

    picked_up = np.array(loop.picked_up)
    in_time = picked_up - arrival <= within
    answered = np.array(loop.first_sent) - arrival <= within
    asked, delays, whose = np.array(loop.later).reshape(-1, 3).T
    leaving = np.array(until)
    counted = asked < np.minimum(leaving[whose.astype(int)], intervals * interval_minutes)
    asked_in = (asked[counted] // interval_minutes).astype(int)
    gone = np.flatnonzero(np.isfinite(leaving))
    ends = np.copy(leaving)
    for rep, _, end in loop.conversations:
        if end > ends[rep]:
            ends[rep] = end
    gone_in = np.rint(leaving[gone] / interval_minutes).astype(int)
    edges: Floats = interval_minutes * np.arange(intervals + 1, dtype=float)
    return _Day(
        arrivals=counts.astype(float),
        in_time=np.bincount(interval_of, weights=in_time, minlength=intervals),
        answered=np.bincount(interval_of, weights=answered, minlength=intervals),
        later=np.bincount(asked_in, minlength=intervals).astype(float),
        later_answered=np.bincount(
            asked_in, weights=delays[counted] <= within, minlength=intervals
        ),
        leavers=np.bincount(gone_in, minlength=intervals).astype(float),
        overrun=np.bincount(gone_in, weights=ends[gone] - leaving[gone], minlength=intervals),
        abandoned=np.bincount(
            interval_of, weights=np.isnan(picked_up).astype(float), minlength=intervals
        ),
        ended=np.histogram([end for _, _, end in loop.conversations], edges)[0].astype(float),
        hands=_time_in(loop.messages_written, edges, leaving),
        slots=_time_in(loop.conversations, edges, leaving),
    )


def _time_in(spells: list[Spell], edges: Floats, until: Floats) -> Floats:
    """Return the time of all spells between neighbouring edges, while their rep is on duty."""
    if not spells:
        return np.zeros(len(edges) - 1)
    reps, starts, ends = (np.array(part) for part in zip(*spells, strict=True))
    ends = np.minimum(ends, until[reps])
    kept = ends > starts
    return np.diff(_time_since(starts[kept], edges) - _time_since(ends[kept], edges))


def _time_since(instants: Floats, edges: Floats) -> Floats:
    """Sum over instants the time from each until every edge, none when it lies later."""
    ordered = np.sort(instants)
    summed = np.concatenate([[0.0], np.cumsum(ordered)])
    before = np.searchsorted(ordered, edges)
    return np.asarray(before * edges - summed[before])


class _Loop:
    """The floor at an instant, and the events that move it on."""

    def __init__(
        self,
        floor: Floor,
        arrival: Floats,
        messages: npt.NDArray[np.int64],
        random: np.random.Generator,
    ) -> None:
        self.concurrency = floor.concurrency
        self.arrival = arrival.tolist()
        self.left = messages.tolist()
        total = int(messages.sum())
        writing = _times(random, floor.writing_minutes, floor.writing_cv, total)
        thinking = _times(random, floor.customer_reply_minutes, floor.customer_reply_cv, total)
        patience = _times(random, floor.patience_minutes, floor.patience_cv, len(arrival))
        self.writing, self.thinking = iter(writing.tolist()), iter(thinking.tolist())
        self.gives_up = (arrival + patience).tolist()
        self.first_sent = [float("inf")] * len(arrival)
        self.later: list[tuple[float, float, int]] = []
        self.slowness: list[float] = []
        self.tie = iter(random.random(2 * len(arrival)).tolist())
        self.picked_up = [float("nan")] * len(arrival)
        self.queue: deque[int] = deque()
        # At an event a message becomes pending or, when none is left, the conversation ends.
        self.events: list[tuple[float, int, int]] = []
        self.hands_free: list[float] = []
        self.open_at: dict[int, int] = {}
        self.levels: list[list[int]] = [[] for _ in range(self.concurrency + 1)]
        self.messages_written: list[Spell] = []
        self.conversations: list[Spell] = []

    def run(self, first: int, last: int, end: float) -> None:
        """Move on until `end`; contacts `first` to `last`, without it, arrive on the way."""
        for contact in range(first, last):
            now = self.arrival[contact]
            self._run_events(now)
            rep = self._emptiest()
            if rep is None:
                self.queue.append(contact)
            else:
                self._pick_up(now, contact, rep)
        self._run_events(end)

    def change_staff(self, now: float, joiners: list[int], leavers: list[int]) -> None:
        """Let reps go, who keep what they own, and let empty ones come and serve the queue."""
        for rep in leavers:
            self.levels[self.open_at.pop(rep)].remove(rep)
        for rep in joiners:
            self.open_at[rep] = 0
            self.levels[0].append(rep)
        while self.queue:
            rep = self._emptiest()
            waiting = None if rep is None else self._next_waiting(now)
            if rep is None or waiting is None:
                return
            self._pick_up(now, waiting, rep)

    def _run_events(self, end: float) -> None:
        """Let messages be written and conversations end until `end`."""
        events, left, hands_free = self.events, self.left, self.hands_free
        writing, thinking, written = self.writing, self.thinking, self.messages_written.append
        while events and events[0][0] <= end:
            now, contact, rep = events[0]
            if left[contact] == 0:
                heapq.heappop(events)
                self._end(now, contact, rep)
                continue
            begun = hands_free[rep]
            if begun < now:
                begun = now
            done = begun + next(writing) * self.slowness[rep]
            if self.first_sent[contact] == np.inf:
                self.first_sent[contact] = done
            else:
                self.later.append((now, done - now, rep))
            hands_free[rep] = done
            written((rep, begun, done))
            left[contact] -= 1
            heapq.heapreplace(
                events, (done + next(thinking) if left[contact] else done, contact, rep)
            )

    def _end(self, now: float, contact: int, rep: int) -> None:
        self.conversations.append((rep, self.picked_up[contact], now))
        if rep in self.open_at:
            self._move(rep, -1)
            waiting = self._next_waiting(now)
            if waiting is not None:
                self._pick_up(now, waiting, rep)

    def _pick_up(self, now: float, contact: int, rep: int) -> None:
        self.picked_up[contact] = now
        self._move(rep, 1)
        heapq.heappush(self.events, (now, contact, rep))  # the first message is pending at once

    def _next_waiting(self, now: float) -> int | None:
        while self.queue:
            contact = self.queue.popleft()
            if self.gives_up[contact] > now:
                return contact
        return None

    def _emptiest(self) -> int | None:
        """Draw a rep on duty from those with the fewest open conversations, if one has a slot."""
        for level in self.levels[: self.concurrency]:
            if level:
                return level[int(next(self.tie) * len(level))]
        return None

    def _move(self, rep: int, step: int) -> None:
        level = self.open_at[rep]
        self.levels[level].remove(rep)
        self.levels[level + step].append(rep)
        self.open_at[rep] = level + step
