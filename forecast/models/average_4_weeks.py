"""The mean of the last four values of each slot of the week, as spreadsheets do."""

from collections.abc import Sequence

from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.profiles import average_of_latest, repeat
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the mean of the last four known values of each slot of the week."""
    return repeat(average_of_latest(panel, 4), future)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the four-week average, as `forecast.assemble.assemble` does."""
    return assemble(
        history, horizon, probabilities, "average_4_weeks", learner(predict), median_from="point"
    )
