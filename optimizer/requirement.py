"""Reps that every interval calls for, primary and on-call, and the service that they give."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import format_times
from data.errors import InputError, fault
from data.files import read_number
from data.week import WeeklyHours
from optimizer.asynchronous import (
    AsynchronousQueue,
    SparedHands,
    check_asynchronous,
    order_of_filling,
)
from optimizer.concurrency import Handling
from optimizer.demand import Demand
from optimizer.interval_files import check_grid, read_column, read_interval_table, read_whole
from optimizer.shrinkage import whole_shrinkage
from optimizer.staffing.birth_death import evaluate
from optimizer.staffing.first_reply import PICK_UP, Delay, reply_delay
from optimizer.staffing.inbox import NOTHING, Waiting
from optimizer.staffing.leaving import Leaving, ShiftEnd
from optimizer.staffing.search import Promise, fewest_reps

SERVICE_COLUMNS = (
    "service_level",
    "pick_up",
    "first_reply",
    "abandonment",
    "hands_busy",
    "slots_busy",
    "follow_up",
)
MOST_WIND_DOWN = 480.0
REPS_COLUMNS = ("primary", "on_call", "rostered_primary", "rostered_on_call")

# A floor of tens of thousands at once is a slip in the figures, and its states fill the memory.
MOST_VOLUME = 10_000.0

Floats = npt.NDArray[np.float64]

Clock = Literal["first_reply", "pick_up"]
Channel = Literal["chat", "phone", "email", "ticket"]


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
        Which event counts: the ``first_reply`` sent, or ``pick_up`` by a rep.
    shrinkage
        Share of paid time not on duty, in [0, 1); 0.30 when it is not given in either way.
    shrinkage_in_office, shrinkage_out_of_office
        Instead: the share of time at work that is not on duty (breaks, meetings), and the share of
        paid time not at work (holidays, sickness). `shrinkage` is then what they make together.
    max_hands_busy
        Cap on the share of time in which a rep's hands are busy, in (0, 1].
    min_reps
        Least reps on duty while a chat or phone queue is open.
    shift_end
        What reps do at the end of a shift with what is open: ``keep`` it and finish it after the
        shift, ``hand_back`` to the front of the queue, or ``wind_down``: take nothing new in the
        last `wind_down_minutes`, and then keep the rest.
    wind_down_minutes
        Those last minutes.
    """

    target: float = 0.80
    within_seconds: float = 120.0
    clock: Clock = "first_reply"
    # None until it is known from which of the two ways; a policy that exists has the number.
    shrinkage: float = cast(float, None)
    max_hands_busy: float = 0.85
    min_reps: int = 1
    shift_end: ShiftEnd = "keep"
    wind_down_minutes: float = 15.0
    shrinkage_in_office: float | None = None
    shrinkage_out_of_office: float | None = None

    def __post_init__(self) -> None:
        parts = self.shrinkage_in_office, self.shrinkage_out_of_office
        object.__setattr__(self, "shrinkage", whole_shrinkage(self.shrinkage, *parts))
        if not 0 < self.target < 1:
            raise ValueError(
                f"target must lie strictly between 0 and 1, not at {self.target:g}: "
                "no number of reps answers every contact in time."
            )
        if not 0 <= self.within_seconds < float("inf"):
            raise ValueError("within_seconds must be a finite number of at least 0.")
        if self.clock not in get_args(Clock):
            raise ValueError(f"clock must be first_reply or pick_up, not {self.clock!r}.")
        if not 0 < self.max_hands_busy <= 1:
            raise ValueError("max_hands_busy must be above 0 and at most 1.")
        if self.min_reps < 0:
            raise ValueError("min_reps must be at least 0.")
        if self.shift_end not in get_args(ShiftEnd):
            raise ValueError(
                f"shift_end must be keep, hand_back or wind_down, not {self.shift_end!r}."
            )
        if not 0 < self.wind_down_minutes <= MOST_WIND_DOWN:
            raise ValueError(
                f"wind_down_minutes must be above 0 and at most {MOST_WIND_DOWN:g}, not "
                f"{self.wind_down_minutes:g}."
            )

    @property
    def leaving(self) -> Leaving:
        """How shifts end."""
        return Leaving(self.shift_end, self.wind_down_minutes)


