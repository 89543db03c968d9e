"""The floor, message by message: the event loop of the simulator.

What happens is drawn beforehand; here it is only put in order, with sums and comparisons of times.
So the same code gives the same numbers as plain Python over lists of objects and, where numba is
installed, compiled over arrays of records (`optimizer.staffing.simulation_records`).

A message of a conversation is *pending* from when the customer sends it (the first one from
pick-up) until a rep's hands take it up; it is *sent* when it is written. A rep's pending messages
form a line, first come first served, or two lines of which the first replies' goes first.

Conversations can also be taken as wholes: with exponential work, a rep who holds so many of them
completes one, any of them alike, after an exponential time that is drawn again when the number
changes, which an exponential time does not mind.

All of the loop stands in this file, for what numba keeps on disk is made anew when the file of the
function that was compiled changes, and no other.
"""

import heapq
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from optimizer.staffing.simulation_records import (
    FEWEST,
    JOIN,
    LEAVE,
    LONGEST_IDLE,
    MARK,
    REST,
    RESUME,
    ROUND_ROBIN,
    Floor,
)

F = TypeVar("F", bound=Callable[..., Any])

Events = list[tuple[float, int]]


_PARTS: list[Callable[..., Any]] = []


def _part_of_loop(function: F) -> F:
    """Let a function be called by the compiled loop; it remains what it is."""
    _PARTS.append(function)
    return function


@cache
def compiled_loop() -> Callable[[Floor], int] | None:
    """Return the loop compiled, or None where numba is not installed.

    The first call of what is returned compiles, which takes some seconds; it is kept on disk.
    """
    try:
        from numba import njit
        from numba.extending import register_jitable
    except ImportError:
        return None
    for part in _PARTS:
        # Passing the floor on from call to call would cost more than what is done with it.
        register_jitable(forceinline=True)(part)
    compiled: Callable[[Floor], int] = njit(cache=True)(run_messages)
    return compiled


def is_compiled(loop: Any) -> bool:
    """Say whether what `compiled_loop` returned is ready, from this process or an earlier one."""
    if loop.signatures:
        return True
    changed = Path(__file__).stat().st_mtime
    kept = Path(loop.stats.cache_path).glob(f"*{run_messages.__name__}*.nbi")
    return any(index.stat().st_mtime >= changed for index in kept)


def run_messages(floor: Floor) -> int:
    """Let everything happen that was drawn, until the last message; return the number of events."""
    events = [(math.inf, 0)]
    given_back = [len(floor.contacts)]
    contact, step, handled = 0, 0, 0
    while True:
        due, code = events[0]
        arrives = floor.contacts[contact].arrival
        changes = floor.changes[step].time
        if changes <= arrives and changes <= due:
            if changes == math.inf:
                return handled
            _change_staff(floor, events, given_back, step)
            step += 1
            if floor.changes[step].time > changes:
                _serve_queue(floor, events, given_back, changes)
        elif arrives <= due:
            _arrive(floor, events, arrives, contact)
            contact += 1
        elif code >= 0:
            heapq.heappop(events)
            _hear(floor, events, due, code)
        elif floor.desk[0].whole:
            heapq.heappop(events)
            _complete(floor, events, given_back, due, -1 - code)
        else:
            heapq.heappop(events)
            _send(floor, events, given_back, due, -1 - code)
        handled += 1


@_part_of_loop
def _arrive(floor: Floor, events: Events, now: float, new: int) -> None:
    """Give a new conversation to a rep with a free slot, or let it wait."""
    chosen = _route(floor)
    if chosen >= 0:
        _pick_up(floor, events, now, new, chosen)
        return
    desk = floor.desk[0]
    if desk.tail < 0:
        desk.head = new
    else:
        floor.contacts[desk.tail].behind = new
    desk.tail = new


@_part_of_loop
def _hear(floor: Floor, events: Events, now: float, number: int) -> None:
    """Let the customer's answer reach the rep, or the conversation that waits for one."""
    contact = floor.contacts[number]
    if contact.owner >= 0:
        if floor.reps[contact.owner].on_duty:
            floor.messages[contact.message].asked = now
        _let_pend(floor, events, now, number)
    else:
        contact.pending = 1


