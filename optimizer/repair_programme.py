r"""Mends a roster by a programme on the reps and days that matter; everything else stays as it is.

Of some reps the duties of some days are released: each of them may keep the duty of a day, take
another, or be free. The constraints are those of `optimizer.roster_programme`, with what is not
released fixed, so a rule that binds a roster binds its repair. Its aim *cover* is another one here:
:math:`\sum_t u_t`, the rep-hours missing in interval t beyond those missing as published,

.. math::

    u_t \ge need_t - allowed_t - there_t - \sum_{rs} a_{st} x_{rs}

for primary and for both roles. After it come the weight of changes (with :math:`s_{rd}` the duty of
rep r on day d as published, :math:`w_{rd} (1 - x_{r s_{rd}})`, or :math:`w_{rd} \sum_s x_{rs}`
where there was none), wages, and then the contracts and wishes of the roster's own programme.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pulp

from optimizer.period import span
from optimizer.repair_people import People
from optimizer.repair_single import price
from optimizer.repair_task import RepairTask
from optimizer.repair_types import change_weight
from optimizer.roster import Assignment
from optimizer.roster_programme import Aim, Programme, build_programme
from optimizer.rules import Candidate, Member
from optimizer.shifts import Shift, ShiftSettings, StaffedShift
from optimizer.solver import Cancellation, SolverSettings, solve
from optimizer.staff import Team

SLIP = 1e-5
"""By which what an aim has reached may be missed while the next is solved."""

Released = Mapping[str, frozenset[date]]


@dataclass(frozen=True)
class Mended:
    """The duties of the released reps, and whether nothing better lies within what was released."""

    duties: Mapping[str, tuple[Shift, ...]]
    is_proven: bool


def mend(
    task: RepairTask,
    released: Released,
    could: Sequence[Shift],
    settings: SolverSettings,
    cancel: Cancellation | None = None,
) -> Mended | None:
    """Choose the duties of released reps and days anew.

    Parameters
    ----------
    released
        The local days of reps whose duties may change; those that are fixed stay.
    could
        Duties that may be given beside those that the released reps have.
    settings
        The time limit is that of all aims together.

    Returns
    -------
    Mended or None
        None when no plan was found in time.
    """
    if not released:
        return Mended({}, is_proven=True)
    people = task.people
    inside = _Inside(people, released, could)
    programme = inside.programme()
    aims = [
        *(aim for aim in programme.aims if aim.name not in ("cover", "contracts", "wishes")),
        _cover(programme, task, inside),
        _changes(programme, task, inside),
        _wages(programme, people),
        *(aim for aim in programme.aims if aim.name in ("contracts", "wishes")),
    ]
    problem = programme.problem
    started, is_proven = time.perf_counter(), True
    chosen: dict[str, tuple[Shift, ...]] | None = None
    for number, aim in enumerate(aims):
        left = settings.time_limit_seconds - (time.perf_counter() - started)
        if not len(aim.cost) or (chosen is not None and left < 0.1):
            is_proven = is_proven and not len(aim.cost)
            continue
        share = 0.6 if number == 0 else 1.0
        problem.setObjective(aim.cost)
        limits = replace(settings, time_limit_seconds=max(0.1, left * share))
        report = solve(problem, limits, cancel)
        if not report.has_plan:
            is_proven = False
            continue
        is_proven = is_proven and report.status == "OPTIMAL"
        chosen = inside.read(programme.members)
        reached = float(pulp.value(aim.cost))
        problem += aim.cost <= reached + SLIP * max(1.0, abs(reached)), f"keep_{number}"
    return None if chosen is None else Mended(chosen, is_proven)


class _Inside:
    """What is released, and what stays fixed beside it."""

    def __init__(self, people: People, released: Released, could: Sequence[Shift]) -> None:
        self.people, self.released = people, released
        # Rules that bind reps together need everybody; other rules do not see who is not released.
        self.others = (
            [rep_id for rep_id in people.reps if rep_id not in released]
            if people.binds_together
            else []
        )
        self.free: dict[tuple[str, date], Shift] = {}
        self.locked: list[Assignment] = []
        for rep_id, days in released.items():
            movable = set(people.movable(rep_id))
            for shift in people.duties[rep_id]:
                day = people.day(rep_id, shift)
                if shift in movable and day in days and (rep_id, day) not in self.free:
                    self.free[rep_id, day] = shift
                else:
                    self.locked.append(Assignment(rep_id, shift))
        self.shifts = sorted({*could, *self.free.values()})

    def programme(self) -> Programme:
        """Write down the roster's programme of the released reps, the others fixed beside them."""
        of, others = self.people.of, self.others
        named = [*self.released, *others]
        team = Team(
            tuple(self.people.reps[rep_id] for rep_id in named),
            tuple(one for one in of.team.absences if one.rep_id in self.released),
            tuple(one for one in of.team.preferences if one.rep_id in self.released),
        )
        beside = [
            Assignment(rep_id, shift) for rep_id in others for shift in self.people.duties[rep_id]
        ]
        return build_programme(
            tuple(StaffedShift(shift, len(self.released)) for shift in self.shifts),
            team,
            of.rules,
            (*self.locked, *beside),
            tuple(one for one in of.history if one.rep_id in named),
            span(of.coverage, of.interval_minutes),
            is_open=lambda rep_id, local: local.day in self.released.get(rep_id, ()),
        )

    def read(self, members: Sequence[Member]) -> dict[str, tuple[Shift, ...]]:
        """Return the duties of the released reps as they are chosen."""
        duties: defaultdict[str, list[Shift]] = defaultdict(list)
        for locked in self.locked:
            duties[locked.rep_id].append(locked.shift)
        for member in members:
            for one in member.candidates:
                if round(one.work.value() or 0.0) == 1:
                    duties[member.rep.rep_id].append(one.local.shift)
        return {rep_id: tuple(sorted(duties[rep_id])) for rep_id in self.released}


