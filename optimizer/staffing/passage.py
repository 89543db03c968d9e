"""One interval as the chain goes through it, and the service that it gives."""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from optimizer.staffing.across import gain_across
from optimizer.staffing.chain import Path, cut, follow, join
from optimizer.staffing.first_reply import Delay
from optimizer.staffing.floor import Floor, balance, completed, moves
from optimizer.staffing.joining import CatchUp, Newer, catch_up
from optimizer.staffing.pickup import picked_up_ever, wait_path
from optimizer.staffing.steps import change_reps

Floats = npt.NDArray[np.float64]
# A later interval: its floor and its minutes.
Ahead = tuple[Floor, float]

STEPS_PER_HOUR = 5
_NEGLIGIBLE = 1e-12
_SMALL = 1e-9
# Share of those arriving who still wait, below which what comes after hardly matters to all.
HARDLY_ANYBODY = 1e-7
_FARTHEST = 200
_FEWEST_PLACES = 3
_WIDTHS = 1.0
# In patiences: after so many fewer than one in a billion still wait, and where the time before a
# change is cut in panels.
FOREVER = 21.0
_PANELS = (0.25, 1.0, 2.5, 6.0, 15.0)
_RULES = {nodes: np.polynomial.legendre.leggauss(nodes) for nodes in (3, 7)}


@dataclass(frozen=True)
class Carry:
    """What an interval hands on to the next one.

    Parameters
    ----------
    reps
        On duty until now.
    load
        Probability of 0, 1, … conversations in the system.
    newer
        Those of the reps who joined too late to hold as much as the others.
    """

    reps: int = 0
    load: Floats = field(default_factory=lambda: np.ones(1))
    newer: Newer = Newer()


EMPTY = Carry()


@dataclass(frozen=True)
class Stage:
    """A part of an interval.

    Parameters
    ----------
    share
        Of the interval's time.
    load
        Mean probability of 0, 1, … conversations in the system.
    joining
        How newer reps catch up in it; None when all are balanced.
    """

    share: float
    load: Floats
    joining: CatchUp | None


