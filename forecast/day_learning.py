"""Learning from a rehearsal what the beginning of a day says of its rest."""

import numpy as np

from forecast.day_trust import learn_trust
from forecast.day_update import HOURS, DayUpdate
from forecast.days import Floats
from forecast.distribution import dispersion_for
from forecast.hour_scores import Booleans, hours_together, is_low, low_ratio, score
from forecast.rehearsal import PastForecasts

MOST_DAYS = 182
LONGEST_LEAD = 7
LEVEL = 0.8
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
    spread, correlation = hours_together(scores)
    days, share = _low_days(made, actual, some)
    trust, width = learn_trust(scores, np.where(some, made, 0.0), np.where(some, actual, 0.0))
    return DayUpdate(
        dispersion=round(dispersion, 6),
        spread=tuple(np.round(spread, 4).tolist()),
        correlation=tuple(tuple(row) for row in np.round(correlation, 4).tolist()),
        trust=tuple(np.round(trust, 4).tolist()),
        width=tuple(np.round(width, 4).tolist()),
        next_day=round(_next_day(past, dispersion, spread), 4),
        low_days=tuple(days),
        low_share=tuple(np.round(share, 4).tolist()),
    )


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