@dataclass(frozen=True)
class Requirement:
    """What every queue and interval calls for.

    Parameters
    ----------
    table
        A row per queue and interval, sorted by both: ``queue, interval_start, volume, primary,
        on_call, rostered_primary, rostered_on_call, service_level, pick_up, first_reply,
        abandonment, hands_busy, slots_busy, follow_up``. Volume is the median in contacts/interval;
        the next two are reps on duty; ``rostered_*`` are reps to roster after shrinkage (standby
        has none); the rest are fractions with ``primary`` on duty at the median volume; NaN while
        the queue is closed and nobody is on duty, for there is no service to speak of.
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
        ``chat`` or ``phone``: worked as contacts arrive. ``email`` or ``ticket``: asynchronous,
        worked within hours, one message at a time; of the handling its messages count, not its
        concurrency and patience.
    opening
        Opening hours in the calendar's zone; None when they are learnt from the history. The
        clock of an asynchronous queue's promise stands outside them.
    handling
        What a conversation asks of a rep.
    service
        What is promised to the customer.
    like
        The queue whose weeks a new one borrows until it has some of its own; None to find it.
    expected_per_week
        Contacts/week of a queue that has no history yet; goes with `like`.
    fill_with
        Asynchronous queues worked in the hands that this chat or phone queue spares, first first.
    """

    handling: Handling
    service: ServicePolicy = ServicePolicy()
    channel: Channel = "chat"
    opening: WeeklyHours | None = None
    like: str | None = None
    expected_per_week: float | None = None
    fill_with: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.channel not in get_args(Channel):
            known = ", ".join(get_args(Channel))
            raise ValueError(f"channel must be one of {known}, not {self.channel!r}.")
        check_asynchronous(self)
        if self.expected_per_week is not None:
            if self.like is None:
                raise ValueError("expected_per_week goes with like, the queue to resemble.")
            if not 0 < self.expected_per_week < float("inf"):
                raise ValueError("expected_per_week must be a finite number above 0.")


def plan_requirement(
    demands: Sequence[Demand],
    queues: Mapping[str, QueueSettings],
    guard: float,
    waiting: Mapping[str, Waiting] | None = None,
) -> Requirement:
    """Find the fewest reps that keep every queue's promise in every interval.

    Primary reps serve the median of the volume; on-call reps are those it further takes to serve
    the guard quantile. Both are searched forward from an empty floor, backlog and open
    conversations carried from interval to interval. A closed interval (no volume, and closed by
    the calendar) has nobody on duty. Of asynchronous queues the reps are those of their own, beside
    what the real-time queues among `demands` spare.

    Parameters
    ----------
    demands
        One per queue, on the same grid.
    queues
        Settings by name of the queue.
    guard
        Probability of the volume that primary and on-call serve together.
    waiting
        By asynchronous queue what waits for a reply when the first interval begins.

    Raises
    ------
    InputError
        When a queue has no settings, a quantile lies outside those given, grids differ, more
        contacts come in an interval than can be planned for, or no number of reps keeps a promise.
    """
    if not demands:
        raise InputError("There is no queue to plan for; give a forecast with at least one row.")
    calendar = demands[0].calendar
    for demand in demands:
        other = demand.calendar
        if (other.timezone, other.interval_minutes) != (
            calendar.timezone,
            calendar.interval_minutes,
        ):
            raise InputError(
                f"Queue {demand.queue} is on another grid ({other.interval_minutes} minutes, "
                f"{other.timezone}) than {demands[0].queue} ({calendar.interval_minutes} minutes, "
                f"{calendar.timezone}); plan them apart or on one grid."
            )
        if demand.queue not in queues:
            raise InputError(
                f"Queue {demand.queue} of the forecast has no settings; "
                f"add a table [queues.{demand.queue}] with its handling to the settings."
            )
    by_queue = {demand.queue: demand for demand in demands}
    order = [name for name in order_of_filling(queues) if name in by_queue]
    real_time = [demand for demand in demands if demand.queue not in order]
    tables = [_require(demand, queues[demand.queue], guard) for demand in real_time]
    if order:
        spared = SparedHands(queues), SparedHands(queues)
        for demand, table in zip(real_time, tables, strict=True):
            _spare(demand, table, queues[demand.queue], guard, spared)
        for name in order:
            waits = (waiting or {}).get(name, NOTHING)
            tables.append(_require_own(by_queue[name], queues[name], guard, spared, waits))
    table = pd.concat(tables, ignore_index=True)
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return Requirement(table, calendar.timezone, calendar.interval_minutes)


