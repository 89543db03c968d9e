r"""What the time of the year does to volume: school holidays, heat, the weeks before Christmas.

The logs of day totals, over all years that are known, are regressed on weekdays, on a level that
bends once a year, and on waves of the year. Waves fitted to few years show much that is chance;
each is kept only in so far as it exceeds that: with :math:`Q` its square and :math:`N` what the
departures of single months would bring to it (a covariance clustered by four weeks; Liang and
Zeger 1986, doi:10.1093/biomet/73.1.13), the share :math:`1 - 2N/Q` of it is kept, or nothing
(positive-part shrinkage; James and Stein 1961). The 2 asks for more than a tie with chance.
"""

import numpy as np

from forecast.anomalies import day_totals
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, Integers
from forecast.rhythm import Rhythm, capped, waves

WAVES = 10
YEAR = 365.25
LEAST_DAYS = 730
LEAST_SHARE_KNOWN = 0.75
DAYS_OF_CLUSTER = 28
REFITS = 2
DOUBT = 2.0


def year_rhythm(size: Floats) -> Rhythm:
    """Return the rhythm of the year with waves of this size."""
    return Rhythm(_angle, size)


def learn_year_rhythm(panel: DayPanel) -> Rhythm:
    """Learn what the time of the year does to volume; nothing from less than two years.

    Parameters
    ----------
    panel
        Days by slots, without anomalous days.
    """
    nothing = year_rhythm(np.zeros(2 * WAVES))
    if len(panel.ordinal) < LEAST_DAYS:
        return nothing
    total = day_totals(panel)
    known = total > 0
    ordinal, weekday = panel.ordinal[known], panel.weekday[known]
    enough = known.sum() >= LEAST_SHARE_KNOWN * LEAST_DAYS
    if not enough or ordinal[-1] - ordinal[0] < LEAST_DAYS - DAYS_OF_CLUSTER:
        return nothing
    terms = np.concatenate([waves(_angle(ordinal), WAVES), _levels(ordinal, weekday)], axis=1)
    inverse = np.linalg.pinv(terms.T @ terms)
    logs = np.log(total[known])
    size = inverse @ (terms.T @ logs)
    for _ in range(REFITS):
        size = size + inverse @ (terms.T @ capped(logs - terms @ size))
    off = capped(logs - terms @ size)
    return year_rhythm(_beyond_chance(size, terms, inverse, off, ordinal))


def _beyond_chance(
    size: Floats, terms: Floats, inverse: Floats, off: Floats, ordinal: Integers
) -> Floats:
    """Return the size of the waves, each drawn towards 0 by how likely chance is to bring it."""
    cluster = (ordinal[-1] - ordinal) // DAYS_OF_CLUSTER
    score = np.zeros((int(cluster[0]) + 1, terms.shape[1]))
    np.add.at(score, cluster, terms * off[:, None])
    clusters = len(np.unique(cluster))
    # Departures from a fit of so many terms are smaller than those from the truth.
    wider = clusters / max(clusters - terms.shape[1], 1)
    fitted = size[: 2 * WAVES]
    by_chance = wider * np.square(score @ inverse).sum(axis=0)[: 2 * WAVES]
    chance, found = (each.reshape(WAVES, 2).sum(axis=1) for each in (by_chance, fitted**2))
    ratio = np.divide(chance, found, out=np.ones(WAVES), where=found > 0)
    kept: Floats = fitted * np.repeat(np.maximum(0.0, 1.0 - DOUBT * ratio), 2)
    return kept


def _levels(ordinal: Integers, weekday: Integers) -> Floats:
    """Return weekdays, and a level that bends every year before the last day, a row per day."""
    back = (ordinal[-1] - ordinal) / YEAR
    years = np.arange(1, max(round(float(back[0])), 1) + 1)
    bends = np.maximum(0.0, 1.0 - np.abs(np.minimum(back, years[-1])[:, None] - years))
    days = weekday[:, None] == np.arange(DAYS_OF_WEEK)
    return np.concatenate([days.astype(float), bends], axis=1)


def _angle(ordinal: Integers) -> Floats:
    return np.asarray(2.0 * np.pi * ordinal / YEAR, dtype=float)
