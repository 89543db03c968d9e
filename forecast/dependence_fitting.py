r"""The dependence whose sample paths have totals as wide as those of the past.

Paths of a stretch that was rehearsed are drawn with one set of random numbers, and the dependence
is varied until what they add up to fits. In turn:

- the common share of variance, so that day totals are as wide as they are to be; the intervals'
  own correlation goes with it, so that neighbouring intervals stay correlated as they were;
- the tail of the day's part, so that both the 80 and the 90 % interval fit;
- the part of the common share that a whole week has, so that week totals fit; the correlation
  of days goes with it in the same manner.

Widths win where not all can be had. No dependence makes totals wider than the intervals' own
distributions allow: then the widest is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from forecast.calibration import Calibration, intervals_at
from forecast.days import Floats, Integers
from forecast.dependence import TYPICAL, Dependence
from forecast.distribution import quantiles
from forecast.paths import Noise, counts_between, scores_of
from forecast.series import PROBABILITIES

LEVELS = (0.8, 0.9)
TAILS = (0.0, 0.2, 0.4, 0.6, 0.8)
MOST_SHARE = 0.96
PLACES: Floats = np.array([-1.0, -0.6, -0.3, 0.0, 0.05, 0.15, 0.3, 0.5, 0.75, 1.0])
BETWEEN = 100  # places that are looked at between two whole ones
DOUBT = 0.05
PATHS = 200
SEED = 1
HALVINGS = 6
STEP = 0.05
FARTHEST = 5.0


@dataclass(frozen=True)
class Wanted:
    """What paths are to have in common with the past.

    Parameters
    ----------
    day, week
        Half the width of the intervals of totals by `LEVELS`, in standard deviations of independent
        intervals; 0 where not known.
    neighbours
        Correlation of the errors of neighbouring intervals.
    days
        Correlation of the totals of neighbouring days.
    """

    day: Floats
    week: Floats
    neighbours: float
    days: float


@dataclass(frozen=True)
class Reference:
    """A stretch of days to draw paths of, always with the same noise.

    Parameters
    ----------
    noise
        What chance brings.
    contacts
        Contacts/interval at scores that lie `STEP` apart, intervals by scores.
    unit
        Standard deviation of each day's total if intervals were independent, contacts.
    """

    noise: Noise
    contacts: Floats
    unit: Floats

    @classmethod
    def of(cls, mean: Floats, variance: Floats, calibration: Calibration) -> "Reference":
        """Return a stretch from means and variances, days by slots, 0 where nothing can come."""
        day, slot = np.nonzero(mean > 0)
        open_ = mean[day, slot]
        lead = (day + 1).astype(np.float64)
        spread = intervals_at(calibration, lead, open_, np.zeros(len(open_)))
        told = np.stack(quantiles(open_, spread, PROBABILITIES), axis=1)
        at = np.tile(np.arange(-FARTHEST, FARTHEST + STEP / 2, STEP)[:, None], (1, len(open_)))
        contacts = counts_between(open_, told, np.array(PROBABILITIES), at).T.astype(float)
        rows, row = np.unique(day, return_inverse=True)
        noise = Noise.drawn(row.astype(np.int64), PATHS, SEED)
        even = replace(
            noise,
            of_week=_evened(noise.of_week),
            of_day=_evened(noise.of_day),
            wild=special.ndtr(_evened(noise.wild)),
        )
        return cls(even, contacts, np.sqrt(variance.sum(axis=1)[rows]))

    def widths(self, dependence: Dependence) -> tuple[Floats, Floats]:
        """Return half the widths of the intervals of day and week totals, by `LEVELS`."""
        score = np.clip(scores_of(self.noise, dependence), -FARTHEST, FARTHEST)
        place = np.rint((score + FARTHEST) / STEP).astype(np.int64)
        drawn = self.contacts[np.arange(len(self.contacts)), place]
        firsts = np.flatnonzero(np.diff(self.noise.row, prepend=-1))
        days = np.add.reduceat(drawn, firsts, axis=1)
        of_day = (_half_widths(days) / self.unit).mean(axis=1)
        of_week = _half_widths(days.sum(axis=1)[:, None])[:, 0] / np.sqrt((self.unit**2).sum())
        return of_day, of_week


def _evened(noise: Floats) -> Floats:
    """Return noise with each column's values the quantiles of a normal: few paths do for many."""
    rank = noise.argsort(axis=0).argsort(axis=0)
    even: Floats = special.ndtri((rank + 0.5) / len(noise))
    return even


