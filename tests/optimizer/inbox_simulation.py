"""An inbox simulated message by message: the oracle of the backlog model, sharing none of its code.

Conversations begin by a Poisson process at a constant rate per interval. Every message, first or
later, joins the end of one line and is written by one rep without a pause; then, unless it was the
last one, the customer answers after an exponential time. Reps join and leave when an interval
begins; who leaves finishes the message in hand. The customer's clock runs in open intervals only.
"""

import heapq
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Inbox:
    """What conversations ask: messages (geometric), minutes to write one, minutes to an answer."""

    messages: float
    writing: float
    reply: float = 0.0
    writing_cv: float = 1.0


@dataclass(frozen=True)
class Seen:
    """Means over replications, a row per interval."""

    share: np.ndarray
    share_se: np.ndarray
    backlog: np.ndarray
    backlog_90: np.ndarray
    oldest: np.ndarray
    busy: np.ndarray


class OpenClock:
    """Minutes of opening hours gone by at any minute; beyond the end it always runs."""

    def __init__(self, is_open, minutes):
        self.is_open, self.minutes = list(is_open), minutes
        self.before = np.concatenate([[0.0], np.cumsum(np.asarray(is_open) * minutes)])

    def at(self, minute):
        """Return the clock's minutes."""
        place = int(minute // self.minutes)
        if place >= len(self.is_open):
            return self.before[-1] + minute - len(self.is_open) * self.minutes
        return self.before[place] + self.is_open[place] * (minute - place * self.minutes)


def writing_times(random, inbox, size):
    """Draw writing times: exponential, or lognormal of another spread."""
    if inbox.writing_cv == 1:
        return random.exponential(inbox.writing, size)
    spread = np.log1p(inbox.writing_cv**2)
    return inbox.writing * random.lognormal(-spread / 2, np.sqrt(spread), size)


def replicate(random, volume, reps, minutes, inbox, clock, waiting):
    """Run once; return first replies as (interval of arrival, minutes on the clock), and a trace.

    The trace has, for each interval's end, the messages waiting or in the hands of who stays, and
    the age of the oldest of them on the wall; then the minutes written in each interval.
    """
    horizon = len(volume) * minutes
    open_places = [place for place, runs in enumerate(clock.is_open) if runs]
    after = reps[open_places[-1]] if open_places else reps[-1]
    events = []
    number = 0

    def push(time, kind, thing):
        nonlocal number
        heapq.heappush(events, (time, number, kind, thing))
        number += 1

    for place, contacts in enumerate(volume):
        for time in random.uniform(0, minutes, random.poisson(contacts)):
            push(place * minutes + time, "message", (place, place * minutes + time))
    for place, count in enumerate(reps):
        push(place * minutes, "staff", (count, place))
    push(horizon, "staff", (after, len(reps)))
    line = [(-1, 0.0)] * waiting
    head = busy = on_duty = 0
    in_hand, leaving = {}, {}
    replies, ends = [], []
    written = np.zeros(len(volume) + 1)
    left = sum(1 for event in events if event[2] == "message")
    while events and (left or len(ends) < len(volume)):
        time, tag, kind, thing = heapq.heappop(events)
        if kind == "staff":
            count, place = thing
            if place:
                open_messages = [came for _, came in line[head:]] + list(in_hand.values())
                oldest = time - min(open_messages) if open_messages else 0.0
                ends.append((len(open_messages), oldest))
            if on_duty > count and busy:
                leave = random.hypergeometric(busy, on_duty - busy, on_duty - count)
                for tag in random.permutation(list(in_hand))[:leave]:
                    leaving[tag] = in_hand.pop(tag)
                busy -= leave
            on_duty = count
        elif kind == "message":
            line.append((thing[0], time))
        else:
            if leaving.pop(tag, None) is None:
                busy -= 1
                del in_hand[tag]
            first, came = thing
            if first >= 0:
                replies.append((first, clock.at(time) - clock.at(came)))
                left -= 1
            if random.random() > 1 / inbox.messages:
                push(time + random.exponential(inbox.reply), "message", (-1, 0.0))
        while busy < on_duty and head < len(line):
            thing = line[head]
            head += 1
            busy += 1
            took = float(writing_times(random, inbox, 1)[0])
            in_hand[number] = thing[1]
            _spread(written, time, time + took, minutes)
            push(time + took, "done", thing)
    return replies, ends, written[:-1]


def _spread(written, start, end, minutes):
    while start < end:
        place = min(int(start // minutes), len(written) - 1)
        until = end if place == len(written) - 1 else min(end, (place + 1) * minutes)
        written[place] += until - start
        start = until


def simulate(volume, reps, minutes, inbox, is_open, within, replications, seed, waiting=0):
    """Replicate; return the share answered in time by interval of arrival, and the backlog."""
    clock = OpenClock(is_open, minutes)
    intervals = len(volume)
    came = np.zeros((replications, intervals))
    good = np.zeros((replications, intervals))
    backlog, oldest = np.zeros((replications, intervals)), np.zeros((replications, intervals))
    busy = np.zeros(intervals)
    for run in range(replications):
        random = np.random.default_rng([seed, run])
        replies, ends, written = replicate(random, volume, reps, minutes, inbox, clock, waiting)
        for place, took in replies:
            came[run, place] += 1
            good[run, place] += took <= within
        backlog[run] = [count for count, _ in ends]
        oldest[run] = [age for _, age in ends]
        busy += written / minutes / replications
    total = np.maximum(came.sum(axis=0), 1)
    share = good.sum(axis=0) / total
    off = good - share * came
    error = np.sqrt((off**2).sum(axis=0)) / total
    return Seen(
        share,
        error,
        backlog.mean(axis=0),
        np.quantile(backlog, 0.9, axis=0),
        oldest.mean(axis=0),
        busy,
    )
