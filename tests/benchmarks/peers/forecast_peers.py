"""Forecast public series with other libraries; runs in an environment of its own.

``python forecast_peers.py SERIES CUTOFFS OUT LIMIT`` reads ``unique_id,ds,y`` and
``unique_id,cutoff`` (naive times of one clock), and writes ``unique_id,model,cutoff,ds,yhat`` with
168 hours after each cutoff. A model of which a fit takes more than LIMIT CPU seconds is given up
on that series, and has no row of it.
"""

import logging
import multiprocessing
import queue
import resource
import signal
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

HORIZON = 168
WEEKS_SEEN = {"prophet": 52, "prophet_tuned": 52, "auto_ets": 26, "mstl": 26, "auto_arima": 8}
SUNDAY_SATURDAY = (5, 6)


def prophet(past: pd.DataFrame, ahead: pd.DatetimeIndex) -> np.ndarray:
    """Prophet as it comes."""
    from prophet import Prophet

    model = Prophet()
    model.fit(past)
    return model.predict(pd.DataFrame({"ds": ahead}), vectorized=True)["yhat"].to_numpy()


def prophet_tuned(past: pd.DataFrame, ahead: pd.DatetimeIndex) -> np.ndarray:
    """Multiplicative, a day of its own for the weekend, open hours alone, nothing below 0."""
    from prophet import Prophet

    is_open = past.groupby(hour_of_week(past["ds"]))["y"].max() > 0
    past = past[is_open.reindex(hour_of_week(past["ds"])).to_numpy()]
    model = Prophet(
        seasonality_mode="multiplicative",
        daily_seasonality=False,
        weekly_seasonality=False,
        yearly_seasonality=False,
    )
    model.add_seasonality("weekly", 7, 10)
    for name in ("working", "weekend"):
        model.add_seasonality(name, 1, 10, condition_name=name)
    model.fit(with_kinds_of_day(past))
    made = model.predict(with_kinds_of_day(pd.DataFrame({"ds": ahead})), vectorized=True)["yhat"]
    opens = is_open.reindex(hour_of_week(pd.Series(ahead)), fill_value=True).to_numpy()
    return np.maximum(made.to_numpy(), 0.0) * opens


def with_kinds_of_day(rows: pd.DataFrame) -> pd.DataFrame:
    weekend = rows["ds"].dt.weekday.isin(SUNDAY_SATURDAY)
    return rows.assign(weekend=weekend, working=~weekend)


def hour_of_week(ds: pd.Series) -> np.ndarray:
    return (ds.dt.weekday * 24 + ds.dt.hour).to_numpy()


def of_statsforecast(name: str) -> Callable[[pd.DataFrame, pd.DatetimeIndex], np.ndarray]:
    """A model of statsforecast with its own defaults and a season of a day, or a day and a week."""

    def made(past: pd.DataFrame, ahead: pd.DatetimeIndex) -> np.ndarray:
        from statsforecast import models

        model = {
            "auto_ets": lambda: models.AutoETS(season_length=24),
            "mstl": lambda: models.MSTL(season_length=[24, 168]),
            "auto_arima": lambda: models.AutoARIMA(season_length=24),
        }[name]()
        known = past["y"].interpolate(limit_direction="both").to_numpy(dtype=float)
        return np.asarray(model.forecast(known, len(ahead))["mean"])

    return made


PEERS = {
    "prophet": prophet,
    "prophet_tuned": prophet_tuned,
    "auto_ets": of_statsforecast("auto_ets"),
    "mstl": of_statsforecast("mstl"),
    "auto_arima": of_statsforecast("auto_arima"),
}


def answer(
    put: "multiprocessing.Queue[np.ndarray]",
    limit: int,
    name: str,
    past: pd.DataFrame,
    ahead: pd.DatetimeIndex,
) -> None:
    # Beyond its CPU seconds the system ends the process: the clock would count the work of others.
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    put.put(PEERS[name](past, ahead))


def within(limit: int, name: str, past: pd.DataFrame, ahead: pd.DatetimeIndex) -> np.ndarray | None:
    """Return the forecast, or None when it took too long."""
    context = multiprocessing.get_context("fork")
    put: multiprocessing.Queue[np.ndarray] = context.Queue()
    worker = context.Process(target=answer, args=(put, limit, name, past, ahead))
    worker.start()
    while True:
        try:
            made = put.get(timeout=1.0)
            worker.join()
            return made
        except queue.Empty:
            if worker.is_alive() or not put.empty():
                continue
            if worker.exitcode == -signal.SIGXCPU:
                return None
            raise RuntimeError(f"{name} ended without a forecast.") from None


def main(series: str, cutoffs: str, out: str, limit: str) -> None:
    rows = pd.read_csv(series, parse_dates=["ds"])
    ends = pd.read_csv(cutoffs, parse_dates=["cutoff"])
    parts = []
    for unique_id, its_rows in rows.groupby("unique_id"):
        its_ends = ends.loc[ends["unique_id"] == unique_id, "cutoff"]
        for name in PEERS:
            made = [forecast(its_rows, cutoff, name, int(limit)) for cutoff in its_ends[:1]]
            if made[0] is not None:
                made += [forecast(its_rows, cutoff, name, int(limit)) for cutoff in its_ends[1:]]
            if all(each is not None for each in made):
                parts.append(pd.concat(made).assign(unique_id=unique_id, model=name))
    pd.concat(parts).to_csv(out, index=False)


def forecast(
    rows: pd.DataFrame, cutoff: pd.Timestamp, name: str, limit: int
) -> pd.DataFrame | None:
    first = cutoff - pd.Timedelta(weeks=WEEKS_SEEN[name])
    past = rows.loc[(rows["ds"] >= first) & (rows["ds"] < cutoff), ["ds", "y"]]
    ahead = pd.date_range(cutoff, periods=HORIZON, freq="h")
    made = within(limit, name, past.reset_index(drop=True), ahead)
    return None if made is None else pd.DataFrame({"cutoff": cutoff, "ds": ahead, "yhat": made})


if __name__ == "__main__":
    main(*sys.argv[1:])
