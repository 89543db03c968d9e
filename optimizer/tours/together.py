r"""Rules that bind reps together: who has to be there beside whom.

What a roster costs by them is no sum over its tours. Beside given tours of the others it is one
over the shifts of a single rep's tour, because nobody is in two places at a time
(`optimizer.tours.mentoring`, `optimizer.tours.level_rules`). So a best response
(`optimizer.tours.polish`) knows these rules exactly; the bound leaves them out, which makes it no
higher. What fixed shifts break and nobody could mend is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimizer.tours.level_rules import Level, LevelRule
from optimizer.tours.mentoring import Mentoring
from optimizer.tours.spans import Flags, Floats, Ints, Work

ABOUT_LEVELS = 1 / 2
"""Share of draws of reps who depend on each other that are about levels, with trainees about."""


@dataclass(frozen=True)
class Together:
    """The rules that bind the reps of a problem together.

    Parameters
    ----------
    work
        What the reps could work.
    trainees, mentors
        Pairs of reps, sorted by trainee.
    alone
        Price of an hour that a trainee works without a mentor; None where none may.
    rules
        Of levels.
    hard
        Price of an hour by which a rule is broken that may not be.
    closed
        By rule of levels and stretch of time, whether nobody is to work there; none without any.
    """

    work: Work
    trainees: Ints
    mentors: Ints
    alone: float | None
    rules: tuple[LevelRule, ...]
    hard: float
    closed: tuple[Flags, ...] = ()

    @cached_property
    def mentoring(self) -> Mentoring | None:
        """Trainees and their mentors; None without any."""
        if not len(self.trainees):
            return None
        return Mentoring(self.work, self.trainees, self.mentors)

    @cached_property
    def _levels(self) -> tuple[Level, ...]:
        closed = self.closed or [None] * len(self.rules)
        return tuple(
            Level.of(rule, self.work, self.hard, each)
            for rule, each in zip(self.rules, closed, strict=True)
        )

    def eased(self, price: float | None) -> "Together":
        """Return the rules that may not be broken at a price, or still not to be broken for None.

        That of a level is for each rep who is then at work, so that whoever comes first and whoever
        leaves first pays less for it, too.
        """
        rules = [
            replace(rule, price=price, by_head=True) if rule.price is None else rule
            for rule in self.rules
        ]
        return replace(self, rules=tuple(rules), alone=price if self.alone is None else self.alone)

    def shut(self, tours: Ints) -> "Together":
        """Return the rules with the times closed at which a level lacks that must be there."""
        closed = [
            level.closed | (level.lacking(there) > 0) & (level.rule.price is None)
            for level, there in zip(self._levels, self.present_of_all(tours), strict=True)
        ]
        return replace(self, closed=tuple(closed))

    def within(self, shifts: Ints, others: Ints, allowed: Flags) -> "Together":
        """Return the rules where only some shifts are chosen from, as `Work.within` has it."""
        return replace(self, work=self.work.within(shifts, others, allowed))

    @cached_property
    def alike(self) -> Ints:
        """By rep, a number: the same for those whose work these rules do not tell apart."""
        every = np.arange(len(self.work.fixed))
        is_bound = False if self.mentoring is None else self.mentoring.is_bound
        told = [np.where(is_bound, every, -1), *(rule.able for rule in self.rules)]
        return np.unique(np.column_stack(told), axis=0, return_inverse=True)[1].ravel()

    def group(self, size: int, tours: Ints, random: np.random.Generator) -> Ints:
        """Draw reps who depend on each other, all different, in the order in which they choose."""
        drawn = random.permutation(len(tours))
        mentoring = self.mentoring
        if mentoring is not None and not (self.rules and random.random() < ABOUT_LEVELS):
            first = mentoring.around(size, tours, random)
        else:
            rule = self.rules[random.integers(len(self.rules))]
            first = drawn[rule.able[drawn]][: random.integers(size + 1)]
        return np.append(first, drawn[~np.isin(drawn, first)])[:size]

    def present(self, reps: Ints, tours: Ints) -> tuple[Ints, ...]:
        """Return what reps' tours add to those who are there, for each rule of levels.

        Parameters
        ----------
        reps, tours
            By line and number, and by day.
        """
        places = self.work.of(tours)
        return tuple(level.brought(reps, places) for level in self._levels)

    def present_of_all(self, tours: Ints) -> tuple[Ints, ...]:
        """Return what a roster adds up to, for each rule of levels."""
        lines = self.present(np.arange(len(tours))[None], tours[None])
        return tuple(line[0] for line in lines)

    def cost(self, tours: Ints, present: Sequence[Ints]) -> float:
        """Return what a roster costs by these rules.

        Parameters
        ----------
        tours, present
            Of all reps, and what they add up to.
        """
        cost = 0.0
        if self.mentoring is not None:
            cost += self._price_alone * self.mentoring.hours_alone(tours)
        for level, there in zip(self._levels, present, strict=True):
            cost += level.price * float(level.lacking(there).sum())
        return cost

    @property
    def _price_alone(self) -> float:
        return self.hard if self.alone is None else self.alone

    def broken(self, tours: Ints) -> float:
        """Return by how many hours a roster breaks those rules that are not to be broken."""
        hours = self.lacking(tours)
        if self.mentoring is not None and self.alone is None:
            hours += self.mentoring.hours_alone(tours)
        return hours

    def lacking(self, tours: Ints) -> float:
        """Return the hours that lack in a roster of levels that must be there."""
        return sum(
            float(level.lacking(there).sum())
            for level, there in zip(self._levels, self.present_of_all(tours), strict=True)
            if level.rule.price is None
        )

    def unled(self, tours: Ints) -> Flags:
        """Say who works at a time for which somebody lacks who must be there."""
        unled = np.zeros(len(tours), dtype=bool)
        if self.mentoring is not None and self.alone is None:
            unled |= self.mentoring.are_alone(tours)
        for level, there in zip(self._levels, self.present_of_all(tours), strict=True):
            if level.rule.price is None:
                places = self.work.of(tours)
                unled |= level.touches(places, level.lacking(there) > 0).any(axis=1)
        return unled

    def added(
        self,
        tours: Ints,
        present: Sequence[Ints],
        reps: Ints,
        moves: tuple[Ints, Ints],
    ) -> Floats:
        """Return what each shift of the problem costs by these rules if a rep works it, by line.

        Parameters
        ----------
        tours, present
            Of all reps, and what they add up to.
        reps
            Who chooses, a line each.
        moves
            By line and number, who has another tour by then, and which; the own one is empty.
        """
        movers, given = moves
        added = np.zeros((len(reps), len(self.work.places)))
        ways = zip(self.present(movers, given), self.present(movers, tours[movers]), strict=True)
        for level, there, (more, less) in zip(self._levels, present, ways, strict=True):
            added += level.added(reps, there + more - less, self.work.places)
        if self.mentoring is not None:
            for line in np.flatnonzero(self.mentoring.is_bound[reps]):
                beside = tours.copy()
                beside[movers[line]] = given[line]
                added[line] += self._price_alone * self.mentoring.added(int(reps[line]), beside)
        return added
