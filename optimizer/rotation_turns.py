"""Turns as they are held: seats within a week, who stands in for days, and swaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data.errors import InputError
from optimizer.rotation import Duty, DutyKind, Swap
from optimizer.rotation_people import Booleans, People
from optimizer.rotation_weeks import DAYS_PER_WEEK

Seat = tuple[int, int]
"""A week of the horizon, counted from 0, and a seat, counted from 1."""


@dataclass
class Held:
    """A turn: whose it is, who holds it, and who stands in on which of its days.

    Parameters
    ----------
    owner, holder
        Members' numbers; they differ after a swap.
    covers
        By day of the week, for the days on which the holder is away: a member's number, or None
        when nobody is there.
    """

    owner: int
    holder: int
    covers: dict[int, int | None]


def seat_turns(
    people: People, held: Booleans, published: Mapping[tuple[date, int], str]
) -> dict[Seat, Held]:
    """Say who of a week's people is called first, and who next.

    A week that is published with the same people keeps their seats. Else whoever has been called
    first least often for the weight is called first.
    """
    turns: dict[Seat, Held] = {}
    called = np.zeros((len(people.members), DAYS_PER_WEEK))
    for week, name in enumerate(people.weeks.names):
        holders = [int(i) for i in np.flatnonzero(held[:, week])]
        known = {
            rep_id: seat for (published_week, seat), rep_id in published.items()
            if published_week == name
        }  # fmt: skip
        ids = {i: people.members[i].rep.rep_id for i in holders}
        if set(ids.values()) == set(known):
            order = sorted(holders, key=lambda i: known[ids[i]])
        else:
            order = sorted(
                holders, key=lambda i: (*(called[i] / people.members[i].weight).tolist(), i)
            )
        for place, i in enumerate(order):
            called[i, place] += 1
            turns[week, place + 1] = Held(i, i, {})
    return turns


def cover_days(people: People, turns: dict[Seat, Held], history: Sequence[Duty]) -> None:
    """Find somebody for each day on which the holder of a turn is away.

    Days in a row go to one person where somebody is there on all of them. Whoever has stood in for
    the fewest days for the weight is asked first, then whoever's own turns are farthest away. Who
    was published to stand in does so if still there.
    """
    stood_in = _days_stood_in(people, history)
    known = _published_covers(people, history)
    present = people.present
    for (week, _), turn in sorted(turns.items()):
        busy = {other.holder for (its_week, _), other in turns.items() if its_week == week}
        for run in _runs(np.flatnonzero(people.away[turn.holder, week]).tolist()):
            taken = {
                cover for (its_week, _), other in turns.items() if its_week == week
                for day, cover in other.covers.items() if day in run and cover is not None
            }  # fmt: skip
            free = [i for i in range(len(people.members)) if i not in busy | taken]
            free.sort(key=lambda i: _asked_last(people, turns, stood_in, week, i))
            for_all = [i for i in free if present[i, week, run].all()]
            for day in run:
                there = for_all[:1] or [i for i in free if present[i, week, day]][:1]
                published = known.get((week, day))
                if published in free and present[published, week, day]:
                    there = [published]
                turn.covers[day] = there[0] if there else None
                if there:
                    stood_in[there[0]] += 1


def _asked_last(
    people: People, turns: Mapping[Seat, Held], stood_in: Sequence[float], week: int, i: int
) -> tuple[float, float, int]:
    distance = min(
        (abs(its_week - week) for (its_week, _), turn in turns.items() if turn.holder == i),
        default=people.weeks.count,
    )
    return (stood_in[i] / people.members[i].weight, -distance, i)


def _days_stood_in(people: People, history: Sequence[Duty]) -> list[float]:
    days = [0.0] * len(people.members)
    for duty in history:
        number = people.number(duty.rep_id)
        if duty.kind == "part_cover" and duty.week < people.weeks.first and number is not None:
            days[number] += round(duty.hours / 24)
    return days


def _published_covers(people: People, history: Sequence[Duty]) -> dict[tuple[int, int], int]:
    known: dict[tuple[int, int], int] = {}
    edges = people.weeks.instants()
    for duty in history:
        week, number = people.weeks.place(duty.week), people.number(duty.rep_id)
        if duty.kind != "part_cover" or week is None or week < 0 or number is None:
            continue
        for day in range(DAYS_PER_WEEK):
            if duty.start <= edges[DAYS_PER_WEEK * week + day] < duty.end:
                known[week, day] = number
    return known


def _runs(days: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def apply_swaps(
    people: People, turns: dict[Seat, Held], swaps: Sequence[Swap], history: Sequence[Duty]
) -> None:
    """Exchange the weeks of swaps, and nothing else.

    Of a swap of which one week is over only the other one is left to be exchanged, and the history
    has to show the first; one of which both are over is passed over.

    Raises
    ------
    InputError
        When somebody does not hold the turn that is given away, or cannot take the other one.
    """
    for swap in swaps:
        if swap.rep_id == swap.with_rep_id:
            raise InputError(f"{swap.place}: found {swap.rep_id!r} twice; a swap takes two people")
        if swap.week == swap.with_week:
            raise InputError(f"{swap.place}: found {swap.week} twice; a swap takes two weeks")
        sides = [
            (swap.rep_id, swap.week, swap.with_rep_id),
            (swap.with_rep_id, swap.with_week, swap.rep_id),
        ]
        places = [_week_of(people, week, swap) for _, week, _ in sides]
        if all(place < 0 for place in places):
            continue
        for (giver, week, taker), place in zip(sides, places, strict=True):
            if place < 0:
                _check_done(giver, week, taker, history, swap)
        moves = [
            (_turn_of(people, turns, giver, place, week, swap), place, week, taker)
            for (giver, week, taker), place in zip(sides, places, strict=True)
            if place >= 0
        ]
        for turn, place, week, taker in moves:
            _check_taker(people, turns, turn, taker, place, week, swap)
        for turn, _, _, taker in moves:
            turn.holder = _member(people, taker, swap)
            turn.covers.clear()


def _week_of(people: People, week: date, swap: Swap) -> int:
    place = people.weeks.place(week)
    if place is None:
        first, last = people.weeks.names[0], people.weeks.names[-1]
        raise InputError(
            f"{swap.place}: found {week}; weeks of the rotation begin on {first:%A}s, from "
            f"{first} to {last}"
        )
    return place


def _member(people: People, rep_id: str, swap: Swap) -> int:
    number = people.number(rep_id)
    if number is None:
        raise InputError(f"{swap.place}: found {rep_id!r}; does not take part in the rotation")
    return number


def _check_done(giver: str, week: date, taker: str, history: Sequence[Duty], swap: Swap) -> None:
    done = any(
        duty.week == week and duty.rep_id == taker and duty.instead_of == giver for duty in history
    )
    if not done:
        raise InputError(
            f"{swap.place}: the week of {week} is over, and the history does not say that {taker} "
            f"took it for {giver}; add it with --history, or remove the swap"
        )


def _turn_of(
    people: People, turns: Mapping[Seat, Held], giver: str, place: int, week: date, swap: Swap
) -> Held:
    number = _member(people, giver, swap)
    ids = []
    for (its_week, _), turn in sorted(turns.items()):
        if its_week == place:
            if turn.holder == number:
                return turn
            ids.append(people.members[turn.holder].rep.rep_id)
    raise InputError(
        f"{swap.place}: {giver} is not on call in the week of {week}, "
        f"{' and '.join(ids) or 'nobody'} is; name a week of {giver}'s"
    )


def _check_taker(
    people: People,
    turns: Mapping[Seat, Held],
    given: Held,
    taker: str,
    place: int,
    week: date,
    swap: Swap,
) -> None:
    """Refuse who is away, not employed, or on call in the week already."""
    number = _member(people, taker, swap)
    if not people.employed[number, place]:
        raise InputError(f"{swap.place}: {taker} is not employed in the whole week of {week}")
    days = int(people.away[number, place].sum())
    if days:
        raise InputError(
            f"{swap.place}: {taker} is absent on {days} of the 7 days of the week of {week} and "
            "cannot take it; choose another week or mend the absences"
        )
    for (its_week, _), turn in turns.items():
        covering = turn is not given and number in turn.covers.values()
        if its_week == place and (turn.holder == number or covering):
            raise InputError(
                f"{swap.place}: {taker} is on call in the week of {week} already; choose another"
            )


def duties_of(people: People, turns: Mapping[Seat, Held]) -> tuple[Duty, ...]:
    """Return who is on call when, days in a row of one person together."""
    edges = people.weeks.instants()
    ids = [member.rep.rep_id for member in people.members]
    duties = []
    for (week, seat), turn in sorted(turns.items()):
        days = [turn.covers.get(day, turn.holder) for day in range(DAYS_PER_WEEK)]
        begin = 0
        for end in range(1, DAYS_PER_WEEK + 1):
            if end < DAYS_PER_WEEK and days[end] == days[begin]:
                continue
            who = days[begin]
            if who is not None:
                kind, instead_of = _kind(turn, who)
                first = DAYS_PER_WEEK * week
                duties.append(
                    Duty(
                        people.weeks.names[week],
                        seat,
                        edges[first + begin],
                        edges[first + end],
                        ids[who],
                        kind,
                        "" if instead_of is None else ids[instead_of],
                    )
                )
            begin = end
    return tuple(sorted(duties))


def _kind(turn: Held, who: int) -> tuple[DutyKind, int | None]:
    if who != turn.holder:
        return "part_cover", turn.holder
    return ("turn", None) if turn.holder == turn.owner else ("swap", turn.owner)
