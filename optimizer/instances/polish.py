"""Better rosters from a roster: employees in turn take the schedule that suits the others best.

What the others leave of the cover prices a schedule exactly, because nobody works a shift twice on
a day: one more where somebody is missing saves the weight for under, one more beyond costs that for
over. Some random noise breaks ties differently every time.
"""

import numpy as np

from optimizer.instances.kernel import OFF
from optimizer.instances.people import Arrays, Floats, Ints, Person, Room

NOISE = 0.2
"""Of a unit of cost, at most, by duty."""


class Draft:
    """A roster while it is worked on."""

    def __init__(self, arrays: Arrays, schedules: Ints) -> None:
        self._arrays = arrays
        self.schedules = schedules.copy()
        self.counts = arrays.counts(schedules)
        self.wishes = np.array(
            [arrays.wish_cost(who, schedule) for who, schedule in enumerate(schedules)]
        )

    def cost(self) -> float:
        """Return what it costs."""
        return self._arrays.cover_cost(self.counts) + float(self.wishes.sum())

    def give(self, person: int, schedule: Ints) -> None:
        """Give an employee another schedule."""
        self._count(person, -1)
        self.schedules[person] = schedule
        self.wishes[person] = self._arrays.wish_cost(person, schedule)
        self._count(person, 1)

    def _count(self, person: int, change: int) -> None:
        schedule = self.schedules[person]
        days = np.flatnonzero(schedule != OFF)
        self.counts[days, schedule[days]] += change

    def copy(self) -> "Draft":
        """Return another that can be worked on."""
        return Draft(self._arrays, self.schedules)


class Polish:
    """Moves that make a roster better."""

    def __init__(
        self, arrays: Arrays, people: list[Person], room: Room, random: np.random.Generator
    ) -> None:
        self._arrays = arrays
        self._people = people
        self._room = room
        self._random = random

    def respond(self, draft: Draft, person: int) -> bool:
        """Let an employee take the best response to the others; False when there is none."""
        nothing = np.full(self._arrays.days, OFF)
        draft.give(person, nothing)
        cost, schedule = self._people[person].cheapest(self._marginals(draft, person), self._room)
        if cost == np.inf:
            return False
        draft.give(person, schedule)
        return True

    def _marginals(self, draft: Draft, person: int) -> Floats:
        arrays = self._arrays
        is_missing = draft.counts < arrays.required
        marginals: Floats = np.where(is_missing, -arrays.under, arrays.over) + arrays.wishes[person]
        marginals += NOISE * self._random.random(marginals.shape)
        return marginals
