r"""The dependence of a queue's errors, told from a rehearsal.

Four things are read from the past, each weighted by how much an interval adds to a total, so that
day and week totals of the sample paths vary as those of the past did:

- the correlation of neighbouring intervals;
- how much wider errors of day totals are than those of independent intervals, and the same
  of week totals; both read from the quantile of absolute errors that 80 and 90 % intervals lean
  on, so that a few freak days do not count by their square;
- the correlation of the totals of neighbouring days of one forecast.

Both widths follow what the last totals would have needed, as the widths of intervals do.

With little past each is drawn towards what it is for a typical queue. The shares of week and day
and the two correlations are those at which a Gaussian copula comes nearest to the four.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from forecast.calibration import Calibration, dispersion_at, narrowing_at
from forecast.days import Floats
from forecast.dependence import TYPICAL, Dependence
from forecast.distribution import mid_distribution
from forecast.rehearsal import PastForecasts

DAYS_OF_WEEK = 7
MOST_ORIGINS = 182
HALF_LIFE_DAYS = 56.0
QUANTILE = 0.85
FOLLOWED: Floats = np.array([0.8, 0.9])
FIRST_FOLLOWED = 14
LEARNING_RATE = 0.1
MOST_CORRECTION = 0.7
TYPICAL_DAYS = 14.0
LARGEST_SCORE = 4.0
GRID: Floats = np.linspace(0.0, 0.96, 49)
MIDDLE = 1  # of `forecast.calibration.LEVELS`: 80 %


@dataclass(frozen=True)
class Moments:
    """What paths are to have in common with the past.

    Parameters
    ----------
    neighbours
        Correlation of normal scores of neighbouring intervals.
    day, week
        Variance of a total over what it would be with independent intervals.
    days
        Covariance of the totals of neighbouring days in the same unit.
    """

    neighbours: float
    day: float
    week: float
    days: float


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
    weight
        A weight per origin, halving with age.
    days_between
        Days from one origin to the next.
    """

    score: Floats
    off: Floats
    variance: Floats
    weight: Floats
    days_between: float


@dataclass(frozen=True)
class DayShape:
    """How intervals add up to a day.

    Parameters
    ----------
    spread
        Standard deviation of each slot in contacts/interval; 0 where nothing can come.
    shared
        Share of the variance of counts that their normal scores carry; below 1 for small counts,
        of which whole numbers alone make a part.
    """

    spread: Floats
    shared: float

    def within(self, correlation: float) -> float:
        """Return what an autoregression of the slots adds to the variance of a day."""
        slot = np.arange(len(self.spread))
        apart = np.abs(slot[:, None] - slot[None])
        weight = np.outer(self.spread, self.spread) * (apart > 0)
        return self.shared * float((weight * correlation**apart).sum() / (self.spread**2).sum())

    @property
    def between(self) -> float:
        """What fully correlated days add, each to another, to the variance of one."""
        return self.shared * float(self.spread.sum() ** 2 / (self.spread**2).sum())


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
    shape = _day_shape(errors)
    drawn = _drawn(errors, moments_of(TYPICAL, shape), int(known.any(axis=(1, 2)).sum()))
    return _nearest(drawn, shape)


def moments_of(dependence: Dependence, shape: DayShape) -> Moments:
    """Return what paths with this dependence have in common."""
    common = dependence.week + dependence.day
    own = 1.0 - common
    day = 1.0 + common * shape.within(1.0) + own * shape.within(dependence.next_interval)
    between = dependence.week + dependence.day * dependence.next_day
    return Moments(
        neighbours=common + own * dependence.next_interval,
        day=day,
        week=day
        + (DAYS_OF_WEEK - 1)
        * shape.between
        * (dependence.week + dependence.day * _over_week(dependence.next_day)),
        days=shape.between * between,
    )


def _over_week(next_day: float) -> float:
    """Return the mean correlation of two different days of a week."""
    day = np.arange(DAYS_OF_WEEK)
    apart = np.abs(day[:, None] - day[None])
    return float((next_day ** apart[apart > 0]).mean())


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
    between = float(np.median(np.diff(day))) if len(day) > 1 else 1.0
    return Errors(score, np.where(known, off, np.nan), variance, weight, between)


def _day_shape(errors: Errors) -> DayShape:
    known = ~np.isnan(errors.variance)
    count = known.sum(axis=(0, 1))
    variance = np.where(known, errors.variance, 0.0)
    mean = np.divide(variance.sum(axis=(0, 1)), count, out=np.zeros(len(count)), where=count > 0)
    # A count rounds its score to whole numbers: 1/12 of a contact squared (Sheppard).
    carried = np.maximum(variance - 1.0 / 12.0, variance / 2.0)
    return DayShape(np.sqrt(mean), float(carried.sum() / variance.sum()))


