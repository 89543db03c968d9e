r"""Levels that have to be there while anybody works on a queue.

Between two instants at which shifts start or end nothing changes. With :math:`P` at work in such a
stretch of time and :math:`E` of those with the level at work, :math:`(m [P > 0] - E)^+` of the m
who are asked for lack. One rep more changes it by a number that is known beside given others.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.tours.spans import HOUR, Flags, Floats, Ints, Work

CLOSED = 100
"""Reps of a level that lack where nobody is to work: more than do for want of whoever leaves."""


@dataclass(frozen=True)
class LevelRule:
    """While anybody works on a queue, so many of those at work have a level.

    Parameters
    ----------
    queue, reps
        Of which queue, and how many.
    price
        Of an hour in which one of them is missing; None where none may be.
    able
        By rep, whether they have it.
    by_head
        Whether the price is for each of those at work then, instead of once.
    """

    queue: int
    reps: int
    price: float | None
    able: Flags
    by_head: bool = False


@dataclass(frozen=True)
class Level:
    """A rule of levels over the stretches of time in which who is at work does not change.

    Those at work are counted in the stretches, all of them in one row and those of the level in a
    second one.

    Parameters
    ----------
    first, last
        By place of a shift, the stretches that it covers; none where it is not work on the queue.
    hours
        By stretch.
    there
        How many are at work in fixed shifts of the period, and of the level in any fixed shift.
    excused
        By stretch, how many of the level nobody could bring.
    closed
        By stretch, whether nobody is to work there, as if `CLOSED` of the level lacked.
    price
        Of an hour that lacks.
    """

    rule: LevelRule
    first: Ints
    last: Ints
    hours: Floats
    there: Ints
    excused: Ints
    closed: Flags
    price: float

    @classmethod
    def of(cls, rule: LevelRule, work: Work, hard: float, closed: Flags | None = None) -> "Level":
        """Cut time into stretches, and count who is there in any case and who could be.

        Parameters
        ----------
        hard
            Price of an hour where none may be missing.
        closed
            As in the class; None for nowhere.
        """
        spans = work.spans
        is_work = spans.queue == rule.queue
        moments = np.unique(np.concatenate([spans.start[is_work], spans.end[is_work], [0]]))
        first, last = (
            np.where(is_work, np.searchsorted(moments, moment), 0)
            for moment in (spans.start, spans.end)
        )
        size = len(moments) - 1
        planned = work.fixed[spans.is_planned[work.fixed]]
        there = [
            _counted(first, last, places.reshape(1, -1), size)[0]
            for places in (planned, work.fixed[rule.able])
        ]
        could = there[1].copy()
        for rep in np.flatnonzero(rule.able):
            own = work.places[work.allowed[rep]][None]
            could += _counted(first, last, own, size)[0] > 0
        return cls(
            rule=rule,
            first=first,
            last=last,
            hours=np.diff(moments) / HOUR,
            there=np.array(there),
            excused=np.maximum(0, rule.reps * (there[0] > 0) - could),
            closed=np.zeros(size, dtype=bool) if closed is None else closed,
            price=hard if rule.price is None else rule.price,
        )

    def brought(self, reps: Ints, places: Ints) -> Ints:
        """Return what reps bring to the stretches.

        Parameters
        ----------
        reps
            By line and number.
        places
            Of their shifts, by line, number and day.

        Returns
        -------
        numpy.ndarray
            By line, those at work and those of the level, and stretch.
        """
        size, lines = len(self.hours), len(reps)
        able = self.rule.able[reps][:, :, None]
        everybody = np.stack([places, np.where(able, places, -1)], axis=1)
        counted = _counted(self.first, self.last, everybody.reshape(2 * lines, -1), size)
        return counted.reshape(lines, 2, size)

    def lacking(self, present: Ints) -> Floats:
        """Return the hours that lack of the level, by stretch, beside those who are there."""
        at_work, able = np.moveaxis(present + self.there, -2, 0)
        heads = at_work if self.rule.by_head else at_work > 0
        lack = np.maximum(0, self.rule.reps - able - self.excused)
        return np.asarray(self.hours * heads * np.where(self.closed, CLOSED, lack))

    def added(self, reps: Ints, present: Ints, places: Ints) -> Floats:
        """Return what shifts cost, by line and place, if a rep works one beside those present."""
        able = self.rule.able[reps]
        more = np.stack([np.ones_like(reps), able], axis=1)[:, :, None]
        change = self.price * (self.lacking(present + more) - self.lacking(present))
        sums = np.zeros((len(reps), len(self.hours) + 1))
        np.cumsum(change, axis=1, out=sums[:, 1:])
        return np.asarray(sums[:, self.last[places]] - sums[:, self.first[places]])

    def touches(self, places: Ints, stretches: Flags) -> Flags:
        """Say of shifts whether they lie in any of some stretches."""
        before = np.append(0, np.cumsum(stretches))
        return np.asarray(before[self.last[places]] > before[self.first[places]])


def _counted(first: Ints, last: Ints, places: Ints, size: int) -> Ints:
    """Return how many of the shifts of each line lie in each stretch."""
    lines = len(places)
    begins = (size + 1) * np.arange(lines)[:, None]
    begun, ended = (
        np.bincount((begins + moment[places]).ravel(), minlength=lines * (size + 1))
        for moment in (first, last)
    )
    return np.asarray(np.cumsum((begun - ended).reshape(lines, size + 1), axis=1)[:, :-1])
