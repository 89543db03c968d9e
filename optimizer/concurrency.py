r"""How a rep works several conversations at once: from messages to throughput.

A rep is one pair of hands. Each of :math:`k` open conversations either waits for the hands or is
with the customer, so a rep is a machine-repair queue with :math:`k` machines. With :math:`a`
minutes to write a message and :math:`c' = c (1 - 1/M)` minutes of the customer's between two of
them, :math:`j` conversations wait for the hands with probability
:math:`\pi_k(j) \propto k!/(k-j)! \, (a/c')^j`, and :math:`(1 - \pi_k(0)) / (aM)` conversations
are completed per minute (Palm 1947; Luo and Zhang 2013, https://doi.org/10.1287/opre.1120.1129).
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from optimizer.pending_messages import pending_at_any_time
from optimizer.rep_speeds import MOST_UNEVEN, speeds_of

MAX_CONCURRENCY = 20
DEFAULT_REP_MESSAGES = 8.0
SPREADS = (0.1, 4.0)

Floats = npt.NDArray[np.float64]

ReplyOrder = Literal["first_come", "first_replies_first"]


@dataclass(frozen=True)
class Handling:
    """The ``[queues.NAME.handling]`` table: what one conversation asks of a rep.

    It is given in one of two ways: by its messages (`rep_messages`, `writing_minutes`,
    `customer_reply_minutes`), or by what a planner knows without logs (`conversations_per_hour`,
    `solo_minutes`), from which the times of messages follow. A field that was not given is None;
    `as_messages` and `as_throughput` translate.

    Parameters
    ----------
    concurrency
        Conversations that a rep handles at once, at most; 1 to 20.
    rep_messages
        Mean number of messages that the rep writes in a conversation; geometric, at least 1. It
        must be given with `writing_minutes`; beside `conversations_per_hour` it defaults to 8.
    writing_minutes
        Mean time of hands to write one of them.
    customer_reply_minutes
        Mean time until the customer answers; 0 where there is one message.
    patience_minutes
        Mean time that a customer waits for pick-up before abandoning.
    conversations_per_hour
        Completed by one rep who holds `concurrency` of them all the time.
    solo_minutes
        Duration of one conversation of a rep who holds nothing else.
    reply_order
        In which a rep writes what waits: ``first_come``, or ``first_replies_first``.
    writing_cv, customer_reply_cv, patience_cv
        Standard deviation over mean of the times, 0.1 to 4: 1 is exponential, anything else
        lognormal. What a rep completes and replies does not depend on the customers' spread.
    speed_cv
        Standard deviation over mean of the reps' speeds of writing, 0 to 0.5. They are lognormal,
        and `writing_minutes` is the median rep's (`optimizer.rep_speeds`).

    Raises
    ------
    ValueError
        When a field is missing or out of range, or when no hands could work like this: the message
        names the range that is possible.
    """

    concurrency: int
    rep_messages: float | None = None
    writing_minutes: float | None = None
    customer_reply_minutes: float | None = None
    patience_minutes: float = 20.0
    conversations_per_hour: float | None = None
    solo_minutes: float | None = None
    reply_order: ReplyOrder = "first_come"
    writing_cv: float = 1.0
    customer_reply_cv: float = 1.0
    patience_cv: float = 1.0
    speed_cv: float = 0.0

    def __post_init__(self) -> None:
        if self.reply_order not in get_args(ReplyOrder):
            raise ValueError(
                f"reply_order must be first_come or first_replies_first, not {self.reply_order!r}."
            )
        for name in ("writing_cv", "customer_reply_cv", "patience_cv"):
            _check_spread(name, getattr(self, name))
        if not 0 <= self.speed_cv <= MOST_UNEVEN:
            raise ValueError(
                f"speed_cv must lie from 0 (all reps alike) to {MOST_UNEVEN:g}, "
                f"not at {self.speed_cv:g}."
            )
        if self.concurrency != int(self.concurrency) or not 1 <= self.concurrency <= (
            MAX_CONCURRENCY
        ):
            raise ValueError(
                f"concurrency must be a whole number from 1 to {MAX_CONCURRENCY}, "
                f"not {self.concurrency:g}."
            )
        for name in ("writing_minutes", "patience_minutes", "conversations_per_hour"):
            _check_above_zero(name, getattr(self, name))
        _check_above_zero("solo_minutes", self.solo_minutes)
        reply = self.customer_reply_minutes
        if reply is not None and not 0 <= reply < math.inf:
            raise ValueError(
                f"customer_reply_minutes must be a finite number of at least 0, not {reply:g}."
            )
        if self.rep_messages is not None and not 1 <= self.rep_messages < math.inf:
            raise ValueError(
                f"rep_messages must be a finite number of at least 1, not {self.rep_messages:g}."
            )
        if self.conversations_per_hour is None and self.solo_minutes is None:
            self._check_messages()
        else:
            self._check_throughput()

    def _check_messages(self) -> None:
        for name in ("rep_messages", "writing_minutes", "customer_reply_minutes"):
            if getattr(self, name) is None:
                raise ValueError(
                    f"{name} is missing: give rep_messages, writing_minutes and "
                    "customer_reply_minutes, or conversations_per_hour and solo_minutes."
                )

    def _check_throughput(self) -> None:
        per_hour, solo = self.conversations_per_hour, self.solo_minutes
        if per_hour is not None and self.writing_minutes is not None:
            messages = self.rep_messages or DEFAULT_REP_MESSAGES
            ceiling = 60 / (messages * self.writing_minutes)
            if per_hour > ceiling:
                raise ValueError(
                    f"conversations_per_hour is {per_hour:g}, but one pair of hands completes at "
                    f"most 60 / touch minutes = 60 / ({messages:g} × {self.writing_minutes:g}) = "
                    f"{ceiling:.4g}; give fewer or correct writing_minutes."
                )
        if per_hour is None or solo is None:
            missing = "conversations_per_hour" if per_hour is None else "solo_minutes"
            raise ValueError(
                f"{missing} is missing: conversations_per_hour and solo_minutes go together."
            )
        for name in ("writing_minutes", "customer_reply_minutes"):
            if getattr(self, name) is not None:
                raise ValueError(
                    f"{name} follows from conversations_per_hour and solo_minutes; "
                    "give one or the other."
                )
        if self.rep_messages is not None and self.rep_messages <= 1:
            raise ValueError(
                "rep_messages must be above 1 beside conversations_per_hour: with a single "
                "message nothing can be handled at once; give writing_minutes instead."
            )
        self._check_possible(per_hour, solo)

    def _check_possible(self, per_hour: float, solo: float) -> None:
        if self.concurrency == 1:
            raise ValueError(
                "With concurrency 1 conversations_per_hour is 60 / solo_minutes and says nothing "
                "more; give rep_messages = 1, customer_reply_minutes = 0 and writing_minutes = "
                f"{solo:g} instead."
            )
        low, high = 60 / solo, 60 * self.concurrency / solo
        if not 1 + 1e-9 < per_hour * solo / 60 < self.concurrency * (1 - 1e-9):
            raise ValueError(
                f"conversations_per_hour is {per_hour:g}, but with {self.concurrency} at once and "
                f"{solo:g} minutes alone it lies between 60 / solo_minutes = {low:.4g} (nothing "
                f"gained by several at once) and {self.concurrency} times that, {high:.4g} "
                "(nothing lost), both excluded; correct one of the three."
            )


@dataclass(frozen=True)
class MessageTimes:
    """Mean number of the rep's messages, minutes to write one, minutes of the customer's reply."""

    rep_messages: float
    writing_minutes: float
    customer_reply_minutes: float

    @property
    def touch_minutes(self) -> float:
        """Time of hands that a conversation takes."""
        return self.rep_messages * self.writing_minutes

    @property
    def away_minutes(self) -> float:
        """Mean time between two of the rep's messages that is the customer's; 0 after the last."""
        return self.customer_reply_minutes * (1 - 1 / self.rep_messages)

    @property
    def solo_minutes(self) -> float:
        """Duration of a conversation of a rep who holds nothing else."""
        return self.rep_messages * (self.writing_minutes + self.away_minutes)


@lru_cache(maxsize=256)
def message_times(handling: Handling) -> MessageTimes:
    """Return the times of messages, whichever way the handling was given.

    Examples
    --------
    >>> times = message_times(Handling(4, conversations_per_hour=3.5, solo_minutes=25.0))
    >>> round(times.touch_minutes, 2), round(times.solo_minutes, 6)
    (17.12, 25.0)
    """
    if handling.conversations_per_hour is None or handling.solo_minutes is None:
        messages, writing = handling.rep_messages, handling.writing_minutes
        reply = handling.customer_reply_minutes
        if messages is None or writing is None or reply is None:
            raise ValueError("A handling without throughput has the times of its messages.")
        return MessageTimes(messages, writing, reply)
    gain = handling.conversations_per_hour * handling.solo_minutes / 60
    ratio = _hands_to_away(handling, gain)
    messages = handling.rep_messages or DEFAULT_REP_MESSAGES
    writing = _written(handling, ratio) * 60 / handling.conversations_per_hour / messages
    return MessageTimes(messages, writing, writing / ratio / (1 - 1 / messages))


def as_messages(handling: Handling) -> Handling:
    """Return the same handling given by its messages: what stays when `concurrency` is changed."""
    times = message_times(handling)
    return replace(
        handling,
        rep_messages=times.rep_messages,
        writing_minutes=times.writing_minutes,
        customer_reply_minutes=times.customer_reply_minutes,
        conversations_per_hour=None,
        solo_minutes=None,
    )


def as_throughput(handling: Handling) -> Handling:
    """Return the same handling given by throughput and the duration of a lone conversation.

    Raises
    ------
    ValueError
        When there is one conversation at once or one message in each: throughput then says too
        little to find the way back.
    """
    return replace(
        handling,
        rep_messages=message_times(handling).rep_messages,
        writing_minutes=None,
        customer_reply_minutes=None,
        conversations_per_hour=float(throughput_per_hour(handling)[-1]),
        solo_minutes=message_times(handling).solo_minutes,
    )


def writing_ratio(times: MessageTimes) -> float:
    """Return writing time over the customer's time between messages; infinite when that is 0."""
    away = times.away_minutes
    return times.writing_minutes / away if away > 0 else math.inf


