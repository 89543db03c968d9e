"""Learning from several queues at once: the order of queues, their sizes and their number."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.models import MODELS, load_joint_model
from forecast.predict import forecast_volume
from forecast.queues import forecast_queues
from forecast.series import VolumeHistory

JOINT = [name for name in MODELS if name == "lightgbm"]
HORIZON = 48


def history(queue: str, days: int, mean: float, seed: int) -> VolumeHistory:
    """Poisson counts of one rhythm, around the clock."""
    index = pd.date_range(
        end="2026-03-30", periods=days * 24, freq="h", tz="UTC", unit="us",
        inclusive="left", name="interval_start",
    )  # fmt: skip
    rate = mean * (1.0 + 0.6 * np.sin(index.hour.to_numpy() / 24 * 2 * np.pi))
    drawn = np.random.default_rng(seed).poisson(rate).astype(float)
    return VolumeHistory(queue, pd.Series(drawn, index=index), Calendar("UTC", 60))


@pytest.fixture(scope="module")
def queues() -> list[VolumeHistory]:
    return [history("chat", 70, 40.0, 1), history("mail", 70, 4.0, 2), history("new", 16, 20.0, 3)]


def test_which_models_learn_from_several_queues() -> None:
    """A model that says so is asked for all queues at once, any other for each on its own."""
    assert [name for name in MODELS if load_joint_model(name) is not None] == JOINT


@pytest.mark.parametrize("name", JOINT)
def test_each_queue_gets_its_own_forecast_whatever_their_order(
    name: str, queues: list[VolumeHistory]
) -> None:
    """Queues come from files in any order; none may get another's volume."""
    made = forecast_queues(queues, HORIZON, name)
    turned = forecast_queues(queues[::-1], HORIZON, name)
    assert [each.queue for each in made] == ["chat", "mail", "new"]
    for each, mean in zip(made, (40.0, 4.0, 20.0), strict=True):
        assert each.table["mean"].mean() == pytest.approx(mean, rel=0.15)
    for each, other in zip(made, turned[::-1], strict=True):
        assert each.table["mean"].to_numpy() == pytest.approx(
            other.table["mean"].to_numpy(), rel=0.03
        )


@pytest.mark.parametrize("name", JOINT)
def test_the_same_queues_give_the_same_forecast(name: str, queues: list[VolumeHistory]) -> None:
    """A plan is made again to be compared: not one bit may depend on the run."""
    joint = load_joint_model(name)
    assert joint is not None
    first, again = joint(queues[:2], HORIZON), joint(queues[:2], HORIZON)
    for one, two in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


@pytest.mark.parametrize("name", JOINT)
def test_a_large_queue_does_not_drown_a_small_one(name: str, queues: list[VolumeHistory]) -> None:
    """Every queue counts alike: beside one of a thousand times its size it is nearly the same."""
    chat, mail = queues[:2]
    huge = replace(chat, volume=chat.volume * 1000.0)
    beside = forecast_queues([chat, mail], HORIZON, name)[1].table["mean"]
    beside_huge = forecast_queues([huge, mail], HORIZON, name)[1].table["mean"]
    assert beside_huge.to_numpy() == pytest.approx(beside.to_numpy(), rel=0.05)


@pytest.mark.parametrize("name", JOINT)
def test_one_queue_is_the_model_itself(name: str, queues: list[VolumeHistory]) -> None:
    """`--model` means the same for a single queue as for one of several."""
    [alone] = forecast_queues(queues[:1], HORIZON, name)
    own = forecast_volume(queues[0], HORIZON, name)
    pd.testing.assert_frame_equal(alone.table, own.table, check_exact=True)
