"""Prophet on open hours in local time: multiplicative, and days of four kinds.

Monday to Thursday share the shape of a day; Friday, Saturday and Sunday have their own.

Taylor and Letham (2018), doi:10.1080/00031305.2017.1380080.
"""

import logging
from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.week import DAYS
from forecast.anomalies import without_anomalies
from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays, Integers
from forecast.models import robust_profile
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

logging.getLogger("prophet.plot").setLevel(logging.CRITICAL)

from prophet import Prophet  # noqa: E402 - it complains of a missing plotly when it is imported

# CmdStanPy tells of every fit unless its logger has a handler before it is first used.
logging.getLogger("cmdstanpy").addHandler(logging.NullHandler())
for _talker in ("prophet", "cmdstanpy"):
    logging.getLogger(_talker).setLevel(logging.CRITICAL)

DAYS_FITTED = 182
LEAST_DAYS = 21
DAY_TERMS = 12
KINDS = {"monday_to_thursday": (0, 1, 2, 3), "friday": (4,), "saturday": (5,), "sunday": (6,)}
ORIGINS = 8
DAYS_BETWEEN_ORIGINS = 7


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Fit the last half year of known slots and forecast every slot of the future days."""
    recent = panel.tail(DAYS_FITTED)
    usual = without_anomalies(recent)
    known = ~np.isnan(usual.volume)
    if known.any(axis=1).sum() < LEAST_DAYS // 2 or len(usual.ordinal) < LEAST_DAYS:
        return robust_profile.predict(panel, future)
    slots = panel.volume.shape[1]
    if not usual.volume[known].any():
        return np.zeros((len(future.ordinal), slots))
    past = _frame(usual.ordinal, usual.weekday, slots)[known.ravel()]
    past["y"] = usual.volume[known] + _jitter(usual.volume[known])
    ahead = _frame(future.ordinal, future.weekday, slots)
    made = _fit(past).predict(ahead)["yhat"].to_numpy(dtype=float)
    highest = 3.0 * float(past["y"].max())
    possible: Floats = np.clip(made, 0.0, highest).reshape(len(future.ordinal), slots)
    return possible


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with Prophet, as `forecast.assemble.assemble` does.

    How far off it has been is measured from a day in each of the last weeks.
    """
    learn = learner(predict, origins=ORIGINS, every=DAYS_BETWEEN_ORIGINS)
    return assemble(history, horizon, probabilities, "prophet", learn)


def _jitter(volume: Floats) -> Floats:
    """Return noise of a thousandth: without any, the likelihood is unbounded and the search fails.

    Parameters
    ----------
    volume
        Contacts/interval; the noise is the same whenever it is.
    """
    noise: Floats = np.random.default_rng(0).normal(0.0, 1e-3 * volume.max(), len(volume))
    return noise


def _fit(past: pd.DataFrame) -> Prophet:
    model = Prophet(
        growth="linear",
        n_changepoints=10,
        changepoint_prior_scale=0.005,
        seasonality_mode="multiplicative",
        daily_seasonality=False,
        weekly_seasonality=False,
        yearly_seasonality=False,
        uncertainty_samples=0,
    )
    for kind in KINDS:
        if past[kind].any():
            model.add_seasonality(kind, 1, DAY_TERMS, condition_name=kind)
    for name in DAYS[1:]:
        # A level for each weekday: a Fourier series of the week cannot step at midnight.
        if past[name].any():
            model.add_regressor(name, standardize=False)
    return model.fit(past, seed=1)


def _frame(ordinal: Integers, weekday: Integers, slots: int) -> pd.DataFrame:
    """Return a row per slot of the days: wall time, and which weekday it has or resembles."""
    day = np.repeat(ordinal, slots).astype("datetime64[D]").astype("datetime64[us]")
    minute = np.tile(np.arange(slots) * (1440 // slots), len(ordinal))
    of_slot = np.repeat(weekday, slots)
    columns = {"ds": day + minute.astype("timedelta64[m]")}
    columns |= {name: (of_slot == place).astype(float) for place, name in enumerate(DAYS)}
    columns |= {kind: np.isin(of_slot, days) for kind, days in KINDS.items()}
    return pd.DataFrame(columns)
