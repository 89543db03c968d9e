"""Last week again: the yardstick that every other model is measured against."""

from collections.abc import Sequence

from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.profiles import latest, repeat
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the last known value of each slot of the week."""
    return repeat(latest(panel, 1)[:, :, 0], future)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with last week's values, as `forecast.assemble.assemble` does."""
    return assemble(
        history, horizon, probabilities, "seasonal_naive", learner(predict), median_from="point"
    )
