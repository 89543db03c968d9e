"""Days in a row that a contract does not want: its patterns, and nights before days off."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.inrc.instance import FREE, Contract, EntryKind, Instance, Pattern


@dataclass(frozen=True)
class Unwanted:
    """Days in a row that cost something.

    Parameters
    ----------
    weight
        Per occurrence.
    days
        What may stand on each day: the numbers of shift types, FREE for a day off.
    starts
        The days of the period on which it may begin.
    """

    weight: int
    days: tuple[frozenset[int], ...]
    starts: frozenset[int]


def unwanted_of(instance: Instance, contract: Contract) -> tuple[Unwanted, ...]:
    """Return what a contract does not want, as sequences that each count on their own."""
    nights = frozenset(n for n, shift in enumerate(instance.shifts) if shift.is_night)
    every = frozenset(range(len(instance.shifts)))
    free = frozenset({FREE})
    found = [part for pattern in contract.patterns for part in _parts(instance, pattern, every)]
    anywhere = frozenset(range(instance.days))
    others = every - nights
    found += [
        Unwanted(contract.free_after_nights, days, anywhere)
        for days in ((nights, others), (nights, free, others))
    ]
    before = frozenset(weekend[0] - 1 for weekend in instance.weekends(contract))
    weekend_off = (nights, *(free,) * len(contract.weekend))
    found.append(Unwanted(contract.night_before_free_weekend, weekend_off, before))
    return tuple(part for part in found if part.weight and all(part.days))


def _parts(instance: Instance, pattern: Pattern, every: frozenset[int]) -> Iterator[Unwanted]:
    """Turn a pattern into sequences of sets of shifts, of which no two match at one place."""
    starts = frozenset(
        day
        for day in range(instance.days - len(pattern.entries) + 1)
        if all(
            entry.weekday is None or entry.weekday == instance.weekday(day + place)
            for place, entry in enumerate(pattern.entries)
        )
    )
    free = frozenset({FREE})
    if pattern.is_free_before_work:
        for rest in range(1, len(pattern.entries)):
            yield Unwanted(pattern.weight, (*(free,) * rest, every), starts)
        return
    of_kind = {EntryKind.ANY: every, EntryKind.NONE: free}
    days = tuple(of_kind.get(e.kind, frozenset({e.shift})) for e in pattern.entries)
    yield Unwanted(pattern.weight, days, starts)