@dataclass(frozen=True)
class Passage:
    """One interval as the chain went through it.

    Parameters
    ----------
    floor
        Its reps and rates.
    minutes
        Its length.
    path
        The load through it, from just after the change of staff.
    stages
        Its parts, one or two.
    hand_back
        Whether who leaves hands open conversations back to the front of the queue.
    """

    floor: Floor
    minutes: float
    path: Path
    stages: tuple[Stage, ...]
    hand_back: bool = False

    @cached_property
    def carry(self) -> Carry:
        """What is handed on, without the states that are never reached."""
        load = np.maximum(self.path.states[-1], 0.0)
        beyond = np.flatnonzero(np.cumsum(load[::-1]) > _NEGLIGIBLE)
        load = load[: len(load) - int(beyond[0])]
        last = self.stages[-1].joining
        return Carry(self.floor.reps, load / load.sum(), last.left if last else Newer())

    @property
    def places(self) -> int:
        """Places in the queue that the states tell apart, a few at least."""
        return max(len(self.path.mean) - self.floor.slots, _FEWEST_PLACES)

    @cached_property
    def left_waiting(self) -> float:
        """Share of those arriving who at most still wait at the end: what is to come counts."""
        waiting = np.abs(self.path.states[-1][self.floor.slots :])
        came = self.floor.arrivals * self.minutes
        return min(float(waiting @ np.arange(len(waiting))) / came, 1.0) if came > 0 else 1.0

    def _waiting(self, load: Floats) -> Floats:
        """Return the part of the load that has a queue, over its last axis."""
        waiting = load[..., self.floor.slots :]
        missing = self.places - waiting.shape[-1]
        return np.pad(waiting, [(0, 0)] * (load.ndim - 1) + [(0, missing)]) if missing else waiting

    @cached_property
    def _queue(self) -> Path:
        return replace(self.path, states=self._waiting(self.path.states))

    def in_time(self, delay: Delay, within: float, later: Sequence[Ahead] = ()) -> float:
        """Return the share of those arriving who are picked up, or answered, in time.

        Parameters
        ----------
        delay
            From pick-up to the event that counts.
        within
            Minutes from arrival.
        later
            The next intervals as far as `within` reaches; the last one stays.
        """
        steady = delay.after_queue(self.floor.line, (within,), self.places)[0]
        share = float(self._waiting(self.path.mean) @ steady)
        share += sum(stage.share * self._met(stage, delay, within) for stage in self.stages)
        if self.left_waiting > _NEGLIGIBLE and any(
            floor.reps != self.floor.reps for floor, _ in later
        ):
            share += self._change_in_time(delay, within, later)
        return float(np.clip(share, 0.0, 1.0))

    def _met(self, stage: Stage, delay: Delay, within: float) -> float:
        """Return the share that finds a free slot and is answered in time."""
        free = stage.load[: self.floor.slots]
        if not delay.stages or not len(free):
            return float(free.sum())
        answered = delay.within(within)
        if stage.joining:
            return float(free.sum() * (stage.joining.met @ answered))
        spread = balance(self.floor, len(free))
        usual, lower = answered[spread.level], answered[np.maximum(spread.level - 1, 0)]
        return float(free @ (usual + spread.unbalanced * (lower - usual)))

    def _change_in_time(self, delay: Delay, within: float, later: Sequence[Ahead]) -> float:
        """Return what a change of staff ahead adds to the share in time."""
        patience = 1 / self.floor.abandonment
        reach = min(within, self.minutes)
        # Within a panel the gain is smooth: from one edge on, budgets reach one change more.
        edges = {share * patience for share in _PANELS} | {self.minutes / 4, self.minutes / 2}
        edges |= {within - passed for passed in itertools.accumulate(m for _, m in later)}
        edges = {0.0, *(edge for edge in edges if 0 < edge < reach), reach}
        # Early in an interval the queue may only begin: a long reach takes more nodes.
        nodes, weights = _RULES[3 if reach <= self.minutes / 4 else 7]
        change = 0.0
        lines = (self.floor.line, *(floor.line for floor, _ in later))
        lengths = tuple(minutes for _, minutes in later)
        for start, end in itertools.pairwise(sorted(edges)):
            until = start + (end - start) * (1 + nodes) / 2
            gain = gain_across(
                lines, lengths, tuple(until.tolist()), within, self.places, delay, self.hand_back
            )
            waiting = self._queue.at(self.minutes - until)
            change += float(np.einsum("ij,ji->i", waiting, gain) @ weights) * (end - start) / 2
        return change / self.minutes

    def together(self, rates: Floats) -> float:
        """Return what all reps do together per minute, given what one does who holds 0, 1, …."""
        return sum(stage.share * self._together(stage, rates) for stage in self.stages)

    def _together(self, stage: Stage, rates: Floats) -> float:
        slots = self.floor.slots
        free = stage.load[:slots]
        full = float(stage.load[slots:].sum()) * self.floor.reps * float(rates[-1])
        if stage.joining:
            return float(free.sum()) * float(stage.joining.reps @ rates) + full
        return float(free @ completed(self.floor, len(free), rates)) + full

    def follow_up(self, delay: Delay, within: float) -> float:
        """Return the share of the customers' later messages that are answered in time.

        Of messages to reps on duty; NaN when nobody is.
        """
        if self.floor.reps == 0:
            return math.nan
        rates, answered = np.array(self.floor.rates), delay.within(within)
        sent = self.together(rates)
        if sent <= _NEGLIGIBLE * rates[1]:
            return float(answered[0])
        in_time = self.together(np.append(0.0, rates[1:] * answered))
        return float(np.clip(in_time / sent, 0.0, 1.0))

    def at_end(self, values: Floats) -> float:
        """Return the mean of what a rep is worth at its end who then holds 0, 1, …."""
        reps, load = self.floor.reps, np.maximum(self.path.states[-1], 0.0)
        return self._together(Stage(1.0, load / load.sum(), None), values) / reps if reps else 0.0

    def hands_busy(self, touch_minutes: float) -> float:
        """Return the share of the time of reps on duty in which their hands write."""
        if self.floor.reps == 0:
            return 0.0
        done = 0.0
        for stage in self.stages:
            speed = stage.joining.speed if stage.joining else 1.0
            completions = moves(self.floor, len(stage.load), speed).completions
            done += stage.share * float(stage.load @ completions)
        if self.floor.hands and done > 0:
            # The slow write longer for what they complete, and who writes long completes little.
            written = self.together(np.array(self.floor.hands))
            touch_minutes = written / self.together(np.array(self.floor.rates))
        return float(np.clip(done * touch_minutes / self.floor.reps, 0.0, 1.0))

    @cached_property
    def occupancy(self) -> tuple[float, float]:
        """Share of the slots that are taken, and mean number of customers in the queue."""
        load, slots = self.path.mean, self.floor.slots
        n = np.arange(len(load))
        taken = float(load @ np.minimum(n, slots)) / slots if slots else 0.0
        waiting = float(load @ np.maximum(n - slots, 0))
        return float(np.clip(taken, 0.0, 1.0)), max(waiting, 0.0)

    def abandonment(self, at_end: Floats | None) -> tuple[float, Floats]:
        """Return the share of those arriving who ever abandon, and what a place was worth before.

        Parameters
        ----------
        at_end
            How likely pick-up still is at the end of the interval with 0, 1, … ahead; None when
            the reps on duty stay.

        Returns
        -------
        tuple
            The share, and how likely pick-up was at the start of the interval by number ahead.
        """
        slots, load = self.floor.slots, self.path.mean
        if self.floor.patience:
            # Who leaves is counted when leaving, not by when they came.
            left, came = float(load @ self.floor.leaving(len(load))), self.floor.arrivals
            if came > 0:
                return float(np.clip(left / came, 0.0, 1.0)), np.ones(self.places)
        worth = picked_up_ever(self.floor.line, self.places)
        picked_up = load[:slots].sum() + self._waiting(load) @ worth
        if at_end is not None and self.left_waiting * np.abs(at_end - worth).max() > HARDLY_ANYBODY:
            change = wait_path(self.floor.line, self.minutes, _steps(self.minutes), at_end - worth)
            waiting = self._queue.at(self.minutes - change.times)
            picked_up += change.weights @ np.einsum("ij,ij->i", waiting, change.states)
            worth = np.clip(worth + change.states[-1], 0.0, 1.0)
        return float(np.clip(1 - picked_up, 0.0, 1.0)), worth


