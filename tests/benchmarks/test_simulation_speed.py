"""How fast the simulator is, compiled and plain, and beside SimPy and Ciw on the same queue."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from optimizer.staffing.message_events import compiled_loop
from optimizer.staffing.simulation import Engine, Simulation, simulate
from optimizer.staffing.simulation_draws import Work
from optimizer.staffing.simulation_run import Conditions
from tests.benchmarks.peer_environment import PEERS, peer_python

pytestmark = pytest.mark.benchmark

CHAT = Conditions(Work(4, 8.0, 0.75, 4.0, 20.0), 60, 120)
CALLS = Conditions(Work(1, 1.0, 4.0, 0.0, 10.0), 60, 0)
SERVERS, PER_MINUTE, SERVICE, PATIENCE = 30, 7.5, 4.0, 10.0
WEEK = 168


def timed(conditions: Conditions, volume: float, reps: int, runs: int, engine: Engine):
    """Simulate weeks of a steady floor; return the simulation and its CPU seconds."""
    begun = time.process_time()
    result: Simulation = simulate(
        np.full(WEEK, volume), np.full(WEEK, reps), conditions, runs, 1, engine=engine
    )
    return result, time.process_time() - begun


def test_events_a_second(record: Callable[[str, str], None]) -> None:
    """A week of chat, 60 an hour for 11 reps: as it is and compiled, the same to the last digit."""
    begun = time.process_time()
    compiled_loop()
    timed(CHAT, 1.0, 1, 1, "numba")
    ready = time.process_time() - begun
    plain, plain_s = timed(CHAT, 60.0, 11, 2, "python")
    same, _ = timed(CHAT, 60.0, 11, 2, "numba")
    fast, fast_s = timed(CHAT, 60.0, 11, 40, "numba")
    assert plain.table.equals(same.table)
    record(
        "simulated events/s of CPU, chat week, plain / compiled (s of CPU to be ready)",
        f"{plain.events / plain_s:,.0f} / {fast.events / fast_s:,.0f} ({ready:.1f} s)",
    )
    assert fast.events / fast_s > 3 * plain.events / plain_s


def test_beside_simpy_and_ciw(tmp_path: Path, record: Callable[[str, str], None]) -> None:
    """M/M/30+M at 30 Erlang: customers a second of CPU, and the same abandonment within noise."""
    python = peer_python("simulation_requirements.txt")
    out = tmp_path / "peers.json"
    given = map(str, (SERVERS, PER_MINUTE, SERVICE, PATIENCE, 60_000, out))
    subprocess.run([python, PEERS / "simulation_peers.py", *given], check=True)
    timed(CALLS, 1.0, 1, 1, "numba")
    result, seconds = timed(CALLS, 60 * PER_MINUTE, SERVERS, 20, "numba")
    plain, plain_s = timed(CALLS, 60 * PER_MINUTE, SERVERS, 1, "python")
    rate = result.table["arrivals"].sum() * result.replications / seconds
    plain_rate = plain.table["arrivals"].sum() / plain_s
    parts = [f"compiled {rate:,.0f}", f"plain {plain_rate:,.0f}"]
    for name, peer in json.loads(out.read_text()).items():
        peer_rate = 60_000 / peer["cpu_s"]
        parts.append(f"{name} {peer_rate:,.0f} (compiled {rate / peer_rate:.0f} times it)")
        assert abs(peer["abandoned"] - result.whole["abandonment"]) < 0.012
        assert rate > 10 * peer_rate
    record("M/M/30+M, customers/s of CPU", ", ".join(parts))
