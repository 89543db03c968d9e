r"""Service in every interval, given volume and reps: a birth-death chain through time.

The floor's load, the number of conversations in the system, is followed from an empty floor
through all intervals: arrivals are Poisson at a constant rate within an interval, the floor
completes :math:`D(n)` a minute (`optimizer.staffing.floor`), customers abandon the queue, and
backlog and open conversations are carried from interval to interval. Reps join and leave at the
start of intervals; leavers keep what they own. Pick-up and first reply are judged by arrival: a
contact that arrives shortly before a change of staff may be picked up after it. Beyond the last
interval the staff stays.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import Handling, completion_rates, lasting_shares, message_times
from optimizer.staffing.across import gain_across
from optimizer.staffing.chain import Path, cut, follow
from optimizer.staffing.first_reply import PICK_UP, Delay, reply_delay
from optimizer.staffing.floor import Floor, balance, completed, moves
from optimizer.staffing.pickup import after_change, picked_up_ever, wait_path
from optimizer.staffing.steps import change_reps

Floats = npt.NDArray[np.float64]

STEPS_PER_HOUR = 8
SERVICE_COLUMNS = (
    "pick_up",
    "first_reply",
    "follow_up",
    "abandonment",
    "hands_busy",
    "slots_busy",
    "overrun_minutes",
    "waiting",
)
_NEGLIGIBLE = 1e-12
_SMALL = 1e-9
_FARTHEST = 200
_FEWEST_PLACES = 3
_WIDTHS = 1.0
# In patiences: after so many fewer than one in a billion still wait, and where the time before a
# change is cut in panels.
_FOREVER = 21.0
_PANELS = (0.25, 1.0, 2.5, 6.0, 15.0)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(3)


@dataclass(frozen=True)
class Carry:
    """What an interval hands on to the next one.

    Parameters
    ----------
    reps
        On duty until now.
    load
        Probability of 0, 1, … conversations in the system.
    """

    reps: int = 0
    load: Floats = field(default_factory=lambda: np.ones(1))


EMPTY = Carry()


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
    """

    floor: Floor
    minutes: float
    path: Path

    @cached_property
    def carry(self) -> Carry:
        """What is handed on, without the states that are never reached."""
        load = np.maximum(self.path.states[-1], 0.0)
        beyond = np.flatnonzero(np.cumsum(load[::-1]) > _NEGLIGIBLE)
        load = load[: len(load) - int(beyond[0])]
        return Carry(self.floor.reps, load / load.sum())

    @property
    def places(self) -> int:
        """Places in the queue that the states tell apart, a few at least."""
        return max(len(self.path.mean) - self.floor.slots, _FEWEST_PLACES)

    @cached_property
    def left_waiting(self) -> float:
        """Share of those arriving who at most still wait at the end: what is to come counts."""
        waiting = np.arange(len(self.path.mean)) - self.floor.slots
        came = self.floor.arrivals * self.minutes
        left = float(np.abs(self.path.states[-1]) @ np.maximum(waiting, 0))
        return min(left / came, 1.0) if came > 0 else 1.0

    def _waiting(self, load: Floats) -> Floats:
        """Return the part of the load that has a queue, over its last axis."""
        waiting = load[..., self.floor.slots :]
        missing = self.places - waiting.shape[-1]
        return np.pad(waiting, [(0, 0)] * (load.ndim - 1) + [(0, missing)]) if missing else waiting

    def in_time(self, delay: Delay, within: float, later: Sequence[Floor] = ()) -> float:
        """Return the share of those arriving who are picked up, or answered, in time.

        Parameters
        ----------
        delay
            From pick-up to the event that counts.
        within
            Minutes from arrival.
        later
            The floors of the next intervals as far as `within` reaches; the last one stays.
        """
        slots, load = self.floor.slots, self.path.mean
        steady = delay.after_queue(self.floor.line, within, self.places)
        share = float(self._met(load[:slots], delay, within) + self._waiting(load) @ steady)
        if self.left_waiting > _NEGLIGIBLE and any(
            floor.reps != self.floor.reps for floor in later
        ):
            share += self._change_in_time(delay, within, later)
        return float(np.clip(share, 0.0, 1.0))

    def _met(self, free: Floats, delay: Delay, within: float) -> float:
        """Return the share that finds a free slot and is answered in time."""
        if not delay.stages or not len(free):
            return float(free.sum())
        spread, answered = balance(self.floor, len(free)), delay.within(within)
        lower = answered[np.maximum(spread.level - 1, 0)]
        return float(
            free @ (answered[spread.level] + spread.unbalanced * (lower - answered[spread.level]))
        )

    def _change_in_time(self, delay: Delay, within: float, later: Sequence[Floor]) -> float:
        """Return what a change of staff ahead adds to the share in time."""
        patience = 1 / self.floor.abandonment
        reach = min(within, self.minutes)
        # Within a panel the gain is smooth: from one edge on, budgets reach one change more.
        edges = {share * patience for share in _PANELS} | {self.minutes / 4, self.minutes / 2}
        edges |= {within % self.minutes} if within > self.minutes else set()
        edges = {0.0, *(edge for edge in edges if edge < reach), reach}
        change = 0.0
        lines = tuple(floor.line for floor in (self.floor, *later))
        for start, end in itertools.pairwise(sorted(edges)):
            until = start + (end - start) * (1 + _NODES) / 2
            gain = gain_across(
                lines, self.minutes, tuple(until.tolist()), within, self.places, delay
            )
            waiting = self._waiting(self.path.at(self.minutes - until))
            change += float(np.einsum("ij,ji->i", waiting, gain) @ _WEIGHTS) * (end - start) / 2
        return change / self.minutes

    def follow_up(self, delay: Delay, within: float) -> float:
        """Return the share of the customers' later messages that are answered in time.

        Of messages to reps on duty; NaN when none are expected, for there is nobody on duty.
        """
        floor, load = self.floor, self.path.mean
        if floor.reps == 0:
            return math.nan
        free = load[: floor.slots]
        rates = np.array(floor.rates)
        answered = np.concatenate([[0.0], rates[1:] * delay.within(within)])
        full = max(float(load[floor.slots :].sum()), 0.0) * floor.reps
        in_time = float(free @ completed(floor, len(free), answered)) + full * answered[-1]
        all_sent = float(free @ completed(floor, len(free), rates)) + full * rates[-1]
        if all_sent <= _NEGLIGIBLE * rates[1]:
            return float(delay.within(within)[0])
        return float(np.clip(in_time / all_sent, 0.0, 1.0))

    @cached_property
    def overrun(self) -> float:
        """Mean minutes that a rep works on who leaves at its end and keeps what is open."""
        floor, load = self.floor, np.maximum(self.path.states[-1], 0.0)
        if floor.reps == 0:
            return 0.0
        lasts = np.concatenate([[0.0], np.cumsum(1 / np.array(floor.rates[1:]))])
        free = load[: floor.slots]
        total = free @ completed(floor, len(free), lasts) + load[floor.slots :].sum() * (
            floor.reps * lasts[-1]
        )
        return float(total / floor.reps / load.sum())

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
        worth = picked_up_ever(self.floor.line, self.places)
        picked_up = load[:slots].sum() + self._waiting(load) @ worth
        if at_end is not None and np.abs(at_end - worth).max() > _SMALL:
            change = wait_path(self.floor.line, self.minutes, _steps(self.minutes), at_end - worth)
            waiting = self._waiting(self.path.at(self.minutes - change.times))
            picked_up += change.weights @ np.einsum("ij,ij->i", waiting, change.states)
            worth = np.clip(worth + change.states[-1], 0.0, 1.0)
        return float(np.clip(1 - picked_up, 0.0, 1.0)), worth


