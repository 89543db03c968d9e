"""What the life of a published roster is told in: the roster, its changes, what stays open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from optimizer.local_shifts import local_shift
from optimizer.report import Finding
from optimizer.roster import Assignment, Roster
from optimizer.shifts import OnCallSettings, Shift, ShiftSettings, StaffedShift
from optimizer.staff import LabourRules, Team

Kind = Literal["freed", "cut", "added", "removed", "moved"]

NOTICE_WEIGHTS: tuple[tuple[timedelta, float], ...] = (
    (timedelta(hours=24), 3.0),
    (timedelta(hours=72), 2.0),
)
"""What a change counts that comes with less notice than this; with more notice it counts 1."""


@dataclass(frozen=True)
class Published:
    """A roster that people know, and what it was made from.

    Parameters
    ----------
    assignments
        Who works what; those marked locked are never changed.
    shifts
        The plan that it fills.
    coverage
        A row per queue and interval, sorted by both, with ``queue, interval_start,
        required_primary, required_on_call``: what is required, and the period.
    team, rules
        Who works, and by which rules.
    timezone, interval_minutes
        The calendar's zone and grid.
    now
        Duties that have begun by then are history: they count, and none of them is changed.
    history
        Assignments before the period.
    settings
        Starts and lengths that further duties may have; None for those of the plan only.
    on_call
        What activation costs.
    """

    assignments: tuple[Assignment, ...]
    shifts: tuple[StaffedShift, ...]
    coverage: pd.DataFrame
    team: Team
    rules: LabourRules
    timezone: str
    interval_minutes: int
    now: datetime
    history: tuple[Assignment, ...] = ()
    settings: ShiftSettings | None = None
    on_call: OnCallSettings = field(default_factory=OnCallSettings)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now is a tz-aware instant.")
        names = {rep.rep_id for rep in self.team.reps}
        for one in (*self.assignments, *self.history):
            if one.rep_id not in names:
                raise ValueError(
                    f"{one.rep_id} has duties and is not in the team; keep the rep, with the last "
                    "day of employment."
                )

    def is_fixed(self, one: Assignment) -> bool:
        """Whether a duty may not be changed: it is locked or has begun."""
        return one.locked or one.shift.start < self.now


@dataclass(frozen=True)
class DutyChange:
    """A duty of one rep that is not as it was published.

    Parameters
    ----------
    kind
        ``freed``: the rep cannot work it any more; ``cut``: ends when the rep goes; ``added``,
        ``removed``, ``moved``: what the repair changes of the others.
    rep_id
        Whose duty.
    before, after
        As published and as it is now; None for none.
    weight
        How much it counts, more with less notice; nothing for what is freed or cut.
    why
        A few words.
    notice_hours
        From now until the first instant of the roster that it concerns.
    """

    kind: Kind
    rep_id: str
    before: Shift | None
    after: Shift | None
    weight: float
    why: str
    notice_hours: float

    @property
    def first(self) -> Shift:
        """The earlier of its shifts."""
        return min(shift for shift in (self.before, self.after) if shift is not None)


@dataclass(frozen=True)
class Gap:
    """Reps who are missing beyond those missing as published.

    Parameters
    ----------
    queue
        Where.
    start, end
        From when to when, in UTC.
    reps
        How many, at most.
    rep_hours
        Altogether.
    """

    queue: str
    start: datetime
    end: datetime
    reps: float
    rep_hours: float


@dataclass(frozen=True)
class Repair:
    """A published roster, mended.

    Parameters
    ----------
    roster
        With its findings; its report is on the weight of changes.
    shifts
        The plan that it fills: as published, with the places that moved or came.
    changes
        Against what was published, in order of time.
    gaps
        What stays open.
    is_proven
        Whether no other repair leaves less open, or as little with changes of less weight.
    broken
        Findings of rules that the published roster did not have.
    """

    roster: Roster
    shifts: tuple[StaffedShift, ...]
    changes: tuple[DutyChange, ...]
    gaps: tuple[Gap, ...]
    is_proven: bool
    broken: tuple[Finding, ...] = ()

    @property
    def chosen(self) -> tuple[DutyChange, ...]:
        """The changes that the repair itself makes, beside what was freed or cut."""
        return tuple(one for one in self.changes if one.kind not in ("freed", "cut"))

    @property
    def missing_hours(self) -> float:
        """Rep-hours that stay open."""
        return sum(gap.rep_hours for gap in self.gaps)


def change_weight(now: datetime, shifts: Iterable[Shift | None]) -> float:
    """Return how much a change of duties counts: more the sooner the first of them starts."""
    notice = min(shift.start for shift in shifts if shift is not None) - now
    return next((weight for below, weight in NOTICE_WEIGHTS if notice < below), 1.0)


def paired(
    before: Sequence[Assignment], after: Sequence[Assignment], team: Team
) -> list[tuple[str, Shift | None, Shift | None]]:
    """Return who has another duty than before, and which: a duty is compared with that of its day.

    A day is the rep's local day on which a duty starts.
    """
    zones = {rep.rep_id: rep.timezone for rep in team.reps}
    days: dict[tuple[str, object, int], list[Shift | None]] = {}
    for place, assignments in enumerate((before, after)):
        seen: dict[tuple[str, object], int] = {}
        for one in sorted(assignments, key=lambda one: (one.rep_id, one.shift)):
            day = local_shift(one.shift, zones[one.rep_id]).day
            # Somebody with two duties on a day breaks a rule, and still has two duties.
            number = seen[one.rep_id, day] = seen.get((one.rep_id, day), 0) + 1
            days.setdefault((one.rep_id, day, number), [None, None])[place] = one.shift
    return [(rep_id, old, new) for (rep_id, _, _), (old, new) in sorted(days.items()) if old != new]
