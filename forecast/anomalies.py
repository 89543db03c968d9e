"""Days that do not belong to the rhythm: an unannounced closure, an outage, a surge."""

import numpy as np
import numpy.typing as npt

from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, Integers
from forecast.profiles import without

NEIGHBOURS = 3
FORTNIGHT = 14


def day_totals(panel: DayPanel) -> Floats:
    """Return contacts/day; a day known in part is scaled up by what usually falls in that part.

    Parameters
    ----------
    panel
        Days by slots.

    Returns
    -------
    numpy.ndarray
        A number per day; NaN where less than half of a usual day's volume is known. A weekday on
        which nothing ever came has 0.
    """
    known = ~np.isnan(panel.volume)
    filled = np.where(known, panel.volume, 0.0)
    usual = np.zeros((DAYS_OF_WEEK, panel.volume.shape[1]))
    for weekday in np.unique(panel.weekday):
        rows = panel.weekday == weekday
        usual[weekday] = filled[rows].sum(axis=0) / np.maximum(known[rows].sum(axis=0), 1)
    expected = usual[panel.weekday]
    total = whole_days(panel.volume, expected)
    nothing_ever = (expected.sum(axis=1) == 0) & known.any(axis=1)
    total[nothing_ever] = 0.0
    return total


def whole_days(volume: Floats, usual: Floats) -> Floats:
    """Return contacts/day; a day known in part is scaled up by what usually falls in that part.

    Parameters
    ----------
    volume
        Contacts/interval, days by slots; NaN where nothing is known.
    usual
        What usually comes in that slot on such a day, of the same shape.

    Returns
    -------
    numpy.ndarray
        A number per day; NaN where less than half of a usual day's volume is known, or where
        usually nothing comes.
    """
    known = ~np.isnan(volume)
    whole = usual.sum(axis=1)
    part = np.where(known, usual, 0.0).sum(axis=1)
    share = np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)
    total = np.full(len(whole), np.nan)
    enough = share >= 0.5
    total[enough] = np.nansum(volume[enough], axis=1) / share[enough]
    return total


def flag_anomalous(panel: DayPanel) -> npt.NDArray[np.bool_]:
    """Say of each day whether its total is out of line with the same weekdays around it.

    A day is flagged when it departs from the median of up to six neighbouring same weekdays by
    more than 4 median absolute deviations, by more than 15 % and by more than 4 standard
    deviations of a Poisson. A fortnight that is mostly flagged is a new level, and none of it is
    anomalous; neither is a day that the planner has explained.

    Parameters
    ----------
    panel
        Days by slots.
    """
    total = day_totals(panel)
    usual = _usual_totals(total, panel.weekday)
    comparable = ~np.isnan(total) & (usual > 0)
    departure = np.zeros(len(total))
    departure[comparable] = np.abs(total[comparable] / usual[comparable] - 1.0)
    if not comparable.any():
        return comparable
    spread = 1.4826 * float(np.median(departure[comparable]))
    allowed = np.maximum(max(4.0 * spread, 0.15), 4.0 / np.sqrt(np.maximum(usual, 1e-9)))
    flagged = comparable & (departure > allowed)
    explained = np.isin(panel.ordinal, list(panel.explained))
    return flagged & ~_mostly_flagged(flagged, comparable) & ~explained


def without_anomalies(panel: DayPanel) -> DayPanel:
    """Return the panel with the days that are out of line unknown."""
    return without(panel, flag_anomalous(panel))


def _usual_totals(total: Floats, weekday: Integers) -> Floats:
    """Return the median of the neighbouring same weekdays; NaN where there are fewer than two."""
    usual = np.full(len(total), np.nan)
    beside = np.array([step for step in range(2 * NEIGHBOURS + 1) if step != NEIGHBOURS])
    for day in np.unique(weekday):
        rows = np.flatnonzero((weekday == day) & ~np.isnan(total))
        if len(rows) < 3:
            continue
        padded = np.pad(total[rows], NEIGHBOURS, constant_values=np.nan)
        ranked = np.sort(padded[np.arange(len(rows))[:, None] + beside], axis=1)
        count = (~np.isnan(ranked)).sum(axis=1)
        place = np.arange(len(rows))
        usual[rows] = (ranked[place, (count - 1) // 2] + ranked[place, count // 2]) / 2.0
    return usual


def _mostly_flagged(
    flagged: npt.NDArray[np.bool_], comparable: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    window = np.ones(FORTNIGHT)
    counts = np.convolve(flagged, window)[FORTNIGHT - 1 :]
    days = np.convolve(comparable, window)[FORTNIGHT - 1 :]
    result = np.zeros(len(flagged), dtype=bool)
    for start in np.flatnonzero(counts > np.maximum(days, FORTNIGHT / 2) / 2):
        result[start : start + FORTNIGHT] = True
    return result
