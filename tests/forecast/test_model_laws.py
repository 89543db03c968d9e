"""What happens to a forecast when the unit or the year of a history changes."""

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.models import MODELS, model_names
from forecast.predict import forecast_volume
from forecast.series import VolumeHistory

WEEKS = 10
HORIZON = 168
YEAR = pd.Timedelta(weeks=52)

# Sums, medians and ratios alone: what is measured in thousands comes out in thousands.
SCALE_FREE = {
    "seasonal_naive",
    "average_4_weeks",
    "average_8_weeks",
    "median_of_six",
    "robust_profile",
    "mean_profile",
    "recent_profile",
}
# A search for the best fit ends within its tolerance, not at the same bit.
SEARCHED = 2e-3
# A count knows its unit: its noise is a Poisson's, which is smaller for a thousand times as many.
COUNTS = {"negative_binomial_glm": 0.02}

# Prophet counts its waves from 1970 and searches; a season of the year needs a year to be learnt,
# and the months of two years do not begin on the same weekday.
KNOWS_THE_DATE = {"prophet": 5e-3}


def history(start: str = "2026-01-05", scale: float = 1.0) -> VolumeHistory:
    """A busy queue closed at night with a level that drifts."""
    index = pd.date_range(
        start, periods=WEEKS * 168, freq="h", tz="UTC", unit="us", name="interval_start"
    )
    hour, weekday = index.hour.to_numpy(), index.day_of_week.to_numpy()
    mean = np.where((hour >= 6) & (hour < 22), 300.0 + 100.0 * np.sin(hour / 3.0), 0.0)
    mean = mean * (1.0 - 0.1 * weekday) * (1.0 + 0.1 * np.sin(np.arange(len(index)) / 700.0))
    drawn = np.random.default_rng(3).poisson(mean) * scale
    return VolumeHistory("live", pd.Series(drawn, index=index), Calendar("UTC", 60))


def mean_of(past: VolumeHistory, name: str) -> np.ndarray:
    return forecast_volume(past, HORIZON, name).table["mean"].to_numpy()


@pytest.mark.parametrize("name", model_names())
def test_a_thousand_times_the_volume_is_a_thousand_times_the_forecast(name: str) -> None:
    """Whether a queue is counted in contacts or in thousands says nothing about its rhythm."""
    once, often = mean_of(history(), name), mean_of(history(scale=1000.0), name)
    tolerance = 1e-9 if name in SCALE_FREE else COUNTS.get(name, SEARCHED)
    assert np.abs(often / 1000.0 - once).max() <= tolerance * once.max()


@pytest.mark.parametrize("name", model_names())
def test_a_year_of_whole_weeks_later_the_forecast_is_the_same(name: str) -> None:
    """Ten weeks know no season of the year: only the rhythm of the week may carry over."""
    now, later = history(), history("2027-01-04")
    assert later.volume.index[0] - now.volume.index[0] == YEAR
    before, after = mean_of(now, name), mean_of(later, name)
    assert np.abs(after - before).max() <= KNOWS_THE_DATE.get(name, 1e-9) * before.max()


def test_exceptions_are_of_models_that_exist() -> None:
    """A renamed model must not keep an exception that nobody sees."""
    assert SCALE_FREE | set(COUNTS) | set(KNOWS_THE_DATE) <= set(MODELS)
