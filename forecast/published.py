"""What was published, on the board beside the models, to see whether people were better."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecast.series import VolumeForecast
from forecast.snapshots import Snapshot

PUBLISHED = "published"


def with_published(rows: pd.DataFrame, snapshots: Sequence[Snapshot]) -> pd.DataFrame:
    """Add the published forecasts to the rows of a backtest, overrides included.

    Of each interval the newest forecast counts that was published from what was known at the
    window's cutoff or before. A window that is not wholly published, with the quantiles of the
    backtest, is left out: on a part of it people would be held against the models' whole.

    Parameters
    ----------
    rows
        As `forecast.backtest.backtest` returns them.
    snapshots
        What was published, the earliest first.

    Returns
    -------
    pandas.DataFrame
        The rows, and those of a model ``published``, whose CPU seconds are not known.
    """
    levels = [name for name in rows.columns if name == "mean" or name[:1] == "q"]
    levels = [name for name in levels if name == "mean" or name[1:].isdigit()]
    parts = [rows]
    for (queue, cutoff), window in rows.groupby(["unique_id", "cutoff"], sort=False):
        known = [each for each in snapshots if each.cutoff <= pd.Timestamp(str(cutoff))]
        known.sort(key=lambda each: each.cutoff)
        of_queue = [made for each in known for made in each.published if made.queue == queue]
        one = window[window["model"] == window["model"].iloc[0]]
        table = _newest(of_queue, pd.DatetimeIndex(one["ds"]), levels)
        if table is not None:
            made = one.assign(model=PUBLISHED, cpu_s=np.nan)
            made[levels] = table
            parts.append(made)
    return pd.concat(parts, ignore_index=True)


def _newest(
    made: Sequence[VolumeForecast], index: pd.DatetimeIndex, levels: Sequence[str]
) -> np.ndarray | None:
    """Return the newest forecast of every interval; None when one is missing."""
    table = pd.DataFrame(np.nan, index=index, columns=list(levels))
    for forecast in made:
        if set(levels) <= set(forecast.table.columns):
            table.update(forecast.table.reindex(index)[list(levels)])
    return None if table.isna().any(axis=None) else table.to_numpy()
