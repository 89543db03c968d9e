"""What the simulator's floor consists of: records that plain Python and compiled code both know.

Plain Python runs over lists of these objects, compiled code over arrays of records with the same
fields. Times are minutes from the start; those beyond the end are infinite, what has not happened
is NaN, and nobody is -1.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

# What changes in the staff, in the order of what happens at one instant.
MARK, LEAVE, JOIN, STOP, REST, RESUME = range(6)
FEWEST, ROUND_ROBIN, LONGEST_IDLE = range(3)


@dataclass(slots=True)
class Contact:
    """A customer: when it comes, gives up and was picked up, and where its conversation stands.

    `message` is the next one, `end` the one after the last; `pending` says that the next one waits
    while nobody owns the conversation. `behind` is who is next in the line of the rep or in the
    queue; `before` and `beyond` are the rep's other conversations.
    """

    arrival: float
    gives_up: float
    first: int
    end: int
    message: int
    picked_up: float = math.nan
    owner: int = -1
    pending: int = 1
    behind: int = -1
    before: int = -1
    beyond: int = -1


@dataclass(slots=True)
class Message:
    """Minutes to write it and of the customer's until the next, and what happens to it.

    It is `asked` for when the customer writes to a rep on duty, and `sent` when it is written.
    """

    writing: float
    reply: float
    asked: float = math.nan
    sent: float = math.nan


@dataclass(slots=True)
class Rep:
    """Who works: `slow` times as long at a message as others.

    `open` conversations are held, of which `holds` is the first; `writes` is the one in hand, to
    be `done` then. The lines of pending messages run from `head` to `tail`, those of first replies
    from `first_head` to `first_tail`. `spot` is the place among those who hold as many, `since`
    decides about routing, and `finished` is when nothing was open any more after leaving.
    """

    slow: float
    open: int = 0
    on_duty: int = 0
    accepts: int = 0
    resting: int = 0
    holds: int = -1
    writes: int = -1
    done: float = 0.0
    head: int = -1
    tail: int = -1
    first_head: int = -1
    first_tail: int = -1
    spot: int = 0
    since: float = -1.0
    finished: float = math.nan


@dataclass(slots=True)
class Change:
    """What changes in the staff, when and with whom."""

    time: float
    kind: int
    rep: int


@dataclass(slots=True)
class Interval:
    """Minutes of writing and of open conversations of reps on duty, and of waiting handed back."""

    hands: float = 0.0
    slots: float = 0.0
    handed: float = 0.0


@dataclass(slots=True)
class Desk:
    """How the floor works, and the numbers that belong to nobody.

    `head` and `tail` of the queue; the current `interval`; how many reps on duty write, how many
    conversations they hold, and how many that were handed back wait; the next of the `ties` and of
    the `waits`. `whole` says that conversations are not told apart into messages.
    """

    concurrency: int
    routing: int
    first_replies_first: int
    hand_back: int
    whole: int
    head: int = -1
    tail: int = -1
    interval: int = 0
    writing: int = 0
    held: int = 0
    handed: int = 0
    tie: int = 0
    wait: int = 0


class Floor(NamedTuple):
    """All that was drawn, how things stand, and what has been seen.

    Parameters
    ----------
    contacts, messages, changes, intervals
        In order of time; the last contact never comes and the last change never happens, and the
        last interval is what lies beyond.
    reps
        Every joiner is a new one.
    desk
        A single one.
    members, numbers
        Reps who accept and hold 0, 1, … conversations, and how many those are.
    ties
        Uniform numbers that settle who of equal reps, or which of a rep's conversations, is next.
    waits, minutes
        Of whole conversations: exponential numbers of mean 1, and the mean minutes until a rep
        completes one who holds 0, 1, … of them.
    """

    contacts: list[Contact]
    messages: list[Message]
    reps: list[Rep]
    changes: list[Change]
    intervals: list[Interval]
    desk: list[Desk]
    members: list[int]
    numbers: list[int]
    ties: list[float]
    waits: list[float]
    minutes: list[float]
