r"""Sample paths: whole counts of every interval, with errors that hang together as in the past.

A path draws one normal score per interval,

.. math:: z_t = \sqrt{w}\,W + \sqrt{d}\,D_{day(t)} + \sqrt{1 - w - d}\,e_t,

with the shares :math:`w` and :math:`d` of `forecast.dependence.Dependence` and autoregressions of
first order for the days' parts and the intervals' own; a busy morning means a busy afternoon.
Where most days are calm and a few are wild, :math:`D` follows Student's t, and the score is mapped
back to a normal one. The score becomes a count through the interval's own distribution (a copula:
Sklar 1959; Nelsen 2006, doi:10.1007/0-387-28678-0; of t: Demarta and McNeil 2005,
doi:10.1111/j.1751-5823.2005.tb00254.x), so one interval of many paths has the quantiles of the
forecast.

Between quantiles the square root of contacts is linear in the normal score, and beyond the
outermost it goes on at the slope from the median: roots of counts are nearly normal. Small
counts are drawn from the negative binomial that has the forecast's mean and uppermost quantile,
since between few whole numbers quantiles alone do not say how often nothing comes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from forecast.days import DAYS_OF_WEEK, Flags, Floats, Integers, lay_out
from forecast.dependence import TYPICAL, Dependence
from forecast.distribution import distribution_function, quantile
from forecast.series import VolumeForecast, quantile_column

SMALL = 5.0
MOST_DISPERSION = 4.0
HALVINGS = 20
LARGEST_SCORE = 6.0
SCALES = 40
FARTHEST_SCORE = 20.0
TABULATED = 1001


def sample_paths(forecast: VolumeForecast, count: int, seed: int) -> Integers:
    """Draw paths of a forecast.

    Parameters
    ----------
    forecast
        Its `dependence` says how intervals hang together; where it says nothing, as when it was
        read from a file of quantiles, a typical one holds.
    count
        How many paths.
    seed
        The same seed draws the same paths.

    Returns
    -------
    numpy.ndarray
        Contacts/interval, whole, paths by intervals; 0 where the queue is closed.

    Raises
    ------
    ValueError
        When `count` is not positive.
    """
    if count < 1:
        raise ValueError(f"There is at least 1 path, not {count}.")
    index = pd.DatetimeIndex(forecast.table.index)
    day = lay_out(index, forecast.calendar).ordinal
    score = normal_scores(day, forecast.dependence or TYPICAL, count, seed)
    return counts_at(forecast, score)


def normal_scores(day: Integers, dependence: Dependence, count: int, seed: int) -> Floats:
    """Draw standard normal scores of intervals that hang together.

    Parameters
    ----------
    day
        Local day of each interval, since 1970-01-01.
    dependence
        How they hang together.
    count
        How many paths.
    seed
        Of the draw.

    Returns
    -------
    numpy.ndarray
        Paths by intervals.
    """
    return scores_of(Noise.drawn(day, count, seed), dependence)


@dataclass(frozen=True)
class Noise:
    """What chance brings to paths, before it is known how intervals hang together.

    Parameters
    ----------
    row
        The day of each interval, from 0.
    of_week, of_day, own
        Independent standard normal numbers, paths by weeks, by days and by intervals.
    wild
        Independent numbers between 0 and 1, paths by days.
    """

    row: Integers
    of_week: Floats
    of_day: Floats
    own: Floats
    wild: Floats

    @classmethod
    def drawn(cls, day: Integers, count: int, seed: int) -> "Noise":
        """Draw noise; the parameters are those of `normal_scores`."""
        rng = np.random.default_rng(seed)
        row = day - day[0]
        days = int(row[-1]) + 1
        weeks = (days + DAYS_OF_WEEK - 1) // DAYS_OF_WEEK
        of_week = rng.standard_normal((count, weeks))
        of_day = rng.standard_normal((count, days))
        own = rng.standard_normal((count, len(day)))
        return cls(row, of_week, of_day, own, rng.random((count, days)))


def scores_of(noise: Noise, dependence: Dependence) -> Floats:
    """Return the normal scores, paths by intervals, that noise makes with a dependence."""
    of_day = _autoregression(noise.of_day, dependence.next_day)
    own = _autoregression(noise.own, dependence.next_interval)
    wild = wildness(dependence.tail)
    common = dependence.week + dependence.day
    week = np.arange(of_day.shape[1]) // DAYS_OF_WEEK
    together = np.sqrt(dependence.week) * noise.of_week[:, week] + np.sqrt(dependence.day) * of_day
    together *= wild[(noise.wild * len(wild)).astype(np.int64)]
    score: Floats = together[:, noise.row] + np.sqrt(1.0 - common) * own
    return _made_normal(score, common, wild)


def wildness(tail: float) -> Floats:
    r"""Return equally likely scales of a day's part, their mean square 1.

    Student's t is a normal with an uncertain scale, :math:`\sqrt{\nu / \chi^2_\nu}`; here it is one
    of `SCALES`, so that the distribution of a score is a mean of few normals.

    Parameters
    ----------
    tail
        One over the degrees of freedom, 0 for the normal.
    """
    if tail == 0:
        return np.ones(1)
    middle = (np.arange(SCALES) + 0.5) / SCALES
    square = 1.0 / special.gammaincinv(0.5 / tail, middle)
    scales: Floats = np.sqrt(square / square.mean())
    return scales


def _made_normal(score: Floats, share: float, wild: Floats) -> Floats:
    """Return the normal scores that are as probable as scores in which a day's part is wild."""
    if len(wild) == 1:
        return score
    at = np.linspace(-FARTHEST_SCORE, FARTHEST_SCORE, TABULATED)
    spread = np.sqrt(1.0 - share + share * wild**2)
    # The lower tail alone: close to 1 a probability would have too few digits left.
    lower = special.ndtr(-np.abs(at)[:, None] / spread).mean(axis=1)
    told = special.ndtri(lower) * -np.sign(at)
    # Linear between steps of one length; a search for each step would take most of the time.
    place = (np.clip(score, at[0], at[-1]) - at[0]) * ((TABULATED - 1) / (at[-1] - at[0]))
    left = np.minimum(place.astype(np.int64), TABULATED - 2)
    normal: Floats = told[left] + (place - left) * np.diff(told)[left]
    return normal


