"""Formulas and simulation are held against each other fairly: noise is not a difference."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.concurrency import Handling
from optimizer.evaluation import evaluate_staff
from optimizer.queue_settings import QueueSettings
from optimizer.service_policy import ServicePolicy
from optimizer.simulated_service import compare, conditions_of, simulate_evaluation, work_of
from optimizer.staffing.simulation import simulate

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
QUEUES = {"live": QueueSettings(CHAT), "inbox": QueueSettings(CHAT, ServicePolicy(clock="pick_up"))}
VOLUME = [0.0, 20.0, 60.0, 60.0, 5.0, 0.5]
REPS = [2, 5, 11, 10, 3, 1]


def given(queues=("inbox", "live")):
    starts = pd.date_range("2026-11-30", periods=len(VOLUME), freq="h", tz="UTC", unit="us")
    tables = [pd.DataFrame({"queue": queue, "interval_start": starts}) for queue in queues]
    both = pd.concat(tables, ignore_index=True)
    volume = both.assign(volume=VOLUME * len(queues))
    staff = both.assign(reps=REPS * len(queues))
    return evaluate_staff(volume, staff, QUEUES, 60), volume, staff


def test_every_interval_gets_the_simulated_figures_of_its_own_queue():
    """Rows stay in their place, whatever their order was."""
    evaluation, volume, staff = given()
    mixed = volume.sample(frac=1, random_state=1), staff.sample(frac=1, random_state=2)
    table, comparisons = simulate_evaluation(evaluation, *mixed, QUEUES, 60, 5, 1)
    assert [each.queue for each in comparisons] == ["inbox", "live"]
    pd.testing.assert_frame_equal(table[evaluation.columns], evaluation)
    for queue, clock in (("inbox", "pick_up"), ("live", "first_reply")):
        rows = table[table["queue"] == queue]
        own = simulate(VOLUME, REPS, conditions_of(QUEUES[queue], 60), 140, 1).table
        assert rows["simulated_service_level"].to_numpy() == pytest.approx(
            own[clock].to_numpy(), nan_ok=True
        )
        assert rows["simulated_overrun_minutes_se"].to_numpy() == pytest.approx(
            own["overrun_minutes_se"].to_numpy(), nan_ok=True
        )


def test_slow_and_quick_reps_are_simulated_as_the_settings_say():
    """The simulator's reps are as uneven as the formulas', so that the two can be held together."""
    uneven = QueueSettings(replace(CHAT, speed_cv=0.25))
    assert conditions_of(uneven, 60).practice.speed_cv == 0.25
    assert conditions_of(QUEUES["live"], 60).practice.speed_cv == 0


def test_contacts_are_routed_as_the_settings_say():
    """Who was idle longest may hold more than another: replies come later."""
    by_idleness = replace(QUEUES["live"], service=ServicePolicy(routing="longest_idle"))
    seen = [
        simulate(VOLUME, REPS, conditions_of(settings, 60), 150, 1).whole["first_reply"]
        for settings in (by_idleness, QUEUES["live"])
    ]
    assert seen[0] < seen[1] - 0.01


def test_a_routing_that_is_unknown_is_named():
    """With those that are known."""
    with pytest.raises(ValueError, match="fewest, round_robin or longest_idle, not 'random'"):
        ServicePolicy(routing="random")


def test_noise_alone_is_no_disagreement():
    """Simulations of what was predicted, few runs and many, hardly ever raise an alarm."""
    settings = QUEUES["live"]
    how = conditions_of(settings, 60)
    truth = simulate(VOLUME, REPS, how, 2000, 99).table
    predicted = truth.fillna(1.0).assign(
        interval_start=pd.date_range("2026-11-30", periods=6, freq="h", tz="UTC")
    )
    alarms = 0
    for seed in range(40):
        for replications in (3, 30):
            found = simulate(VOLUME, REPS, how, replications, seed)
            alarms += bool(compare("live", settings, predicted, np.array(VOLUME), found).beyond)
    assert alarms <= 4


def test_a_formula_that_is_off_is_found_out():
    """Ten points in one hour of many contacts are seen, and the place is named."""
    settings = QUEUES["live"]
    found = simulate(VOLUME, REPS, conditions_of(settings, 60), 60, 3)
    predicted = found.table.fillna(1.0).assign(
        interval_start=pd.date_range("2026-11-30", periods=6, freq="h", tz="UTC")
    )
    predicted.loc[3, "first_reply"] += 0.1
    result = compare("live", settings, predicted, np.array(VOLUME), found)
    assert [each.interval_start.hour for each in result.beyond] == [3]
    assert result.beyond[0].points == pytest.approx(10)
    assert result.worst == result.beyond[0]
    assert result.apart == pytest.approx(10 / 100 * 60 / sum(VOLUME))


def test_throughput_and_messages_are_the_same_work():
    """However a planner says it, the same floor is simulated."""
    said = work_of(Handling(4, conversations_per_hour=3.5, solo_minutes=25.0))
    again = Handling(
        4,
        rep_messages=said.rep_messages,
        writing_minutes=said.writing_minutes,
        customer_reply_minutes=said.customer_reply_minutes,
    )
    assert work_of(again) == said
