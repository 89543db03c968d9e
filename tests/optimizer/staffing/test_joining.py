"""Joiners catch up with the others: what arrives is theirs until then, and nothing is lost."""

import numpy as np
import pytest

from optimizer.concurrency import Handling, completion_rates
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.joining import Newer, catch_up

RATES = tuple(completion_rates(Handling(4, 8, 0.75, 4.0)).tolist())
CHAT = Handling(4, rep_messages=8, writing_minutes=1.2, customer_reply_minutes=2.5)


def test_nobody_catches_up_where_nobody_joined_or_all_are_new():
    """A balanced floor stays one."""
    assert catch_up(Newer(), 20.0, 10, 1.0, RATES, 60.0) is None
    assert catch_up(Newer(10, 2.0), 20.0, 10, 1.0, RATES, 60.0) is None
    assert catch_up(Newer(5, 2.0), 20.0, 10, 1.0, RATES, 60.0) is None


def test_reps_are_counted_once_and_new_conversations_too():
    """Shares sum to one, reps to all, and an uneven floor of slowing reps completes less."""
    found = catch_up(Newer(5, 0.0), 30.0, 15, 2.0, RATES, 60.0)
    assert found is not None
    assert found.met.sum() == pytest.approx(1)
    assert found.reps.sum() == pytest.approx(15)
    assert found.speed < 1
    assert found.left == Newer()


def test_without_completions_joiners_catch_up_when_so_many_arrived():
    """Ten held by five, five join: ten arrivals make them even, at two a minute in five minutes."""
    never = (0.0, 1e-12, 2e-12, 3e-12)
    found = catch_up(Newer(5, 0.0), 10.0, 10, 2.0, never, 60.0)
    assert found is not None
    assert found.minutes == pytest.approx(5, rel=1e-6)
    assert found.met.tolist() == pytest.approx([0.5, 0.5, 0], abs=0.05)


def test_who_is_behind_at_the_end_is_behind_in_the_next_interval():
    """Quarters of an hour see the same catching up as the hour that they make."""
    volume = [200.0, 200.0, 200.0, 200.0]
    hours = evaluate(volume, [22, 22, 34, 34], 60, CHAT, 120)
    quarters = evaluate(np.repeat(volume, 4) / 4, np.repeat([22, 22, 34, 34], 4), 15, CHAT, 120)
    for column in ("pick_up", "first_reply", "follow_up", "hands_busy"):
        pooled = quarters[column].to_numpy().reshape(4, 4).mean(axis=1)
        # In the first hour, which starts empty, later messages come late: their mean is another.
        np.testing.assert_allclose(pooled[1:], hours[column][1:], atol=5e-3)