@lru_cache(maxsize=256)
def _hands_busy(handling: Handling) -> tuple[tuple[float, ...], ...]:
    ratio, speeds = writing_ratio(message_times(handling)), speeds_of(handling.speed_cv)[0]
    levels = range(handling.concurrency + 1)
    return tuple(
        tuple(_busy(level, ratio / speed, handling.writing_cv) for level in levels)
        for speed in speeds.tolist()
    )


def _busy(level: int, ratio: float, writing_cv: float) -> float:
    # Summed rather than 1 less the first: hands that hardly ever write must not round to 0.
    return float(pending_at_any_time(level, ratio, writing_cv)[1:].sum())


def hands_busy_by_level(handling: Handling) -> Floats:
    """Return the share of time in which a rep writes who holds 0, 1, … `concurrency`; mean rep."""
    return np.asarray(speeds_of(handling.speed_cv)[1] @ np.array(_hands_busy(handling)))


def completion_rates(handling: Handling) -> Floats:
    """Return the conversations/minute that a rep completes who holds 0, 1, …; of the mean rep."""
    return np.asarray(speeds_of(handling.speed_cv)[1] @ completion_rates_by_speed(handling))


def completion_rates_by_speed(handling: Handling) -> Floats:
    """Return the same for reps of each of the speeds that stand for all, a row each."""
    speeds, _ = speeds_of(handling.speed_cv)
    written = speeds[:, None] * np.array(_hands_busy(handling))
    return np.asarray(written / message_times(handling).touch_minutes)


