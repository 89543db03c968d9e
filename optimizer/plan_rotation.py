"""Plan who is on call in which week: a rotation over a year, swaps and stand-ins included.

The turns are an integer programme (`optimizer.rotation_programme`); swaps then exchange two weeks
and leave all others alone, so they never move anybody who did not agree to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from data.errors import InputError
from optimizer.report import Finding, SolveReport, SolveStatus
from optimizer.roster import AimReport
from optimizer.rotation import (
    EVEN,
    Duty,
    Load,
    Rotation,
    RotationSettings,
    Swap,
    rotation_members,
)
from optimizer.rotation_people import People, people_of, task_of, turn_owners
from optimizer.rotation_programme import Turns, choose_turns
from optimizer.rotation_turns import Held, Seat, apply_swaps, cover_days, duties_of, seat_turns
from optimizer.rotation_weeks import DAYS_PER_WEEK, RotationWeeks
from optimizer.solver import SolverSettings, report_of
from optimizer.staff import Team


def plan_rotation(
    team: Team,
    settings: RotationSettings,
    weeks: RotationWeeks,
    *,
    history: Sequence[Duty] = (),
    swaps: Sequence[Swap] = (),
    solver: SolverSettings | None = None,
) -> Rotation:
    """Plan a rotation.

    Parameters
    ----------
    team
        The people and their absences; a joiner counts from `employed_from` on.
    weeks
        The horizon; the hand-over is that of the settings.
    history
        The rotation as it stands. Weeks before the horizon count as load and for the queue; weeks
        within it are published and move only where fairness or an absence asks for it.
    swaps
        Weeks that two people exchange, taken in this order.
    solver
        When to stop.

    Raises
    ------
    InputError
        When nobody takes part or a swap cannot be.
    """
    base = plan_base(team, settings, weeks, history=history, solver=solver)
    return with_swaps(base, swaps)


@dataclass(frozen=True)
class Base:
    """A rotation before swaps: whose turn each week is.

    Parameters
    ----------
    people, settings, history
        What it was planned from.
    before
        By member, weeks before the horizon on call, counted back from -1.
    chosen
        The turns.
    """

    people: People
    settings: RotationSettings
    history: tuple[Duty, ...]
    before: tuple[frozenset[int], ...]
    chosen: Turns


def plan_base(
    team: Team,
    settings: RotationSettings,
    weeks: RotationWeeks,
    *,
    history: Sequence[Duty] = (),
    solver: SolverSettings | None = None,
) -> Base:
    """Choose whose turn each week is; the parameters are those of `plan_rotation`.

    Raises
    ------
    InputError
        When nobody takes part, or the history's weeks begin on another day.
    """
    _check_history(weeks, history)
    members = rotation_members(team, settings)
    people = people_of(members, team.absences, settings, weeks, history)
    task = task_of(people, settings, history)
    chosen = choose_turns(task, solver or SolverSettings())
    return Base(people, settings, tuple(history), task.before, chosen)


def with_swaps(base: Base, swaps: Sequence[Swap] = ()) -> Rotation:
    """Return the rotation with seats, people who stand in, and swaps.

    Raises
    ------
    InputError
        When a swap cannot be.
    """
    people, settings, chosen = base.people, base.settings, base.chosen
    first = people.weeks.first
    owners = turn_owners(base.history)
    published = {key: owner for key, owner in owners.items() if key[0] >= first}
    turns = seat_turns(people, chosen.held, published)
    cover_days(people, turns, base.history)
    apply_swaps(people, turns, swaps, base.history)
    rotation = Rotation(
        weeks=people.weeks,
        duties=duties_of(people, turns),
        loads=_loads(people, chosen),
        findings=_findings(people, settings, turns),
        notes=(),
        weeks_between=_weeks_between(base.before, chosen),
        report=_total(chosen.aims),
        aims=chosen.aims,
    )
    return replace(rotation, notes=_notes(people, rotation, turns, settings))


def _check_history(weeks: RotationWeeks, history: Sequence[Duty]) -> None:
    """Refuse published weeks that begin on another day than those to be planned."""
    for duty in history:
        if duty.week > weeks.first and (duty.week - weeks.first).days % DAYS_PER_WEEK:
            raise InputError(
                f"The history has a week that begins on {duty.week}, a {duty.week:%A}; those to "
                f"be planned begin on {weeks.first:%A}s: mend handover_day, or leave it out"
            )


def _loads(people: People, chosen: Turns) -> tuple[Load, ...]:
    turns = chosen.held.sum(axis=1)
    whole = people.away.all(axis=2) | ~people.employed
    return tuple(
        Load(
            member,
            int(people.before[i]),
            int(turns[i]),
            float(people.fair[i]),
            int(whole[i].sum()),
        )
        for i, member in enumerate(people.members)
    )


def _findings(
    people: People, settings: RotationSettings, turns: Mapping[Seat, Held]
) -> tuple[Finding, ...]:
    """Say when nobody is on call, for each seat."""
    findings = []
    for week, name in enumerate(people.weeks.names):
        for seat in range(1, settings.people + 1):
            turn = turns.get((week, seat))
            days = DAYS_PER_WEEK
            if turn is not None:
                days = sum(cover is None for cover in turn.covers.values())
            if days:
                which = "" if settings.people == 1 else f" in seat {seat}"
                sentence = (
                    f"Nobody is on call{which} on {days} of the 7 days of the week of {name}: "
                    f"{_who_is_away(people, week)}."
                )
                findings.append(Finding("uncovered", f"{name}", float(days), sentence, "shortfall"))
    return tuple(findings)


def _who_is_away(people: People, week: int) -> str:
    gone = [
        member.rep.rep_id
        for i, member in enumerate(people.members)
        if not people.present[i, week].all()
    ]
    return f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} away" if gone else "too few"


def _weeks_between(before: Sequence[frozenset[int]], chosen: Turns) -> int | None:
    gaps: list[int] = []
    for weeks, held in zip(before, chosen.held, strict=True):
        every = [*sorted(weeks)[-1:], *(int(week) for week in np.flatnonzero(held))]
        gaps += [late - early - 1 for early, late in pairwise(every)]
    return min(gaps, default=None)


def _notes(
    people: People, rotation: Rotation, turns: Mapping[Seat, Held], settings: RotationSettings
) -> tuple[str, ...]:
    """Say why loads or rest are not what one would expect."""
    notes = _uneven(people, rotation)
    between, asked = rotation.weeks_between, settings.min_weeks_between
    if between is not None and between < asked:
        proven = _proven(rotation, "filled", "whole", "rest")
        claim = "no plan that fills the weeks" if proven else "no plan that was found in time"
        notes.append(
            f"Somebody has only {between} weeks between two turns, of {asked} asked for: "
            f"{claim} has fewer such turns."
        )
    names = people.weeks.names
    for (week, _), turn in sorted(turns.items()):
        if turn.holder == turn.owner:
            continue
        rep_id = people.members[turn.holder].rep.rep_id
        for beside in (week - 1, week + 1):
            if any(held.holder == turn.holder for at, held in turns.items() if at[0] == beside):
                first = names[min(week, beside)]
                notes.append(f"By a swap {rep_id} has two weeks in a row, from {first} on.")
    return tuple(dict.fromkeys(notes))


def _uneven(people: People, rotation: Rotation) -> list[str]:
    """Say who is a turn or more off the fair number, and what stands in the way."""
    if rotation.is_even:
        return []
    away = np.asarray(np.any(~people.present, axis=2)).sum(axis=1)
    there = np.asarray(np.all(people.present, axis=2))
    parts = []
    for i, load in enumerate(rotation.loads):
        if abs(load.excess) < 1 - EVEN:
            continue
        if load.excess < 0:
            why = f"away in all or part of {away[i]} of {people.weeks.count} weeks"
        else:
            weeks = int((there[i] & (there.sum(axis=0) == 1)).sum())
            why = f"nobody else is there all week in {weeks} weeks"
        if load.before:
            why += f"; {load.before} turns came before"
        parts.append(
            f"{load.member.rep.rep_id} has {load.before + load.turns} turns where "
            f"{load.fair:.1f} are fair ({why})"
        )
    proven = _proven(rotation, "filled", "whole", "rest", "fair")
    claim = "no plan has more equal ones" if proven else "no better plan was found in time"
    return [f"Loads differ by more than a week, and {claim}: {', '.join(parts)}."]


def _proven(rotation: Rotation, *aims: str) -> bool:
    return all(aim.report.status is SolveStatus.OPTIMAL for aim in rotation.aims if aim.aim in aims)


def _total(aims: Sequence[AimReport]) -> SolveReport:
    """Sum the aims up: a plan exists when the first aim has one, and is proven when all are."""
    seconds = sum(aim.report.seconds for aim in aims)
    first = aims[0].report
    if not first.has_plan:
        return replace(first, seconds=seconds)
    costs = [aim.report.objective for aim in aims if aim.report.objective is not None]
    bounds = [aim.report.bound for aim in aims]
    is_proven = all(aim.report.status is SolveStatus.OPTIMAL for aim in aims)
    known = [bound for bound in bounds if bound is not None]
    bound = sum(known) if len(known) == len(costs) == len(aims) else None
    return report_of(sum(costs), bound, seconds, is_proven=is_proven)
