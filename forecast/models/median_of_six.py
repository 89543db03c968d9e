"""The median of the last six values of each slot of the week: simple, and hard to beat."""

from collections.abc import Sequence

from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.profiles import median_of_latest, repeat
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory


def profile(panel: DayPanel) -> Floats:
    """Return the median of the last six known values of each slot of the week."""
    return median_of_latest(panel, 6)


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the median of the last six known values of each slot of the week."""
    return repeat(profile(panel), future)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the median of six, as `forecast.assemble.assemble` does."""
    return assemble(
        history, horizon, probabilities, "median_of_six", learner(predict), median_from="point"
    )
