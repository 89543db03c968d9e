r"""Which differences between models are more than luck: a bootstrap over cutoffs.

Errors of one week hang together, so whole cutoffs are drawn, with the errors of all models at once:
what makes a week hard makes it hard for everybody. Where windows overlap, so many neighbouring
cutoffs are drawn together that the windows of a draw hang together as those of the test do
(circular block bootstrap; Politis and Romano 1992).

Few draws make percentiles too narrow. With :math:`n` independent windows the interval of level
:math:`1 - 2\alpha` therefore runs between the percentiles :math:`\Phi(\mp t_{n-1,\alpha}
\sqrt{n / (n - 1)})` (the expanded percentile interval; Hesterberg 2015,
doi:10.1080/00031305.2015.1089789). Below six independent windows nothing is told: then not even a
model that won every week would have done so by less than one chance in twenty
(:math:`2 \cdot 2^{-5} > 0.05`).

Every pair is judged by itself: of twenty pairs of equals one is called apart.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.days import Floats

Flags = npt.NDArray[np.bool_]

LEVEL = 0.95
LEAST_WINDOWS = 6
DRAWS = 4000
SEED = 1


@dataclass(frozen=True)
class Errors:
    """What every model was off by, cutoff by cutoff.

    Parameters
    ----------
    models
        Names, by rising WAPE.
    error, volume
        Sums over a cutoff's intervals of absolute errors and of contacts, models by cutoffs; NaN
        where a model has no forecast.
    overlap
        How many neighbouring windows share intervals; 1 when none do.
    """

    models: tuple[str, ...]
    error: Floats
    volume: Floats
    overlap: int


def errors_by_cutoff(rows: pd.DataFrame) -> Errors:
    """Sum up the rows of one queue's backtest.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them; those whose volume is not known are left out.
    """
    known = rows[rows["y"].notna()]
    rated = known.assign(error=(known["q50"] - known["y"]).abs())
    error, volume = (
        rated.pivot_table(name, "model", "cutoff", aggfunc="sum") for name in ("error", "y")
    )
    total = _ratio(error.sum(axis=1).to_numpy(), volume.sum(axis=1).to_numpy())
    order = np.argsort(total, kind="stable")
    return Errors(
        tuple(str(name) for name in error.index[order]),
        error.to_numpy(dtype=float)[order],
        volume.to_numpy(dtype=float)[order],
        _overlap(rows),
    )


@dataclass(frozen=True)
class Bootstrap:
    """Draws of cutoffs, the same for all models and all comparisons.

    Parameters
    ----------
    times
        How often each draw holds each cutoff, draws by cutoffs.
    overlap
        How many neighbouring windows share intervals.
    """

    times: Floats
    overlap: int

    def interval(self, drawn: Floats, cutoffs: int) -> tuple[float, float]:
        """Return the interval that holds what was drawn from so many cutoffs, at `LEVEL`.

        NaN where these are too few windows.
        """
        drawn, windows = drawn[np.isfinite(drawn)], cutoffs / self.overlap
        if windows < LEAST_WINDOWS or len(drawn) == 0:
            return math.nan, math.nan
        low, high = np.quantile(drawn, _percentiles(windows))
        return float(low), float(high)

    def wape(self, errors: Errors, model: int) -> tuple[float, float]:
        """Return the interval of a model's WAPE."""
        has = ~np.isnan(errors.error[model])
        return self.interval(self._drawn(errors, model, has), int(has.sum()))

    def ratio(self, errors: Errors, model: int, to: int) -> tuple[float, float]:
        """Return the interval of a model's WAPE over that of another, on the cutoffs of both."""
        both = ~np.isnan(errors.error[model]) & ~np.isnan(errors.error[to])
        drawn = _ratio(self._drawn(errors, model, both), self._drawn(errors, to, both))
        return self.interval(drawn, int(both.sum()))

    def _drawn(self, errors: Errors, model: int, has: Flags) -> Floats:
        times = self.times[:, has]
        return _ratio(times @ errors.error[model, has], times @ errors.volume[model, has])


def draw(cutoffs: int, overlap: int = 1, seed: int = SEED) -> Bootstrap:
    """Draw as many cutoffs as there are, `DRAWS` times, neighbours together where they overlap."""
    generator = np.random.default_rng(seed)
    block = min(overlap, cutoffs)
    blocks = math.ceil(cutoffs / block)
    first = generator.integers(0, cutoffs, (DRAWS, blocks))
    drawn = (first[:, :, None] + np.arange(block)) % cutoffs
    drawn = drawn.reshape(DRAWS, -1)[:, :cutoffs]
    times = np.zeros((DRAWS, cutoffs))
    np.add.at(times, (np.arange(DRAWS)[:, None], drawn), 1.0)
    return Bootstrap(times, overlap)


