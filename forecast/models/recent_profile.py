"""A weekly profile of recent means, raised to the level of the last days."""

from collections.abc import Sequence

from forecast.anomalies import without_anomalies
from forecast.assemble import assemble
from forecast.days import DayPanel, Floats, FutureDays
from forecast.profiles import at_present_level, repeat
from forecast.rehearsal import learner
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory
from forecast.weekday_shares import profile_with_shared_shares

HALF_LIFE_DAYS = 28.0
DAYS_FITTED = 182
LEVEL_DAYS = 10


def profile(usual: DayPanel) -> Floats:
    """Return the profile of recent weeks at the level of the last ten usual days."""
    recent = usual.tail(DAYS_FITTED)
    return at_present_level(recent, profile_with_shared_shares, HALF_LIFE_DAYS, LEVEL_DAYS)


def predict(panel: DayPanel, future: FutureDays) -> Floats:
    """Repeat the profile of usual days."""
    return repeat(profile(without_anomalies(panel)), future)


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the recent profile, as `forecast.assemble.assemble` does."""
    return assemble(history, horizon, probabilities, "recent_profile", learner(predict))
