"""An instance as arrays, and each employee's cheapest schedule at given costs."""

import math
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.instances.edges import Fixed, Runs, ends_allowed, start_of
from optimizer.instances.instance import WEEK, Employee, Instance
from optimizer.instances.kernel import OFF, cheapest_schedule, longest_run

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NEVER = 10**9
"""A limit that is none."""

MOST_VALUES = 100_000_000
"""Numbers of 8 bytes that a programme that counts shifts may hold."""

MOST_NUMBERS = 500_000_000
"""Numbers of 8 bytes, four gigabytes, that a programme may hold which counts no shifts."""

DOUBLINGS = 24
"""So often the price of a shift that is worked too often is doubled, at most."""

HABIT = 0.8
"""A limit that has been reached in a larger share of cases is followed from the begin."""

LEARNING = 0.05
"""Weight of the latest case in that share."""


class TooLargeError(ValueError):
    """An instance whose programmes no usual machine can hold."""


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
        self.units = np.array([shift.minutes // self.unit for shift in instance.shifts])
        kinds = sorted({shift.not_before for shift in instance.shifts}, key=sorted)
        self.kind_of = np.array([kinds.index(shift.not_before) for shift in instance.shifts])
        self.may_follow = np.array([[name not in kind for name in self.place] for kind in kinds])

    def part(self, people: Ints, others: Ints, first: int, last: int) -> "Arrays":
        """Return what is left to some people on some days beside what the others work.

        Parameters
        ----------
        people
            Their places; they are numbered anew in this order.
        others
            Counts of the others' shifts. Where they are too many, less than nobody is required, and
            so the costs remain those of the whole roster, but for the others' wishes.
        first, last
            The days from the first on that are before the last.
        """
        part = copy(self)
        part.people, part.days = len(people), last - first
        part.wishes, part.constants = self.wishes[people, first:last], self.constants[people]
        part.required = (self.required - others)[first:last]
        part.under, part.over = self.under[first:last], self.over[first:last]
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

    def __init__(self, arrays: Arrays, place: int, fixed: "Fixed | None" = None) -> None:
        """Prepare the programme of an employee, for all days or for those between fixed ones."""
        fixed = Fixed(np.empty(0, dtype=np.int64), 0, arrays.days) if fixed is None else fixed
        self._arrays = arrays
        self.employee: Employee = arrays.instance.employees[place]
        outside = fixed.outside
        worked = np.bincount(outside, minlength=arrays.shifts)
        limits = [self.employee.most_shifts.get(name, NEVER) for name in arrays.place]
        self.limits = np.array(limits) - worked
        self.allowed = np.ones((arrays.days, arrays.shifts), dtype=bool)
        self.allowed[:, self.limits == 0] = False
        days_off = [day - fixed.first for day in sorted(self.employee.days_off)]
        self.allowed[[day for day in days_off if 0 <= day < arrays.days]] = False
        self.is_exact = True
        self._nothing = np.zeros(arrays.days)
        runs = Runs(
            min(self.employee.most_in_a_row, arrays.instance.days),
            self.employee.least_in_a_row,
            # Between two days worked there is no longer spell, so a longer one asks the same.
            max(1, min(self.employee.least_off_in_a_row, arrays.instance.days)),
        )
        spent, unit = int(arrays.units[outside].sum()), arrays.unit
        self._rules = np.array(
            [
                *(runs.most, runs.least, runs.least_off),
                max(0, -(-self.employee.least_minutes // unit) - spent),
                self.employee.most_minutes // unit - spent,
                fixed.first,
                start_of(fixed, runs, arrays.kind_of, len(arrays.may_follow)),
            ]
        )
        self._may_end = ends_allowed(fixed, runs, arrays.may_follow)
        self._weekends = min(self.employee.most_weekends - fixed.weekends, -(-arrays.days // WEEK))
        self._set_bands()
        self._groupings: dict[frozenset[int], _Groups] = {}
        self._habit = np.zeros(arrays.shifts)
        self._check_size()

    def _check_size(self) -> None:
        numbers = math.prod(self._grouped(frozenset()).shape)
        if numbers > MOST_NUMBERS:
            raise TooLargeError(
                f"{self.employee.name}, whose schedules of {self._arrays.days} days take "
                f"{numbers * 8 / 1e9:,.0f} GB"
            )

    def _set_bands(self) -> None:
        """Say between what times worked each day can lie."""
        arrays = self._arrays
        day_most = np.where(self.allowed, arrays.units, 0).max(axis=1)
        forbidden = np.logical_not(self.allowed.any(axis=1))
        most = int(self._rules[0])
        before = longest_run(arrays.days, forbidden, most, day_most)
        backward = np.flip(forbidden).copy(), most, np.flip(day_most).copy()
        after = np.flip(longest_run(arrays.days, *backward))
        self._highs = np.minimum(before, self._rules[4])
        self._lows = np.minimum(np.maximum(0, self._rules[3] - after), self._highs)

    def _grouped(self, tracked: frozenset[int]) -> _Groups:
        """Put together the shifts that need not be told apart when some are counted."""
        if tracked in self._groupings:
            return self._groupings[tracked]
        arrays, kind_of, may_follow = self._arrays, self._arrays.kind_of, self._arrays.may_follow
        usable = np.flatnonzero(self.allowed.any(axis=0)).tolist()
        keys: dict[tuple[object, ...], int] = {}
        of_shift = np.full(arrays.shifts, -1)
        members: list[int] = []
        for place in usable:
            mark = place if place in tracked else -1
            key = kind_of[place], tuple(may_follow[:, place]), int(arrays.units[place]), mark
            if key not in keys:
                keys[key] = len(keys)
                members.append(place)
            of_shift[place] = keys[key]
        stride, limit, counts = np.zeros(len(members)), np.zeros(len(members)), 1
        for group, place in enumerate(members):
            if place in tracked:
                stride[group], limit[group] = counts, self.limits[place]
                counts *= int(self.limits[place]) + 1
        band = int((self._highs - self._lows).max()) + 1
        groups = _Groups(
            of_shift,
            kind_of[members].astype(np.int64),
            arrays.units[members].astype(np.int64),
            stride.astype(np.int64),
            limit.astype(np.int64),
            np.ascontiguousarray(may_follow[:, members]),
            (arrays.days + 1, len(self._may_end), counts, self._weekends + 1, band),
        )
        self._groupings[tracked] = groups
        return groups

    def cheapest(
        self, costs: Floats, room: "Room", off_costs: Floats | None = None
    ) -> tuple[float, Ints]:
        """Return the least cost of a schedule and the schedule.

        Where counting shifts would take more than `MOST_VALUES`, the cost is only a bound and the
        schedule a good one.

        Parameters
        ----------
        costs
            By day and shift.
        room
            Where values are kept meanwhile.
        off_costs
            Of each day off; nothing where they are not given.

        Returns
        -------
        tuple
            Infinite cost, and a schedule without meaning, when none was found.
        """
        off_costs = self._nothing if off_costs is None else off_costs
        priced = np.where(self.allowed, costs, np.inf)
        tracked = frozenset(map(int, np.flatnonzero(self._habit > HABIT)))
        if self._is_too_large(tracked):
            tracked = frozenset()
        while True:
            cost, schedule = self._solve(priced, off_costs, tracked, room)
            if cost == np.inf:
                return cost, schedule
            over = self._over(schedule)
            if not over:
                self._learn(schedule)
                return cost, schedule
            if self._is_too_large(tracked | over):
                return self._mended(cost, schedule, priced, off_costs, room)
            tracked |= over

    def _is_too_large(self, tracked: frozenset[int]) -> bool:
        return bool(tracked) and math.prod(self._grouped(tracked).shape) > MOST_VALUES

    def _over(self, schedule: Ints) -> frozenset[int]:
        """Return the shifts that are worked too often."""
        worked = np.bincount(schedule[schedule != OFF], minlength=self._arrays.shifts)
        return frozenset(map(int, np.flatnonzero(worked > self.limits)))

    def _learn(self, schedule: Ints) -> None:
        """Remember which limits have been reached lately."""
        worked = np.bincount(schedule[schedule != OFF], minlength=self._arrays.shifts)
        is_met = (worked >= self.limits) & (self.limits > 0)
        self._habit += LEARNING * (is_met - self._habit)

    def _mended(
        self, bound: float, schedule: Ints, priced: Floats, off_costs: Floats, room: "Room"
    ) -> tuple[float, Ints]:
        """Price shifts that are worked too often ever dearer, until none is left.

        Each price also gives a bound: what its schedule costs, less what as many shifts as allowed
        pay (Lagrange).
        """
        extra = np.zeros(self._arrays.shifts)
        least = 1.0 + float(np.abs(priced[np.isfinite(priced)]).max(initial=0.0))
        for _ in range(DOUBLINGS):
            for place in self._over(schedule):
                extra[place] = max(least, 2 * extra[place])
            cost, schedule = self._solve(priced + extra, off_costs, frozenset(), room)
            bound = max(bound, cost - float((extra * self.limits).sum()))
            if not self._over(schedule):
                return bound, schedule
        self.is_exact = False
        return np.inf, schedule

    def _solve(
        self, priced: Floats, off_costs: Floats, tracked: frozenset[int], room: "Room"
    ) -> tuple[float, Ints]:
        """Solve the programme with some shifts counted."""
        groups = self._grouped(tracked)
        schedule = np.empty(self._arrays.days, dtype=np.int64)
        cost = cheapest_schedule(
            priced,
            off_costs,
            groups.of_shift,
            room.take(groups.shape),
            self._rules,
            self._may_end,
            self._lows,
            self._highs,
            groups.kinds,
            groups.units,
            groups.stride,
            groups.limit,
            groups.follows,
            schedule,
        )
        return float(cost), schedule


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
