"""Patience from waits that were cut short."""

import numpy as np
import pandas as pd
import pytest

from optimizer.conversation_spans import spans_of
from optimizer.patience import fit_patience, learn_patience


def test_exponential_mean_and_median_by_hand() -> None:
    """Two of five left after 2 and 4 minutes; 20 minutes waited in all: mean 10, no median."""
    minutes = np.array([2.0, 3.0, 4.0, 5.0, 6.0])
    found = fit_patience(minutes, np.array([True, False, True, False, False]), seed=1)
    assert found is not None
    assert found.mean_minutes == pytest.approx(10.0)
    # The product limit: 4/5 after 2 minutes, 4/5 · 2/3 = 8/15 after 4.
    assert found.median_minutes is None
    # χ² with 4 degrees of freedom: 0.4844 (2.5 %); with 6: 14.449 (97.5 %).
    assert found.high == pytest.approx(40 / 0.48442, rel=1e-4)
    assert found.low == pytest.approx(40 / 14.4494, rel=1e-4)


def test_median_is_that_of_the_product_limit() -> None:
    """One of two left at once, one of the rest later: half have left after 1 minute."""
    found = fit_patience(np.array([1.0, 2.0]), np.array([True, True]), seed=1)
    assert found is not None
    assert found.median_minutes == 1.0


def test_nobody_left_gives_a_bound_and_no_mean() -> None:
    """Without leavers there is only a least patience: −log 0.05 times nothing seen in the total."""
    found = fit_patience(np.array([0.0, 5.0, 7.0]), np.zeros(3, dtype=bool), seed=1)
    assert found is not None
    assert (found.mean_minutes, found.high, found.waits) == (None, None, 2)
    assert found.low == pytest.approx(12 / -np.log(0.05))
    assert fit_patience(np.zeros(4), np.zeros(4, dtype=bool), seed=1) is None


def planted(draws: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    pick_up = rng.exponential(15.0, len(draws))
    return np.minimum(draws, pick_up), draws < pick_up


def test_lognormal_patience_is_told_from_exponential() -> None:
    """The shape decides who leaves early; it is stated only where the waits show it."""
    rng = np.random.default_rng(2)
    width = np.sqrt(np.log1p(0.5**2))
    waits = planted(rng.lognormal(np.log(10) - width**2 / 2, width, 2000), rng)
    found = fit_patience(*waits, seed=1)
    assert found is not None
    assert found.cv == pytest.approx(0.5, abs=0.05)
    assert found.mean_minutes is not None
    assert found.high is not None
    assert found.low < 10 < found.high
    plain = fit_patience(*planted(rng.exponential(10.0, 2000), rng), seed=1)
    assert plain is not None
    assert plain.cv is None
    assert plain.high is not None
    assert plain.low < 10 < plain.high


def test_who_waited_and_how_long_by_hand() -> None:
    """Picked up after 10, left after 6, waits still for 4 minutes: 20 minutes and one leaver.

    Who left unseen was picked up after 40 minutes: they had not waited, nobody knows how long.
    """
    origin = pd.Timestamp("2026-03-02T09:00", tz="UTC")
    minutes = {
        "picked": (0, 10, 12, 30, None, 2.0),
        "left": (1, None, None, None, 7, None),
        "unseen": (2, 42, 43, 53, None, 1.0),
        "waits": (49, None, None, None, None, None),
    }
    names = ("created_at", "assigned_at", "first_reply_at", "closed_at", "abandoned_at")
    table = pd.DataFrame({"conversation_id": list(minutes), "queue": "chat"})
    for place, name in enumerate(names):
        table[name] = origin + pd.to_timedelta([row[place] for row in minutes.values()], unit="min")
    table["rep_id"] = ["ana", None, "ana", None]
    table["rep_messages"] = [row[5] for row in minutes.values()]
    spans = spans_of(table, "toy.csv")
    assert spans.table["silent"].tolist() == [False, True]
    found = learn_patience(table, spans, "chat", spans.begin, seed=1)
    assert found is not None
    assert (found.waits, found.left) == (3, 1)
    assert found.mean_minutes == pytest.approx(20.0)
