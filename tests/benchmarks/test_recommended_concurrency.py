"""How many conversations at once pay, as advised and as found by simulating every number."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from optimizer.advice import LEVELS, WORTH, advise_concurrency, with_concurrency
from optimizer.concurrency import Handling, message_times
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.simulated_service import conditions_of
from optimizer.staffing.simulation import simulate

pytestmark = pytest.mark.benchmark

CASES = 8
# Of contacts, in the hours that count: the noise of a share is then about a quarter of a point.
CONTACTS = 40_000
HOURS = 60
KNOWN = QueueSettings(Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4.0))


@dataclass(frozen=True)
class Case:
    """A queue in an hour that lasts."""

    name: str
    settings: QueueSettings
    contacts_per_hour: float

    def __str__(self) -> str:
        times, service = message_times(self.settings.handling), self.settings.service
        return (
            f"{self.name}: {self.contacts_per_hour:.0f}/h, {times.rep_messages:.1f} x "
            f"{60 * times.writing_minutes:.0f} s, customer {times.customer_reply_minutes:.1f} min, "
            f"patience {self.settings.handling.patience_minutes:.0f} min, {service.clock} "
            f"{service.target:.0%} in {service.within_seconds:.0f} s"
        )


def random_case(seed: int) -> Case:
    """Draw a queue whose first replies can be written in time."""
    random = np.random.default_rng([4, seed])
    writing = float(random.uniform(0.3, 1.5))
    asked = Handling(
        concurrency=4,
        rep_messages=float(random.uniform(2, 12)),
        writing_minutes=writing,
        customer_reply_minutes=float(random.uniform(0.5, 6)),
        patience_minutes=float(np.exp(random.uniform(np.log(3), np.log(40)))),
    )
    service = ServicePolicy(
        target=float(random.uniform(0.7, 0.9)),
        within_seconds=60 * writing * float(random.uniform(3, 8)),
    )
    contacts = float(np.exp(random.uniform(np.log(8), np.log(150))))
    return Case(f"seed {seed}", QueueSettings(asked, service), contacts)


def meets(case: Case, concurrency: int, reps: int, seed: int) -> bool:
    """Say whether so many reps keep the promise in simulation, once the floor has settled."""
    settings = with_concurrency(case.settings, concurrency)
    handling, service = settings.handling, settings.service
    settled = 1 + math.ceil(
        4 * (handling.patience_minutes + message_times(handling).solo_minutes) / 60
    )
    stretches = math.ceil(CONTACTS / case.contacts_per_hour / HOURS)
    seen = simulate(
        np.full(HOURS + settled, case.contacts_per_hour),
        np.full(HOURS + settled, reps),
        conditions_of(settings, 60),
        stretches,
        seed,
        engine="numba",
    ).table.iloc[settled:]
    share = np.average(seen[service.clock], weights=seen["arrivals"])
    return bool(share >= service.target and seen["hands_busy"].mean() <= service.max_hands_busy)


def simulated_reps(case: Case, concurrency: int, guess: int, seed: int) -> int:
    """Return the fewest reps that keep the promise in simulation, searched from a guess."""
    reps = max(guess, 1)
    if not meets(case, concurrency, reps, seed):
        while not meets(case, concurrency, reps + 1, seed):
            reps += 1
        return reps + 1
    while reps > 1 and meets(case, concurrency, reps - 1, seed):
        reps -= 1
    return reps


def simulated_best(reps: list[int]) -> int:
    """Return the fewest conversations at once with which the fewest reps suffice."""
    return next(place for place, count in enumerate(reps, 1) if count <= min(reps) * (1 + WORTH))


def check(case: Case, seed: int, record: Callable[[str, str], None]) -> None:
    """Hold the advice against every number of conversations at once, simulated."""
    clock = case.settings.service.clock
    advice = advise_concurrency("live", case.settings, case.contacts_per_hour)
    advised = [int(advice.reps(level, clock)) for level in range(1, LEVELS + 1)]
    seen = [simulated_reps(case, level, advised[level - 1], seed) for level in range(1, LEVELS + 1)]
    recommended, best = advice.recommended(clock), simulated_best(seen)
    record(
        f"recommended concurrency, {case}",
        f"{recommended}, simulated best {best}; reps by 1 to {LEVELS} at once {advised}, "
        f"simulated {seen}",
    )
    assert recommended is not None
    assert abs(recommended - best) <= 1


@pytest.mark.parametrize("clock", ["pick_up", "first_reply"])
def test_the_known_case(clock: str, record: Callable[[str, str], None]) -> None:
    """60 chats an hour: reps for pick-up fall until 7 at once, those for first replies until 5."""
    service = replace(KNOWN.service, clock=clock)
    check(Case("known", replace(KNOWN, service=service), 60.0), 1, record)


@pytest.mark.parametrize("seed", range(CASES))
def test_random_cases(seed: int, record: Callable[[str, str], None]) -> None:
    """The advice is within one of what simulation finds to be best."""
    check(random_case(seed), seed, record)
