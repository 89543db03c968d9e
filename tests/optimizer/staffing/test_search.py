"""What the search remembers between passes must be what it would find again."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.concurrency import Handling
from optimizer.staffing import search
from optimizer.staffing.first_reply import PICK_UP, reply_delay
from optimizer.staffing.floor import floor_of
from optimizer.staffing.passage import Carry, pass_interval
from optimizer.staffing.search import Promise, fewest_reps

CHAT = Handling(3, rep_messages=5, writing_minutes=0.8, customer_reply_minutes=3)
REPLY = reply_delay(CHAT)


def a_restless_day(seed: int, intervals: int = 36) -> np.ndarray:
    """Return contacts per quarter of an hour that go up and down, and none at times."""
    random = np.random.default_rng(seed)
    hump = 12 * np.exp(-0.5 * ((np.arange(intervals) - 18) / 8) ** 2)
    return hump * random.lognormal(0, 0.4, intervals) * (random.random(intervals) > 0.1)


@pytest.mark.parametrize(
    ("seed", "promise"),
    [
        (1, Promise(0.8, 4.0, REPLY, 1.0)),
        (2, Promise(0.9, 20.0, REPLY, 0.7)),
        (3, Promise(0.7, 1.0, PICK_UP, 0.9, hand_back=True)),
        (4, Promise(0.85, 40.0, PICK_UP, 1.0)),
    ],
)
def test_a_search_that_forgets_finds_the_same_reps(monkeypatch, seed, promise):
    """Memory is for speed: an answer is kept only where nothing that counts has changed."""
    volume = a_restless_day(seed)
    least = (volume > 0).astype(np.int64)
    remembered = fewest_reps(volume, least, 15, CHAT, promise)
    meets = search._Search._meets

    def forgetful(self, index, carry, known, reps):
        self.trials[index] = search._Trial()
        return meets(self, index, carry, known, reps)

    monkeypatch.setattr(search._Search, "_meets", forgetful)
    assert fewest_reps(volume, least, 15, CHAT, promise).tolist() == remembered.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_service_differs_by_no_more_than_the_loads_carried_in(seed):
    """The bound by which answers are kept for another load, while nobody joins."""
    random = np.random.default_rng(seed)
    floor = replace(floor_of(CHAT), reps=6 - seed % 2, arrivals=0.9)
    one, other = (Carry(6, random.dirichlet(np.full(26, 0.3))) for _ in range(2))
    apart = search._apart(one, other)
    shares = [pass_interval(carry, floor, 15.0).in_time(REPLY, 3.0) for carry in (one, other)]
    assert 0 < abs(shares[0] - shares[1]) <= apart


@pytest.mark.parametrize("guess", [0, 3, 7, 8, 9, 10, 11, 16, 40])
@pytest.mark.parametrize("low", [0, 8, 12])
def test_the_smallest_number_is_found_from_any_guess(guess, low):
    """A guess may cost tries, never change the answer, and one fewer has been tried."""
    tried = []

    def meets(number):
        tried.append(number)
        return number >= 9

    found = search._smallest(meets, guess, low)
    assert found == max(9, low)
    assert min(tried) >= low
    assert found == low or found - 1 in tried