def lasting_shares(handling: Handling) -> Floats:
    r"""Return the share of new conversations that outlast their beginning, by level 0, 1, ….

    A conversation of geometric length is not memoryless: it begins in the hands, where one message
    in `M` is the last, while a conversation met at any time is mostly with the customer and has
    that wait still before it. Its duration :math:`d` is near a mixture of almost nothing and of an
    exponential time that is longer than the mean by as much. With a message at the hands for
    :math:`h` minutes, the chain hands, customer, hands, … ends at the slower of two rates
    :math:`\nu`, which solve :math:`\nu^2 - \nu (1/h + 1/c) + 1/(hMc) = 0`, and :math:`\nu d`
    lasts. Near one message in each that rate belongs to very few; the share that is not over after
    the first message, weighed with the customer's share of the duration, :math:`1 - c'/d`, is then
    larger and nearer. Times that are not exponential spread the duration more, or less.
    """
    times = message_times(handling)
    messages, reply = times.rep_messages, times.customer_reply_minutes
    durations = np.arange(1, handling.concurrency + 1) / completion_rates(handling)[1:]
    at_hands = durations / messages - times.away_minutes
    apart = np.sqrt((at_hands - reply) ** 2 + 4 * at_hands * reply * (1 - 1 / messages))
    slower = 2 * durations / messages / (at_hands + reply + apart)
    lasting = np.clip(np.maximum(slower, 1 - times.away_minutes / durations), 0.01, 1.0)
    # Almost nothing or exponential, the squared coefficient of variation is 2 / share - 1.
    spread = messages * times.writing_minutes**2 * (handling.writing_cv**2 - 1)
    spread += (messages - 1) * reply**2 * (handling.customer_reply_cv**2 - 1)
    lasting = np.clip(2 / np.maximum(2 / lasting + spread / durations**2, 1e-9), 0.01, 1.0)
    return np.concatenate([lasting[:1], lasting])


def throughput_per_hour(handling: Handling) -> Floats:
    """Return the conversations/hour that a rep completes who holds 0, 1, … `concurrency`.

    Examples
    --------
    >>> chat = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4.0)
    >>> [round(float(rate), 2) for rate in throughput_per_hour(chat)]
    [0.0, 1.76, 3.42, 4.94, 6.29]
    """
    return 60 * completion_rates(handling)


def _written(handling: Handling, ratio: float) -> float:
    """Return what all hands write at full concurrency, in times of the median rep."""
    shares = zip(*(each.tolist() for each in speeds_of(handling.speed_cv)), strict=True)
    level, spread = handling.concurrency, handling.writing_cv
    return math.fsum(share * speed * _busy(level, ratio / speed, spread) for speed, share in shares)


def _hands_to_away(handling: Handling, gain: float) -> float:
    """Solve for the ratio at which full concurrency completes `gain` times what one does."""
    from scipy.optimize import brentq

    def excess(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        return _written(handling, ratio) * (1 + ratio) / ratio - gain

    return math.exp(float(brentq(excess, math.log(1e-12), math.log(1e12), xtol=1e-14)))


def _check_spread(name: str, value: float) -> None:
    low, high = SPREADS
    if not low <= value <= high:
        raise ValueError(f"{name} must lie from {low:g} to {high:g}, not at {value:g}.")


def _check_above_zero(name: str, value: float | None) -> None:
    if value is not None and not 0 < value < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, not {value:g}.")
