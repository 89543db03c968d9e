"""What stands between a rep and a shift by any rule that the audit knows.

`optimizer.obstacles` tells the rules that everybody has in a few words. Of all others, and of rules
that have a price, `optimizer.audit` is asked: what it finds of the rep with the shift and not
without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from optimizer.audit import SETTINGS, audit
from optimizer.local_shifts import local_shift
from optimizer.obstacles import RULES, Obstacle, obstacles, shift_text
from optimizer.report import Finding
from optimizer.roster import Assignment
from optimizer.rules_asked import rules_asked
from optimizer.shifts import Shift
from optimizer.staff import LabourRules, Rep, Team
from optimizer.standing import Person, Standing

Found = Callable[[Person], tuple[Obstacle, ...]]

TOGETHER = ("mentors", "proficiency")
"""Rules that bind reps together."""

SPELT = frozenset(RULES) - {"week_hours"} | {"contract_maximum", "max_week_hours"}
"""Rules that `optimizer.obstacles` tells."""


def keeping_from(standing: Standing, shift: Shift) -> Found:
    """Return what says of a rep every rule that they would break by one more place of a shift."""
    asked = rules_asked(standing.rules, standing.team)
    has_more = bool(asked - set(TOGETHER) - {"never", "must"})
    together = _together(standing, shift) if asked & set(TOGETHER) else None

    def found(person: Person) -> tuple[Obstacle, ...]:
        told = [
            one
            for one in obstacles(person, shift, standing.rules)
            if price_of(standing, one.rule) is None
        ]
        if has_more:
            told += _more(standing, person.without(shift), shift)
        if together is not None:
            told += together(person)
        return tuple(told)

    return found


def keeps_all_rules(standing: Standing, before: Person, after: Person) -> bool:
    """Say whether the audit finds nothing of a rep that it did not find before."""
    known = {(one.rule, one.sentence) for one in judged_alone(standing, before)}
    return all(
        (one.rule, one.sentence) in known
        for one in judged_alone(standing, after)
        if one.severity == "violation"
    )


def binds_several(standing: Standing) -> bool:
    """Say whether any rule binds reps together."""
    return bool(rules_asked(standing.rules, standing.team) & set(TOGETHER))


def price_of(standing: Standing, rule: str) -> float | None:
    """Return the price of a soft rule, wages per unit; None for a hard one."""
    return standing.rules.prices.get(SETTINGS.get(rule, rule))


def soft_cost(standing: Standing, person: Person) -> float:
    """Return what a rep's shifts cost by soft rules, in wages; rules of several reps left out."""
    if not standing.rules.prices:
        return 0.0
    found = [one for one in _judged(standing, person) if one.severity == "soft"]
    return sum(one.amount * (price_of(standing, one.rule) or 0.0) for one in found)


def judged_alone(standing: Standing, person: Person) -> list[Finding]:
    """Return what the audit finds of one rep and what they work."""
    return [one for one in _judged(standing, person) if one.where == person.rep.rep_id]


def judged_together(standing: Standing, given: Sequence[Assignment]) -> list[Finding]:
    """Return what the audit finds of the rules that bind reps together."""
    reps = [person.rep for person in standing.people.values()]
    found = _audited(standing, given, reps, standing.rules)
    return [one for one in found if one.rule in TOGETHER]


def _more(standing: Standing, person: Person, shift: Shift) -> list[Obstacle]:
    before = {(one.rule, one.sentence) for one in judged_alone(standing, person)}
    return [
        _told(one, person.rep.rep_id, shift.start)
        for one in judged_alone(standing, person.with_shift(shift))
        if one.severity == "violation"
        and one.rule not in SPELT
        and (one.rule, one.sentence) not in before
    ]


def _judged(standing: Standing, person: Person) -> Sequence[Finding]:
    rep = replace(person.rep, mentors=())
    past = {one.shift for one in standing.history if one.rep_id == rep.rep_id}
    given = [Assignment(rep.rep_id, one.shift) for one in person.worked if one.shift not in past]
    # Who else is there is judged on its own.
    rules = replace(standing.rules, proficiency=())
    return _audited(standing, given, [rep], rules)


def _together(standing: Standing, shift: Shift) -> Found:
    """Return what says of a rep which rules about several reps they would break."""
    if shift.role != "primary":
        return lambda _: ()
    beside = [
        one
        for one in standing.assignments
        if one.shift.queue == shift.queue
        and one.shift.start < shift.end
        and shift.start < one.shift.end
    ]
    before = {(one.rule, one.sentence) for one in _of_several(standing, beside, ())}

    def found(person: Person) -> tuple[Obstacle, ...]:
        added = [*beside, Assignment(person.rep.rep_id, shift)]
        return tuple(
            _told(one, person.rep.rep_id, shift.start)
            for one in _of_several(standing, added, (person.rep.rep_id,))
            if (one.rule, one.sentence) not in before
        )

    return found


def _of_several(
    standing: Standing, given: Sequence[Assignment], also: Sequence[str]
) -> list[Finding]:
    ids = {one.rep_id for one in given} | set(also)
    people = [standing.people[one].rep for one in standing.people if one in ids]
    reps = [replace(rep, mentors=tuple(one for one in rep.mentors if one in ids)) for rep in people]
    lonely = {
        rep.rep_id
        for rep, known in zip(people, reps, strict=True)
        if rep.mentors and not known.mentors
    }
    found = [
        one
        for one in _audited(standing, given, reps, standing.rules)
        if one.rule in TOGETHER and one.severity == "violation"
    ]
    if price_of(standing, "mentors") is None:
        found += [_without_mentor(standing, one) for one in given if one.rep_id in lonely]
    return found


def _without_mentor(standing: Standing, one: Assignment) -> Finding:
    local = local_shift(one.shift, standing.people[one.rep_id].rep.timezone)
    text = f"{one.rep_id} has {shift_text(local)} without a mentor beside."
    return Finding("mentors", one.rep_id, one.shift.hours, text)


def _audited(
    standing: Standing, given: Sequence[Assignment], reps: Sequence[Rep], rules: LabourRules
) -> Sequence[Finding]:
    ids = {rep.rep_id for rep in reps}
    team = Team(
        tuple(reps),
        (),
        tuple(one for one in standing.team.preferences if one.rep_id in ids),
    )
    return audit(
        given,
        (),
        team,
        rules,
        timezone=standing.timezone,
        interval_minutes=standing.interval_minutes,
        period=standing.period,
        history=[one for one in standing.history if one.rep_id in ids],
    )


def _told(finding: Finding, rep_id: str, when: datetime) -> Obstacle:
    sentence = finding.sentence.removeprefix(f"{rep_id} ").removesuffix(".")
    return Obstacle(
        finding.rule, rep_id, when, finding.amount, f"{finding.rule.replace('_', ' ')}: {sentence}"
    )
