r"""How a weekday's volume falls over its hours, told from it and from weekdays like it.

The share of a slot in its weekday's total is known only so well: with :math:`n` days that scatter
around it with variance :math:`s_w^2`, its own mean is off by :math:`v_w = s_w^2 / n`. What another
weekday says is off by its own :math:`v_u` and by how different the two truly are,
:math:`\delta_{wu}`: the squared distance of the two means less what chance alone puts between
them. Each weekday's shares are the mean of all of them weighted by
:math:`1 / (v_u + \delta_{wu})`, so that Tuesday to Thursday are learnt together where they are
alike, and Saturday stays by itself (an empirical Bayes estimate; Efron and Morris 1975,
doi:10.1080/01621459.1975.10479864).
"""

import numpy as np

from forecast.days import DAYS_OF_WEEK, DayPanel, Floats
from forecast.profiles import fill, mean_profile

TINY = 1e-12


def profile_with_shared_shares(panel: DayPanel, weights: Floats) -> Floats:
    """Return the weighted mean of each slot of the week, its hours placed as similar weekdays do.

    Parameters
    ----------
    panel
        Days by slots.
    weights
        A weight per day.

    Returns
    -------
    numpy.ndarray
        Weekdays by slots; a weekday's total is that of its own mean profile.
    """
    profile = fill(mean_profile(panel, weights))
    total = profile.sum(axis=1)
    share = np.divide(profile, total[:, None], out=np.zeros_like(profile), where=total[:, None] > 0)
    unsure = _unsure(panel, weights, share)
    square = (share**2).sum(axis=1)
    distance = square[:, None] + square[None] - 2.0 * share @ share.T
    differs = np.maximum(distance - unsure[:, None] - unsure[None], 0.0)
    np.fill_diagonal(differs, 0.0)
    worth = np.where(np.isfinite(unsure) & (total > 0), 1.0 / (unsure + differs + TINY), 0.0)
    alone = ~np.isfinite(unsure)
    worth[alone] = np.eye(DAYS_OF_WEEK)[alone]
    sums = worth.sum(axis=1, keepdims=True)
    shared = np.divide(worth @ share, sums, out=share.copy(), where=sums > 0)
    result: Floats = shared * total[:, None]
    return result


def _unsure(panel: DayPanel, weights: Floats, share: Floats) -> Floats:
    """Return by how much each weekday's shares are off, squared; infinite with a day or none."""
    known = ~np.isnan(panel.volume)
    came = np.where(known, panel.volume, 0.0)
    total = came.sum(axis=1)
    counts = total > 0
    of_day = np.divide(came, total[:, None], out=np.zeros_like(came), where=counts[:, None])
    scatter = ((of_day - share[panel.weekday]) ** 2).sum(axis=1)
    unsure = np.full(DAYS_OF_WEEK, np.inf)
    for weekday in range(DAYS_OF_WEEK):
        rows = counts & (panel.weekday == weekday)
        if rows.sum() < 2:
            continue
        weight = weights[rows] / weights[rows].sum()
        days = 1.0 / float((weight**2).sum())
        unsure[weekday] = float(weight @ scatter[rows]) / max(days - 1.0, 0.5)
    return unsure
