"""A plan is tried out with the reps that it has, and a formula that is off is told of."""

import numpy as np
import pandas as pd
import pytest

from optimizer import rescoring
from optimizer.concurrency import Handling
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.rescoring import rescore
from optimizer.service_policy import ServicePolicy
from optimizer.staffing.birth_death import evaluate

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
QUEUES = {
    "live": QueueSettings(CHAT, ServicePolicy(shrinkage=0.25)),
    "shut": QueueSettings(CHAT),
}
VOLUME = np.array([0.0, 30.0, 60.0, 45.0])
ROSTERED = np.array([0, 8, 14, 11])


def tables():
    starts = pd.date_range("2026-11-30", periods=4, freq="h", tz="UTC", unit="us")
    keys = pd.concat(
        [pd.DataFrame({"queue": queue, "interval_start": starts}) for queue in QUEUES],
        ignore_index=True,
    )
    nothing = np.zeros(4)
    return (
        keys.assign(volume=np.concatenate([VOLUME, nothing])),
        keys.assign(primary=np.concatenate([ROSTERED, nothing.astype(int)])),
    )


def test_the_plans_own_reps_are_simulated_and_evaluated():
    """Shrinkage is taken off what is rostered; a queue without contacts has nothing to tell."""
    (result,) = rescore(*tables(), QUEUES, 60, 1)
    assert result.queue == "live"
    formula = evaluate(VOLUME, [0, 6, 10, 8], 60, CHAT, 120)["first_reply"]
    assert result.formula == pytest.approx(np.average(formula, weights=VOLUME))
    assert abs(result.formula - result.simulated) < 0.02 + 4 * result.standard_error
    assert result.beyond == ()
    assert result.replications == 200


def test_formulas_that_are_off_are_found_out(monkeypatch):
    """The simulation does not believe what it is told."""

    def hopeful(*given, **how):
        return predict_service(*given, **how).assign(first_reply=0.97)

    monkeypatch.setattr(rescoring, "predict_service", hopeful)
    (result,) = rescore(*tables(), QUEUES, 60, 1)
    assert len(result.beyond) == 3
    assert result.formula == pytest.approx(0.97)
    assert result.simulated < 0.9


def test_a_large_plan_is_tried_out_less_often():
    """A plan takes seconds whatever its size, and its noise is small for being large."""
    requirement, coverage = tables()
    requirement["volume"] *= 100
    coverage["primary"] *= 70
    (result,) = rescore(requirement, coverage, QUEUES, 60, 1)
    assert result.replications == rescoring.FEWEST
    assert result.standard_error < 0.01


def test_a_plan_repeats():
    """Plan folders are the same to the byte."""
    assert rescore(*tables(), QUEUES, 60, 1) == rescore(*tables(), QUEUES, 60, 1)
    assert rescore(*tables(), QUEUES, 60, 1) != rescore(*tables(), QUEUES, 60, 2)
