"""A weekly profile of long-run means, raised to the level of the last weeks."""

from collections.abc import Sequence

from forecast.anomalies import without_anomalies
from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.profiles import at_present_level, repeat
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory
from forecast.weekday_shares import profile_with_shared_shares

HALF_LIFE_DAYS = 280.0
LEVEL_DAYS = 21
HALF_LIFE_DAYS_OF_YEARS = 560.0
LEVEL_DAYS_OF_YEARS = 42


def profile(usual: DayPanel) -> Floats:
    """Return the long-run profile at the level of the last three usual weeks."""
    return at_present_level(usual, profile_with_shared_shares, HALF_LIFE_DAYS, LEVEL_DAYS)


def profile_of_years(usual: DayPanel) -> Floats:
    """Return the profile of several years, their rhythm taken out, at the level of six weeks.

    Without the time of the year in them, older days tell as much, and the level may look back
    twice as far.
    """
    return at_present_level(
        usual, profile_with_shared_shares, HALF_LIFE_DAYS_OF_YEARS, LEVEL_DAYS_OF_YEARS
    )


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the profile of usual days."""
    return repeat(profile(without_anomalies(panel)), future)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the mean profile, as `forecast.assemble.assemble` does."""
    return assemble(history, horizon, probabilities, "mean_profile", learner(predict))
