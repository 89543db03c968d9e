"""Labour rules, what was worked before and what is locked, as a roster problem states them.

What is not chosen here, a person's locked shift or one worked before the period, binds what is
chosen: no shift that clashes with it, fewer hours left in its week, and its day counts for the
rules of days. What it breaks by itself is left to the audit to tell.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

import numpy as np

from optimizer.local_shifts import LocalShift, local_shift, wall_time
from optimizer.roster import Assignment
from optimizer.shift_kinds import kinds_of
from optimizer.shifts import Shift
from optimizer.staff import Absence, Contract, LabourRules, Rep, Team
from optimizer.tours.day_rules import NIGHT, STANDBY, DayRules, Kinds
from optimizer.tours.days import UNKNOWN
from optimizer.tours.week import DAY, Flags, Ints, View

MINUTE = timedelta(minutes=1)

WITHOUT_PRICE = frozenset({"min_rest_hours", "max_week_hours"})
"""Rules of `optimizer.labour_rules` that tours keep and cannot weigh against a price."""


@dataclass(frozen=True)
class Fixed:
    """Shifts of one rep that are not chosen, as the rep's zone sees them.

    Parameters
    ----------
    history
        Worked before the period.
    locked
        Of the period, fixed by a person.
    away
        Local days that an absence touches.
    """

    history: tuple[LocalShift, ...] = ()
    locked: tuple[LocalShift, ...] = ()
    away: frozenset[date] = frozenset()

    @property
    def shifts(self) -> tuple[LocalShift, ...]:
        """All of them."""
        return self.history + self.locked

    def minutes(self, mondays: Sequence[date]) -> tuple[list[int], list[int]]:
        """Return the minutes of primary work by week, locked and before the period."""
        locked, history = (
            [
                sum(one.minutes for one in part if one.shift.role == "primary" and one.week == week)
                for week in mondays
            ]
            for part in (self.locked, self.history)
        )
        return locked, history


def fixed_shifts(
    team: Team, locked: Sequence[Assignment], history: Sequence[Assignment]
) -> tuple[Fixed, ...]:
    """Return the shifts of each rep of a team that are not chosen."""
    kept: dict[str, list[Shift]] = defaultdict(list)
    worked: dict[str, list[Shift]] = defaultdict(list)
    absences: dict[str, list[Absence]] = defaultdict(list)
    for one in team.absences:
        absences[one.rep_id].append(one)
    for given, own in ((locked, kept), (history, worked)):
        for assignment in given:
            own[assignment.rep_id].append(assignment.shift)
    return tuple(
        Fixed(
            tuple(local_shift(shift, rep.timezone) for shift in worked[rep.rep_id]),
            tuple(local_shift(shift, rep.timezone) for shift in kept[rep.rep_id]),
            frozenset(day for one in absences[rep.rep_id] for day in _touched(one, rep.timezone)),
        )
        for rep in team.reps
    )


def _touched(absence: Absence, timezone: str) -> list[date]:
    """Return the local days that an absence touches."""
    first = wall_time(absence.start, timezone).date()
    last = wall_time(absence.end.astimezone(UTC) - timedelta.resolution, timezone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True)
class Letters:
    """What the letters of days stand for, from 1 on: the kinds of shift that rules ask for.

    Parameters
    ----------
    kinds
        By letter.
    rules, asked
        What says which kinds a shift is of, and those of them that are asked for.
    """

    kinds: tuple[Kinds, ...]
    rules: LabourRules
    asked: frozenset[str]

    @classmethod
    def of(
        cls,
        shifts: Sequence[LocalShift],
        fixed: Sequence[Fixed],
        rules: LabourRules,
        contracts: Sequence[Contract] = (),
    ) -> "Letters":
        """Give each set of kinds of shifts that could be chosen, and of fixed days, a letter."""
        bare = cls((), rules, _asked(rules, contracts))
        found = {frozenset[str]()} | {bare.kinds_of(one) for one in shifts}
        found |= {kinds for each in fixed for kinds in bare.by_day(each.shifts).values()}
        return replace(bare, kinds=tuple(sorted(found, key=sorted)))

    @property
    def blank(self) -> int:
        """The letter of a day that does not count."""
        return len(self.kinds) + 1

    @property
    def away(self) -> int:
        """The letter of a day without a shift that is none of a spell of days off."""
        return len(self.kinds) + 2

    def of_shifts(self, shifts: Sequence[LocalShift]) -> Ints:
        """Return the letter of each shift."""
        named = [self._letter(self.kinds_of(one)) for one in shifts]
        return np.array(named, dtype=np.int64)

    def before(self, reps: Sequence[Rep], fixed: Sequence[Fixed], first: date) -> Ints:
        """Return the letters of the days before the period, by rep.

        What is known begins on the first day on which anybody worked, and with one's employment or
        first day worked.

        Parameters
        ----------
        first
            The period's first local day.
        """
        days = [(first - one.day).days for each in fixed for one in each.history]
        past = np.zeros((len(fixed), max(0, max(days, default=0))), dtype=np.int64)
        for row, (rep, each) in enumerate(zip(reps, fixed, strict=True)):
            if rep.employed_from is not None:
                begins = min([rep.employed_from, *(one.day for one in each.history)])
                past[row, : max(0, past.shape[1] - (first - begins).days)] = UNKNOWN
            for day in each.away if self.rules.max_days_off is not None else ():
                place = past.shape[1] + (day - first).days
                if 0 <= place < past.shape[1] and past[row, place] == 0:
                    past[row, place] = self.away
            for day, kinds in self.by_day(each.history).items():
                if day < first:
                    past[row, (day - first).days] = self._letter(kinds)
        return past

    def fixed(
        self,
        reps: Sequence[Rep],
        fixed: Sequence[Fixed],
        days: tuple[date, int],
        period: tuple[datetime, datetime],
    ) -> Ints:
        """Return the letters of days on which nothing is chosen, by rep; 0 for days off.

        Days that the period does not hold whole by a rep's clock do not count, those at its begin
        only where nothing is known of the weeks before, and neither do days without employment.

        Parameters
        ----------
        days
            The period's first local day, and how many there are.
        period
            First instant that is planned and the one after the last.
        """
        first, count = days
        is_known = any(each.history for each in fixed)
        table = np.zeros((len(fixed), count), dtype=np.int64)
        for row, (rep, each) in enumerate(zip(reps, fixed, strict=True)):
            known = _known(rep, period, is_known=is_known)
            for day in each.away if self.rules.max_days_off is not None else ():
                if 0 <= (day - first).days < count:
                    table[row, (day - first).days] = self.away
            table[row, : max(0, (known[0] - first).days)] = self.blank
            table[row, max(0, (known[1] - first).days + 1) :] = self.blank
            for day, kinds in self.by_day(each.shifts).items():
                if 0 <= (day - first).days < count:
                    table[row, (day - first).days] = self._letter(kinds)
        return table

    def at_work(self, letters: Ints) -> Flags:
        """Say of letters whether they stand for a shift that is no standby."""
        counted = [False, *(STANDBY not in kinds for kinds in self.kinds), False, False]
        return np.array(counted)[letters]

    def kinds_of(self, shift: LocalShift) -> Kinds:
        """Return those of a shift's kinds that a rule asks for."""
        return kinds_of(shift, self.rules) & self.asked if self.asked else frozenset()

    def by_day(self, shifts: Sequence[LocalShift]) -> dict[date, Kinds]:
        """Return what all shifts of a day are together."""
        days: dict[date, Kinds] = {}
        for one in shifts:
            days[one.day] = days.get(one.day, frozenset()) | self.kinds_of(one)
        return days

    def _letter(self, kinds: Kinds) -> int:
        return self.kinds.index(kinds) + 1


