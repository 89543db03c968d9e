"""What planning with elapsed time costs."""

from dataclasses import replace

import pandas as pd
import pytest

from data.conversations import Conversations
from optimizer.calibration import QueueCalibration, calibrate
from optimizer.calibration_cost import price_elapsed, typical_week
from optimizer.service_policy import ServicePolicy
from tests.optimizer.toy_team import START, Truth, toy_conversations


@pytest.fixture(scope="module")
def fortnight() -> tuple[Conversations, QueueCalibration]:
    """Two weeks of three reps, from Monday 09:00 to Sunday afternoon."""
    table = toy_conversations(Truth(), seed=1, reps=3, days=14)
    conversations = Conversations(table)
    return conversations, calibrate(conversations, "toy.csv").queues[0]


def test_a_typical_week_has_the_mean_volume_of_each_hour(
    fortnight: tuple[Conversations, QueueCalibration],
) -> None:
    """Two weeks of data are halved, hour by hour, by the clock on the wall."""
    conversations, found = fortnight
    week = typical_week(conversations, found, "UTC")
    assert week is not None
    created = conversations.table["created_at"]
    within = created > found.end - pd.Timedelta(weeks=2)
    assert week.sum() == pytest.approx(within.sum() / 2)
    tuesday = created[within & (created.dt.day_of_week == 1) & (created.dt.hour == 10)]
    assert week[24 + 10] == len(tuesday) / 2
    east = typical_week(conversations, found, "Asia/Tokyo")
    assert east is not None
    assert east[24 + 19] == week[24 + 10]


def test_less_than_a_week_is_no_typical_week(
    fortnight: tuple[Conversations, QueueCalibration],
) -> None:
    """Three days cannot say what a week takes."""
    conversations, found = fortnight
    begin = pd.Timestamp(START, unit="s", tz="UTC") + pd.Timedelta(days=11)
    assert typical_week(conversations, replace(found, begin=begin), "UTC") is None


def test_longer_elapsed_time_costs_more_and_none_costs_nothing(
    fortnight: tuple[Conversations, QueueCalibration],
) -> None:
    """The price is that of the difference, and of nothing else."""
    conversations, found = fortnight
    week = typical_week(conversations, found, "UTC")
    assert week is not None
    policy = ServicePolicy(clock="pick_up")
    same = replace(found, elapsed_minutes=found.adjusted_minutes)
    cost = price_elapsed(same, week, policy, "UTC")
    assert cost.elapsed == cost.adjusted > 0
    assert cost.volume == pytest.approx(week.sum())
    adjusted = found.adjusted_minutes
    twice = replace(found, elapsed_minutes=replace(adjusted, value=2 * adjusted.value))
    dear = price_elapsed(twice, week, policy, "UTC")
    assert dear.adjusted == cost.adjusted
    assert 1.3 * dear.adjusted < dear.elapsed < 2.2 * dear.adjusted
