"""Prophet on open hours in local time: multiplicative, with a day of its own for the weekend.

Taylor and Letham (2018), doi:10.1080/00031305.2017.1380080.
"""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.anomalies import flag_anomalous
from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays, Integers, weekdays
from forecast.models import robust_profile
from forecast.profiles import without
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

if TYPE_CHECKING:
    from prophet import Prophet

DAYS_FITTED = 182
LEAST_DAYS = 21
DAY_TERMS = 8
WEEK_TERMS = 3
ORIGINS = 4


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Fit the last half year of known slots and forecast every slot of the future days."""
    recent = panel.tail(DAYS_FITTED)
    usual = without(recent, flag_anomalous(recent))
    known = ~np.isnan(usual.volume)
    if known.any(axis=1).sum() < LEAST_DAYS // 2 or len(usual.ordinal) < LEAST_DAYS:
        return robust_profile.predict(panel, future)
    slots = panel.volume.shape[1]
    if not usual.volume[known].any():
        return np.zeros((len(future.ordinal), slots))
    past = _frame(_on_weekday(usual.ordinal, usual.weekday), slots)[known.ravel()]
    past["y"] = usual.volume[known]
    ahead = _frame(_on_weekday(future.ordinal, future.weekday), slots)
    made = _fit(past).predict(ahead)["yhat"].to_numpy(dtype=float)
    highest = 3.0 * float(past["y"].max())
    possible: Floats = np.clip(made, 0.0, highest).reshape(len(future.ordinal), slots)
    return possible


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with Prophet, as `forecast.assemble.assemble` does.

    How far off it has been is measured on a few days of the past: a fit takes seconds.
    """
    return assemble(history, horizon, probabilities, "prophet", predict, origins=ORIGINS)


def _fit(past: pd.DataFrame) -> "Prophet":
    from prophet import Prophet

    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    model = Prophet(
        growth="linear",
        n_changepoints=10,
        changepoint_prior_scale=0.02,
        seasonality_mode="multiplicative",
        daily_seasonality=False,
        weekly_seasonality=WEEK_TERMS,
        yearly_seasonality=False,
        uncertainty_samples=0,
    )
    for part in ("working", "weekend"):
        if past[part].any():
            model.add_seasonality(part, 1, DAY_TERMS, condition_name=part)
    return model.fit(past, seed=1)


def _frame(ordinal: Integers, slots: int) -> pd.DataFrame:
    """Return a row per slot of the days: wall time, and whether it is a working day."""
    day = np.repeat(ordinal, slots).astype("datetime64[D]").astype("datetime64[us]")
    minute = np.tile(np.arange(slots) * (1440 // slots), len(ordinal))
    working = np.repeat(weekdays(ordinal) < 5, slots)
    wall = day + minute.astype("timedelta64[m]")
    return pd.DataFrame({"ds": wall, "working": working, "weekend": ~working})


def _on_weekday(ordinal: Integers, weekday: Integers) -> Integers:
    """Move days to the weekday they resemble, within three days."""
    off = (weekday - weekdays(ordinal) + 3) % 7 - 3
    return ordinal + off
