"""What the settings screen shows: each setting's label, unit and meaning, and the way back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import tomlkit

from data.clock import INTERVALS_MINUTES
from data.errors import InputError
from data.week import WeeklyHours
from optimizer.concurrency import ReplyOrder
from optimizer.queue_settings import Channel, QueueSettings
from optimizer.service_policy import Clock, ServicePolicy, TargetPer
from optimizer.shifts import PROGRAMMES
from optimizer.staffing.leaving import ShiftEnd
from ui.settings import Settings


@dataclass(frozen=True)
class Entry:
    """One setting in a form.

    Parameters
    ----------
    keys
        Its way in the file.
    label
        What it is called, with its unit.
    value
        What stands; a list when any of the choices can be, in an order.
    note
        What it means.
    choices
        What can be chosen; None for anything of the value's type.
    step
        By which a number goes up and down.
    """

    keys: tuple[str, ...]
    label: str
    value: Any
    note: str = ""
    choices: tuple[Any, ...] | None = None
    step: float = 0.05

    @property
    def path(self) -> str:
        """Its way in the file as one name."""
        return ".".join(self.keys)

    def taken(self, kept: Any) -> Any:
        """Return a value from a draft, or what stands where the draft's is of no use."""
        if isinstance(self.value, list):
            several = isinstance(kept, list) and set(kept) <= set(self.choices or ())
            return kept if several else self.value
        if self.choices is not None:
            return kept if kept in self.choices else self.value
        if isinstance(self.value, str):
            return kept if isinstance(kept, str) else self.value
        if isinstance(self.value, bool):
            return kept if isinstance(kept, bool) else self.value
        if isinstance(kept, bool) or not isinstance(kept, int | float):
            return self.value
        return int(kept) if isinstance(self.value, int) else float(kept)


def queue_entries(name: str, queues: Mapping[str, QueueSettings]) -> list[Entry]:
    """Return the settings of one of the queues; its handling is shown the way it was given."""
    stated = queues[name]
    here = ("queues", name)
    return [
        Entry((*here, "channel"), "Channel", stated.channel, choices=get_args(Channel)),
        Entry(
            (*here, "opening"),
            "Opening hours",
            stated.opening.to_text() if stated.opening else "",
            "Wall time, such as Mon-Fri 09:00-17:00; Sat 10:00-14:00. Not stated: learnt.",
        ),
        *_fill_with(here, queues),
        *_handling(here, stated),
        *_promise(here, stated.service),
        *_target_per(here, stated),
        *_shrinkage(here, stated.service),
        *_work(here, stated.service),
    ]


def _handling(here: tuple[str, str], stated: QueueSettings) -> Iterator[Entry]:
    """Return what a conversation asks of a rep."""
    for key, label, note, step in (
        ("concurrency", "Conversations at once, per rep", "", 1),
        ("rep_messages", "Rep's messages per conversation, mean", "", 0.5),
        ("writing_minutes", "Minutes to write a message, mean", "", 0.05),
        ("customer_reply_minutes", "Minutes until the customer answers, mean", "", 0.5),
        ("conversations_per_hour", "Conversations per rep-hour", "At that concurrency", 0.1),
        ("solo_minutes", "Minutes of a conversation alone", "With nothing else open", 1.0),
        ("patience_minutes", "Minutes a customer waits before leaving, mean", "", 1.0),
    ):
        value = getattr(stated.handling, key)
        if value is not None:
            yield Entry((*here, "handling", key), label, value, note, step=step)
    if not stated.is_asynchronous:
        yield Entry(
            (*here, "handling", "reply_order"),
            "Which message a rep writes next",
            stated.handling.reply_order,
            "The one that came first, or a first reply before all others",
            choices=get_args(ReplyOrder),
        )


def _promise(here: tuple[str, str], service: ServicePolicy) -> Iterator[Entry]:
    """Return what is promised to the customer."""
    yield Entry((*here, "service", "target"), "Target, share in time (0–1)", service.target)
    yield Entry(
        (*here, "service", "within_seconds"), "In time, seconds", service.within_seconds, step=10.0
    )
    yield Entry(
        (*here, "service", "clock"),
        "What has to be in time",
        service.clock,
        "The first reply sent, or pick-up by a rep, who may hold others that come first",
        choices=get_args(Clock),
    )


def _target_per(here: tuple[str, str], stated: QueueSettings) -> Iterator[Entry]:
    """Return over what the target holds, where it may hold for more than an hour."""
    if stated.is_asynchronous or stated.fill_with:
        return
    yield Entry(
        (*here, "service", "target_per"),
        "Target holds per",
        stated.service.target_per,
        "Every hour by itself, or a day or week as a whole",
        choices=get_args(TargetPer),
    )
    if stated.service.target_per != "hour":
        yield Entry(
            (*here, "service", "hour_floor"),
            "Share in time in every hour, at least (0–1)",
            stated.service.hour_floor,
        )


def _work(here: tuple[str, str], service: ServicePolicy) -> Iterator[Entry]:
    """Return on what terms reps work."""
    yield Entry(
        (*here, "service", "max_hands_busy"),
        "Hands busy at most, share of time (0–1)",
        service.max_hands_busy,
    )
    yield Entry(
        (*here, "service", "min_reps"), "Reps at least while open", service.min_reps, step=1
    )
    yield Entry(
        (*here, "service", "shift_end"),
        "At the end of a shift, what is open",
        service.shift_end,
        "Kept and finished after it, handed back to the queue, or wound down before it",
        choices=get_args(ShiftEnd),
    )
    if service.shift_end == "wind_down":
        yield Entry(
            (*here, "service", "wind_down_minutes"),
            "Minutes before the end with nothing new",
            service.wind_down_minutes,
            step=5.0,
        )


