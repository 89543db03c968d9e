"""The reps of a roster's programme: what they may still be given, and what is fixed for them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from optimizer.local_shifts import LocalShift, wall_time
from optimizer.staff import Absence, Preference, Rep

DAY = timedelta(days=1)
Kind = Callable[[LocalShift], bool]


@dataclass(frozen=True)
class Candidate:
    """A shift that a rep may work, and the binary variable of whether they do."""

    local: LocalShift
    work: Any


@dataclass(frozen=True)
class Member:
    """A rep in the programme.

    Parameters
    ----------
    number
        Place in the team, for the names of constraints.
    rep
        Who.
    candidates
        Shifts that may be chosen, by start; none of them clashes with a fixed one.
    locked
        Shifts of the period that a person fixed.
    history
        Shifts worked before the period.
    period
        First instant that is planned and the one after the last.
    requests
        Times that the rep asked never to work, or to work without fail.
    absences
        When the rep is away.
    since
        The first instant of which it is known what was worked: that of the team's history; None
        where there is none.
    """

    number: int
    rep: Rep
    candidates: tuple[Candidate, ...]
    locked: tuple[LocalShift, ...]
    history: tuple[LocalShift, ...]
    period: tuple[datetime, datetime]
    requests: tuple[Preference, ...] = ()
    absences: tuple[Absence, ...] = ()
    since: datetime | None = None

    @property
    def fixed(self) -> tuple[LocalShift, ...]:
        """Every shift that is not to be chosen."""
        return self.history + self.locked

    @cached_property
    def days(self) -> "Days":
        """The local days of the period, and which of them are known."""
        return Days.of(self)


@dataclass(frozen=True)
class Days:
    """Local days of a rep.

    Parameters
    ----------
    first, last
        Those that the period touches.
    known_first, known_last
        Between them a day without a shift is a day off. Before the first day of the team's history,
        or without one before the first whole day of the period, after the last whole day and
        outside employment nobody knows.
    away
        Days that an absence touches.
    """

    first: date
    last: date
    known_first: date
    known_last: date
    away: frozenset[date] = frozenset()

    @classmethod
    def of(cls, member: Member) -> "Days":
        """Return those of a member."""
        begin, end = (wall_time(moment, member.rep.timezone) for moment in member.period)
        rep, first = member.rep, begin.date()
        known = first if begin.time() == time() else first + DAY
        if member.since is not None:
            known = min(known, wall_time(member.since, rep.timezone).date())
        last = wall_time(member.period[1] - timedelta.resolution, rep.timezone).date()
        away = frozenset(
            day
            for absence in member.absences
            for day in _touched(absence.start, absence.end, rep.timezone)
        )
        return cls(
            first,
            last,
            max(known, rep.employed_from or known),
            min(end.date() - DAY, rep.employed_until or date.max),
            away,
        )

    def known(self, day: date) -> bool:
        """Whether a day without a shift is known to be off."""
        return self.known_first <= day <= self.known_last

    def since(self, earliest: Iterable[date]) -> list[date]:
        """Return the days from the earliest of some, or the first of the period, to its last."""
        begin = min((*earliest, self.first))
        return [begin + number * DAY for number in range((self.last - begin).days + 1)]


def _touched(start: datetime, end: datetime, timezone: str) -> Iterator[date]:
    """Yield the local days that a time touches."""
    day = wall_time(start, timezone).date()
    while day <= wall_time(end - timedelta.resolution, timezone).date():
        yield day
        day += DAY


@dataclass(frozen=True)
class Work:
    """On which days a member may work, and does for certain, shifts of some kind.

    Parameters
    ----------
    chosen
        By day, the variables of the shifts that may be chosen.
    locked, past
        Days on which a fixed shift starts, in the period and before it.
    """

    chosen: Mapping[date, tuple[Any, ...]]
    locked: frozenset[date]
    past: frozenset[date]

    @classmethod
    def of(cls, member: Member, kind: Kind = lambda _: True) -> "Work":
        """Return the work of a member, as far as its shifts are of a kind."""
        chosen: dict[date, tuple[Any, ...]] = defaultdict(tuple)
        for one in member.candidates:
            if kind(one.local):
                chosen[one.local.day] += (one.work,)
        locked, past = (
            frozenset(local.day for local in fixed if kind(local))
            for fixed in (member.locked, member.history)
        )
        return cls(dict(chosen), locked, past)

    @property
    def fixed(self) -> frozenset[date]:
        """Days on which a fixed shift starts."""
        return self.locked | self.past

    def on(self, day: date) -> Any:
        """Return 1 or 0, or the sum that is 1 when a shift is chosen on a day."""
        import pulp

        if day in self.fixed:
            return pulp.LpAffineExpression(constant=1)
        return pulp.lpSum(self.chosen.get(day, ()))

    def is_planned(self, day: date) -> bool:
        """Whether a shift of the period starts on a day, or may."""
        return day in self.chosen or day in self.locked

    def may(self, day: date) -> bool:
        """Whether a shift starts on a day, or may."""
        return self.is_planned(day) or day in self.past
