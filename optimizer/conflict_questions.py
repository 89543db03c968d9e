"""What is asked when something of a roster cannot be had, as programmes with switches.

A question is asked within a scope of reps and shifts. What the reps do outside of it is left open,
so a conflict that is found within a scope is one of the whole roster, too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pulp

from optimizer.conflict_programme import SHARED, Group, Switched
from optimizer.local_shifts import LocalShift, local_shift
from optimizer.obstacles import standing_obstacles
from optimizer.rule_rows import RuleRows
from optimizer.rules import LABOUR_RULES, TEAM_RULES, Candidate, Member, overlap
from optimizer.shifts import Shift
from optimizer.standing import Person, Standing

ALWAYS = ("overlap", "one_shift_a_day")
"""Rules that are never given up: the others count days and weeks by one shift a day."""

BY_FEWER = frozenset(LABOUR_RULES) - {
    "min_consecutive_days",
    "min_days_off",
    "max_days_off",
    "whole_weekends",
    "days_off_after_nights",
    "must",
}
"""Rules that no roster breaks by leaving shifts out; others are only kept in a whole scope."""


@dataclass(frozen=True)
class SwitchedRows(RuleRows):
    """What the rules add to a question: hard rules in groups, and nothing of soft ones."""

    question: Switched | None = None

    def hold(
        self,
        rule: str,
        member: Member | None,
        key: str,  # noqa: ARG002 - told apart by number here
        excess: Any,
        worth: float = 1.0,  # noqa: ARG002 - nothing is priced
    ) -> None:
        """Keep an expression from being above 0 unless the rule is given up."""
        if self.question is not None and self.price(rule) is None:
            who = "" if member is None else member.rep.rep_id
            self.question.hold(None if rule in ALWAYS else Group(rule, who), excess)

    def whether(self, name: str, works: Sequence[Any]) -> Any:
        """Return what is 1 when any of some shifts is worked; of one name there is one."""
        return None if self.question is None else self.question.whether(name, works)


def fill_question(
    standing: Standing,
    shift: Shift,
    reps: Collection[str],
    shifts: Sequence[Shift],
    *,
    is_whole: bool,
) -> Switched:
    """Ask whether a shift can have one more rep while others keep as many as they have.

    Parameters
    ----------
    reps
        Who may work within the scope; for all others only skills, standby and sites are asked.
    shifts
        The scope, with `shift` in it.
    is_whole
        Whether the scope holds all shifts, so that rules that ask for a least can be kept.
    """
    question = Switched(_now(standing))
    members = []
    for rep_id in reps:
        person = standing.people[rep_id]
        locked = _locked(standing, person)
        scope = tuple(dict.fromkeys((*shifts, *locked)))
        member = _hold_standing(question, standing, person, scope, shared=True)
        _hold_rules(question, standing, member, is_whole=is_whole)
        _hold_locks(question, person, locked)
        members.append(member)
    if is_whole:
        _hold_team(question, standing, members)
    for place in shifts:
        workers = pulp.lpSum(question.rep_works(rep_id, place) for rep_id in reps)
        if place == shift:
            wanted = question.want(1, whole=True)
            others = _strangers(question, standing, shift, set(reps))
            question.hold(None, standing.filled[place] + wanted - workers - others)
        elif standing.filled[place]:
            question.hold(Group("filled", "", place), standing.filled[place] - workers)
    return question


def hours_question(
    standing: Standing, rep_id: str, week: date, hours: float, now: float
) -> Switched:
    """Ask whether a rep can work so many primary hours in the ISO week that begins on a Monday.

    What is wanted are the hours beyond `now`; the other reps keep their shifts.
    """
    question, person = _rep_question(standing, rep_id)
    wanted = question.want(hours - now, whole=False)
    worked = pulp.lpSum(
        local.minutes / 60 * question.rep_works(rep_id, local.shift)
        for local in (local_shift(place, person.rep.timezone) for place in standing.places)
        if local.week == week and local.shift.role == "primary"
    )
    question.hold(None, now + wanted - worked)
    return question


def shift_question(standing: Standing, rep_id: str, holding: Sequence[Shift]) -> Switched:
    """Ask whether a rep can work one of some shifts; the other reps keep theirs."""
    question, _ = _rep_question(standing, rep_id)
    wanted = question.want(1, whole=True)
    worked = pulp.lpSum(question.rep_works(rep_id, shift) for shift in holding)
    question.hold(None, wanted - worked)
    return question


def locks_question(standing: Standing, rep_id: str) -> Switched:
    """Ask whether a rep can work all the shifts that a person locked for them."""
    question = Switched(_now(standing), is_strict=True)
    person = standing.people[rep_id]
    locked = _locked(standing, person)
    member = _hold_standing(question, standing, person, locked, shared=False)
    _hold_rules(question, standing, member, is_whole=False)
    _hold_locks(question, person, locked)
    question.want(0, whole=True)
    return question


def nearby(shifts: Iterable[Shift], shift: Shift, span: timedelta) -> list[Shift]:
    """Return the shifts that lie within so much time of a shift, itself included."""
    return [one for one in shifts if one.start < shift.end + span and shift.start - span < one.end]


def kinds_able(standing: Standing) -> dict[tuple[str, str, str], frozenset[str]]:
    """Return by queue, role and site who has the skill, takes the role and is at the site."""
    able: dict[tuple[str, str, str], frozenset[str]] = {}
    for shift in standing.places:
        kind = (shift.queue, shift.role, shift.site)
        if kind not in able:
            able[kind] = frozenset(
                rep_id
                for rep_id, person in standing.people.items()
                if not _shared_rules(standing, person, shift)
            )
    return able


def _rep_question(standing: Standing, rep_id: str) -> tuple[Switched, Person]:
    """Start a question about one rep, who may work whatever others leave."""
    question = Switched(_now(standing))
    person = standing.people[rep_id]
    member = _hold_standing(question, standing, person, standing.places, shared=False)
    _hold_rules(question, standing, member, is_whole=True)
    others = [_as_they_are(standing, one) for one in standing.people.values() if one != person]
    _hold_team(question, standing, [member, *others])
    _hold_locks(question, person, _locked(standing, person))
    own = {one.shift.plain for one in person.worked}
    for shift in standing.places:
        if standing.filled[shift] - (shift in own) >= standing.asked[shift]:
            question.forbid(Group("others"), rep_id, shift)
    return question, person


def _hold_standing(
    question: Switched,
    standing: Standing,
    person: Person,
    shifts: Sequence[Shift],
    *,
    shared: bool,
) -> Member:
    """Hold what keeps a rep from shifts whatever else they work; return what is left open."""
    rep, past = person.rep, _past(standing, person)
    candidates = []
    for shift in shifts:
        local = local_shift(shift, rep.timezone)
        _hold_past(question, standing, rep.rep_id, local, past)
        for found in standing_obstacles(person, shift, standing.rules):
            is_shared = shared and found.rule in SHARED
            question.forbid(Group(found.rule, "" if is_shared else rep.rep_id), rep.rep_id, shift)
        candidates.append(Candidate(local, question.rep_works(rep.rep_id, shift)))
    return _member(standing, person, tuple(candidates), ())


def _hold_rules(question: Switched, standing: Standing, member: Member, *, is_whole: bool) -> None:
    """Hold a rep's rules, each in a group of its own."""
    rows = SwitchedRows(question.problem, standing.rules.prices, question=question)
    # Nobody is in two places at once, whatever rule is given up.
    overlap(rows, member, replace(standing.rules, min_rest_hours=0.0))
    for name, rule in LABOUR_RULES.items():
        if name not in ("overlap", "never") and (is_whole or name in BY_FEWER):
            rule(rows, member, standing.rules)


