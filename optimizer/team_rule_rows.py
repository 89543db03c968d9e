r"""Rules that bind reps together: who has to be there beside whom.

Between two instants at which shifts of a queue start or end nothing changes. With :math:`P_t` 1
when anybody works primary on the queue in such a stretch t and :math:`E_t` those of the level at
work, :math:`m P_t \le E_t`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pulp

from optimizer.labour_rules import LabourRules
from optimizer.local_shifts import LocalShift
from optimizer.members import Member
from optimizer.rule_rows import RuleRows
from optimizer.shifts import Shift

HOUR = timedelta(hours=1)


def proficiency(rows: RuleRows, members: Sequence[Member], rules: LabourRules) -> None:
    """While anybody works primary on a queue, enough of those at work have the level."""
    for place, rule in enumerate(rules.proficiency):
        stretches = _stretches(members, rule.queue)
        for number, (start, end) in enumerate(stretches):
            present = list(_present(members, rule.queue, start, end))
            planned = [work for _, work, is_planned in present if is_planned]
            if not planned:
                continue
            able = [
                work for member, work, _ in present if member.rep.level(rule.queue) >= rule.level
            ]
            if any(isinstance(work, int) for work in planned):
                anybody: Any = 1
            else:
                anybody = rows.whether(f"proficiency_{place}_{number}", planned)
            excess = rule.reps * anybody - pulp.lpSum(able)
            rows.hold("proficiency", None, f"{place}_{number}", excess, (end - start) / HOUR)


def _stretches(members: Sequence[Member], queue: str) -> list[tuple[datetime, datetime]]:
    """Return the stretches of time in which who may be at work on a queue does not change."""
    moments: set[datetime] = set()
    for member in members:
        for local in (*member.fixed, *(one.local for one in member.candidates)):
            if _is_work(local, queue):
                moments |= {local.shift.start, local.shift.end}
    ordered = sorted(moments)
    return list(pairwise(ordered))


def _present(
    members: Sequence[Member], queue: str, start: datetime, end: datetime
) -> Iterator[tuple[Member, Any, bool]]:
    """Yield who is at work in a stretch, or may be, and whether in a shift of the period."""
    for member in members:
        for one in member.candidates:
            if _is_work(one.local, queue) and _holds(one.local.shift, start, end):
                yield member, one.work, True
        for local in member.fixed:
            if _is_work(local, queue) and _holds(local.shift, start, end):
                yield member, 1, local in member.locked


def mentors(rows: RuleRows, members: Sequence[Member], _: LabourRules) -> None:
    """Whoever has mentors works primary only within a shift that one of them works on the queue."""
    by_id = {member.rep.rep_id: member for member in members}
    one = pulp.LpAffineExpression(constant=1)
    for member in members:
        if not member.rep.mentors:
            continue
        beside = [by_id[name] for name in member.rep.mentors]
        planned = [(each.local, each.work) for each in member.candidates]
        planned += [(local, one) for local in member.locked]
        for number, (local, work) in enumerate(planned):
            if local.shift.role == "primary":
                excess = work - pulp.lpSum(_within(beside, local.shift))
                rows.hold("mentors", member, str(number), excess, local.shift.hours)


def _within(mentors: Sequence[Member], shift: Shift) -> Iterator[Any]:
    """Yield the mentors' shifts on a shift's queue that hold the whole of it."""
    for mentor in mentors:
        for one in mentor.candidates:
            if _is_work(one.local, shift.queue) and _holds(one.local.shift, shift.start, shift.end):
                yield one.work
        for local in mentor.fixed:
            if _is_work(local, shift.queue) and _holds(local.shift, shift.start, shift.end):
                yield 1


def _is_work(local: LocalShift, queue: str) -> bool:
    return local.shift.queue == queue and local.shift.role == "primary"


def _holds(shift: Shift, start: datetime, end: datetime) -> bool:
    return shift.start <= start and end <= shift.end
