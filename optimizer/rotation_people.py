"""Who of a rotation is there when, what falls to whom, and what history says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from optimizer.rotation import Duty, Member, RotationSettings
from optimizer.rotation_programme import RotationTask
from optimizer.rotation_weeks import (
    DAYS_PER_WEEK,
    RotationWeeks,
    days_away,
    employed_weeks,
    weeks_on_leave,
)
from optimizer.staff import Absence

Booleans = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class People:
    """The members over the weeks of a horizon and those of the history before it.

    Parameters
    ----------
    members
        The rows of what follows.
    weeks
        The horizon.
    away
        Members by weeks of the horizon by days: absent in a part of the day.
    employed
        Members by weeks of the horizon: employed throughout.
    share
        Members by weeks of the horizon: the part of the week's turns that is the member's, all
        together `people`.
    before, fair_before
        Turns held before the horizon, and how many of those would have been fair.
    """

    members: tuple[Member, ...]
    weeks: RotationWeeks
    away: Booleans
    employed: Booleans
    share: Floats
    before: npt.NDArray[np.int64]
    fair_before: Floats

    @property
    def present(self) -> Booleans:
        """Members by weeks by days: employed and there all day."""
        return np.asarray(self.employed[:, :, None] & ~self.away)

    @property
    def fair(self) -> Floats:
        """Turns that would be fair up to the end of the horizon, those before it included."""
        return np.asarray(self.fair_before + self.share.sum(axis=1))

    def number(self, rep_id: str) -> int | None:
        """Return the row of a member; None for who does not take part."""
        for number, member in enumerate(self.members):
            if member.rep.rep_id == rep_id:
                return number
        return None


def turn_owners(history: Sequence[Duty]) -> dict[tuple[date, int], str]:
    """Return whose turn each week and seat of the history was, swaps undone."""
    return {
        (duty.week, duty.seat): duty.instead_of or duty.rep_id
        for duty in history
        if duty.kind != "part_cover"
    }


def people_of(
    members: tuple[Member, ...],
    absences: tuple[Absence, ...],
    settings: RotationSettings,
    weeks: RotationWeeks,
    history: Sequence[Duty],
) -> People:
    """Set out who is there when, and who owes how many turns."""
    past = _weeks_before(weeks, history)
    first = weeks.first - timedelta(weeks=past)
    whole = RotationWeeks(first, past + weeks.count, weeks.handover, weeks.timezone)
    away = np.array([days_away(member.rep, absences, whole) for member in members])
    employed = np.array([employed_weeks(member.rep, whole) for member in members])
    leave = np.array([weeks_on_leave(days, settings.leave_weeks) for days in away])
    weight = np.array([member.weight for member in members])
    taking_part = weight[:, None] * (employed & ~leave)
    total = taking_part.sum(axis=0)
    share = np.divide(taking_part, total, out=np.zeros_like(taking_part), where=total > 0)
    number = {member.rep.rep_id: place for place, member in enumerate(members)}
    before = np.zeros(len(members), dtype=np.int64)
    fair_before = np.zeros(len(members))
    for (week, _), owner in turn_owners(history).items():
        if week < weeks.first and owner in number:
            before[number[owner]] += 1
            fair_before += share[:, (week - first).days // DAYS_PER_WEEK]
    return People(
        members,
        weeks,
        away[:, past:],
        employed[:, past:],
        settings.people * share[:, past:],
        before,
        fair_before,
    )


def task_of(people: People, settings: RotationSettings, history: Sequence[Duty]) -> RotationTask:
    """Put the question of whose turn each week is."""
    present = people.present
    away_days = people.away.sum(axis=2)
    too_few = present.sum(axis=0) < settings.people
    published = np.zeros(people.employed.shape, dtype=bool)
    can = people.employed & (away_days < DAYS_PER_WEEK)
    for (week, _), owner in turn_owners(history).items():
        place, number = people.weeks.place(week), people.number(owner)
        if place is not None and place >= 0 and number is not None:
            published[number, place] = can[number, place]
    return RotationTask(
        people=settings.people,
        rest=settings.min_weeks_between,
        part_cover_days=settings.part_cover_days,
        can=can,
        away_days=away_days.astype(np.int64),
        bare_days=(people.away & too_few).sum(axis=2).astype(np.int64),
        weight=np.array([member.weight for member in people.members]),
        fair=people.fair - people.before,
        share=people.share,
        place=_places(people, history),
        before=_on_call_before(people, history),
        published=published,
    )


def _weeks_before(weeks: RotationWeeks, history: Sequence[Duty]) -> int:
    earliest = min((duty.week for duty in history), default=weeks.first)
    return max(0, -((earliest - weeks.first).days // DAYS_PER_WEEK))


def _places(people: People, history: Sequence[Duty]) -> npt.NDArray[np.int64]:
    """Return each member's place in the queue: who had it last, or joined last, is at the end."""
    last = dict.fromkeys((member.rep.rep_id for member in people.members), date.min)
    for member in people.members:
        last[member.rep.rep_id] = member.rep.employed_from or date.min
    for duty in history:
        if duty.week < people.weeks.first and duty.rep_id in last and duty.kind != "part_cover":
            last[duty.rep_id] = max(last[duty.rep_id], duty.week)
    order = sorted(
        range(len(people.members)), key=lambda i: (last[people.members[i].rep.rep_id], i)
    )
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _on_call_before(people: People, history: Sequence[Duty]) -> tuple[frozenset[int], ...]:
    weeks: list[set[int]] = [set() for _ in people.members]
    for duty in history:
        number = people.number(duty.rep_id)
        if duty.week < people.weeks.first and number is not None and duty.kind != "part_cover":
            weeks[number].add((duty.week - people.weeks.first).days // DAYS_PER_WEEK)
    return tuple(frozenset(each) for each in weeks)
