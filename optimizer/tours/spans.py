"""Shifts in time, chosen and fixed, for rules that ask who is at work beside whom."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = 3600
"""In seconds."""

NONE = -1
"""The place of no shift, the last one of every array of `Spans`."""

NOWHERE = -1
"""The queue of standby, and of no shift."""


@dataclass(frozen=True)
class Spans:
    """Shifts, one a place of each array, and none in a last place.

    Parameters
    ----------
    start, end
        In seconds after one instant.
    queue
        The number of the queue on which it is work, `NOWHERE` for standby.
    is_planned
        Whether it is one of the period, and not of the weeks before.
    """

    start: Ints
    end: Ints
    queue: Ints
    is_planned: Flags

    def holds(self, outer: Ints, inner: Ints) -> Flags:
        """Say of pairs of places whether the first is work that holds the whole of the second."""
        return np.asarray(
            (self.queue[outer] == self.queue[inner])
            & (self.queue[outer] != NOWHERE)
            & (self.start[outer] <= self.start[inner])
            & (self.end[inner] <= self.end[outer])
        )

    @cached_property
    def hours(self) -> Floats:
        """Of each shift, from start to end."""
        return (self.end - self.start) / HOUR


@dataclass(frozen=True)
class Work:
    """What reps could work, and what they do in any case.

    Parameters
    ----------
    spans
        All shifts that there are.
    places
        Where each shift of a roster problem stands among them.
    fixed
        By rep, the places of shifts that are not chosen; `NONE` where there are fewer.
    allowed
        By rep and shift of the problem, whether they may work it.
    """

    spans: Spans
    places: Ints
    fixed: Ints
    allowed: Flags

    def within(self, shifts: Ints, others: Ints, allowed: Flags) -> "Work":
        """Return the same where only some shifts are still chosen from, and others are fixed.

        Parameters
        ----------
        shifts
            Of the problem, that are chosen from.
        others
            By rep, shifts of the problem that they work besides; -1 for none.
        allowed
            By rep and shift that is chosen from.
        """
        fixed = np.hstack([self.fixed, self.of(others)])
        return replace(self, places=self.places[shifts], fixed=fixed, allowed=allowed)

    def of(self, tours: Ints) -> Ints:
        """Return where the shifts of tours stand among all of them."""
        return np.asarray(self._named[tours])

    @cached_property
    def _named(self) -> Ints:
        """Where each shift of the problem stands, and in a last place no shift."""
        return np.append(self.places, NONE)
