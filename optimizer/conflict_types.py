"""What is wanted of a roster and not had, what is in the way, and what would bring it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from optimizer.conflict_programme import Group
from optimizer.conflict_search import Oracle, minimal_conflict, smallest_conflict
from optimizer.conflict_words import Hindrance
from optimizer.shifts import Shift

FEW_GROUPS = 40
"""Up to so many groups a set with the fewest members is looked for."""

WAYS_OUT = 3
"""Told of each conflict."""

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


def conflict_among(
    groups: Sequence[Group], oracle: Oracle[Group]
) -> tuple[tuple[Group, ...], bool]:
    """Return a conflict with the fewest members where that is affordable, else a minimal one."""
    if len(groups) <= FEW_GROUPS:
        smallest = smallest_conflict(groups, oracle)
        if smallest is not None:
            return smallest, True
    return minimal_conflict(groups, oracle.holds), False


def ranked(members: Sequence[Hindrance]) -> tuple[Hindrance, ...]:
    """Sort members: what gives most first, then what would be broken least."""
    return tuple(sorted(members, key=lambda one: (-one.gives, one.amount, one.rule, one.rep_id)))
