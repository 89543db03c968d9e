r"""How the hours of a day go together: their errors as scores, and the scores' correlation.

The correlation is that of the sample drawn towards a plain structure, a part common to the day and
a part that fades from hour to hour, by the share at which the sample is expected to err least
(Schäfer and Strimmer 2005, doi:10.2202/1544-6115.1175). Where hours have little in common, as with
emergencies, the sample's chance correlations are thereby left out.
"""

import numpy as np
import numpy.typing as npt

from forecast.day_update import HOURS
from forecast.days import Floats, Integers

Booleans = npt.NDArray[np.bool_]

LARGEST_SCORE = 3.0
FADING = (0.5, 0.7, 0.8, 0.9, 0.95)
LEAST_EIGENVALUE = 0.01
# A day is low when it has brought less than this share of at least so many expected contacts.
LOW, LOW_FROM = 0.5, 20.0
# Added to both sides of a ratio of few contacts.
PRIOR_CONTACTS = 3.0


def score(actual: Floats, mean: Floats, dispersion: float) -> Floats:
    """Return errors in units of what was to be expected, within a bound.

    Parameters
    ----------
    actual
        Contacts.
    mean
        Contacts forecast, above 0.
    dispersion
        At least 0.
    """
    scores: Floats = (actual - mean) / np.sqrt(mean + dispersion * mean**2)
    return np.clip(scores, -LARGEST_SCORE, LARGEST_SCORE)


def low_ratio(actual: Floats, mean: Floats) -> Floats:
    """Return what came over what was forecast, near 1 where both are small."""
    ratio: Floats = (actual + PRIOR_CONTACTS) / (mean + PRIOR_CONTACTS)
    return ratio


def is_low(actual: Floats, mean: Floats) -> Booleans:
    """Say where much was forecast and less than half of it came."""
    return np.asarray((mean >= LOW_FROM) & (low_ratio(actual, mean) < LOW))


def hours_together(scores: Floats) -> tuple[Floats, Floats]:
    """Return the spread of each hour's scores, and the correlation of the hours'.

    Parameters
    ----------
    scores
        Days by 24 hours, NaN where nothing is known.
    """
    known = (~np.isnan(scores)).astype(float)
    filled = np.where(known > 0, scores, 0.0)
    days = known.T @ known
    variance = float((filled**2).sum() / known.sum())
    filled = filled / np.sqrt(max(variance, 1e-6))
    sample = filled.T @ filled / np.maximum(days, 1.0)
    lag = np.abs(np.subtract.outer(np.arange(HOURS), np.arange(HOURS)))
    pairs = (lag > 0) & (days > 1)
    plain = _plain(sample, days, lag, pairs)
    noise = ((filled**2).T @ (filled**2) / np.maximum(days, 1.0) - sample**2) / np.maximum(days, 1)
    apart = float(((sample - plain)[pairs] ** 2).sum())
    trust = max(0.0, 1.0 - float(noise[pairs].sum()) / apart) if apart > 0 else 0.0
    mixed = np.where(days > 1, trust * sample + (1.0 - trust) * plain, plain)
    values, vectors = np.linalg.eigh((mixed + mixed.T) / 2.0)
    mixed = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    spread = np.sqrt(np.diag(mixed))
    correlation = mixed / np.outer(spread, spread)
    np.fill_diagonal(correlation, 1.0)
    return spread * np.sqrt(max(variance, 1e-6)), (correlation + correlation.T) / 2.0


def _plain(sample: Floats, days: Floats, lag: Integers, pairs: Booleans) -> Floats:
    """Return the structure nearest to a sample: common to the day, fading, and an hour's own."""
    best, least = np.eye(HOURS), np.inf
    if pairs.sum() < 3:
        return best
    weight = days[pairs]
    root = np.sqrt(weight)
    for fading in FADING:
        terms = np.column_stack([np.ones(int(pairs.sum())), fading ** lag[pairs]])
        fitted = np.linalg.lstsq(terms * root[:, None], sample[pairs] * root, rcond=None)[0]
        day, near = np.clip(fitted, 0.0, 0.98)
        near = min(near, 0.98 - day)
        apart = float((weight * (terms @ [day, near] - sample[pairs]) ** 2).sum())
        if apart < least:
            least = apart
            best = day + near * fading**lag + (1.0 - day - near) * np.eye(HOURS)
    return best
