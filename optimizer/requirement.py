"""Reps that every interval calls for, primary and on-call, and the service that they give."""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from data.week import WeeklyHours
from optimizer.concurrency import Handling

Clock = Literal["pick_up"]
Channel = Literal["chat", "phone"]


@dataclass(frozen=True)
class ServicePolicy:
    """The ``[queues.NAME.service]`` table.

    Parameters
    ----------
    target
        Share of contacts that are to be in time, strictly between 0 and 1.
    within_seconds
        What in time is, seconds after arrival.
    clock
        Which event counts: ``pick_up`` by a rep.
    shrinkage
        Share of paid time not on duty, in [0, 1).
    max_hands_busy
        Cap on the share of time in which a rep's hands are busy, in (0, 1].
    min_reps
        Least reps on duty while the queue is open.
    """

    target: float = 0.80
    within_seconds: float = 120.0
    clock: Clock = "pick_up"
    shrinkage: float = 0.30
    max_hands_busy: float = 0.85
    min_reps: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            raise ValueError(
                f"target must lie strictly between 0 and 1, not at {self.target:g}: "
                "no number of reps answers every contact in time."
            )
        if not 0 <= self.within_seconds < float("inf"):
            raise ValueError("within_seconds must be a finite number of at least 0.")
        if self.clock != "pick_up":
            raise ValueError(f"clock must be pick_up, not {self.clock!r}.")
        if not 0 <= self.shrinkage < 1:
            raise ValueError("shrinkage must be at least 0 and below 1.")
        if not 0 < self.max_hands_busy <= 1:
            raise ValueError("max_hands_busy must be above 0 and at most 1.")
        if self.min_reps < 0:
            raise ValueError("min_reps must be at least 0.")


@dataclass(frozen=True)
class Requirement:
    """What every queue and interval calls for.

    Parameters
    ----------
    table
        A row per queue and interval, sorted by both: ``queue, interval_start, volume, primary,
        on_call, rostered_primary, rostered_on_call, service_level, pick_up, abandonment,
        hands_busy, slots_busy``. Volume is the median in contacts/interval; the next two are reps
        on duty; ``rostered_*`` are reps to roster after shrinkage (standby has none); the rest are
        fractions with ``primary`` on duty at the median volume.
    timezone, interval_minutes
        The calendar's zone and grid.
    """

    table: pd.DataFrame
    timezone: str
    interval_minutes: int


@dataclass(frozen=True)
class QueueSettings:
    """The ``[queues.NAME]`` table.

    Parameters
    ----------
    channel
        ``chat`` or ``phone``: worked as contacts arrive.
    opening
        Opening hours in the calendar's zone; None when they are learnt from the history.
    handling
        What a conversation asks of a rep.
    service
        What is promised to the customer.
    """

    handling: Handling
    service: ServicePolicy = ServicePolicy()
    channel: Channel = "chat"
    opening: WeeklyHours | None = None

    def __post_init__(self) -> None:
        if self.channel not in get_args(Channel):
            raise ValueError(f"channel must be chat or phone, not {self.channel!r}.")
