"""How long a week of forty reps takes to evaluate and to staff, and how much memory months take."""

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median

import numpy as np
import numpy.typing as npt
import pytest

from optimizer.concurrency import Handling, throughput_per_hour
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.first_reply import reply_delay
from optimizer.staffing.search import Promise, fewest_reps

pytestmark = pytest.mark.benchmark

WEEK = 168
CHAT = Handling(5, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4)
Floats = npt.NDArray[np.float64]


def a_week(seed: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Draw contacts per hour and about forty reps, both new every other hour."""
    random = np.random.default_rng(seed)
    reps = np.repeat(random.integers(35, 46, WEEK // 2), 2)
    load = np.repeat(random.uniform(0.75, 0.95, WEEK // 2), 2)
    return load * 40 * throughput_per_hour(CHAT)[-1], reps


def median_cpu_ms(work: Callable[[int], object]) -> float:
    """Return the median CPU time of seven weeks, after one to warm up; each week is another."""
    work(0)
    taken = []
    for seed in range(1, 8):
        begun = time.process_time()
        work(seed)
        taken.append(1000 * (time.process_time() - begun))
    return median(taken)


def test_a_week_is_evaluated(record: Callable[[str, str], None]) -> None:
    """168 hours at forty reps, five at once, staff changing every other hour: 150 ms of CPU."""
    spent = median_cpu_ms(lambda seed: evaluate(*a_week(seed), 60, CHAT, 120))
    record("evaluate 168 h at 40 reps, 5 at once, median of 7 weeks", f"{spent:.0f} ms CPU")
    assert spent <= 150


def test_the_reps_of_a_week_are_found(record: Callable[[str, str], None]) -> None:
    """The fewest reps for 80 % of first replies within five minutes, hour by hour: 300 ms."""
    promise = Promise(0.8, 5.0, reply_delay(CHAT), 1.0)
    least = np.ones(WEEK, dtype=np.int64)
    spent = median_cpu_ms(lambda seed: fewest_reps(a_week(seed)[0], least, 60, CHAT, promise))
    record("requirement of 168 h at 40 reps, 5 at once, median of 7 weeks", f"{spent:.0f} ms CPU")
    assert spent <= 300


def peak_mib(work: Callable[[], object]) -> float:
    """Return the largest memory that the work holds, once what is remembered between calls is."""
    work()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_weeks(record: Callable[[str, str], None]) -> None:
    """What is kept of an interval is its row, not the chain that went through it."""
    promise = Promise(0.8, 5.0, reply_delay(CHAT), 1.0)
    evaluated, staffed = [], []
    for weeks in (2, 8):
        volume, reps = (np.tile(part, weeks) for part in a_week(1))
        least = np.ones(len(reps), dtype=np.int64)
        evaluated.append(peak_mib(partial(evaluate, volume, reps, 60, CHAT, 120)))
        staffed.append(peak_mib(partial(fewest_reps, volume, least, 60, CHAT, promise)))
    for what, peaks in (("evaluate", evaluated), ("requirement of", staffed)):
        figure = f"{peaks[0]:.1f} and {peaks[1]:.1f} MiB"
        record(f"{what} 2 and 8 weeks at 40 reps, peak", figure)
        assert peaks[1] <= 1.2 * peaks[0] + 2
