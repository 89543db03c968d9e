"""The part of the audit that judges the coverage of a roster, counted again from its inputs.

Shares nothing with the programmes that make plans, as `optimizer.audit` does not.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.report import Finding
from optimizer.roster import Roster
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Team

Reps = npt.NDArray[np.float64]
TINY = 1e-6  # shares of an interval are written in so many digits


def judge_coverage(roster: Roster, shifts: Sequence[StaffedShift], team: Team) -> Iterator[Finding]:
    """Judge what the roster's coverage says, and what is required and lies in no shift.

    What the roster leaves of the shifts is told shift by shift by `optimizer.audit`; this tells
    what the shifts themselves leave, and which queues nobody can work.
    """
    worked = [StaffedShift(one.shift, 1) for one in roster.assignments]
    yield from _counts(roster, worked)
    unknown = set(_queues_nobody_works(roster, shifts, team))
    for queue in sorted(unknown):
        yield _lacking_skill(queue, roster, shifts, team)
    yield from _left_by_the_plan(roster, shifts, worked, unknown)


def _counts(roster: Roster, worked: Sequence[StaffedShift]) -> Iterator[Finding]:
    """Check that the reps that the roster's coverage counts are those of its assignments."""
    for role in ("primary", "on_call"):
        present = _present(roster, worked, role)
        columns = (roster.coverage[name] for name in ("queue", "interval_start", role))
        for queue, start, counted, there in zip(*columns, present, strict=True):
            if abs(there - counted) > TINY:
                where = f"{queue} {pd.Timestamp(start).isoformat()}"
                sentence = (
                    f"Coverage counts {counted:g} {role} reps at {where}; {there:g} are there."
                )
                yield Finding("coverage", where, float(abs(there - counted)), sentence)


def _queues_nobody_works(
    roster: Roster, shifts: Sequence[StaffedShift], team: Team
) -> Iterator[str]:
    """Yield the queues that are required or planned and are nobody's skill."""
    required = roster.coverage[["required_primary", "required_on_call"]].sum(axis=1) > 0
    asked = set(roster.coverage.loc[required, "queue"]) | {one.shift.queue for one in shifts}
    for queue in asked:
        if not any(len(rep.skills) == 0 or queue in rep.skills for rep in team.reps):
            yield str(queue)


def _lacking_skill(
    queue: str, roster: Roster, shifts: Sequence[StaffedShift], team: Team
) -> Finding:
    rows = roster.coverage[roster.coverage["queue"] == queue]
    required = int(rows[["required_primary", "required_on_call"]].to_numpy().sum())
    hours = required * roster.interval_minutes / 60 or sum(
        one.reps * one.shift.hours for one in shifts if one.shift.queue == queue
    )
    known = ", ".join(sorted(set().union(*(rep.skills for rep in team.reps)))) or "none"
    sentence = (
        f"Nobody in the team can work {queue}, which requires {hours:g} rep-hours: add the skill "
        f"{queue} to reps; the team's skills are {known}."
    )
    return Finding("team_skills", queue, float(hours), sentence, "shortfall")


@dataclass
class _Gap:
    """What a queue lacks on a day: intervals without enough of each tier, and their span."""

    first: datetime
    last: datetime
    lacking: dict[str, float] = field(default_factory=lambda: {"primary": 0, "on-call": 0})


def _left_by_the_plan(
    roster: Roster,
    shifts: Sequence[StaffedShift],
    worked: Sequence[StaffedShift],
    passed_over: Iterable[str],
) -> Iterator[Finding]:
    """Add up by queue and local day what is required and neither planned nor worked."""
    step = timedelta(minutes=roster.interval_minutes)
    gaps = _gaps(roster, shifts, worked, set(passed_over))
    for (queue, day), gap in sorted(gaps.items()):
        hours = {tier: count * (step / timedelta(hours=1)) for tier, count in gap.lacking.items()}
        tiers = " and ".join(f"{each:g} {tier}" for tier, each in hours.items() if each)
        total = sum(hours.values())
        noun = "rep-hour that is" if total == 1 else "rep-hours that are"
        local = ZoneInfo(roster.timezone)
        last = (gap.last.astimezone(UTC) + step).astimezone(local)
        end = f"{last:%H:%M}" if last.date() == day else "24:00"
        sentence = (
            f"{queue} {day}: no shift of the plan covers {tiers} {noun} required between "
            f"{gap.first:%H:%M} and {end}."
        )
        yield Finding("understaffing", f"{queue} {day}", total, sentence, "shortfall")


def _gaps(
    roster: Roster,
    shifts: Sequence[StaffedShift],
    worked: Sequence[StaffedShift],
    passed_over: set[str],
) -> Mapping[tuple[str, date], _Gap]:
    """Return what is missing although every shift were filled, in reps by tier."""
    there = {
        role: np.maximum(_present(roster, shifts, role), _present(roster, worked, role))
        for role in ("primary", "on_call")
    }
    wanted = roster.coverage["required_primary"].to_numpy()
    both = wanted + roster.coverage["required_on_call"].to_numpy()
    lacks_primary = np.maximum(0, wanted - there["primary"])
    lacks_both = np.maximum(0, both - there["primary"] - there["on_call"])
    local = pd.DatetimeIndex(roster.coverage["interval_start"]).tz_convert(roster.timezone)
    gaps: dict[tuple[str, date], _Gap] = {}
    for place in map(int, np.flatnonzero(np.maximum(lacks_primary, lacks_both) > TINY)):
        queue, start = str(roster.coverage["queue"].iloc[place]), local[place].to_pydatetime()
        if queue in passed_over:
            continue
        gap = gaps.setdefault((queue, start.date()), _Gap(start, start))
        gap.first, gap.last = min(gap.first, start), max(gap.last, start)
        gap.lacking["primary"] += float(lacks_primary[place])
        gap.lacking["on-call"] += float(max(0, lacks_both[place] - lacks_primary[place]))
    return gaps


def _present(roster: Roster, staffed: Iterable[StaffedShift], role: str) -> Reps:
    """Count, for each row of the coverage, the reps of a role who are there all of the interval.

    Whoever is on a break in it counts for the rest of it.
    """
    by_queue: defaultdict[str, Counter[Shift]] = defaultdict(Counter)
    for one in staffed:
        if one.shift.role == role:
            by_queue[one.shift.queue][one.shift] += one.reps
    step = timedelta(minutes=roster.interval_minutes)
    counted = np.zeros(len(roster.coverage))
    for queue, places in roster.coverage.groupby("queue").indices.items():
        known = sorted(by_queue[str(queue)].items(), key=lambda each: each[0].start)
        begins = [shift.start for shift, _ in known]
        longest = max((shift.length for shift, _ in known), default=timedelta())
        column = roster.coverage["interval_start"].iloc[places]
        for place, start in zip(places, column.dt.to_pydatetime(), strict=True):
            # Whoever is there has begun by then, and no longer ago than the longest shift lasts.
            near = slice(bisect_left(begins, start - longest), bisect_right(begins, start))
            counted[place] = sum(
                reps * _share_there(shift, start, start + step)
                for shift, reps in known[near]
                if shift.start <= start and start + step <= shift.end
            )
    return counted


def _share_there(shift: Shift, start: datetime, end: datetime) -> float:
    if not shift.breaks:
        return 1
    overlaps = (min(end, one.end) - max(start, one.start) for one in shift.breaks)
    return 1 - sum((max(each, timedelta()) for each in overlaps), timedelta()) / (end - start)
