"""The floor of the sample team: one event loop in which reps answer message by message.

This is the oracle that the planning formulae are checked against, so it shares nothing with them:
it knows messages, hands and clocks, and neither chains nor rates. Times are seconds since the
epoch.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

MINUTE_S = 60.0
AUTO_CLOSE_S = 600.0


@dataclass(frozen=True)
class TrueHandling:
    """What is true of the conversations of one queue.

    Parameters
    ----------
    concurrency
        Conversations that a rep holds at once, at most.
    rep_messages
        Mean of the geometric number of messages that the rep writes, at least 1.
    writing_minutes
        Mean of the exponential time of hands on one message.
    customer_reply_minutes
        Mean of the exponential time from a rep's message to the customer's answer.
    patience_minutes
        Mean of the exponential time after which a waiting customer leaves and is seen to leave.
    silent_share
        Of the customers, how many leave unseen as soon as they have written: the conversation stays
        and a rep will write to nobody.
    snooze_share, reopen_share
        Of the breaks between two messages, how many are put aside by the rep, or closed too early
        and reopened by the customer.
    away_minutes
        Mean of the exponential time that such a break takes before the customer writes again.
    """

    concurrency: int
    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float
    patience_minutes: float
    silent_share: float = 0.03
    snooze_share: float = 0.003
    reopen_share: float = 0.005
    away_minutes: float = 180.0


@dataclass(slots=True, eq=False)
class Conversation:
    """One conversation, filled in as it goes; an instant is None until it has come."""

    queue: str
    created: float
    turns: int
    gives_up: float
    silent: bool
    hands: "Hands | None" = None
    assigned: float | None = None
    first_reply: float | None = None
    closed: float | None = None
    abandoned: float | None = None
    rep_messages: int = 0
    customer_messages: int = 1
    writing: float = 0.0
    customer_gap: float = 0.0
    snoozed: float = 0.0
    held: float = 0.0
    reopened: int = 0

    @property
    def waits(self) -> bool:
        """Whether it still waits for a rep."""
        return self.hands is None and self.abandoned is None


@dataclass(slots=True, eq=False)
class Hands:
    """A rep: one pair of hands, the messages before them, and the conversations they hold."""

    rep_id: str
    queue: str | None = None
    holds: int = 0
    last_pick_up: float = 0.0
    busy: bool = False
    messages: deque[Conversation] = field(default_factory=deque)
    returning: deque[Conversation] = field(default_factory=deque)


@dataclass(frozen=True)
class Duty:
    """A shift that was worked: who answered which queue from when to when."""

    rep_id: str
    queue: str
    start: float
    end: float


class Floor:
    """Everybody on duty, what waits for them, and the clock.

    A new conversation goes to the rep on duty for its queue who holds the fewest (of equals, the
    one who has waited longest for one), else it waits in order of arrival. Messages are answered in
    order of arrival; whoever goes off duty finishes what they hold.

    Parameters
    ----------
    handling
        The truth of every queue.
    rng
        Of writing times, customers' answers and breaks.
    """

    def __init__(self, handling: Mapping[str, TrueHandling], rng: np.random.Generator) -> None:
        self.now = 0.0
        self._handling = handling
        self._rng = rng
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()
        self._on_duty: dict[str, list[Hands]] = {queue: [] for queue in handling}
        self._waiting: dict[str, deque[Conversation]] = {queue: deque() for queue in handling}

    def run(
        self, conversations: Iterable[Conversation], duties: Iterable[Duty], end: float
    ) -> None:
        """Let the duties work the conversations until `end`, when the rest is left as it stands."""
        team: dict[str, Hands] = {}
        for duty in duties:
            hands = team.setdefault(duty.rep_id, Hands(duty.rep_id))
            self._at(duty.start, self._start_duty, hands, duty.queue)
            self._at(duty.end, self._end_duty, hands)
        for conversation in conversations:
            self._at(conversation.created, self._arrive, conversation)
        while self._events and self._events[0][0] < end:
            self.now, _, happen, subjects = heapq.heappop(self._events)
            happen(*subjects)

    def _at(self, time: float, happen: Callable[..., None], *subjects: Any) -> None:
        heapq.heappush(self._events, (time, next(self._order), happen, subjects))

    def _after(self, mean_minutes: float) -> float:
        return float(self._rng.exponential(mean_minutes * MINUTE_S))

    def _start_duty(self, hands: Hands, queue: str) -> None:
        hands.queue = queue
        self._on_duty[queue].append(hands)
        self._fill(hands)

    def _end_duty(self, hands: Hands) -> None:
        if hands.queue is not None:
            self._on_duty[hands.queue].remove(hands)
            hands.queue = None

    def _arrive(self, conversation: Conversation) -> None:
        queue = conversation.queue
        places = self._handling[queue].concurrency
        free = [hands for hands in self._on_duty[queue] if hands.holds < places]
        if free:
            emptiest = min(free, key=lambda hands: (hands.holds, hands.last_pick_up))
            self._pick_up(emptiest, conversation)
            return
        self._waiting[queue].append(conversation)
        if not conversation.silent:
            self._at(conversation.gives_up, self._abandon, conversation)

    def _abandon(self, conversation: Conversation) -> None:
        if conversation.waits:
            conversation.abandoned = self.now

    def _pick_up(self, hands: Hands, conversation: Conversation) -> None:
        conversation.hands = hands
        conversation.assigned = hands.last_pick_up = self.now
        self._hold(hands, conversation)

    def _hold(self, hands: Hands, conversation: Conversation) -> None:
        hands.holds += 1
        conversation.held -= self.now
        self._receive(hands, conversation)

    def _receive(self, hands: Hands, conversation: Conversation) -> None:
        hands.messages.append(conversation)
        if not hands.busy:
            self._write(hands)

    def _write(self, hands: Hands) -> None:
        conversation = hands.messages.popleft()
        hands.busy = True
        writing = self._after(self._handling[conversation.queue].writing_minutes)
        self._at(self.now + writing, self._sent, hands, conversation, writing)

    def _sent(self, hands: Hands, conversation: Conversation, writing: float) -> None:
        hands.busy = False
        conversation.writing += writing
        conversation.rep_messages += 1
        if conversation.first_reply is None:
            conversation.first_reply = self.now
        self._go_on(hands, conversation)
        if hands.messages and not hands.busy:
            self._write(hands)

    def _go_on(self, hands: Hands, conversation: Conversation) -> None:
        handling = self._handling[conversation.queue]
        if conversation.silent:
            self._at(self.now + AUTO_CLOSE_S, self._close, hands, conversation)
            return
        if conversation.rep_messages == conversation.turns:
            self._close(hands, conversation)
            return
        kind = self._rng.random()
        if kind < handling.snooze_share + handling.reopen_share:
            conversation.reopened += kind >= handling.snooze_share
            away = self._after(handling.away_minutes)
            self._at(self.now + away, self._return, hands, conversation)
            conversation.snoozed -= self.now
            self._release(hands, conversation)
        else:
            gap = self._after(handling.customer_reply_minutes)
            self._at(self.now + gap, self._answered, hands, conversation, gap)

    def _answered(self, hands: Hands, conversation: Conversation, gap: float) -> None:
        conversation.customer_gap += gap
        conversation.customer_messages += 1
        self._receive(hands, conversation)

    def _return(self, hands: Hands, conversation: Conversation) -> None:
        conversation.customer_messages += 1
        hands.returning.append(conversation)
        self._fill(hands)

    def _close(self, hands: Hands, conversation: Conversation) -> None:
        conversation.closed = self.now
        self._release(hands, conversation)

    def _release(self, hands: Hands, conversation: Conversation) -> None:
        conversation.held += self.now
        hands.holds -= 1
        self._fill(hands)

    def _fill(self, hands: Hands) -> None:
        """Give free places to what comes back to its owner first, then to what waits."""
        while hands.queue is not None and hands.holds < self._handling[hands.queue].concurrency:
            waiting = self._waiting[hands.queue]
            if hands.returning:
                conversation = hands.returning.popleft()
                conversation.snoozed += self.now
                self._hold(hands, conversation)
            elif waiting:
                conversation = waiting.popleft()
                if conversation.waits:
                    self._pick_up(hands, conversation)
            else:
                return
