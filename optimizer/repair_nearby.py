"""Which reps and days to release for a repair, fewest first: those that could help soonest."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from optimizer.repair_people import People
from optimizer.repair_programme import Released
from optimizer.repair_task import RepairTask
from optimizer.shifts import Shift

WIDER: tuple[tuple[int, int], ...] = ((16, 1), (40, 1))
"""Reps and days about a gap that are released at once, one after the other."""

MOST_PAIRS = 4_000
"""Reps times duties that a programme may weigh without taking long."""

LOOKED_AT = 40
"""Duties that are enough to tell who could help."""

FEW_REPS = 12
"""A team so small is released as a whole at once where its duties are few, too."""


def neighbourhoods(task: RepairTask) -> Iterator[tuple[Released, tuple[Shift, ...]]]:
    """Yield reps with the days on which they are released, and the duties that they may be given.

    The last one of a small team is the whole team and every day.
    """
    people, missing = task.people, task.missing()
    whole = _whole(task)
    if len(people.reps) <= FEW_REPS and whole is not None:
        yield whole
        return
    useful = [shift for shift in task.could if missing[task.book.brings(shift)[0]].any()]
    if not useful and people.binds_together:
        # Nobody is missing, but somebody whom a rule wants there.
        kept = set(people.all_duties())
        gone = [one for one in people.of.assignments if (one.rep_id, one.shift) not in kept]
        useful = [
            shift
            for shift in task.could
            if any(one.shift.start < shift.end and shift.start < one.shift.end for one in gone)
        ]
    if not useful:
        return
    order = _by_promise(people, useful[:: max(1, len(useful) // LOOKED_AT)])
    for reps, reach in WIDER if order else ():
        days = _days(people, useful, reach)
        some = order[:reps]
        released = {rep_id: frozenset(days[people.reps[rep_id].timezone]) for rep_id in some}
        given = _duties(people, useful, released, MOST_PAIRS // len(some))
        yield released, given
        if reps >= len(order):
            break
    if whole is not None:
        yield whole


def is_everything(task: RepairTask, released: Released, some: Sequence[Shift]) -> bool:
    """Whether nobody and nothing else could have been released."""
    whole = _whole(task)
    return whole is not None and dict(released) == dict(whole[0]) and set(some) == set(whole[1])


def _whole(task: RepairTask) -> tuple[Released, tuple[Shift, ...]] | None:
    """Return everybody on every day, where that is not too much."""
    people, could = task.people, task.could
    if len(people.reps) * len(could) > MOST_PAIRS:
        return None
    released = {}
    for rep_id in people.reps.keys() - people.aside:
        own = (*could, *people.movable(rep_id))
        released[rep_id] = frozenset(people.day(rep_id, shift) for shift in own)
    return released, could


def _days(people: People, useful: Sequence[Shift], reach: int) -> dict[str, set[date]]:
    """Return the local days on which useful duties start, and so many about them, by zone."""
    days: dict[str, set[date]] = {}
    for rep_id, rep in people.reps.items():
        if rep.timezone not in days:
            at = {people.day(rep_id, shift) for shift in useful}
            days[rep.timezone] = {
                day + timedelta(days=by) for day in at for by in range(-reach, reach + 1)
            }
    return days


def _by_promise(people: People, useful: Sequence[Shift]) -> list[str]:
    """Order reps: those who could take a useful duty with fewest of their own in the way first."""
    ranked = []
    for rep_id in people.reps.keys() - people.aside:
        movable = set(people.movable(rep_id))
        best: tuple[int, float, float] | None = None
        for shift in useful:
            if people.hindrance(rep_id, shift):
                continue
            ways = people.clashing(rep_id, shift)
            if any(other not in movable for other in ways):
                continue
            hours = people.week_hours(rep_id, shift) + shift.hours
            beyond = max(0.0, hours - people.most_hours(rep_id))
            key = (len(ways), beyond, -shift.hours)
            best = key if best is None or key < best else best
        if best is not None:
            ranked.append((*best, people.week_hours(rep_id, useful[0]), rep_id))
    return [one[-1] for one in sorted(ranked)]


def _duties(
    people: People, useful: Sequence[Shift], released: Released, most: int
) -> tuple[Shift, ...]:
    """Return the useful duties and those that the released reps have, as many as `most`."""
    own = {
        shift
        for rep_id, days in released.items()
        for shift in people.movable(rep_id)
        if people.day(rep_id, shift) in days
    }
    chosen = sorted(own)
    further = sorted(set(useful) - own, key=lambda shift: (shift.hours, shift))
    step = max(1, -(-len(further) // max(1, most - len(chosen))))
    return tuple(sorted({*chosen, *further[::step]}))
