r"""The problem of a roster as arrays: who works which shift, at what cost.

Sets: reps :math:`r`; shifts :math:`s`, each on a day of the rep's wall clock; cells :math:`i`, such
as an interval of a queue. A *tour* :math:`t` is what one rep works in the period: at most one shift
a day, rest kept between shifts, the rules of days kept, hours within the contract's maximum in
every week. With :math:`a_{it} = 1` where the tour covers cell i, a roster picks a tour for every
rep and costs

.. math::

    \sum_r c_{t(r)} + U \Bigl( \sum_r a_{t(r)} \Bigr) + B(t), \qquad
    c_t = \sum_{s \in t} (c_s + w_{rs}) + short \cdot \sum_w (least_{rw} - h_w)^+
    + H_r \Bigl( \sum_w h_w \Bigr) + b_t

where U is the price of what is missing and too much (`optimizer.tours.tiers`), :math:`h_w` are the
hours of the tour in week w, :math:`w_{rs}` is what the rep's wishes make of the shift,
:math:`H_r` what hours of the whole period out of its bounds cost (`optimizer.tours.period_hours`),
:math:`b_t` what the rules of days cost that the tour breaks, and B(t) those that bind reps together
(`optimizer.tours.together`). Nothing is infeasible: where a rep
can do nothing that keeps the rules, they are broken as little as possible.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from optimizer.tours.day_rules import DayRules
from optimizer.tours.days import UNKNOWN, Layers, unfold
from optimizer.tours.period_hours import PeriodHours
from optimizer.tours.tiers import Cover
from optimizer.tours.together import Together

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OFF = -1
"""In a tour, the place of a shift on a day without one."""

DAY = 1440


@dataclass(frozen=True)
class ShiftTable:
    """The shifts that could be worked, one a place of each array.

    Parameters
    ----------
    first, last
        Cells that it covers: `first` up to `last`.
    cost
        Of working it, whoever does.
    """

    first: Ints
    last: Ints
    cost: Floats


@dataclass(frozen=True)
class View:
    """The shifts as the wall clock of one zone shows them, one a place of each array.

    Parameters
    ----------
    day
        The local day on which it starts, 0 for the first of the period.
    start
        Minutes after that day's midnight, below 1440.
    free
        Minutes after that midnight from which another shift may start: end and rest are over.
    minutes
        Towards the contract: elapsed minutes of primary work, 0 of standby.
    letter
        What the rules of days call it, from 1 on; None where they call all shifts alike.
    """

    day: Ints
    start: Ints
    free: Ints
    minutes: Ints
    letter: Ints | None = None


@dataclass(frozen=True)
class Crew:
    """The reps, one a row of each array.

    Parameters
    ----------
    view
        Which of the views is theirs.
    allowed
        By rep and shift, whether they may work it.
    least, most
        Minutes of the contract by rep and week: below `least` is priced, above `most` never
        happens.
    ready
        Minutes after the midnight of day 0 from which a shift may start.
    run
        Days in a row worked just before day 0, where `past` does not say.
    wish
        By rep and shift, cost of giving it to them; may be negative.
    past
        By rep, the letters of the days just before day 0, the last one last; 0 for a day off and
        `optimizer.tours.days.UNKNOWN` where nothing is known.
    fixed
        By rep and day, the letter of a day for which no shift is chosen here: 0 for a day off, that
        of other work, on days on which `allowed` has no shift for them, or the rules' blank or
        away.
    shifts
        By rep, the least and the most days of the period with a shift at work, fixed ones included;
        None where nobody has such bounds.
    """

    view: Ints
    allowed: Flags
    least: Ints
    most: Ints
    ready: Ints
    run: Ints
    wish: Floats | None = None
    past: Ints | None = None
    fixed: Ints | None = None
    shifts: Ints | None = None

    @property
    def size(self) -> int:
        """How many reps there are."""
        return len(self.view)


@dataclass(frozen=True)
class RosterProblem:
    """What is to be rostered.

    Parameters
    ----------
    cover
        What is required of the cells, and what it costs to miss it.
    short
        Price of an hour below a contract's minimum.
    shifts, views, crew
        Shifts, what they look like from each zone, and who works them.
    week
        The week of each day, rising from 0.
    rules
        Of days worked and off.
    offset
        By rep, part of the cost of every tour: what is asked for costs until a shift meets it, and
        what rules cost in any case is not counted.
    unfolded
        The rules of days over the period, where they are known already; else they follow from
        `rules` and what the crew did before.
    period
        Bounds on the hours of the whole period; None where nobody has any.
    together
        Rules that bind reps together; None where there are none.

    Raises
    ------
    ValueError
        When arrays do not fit together or a price is negative.
    """

    cover: Cover
    short: float
    shifts: ShiftTable
    views: tuple[View, ...]
    crew: Crew
    week: Ints
    rules: DayRules
    offset: Floats | None = None
    unfolded: Layers | None = None
    period: PeriodHours | None = None
    together: Together | None = None

    def __post_init__(self) -> None:
        count = len(self.shifts.cost)
        if self.short < 0:
            raise ValueError("short is a price; give at least 0.")
        if self.crew.allowed.shape != (self.crew.size, count):
            raise ValueError(
                f"allowed has the shape {self.crew.allowed.shape}; it needs a row per rep and a "
                f"column per shift, {(self.crew.size, count)}."
            )
        if self.crew.most.shape != (self.crew.size, self.weeks):
            raise ValueError("most needs a row per rep and a column per week.")
        for view in self.views:
            if len(view.day) != count or (count and not view.day.min() >= 0):
                raise ValueError("A view has a place per shift, on days from 0.")
            if ((view.start < 0) | (view.start >= DAY) | (view.free <= view.start)).any():
                raise ValueError("A shift starts within its day and is over after it starts.")

    @property
    def days(self) -> int:
        """How many days a tour has."""
        return len(self.week)

    @property
    def weeks(self) -> int:
        """How many weeks, the last one maybe in part, the days lie in."""
        return int(self.week[-1]) + 1

    @cached_property
    def layers(self) -> Layers:
        """The rules of days, unfolded over the period."""
        if self.unfolded is not None:
            return self.unfolded
        past, shifts = self.crew.past, self.crew.shifts
        if past is None:
            longest = int(self.crew.run.max(initial=0))
            worked = np.arange(longest, 0, -1) <= self.crew.run[:, None]
            past = np.where(worked, 1, UNKNOWN)
        letters = [{0} | set(self.fixed[:, day].tolist()) for day in range(self.days)]
        usable = self.crew.allowed.any(axis=0)
        for view, named in zip(self.views, self.letters, strict=True):
            for day, letter in set(zip(view.day[usable], named[:-1][usable], strict=True)):
                letters[day].add(int(letter))
        return unfold(self.rules, past, self.week, [sorted(one) for one in letters], shifts)

    @cached_property
    def fixed(self) -> Ints:
        """By rep and day, the letter of a day for which no shift is chosen."""
        if self.crew.fixed is not None:
            return self.crew.fixed
        return np.zeros((self.crew.size, self.days), dtype=np.int64)

    @cached_property
    def letters(self) -> Ints:
        """The letter of each shift by view and shift, and 0 in a last column."""
        named = [
            np.ones(len(view.day), dtype=np.int64) if view.letter is None else view.letter
            for view in self.views
        ]
        return np.hstack([np.array(named), np.zeros((len(self.views), 1), dtype=np.int64)])

    @cached_property
    def covers(self) -> Ints:
        """Reps that a shift brings to each cell, and none in a last line for no shift at all."""
        cells = np.arange(self.cover.cells)
        first, last = self.shifts.first[:, None], self.shifts.last[:, None]
        brought = (first <= cells) & (cells < last)
        return np.vstack([brought, np.zeros((1, len(cells)), dtype=bool)]).astype(np.int64)

    @cached_property
    def costs(self) -> Floats:
        """What a shift costs by rep, nothing in a last column for no shift at all."""
        costs = np.broadcast_to(self.shifts.cost, self.crew.allowed.shape)
        if self.crew.wish is not None:
            costs = costs + self.crew.wish
        return np.hstack([costs, np.zeros((self.crew.size, 1))])

    @cached_property
    def contract_minutes(self) -> Ints:
        """Minutes towards the contract by view and shift, none in a last column."""
        minutes = np.array([view.minutes for view in self.views])
        return np.hstack([minutes, np.zeros((len(self.views), 1), dtype=np.int64)])

    def covered(self, tours: Ints) -> Ints:
        """Return the reps whom tours, a row of shifts by day each, bring to each cell."""
        return np.asarray(self.covers[tours].sum(axis=1))

    def tour_costs(self, reps: Ints, tours: Ints) -> Floats:
        """Return the costs of tours, one for each of the reps."""
        costs = self.costs[reps[:, None], tours].sum(axis=1)
        if self.layers.has_costs:
            costs += self.rule_costs(reps, tours)
        if self.offset is not None:
            costs += self.offset[reps]
        return np.asarray(costs + self.hour_costs(reps, self.worked(reps, tours)))

    def rule_costs(self, reps: Ints, tours: Ints) -> Floats:
        """Return what the rules of days cost, by tour; infinite where they do not allow it."""
        named = self.letters[self.crew.view[reps][:, None], tours]
        letters = np.where(named == 0, self.fixed[reps], named)
        return self.layers.walk(reps, list(letters.T))

    def worked(self, reps: Ints, tours: Ints) -> Ints:
        """Return the minutes of contract work by tour and week."""
        minutes = self.contract_minutes[self.crew.view[reps][:, None], tours]
        begins = np.searchsorted(self.week, np.arange(self.weeks))
        return np.asarray(np.add.reduceat(minutes, begins, axis=1))

    def hour_costs(self, reps: Ints, minutes: Ints) -> Floats:
        """Return what is paid for hours out of the contracts' bounds, by tour.

        Infinite where they are beyond what may be worked in the period; those beyond what may be
        worked in a week are not looked at.

        Parameters
        ----------
        reps
            Whose tours.
        minutes
            Of contract work, by week along the last axis.
        """
        lacking = np.maximum(0, self.crew.least[reps] - minutes)
        costs = np.asarray(self.short / 60 * lacking.sum(axis=-1))
        if self.period is not None:
            costs = costs + self.period.costs(reps, minutes.sum(axis=-1))
        return costs

    def cost(self, tours: Ints) -> float:
        """Return what a roster, a row of shifts by day for each rep, costs."""
        reps = np.arange(self.crew.size)
        covered = self.covered(tours).sum(axis=0)
        bound = 0.0
        if self.together is not None:
            bound = self.together.cost(tours, self.together.present_of_all(tours))
        return float(self.tour_costs(reps, tours).sum() + self.cover.cost(covered) + bound)
