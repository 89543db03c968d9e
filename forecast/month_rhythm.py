r"""What the place of a day in its month does to volume: pay days, invoices, renewals.

The log of a day's total over the usual of its weekday, less its mean over the 31 days around it,
is regressed on two waves of the month. A mean over a whole month takes the level out and leaves
the waves. A few months show waves also where there are none, so they are kept only in so far as
the months agree: with :math:`Q` the sum of squares of the waves fitted and :math:`N` what the
differences between months alone would bring (a covariance clustered by month; Liang and Zeger
1986, doi:10.1093/biomet/73.1.13), the share :math:`1 - 2N/Q` of them is kept, or nothing
(positive-part shrinkage; James and Stein 1961). The 2 asks for more than a tie with chance.
"""

import numpy as np

from forecast.anomalies import day_totals
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, Integers
from forecast.rhythm import Rhythm, capped, waves

WAVES = 2
DAYS_AROUND = 31
LEAST_DAYS = 60
LEAST_MONTHS = 4
DOUBT = 2.0


def month_rhythm(size: Floats) -> Rhythm:
    """Return the rhythm of the month with waves of this size."""
    return Rhythm(_angle, size)


def learn_month_rhythm(panel: DayPanel) -> Rhythm:
    """Learn what the place in the month does to volume.

    Parameters
    ----------
    panel
        Days by slots, without anomalous days.
    """
    nothing = month_rhythm(np.zeros(2 * WAVES))
    departure = _departures(panel)
    known = ~np.isnan(departure)
    if known.sum() < LEAST_DAYS:
        return nothing
    ordinal, departure = panel.ordinal[known], departure[known]
    month = _month(ordinal).astype(np.int64)
    month -= month[0]
    months = len(np.unique(month))
    if months < LEAST_MONTHS:
        return nothing
    departure = capped(departure)
    terms = waves(_angle(ordinal), WAVES)
    inverse = np.linalg.pinv(terms.T @ terms)
    size = inverse @ (terms.T @ departure)
    fitted = terms @ size
    score = np.zeros((month[-1] + 1, 2 * WAVES))
    np.add.at(score, month, terms * (departure - fitted)[:, None])
    # One more month is taken off than usual: the covariance of few clusters is too small.
    covariance = inverse @ (score.T @ score) @ inverse * (months / (months - 2))
    by_chance = float(((terms @ covariance) * terms).sum())
    found = float((fitted**2).sum())
    kept = max(0.0, 1.0 - DOUBT * by_chance / found) if found > 0 else 0.0
    return month_rhythm(kept * size)


def _departures(panel: DayPanel) -> Floats:
    """Return the log of each day over what is usual, less its mean over the days around it."""
    total = day_totals(panel)
    above = np.full(len(total), np.nan)
    for weekday in range(DAYS_OF_WEEK):
        rows = (panel.weekday == weekday) & (total > 0)
        if rows.sum() >= 3:
            above[rows] = np.log(total[rows] / np.median(total[rows]))
    known = ~np.isnan(above)
    if len(total) < DAYS_AROUND:
        return np.full(len(total), np.nan)
    window = np.ones(DAYS_AROUND)
    count = np.convolve(known, window, "same")
    mean = np.convolve(np.where(known, above, 0.0), window, "same") / np.maximum(count, 1.0)
    departure: Floats = above - mean
    return departure


def _angle(ordinal: Integers) -> Floats:
    """Return the place of the middle of each day in its month."""
    day = ordinal.astype("datetime64[D]")
    month = _month(ordinal)
    first = month.astype("datetime64[D]")
    length = ((month + 1).astype("datetime64[D]") - first).astype(np.int64)
    angle: Floats = 2.0 * np.pi * ((day - first).astype(np.int64) + 0.5) / length
    return angle


def _month(ordinal: Integers) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    return ordinal.astype("datetime64[D]").astype("datetime64[M]")
