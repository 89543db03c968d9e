r"""What a forecast's error is, in one number.

With :math:`y` what came, :math:`f` the median that was forecast and :math:`s` the mean absolute
difference of the past from itself a week before,

- WAPE is :math:`\sum|y - f| / \sum y`, and the bias is :math:`\sum(f - y) / \sum y`;
- MASE is the mean of :math:`|y - f| / s`, and RMSSE the root of the mean of
  :math:`(y - f)^2 / r^2`, :math:`r` being the root mean square of the same differences (Hyndman and
  Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001);
- pinball is the mean over intervals and quantiles :math:`q_p` of :math:`p(y - q_p)` when
  :math:`y \ge q_p`, else :math:`(1 - p)(q_p - y)`;
- coverage is the share of intervals in which :math:`y` lies between two quantiles;
- the Poisson floor is the WAPE that the true mean itself would have if the counts were Poisson.

What is undefined is NaN, never 0.
"""

import numpy as np

from forecast.days import Floats

NAN = float("nan")


def wape(actual: Floats, forecast: Floats) -> float:
    """Return the sum of absolute errors over the sum of what came; NaN when nothing came.

    Examples
    --------
    >>> wape(np.array([10.0, 30.0]), np.array([12.0, 28.0]))
    0.1
    """
    return _share(np.abs(actual - forecast).sum(), actual.sum())


def bias(actual: Floats, forecast: Floats) -> float:
    """Return the surplus of the forecast over the sum of what came; NaN when nothing came."""
    return _share((forecast - actual).sum(), actual.sum())


def mase(actual: Floats, forecast: Floats, scale: Floats | float) -> float:
    """Return the mean of absolute errors in units of `scale`; NaN when one of these is 0."""
    scales = np.broadcast_to(np.asarray(scale, dtype=float), actual.shape)
    if len(actual) == 0 or not (scales > 0).all():
        return NAN
    return float(np.mean(np.abs(actual - forecast) / scales))


def rmsse(actual: Floats, forecast: Floats, scale: Floats | float) -> float:
    """Return the root mean square of errors in units of `scale`; NaN when one of these is 0."""
    scales = np.broadcast_to(np.asarray(scale, dtype=float), actual.shape)
    if len(actual) == 0 or not (scales > 0).all():
        return NAN
    return float(np.sqrt(np.mean(((actual - forecast) / scales) ** 2)))


def pinball(actual: Floats, quantile: Floats, probability: float) -> float:
    """Return the mean pinball loss of a quantile in contacts/interval; NaN without intervals.

    Examples
    --------
    Too low by 10 at the 90 % quantile costs 9, too high by 10 costs 1:

    >>> pinball(np.array([100.0]), np.array([90.0]), 0.9)
    9.0
    >>> round(pinball(np.array([100.0]), np.array([110.0]), 0.9), 6)
    1.0
    """
    if len(actual) == 0:
        return NAN
    return float(np.mean(pinball_losses(actual, quantile, probability)))


def pinball_losses(actual: Floats, quantile: Floats, probability: float) -> Floats:
    """Return the pinball loss of a quantile in every interval, in contacts/interval."""
    short = actual - quantile
    return np.maximum(probability * short, (probability - 1.0) * short)


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Return the share of intervals from `low` to `high`, both included; NaN without intervals."""
    if len(actual) == 0:
        return NAN
    return float(np.mean((low <= actual) & (actual <= high)))


def poisson_floor(mean: Floats) -> float:
    """Return the WAPE of the true mean of Poisson counts; NaN when it is 0 throughout.

    Examples
    --------
    >>> round(poisson_floor(np.array([15.0])), 3)
    0.205
    """
    return _share(poisson_deviations(mean).sum(), mean.sum())


def poisson_deviations(mean: Floats) -> Floats:
    r"""Return the mean absolute deviation of Poisson counts from their mean, in contacts.

    That of a mean of :math:`\lambda` is :math:`2\lambda P(\lfloor\lambda\rfloor)` (De Moivre; see
    Diaconis and Zabell 1991, doi:10.1214/ss/1177011699).
    """
    from scipy import stats

    deviation: Floats = 2.0 * mean * stats.poisson.pmf(np.floor(mean), mean)
    return deviation


def week_before_errors(volume: Floats, intervals_per_week: int) -> tuple[float, float]:
    """Return how far a volume is from itself a week before: mean absolute, root mean square.

    Parameters
    ----------
    volume
        Contacts/interval in order; NaN where it is not known.
    intervals_per_week
        Distance to look back.

    Returns
    -------
    tuple of float
        Contacts/interval; NaN when no interval has a known one a week before.
    """
    off = volume[intervals_per_week:] - volume[:-intervals_per_week]
    off = off[~np.isnan(off)]
    if len(off) == 0:
        return NAN, NAN
    return float(np.mean(np.abs(off))), float(np.sqrt(np.mean(off**2)))


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else NAN