def _drawn(errors: Errors, typical: Moments, days: int) -> Moments:
    """Return the moments of the past, drawn towards those of a typical queue."""
    trust = days / (days + TYPICAL_DAYS)
    per_day = np.where(np.isnan(errors.off), 0.0, errors.off).sum(axis=2)
    variance = np.where(np.isnan(errors.variance), 0.0, errors.variance).sum(axis=2)
    of_day = _in_units(per_day, variance)
    seen = (variance > 0).sum(axis=1)
    whole_weeks = np.where(seen > DAYS_OF_WEEK // 2, variance.sum(axis=1), 0.0)
    of_week = _in_units(per_day.sum(axis=1), whole_weeks)[:, None]
    day = _followed(of_day, errors, 1)
    week = _followed(of_week, errors, DAYS_OF_WEEK)
    most = 3.0 * np.sqrt(day)
    clipped = np.clip(of_day, -most, most)
    next_day = _correlation(clipped[:, :-1], clipped[:, 1:], errors.weight[:, None])
    score = errors.score * np.sqrt(errors.variance)
    neighbours = _correlation(score[:, :, :-1], score[:, :, 1:], errors.weight[:, None, None])
    typical_next = typical.days / typical.day
    of_weeks = trust * min(1.0, week > 0)
    drawn_day = _between(day, typical.day, trust)
    return Moments(
        neighbours=typical.neighbours + trust * (neighbours - typical.neighbours),
        day=drawn_day,
        week=_between(week, typical.week, of_weeks),
        days=drawn_day * (typical_next + trust * (next_day - typical_next)),
    )


def _between(own: float, typical: float, trust: float) -> float:
    """Return a variance between its own and a typical one, in proportion."""
    if own <= 0:
        return typical
    return float(np.exp(trust * np.log(own) + (1.0 - trust) * np.log(typical)))


def _in_units(total: Floats, variance: Floats) -> Floats:
    """Return totals in standard deviations of independent intervals; NaN where there is none."""
    some = variance > 0
    root = np.sqrt(np.where(some, variance, 1.0))
    return np.where(some, total / root, np.nan)


def _followed(score: Floats, errors: Errors, days: int) -> float:
    """Return the variance of totals, corrected for how many of the last ones it would have held.

    The past is gone through origin by origin, each with what was known then: where totals lay
    outside of their intervals too often the next ones are widened, where too seldom narrowed, as
    in `forecast.calibration`.

    Parameters
    ----------
    score
        Totals in units of independent intervals, origins by totals; NaN where not known.
    errors
        Whose weights they have.
    days
        Days of a total.
    """
    weight = np.broadcast_to(errors.weight[:, None], score.shape)

    def wide(origins: int) -> float:
        evidence = errors.weight[:origins].sum() / errors.weight[origins - 1]
        of_totals = evidence * errors.days_between / days
        return _wide(score[:origins], weight[:origins], float(of_totals))

    correction = 0.0
    delay = int(np.ceil(DAYS_OF_WEEK / errors.days_between))
    held = np.full(len(score), np.nan)
    for origin in range(delay + FIRST_FOLLOWED, len(score)):
        known = origin - delay
        totals = np.abs(score[known][~np.isnan(score[known])])
        if held[known] > 0 and len(totals):
            within = totals[:, None] <= special.ndtri((1.0 + FOLLOWED) / 2.0) * held[known]
            correction += LEARNING_RATE * float(np.mean(FOLLOWED - within.mean(axis=0)))
            correction = float(np.clip(correction, -MOST_CORRECTION, MOST_CORRECTION))
        held[origin] = np.sqrt(wide(known + 1)) * np.exp(correction)
    return wide(len(score)) * float(np.exp(2.0 * correction))


def _wide(score: Floats, weight: Floats, evidence: float) -> float:
    """Return the variance that a quantile of absolute scores tells; 0 where nothing is known.

    Parameters
    ----------
    score
        Totals in units of independent intervals; NaN where not known.
    weight
        Of each.
    evidence
        How many independent totals the scores are worth: of few, a variance is so unsure that what
        comes next follows Student's t.
    """
    known = ~np.isnan(score)
    if not known.any():
        return 0.0
    off, weights = np.abs(score[known]), weight[known]
    order = np.argsort(off)
    passed = np.cumsum(weights[order])
    at = np.searchsorted(passed, QUANTILE * passed[-1])
    tail = (1.0 + QUANTILE) / 2.0
    unsure = special.stdtrit(max(evidence, 2.0), tail) / special.ndtri(tail)
    return float(off[order][at] / special.ndtri(tail) * unsure) ** 2


def _correlation(one: Floats, other: Floats, weight: Floats) -> float:
    """Return the correlation of errors about 0; 0 where no pair is known."""
    both = ~np.isnan(one) & ~np.isnan(other)
    weights = np.where(both, weight, 0.0)
    left, right = np.where(both, one, 0.0), np.where(both, other, 0.0)
    whole = np.sqrt((weights * left**2).sum() * (weights * right**2).sum())
    return float((weights * left * right).sum() / whole) if whole > 0 else 0.0


def _nearest(wanted: Moments, shape: DayShape) -> Dependence:
    """Return the dependence whose moments come nearest to those that are wanted."""
    within = np.array([shape.within(each) for each in GRID])
    common, own = GRID[:, None], 1.0 - GRID[:, None]
    day = 1.0 + common * shape.within(1.0) + own * within[None]
    neighbours = common + own * GRID[None]
    miss = np.log(day / wanted.day) ** 2 + (neighbours - wanted.neighbours) ** 2
    row, column = np.unravel_index(np.argmin(miss), miss.shape)
    share, next_interval = float(GRID[row]), float(GRID[column])

    reached = float(day[row, column])
    over_week = np.array([_over_week(each) for each in GRID])
    of_week = share * GRID[:, None]
    of_day = share - of_week
    days = shape.between * (of_week + of_day * GRID[None])
    week = reached + (DAYS_OF_WEEK - 1) * shape.between * (of_week + of_day * over_week[None])
    miss = np.log(week / wanted.week) ** 2 + ((days - wanted.days) / reached) ** 2
    row, column = np.unravel_index(np.argmin(miss), miss.shape)
    weekly = share * float(GRID[row])
    return Dependence(
        round(weekly, 4), round(share - weekly, 4), round(float(GRID[column]), 4), next_interval
    )
