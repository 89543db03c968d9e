"""One replication of the simulator: what was drawn goes through the loop and is counted."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.staffing.message_events import run_messages
from optimizer.staffing.simulation_draws import (
    Contacts,
    Floats,
    Integers,
    Practice,
    Staff,
    Work,
    draw_contacts,
    draw_staff,
)
from optimizer.staffing.simulation_records import (
    FEWEST,
    LONGEST_IDLE,
    ROUND_ROBIN,
    Change,
    Contact,
    Desk,
    Floor,
    Interval,
    Message,
    Rep,
)

Record = Contact | Message | Rep | Change | Interval | Desk
Booleans = npt.NDArray[np.bool_]

_ROUTES = {"fewest": FEWEST, "round_robin": ROUND_ROBIN, "longest_idle": LONGEST_IDLE}


@dataclass(frozen=True)
class Conditions:
    """Under which conditions contacts are served.

    Parameters
    ----------
    work, practice
        What conversations ask of reps, and how the team works.
    interval_minutes
        Length of an interval.
    within_seconds
        What in time is.
    rates
        Conversations/minute that a rep completes who holds 0, 1, … `concurrency`. When they are
        given, conversations are simulated as wholes of exponential work instead of by their
        messages, and nothing is told of replies and hands.

    Raises
    ------
    ValueError
        When a number is out of range, or there is not a rate for every level.
    """

    work: Work
    interval_minutes: float
    within_seconds: float
    practice: Practice = Practice()
    rates: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.interval_minutes > 0:
            raise ValueError(f"interval_minutes must be above 0, not {self.interval_minutes:g}.")
        if not self.within_seconds >= 0:
            raise ValueError(f"within_seconds must be at least 0, not {self.within_seconds:g}.")
        if self.rates is not None:
            levels = self.work.concurrency + 1
            if len(self.rates) != levels or not all(rate > 0 for rate in self.rates[1:]):
                raise ValueError(
                    f"rates need {levels} numbers, above 0 but the first: found {self.rates}."
                )


@dataclass(frozen=True)
class Seen:
    """What one replication saw.

    Parameters
    ----------
    arrivals
        Contacts of each interval.
    happened, among
        By `simulation.COLUMNS`, an entry per interval: what is counted and what it is a share of,
        such as contacts picked up in time among all, minutes of writing among minutes on duty, or
        minutes of overrun among leavers.
    picked_up, abandoned, waiting
        Contacts of the whole replication that were picked up, gave up, or wait for ever because
        nobody is left.
    events
        How many were handled.
    """

    arrivals: Integers
    happened: dict[str, Floats]
    among: dict[str, Floats]
    picked_up: int
    abandoned: int
    waiting: int
    events: int


def play(
    counts: Integers,
    reps: Integers,
    conditions: Conditions,
    random: tuple[np.random.Generator, np.random.Generator],
    loop: Callable[[Floor], int] | None = None,
) -> Seen:
    """Play one stretch of time.

    Parameters
    ----------
    counts, reps
        Contacts and reps on duty of each interval.
    conditions
        Under which they are served.
    random
        Of the contacts, and of the staff.
    loop
        The compiled event loop; None for plain Python.
    """
    minutes = conditions.interval_minutes
    contacts = draw_contacts(counts, minutes, conditions.work, random[0])
    staff = draw_staff(reps, minutes, conditions.practice, random[1])
    floor = _lay_out(contacts, staff, len(counts), conditions, random[1])
    events = loop(floor) if loop is not None else _run_as_objects(floor)
    return _count(floor, contacts, staff, reps, conditions, events)


def _lay_out(
    contacts: Contacts,
    staff: Staff,
    intervals: int,
    conditions: Conditions,
    random: np.random.Generator,
) -> Floor:
    """Put what was drawn on an empty floor, as arrays of records."""
    work, practice = conditions.work, conditions.practice
    people, reps = len(contacts.arrival), len(staff.slow)
    first = contacts.first[:-1]
    arrays: dict[str, Any] = {
        "contacts": _records(
            Contact,
            people + 1,
            arrival=np.append(contacts.arrival, np.inf),
            gives_up=np.append(contacts.gives_up, np.inf),
            first=np.append(first, 0),
            message=np.append(first, 0),
            end=np.append(contacts.first[1:], 0),
        ),
        "messages": _records(
            Message, len(contacts.writing), writing=contacts.writing, reply=contacts.reply
        ),
        "reps": _records(Rep, reps, slow=staff.slow),
        "changes": _records(
            Change, len(staff.time), time=staff.time, kind=staff.kind, rep=staff.rep
        ),
        "intervals": _records(Interval, intervals + 1),
        "desk": _records(
            Desk,
            1,
            concurrency=work.concurrency,
            routing=_ROUTES[practice.routing],
            first_replies_first=work.reply_order == "first_replies_first",
            hand_back=practice.shift_end == "hand_back",
            whole=conditions.rates is not None,
        ),
        "members": np.zeros((work.concurrency + 1) * reps, dtype=np.int64),
        "numbers": np.zeros(work.concurrency + 1, dtype=np.int64),
        "ties": random.random(2 * people + 1),
        "waits": random.exponential(size=2 * people + 1) if conditions.rates else np.ones(1),
        "minutes": 1 / np.array([math.inf, *(conditions.rates or (0.0, 1.0))[1:]]),
    }
    return Floor(**arrays)


def _records(
    record: type[Record], count: int, /, **columns: Floats | Integers | int
) -> npt.NDArray[np.void]:
    """Return so many records with the fields of a dataclass, at its defaults or as given."""
    names = [(each.name, "f8" if each.type is float else "i8") for each in fields(record)]
    table = np.zeros(count, dtype=names)
    for each in fields(record):
        table[each.name] = columns.get(each.name, each.default)
    return table


def _run_as_objects(arrays: Floor) -> int:
    """Run the loop in plain Python, over objects, and put what was seen into the arrays."""
    tables: Any = arrays
    floor = Floor(
        contacts=[Contact(*row) for row in tables.contacts.tolist()],
        messages=[Message(*row) for row in tables.messages.tolist()],
        reps=[Rep(*row) for row in tables.reps.tolist()],
        changes=[Change(*row) for row in tables.changes.tolist()],
        intervals=[Interval(*row) for row in tables.intervals.tolist()],
        desk=[Desk(*row) for row in tables.desk.tolist()],
        members=tables.members.tolist(),
        numbers=tables.numbers.tolist(),
        ties=tables.ties.tolist(),
        waits=tables.waits.tolist(),
        minutes=tables.minutes.tolist(),
    )
    events = run_messages(floor)
    tables.contacts["picked_up"] = [contact.picked_up for contact in floor.contacts]
    tables.messages["asked"] = [message.asked for message in floor.messages]
    tables.messages["sent"] = [message.sent for message in floor.messages]
    tables.reps["finished"] = [rep.finished for rep in floor.reps]
    for name in ("hands", "slots", "handed"):
        tables.intervals[name] = [getattr(interval, name) for interval in floor.intervals]
    return events


def _count(
    floor: Any,
    contacts: Contacts,
    staff: Staff,
    reps: Integers,
    conditions: Conditions,
    events: int,
) -> Seen:
    """Count what the floor saw, by interval."""
    minutes, within = conditions.interval_minutes, conditions.within_seconds / 60
    intervals = len(reps)
    picked_up, sent = floor.contacts["picked_up"][:-1], floor.messages["sent"]
    abandoned = np.isnan(picked_up) & np.isfinite(contacts.gives_up)

    def of_contacts(happened: Booleans) -> Floats:
        return _number_in(contacts.interval[happened], intervals)

    arrivals = np.bincount(contacts.interval, minlength=intervals)
    on_duty = minutes * np.asarray(reps, dtype=float)
    replies, in_time = _later_replies(floor.messages["asked"], sent, within)
    reply_interval = np.floor(replies / minutes).astype(np.int64)
    waited_until = np.where(np.isnan(picked_up), contacts.gives_up, picked_up)
    edges = minutes * np.arange(intervals + 1, dtype=float)
    waiting = _time_in(contacts.arrival, waited_until, edges)
    leavers, overrun = _overrun(floor.reps["finished"], staff, intervals, minutes)
    happened = {
        "pick_up": of_contacts(picked_up - contacts.arrival <= within),
        "first_reply": of_contacts(sent[contacts.first[:-1]] - contacts.arrival <= within),
        "follow_up": _number_in(reply_interval[in_time], intervals),
        "abandonment": of_contacts(abandoned),
        "hands_busy": np.maximum(floor.intervals["hands"][:-1], 0.0),
        "slots_busy": np.maximum(floor.intervals["slots"][:-1], 0.0),
        "waiting": np.maximum(waiting + floor.intervals["handed"][:-1], 0.0),
        "overrun_minutes": overrun,
    }
    among = dict.fromkeys(("pick_up", "first_reply", "abandonment"), arrivals.astype(float)) | {
        "follow_up": _number_in(reply_interval, intervals),
        "hands_busy": on_duty,
        "slots_busy": on_duty * conditions.work.concurrency,
        "waiting": np.full(intervals, minutes),
        "overrun_minutes": leavers,
    }
    if conditions.rates is not None:
        among |= dict.fromkeys(("first_reply", "follow_up", "hands_busy"), np.zeros(intervals))
    served, gone = int((~np.isnan(picked_up)).sum()), int(abandoned.sum())
    return Seen(arrivals, happened, among, served, gone, len(picked_up) - served - gone, events)


def _later_replies(asked: Floats, sent: Floats, within: float) -> tuple[Floats, Booleans]:
    """Return when customers wrote again to reps on duty, and whether they were answered in time."""
    later = ~np.isnan(asked)
    return asked[later], sent[later] - asked[later] <= within


def _overrun(
    finished: Floats, staff: Staff, intervals: int, minutes: float
) -> tuple[Floats, Floats]:
    """Return how many leave at the start of each interval, and the minutes that they work on."""
    left = staff.until < intervals
    interval = staff.until[left]
    beyond = finished[left] - minutes * interval
    worked_on = np.bincount(interval, weights=beyond, minlength=intervals)
    return _number_in(interval, intervals), np.asarray(worked_on, dtype=float)


def _number_in(interval: Integers, intervals: int) -> Floats:
    """Count what lies in each interval, and leave out what lies beyond the last."""
    return np.bincount(interval[interval < intervals], minlength=intervals).astype(float)


def _time_in(starts: Floats, ends: Floats, edges: Floats) -> Floats:
    """Return the time of all spells between neighbouring edges; `starts` rise."""
    return np.asarray(np.diff(_time_since(starts, edges) - _time_since(np.sort(ends), edges)))


def _time_since(instants: Floats, edges: Floats) -> Floats:
    """Sum over rising instants the time from each until every edge, none when it lies later."""
    summed = np.concatenate([[0.0], np.cumsum(instants)])
    before = np.searchsorted(instants, edges)
    return np.asarray(before * edges - summed[before])
