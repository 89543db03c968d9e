"""What a public holiday does to volume, learnt from the holidays of the history."""

import numpy as np

from forecast.days import DayPanel
from forecast.profiles import fill, mean_profile

SUNDAY = 6
PRIOR_HOLIDAYS = 1.0
WEEKS_AROUND = 4


def holiday_factor(panel: DayPanel) -> float:
    """Return what a day's volume is multiplied by when it is a public holiday.

    Each past holiday says how much came on it against the same weekday in the four weeks before
    and after. Their mean is drawn towards what a Sunday is to a working day, worth one holiday; a
    queue closed on Sundays is drawn towards 1. When there were at least two holidays and nothing
    came on any, the queue is closed on holidays.

    Parameters
    ----------
    panel
        Days by slots.

    Returns
    -------
    float
        At least 0.
    """
    ratios = []
    for row in np.flatnonzero((~np.isnan(panel.holiday_volume)).any(axis=1)):
        came = panel.holiday_volume[row]
        near = np.abs(panel.ordinal - panel.ordinal[row]) <= 7 * WEEKS_AROUND
        same = panel.volume[near & (panel.weekday == panel.weekday[row])]
        known = ~np.isnan(same)
        usual = np.where(known, same, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        both = ~np.isnan(came) & known.any(axis=0)
        if usual[both].sum() > 0:
            ratios.append(float(came[both].sum() / usual[both].sum()))
    if len(ratios) >= 2 and max(ratios) == 0.0:
        return 0.0
    prior = _sunday_factor(panel)
    return (sum(ratios) + PRIOR_HOLIDAYS * prior) / (len(ratios) + PRIOR_HOLIDAYS)


def _sunday_factor(panel: DayPanel) -> float:
    """Return what a Sunday is to a working day; 1 when the queue is closed on Sundays."""
    profile = mean_profile(panel, np.ones(len(panel.ordinal)))
    if np.isnan(profile[SUNDAY]).all():
        return 1.0
    totals = fill(profile).sum(axis=1)
    working = float(totals[:5].mean())
    return float(np.clip(totals[SUNDAY] / working, 0.25, 1.0)) if working > 0 else 1.0
