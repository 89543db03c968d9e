"""Who could take a duty that came free: ranked, with reasons and with what each costs.

Whoever is on call at the time comes first, to be activated: that is what standby is for. Then come
those who can take the whole duty, then those who can lengthen or move what they work on that day.
Within each, whoever would rather not comes later, and so does who carried more nights, weekends or
standbys where the duty is one, and who has worked more. Every rep named keeps every rule, as the
audit says.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from data.clock import zone
from optimizer.breaks import Break
from optimizer.fairness_kinds import BURDENS, burdens
from optimizer.local_shifts import local_shift, wish_worth
from optimizer.repair_people import People
from optimizer.repair_shifts import further_shifts
from optimizer.shifts import Shift

Way = Literal["activate", "take", "extend"]
WAYS: tuple[Way, ...] = ("activate", "take", "extend")

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Substitute:
    """Somebody who could work a freed duty.

    Parameters
    ----------
    rep_id, name
        Who.
    way
        ``activate``: called in from standby; ``take``: a further duty; ``extend``: another duty in
        place of that day's.
    out, into
        What the rep leaves, if anything, and works then.
    covers_hours
        Of the freed duty.
    cost
        In wages: what is paid beyond what is paid anyway.
    overtime_hours
        Of the week, beyond what the contract promises.
    week_hours
        Of the week, with the duty.
    rest_hours
        The shortest rest before or after, on the rep's clock; None without another duty.
    wish
        What the rep's wishes say of it, in weights: below 0 for rather not.
    turns
        Nights, weekends and standbys of the kinds that the duty is, so far and before the period.
    reasons
        In words.
    """

    rep_id: str
    name: str
    way: Way
    out: Shift | None
    into: Shift
    covers_hours: float
    cost: float
    overtime_hours: float
    week_hours: float
    rest_hours: float | None
    wish: float
    turns: int
    reasons: str


@dataclass(frozen=True)
class Substitutes:
    """Who could take a freed duty, the best first, and what keeps the others from it.

    Parameters
    ----------
    shift
        The duty.
    ranked
        Who could.
    hindered
        How many reps each reason keeps from it.
    """

    shift: Shift
    ranked: tuple[Substitute, ...]
    hindered: tuple[tuple[str, int], ...]


def substitutes(people: People, shift: Shift) -> Substitutes:
    """Rank who could take a duty that came free.

    Parameters
    ----------
    people
        Who works what without it.
    shift
        The duty, not yet begun.
    """
    found: list[Substitute] = []
    hindered: Counter[str] = Counter()
    same_day = [one for one in further_shifts(people.of) if _shared(one, shift) > 0]
    for rep_id in people.reps:
        offers = [
            one
            for one in (
                _activated(people, rep_id, shift),
                _taken(people, rep_id, shift),
                _extended(people, rep_id, shift, same_day),
            )
            if one is not None
        ]
        if offers:
            found.append(min(offers, key=_rank))
        elif rep_id not in people.aside:
            hindered[_hindrance(people, rep_id, shift)] += 1
    return Substitutes(
        shift,
        tuple(sorted(found, key=_rank)),
        tuple(sorted(hindered.items(), key=lambda item: (-item[1], item[0]))),
    )


def _rank(one: Substitute) -> tuple[object, ...]:
    is_against = one.wish < 0
    return (
        WAYS.index(one.way),
        -round(one.covers_hours, 6),
        is_against,
        one.turns,
        round(one.overtime_hours, 6),
        -one.wish,
        round(one.cost, 6),
        round(one.week_hours, 6),
        one.rep_id,
    )


def _activated(people: People, rep_id: str, shift: Shift) -> Substitute | None:
    """Offer somebody who is on call while the duty lasts."""
    if shift.role != "primary":
        return None
    for standby in people.movable(rep_id):
        if standby.role != "on_call" or not _shared(standby, shift):
            continue
        start, end = max(standby.start, shift.start), min(standby.end, shift.end)
        into = replace(shift, start=start, end=end, breaks=_within(shift, start, end))
        if _may(people, rep_id, standby, into):
            return _offer(people, rep_id, "activate", shift, standby, into)
    return None


def _taken(people: People, rep_id: str, shift: Shift) -> Substitute | None:
    """Offer somebody who is free on that day."""
    if people.on_day(rep_id, shift) or not _may(people, rep_id, None, shift):
        return None
    return _offer(people, rep_id, "take", shift, None, shift)


def _extended(people: People, rep_id: str, shift: Shift, could: list[Shift]) -> Substitute | None:
    """Offer somebody whose duty of that day could become one that covers more of this one."""
    own = [one for one in people.on_day(rep_id, shift) if one in people.movable(rep_id)]
    if len(own) != 1 or own[0].role != shift.role:
        return None
    # What the rep works already stays covered, so that no other gap opens.
    held = [
        one
        for one in could
        if one.queue == shift.queue == own[0].queue
        and one.role == shift.role
        and one.site in ("", own[0].site)
        and one.start <= own[0].start
        and own[0].end <= one.end
        and _shared(one, shift) > _shared(own[0], shift)
    ]
    held.sort(key=lambda one: (-_shared(one, shift), one.length, one))
    for into in (replace(one, site=own[0].site) for one in held):
        if _may(people, rep_id, own[0], into):
            return _offer(people, rep_id, "extend", shift, own[0], into)
    return None


def _may(people: People, rep_id: str, out: Shift | None, into: Shift) -> bool:
    if not people.seems_able(rep_id, out, into):
        return False
    return not people.breaks(rep_id, people.changed(rep_id, out, into))


def _offer(
    people: People, rep_id: str, way: Way, freed: Shift, out: Shift | None, into: Shift
) -> Substitute:
    rep = people.reps[rep_id]
    duties = people.changed(rep_id, out, into)
    week = people.week_hours(rep_id, into, duties)
    covers = _shared(into, freed) - (_shared(out, freed) if way == "extend" and out else 0.0)
    wishes = tuple(one for one in people.of.team.preferences if one.rep_id == rep_id)
    wish = wish_worth(into, wishes) - (wish_worth(out, wishes) if out is not None else 0.0)
    made = Substitute(
        rep_id=rep_id,
        name=rep.name or rep_id,
        way=way,
        out=out,
        into=into,
        covers_hours=covers,
        cost=_cost(people, way, out, into),
        overtime_hours=max(0.0, week - rep.contract.min_hours) if into.role == "primary" else 0.0,
        week_hours=week,
        rest_hours=_rest(people, rep_id, into, duties),
        wish=wish,
        turns=_turns(people, rep_id, into),
        reasons="",
    )
    return replace(made, reasons="; ".join(_reasons(people, made)))


def _cost(people: People, way: Way, out: Shift | None, into: Shift) -> float:
    """Return the wages that come on top."""
    prices = people.of.on_call
    if way == "activate":
        return prices.activation_price * into.hours
    rate = 1.0 if into.role == "primary" else prices.standby_price
    return rate * (into.paid_hours - (out.paid_hours if out is not None else 0.0))


def _turns(people: People, rep_id: str, into: Shift) -> int:
    """Count what the rep carries so far of the burdens that a duty is."""
    alone = burdens([into], people.reps[rep_id].timezone, people.of.rules.night, ())[0]
    so_far = people.turns(rep_id, people.duties[rep_id])
    named = zip(BURDENS, alone, strict=True)
    return sum(so_far.get(name, 0) for name, is_one in named if is_one)


def _rest(people: People, rep_id: str, into: Shift, duties: tuple[Shift, ...]) -> float | None:
    timezone = people.reps[rep_id].timezone
    new = local_shift(into, timezone)
    past = tuple(one.shift for one in people.history[rep_id])
    rests = []
    for other in (*past, *duties):
        if other != into:
            seen = local_shift(other, timezone)
            rests.append(
                (new.wall_start - seen.wall_end) / HOUR
                if seen.wall_start < new.wall_start
                else (seen.wall_start - new.wall_end) / HOUR
            )
    return round(min(rests), 2) if rests else None


def _reasons(people: People, one: Substitute) -> Iterator[str]:
    local = zone(people.of.timezone)
    if one.way == "activate" and one.out is not None:
        start, end = (moment.astimezone(local) for moment in (one.out.start, one.out.end))
        yield f"on call {start:%a %H:%M}–{end:%H:%M}"
    elif one.way == "take":
        yield "free on that day"
    elif one.out is not None:
        start, end = (moment.astimezone(local) for moment in (one.into.start, one.into.end))
        was = one.out.start.astimezone(local), one.out.end.astimezone(local)
        yield f"works {start:%H:%M}–{end:%H:%M} instead of {was[0]:%H:%M}–{was[1]:%H:%M}"
    if one.way != "take":
        yield f"covers {one.covers_hours:g} h of it"
    most = people.most_hours(one.rep_id)
    if one.into.role == "primary":
        yield f"{one.week_hours:g} of {most:g} h in the week"
    if one.overtime_hours > 0:
        yield f"{one.overtime_hours:g} h above the contract's minimum"
    if one.rest_hours is not None and one.rest_hours < 24:
        yield f"{one.rest_hours:g} h of rest"
    if one.turns:
        yield f"{one.turns} such turns so far"
    if one.wish:
        yield "would like it" if one.wish > 0 else "would rather not"


def _hindrance(people: People, rep_id: str, shift: Shift) -> str:
    """Say in a few words why a rep cannot take a duty."""
    by_itself = people.hindrance(rep_id, shift)
    if by_itself:
        return by_itself
    if people.on_day(rep_id, shift):
        return "works already on that day"
    if people.clashing(rep_id, shift):
        return "would not be rested"
    if shift.role == "primary" and (
        people.week_hours(rep_id, shift) + shift.hours > people.most_hours(rep_id)
    ):
        return "is at the week's hours"
    found = people.breaks(rep_id, people.changed(rep_id, None, shift))
    if not found:
        return "cannot any more, for it has begun"
    if found[0].rule == "consecutive_days":
        return "would work too many days in a row"
    return f"would break the rule {found[0].rule}"


def _shared(one: Shift, other: Shift) -> float:
    """Return the hours for which two shifts of a queue lie at the same time."""
    if one.queue != other.queue:
        return 0.0
    return max(0.0, (min(one.end, other.end) - max(one.start, other.start)) / HOUR)


def _within(shift: Shift, start: datetime, end: datetime) -> tuple[Break, ...]:
    return tuple(one for one in shift.breaks if one.start >= start and one.end <= end)
