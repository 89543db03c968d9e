"""First reply, follow-up and overrun, and times that are not exponential, against simulation."""

import numpy as np
import pytest

from optimizer.concurrency import Handling
from optimizer.staffing.birth_death import evaluate
from tests.optimizer.message_simulation import Floor, simulate

VOLUME = np.array([40.0, 70, 100, 110, 110, 90, 80, 60])
REPS = np.array([9, 14, 22, 22, 20, 17, 20, 12])
LIVE = {
    "concurrency": 4,
    "rep_messages": 7.0,
    "writing_minutes": 1.1,
    "customer_reply_minutes": 3.0,
    "patience_minutes": 12.0,
}
REPLICATIONS = 60


def simulated_and_predicted(within=180, **spreads):
    floor = Floor(**LIVE, **spreads)
    simulated = simulate(VOLUME, REPS, 60, floor, within, REPLICATIONS, seed=5)
    return simulated, evaluate(VOLUME, REPS, 60, Handling(**LIVE, **spreads), within)


def error(simulated, predicted, column):
    """Return the mean of hourly absolute errors by volume, in points."""
    missed = np.abs(simulated[column].to_numpy() - predicted[column].to_numpy())
    return 100 * np.average(missed, weights=VOLUME)


@pytest.fixture(scope="module")
def exponential():
    return simulated_and_predicted()


def test_first_and_later_replies_are_as_simulated(exponential):
    """The chain knows levels alone; the simulation writes every message."""
    simulated, predicted = exponential
    assert simulated["first_reply_se"].max() < 0.012
    assert error(simulated, predicted, "first_reply") < 1.5
    assert error(simulated, predicted, "follow_up") < 1.5
    assert error(simulated, predicted, "hands_busy") < 1.5


def test_who_leaves_works_on_as_long_as_simulated(exponential):
    """Leavers' conversations are drained message by message."""
    simulated, predicted = exponential
    left = np.flatnonzero(np.diff(REPS) < 0) + 1
    found = predicted["overrun_minutes"].to_numpy()
    assert np.flatnonzero(np.isfinite(found)).tolist() == left.tolist()
    apart = np.abs(found - simulated["overrun_minutes"].to_numpy())[left]
    assert apart.mean() < 2.0
    assert found[left].min() > 15


@pytest.mark.parametrize(
    "spreads",
    [
        {"writing_cv": 0.5, "patience_cv": 0.6},
        {"writing_cv": 1.5, "patience_cv": 1.4},
        {"customer_reply_cv": 1.6},
    ],
)
def test_lognormal_times_are_as_simulated(spreads):
    """Whose hands, customers or patience are not exponential is not planned as if they were."""
    simulated, predicted = simulated_and_predicted(**spreads)
    assert error(simulated, predicted, "pick_up") < 2.0
    assert error(simulated, predicted, "first_reply") < 2.5
    assert error(simulated, predicted, "follow_up") < 2.5
    left = np.flatnonzero(np.diff(REPS) < 0) + 1
    apart = np.abs(predicted["overrun_minutes"] - simulated["overrun_minutes"])[left]
    assert apart.mean() < 2.5


def test_reps_of_uneven_speed_are_as_simulated():
    """Told how uneven they are, the model knows what slow and quick ones do, within noise.

    The simulation's speeds have mean 1, the model's median 1: its median rep writes for longer.
    """
    floor = Floor(**LIVE, speed_cv=0.25)
    simulated = simulate(VOLUME, REPS, 60, floor, 180, REPLICATIONS, seed=5)
    of_median_rep = LIVE["writing_minutes"] * np.sqrt(1 + 0.25**2)
    handling = Handling(**{**LIVE, "writing_minutes": of_median_rep}, speed_cv=0.25)
    predicted = evaluate(VOLUME, REPS, 60, handling, 180)
    for column in ("pick_up", "first_reply", "follow_up", "hands_busy"):
        assert error(simulated, predicted, column) < 1.5
    left = np.flatnonzero(np.diff(REPS) < 0) + 1
    apart = np.abs(predicted["overrun_minutes"] - simulated["overrun_minutes"])[left]
    assert apart.mean() < 2.0
