"""Service of an asynchronous queue in every interval, given volume, hands and what waits."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.staffing.backlog import (
    Passage,
    answered_in_time,
    begun_in_time,
    pass_interval,
    waiting_at_start,
)
from optimizer.staffing.hands import Hands
from optimizer.staffing.inbox_work import InboxWork

Floats = npt.NDArray[np.float64]

BACKLOG_COLUMNS = ("backlog", "backlog_p90", "backlog_hours", "oldest_hours", "unused_hours")


@dataclass(frozen=True)
class Waiting:
    """Conversations that wait for a reply when the first interval begins, oldest first.

    Parameters
    ----------
    contacts
        How many, of each age.
    ages
        Minutes of the customer's clock since they came, falling.
    """

    contacts: Floats = field(default_factory=lambda: np.zeros(0))
    ages: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.contacts.shape != self.ages.shape or (np.diff(self.ages) > 0).any():
            raise ValueError("What waits needs a number for each age, oldest first.")

    @property
    def total(self) -> float:
        """How many wait."""
        return float(self.contacts.sum())


NOTHING = Waiting()


def follow_inbox(
    volume: Floats, hands: Hands, work: InboxWork, waiting: Waiting = NOTHING
) -> Iterator[Passage]:
    """Yield every interval as the backlog goes through it."""
    backlog = waiting_at_start(waiting.total)
    for place, contacts in enumerate(volume):
        passage = pass_interval(backlog, float(contacts) / hands.minutes, hands, place, work)
        backlog = passage.end
        yield passage


def evaluate_inbox(
    volume: Floats, hands: Hands, work: InboxWork, within_minutes: float, waiting: Waiting = NOTHING
) -> pd.DataFrame:
    """Predict the service that hands give to an asynchronous queue.

    Parameters
    ----------
    volume
        Conversations that begin in each interval.
    hands
        At work in the same intervals, and the customer's clock.
    work
        What a conversation asks.
    within_minutes
        A reply so long after it is waited for, on the customer's clock, is in time.
    waiting
        What waits when the first interval begins.

    Returns
    -------
    pandas.DataFrame
        A row per interval, in order. ``pick_up``, ``first_reply``: share of the conversations that
        begin in the interval whose first reply is begun, or sent, in time; ``follow_up``: the same
        for later replies, which wait in the same line, empty when there are none.
        ``abandonment``: 0. ``hands_busy``, ``slots_busy``: share of the hands that write, 0
        without hands. ``backlog``, ``backlog_p90``: mean and 90 % quantile of the conversations
        that wait for a reply at the end of the interval; ``backlog_hours``: hours of hands to
        write those; ``oldest_hours``: mean age of the oldest of them in hours of the customer's
        clock, 0 for none; ``unused_hours``: hours of hands of the interval that nothing waited
        for.
    """
    arrived = _Arrived(waiting)
    rows = []
    for place, passage in enumerate(follow_inbox(volume, hands, work, waiting)):
        begun = begun_in_time(passage, hands, work, within_minutes)
        answered = answered_in_time(passage, hands, work, within_minutes)
        count = float(hands.count[place])
        arrived.add(float(volume[place]) + passage.returned, float(hands.clock[place + 1]))
        messages, chance = passage.end.messages, passage.end.chance
        mean = float(chance @ messages)
        busy = min(passage.busy / count, 1.0) if count > 0 else 0.0
        rows.append(
            {
                "pick_up": begun,
                "first_reply": answered,
                "follow_up": answered if work.returning > 0 else np.nan,
                "abandonment": 0.0,
                "hands_busy": busy,
                "slots_busy": busy,
                "backlog": mean,
                "backlog_p90": float(messages[np.searchsorted(np.cumsum(chance), 0.9)]),
                "backlog_hours": mean * work.writing_minutes / 60,
                "oldest_hours": arrived.oldest(messages, chance) / 60,
                "unused_hours": count * (1 - busy) * hands.minutes / 60,
            }
        )
    return pd.DataFrame(rows)


class _Arrived:
    """Messages that have come by each time of the customer's clock, on average."""

    def __init__(self, waiting: Waiting) -> None:
        self.clock = [*(-waiting.ages).tolist(), 0.0]
        self.count = [0.0, *np.cumsum(waiting.contacts).tolist()]

    def add(self, messages: float, clock: float) -> None:
        self.count.append(self.count[-1] + messages)
        self.clock.append(clock)

    def oldest(self, messages: Floats, chance: Floats) -> float:
        """Return the mean age of the oldest when so many of those that came still wait."""
        came = np.interp(self.count[-1] - messages, self.count, self.clock)
        ages = np.where(messages > 0, self.clock[-1] - came, 0.0)
        return float(chance @ ages)
