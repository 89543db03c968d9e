r"""What to tell a planner of concurrency: how many conversations at once pay, and what they give.

More conversations at once raise what a rep completes, up to the ceiling of one pair of hands, but
every further one also waits for the same hands. Reps needed for pick-up therefore keep falling
where reps needed for the first reply have stopped: the curve over the concurrency shows where.
Messages stay as they are along it, for a rep who holds more does not write faster. The curve is
that of a busy hour that lasts (`optimizer.staffing.steady`): what an hour before left over would
only blur it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import InputError
from optimizer.concurrency import (
    Handling,
    as_messages,
    hands_busy_by_level,
    message_times,
    throughput_per_hour,
)
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import delay_of
from optimizer.service_policy import Clock
from optimizer.staffing.search import Promise
from optimizer.staffing.steady import steady_abandonment, steady_reps

# Conversations at once that are tried, or as many as the settings state.
LEVELS = 10
# Of the reps: what saves less is not worth more conversations in every rep's head.
WORTH = 0.02
CLOCKS: tuple[Clock, ...] = ("pick_up", "first_reply")


@dataclass(frozen=True)
class ConcurrencyAdvice:
    """How many conversations at once pay for a queue.

    Parameters
    ----------
    queue
        Its name.
    contacts_per_hour
        Hour after hour.
    stated
        Conversations at once that the settings state.
    clock
        Which event the queue's promise counts.
    curve
        A row per number of conversations at once: ``concurrency``, and the fewest reps on duty that
        keep the promise counted by ``pick_up`` and by ``first_reply``; NaN where even unlimited
        reps would not keep it. ``abandonment`` is the share of customers who give up before pick-up
        with the reps that `clock` asks for: few reps may suffice because many left.
    """

    queue: str
    contacts_per_hour: float
    stated: int
    clock: Clock
    curve: pd.DataFrame

    def recommended(self, clock: Clock) -> int | None:
        """Return the fewest conversations at once from which on less than `WORTH` is saved.

        None where no number of reps keeps the promise.
        """
        reps = self.curve[clock].to_numpy(dtype=float)
        if np.isnan(reps).any():
            return None
        enough = reps <= reps.min() * (1 + WORTH)
        return int(self.curve["concurrency"].to_numpy()[np.argmax(enough)])

    def reps(self, concurrency: int, clock: Clock) -> float:
        """Return the reps on duty with so many conversations at once; NaN where none suffice."""
        return self._at(concurrency, clock)

    def abandonment(self, concurrency: int) -> float:
        """Return the share of customers who give up with so many conversations at once."""
        return self._at(concurrency, "abandonment")

    def _at(self, concurrency: int, column: str) -> float:
        row = self.curve["concurrency"] == concurrency
        return float(self.curve.loc[row, column].iloc[0])


def advise_concurrency(
    queue: str, settings: QueueSettings, contacts_per_hour: float
) -> ConcurrencyAdvice:
    """Staff a busy hour once for every number of conversations at once.

    Parameters
    ----------
    queue, settings
        A real-time queue and what it states; all but the concurrency is kept.
    contacts_per_hour
        Above 0, such as those of its busiest hour.

    Raises
    ------
    InputError
        When no number of reps keeps the queue's own promise.
    """
    rows = []
    for concurrency in range(1, max(LEVELS, settings.handling.concurrency) + 1):
        tried = with_concurrency(settings, concurrency)
        row: dict[str, float] = {"concurrency": concurrency}
        for clock in CLOCKS:
            row[clock] = _whole_reps(clock, queue, tried, contacts_per_hour)
        reps = int(row[settings.service.clock])
        row["abandonment"] = steady_abandonment(contacts_per_hour, tried.handling, reps)
        rows.append(row)
    return ConcurrencyAdvice(
        queue,
        contacts_per_hour,
        settings.handling.concurrency,
        settings.service.clock,
        pd.DataFrame(rows).astype({"concurrency": int}),
    )


def with_concurrency(settings: QueueSettings, concurrency: int) -> QueueSettings:
    """Return the settings with so many conversations at once and the messages as they are."""
    if concurrency == settings.handling.concurrency:
        return settings
    handling = replace(as_messages(settings.handling), concurrency=concurrency)
    return replace(settings, handling=handling)


def _whole_reps(
    clock: Clock, queue: str, settings: QueueSettings, contacts_per_hour: float
) -> float:
    by = replace(settings, service=replace(settings.service, clock=clock))
    try:
        return float(math.ceil(_reps(queue, by, contacts_per_hour)))
    except InputError:
        if clock == settings.service.clock:
            raise
        return math.nan


def _reps(queue: str, settings: QueueSettings, contacts_per_hour: float) -> float:
    service = settings.service
    promise = Promise(
        target=service.target,
        within_minutes=service.within_seconds / 60,
        delay=delay_of(queue, settings),
        max_hands_busy=service.max_hands_busy,
    )
    return steady_reps(contacts_per_hour, settings.handling, promise)


def level_table(handling: Handling) -> pd.DataFrame:
    """Translate messages into what a rep completes, at every level up to the concurrency.

    Returns
    -------
    pandas.DataFrame
        A row per number of conversations that a rep holds all the time: ``level``,
        ``conversations_per_hour`` completed, ``minutes`` that each of them takes, and
        ``hands_busy``, the share of time in which the rep writes.
    """
    per_hour = throughput_per_hour(handling)[1:]
    level = np.arange(1, handling.concurrency + 1)
    return pd.DataFrame(
        {
            "level": level,
            "conversations_per_hour": per_hour,
            "minutes": 60 * level / per_hour,
            "hands_busy": hands_busy_by_level(handling)[1:],
        }
    )


def ceiling_per_hour(handling: Handling) -> float:
    """Return the conversations/hour that one pair of hands completes at most."""
    return 60 / message_times(handling).touch_minutes


@dataclass(frozen=True)
class RelativePace:
    """What a rep of one queue completes, beside a rep of another.

    All three figures are contacts per rep-hour on duty, at the same contacts per hour and with just
    enough reps for the promise, in fractions.

    Parameters
    ----------
    queue, beside
        Whose pace, and by whose it is measured, such as live by the inbox.
    own
        Of the queue's conversations under its promise.
    other
        Of the other's conversations under the other's promise.
    other_as_promised
        Of the other's conversations under the first queue's promise.
    """

    queue: str
    beside: str
    own: float
    other: float
    other_as_promised: float

    @property
    def ratio(self) -> float:
        """The queue's pace as a share of the other's, each under its own promise."""
        return self.own / self.other

    @property
    def by_conversations(self) -> float:
        """The same with both under the queue's promise: what its conversations alone cost."""
        return self.own / self.other_as_promised

    @property
    def by_promise(self) -> float:
        """What the queue's promise alone costs: `ratio` is the product of the two."""
        return self.other_as_promised / self.other


