r"""The rest of a day forecast again from how the day began, without a fit.

Errors of a day's hours are taken as normal scores that go together as `forecast.day_update` says.
Given the scores of the hours that have come, those of the hours to come are normal with the mean
and variance of the conditional distribution (Anderson 2003, An Introduction to Multivariate
Statistical Analysis, theorem 2.5.1); the mean moves the forecast of an hour and the standard
deviation draws its quantiles together. So a busy morning raises the afternoon, and what is known of
it makes the quantiles narrower.

Two kinds of day are no busy or quiet variant of a usual one. A stretch without contacts on a day
that is otherwise as expected is an outage: it says nothing and is left out. A day that has brought
less than half is a holiday nobody told of, or worse; what such days came to before says how much
is left of it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.clock import zone
from forecast.day_update import HOURS, DayUpdate
from forecast.days import Floats, Integers
from forecast.hour_scores import LOW, LOW_FROM, Booleans, is_low, low_ratio, score
from forecast.overrides import scaled
from forecast.series import VolumeForecast, quantile_column

FLOOR = 0.1
PRIOR_LOW_DAYS = 2.0


@dataclass(frozen=True)
class _Evidence:
    """What the day has brought so far, an entry per hour of the wall clock.

    Parameters
    ----------
    came, expected
        Contacts in the intervals that count.
    whole
        Contacts that were forecast for the whole hour.
    hour
        The hour at which the update is made.
    """

    came: Floats
    expected: Floats
    whole: Floats
    hour: int


def update_day(forecast: VolumeForecast, actual: pd.Series) -> VolumeForecast:
    """Forecast the rest of today, and a little of tomorrow, from what came so far.

    Parameters
    ----------
    forecast
        Made before the day, with its `update`.
    actual
        Contacts/interval that came, indexed by ``interval_start`` in UTC on the forecast's grid;
        NaN where it is not known. The end of its last interval is now, and its local day is today.

    Returns
    -------
    VolumeForecast
        From now to the end of the forecast; it can not be updated again.

    Raises
    ------
    ValueError
        When the forecast holds no `update`, or the actuals do not lie in its horizon.
    """
    known = forecast.update
    if known is None:
        raise ValueError(f"Queue {forecast.queue}: the forecast does not say how to update it.")
    index = pd.DatetimeIndex(forecast.table.index)
    if actual.empty or not actual.index.isin(index).all():
        raise ValueError(f"Queue {forecast.queue}: actuals lie within the horizon, at least one.")
    now = actual.index[-1] + forecast.calendar.step
    local = index.tz_convert(zone(forecast.calendar.timezone))
    ordinal = local.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    today = int(ordinal[index.get_loc(actual.index[-1])])
    came = actual.reindex(index).to_numpy(dtype=float)
    hour = np.asarray(local.hour, dtype=np.int64)
    mean = forecast.table["mean"].to_numpy(dtype=float)
    counts = (ordinal == today) & ~np.isnan(came) & (mean > 0)
    outages, notes = _outages(forecast, local, came, mean, counts)
    counts &= ~outages
    notes += _odd_notes(forecast, came, mean, (ordinal == today) & np.asarray(index < now))
    evidence = _Evidence(
        _per_hour(hour, np.where(counts, came, 0.0), counts),
        _per_hour(hour, mean, counts),
        _per_hour(hour, mean, ordinal == today),
        int(hour[index.get_loc(actual.index[-1])]) + 1,
    )
    table = forecast.table.copy()
    if counts.any():
        rest = np.asarray(index >= now) & (ordinal == today)
        low = _low_factor(known, evidence)
        table = _rest_of_day(forecast, known, evidence, hour, rest, low)
        if low is None:
            tomorrow = ordinal == today + 1
            score_of_day = known.next_day * _day_score(known, evidence)
            table = _shifted(table, known, hour, tomorrow, score_of_day)
        elif rest.any():
            notes += _low_note(forecast, evidence, table, rest, now)
    table = table[table.index >= now]
    if table.empty:
        raise ValueError(f"Queue {forecast.queue}: the actuals leave nothing of the forecast.")
    return replace(forecast, table=table, notes=(*forecast.notes, *notes), update=None)


def _per_hour(hour: Integers, values: Floats, counts: Booleans) -> Floats:
    total: Floats = np.bincount(hour[counts], weights=values[counts], minlength=HOURS).astype(float)
    return total


def _rest_of_day(
    forecast: VolumeForecast,
    known: DayUpdate,
    evidence: _Evidence,
    hour: Integers,
    rest: Booleans,
    low: tuple[float, float] | None,
) -> pd.DataFrame:
    """Return the forecast's table with the quantiles of the intervals to come today updated."""
    mean = forecast.table["mean"].to_numpy(dtype=float)
    whole = np.maximum(evidence.whole[hour], mean)
    part = _share_of_hour(mean, whole, known.dispersion)[rest]
    center, variance = _condition(known, evidence)
    shift = part * center[hour[rest]]
    width = np.sqrt(1.0 - part**2 * (1.0 - variance[hour[rest]]))
    width = np.minimum(width * known.width[min(evidence.hour, HOURS - 1)], 1.0)
    before = forecast.table[rest]
    after = _moved(before, known, hour[rest], shift, width)
    if low is not None:
        factor, weight = low
        after = weight * factor * before + (1.0 - weight) * after
    table = forecast.table.copy()
    table.loc[rest] = np.maximum(after, FLOOR * before)
    return table


