"""Where a floor has a closed form, or another program that plays it, the simulator agrees."""

import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.concurrency import Handling, hands_busy_by_level
from optimizer.staffing.simulation import simulate
from optimizer.staffing.simulation_draws import Work, draw_contacts
from optimizer.staffing.simulation_run import play
from tests.optimizer.message_simulation import Floor
from tests.optimizer.message_simulation import simulate as oracle
from tests.optimizer.staffing.floor_cases import CALLS, CHAT, DAY, STAFF, conditions


def erlang_a(servers, per_minute, service, patience):
    """Abandonment of M/M/s+M, from the balance of births and deaths (Palm 1957)."""
    weights = [1.0]
    for n in range(1, servers + 400):
        death = min(n, servers) / service + max(n - servers, 0) / patience
        weights.append(weights[-1] * per_minute / death)
    share = np.array(weights) / sum(weights)
    queue = np.maximum(np.arange(len(share)) - servers, 0)
    return (queue @ share) / patience / per_minute, share[servers:].sum(), queue @ share


def test_one_conversation_at_a_time_is_erlang_a():
    """M/M/s+M has closed forms of abandonment, waiting at all, and the queue."""
    abandoned, delayed, queue = erlang_a(10, 2.6, 4.0, 10.0)
    table = simulate([156] * 10, [10] * 10, conditions(CALLS, within=0), 150, 3).table.iloc[2:]
    for column, expected in (
        ("abandonment", abandoned),
        ("pick_up", 1 - delayed),
        ("waiting", queue),
    ):
        noise = math.hypot(*table[f"{column}_se"]) / len(table)
        assert table[column].mean() == pytest.approx(expected, abs=5 * noise)
        assert noise < 0.02 * max(expected, 0.2)


def test_whole_calls_one_at_a_time_are_erlang_a_too():
    """The other way to play a floor meets the same closed form."""
    abandoned, delayed, queue = erlang_a(10, 2.6, 4.0, 10.0)
    how = replace(conditions(CALLS, within=0), rates=(0.0, 0.25))
    table = simulate([156] * 10, [10] * 10, how, 150, 3).table.iloc[2:]
    for column, expected in (
        ("abandonment", abandoned),
        ("pick_up", 1 - delayed),
        ("waiting", queue),
    ):
        noise = math.hypot(*table[f"{column}_se"]) / len(table)
        assert table[column].mean() == pytest.approx(expected, abs=5 * noise)
    assert table[["first_reply", "follow_up", "hands_busy"]].isna().all(axis=None)


def test_two_at_once_as_wholes_are_a_birth_death_chain():
    """One rep, two slots, no queue that lasts: the shares of 0, 1, 2 open follow from the rates."""
    rates, per_minute = (0.0, 0.1, 0.15), 0.2
    weights = np.array([1.0, per_minute / 0.1, per_minute / 0.1 * per_minute / 0.15])
    taken = (weights @ [0, 0.5, 1]) / weights.sum()
    work = Work(2, 1.0, 10.0, 0.0, 1e-6)
    how = replace(conditions(work), rates=rates)
    table = simulate([60 * per_minute] * 30, [1] * 30, how, 120, 2).table.iloc[2:]
    assert table["slots_busy"].mean() == pytest.approx(taken, abs=0.006)
    assert table["abandonment"].mean() == pytest.approx(weights[2] / weights.sum(), abs=0.008)


def test_without_end_of_patience_it_is_erlang_c():
    """8 Erlang on 10 servers: C = B / (1 - rho (1 - B)) = 0.4092, B by Erlang's recursion."""
    calm = replace(CALLS, patience_minutes=math.inf)
    how = conditions(calm, within=0)
    table = simulate([120] * 12, [10] * 12, how, 150, 4).table.iloc[4:]
    assert 1 - table["pick_up"].mean() == pytest.approx(0.4092, abs=0.015)


