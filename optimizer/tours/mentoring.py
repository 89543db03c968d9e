"""Trainees, who work only within a shift that a mentor of theirs works on the same queue.

Beside given tours of the others, a trainee's shift costs its hours unless a mentor's shift holds
it, and a mentor's shift saves those of the trainees' shifts that it holds and nobody else does.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.tours.spans import NONE, NOWHERE, Flags, Floats, Ints, Work

MENTORS_FIRST = 1 / 2
"""Share of draws of reps around a trainee in which the mentors choose before the trainee."""


@dataclass(frozen=True)
class Mentoring:
    """Who is whose mentor, and what they could work.

    Parameters
    ----------
    work
        Of all reps.
    trainees, mentors
        Pairs of reps, sorted by trainee.
    """

    work: Work
    trainees: Ints
    mentors: Ints

    @cached_property
    def is_bound(self) -> Flags:
        """By rep, whether they are a trainee or a mentor."""
        bound = np.zeros(len(self.work.fixed), dtype=bool)
        bound[self.trainees] = bound[self.mentors] = True
        return bound

    def trainees_of(self, rep: int) -> Ints:
        """Return those whose mentor a rep is."""
        return np.asarray(self.trainees[self.mentors == rep])

    @cached_property
    def _owed(self) -> Ints:
        """The fixed shifts for which a rep needs a mentor, but those that no mentor could hold."""
        work = self.work
        owed = np.full_like(work.fixed, NONE)
        for trainee in np.unique(self.trainees):
            needs = work.fixed[trainee]
            is_held = np.zeros(len(needs), dtype=bool)
            for mentor in self.mentors[self.trainees == trainee]:
                could = np.concatenate([work.places[work.allowed[mentor]], work.fixed[mentor]])
                is_held |= work.spans.holds(could[:, None], needs).any(axis=0)
            owed[trainee] = np.where(is_held, needs, NONE)
        return owed

    @cached_property
    def _needing(self) -> Floats:
        """By place, the hours for which a trainee needs a mentor there."""
        spans = self.work.spans
        return np.where((spans.queue != NOWHERE) & spans.is_planned, spans.hours, 0.0)

    def _unheld(self, tours: Ints, pairs: slice | Ints) -> Ints:
        """Return the shifts of trainees in some pairs that no mentor's shift holds."""
        work, trainees, mentors = self.work, self.trainees[pairs], self.mentors[pairs]
        needs = np.hstack([work.of(tours[trainees]), self._owed[trainees]])
        beside = np.hstack([work.of(tours[mentors]), work.fixed[mentors]])
        held = work.spans.holds(beside[:, None, :], needs[:, :, None]).any(axis=2)
        begins = np.unique(trainees, return_index=True)[1]
        is_held = np.logical_or.reduceat(held, begins, axis=0)
        return np.asarray(needs[begins][~is_held & (needs[begins] != NONE)])

    def hours_alone(self, tours: Ints, pairs: slice | Ints = slice(None)) -> float:
        """Return the hours that trainees, all or those of some pairs, work without a mentor."""
        return float(self._needing[self._unheld(tours, pairs)].sum())

    def are_alone(self, tours: Ints) -> Flags:
        """Say of each rep whether they are a trainee who works without a mentor."""
        alone = np.zeros(len(tours), dtype=bool)
        for trainee in np.unique(self.trainees):
            alone[trainee] = self.hours_alone(tours, np.flatnonzero(self.trainees == trainee)) > 0
        return alone

    def added(self, rep: int, tours: Ints) -> Floats:
        """Return the hours alone that each shift adds, a trainee's, or saves, a mentor's.

        Parameters
        ----------
        rep
            Who chooses.
        tours
            Of all reps, this one's empty.
        """
        work, spans = self.work, self.work.spans
        hours = np.zeros(len(work.places))
        mine = self.mentors[self.trainees == rep]
        if len(mine):
            beside = np.hstack([work.of(tours[mine]), work.fixed[mine]]).ravel()
            is_held = spans.holds(beside[beside != NONE][:, None], work.places).any(axis=0)
            hours += np.where(is_held, 0.0, self._needing[work.places])
        theirs = np.flatnonzero(np.isin(self.trainees, self.trainees_of(rep)))
        if len(theirs):
            needs = self._unheld(tours, theirs)
            saves = spans.holds(work.places[:, None], needs) * self._needing[needs]
            hours -= saves.sum(axis=1)
        return hours

    def around(self, size: int, tours: Ints, random: np.random.Generator) -> Ints:
        """Draw a trainee and whoever is in the way, in the order in which they choose.

        Mentors and then the trainee, fewer than `size`; or the trainee and then those whose work
        would suit, as many as there are.
        """
        trainee = random.choice(self.trainees)
        mentors = self.mentors[self.trainees == trainee]
        if random.random() < MENTORS_FIRST:
            return np.append(random.permutation(mentors)[: size - 1], trainee)
        work = self.work
        beside = work.of(tours[mentors]).ravel()
        is_held = work.spans.holds(beside[:, None], work.places).any(axis=0)
        rivals = np.flatnonzero(np.append(is_held, values=False)[tours].any(axis=1))
        rivals = np.setdiff1d(rivals, np.append(mentors, trainee))
        return np.append(trainee, random.permutation(rivals))