def _known(rep: Rep, period: tuple[datetime, datetime], *, is_known: bool) -> tuple[date, date]:
    """Return the first and the last local day of which it is known whether they are off."""
    begin, end = (wall_time(moment, rep.timezone) for moment in period)
    first, last = begin.date(), end.date() - timedelta(days=1)
    if is_known:
        first = date.min
    elif begin.time() != time():
        first += timedelta(days=1)
    return max(first, rep.employed_from or first), min(last, rep.employed_until or last)


def day_rules(
    rules: LabourRules, letters: Letters, first: date, short_shift: float = 0.0
) -> DayRules:
    """Return the rules of days for a period that begins on a local day.

    Parameters
    ----------
    short_shift
        Price of a shift below the least of a contract.
    """
    return DayRules(
        max_run=rules.max_consecutive_days,
        min_run=rules.min_consecutive_days,
        min_off=rules.min_days_off,
        max_off=rules.max_days_off,
        max_nights=rules.max_consecutive_nights,
        off_after_nights=rules.days_off_after_nights,
        max_weekends=rules.max_weekends,
        weekend_weeks=rules.weekend_weeks,
        whole_weekends=rules.whole_weekends,
        max_standby=rules.max_standby_per_week,
        standby_spacing=rules.min_days_between_standby,
        successions=tuple((one, other) for one, other in rules.forbidden_successions),
        prices={name: price for name, price in rules.prices.items() if name not in WITHOUT_PRICE},
        short_shift=short_shift,
        kinds=letters.kinds,
        first_weekday=first.weekday(),
    )


def spans(shifts: Sequence[LocalShift], first: date, rules: LabourRules) -> tuple[Ints, Ints, Ints]:
    """Return day, start and free, as in a view, of shifts that one zone sees.

    Parameters
    ----------
    first
        The period's first local day.
    """
    rest = ceil(rules.min_rest_hours * 60)
    day = np.array([(one.day - first).days for one in shifts], dtype=np.int64)
    midnights = [datetime(one.day.year, one.day.month, one.day.day) for one in shifts]
    start, end = (
        np.array(
            [(moment - at) // MINUTE for moment, at in zip(walls, midnights, strict=True)],
            dtype=np.int64,
        )
        for walls in ([one.wall_start for one in shifts], [one.wall_end for one in shifts])
    )
    elapsed = np.array([one.minutes for one in shifts], dtype=np.int64)
    # Where clocks go back within a shift, its end by the wall clock hides an hour of it.
    return day, start, np.maximum(end + rest, start + elapsed)


def free_of(fixed: Sequence[LocalShift], view: View, first: date, rules: LabourRules) -> Flags:
    """Say of each shift of a view whether it leaves fixed ones their day and their rest."""
    free = np.ones(len(view.day), dtype=bool)
    begins, ends = view.day * DAY + view.start, view.day * DAY + view.free
    for day, start, until in zip(*spans(fixed, first, rules), strict=True):
        clashes = (begins < day * DAY + until) & (day * DAY + start < ends)
        free &= ~clashes & (view.day != day)
    return free


def _asked(rules: LabourRules, contracts: Sequence[Contract]) -> frozenset[str]:
    """Return the kinds of shifts that a rule asks for."""
    asked = {kind for pair in rules.forbidden_successions for kind in pair}
    if rules.max_consecutive_nights is not None or rules.days_off_after_nights:
        asked.add(NIGHT)
    are_counted = any(one.min_shifts or one.max_shifts is not None for one in contracts)
    if rules.max_standby_per_week is not None or rules.min_days_between_standby or are_counted:
        asked.add(STANDBY)
    return frozenset(asked)