def _shifted(
    table: pd.DataFrame, known: DayUpdate, hour: Integers, chosen: Booleans, shift: float
) -> pd.DataFrame:
    """Return a table with some intervals moved by a number of scores, as wide as before."""
    moved = table.copy()
    part = table[chosen]
    if not part.empty:
        count = len(part)
        after = _moved(part, known, hour[chosen], np.full(count, shift), np.ones(count))
        moved.loc[chosen] = np.maximum(after, FLOOR * part)
    return moved


def _condition(known: DayUpdate, evidence: _Evidence) -> tuple[Floats, Floats]:
    """Return mean and variance of the standardised score of every hour of the day, given some.

    Of the mean that part is taken which can be trusted; the rest of it stays in the variance.
    """
    correlation = np.array(known.correlation)
    seen = np.flatnonzero(evidence.expected > 0)
    expected, whole = evidence.expected[seen], evidence.whole[seen]
    part = _share_of_hour(expected, whole, known.dispersion)
    scores = score(evidence.came[seen], expected, known.dispersion)
    scores = scores / np.array(known.spread)[seen]
    among = correlation[np.ix_(seen, seen)] * np.outer(part, part)
    np.fill_diagonal(among, 1.0)
    across = correlation[:, seen] * part
    weights = np.linalg.solve(among, across.T).T
    told = np.clip((weights * across).sum(axis=1), 0.0, 1.0)
    trust = known.trust[min(evidence.hour, HOURS - 1)]
    return trust * (weights @ scores), 1.0 - (2.0 * trust - trust**2) * told


def _share_of_hour(mean: Floats, whole: Floats, dispersion: float) -> Floats:
    """Return the correlation of the error of a part of an hour with that of the whole hour.

    What is not chance in a count is common to its hour; a whole hour's is 1.
    """
    part, all_of_it = mean + dispersion * mean**2, whole + dispersion * whole**2
    root = np.sqrt(part * all_of_it)
    shared = mean + dispersion * mean * whole
    return np.divide(shared, root, out=np.zeros_like(shared), where=root > 0)


def _day_score(known: DayUpdate, evidence: _Evidence) -> float:
    """Return the mean standardised score of the day's hours, as far as it can be told."""
    center, _ = _condition(known, evidence)
    return float(center[evidence.whole > 0].mean())


