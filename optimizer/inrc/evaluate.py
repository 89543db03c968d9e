"""What a roster costs by the competition's rules: counted from the rules alone.

The solver is not asked: no code is shared with it but the instance. Nothing is known of the days
before and after the period, and the competition asks nothing of them: a run of days that the period
cuts is judged as long as it is seen, and a weekend that the period cuts is not judged at all.
Where the printed rules leave a choice, this follows the competition's own evaluator:

- of a run of work within a weekend, each day missing from the whole weekend counts, so a weekend
  of three days with only the middle one off counts four;
- each shift type of a weekend counts the days of the weekend on which it is not worked, so an
  incomplete weekend costs under both weekend rules;
- "a free Friday before work on the weekend" counts once, whichever of the days is worked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from optimizer.inrc.instance import (
    FREE,
    Contract,
    EntryKind,
    Instance,
    Limit,
    Pattern,
    PatternEntry,
    RequestKind,
)

Row = Sequence[int]
"""Of one employee: the number of the shift type by day, FREE on a day off."""


@dataclass(frozen=True)
class Penalty:
    """A rule that one employee's days break.

    Parameters
    ----------
    rule
        Its name, as the format's elements are called.
    employee
        Number of the employee.
    day
        Where it shows: the day on which a run or a pattern begins; None for the whole period.
    cost
        What it costs in all.
    """

    rule: str
    employee: int
    day: int | None
    cost: int


@dataclass(frozen=True)
class WrongCover:
    """A shift without exactly the employees that it calls for; such a roster does not count."""

    day: int
    shift: int
    wanted: int
    found: int


@dataclass(frozen=True)
class Evaluation:
    """Everything that a roster breaks."""

    penalties: tuple[Penalty, ...]
    wrong_cover: tuple[WrongCover, ...]

    @property
    def cost(self) -> int:
        """What the roster costs, cover aside."""
        return sum(penalty.cost for penalty in self.penalties)

    @property
    def misplaced(self) -> int:
        """How many employees are missing from shifts, or too many on them."""
        return sum(abs(wrong.wanted - wrong.found) for wrong in self.wrong_cover)

    def by_rule(self) -> dict[str, int]:
        """Return what each broken rule costs, by name."""
        costs: Counter[str] = Counter()
        for penalty in self.penalties:
            costs[penalty.rule] += penalty.cost
        return dict(sorted(costs.items()))


def evaluate(instance: Instance, rows: Sequence[Row]) -> Evaluation:
    """Judge a roster.

    Parameters
    ----------
    rows
        A row per employee, in the order of the instance.

    Raises
    ------
    ValueError
        When there are not as many rows as employees, or as many days in a row as in the period.
    """
    if len(rows) != len(instance.employees) or any(len(row) != instance.days for row in rows):
        people = len(instance.employees)
        raise ValueError(f"Give {people} rows of {instance.days} days, a row per employee.")
    found = [
        penalty
        for employee, row in enumerate(rows)
        for penalty in _employee(instance, employee, row)
        if penalty.cost
    ]
    return Evaluation(tuple(found), tuple(_wrong_cover(instance, rows)))


def _wrong_cover(instance: Instance, rows: Sequence[Row]) -> Iterator[WrongCover]:
    for day, wanted in enumerate(instance.cover):
        there = Counter(row[day] for row in rows)
        for shift, number in enumerate(wanted):
            if there[shift] != number:
                yield WrongCover(day, shift, number, there[shift])


def _employee(instance: Instance, employee: int, row: Row) -> Iterator[Penalty]:
    contract = instance.employees[employee].contract
    weekends = instance.weekends(contract)
    judged = (
        *_totals(contract, row),
        *_runs(contract, row),
        *_weekend_runs(contract, weekends, row),
        *_weekend_days(contract, weekends, row),
        *_nights(instance, contract, weekends, row),
        *_patterns(instance, contract, row),
        *_skills(instance, employee, row),
        *_requests(instance, employee, row),
    )
    for rule, day, cost in judged:
        yield Penalty(rule, employee, day, cost)


Judged = Iterator[tuple[str, int | None, int]]
"""A rule, the day where it shows, and what it costs."""


def _above(number: int, limit: Limit | None) -> int:
    return limit.weight * max(0, number - limit.value) if limit else 0


def _below(number: int, limit: Limit | None) -> int:
    return limit.weight * max(0, limit.value - number) if limit else 0


def _totals(contract: Contract, row: Row) -> Judged:
    worked = sum(shift != FREE for shift in row)
    yield "MaxNumAssignments", None, _above(worked, contract.most_shifts)
    yield "MinNumAssignments", None, _below(worked, contract.fewest_shifts)


def _spells(flags: Sequence[bool]) -> Iterator[tuple[bool, int, int]]:
    """Go through what stays alike in a row: whether, from where, how long."""
    begin = 0
    for flag, part in groupby(flags):
        length = len(list(part))
        yield flag, begin, length
        begin += length


def _runs(contract: Contract, row: Row) -> Judged:
    for is_work, day, length in _spells([shift != FREE for shift in row]):
        most = contract.most_days if is_work else contract.most_free
        fewest = contract.fewest_days if is_work else contract.fewest_free
        what = "WorkingDays" if is_work else "FreeDays"
        yield f"MaxConsecutive{what}", day, _above(length, most)
        yield f"MinConsecutive{what}", day, _below(length, fewest)


def _weekend_runs(contract: Contract, weekends: Sequence[Sequence[int]], row: Row) -> Judged:
    worked = [any(row[day] != FREE for day in days) for days in weekends]
    for is_worked, first, length in _spells(worked):
        if is_worked:
            day = weekends[first][0]
            yield "MaxConsecutiveWorkingWeekends", day, _above(length, contract.most_weekends)
            yield "MinConsecutiveWorkingWeekends", day, _below(length, contract.fewest_weekends)
    windows = max(1, len(worked) - 3) if worked else 0
    for first in range(windows):
        number = sum(worked[first : first + 4])
        cost = _above(number, contract.most_weekends_of_four)
        yield "MaxWorkingWeekendsInFourWeeks", weekends[first][0], cost


def _weekend_days(contract: Contract, weekends: Sequence[Sequence[int]], row: Row) -> Judged:
    for days in weekends:
        shifts = [row[day] for day in days]
        missing = 0
        for is_work, _, length in _spells([shift != FREE for shift in shifts]):
            missing += len(days) - length if is_work else 0
        yield "CompleteWeekends", days[0], contract.complete_weekends * missing
        lacking = sum(
            len(days) - times for shift, times in Counter(shifts).items() if shift != FREE
        )
        cost = contract.same_shift_weekends * lacking
        yield "IdenticalShiftTypesDuringWeekend", days[0], cost


def _nights(
    instance: Instance, contract: Contract, weekends: Sequence[Sequence[int]], row: Row
) -> Judged:
    is_night = [shift != FREE and instance.shifts[shift].is_night for shift in row]
    is_other = [shift != FREE and not night for shift, night in zip(row, is_night, strict=True)]
    for days in weekends:
        before = days[0] - 1
        if before >= 0 and is_night[before] and all(row[day] == FREE for day in days):
            rule = "NoNightShiftBeforeFreeWeekend"
            yield rule, before, contract.night_before_free_weekend
    for day in range(len(row) - 1):
        is_soon = is_other[day + 1]
        is_later = row[day + 1] == FREE and day + 2 < len(row) and is_other[day + 2]
        if is_night[day] and (is_soon or is_later):
            yield "TwoFreeDaysAfterNightShifts", day, contract.free_after_nights


def _patterns(instance: Instance, contract: Contract, row: Row) -> Judged:
    for pattern in contract.patterns:
        for first in range(len(row) - len(pattern.entries) + 1):
            if _occurs(instance, pattern, first, row):
                yield f"UnwantedPattern {pattern.pattern_id}", first, pattern.weight


def _occurs(instance: Instance, pattern: Pattern, first: int, row: Row) -> bool:
    weekdays = [entry.weekday for entry in pattern.entries]
    for place, weekday in enumerate(weekdays):
        if weekday not in (None, instance.weekday(first + place)):
            return False
    matches = [_fits(entry, row[first + place]) for place, entry in enumerate(pattern.entries)]
    if pattern.is_free_before_work:
        return matches[0] and any(matches[1:])
    return all(matches)


def _fits(entry: PatternEntry, shift: int) -> bool:
    if entry.kind is EntryKind.ANY:
        return shift != FREE
    if entry.kind is EntryKind.NONE:
        return shift == FREE
    return shift == entry.shift


def _skills(instance: Instance, employee: int, row: Row) -> Judged:
    person = instance.employees[employee]
    for day, shift in enumerate(row):
        if shift != FREE and not instance.shifts[shift].skills <= person.skills:
            yield "AlternativeSkillCategory", day, person.contract.alternative_skill


def _requests(instance: Instance, employee: int, row: Row) -> Judged:
    for request in instance.requests:
        if request.employee != employee:
            continue
        shift = row[request.day]
        is_met = {
            RequestKind.DAY_OFF: shift == FREE,
            RequestKind.DAY_ON: shift != FREE,
            RequestKind.SHIFT_OFF: shift != request.shift,
            RequestKind.SHIFT_ON: shift == request.shift,
        }[request.kind]
        if not is_met:
            yield NAMES[request.kind], request.day, request.weight


NAMES = {
    RequestKind.DAY_OFF: "DayOff",
    RequestKind.DAY_ON: "DayOn",
    RequestKind.SHIFT_OFF: "ShiftOff",
    RequestKind.SHIFT_ON: "ShiftOn",
}
