r"""Dynamic harmonic regression: waves of the day and the week, and errors that remember.

The root of the volume in the open slots is a level of each weekday, waves over the open day, waves
of its own for each weekday, and an error that is ARMA(1, 1) from slot to slot, so that the level of
the last days carries on and fades. The waves are fitted first and the error to what they leave:
with so many hours the two hardly disturb each other, and fitting both at once takes minutes.
Young, Pedregal and Tych (1999), doi:10.1002/(SICI)1099-131X(199911)18:6<369::AID-FOR748>3.0.CO;2-K.
"""

from collections.abc import Sequence

import numpy as np
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecast.assemble import assemble
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, FutureDays, Integers
from forecast.fitting import fit_quietly
from forecast.models import robust_profile
from forecast.open_slots import OpenSlots, open_slots
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

DAYS_FITTED = 84
MOST_VALUES = 2100
LEAST_DAYS = 28
WAVES = 24


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Forecast the root of the volume as waves and a fading error, and square it."""
    opened = open_slots(panel, DAYS_FITTED, MOST_VALUES)
    if opened is None or not opened.spans(LEAST_DAYS):
        return robust_profile.predict(panel, future)
    scale = float(np.nanmax(opened.volume))
    if scale == 0.0:
        return opened.laid_out(np.zeros((len(future.ordinal), len(opened.slots))))
    root = np.sqrt(opened.volume / scale)
    season = _season(root, opened)
    left = root - season[opened.weekday]
    steps = opened.steps_ahead(future)
    error, noise = _remembered(left, int(steps[-1]))
    made = np.maximum(season[future.weekday] + error[steps], 0.0) ** 2 + noise
    return opened.laid_out(made * scale)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast by dynamic harmonic regression, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the robust profile, which is as good and far quicker.
    """
    learn = learner(predict, errors_of=robust_profile.predict)
    return assemble(history, horizon, probabilities, "harmonic_regression", learn)


def _season(root: Floats, opened: OpenSlots) -> Floats:
    """Return the waves that fit best, weekdays by slots; a closed weekday has those of all days."""
    slots = root.shape[1]
    known = ~np.isnan(root)
    day, slot = np.nonzero(known)
    terms = _waves(opened.weekday[day], slot, slots)
    levels, *_ = np.linalg.lstsq(terms, root[known], rcond=1e-8)
    weekday, place = np.divmod(np.arange(DAYS_OF_WEEK * slots), slots)
    season: Floats = (_waves(weekday, place, slots) @ levels).reshape(DAYS_OF_WEEK, slots)
    return season


def _waves(weekday: Integers, slot: Integers, slots: int) -> Floats:
    """Return waves over the open day, common ones and those of each weekday, a row per slot."""
    angle = np.pi * (slot + 0.5) / slots
    common = np.cos(angle[:, None] * np.arange(min(WAVES, slots)))
    of_day = [common * (weekday == each)[:, None] for each in range(DAYS_OF_WEEK)]
    return np.concatenate([common, *of_day], axis=1)


def _remembered(left: Floats, steps: int) -> tuple[Floats, float]:
    """Return the error expected on the last day and `steps` days on, and the variance of noise.

    Parameters
    ----------
    left
        What the waves leave of the root, days by slots; NaN where nothing is known.
    steps
        Open days after the last one.
    """
    days, slots = left.shape
    spread = float(np.nanstd(left))
    if spread < 1e-6:
        return np.zeros((steps + 1, slots)), 0.0
    model = SARIMAX(left.ravel() / spread, order=(1, 0, 1))
    fitted = fit_quietly(model, 50)
    first = (days - 1) * slots
    ahead = np.asarray(fitted.predict(first, first + (steps + 1) * slots - 1), dtype=float)
    return spread * ahead.reshape(steps + 1, slots), float(spread**2)
