"""What days that stay as they are leave to the days between them, for one employee.

States are numbered as in `optimizer.instances.kernel`: first the days off in a row, as far as a
rule asks for them, then the days worked in a row, each by the class of the last shift.
"""

from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from optimizer.instances.instance import SATURDAY, WEEK
from optimizer.instances.kernel import OFF

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Runs:
    """The most and least days worked in a row, and the least days off; at least 1 each."""

    most: int
    least: int
    least_off: int


@dataclass(frozen=True)
class Fixed:
    """An employee's schedule of which the days from `first` until before `last` are open.

    Parameters
    ----------
    schedule
        By day the place of the shift, `OFF` on a day off; empty when no day is fixed.
    first, last
        Mondays, or the ends of the horizon.
    """

    schedule: Ints
    first: int
    last: int

    @property
    def before(self) -> Ints:
        """The days before those that are open."""
        return self.schedule[: self.first]

    @property
    def after(self) -> Ints:
        """The days after them."""
        return self.schedule[self.last :]

    @property
    def outside(self) -> Ints:
        """The shifts worked before and after."""
        both: Ints = np.concatenate([self.before, self.after])
        worked: Ints = both[both != OFF]
        return worked

    @property
    def weekends(self) -> int:
        """Weekends worked before and after."""
        return sum(
            bool((part[saturday : saturday + 2] != OFF).any())
            for part in (self.before, self.after)
            for saturday in range(SATURDAY, len(part), WEEK)
        )


def _run(days: Ints) -> int:
    """Return how many of the first days are alike in being worked or off."""
    is_off = (days == OFF).tolist()
    return sum(1 for _ in takewhile(lambda each: each == is_off[0], is_off))


def start_of(fixed: Fixed, runs: Runs, kind_of: Ints, kinds: int) -> int:
    """Return the state in which the days before end."""
    before = np.flip(fixed.before)
    if not len(before):
        return runs.least_off - 1
    run = _run(before)
    if before[0] == OFF:
        return runs.least_off - 1 if run == len(before) else min(run, runs.least_off) - 1
    return runs.least_off + (run - 1) * kinds + int(kind_of[before[0]])


def ends_allowed(
    fixed: Fixed, runs: Runs, may_follow: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Return by state whether the open days may end in it, with the days after as they are."""
    kinds = len(may_follow)
    allowed = np.ones(runs.least_off + runs.most * kinds, dtype=bool)
    after = fixed.after
    if not len(after):
        return allowed
    following = _run(after)
    goes_on = following == len(after)
    first_is_off = after[0] == OFF
    # What comes after must be long enough by itself, where it is of another sort than what ends.
    alone = goes_on or following >= (runs.least_off if first_is_off else runs.least)
    for off in range(1, runs.least_off + 1):
        is_rested = off == runs.least_off
        together = off + following >= runs.least_off or goes_on
        allowed[off - 1] = together if first_is_off else is_rested and alone
    for run in range(1, runs.most + 1):
        states = slice(runs.least_off + (run - 1) * kinds, runs.least_off + run * kinds)
        began_before = run >= fixed.last  # the run began with the horizon, so it is long enough
        if first_is_off:
            allowed[states] = (run >= runs.least or began_before) and alone
        else:
            fits = run + following <= runs.most
            together = run + following >= runs.least or goes_on or began_before
            allowed[states] = may_follow[:, after[0]] & (fits and together)
    return allowed
