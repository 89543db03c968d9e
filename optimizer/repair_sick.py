"""A sick call: a rep is away from one instant to another, and the roster is mended at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from optimizer.repair import QUICK, replan
from optimizer.repair_cover import CoverBook
from optimizer.repair_people import People
from optimizer.repair_result import cut, finish, left_of
from optimizer.repair_substitutes import Substitute, Substitutes, substitutes
from optimizer.repair_types import Published, Repair
from optimizer.shifts import Shift
from optimizer.solver import Cancellation, SolverSettings
from optimizer.staff import Absence

CHANGES_A_DUTY = 3
"""Duties of others that may change for each that came free, where nothing else is asked for."""


@dataclass(frozen=True)
class SickCall:
    """What to do when somebody is away.

    Parameters
    ----------
    absence
        Who, and when.
    freed
        The duties that came free; of one that has begun what is left of it.
    repair
        The roster, mended with the fewest changes.
    substitutes
        For each freed duty who could take it, the best first.
    """

    absence: Absence
    freed: tuple[Shift, ...]
    repair: Repair
    substitutes: tuple[Substitutes, ...]


def sick_call(
    of: Published,
    absence: Absence,
    *,
    locked: Collection[tuple[str, Shift]] = (),
    most_changes: int | None = None,
    solver: SolverSettings = QUICK,
    cancel: Cancellation | None = None,
) -> SickCall:
    """Free the duties of a rep who is away, mend the roster and rank substitutes.

    Parameters
    ----------
    of
        The roster as published.
    absence
        Who is away; a duty that runs when it begins ends there.
    locked
        Duties that stay, beside those that are marked locked.
    most_changes
        Of others' duties; by default three for each that comes free.
    solver, cancel
        As of `optimizer.repair.replan`.

    Raises
    ------
    ValueError
        When the rep is not in the team.
    """
    team = replace(of.team, absences=(*of.team.absences, absence))
    pinned = set(locked)
    marked = tuple(
        replace(one, locked=one.locked or (one.rep_id, one.shift) in pinned)
        for one in of.assignments
    )
    of = replace(of, assignments=marked)
    kept = left_of(of, team, ())
    freed = freed_duties(of, absence.rep_id, {one.shift for one in kept
                                              if one.rep_id == absence.rep_id})  # fmt: skip
    most = CHANGES_A_DUTY * max(1, len(freed)) if most_changes is None else most_changes
    repair = replan(
        of,
        team=team,
        aside=(absence.rep_id,),
        most_changes=most,
        solver=solver,
        cancel=cancel,
    )
    people = People(replace(of, team=team), kept, (absence.rep_id,))
    ranked = tuple(substitutes(people, shift) for shift in freed)
    return SickCall(absence, freed, repair, ranked)


def apply_substitutes(of: Published, absence: Absence, chosen: Sequence[Substitute]) -> Repair:
    """Return the roster with a rep away and substitutes of one's choice, audited.

    Parameters
    ----------
    of
        The roster as published.
    absence
        Who is away.
    chosen
        One for each duty that is to be worked; the others stay open.
    """
    team = replace(of.team, absences=(*of.team.absences, absence))
    now = replace(of, team=team)
    kept = left_of(of, team, ())
    people = People(now, kept, (absence.rep_id,))
    for one in chosen:
        people.take(one.rep_id, one.out, one.into)
    book = CoverBook(of.coverage, of.interval_minutes, of.now)
    book.allow(one.shift for one in of.assignments)
    return finish(of, now, book, kept, dict(people.duties), is_proven=False)


def freed_duties(of: Published, rep_id: str, kept: Collection[Shift]) -> tuple[Shift, ...]:
    """Return a rep's duties that are not among those kept, and the rest of one that was cut."""
    freed = []
    for one in of.assignments:
        if one.rep_id != rep_id or one.shift in kept:
            continue
        begun = next((shift for shift in kept if shift.start == one.shift.start), None)
        freed.append(one.shift if begun is None else rest_of(one.shift, begun.end))
    return tuple(sorted(freed))


def rest_of(shift: Shift, start: datetime) -> Shift:
    """Return what is left of a shift that somebody else takes up later."""
    whole = cut(shift, shift.end)
    breaks = tuple(one for one in whole.breaks if one.start >= start)
    return replace(whole, start=start, breaks=breaks)
