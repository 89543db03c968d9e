"""The search tree: which decisions to try next on a relaxation that is not whole."""

from dataclasses import dataclass, field

import numpy as np

from optimizer.instances.kernel import OFF
from optimizer.instances.master import Decision, Master, Solution
from optimizer.instances.people import Arrays, Floats, Ints
from optimizer.instances.relaxation import WHOLE


@dataclass(order=True)
class Node:
    """Decisions, and a bound on what is possible under them."""

    bound: float
    number: int
    decisions: tuple[Decision, ...] = field(compare=False)


def shares_of_duties(arrays: Arrays, master: Master, solution: Solution) -> Floats:
    """Return by employee, day and shift (a day off last) in what share it is worked."""
    used = np.flatnonzero(solution.shares > WHOLE)
    duties = np.zeros((arrays.people, arrays.days, arrays.shifts + 1))
    days = np.arange(arrays.days)
    for column in used:
        duties[master.who[column], days, master.work[column]] += solution.shares[column]
    return duties


def whole_roster(arrays: Arrays, master: Master, solution: Solution) -> Ints | None:
    """Return the roster when everybody has one schedule; None otherwise."""
    whole = np.flatnonzero(solution.shares > 1 - WHOLE)
    if len(whole) < arrays.people:
        return None
    roster = np.empty((arrays.people, arrays.days), dtype=np.int64)
    roster[master.who[whole]] = master.work[whole]
    return roster


def likeliest(arrays: Arrays, master: Master, solution: Solution) -> Ints:
    """Return a roster of everybody's schedule of the largest share, `OFF` where there is none."""
    roster = np.full((arrays.people, arrays.days), OFF)
    for column in np.argsort(solution.shares, kind="stable"):
        if solution.shares[column] > WHOLE:
            roster[master.who[column]] = master.work[column]
    return roster


def branches(arrays: Arrays, master: Master, solution: Solution) -> tuple[Decision, Decision]:
    """Return two decisions of which one holds in every roster, the likelier one first.

    First how many are missing in all, then on a day, then on a shift of a day; then whether an
    employee works on a day, and last which shift.
    """
    fixed = solution.fixed
    for first, last in (
        (master.total, master.total + 1),
        (master.by_day, master.total),
        (0, master.by_day),
    ):
        part = fixed[first:last]
        distance = np.abs(part - np.round(part))
        place = int(distance.argmax())
        if distance[place] > 10 * WHOLE:
            low = float(np.floor(part[place]))
            least = Decision(first + place, low + 1, is_least=True)
            most = Decision(first + place, low, is_least=False)
            return (least, most) if part[place] - low > 0.5 else (most, least)
    return _duty_branches(shares_of_duties(arrays, master, solution))


def _duty_branches(duties: Floats) -> tuple[Decision, Decision]:
    off = duties[:, :, -1]
    distance = np.abs(off - np.round(off))
    if distance.max() > 10 * WHOLE:
        person, day = np.unravel_index(int(distance.argmax()), distance.shape)
        duty, share = (int(person), int(day), OFF), off[person, day]
    else:
        distance = np.abs(duties - np.round(duties))
        person, day, shift = np.unravel_index(int(distance.argmax()), distance.shape)
        duty, share = (int(person), int(day), int(shift)), duties[person, day, shift]
    is_so = Decision(-1, 0.0, is_least=True, duty=duty)
    is_not = Decision(-1, 0.0, is_least=False, duty=duty)
    return (is_so, is_not) if share >= 0.5 else (is_not, is_so)


def next_fixings(
    duties: Floats, steps: int, random: np.random.Generator, noise: float
) -> list[Decision]:
    """Return the decisions of a step of a dive: the likeliest duties that are open.

    Of one employee only so many that some schedule in use has them all: those whose shares lack,
    all together, less than one.
    """
    is_open = (duties > WHOLE) & (duties < 1 - WHOLE)
    count = -(-int(is_open.any(axis=2).sum()) // steps)
    scores = np.where(is_open, duties + noise * random.random(duties.shape), -1.0)
    lacking: dict[int, float] = {}
    chosen: list[Decision] = []
    for place in np.argsort(-scores, axis=None, kind="stable"):
        person, day, shift = map(int, np.unravel_index(place, duties.shape))
        if len(chosen) >= count or not is_open[person, day, shift]:
            break
        lacks = lacking.get(person, 0.0) + 1 - duties[person, day, shift]
        if lacks < 1 - WHOLE or person not in lacking:
            lacking[person] = lacks
            duty = person, day, OFF if shift == duties.shape[2] - 1 else shift
            chosen.append(Decision(-1, 0.0, is_least=True, duty=duty))
    return chosen
