r"""The cheapest tour of each rep when covering is worth something: one programme for many reps.

Let :math:`w_i` be the worth of a rep in cell i, and w(s) that of all cells of shift s. With the
state

- :math:`e`, the earliest start that rest allows, in steps after the day's midnight,
- :math:`l`, the layer of the rules of days (`optimizer.tours.days`),
- :math:`h`, units of contract work so far this week,

the least cost from day d on is

.. math::

    F_d(e, l, h) = \min \left( F_{d+1}(e - 24\,h, rest(l), h), \;
    \min_{s : start_s \ge e} c_s - w(s) + F_{d+1}(free_s, work(l), h + h_s) \right)

and at a week's end what the contract lacks is paid and h begins anew. Where a rep's hours of the
whole period are bounded, those before the week are one part more of the state, as far as they are
told apart (`optimizer.tours.period_hours`); in a period of one week that is not at all. No state
dominates another by its hours, because of the contracts' minima. Reps are the last axis of every
array. Shifts that start, last and rest alike are one transition at the least of their costs. The
tours are read off by walking forward.
"""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np

from optimizer.tours.period_hours import Levels
from optimizer.tours.view_days import Clock, Day, days_of
from optimizer.tours.week import OFF, Flags, Floats, Ints, RosterProblem

CHUNK = 64
"""Reps priced together: their arrays stay in the processor's cache."""

STATES = 200_000
"""States of a day, over all reps priced together, where hours before a week are told apart."""


class _Room:
    """Memory for a day's costs that is used again: fresh pages cost more than what fills them."""

    def __init__(self) -> None:
        self._rooms: dict[int, Floats] = {}

    def of(self, day: int, shape: tuple[int, ...]) -> Floats:
        """Return an array for a day, of any content; an earlier one of the day is lost."""
        size = prod(shape)
        if day not in self._rooms or len(self._rooms[day]) < size:
            self._rooms[day] = np.empty(size)
        return self._rooms[day][:size].reshape(shape)


class Pricing:
    """Finds each rep's cheapest tour."""

    def __init__(self, problem: RosterProblem) -> None:
        self._problem = problem
        room = _Room()
        self._views = [_ViewPricing(problem, number, room) for number in range(len(problem.views))]

    @property
    def is_possible(self) -> bool:
        """Whether every rep has a tour that the rules allow."""
        reps = np.arange(self._problem.crew.size)
        free = np.full((len(reps), self._problem.days), OFF)
        bound_to = reps[~np.isfinite(self._problem.rule_costs(reps, free))]
        costs, _ = self.best_tours(np.zeros((1, self._problem.cover.cells)), bound_to)
        return bool(np.isfinite(costs).all())

    def best_tours(
        self, worth: Floats, reps: Ints, added: Floats | None = None
    ) -> tuple[Floats, Ints]:
        """Find the cheapest tour of each rep.

        Parameters
        ----------
        worth
            Of a rep in each cell, by rep asked for: one line each, or one line for all.
        reps
            Whose tours; a rep may be asked for more than once.
        added
            To the cost of each shift, by rep asked for; None for nothing.

        Returns
        -------
        costs, tours
            Cost less worth of the cheapest tour, and its shift on each day, by rep asked for.
        """
        costs = np.empty(len(reps))
        tours = np.empty((len(reps), self._problem.days), dtype=np.int64)
        views = self._problem.crew.view[reps]
        for number, view in enumerate(self._views):
            own = np.flatnonzero(views == number)
            for first in range(0, len(own), CHUNK):
                part = own[first : first + CHUNK]
                lines = worth if len(worth) == 1 else worth[part]
                more = None if added is None else added[part]
                costs[part], tours[part] = view.best_tours(lines, reps[part], more)
        if self._problem.offset is not None:
            costs += self._problem.offset[reps]
        return costs, tours

    def ahead(self, worth: Floats, days: Sequence[int]) -> list[Floats]:
        """Return what it costs each rep from days on, when they begin them in a layer and rested.

        Parameters
        ----------
        worth
            Of a rep in each cell.
        days
            Each the first of a week.

        Returns
        -------
        list
            For each of the days, the least cost less worth, by rep and layer.
        """
        crew, layers = self._problem.crew, self._problem.layers
        found = [np.empty((crew.size, layers.count(day))) for day in days]
        for number, view in enumerate(self._views):
            own = np.flatnonzero(crew.view == number)
            for first in range(0, len(own), CHUNK):
                part = own[first : first + CHUNK]
                begins = view.ahead(worth[None], part)
                for place, day in enumerate(days):
                    found[place][part] = begins[day].T
        return found


