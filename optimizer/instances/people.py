"""An instance as arrays, and each employee's cheapest schedule at given costs."""

import math
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.instances.instance import Employee, Instance
from optimizer.instances.kernel import OFF, cheapest_schedule, longest_run

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HABIT = 0.8
"""A limit that has been reached in a larger share of cases is followed from the begin."""

LEARNING = 0.05
"""Weight of the latest case in that share."""


class Arrays:
    """What the instance states, by place instead of by name.

    Wishes are costs of shifts beside a constant: a wish for a shift costs its weight at once, and
    working the shift gives it back.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.days, self.shifts = instance.days, len(instance.shifts)
        self.people = len(instance.employees)
        self.place = {shift.name: place for place, shift in enumerate(instance.shifts)}
        who = {each.name: place for place, each in enumerate(instance.employees)}
        cells = (self.days, self.shifts)
        self.required = np.zeros(cells, dtype=np.int64)
        self.under, self.over = np.zeros(cells), np.zeros(cells)
        for (day, name), cover in instance.cover.items():
            cell = day, self.place[name]
            self.required[cell] = cover.required
            self.under[cell], self.over[cell] = cover.under, cover.over
        self.wishes = np.zeros((self.people, *cells))
        self.constants = np.zeros(self.people)
        for (name, day, shift), weight in instance.on_requests.items():
            self.wishes[who[name], day, self.place[shift]] -= weight
            self.constants[who[name]] += weight
        for (name, day, shift), weight in instance.off_requests.items():
            self.wishes[who[name], day, self.place[shift]] += weight
        self.unit = math.gcd(*(shift.minutes for shift in instance.shifts))

    def part(self, people: Ints, others: Ints) -> "Arrays":
        """Return what is left to some people beside what the others work.

        Parameters
        ----------
        people
            Their places; they are numbered anew in this order.
        others
            Counts of the others' shifts. Where they are too many, less than nobody is required, and
            so the costs remain those of the whole roster, but for the others' wishes.
        """
        part = copy(self)
        part.people = len(people)
        part.wishes, part.constants = self.wishes[people], self.constants[people]
        part.required = self.required - others
        return part

    def counts(self, schedules: Ints) -> Ints:
        """Return by day and shift how many work it."""
        counted = np.zeros((self.days, self.shifts + 1), dtype=np.int64)
        for schedule in schedules:
            counted[np.arange(self.days), schedule] += 1
        return counted[:, :-1]

    def cover_cost(self, counts: Ints) -> float:
        """Return what is paid for those missing and beyond."""
        missing = self.required - counts
        return float(np.where(missing > 0, self.under * missing, -self.over * missing).sum())

    def wish_cost(self, person: int, schedule: Ints) -> float:
        """Return what an employee's wishes cost with a schedule."""
        worked = np.flatnonzero(schedule != OFF)
        paid = self.wishes[person, worked, schedule[worked]].sum()
        return float(self.constants[person] + paid)

    def cost(self, schedules: Ints) -> float:
        """Return the objective of a roster."""
        wishes = sum(self.wish_cost(who, each) for who, each in enumerate(schedules))
        return self.cover_cost(self.counts(schedules)) + wishes


@dataclass
class _Groups:
    """Shifts that one employee's programme need not tell apart; see `kernel`."""

    of_shift: Ints
    kinds: Ints
    units: Ints
    stride: Ints
    limit: Ints
    follows: npt.NDArray[np.bool_]
    shape: tuple[int, ...]


