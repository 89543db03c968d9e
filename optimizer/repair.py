"""Mends a published roster with the fewest changes: people who are away, more to do, another team.

First rules are kept, then as little is missing beyond what was missing as published, then the
changes weigh least, and only then wages, contracts and wishes count. Duties that are locked or have
begun stay as they are, whatever that costs.

Freed duties without which nobody is missing are not given to anybody. Where somebody is, every
change of a single duty is looked at first (`optimizer.repair_single`); one after which nobody is
missing cannot be beaten. Where one is not enough, more follow, and a programme on the reps and
days that matter looks for fewer (`optimizer.repair_programme`), on more and more of them while time
lasts. What comes out is audited as any roster is.
"""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from optimizer.cover import COVERAGE_COLUMNS
from optimizer.repair_cover import CoverBook
from optimizer.repair_nearby import FEW_REPS, is_everything, neighbourhoods
from optimizer.repair_people import People
from optimizer.repair_programme import mend
from optimizer.repair_result import finish, lawful, left_of
from optimizer.repair_shifts import at_site, further_shifts, known_shifts
from optimizer.repair_single import best_single
from optimizer.repair_task import RepairTask
from optimizer.repair_types import Published, Repair, change_weight, paired
from optimizer.roster import Assignment
from optimizer.shifts import Shift
from optimizer.solver import Cancellation, SolverSettings
from optimizer.staff import Team

QUICK = SolverSettings(time_limit_seconds=2.4, gap=0.0)
"""A repair is waited for; a few seconds are enough for a team of hundreds."""

MANY = 1_000
"""Changes: as good as no bound."""

LEAST_SECONDS = 0.3
"""With less time left no further programme is begun."""

FURTHER = 8
"""Duties that may change where not everybody is released, beside twice those changed one by one:
time may be over when cover is found and before its changes are few."""

TWO = 2

MOST_SINGLES = 8
"""Changes one after the other for one gap."""

LEAST_WORTH = 0.5
"""Rep-hours that a further change has to bring, so that nobody is called for minutes."""


def replan(
    of: Published,
    *,
    team: Team | None = None,
    coverage: pd.DataFrame | None = None,
    free: Collection[tuple[str, Shift]] = (),
    locked: Collection[tuple[str, Shift]] = (),
    aside: Collection[str] = (),
    most_changes: int | None = None,
    solver: SolverSettings = QUICK,
    cancel: Cancellation | None = None,
) -> Repair:
    """Mend a published roster with the fewest changes.

    Parameters
    ----------
    of
        The roster as published, and what it was made from.
    team
        As it is now, with the absences that are known now; None when nothing changed. Duties that
        their reps cannot work any more are freed.
    coverage
        What is required now, in the rows of the published coverage; None when nothing changed.
    free
        Duties to be freed in any case.
    locked
        Duties that stay, beside those that are marked locked.
    aside
        Reps who are not asked: they keep what they can still work and get nothing else.
    most_changes
        So many duties change at most beside those that are freed, whatever stays open; None for as
        many as it takes.
    solver
        When to stop looking for fewer changes.
    cancel
        Ends the search early; what was found so far is returned.

    Raises
    ------
    ValueError
        When somebody with duties is not in the team, or the coverage has other rows.
    """
    pinned = frozenset(locked)
    of = replace(
        of,
        assignments=tuple(
            replace(one, locked=one.locked or (one.rep_id, one.shift) in pinned)
            for one in of.assignments
        ),
    )
    now = replace(
        of,
        team=of.team if team is None else team,
        coverage=_required(of.coverage if coverage is None else coverage),
    )
    if len(now.coverage) != len(of.coverage):
        raise ValueError("What is required now has other rows than the published coverage.")
    book = CoverBook(of.coverage, of.interval_minutes, of.now)
    book.allow(one.shift for one in of.assignments)
    allowed = book.allowed
    book = CoverBook(now.coverage, of.interval_minutes, of.now)
    book.allowed = allowed
    kept = lawful(of, now, left_of(of, now.team, free))
    could = tuple(sorted({*known_shifts(of), *further_shifts(of)}))
    people = People(now, kept, aside)
    most = MANY if most_changes is None else most_changes
    task = RepairTask(people, book, could, most)
    duties, is_proven = _search(task, solver, cancel)
    duties = {
        rep_id: tuple(at_site(of, shift, people.reps[rep_id].site) for shift in own)
        for rep_id, own in duties.items()
    }
    return finish(of, now, book, kept, duties, is_proven=is_proven)


