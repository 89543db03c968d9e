r"""How many reps an interval calls for, whatever comes: a distribution instead of two numbers.

Each interval's requirement is searched at several volumes, those that stay unexceeded with the
probabilities `LEVELS`, all intervals at the same level at once, so that what is carried over from
the interval before is carried over. Between those volumes the requirement of an interval is linear
in its volume, from the reps on duty while nothing comes. The reps :math:`r_i` found at a volume
:math:`v_i` are the least whole number that suffices, so the line goes through :math:`r_i - 1/2` and
is rounded up: it gives back :math:`r_i` at :math:`v_i`, and is neither above nor below in between.
Beyond the outermost volume it goes on as from the median.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special

from forecast.days import Floats, Integers
from forecast.paths import volume_at
from forecast.series import VolumeForecast
from optimizer.demand import Demand
from optimizer.planned_volume import MOST_VOLUME, PlannedVolume, planned_volume
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import reps_at, search_reps

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.995)
"""Probabilities at which reps are searched, beside the guard."""

DRAWS = 1000
"""Equally likely volumes of an interval from which probabilities of reps are counted."""


@dataclass(frozen=True)
class RequiredDistribution:
    """How many reps on duty each interval of a queue calls for, whatever comes.

    Parameters
    ----------
    queue
        Its name.
    starts
        Of the intervals, in UTC.
    levels
        Probabilities, rising.
    volume
        Contacts/interval that are not exceeded with these probabilities; intervals by levels.
    reps
        The fewest reps on duty that keep the promise at these volumes; intervals by levels.
    least
        Reps on duty while nothing comes; one number for each interval.

    Raises
    ------
    ValueError
        When shapes differ, there are fewer than two levels, or volumes or reps fall with them.
    """

    queue: str
    starts: pd.DatetimeIndex
    levels: tuple[float, ...]
    volume: Floats
    reps: Integers
    least: Integers

    def __post_init__(self) -> None:
        shape = len(self.starts), len(self.levels)
        if (self.volume.shape, self.reps.shape, self.least.shape) != (shape, shape, shape[:1]):
            raise ValueError(f"Queue {self.queue}: volumes and reps are intervals by levels.")
        if len(self.levels) < 2 or (np.diff(self.levels) <= 0).any():
            raise ValueError(f"Queue {self.queue}: there are at least two levels, and they rise.")
        if not 0 < self.levels[0] < self.levels[-1] < 1:
            raise ValueError(f"Queue {self.queue}: levels lie strictly between 0 and 1.")
        rising = np.column_stack([self.least, self.reps])
        if (np.diff(self.volume, axis=1) < 0).any() or (np.diff(rising, axis=1) < 0).any():
            raise ValueError(f"Queue {self.queue}: more volume never requires fewer reps.")

    def of_volume(self, volume: Floats | Integers) -> Integers:
        """Return the reps on duty that volumes call for.

        Parameters
        ----------
        volume
            Contacts/interval, draws or paths by intervals.

        Returns
        -------
        numpy.ndarray
            Whole reps, of the same shape.
        """
        reps = np.zeros(volume.shape, dtype=np.int64)
        middle = int(np.argmin(np.abs(np.array(self.levels) - 0.5)))
        for place in map(int, np.flatnonzero(self.reps[:, -1] > 0)):
            at = np.concatenate([[0.0], self.volume[place]])
            line = np.concatenate([self.least[place : place + 1], self.reps[place]]) - 0.5
            known = np.interp(volume[:, place], at, line)
            known += self._slope(place, middle, -1) * np.maximum(volume[:, place] - at[-1], 0.0)
            reps[:, place] = np.ceil(known - 1e-9)
        return np.maximum(reps, 0)

    @cached_property
    def draws(self) -> Integers:
        """Reps that equally likely volumes of each interval call for, draws by intervals."""
        at = special.ndtri(np.array(self.levels))
        score = special.ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
        root = np.sqrt(self.volume)
        volume = np.stack([_drawn(score, at, row) for row in root], axis=1)
        return self.of_volume(volume)

    def quantile(self, probability: float) -> Integers:
        """Return the fewest reps on duty of each interval that suffice with this probability."""
        rank = int(np.clip(np.ceil(probability * DRAWS - 1e-9) - 1, 0, DRAWS - 1))
        found: Integers = np.sort(self.draws, axis=0)[rank]
        return found

    def exceeding(self) -> Floats:
        """Return the probability that more than 0, 1, 2, … reps are called for.

        Returns
        -------
        numpy.ndarray
            Intervals by number of reps, up to one that is never exceeded.
        """
        return exceeding(self.draws)

    def _slope(self, place: int, low: int, high: int) -> float:
        rise = float(self.volume[place, high] - self.volume[place, low])
        return float(self.reps[place, high] - self.reps[place, low]) / rise if rise > 0 else 0.0


def exceeding(draws: Integers) -> Floats:
    """Return the share of draws with more than 0, 1, 2, … reps.

    Parameters
    ----------
    draws
        Equally likely whole reps, draws by intervals.

    Returns
    -------
    numpy.ndarray
        Intervals by number of reps, up to one that is never exceeded.

    Examples
    --------
    >>> exceeding(np.array([[0, 2], [1, 2]]))
    array([[0.5, 0. , 0. ],
           [1. , 1. , 0. ]])
    """
    intervals, most = draws.shape[1], int(draws.max(initial=0))
    counts = np.zeros((intervals, most + 1))
    np.add.at(counts, (np.arange(intervals)[None].repeat(len(draws), 0), draws), 1.0)
    share: Floats = 1.0 - np.cumsum(counts, axis=1) / len(draws)
    return np.maximum(share, 0.0)


def required_distributions(
    demands: Sequence[Demand],
    queues: Mapping[str, QueueSettings],
    table: pd.DataFrame,
    guard: float,
) -> dict[str, RequiredDistribution]:
    """Find how many reps every queue calls for, whatever comes.

    Of an asynchronous queue only the median and the guard are told: its volume can wait.

    Parameters
    ----------
    demands
        One per queue.
    queues
        Settings by name of the queue.
    table
        What `optimizer.requirement.plan_requirement` found at the median and at the guard.
    guard
        Probability of the volume that primary and on-call serve together.

    Returns
    -------
    dict
        By name of the queue.

    Raises
    ------
    InputError
        As `optimizer.requirement.plan_requirement`.
    """
    found = {}
    for demand in demands:
        rows = table[table["queue"] == demand.queue].sort_values("interval_start")
        found[demand.queue] = _distribution(demand, queues[demand.queue], rows, guard)
    return found


def _distribution(
    demand: Demand, settings: QueueSettings, rows: pd.DataFrame, guard: float
) -> RequiredDistribution:
    planned = planned_volume(demand, settings, guard)
    known = _Known(planned, guard, rows["primary"].to_numpy(), rows["on_call"].to_numpy())
    forecast = VolumeForecast(demand.queue, "demand", demand.calendar, demand.table)
    wanted = sorted({0.5, guard} if settings.is_asynchronous else {*LEVELS, guard})
    levels = np.array(wanted if len(wanted) > 1 else [*wanted, LEVELS[-1]])
    volume = np.minimum(volume_at(forecast, levels), MOST_VOLUME)
    volume = np.maximum.accumulate(known.placed(volume, levels), axis=1)
    reps = np.zeros(volume.shape, dtype=np.int64)
    for place, level in enumerate(levels):
        reps[:, place] = known.reps(level)
        if level not in (0.5, guard) and not settings.is_asynchronous:
            guess = known.guess(volume[:, place])
            reps[:, place] = search_reps(demand, settings, volume[:, place], planned, guess)
    # Short intervals may pull each other to and fro by one.
    reps = np.maximum.accumulate(reps, axis=1)
    least = np.zeros(len(reps), dtype=np.int64)
    if not settings.is_asynchronous:
        idle = search_reps(demand, settings, np.zeros(len(reps)), planned)
        least = np.minimum(idle, reps[:, 0])
    starts = pd.DatetimeIndex(demand.table.index)
    return RequiredDistribution(demand.queue, starts, tuple(levels.tolist()), volume, reps, least)


@dataclass(frozen=True)
class _Known:
    """What the requirement says already: reps at the median and at the guard."""

    planned: PlannedVolume
    guard: float
    primary: Integers
    on_call: Integers

    def placed(self, volume: Floats, levels: Floats) -> Floats:
        """Return volumes in which the median and the guard are those of the requirement."""
        volume = volume.copy()
        volume[:, levels == 0.5] = self.planned.median[:, None]
        volume[:, levels == self.guard] = self.planned.guarded[:, None]
        return volume

    def reps(self, level: float) -> Integers:
        return self.primary if level <= 0.5 else self.primary + self.on_call

    def guess(self, volume: Floats) -> Integers:
        """Return about how many reps another volume calls for."""
        return reps_at(volume, self.planned.median, self.primary)


def _drawn(score: Floats, at: Floats, root: Floats) -> Floats:
    """Return volumes at normal scores: their root is linear in the score, as in sample paths."""
    found = np.interp(score, at, root)
    middle = int(np.argmin(np.abs(at)))
    for end, side in ((0, -1.0), (len(at) - 1, 1.0)):
        if end != middle:
            slope = (root[end] - root[middle]) / (at[end] - at[middle])
            found += slope * side * np.maximum(side * (score - at[end]), 0.0)
    volume: Floats = np.rint(np.maximum(found, 0.0) ** 2)
    return volume