def _moved(
    part: pd.DataFrame, known: DayUpdate, hour: Integers, shift: Floats, width: Floats
) -> pd.DataFrame:
    """Return quantiles and mean of intervals whose scores are moved and narrowed.

    A score is an error in units of what was to be expected of its hour, so a shift is a factor on
    the volume. How far out the quantiles lie says nothing of it: a single odd day in the past may
    have drawn the outer ones far away.
    """
    mean = part["mean"].to_numpy(dtype=float)
    usual = np.sqrt(mean + known.dispersion * mean**2) * np.array(known.spread)[hour]
    change = np.divide(shift * usual, mean, out=np.zeros_like(mean), where=mean > 0)
    moved = scaled(part, np.maximum(1.0 + change, FLOOR))
    names = [name for name in moved.columns if name != "mean"]
    median = moved[[quantile_column(0.5)]].to_numpy(dtype=float)
    moved[names] = median + width[:, None] * (moved[names].to_numpy(dtype=float) - median)
    return moved


def _low_factor(known: DayUpdate, evidence: _Evidence) -> tuple[float, float] | None:
    """Return what is left of the rest of a low day, and how surely; None on any other day."""
    came, expected = evidence.came.sum(), evidence.expected.sum()
    if not is_low(came, expected) or evidence.hour >= HOURS:
        return None
    days = known.low_days[evidence.hour]
    factor = 1.0 + known.low_share[evidence.hour] * (float(low_ratio(came, expected)) - 1.0)
    return factor, days / (days + PRIOR_LOW_DAYS)


def _low_note(
    forecast: VolumeForecast,
    evidence: _Evidence,
    table: pd.DataFrame,
    rest: Booleans,
    now: pd.Timestamp,
) -> tuple[str, ...]:
    before = forecast.table.loc[rest, "mean"].sum()
    left = table.loc[rest, "mean"].sum() / before if before > 0 else 1.0
    at = now.tz_convert(zone(forecast.calendar.timezone)).strftime("%H:%M")
    return (
        f"Queue {forecast.queue}: by {at} {evidence.came.sum():,.0f} of "
        f"{evidence.expected.sum():,.0f} expected contacts had come; the rest of the day is cut "
        f"to {left:.0%} of what was expected, not to nothing. If the queue is closed today, say "
        "so in the events; if contacts could not come in, leave those intervals of the actuals "
        "empty.",
    )


def _outages(
    forecast: VolumeForecast,
    local: pd.DatetimeIndex,
    came: Floats,
    mean: Floats,
    counts: Booleans,
) -> tuple[Booleans, tuple[str, ...]]:
    """Find stretches without a contact on a day that is otherwise as expected, and say where."""
    found = np.zeros(len(came), dtype=bool)
    quiet = counts & (came == 0)
    ends = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    runs = [
        (int(first), int(last))
        for first, last in ends.reshape(-1, 2)
        if mean[first:last].sum() >= LOW_FROM
    ]
    for first, last in runs:
        found[first:last] = True
    other = counts & ~found
    if not other.any() or low_ratio(came[other].sum(), mean[other].sum()) < LOW:
        return np.zeros_like(found), ()
    return found, tuple(
        f"Queue {forecast.queue}: no contact from {local[first].strftime('%H:%M')} to "
        f"{(local[last - 1] + forecast.calendar.step).strftime('%H:%M')}, where "
        f"{mean[first:last].sum():,.0f} were expected; taken as an outage, which says nothing of "
        "the rest of the day."
        for first, last in runs
    )


def _odd_notes(
    forecast: VolumeForecast, came: Floats, mean: Floats, past: Booleans
) -> tuple[str, ...]:
    """Say what was given and does not count, and what was not given."""
    notes = []
    closed = past & (mean == 0) & (np.nan_to_num(came) > 0)
    if closed.any():
        notes.append(
            f"Queue {forecast.queue}: {came[closed].sum():,.0f} contacts came in intervals that "
            "the forecast takes as closed; they do not count for the rest of the day."
        )
    missing = past & np.isnan(came) & (mean > 0)
    if missing.any():
        notes.append(
            f"Queue {forecast.queue}: {int(missing.sum())} intervals of today before the last "
            "actual have none; they are taken as not known."
        )
    return tuple(notes)
