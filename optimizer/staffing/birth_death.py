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
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import (
    Handling,
    completion_rates,
    drain_minutes,
    lasting_shares,
    message_times,
)
from optimizer.staffing.first_reply import PICK_UP, follow_up_delay, reply_delay
from optimizer.staffing.floor import Floor
from optimizer.staffing.passage import (
    EMPTY,
    Carry,
    Passage,
    intervals_ahead,
    longest_wait,
    pass_interval,
)
from optimizer.staffing.patience_law import patience_of
from optimizer.staffing.pickup import after_change

Floats = npt.NDArray[np.float64]

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
    lasting, patience = tuple(lasting_shares(handling).tolist()), patience_of(handling)
    floors = [
        Floor(int(count), float(contacts) / interval_minutes, rates, abandonment, lasting, patience)
        for contacts, count in zip(volumes, staff, strict=True)
    ]
    passages: list[Passage] = []
    carry = carry or EMPTY
    for floor in floors:
        passages.append(pass_interval(carry, floor, interval_minutes))
        carry = passages[-1].carry
    touch, reply = message_times(handling).touch_minutes, reply_delay(handling)
    columns: dict[str, list[float]] = {}
    for column, delay in (("pick_up", PICK_UP), ("first_reply", reply)):
        within = longest_wait(within_seconds / 60, abandonment, delay)
        ahead = intervals_ahead(within, interval_minutes)
        columns[column] = [
            passage.in_time(delay, within, floors[index + 1 : index + 1 + ahead])
            for index, passage in enumerate(passages)
        ]
    later = message_times(handling).rep_messages > 1
    following = follow_up_delay(handling)
    columns["follow_up"] = [
        passage.follow_up(following, within_seconds / 60) if later else math.nan
        for passage in passages
    ]
    columns["abandonment"] = _abandonments(passages)
    columns["hands_busy"] = [passage.hands_busy(touch) for passage in passages]
    columns["slots_busy"], columns["waiting"] = (
        [passage.occupancy[place] for passage in passages] for place in (0, 1)
    )
    drain = drain_minutes(handling)
    columns["overrun_minutes"] = [
        before.overrun(drain) if before and before.floor.reps > floor.reps else math.nan
        for before, floor in zip((None, *passages[:-1]), floors, strict=True)
    ]
    return pd.DataFrame(columns)[list(SERVICE_COLUMNS)]


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
