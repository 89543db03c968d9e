"""The median of the robust profiles, the top-down model and the Poisson regression."""

from collections.abc import Sequence

from forecast.assemble import assemble
from forecast.combine import median_of
from forecast.models import mean_profile, median_of_six, poisson_glm, robust_profile, top_down
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

PROFILES = (median_of_six.predict, robust_profile.predict, mean_profile.predict)

predict = median_of((*PROFILES, top_down.predict, poisson_glm.predict))


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the median of five models, as `forecast.assemble.assemble` does.

    How far off it has been is measured on the median of the three profiles.
    """
    return assemble(
        history, horizon, probabilities, "auto", learner(predict, errors_of=median_of(PROFILES))
    )
