r"""What totals of a queue's past forecasts did, told from a rehearsal.

Six things are read from the past, in units of independent intervals:

- half of the width that 80 and 90 % intervals of day totals need, and the same of week totals;
- the correlation of neighbouring intervals;
- the correlation of the totals of neighbouring days of one forecast.

Widths are quantiles of absolute errors: split conformal prediction (Vovk, Gammerman and Shafer
2005, doi:10.1007/b106715). Each level has a width of its own, since errors of totals are more
peaked than a normal, and each follows how many of the last totals it would have held (adaptive
conformal inference, Gibbs and Candès 2021, arXiv:2106.00170). `forecast.dependence_fitting` finds
the sample paths that do the same.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from forecast.calibration import Calibration, dispersion_at, narrowing_at
from forecast.days import DAYS_OF_WEEK, Floats, Integers
from forecast.dependence import TYPICAL, Dependence
from forecast.dependence_fitting import LEVELS, Reference, Wanted, fit
from forecast.distribution import mid_distribution
from forecast.rehearsal import PastForecasts

MOST_ORIGINS = 182
HALF_LIFE_DAYS = 56.0
FIRST_FOLLOWED = 14
DAY_RATE = 0.2
WEEK_RATE = 0.05
MOST_CORRECTION = 1.0
TYPICAL_DAYS = 14.0
LARGEST_SCORE = 4.0
MIDDLE = 1  # of `forecast.calibration.LEVELS`: 80 %

TAILS: Floats = special.ndtri((1.0 + np.array(LEVELS)) / 2.0)


@dataclass(frozen=True)
class Errors:
    """Errors of a rehearsal, origins by days ahead by slots; NaN where they are not known.

    Parameters
    ----------
    score
        Normal scores.
    off
        Contacts/interval come above those forecast.
    variance
        What the forecast's own distribution has of it.
    origin
        The first day ahead of each origin, since 1970-01-01.
    weight
        A weight per origin, halving with age.
    """

    score: Floats
    off: Floats
    variance: Floats
    origin: Integers
    weight: Floats


@dataclass(frozen=True)
class Totals:
    """Errors of totals.

    Parameters
    ----------
    score
        In standard deviations of independent intervals, origins by totals; NaN where not known.
    known_on
        The first day on which each was known, since 1970-01-01.
    days
        Days of a total.
    """

    score: Floats
    known_on: Integers
    days: int


def learn_dependence(past: PastForecasts, calibration: Calibration) -> Dependence:
    """Return how errors hang together; that of a typical queue where nothing is known.

    Parameters
    ----------
    past
        A rehearsal, best with an origin on every day.
    calibration
        How wide its intervals are.
    """
    errors = _errors(past, calibration)
    known = ~np.isnan(errors.off)
    if not known.any():
        return TYPICAL
    reference = _reference(past, calibration)
    days = int(known.any(axis=(1, 2)).sum())
    return fit(_wanted(errors), reference, days / (days + TYPICAL_DAYS))


def _errors(past: PastForecasts, calibration: Calibration) -> Errors:
    made = past.made[-MOST_ORIGINS:, :DAYS_OF_WEEK]
    off = past.actual[-MOST_ORIGINS:, :DAYS_OF_WEEK] - made
    known = ~np.isnan(off) & (made > 0)
    lead = np.broadcast_to(np.arange(1, made.shape[1] + 1)[None, :, None], made.shape)[known]
    mean = made[known]
    position = calibration.at(lead, mean)[MIDDLE]
    dispersion, narrowing = dispersion_at(position), narrowing_at(position)
    reached = mid_distribution(np.floor(mean + off[known]), mean, dispersion)
    normal = special.ndtri(np.clip(reached, 1e-9, 1.0 - 1e-9)) / narrowing
    score, variance = np.full(made.shape, np.nan), np.full(made.shape, np.nan)
    score[known] = np.clip(normal, -LARGEST_SCORE, LARGEST_SCORE)
    variance[known] = (mean + dispersion * mean**2) * narrowing**2
    day = past.ordinal[-MOST_ORIGINS:, 0]
    weight = 0.5 ** ((day.max(initial=0) - day) / HALF_LIFE_DAYS)
    return Errors(score, np.where(known, off, np.nan), variance, day, weight)


def _reference(past: PastForecasts, calibration: Calibration) -> Reference:
    """Return the newest rehearsed stretch that is as long as any, with the widths of now."""
    made = past.made[-MOST_ORIGINS:, :DAYS_OF_WEEK]
    came = ~np.isnan(past.actual[-MOST_ORIGINS:, :DAYS_OF_WEEK]) & (made > 0)
    filled = came.any(axis=2).sum(axis=1)
    row = int(np.flatnonzero(filled == filled.max())[-1])
    mean = np.where(came[row], made[row], 0.0)
    lead = np.broadcast_to(np.arange(1, len(mean) + 1)[:, None], mean.shape)
    position = calibration.at(lead.ravel().astype(float), mean.ravel())[MIDDLE].reshape(mean.shape)
    variance = (mean + dispersion_at(position) * mean**2) * narrowing_at(position) ** 2
    return Reference.of(mean, variance, calibration)


def _wanted(errors: Errors) -> Wanted:
    """Return what paths are to have in common with the past."""
    of_day, of_week = _day_totals(errors), _week_totals(errors)
    day = _followed(of_day, errors, DAY_RATE)
    week = _followed(of_week, errors, WEEK_RATE)
    most = 3.0 * day.mean()
    clipped = np.clip(of_day.score, -most, most)
    next_day = _correlation(clipped[:, :-1], clipped[:, 1:], errors.weight[:, None])
    score = errors.score * np.sqrt(errors.variance)
    neighbours = _correlation(score[:, :, :-1], score[:, :, 1:], errors.weight[:, None, None])
    return Wanted(day, week, neighbours, next_day)


def _day_totals(errors: Errors) -> Totals:
    per_day, variance = _sums(errors)
    ahead = np.arange(1, per_day.shape[1] + 1)
    return Totals(_in_units(per_day, variance), errors.origin[:, None] + ahead, 1)


def _week_totals(errors: Errors) -> Totals:
    """Return totals of weeks, of which more than half of the days are known."""
    per_day, variance = _sums(errors)
    most = (variance > 0).sum(axis=1) > DAYS_OF_WEEK // 2
    score = _in_units(per_day.sum(axis=1), np.where(most, variance.sum(axis=1), 0.0))
    return Totals(score[:, None], errors.origin[:, None] + DAYS_OF_WEEK, DAYS_OF_WEEK)


def _sums(errors: Errors) -> tuple[Floats, Floats]:
    """Return errors and variances of days, origins by days ahead."""
    off, variance = (
        np.where(np.isnan(each), 0.0, each).sum(axis=2) for each in (errors.off, errors.variance)
    )
    return off, variance


def _in_units(total: Floats, variance: Floats) -> Floats:
    """Return totals in standard deviations of independent intervals; NaN where there is none."""
    some = variance > 0
    root = np.sqrt(np.where(some, variance, 1.0))
    return np.where(some, total / root, np.nan)


def _followed(totals: Totals, errors: Errors, rate: float) -> Floats:
    """Return half the widths of intervals of totals, by level; 0 where nothing is known.

    The past is gone through origin by origin, each with what was known then: where totals lay
    outside of their intervals too often the next ones are widened, where too seldom narrowed.

    Parameters
    ----------
    totals
        Those of the rehearsal.
    errors
        Whose weights they have.
    rate
        By how much a total that was missed moves the logarithm of a width.
    """
    correction = np.zeros(len(LEVELS))
    held = np.full((len(totals.score), len(LEVELS)), np.nan)
    size = np.abs(totals.score)
    before = errors.origin[0]
    some = ~np.isnan(size)
    # After the last origin comes today, on which all that is to be known is known.
    todays = np.append(errors.origin[1:], totals.known_on.max(initial=0))
    wide = _wide(totals, errors, before)
    for place, today in enumerate(todays, start=1):
        new = some & (totals.known_on > before) & (totals.known_on <= today)
        judged = new & ~np.isnan(held[:, :1])
        if judged.any():
            row, column = np.nonzero(judged)
            within = size[row, column][:, None] <= held[row]
            missed = np.array(LEVELS) - within.mean(axis=0)
            correction = np.clip(correction + rate * missed, -MOST_CORRECTION, MOST_CORRECTION)
        wide = _wide(totals, errors, int(today)) * np.exp(correction)
        if place < len(held) and place >= FIRST_FOLLOWED and wide.any():
            held[place] = wide
        before = today
    return np.maximum.accumulate(wide)


def _wide(totals: Totals, errors: Errors, today: int) -> Floats:
    """Return the quantiles of absolute totals known on a day, by level; 0 where there are none.

    Of few totals a quantile is so unsure that what comes next follows Student's t.
    """
    known = ~np.isnan(totals.score) & (totals.known_on <= today)
    if not known.any():
        return np.zeros(len(LEVELS))
    weight = np.broadcast_to(errors.weight[:, None], known.shape)
    size, weights = np.abs(totals.score[known]), weight[known]
    order = np.argsort(size)
    passed = np.cumsum(weights[order])
    at = np.minimum(np.searchsorted(passed, np.array(LEVELS) * passed[-1]), len(size) - 1)
    of_origins = errors.weight[known.any(axis=1)]
    between = float(np.median(np.diff(errors.origin))) if len(errors.origin) > 1 else 1.0
    evidence = of_origins.sum() / of_origins[-1] * between / totals.days
    unsure = special.stdtrit(max(evidence, 2.0), special.ndtr(TAILS)) / TAILS
    found: Floats = size[order][at] * unsure
    return found


def _correlation(one: Floats, other: Floats, weight: Floats) -> float:
    """Return the correlation of errors about 0; 0 where no pair is known."""
    both = ~np.isnan(one) & ~np.isnan(other)
    weights = np.where(both, weight, 0.0)
    left, right = np.where(both, one, 0.0), np.where(both, other, 0.0)
    whole = np.sqrt((weights * left**2).sum() * (weights * right**2).sum())
    return float((weights * left * right).sum() / whole) if whole > 0 else 0.0
