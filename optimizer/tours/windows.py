"""A part of a long period: what some weeks ask for while the others stay as they are.

The work before binds how a window begins and the work after how it ends, so that any roster of the
window, put in its place, is a roster of the whole. Where nothing is decided after it, what the
weeks after will cost a rep is foreseen at given prices, so that nobody is spent early whom a later
week needs.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.tours.days import NOWHERE, Layers
from optimizer.tours.exchange import FAR
from optimizer.tours.pardon import excused
from optimizer.tours.period_hours import PeriodHours
from optimizer.tours.week import DAY, OFF, Crew, Floats, Ints, RosterProblem, ShiftTable, View

REACH = 2
"""Days before and after a window on which a shift may start that meets one of the window's."""

SHORTEST = 7
"""Days of a window, at least: a week that the period cuts goes with its neighbour."""


@dataclass(frozen=True)
class Window:
    """A part of a roster problem.

    Parameters
    ----------
    problem
        The part, as a problem of its own.
    days
        Which days it has.
    shifts
        The shift of the whole that each of its shifts is.
    rows
        The row of the whole that each of its rows stands for.
    """

    problem: RosterProblem
    days: slice
    shifts: Ints
    rows: Ints

    def taken(self, tours: Ints) -> Ints:
        """Return the shifts of tours of the whole, as the window's problem calls them."""
        place = np.full(int(self.shifts.max(initial=0)) + 2, OFF)
        place[self.shifts] = np.arange(len(self.shifts))
        place[-1] = OFF
        part = tours[:, self.days]
        return np.where(part == OFF, OFF, place[np.minimum(part, len(place) - 1)])

    def put(self, part: Ints, tours: Ints) -> Ints:
        """Return tours of the whole with the window's in their place."""
        whole = tours.copy()
        whole[:, self.days] = np.append(self.shifts, OFF)[part]
        return whole


def windows_of(week: Ints) -> list[slice]:
    """Cut a period where weeks begin, given the week of each day."""
    begins = [0]
    for day in (np.flatnonzero(np.diff(week)) + 1).tolist():
        if day - begins[-1] >= SHORTEST and len(week) - day >= SHORTEST:
            begins.append(day)
    ends = [*begins[1:], len(week)]
    return [slice(begin, end) for begin, end in zip(begins, ends, strict=True)]


def window_of(
    problem: RosterProblem, tours: Ints, days: slice, ahead: Floats | None = None
) -> Window:
    """Return the problem of some whole weeks beside tours that are worked before and after.

    Parameters
    ----------
    tours
        Of all reps; those of the window itself do not count.
    days
        First day of a week and the one after the last day of a week.
    ahead
        By rep and layer, what the days after cost, where nothing is decided there; tours are off
        there then. None where they are.
    """
    others = tours.copy()
    others[:, days] = OFF
    shifts = _startable(problem, days)
    first, last = problem.shifts.first[shifts], problem.shifts.last[shifts]
    reached = np.zeros(problem.cover.cells, dtype=bool)
    for one, other in set(zip(first.tolist(), last.tolist(), strict=True)):
        reached[one:other] = True
    count = problem.cover.intervals
    intervals = np.flatnonzero(reached.reshape(-1, count).any(axis=0))
    part = problem.cover.part(intervals, problem.covered(others).sum(axis=0))
    begins = np.searchsorted(intervals, first % count) + first // count * len(intervals)
    table = ShiftTable(begins, begins + last - first, problem.shifts.cost[shifts])
    crew, together = _crew(problem, others, days, shifts), problem.together
    if together is not None:
        near = others[:, max(0, days.start - REACH) : days.stop + REACH]
        together = together.within(shifts, near, crew.allowed)
    inner = RosterProblem(
        cover=part.cover,
        short=problem.short,
        shifts=table,
        views=tuple(_moved(view, shifts, days) for view in problem.views),
        crew=crew,
        week=problem.week[days] - problem.week[days.start],
        rules=problem.rules,
        unfolded=_layers(problem, others, days, ahead),
        period=_period(problem, others, days, is_last=ahead is None),
        together=together,
    )
    if problem.offset is not None:
        inner = excused(inner)
    return Window(inner, days, shifts, part.rows)