@_part_of_loop
def _send(floor: Floor, events: Events, given_back: list[int], now: float, writer: int) -> None:
    """Send the message that a rep has written, and let the hands take up the next."""
    rep = floor.reps[writer]
    number = rep.writes
    if number < 0:
        return  # It was handed back half written.
    desk = floor.desk[0]
    if rep.on_duty:
        floor.intervals[desk.interval].hands += now
        desk.writing -= 1
    contact = floor.contacts[number]
    message = floor.messages[contact.message]
    message.sent = now
    contact.message += 1
    if contact.message < contact.end:
        heapq.heappush(events, (now + message.reply, number))
    else:
        _end(floor, events, given_back, now, number)
    rep.writes = -1
    _take_up(floor, events, now, writer)


@_part_of_loop
def _complete(floor: Floor, events: Events, given_back: list[int], now: float, owner: int) -> None:
    """Complete one of a rep's conversations, taken as wholes."""
    rep = floor.reps[owner]
    if rep.done != now:
        return  # It was drawn anew since.
    number = rep.holds
    for _ in range(int(_next_tie(floor) * rep.open)):
        number = floor.contacts[number].beyond
    _end(floor, events, given_back, now, number)
    _draw_completion(floor, events, now, owner)


@_part_of_loop
def _draw_completion(floor: Floor, events: Events, now: float, owner: int) -> None:
    """Draw when a rep completes the next of the conversations that are held now."""
    rep, desk = floor.reps[owner], floor.desk[0]
    rep.done = -1.0
    if rep.open == 0 or rep.resting:
        return
    rep.done = now + floor.waits[desk.wait] * floor.minutes[rep.open] * rep.slow
    desk.wait = (desk.wait + 1) % len(floor.waits)
    heapq.heappush(events, (rep.done, -1 - owner))


@_part_of_loop
def _end(floor: Floor, events: Events, given_back: list[int], now: float, number: int) -> None:
    """End a conversation; a rep who accepts takes the next from the queue."""
    desk, contact = floor.desk[0], floor.contacts[number]
    owner = contact.owner
    rep = floor.reps[owner]
    contact.owner = -1
    if contact.before < 0:
        rep.holds = contact.beyond
    else:
        floor.contacts[contact.before].beyond = contact.beyond
    if contact.beyond >= 0:
        floor.contacts[contact.beyond].before = contact.before
    if desk.routing == LONGEST_IDLE:
        rep.since = now
    _change_open(floor, owner, -1)
    if rep.on_duty:
        floor.intervals[desk.interval].slots += now
        desk.held -= 1
    elif rep.open == 0:
        rep.finished = now
    if rep.accepts:
        waiting = _next_waiting(floor, given_back, now)
        if waiting >= 0:
            _pick_up(floor, events, now, waiting, owner)


@_part_of_loop
def _pick_up(floor: Floor, events: Events, now: float, number: int, chosen: int) -> None:
    desk, contact, rep = floor.desk[0], floor.contacts[number], floor.reps[chosen]
    if math.isnan(contact.picked_up):
        contact.picked_up = now
    contact.owner = chosen
    contact.before = -1
    contact.beyond = rep.holds
    if rep.holds >= 0:
        floor.contacts[rep.holds].before = number
    rep.holds = number
    if desk.routing == ROUND_ROBIN:
        rep.since = now
    _change_open(floor, chosen, 1)
    floor.intervals[desk.interval].slots -= now
    desk.held += 1
    if desk.whole:
        _draw_completion(floor, events, now, chosen)
    elif contact.pending:
        contact.pending = 0
        _let_pend(floor, events, now, number)


