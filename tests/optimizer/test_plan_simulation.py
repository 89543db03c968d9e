"""A plan is tried out on the weeks that were forecast, with the reps that it has."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.paths import sample_paths
from forecast.series import VolumeForecast
from optimizer.concurrency import Handling
from optimizer.plan_simulation import called_in, on_duty, simulate_plan
from optimizer.queue_settings import QueueSettings
from optimizer.requirement_rows import rostered
from optimizer.service_policy import ServicePolicy
from optimizer.simulated_service import conditions_of
from optimizer.staffing.simulation import simulate_counts

CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
QUEUE = QueueSettings(CHAT, ServicePolicy(shrinkage=0.3))
STARTS = pd.date_range("2026-11-30", periods=10, freq="h", tz="UTC", unit="us")


def forecast(width=0.3):
    index = pd.DatetimeIndex(STARTS, name="interval_start")
    table = pd.DataFrame({"mean": 40.0, "q50": 40.0}, index=index)
    table["q05"], table["q95"] = 40 * (1 - width), 40 * (1 + width)
    table.iloc[:2] = 0.0
    return VolumeForecast("live", "test", Calendar("UTC", 60), table[["mean", "q05", "q50", "q95"]])


def tables(primary=8, on_call=3, rostered_primary=12, standby=3):
    keys = pd.DataFrame({"queue": "live", "interval_start": STARTS})
    closed = np.arange(10) < 2
    needed = keys.assign(primary=np.where(closed, 0, primary), on_call=np.where(closed, 0, on_call))
    covered = keys.assign(
        primary=np.where(closed, 0, rostered_primary), on_call=np.where(closed, 0, standby)
    )
    return needed, covered


def simulated(*given, width=0.3, settings=QUEUE, seed=1, runs=60):
    return simulate_plan([forecast(width)], *given, {"live": settings}, 0.95, runs, seed)[0]


def test_what_was_rostered_for_shrinkage_is_on_duty_again():
    """Rounding up on the way out must not lose a rep on the way back."""
    reps = np.arange(200)
    for shrinkage in (0.0, 0.07, 0.3, 0.45):
        there_and_back = on_duty(rostered(reps, shrinkage), shrinkage)
        assert (there_and_back >= reps).all()
        assert (there_and_back <= reps + 1).all()


def test_primary_alone_is_the_simulation_of_the_paths_with_those_on_duty():
    """Nothing but the forecast's weeks and the plan's reps goes in."""
    result = simulated(*tables())
    counts = sample_paths(forecast(), 60, 1)
    own = simulate_counts(counts, [0, 0, *[8] * 8], conditions_of(QUEUE, 60), 1)
    table = result.table
    assert table["primary"].tolist() == [0, 0, *[8] * 8]
    for column, end in (("first_reply", ""), ("first_reply", "_se"), ("abandonment", "")):
        name = column.replace("first_reply", "service_level")
        assert table[f"primary_{name}{end}"].to_numpy() == pytest.approx(
            own.table[f"{column}{end}"].to_numpy(), nan_ok=True
        )
    assert result.primary.service_level == pytest.approx(own.whole["first_reply"])
    assert table["volume"].to_numpy() == pytest.approx(counts.mean(axis=0))


def test_on_call_is_called_in_by_how_much_more_comes_than_planned():
    """None at the planned volume, all at the guarded one, and what primary has to spare is used."""
    staffed = pd.DataFrame({"required_primary": [8], "required_on_call": [4], "on_call": [3]})
    counts = np.array([[10], [40], [41], [45], [50], [60], [99]])

    def called(primary):
        reps = called_in(counts, staffed, np.array([40.0]), np.array([60.0]), np.array([primary]))
        return reps.ravel().tolist()

    assert called(8) == [0, 0, 1, 1, 2, 3, 3]
    assert called(10) == [0, 0, 0, 0, 0, 2, 3]
    assert called(6) == [0, 0, 3, 3, 3, 3, 3]


def test_who_is_called_in_helps_and_without_standby_nothing_changes():
    """Both tiers see the same weeks."""
    helped = simulated(*tables(), width=0.6)
    assert helped.with_on_call.service_level > helped.primary.service_level + 0.02
    assert helped.with_on_call.missed < helped.primary.missed
    assert 0 < helped.table["called_in"].iloc[5] < 3
    alone = simulated(*tables(standby=0), width=0.6)
    assert alone.with_on_call == alone.primary == helped.primary


def test_a_missed_interval_is_one_with_too_few_in_time():
    """Without reps every run misses every open hour; with plenty hardly any does."""
    none = simulated(*tables(rostered_primary=0, standby=0), runs=5)
    assert none.primary.missed == 8
    assert none.table["primary_misses"].iloc[2:].tolist() == [1.0] * 8
    assert none.table["primary_misses"].iloc[:2].isna().all()
    plenty = simulated(*tables(rostered_primary=90), runs=20)
    easy = replace(QUEUE, service=ServicePolicy(target=0.5, shrinkage=0.3))
    assert simulated(*tables(rostered_primary=90), runs=20, settings=easy).primary.missed < 0.2
    assert plenty.primary.missed_se > 0
    assert plenty.primary.missed == pytest.approx(plenty.table["primary_misses"].sum())


def test_a_seed_draws_the_same_weeks():
    """What a plan is told today it is told tomorrow."""
    first, again, other = (simulated(*tables(), seed=seed, runs=4) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
    assert not first.table.equals(other.table)