def _required(coverage: pd.DataFrame) -> pd.DataFrame:
    return coverage[list(COVERAGE_COLUMNS[:4])].reset_index(drop=True)


def _search(
    task: RepairTask, solver: SolverSettings, cancel: Cancellation | None
) -> tuple[Mapping[str, tuple[Shift, ...]], bool]:
    """Return everybody's duties after the repair, and whether it is proven to be the best."""
    begun, people = time.perf_counter(), task.people
    before = dict(people.duties)
    each = _one_by_one(task)
    best = dict(people.duties)
    is_closed = not task.missing_hours(best) and not people.broken_together(best)
    if is_closed and all(number == 1 for number in each):
        return best, True
    # A gap that no one change closes and two do: only which two is open, and in a large team
    # looking for that takes longer than it is worth.
    if is_closed and max(each, default=0) == TWO and len(people.reps) > FEW_REPS:
        return best, False
    people.duties.clear()
    people.duties.update(before)
    value = _value(task, before, best)
    few = replace(task, most_changes=min(task.most_changes, FURTHER + 2 * _changed(before, best)))
    for released, some in neighbourhoods(task):
        left = solver.time_limit_seconds - (time.perf_counter() - begun)
        if left < LEAST_SECONDS or (cancel is not None and cancel.is_cancelled):
            break
        limits = replace(solver, time_limit_seconds=left)
        is_whole = is_everything(task, released, some)
        found = mend(task if is_whole else few, released, some, limits, cancel)
        if found is None:
            continue
        duties = {**before, **found.duties}
        reached = _value(task, before, duties)
        if reached < value and _is_allowed(people, found.duties):
            best, value = duties, reached
        if found.is_proven and is_whole:
            return best, True
    return best, False


def _changed(
    before: Mapping[str, tuple[Shift, ...]], after: Mapping[str, tuple[Shift, ...]]
) -> int:
    """Return how many duties somebody has after that they did not have before."""
    return sum(len(set(own) - set(before.get(rep_id, ()))) for rep_id, own in after.items())


def _is_allowed(people: People, duties: Mapping[str, Sequence[Shift]]) -> bool:
    """Whether the audit finds no rule broken by duties of reps that was not broken so far."""
    return not any(
        people.breaks(rep_id, own)
        for rep_id, own in duties.items()
        if tuple(own) != people.duties.get(rep_id, ())
    )


def _value(
    task: RepairTask,
    before: Mapping[str, tuple[Shift, ...]],
    after: Mapping[str, tuple[Shift, ...]],
) -> tuple[float, float, float]:
    """Return what is broken and missing with other duties, and the weight of the changes."""
    people = task.people
    listed = [
        [Assignment(rep_id, shift) for rep_id, own in duties.items() for shift in own]
        for duties in (before, after)
    ]
    changes = paired(listed[0], listed[1], people.of.team)
    weight = sum(change_weight(people.of.now, (old, new)) for _, old, new in changes)
    broken = round(people.broken_together(after), 4)
    return broken, round(task.missing_hours(after), 4), weight


def _one_by_one(task: RepairTask) -> tuple[int, ...]:
    """Make the best single changes, gap by gap; return how many changes each gap took.

    A gap that one change closes needs at least one. Gaps farther apart than any duty is long are
    not closed by one change, so as many changes as gaps are the fewest.
    """
    longest = max((shift.length for shift in task.could), default=timedelta(0))
    gaps = task.book.gaps(task.missing(), longest)
    made = []
    later = sum(rows for _, rows in gaps)
    for _, rows in gaps:
        later = later - rows
        made.append(0)
        for _ in range(MOST_SINGLES):
            # What a change leaves open elsewhere belongs to the gap that it was made for.
            open_rows = (task.missing() > 0) & (later == 0)
            if not open_rows.any() or sum(made) == task.most_changes:
                break
            touching = [
                shift for shift in task.could if open_rows[task.book.brings(shift)[0]].any()
            ]
            found = best_single(task, touching, LEAST_WORTH)
            if found is None:
                break
            task.people.take(found.rep_id, found.out, found.into)
            made[-1] += 1
    return tuple(made)
