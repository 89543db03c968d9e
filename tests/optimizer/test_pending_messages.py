"""Messages that wait for one pair of hands, whatever the spread of the times of writing."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import lognorm

from optimizer.concurrency import Handling, completion_rates
from optimizer.pending_messages import (
    pending_at_any_time,
    pending_before_a_message,
    pending_messages,
)

RATIO = 0.3


def test_exponential_writing_is_the_machine_repair_queue():
    """Who writes finds what one customer fewer shows at any time (the arrival theorem)."""
    for level in range(1, 6):
        before = pending_before_a_message(level, RATIO, 1.0)
        np.testing.assert_allclose(before, pending_messages(level - 1, RATIO))
        np.testing.assert_allclose(
            pending_at_any_time(level, RATIO, 1.0), pending_messages(level, RATIO)
        )


@pytest.mark.parametrize("cv", [0.3, 0.7, 2.0])
def test_of_two_customers_the_other_writes_while_one_is_answered(cv):
    """By hand: with two, a message leaves nobody behind if the other did not write meanwhile."""
    spread = np.log1p(cv**2)
    law = lognorm(np.sqrt(spread), scale=RATIO * np.exp(-spread / 2))
    quiet = quad(lambda time: law.pdf(time) * np.exp(-time), 0, np.inf, limit=200)[0]
    before = pending_before_a_message(2, RATIO, cv)
    assert before[0] == pytest.approx(quiet, abs=1e-5)


@pytest.mark.parametrize("cv", [0.2, 0.6, 1.5])
def test_hands_are_as_busy_as_messages_come(cv):
    """Little: messages written in a time of the customers' equal those that the customers send."""
    for level in range(1, 7):
        shares = pending_at_any_time(level, RATIO, cv)
        away = level - shares @ np.arange(level + 1)
        assert shares.sum() == pytest.approx(1)
        assert 1 - shares[0] == pytest.approx(RATIO * away, rel=1e-6)


def test_steadier_writing_leaves_hands_idle_less():
    """Messages bunch up the less, the steadier they are written."""
    rates = [
        completion_rates(Handling(5, 8, 0.75, 4.0, writing_cv=cv))[-1] for cv in (0.2, 0.7, 1.5, 3)
    ]
    assert (np.diff(rates) < 0).all()


def test_a_spread_that_cannot_be_is_refused():
    """Lognormal times have a spread, and one of ten means is a slip."""
    for name in ("writing_cv", "customer_reply_cv", "patience_cv"):
        with pytest.raises(ValueError, match=f"{name} must lie from 0.1 to 4, not at 0"):
            Handling(4, 8, 0.75, 4.0, **{name: 0.0})
    with pytest.raises(ValueError, match="first_come or first_replies_first, not 'last'"):
        Handling(4, 8, 0.75, 4.0, reply_order="last")
