"""From a question with switches, or a roster as it stands, to a conflict in words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from optimizer.audited_obstacles import keeping_from
from optimizer.conflict_programme import Group, Switched
from optimizer.conflict_questions import SHARED
from optimizer.conflict_search import Oracle, minimal_conflict, smallest_conflict
from optimizer.conflict_words import Hindrance, Work, hindrance
from optimizer.obstacles import Obstacle
from optimizer.shifts import Shift
from optimizer.standing import Standing

FEW_GROUPS = 40
"""Up to so many groups a set with the fewest members is looked for."""

WAYS_OUT = 3

Kind = Literal["unfilled", "contract", "must", "locks", "wanted"]


@dataclass(frozen=True)
class Wanted:
    """What is wanted and not had.

    Parameters
    ----------
    sentence
        In words; of whom, is in `rep_id`.
    hours
        How much of it is missing.
    shift, rep_id
        Where it is a shift, or somebody's.
    """

    kind: Kind
    sentence: str
    hours: float
    shift: Shift | None = None
    rep_id: str = ""


@dataclass(frozen=True)
class Change:
    """A shift that a rep gets, or gives up."""

    rep_id: str
    shift: Shift
    gets: bool


@dataclass(frozen=True)
class WayOut:
    """Rules whose giving up makes it possible while all others hold, and what then changes.

    Parameters
    ----------
    hours
        That it brings, less those that it loses.
    """

    members: tuple[Hindrance, ...]
    changes: tuple[Change, ...]
    hours: float


@dataclass(frozen=True)
class Conflict:
    """Something that a roster does not have, and what is in the way.

    Parameters
    ----------
    wanted
        What it is.
    is_possible
        Whether nothing stands in the way after all.
    members
        A minimal set of rules under which it cannot be had: whichever of them is given up, the
        others of the set allow it. Those that give most by themselves come first. Without members
        it cannot be had whatever rule is given up.
    whatever_changes
        Whether that holds whatever other shifts are changed; else with all others as they are.
    is_smallest
        Whether it is proven that no such set has fewer members.
    ways_out
        The fewest rules to give up so that it can be had with all the rest, most promising first.
    changes
        Where nothing stands in the way: the fewest changes that bring it.
    note
        What else there is to say.
    """

    wanted: Wanted
    is_possible: bool
    members: tuple[Hindrance, ...] = ()
    whatever_changes: bool = True
    is_smallest: bool = False
    ways_out: tuple[WayOut, ...] = ()
    changes: tuple[Change, ...] = ()
    note: str = ""


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
    found, is_smallest = _conflict(question.groups, question)
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


def as_it_stands(standing: Standing, wanted: Wanted) -> Conflict:
    """Say what keeps everybody from one more place of a shift, all other shifts as they are."""
    kept_out = KeptOut.of(standing, wanted.shift)
    free = [rep_id for rep_id, groups in kept_out.groups.items() if not groups]
    if free:
        changes = tuple(Change(rep_id, kept_out.shift, gets=True) for rep_id in free[:1])
        note = f"{len(free)} could" if len(free) > 1 else ""
        return Conflict(wanted, is_possible=True, changes=changes, note=note)
    smallest = smallest_conflict(kept_out.rules, kept_out, kept_out.groups.values())
    found = smallest or minimal_conflict(kept_out.rules, kept_out.holds)
    members = [
        replace(kept_out.words(standing, group), gives=kept_out.gives(standing, group))
        for group in found
    ]
    busy = kept_out.busy
    reps = "1 rep is" if busy == 1 else f"{busy} reps are"
    return Conflict(
        wanted,
        is_possible=False,
        members=ranked(members),
        whatever_changes=False,
        is_smallest=smallest is not None,
        ways_out=kept_out.ways_out(),
        note=f"{reps} on another shift at that time" if busy else "",
    )


@dataclass(frozen=True)
class KeptOut:
    """What keeps each rep from a shift on top of what they work; an oracle of conflicts.

    Parameters
    ----------
    groups
        By rep: the rules that they would break. Who is elsewhere at that time is left out.
    found
        The same in words.
    busy
        How many are elsewhere.
    """

    shift: Shift
    groups: dict[str, frozenset[Group]]
    found: dict[str, tuple[Obstacle, ...]]
    busy: int

    @classmethod
    def of(cls, standing: Standing, shift: Shift | None) -> "KeptOut":
        """Look at everybody who does not have the shift."""
        if shift is None:
            raise ValueError("Only a shift can be looked at as the roster stands.")
        groups, found, busy = {}, {}, 0
        keeps_from = keeping_from(standing, shift)
        for rep_id, person in standing.people.items():
            if any(one.shift.plain == shift for one in person.worked):
                continue
            broken = keeps_from(person)
            if any(one.rule == "overlap" for one in broken):
                busy += 1
                continue
            groups[rep_id] = frozenset(_group(one) for one in broken)
            found[rep_id] = broken
        return cls(shift, groups, found, busy)

    @property
    def rules(self) -> tuple[Group, ...]:
        """All rules that keep anybody out, those of one rep first."""
        every = dict.fromkeys(
            group for groups in self.groups.values() for group in sorted(groups, key=_key)
        )
        return tuple(sorted(every, key=lambda group: not group.who))

    def holds(self, rules: Collection[Group]) -> bool:
        """Say whether somebody could take the shift if these rules held, and no others."""
        kept = set(rules)
        return any(not groups & kept for groups in self.groups.values())

    def correction(self, kept: Collection[Group]) -> frozenset[Group] | None:
        """Return the fewest rules to give up while `kept` hold; None when that is not enough."""
        held = set(kept)
        open_ = [groups for groups in self.groups.values() if not groups & held]
        return min(open_, key=lambda groups: (len(groups), sorted(map(_key, groups))), default=None)

    def gives(self, standing: Standing, group: Group) -> float:
        """Return the hours that giving a rule up brings, less those that it loses."""
        if any(groups <= {group} for groups in self.groups.values()):
            return self.shift.hours
        if group.shift is None:
            return 0.0
        for one in standing.assignments:
            if one.shift.plain == group.shift and not one.locked:
                person = standing.people[one.rep_id].without(group.shift)
                if not keeping_from(standing, self.shift)(person):
                    return self.shift.hours - group.shift.hours
        return 0.0

    def ways_out(self) -> tuple[WayOut, ...]:
        """Return those whom the fewest rules keep out, and by how little."""
        least = sorted(
            self.found.items(),
            key=lambda item: (len(self.groups[item[0]]), sum(one.amount for one in item[1])),
        )
        return tuple(
            WayOut(
                tuple(_worded(one) for one in broken),
                (Change(rep_id, self.shift, gets=True),),
                self.shift.hours,
            )
            for rep_id, broken in least[:WAYS_OUT]
        )

    def words(self, standing: Standing, group: Group) -> Hindrance:
        """Say how a rule keeps somebody out."""
        if not group.who:
            return hindrance(standing, group, (), self.shift)
        worst = max(
            (one for one in self.found[group.who] if one.rule == group.rule),
            key=lambda one: one.amount,
        )
        return _worded(worst)


def _group(one: Obstacle) -> Group:
    return Group(one.rule, "" if one.rule in SHARED else one.rep_id)


def _key(group: Group) -> tuple[str, str]:
    return group.rule, group.who


def _worded(one: Obstacle) -> Hindrance:
    return Hindrance(one.rule, one.rep_id, one.when, one.amount, one.sentence)


def _conflict(groups: Sequence[Group], oracle: Oracle[Group]) -> tuple[tuple[Group, ...], bool]:
    """Return a conflict with the fewest members where that is affordable, else a minimal one."""
    if len(groups) <= FEW_GROUPS:
        smallest = smallest_conflict(groups, oracle)
        if smallest is not None:
            return smallest, True
    return minimal_conflict(groups, oracle.holds), False


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


def ranked(members: Sequence[Hindrance]) -> tuple[Hindrance, ...]:
    """Sort members: what gives most first, then what would be broken least."""
    return tuple(sorted(members, key=lambda one: (-one.gives, one.amount, one.rule, one.rep_id)))


def changes_of(question: Switched, work: Work) -> tuple[Change, ...]:
    """Return what differs between what is worked and what would be, within a question."""
    asked = set(question.work)
    gone = [Change(*key, gets=False) for key in (question.now & asked) - set(work)]
    new = [Change(*key, gets=True) for key in set(work) - question.now]
    return tuple(sorted(gone + new, key=lambda one: (one.shift, one.gets, one.rep_id)))