@_part_of_loop
def _let_pend(floor: Floor, events: Events, now: float, number: int) -> None:
    """Write to a conversation at once, or put it behind those that are written to before it."""
    contact = floor.contacts[number]
    rep = floor.reps[contact.owner]
    contact.behind = -1
    if rep.writes < 0 and not rep.resting:
        _write(floor, events, now, number)
    elif floor.desk[0].first_replies_first and contact.message == contact.first:
        if rep.first_tail < 0:
            rep.first_head = number
        else:
            floor.contacts[rep.first_tail].behind = number
        rep.first_tail = number
    else:
        if rep.tail < 0:
            rep.head = number
        else:
            floor.contacts[rep.tail].behind = number
        rep.tail = number


@_part_of_loop
def _take_up(floor: Floor, events: Events, now: float, writer: int) -> None:
    """Let free hands take up the pending message that is next."""
    rep = floor.reps[writer]
    if rep.resting:
        return
    number = rep.first_head
    if number >= 0:
        rep.first_head = floor.contacts[number].behind
        if rep.first_head < 0:
            rep.first_tail = -1
        _write(floor, events, now, number)
        return
    number = rep.head
    if number >= 0:
        rep.head = floor.contacts[number].behind
        if rep.head < 0:
            rep.tail = -1
        _write(floor, events, now, number)


@_part_of_loop
def _write(floor: Floor, events: Events, now: float, number: int) -> None:
    contact = floor.contacts[number]
    rep = floor.reps[contact.owner]
    rep.writes = number
    rep.done = now + floor.messages[contact.message].writing * rep.slow
    heapq.heappush(events, (rep.done, -1 - contact.owner))
    if rep.on_duty:
        desk = floor.desk[0]
        floor.intervals[desk.interval].hands -= now
        desk.writing += 1


@_part_of_loop
def _next_waiting(floor: Floor, given_back: list[int], now: float) -> int:
    """Return who is next: what was handed back, oldest first, then who has not given up."""
    desk = floor.desk[0]
    if given_back[0] < len(floor.contacts):
        floor.intervals[desk.interval].handed += now
        desk.handed -= 1
        return heapq.heappop(given_back)
    while desk.head >= 0:
        number = desk.head
        contact = floor.contacts[number]
        desk.head = contact.behind
        if desk.head < 0:
            desk.tail = -1
        if contact.gives_up > now:
            return number
    return -1


@_part_of_loop
def _serve_queue(floor: Floor, events: Events, given_back: list[int], now: float) -> None:
    """Give those who wait to reps with a free slot."""
    while True:
        chosen = _route(floor)
        if chosen < 0:
            return
        waiting = _next_waiting(floor, given_back, now)
        if waiting < 0:
            return
        _pick_up(floor, events, now, waiting, chosen)


@_part_of_loop
def _route(floor: Floor) -> int:
    """Return the rep who gets the next conversation, or -1 when no slot is free."""
    desk, reps = floor.desk[0], len(floor.reps)
    best = -1
    for level in range(desk.concurrency):
        members = floor.numbers[level]
        if members == 0:
            continue
        if desk.routing == FEWEST:
            return floor.members[level * reps + int(_next_tie(floor) * members)]
        for place in range(level * reps, level * reps + members):
            rep = floor.members[place]
            if best < 0 or (floor.reps[rep].since, rep) < (floor.reps[best].since, best):
                best = rep
    return best


@_part_of_loop
def _next_tie(floor: Floor) -> float:
    desk = floor.desk[0]
    tie = floor.ties[desk.tie]
    desk.tie = (desk.tie + 1) % len(floor.ties)
    return tie


@_part_of_loop
def _change_open(floor: Floor, number: int, step: int) -> None:
    """Let a rep hold one more or one less."""
    rep = floor.reps[number]
    if rep.accepts:
        _leave_level(floor, number)
    rep.open += step
    if rep.accepts:
        _enter_level(floor, number)


@_part_of_loop
def _enter_level(floor: Floor, number: int) -> None:
    rep = floor.reps[number]
    rep.spot = floor.numbers[rep.open]
    floor.members[rep.open * len(floor.reps) + rep.spot] = number
    floor.numbers[rep.open] += 1


