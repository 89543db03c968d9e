"""What chance decides in one replication of the simulator, drawn before anything happens.

Contacts and staff have streams of random numbers of their own, so the same contacts come, with the
same messages, whatever staff there is: plans are compared on the same weeks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import ReplyOrder
from optimizer.rep_speeds import draw_speeds
from optimizer.staffing.leaving import ShiftEnd
from optimizer.staffing.simulation_records import JOIN, LEAVE, MARK, REST, RESUME, STOP

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

Routing = Literal["fewest", "round_robin", "longest_idle"]


@dataclass(frozen=True)
class Work:
    """What conversations ask of reps, in plain numbers; times in minutes.

    Parameters
    ----------
    concurrency
        Conversations that a rep holds at once, at most.
    rep_messages
        Mean of the geometric number of messages that the rep writes.
    writing_minutes, customer_reply_minutes, patience_minutes
        Means: to write one message, until the customer's next one, and until a customer who waits
        for a rep gives up; patience may be infinite.
    writing_cv, customer_reply_cv, patience_cv
        Standard deviation over mean: 1 is exponential, anything else lognormal.
    reply_order
        In which order a rep writes what is pending.
    """

    concurrency: int
    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float
    patience_minutes: float
    writing_cv: float = 1.0
    customer_reply_cv: float = 1.0
    patience_cv: float = 1.0
    reply_order: ReplyOrder = "first_come"

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, not {self.concurrency}.")
        if not 1 <= self.rep_messages < math.inf:
            raise ValueError(
                f"rep_messages must be a finite number of at least 1, not {self.rep_messages:g}."
            )
        for name in ("writing_minutes", "patience_minutes"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name):g}.")
        for name in ("customer_reply_minutes", "writing_cv", "customer_reply_cv", "patience_cv"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be finite and at least 0.")


@dataclass(frozen=True)
class Break:
    """A spell in which some reps on duty take no new conversation, in minutes from the start.

    Parameters
    ----------
    start, end
        When.
    reps
        How many; they are drawn from those who are on duty and on no other break.
    """

    start: float
    end: float
    reps: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"A break starts before it ends, not {self.start:g} to {self.end:g}.")
        if self.reps < 1:
            raise ValueError(f"At least one rep takes a break, not {self.reps}.")


@dataclass(frozen=True)
class Practice:
    """How the team works.

    Parameters
    ----------
    shift_end
        Who leaves keeps and finishes what is open, hands it back to the front of the queue, or
        takes nothing new in the last minutes and then keeps the rest.
    wind_down_minutes
        Those last minutes.
    routing
        A new conversation goes to the rep with a free slot who has the fewest open (ties drawn),
        whose last one came longest ago, or whose last one ended longest ago.
    breaks
        When reps pause.
    break_waits
        Whether what is open waits until the break is over. As a rule it does not: a rep stops
        taking new chats, ends those that are open, and then goes.
    speed_cv
        Of the reps' speeds of writing (`optimizer.rep_speeds`); a rep's holds for as long as the
        rep is on duty.
    """

    shift_end: ShiftEnd = "keep"
    wind_down_minutes: float = 15.0
    routing: Routing = "fewest"
    breaks: tuple[Break, ...] = ()
    break_waits: bool = False
    speed_cv: float = 0.0


@dataclass(frozen=True)
class Contacts:
    """The customers of one replication, numbered in the order in which they come.

    Parameters
    ----------
    interval, arrival, gives_up, first
        Of each contact: the interval and minute in which it comes, until when it waits, and its
        first message; `first` ends with the number of messages.
    writing, reply
        Of each message: minutes to write it, and until the customer's next one.
    """

    interval: Integers
    arrival: Floats
    gives_up: Floats
    first: Integers
    writing: Floats
    reply: Floats


@dataclass(frozen=True)
class Staff:
    """Who comes and goes in one replication; every joiner is a new number.

    Parameters
    ----------
    time, kind, rep
        Changes in order, the last one infinitely late.
    until
        Interval at whose start each rep leaves; the number of intervals for who stays.
    slow
        How many times longer each rep takes to write.
    """

    time: Floats
    kind: Integers
    rep: Integers
    until: Integers
    slow: Floats


def draw_contacts(
    counts: Integers, interval_minutes: float, work: Work, random: np.random.Generator
) -> Contacts:
    """Draw the customers that come in so many in each interval, at any minute of it alike."""
    interval = np.repeat(np.arange(len(counts)), counts)
    arrival = interval_minutes * (interval + random.random(len(interval)))
    arrival.sort()
    messages = random.geometric(1 / work.rep_messages, len(arrival))
    total = int(messages.sum())
    patience = spread_around(work.patience_minutes, work.patience_cv, len(arrival), random)
    return Contacts(
        interval=interval,
        arrival=arrival,
        gives_up=arrival + patience,
        first=np.concatenate([[0], np.cumsum(messages)]),
        writing=spread_around(work.writing_minutes, work.writing_cv, total, random),
        reply=spread_around(work.customer_reply_minutes, work.customer_reply_cv, total, random),
    )


def spread_around(mean: float, cv: float, count: int, random: np.random.Generator) -> Floats:
    """Draw positive times: exponential where `cv` is 1, lognormal otherwise."""
    if math.isinf(mean):
        return np.full(count, math.inf)
    if cv == 1:
        return random.exponential(mean, count)
    sigma = math.sqrt(math.log1p(cv**2))
    return np.asarray(mean * np.exp(sigma * random.standard_normal(count) - sigma**2 / 2))


def draw_staff(
    reps: Sequence[int] | Integers,
    interval_minutes: float,
    practice: Practice,
    random: np.random.Generator,
) -> Staff:
    """Draw who joins and leaves at the starts of intervals so that so many are on duty."""
    on_duty: list[int] = []
    since: list[int] = []
    until: list[int] = []
    changes: list[tuple[float, int, int]] = []
    for interval, count in enumerate(reps):
        now = interval * interval_minutes
        if interval:
            changes.append((now, MARK, -1))
        leaving = max(len(on_duty) - int(count), 0)
        for rep in random.choice(on_duty, leaving, replace=False) if leaving else ():
            on_duty.remove(rep)
            until[rep] = interval
            changes.append((now, LEAVE, int(rep)))
        for rep in range(len(until), len(until) + int(count) - len(on_duty)):
            on_duty.append(rep)
            since.append(interval)
            until.append(len(reps))
            changes.append((now, JOIN, rep))
    changes.append((len(reps) * interval_minutes, MARK, -1))
    edges = interval_minutes * np.array([since, until], dtype=float)
    edges[1, np.array(until, dtype=np.int64) == len(reps)] = math.inf
    if practice.shift_end == "wind_down":
        changes += _winding_down(edges, practice.wind_down_minutes)
    changes += _breaks(edges, practice, random)
    changes.sort()
    changes.append((math.inf, MARK, -1))
    time, kind, rep = zip(*changes, strict=True)
    speed = draw_speeds(practice.speed_cv, len(until), random)
    return Staff(
        np.array(time), np.array(kind), np.array(rep), np.array(until, dtype=np.int64), 1 / speed
    )


def _winding_down(edges: Floats, minutes: float) -> list[tuple[float, int, int]]:
    """Let who leaves take nothing new in the last minutes."""
    return [
        (max(float(start), float(end) - minutes), STOP, rep)
        for rep, (start, end) in enumerate(edges.T)
        if end < math.inf
    ]


def _breaks(
    edges: Floats, practice: Practice, random: np.random.Generator
) -> list[tuple[float, int, int]]:
    """Draw who takes each break; who would be winding down by its end does not come back."""
    changes: list[tuple[float, int, int]] = []
    back = np.zeros(edges.shape[1])
    notice = practice.wind_down_minutes if practice.shift_end == "wind_down" else 0.0
    for spell in sorted(practice.breaks, key=lambda each: each.start):
        present = (edges[0] <= spell.start) & (spell.start < edges[1]) & (back <= spell.start)
        free = np.flatnonzero(present)
        for rep in random.choice(free, min(spell.reps, len(free)), replace=False):
            back[rep] = spell.end
            changes.append((spell.start, REST if practice.break_waits else STOP, int(rep)))
            if spell.end < edges[1, rep] - notice:
                changes.append((spell.end, RESUME, int(rep)))
    return changes
