r"""Counts around a point forecast: a negative binomial whose dispersion comes from past errors.

With mean :math:`\mu` and dispersion :math:`\varphi` the variance is :math:`\mu + \varphi\mu^2`, and
:math:`\varphi = 0` is the Poisson. Counts are whole, but a quantile that jumps from one whole
number to the next makes a day of quiet quarter hours add up to nothing; quantiles are therefore
read from the mid-distribution function :math:`F(k) - f(k)/2`, linearly between counts
(Ma, Genton and Parzen 2011, doi:10.1007/s10463-008-0215-z).
"""

from collections.abc import Sequence

import numpy as np
from scipy import special, stats

from forecast.days import Floats

DISPERSIONS: Floats = np.geomspace(1e-4, 4.0, 40)
POISSON_BELOW = 1e-9


def distribution_function(count: Floats, mean: Floats, dispersion: Floats | float) -> Floats:
    """Return the probability of at most `count` contacts.

    Parameters
    ----------
    count
        Contacts/interval, whole.
    mean
        Contacts/interval, above 0.
    dispersion
        At least 0.
    """
    count, mean, phi = np.broadcast_arrays(
        np.asarray(count, float), np.asarray(mean, float), np.asarray(dispersion, float)
    )
    # Special functions, not scipy.stats: every pair of a rehearsal comes here several times.
    reached = np.maximum(count, 0.0) + 1.0
    result = np.empty(mean.shape)
    poisson = phi < POISSON_BELOW
    result[poisson] = special.gammaincc(reached[poisson], mean[poisson])
    size = 1.0 / phi[~poisson]
    success = size / (size + mean[~poisson])
    result[~poisson] = special.betainc(size, reached[~poisson], success)
    return np.where(count < 0, 0.0, result)


def mid_distribution(count: Floats, mean: Floats, dispersion: Floats | float) -> Floats:
    """Return the probability of fewer than `count` contacts and half that of exactly `count`."""
    at_most = distribution_function(count, mean, dispersion)
    fewer = distribution_function(np.asarray(count) - 1.0, mean, dispersion)
    return (at_most + fewer) / 2.0


def whole_quantile(probability: Floats, mean: Floats, dispersion: Floats) -> Floats:
    """Return the least whole count that is reached with at least this probability.

    Parameters
    ----------
    probability
        Strictly between 0 and 1, a number per mean.
    mean
        Contacts/interval, above 0.
    dispersion
        At least 0, a number per mean.
    """
    poisson = dispersion < POISSON_BELOW
    result = np.empty(mean.shape)
    result[poisson] = stats.poisson.ppf(probability[poisson], mean[poisson])
    size = 1.0 / dispersion[~poisson]
    result[~poisson] = stats.nbinom.ppf(probability[~poisson], size, size / (size + mean[~poisson]))
    return result


def quantile(probability: Floats | float, mean: Floats, dispersion: Floats | float) -> Floats:
    """Return a quantile of contacts/interval, read between whole counts.

    Parameters
    ----------
    probability
        Strictly between 0 and 1.
    mean
        Contacts/interval, at least 0; the quantile of 0 is 0.
    dispersion
        At least 0.

    Examples
    --------
    The median of a Poisson lies a little below its mean and follows it between counts:

    >>> quantile(0.5, np.array([0.0, 100.0, 100.4]), 0.0).round(1).tolist()
    [0.0, 99.8, 100.2]
    """
    mean = np.asarray(mean, dtype=float)
    phi = np.broadcast_to(np.asarray(dispersion, dtype=float), mean.shape)
    result = np.zeros(mean.shape)
    some = mean > 0
    center, spread = mean[some], phi[some]
    wanted = np.broadcast_to(np.asarray(probability, dtype=float), mean.shape)[some]
    whole = whole_quantile(wanted, center, spread)
    at_whole = mid_distribution(whole, center, spread)
    below = np.where(at_whole > wanted, whole - 1.0, whole)
    low = mid_distribution(below, center, spread)
    high = mid_distribution(below + 1.0, center, spread)
    rise = high - low
    part = np.divide(wanted - low, rise, out=np.zeros_like(low), where=rise > 0)
    result[some] = np.maximum(below + np.clip(part, 0.0, 1.0), 0.0)
    result[some] = np.where(below < 0, 0.0, result[some])
    return result


def dispersion_for(actual: Floats, mean: Floats, level: float) -> float:
    """Return the least dispersion whose central interval would have covered its share of the past.

    Parameters
    ----------
    actual
        Contacts/interval that came.
    mean
        Contacts/interval that were forecast, above 0.
    level
        Share of the past to cover, such as 0.8.

    Returns
    -------
    float
        Between 0.0001 and 4, the ends of the range that is searched.
    """
    low, high = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    first, last = 0, len(DISPERSIONS) - 1
    while first < last:
        middle = (first + last) // 2
        reached = mid_distribution(np.floor(actual), mean, float(DISPERSIONS[middle]))
        covered = float(np.mean((low <= reached) & (reached <= high)))
        first, last = (first, middle) if covered >= level else (middle + 1, last)
    return float(DISPERSIONS[first])


def quantiles(
    mean: Floats,
    dispersions: Sequence[tuple[float, Floats, Floats]],
    probabilities: Sequence[float],
) -> list[Floats]:
    """Return quantiles that do not cross, with a spread of its own for each distance out.

    Parameters
    ----------
    mean
        Contacts/interval.
    dispersions
        Levels of central intervals, rising; each with a dispersion and a narrowing per interval,
        by which normal scores are multiplied.
    probabilities
        Levels of the quantiles, rising, the median among them.
    """
    levels = np.array([level for level, _, _ in dispersions])
    spread = np.stack([dispersion for _, dispersion, _ in dispersions])
    narrowing = np.stack([narrow for _, _, narrow in dispersions])
    result = []
    for probability in probabilities:
        central = abs(2.0 * probability - 1.0)
        place = float(np.interp(central, levels, np.arange(len(levels))))
        left = int(place)
        right = min(left + 1, len(levels) - 1)
        part = place - left
        phi = spread[left] * (1 - part) + spread[right] * part
        narrow = narrowing[left] * (1 - part) + narrowing[right] * part
        result.append(quantile(special.ndtr(special.ndtri(probability) * narrow), mean, phi))
    middle = list(probabilities).index(0.5)
    for step in range(middle - 1, -1, -1):
        result[step] = np.minimum(result[step], result[step + 1])
    for step in range(middle + 1, len(result)):
        result[step] = np.maximum(result[step], result[step - 1])
    return result
