"""A staff that is followed only where it differs has the service of one that is followed whole."""

import numpy as np
import pytest

from optimizer.followed_service import MET, ServiceFollower
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from tests.optimizer.day_cases import humps, queue

WAYS = [
    {},
    {"shift_end": "hand_back"},
    {"shift_end": "wind_down", "wind_down_minutes": 20.0},
    {"clock": "pick_up", "within_seconds": 30.0},
    {"within_seconds": 1500.0},
]


def _staff(volume: np.ndarray) -> np.ndarray:
    return np.maximum(np.rint(volume / 5 + 0.6), 1).astype(np.int64)


@pytest.mark.parametrize("service", WAYS)
def test_a_whole_week_is_what_evaluate_says(service: dict[str, object]) -> None:
    """The follower is `evaluate` without the columns that a search does not look at."""
    volume, settings = humps(30, 2), queue(**service)
    reps = _staff(volume)
    followed = ServiceFollower(volume, 60, settings).follow(reps)
    told = predict_service(settings, volume, reps, 60)
    np.testing.assert_allclose(followed.level, told["service_level"], atol=1e-9)


@pytest.mark.parametrize("service", WAYS)
@pytest.mark.parametrize("minutes", [60, 15])
def test_after_many_moves_it_still_is(service: dict[str, object], minutes: int) -> None:
    """What is left as it was does not add up: each part is as it was entered, to `MET`."""
    settings: QueueSettings = queue(**service)
    volume = humps(30, 1, per_hour=60 // minutes)
    follower = ServiceFollower(volume, minutes, settings)
    reps = _staff(volume * 60 / minutes)
    followed = follower.follow(reps)
    random = np.random.default_rng(5)
    for _ in range(10):
        reps = reps.copy()
        first = int(random.integers(0, len(reps) - 4))
        reps[first : first + int(random.integers(1, 9))] += int(random.choice([-1, 1, 2]))
        reps = np.maximum(reps, 1)
        followed = follower.follow(reps, followed)
    told = predict_service(settings, volume, reps, minutes)
    np.testing.assert_allclose(followed.level, told["service_level"], atol=MET)


def test_most_of_a_week_is_kept() -> None:
    """A shift that is added touches the hours from before it to some hours after it, no more."""
    volume, settings = humps(30, 7), queue()
    follower = ServiceFollower(volume, 60, settings)
    reps = _staff(volume)
    before = follower.follow(reps)
    more = reps.copy()
    more[80:86] += 1
    after = follower.follow(more, before)
    new = [
        place
        for place, (old, now) in enumerate(zip(before.parts, after.parts, strict=True))
        if old is not now
    ]
    assert new == list(range(79, new[-1] + 1))
    assert 86 < new[-1] < 100


def test_a_cap_on_writing_is_followed_too() -> None:
    """With a cap the share of time in which reps write is known by interval, as `evaluate` has."""
    volume, settings = humps(30, 1), queue(max_hands_busy=0.7)
    reps = _staff(volume)
    followed = ServiceFollower(volume, 60, settings).follow(reps)
    told = predict_service(settings, volume, reps, 60)
    np.testing.assert_allclose(followed.busy, told["hands_busy"], atol=1e-9)
