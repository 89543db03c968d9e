"""The weights of a combination, and that its rehearsal is its own honest past."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.closures import Calendar
from forecast.combine import combination, fit, weights_from
from forecast.days import DayPanel, Floats, FutureDays, weekdays
from forecast.models import auto
from forecast.predict import forecast_volume
from forecast.profiles import average_of_latest, latest, median_of_latest
from forecast.rehearsal import ORIGINS
from forecast.series import VolumeHistory

FIRST = 20_000 - 20_000 % 7 + 4  # a Monday
SLOTS = 6


def newest(panel: DayPanel) -> Floats:
    return latest(panel, 1)[:, :, 0]


def three(panel: DayPanel) -> Floats:
    return average_of_latest(panel, 3)


def six(panel: DayPanel) -> Floats:
    return median_of_latest(panel, 6)


def truth(panel: DayPanel) -> Floats:
    return np.add.outer(np.arange(7) * 10.0 + 50.0, np.arange(SLOTS) * 5.0)


MEMBERS = (newest, three, six)


def panel_of(volume: Floats) -> DayPanel:
    ordinal = np.arange(FIRST, FIRST + len(volume))
    return DayPanel(ordinal, weekdays(ordinal), volume.astype(float), np.full(volume.shape, np.nan))


def noisy(days: int, seed: int = 4) -> DayPanel:
    """A rhythm under noise."""
    rng = np.random.default_rng(seed)
    rhythm = truth(panel_of(np.zeros((1, SLOTS))))[weekdays(np.arange(FIRST, FIRST + days))]
    return panel_of(rhythm * rng.lognormal(0.0, 0.2, (days, SLOTS)))


def ahead(panel: DayPanel, days: int) -> FutureDays:
    ordinal = panel.ordinal[-1] + 1 + np.arange(days)
    return FutureDays(ordinal, weekdays(ordinal))


errors = st.lists(st.floats(0.1, 100.0), min_size=2, max_size=5)


@given(errors, st.integers(0, 200), st.floats(1e-3, 1e3))
def test_weights_follow_the_errors_alone(off: list[float], origins: int, scale: float) -> None:
    """They add up to 1, are blind to the unit, follow a permutation, and less error is more."""
    column = np.array(off)[:, None]
    over = np.array([float(origins)])
    made = weights_from(column, over)
    assert made.sum(axis=0) == pytest.approx(1.0)
    assert weights_from(column * scale, over) == pytest.approx(made)
    order = np.random.default_rng(origins).permutation(len(off))
    assert weights_from(column[order], over) == pytest.approx(made[order])
    ranked = made[np.argsort(column[:, 0]), 0]
    assert (np.diff(ranked) <= 1e-12).all()


def test_weights_by_hand() -> None:
    """Known values: a member 10 % worse keeps 1.1 ** -20 of the weight of the better."""
    better = 1.0 / (1.0 + 1.1**-20)
    made = weights_from(np.array([[10.0], [11.0]]), np.array([18.0]))
    assert made[:, 0] == pytest.approx([0.9 * better + 0.05, 0.9 * (1 - better) + 0.05])
    equal = weights_from(np.zeros((4, 1)), np.array([50.0]))
    assert equal[:, 0] == pytest.approx([0.25] * 4)


def test_without_a_past_all_members_count_the_same() -> None:
    """Nothing speaks for any of them; a week of history has no origin to judge from."""
    panel = noisy(7)
    learnt = combination(auto.MEMBERS)(panel, 7)
    assert len(learnt.past.seen) == 0
    future = ahead(panel, 7)
    expected = fit(panel, MEMBERS).forecasts(future).mean(axis=0)
    assert learnt.point(panel, future) == pytest.approx(expected)


def test_a_member_that_knows_the_truth_gets_nearly_all_the_weight() -> None:
    """Planted oracle: what is left to the others is the share that few origins leave them."""
    rhythm = truth(noisy(1))
    panel = panel_of(rhythm[weekdays(np.arange(FIRST, FIRST + 90))] + 0.0)

    def wrong(panel: DayPanel) -> Floats:
        return 1.3 * truth(panel)

    learnt = combination((wrong, truth))(panel, 7)
    made = learnt.point(panel, ahead(panel, 7))
    off = made / truth(panel)[ahead(panel, 7).weekday] - 1.0
    assert off.min() >= 0.0
    # Half of what is shared equally after 76 origins, times how wrong the other is.
    assert off.max() < 0.5 * 2.0 / 76.0 * 0.3 + 1e-9


@settings(max_examples=5)
@given(st.permutations(MEMBERS))
def test_the_order_of_the_members_is_of_no_account(order: list[object]) -> None:
    """Law: a permutation of members changes nothing."""
    panel = noisy(60)
    one = combination(MEMBERS)(panel, 9)
    other = combination(order)(panel, 9)  # type: ignore[arg-type]
    future = ahead(panel, 9)
    assert other.point(panel, future) == pytest.approx(one.point(panel, future))
    assert other.past.made == pytest.approx(one.past.made, nan_ok=True)


def test_the_combination_scales_with_the_volume() -> None:
    """Law: a thousand times the contacts are a thousand times the forecast.

    On a busy queue, that is: on a quiet one the chance of counts hides what is out of line.
    """
    busy = panel_of(noisy(90).volume * 1e3)
    larger = panel_of(busy.volume * 1e3)
    one, other = auto.learn(busy, 8), auto.learn(larger, 8)
    future = ahead(busy, 8)
    assert other.past.made == pytest.approx(one.past.made * 1e3, nan_ok=True)
    assert other.point(larger, future) == pytest.approx(1e3 * one.point(busy, future))


def test_a_shift_by_whole_weeks_shifts_the_forecast() -> None:
    """Law: the year is of no account, as long as the place in the month says nothing."""
    panel = noisy(50)
    later = DayPanel(panel.ordinal + 364, panel.weekday, panel.volume, panel.holiday_volume)
    one, other = auto.learn(panel, 7), auto.learn(later, 7)
    assert other.past.made == pytest.approx(one.past.made, nan_ok=True)


def test_the_rehearsal_is_what_would_have_been_forecast() -> None:
    """Oracle: learn from each past day's own panel and forecast; the record must say the same."""
    panel = noisy(110, seed=8)
    panel.volume[70] *= 3.0
    past = auto.learn(panel, 9).past
    for place in (0, 1, 10, 40, len(past.seen) - 1):
        head = panel.head(int(past.seen[place]))
        days = min(9, len(panel.ordinal) - len(head.ordinal))
        future = FutureDays(past.ordinal[place, :days], weekdays(past.ordinal[place, :days]))
        then = auto.learn(head, 9).point(head, future)
        assert past.made[place, :days] == pytest.approx(then)
        assert np.isnan(past.made[place, days:]).all()


