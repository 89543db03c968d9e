"""The members of a conflict in words: which rule, whose, when and by how much."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from optimizer.audit import audit
from optimizer.conflict_programme import Group
from optimizer.local_shifts import local_shift
from optimizer.obstacles import obstacles, shift_text
from optimizer.roster import Assignment
from optimizer.shifts import Shift, StaffedShift
from optimizer.staff import Team
from optimizer.standing import Person, Standing

Work = Collection[tuple[str, Shift]]


@dataclass(frozen=True)
class Hindrance:
    """A rule in the way.

    Parameters
    ----------
    rule
        Its name.
    rep_id
        Whose; empty for everybody.
    when
        The instant that it concerns; None for the whole period.
    amount
        By how much it would be broken, in the rule's own unit.
    sentence
        The same in words, without the rep.
    shift
        The shift, where the rule is one of a shift.
    gives
        Hours that giving it up brings when all other rules hold, less those that it loses.
    """

    rule: str
    rep_id: str
    when: datetime | None
    amount: float
    sentence: str
    shift: Shift | None = None
    gives: float = 0.0


def hindrance(standing: Standing, group: Group, work: Work, wanted: Shift | None) -> Hindrance:
    """Say by how much a group is in the way, seen from what would be worked without it.

    Parameters
    ----------
    work
        Who would work what if the group were given up.
    wanted
        The shift that is asked for, where it is one.
    """
    if group.shift is not None:
        text = shift_text(local_shift(group.shift, standing.timezone))
        if group.rule == "lock":
            text = f"lock: has {text}"
        else:
            reps = standing.filled[group.shift]
            text = f"{text} keeps its {'rep' if reps == 1 else f'{reps} reps'}"
        start, hours = group.shift.start, group.shift.hours
        return Hindrance(group.rule, group.who, start, hours, text, group.shift)
    if group.rule == "others":
        return _taken(standing, work)
    if not group.who:
        return _shared(standing, group.rule, work, wanted)
    return _own(standing, group, work, wanted)


def _own(standing: Standing, group: Group, work: Work, wanted: Shift | None) -> Hindrance:
    """Say which of a rep's shifts would break a rule most."""
    person = as_if(standing, group.who, work)
    found = [
        (one.shift == wanted, obstacle.amount, obstacle)
        for one in person.worked
        for obstacle in obstacles(person, one.shift, standing.rules)
        if obstacle.rule == group.rule
    ]
    if found:
        *_, worst = max(found, key=lambda item: item[:2])
        return Hindrance(group.rule, group.who, worst.when, worst.amount, worst.sentence)
    return _audited(standing, person, group)


def _audited(standing: Standing, person: Person, group: Group) -> Hindrance:
    """Let the audit say how a rule would be broken."""
    rep = person.rep
    shifts = [one.shift for one in person.worked]
    found = audit(
        [Assignment(rep.rep_id, one) for one in shifts],
        [StaffedShift(one, 1) for one in dict.fromkeys(shifts)],
        Team((replace(rep, mentors=()),), person.absences, person.wishes),
        standing.rules,
        timezone=standing.timezone,
        interval_minutes=standing.interval_minutes,
        period=standing.period,
    )
    for one in found:
        if one.rule == group.rule:
            return Hindrance(group.rule, rep.rep_id, None, one.amount, one.sentence)
    return Hindrance(group.rule, rep.rep_id, None, 1.0, group.rule.replace("_", " "))


def _shared(standing: Standing, rule: str, work: Work, wanted: Shift | None) -> Hindrance:
    """Count whom a rule of everybody keeps out."""
    shifts = [wanted] if wanted is not None else [shift for _, shift in work]
    kept = {
        rep_id
        for rep_id, person in standing.people.items()
        for shift in shifts
        if any(one.rule == rule for one in obstacles(person, shift, standing.rules))
    }
    reps = "1 rep" if len(kept) == 1 else f"{len(kept)} reps"
    what = wanted.queue if wanted is not None else "it"
    site = wanted.site if wanted is not None else ""
    verb = "s" if len(kept) == 1 else ""
    texts = {
        "skills": f"skill: {reps} lack{verb} {what}",
        "on_call": f"standby: {reps} take{verb} none",
        "site": f"site: {reps} of another site than {site}",
    }
    return Hindrance(rule, "", None, float(len(kept)), texts[rule])


def _taken(standing: Standing, work: Work) -> Hindrance:
    """Say who has the shifts that somebody would take."""
    has = {(one.rep_id, one.shift.plain) for one in standing.assignments}
    new = sorted(shift for rep_id, shift in work if (rep_id, shift) not in has)
    full = [one for one in new if standing.filled[one] >= standing.asked[one]]
    if not full:
        return Hindrance("others", "", None, 1.0, "shifts: the other reps keep theirs")
    first = full[0]
    holders = sorted(one.rep_id for one in standing.assignments if one.shift.plain == first)
    who = ", ".join(holders[:3]) + (f" and {len(holders) - 3} more" if len(holders) > 3 else "")
    text = shift_text(local_shift(first, standing.timezone))
    also = f", and {len(full) - 1} more are taken" if len(full) > 1 else ""
    return Hindrance(
        "others", "", first.start, float(len(full)), f"shifts: {text} is taken by {who}{also}"
    )


def as_if(standing: Standing, rep_id: str, work: Work) -> Person:
    """Return a rep as if they worked what is given, after what they worked before the period."""
    person = standing.people[rep_id]
    past = [one.shift for one in standing.history if one.rep_id == rep_id]
    shifts = sorted({*past, *(shift for who, shift in work if who == rep_id)})
    zone = person.rep.timezone
    worked = sorted((local_shift(one, zone) for one in shifts), key=lambda one: one.shift.start)
    return replace(person, worked=tuple(worked))