@_part_of_loop
def _leave_level(floor: Floor, number: int) -> None:
    rep = floor.reps[number]
    floor.numbers[rep.open] -= 1
    start = rep.open * len(floor.reps)
    moved = floor.members[start + floor.numbers[rep.open]]
    floor.members[start + rep.spot] = moved
    floor.reps[moved].spot = rep.spot


@_part_of_loop
def _change_staff(floor: Floor, events: Events, given_back: list[int], step: int) -> None:
    change = floor.changes[step]
    if change.kind == MARK:
        _begin_interval(floor, change.time)
        return
    rep = floor.reps[change.rep]
    if change.kind == JOIN:
        rep.on_duty = 1
        rep.accepts = 1
        if floor.desk[0].routing == LONGEST_IDLE:
            rep.since = change.time
        _enter_level(floor, change.rep)
    elif change.kind == LEAVE:
        _leave(floor, events, given_back, change.time, change.rep)
    elif change.kind == RESUME:
        if rep.on_duty and not rep.accepts:
            rep.accepts = 1
            _enter_level(floor, change.rep)
        _rest_no_more(floor, events, change.time, change.rep)
    elif rep.accepts:
        _leave_level(floor, change.rep)
        rep.accepts = 0
    if change.kind == REST and rep.on_duty:
        rep.resting = 1
        if floor.desk[0].whole:
            rep.done = -1.0


@_part_of_loop
def _rest_no_more(floor: Floor, events: Events, now: float, number: int) -> None:
    rep = floor.reps[number]
    if rep.resting:
        rep.resting = 0
        if floor.desk[0].whole:
            _draw_completion(floor, events, now, number)
        elif rep.writes < 0:
            _take_up(floor, events, now, number)


@_part_of_loop
def _begin_interval(floor: Floor, now: float) -> None:
    """Close the sums of one interval and open those of the next."""
    desk = floor.desk[0]
    ends, begins = floor.intervals[desk.interval], floor.intervals[desk.interval + 1]
    ends.hands += desk.writing * now
    begins.hands -= desk.writing * now
    ends.slots += desk.held * now
    begins.slots -= desk.held * now
    ends.handed += desk.handed * now
    begins.handed -= desk.handed * now
    desk.interval += 1


@_part_of_loop
def _leave(floor: Floor, events: Events, given_back: list[int], now: float, number: int) -> None:
    """Let a rep go, who keeps what is open or hands it back."""
    rep, desk = floor.reps[number], floor.desk[0]
    if rep.accepts:
        _leave_level(floor, number)
        rep.accepts = 0
    rep.on_duty = 0
    interval = floor.intervals[desk.interval]
    if rep.writes >= 0:
        interval.hands += now
        desk.writing -= 1
    interval.slots += rep.open * now
    desk.held -= rep.open
    if desk.hand_back:
        _hand_back(floor, given_back, now, number)
    if rep.open == 0:
        rep.finished = now
    _rest_no_more(floor, events, now, number)


@_part_of_loop
def _hand_back(floor: Floor, given_back: list[int], now: float, number: int) -> None:
    """Put a rep's conversations before the queue; what is half written is finished by the next."""
    rep, desk = floor.reps[number], floor.desk[0]
    if rep.writes >= 0:
        contact = floor.contacts[rep.writes]
        floor.messages[contact.message].writing = (rep.done - now) / rep.slow
        contact.pending = 1
        rep.writes = -1
    for pending in (rep.first_head, rep.head):
        while pending >= 0:
            floor.contacts[pending].pending = 1
            pending = floor.contacts[pending].behind
    rep.first_head = rep.first_tail = rep.head = rep.tail = -1
    floor.intervals[desk.interval].handed -= rep.open * now
    desk.handed += rep.open
    while rep.holds >= 0:
        contact = floor.contacts[rep.holds]
        contact.owner = -1
        heapq.heappush(given_back, rep.holds)
        rep.holds = contact.beyond
    rep.open = 0
    if desk.whole:
        rep.done = -1.0
