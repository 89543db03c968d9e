"""Lognormal patience: its hazard, the queue that it leaves, and what places are then worth."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import lognorm

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.patience_law import Patience, leaving, patience_of, waited_for
from optimizer.staffing.pickup import Line, picked_up_within

STEADY = Patience(12.0, 0.6)


def law(patience):
    spread = np.log1p(patience.cv**2)
    return lognorm(np.sqrt(spread), scale=patience.mean_minutes * np.exp(-spread / 2))


def test_exponential_patience_needs_no_law():
    """It is the default, and has closed forms."""
    assert patience_of(Handling(4, 8, 0.75, 4.0)) is None
    assert patience_of(Handling(4, 8, 0.75, 4.0, patience_cv=0.6)) == Patience(20.0, 0.6)


@pytest.mark.parametrize("minutes", [0.5, 5.0, 40.0])
def test_hazard_is_density_over_who_is_left(minutes):
    """The library's law, and its integral for the queue that came in the last minutes."""
    known = law(STEADY)
    expected = known.pdf(minutes) / known.sf(minutes)
    assert STEADY.hazard(np.array([minutes]))[0] == pytest.approx(expected)
    assert STEADY.queue_of(minutes) == pytest.approx(quad(known.sf, 0, minutes)[0], rel=1e-6)
    share = STEADY.left(np.array([STEADY.queue_of(minutes)]))[0]
    assert share == pytest.approx(known.cdf(minutes), abs=1e-3)


def test_a_longer_queue_is_left_faster():
    """By its number, whatever the hazard does."""
    for patience in (STEADY, Patience(12.0, 2.0)):
        rates = leaving(patience, 3.0, 2.5, 60)
        assert rates[0] == 0
        assert (np.diff(rates) > 0).all()


def test_endless_patience_is_worth_what_the_closed_form_says():
    """Lognormal patience of a hundred years and exponential patience of the same: nobody leaves."""
    line = Line(3, 4, 1.2, 1e-8)
    expected = picked_up_within(line, [4.0], 12)[0]
    found = waited_for(Patience(1e8, 0.5), 1.0, 1.2, 0.0, 4.0, np.zeros(12), np.ones_like)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_a_single_call_desk_is_as_drawn_by_hand():
    """Three at the phone, patience cv 0.6 and 1.6: the M/M/s+G queue, customer by customer.

    Contacts of one day after another, first come, first served: each is picked up by the first rep
    who is free, if patience lasts so long.
    """
    for cv in (0.6, 1.6):
        random = np.random.default_rng(3)
        known = law(Patience(12.0, cv))
        arrivals = np.cumsum(random.exponential(60 / 30, 150_000))
        patience = known.rvs(len(arrivals), random_state=random)
        calls = random.exponential(6.0, len(arrivals))
        free, in_time = np.zeros(3), 0
        for arrival, stays, call in zip(arrivals, patience, calls, strict=True):
            rep = int(free.argmin())
            begins = max(free[rep], arrival)
            if begins - arrival <= stays:
                free[rep] = begins + call
                in_time += begins - arrival <= 2
        desk = Handling(1, 1, 6.0, 0.0, 12.0, patience_cv=cv)
        settled = evaluate(np.full(12, 30.0), np.full(12, 3), 60, desk, 120).iloc[-2]
        assert settled["pick_up"] == pytest.approx(in_time / len(arrivals), abs=0.015)