def pass_interval(carry: Carry, floor: Floor, minutes: float) -> Passage:
    """Take the floor through one interval."""
    concurrency = len(floor.rates) - 1
    load = change_reps(carry.load, carry.reps, floor.reps, concurrency)
    size = floor.size(minutes, len(load))
    start = np.zeros(size)
    start[: len(load)] = load
    rates = moves(floor, size)
    steps = cut(minutes, _steps_for(floor, minutes, load), fine=floor.reps != carry.reps)
    diagonal = -(rates.births + rates.deaths)
    path = follow(rates.births[:-1], diagonal, rates.deaths[1:], start, steps)
    return Passage(floor, minutes, path)


def evaluate(
    volume: Sequence[float] | Floats,
    reps: Sequence[int] | npt.NDArray[np.int_],
    interval_minutes: float,
    handling: Handling,
    within_seconds: float,
    carry: Carry | None = None,
) -> pd.DataFrame:
    """Predict the service that reps on duty give.

    Parameters
    ----------
    volume
        Contacts per interval.
    reps
        On duty in each interval.
    interval_minutes
        Length of an interval.
    handling
        What a conversation asks of a rep.
    within_seconds
        Pick-up, or the first reply, so long after arrival is in time; a later one so long after the
        customer's message.
    carry
        What the floor starts with; empty when it is not given.

    Returns
    -------
    pandas.DataFrame
        A row per interval, in order. ``pick_up``, ``first_reply``, ``abandonment``: share of the
        contacts that arrive in the interval and are picked up in time, have their first reply sent
        in time, or ever abandon (in an interval without volume: of a contact that arrived at any
        time of it). ``follow_up``: share of the messages that customers send in the interval, to
        reps on duty, that are answered in time; NaN without reps, or with one message in each
        conversation. ``hands_busy``, ``slots_busy``: share of the time of reps on duty in which
        they write, and of their slots that are taken; 0 without reps. ``overrun_minutes``: mean
        time that a rep works on who leaves when the interval starts; NaN when nobody leaves.
        ``waiting``: mean number of customers in the queue.

    Raises
    ------
    ValueError
        When `volume` and `reps` are empty or differ in length, or a number is negative or not
        finite.
    """
    volumes, staff = _checked(volume, reps, interval_minutes, within_seconds)
    rates, abandonment = tuple(completion_rates(handling).tolist()), 1 / handling.patience_minutes
    lasting = tuple(lasting_shares(handling).tolist())
    floors = [
        Floor(int(count), float(contacts) / interval_minutes, rates, abandonment, lasting)
        for contacts, count in zip(volumes, staff, strict=True)
    ]
    passages: list[Passage] = []
    carry = carry or EMPTY
    for floor in floors:
        passages.append(pass_interval(carry, floor, interval_minutes))
        carry = passages[-1].carry
    touch = message_times(handling).touch_minutes
    table = pd.DataFrame(
        [_occupancy(passage, touch) for passage in passages],
        columns=["hands_busy", "slots_busy", "waiting"],
    )
    reply = reply_delay(handling)
    for column, delay in (("pick_up", PICK_UP), ("first_reply", reply)):
        within = longest_wait(within_seconds / 60, abandonment, delay)
        ahead = intervals_ahead(within, interval_minutes)
        table[column] = [
            passage.in_time(delay, within, floors[index + 1 : index + 1 + ahead])
            for index, passage in enumerate(passages)
        ]
    later = message_times(handling).rep_messages > 1
    table["follow_up"] = [
        passage.follow_up(reply, within_seconds / 60) if later else math.nan for passage in passages
    ]
    table["abandonment"] = _abandonments(passages)
    table["overrun_minutes"] = [
        before.overrun if before and before.floor.reps > floor.reps else math.nan
        for before, floor in zip((None, *passages[:-1]), floors, strict=True)
    ]
    return table[list(SERVICE_COLUMNS)]