def fit(wanted: Wanted, reference: Reference, trust: float) -> Dependence:
    """Return the dependence whose paths do nearest to what is wanted.

    Parameters
    ----------
    wanted
        What the past did.
    reference
        To draw paths of.
    trust
        From 0 to 1: how much the past counts against what a typical queue does.
    """
    of_day, of_week = reference.widths(TYPICAL)
    day = _between(wanted.day, of_day, trust)
    week = _between(wanted.week, of_week, trust if wanted.week.any() else 0.0)
    common = TYPICAL.week + TYPICAL.day
    typical = common + (1.0 - common) * TYPICAL.next_interval
    neighbours = typical + trust * (wanted.neighbours - typical)
    typical = (TYPICAL.week + TYPICAL.day * TYPICAL.next_day) / common
    days = typical + trust * (wanted.days - typical)
    return _of_week(_of_day(neighbours, days, day, reference), days, week, reference)


def _of_day(neighbours: float, days: float, wanted: Floats, reference: Reference) -> Dependence:
    """Return the dependence of days alone, as wide as wanted."""
    next_day = float(np.clip(days, 0.0, MOST_SHARE))

    def made(tail: float, place: float) -> Dependence:
        share, own = _shared(place, neighbours)
        return Dependence(0.0, share, next_day, own, tail)

    best, least = made(0.0, 0.0), np.inf
    for tail in TAILS:
        # Where nothing is in common, no day is calmer or wilder than another.
        places = PLACES if tail == 0 else PLACES[PLACES >= 0]
        wide = np.log([reference.widths(made(tail, float(place)))[0] for place in places])
        between = np.linspace(places[0], 1.0, int(BETWEEN * (1.0 - places[0])) + 1)
        reached = np.stack([np.interp(between, places, of_level) for of_level in wide.T], axis=1)
        found = made(tail, float(between[np.abs(reached - np.log(wanted)).sum(axis=1).argmin()]))
        miss = float(np.abs(np.log(reference.widths(found)[0] / wanted)).sum())
        # Chance alone makes one of several tails fit a little better.
        if miss < least - DOUBT:
            best, least = found, miss
    return best


def _of_week(start: Dependence, days: float, wanted: Floats, reference: Reference) -> Dependence:
    """Return the dependence with part of the days' share given to the week."""
    common = start.day

    def at(place: float) -> Dependence:
        part, next_day = _shared(place, days)
        week = round(common * part, 4)
        return replace(start, week=week, day=round(common - week, 4), next_day=next_day)

    return at(_halved(lambda place: reference.widths(at(place))[1], wanted))


def _shared(place: float, correlation: float) -> tuple[float, float]:
    """Return a share in common, and the correlation of neighbours that the rest has of its own.

    From 0 to 1 the share rises, and what it adds to the correlation of neighbours is taken from the
    rest, as far as there is any; from 0 down to -1 nothing is in common and the rest loses what it
    has.
    """
    share = MOST_SHARE * max(place, 0.0)
    own = (correlation - share) / (1.0 - share) * (1.0 + min(place, 0.0))
    return round(share, 4), round(float(np.clip(own, 0.0, MOST_SHARE)), 4)


def _halved(widths: Callable[[float], Floats], wanted: Floats) -> float:
    """Return the place from -1 to 1 at which widths, which rise, are those wanted."""
    low, high = -1.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        wide = float(np.log(widths(middle) / wanted).sum()) > 0
        low, high = (low, middle) if wide else (middle, high)
    return (low + high) / 2.0


def _between(own: Floats, typical: Floats, trust: float) -> Floats:
    """Return widths between their own and typical ones, in proportion; typical where unknown."""
    known = own > 0
    logs = np.log(np.where(known, own, typical))
    found: Floats = np.exp(np.log(typical) + np.where(known, trust, 0.0) * (logs - np.log(typical)))
    return found


def _half_widths(totals: Floats | Integers) -> Floats:
    """Return half the widths of central intervals, `LEVELS` by totals."""
    tails = np.array([[(1.0 - level) / 2.0, (1.0 + level) / 2.0] for level in LEVELS])
    found: Floats = np.quantile(totals, tails, axis=0)
    return np.maximum((found[:, 1] - found[:, 0]) / 2.0, 1e-9)
