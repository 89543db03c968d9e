"""Weekly profiles: what an interval of the week usually brings, and how high the level is now."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers


def latest(panel: DayPanel, count: int) -> Floats:
    """Return the last known values of each slot of the week.

    Parameters
    ----------
    panel
        Days by slots.
    count
        How many values to look back for, at most.

    Returns
    -------
    numpy.ndarray
        Weekdays by slots by `count`, newest first; NaN where there are fewer.
    """
    slots = panel.volume.shape[1]
    values = np.full((DAYS_OF_WEEK, slots, count), np.nan)
    for weekday in range(DAYS_OF_WEEK):
        rows = panel.volume[panel.weekday == weekday][::-1]
        known = ~np.isnan(rows)
        rank = np.cumsum(known, axis=0) - 1
        place = np.nonzero(known & (rank < count))
        values[weekday, place[1], rank[place]] = rows[place]
    return values


def average_of_latest(panel: DayPanel, count: int) -> Floats:
    """Return the mean of the last `count` known values of each slot of the week."""
    values = latest(panel, count)
    known = ~np.isnan(values)
    seen = known.sum(axis=2)
    total = np.where(known, values, 0.0).sum(axis=2)
    mean: Floats = np.divide(total, seen, out=np.full_like(total, np.nan), where=seen > 0)
    return mean


def median_of_latest(panel: DayPanel, count: int) -> Floats:
    """Return the median of the last `count` known values of each slot of the week."""
    values = latest(panel, count)
    flat = values.reshape(-1, count).T
    return weighted_median(flat, np.ones(count)).reshape(values.shape[:2])


def weighted_median(values: Floats, weights: Floats) -> Floats:
    """Return the weighted median of each column; NaN where nothing is known.

    Parameters
    ----------
    values
        Rows by columns; NaN is left out.
    weights
        A weight per row, at least 0.

    Examples
    --------
    >>> weighted_median(np.array([[1.0], [5.0], [9.0]]), np.array([1.0, 1.0, 3.0])).tolist()
    [9.0]
    """
    order = np.argsort(values, axis=0)
    ranked = np.take_along_axis(values, order, axis=0)
    weight = np.where(np.isnan(ranked), 0.0, weights[order])
    passed = np.cumsum(weight, axis=0)
    half = passed[-1:] / 2.0 if len(passed) else passed
    result = np.full(values.shape[1], np.nan)
    if len(values) == 0:
        return result
    some = passed[-1] > 0
    below = np.argmax(passed >= half * (1 - 1e-12), axis=0)
    above = np.argmax(passed > half * (1 + 1e-12), axis=0)
    column = np.arange(values.shape[1])
    middle = (ranked[below, column] + ranked[above, column]) / 2.0
    result[some] = middle[some]
    return result


def decay(ordinal: Integers, half_life_days: float) -> Floats:
    """Return weights that halve with every half-life before the last day."""
    weights: Floats = 0.5 ** ((ordinal[-1] - ordinal) / half_life_days)
    return weights


def mean_profile(panel: DayPanel, weights: Floats) -> Floats:
    """Return the weighted mean of each slot of the week; NaN where nothing is known.

    Parameters
    ----------
    panel
        Days by slots.
    weights
        A weight per day.
    """
    known = ~np.isnan(panel.volume)
    weight = known * weights[:, None]
    total = np.where(known, panel.volume, 0.0) * weights[:, None]
    profile = np.full((DAYS_OF_WEEK, panel.volume.shape[1]), np.nan)
    for weekday in range(DAYS_OF_WEEK):
        rows = panel.weekday == weekday
        mass = weight[rows].sum(axis=0)
        profile[weekday] = np.divide(
            total[rows].sum(axis=0), mass, out=profile[weekday].copy(), where=mass > 0
        )
    return profile


def median_profile(panel: DayPanel, weights: Floats) -> Floats:
    """Return the weighted median of each slot of the week; NaN where nothing is known."""
    return np.stack(
        [
            weighted_median(
                panel.volume[panel.weekday == weekday], weights[panel.weekday == weekday]
            )
            for weekday in range(DAYS_OF_WEEK)
        ]
    )


def fill(profile: Floats) -> Floats:
    """Fill slots that were never seen with the mean of the other weekdays at that time, else 0."""
    known = ~np.isnan(profile)
    count = known.sum(axis=0)
    mean = np.where(known, profile, 0.0).sum(axis=0) / np.maximum(count, 1)
    filled: Floats = np.where(known, profile, mean[None, :])
    return filled


def without(panel: DayPanel, days: npt.NDArray[np.bool_]) -> DayPanel:
    """Return the panel with some days unknown."""
    volume = panel.volume.copy()
    volume[days] = np.nan
    return replace(panel, volume=volume)


def level(panel: DayPanel, profile: Floats, days: int) -> float:
    """Return how high the last known days are, in units of the profile.

    Parameters
    ----------
    panel
        Days by slots, without anomalous days.
    profile
        Weekdays by slots.
    days
        How many of the last known days to look at.
    """
    rows = np.flatnonzero((~np.isnan(panel.volume)).any(axis=1))[-days:]
    actual = panel.volume[rows]
    expected = np.where(np.isnan(actual), 0.0, fill(profile)[panel.weekday[rows]])
    whole = float(expected.sum())
    return float(np.nansum(actual)) / whole if whole > 0 else 1.0


def at_present_level(
    usual: DayPanel,
    made_by: Callable[[DayPanel, Floats], Floats],
    half_life_days: float,
    level_days: int,
) -> Floats:
    """Return a weekly profile of decaying weights, raised to the level of the last days.

    Parameters
    ----------
    usual
        Days by slots, without anomalous days.
    made_by
        From days by slots and a weight per day to weekdays by slots.
    half_life_days
        How much older a day is that tells half as much.
    level_days
        How many of the last known days say how high the level is.
    """
    profile = made_by(usual, decay(usual.ordinal, half_life_days))
    return profile * level(usual, profile, level_days)


def repeat(profile: Floats, future: FutureDays) -> Floats:
    """Lay a weekly profile over future days."""
    laid: Floats = fill(profile)[future.weekday]
    return laid
