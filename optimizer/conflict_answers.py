"""From a question with switches, or a roster as it stands, to a conflict in words."""

from collections.abc import Sequence
from dataclasses import replace

from optimizer.conflict_programme import Group, Switched
from optimizer.conflict_types import (
    WAYS_OUT,
    Change,
    Conflict,
    Wanted,
    WayOut,
    conflict_among,
    ranked,
)
from optimizer.conflict_words import Hindrance, Work, hindrance
from optimizer.kept_out import KeptOut
from optimizer.standing import Standing


def decide(standing: Standing, question: Switched, wanted: Wanted) -> Conflict:
    """Answer a question that holds all that matters: what is in the way, or what brings it."""
    if question.holds(question.groups):
        work = question.nearest(question.groups) or frozenset()
        return Conflict(wanted, is_possible=True, changes=changes_of(question, work))
    return within_scope(standing, question, wanted, question)


def within_scope(
    standing: Standing, question: Switched, wanted: Wanted, whole: Switched | None
) -> Conflict:
    """Answer a question about a part of the roster, under which something cannot be had.

    What giving a rule up brings is asked of the `whole` roster, or, where that is too much, of the
    roster with all other shifts as they are.
    """
    found, is_smallest = conflict_among(question.groups, question)
    if whole is not None:
        members = [_valued(standing, question, group, found, wanted, whole) for group in found]
        ways = _ways_out(standing, whole, wanted)
    else:
        kept_out = KeptOut.of(standing, wanted.shift)
        members = [
            replace(
                _worded_without(standing, question, group, found, wanted),
                gives=kept_out.gives(standing, group),
            )
            for group in found
        ]
        ways = kept_out.ways_out()
    return Conflict(
        wanted, is_possible=False, members=ranked(members), is_smallest=is_smallest, ways_out=ways
    )


def _valued(
    standing: Standing,
    question: Switched,
    group: Group,
    found: Sequence[Group],
    wanted: Wanted,
    whole: Switched,
) -> Hindrance:
    """Say how a member is in the way, and the hours that giving up it alone brings."""
    rest = [one for one in whole.groups if one != group]
    work = whole.nearest(rest)
    if work is not None:
        member = hindrance(standing, group, work, wanted.shift)
        return replace(member, gives=wanted.hours - _lost(group))
    member = _worded_without(standing, question, group, found, wanted)
    more = whole.most(rest) if wanted.kind == "contract" else None
    return replace(member, gives=more or 0.0)


def _worded_without(
    standing: Standing,
    question: Switched,
    group: Group,
    found: Sequence[Group],
    wanted: Wanted,
) -> Hindrance:
    """Say how a member is in the way, by what would be worked if the other members alone held."""
    work = question.nearest([one for one in found if one != group])
    return hindrance(standing, group, work or (), wanted.shift)


def _ways_out(standing: Standing, question: Switched, wanted: Wanted) -> tuple[WayOut, ...]:
    """Return the fewest rules to give up, then the fewest without those, and so on."""
    ways: list[WayOut] = []
    used: frozenset[Group] = frozenset()
    while len(ways) < WAYS_OUT:
        correction = question.correction(used)
        if not correction:
            break
        used |= correction
        kept = [one for one in question.groups if one not in correction]
        work = question.nearest(kept) or frozenset()
        members = tuple(
            hindrance(standing, one, work, wanted.shift)
            for one in question.groups
            if one in correction
        )
        hours = wanted.hours - sum(map(_lost, correction))
        ways.append(WayOut(members, changes_of(question, work), hours))
    return tuple(sorted(ways, key=lambda way: (len(way.members), -way.hours)))


def _lost(group: Group) -> float:
    """Return the hours that are left unfilled when a group is given up."""
    return group.shift.hours if group.rule == "filled" and group.shift else 0.0


def changes_of(question: Switched, work: Work) -> tuple[Change, ...]:
    """Return what differs between what is worked and what would be, within a question."""
    asked = set(question.work)
    gone = [Change(*key, gets=False) for key in (question.now & asked) - set(work)]
    new = [Change(*key, gets=True) for key in set(work) - question.now]
    return tuple(sorted(gone + new, key=lambda one: (one.shift, one.gets, one.rep_id)))
