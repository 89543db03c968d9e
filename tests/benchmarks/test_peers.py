"""Other libraries on the same series, cutoffs and clock as `auto`, without events.

They run in an environment of their own, made once from ``peers/requirements.txt`` in the user's
cache folder, for statsforecast asks for an older pandas.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.backtest import backtest
from tests.benchmarks.peer_environment import PEERS, peer_python
from tests.benchmarks.public_series import CORE, WEEK, PublicSeries, load

pytestmark = pytest.mark.benchmark

# Slow peers: a few weeks of each series, and a limit to the CPU seconds of a fit.
WEEKS, LIMIT_S = 4, 10
OWN = ("auto", "median_of_six", "seasonal_naive")
OTHERS = ("prophet", "prophet_tuned", "auto_ets", "mstl", "auto_arima")


def own_rows(series: PublicSeries) -> pd.DataFrame:
    return backtest(series.history, WEEK, WEEKS, WEEK, OWN)


def peer_rows(found: list[PublicSeries], own: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Return the peers' forecasts: `unique_id`, `model`, `cutoff`, `ds`, `yhat`."""
    known = [
        pd.DataFrame({"unique_id": s.name, "ds": s.history.volume.index, "y": s.history.volume})
        for s in found
    ]
    series = pd.concat(known)
    cutoffs = own[["unique_id", "cutoff"]].drop_duplicates()
    files = [folder / name for name in ("series.csv", "cutoffs.csv", "out.csv")]
    for path, table in zip(files, (series, cutoffs), strict=False):
        naive = {name: table[name].dt.tz_localize(None) for name in {"ds", "cutoff"} & {*table}}
        table.assign(**naive).to_csv(path, index=False)
    command = [peer_python("requirements.txt"), PEERS / "forecast_peers.py", *files, str(LIMIT_S)]
    subprocess.run(command, check=True, capture_output=True)
    rows = pd.read_csv(files[-1], parse_dates=["ds", "cutoff"])
    return rows.assign(**{name: rows[name].dt.tz_localize("UTC") for name in ("ds", "cutoff")})


def test_peers_a_week_ahead(
    public_data: Path, tmp_path: Path, record: Callable[[str, str], None]
) -> None:
    """On the same weeks no peer errs less than `auto`, in the mean over the four series."""
    found = load(public_data, CORE)
    if len(found) < len(CORE):
        pytest.skip(f"the comparison is set for {', '.join(CORE)}; not all of them are here")
    own = pd.concat([own_rows(series).assign(unique_id=series.name) for series in found])
    truth = own.loc[own["model"] == OWN[0], ["unique_id", "cutoff", "ds", "y"]]
    peers = peer_rows(found, own, tmp_path).merge(truth, on=["unique_id", "cutoff", "ds"])
    columns = ["unique_id", "model", "y", "yhat"]
    rows = pd.concat([peers[columns], own.rename(columns={"q50": "yhat"})[columns]])
    rows = rows.assign(error=(rows["yhat"] - rows["y"]).abs()).dropna()
    sums = rows.pivot_table(["error", "y"], "model", "unique_id", aggfunc="sum")
    # A peer that never ended in time has no row, and is told of all the same.
    wape = (sums["error"] / sums["y"])[list(CORE)].reindex([*OWN, *OTHERS])
    ratio = np.exp(np.log(wape / wape.loc["seasonal_naive"]).mean(axis=1, skipna=False))
    print(wape.assign(ratio=ratio).sort_values("ratio").round(4).to_string())
    for model, each in wape.iterrows():
        shown = ", ".join(
            f"no end in {LIMIT_S} CPU s" if np.isnan(share) else f"{share:.2%}" for share in each
        )
        record(
            f"WAPE of {model}, {WEEKS} weeks of bank, taxi, UK ED, helpdesk; over seasonal_naive",
            f"{shown}; {'-' if np.isnan(ratio[model]) else format(ratio[model], '.3f')}",
        )
    assert ratio["auto"] < ratio[list(OTHERS)].min()
