"""Hands at work on what may wait, and the clock of the customers who wait for it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Hands:
    """The hands at work, and the customer's clock.

    Parameters
    ----------
    own
        Reps of the queue's own in each interval. Who leaves finishes the message in hand.
    spared
        Hands that other work spares in it, on average; fractions as a rule.
    is_open
        Whether the customer's clock runs.
    minutes
        Length of an interval.
    """

    own: Floats
    spared: Floats
    is_open: Flags
    minutes: float

    @cached_property
    def count(self) -> Floats:
        """The hands in each interval."""
        return self.own + self.spared

    @cached_property
    def leavers(self) -> Floats:
        """Those who leave when each interval begins, with a message in hand when there was one."""
        return np.maximum(-np.diff(self.own, prepend=0.0), 0.0)

    @cached_property
    def left(self) -> Floats:
        """The leavers until each interval has begun."""
        return np.cumsum(self.leavers)

    @cached_property
    def last(self) -> float:
        """The hands beyond the last interval."""
        opened = np.flatnonzero(self.is_open)
        return float(self.count[opened[-1] if len(opened) else -1])

    @cached_property
    def done(self) -> Floats:
        """Minutes of hands until each interval's start, and until the end."""
        return np.concatenate([[0.0], np.cumsum(self.count * self.minutes)])

    @cached_property
    def clock(self) -> Floats:
        """Minutes of the customer's clock until each interval's start, and until the end."""
        return np.concatenate([[0.0], np.cumsum(self.is_open * self.minutes)])

    @cached_property
    def _by_clock(self) -> tuple[Floats, Floats]:
        """Where the clock runs: its time at both ends of intervals, and what is done by then."""
        places = np.flatnonzero(self.is_open)
        ends = np.stack([places, places + 1], axis=1).ravel()
        return self.clock[ends], self.done[ends]

    def place(self, minute: float) -> int:
        """Return the interval in which a minute of the grid lies."""
        return min(int(minute // self.minutes), len(self.own) - 1)

    def done_at(self, minute: float) -> float:
        """Return the minutes of hands until a minute of the grid."""
        place = self.place(minute)
        return float(self.done[place] + self.count[place] * (minute - place * self.minutes))

    def clock_at(self, minute: float) -> float:
        """Return the customer's clock at a minute of the grid."""
        place = self.place(minute)
        return float(self.clock[place] + self.is_open[place] * (minute - place * self.minutes))

    def done_by(self, due: Floats) -> Floats:
        """Return the minutes of hands until the customer's clock shows `due`."""
        clock, done = self._by_clock
        known = np.interp(due, clock, done) if len(clock) else np.zeros(len(due))
        # What is done after closing on the last day still comes before the clock runs on.
        beyond = due - self.clock[-1]
        return np.asarray(np.where(beyond > 0, self.done[-1] + beyond * self.last, known))

    def at_once(self, minute: float, due: float) -> tuple[float, float]:
        """Return how many messages need not be waited for from a minute until `due`.

        Those are the messages that the hands hold at a time when they work, on average, and those
        that leavers take with them.
        """
        first = self.place(minute)
        last = max(int(np.searchsorted(self.clock, due, side="left")), first + 1)
        count = self.count[first:last]
        beyond = max(due - float(self.clock[-1]), 0.0) / self.minutes
        total = float(count.sum()) + beyond * self.last
        squares = float(count @ count) + beyond * self.last**2
        gone = float(self.left[min(last, len(self.left)) - 1] - self.left[first])
        return (squares / total if total > 0 else 0.0), gone