def longest_wait(within: float, abandonment: float, delay: Delay) -> float:
    """Return the minutes that are in time, or after which nobody is left to wait."""
    return min(within, _FOREVER / abandonment + delay.longest)


def intervals_ahead(within: float, minutes: float) -> int:
    """Return how many intervals a contact may still live to see in time, at most 200."""
    return min(math.ceil(within / minutes), _FARTHEST)


def hands_busy(passage: Passage, touch_minutes: float) -> float:
    """Return the share of the time of reps on duty in which their hands write."""
    if passage.floor.reps == 0:
        return 0.0
    load = passage.path.mean
    completed = load @ moves(passage.floor, len(load)).completions
    return float(np.clip(completed * touch_minutes / passage.floor.reps, 0.0, 1.0))


def _occupancy(passage: Passage, touch_minutes: float) -> tuple[float, float, float]:
    load, slots = passage.path.mean, passage.floor.slots
    n = np.arange(len(load))
    taken = float(load @ np.minimum(n, slots)) / slots if slots else 0.0
    waiting = float(load @ np.maximum(n - slots, 0))
    busy = hands_busy(passage, touch_minutes)
    return busy, float(np.clip(taken, 0.0, 1.0)), max(waiting, 0.0)


def _abandonments(passages: Sequence[Passage]) -> list[float]:
    """Go back from the end, where the staff stays, carrying what a place in the queue is worth."""
    shares: list[float] = []
    at_end: Floats | None = None
    for before, passage in zip((*passages[-2::-1], None), passages[::-1], strict=True):
        share, worth = passage.abandonment(at_end)
        shares.append(share)
        if before is not None:
            joined = max(passage.floor.slots - before.floor.slots, 0)
            at_end = after_change(worth, joined, before.places)
    return shares[::-1]


def _steps_for(floor: Floor, minutes: float, load: Floats) -> int:
    """Return more steps for a narrow load, which arrivals carry across its own width in no time."""
    n = np.arange(len(load))
    mean = load @ n
    width = math.sqrt(max(float(load @ (n - mean) ** 2), 1.0))
    usual = _steps(minutes)
    return min(max(usual, math.ceil(floor.arrivals * minutes / (_WIDTHS * width))), 4 * usual)


def _steps(minutes: float) -> int:
    return max(3, math.ceil(STEPS_PER_HOUR * minutes / 60))


def _checked(
    volume: Sequence[float] | Floats,
    reps: Sequence[int] | npt.NDArray[np.int_],
    interval_minutes: float,
    within_seconds: float,
) -> tuple[Floats, npt.NDArray[np.float64]]:
    volumes, staff = np.asarray(volume, dtype=float), np.asarray(reps, dtype=float)
    if volumes.ndim != 1 or volumes.shape != staff.shape or not len(volumes):
        raise ValueError(
            f"volume and reps have a number per interval: found {len(volumes)} and {len(staff)}."
        )
    if not np.isfinite(volumes).all() or (volumes < 0).any():
        raise ValueError("volume must be finite and at least 0 in every interval.")
    if not np.isfinite(staff).all() or (staff < 0).any() or (staff % 1 != 0).any():
        raise ValueError("reps must be a whole number of at least 0 in every interval.")
    if not 0 < interval_minutes < math.inf:
        raise ValueError(f"interval_minutes must be above 0, not {interval_minutes:g}.")
    if not 0 <= within_seconds < math.inf:
        raise ValueError(f"within_seconds must be finite and at least 0, not {within_seconds:g}.")
    return volumes, staff