def _hold_team(question: Switched, standing: Standing, members: Sequence[Member]) -> None:
    """Hold the rules that bind reps together."""
    rows = SwitchedRows(question.problem, standing.rules.prices, question=question)
    for rule in TEAM_RULES.values():
        rule(rows, members, standing.rules)


def _member(
    standing: Standing,
    person: Person,
    candidates: tuple[Candidate, ...],
    locked: tuple[LocalShift, ...],
) -> Member:
    number = list(standing.people).index(person.rep.rep_id)
    asked = tuple(one for one in person.wishes if one.kind != "wish")
    past = _past(standing, person)
    since = min((one.shift.start for one in standing.history), default=None)
    known = (asked, person.absences, since)
    return Member(number, person.rep, candidates, locked, past, standing.period, *known)


def _as_they_are(standing: Standing, person: Person) -> Member:
    past = set(_past(standing, person))
    return _member(standing, person, (), tuple(one for one in person.worked if one not in past))


def _hold_past(
    question: Switched,
    standing: Standing,
    rep_id: str,
    local: LocalShift,
    past: Sequence[LocalShift],
) -> None:
    """Keep a rep from a shift that the shifts before the period do not go with."""
    pause = timedelta(hours=standing.rules.min_rest_hours)
    for before in past:
        if before.shift.end > local.shift.start or before.day == local.day:
            question.forbid(None, rep_id, local.shift)
        if local.wall_start - before.wall_end < pause:
            question.forbid(Group("rest", rep_id), rep_id, local.shift)


def _hold_locks(question: Switched, person: Person, locked: Iterable[Shift]) -> None:
    rep_id = person.rep.rep_id
    for shift in locked:
        question.hold(Group("lock", rep_id, shift), 1 - question.rep_works(rep_id, shift))


def _strangers(
    question: Switched, standing: Standing, shift: Shift, reps: Collection[str]
) -> object:
    """Return who of all others may take a shift: one of each kind of what they lack."""
    kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for rep_id, person in standing.people.items():
        past = _past(standing, person)
        is_free = all(one.shift.end <= shift.start for one in past)
        if rep_id not in reps and is_free:
            kinds[_shared_rules(standing, person, shift)].append(rep_id)
    for lacking, members in kinds.items():
        for rule in lacking:
            question.forbid(Group(rule), members[0], shift)
    return pulp.lpSum(question.rep_works(members[0], shift) for members in kinds.values())


def _shared_rules(standing: Standing, person: Person, shift: Shift) -> tuple[str, ...]:
    found = standing_obstacles(person, shift, standing.rules)
    return tuple(one.rule for one in found if one.rule in SHARED)


def _past(standing: Standing, person: Person) -> tuple[LocalShift, ...]:
    rep = person.rep
    return tuple(
        local_shift(one.shift, rep.timezone) for one in standing.history if one.rep_id == rep.rep_id
    )


def _locked(standing: Standing, person: Person) -> tuple[Shift, ...]:
    return tuple(
        one.shift.plain
        for one in standing.assignments
        if one.locked and one.rep_id == person.rep.rep_id
    )


def _now(standing: Standing) -> frozenset[tuple[str, Shift]]:
    return frozenset((one.rep_id, one.shift.plain) for one in standing.assignments)
