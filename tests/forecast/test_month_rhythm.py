"""What the place in the month does is found where months agree, and left alone elsewhere."""

import numpy as np
import pytest

from forecast.days import DayPanel, Floats, weekdays
from forecast.month_rhythm import learn_month_rhythm, month_rhythm

FIRST = int(np.datetime64("2025-01-06", "D").astype(np.int64))


def noise(days: int, seed: int, per_hour: float = 200.0) -> DayPanel:
    """A weekly rhythm of Poisson counts whose days are busier or quieter by a tenth."""
    rng = np.random.default_rng(seed)
    ordinal = np.arange(FIRST, FIRST + days)
    weekday = weekdays(ordinal)
    mean = per_hour * np.where(weekday < 5, 1.0, 0.4) * rng.lognormal(0.0, 0.1, days)
    volume = rng.poisson(np.repeat(mean[:, None], 8, axis=1)).astype(float)
    return DayPanel(ordinal, weekday, volume, np.full(volume.shape, np.nan))


def planted(panel: DayPanel, size: Floats) -> DayPanel:
    factor = month_rhythm(size).factor(panel.ordinal)[:, None]
    return DayPanel(panel.ordinal, panel.weekday, panel.volume * factor, panel.holiday_volume)


def test_a_planted_rhythm_is_found_and_taken_out() -> None:
    """Twelve months with a peak around pay day: most of it is learnt, and what is left is flat."""
    size = np.array([0.02, 0.2, 0.0, 0.1])
    panel = planted(noise(365, 1), size)
    found = learn_month_rhythm(panel)
    assert found.size == pytest.approx(size, abs=0.03)
    flat = found.taken_out(panel)
    assert flat.volume * found.factor(panel.ordinal)[:, None] == pytest.approx(panel.volume)
    assert learn_month_rhythm(flat).size == pytest.approx(np.zeros(4), abs=0.02)


def test_chance_is_seldom_taken_for_a_rhythm() -> None:
    """Of twenty years without one, most show nothing and none shows much."""
    sizes = [np.abs(learn_month_rhythm(noise(365, seed)).size).max() for seed in range(20)]
    assert np.mean(np.array(sizes) == 0.0) > 0.6
    assert max(sizes) < 0.03


def test_a_growing_queue_has_no_rhythm_of_the_month() -> None:
    """A trend of a third in a quarter is level, not month."""
    panel = noise(365, 3)
    panel.volume[:] *= np.exp(np.arange(365) / 300.0)[:, None]
    assert np.abs(learn_month_rhythm(panel).size).max() < 0.02


def test_three_months_say_nothing() -> None:
    """Two or three pay days are an anecdote."""
    assert not learn_month_rhythm(planted(noise(80, 1), np.array([0.0, 0.3, 0.0, 0.0]))).size.any()


def test_unknown_days_and_no_volume_say_nothing() -> None:
    """Nothing known is nothing learnt, and the factor is 1."""
    panel = noise(200, 1)
    for value in (np.nan, 0.0):
        panel.volume[:] = value
        rhythm = learn_month_rhythm(panel)
        assert (rhythm.factor(panel.ordinal) == 1.0).all()


def test_every_month_has_the_same_waves() -> None:
    """Known values: the last evening and the first morning meet, in February as in July."""
    rhythm = month_rhythm(np.array([0.0, 0.1, 0.0, 0.0]))
    for first in ("2025-02-01", "2025-07-01"):
        start = int(np.datetime64(first, "D").astype(np.int64))
        before, on = rhythm.factor(np.array([start - 1, start]))
        assert before == pytest.approx(on, rel=1e-3)
        assert on == pytest.approx(np.exp(0.1), rel=0.01)
