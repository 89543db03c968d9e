"""One queue's forecast by the name of a model."""

from collections.abc import Sequence

from forecast.models import load_model
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory


def forecast_volume(
    history: VolumeHistory,
    horizon: int,
    model: str = "auto",
    probabilities: Sequence[float] = PROBABILITIES,
) -> VolumeForecast:
    """Forecast a queue's contacts from the end of its history.

    Parameters
    ----------
    history
        What is known; its calendar states what is known of the future.
    horizon
        Intervals ahead.
    model
        A name of `forecast.models.MODELS`.
    probabilities
        Levels of the quantiles; the median is always among them.

    Raises
    ------
    InputError
        When there is no such model, or no volume is known.
    """
    return load_model(model)(history, horizon, probabilities)
