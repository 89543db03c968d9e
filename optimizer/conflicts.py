"""Why something of a roster cannot be had: the smallest set of rules in the way, in words.

What is looked at: shifts that lack reps, contract minima that are not met, times that a rep must
work, locks that contradict each other, and any shift that is wanted for a rep.

A shift that lacks reps is first asked for with everything else free to change, within scopes that
grow (`optimizer.conflict_questions`): the shift itself, its day, its week, all that competes for
the same people, and, where that is not too much, the whole roster. What is found there holds
whatever else is changed. Where the scopes leave it open, it is asked for with all other shifts
staying as they are: a set of rules is in the way if it has one of what keeps each rep out.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from data.clock import week_start
from optimizer.conflict_answers import decide, within_scope
from optimizer.conflict_programme import Switched, UndecidedError
from optimizer.conflict_questions import (
    fill_question,
    hours_question,
    kinds_able,
    locks_question,
    nearby,
    shift_question,
)
from optimizer.conflict_types import Conflict, Wanted
from optimizer.kept_out import as_it_stands
from optimizer.local_shifts import local_shift, owed_minutes, wall_time
from optimizer.obstacles import day_text, moment_text, shift_text
from optimizer.shifts import Shift
from optimizer.staff import Preference
from optimizer.standing import Standing

MOST_PAIRS = 600
"""Of rep and shift, up to which a scope is asked about."""

HOUR = timedelta(hours=1)
SPANS = (timedelta(), timedelta(hours=12), timedelta(days=2))
"""Around a shift, within which its competitors are looked at first."""


def find_conflicts(standing: Standing, most: int | None = None) -> Iterator[Conflict]:
    """Yield what a roster does not have and why: locks, musts, shifts by hours missing, contracts.

    Parameters
    ----------
    most
        Of each kind; None for all.
    """
    locked = contradicted_locks(standing)
    yield from islice((explain_locks(standing, rep_id) for rep_id in locked), most)
    yield from islice((explain_must(standing, one) for one in unmet_musts(standing)), most)
    lacking = sorted(standing.unfilled, key=lambda one: (-one.shift.hours * one.reps, one.shift))
    yield from islice((explain_unfilled(standing, one.shift) for one in lacking), most)
    short = short_contracts(standing)
    yield from islice((explain_contract(standing, *one) for one in short), most)


def explain_unfilled(standing: Standing, shift: Shift) -> Conflict:
    """Say what keeps a shift from having one more rep."""
    lacking = max(1, standing.asked[shift] - standing.filled[shift])
    reps = "1 rep" if lacking == 1 else f"{lacking} reps"
    sentence = f"{shift_text(local_shift(shift, standing.timezone))} lacks {reps}"
    wanted = Wanted("unfilled", sentence, shift.hours, shift)
    try:
        found = _whatever_changes(standing, wanted, shift)
    except UndecidedError:
        found = None
    return found or as_it_stands(standing, wanted)


def explain_contract(standing: Standing, rep_id: str, week: date) -> Conflict:
    """Say what keeps a rep from the hours that the contract asks for in an ISO week.

    Parameters
    ----------
    week
        Its Monday, in the rep's zone.
    """
    owed, now = _owed(standing, rep_id, week), standing.people[rep_id].week_minutes(week) / 60
    sentence = f"works {now:g} h of {owed:g} h in the week of {day_text(week)}"
    question = hours_question(standing, rep_id, week, owed, now)
    return decide(standing, question, Wanted("contract", sentence, owed - now, None, rep_id))


def explain_must(standing: Standing, wish: Preference) -> Conflict:
    """Say what keeps a rep from a shift that holds all of a time that they must work."""
    zone = standing.people[wish.rep_id].rep.timezone
    first, last = (moment_text(wall_time(one, zone)) for one in (wish.start, wish.end))
    sentence = f"must work from {first} to {last}"
    wanted = Wanted("must", sentence, (wish.end - wish.start) / HOUR, None, wish.rep_id)
    holding = [one for one in standing.places if _holds(one, wish)]
    if not holding:
        return Conflict(wanted, is_possible=False, note="no shift of the plan holds all of it")
    return decide(standing, shift_question(standing, wish.rep_id, holding), wanted)


def explain_wanted(standing: Standing, rep_id: str, shift: Shift) -> Conflict:
    """Say what keeps a rep from a shift, if all their unlocked shifts may be given up for it."""
    zone = standing.people[rep_id].rep.timezone
    sentence = f"on {shift_text(local_shift(shift, zone))}, other shifts free to go"
    question = shift_question(standing, rep_id, [shift.plain])
    return decide(standing, question, Wanted("wanted", sentence, shift.hours, shift.plain, rep_id))


def explain_locks(standing: Standing, rep_id: str) -> Conflict:
    """Say which rules the shifts that are locked for a rep break together."""
    locked = [one for one in standing.assignments if one.locked and one.rep_id == rep_id]
    sentence = f"keeps {len(locked)} locked shifts"
    hours = sum(one.shift.hours for one in locked)
    return decide(
        standing, locks_question(standing, rep_id), Wanted("locks", sentence, hours, None, rep_id)
    )


def short_contracts(standing: Standing) -> list[tuple[str, date]]:
    """Return whose contract minimum is not met in which ISO week, those who lack most first."""
    lacking = []
    for rep_id, person in standing.people.items():
        zone = person.rep.timezone
        week = week_start(wall_time(standing.period[0], zone).date())
        while week <= wall_time(standing.period[1] - timedelta.resolution, zone).date():
            lack = _owed(standing, rep_id, week) - person.week_minutes(week) / 60
            if lack > 1e-9:
                lacking.append((-lack, rep_id, week))
            week += timedelta(weeks=1)
    return [(rep_id, week) for _, rep_id, week in sorted(lacking)]


def contradicted_locks(standing: Standing) -> list[str]:
    """Return whose locked shifts break a rule together."""
    found = []
    for rep_id in standing.people:
        if any(one.locked and one.rep_id == rep_id for one in standing.assignments):
            question = locks_question(standing, rep_id)
            if not question.holds(question.groups):
                found.append(rep_id)
    return found


def unmet_musts(standing: Standing) -> list[Preference]:
    """Return the times that reps must work and that no shift of theirs holds."""
    begin, end = standing.period
    return [
        wish
        for wish in standing.team.preferences
        if wish.kind == "must"
        and begin <= wish.start < end
        and not any(_holds(one.shift, wish) for one in standing.people[wish.rep_id].worked)
    ]


def _whatever_changes(standing: Standing, wanted: Wanted, shift: Shift) -> Conflict | None:
    """Ask with everything else free to change; None when that leaves it open.

    Raises
    ------
    UndecidedError
        When the time is too short.
    """
    whole = _whole(standing, shift)
    for reps, shifts in _scopes(standing, shift):
        question = fill_question(standing, shift, reps, shifts, is_whole=False)
        if not question.holds(question.groups):
            return within_scope(standing, question, wanted, whole)
    return None if whole is None else decide(standing, whole, wanted)


def _scopes(standing: Standing, shift: Shift) -> Iterator[tuple[list[str], list[Shift]]]:
    """Yield parts of the roster around a shift, from small to large: reps and shifts.

    Only shifts that nobody but these reps can work compete for them.
    """
    able = kinds_able(standing)
    reps = able[shift.queue, shift.role, shift.site]
    rivals = [one for one in standing.places if able[one.queue, one.role, one.site] <= reps]
    scopes = [[shift], *(nearby(rivals, shift, span) for span in SPANS), rivals]
    seen = 0
    for shifts in scopes:
        if seen < len(shifts) and len(shifts) * len(reps) <= MOST_PAIRS:
            seen = len(shifts)
            yield [rep_id for rep_id in standing.people if rep_id in reps], shifts


def _whole(standing: Standing, shift: Shift) -> Switched | None:
    """Return the question about the whole roster; None when that is too much."""
    if len(standing.people) * len(standing.places) > MOST_PAIRS:
        return None
    reps = list(standing.people)
    return fill_question(standing, shift, reps, standing.places, is_whole=True)


def _owed(standing: Standing, rep_id: str, week: date) -> float:
    person = standing.people[rep_id]
    minutes = owed_minutes(person.rep.contract, person.rep, week, standing.period, person.absences)
    return minutes / 60


def _holds(shift: Shift, wish: Preference) -> bool:
    return shift.start <= wish.start and wish.end <= shift.end
