"""Who of those on standby comes when called: rest first, then who was called in least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from optimizer.call_programme import Block, Window
from optimizer.cover import covered
from optimizer.local_shifts import wall_time
from optimizer.roster import Assignment
from optimizer.rotation_ledger import Activation
from optimizer.shifts import Role, Shift, StaffedShift
from optimizer.staff import LabourRules, Team

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class OnShift:
    """Somebody on a shift, or reps alike whom nobody has named.

    Parameters
    ----------
    shift
        What, in which role.
    reps
        How many; 1 when named.
    rep_id
        Who; empty when nobody is named.
    """

    shift: Shift
    reps: int = 1
    rep_id: str = ""


@dataclass(frozen=True)
class Crew:
    """Everybody who is planned, and what is known of them.

    Parameters
    ----------
    staff
        Shifts of the whole plan, also those far from the hours in question: rest looks at them.
    team
        Names and zones; None when nobody is named.
    rules
        Of rest.
    called
        Who was called in before, for fairness, and who is called in already, who is then at work.
    """

    staff: tuple[OnShift, ...]
    team: Team | None = None
    rules: LabourRules = field(default_factory=LabourRules)
    called: tuple[Activation, ...] = ()

    def of(self, queue: str, role: Role) -> tuple[OnShift, ...]:
        """Return those of a queue in a role, by start and name."""
        own = [one for one in self.staff if (one.shift.queue, one.shift.role) == (queue, role)]
        return tuple(sorted(own, key=lambda one: (one.shift, one.rep_id)))

    def name(self, rep_id: str) -> str:
        """Return the name of a rep, or the rep_id where there is none."""
        reps = self.team.reps if self.team is not None else ()
        return next((rep.name for rep in reps if rep.rep_id == rep_id and rep.name), rep_id)

    @property
    def activated_hours(self) -> Mapping[str, float]:
        """Hours of each rep in which they were called in."""
        hours: dict[str, float] = {}
        for one in self.called:
            hours[one.rep_id] = hours.get(one.rep_id, 0.0) + (one.end - one.start) / HOUR
        return hours

    @property
    def primary_hours(self) -> Mapping[str, float]:
        """Primary hours of each rep in the plan."""
        hours: dict[str, float] = {}
        for one in self.staff:
            if one.shift.role == "primary":
                hours[one.rep_id] = hours.get(one.rep_id, 0.0) + one.shift.hours
        return hours

    def rest_broken(self, one: OnShift, start: datetime, end: datetime) -> str:
        """Say why rest keeps somebody from working a time of their standby; empty if nothing does.

        Parameters
        ----------
        start, end
            In UTC, within the standby.
        """
        zone = next(
            (rep.timezone for rep in self.team.reps if rep.rep_id == one.rep_id)
            if self.team is not None and one.rep_id
            else iter(()),
            None,
        )
        if zone is None:
            return ""
        least = timedelta(hours=self.rules.min_rest_hours)
        for other in self.staff:
            if other.rep_id != one.rep_id or other.shift == one.shift:
                continue
            begins, ends = wall_time(other.shift.start, zone), wall_time(other.shift.end, zone)
            if other.shift.start >= one.shift.start:
                rest, which = begins - wall_time(end, zone), f"before {begins:%a %H:%M}"
            else:
                rest, which = wall_time(start, zone) - ends, f"after {ends:%a %H:%M}"
            if rest < least:
                return (
                    f"would rest {max(rest / HOUR, 0.0):.3g} h {which}, "
                    f"{self.rules.min_rest_hours:g} h are the least"
                )
        return ""


def staff_of(
    shifts: Sequence[StaffedShift], assignments: Sequence[Assignment] | None
) -> tuple[OnShift, ...]:
    """Return who is planned: the named reps, or without a roster the shifts' reps."""
    if assignments is None:
        return tuple(OnShift(staffed.shift, staffed.reps) for staffed in shifts)
    return tuple(OnShift(one.shift, 1, one.rep_id) for one in assignments)


def window_of(
    one: OnShift, crew: Crew, starts: pd.DatetimeIndex, interval_minutes: int, earliest: int
) -> Window | None:
    """Return when somebody on standby can be called in; None when never.

    The time is what rest leaves of the standby from the place `earliest` on. Who is called in
    within this standby already can stay on after it and is not called again.
    """
    shift = one.shift
    calls = [
        call.end
        for call in crew.called
        if one.rep_id == call.rep_id and call.start < shift.end and shift.start < call.end
    ]
    span = covered(starts, interval_minutes, shift)
    first, last = max(span.start, earliest), span.stop
    if calls:
        first = max(span.start, int(starts.searchsorted(pd.Timestamp(max(calls)))))
        if first >= last or max(calls) < starts[0]:
            return None
    ends = starts + pd.Timedelta(minutes=interval_minutes)
    while not calls and first < last and crew.rest_broken(one, _at(starts, first), shift.start):
        first += 1
    while first < last and crew.rest_broken(one, shift.end, _at(ends, last - 1)):
        last -= 1
    return Window(first, last, one.reps, bool(calls)) if first < last else None


def name_callers(
    blocks: Sequence[Block], windows: Sequence[Window], people: Sequence[OnShift], crew: Crew
) -> tuple[int, ...]:
    """Say who works which block: the one called in for the fewest hours who can.

    Parameters
    ----------
    blocks
        As `optimizer.call_programme.choose_calls` returns them.
    windows, people
        The windows they were chosen in, and whose they are.
    crew
        What is known of them.

    Returns
    -------
    tuple of int
        For each block the place among `people`.
    """
    from scipy.optimize import linear_sum_assignment

    seats = [place for place, window in enumerate(windows) for _ in range(window.reps)]
    hours = crew.activated_hours
    burden = np.array([hours.get(people[place].rep_id, 0.0) for place in seats])
    # Of people called in as often the first of the list; who cannot is never needed.
    order = np.arange(len(seats)) * 1e-6
    cannot = np.array(
        [[not _can_take(block, place, windows, people) for place in seats] for block in blocks]
    )
    cost = np.where(cannot, 1e6, (burden + order)[None])
    rows, columns = linear_sum_assignment(cost)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    return tuple(seats[chosen[row]] for row in range(len(blocks)))


def _at(moments: pd.DatetimeIndex, place: int) -> datetime:
    moment: datetime = moments[place].to_pydatetime()
    return moment


def _can_take(
    block: Block, place: int, windows: Sequence[Window], people: Sequence[OnShift]
) -> bool:
    """Whether somebody on standby can take a block that was chosen in another one's window."""
    chosen, own = windows[block.window], windows[place]
    if chosen.goes_on or own.goes_on:
        return place == block.window
    here = people[place].shift.site == people[block.window].shift.site
    return here and own.first <= block.first and block.last <= own.last
