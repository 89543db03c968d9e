"""What is called chance must be chance: days of an independent simulator, explained.

Each random day is planned, then comes with other volume, slower writing and missing reps, all of
which are known. What is left between the explanation and the one day that an independent simulator
plays is noise, so it must have no bias, be as large as it is said to be, and be called rare as
often as it is.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.explanation import add_noise, explain
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from tests.benchmarks.staffing_days import random_day
from tests.optimizer.message_simulation import Floor, simulate

pytestmark = pytest.mark.benchmark

DAYS_EXPLAINED = 60
RARE = 0.05


def explained_day(seed: int) -> pd.DataFrame:
    """Return the explained hours of a random day that went otherwise than planned."""
    day = random_day(seed)
    random = np.random.default_rng([7, seed])
    settings = QueueSettings(day.handling, ServicePolicy(within_seconds=day.within_seconds))
    slower = day.handling.writing_minutes * random.uniform(0.95, 1.15)
    handling = replace(day.handling, writing_minutes=slower)
    on_duty = np.maximum(day.reps - random.binomial(day.reps, 0.05), 1)
    seen = simulate(
        day.volume * random.uniform(0.9, 1.15),
        on_duty.tolist(),
        60,
        Floor(
            handling.concurrency,
            handling.rep_messages,
            handling.writing_minutes,
            handling.customer_reply_minutes,
            handling.patience_minutes,
        ),
        day.within_seconds,
        1,
        seed,
    )
    came = seen["arrivals"].to_numpy(dtype=float)
    hours = pd.DataFrame(
        {
            "planned_volume": day.volume,
            "volume": came,
            "required": day.reps,
            "planned": np.maximum(day.reps + random.integers(-1, 2, len(day.reps)), 1),
            "on_duty": on_duty,
            "judged": came,
            "reached": seen["first_reply"],
        }
    )
    found = add_noise(
        explain(hours, settings, handling, 60), hours, settings, handling, 60, None, seed
    )
    return hours[["judged", "reached"]].join(found)[hours["judged"] > 0]


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_is_called_chance_is_chance(record: Callable[[str, str], None]) -> None:
    """Unbiased, of the size that is stated, and as rare as is stated; coins are neither."""
    rows = pd.concat([explained_day(seed) for seed in range(DAYS_EXPLAINED)])
    weight = rows["judged"]
    bias = np.average(rows["chance"], weights=weight)
    size = np.sqrt(np.average(rows["chance"] ** 2, weights=weight))
    stated = np.sqrt(np.average(rows["chance_sd"] ** 2, weights=weight))
    share = rows["predicted"]
    coins = np.sqrt(np.average(share * (1 - share) / weight, weights=weight))
    rare = float((rows["as_few"] < RARE).mean())
    record(
        f"chance in {DAYS_EXPLAINED} explained days of an independent simulator, {len(rows)} hours",
        f"mean {100 * bias:+.1f} points, size {100 * size:.1f} points where {100 * stated:.1f} are "
        f"stated (coins: {100 * coins:.1f}); as few as 1 in 20: {rare:.1%} of hours",
    )
    assert abs(bias) < 0.02
    assert 0.9 < size / stated < 1.1
    assert rare < RARE + 0.02
