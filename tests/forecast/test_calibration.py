"""Widths that are learnt from past errors: what must hold whatever the past was like."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calibration import (
    FIRST,
    LAST,
    LEAD_DAYS,
    LEVELS,
    PastErrors,
    calibrate,
    critical_positions,
    dispersion_at,
    intervals_at,
    lead_group,
    narrowing_at,
)
from forecast.days import Floats
from forecast.distribution import quantile, quantiles

SLOTS = 24
WEEK = np.arange(1, 8)


def _errors(
    days: int, dispersion: float, mean: Floats, seed: int = 3, vary: float = 0.0
) -> PastErrors:
    """Return a week of leads on every day, counts drawn with a planted dispersion."""
    rng = np.random.default_rng(seed)
    day = np.tile(np.repeat(np.arange(days), len(mean)), 7)
    lead = np.repeat(WEEK, days * len(mean))
    point = np.tile(mean, days * 7) * rng.uniform(1 - vary, 1 + vary, days * 7 * len(mean))
    busy = rng.gamma(1 / dispersion, dispersion, len(point)) if dispersion else 1.0
    return PastErrors(lead, day, point, rng.poisson(point * busy).astype(float))


def _coverage(errors: PastErrors, fresh: PastErrors) -> Floats:
    """Return the coverage of each central interval on fresh counts."""
    calibration = calibrate(errors, 365)
    spread = intervals_at(calibration, fresh.lead_days, fresh.mean, np.zeros(len(fresh.mean)))
    probabilities = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    made = quantiles(fresh.mean, spread, probabilities)
    pairs = ((2, 4), (1, 5), (0, 6))
    return np.array(
        [np.mean((made[low] <= fresh.actual) & (fresh.actual <= made[high])) for low, high in pairs]
    )


@pytest.mark.parametrize("dispersion", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("typical", [4.0, 15.0, 800.0])
def test_intervals_cover_fresh_counts_at_their_level(dispersion: float, typical: float) -> None:
    """Law of conformal prediction: exchangeable counts are covered at the level that is asked."""
    mean = typical * np.linspace(0.3, 1.7, SLOTS)
    past, fresh = (_errors(days, dispersion, mean, days, vary=0.2) for days in (150, 60))
    reached = _coverage(past, fresh)
    # Scores of about 40 effective days of 24 x 7 leads: a standard error of 0.006 at most; the
    # middle half of counts that are Poisson is wider by what keeps far leads from being narrower.
    assert reached[1:] == pytest.approx([0.8, 0.9], abs=0.025)
    assert reached[0] == pytest.approx(0.5, abs=0.06)


def test_quiet_hours_lend_no_width_to_busy_ones() -> None:
    """Each size of forecast is covered at its level, though one is ten times as uncertain."""
    rng = np.random.default_rng(8)

    def drawn(days: int) -> PastErrors:
        mean = np.tile(np.repeat([30.0, 900.0], SLOTS // 2), days)
        noise = np.where(mean < 100, 0.3, 0.005)
        lead, day = np.ones(len(mean), dtype=int), np.repeat(np.arange(days), SLOTS)
        return PastErrors(lead, day, mean, rng.poisson(mean * rng.gamma(1 / noise, noise)) * 1.0)

    past, fresh = drawn(182), drawn(100)
    for busy in (False, True):
        part = (fresh.mean > 100) == busy
        chosen = PastErrors(
            fresh.lead_days[part], fresh.day[part], fresh.mean[part], fresh.actual[part]
        )
        assert _coverage(past, chosen)[1:] == pytest.approx([0.8, 0.9], abs=0.06)


@given(
    st.floats(0.5, 3000),
    st.integers(0, 4000),
    st.sampled_from(range(3)),
)
def test_an_interval_covers_from_its_critical_position_on(
    mean: float, count: int, row: int
) -> None:
    """The family is nested: below the critical position a count is missed, above it covered."""
    position = critical_positions(np.array([float(count)]), np.array([mean]))[row, 0]
    tail = (1 - LEVELS[row]) / 2
    for step, covered in ((-0.3, False), (0.3, True)):
        at = np.array([position + step])
        if not FIRST < at[0] < min(LAST, 12.0) or position < FIRST + 0.3:
            continue
        level = [(LEVELS[row], dispersion_at(at), narrowing_at(at))]
        low, _, high = quantiles(np.array([mean]), level, (tail, 0.5, 1 - tail))
        inside = bool(low[0] - 1e-6 <= count <= high[0] + 1e-6)
        assert inside or not covered
        if not covered and abs(step) > 0.2 and count > 0:
            assert not (low[0] + 0.05 < count < high[0] - 0.05) or position < 6.0


def test_a_short_past_is_wider_than_a_long_one_and_a_far_lead_than_a_near_one() -> None:
    """Little evidence must not look like certainty."""
    mean = np.full(10, 200.0)
    nothing = PastErrors(*np.empty((2, 0), dtype=int), *np.empty((2, 0)))
    long = calibrate(_errors(150, 0.01, mean), 365).position
    short = calibrate(_errors(5, 0.01, mean), 14).position
    none = calibrate(nothing, 3).position
    assert long[0, 0] == pytest.approx(np.log(0.01 / 3e-5) / 0.8, abs=0.6)
    assert (short.mean(axis=(1, 2)) > long.mean(axis=(1, 2))).all()
    assert (none.mean(axis=(1, 2)) > short.mean(axis=(1, 2))).all()
    assert (np.diff(long, axis=0) >= 0).all()
    assert len(long) == len(LEAD_DAYS)


def test_errors_that_grow_widen_the_intervals() -> None:
    """Newer errors weigh more: four noisy weeks after a quiet half year count for most."""
    mean = np.full(SLOTS, 300.0)
    quiet, noisy = _errors(150, 0.002, mean), _errors(30, 0.05, mean)
    both = PastErrors(
        np.concatenate([quiet.lead_days, noisy.lead_days]),
        np.concatenate([quiet.day, noisy.day + 150]),
        np.concatenate([quiet.mean, noisy.mean]),
        np.concatenate([quiet.actual, noisy.actual]),
    )
    narrow, wide = calibrate(quiet, 365).position, calibrate(both, 365).position
    assert (wide[0, :, 2] > narrow[0, :, 2] + 2.0).all()


def test_the_order_of_past_errors_is_of_no_account() -> None:
    """Permutation law: pairs carry their day, so their order says nothing."""
    errors = _errors(40, 0.02, np.full(10, 50.0))
    turned = np.random.default_rng(1).permutation(len(errors.day))
    shuffled = PastErrors(
        errors.lead_days[turned], errors.day[turned], errors.mean[turned], errors.actual[turned]
    )
    assert np.allclose(calibrate(errors, 99).position, calibrate(shuffled, 99).position)


def test_large_counts_have_widths_in_proportion() -> None:
    """Scale law: far above the Poisson, a thousandfold volume has a thousandfold interval."""
    mean = np.linspace(2000, 9000, SLOTS)
    one = _errors(60, 0.04, mean)
    many = PastErrors(one.lead_days, one.day, one.mean * 1000, one.actual * 1000)
    at = np.array([3000.0])
    widths = []
    for errors, scale in ((one, 1), (many, 1000)):
        spread = intervals_at(calibrate(errors, 365), np.ones(1), at * scale, np.zeros(1))
        low, _, high = quantiles(at * scale, spread, (0.05, 0.5, 0.95))
        widths.append((high - low)[0] / scale)
    assert widths[1] == pytest.approx(widths[0], rel=0.03)


def test_counts_have_a_uniform_mid_distribution_under_their_own_law() -> None:
    """Probability integral transform: shares of counts below their quantiles are the levels."""
    rng = np.random.default_rng(12)
    mean = rng.uniform(20, 200, 20_000)
    counts = rng.poisson(mean * rng.gamma(1 / 0.08, 0.08, len(mean)))
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        below = counts < quantile(level, mean, 0.08)
        assert below.mean() == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 20_000))


def test_leads_are_grouped_by_day() -> None:
    """Day 1; days 2 and 3; days 4 to 7; the second week; to four weeks; beyond."""
    assert lead_group(np.array([1, 2, 3, 4, 7, 8, 14, 15, 28, 29, 60])).tolist() == [
        0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5,
    ]  # fmt: skip


def test_days_out_of_rhythm_do_not_widen_all_others() -> None:
    """Three days that fell out are misses; how far they were missed says nothing of a usual day."""
    usual = _errors(60, 0.01, np.linspace(200, 900, SLOTS))
    odd = np.array([56, 57, 58])
    came = np.where(np.isin(usual.day, odd), 0.0, usual.actual)
    empty = PastErrors(usual.lead_days, usual.day, usual.mean, came)
    steady, held, drawn = (
        calibrate(usual, 365).position[0, :, 2],
        calibrate(empty, 365, odd).position[0, :, 2],
        calibrate(empty, 365).position[0, :, 2],
    )
    assert (held < steady + 3.0).all()
    assert (drawn > steady + 5.0).all()
    unheard = calibrate(usual, 365, np.array([999])).position[0, :, 2]
    assert np.array_equal(unheard, steady)
