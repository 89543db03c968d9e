"""The members of a conflict in words: which rule, whose, when and by how much."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from optimizer.audited_obstacles import TOGETHER, judged_alone, judged_together
from optimizer.conflict_programme import Group
from optimizer.local_shifts import local_shift
from optimizer.obstacles import obstacles, shift_text
from optimizer.roster import Assignment
from optimizer.shifts import Shift
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
    if group.rule in TOGETHER:
        return _of_several(standing, group, work)
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
    rep, found = person.rep, judged_alone(standing, person)
    for one in found:
        if one.rule == group.rule:
            sentence = one.sentence.removeprefix(f"{rep.rep_id} ").removesuffix(".")
            text = f"{one.rule.replace('_', ' ')}: {sentence}"
            return Hindrance(group.rule, rep.rep_id, None, one.amount, text)
    return Hindrance(group.rule, rep.rep_id, None, 1.0, group.rule.replace("_", " "))


def _of_several(standing: Standing, group: Group, work: Work) -> Hindrance:
    """Let the audit say how a rule that binds reps together would be broken."""
    given = [Assignment(*one) for one in sorted(work, key=lambda one: (one[1], one[0]))]
    for one in judged_together(standing, given):
        if one.rule == group.rule and group.who in ("", one.where):
            text = f"{one.rule}: {one.sentence.removesuffix('.')}"
            return Hindrance(group.rule, group.who, None, one.amount, text)
    return Hindrance(group.rule, group.who, None, 1.0, group.rule)


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
