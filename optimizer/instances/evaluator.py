"""Judges rosters of Curtois and Qu's instances by the format's definition alone.

Nothing here is shared with what finds rosters: runs of days are cut out of a text, one letter a
day, instead of followed as states.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from optimizer.instances.instance import SATURDAY, WEEK, Employee, Instance, Schedule

WORKED, FREE = "w", "-"


@dataclass(frozen=True)
class Judgement:
    """What a roster breaks and what it costs.

    Parameters
    ----------
    broken
        A sentence for every hard rule broken.
    penalties
        By kind: shift_on_requests, shift_off_requests, cover_under, cover_over.
    """

    broken: tuple[str, ...]
    penalties: dict[str, int]

    @property
    def objective(self) -> int:
        """The sum of all penalties."""
        return sum(self.penalties.values())


def evaluate(instance: Instance, schedule: Schedule) -> Judgement:
    """Count every hard rule broken and every penalty of a roster.

    Raises
    ------
    ValueError
        When the roster names other people, shifts or days than the instance.
    """
    _check_names(instance, schedule)
    broken = [
        f"{person.name}: {sentence}"
        for person in instance.employees
        for sentence in _broken_rules(instance, person, schedule[person.name])
    ]
    return Judgement(tuple(broken), _penalties(instance, schedule))


def _check_names(instance: Instance, schedule: Schedule) -> None:
    names = {person.name for person in instance.employees}
    if set(schedule) != names:
        raise ValueError(f"The roster names {sorted(schedule)}; the instance {sorted(names)}.")
    known = {shift.name for shift in instance.shifts} | {None}
    for name, days in schedule.items():
        if len(days) != instance.days or not set(days) <= known:
            raise ValueError(f"The roster of {name} needs {instance.days} days of known shifts.")


def _broken_rules(instance: Instance, person: Employee, days: tuple[str | None, ...]) -> list[str]:
    return [
        *_totals(instance, person, days),
        *_successions(instance, days),
        *_runs(person, days),
        *_weekends(person, days),
        *(f"works on day {day}, a day off" for day in sorted(person.days_off) if days[day]),
    ]


def _totals(instance: Instance, person: Employee, days: tuple[str | None, ...]) -> list[str]:
    minutes = {shift.name: shift.minutes for shift in instance.shifts}
    counted = Counter(day for day in days if day is not None)
    worked = sum(minutes[name] * count for name, count in counted.items())
    sentences = [
        f"works {name} {counted[name]} times, at most {most} allowed"
        for name, most in person.most_shifts.items()
        if counted[name] > most
    ]
    if worked > person.most_minutes:
        sentences.append(f"works {worked} minutes, at most {person.most_minutes} allowed")
    if worked < person.least_minutes:
        sentences.append(f"works {worked} minutes, at least {person.least_minutes} due")
    return sentences


def _successions(instance: Instance, days: tuple[str | None, ...]) -> list[str]:
    barred = {(shift.name, after) for shift in instance.shifts for after in shift.not_before}
    return [
        f"{now} on day {number + 1} must not follow {before}"
        for number, (before, now) in enumerate(pairwise(days))
        if (before, now) in barred
    ]


def _runs(person: Employee, days: tuple[str | None, ...]) -> list[str]:
    """Cut out the runs; one at an end of the horizon may be short, since it may go on beyond."""
    text = "".join(FREE if day is None else WORKED for day in days)
    sentences = []
    for run in re.finditer(f"{WORKED}+|{FREE}+", text):
        length, is_work = len(run.group()), run.group()[0] == WORKED
        is_inside = run.start() > 0 and run.end() < len(text)
        place = f"{length} days in a row from day {run.start()}"
        if is_work and length > person.most_in_a_row:
            sentences.append(f"works {place}, at most {person.most_in_a_row} allowed")
        if is_work and is_inside and length < person.least_in_a_row:
            sentences.append(f"works {place}, at least {person.least_in_a_row} due")
        if not is_work and is_inside and length < person.least_off_in_a_row:
            sentences.append(f"is off {place}, at least {person.least_off_in_a_row} due")
    return sentences


def _weekends(person: Employee, days: tuple[str | None, ...]) -> list[str]:
    worked = sum(
        any(day is not None for day in days[saturday : saturday + 2])
        for saturday in range(SATURDAY, len(days), WEEK)
    )
    if worked <= person.most_weekends:
        return []
    return [f"works {worked} weekends, at most {person.most_weekends} allowed"]


def _penalties(instance: Instance, schedule: Schedule) -> dict[str, int]:
    at_work = Counter(
        (day, name)
        for days in schedule.values()
        for day, name in enumerate(days)
        if name is not None
    )
    under = over = 0
    for cell, cover in instance.cover.items():
        under += cover.under * max(0, cover.required - at_work[cell])
        over += cover.over * max(0, at_work[cell] - cover.required)
    return {
        "shift_on_requests": sum(
            weight
            for (name, day, shift), weight in instance.on_requests.items()
            if schedule[name][day] != shift
        ),
        "shift_off_requests": sum(
            weight
            for (name, day, shift), weight in instance.off_requests.items()
            if schedule[name][day] == shift
        ),
        "cover_under": under,
        "cover_over": over,
    }
