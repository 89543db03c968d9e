r"""Service in every interval, given volume and reps: a birth-death chain through time.

The floor's load, the number of conversations in the system, is followed from an empty floor
through all intervals: arrivals are Poisson at a constant rate within an interval, the floor
completes :math:`D(n)` a minute (`optimizer.staffing.floor`), customers abandon the queue, and
backlog and open conversations are carried from interval to interval. Reps join and leave at the
start of intervals; leavers keep what they own. Pick-up and first reply are judged by arrival: a
contact that arrives shortly before a change of staff may be picked up after it. Beyond the last
interval the staff stays.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import Handling, message_times
from optimizer.staffing.drain import drain
from optimizer.staffing.first_reply import PICK_UP, Delay, follow_up_delay, reply_delay
from optimizer.staffing.floor import Floor, floor_of
from optimizer.staffing.leaving import (
    KEEP,
    Leaving,
    Piece,
    leavers_at,
    pieces_of,
    winding_down_in,
)
from optimizer.staffing.passage import (
    EMPTY,
    FOREVER,
    HARDLY_ANYBODY,
    Ahead,
    Carry,
    Passage,
    as_far_as,
    longest_wait,
    pass_interval,
)
from optimizer.staffing.pickup import after_change
from optimizer.staffing.service_columns import SHARES

Floats = npt.NDArray[np.float64]

COLUMNS = (*SHARES, "overrun_minutes", "waiting")
PIECE_COLUMNS = (*SHARES, "waiting", "after", "hands_left", "slots_left")
_INSTANT = 1e-9  # minutes


def evaluate(
    volume: Sequence[float] | Floats,
    reps: Sequence[int] | npt.NDArray[np.int_],
    interval_minutes: float,
    handling: Handling,
    within_seconds: float,
    carry: Carry | None = None,
    leaving: Leaving = KEEP,
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
    leaving
        What reps do at the end of a shift with what is open.

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
    counts = staff.astype(np.int64)
    pieces = pieces_of(counts, interval_minutes, leaving)
    floors = _floors(volumes / interval_minutes, pieces, handling)
    walk = _Walk(handling, within_seconds / 60, leaving)
    stopped = _last_before(pieces, interval_minutes, leaving.notice_minutes)
    stopping = set(stopped[leavers_at(counts) > 0].tolist())
    carry = carry or EMPTY
    for place, (piece, floor) in enumerate(zip(pieces, floors, strict=True)):
        passage = pass_interval(carry, floor, piece.minutes, hand_back=leaving.hand_back)
        later = range(place + 1, len(pieces))
        ahead = ((floors[next_one], pieces[next_one].minutes) for next_one in later)
        walk.take(passage, ahead, stops=place in stopping)
        carry = passage.carry
    by_piece = pd.DataFrame(walk.finish())
    table = _by_interval(by_piece, pieces)
    if leaving.notice_minutes:
        _add_winding_down(
            table, by_piece, pieces, counts, handling, interval_minutes, leaving.notice_minutes
        )
    table["overrun_minutes"] = _overruns(by_piece, pieces, counts, interval_minutes, leaving)
    return table[list(COLUMNS)]


def _floors(arrivals: Floats, pieces: Sequence[Piece], handling: Handling) -> list[Floor]:
    empty = floor_of(handling)
    return [
        replace(empty, reps=piece.takers, arrivals=float(arrivals[piece.interval]))
        for piece in pieces
    ]


class _Walk:
    """Go through a week piece by piece, keeping the figures of each and not the chain."""

    def __init__(self, handling: Handling, within: float, leaving: Leaving) -> None:
        self.columns: dict[str, list[float]] = {name: [] for name in PIECE_COLUMNS}
        self.touch = message_times(handling).touch_minutes
        self.within, self.patience = within, handling.patience_minutes
        self.reply, self.following = reply_delay(handling), follow_up_delay(handling)
        self.later_messages = message_times(handling).rep_messages > 1
        self.notice = leaving.notice_minutes
        self.drain = drain(handling, leaving.notice_minutes)
        self.open: list[Passage] = []

    def take(self, passage: Passage, ahead: Iterable[Ahead], *, stops: bool) -> None:
        """Note the figures of a passage; after it some may stop who leave then or later.

        What its contacts do after it is known later.
        """
        note, known = self.columns, list(as_far_as(self._reach(self.reply), ahead))
        for column, delay in (("pick_up", PICK_UP), ("first_reply", self.reply)):
            within = self._reach(delay)
            note[column].append(passage.in_time(delay, within, as_far_as(within, known)))
        answered = passage.follow_up(self.following, self.within)
        note["follow_up"].append(answered if self.later_messages else math.nan)
        note["hands_busy"].append(passage.hands_busy(self.touch))
        taken, waiting = passage.occupancy
        note["slots_busy"].append(taken)
        note["waiting"].append(waiting)
        note["after"].append(passage.at_end(self.drain.after) if stops else math.nan)
        for column, spent in (("hands_left", self.drain.hands), ("slots_left", self.drain.slots)):
            note[column].append(passage.at_end(spent) if stops and self.notice else math.nan)
        self.open.append(passage)
        forever = FOREVER * self.patience / passage.minutes
        if passage.left_waiting < HARDLY_ANYBODY:
            self._close(len(self.open))
        elif len(self.open) > 4 * forever:
            self._close(len(self.open) - math.ceil(forever))

    def _reach(self, delay: Delay) -> float:
        return longest_wait(self.within, 1 / self.patience, delay)

    def _close(self, count: int) -> None:
        """Note who abandons of the first passages: nobody waits beyond those that are known."""
        self.columns["abandonment"] += _abandonments(self.open)[:count]
        del self.open[:count]

    def finish(self) -> dict[str, list[float]]:
        """Return all figures by piece."""
        if self.open:
            self._close(len(self.open))
        return self.columns


def _by_interval(by_piece: pd.DataFrame, pieces: Sequence[Piece]) -> pd.DataFrame:
    """Return means over the pieces of each interval, by their minutes."""
    interval = np.array([piece.interval for piece in pieces])
    if len(interval) == interval[-1] + 1:
        return by_piece.copy()
    minutes = np.array([piece.minutes for piece in pieces])
    weights = by_piece.notna().mul(minutes, axis=0).groupby(interval).sum()
    summed = by_piece.mul(minutes, axis=0).groupby(interval).sum(min_count=1)
    return summed / weights


def _add_winding_down(
    table: pd.DataFrame,
    by_piece: pd.DataFrame,
    pieces: Sequence[Piece],
    reps: npt.NDArray[np.int64],
    handling: Handling,
    interval_minutes: float,
    notice: float,
) -> None:
    """Let occupancies be those of all on duty, who winds down among them."""
    takers = np.array([piece.takers for piece in pieces])
    minutes = np.array([piece.minutes for piece in pieces])
    interval = np.array([piece.interval for piece in pieces])
    leavers, stopped = leavers_at(reps), _last_before(pieces, interval_minutes, notice)
    for column, left, each in (
        ("hands_busy", "hands_left", 1),
        ("slots_busy", "slots_left", handling.concurrency),
    ):
        worked = np.bincount(interval, by_piece[column] * takers * minutes * each, len(reps))
        for place in range(len(reps)):
            for later, share in winding_down_in(place, interval_minutes, notice):
                if later < len(reps) and leavers[later] and stopped[later] >= 0:
                    drained = float(by_piece[left].iloc[stopped[later]])
                    worked[place] += leavers[later] * drained * share
        on_duty = np.maximum(reps, 1) * interval_minutes * each
        table[column] = np.clip(worked / on_duty, 0.0, 1.0)


def _last_before(
    pieces: Sequence[Piece], interval_minutes: float, notice: float
) -> npt.NDArray[np.int64]:
    """Return after which piece those stop taking who leave at the start of each interval; or -1."""
    ends = np.cumsum([piece.minutes for piece in pieces])
    stops = interval_minutes * np.arange(pieces[-1].interval + 1) - notice
    return np.searchsorted(ends, stops + _INSTANT, side="right") - 1


def _overruns(
    by_piece: pd.DataFrame,
    pieces: Sequence[Piece],
    reps: npt.NDArray[np.int64],
    interval_minutes: float,
    leaving: Leaving,
) -> Floats:
    stopped = _last_before(pieces, interval_minutes, leaving.notice_minutes)
    after = np.where(stopped >= 0, by_piece["after"].to_numpy()[stopped], 0.0)
    return np.where(leavers_at(reps) > 0, 0.0 if leaving.hand_back else after, math.nan)


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
