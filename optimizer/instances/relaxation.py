"""Column generation: the linear relaxation of an instance under some decisions."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.instances.kernel import OFF
from optimizer.instances.master import WORTHWHILE, Decision, Master, Solution
from optimizer.instances.people import Arrays, Floats, Ints, Person, Room

WHOLE = 1e-5
"""A number this near to a whole one is taken for it."""

NEARNESS = 0.5
"""Weight of the best prices so far beside the master's (smoothing; Wentges 1997,
doi:10.1016/S0969-6016(97)00001-4)."""


@dataclass(frozen=True)
class Relaxed:
    """What a node of the tree came to.

    Parameters
    ----------
    bound
        No roster under the decisions costs less; infinite when there is none.
    solution
        Of the master; None when it is not needed, because the bound is too high or time is over.
    is_over
        Whether time or patience ended.
    """

    bound: float
    solution: Solution | None
    is_over: bool = False


def rounded_up(bound: float) -> float:
    """Return the least whole number not below a bound: all weights are whole."""
    return math.ceil(bound - WHOLE)


class Relaxation:
    """The master and everybody's programme."""

    def __init__(
        self,
        arrays: Arrays,
        people: list[Person],
        room: Room,
        master: Master,
        left: Callable[[], float],
    ) -> None:
        self._arrays = arrays
        self._people = people
        self._room = room
        self.master = master
        self._left = left

    def root(self, tell: Callable[[float], None] | None = None) -> Relaxed:
        """Solve without decisions, with smoothed prices; `tell` hears every better bound."""
        self.master.bound(())
        best, centre = -np.inf, None
        while True:
            solution = self.master.solve(self._left())
            if solution is None:
                return Relaxed(best, None, is_over=True)
            trials = [solution.prices]
            if centre is not None:
                trials.insert(0, NEARNESS * centre + (1 - NEARNESS) * solution.prices)
            added = 0
            for prices in trials:
                bound, found = self._priced(prices)
                if found is None:
                    return Relaxed(best, None, is_over=True)
                if bound > best:
                    best, centre = bound, prices
                    if tell is not None:
                        tell(bound)
                added = self._add_worthwhile(solution, found)
                if added:
                    break
            if not added or rounded_up(best) >= solution.objective - WHOLE:
                return Relaxed(best, solution)

    def _priced(self, prices: Floats) -> tuple[float, list[Ints] | None]:
        """Return the Lagrangian bound of prices and everybody's cheapest schedules."""
        arrays = self._arrays
        prices = np.clip(prices, -arrays.over, arrays.under)
        bound, found = float((prices * arrays.required).sum()), []
        for place, person in enumerate(self._people):
            if self._left() <= 0:
                return -np.inf, None
            cost, schedule = person.cheapest(arrays.wishes[place] - prices, self._room)
            bound += cost + arrays.constants[place]
            found.append(schedule)
        return bound, found

    def _add_worthwhile(self, solution: Solution, found: list[Ints]) -> int:
        worthwhile = [
            place
            for place, schedule in enumerate(found)
            if self._reduced(solution, place, schedule) < -WORTHWHILE
        ]
        return self.master.add(worthwhile, [found[place] for place in worthwhile])

    def _reduced(self, solution: Solution, place: int, schedule: Ints) -> float:
        days = np.flatnonzero(schedule != OFF)
        earned = solution.prices[days, schedule[days]].sum() + solution.wages[place]
        return self._arrays.wish_cost(place, schedule) - float(earned)

    def node(self, decisions: tuple[Decision, ...], cutoff: float) -> Relaxed:
        """Solve under decisions, as far as needed to know whether the bound reaches a cutoff."""
        self.master.bound(decisions)
        barred, off_costs = self._barred(decisions)
        best = -np.inf
        while True:
            solution = self.master.solve(self._left())
            if solution is None:
                return Relaxed(best, None, is_over=True)
            bound = solution.objective
            new_people, new_schedules = [], []
            for place, person in enumerate(self._people):
                if self._left() <= 0:
                    return Relaxed(best, None, is_over=True)
                costs = self._arrays.wishes[place] - solution.prices
                if place in barred:
                    costs = costs + barred[place]
                cost, schedule = person.cheapest(costs, self._room, off_costs.get(place))
                if cost == np.inf:
                    return Relaxed(np.inf, None)
                reduced = cost + float(self._arrays.constants[place] - solution.wages[place])
                bound += min(0.0, reduced)
                if reduced < -WORTHWHILE:
                    new_people.append(place)
                    new_schedules.append(schedule)
            best = max(best, bound)
            if rounded_up(best) >= cutoff:
                return Relaxed(best, None)
            added = self.master.add(new_people, new_schedules)
            if not added:
                return Relaxed(np.inf, None) if self._lacks(solution) else Relaxed(best, solution)
            if rounded_up(best) >= solution.objective - WHOLE and not self._lacks(solution):
                return Relaxed(best, solution)

    def _lacks(self, solution: Solution) -> bool:
        return bool(solution.fixed[self.master.nobody :].max(initial=0.0) > WHOLE)

    def _barred(
        self, decisions: tuple[Decision, ...]
    ) -> tuple[dict[int, Floats], dict[int, Floats]]:
        """Return what decisions add to the costs of duties and of days off, by employee."""
        duties: dict[int, Floats] = {}
        off: dict[int, Floats] = {}
        arrays = self._arrays
        for each in decisions:
            if each.place >= 0:
                continue
            person, day, shift = each.duty
            if person not in duties:
                duties[person] = np.zeros((arrays.days, arrays.shifts))
                off[person] = np.zeros(arrays.days)
            if each.is_least:
                kept = duties[person][day, shift] if shift != OFF else 0.0
                duties[person][day] = np.inf
                if shift == OFF:
                    continue
                duties[person][day, shift] = kept
                off[person][day] = np.inf
            elif shift == OFF:
                off[person][day] = np.inf
            else:
                duties[person][day, shift] = np.inf
        return duties, off
