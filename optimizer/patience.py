"""How long customers wait before they leave, learnt from waits that pick-up cut short."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.conversation_spans import Spans

# So many must have left before the shape of their patience can be told from an exponential one, and
# so much likelier another shape must then be.
_FEWEST_FOR_SHAPE = 50
_LIKELIER = 4.0
_RESAMPLES = 100

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Patience:
    """What waits say about patience.

    Parameters
    ----------
    waits, left
        How many waited at all, and how many of them left.
    mean_minutes
        Of the exponential law, or of the lognormal where `cv` is given; None when nobody left.
    low, high
        Its 95 % interval; `high` is None when nobody left: patience is then at least `low`.
    median_minutes
        Of the Kaplan–Meier curve, without any law; None where it stays above one half.
    cv
        Coefficient of variation of the lognormal law, where that is clearly likelier.
    """

    waits: int
    left: int
    mean_minutes: float | None
    low: float
    high: float | None
    median_minutes: float | None
    cv: float | None = None


def learn_patience(
    conversations: pd.DataFrame, spans: Spans, queue: str, begin: float, seed: int
) -> Patience | None:
    """Fit patience to everybody who waited for a rep; who left unseen did not wait.

    Parameters
    ----------
    conversations
        The table of `data.conversations.Conversations`.
    spans
        Those that were picked up, which tell who had left unseen.
    queue
        Which queue.
    begin
        Seconds since the epoch from which conversations count.
    seed
        Of the resampling of a lognormal law.

    Returns
    -------
    Patience or None
        None when nobody waited, or nobody recorded who left.
    """
    if "abandoned_at" not in conversations:
        return None
    rows = conversations[conversations["queue"] == queue]
    if "bot_resolved" in rows:
        rows = rows[~rows["bot_resolved"].fillna(value=False).astype(bool)]
    rows = rows[rows["created_at"] >= pd.Timestamp(round(begin), unit="s", tz="UTC")]
    unseen = spans.table.loc[spans.table["silent"], "conversation_id"]
    rows = rows[~rows["conversation_id"].isin(unseen)]
    end = rows["abandoned_at"].fillna(rows["assigned_at"])
    waits_still = end.isna() & rows["closed_at"].isna()
    end = end.where(~waits_still, pd.Timestamp(round(spans.finish), unit="s", tz="UTC"))
    minutes = (end - rows["created_at"]).dt.total_seconds().to_numpy(dtype=float) / 60
    sound = ~np.isnan(minutes)
    left = rows["abandoned_at"].notna().to_numpy()
    return fit_patience(minutes[sound], left[sound], seed)


def fit_patience(minutes: Floats, left: Mask, seed: int) -> Patience | None:
    """Fit patience to waits, of which all but those that ended by leaving are censored.

    The exponential mean is total waiting over leavers; twice the total over the mean follows a
    chi-square law with two degrees of freedom for each leaver (Epstein and Sobel 1953,
    https://doi.org/10.1080/01621459.1953.10483488). The median is that of the product limit
    (Kaplan and Meier 1958, https://doi.org/10.1080/01621459.1958.10501452).

    Parameters
    ----------
    minutes
        Waited by each customer, at least 0.
    left
        Whether the wait ended because the customer left.
    seed
        Of the resampling of a lognormal law.

    Returns
    -------
    Patience or None
        None when nobody waited.
    """
    from scipy.stats import chi2

    waited = minutes > 0
    minutes, left = minutes[waited], left[waited]
    total, leavers = float(minutes.sum()), int(left.sum())
    if total <= 0:
        return None
    low = 2 * total / float(chi2.ppf(0.975 if leavers else 0.95, 2 * leavers + 2))
    if not leavers:
        return Patience(len(minutes), 0, None, low, None, None)
    high = 2 * total / float(chi2.ppf(0.025, 2 * leavers))
    median = _median(minutes, left)
    plain = Patience(len(minutes), leavers, total / leavers, low, high, median)
    return _with_shape(plain, minutes, left, seed) if leavers >= _FEWEST_FOR_SHAPE else plain


def _median(minutes: Floats, left: Mask) -> float | None:
    from scipy.stats import CensoredData, ecdf

    curve = ecdf(CensoredData(minutes[left], right=minutes[~left])).sf
    below = np.flatnonzero(curve.probabilities <= 0.5)
    return float(curve.quantiles[below[0]]) if len(below) else None


def _with_shape(plain: Patience, minutes: Floats, left: Mask, seed: int) -> Patience:
    fitted, likelihood = _fit_lognormal(minutes, left)
    mean = plain.mean_minutes or math.nan
    exponential = -plain.left * math.log(mean) - minutes.sum() / mean
    if likelihood < exponential + _LIKELIER:
        return plain
    rng = np.random.default_rng(seed)
    means = []
    for _ in range(_RESAMPLES):
        rows = rng.integers(len(minutes), size=len(minutes))
        if left[rows].any():
            means.append(_moments(*_fit_lognormal(minutes[rows], left[rows], fitted)[0])[0])
    centre, cv = _moments(*fitted)
    spread = 1.96 * float(np.std(np.log(means), ddof=1))
    low, high = centre * math.exp(-spread), centre * math.exp(spread)
    return Patience(plain.waits, plain.left, centre, low, high, plain.median_minutes, cv)


def _fit_lognormal(
    minutes: Floats, left: Mask, start: tuple[float, float] | None = None
) -> tuple[tuple[float, float], float]:
    from scipy.optimize import minimize
    from scipy.special import log_ndtr

    logs = np.log(minutes)

    def badness(parameters: Floats) -> float:
        centre, width = parameters[0], math.exp(float(np.clip(parameters[1], -4, 2)))
        scaled = (logs - centre) / width
        density = -0.5 * scaled[left] ** 2 - math.log(width * math.sqrt(2 * math.pi)) - logs[left]
        return -float(density.sum() + log_ndtr(-scaled[~left]).sum())

    first = start or (float(np.log(minutes.sum() / left.sum())), 1.0)
    found = minimize(badness, [first[0], math.log(first[1])], method="Nelder-Mead")
    width = math.exp(float(np.clip(found.x[1], -4, 2)))
    return (float(found.x[0]), width), -float(found.fun)


def _moments(centre: float, width: float) -> tuple[float, float]:
    """Return mean and coefficient of variation of a lognormal law."""
    return math.exp(centre + width**2 / 2), math.sqrt(math.expm1(width**2))