def test_what_came_later_changes_no_forecast_of_the_past() -> None:
    """No future: volume planted after an origin leaves what that origin said as it was."""
    panel = noisy(100)
    planted = panel.volume.copy()
    planted[70:] = 1e6
    before, after = auto.learn(panel, 8).past, auto.learn(panel_of(planted), 8).past
    early = before.seen <= 70
    assert early.sum() > 50
    assert (before.made[early] == after.made[early]).all()
    assert (before.made[~early][:, 0] != after.made[~early][:, 0]).all()


def test_daily_origins_over_half_a_year() -> None:
    """Widths are calibrated on the record: it holds every day of the last 26 weeks and no more."""
    past = auto.learn(noisy(200), 4).past
    assert past.seen.tolist() == list(range(200 - ORIGINS, 200))
    assert past.made.shape == past.actual.shape == (ORIGINS, 4, SLOTS)


@pytest.mark.parametrize("empty", [np.nan, 0.0])
def test_a_queue_without_volume_is_forecast_as_nothing(empty: float) -> None:
    """No evidence is no failure."""
    panel = panel_of(np.full((60, SLOTS), empty))
    made = auto.learn(panel, 7).point(panel, ahead(panel, 7))
    assert (made == 0.0).all()


def test_the_median_is_that_of_counts_around_the_rate() -> None:
    """A median count lies about a third of a contact below its rate, however busy the queue."""
    index = pd.date_range("2026-01-05", periods=168 * 6, freq="h", tz="UTC", unit="us")
    drawn = np.random.default_rng(5).poisson(3.0, len(index)).astype(float)
    past = VolumeHistory("live", pd.Series(drawn, index.rename("interval_start")), Calendar())
    made = forecast_volume(past, 48, "auto").table
    below = made["mean"] - made["q50"]
    assert below.between(0.1, 0.5).all()
    yardstick = forecast_volume(past, 48, "seasonal_naive").table
    assert (yardstick["q50"] == yardstick["mean"]).all()


@pytest.mark.parametrize("rate", [0.05, 0.2, 1.0, 6.0])
def test_the_rate_of_rare_contacts_is_no_zero(rate: float) -> None:
    """Of small counts 0 has the least absolute error, but a plan lives on their rate."""
    rng = np.random.default_rng(3)
    volume = rng.poisson(rate, (84, 24)).astype(float)
    ordinal = np.arange(20_000, 20_084)
    panel = DayPanel(ordinal, weekdays(ordinal), volume, np.full_like(volume, np.nan))
    learnt = combination(auto.MEMBERS)(panel, 7)
    ahead = np.arange(20_084, 20_091)
    made = learnt.point(panel, FutureDays(ahead, weekdays(ahead)))
    assert made.mean() == pytest.approx(rate, rel=0.3)