def _cover(programme: Programme, task: RepairTask, inside: _Inside) -> Aim:
    """Count the rep-hours missing in the intervals that released duties can touch."""
    book = task.book
    free = {(rep_id, shift) for (rep_id, _), shift in inside.free.items()}
    primary, both = book.add_up(
        shift for one, shift in task.people.all_duties() if (one, shift) not in free
    )
    brought: dict[str, dict[int, list[Any]]] = {
        "primary": defaultdict(list),
        "both": defaultdict(list),
    }
    for member in programme.members:
        for one in member.candidates:
            rows, there = book.brings(one.local.shift)
            for row, share in zip(range(rows.start, rows.stop), there, strict=True):
                brought["both"][row].append(share * one.work)
                if one.local.shift.role == "primary":
                    brought["primary"][row].append(share * one.work)
    costs, problem = [], programme.problem
    needs = {"primary": book.need_primary - primary, "both": book.need_both - both}
    for row in sorted(brought["both"]):
        lacking = {name: float(need[row] - book.allowed[row]) for name, need in needs.items()}
        most = max(0.0, *lacking.values())
        if not book.counts[row] or most <= 0:
            continue
        missing = problem.add_variable(f"missing_{row}", 0, most)
        costs.append(book.hours * missing)
        for name, need in lacking.items():
            if need > 0:
                total = missing + pulp.lpSum(brought[name].get(row, []))
                problem += total >= need, f"cover_{name}_{row}"
    price = ShiftSettings.understaffing_price
    soft = [one.price / price * one.units for one in programme.violations if one.price]
    return Aim("cover", (*costs, *soft))


def _changes(programme: Programme, task: RepairTask, inside: _Inside) -> Aim:
    """Weigh the days on which a released rep has another duty than so far, and bound their number.

    A rep has at most one duty on a day, so a day is changed or not.
    """
    costs, counts, now = [], [], task.people.of.now
    for member in programme.members:
        by_day: defaultdict[date, list[Candidate]] = defaultdict(list)
        for one in member.candidates:
            by_day[one.local.day].append(one)
        rep_id = member.rep.rep_id
        for day, candidates in by_day.items():
            old = inside.free.get((rep_id, day))
            kept = [one.work for one in candidates if one.local.shift == old]
            if kept:
                costs.append(change_weight(now, [old]) * (1 - kept[0]))
                counts.append(1 - kept[0])
                continue
            for one in candidates:
                costs.append(change_weight(now, [one.local.shift]) * one.work)
                counts.append(one.work)
    problem = programme.problem
    problem += pulp.lpSum(counts) <= task.most_changes, "most_changes"
    return Aim("changes", tuple(costs))


def _wages(programme: Programme, people: People) -> Aim:
    """Count what the released duties cost, in wages."""
    prices = {}
    costs = []
    for member in programme.members:
        for one in member.candidates:
            shift = one.local.shift
            if shift not in prices:
                prices[shift] = price(people, shift)
            costs.append(prices[shift] * one.work)
    return Aim("wages", tuple(costs))
