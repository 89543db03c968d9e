"""Gradient-boosted trees that learn from all queues at once, on top of each queue's profile.

A Poisson model in which the usual volume of the slot, at the level of the last ten days, is the
starting point, and trees say by which factor to depart from it: by lead, weekday, time of day, the
newest values of that slot of the week and how high the last days were. Every queue is scaled to its
mean, so all of them count alike and a new one profits from the others. LightGBM is an extra:
``staffcast[boosting]``. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision
tree", Advances in Neural Information Processing Systems 30.
"""

from collections.abc import Sequence

import numpy as np

from data.errors import InputError
from forecast.assemble import assemble
from forecast.boosted_terms import GAPS, gap_group, known_by_day, terms
from forecast.days import DayPanel, Floats, FutureDays, day_panel, with_opening
from forecast.models import robust_profile
from forecast.rehearsal import Learnt, PointModel, rehearse
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

try:
    from lightgbm import Booster, Dataset, train
except ImportError as missing:
    raise InputError(
        "model lightgbm needs LightGBM, which is not installed; "
        "install it with: pip install 'staffcast[boosting]'"
    ) from missing

DAYS_FITTED = 364
MOST_ROWS = 240_000
LEAST_DAYS = 28
FIRST_DAYS = 14
HELD_BACK_DAYS = 56
EVERY = 2
DAYS_SEEN = 112
ROUNDS = 60
SETTINGS = {
    "objective": "poisson",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.8,
    "lambda_l2": 1.0,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast one queue from its own history alone, as `forecast_all` does for several."""
    return forecast_all((history,), horizon, probabilities)[0]


def forecast_all(
    histories: Sequence[VolumeHistory],
    horizon: int,
    probabilities: Sequence[float] = PROBABILITIES,
) -> tuple[VolumeForecast, ...]:
    """Forecast every queue with trees grown on all of them, as `forecast.assemble.assemble` does.

    How far off it has been is measured over the last eight weeks, with trees that were grown on
    what came before those.
    """
    panels = [day_panel(with_opening(history)).tail(DAYS_FITTED) for history in histories]
    days_ahead = max((_days_ahead(history, horizon) for history in histories), default=1)
    now = _grown(panels, days_ahead)
    before = _grown([panel.head(-HELD_BACK_DAYS) for panel in panels], days_ahead)

    def learn(panel: DayPanel, days_ahead: int) -> Learnt:
        past = rehearse(panel, _point(before), days_ahead, HELD_BACK_DAYS // EVERY, EVERY)
        return Learnt(_point(now), past)

    return tuple(
        assemble(history, horizon, probabilities, "lightgbm", learn) for history in histories
    )


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Grow trees on one queue alone and forecast its days."""
    days_ahead = int(future.ordinal[-1] - panel.ordinal[-1])
    return _point(_grown([panel.tail(DAYS_FITTED)], days_ahead))(panel, future)


def _days_ahead(history: VolumeHistory, horizon: int) -> int:
    return horizon // (history.calendar.intervals_per_week // 7) + 2


def _point(trees: Booster | None) -> PointModel:
    """Return the model that forecasts with these trees; without any, the robust profile."""

    def predict(panel: DayPanel, future: FutureDays) -> Floats:
        if trees is None or panel.known_days < LEAST_DAYS // 2 or len(panel.ordinal) < LEAST_DAYS:
            return robust_profile.predict(panel, future)
        recent = panel.tail(DAYS_SEEN)
        known = known_by_day(recent)
        steps = np.maximum(future.ordinal - panel.ordinal[-1], 1)
        last = np.full(len(steps), len(recent.ordinal) - 1)
        asked, base = terms(known, last, future, gap_group(steps))
        factor = np.exp(
            np.asarray(trees.predict(asked.reshape(-1, asked.shape[2]), raw_score=True))
        )
        made: Floats = base * factor.reshape(base.shape)
        return made

    return predict


def _grown(panels: Sequence[DayPanel], days_ahead: int) -> Booster | None:
    """Grow trees on all queues with a history of some weeks; None when there is none."""
    enough = [panel for panel in panels if panel.known_days >= LEAST_DAYS]
    if not enough:
        return None
    each = MOST_ROWS // len(enough)
    parts = [_rows(panel, days_ahead, each) for panel in enough]
    parts = [part for part in parts if len(part[1])]
    if not parts:
        return None
    asked, share, start = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    rows = Dataset(asked, share, init_score=start, free_raw_data=True)
    return train(SETTINGS, rows, num_boost_round=ROUNDS)


def _rows(panel: DayPanel, days_ahead: int, most: int) -> tuple[Floats, Floats, Floats]:
    """Return what was asked of past slots, what came, and the logarithm of what was expected.

    What came and what was expected are in units of the queue's mean. Where that makes too many
    rows, days are left out evenly.
    """
    known = known_by_day(panel)
    scale = float(np.nanmean(panel.volume))
    gaps = [gap for gap in GAPS if gap <= gap_group(np.array([days_ahead]))[0]]
    parts = []
    for gap in gaps:
        day = np.arange(FIRST_DAYS + gap, len(panel.ordinal))
        step = max(1, int(np.ceil(len(day) * len(gaps) * panel.volume.shape[1] / most)))
        day = day[::-step][::-1]
        ahead = FutureDays(panel.ordinal[day], panel.weekday[day])
        asked, base = terms(known, day - gap, ahead, np.full(len(day), gap))
        actual = known.panel.volume[day]
        usable = ~np.isnan(actual) & (base > 0)
        parts.append((asked[usable], actual[usable] / scale, np.log(base[usable] / scale)))
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    return columns[0], columns[1], columns[2]