@pytest.mark.parametrize("level", [1, 2, 4])
def test_a_rep_who_always_holds_k_writes_as_much_as_the_machine_repair_queue(level):
    """Inside a rep the closed form is exact (Palm 1947)."""
    flood = replace(CHAT, concurrency=level, patience_minutes=60.0)
    table = simulate([60] * 12, [2] * 12, conditions(flood), 60, 5).table.iloc[2:]
    expected = hands_busy_by_level(Handling(level, 8.0, 0.75, 4.0))[-1]
    assert table["slots_busy"].min() > 0.9999
    noise = math.hypot(*table["hands_busy_se"]) / len(table)
    assert table["hands_busy"].mean() == pytest.approx(expected, abs=5 * noise)
    assert noise < 0.003


def test_open_conversations_are_arrivals_times_duration():
    """Little's law: with a rep for everybody a conversation lasts as long as a lone one."""
    lone = 8 * (0.75 + 4.0 * 7 / 8)
    table = simulate([30] * 8, [60] * 8, conditions(), 60, 6).table.iloc[4:]
    assert (table["slots_busy"] * 60 * 4).mean() == pytest.approx(30 / 60 * lone, rel=0.03)
    assert (table["hands_busy"] * 60).mean() == pytest.approx(30 / 60 * 6.0, rel=0.03)


def test_it_agrees_with_an_independent_simulator():
    """Two programs without common code make the same mistake rarely."""
    other = oracle(DAY, STAFF, 60, Floor(4, 8.0, 0.75, 4.0, 20.0), 120, 150, 1)
    own = simulate(DAY, STAFF, conditions(), 500, 2).table
    for column in ("pick_up", "abandonment"):
        noise = np.hypot(own[f"{column}_se"], other["pick_up_se"]) + 1e-3
        assert (abs(own[column] - other[column]) < 3.5 * noise).all()
    assert own["hands_busy"].to_numpy() == pytest.approx(other["hands_busy"].to_numpy(), abs=0.02)
    assert own["slots_busy"].to_numpy() == pytest.approx(other["slots_busy"].to_numpy(), abs=0.03)


def test_waits_for_calls_of_constant_length_follow_lindley():
    """One server, constant service: each wait is the last one's work less the time between."""
    constant = Work(1, 1.0, 3.0, 0.0, math.inf, writing_cv=0.0)
    counts = np.array([25, 15])
    random = (np.random.default_rng(3), np.random.default_rng(4))
    seen = play(counts, np.array([1, 1]), conditions(constant, within=300), random)
    arrival = draw_contacts(counts, 60, constant, np.random.default_rng(3)).arrival
    free, in_time, in_time_sent = 0.0, 0, 0
    for comes in arrival:
        begins = max(comes, free)
        free = begins + 3.0
        in_time += begins - comes <= 5.0
        in_time_sent += free - comes <= 5.0
    assert seen.happened["pick_up"].sum() == in_time
    assert seen.happened["first_reply"].sum() == in_time_sent
    assert 0 < in_time_sent < in_time < 40


def test_who_keeps_one_call_works_on_for_the_rest_of_it():
    """What is left of an exponential call is as long as a call; who is free goes at once."""
    busy = replace(CALLS, patience_minutes=60.0)
    table = simulate([300, 1], [5, 1], conditions(busy), 400, 6).table
    expected = 4.0
    noise = table["overrun_minutes_se"][1]
    assert table["overrun_minutes"][1] == pytest.approx(expected, abs=4 * noise)
    assert noise < 0.2


def test_handing_back_a_memoryless_call_loses_nothing():
    """Half a call handed on is a call's length still; the line only has fewer servers."""
    patient = replace(CALLS, patience_minutes=math.inf)
    volume, staff = [150, 60, 60], [10, 6, 6]
    back = simulate(volume, staff, conditions(patient, shift_end="hand_back"), 120, 7)
    work = back.table["hands_busy"] * np.array(staff) * 60
    assert work.sum() == pytest.approx(4.0 * sum(volume), rel=0.03)
    assert (
        back.table["waiting"][1]
        > simulate(volume, staff, conditions(patient), 120, 7).table["waiting"][1]
    )
