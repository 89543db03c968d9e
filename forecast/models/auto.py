"""Weekly profiles of four kinds, each weighted by how near it has been to the truth.

Two are quick to follow and two are slow, two are medians and two are means: where one is misled
the others are not. Where two years are known, a fifth sees all of them. The rhythms of the month
and, again from two years on, of the year are taken out before and put back after. What they agree
on lies between median and mean: it is taken for the middle of the likely rates of contacts, and
the median forecast is that of counts at this rate.
"""

from collections.abc import Sequence

from forecast.assemble import assemble
from forecast.combine import combination
from forecast.models import mean_profile, median_of_six, recent_profile, robust_profile
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory

MEMBERS = (
    median_of_six.profile,
    robust_profile.profile,
    recent_profile.profile,
    mean_profile.profile,
)

learn = combination(MEMBERS, of_years=(mean_profile.profile_of_years,))


def forecast(
    history: VolumeHistory, horizon: int, probabilities: Sequence[float] = PROBABILITIES
) -> VolumeForecast:
    """Forecast with the combination, as `forecast.assemble.assemble` does."""
    return assemble(history, horizon, probabilities, "auto", learn, median_from="counts")