def counts_at(forecast: VolumeForecast, score: Floats) -> Integers:
    """Return the whole counts that lie at normal scores of the forecast's distribution.

    Parameters
    ----------
    forecast
        Quantiles of contacts/interval.
    score
        Normal scores, paths by intervals.
    """
    return counts_between(*_told(forecast), score)


def _told(forecast: VolumeForecast) -> tuple[Floats, Floats, Floats]:
    """Return mean, quantiles (intervals by levels) and their levels."""
    names = [quantile_column(level) for level in forecast.probabilities]
    mean = forecast.table["mean"].to_numpy(dtype=float)
    return mean, forecast.table[names].to_numpy(dtype=float), np.array(forecast.probabilities)


def counts_between(mean: Floats, quantiles: Floats, levels: Floats, score: Floats) -> Integers:
    """Return the whole counts that lie at normal scores of distributions told by quantiles.

    Parameters
    ----------
    mean
        Contacts/interval.
    quantiles
        Contacts/interval, intervals by levels.
    levels
        Probabilities of the quantiles, rising.
    score
        Normal scores, paths by intervals.
    """
    counts = np.zeros(score.shape, dtype=np.int64)
    bounded = np.clip(score, -LARGEST_SCORE, LARGEST_SCORE)
    few, many = _few_and_many(mean, quantiles)
    counts[:, many] = _between_quantiles(quantiles[many], levels, bounded[:, many])
    counts[:, few] = _negative_binomial(
        mean[few], quantiles[few, -1], float(levels[-1]), bounded[:, few]
    )
    return counts


def _few_and_many(mean: Floats, quantiles: Floats) -> tuple[Flags, Flags]:
    """Say which open intervals have few contacts, and which have many."""
    is_open = quantiles[:, -1] > 0
    few = is_open & (mean > 0) & (mean < SMALL)
    return few, is_open & ~few


