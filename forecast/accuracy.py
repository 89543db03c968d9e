r"""How good forecasts were.

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

Sums and means run over all intervals of all cutoffs whose volume is known. What is undefined is
NaN, never 0.
"""

import numpy as np
import pandas as pd
from scipy import stats

from forecast.days import Floats
from forecast.series import quantile_level

NAN = float("nan")
COLUMNS = (
    "unique_id",
    "model",
    "wape",
    "mase",
    "rmsse",
    "bias",
    "pinball",
    "coverage_80",
    "coverage_90",
    "poisson_floor",
    "cpu_s",
)
LEADS = ((0, 1, "day 1"), (1, 3, "days 2-3"), (3, 7, "days 4-7"), (7, None, "later"))


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
    short = actual - quantile
    return float(np.mean(np.maximum(probability * short, (probability - 1.0) * short)))


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Return the share of intervals from `low` to `high`, both included; NaN without intervals."""
    if len(actual) == 0:
        return NAN
    return float(np.mean((low <= actual) & (actual <= high)))


def poisson_floor(mean: Floats) -> float:
    r"""Return the WAPE of the true mean of Poisson counts; NaN when it is 0 throughout.

    The mean absolute deviation of a Poisson of :math:`\lambda` is
    :math:`2\lambda P(\lfloor\lambda\rfloor)` (De Moivre; see Diaconis and Zabell 1991,
    doi:10.1214/ss/1177011699).

    Examples
    --------
    >>> round(poisson_floor(np.array([15.0])), 3)
    0.205
    """
    deviation = 2.0 * mean * stats.poisson.pmf(np.floor(mean), mean)
    return _share(deviation.sum(), mean.sum())


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


def leaderboard(rows: pd.DataFrame) -> pd.DataFrame:
    """Score every model on the rows of a backtest.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them, of one queue or of several.

    Returns
    -------
    pandas.DataFrame
        A row per queue and model, within a queue by rising WAPE: ``unique_id``, ``model``,
        ``wape``, ``mase``, ``rmsse``, ``bias``, ``pinball``, ``coverage_80``, ``coverage_90``,
        ``poisson_floor`` and ``cpu_s``. All but the last three of scale are fractions; pinball is
        in contacts/interval; ``cpu_s`` is the mean of CPU seconds per forecast. Closed intervals,
        in which nothing can come, are left out of the coverage. The Poisson floor is taken at the
        mean of the models' means and is the same for all models of a queue.
    """
    known = rows[rows["y"].notna()]
    boards = []
    for queue, of_queue in known.groupby("unique_id", sort=False):
        typical = of_queue.groupby("ds")["mean"].mean().to_numpy(dtype=float)
        floor = poisson_floor(typical)
        scored = [
            {"unique_id": queue, "model": model, **_scores(of_model), "poisson_floor": floor}
            for model, of_model in of_queue.groupby("model", sort=False)
        ]
        boards.append(pd.DataFrame(scored).sort_values("wape", kind="stable"))
    if not boards:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(boards, ignore_index=True)[list(COLUMNS)]


def accuracy_by_lead(rows: pd.DataFrame) -> pd.DataFrame:
    """Score every model on each stretch of leads.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.

    Returns
    -------
    pandas.DataFrame
        A row per queue, model and stretch: ``unique_id``, ``model``, ``leads``, ``wape``,
        ``bias``, ``intervals``.
    """
    known = rows[rows["y"].notna()]
    ahead_of = pd.DatetimeIndex(known["ds"]) - pd.DatetimeIndex(known["cutoff"])
    days = pd.Series(ahead_of / pd.Timedelta(days=1), index=known.index)
    found = []
    for (queue, model), of_model in known.groupby(["unique_id", "model"], sort=False):
        ahead = days[of_model.index]
        for first, last, name in LEADS:
            part = of_model[(ahead >= first) & (ahead < (np.inf if last is None else last))]
            if len(part):
                actual, median = _column(part, "y"), _column(part, "q50")
                scores = (wape(actual, median), bias(actual, median), len(part))
                found.append((queue, model, name, *scores))
    return pd.DataFrame(found, columns=["unique_id", "model", "leads", "wape", "bias", "intervals"])


def _scores(rows: pd.DataFrame) -> dict[str, float]:
    actual, median = _column(rows, "y"), _column(rows, "q50")
    quantiles = [name for name in rows.columns if name[0] == "q" and name[1:].isdigit()]
    losses = [pinball(actual, _column(rows, name), quantile_level(name)) for name in quantiles]
    can_come = rows[(rows[quantiles[-1]] > 0) | (rows["y"] > 0)]
    per_forecast = rows.groupby("cutoff")["cpu_s"].first()
    return {
        "wape": wape(actual, median),
        "mase": mase(actual, median, _column(rows, "week_before_mae")),
        "rmsse": rmsse(actual, median, _column(rows, "week_before_rmse")),
        "bias": bias(actual, median),
        "pinball": float(np.mean(losses)),
        "coverage_80": _covered(can_come, "q10", "q90"),
        "coverage_90": _covered(can_come, "q05", "q95"),
        "cpu_s": float(per_forecast.mean()),
    }


def _covered(rows: pd.DataFrame, low: str, high: str) -> float:
    return coverage(_column(rows, "y"), _column(rows, low), _column(rows, high))


def _column(rows: pd.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy(dtype=float)


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else NAN
