"""The oracle is checked against closed forms before anything is checked against the oracle."""

import math

import numpy as np
import pytest

from tests.optimizer.message_simulation import Floor, simulate


def steady(floor, reps, per_hour, within_seconds, replications, seed=1, hours=12, warm_up=4):
    """Pool the intervals after the warm-up of a floor with constant volume and staff."""
    table = simulate(
        [per_hour] * hours, [reps] * hours, 60, floor, within_seconds, replications, seed
    )
    late = table.iloc[warm_up:]
    share = (late["pick_up"] * late["arrivals"]).sum() / late["arrivals"].sum()
    left = (late["abandonment"] * late["arrivals"]).sum() / late["arrivals"].sum()
    return share, left, late


def erlang_b(servers, load):
    """1/B_k = 1 + (k/a)/B_{k-1}, B_0 = 1."""
    blocked = 1.0
    for servers_so_far in range(1, servers + 1):
        blocked = 1 / (1 + servers_so_far / load / blocked)
    return blocked


def erlang_a_in_time(servers, per_minute, service, patience, within):
    """Served within `within` minutes in M/M/s+M, by the law of the work ahead (Riordan 1962).

    A contact that finds q waiting passes q + 1 steps, at rates s/service + j/patience for the j
    still ahead, and must outlast them; the probability of that is found by integrating the
    chain's Kolmogorov equations in small steps.
    """
    states = 400
    weights = np.ones(servers + states)
    for n in range(1, len(weights)):
        leaving = min(n, servers) / service + max(n - servers, 0) / patience
        weights[n] = weights[n - 1] * per_minute / leaving
    weights /= weights.sum()
    ahead = np.arange(states)
    step = within / 4000
    rate = servers / service + ahead / patience
    assert rate[-1] * step < 0.1
    in_system = weights[servers:].copy()
    served = weights[:servers].sum()
    for _ in range(4000):
        flow = in_system * rate * step
        served += flow[0]
        in_system -= flow + in_system * step / patience
        in_system[:-1] += flow[1:]
    return served


def test_one_message_at_a_time_is_erlang_c():
    """With one message, one conversation and endless patience the floor is M/M/s (Erlang 1917)."""
    reps, service, per_hour, within = 5, 6.0, 40.0, 2.0
    load = per_hour / 60 * service
    blocked = erlang_b(reps, load)
    waits = blocked / (1 - load / reps * (1 - blocked))
    expected = 1 - waits * math.exp(-(reps - load) / service * within)
    share, left, late = steady(Floor(1, 1.0, service, 1.0, 1e9), reps, per_hour, 120, 150)
    assert left == 0
    assert share == pytest.approx(expected, abs=0.015)
    assert late["hands_busy"].mean() == pytest.approx(load / reps, abs=0.01)
    assert np.allclose(late["hands_busy"], late["slots_busy"])


def test_one_message_at_a_time_is_erlang_a():
    """With patience the same floor is M/M/s+M (Palm 1957), exact for the share in time."""
    reps, service, per_hour, patience = 4, 7.0, 40.0, 5.0
    expected = erlang_a_in_time(reps, per_hour / 60, service, patience, 1.5)
    share, left, late = steady(Floor(1, 1.0, service, 1.0, patience), reps, per_hour, 90, 150)
    assert share == pytest.approx(expected, abs=0.01)
    served = late["completions"].mean()
    assert left == pytest.approx(1 - served / per_hour, abs=0.01)


def test_light_writing_without_patience_is_erlang_b():
    """Hands never wait, so slots are servers and only the mean duration counts (insensitivity)."""
    floor = Floor(3, 5.0, 1e-6, 6.0, 1e-9)
    load = 30 / 60 * 4 * 6.0
    share, left, _ = steady(floor, 4, 30.0, 60, 150)
    assert left == pytest.approx(erlang_b(12, load), abs=0.012)
    assert share == pytest.approx(1 - left)


@pytest.mark.parametrize("concurrency", [2, 4, 6])
def test_a_swamped_rep_ends_conversations_at_the_rate_of_the_machine_repair_queue(concurrency):
    """A rep who never lacks work is a closed queue, whose throughput is known exactly."""
    floor = Floor(concurrency, 6.0, 0.8, 4.0, 1e9)
    _, _, late = steady(floor, 2, 4 * floor.completions_per_hour(), 60, 40)
    expected = 2 * floor.completions_per_hour()
    assert late["completions"].mean() == pytest.approx(expected, rel=0.02)
    assert late["slots_busy"].mean() == pytest.approx(1.0, abs=1e-9)
    assert late["hands_busy"].mean() == pytest.approx(expected * 6.0 * 0.8 / 120, rel=0.02)


def test_leavers_finish_what_they_own_and_take_nothing_new():
    """When everybody leaves, nobody is picked up after it, yet open conversations still end."""
    table = simulate([60, 60, 60], [12, 0, 0], 60, Floor(4, 8.0, 0.5, 3.0, 10.0), 120, 40, 3)
    assert table["pick_up"][0] > 0.9
    assert (table["pick_up"][1:] == 0).all()
    assert (table["abandonment"][1:] == 1).all()
    assert table["completions"][1] > 1
    assert np.isnan(table["hands_busy"][1:]).all()


def test_joiners_serve_those_who_wait():
    """Slots that open at a boundary take the queue at once, oldest first."""
    table = simulate([30, 0.001], [0, 30], 60, Floor(4, 8.0, 0.5, 3.0, 1e9), 3600, 40, 4)
    assert table["pick_up"][0] == 1
    assert table["abandonment"][0] == 0


def test_those_who_wait_at_the_end_are_served_by_the_staff_that_stays():
    """Beyond the last interval the last staff serves whoever arrived before it."""
    table = simulate([200], [1], 60, Floor(2, 4.0, 0.5, 1.0, 1e9), 1e9, 20, 5)
    assert table["pick_up"][0] == 1


def test_a_seed_makes_the_same_day_again():
    """An oracle that cannot be repeated cannot be argued with."""
    floor = Floor(3, 5.0, 0.5, 3.0, 10.0)
    tables = [simulate([30, 40], [3, 2], 30, floor, 60, 5, seed) for seed in (1, 1, 2)]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])