class _ViewPricing:
    """The programme for reps who see the shifts from one zone."""

    def __init__(self, problem: RosterProblem, number: int, room: _Room) -> None:
        self._problem = problem
        self._room = room
        self._clock = Clock(problem, number)
        self._days = days_of(problem, number, self._clock)
        self._levels = self._tell_apart()

    def _tell_apart(self) -> Levels | None:
        """Return how the hours before each week are told apart; None without bounds on them."""
        problem = self._problem
        if problem.period is None:
            return None
        reach = np.zeros_like(problem.crew.most)
        for day in self._days:
            week = problem.week[day.number]
            reach[:, week] += int(day.units.max(initial=0)) * self._clock.units[week]
        unit = int(np.gcd.reduce(self._clock.units))
        return Levels(problem.period, np.minimum(reach, problem.crew.most), unit)

    def best_tours(self, worth: Floats, reps: Ints, added: Floats | None) -> tuple[Floats, Ints]:
        """As `Pricing.best_tours`, for reps of this view."""
        priced = self._shift_costs(worth, reps, added)
        if self._levels is None:
            return self._best(priced, reps, None)
        binding = self._levels.binding[reps]
        costs, tours = np.empty(len(reps)), np.empty((len(reps), len(self._days)), dtype=np.int64)
        for own, levels in self._parts(reps, binding, self._levels):
            part = [cost[:, own] for cost in priced]
            costs[own], tours[own] = self._best(part, reps[own], levels)
        return costs, tours

    def _parts(
        self, reps: Ints, binding: Flags, levels: Levels
    ) -> Iterator[tuple[Ints, Levels | None]]:
        """Yield who is priced together: the more levels of hours they have, the fewer."""
        loose, bound = np.flatnonzero(~binding), np.flatnonzero(binding)
        if len(loose):
            yield loose, None
        layers = max(len(layer) for layer in self._problem.layers.onward)
        hours = max(day.hours_after for day in self._days)
        each = self._clock.bins * layers * hours * int(levels.counts(reps[bound]).max(initial=1))
        together = min(CHUNK, max(1, STATES // each))
        for first in range(0, len(bound), together):
            yield bound[first : first + together], levels

    def _best(self, costs: list[Floats], reps: Ints, levels: Levels | None) -> tuple[Floats, Ints]:
        """Find the cheapest tours of reps whose hours before a week are told apart, or not."""
        onward = self._backward(costs, reps, levels)
        return self._forward(costs, onward, reps, levels)

    def _shift_costs(self, worth: Floats, reps: Ints, added: Floats | None = None) -> list[Floats]:
        """Return cost less worth by shift and rep, of each day; no number where not allowed."""
        problem, crew = self._problem, self._problem.crew
        sums = np.zeros((worth.shape[1] + 1, len(worth)))
        np.cumsum(worth.T, axis=0, out=sums[1:])
        costs = []
        for day in self._days:
            first, last = problem.shifts.first[day.shifts], problem.shifts.last[day.shifts]
            cost = problem.costs[np.ix_(reps, day.shifts)].T - (sums[last] - sums[first])
            if added is not None:
                cost = cost + added[:, day.shifts].T
            costs.append(np.where(crew.allowed[np.ix_(reps, day.shifts)].T, cost, np.inf))
        return costs

    def _backward(self, costs: list[Floats], reps: Ints, levels: Levels | None) -> list[Floats]:
        """Return, by day, the least cost from its end on, by e, layer, hours and rep.

        A last layer, here and below, stands for nowhere and costs infinitely much. Reps whose hours
        before a week are told apart stand there once for each level.
        """
        return [onward for onward, _ in self._values(costs, reps, levels)][::-1]

    def ahead(self, worth: Floats, reps: Ints) -> list[Floats]:
        """Return, by day, the least cost from its begin on, by layer and rep.

        Each rep is rested then, and has not worked in the week; bounds on the hours of the period
        are left out.
        """
        begins = self._values(self._shift_costs(worth, reps), reps, None)
        return [begin[0, :-1, 0].copy() for _, begin in begins][::-1]

    def _values(
        self, costs: list[Floats], reps: Ints, levels: Levels | None
    ) -> Iterator[tuple[Floats, Floats]]:
        """Yield, from the last day on, the least costs from a day's end and from its begin on."""
        begin = self._ahead(reps)
        for day, cost in zip(reversed(self._days), reversed(costs), strict=True):
            onward = begin
            if day.week is not None:
                onward = self._week_back(day, begin[:, :, 0], reps, levels)
            fixed, copies = self._fixed(day, reps), onward.shape[-1] // len(reps)
            if copies > 1:
                cost, fixed = np.tile(cost, copies), np.tile(fixed, copies)
            begin = self._step_back(day, cost, onward, fixed)
            yield onward, begin

    def _ahead(self, reps: Ints) -> Floats:
        """Return what the days after the last one cost, by e, layer, hours and rep."""
        ahead = self._problem.layers.ahead
        known = np.zeros((1, len(reps))) if ahead is None else ahead[reps].T
        lines = np.vstack([known, np.full((1, len(reps)), np.inf)])[None, :, None, :]
        return np.broadcast_to(lines, (self._clock.bins, *lines.shape[1:]))

    def _week_back(self, day: Day, following: Floats, reps: Ints, levels: Levels | None) -> Floats:
        """Return the least cost from a week's last day on, given that from the next week on."""
        cost = self._week_cost(day, reps)
        if levels is None or day.week is None:
            return following[:, :, None] + cost
        minutes = np.arange(day.hours_after) * self._clock.units[day.week]
        after, paid = levels.after(day.week, reps, minutes)
        ways = following.reshape(*following.shape[:2], -1, len(reps))
        found = ways[:, :, after, np.arange(len(reps))] + paid + cost[:, None]
        return np.asarray(found.reshape(*found.shape[:3], -1))

    def _fixed(self, day: Day, reps: Ints) -> Ints:
        """Return, by rep, the letter of a day on which no shift is chosen."""
        return np.asarray(self._problem.fixed[reps, day.number])

    def _week_cost(self, day: Day, reps: Ints) -> Floats:
        """Return what a week costs by the hours worked in it, infinitely much above the most."""
        crew, week = self._problem.crew, day.week
        minutes = np.arange(day.hours_after)[:, None] * self._clock.units[week]
        lacking = np.maximum(0, crew.least[reps, week] - minutes)
        paid = self._problem.short / 60 * lacking
        return np.where(minutes <= crew.most[reps, week], paid, np.inf)

    def _step_back(self, day: Day, cost: Floats, onward: Floats, fixed: Ints) -> Floats:
        """Return the least cost from a day's begin on, by e, layer, hours and rep.

        Parameters
        ----------
        day, cost
            The day, and the cost of its shifts by rep.
        onward
            The least cost from the day's end on.
        fixed
            By rep, the letter without a shift.
        """
        resting = self._rest(day, onward, fixed)
        working: dict[tuple[int, int], Floats] = {}
        least = np.full(resting.shape[1:], np.inf)
        trial = np.empty_like(least)
        best = self._room.of(day.number, (self._clock.bins, len(least) + 1, *least.shape[1:]))
        best[:, -1] = np.inf
        cheapest = np.minimum.reduceat(cost, day.groups) if len(cost) else cost
        place = len(day.groups) - 1
        for step in range(max(self._clock.a_day, self._clock.bins) - 1, -1, -1):
            while place >= 0 and day.start[day.groups[place]] == step:
                alike = day.groups[place]
                units = int(day.units[alike])
                count = max(0, min(day.hours, day.hours_after - units))  # none of too long a shift
                key = int(day.letters[alike]), int(day.free[alike])
                if key not in working:
                    working[key] = _read(day, key[0], onward[key[1]])
                after = working[key][:, units : units + count]
                np.add(after, cheapest[place], out=trial[:, :count])
                np.minimum(least[:, :count], trial[:, :count], out=least[:, :count])
                place -= 1
            if step < self._clock.bins:
                rested = resting[max(0, step - self._clock.a_day)]
                np.minimum(least, rested, out=best[step, :-1])
        return best

    def _rest(self, day: Day, onward: Floats, fixed: Ints) -> Floats:
        """Return the least cost of a day without a shift, by the e that is left of it."""
        later = onward[: max(1, self._clock.bins - self._clock.a_day), :, : day.hours]
        resting = np.array([_read(day, 0, one) for one in later])
        for letter in set(fixed[fixed > 0].tolist()):
            own = fixed == letter
            for place, one in enumerate(later):
                resting[place][..., own] = _read(day, letter, one[..., own])
        return resting

    def _forward(
        self, costs: list[Floats], onward: list[Floats], reps: Ints, levels: Levels | None
    ) -> tuple[Floats, Ints]:
        """Walk the cheapest tours; return their costs and shifts."""
        every = many = np.arange(len(reps))
        e = self._clock.steps(self._problem.crew.ready[reps])
        layer = self._problem.layers.initial[reps]
        hours = np.zeros(len(reps), dtype=np.int64)
        tours = np.full((len(reps), len(self._days)), OFF)
        total = np.zeros(len(reps))
        for number, (day, cost, after) in enumerate(zip(self._days, costs, onward, strict=True)):
            choice = np.empty((len(day.shifts) + 1, len(reps)))
            units = hours + day.units[:, None]
            fits = np.minimum(units, day.hours_after - 1)
            following = day.onward[layer, day.letters[:, None]]
            choice[:-1] = cost + after[day.free[:, None], following, fits, many]
            choice[:-1] += day.prices[layer, day.letters[:, None]]
            choice[:-1][(day.start[:, None] < e) | (units > fits)] = np.inf
            fixed = self._problem.fixed[reps, number]
            choice[-1] = after[
                np.maximum(0, e - self._clock.a_day), day.onward[layer, fixed], hours, many
            ]
            choice[-1] += day.prices[layer, fixed]
            best = choice.argmin(axis=0)
            if number == 0:
                total = choice[best, every]
            works = (best < len(day.shifts)) & np.isfinite(choice[best, every])
            taken = np.where(works, best, 0)
            if works.any():
                tours[works, number] = day.shifts[taken[works]]
            free = day.free[taken] if len(day.shifts) else e
            spent = day.units[taken] if len(day.shifts) else hours * 0
            e = np.where(works, free, np.maximum(0, e - self._clock.a_day))
            hours = np.where(works, hours + spent, hours)
            letter = np.where(works, day.letters[taken], fixed) if len(day.shifts) else fixed
            # Whoever has no way at all rests, at infinite cost.
            layer = np.minimum(day.onward[layer, letter], after.shape[1] - 2)
            if day.week is not None:
                if levels is not None:
                    minutes = np.arange(day.hours_after) * self._clock.units[day.week]
                    after_week, _ = levels.after(day.week, reps, minutes)
                    many = after_week[hours, many // len(reps), every] * len(reps) + every
                hours = np.zeros_like(hours)
        return total, tours


def _read(day: Day, letter: int, onward: Floats) -> Floats:
    """Return the least cost, by the layer before a letter, from the day's end on at one e."""
    after, prices = onward[day.onward[:, letter]], day.prices[:, letter]
    return after + prices[:, None, None] if prices.any() else after