def _spare(
    demand: Demand,
    table: pd.DataFrame,
    settings: QueueSettings,
    guard: float,
    spared: tuple[SparedHands, SparedHands],
) -> None:
    """Count the hands that a real-time queue spares: primary at the median, all at the guard."""
    if not settings.fill_with:
        return
    starts, minutes = pd.DatetimeIndex(table["interval_start"]), demand.calendar.interval_minutes
    primary = table["primary"].to_numpy()
    spared[0].add(demand.queue, starts, primary, table["hands_busy"].to_numpy(dtype=float))
    both = primary + table["on_call"].to_numpy()
    guarded = _quantile(demand, guard)
    service = settings.service
    at_guard = evaluate(
        guarded,
        both,
        minutes,
        settings.handling,
        service.within_seconds,
        leaving=service.leaving,
    )
    spared[1].add(demand.queue, starts, both, at_guard["hands_busy"].to_numpy(dtype=float))


def _require_own(
    demand: Demand,
    settings: QueueSettings,
    guard: float,
    spared: tuple[SparedHands, SparedHands],
    waiting: Waiting,
) -> pd.DataFrame:
    """Find the reps of an asynchronous queue's own, and take off what it uses of the others'."""
    volumes = _quantile(demand, 0.5), _quantile(demand, guard)
    starts = pd.DatetimeIndex(demand.table.index)
    refuse_too_much(demand.queue, starts, np.maximum(*volumes))
    is_open = _is_open(demand, settings)
    minutes = demand.calendar.interval_minutes
    queue = AsynchronousQueue(demand.queue, settings, is_open, minutes, waiting)
    staffed: list[npt.NDArray[np.int64]] = []
    tables: list[pd.DataFrame] = []
    lowest = np.zeros(len(starts), dtype=np.int64)
    for volume, hands in zip(volumes, spared, strict=True):
        given = hands.of(demand.queue, starts)
        lowest = queue.fewest_reps(volume, given, lowest)
        staffed.append(lowest)
        tables.append(queue.evaluate(volume, lowest, given))
        hands.use(demand.queue, starts, tables[-1]["hands_busy"].to_numpy(dtype=float))
    on_call = staffed[1] - staffed[0]
    tables[0].loc[~is_open & (volumes[0] == 0) & (staffed[0] == 0)] = math.nan
    return _rows(demand, settings, volumes[0], staffed[0], on_call, tables[0])


def _require(demand: Demand, settings: QueueSettings, guard: float) -> pd.DataFrame:
    service, minutes = settings.service, demand.calendar.interval_minutes
    volume, guarded = _quantile(demand, 0.5), _quantile(demand, guard)
    starts = pd.DatetimeIndex(demand.table.index)
    refuse_too_much(demand.queue, starts, np.maximum(volume, guarded))
    is_open = _is_open(demand, settings)
    minimum = np.where(is_open | (guarded > 0), service.min_reps, 0)
    delay = delay_of(demand.queue, settings)
    promise = Promise(
        service.target,
        service.within_seconds / 60,
        delay,
        service.max_hands_busy,
        service.leaving.hand_back,
    )
    winding = wound_down(minutes, service.leaving)
    primary = winding(fewest_reps(volume, minimum, minutes, settings.handling, promise))
    growth = np.divide(guarded, volume, out=np.ones_like(volume), where=volume > 0)
    # A larger floor pools better, so reps grow by less than volume does.
    guess = np.rint(primary * np.minimum(growth, 3.0) ** 0.8).astype(np.int64)
    both = winding(fewest_reps(guarded, minimum, minutes, settings.handling, promise, guess))
    on_call = np.maximum(both - primary, 0)
    predicted = evaluate(
        volume,
        primary,
        minutes,
        settings.handling,
        service.within_seconds,
        leaving=service.leaving,
    )
    predicted.loc[~is_open & (volume == 0) & (primary == 0)] = math.nan
    return _rows(demand, settings, volume, primary, on_call, predicted)


def _rows(
    demand: Demand,
    settings: QueueSettings,
    volume: Floats,
    primary: npt.NDArray[np.int64],
    on_call: npt.NDArray[np.int64],
    predicted: pd.DataFrame,
) -> pd.DataFrame:
    service = settings.service
    return pd.DataFrame(
        {
            "queue": demand.queue,
            "interval_start": demand.table.index,
            "volume": volume,
            "primary": primary,
            "on_call": on_call,
            "rostered_primary": rostered(primary, service.shrinkage),
            "rostered_on_call": on_call,
            "service_level": predicted[service.clock],
            **{column: predicted[column] for column in SERVICE_COLUMNS[1:]},
        }
    )


