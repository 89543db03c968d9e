"""The days of a roster problem as one zone's clock shows them, for the pricing programme.

Times become steps after midnight and hours of work units, each as coarse as the shifts allow; what
can be reached on a day says how many states it has.
"""

from dataclasses import dataclass

import numpy as np

from optimizer.tours.days import NOWHERE
from optimizer.tours.week import DAY, Floats, Ints, RosterProblem


@dataclass(frozen=True)
class Day:
    """One day of a view: its shifts, and how states of the day lead to states of the next.

    Parameters
    ----------
    number
        Of the day.
    shifts, start, free, units
        By shift, alike ones side by side: which, first step, step of the next day from which rest
        allows another, units of contract work.
    groups
        Where each group of alike shifts begins.
    letters
        By shift, what the rules of days call it; of letters that do the same on the day, the first.
    onward, prices
        By layer and letter, the next day's layer, one beyond its last for nowhere, and what the
        letter costs.
    hours, hours_after
        How many values the hours may take before and after the day.
    week
        The week that ends with the day; None within a week.
    """

    number: int
    shifts: Ints
    start: Ints
    free: Ints
    units: Ints
    letters: Ints
    groups: Ints
    onward: Ints
    prices: Floats
    hours: int
    hours_after: int
    week: int | None


class Clock:
    """How finely a view tells times of the day and hours of work apart.

    Parameters
    ----------
    problem, number
        The problem, and which of its views.

    Attributes
    ----------
    a_day
        Steps of a day.
    bins
        How many earliest starts there are, from midnight on.
    units
        Minutes of a unit of hours by week: finer where clocks change.
    """

    def __init__(self, problem: RosterProblem, number: int) -> None:
        view = problem.views[number]
        self.step = int(np.gcd.reduce(view.start, initial=DAY))
        self.a_day = DAY // self.step
        latest = max(int(problem.crew.ready.max(initial=0)), int(view.free.max(initial=0)) - DAY)
        self.bins = self.steps(np.array(latest)).item() + 1
        weeks = problem.week[view.day]
        self.units = np.array(
            [
                max(1, int(np.gcd.reduce(view.minutes[weeks == week], initial=0)))
                for week in range(problem.weeks)
            ]
        )

    def steps(self, minutes: Ints) -> Ints:
        """Return the first step that lies not before so many minutes after midnight."""
        return np.asarray(np.maximum(0, -(-minutes // self.step)))


def days_of(problem: RosterProblem, number: int, clock: Clock) -> list[Day]:
    """Follow the days and say what can be reached on each."""
    layers = problem.layers
    reps = np.flatnonzero(problem.crew.view == number)
    most = problem.crew.most[reps].max(axis=0, initial=0) // clock.units
    hours, days = 1, []
    for day, week in enumerate(map(int, problem.week)):
        shifts, start, free, units, letters, groups = _ordered(problem, number, clock, day)
        hours_after = min(int(most[week]) + 1, hours + int(units.max(initial=0)))
        is_last = day + 1 == problem.days
        ends = is_last or int(problem.week[day + 1]) != week
        beyond = layers.count(day + 1)
        onward = layers.onward[day]
        days.append(
            Day(
                number=day,
                shifts=shifts,
                start=start,
                free=free,
                units=units,
                letters=letters,
                groups=groups,
                onward=np.where(onward == NOWHERE, beyond, onward),
                prices=layers.costs[day],
                hours=hours,
                hours_after=hours_after,
                week=week if ends else None,
            )
        )
        hours = 1 if ends else hours_after
    return days


def _ordered(
    problem: RosterProblem, number: int, clock: Clock, day: int
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Return a day's shifts with their transitions, alike ones side by side."""
    view = problem.views[number]
    usable = problem.crew.allowed[problem.crew.view == number].any(axis=0)
    shifts = np.flatnonzero((view.day == day) & usable)
    start = view.start[shifts] // clock.step
    free = clock.steps(view.free[shifts] - DAY)
    units = view.minutes[shifts] // clock.units[problem.week[day]]
    letters = problem.layers.alike(day)[problem.letters[number, shifts]]
    order = np.lexsort((letters, units, free, start))
    kinds = np.array([start, free, units, letters])[:, order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (np.diff(kinds, axis=1) != 0).any(axis=0)
    return shifts[order], *kinds, np.flatnonzero(is_new)