def pass_interval(
    carry: Carry, floor: Floor, minutes: float, *, hand_back: bool = False
) -> Passage:
    """Take the floor through one interval; who leaves keeps what is open, or hands it back."""
    concurrency = len(floor.rates) - 1
    load = carry.load
    if not hand_back:
        load = change_reps(load, carry.reps, floor.reps, concurrency)
    newer = _newer(carry, floor)
    held = float(load @ np.minimum(np.arange(len(load)), floor.slots))
    joining = catch_up(newer, held, floor.reps, floor.arrivals, floor.rates, minutes)
    size = floor.size(minutes, len(load))
    start = np.zeros(size)
    start[: len(load)] = load
    fine = floor.reps != carry.reps
    if joining is None:
        path = _follow(floor, start, minutes, load, 1.0, fine=fine)
        return Passage(floor, minutes, path, (Stage(1.0, path.mean, None),), hand_back)
    first = _follow(floor, start, joining.minutes, load, joining.speed, fine=fine)
    rest = minutes - joining.minutes
    share = joining.minutes / minutes
    if rest <= _SMALL * minutes:
        return Passage(floor, minutes, first, (Stage(1.0, first.mean, joining),), hand_back)
    second = _follow(floor, first.states[-1], rest, first.states[-1], 1.0, fine=False)
    stages = Stage(share, first.mean, joining), Stage(1 - share, second.mean, None)
    return Passage(floor, minutes, join(first, second, share), stages, hand_back)


def _newer(carry: Carry, floor: Floor) -> Newer:
    """Return who holds less than the others just after the change of staff."""
    before, newer = carry.reps, carry.newer
    joined = floor.reps - before
    if before == 0 or joined == 0:
        return newer if before else Newer()
    if joined < 0:
        return Newer(newer.reps * floor.reps / before, newer.level)
    waiting = carry.load[before * (len(floor.rates) - 1) :]
    taken = min(float(waiting @ np.arange(len(waiting))), joined * (len(floor.rates) - 1.0))
    reps = newer.reps + joined
    return Newer(reps, (newer.reps * newer.level + taken) / reps)


def _follow(
    floor: Floor, start: Floats, minutes: float, load: Floats, speed: float, *, fine: bool
) -> Path:
    rates = moves(floor, len(start), speed)
    drift = load @ (rates.births - rates.deaths)[: len(load)]
    steps = cut(minutes, _steps_for(load, float(drift), minutes), fine)
    diagonal = -(rates.births + rates.deaths)
    return follow(rates.births[:-1], diagonal, rates.deaths[1:], start, steps)


def longest_wait(within: float, abandonment: float, delay: Delay) -> float:
    """Return the minutes that are in time, or after which nobody is left to wait."""
    return min(within, FOREVER / abandonment + delay.longest)


def as_far_as(within: float, ahead: Iterable[Ahead]) -> list[Ahead]:
    """Return those of the next intervals that a contact may live to see in time, at most 200."""
    seen: list[Ahead] = []
    passed = 0.0
    for floor, minutes in ahead:
        if passed >= within or len(seen) == _FARTHEST:
            break
        seen.append((floor, minutes))
        passed += minutes
    return seen


def _steps_for(load: Floats, drift: float, minutes: float) -> int:
    """Return more steps for a narrow load that drifts across its own width in no time."""
    n = np.arange(len(load))
    mean = load @ n
    width = math.sqrt(max(float(load @ (n - mean) ** 2), 1.0))
    usual = _steps(minutes)
    return min(max(usual, math.ceil(abs(drift) * minutes / (_WIDTHS * width))), 4 * usual)


def _steps(minutes: float) -> int:
    return max(3, math.ceil(STEPS_PER_HOUR * minutes / 60))
