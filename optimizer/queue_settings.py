"""The settings of a queue, and which queues are worked by the same hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from data.week import WeeklyHours
from optimizer.concurrency import Handling
from optimizer.service_policy import ServicePolicy

Channel = Literal["chat", "phone", "email", "ticket"]
ASYNCHRONOUS = ("email", "ticket")
LEAST_WITHIN_SECONDS = 900.0


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
        if self.is_asynchronous:
            _check_asynchronous(self)
        if self.fill_with and self.service.target_per != "hour":
            raise ValueError(
                "fill_with counts on the hands that a target per hour leaves to spare; give the "
                'service target_per = "hour", or leave fill_with out.'
            )
        if self.expected_per_week is not None:
            if self.like is None:
                raise ValueError("expected_per_week goes with like, the queue to resemble.")
            if not 0 < self.expected_per_week < float("inf"):
                raise ValueError("expected_per_week must be a finite number above 0.")

    @property
    def is_asynchronous(self) -> bool:
        """Whether contacts may wait for hours, rather than being answered as they come."""
        return self.channel in ASYNCHRONOUS


def _check_asynchronous(settings: QueueSettings) -> None:
    """Refuse settings of an asynchronous queue that only a chat or phone queue can have."""
    service = settings.service
    if settings.fill_with:
        raise ValueError(
            f"fill_with is of chat and phone queues, whose hands have time to spare; "
            f"a queue of channel {settings.channel} is one that they fill with."
        )
    if service.within_seconds < LEAST_WITHIN_SECONDS:
        raise ValueError(
            f"A queue of channel {settings.channel} is worked when there is time: give its service "
            f"within_seconds of at least {LEAST_WITHIN_SECONDS:g} (a quarter of an hour), not "
            f'{service.within_seconds:g}, or make it a queue of channel "chat".'
        )
    if service.target_per != "hour":
        raise ValueError(
            f"target_per is of chat and phone queues; a queue of channel {settings.channel} has "
            "hours to answer in already: leave it out."
        )
    if service.min_reps > 1:
        raise ValueError(
            f"min_reps is of chat and phone queues; a queue of channel {settings.channel} may be "
            "left alone for an hour: leave it out."
        )
    if settings.handling.reply_order != "first_come":
        raise ValueError(
            f"A queue of channel {settings.channel} is answered in the order in which messages "
            "come; leave reply_order out."
        )
    if service.routing != "fewest":
        raise ValueError(
            f"routing is of chat and phone queues; a queue of channel {settings.channel} is worked "
            "off in the order in which messages come: leave it out."
        )
    if settings.handling.speed_cv:
        raise ValueError(
            f"speed_cv is of chat and phone queues; a queue of channel {settings.channel} is "
            "worked off by all hands together: leave it out."
        )


def order_of_filling(queues: Mapping[str, QueueSettings]) -> tuple[str, ...]:
    """Return the asynchronous queues such that each comes after those that are filled before it.

    Raises
    ------
    ValueError
        When a ``fill_with`` names a queue that is unknown or real-time, or one twice, or when two
        of them want the same queues in opposite orders.
    """
    before: dict[str, set[str]] = {
        name: set() for name, queue in queues.items() if queue.is_asynchronous
    }
    for name, queue in queues.items():
        for place, filled in enumerate(queue.fill_with):
            if filled not in before:
                known = ", ".join(before) or "none"
                what = "is a real-time queue" if filled in queues else "is unknown"
                raise ValueError(
                    f"queue {name}: fill_with names {filled!r}, which {what}; asynchronous queues "
                    f"(channel email or ticket) are: {known}."
                )
            if filled in queue.fill_with[:place]:
                raise ValueError(f"queue {name}: fill_with names {filled!r} twice.")
            before[filled] |= set(queue.fill_with[:place])
    ordered: list[str] = []
    while len(ordered) < len(before):
        free = sorted(name for name in before if name not in ordered and before[name] <= {*ordered})
        if not free:
            rest = " and ".join(sorted(set(before) - {*ordered}))
            raise ValueError(f"fill_with lists {rest} in opposite orders; choose one for all.")
        ordered.append(free[0])
    return tuple(ordered)


def worked_together(
    names: Iterable[str], queues: Mapping[str, QueueSettings]
) -> tuple[tuple[str, ...], ...]:
    """Part queues into those whose reps depend on each other; most depend on no other."""
    blended: list[str] = []
    alone: list[tuple[str, ...]] = []
    for name in sorted(names):
        if queues[name].fill_with or queues[name].is_asynchronous:
            blended.append(name)
        else:
            alone.append((name,))
    return (*alone, tuple(blended)) if blended else tuple(alone)
