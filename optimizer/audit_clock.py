"""What one rep works, by the clock on their wall: the ground on which the audit stands.

Shares nothing with the programmes that make rosters, as `optimizer.audit` does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from optimizer.shifts import Shift
from optimizer.staff import Absence, Preference, Rep

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Period = tuple[datetime, datetime]


@dataclass(frozen=True)
class Diary:
    """What a rep works in the period and before it, and what they are asked and promised.

    Parameters
    ----------
    rep
        Whose it is.
    own, past
        Shifts of the roster and of before the period, sorted.
    absences, preferences
        Of this rep.
    period
        First instant that is planned and the one after the last.
    since
        When the earliest shift of the team's history starts; None without one.
    """

    rep: Rep
    own: tuple[Shift, ...]
    past: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    preferences: tuple[Preference, ...]
    period: Period
    since: datetime | None = None

    @property
    def name(self) -> str:
        """Whose it is, for sentences."""
        return self.rep.rep_id

    @property
    def all(self) -> tuple[Shift, ...]:
        """Every shift, those before the period first."""
        return self.past + self.own

    @cached_property
    def begins(self) -> date:
        """The local day on which the period begins."""
        return wall(self.period[0], self.rep).date()

    @cached_property
    def ends(self) -> date:
        """The local day of the last instant of the period."""
        return wall(self.period[1] - timedelta.resolution, self.rep).date()

    @cached_property
    def told(self) -> tuple[date, date]:
        """The first and the last day of which it is known whether they are off.

        From the earliest shift of the team's history on, else from the first whole local day of
        the period, to its last whole day; and only while the rep is employed.
        """
        start, end = wall(self.period[0], self.rep), wall(self.period[1], self.rep)
        first = self.begins if start == datetime.combine(self.begins, time()) else self.begins + DAY
        if self.since is not None and wall(self.since, self.rep).date() < first:
            first = wall(self.since, self.rep).date()
        last = end.date() - DAY
        if self.rep.employed_from is not None and self.rep.employed_from > first:
            first = self.rep.employed_from
        if self.rep.employed_until is not None and self.rep.employed_until < last:
            last = self.rep.employed_until
        return first, last

    @cached_property
    def away(self) -> set[date]:
        """The local days that an absence touches."""
        days: set[date] = set()
        for absence in self.absences:
            day, back = (wall(moment, self.rep) for moment in (absence.start, absence.end))
            while datetime.combine(day.date(), time()) < back:
                days.add(day.date())
                day += DAY
        return days

    def is_told(self, day: date) -> bool:
        """Whether a day without a shift is known to be off."""
        return self.told[0] <= day <= self.told[1]

    def by_day(self, shifts: Iterable[Shift]) -> Mapping[date, list[Shift]]:
        """Return shifts by the local day on which they start, in order."""
        days: defaultdict[date, list[Shift]] = defaultdict(list)
        for shift in sorted(shifts):
            days[wall(shift.start, self.rep).date()].append(shift)
        return dict(sorted(days.items()))

    def mondays(self) -> list[date]:
        """Return the ISO weeks that the period touches."""
        first = monday(self.begins)
        return [first + number * DAY for number in range(0, (self.ends - first).days + 1, 7)]


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the first and the last day of every run of days without a gap."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and found[-1][1] + DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def wall(instant: datetime, rep: Rep) -> datetime:
    """Return what a rep's wall clock shows, without a zone."""
    return instant.astimezone(ZoneInfo(rep.timezone)).replace(tzinfo=None, fold=0)


def monday(day: date) -> date:
    """Return the first day of an ISO week."""
    return date.fromisocalendar(day.isocalendar().year, day.isocalendar().week, 1)


def place(shift: Shift, timezone: str) -> str:
    """Name a shift by queue, role and wall time."""
    start, end = (moment.astimezone(ZoneInfo(timezone)) for moment in (shift.start, shift.end))
    role = "on call" if shift.role == "on_call" else "primary"
    return f"{shift.queue} {role} {start:%Y-%m-%d %H:%M}–{end:%H:%M}"


def hours_at_work(shift: Shift) -> float:
    """Return the hours of a shift without the time between its parts."""
    apart = sum((one.end - one.start for one in shift.breaks if one.splits), timedelta())
    return (shift.end - shift.start - apart) / HOUR


def named(number: float, thing: str) -> str:
    """Return a number with its noun, of which the plural has an s.

    Examples
    --------
    >>> named(1, "day"), named(2, "day")
    ('1 day', '2 days')
    """
    return f"{number:g} {thing}" if number == 1 else f"{number:g} {thing}s"


def listed(shifts: Sequence[Shift], rep: Rep) -> str:
    """Name shifts as the rep's wall shows them."""
    return " and ".join(place(shift, rep.timezone) for shift in shifts)
