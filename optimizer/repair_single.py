"""The best change of a single duty: every one is looked at.

A change gives a rep a further duty, or one in place of the duty of that day. What it does for the
cover is the same whoever makes it, so cover is counted once for each pair of duties; then reps are
tried in the order of what else it costs, and the first whom the audit lets is the best.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.local_shifts import local_shift, wish_worth
from optimizer.repair_people import People
from optimizer.repair_task import RepairTask
from optimizer.repair_types import change_weight
from optimizer.shifts import Shift

MOST_TRIED = 400
"""Changes of equal cover that the audit is asked about before the next best are looked at."""

Pair = tuple[Shift | None, Shift]


@dataclass(frozen=True)
class Single:
    """A duty left for another, or a further one, and the rep-hours that are missing with it."""

    rep_id: str
    out: Shift | None
    into: Shift
    missing: float
    weight: float


def best_single(task: RepairTask, into: Sequence[Shift], least: float = 0.0) -> Single | None:
    """Return the change after which least is missing; of those, the lightest and then cheapest.

    Parameters
    ----------
    into
        Duties that may be taken.
    least
        Rep-hours by which it must make less missing, at least.

    Returns
    -------
    Single or None
        None when no change that is allowed makes less missing.
    """
    people, missing = task.people, task.missing()
    now = float(missing.sum())
    useful = [shift for shift in into if missing[task.book.brings(shift)[0]].any()]
    if not useful:
        return None
    movable = _reps_of(people)
    groups: dict[tuple[float, float], list[Pair]] = defaultdict(list)
    for out, new, left in _pairs(task, useful, movable):
        if left < now - max(least, 1e-6):
            weight = change_weight(people.of.now, (out, new))
            groups[round(left, 6), weight].append((out, new))
    for left, weight in sorted(groups):
        for rep_id, out, new in _tries(people, groups[left, weight], movable):
            if not people.breaks(rep_id, people.changed(rep_id, out, new)):
                return Single(rep_id, out, new, left, weight)
    return None


def _reps_of(people: People) -> dict[Shift, list[str]]:
    """Return the reps of each duty that may be changed."""
    reps: dict[Shift, list[str]] = defaultdict(list)
    for rep_id in people.reps:
        for shift in people.movable(rep_id):
            reps[shift].append(rep_id)
    return reps


def _pairs(
    task: RepairTask, useful: Sequence[Shift], movable: Mapping[Shift, Sequence[str]]
) -> Iterator[tuple[Shift | None, Shift, float]]:
    """Yield each duty that could be taken, what is left for it, and the rep-hours then missing."""
    people, book = task.people, task.book
    primary, both = book.add_up(shift for _, shift in people.all_duties())
    spans = [book.brings(shift)[0] for shift in useful]
    window = slice(min(one.start for one in spans), max(one.stop for one in spans))
    brought = np.zeros((2, len(useful), window.stop - window.start))
    for number, (shift, rows) in enumerate(zip(useful, spans, strict=True)):
        inside = slice(rows.start - window.start, rows.stop - window.start)
        brought[1, number, inside] = book.brings(shift)[1]
        if shift.role == "primary":
            brought[0, number, inside] = book.brings(shift)[1]
    zones = {people.reps[rep_id].timezone for rep_id in people.reps}
    days = [{(zone, local_shift(shift, zone).day) for zone in zones} for shift in useful]
    for out in (None, *movable):
        less_primary, less_both = primary, both
        chosen = list(range(len(useful)))
        if out is not None:
            seen = {(zone, local_shift(out, zone).day) for zone in zones}
            chosen = [number for number in chosen if days[number] & seen and useful[number] != out]
            if not chosen:
                continue
            rows, there = book.brings(out)
            less_both = both.copy()
            less_both[rows] -= there
            if out.role == "primary":
                less_primary = primary.copy()
                less_primary[rows] -= there
        without = book.missing(less_primary, less_both)
        outside = float(without.sum() - without[window].sum())
        left = book.missing(
            less_primary[window] + brought[0, chosen],
            less_both[window] + brought[1, chosen],
            window,
        ).sum(axis=1)
        for number, hours in zip(chosen, left, strict=True):
            yield out, useful[number], outside + float(hours)


def _tries(
    people: People, pairs: Sequence[Pair], movable: Mapping[Shift, Sequence[str]]
) -> Iterator[tuple[str, Shift | None, Shift]]:
    """Yield who could make changes of equal cover and weight, the cheapest first."""
    found = []
    for out, into in pairs:
        for rep_id in people.reps if out is None else movable[out]:
            same_day = people.on_day(rep_id, into)
            fits = not same_day if out is None else same_day == (out,)
            if fits and people.seems_able(rep_id, out, into):
                found.append((*_cost(people, rep_id, out, into), rep_id, out, into))
    found.sort(key=lambda one: (*one[:-2], one[-1]))
    for one in found[:MOST_TRIED]:
        yield one[-3], one[-2], one[-1]


def _cost(
    people: People, rep_id: str, out: Shift | None, into: Shift
) -> tuple[float, float, float, float]:
    """Return wages, wishes, hours above what the contract promises and the share of its hours."""
    wages = price(people, into) - (0.0 if out is None else price(people, out))
    wishes = tuple(one for one in people.of.team.preferences if one.rep_id == rep_id)
    worth = wish_worth(into, wishes) - (0.0 if out is None else wish_worth(out, wishes))
    hours = people.week_hours(rep_id, into, people.changed(rep_id, out, into))
    contract = people.reps[rep_id].contract
    beyond = max(0.0, hours - contract.min_hours)
    return round(wages, 6), -worth, beyond, hours / max(contract.max_hours, 1e-9)


def price(people: People, shift: Shift) -> float:
    """Return the wages of a duty; an hour on standby costs its price."""
    rate = 1.0 if shift.role == "primary" else people.of.on_call.standby_price
    return rate * shift.paid_hours
