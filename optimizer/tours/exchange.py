r"""Exchange: the same work of some days, dealt out anew among the reps.

For days d to e, rep i could work rep j's part of the tour instead of their own when rest at both
ends, the rules of days, the weeks' hours and what i may work allow it. The cheapest way to deal the
parts out is an assignment problem (`scipy.optimize.linear_sum_assignment`). The cover stays as it
is, so what changes is wishes and contracts; among equals it picks at random, which leads best
responses to places where they find something.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from optimizer.tours.polish import Draft
from optimizer.tours.week import DAY, OFF, Flags, Floats, Ints, RosterProblem

MOST = 400
"""Reps among whom parts are dealt out at once: the assignment grows with their cube."""

CLEARLY = 1e6
"""How much more a difference of costs weighs than the random choice among equals."""

FAR = 2**40  # minutes, after any period


def exchange(
    problem: RosterProblem, draft: Draft, days: slice, random: np.random.Generator
) -> None:
    """Deal the parts of tours within `days` out anew, among reps who see the same clock.

    Rules that bind reps together do not mind who of those works what who are alike to them.
    """
    alike = np.zeros(problem.crew.size) if problem.together is None else problem.together.alike
    kinds = np.column_stack([problem.crew.view, alike])
    kind_of = np.unique(kinds, axis=0, return_inverse=True)[1].ravel()
    for kind in range(int(kind_of.max(initial=0)) + 1):
        reps = random.permutation(np.flatnonzero(kind_of == kind))
        if problem.together is not None and len(reps) == 1:
            continue
        for first in range(0, len(reps), MOST):
            _deal(problem, draft, np.sort(reps[first : first + MOST]), days, random)


def _deal(
    problem: RosterProblem, draft: Draft, reps: Ints, days: slice, random: np.random.Generator
) -> None:
    parts = draft.tours[reps, days]
    rests = draft.tours[reps].copy()
    rests[:, days] = OFF
    costs = _costs(problem, reps, parts, rests, days)
    costs += _rule_costs(problem, reps, parts, rests, days)
    possible = (
        _allowed(problem, reps, parts)
        & _rested(problem, reps, parts, rests, days)
        & np.isfinite(costs)
    )
    own = np.diag(costs)[:, None]
    choice = np.where(possible, CLEARLY * (costs - own) + random.random(costs.shape), np.inf)
    _, taken = linear_sum_assignment(choice)
    draft.tours[reps, days] = parts[taken]
    draft.costs[reps] = problem.tour_costs(reps, draft.tours[reps])


def _allowed(problem: RosterProblem, reps: Ints, parts: Ints) -> Flags:
    """By rep and part, whether the rep may work all of its shifts."""
    may = np.hstack([problem.crew.allowed[reps], np.ones((len(reps), 1), dtype=bool)])
    return np.asarray(may[:, parts].all(axis=2))


def _costs(problem: RosterProblem, reps: Ints, parts: Ints, rests: Ints, days: slice) -> Floats:
    """By rep and part, cost of the tour; infinite where a week has too many hours."""
    whole = np.full((len(parts), problem.days), OFF)
    whole[:, days] = parts
    minutes = problem.worked(reps, rests)[:, None] + problem.worked(reps, whole)
    costs = problem.costs[reps][:, parts].sum(axis=2)
    costs = costs + problem.hour_costs(reps[:, None], minutes)
    fits = (minutes <= problem.crew.most[reps][:, None]).all(axis=2)
    return np.where(fits, costs, np.inf)


def _rested(problem: RosterProblem, reps: Ints, parts: Ints, rests: Ints, days: slice) -> Flags:
    """By rep and part, whether rest is kept where the part begins and where it ends."""
    view = problem.views[int(problem.crew.view[reps[0]])]
    before, after = rests.copy(), rests.copy()
    before[:, days.start :] = OFF
    after[:, : days.stop] = OFF
    whole = np.full_like(rests, OFF)
    whole[:, days] = parts
    ready = np.maximum(problem.crew.ready[reps], _free(view.day, view.free, before).max(axis=1))
    begins = _begin(view.day, view.start, whole).min(axis=1)
    ends = _free(view.day, view.free, whole).max(axis=1)
    onward = _begin(view.day, view.start, after).min(axis=1)
    return np.asarray((ready[:, None] <= begins) & (ends <= onward[:, None]))


def _free(day: Ints, free: Ints, tours: Ints) -> Ints:
    """Return when each shift's rest is over, in minutes after day 0; long ago for none."""
    return np.append(day * DAY + free, -FAR)[tours]


def _begin(day: Ints, start: Ints, tours: Ints) -> Ints:
    """Return when each shift begins, in minutes after day 0; never for none."""
    return np.append(day * DAY + start, FAR)[tours]


def _rule_costs(
    problem: RosterProblem, reps: Ints, parts: Ints, rests: Ints, days: slice
) -> Floats:
    """By rep and part, what the rules of days cost; infinite where they do not allow the tour."""
    named = problem.letters[int(problem.crew.view[reps[0]])]
    fixed, letters = problem.fixed[reps], []
    for day in range(problem.days):
        if days.start <= day < days.stop:
            letter = named[parts[:, day - days.start]][None, :]
        else:
            letter = named[rests[:, day]][:, None]
        letter = np.broadcast_to(letter, (len(reps), len(parts)))
        letters.append(np.where(letter == 0, fixed[:, day][:, None], letter))
    return problem.layers.walk(reps[:, None], letters)
