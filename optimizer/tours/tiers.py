r"""What is required, and what a roster pays for missing it: with one tier of reps, or with two.

Shifts bring reps to *cells*. The price of what they leave, :math:`U`, is convex in the reps
:math:`p_i` of each cell, so a linear programme can carry it: in its *rows*, equations with columns
for what is missing and for what is too much. Prices :math:`\pi` of the rows give each cell its
worth, :math:`w(\pi)`, and for every :math:`\pi` that the columns allow

.. math:: U(p) \ge value(\pi) - \sum_i w_i(\pi) p_i,

from which the bound comes. One tier: a cell is an interval of a queue, or a shift to be filled, of
which :math:`d_i` are required,

.. math:: U(p) = \sum_i under_i (d_i - p_i)^+ + over_i (p_i - d_i)^+.

Two tiers: each interval has a cell for primary, :math:`p_i`, and after those one for on-call,
:math:`o_i`. Surplus primary counts towards on-call:

.. math:: U(p, o) = \sum_i under_i \max(0,\; P_i - p_i,\; P_i + O_i - p_i - o_i).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slacks:
    """Columns for what is missing and too much, with their entries one column after the other."""

    costs: Floats
    begins: Ints
    rows: Ints
    entries: Floats


class Cover(Protocol):
    """What is required."""

    @property
    def cells(self) -> int:
        """How many cells there are."""

    @property
    def sides(self) -> Floats:
        """Right-hand sides of the rows."""

    @property
    def slacks(self) -> Slacks:
        """Columns for what is missing and too much."""

    @property
    def prices(self) -> Floats:
        """The prices that are paid for whole reps."""

    @property
    def gap(self) -> float:
        """The highest price of a rep who is missing."""

    def cost(self, reps: Ints) -> Floats:
        """Return the price of what so many reps in the cells, the last axis, leave."""

    def gains(self, reps: Ints) -> Floats:
        """Return what one rep more in a cell, beside so many, saves."""

    def to_rows(self, reps: Ints) -> Ints:
        """Return what reps in the cells, the last axis, bring to the rows."""

    def within(self, prices: Floats) -> Floats:
        """Return the nearest prices of rows that the columns allow."""

    def worth(self, prices: Floats) -> Floats:
        """Return the worth of a rep in each cell."""

    @property
    def intervals(self) -> int:
        """How many intervals there are: cells of a tier."""

    def part(self, intervals: Ints, reps: Ints) -> "Part":
        """Return what so many reps, by cell, leave of some intervals; it costs a constant less."""

    def value(self, prices: Floats) -> float:
        """Return the worth of all that is required."""


@dataclass(frozen=True)
class Part:
    """What is required of some intervals.

    Parameters
    ----------
    cover
        What it is.
    cells, rows
        The cells and rows of the whole that those of the part stand for.
    """

    cover: Cover
    cells: Ints
    rows: Ints


@dataclass(frozen=True)
class OneTier:
    """So many reps in each cell.

    Parameters
    ----------
    required
        Of each cell.
    under, over
        Price of a rep missing in a cell, and of one too many, by cell.
    """

    required: Ints
    under: Floats
    over: Floats

    def __post_init__(self) -> None:
        _check(self.required, self.under, self.over)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.required)

    @property
    def sides(self) -> Floats:
        """What is required."""
        return self.required.astype(np.float64)

    @property
    def slacks(self) -> Slacks:
        """A column for the reps that a cell lacks, and one for those beyond what is required."""
        every = np.arange(self.cells)
        return Slacks(
            np.concatenate([self.under, self.over]),
            np.arange(2 * self.cells),
            np.concatenate([every, every]),
            np.repeat([1.0, -1.0], self.cells),
        )

    @property
    def prices(self) -> Floats:
        """Of reps missing and too many."""
        return np.concatenate([self.under, self.over])

    @property
    def gap(self) -> float:
        """The highest price of a rep who is missing."""
        return float(self.under.max(initial=0.0))

    def cost(self, reps: Ints) -> Floats:
        """Return the price of what is missing and too much."""
        lacking = self.required - reps
        return np.asarray((np.where(lacking > 0, self.under, -self.over) * lacking).sum(axis=-1))

    def gains(self, reps: Ints) -> Floats:
        """Return the price of a gap where there is one, else less the price of a surplus."""
        return np.where(reps < self.required, self.under, -self.over)

    def to_rows(self, reps: Ints) -> Ints:
        """Return the reps as they are: a cell is a row."""
        return reps

    def within(self, prices: Floats) -> Floats:
        """Return prices from less the price of a surplus to that of a gap."""
        return np.clip(prices, -self.over, self.under)

    def worth(self, prices: Floats) -> Floats:
        """Return the prices as they are."""
        return prices

    @property
    def intervals(self) -> int:
        """How many cells there are."""
        return len(self.required)

    def part(self, intervals: Ints, reps: Ints) -> Part:
        """Return what reps leave of some cells."""
        left = np.maximum(0, self.required - reps)[intervals]
        return Part(
            OneTier(left, self.under[intervals], self.over[intervals]), intervals, intervals
        )

    def value(self, prices: Floats) -> float:
        """Return the worth of all that is required."""
        return float(prices @ self.required)


@dataclass(frozen=True)
class TwoTiers:
    """Reps at work and reps on standby.

    Parameters
    ----------
    primary, on_call
        Required in each interval.
    under
        Price of a rep missing in an interval, by interval.
    """

    primary: Ints
    on_call: Ints
    under: Floats

    def __post_init__(self) -> None:
        _check(self.primary, self.under, self.under)
        _check(self.on_call, self.under, self.under)

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return 2 * len(self.primary)

    @cached_property
    def _rows(self) -> Ints:
        """The rows that say anything, among those of primary and after them those of both tiers."""
        return np.flatnonzero(np.concatenate([self.primary > 0, self.on_call > 0]))

    @property
    def sides(self) -> Floats:
        """What is required of primary, and after that of both tiers together, where it is."""
        both = np.concatenate([self.primary, self.primary + self.on_call])
        return both[self._rows].astype(np.float64)

    @property
    def slacks(self) -> Slacks:
        """A column for what an interval lacks, in each of its rows, and one for a row's surplus."""
        rows, count = self._rows, len(self.primary)
        numbers = np.arange(len(rows))
        by_interval = np.argsort(rows % count, kind="stable")
        lacking, begins = np.unique((rows % count)[by_interval], return_index=True)
        return Slacks(
            np.concatenate([self.under[lacking], np.zeros(len(rows))]),
            np.concatenate([begins, len(rows) + numbers]),
            np.concatenate([numbers[by_interval], numbers]),
            np.repeat([1.0, -1.0], len(rows)),
        )

    @property
    def prices(self) -> Floats:
        """Of reps missing."""
        return self.under

    @property
    def gap(self) -> float:
        """The highest price of a rep who is missing."""
        return float(self.under.max(initial=0.0))

    def _lacking(self, reps: Ints) -> tuple[Ints, Ints]:
        """Return what primary lacks and what both lack, less than 0 for surplus."""
        count = len(self.primary)
        lacks_primary = self.primary - reps[..., :count]
        return lacks_primary, lacks_primary + self.on_call - reps[..., count:]

    def cost(self, reps: Ints) -> Floats:
        """Return the price of the larger of what primary lacks and what both lack."""
        lacking = np.maximum(0, np.maximum(*self._lacking(reps)))
        return np.asarray((self.under * lacking).sum(axis=-1))

    def gains(self, reps: Ints) -> Floats:
        """Return the price of a gap where one more closes it.

        One more at work closes a gap of either kind, one more on standby a gap of both tiers that
        is larger than that of primary.
        """
        lacks_primary, lacks_both = self._lacking(reps)
        at_work = np.maximum(lacks_primary, lacks_both) > 0
        standing_by = lacks_both > np.maximum(0, lacks_primary)
        closes = np.concatenate([at_work, standing_by], axis=-1)
        return np.asarray(closes * np.concatenate([self.under, self.under]))

    def to_rows(self, reps: Ints) -> Ints:
        """Return reps at work, and after them both tiers together."""
        count = len(self.primary)
        at_work, standing_by = reps[..., :count], reps[..., count:]
        return np.concatenate([at_work, at_work + standing_by], axis=-1)[..., self._rows]

    def _pairs(self, prices: Floats) -> Floats:
        """Return an interval's two prices below one another, 0 where there is no row."""
        pairs = np.zeros(2 * len(self.primary))
        pairs[self._rows] = prices
        return pairs.reshape(2, -1)

    @cached_property
    def _shared(self) -> tuple[Ints, Ints, Floats]:
        """The places of the two rows of intervals that have both, and their gaps' prices."""
        count, rows = len(self.primary), self._rows
        place = np.full(2 * count, -1)
        place[rows] = np.arange(len(rows))
        pairs = place.reshape(2, -1)
        both = np.flatnonzero((pairs >= 0).all(axis=0))
        return pairs[0, both], pairs[1, both], self.under[both]

    def within(self, prices: Floats) -> Floats:
        """Return the nearest prices of at least 0, an interval's two at most its gap's together."""
        nearest = np.clip(prices, 0.0, self.under[self._rows % len(self.primary)])
        primary, both, under = self._shared
        over = np.flatnonzero(nearest[primary] + nearest[both] > under)
        if len(over):
            one, other, most = primary[over], both[over], under[over]
            nearest[one] = np.clip((prices[one] - prices[other] + most) / 2, 0.0, most)
            nearest[other] = most - nearest[one]
        return nearest

    def worth(self, prices: Floats) -> Floats:
        """Return what a rep is worth at work, in both rows, and after that on standby."""
        of_primary, of_both = self._pairs(prices)
        return np.concatenate([of_primary + of_both, of_both])

    @property
    def intervals(self) -> int:
        """How many intervals there are, each with two cells."""
        return len(self.primary)

    def part(self, intervals: Ints, reps: Ints) -> Part:
        """Return what reps leave of some intervals; surplus primary there counts as on-call."""
        lacks_primary, lacks_both = self._lacking(reps)
        primary = np.maximum(0, lacks_primary)
        on_call = np.maximum(0, lacks_both - primary)
        cover = TwoTiers(primary[intervals], on_call[intervals], self.under[intervals])
        cells = np.concatenate([intervals, intervals + self.intervals])
        return Part(cover, cells, np.searchsorted(self._rows, cells[cover._rows]))

    def value(self, prices: Floats) -> float:
        """Return the worth of all that is required."""
        return float(prices @ self.sides)


def _check(required: Ints, under: Floats, over: Floats) -> None:
    if not len(required) == len(under) == len(over):
        raise ValueError("Give a price for each place where reps are required.")
    if (required < 0).any() or (under < 0).any() or (over < 0).any():
        raise ValueError("Reps required and prices are at least 0.")