def _fill_with(here: tuple[str, str], queues: Mapping[str, QueueSettings]) -> list[Entry]:
    """Return which e-mail and ticket queues are worked in spare hands, where there are any."""
    stated = queues[here[1]]
    waiting = tuple(name for name, queue in queues.items() if queue.is_asynchronous)
    if stated.is_asynchronous or not waiting:
        return []
    return [
        Entry(
            (*here, "fill_with"),
            "Queues worked in spare hands",
            list(stated.fill_with),
            "E-mail and ticket queues, the first one first",
            choices=waiting,
        )
    ]


def _shrinkage(here: tuple[str, str], service: ServicePolicy) -> list[Entry]:
    """Return the settings of shrinkage, whole or in two parts as it was given."""
    if service.shrinkage_in_office is None:
        return [
            Entry(
                (*here, "service", "shrinkage"),
                "Shrinkage, share of paid time (0–1)",
                service.shrinkage,
                "Breaks, training, sickness",
            )
        ]
    return [
        Entry(
            (*here, "service", "shrinkage_in_office"),
            "Shrinkage in office (0–1)",
            service.shrinkage_in_office,
            "Share of the time at work: breaks, meetings, coaching. "
            f"With the other: {service.shrinkage:.4g} of paid time",
        ),
        Entry(
            (*here, "service", "shrinkage_out_of_office"),
            "Shrinkage out of office (0–1)",
            service.shrinkage_out_of_office,
            "Share of paid time: holidays, sickness, training days",
        ),
    ]


def general_entries(now: Settings) -> list[Entry]:
    """Return the settings of the calendar, shifts, on-call and solver."""
    lengths = ", ".join(f"{hours:g}" for hours in now.shifts.lengths_hours)
    return [
        Entry(("calendar", "timezone"), "Time zone", now.calendar.timezone, "IANA name"),
        Entry(
            ("calendar", "interval_minutes"),
            "Interval, minutes",
            now.calendar.interval_minutes,
            choices=INTERVALS_MINUTES,
        ),
        Entry(("calendar", "holidays"), "Public holidays", now.calendar.holidays, "IE, US-IL, …"),
        Entry(
            ("shifts", "starts_every_minutes"),
            "Shifts start every, minutes",
            now.shifts.starts_every_minutes,
            step=1,
        ),
        Entry(("shifts", "lengths_hours"), "Shift lengths, hours", lengths, "Joined by commas"),
        Entry(("shifts", "wage"), "Wage of a rep-hour, currency", now.shifts.wage, step=1.0),
        Entry(
            ("shifts", "understaffing_price"),
            "Price of a missing rep-hour, wages",
            now.shifts.understaffing_price,
            step=1.0,
        ),
        Entry(
            ("shifts", "programme"),
            "Shifts are chosen",
            now.shifts.programme,
            "loss_function: by expected cost; cover: to cover median and guard; two_stage: "
            "for sample paths, with calls in blocks",
            choices=PROGRAMMES,
        ),
        Entry(
            ("on_call", "guard"),
            "On-call guard, quantile of volume (0–1)",
            now.on_call.guard,
            "Primary and on-call together serve this quantile",
        ),
        Entry(("on_call", "standby_price"), "Standby hour, wages", now.on_call.standby_price),
        Entry(
            ("on_call", "activation_price"),
            "Hour called in, wages",
            now.on_call.activation_price,
            "Beside the standby",
        ),
        Entry(
            ("on_call", "min_activation_hours"),
            "A call lasts at least, hours",
            now.on_call.min_activation_hours,
            step=0.5,
        ),
        Entry(
            ("on_call", "notice_minutes"),
            "From the call until work, minutes",
            now.on_call.notice_minutes,
            "What waiting until the need shows costs depends on it",
            step=5,
        ),
        Entry(
            ("on_call", "least_primary"),
            "Primary serve at least, quantile of volume (0–1)",
            now.on_call.least_primary,
            "Where prices would rather call in; 0 leaves it to them",
        ),
        Entry(
            ("solver", "time_limit_seconds"),
            "Solver time limit, seconds",
            now.solver.time_limit_seconds,
            step=10.0,
        ),
        Entry(("solver", "gap"), "Solver gap, share of cost (0–1)", now.solver.gap, step=0.005),
        Entry(("solver", "seed"), "Solver seed", now.solver.seed, step=1),
    ]


def to_file(entry: Entry, given: Any) -> object:
    """Turn what was entered into what stands in the file.

    Raises
    ------
    InputError
        When it cannot be understood.
    """
    if entry.keys[-1] == "opening":
        return _hours(str(given))
    if entry.keys[-1] == "lengths_hours":
        return _lengths(str(given))
    return given


def _hours(text: str) -> object:
    if not text.strip():
        raise InputError(
            "Opening hours: found nothing; write Mon-Sun 00:00-24:00 for around the clock"
        )
    try:
        hours = WeeklyHours.from_text(text)
    except ValueError as error:
        raise InputError(f"Opening hours: {error}") from error
    table = tomlkit.inline_table()
    for part in filter(None, hours.to_text().split("; ")):
        days, _, windows = part.partition(" ")
        table[days] = windows
    return table


def _lengths(text: str) -> object:
    try:
        lengths = [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise InputError(
            f"Shift lengths: found {text!r}; write hours joined by commas, such as 4, 6, 8"
        ) from None
    return [int(hours) if hours == int(hours) else hours for hours in lengths]
