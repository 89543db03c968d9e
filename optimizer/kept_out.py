"""What keeps each rep from a shift, all other shifts staying as they are."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from optimizer.audited_obstacles import binds_several, keeping_from, keeps_all_rules
from optimizer.conflict_programme import SHARED, Group
from optimizer.conflict_search import minimal_conflict, smallest_conflict
from optimizer.conflict_types import WAYS_OUT, Change, Conflict, Wanted, WayOut, ranked
from optimizer.conflict_words import Hindrance, hindrance
from optimizer.obstacles import Obstacle, standing_obstacles
from optimizer.shifts import Shift
from optimizer.standing import Person, Standing

NEAR = timedelta(hours=12)
"""Before and after a shift, within which another may be given up for it."""

MOST_TRIED = 30
"""Of the shifts that may be given up."""


def as_it_stands(standing: Standing, wanted: Wanted) -> Conflict:
    """Say what keeps everybody from one more place of a shift, all other shifts as they are."""
    kept_out = KeptOut.of(standing, wanted.shift)
    free = [rep_id for rep_id, groups in kept_out.groups.items() if not groups]
    if free:
        changes = tuple(Change(rep_id, kept_out.shift, gets=True) for rep_id in free[:1])
        note = f"{len(free)} could" if len(free) > 1 else ""
        return Conflict(wanted, is_possible=True, changes=changes, note=note)
    moved = exchange(standing, kept_out.shift)
    if moved:
        return Conflict(wanted, is_possible=True, changes=moved)
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


def exchange(standing: Standing, shift: Shift) -> tuple[Change, ...]:
    """Return how somebody takes a shift and somebody else theirs; empty when nobody can.

    Only shifts near in time are given up for it, and only so many are tried.
    """
    if binds_several(standing):
        return ()
    keeps_from = keeping_from(standing, shift)
    given_up: list[tuple[Person, Shift]] = []
    for person in standing.people.values():
        if standing_obstacles(person, shift, standing.rules):
            continue
        for other in _unlocked(standing, person):
            is_near = other.start < shift.end + NEAR and shift.start - NEAR < other.end
            if is_near and other != shift and not keeps_from(person.without(other)):
                given_up.append((person, other))
    tried: dict[Shift, list[str]] = {}
    for person, other in given_up:
        if other not in tried and len(tried) < MOST_TRIED:
            groups = KeptOut.of(standing, other).groups
            tried[other] = [rep_id for rep_id, found in groups.items() if not found]
        after = person.without(other).with_shift(shift)
        if tried.get(other) and keeps_all_rules(standing, person, after):
            taker = tried[other][0]
            return (
                Change(person.rep.rep_id, other, gets=False),
                Change(person.rep.rep_id, shift, gets=True),
                Change(taker, other, gets=True),
            )
    return ()


def _unlocked(standing: Standing, person: Person) -> list[Shift]:
    return [
        one.shift.plain
        for one in standing.assignments
        if one.rep_id == person.rep.rep_id and not one.locked
    ]


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
        """Return those whom the fewest rules keep out, and by how little; skills and sites last."""
        least = sorted(
            self.found.items(),
            key=lambda item: (
                any(one.rule in SHARED for one in item[1]),
                len(self.groups[item[0]]),
                sum(one.amount for one in item[1]),
            ),
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