def compare(errors: Errors, yardstick: str) -> pd.DataFrame:
    """Say how sure each model's WAPE is, and which models cannot be told from the best.

    Parameters
    ----------
    errors
        Of one queue.
    yardstick
        The model that all are also held against, where it is among them.

    Returns
    -------
    pandas.DataFrame
        A row per model, by rising WAPE, indexed by ``model``: ``rank``, the place in the order,
        shared by models that cannot be told from the first of their rank; ``tie``, whether a model
        cannot be told from the best; both empty where there are too few cutoffs. Then ``wape_low``
        and ``wape_high``, the 95 % interval of the WAPE, and ``ratio_to_best`` and
        ``ratio_to_yardstick`` with theirs.
    """
    boot = draw(errors.error.shape[1], errors.overlap)
    reference = errors.models.index(yardstick) if yardstick in errors.models else None
    found = []
    for place in range(len(errors.models)):
        low, high = boot.wape(errors, place)
        found.append(
            {
                "wape_low": low,
                "wape_high": high,
                **_ratio_to(boot, errors, place, 0, "best"),
                **_ratio_to(boot, errors, place, reference, "yardstick"),
            }
        )
    table = pd.DataFrame(found, index=pd.Index(errors.models, name="model"))
    ranks = _ranks(boot, errors)
    table.insert(0, "rank", pd.Series(ranks, index=table.index, dtype="Int64"))
    ties = [None if rank is None else rank == 1 for rank in ranks]
    table.insert(1, "tie", pd.Series(ties, index=table.index, dtype="boolean"))
    return table


def is_apart(low: float, high: float) -> bool:
    """Say whether an interval of a ratio of errors tells which of the two is better."""
    return low > 1.0 or high < 1.0


def _ranks(boot: Bootstrap, errors: Errors) -> list[int | None]:
    """Return ranks in which everybody who cannot be told from the first of a rank shares it."""
    ranks: list[int | None] = [None] * len(errors.models)
    enough = (~np.isnan(errors.error)).sum(axis=1) >= LEAST_WINDOWS * errors.overlap
    waiting = [int(place) for place in np.flatnonzero(enough)]
    while waiting:
        first = waiting[0]
        told = {place: boot.ratio(errors, place, first) for place in waiting[1:]}
        alike = [place for place in waiting[1:] if not is_apart(*told[place])]
        for place in (first, *alike):
            ranks[place] = 1 + sum(rank is not None for rank in ranks[:first])
        waiting = [place for place in waiting[1:] if place not in alike]
    return ranks


def _ratio_to(
    boot: Bootstrap, errors: Errors, place: int, other: int | None, name: str
) -> dict[str, float]:
    if other is None:
        return dict.fromkeys(_names(name), math.nan)
    both = ~np.isnan(errors.error[place]) & ~np.isnan(errors.error[other])
    sums = [
        float(values[model, both].sum())
        for model in (place, other)
        for values in (errors.error, errors.volume)
    ]
    point = _ratio(_ratio(sums[0], sums[1]), _ratio(sums[2], sums[3]))
    low, high = boot.ratio(errors, place, other)
    return dict(zip(_names(name), (float(point), low, high), strict=True))


def _names(name: str) -> tuple[str, str, str]:
    return f"ratio_to_{name}", f"ratio_to_{name}_low", f"ratio_to_{name}_high"


def _overlap(rows: pd.DataFrame) -> int:
    """Return how many windows in a row share intervals."""
    cutoffs = np.sort(rows["cutoff"].unique())
    if len(cutoffs) < 2:
        return 1
    apart = np.diff(cutoffs).min()
    window = (rows["ds"] - rows["cutoff"]).max()
    return int(window // apart) + 1


def _percentiles(windows: float) -> tuple[float, float]:
    from scipy import stats

    wide = stats.t.ppf((1 + LEVEL) / 2, windows - 1) * math.sqrt(windows / (windows - 1))
    return float(stats.norm.cdf(-wide)), float(stats.norm.cdf(wide))


def _ratio(part: Floats | float, whole: Floats | float) -> Floats:
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    ratio: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
    return ratio