class Person:
    """One employee's programme.

    Of the shifts whose number is limited only those are counted whose limit is in the way; when the
    cheapest schedule without counting keeps the other limits, it is the cheapest (decremental
    state-space relaxation; Righini and Salani 2008, doi:10.1002/net.20212).
    """

    def __init__(self, arrays: Arrays, place: int) -> None:
        self._arrays = arrays
        self.place = place
        self.employee: Employee = arrays.instance.employees[place]
        names = [shift.name for shift in arrays.instance.shifts]
        never = 10**9
        self.limits = np.array([self.employee.most_shifts.get(name, never) for name in names])
        self.allowed = np.ones((arrays.days, arrays.shifts), dtype=bool)
        self.allowed[:, self.limits == 0] = False
        self.allowed[sorted(self.employee.days_off)] = False
        self._nothing = np.zeros(arrays.days)
        unit = arrays.unit
        self._rules = np.array(
            [
                min(self.employee.most_in_a_row, arrays.days),
                self.employee.least_in_a_row,
                max(1, self.employee.least_off_in_a_row),
                -(-self.employee.least_minutes // unit),
                self.employee.most_minutes // unit,
            ]
        )
        self._set_bands()
        self._groupings: dict[frozenset[int], _Groups] = {}
        self._habit = np.zeros(arrays.shifts)

    def _set_bands(self) -> None:
        """Say between what times worked each day can lie."""
        arrays = self._arrays
        units = np.array([shift.minutes for shift in arrays.instance.shifts]) // arrays.unit
        self._units = units
        day_most = np.where(self.allowed, units, 0).max(axis=1)
        forbidden = np.logical_not(self.allowed.any(axis=1))
        most = int(self._rules[0])
        before = longest_run(arrays.days, forbidden, most, day_most)
        backward = np.flip(forbidden).copy(), most, np.flip(day_most).copy()
        after = np.flip(longest_run(arrays.days, *backward))
        self._highs = np.minimum(before, self._rules[4])
        self._lows = np.minimum(np.maximum(0, self._rules[3] - after), self._highs)
        weekends = -(-arrays.days // 7)
        self._weekends = min(self.employee.most_weekends, weekends)

    def _grouped(self, tracked: frozenset[int]) -> _Groups:
        """Put together the shifts that need not be told apart when some are counted."""
        if tracked in self._groupings:
            return self._groupings[tracked]
        shifts = self._arrays.instance.shifts
        usable = [place for place in range(len(shifts)) if self.allowed[:, place].any()]
        kinds = {
            each: i for i, each in enumerate(sorted({s.not_before for s in shifts}, key=sorted))
        }
        keys: dict[tuple[object, ...], int] = {}
        of_shift = np.full(len(shifts), -1)
        members: list[int] = []
        for place in usable:
            shift = shifts[place]
            barred = tuple(shift.name in forbidden for forbidden in kinds)
            mark = place if place in tracked else -1
            key = kinds[shift.not_before], barred, int(self._units[place]), mark
            if key not in keys:
                keys[key] = len(keys)
                members.append(place)
            of_shift[place] = keys[key]
        stride, limit, counts = np.zeros(len(members)), np.zeros(len(members)), 1
        for group, place in enumerate(members):
            if place in tracked:
                stride[group], limit[group] = counts, self.limits[place]
                counts *= int(self.limits[place]) + 1
        follows = np.array([[shifts[p].name not in kind for p in members] for kind in kinds])
        states = int(self._rules[2]) + int(self._rules[0]) * len(kinds)
        band = int((self._highs - self._lows).max()) + 1
        groups = _Groups(
            of_shift,
            np.array([kinds[shifts[place].not_before] for place in members], dtype=np.int64),
            self._units[members].astype(np.int64),
            stride.astype(np.int64),
            limit.astype(np.int64),
            follows.reshape(len(kinds), len(members)),
            (self._arrays.days + 1, states, counts, self._weekends + 1, band),
        )
        self._groupings[tracked] = groups
        return groups

    def cheapest(
        self, costs: Floats, room: "Room", off_costs: Floats | None = None
    ) -> tuple[float, Ints]:
        """Return the least cost of a schedule and the schedule.

        Parameters
        ----------
        costs
            By day and shift.
        room
            Where values are kept meanwhile.
        off_costs
            Of each day off; nothing where they are not given.
        """
        if off_costs is None:
            off_costs = self._nothing
        priced = np.where(self.allowed, costs, np.inf)
        schedule = np.empty(self._arrays.days, dtype=np.int64)
        tracked = frozenset(map(int, np.flatnonzero(self._habit > HABIT)))
        while True:
            groups = self._grouped(tracked)
            cost = cheapest_schedule(
                priced,
                off_costs,
                groups.of_shift,
                room.take(groups.shape),
                self._rules,
                self._lows,
                self._highs,
                groups.kinds,
                groups.units,
                groups.stride,
                groups.limit,
                groups.follows,
                schedule,
            )
            if cost == np.inf:
                return float(cost), schedule
            worked = np.bincount(schedule[schedule != OFF], minlength=self._arrays.shifts)
            over = np.flatnonzero(worked > self.limits)
            if not len(over):
                is_met = (worked >= self.limits) & (self.limits > 0)
                self._habit += LEARNING * (is_met - self._habit)
                return float(cost), schedule
            tracked |= frozenset(map(int, over))


class Room:
    """Memory that the programmes of all employees use in turn.

    It counts the numbers that were asked for (`work`): a measure of what has been done that is the
    same in every run, as time is not.
    """

    def __init__(self) -> None:
        self._numbers = np.empty(0)
        self.work = 0

    def take(self, shape: tuple[int, ...]) -> Floats:
        """Return room of a shape; what it holds is left over."""
        size = math.prod(shape)
        self.work += size
        if size > len(self._numbers):
            self._numbers = np.empty(size)
        return self._numbers[:size].reshape(shape)