def _startable(problem: RosterProblem, days: slice) -> Ints:
    """Return the shifts that start within the window by the clock of somebody who may work them."""
    is_inside = np.zeros(len(problem.shifts.cost), dtype=bool)
    for number, view in enumerate(problem.views):
        may = problem.crew.allowed[problem.crew.view == number].any(axis=0)
        is_inside |= may & (days.start <= view.day) & (view.day < days.stop)
    return np.flatnonzero(is_inside)


def _moved(view: View, shifts: Ints, days: slice) -> View:
    """Return some shifts as a view shows them, days counted from the window's first.

    Days outside are told as the nearest inside: nobody of this view may work such a shift here.
    """
    letter = None if view.letter is None else view.letter[shifts]
    day = np.clip(view.day[shifts] - days.start, 0, days.stop - days.start - 1)
    return View(day, view.start[shifts], view.free[shifts], view.minutes[shifts], letter)


def _crew(problem: RosterProblem, others: Ints, days: slice, shifts: Ints) -> Crew:
    """Return the reps in a window, rested from what they work before and for what after."""
    crew = problem.crew
    ready = crew.ready - days.start * DAY
    allowed = crew.allowed[:, shifts].copy()
    for number, view in enumerate(problem.views):
        own = np.flatnonzero(crew.view == number)
        free = np.append(view.day * DAY + view.free, -FAR)
        begin = np.append(view.day * DAY + view.start, FAR)
        before = free[others[own, : days.start]].max(axis=1, initial=-FAR)
        after = begin[others[own, days.stop :]].min(axis=1, initial=FAR)
        ready[own] = np.maximum(ready[own], before - days.start * DAY)
        is_inside = (days.start <= view.day[shifts]) & (view.day[shifts] < days.stop)
        allowed[own] &= is_inside & (free[shifts] <= after[:, None])
    weeks = slice(int(problem.week[days.start]), int(problem.week[days.stop - 1]) + 1)
    return Crew(
        view=crew.view,
        allowed=allowed,
        least=crew.least[:, weeks],
        most=crew.most[:, weeks],
        ready=np.maximum(0, ready),
        run=crew.run,
        wish=None if crew.wish is None else crew.wish[:, shifts],
        fixed=problem.fixed[:, days],
    )


def _period(
    problem: RosterProblem, others: Ints, days: slice, *, is_last: bool
) -> PeriodHours | None:
    """Return what the work of other days leaves of bounds on hours, or the window's share of it."""
    if problem.period is None:
        return None
    minutes = problem.worked(np.arange(problem.crew.size), others).sum(axis=1)
    share = 1.0 if is_last else (days.stop - days.start) / (problem.days - days.start)
    return problem.period.beside(minutes, share)


def _layers(problem: RosterProblem, others: Ints, days: slice, ahead: Floats | None) -> Layers:
    """Return the rules of days within a window, from what is worked before to what is after."""
    layers, reps = problem.layers, np.arange(problem.crew.size)
    named = problem.letters[problem.crew.view[:, None], others]
    letters = np.where(named == 0, problem.fixed, named).T
    _, initial = layers.steps(layers.initial, list(letters[: days.start]))
    if ahead is not None:
        # A cost that a rep has in any case says nothing, and would be part of every gap.
        least = ahead.min(axis=1, keepdims=True)
        ahead = ahead - np.where(np.isfinite(least), least, 0.0)
    else:
        count = layers.count(days.stop)
        every = np.broadcast_to(np.arange(count), (len(reps), count))
        after = [np.broadcast_to(line[:, None], every.shape) for line in letters[days.stop :]]
        ahead, ends = layers.steps(every, after, days.stop)
        if layers.ahead is not None:
            ahead = ahead + np.where(ends == NOWHERE, np.inf, layers.ahead[reps[:, None], ends])
    return Layers(layers.onward[days], layers.costs[days], initial, ahead)
