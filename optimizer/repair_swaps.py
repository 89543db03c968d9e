"""Swaps: whether two reps may exchange duties, or one may give a duty away, and with whom.

The word on what is allowed is the audit's: a swap is allowed when it finds no rule broken that the
roster did not break before, and none of the duties is locked or has begun. Whole duties change
hands, so the cover stays what it is.
"""

from dataclasses import dataclass

from data.clock import zone
from optimizer.local_shifts import wish_worth
from optimizer.repair_cover import CoverBook
from optimizer.repair_people import People
from optimizer.repair_result import finish
from optimizer.repair_types import Published, Repair
from optimizer.shifts import Shift


@dataclass(frozen=True)
class Carried:
    """What a rep carries before and after a swap.

    Parameters
    ----------
    rep_id
        Who.
    what
        ``hours`` of the week of the duty given, ``nights``, ``weekends``, ``standby`` or
        ``wishes``.
    before, after
        How much of it.
    """

    rep_id: str
    what: str
    before: float
    after: float


@dataclass(frozen=True)
class Swap:
    """A swap, and what comes of it.

    Parameters
    ----------
    rep_id, shift
        Who gives which duty.
    other_id, other_shift
        To whom, and what for; None for nothing.
    obstacles
        What stands in the way, in words; empty when it is allowed.
    carried
        What changes for the two.
    """

    rep_id: str
    shift: Shift
    other_id: str
    other_shift: Shift | None
    obstacles: tuple[str, ...]
    carried: tuple[Carried, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


def check_swap(
    of: Published, rep_id: str, shift: Shift, other_id: str, other_shift: Shift | None = None
) -> Swap:
    """Say whether two reps may exchange duties, or one may give a duty to the other.

    Parameters
    ----------
    of
        The roster as published.
    rep_id, shift
        Who gives which duty.
    other_id, other_shift
        To whom, and what they give for it; None for nothing.

    Raises
    ------
    ValueError
        When one of them does not have the duty that is given.
    """
    return _check(People(of, of.assignments), rep_id, shift, other_id, other_shift)


def swap_partners(of: Published, rep_id: str, shift: Shift) -> tuple[Swap, ...]:
    """Return every swap of a duty that is allowed, those that weigh least on people first.

    Who takes it for nothing comes after those who give something of the same length for it, so that
    nobody's hours change; then come fewer turns of nights, weekends and standby, and wishes.

    Raises
    ------
    ValueError
        When the rep does not have the duty.
    """
    people = People(of, of.assignments)
    found = []
    for other_id in people.reps:
        if other_id == rep_id:
            continue
        for other in (None, *people.movable(other_id)):
            if not _seems_possible(people, rep_id, shift, other_id, other):
                continue
            swap = _check(people, rep_id, shift, other_id, other)
            if swap.is_allowed:
                found.append(swap)
    return tuple(sorted(found, key=_weight))


def apply_swap(of: Published, swap: Swap) -> Repair:
    """Return the roster with a swap made, audited, with its changes."""
    people = People(of, of.assignments)
    people.take(swap.rep_id, swap.shift, swap.other_shift)
    people.take(swap.other_id, swap.other_shift, swap.shift)
    return finish(of, of, _book(of), of.assignments, dict(people.duties), is_proven=True)


def _book(of: Published) -> CoverBook:
    book = CoverBook(of.coverage, of.interval_minutes, of.now)
    book.allow(one.shift for one in of.assignments)
    return book


def _check(
    people: People, rep_id: str, shift: Shift, other_id: str, other_shift: Shift | None
) -> Swap:
    given = [(rep_id, shift)] + ([] if other_shift is None else [(other_id, other_shift)])
    for who, duty in given:
        if duty not in people.duties[who]:
            raise ValueError(f"{who} does not have {_place(people, duty)}.")
    obstacles = [_held(people, who, duty) for who, duty in given]
    found = [text for text in obstacles if text]
    for who, out, into in ((rep_id, shift, other_shift), (other_id, other_shift, shift)):
        duties = people.changed(who, out, into)
        found += [one.sentence for one in people.breaks(who, duties)]
    carried = [
        *_carried(people, rep_id, shift, other_shift),
        *_carried(people, other_id, other_shift, shift),
    ]
    if people.binds_together and not found:
        found += _broken_together(people, rep_id, shift, other_id, other_shift)
    if other_shift is not None and shift.plain == other_shift.plain:
        found.append("Both have the same duty.")
    return Swap(rep_id, shift, other_id, other_shift, tuple(found), tuple(carried))


def _broken_together(
    people: People, rep_id: str, shift: Shift, other_id: str, other_shift: Shift | None
) -> list[str]:
    """Return what a swap breaks of rules that bind reps together, once both have swapped."""
    before = {who: people.duties[who] for who in (rep_id, other_id)}
    people.take(rep_id, shift, other_shift)
    after = people.changed(other_id, other_shift, shift)
    found = [one.sentence for one in people.breaks(other_id, after)]
    people.duties.update(before)
    return found


def _held(people: People, rep_id: str, shift: Shift) -> str:
    """Say why a duty may not be given away; empty when it may."""
    if (rep_id, shift) not in people.fixed:
        return ""
    if shift.start < people.of.now:
        return f"{_name(people, rep_id)}'s {_place(people, shift)} has begun."
    return f"{_name(people, rep_id)} is locked on {_place(people, shift)}."


def _carried(people: People, rep_id: str, out: Shift | None, into: Shift | None) -> list[Carried]:
    duties, later = people.duties[rep_id], people.changed(rep_id, out, into)
    found = []
    week_of = out or into
    if week_of is not None:
        before = people.week_hours(rep_id, week_of, duties)
        after = people.week_hours(rep_id, week_of, later)
        found.append(Carried(rep_id, "hours", before, after))
    then, now = people.turns(rep_id, duties), people.turns(rep_id, later)
    found += [Carried(rep_id, name, then[name], now[name]) for name in then]
    wishes = tuple(one for one in people.of.team.preferences if one.rep_id == rep_id)
    worth = [sum(wish_worth(shift, wishes) for shift in own) for own in (duties, later)]
    found.append(Carried(rep_id, "wishes", worth[0], worth[1]))
    return [one for one in found if one.before != one.after]


def _seems_possible(
    people: People, rep_id: str, shift: Shift, other_id: str, other: Shift | None
) -> bool:
    if other == shift or not people.seems_able(other_id, other, shift):
        return False
    return other is None or people.seems_able(rep_id, shift, other)


def _weight(swap: Swap) -> tuple[float, float, float, float, str, object]:
    hours = sum(abs(one.after - one.before) for one in swap.carried if one.what == "hours")
    turns = sum(
        max(0.0, one.after - one.before)
        for one in swap.carried
        if one.what in ("nights", "weekends", "standby")
    )
    wishes = sum(one.after - one.before for one in swap.carried if one.what == "wishes")
    days = 0.0
    if swap.other_shift is not None:
        days = abs((swap.other_shift.start - swap.shift.start).total_seconds()) / 86400
    return hours, turns, -wishes, days, swap.other_id, swap.other_shift or swap.shift


def _name(people: People, rep_id: str) -> str:
    return people.reps[rep_id].name or rep_id


def _place(people: People, shift: Shift) -> str:
    local = zone(people.of.timezone)
    start, end = shift.start.astimezone(local), shift.end.astimezone(local)
    role = "on call" if shift.role == "on_call" else "primary"
    return f"{shift.queue} {role} {start:%a %d %b %H:%M}–{end:%H:%M}"
