r"""A support floor simulated event by event, with the noise of what it says.

The staffing model computes; this tries out. It shares the model's assumptions and none of its
approximations, and knows what the model leaves out: breaks, routing, and who is quick. Contacts
arrive as a Poisson process whose rate is constant within an interval; a new one goes to a rep with
a free slot or waits, first come first served, until patience ends. A rep is one pair of hands.
Reps come and go at the starts of intervals, the floor starts empty, and beyond the last interval
the staff stays until every conversation is over. With `Conditions.rates` conversations are not told
apart into messages, which is the floor that the birth-death chain describes.

A share is estimated by the ratio of sums over replications, :math:`r = \sum x_i / \sum n_i`, with
the standard error :math:`\sqrt{\frac{m}{m-1} \sum (x_i - r n_i)^2} / \sum n_i` (Cochran 1977,
Sampling Techniques, section 6.3).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from data.progress import Report, silent
from optimizer.staffing.message_events import compiled_loop, is_compiled
from optimizer.staffing.service_columns import SHARES
from optimizer.staffing.simulation_draws import Floats, Integers
from optimizer.staffing.simulation_run import Conditions, Seen, play

Engine = Literal["auto", "python", "numba"]

COLUMNS = (*SHARES, "waiting", "overrun_minutes")
# What progress is told.
SIMULATING, COMPILING = "Simulate", "Compile the simulator, once: some seconds"
# Below so many messages, compiling takes longer than it saves.
WORTH_COMPILING = 400_000


class Tally:
    """Sums over replications of a ratio in every interval; memory does not grow with them."""

    def __init__(self, intervals: int) -> None:
        self.replications = 0
        self._sums = np.zeros((5, intervals))

    def add(self, happened: Floats, among: Floats) -> None:
        """Take in what happened among how many in one replication."""
        self.replications += 1
        self._sums += [happened, among, happened**2, among**2, happened * among]

    def ratio(self) -> Floats:
        """Return the ratio of the sums, NaN where there was nothing to count."""
        return _divide(self._sums[0], self._sums[1])

    def standard_error(self) -> Floats:
        """Return the standard error of the ratio; NaN after a single replication."""
        _, among, squared, among_squared, crossed = self._sums
        if self.replications < 2:
            return np.full(len(among), np.nan)
        ratio = self.ratio()
        spread = np.maximum(squared - 2 * ratio * crossed + ratio**2 * among_squared, 0.0)
        return _divide(np.sqrt(spread * self.replications / (self.replications - 1)), among)


@dataclass(frozen=True)
class Simulation:
    """What a simulation says.

    Parameters
    ----------
    table
        A row per interval: ``arrivals``, the mean over replications, then for each of `COLUMNS` its
        value and, as ``…_se``, the standard error over replications. Shares of contacts are of
        those who *arrived* in the interval; ``follow_up`` is of the customers' messages that were
        sent in it to reps on duty; ``waiting`` is the mean number of customers without a rep;
        ``hands_busy`` and ``slots_busy`` are shares of the time of reps on duty;
        ``overrun_minutes`` is of a rep who leaves at the interval's start. NaN where there was
        nobody to count.
    whole
        The same over the whole stretch of time, in one row.
    replications, events
        How often it was simulated, and how many events that took.
    """

    table: pd.DataFrame
    whole: pd.Series
    replications: int
    events: int


def simulate(
    volume: Sequence[float] | Floats,
    reps: Sequence[int] | Integers,
    conditions: Conditions,
    replications: int,
    seed: int,
    *,
    engine: Engine = "auto",
    progress: Report = silent,
) -> Simulation:
    """Simulate a stretch of time again and again.

    Parameters
    ----------
    volume
        Mean number of contacts of each interval.
    reps
        On duty in each interval.
    conditions
        Under which contacts are served.
    replications
        How often.
    seed
        The same seed makes the same days; more replications add to those of fewer.
    engine
        ``auto`` compiles the event loop where numba is installed and it pays; the numbers are the
        same either way.
    progress
        Told the share that is done, and `COMPILING` before the loop is compiled.

    Raises
    ------
    ValueError
        When an argument is out of range, or numba is asked for and not installed.
    """
    means = np.asarray(volume, dtype=float)
    if replications < 1:
        raise ValueError(f"There is at least 1 replication, not {replications}.")
    if not (np.isfinite(means) & (means >= 0)).all():
        raise ValueError("The mean number of contacts must be finite and at least 0.")
    counts = np.array(
        [
            np.random.default_rng([seed, replication, 0]).poisson(means)
            for replication in range(replications)
        ]
    )
    return simulate_counts(counts, reps, conditions, seed, engine=engine, progress=progress)


def simulate_counts(
    counts: Integers,
    reps: Sequence[int] | Integers,
    conditions: Conditions,
    seed: int,
    *,
    engine: Engine = "auto",
    progress: Report = silent,
    watch: Callable[[Seen], None] | None = None,
) -> Simulation:
    """Simulate given contacts, such as sample paths of a forecast.

    Parameters
    ----------
    counts
        Contacts, replications by intervals; each comes at any minute of its interval alike.
    reps
        On duty in each interval: of all replications, or a row for each.
    conditions, seed, engine, progress
        As for `simulate`.
    watch
        Told what every replication saw.

    Raises
    ------
    ValueError
        When an argument is out of range, or numba is asked for and not installed.
    """
    on_duty = np.broadcast_to(np.asarray(reps, dtype=np.int64), counts.shape)
    if (on_duty < 0).any():
        raise ValueError("The number of reps on duty must be at least 0.")
    messages = counts.sum() * conditions.work.rep_messages
    loop = None
    if engine == "numba" or (engine == "auto" and messages >= WORTH_COMPILING):
        loop = compiled_loop()
        if loop is None and engine == "numba":
            raise ValueError("numba is not installed; install it, or choose another engine.")
        if loop is not None and not is_compiled(loop):
            progress(COMPILING, 0.0)
    tallies = _Tallies(counts.shape[1])
    for replication, (came, staff) in enumerate(zip(counts, on_duty, strict=True)):
        random = (
            np.random.default_rng([seed, replication, 1]),
            np.random.default_rng([seed, replication, 2]),
        )
        seen = play(came, staff, conditions, random, loop)
        tallies.add(seen)
        if watch is not None:
            watch(seen)
        progress(SIMULATING, (replication + 1) / len(counts))
    return tallies.simulation()


class _Tallies:
    """One tally for every column, by interval and over the whole stretch of time."""

    def __init__(self, intervals: int) -> None:
        self._arrivals = np.zeros(intervals)
        self._by_interval = {name: Tally(intervals) for name in COLUMNS}
        self._whole = {name: Tally(1) for name in COLUMNS}
        self._events = 0
        self._replications = 0

    def add(self, seen: Seen) -> None:
        """Take in one replication."""
        self._replications += 1
        self._events += seen.events
        self._arrivals += seen.arrivals
        for name in COLUMNS:
            happened, among = seen.happened[name], seen.among[name]
            self._by_interval[name].add(happened, among)
            self._whole[name].add(happened.sum(keepdims=True), among.sum(keepdims=True))

    def simulation(self) -> Simulation:
        """Return what the replications say together."""
        table = pd.DataFrame({"arrivals": self._arrivals / self._replications})
        whole = {"arrivals": float(table["arrivals"].sum())}
        for name in COLUMNS:
            table[name] = self._by_interval[name].ratio()
            table[f"{name}_se"] = self._by_interval[name].standard_error()
            whole[name] = float(self._whole[name].ratio()[0])
            whole[f"{name}_se"] = float(self._whole[name].standard_error()[0])
        return Simulation(table, pd.Series(whole), self._replications, self._events)


def _divide(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))
