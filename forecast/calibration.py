r"""How wide a forecast must be, told from how far it has been off before.

Around a point forecast stands one family of nested central intervals, ordered by a *position*: from
0 upwards negative binomials whose dispersion grows by a constant factor per step; below 0 the
Poisson at narrower levels, for small counts where whole numbers make even the Poisson cover too
much. Of every forecast of the rehearsal the least position is taken at which its interval would
have covered what came. The position to use now is the quantile of these scores at the wanted
level: split conformal prediction (Vovk, Gammerman and Shafer 2005, doi:10.1007/b106715), with
weights that halve in four weeks (Barber et al. 2023, doi:10.1214/23-AOS2276).

Leads are calibrated in groups, and within a group small, middle and large forecasts, so that quiet
hours do not lend their width to busy ones. The level that is asked for follows the coverage that
was reached day by day: too little yesterday asks for a little more today (adaptive conformal
inference, Gibbs and Candès 2021, arXiv:2106.00170). All of it is replayed over the past of
the rehearsal in each call; nothing is stored.

A day that does not belong to the rhythm, such as a closure nobody told of, was missed; but how far
it was missed says nothing of other days. It counts as far out as usual days have been, and no more:
else one empty day would make the busiest guess several times the usual one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import isotonic_regression

from forecast.days import Floats, Integers
from forecast.distribution import mid_distribution
from forecast.rehearsal import PastForecasts

LEVELS = (0.5, 0.8, 0.9)
LEAD_DAYS = (1, 3, 7, 14, 28, 10_000)
SIZES = 3
DAYS_BACK = 182
HALF_LIFE_DAYS = 28.0
MOST_PAIRS = 16_000

LEAST_DISPERSION = 3e-5
STEP = 0.8
LAST = 15
NARROWING = 8.0
FIRST = -0.75 * NARROWING
BINS = 160

LEARNING_RATE = 0.1
MOST_STEP = 0.4
MOST_CORRECTION = 2.5
DAYS_BEFORE_CORRECTING = 3
FARTHEST_USUAL = 0.99
PRIOR_DAYS = 3.0
PRIOR_DAYS_OF_SIZE = 3.0
PRIOR_DISPERSION = 0.05
GROWTH = 1.3

NO_DAYS: Integers = np.empty(0, dtype=np.int64)

_EDGES = np.linspace(FIRST, LAST, BINS + 1)
_MIDDLES = (_EDGES[1:] + _EDGES[:-1]) / 2.0
_TAILS = special.ndtri((1.0 + np.array(LEVELS)) / 2.0)


@dataclass(frozen=True)
class PastErrors:
    """Forecasts made in the past beside what came.

    Parameters
    ----------
    lead_days
        Days ahead, 1 being the first.
    day
        The day forecast, since 1970-01-01.
    mean, actual
        Contacts/interval.
    """

    lead_days: Integers
    day: Integers
    mean: Floats
    actual: Floats


@dataclass(frozen=True)
class Calibration:
    """The position of the intervals, by lead, size of the forecast and level.

    Parameters
    ----------
    sizes
        Logarithm of the typical forecast of each size, contacts/interval, rising.
    position
        Groups of `LEAD_DAYS` by sizes by `LEVELS`.
    """

    sizes: Floats
    position: Floats

    def at(self, lead_days: Floats, mean: Floats) -> Floats:
        """Return the position of each interval, `LEVELS` by intervals.

        Parameters
        ----------
        lead_days
            Days ahead, 1 being the first.
        mean
            Contacts/interval forecast.
        """
        size = np.log(np.maximum(mean, np.exp(self.sizes[0])))
        place = np.interp(size, self.sizes, np.arange(len(self.sizes)))
        left = np.minimum(place.astype(int), len(self.sizes) - 1)
        right = np.minimum(left + 1, len(self.sizes) - 1)
        part = (place - left)[:, None]
        group = lead_group(lead_days)
        low, high = self.position[group, left], self.position[group, right]
        found: Floats = (low * (1 - part) + high * part).T
        return found


def past_errors(past: PastForecasts) -> PastErrors:
    """Return the pairs of a rehearsal in which something was forecast and what came is known."""
    lead = np.broadcast_to(np.arange(1, past.made.shape[1] + 1)[None, :, None], past.made.shape)
    day = np.broadcast_to(past.ordinal[:, :, None], past.made.shape)
    known = ~np.isnan(past.actual) & (past.made > 0)
    return PastErrors(lead[known], day[known], past.made[known], past.actual[known])


def lead_group(lead_days: npt.ArrayLike) -> Integers:
    """Return the position in `LEAD_DAYS` of leads in days, 1 being the first day."""
    return np.searchsorted(LEAD_DAYS, lead_days).astype(np.int64)


def dispersion_at(position: Floats) -> Floats:
    """Return the dispersion of the negative binomial at a position; 0 below 0."""
    above = LEAST_DISPERSION * np.exp(STEP * np.maximum(position, 0.0))
    return np.where(position > 0, above, 0.0)


def narrowing_at(position: Floats) -> Floats:
    """Return by what normal scores are multiplied at a position; 1 from 0 upwards."""
    narrowed: Floats = 1.0 + np.minimum(position, 0.0) / NARROWING
    return narrowed


def calibrate(
    errors: PastErrors, days_of_history: float, odd_days: Integers = NO_DAYS
) -> Calibration:
    """Read from past errors how wide the intervals must be now.

    Parameters
    ----------
    errors
        Forecasts made in the past. Few of them are drawn towards a wide prior.
    days_of_history
        Length of the history; less than two weeks of it widens the prior.
    odd_days
        Days that do not belong to the rhythm, since 1970-01-01.
    """
    wide = PRIOR_DISPERSION * max(1.0, 14.0 / max(days_of_history, 3.5))
    prior = np.full(len(LEVELS), np.log(wide / LEAST_DISPERSION) / STEP)
    chosen = _recent(errors)
    if len(chosen.day) == 0:
        return Calibration(np.zeros(1), _farther([], prior, 1))
    size = _size(chosen.mean)
    sizes = int(size.max()) + 1
    typical = np.array([np.log(chosen.mean[size == each]).mean() for each in range(sizes)])
    position = critical_positions(chosen.actual, chosen.mean)
    place = _bins(_held_in(position, np.isin(chosen.day, odd_days)))
    row = chosen.day - (chosen.day.max() - DAYS_BACK + 1)
    group = lead_group(chosen.lead_days)
    groups: list[Floats] = []
    for each in range(int(group.max()) + 1):
        inside = group == each
        counted = _count(place[:, inside], row[inside], size[inside], sizes)
        groups.append(_replay(counted, LEAD_DAYS[each] - 1, prior))
    return Calibration(typical, _farther(groups, prior, sizes))


def intervals_at(
    calibration: Calibration, lead_days: Floats, mean: Floats, uncertain: Floats
) -> list[tuple[float, Floats, Floats]]:
    """Return what `forecast.distribution.quantiles` needs: level, dispersion and narrowing.

    Parameters
    ----------
    calibration
        How wide intervals must be.
    lead_days
        Days ahead of each interval, 1 being the first.
    mean
        Contacts/interval forecast.
    uncertain
        Added to the dispersion of each interval, for what the past errors do not hold.
    """
    position = calibration.at(lead_days, mean)
    return [
        (level, dispersion_at(each) + uncertain, narrowing_at(each))
        for level, each in zip(LEVELS, position, strict=True)
    ]


def critical_positions(actual: Floats, mean: Floats) -> Floats:
    """Return the least position at which each interval covers what came.

    Parameters
    ----------
    actual
        Contacts/interval that came.
    mean
        Contacts/interval that were forecast, above 0.

    Returns
    -------
    numpy.ndarray
        `LEVELS` by pairs, from `FIRST` to `LAST`; what no interval covers has `LAST`.
    """
    nodes = LEAST_DISPERSION * np.exp(STEP * np.arange(LAST + 1))
    count = np.floor(actual)
    off = np.empty((LAST + 1, len(actual)))
    for place, dispersion in enumerate(nodes):
        reached = mid_distribution(count, mean, float(dispersion))
        off[place] = special.ndtri(np.clip(reached, 1e-12, 1.0 - 1e-12))
    off = np.minimum.accumulate(np.abs(off), axis=0)
    pair = np.arange(len(actual))
    found = np.empty((len(LEVELS), len(actual)))
    for row, tail in enumerate(_TAILS):
        covered = (off > tail).sum(axis=0)
        below = off[np.clip(covered - 1, 0, LAST), pair]
        above = off[np.clip(covered, 0, LAST), pair]
        part = np.divide(
            below - tail, below - above, out=np.zeros_like(off[0]), where=below > above
        )
        between = np.where(covered > LAST, LAST, covered - 1 + part)
        found[row] = np.where(covered == 0, NARROWING * (off[0] / tail - 1.0), between)
    return np.clip(found, FIRST, LAST)


def _recent(errors: PastErrors) -> PastErrors:
    """Return the pairs of the last half year, of very many an even choice."""
    if len(errors.day) == 0:
        return errors
    chosen = np.flatnonzero(errors.day > errors.day.max() - DAYS_BACK)
    if len(chosen) > MOST_PAIRS:
        # In the order of days, so that a choice at even steps takes as much of every day.
        chosen = chosen[np.argsort(errors.day[chosen], kind="stable")]
        chosen = chosen[np.linspace(0, len(chosen) - 1, MOST_PAIRS).astype(int)]
    return PastErrors(
        errors.lead_days[chosen], errors.day[chosen], errors.mean[chosen], errors.actual[chosen]
    )


def _held_in(position: Floats, odd: npt.NDArray[np.bool_]) -> Floats:
    """Return the positions, those of odd days no farther out than usual days have been."""
    if odd.all() or not odd.any():
        return position
    farthest = np.quantile(position[:, ~odd], FARTHEST_USUAL, axis=1)[:, None]
    held: Floats = np.where(odd, np.minimum(position, farthest), position)
    return held


def _size(mean: Floats) -> Integers:
    """Return 0 for the smallest third of the forecasts to 2 for the largest; ties share a third."""
    borders = np.quantile(mean, np.arange(1, SIZES) / SIZES)
    size: Integers = np.unique(np.searchsorted(borders, mean), return_inverse=True)[1]
    return size


def _bins(scores: Floats) -> Integers:
    """Return the bin of each score."""
    place: Integers = ((scores - FIRST) / (_EDGES[1] - FIRST)).astype(np.int64)
    return np.clip(place, 0, BINS - 1)


def _count(place: Integers, row: Integers, size: Integers, sizes: int) -> Floats:
    """Return how many scores fall into each bin: days by sizes by levels by bins."""
    shape = (DAYS_BACK, sizes, BINS)
    key = (row * sizes + size) * BINS
    counted = [
        np.bincount(key + of_level, minlength=int(np.prod(shape))).reshape(shape)
        for of_level in place
    ]
    return np.stack(counted, axis=2).astype(float)


def _replay(counted: Floats, delay: int, prior: Floats) -> Floats:
    """Go through the past day by day and return the positions that hold after it.

    Parameters
    ----------
    counted
        Days by sizes by levels by bins.
    delay
        Days between what a forecast could be calibrated on and the day that it is for.
    prior
        Position of each level when nothing is known.

    Returns
    -------
    numpy.ndarray
        Sizes by levels.
    """
    fade = 0.5 ** (1.0 / HALF_LIFE_DAYS)
    gathered = np.zeros(counted.shape[1:])
    wanted = np.array(LEVELS)
    correction = np.zeros(len(LEVELS))  # of log odds, so that a level stays below 1
    held: list[Floats] = []
    known = 0
    for today in counted:
        of_day = today.sum(axis=0)
        pairs = of_day[0].sum()
        held.append(_quantile(gathered.sum(axis=0), _corrected(wanted, correction)))
        if pairs > 0:
            if known >= DAYS_BEFORE_CORRECTING:
                used = held[max(len(held) - 1 - delay, 0)]
                covered = np.where(used[:, None] >= _MIDDLES, of_day, 0.0).sum(axis=1) / pairs
                step = LEARNING_RATE * (wanted - covered) / (wanted * (1.0 - wanted))
                # One day that was missed altogether is one event, not twenty-four.
                step = np.clip(step, -MOST_STEP, MOST_STEP)
                correction = np.clip(correction + step, -MOST_CORRECTION, MOST_CORRECTION)
            known += 1
        gathered = gathered * fade + today
    levels = _corrected(wanted, correction)
    pooled = _quantile(gathered.sum(axis=0), levels)
    own = _quantile(gathered, levels)
    trust = known / (known + PRIOR_DAYS_OF_SIZE) * (gathered.sum(axis=2) > 0)
    position = pooled + trust * (own - pooled)
    drawn: Floats = prior + known / (known + PRIOR_DAYS) * (position - prior)
    return drawn


def _corrected(levels: Floats, correction: Floats) -> Floats:
    """Return the levels to ask for, when their log odds are corrected."""
    asked: Floats = special.expit(special.logit(levels) + correction)
    return asked


def _quantile(counted: Floats, levels: Floats) -> Floats:
    """Return the position up to which a share of the scores lies, linear within a bin.

    Parameters
    ----------
    counted
        Weight of each bin, along the last axis.
    levels
        The shares, for the axis before.
    """
    passed = np.cumsum(counted, axis=-1)
    wanted = levels * passed[..., -1]
    place = np.minimum((passed < wanted[..., None]).sum(axis=-1), BINS - 1)
    inside = np.take_along_axis(counted, place[..., None], axis=-1)[..., 0]
    before = np.take_along_axis(passed, place[..., None], axis=-1)[..., 0] - inside
    part = np.divide(wanted - before, inside, out=np.ones_like(inside), where=inside > 0)
    found: Floats = _EDGES[place] + np.clip(part, 0.0, 1.0) * (_EDGES[1] - _EDGES[0])
    return found


def _farther(groups: list[Floats], prior: Floats, sizes: int) -> Floats:
    """Make no farther lead narrower than a nearer one, and go on beyond the rehearsal.

    Where the past says otherwise, groups are averaged (isotonic regression), so that the whole is
    neither wider nor narrower for it.

    Returns
    -------
    numpy.ndarray
        Groups of `LEAD_DAYS` by sizes by levels.
    """
    found = np.stack(groups or [np.tile(prior, (sizes, 1))])
    flat = found.reshape(len(found), -1)
    rising = np.stack([isotonic_regression(column).x for column in flat.T], axis=1)
    filled = list(rising.reshape(found.shape))
    while len(filled) < len(LEAD_DAYS):
        filled.append(filled[-1] + np.log(GROWTH) / STEP)
    return np.stack(filled)
