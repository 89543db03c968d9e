"""The service of a week whose staff is changed again and again, followed only where it differs.

A shift that is added or taken away changes the floor from its first interval on until the load is
again what it was: a few intervals of a week. From the interval before it, whose last contacts
still wait when it begins, to where the loads meet, the chain is followed anew; the rest is kept.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimizer.concurrency import message_times
from optimizer.queue_settings import QueueSettings
from optimizer.staffing.first_reply import PICK_UP, reply_delay
from optimizer.staffing.floor import floor_of
from optimizer.staffing.leaving import Piece, pieces_of
from optimizer.staffing.passage import (
    EMPTY,
    Carry,
    Passage,
    as_far_as,
    longest_wait,
    pass_interval,
)

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

MET = 1e-3
"""Two loads have met when their probabilities differ by less in sum: so far a share may be off."""


@dataclass(frozen=True)
class Part:
    """A part of an interval, as the chain went through it.

    Parameters
    ----------
    piece
        Which, and who takes new conversations in it.
    entering
        What it began with.
    passage
        The way through.
    in_time
        Share of the contacts that arrive in it and are in time by the queue's clock.
    busy
        Share of the time of reps in which they write; 0 when there is no cap on it.
    """

    piece: Piece
    entering: Carry
    passage: Passage
    in_time: float
    busy: float


@dataclass(frozen=True)
class Followed:
    """A staff and the service that it gives.

    Parameters
    ----------
    level
        Share of the contacts of each interval that are in time by the queue's clock.
    busy
        Share of the time of reps on duty in which they write, by interval; all 0 when the cap on
        it is 1.
    parts
        Parts of intervals, in order.
    """

    level: Floats
    busy: Floats
    parts: tuple[Part, ...]


class ServiceFollower:
    """What does not change while staff does: volume, handling and promise.

    Parameters
    ----------
    volume
        Contacts of each interval.
    interval_minutes
        Their length.
    settings
        The queue.
    """

    def __init__(self, volume: Floats, interval_minutes: float, settings: QueueSettings) -> None:
        handling, service = settings.handling, settings.service
        self._minutes = interval_minutes
        self._arrivals = np.asarray(volume, dtype=float) / interval_minutes
        self._empty = floor_of(handling)
        self._leaving = service.leaving
        self._delay = PICK_UP if service.clock == "pick_up" else reply_delay(handling)
        self._within = longest_wait(
            service.within_seconds / 60, self._empty.abandonment, self._delay
        )
        self._touch = message_times(handling).touch_minutes
        self._is_capped = service.max_hands_busy < 1

    def follow(self, reps: Reps, near: Followed | None = None) -> Followed:
        """Return the service of a staff; only what differs from `near` is followed anew.

        Parameters
        ----------
        reps
            On duty in each interval.
        near
            Another staff of the same week; without it the whole week is followed.
        """
        pieces = pieces_of(reps, self._minutes, self._leaving)
        old: Sequence[Part | None] = near.parts if near else [None] * len(pieces)
        passages: list[Passage] = []
        entering: list[Carry] = []
        is_new: list[bool] = []
        carry: Carry | None = EMPTY
        for piece, before in zip(pieces, old, strict=True):
            same = before is not None and before.piece.takers == piece.takers
            if before and same and (carry is None or _have_met(carry, before.entering)):
                passages.append(before.passage)
                entering.append(before.entering)
                is_new.append(False)
                carry = None
                continue
            begins = carry if carry is not None or before is None else before.entering
            passage = self._pass(begins or EMPTY, piece)
            passages.append(passage)
            entering.append(begins or EMPTY)
            is_new.append(True)
            carry = passage.carry
        parts = tuple(
            before
            if before is not None and not touched
            else self._part(pieces, passages, entering[place], place)
            for place, (before, touched) in enumerate(
                zip(old, self._touched(pieces, is_new), strict=True)
            )
        )
        return Followed(*self._by_interval(parts), parts)

    def _pass(self, carry: Carry, piece: Piece) -> Passage:
        arrivals = float(self._arrivals[piece.interval])
        floor = replace(self._empty, reps=piece.takers, arrivals=arrivals)
        return pass_interval(carry, floor, piece.minutes, hand_back=self._leaving.hand_back)

    def _touched(self, pieces: Sequence[Piece], is_new: Sequence[bool]) -> list[bool]:
        """Say of each part whether its contacts may see something new, if only by waiting."""
        touched = list(is_new)
        since = math.inf
        for place in reversed(range(len(pieces))):
            touched[place] = is_new[place] or since < self._within
            since = 0.0 if is_new[place] else since + pieces[place].minutes
        return touched

    def _part(
        self, pieces: Sequence[Piece], passages: Sequence[Passage], begins: Carry, place: int
    ) -> Part:
        passage = passages[place]
        later = range(place + 1, len(pieces))
        ahead = ((passages[each].floor, pieces[each].minutes) for each in later)
        in_time = passage.in_time(self._delay, self._within, as_far_as(self._within, ahead))
        busy = passage.hands_busy(self._touch) if self._is_capped else 0.0
        return Part(pieces[place], begins, passage, in_time, busy)

    def _by_interval(self, parts: Sequence[Part]) -> tuple[Floats, Floats]:
        told = np.array([(part.in_time, part.busy) for part in parts])
        if len(parts) == len(self._arrivals):
            return told[:, 0], told[:, 1]
        interval = np.array([part.piece.interval for part in parts])
        minutes = np.array([part.piece.minutes for part in parts])
        whole = np.bincount(interval, minutes)
        level, busy = (np.bincount(interval, column * minutes) / whole for column in told.T)
        return level, busy


def _have_met(one: Carry, other: Carry) -> bool:
    """Say whether two loads carried into an interval are as good as the same."""
    if one.reps != other.reps:
        return False
    newer = abs(one.newer.reps - other.newer.reps) * (1 + one.newer.level)
    if newer + abs(one.newer.level - other.newer.level) * one.newer.reps > MET:
        return False
    shared = min(len(one.load), len(other.load))
    apart = np.abs(one.load[:shared] - other.load[:shared]).sum()
    return bool(apart + one.load[shared:].sum() + other.load[shared:].sum() < MET)
