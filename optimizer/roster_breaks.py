"""Breaks of a roster: shifts are filled wherever their breaks lie, then the breaks are dealt out.

Reps on the same shift can stand in for one another whenever they break, so a roster need not tell
their breaks apart while it is made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift


def plain_shifts(shifts: Iterable[StaffedShift]) -> tuple[StaffedShift, ...]:
    """Return the shifts of a plan wherever their breaks lie, each once with all its reps."""
    shifts = tuple(shifts)
    if not any(one.shift.breaks for one in shifts):
        return shifts
    reps: Counter[Shift] = Counter()
    for one in shifts:
        reps[one.shift.plain] += one.reps
    return tuple(StaffedShift(shift, count) for shift, count in reps.items())


def deal_breaks(
    assignments: Iterable[Assignment],
    shifts: Sequence[StaffedShift],
    locked: Sequence[Assignment],
) -> list[Assignment]:
    """Give reps on the shifts of a plan the breaks that the plan places, as many as it has.

    Parameters
    ----------
    assignments
        To shifts without breaks, no more than the plan has reps for beside those locked.
    shifts
        Of the plan, with their breaks.
    locked
        Assignments that keep the breaks that they have.

    Returns
    -------
    list of Assignment
        In the order of rep and start; breaks go to reps in that order, the earliest first.
    """
    taken = Counter(one.shift for one in locked)
    left: dict[Shift, list[Shift]] = defaultdict(list)
    for staffed in sorted(shifts, key=lambda one: one.shift):
        count = staffed.reps - taken.pop(staffed.shift, 0)
        left[staffed.shift.plain] += [staffed.shift] * count
    # Whoever is locked with other breaks than the plan's fills one of its places all the same.
    for shift, count in taken.items():
        left[shift.plain] = left[shift.plain][: max(0, len(left[shift.plain]) - count)]
    dealt = []
    for one in sorted(assignments, key=lambda one: (one.rep_id, one.shift)):
        places = left[one.shift]
        dealt.append(replace(one, shift=places.pop(0)) if places else one)
    return dealt