def relative_pace(
    queue: str, queues: Mapping[str, QueueSettings], contacts_per_hour: float
) -> RelativePace | None:
    """Measure a real-time queue by the one whose reps would complete most, were they its contacts.

    Parameters
    ----------
    queue
        Whose pace.
    queues
        Settings by name.
    contacts_per_hour
        Above 0: the queue's, at which all are measured.

    Returns
    -------
    RelativePace or None
        None when no other queue is faster, or reps of the other could not keep the queue's promise.
    """
    own = _pace(queue, queues[queue], contacts_per_hour)
    others = {
        name: _pace(name, settings, contacts_per_hour) or 0.0
        for name, settings in queues.items()
        if name != queue
    }
    beside = max(others, key=lambda name: others[name], default=queue)
    if own is None or beside == queue or others[beside] <= own:
        return None
    here = queues[queue]
    promised = replace(queues[beside], channel=here.channel, service=here.service)
    as_promised = _pace(beside, promised, contacts_per_hour)
    if as_promised is None:
        return None
    return RelativePace(queue, beside, own, others[beside], as_promised)


def _pace(queue: str, settings: QueueSettings, contacts_per_hour: float) -> float | None:
    """Return contacts per rep-hour on duty; None when no number of reps keeps the promise.

    Where replies may wait for hours, hands are all that counts.
    """
    if settings.is_asynchronous:
        return settings.service.max_hands_busy * ceiling_per_hour(settings.handling)
    try:
        return contacts_per_hour / _reps(queue, settings, contacts_per_hour)
    except InputError:
        return None
