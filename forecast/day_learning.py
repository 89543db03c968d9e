r"""Learning from a rehearsal how the hours of a day go together.

The correlation of the hours' scores is their sample correlation drawn towards a plain structure,
a part common to the day and a part that fades from hour to hour, by the share at which the sample
is expected to err least (Schäfer and Strimmer 2005, doi:10.2202/1544-6115.1175). Where hours have
little in common, as with emergencies, the sample's chance correlations are thereby left out.
"""

import numpy as np
import numpy.typing as npt

from forecast.day_update import HOURS, DayUpdate
from forecast.days import Floats, Integers
from forecast.distribution import dispersion_for
from forecast.rehearsal import PastForecasts

Booleans = npt.NDArray[np.bool_]

MOST_DAYS = 182
LONGEST_LEAD = 7
LARGEST_SCORE = 3.0
LEVEL = 0.8
FADING = (0.5, 0.7, 0.8, 0.9, 0.95)
LEAST_EIGENVALUE = 0.01
# A day is low when it has brought less than this share of at least so many expected contacts.
LOW, LOW_FROM = 0.5, 20.0
# Added to both sides of a ratio of few contacts.
PRIOR_CONTACTS = 3.0
PRIOR_DAYS = 10.0


def learn_day_update(past: PastForecasts) -> DayUpdate | None:
    """Learn from a rehearsal what the beginning of a day says of its rest.

    Parameters
    ----------
    past
        Forecasts made from past days; of each day the one with the shortest lead counts, up to a
        week. Slots are those of a local day.

    Returns
    -------
    DayUpdate or None
        None when less than two days were forecast.
    """
    made, actual = _days(past)
    some = ~np.isnan(actual) & (made > 0)
    if some.any(axis=1).sum() < 2:
        return None
    dispersion = dispersion_for(actual[some], made[some], LEVEL)
    scores = np.full_like(made, np.nan)
    scores[some] = score(actual[some], made[some], dispersion)
    spread, correlation = _correlation(scores)
    days, share = _low_days(made, actual, some)
    return DayUpdate(
        dispersion=round(dispersion, 6),
        spread=tuple(np.round(spread, 4).tolist()),
        correlation=tuple(tuple(row) for row in np.round(correlation, 4).tolist()),
        next_day=round(_next_day(past, dispersion, spread), 4),
        low_days=tuple(days),
        low_share=tuple(np.round(share, 4).tolist()),
    )


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


def _days(past: PastForecasts) -> tuple[Floats, Floats]:
    """Return forecast and actual contacts of the latest days, days by hours, days rising."""
    leads = min(LONGEST_LEAD, past.made.shape[1])
    lead = np.broadcast_to(np.arange(leads)[None], (len(past.seen), leads)).ravel()
    ordinal = past.ordinal[:, :leads].ravel()
    order = np.lexsort((lead, ordinal))
    _, first = np.unique(ordinal[order], return_index=True)
    chosen = order[first]
    made, actual = (
        values[:, :leads].reshape(len(lead), values.shape[2])[chosen]
        for values in (past.made, past.actual)
    )
    known = ~np.isnan(actual).all(axis=1)
    return _hourly(made[known][-MOST_DAYS:], actual[known][-MOST_DAYS:])


def _hourly(made: Floats, actual: Floats) -> tuple[Floats, Floats]:
    """Add slots up to hours; of an hour only what is known of both counts, NaN for nothing."""
    known = ~(np.isnan(made) | np.isnan(actual))
    per_hour = made.shape[1] // HOURS
    shape = (len(made), HOURS, per_hour)
    some = known.reshape(shape).any(axis=2)
    return (
        np.where(some, np.where(known, made, 0.0).reshape(shape).sum(axis=2), np.nan),
        np.where(some, np.where(known, actual, 0.0).reshape(shape).sum(axis=2), np.nan),
    )


def _correlation(scores: Floats) -> tuple[Floats, Floats]:
    """Return the spread of each hour's scores, and the correlation of the hours'."""
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


def _low_days(made: Floats, actual: Floats, some: Booleans) -> tuple[list[int], Floats]:
    """Return, by hour of the update, the days low until then and how far they stayed so."""
    days, share = [0] * HOURS, np.zeros(HOURS)
    expected, came = np.where(some, made, 0.0), np.where(some, actual, 0.0)
    for hour in range(1, HOURS):
        before, after = expected[:, :hour].sum(axis=1), expected[:, hour:].sum(axis=1)
        until, later = came[:, :hour].sum(axis=1), came[:, hour:].sum(axis=1)
        low = is_low(until, before) & (after > 0)
        days[hour] = int(low.sum())
        if days[hour]:
            short = 1.0 - low_ratio(until[low], before[low])
            stayed = 1.0 - later[low] / after[low]
            share[hour] = np.clip((short * stayed).sum() / (short**2).sum(), 0.0, 1.0)
    return days, share


def _next_day(past: PastForecasts, dispersion: float, spread: Floats) -> float:
    """Return what a day's mean score has added to the scores of the day after."""
    if past.made.shape[1] < 2:
        return 0.0
    means, known = [], []
    for lead in (0, 1):
        made, actual = _hourly(past.made[:, lead], past.actual[:, lead])
        some = ~np.isnan(actual) & (made > 0)
        found = np.zeros_like(made)
        found[some] = score(actual[some], made[some], dispersion)
        means.append((found / spread).sum(axis=1) / np.maximum(some.sum(axis=1), 1))
        known.append(some.any(axis=1))
    both = known[0] & known[1]
    variance = float((means[0][both] ** 2).sum())
    if variance <= 0:
        return 0.0
    slope = float((means[0][both] * means[1][both]).sum()) / variance
    days = int(both.sum())
    return float(np.clip(slope, 0.0, 1.0)) * days / (days + PRIOR_DAYS)