def _autoregression(noise: Floats, correlation: float) -> Floats:
    """Turn noise into standard normal series in which each value is so correlated with the next."""
    from scipy.signal import lfilter

    start = correlation * noise[:, :1]
    step = np.sqrt(1.0 - correlation**2)
    # The first value is stationary: it has variance 1 like all others.
    first, rest = noise[:, :1], noise[:, 1:]
    later, _ = lfilter([step], [1.0, -correlation], rest, axis=1, zi=start)
    result: Floats = np.concatenate([first, later], axis=1)
    return result


def volume_at(forecast: VolumeForecast, probabilities: Floats) -> Floats:
    """Return the volume that paths of a forecast stay below with given probabilities.

    Unlike `VolumeForecast.quantile` it also answers beyond the outermost quantiles.

    Parameters
    ----------
    forecast
        Quantiles of contacts/interval.
    probabilities
        Strictly between 0 and 1.

    Returns
    -------
    numpy.ndarray
        Contacts/interval, not rounded; intervals by probabilities.
    """
    mean, quantiles, levels = _told(forecast)
    score = special.ndtri(probabilities)
    volume = np.zeros((len(mean), len(score)))
    few, many = _few_and_many(mean, quantiles)
    at = np.repeat(score[:, None], int(many.sum()), axis=1)
    volume[many] = _volume_between(quantiles[many], levels, at).T
    dispersion = _dispersion(mean[few], quantiles[few, -1], float(levels[-1]))
    for place, probability in enumerate(probabilities):
        volume[few, place] = quantile(float(probability), mean[few], dispersion)
    return volume


def _between_quantiles(quantiles: Floats, levels: Floats, score: Floats) -> Integers:
    """Return counts at scores, paths by intervals, from quantiles, intervals by levels."""
    counts: Integers = np.rint(_volume_between(quantiles, levels, score)).astype(np.int64)
    return counts


def _volume_between(quantiles: Floats, levels: Floats, score: Floats) -> Floats:
    """Return contacts/interval at scores, paths by intervals; quantiles are intervals by levels."""
    at = special.ndtri(levels)
    root = np.sqrt(quantiles)
    middle = int(np.argmin(np.abs(levels - 0.5)))
    slopes = np.diff(root, axis=1) / np.diff(at) if len(at) > 1 else np.zeros((len(root), 0))
    outer = []
    for end in (0, len(at) - 1):
        run = at[end] - at[middle]
        rise = root[:, end] - root[:, middle]
        outer.append(rise / run if run else np.zeros(len(root)))
    slopes = np.concatenate([outer[0][:, None], slopes, outer[1][:, None]], axis=1)
    segment = np.searchsorted(at, score)
    knot = np.maximum(segment - 1, 0)
    interval = np.arange(len(root))[None]
    reached = root[interval, knot] + slopes[interval, segment] * (score - at[knot])
    volume: Floats = np.maximum(reached, 0.0) ** 2
    return volume


def _dispersion(mean: Floats, top: Floats, level: float) -> Floats:
    """Return the dispersion with which each mean reaches its uppermost quantile."""
    low, high = np.zeros(len(mean)), np.full(len(mean), MOST_DISPERSION)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        enough = quantile(level, mean, middle) >= top
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low


def _negative_binomial(mean: Floats, top: Floats, level: float, score: Floats) -> Integers:
    """Return small counts at scores, from each interval's mean and uppermost quantile."""
    low = _dispersion(mean, top, level)
    counts = np.zeros(score.shape, dtype=np.int64)
    share = special.ndtr(score)
    for place, (center, dispersion) in enumerate(zip(mean, low, strict=True)):
        most = np.arange(np.ceil(center + 20.0 * np.sqrt(center + dispersion * center**2)) + 20.0)
        reached = distribution_function(most, np.full(len(most), center), float(dispersion))
        counts[:, place] = np.searchsorted(reached, share[:, place])
    return counts
