"""What the time of the year does is found where years agree, and left alone elsewhere."""

import numpy as np
import pytest

from forecast.combine import combination
from forecast.days import DayPanel, Floats, FutureDays, weekdays
from forecast.profiles import average_of_latest
from forecast.year_rhythm import WAVES, learn_year_rhythm, year_rhythm

FIRST = int(np.datetime64("2020-01-06", "D").astype(np.int64))
SIZE = np.zeros(2 * WAVES)
SIZE[1], SIZE[4] = 0.2, 0.1


def noise(days: int, seed: int) -> DayPanel:
    """A weekly rhythm of Poisson counts whose days are busier or quieter by a twentieth."""
    rng = np.random.default_rng(seed)
    ordinal = np.arange(FIRST, FIRST + days)
    weekday = weekdays(ordinal)
    mean = 100.0 * np.where(weekday < 5, 1.0, 0.4) * rng.lognormal(0.0, 0.05, days)
    volume = rng.poisson(np.repeat(mean[:, None], 4, axis=1)).astype(float)
    return DayPanel(ordinal, weekday, volume, np.full(volume.shape, np.nan))


def planted(panel: DayPanel, size: Floats = SIZE) -> DayPanel:
    return year_rhythm(-size).taken_out(panel)


def test_a_planted_rhythm_is_found_and_taken_out() -> None:
    """Four years of a winter peak: most of it is learnt, and what is left is flat."""
    panel = planted(noise(1461, 1))
    found = learn_year_rhythm(panel)
    assert found.size == pytest.approx(SIZE, abs=0.02)
    assert np.abs(learn_year_rhythm(found.taken_out(panel)).size).max() < 0.01


def test_chance_is_seldom_taken_for_a_rhythm() -> None:
    """Of four years without one, few waves are kept, and none of them is large."""
    found = np.array([learn_year_rhythm(noise(1461, seed)).size for seed in range(10)])
    assert np.mean(found != 0.0) < 0.25
    assert np.abs(found).max() < 0.02


def test_a_growing_queue_has_no_rhythm_of_the_year() -> None:
    """A queue that doubles in two years, or steps up in one spring, has a level, not a year."""
    panel = noise(1096, 2)
    growth = np.exp(np.arange(1096) / 1000.0)[:, None]
    grown = DayPanel(panel.ordinal, panel.weekday, panel.volume * growth, panel.holiday_volume)
    assert np.abs(learn_year_rhythm(grown).size).max() < 0.02
    stepped = np.where(np.arange(1096) < 500, 1.0, 1.5)[:, None]
    step = DayPanel(panel.ordinal, panel.weekday, panel.volume * stepped, panel.holiday_volume)
    assert np.abs(learn_year_rhythm(step).size).max() < 0.1


def test_less_than_two_years_say_nothing() -> None:
    """What came once may be chance; nothing known and no volume say nothing either."""
    assert not learn_year_rhythm(planted(noise(700, 1))).size.any()
    panel = noise(1000, 1)
    for value in (np.nan, 0.0):
        panel.volume[:] = value
        assert (learn_year_rhythm(panel).factor(panel.ordinal) == 1.0).all()


def test_a_rhythm_does_not_depend_on_the_size_of_the_queue() -> None:
    """A thousand times the contacts have the same time of the year."""
    panel = planted(noise(1000, 3))
    large = DayPanel(panel.ordinal, panel.weekday, panel.volume * 1000.0, panel.holiday_volume)
    assert learn_year_rhythm(large).size == pytest.approx(learn_year_rhythm(panel).size, abs=1e-9)


def test_a_combination_forecasts_the_season() -> None:
    """From the end of the third autumn, the rising month ahead is met more nearly than without."""
    winter = np.zeros(2 * WAVES)
    winter[1] = 0.4
    panel = planted(noise(1096, 4), winter)
    known, ahead = panel.head(1030), np.arange(1030, 1058)
    future = FutureDays(panel.ordinal[ahead], panel.weekday[ahead])
    six = combination([lambda usual: average_of_latest(usual, 6)])
    off = [
        np.abs(six(each, 28).point(each, future) - panel.volume[ahead]).mean()
        for each in (known, known.tail(364))
    ]
    assert off[0] < 0.9 * off[1]


def test_a_member_of_years_joins_from_two_years_on() -> None:
    """Before that nothing may depend on it; from then on it sees what lies beyond the last year."""
    seen: list[int] = []

    def of_years(usual: DayPanel) -> Floats:
        seen.append(len(usual.ordinal))
        return average_of_latest(usual, 6)

    both = combination([lambda usual: average_of_latest(usual, 2)], of_years=[of_years])
    panel = noise(760, 5)
    both(panel.head(729), 1)
    assert not seen
    both(panel, 1)
    assert max(seen) == 760
    assert min(seen) == 760 - 182
