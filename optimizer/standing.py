"""A roster as it stands, with all that it is explained from: shifts, team, rules, what went before.

Whoever made the roster (the compact programme, the engine, a person) plays no part.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from data.errors import InputError
from optimizer.cover import count_coverage
from optimizer.fairness_aim import Fairness, targets
from optimizer.fairness_shares import Floats
from optimizer.local_shifts import LocalShift, local_shift
from optimizer.period import coverage_of, span
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Absence, LabourRules, Preference, Rep, Team


@dataclass(frozen=True)
class Person:
    """A rep, what they work, when they are away and what they wish.

    Parameters
    ----------
    worked
        Shifts of the roster and of before the period, by start.
    """

    rep: Rep
    worked: tuple[LocalShift, ...]
    absences: tuple[Absence, ...]
    wishes: tuple[Preference, ...]

    def without(self, shift: Shift) -> "Person":
        """Return the rep as if they did not work a shift."""
        left = tuple(one for one in self.worked if one.shift.plain != shift.plain)
        return replace(self, worked=left)

    def with_shift(self, shift: Shift) -> "Person":
        """Return the rep as if they also worked a shift."""
        worked = (*self.worked, local_shift(shift, self.rep.timezone))
        return replace(self, worked=tuple(sorted(worked, key=lambda one: one.shift.start)))

    def week_minutes(self, week: date) -> int:
        """Return the minutes of primary work in the ISO week that begins on a Monday."""
        return sum(
            one.minutes for one in self.worked if one.week == week and one.shift.role == "primary"
        )


def people_of(team: Team, assignments: Sequence[Assignment]) -> dict[str, Person]:
    """Return everybody of a team by rep_id, with what they work."""
    worked, absences, wishes = defaultdict(list), defaultdict(list), defaultdict(list)
    zones = {rep.rep_id: rep.timezone for rep in team.reps}
    for one in sorted(assignments, key=lambda one: one.shift.start):
        worked[one.rep_id].append(local_shift(one.shift, zones[one.rep_id]))
    for absence in team.absences:
        absences[absence.rep_id].append(absence)
    for wish in team.preferences:
        wishes[wish.rep_id].append(wish)
    return {
        rep.rep_id: Person(
            rep, tuple(worked[rep.rep_id]), tuple(absences[rep.rep_id]), tuple(wishes[rep.rep_id])
        )
        for rep in team.reps
    }


@dataclass(frozen=True)
class Standing:
    """A roster and what it is judged by.

    Parameters
    ----------
    assignments
        The whole roster.
    shifts
        The plan that it fills; what is worked beyond it is added.
    coverage
        A row per queue and interval, as `optimizer.cover.count_coverage` counts it of the roster.
    history
        Assignments that ended before the period or run into it.
    timezone, interval_minutes
        The calendar's zone and grid.
    fairness
        What people carried before, and how much that weighs; None when nothing is known of it.
    """

    assignments: tuple[Assignment, ...]
    shifts: tuple[StaffedShift, ...]
    coverage: pd.DataFrame
    team: Team
    rules: LabourRules
    timezone: str
    interval_minutes: int
    history: tuple[Assignment, ...] = ()
    fairness: Fairness | None = None

    @classmethod
    def of(
        cls,
        assignments: Sequence[Assignment],
        shifts: Sequence[StaffedShift],
        required: pd.DataFrame,
        team: Team,
        rules: LabourRules,
        *,
        timezone: str,
        interval_minutes: int,
        history: Sequence[Assignment] = (),
        fairness: Fairness | None = None,
    ) -> "Standing":
        """Return a roster as it stands, its coverage counted.

        Parameters
        ----------
        required
            With the columns of `optimizer.cover.required_reps`; without rows, what the shifts bring
            is what is required.

        Raises
        ------
        InputError
            When somebody is on the roster who is not in the team, or works a queue for which
            nothing is required, or there is neither a shift nor a requirement.
        """
        names = {rep.rep_id for rep in team.reps}
        for one in (*assignments, *history):
            if one.rep_id not in names:
                raise InputError(
                    f"{one.rep_id} is on the roster and not in the team; name the team that the "
                    "roster was made for"
                )
        worked = [StaffedShift(one.shift, 1) for one in assignments]
        if required.empty:
            if not shifts and not worked:
                raise InputError(
                    "found neither a shift nor a requirement; give a roster with shifts, or with "
                    "its shifts.csv or coverage.csv beside it"
                )
            required = coverage_of(shifts or worked, timezone, interval_minutes)
        try:
            coverage = count_coverage(required, worked, interval_minutes)
        except ValueError as error:
            raise InputError(str(error)) from error
        given = (tuple(assignments), tuple(shifts), coverage, team, rules, timezone)
        return cls(*given, interval_minutes, tuple(history), fairness)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Everybody by rep_id."""
        return people_of(self.team, [*self.history, *self.assignments])

    @cached_property
    def period(self) -> tuple[datetime, datetime]:
        """First instant that is planned and the one after the last."""
        return span(self.coverage, self.interval_minutes)

    @cached_property
    def asked(self) -> Counter[Shift]:
        """How many reps each shift asks for; breaks are left out."""
        asked: Counter[Shift] = Counter()
        for staffed in self.shifts:
            asked[staffed.shift.plain] += staffed.reps
        return asked

    @cached_property
    def filled(self) -> Counter[Shift]:
        """How many reps work each shift; breaks are left out."""
        return Counter(one.shift.plain for one in self.assignments)

    @cached_property
    def places(self) -> tuple[Shift, ...]:
        """Every shift of the plan or the roster once, without breaks, sorted."""
        return tuple(sorted(self.asked.keys() | self.filled.keys()))

    @cached_property
    def unfilled(self) -> tuple[StaffedShift, ...]:
        """Shifts that lack reps, and how many."""
        lacking = {one: self.asked[one] - self.filled[one] for one in self.places}
        return tuple(StaffedShift(one, count) for one, count in lacking.items() if count > 0)

    @cached_property
    def turns_due(self) -> Mapping[str, Floats]:
        """By rep_id the turns of each burden that are theirs; empty without fairness."""
        if self.fairness is None:
            return {}
        rows = targets(self.shifts, self.fairness, self.team)
        return {rep.rep_id: row for rep, row in zip(self.team.reps, rows, strict=True)}