def delay_of(queue: str, settings: QueueSettings) -> Delay:
    """Return what passes between pick-up and the event that the queue's clock names.

    Raises
    ------
    InputError
        When the target is out of reach even for a rep who holds nothing else, because the reply
        has to be written.
    """
    service = settings.service
    if service.clock == "pick_up":
        return PICK_UP
    delay = reply_delay(settings.handling)
    ceiling = float(delay.within(service.within_seconds / 60)[0])
    if service.target >= ceiling:
        raise InputError(
            f"Queue {queue}: target {service.target:g} is out of reach: even with unlimited reps "
            f"{ceiling:.3f} of first replies are written within within_seconds = "
            f"{service.within_seconds:g}, for one takes {60 * delay.writing_minutes:.3g} seconds "
            'on average; raise within_seconds, lower target, or set clock = "pick_up".'
        )
    return delay


def wound_down(
    minutes: float, leaving: Leaving
) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
    """Return how reps who take conversations become reps on duty, some of whom wind down.

    Whoever is needed in an interval stays for the time of winding down after it.
    """
    later = math.ceil(leaving.notice_minutes / minutes)

    def on_duty(takers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        padded = np.concatenate([np.zeros(later, dtype=np.int64), takers])
        return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, later + 1).max(axis=1))

    return on_duty


def refuse_too_much(queue: str, starts: pd.DatetimeIndex, volume: Floats) -> None:
    """Refuse more contacts in an interval than can be planned for.

    Raises
    ------
    InputError
        With queue and time of the largest volume, when it is above `MOST_VOLUME`.
    """
    largest = int(np.argmax(volume))
    if volume[largest] > MOST_VOLUME:
        instant = starts[largest].isoformat(timespec="seconds")
        raise InputError(
            f"Queue {queue} at {instant}: {volume[largest]:.6g} contacts in one interval; at most "
            f"{MOST_VOLUME:g} can be planned for: correct the volume, or split the queue."
        )


def rostered(reps: npt.NDArray[np.int64], shrinkage: float) -> npt.NDArray[np.int64]:
    """Return how many reps to roster so that `reps` are on duty after shrinkage.

    Examples
    --------
    >>> rostered(np.array([0, 1, 7]), 0.3)
    array([ 0,  2, 10])
    """
    # 7 / (1 - 0.3) is a hair above 10 in binary.
    return np.ceil(reps / (1 - shrinkage) - 1e-9).astype(np.int64)


def _is_open(demand: Demand, settings: QueueSettings) -> npt.NDArray[np.bool_]:
    calendar = demand.calendar
    if calendar.opening is None:
        calendar = replace(calendar, opening=settings.opening)
    return calendar.open_at(pd.DatetimeIndex(demand.table.index))


def _quantile(demand: Demand, probability: float) -> Floats:
    try:
        return demand.quantile(probability).to_numpy(dtype=float)
    except ValueError as error:
        raise InputError(
            f"Queue {demand.queue}: {error} Choose a guard within them, or forecast "
            "with --quantiles that reach further."
        ) from None


def requirement_table(requirement: Requirement) -> pd.DataFrame:
    """Return the table as it stands in a file: ``unique_id``, ``ds`` in local wall time, the rest.

    Volume is rounded to 4 digits and shares to 6, so that a file repeats to the byte.
    """
    table = requirement.table.rename(columns={"queue": "unique_id"})
    times = format_times(pd.DatetimeIndex(table.pop("interval_start")), requirement.timezone)
    table.insert(1, "ds", times)
    return table.round({"volume": 4, **dict.fromkeys(SERVICE_COLUMNS, 6)})


def read_requirement(path: Path, timezone: str, interval_minutes: int) -> Requirement:
    """Read a requirement file.

    Parameters
    ----------
    path
        Columns as `requirement_table` gives them; those of the service may be missing or empty
        and are then not known (NaN).
    timezone
        The calendar's zone, in which a time without offset is read.
    interval_minutes
        The grid on which the intervals must lie.

    Raises
    ------
    InputError
        With row and column, when a cell cannot be used.
    """
    required = ("volume", *REPS_COLUMNS)
    table = read_interval_table(path, required, timezone, optional=SERVICE_COLUMNS)
    check_grid(path, table, timezone, interval_minutes)
    for column in REPS_COLUMNS:
        table[column] = read_column(path, table, column, read_whole)
    table["volume"] = read_column(path, table, "volume", read_number)
    for column in SERVICE_COLUMNS:
        table[column] = read_column(path, table, column, _share)
    table = table.sort_values(["queue", "interval_start"], ignore_index=True)
    return Requirement(table, timezone, interval_minutes)


def _share(text: str, path: Path, row: int, column: str) -> float:
    if not text:
        return math.nan
    value = read_number(text, path, row, column)
    if value > 1:
        raise fault(path, text, "give a share from 0 to 1", row=row, column=column)
    return value
