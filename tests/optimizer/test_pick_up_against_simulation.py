"""What the staffing model says of the pick-up is held against a simulation of every message."""

import numpy as np
import pandas as pd
import pytest

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from tests.optimizer.message_simulation import Floor, simulate

DAYS = 10
PILOT = 50
NOISE_POINTS = 0.9


def random_day(seed):
    """Draw handling, a daily curve of contacts per hour and staff that sometimes falls short."""
    random = np.random.default_rng(seed)
    floor = Floor(
        concurrency=int(random.integers(3, 7)),
        rep_messages=float(random.uniform(4, 12)),
        writing_minutes=float(random.uniform(0.3, 1.2)),
        customer_reply_minutes=float(random.uniform(1, 6)),
        patience_minutes=float(random.uniform(4, 30)),
    )
    peak = random.uniform(20, 90)
    hours = np.arange(24)
    hump = np.exp(-0.5 * ((hours - random.uniform(10, 18)) / random.uniform(2, 5)) ** 2)
    volume = peak * (random.uniform(0.1, 0.4) + hump) * random.lognormal(0, 0.15, 24)
    stretch = np.repeat(random.uniform(0.75, 1.2, 12), random.integers(1, 5, 12))[:24]
    stretch = np.pad(stretch, (0, 24 - len(stretch)), mode="edge")
    reps = np.maximum(np.ceil(volume / floor.completions_per_hour() * stretch), 1).astype(int)
    return floor, volume, reps, float(random.uniform(30, 240))


def noise_of(simulated, volume):
    """Return the standard error of an hour's pick-up, weighted by volume, in points."""
    return 100 * np.average(simulated["pick_up_se"], weights=volume)


def simulate_until_precise(floor, volume, reps, within, seed):
    """Replicate a day as often as a pilot says that the wanted precision takes."""
    pilot = simulate(volume, reps, 60, floor, within, PILOT, seed)
    replications = int(PILOT * max(noise_of(pilot, volume) / NOISE_POINTS, 1) ** 2)
    return simulate(volume, reps, 60, floor, within, replications, seed + DAYS)


def errors_of_day(seed):
    """Return the day's error as measured and with the simulation's noise taken out, in points.

    Errors are means of hourly absolute errors weighted by volume. The mean square of a difference
    is that of the error plus that of the noise; hour by hour the latter, as estimated from the
    replications, is taken out.
    """
    floor, volume, reps, within = random_day(seed)
    simulated = simulate_until_precise(floor, volume, reps, within, seed)
    handling = Handling(
        concurrency=floor.concurrency,
        rep_messages=floor.rep_messages,
        writing_minutes=floor.writing_minutes,
        customer_reply_minutes=floor.customer_reply_minutes,
        patience_minutes=floor.patience_minutes,
    )
    predicted = evaluate(volume, reps, 60, handling, within)
    missed = np.abs(predicted["pick_up"].to_numpy() - simulated["pick_up"].to_numpy())
    noise = simulated["pick_up_se"].to_numpy()
    bare = np.sqrt(np.maximum(missed**2 - noise**2, 0))
    return {
        "measured": 100 * np.average(missed, weights=volume),
        "without_noise": 100 * np.average(bare, weights=volume),
        "noise": noise_of(simulated, volume),
    }


@pytest.fixture(scope="module")
def errors():
    return pd.DataFrame([errors_of_day(seed) for seed in range(1, DAYS + 1)])


def test_the_simulation_is_precise_enough_to_judge(errors):
    """An error of two points is only seen by a yardstick finer than that."""
    assert errors["noise"].max() < 1.2, errors


def test_pick_up_of_a_random_day_is_within_two_points(errors):
    """Whoever staffs by the model meets the promised share on any one day, not just on average."""
    assert errors["without_noise"].max() <= 2.0, errors


def test_pick_up_is_within_a_point_on_average(errors):
    """The model stands in for the simulation when reps are chosen, so it must not be biased."""
    assert errors["without_noise"].mean() <= 1.0, errors
