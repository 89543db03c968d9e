r"""Work that may wait for hours: the backlog of e-mails and tickets through time.

What waits is messages. Conversations begin as a Poisson stream; every message takes the hands of
one rep for its writing time, mean :math:`a`; after it the conversation goes on with probability
:math:`1 - 1/M`, and the customer's answer is new work, :math:`c` minutes later on average, that
joins the end of the same line. So later replies are not done at once with the first one and not
spread evenly either: they come when customers answer, by day and by night.

The number of messages in hands or waiting, :math:`n`, is a birth-death chain: births at
:math:`\lambda(t) + r(t, n)`, deaths at :math:`\min(h(t), n)/a` with :math:`h(t)` hands, which may
be a fraction where hands are only spared. It is the workload recursion
:math:`W' = \max(0, W + A - c)` in the smallest steps of time, counted in messages, so that two
messages never share the hands of two reps and one message never has both. Answers come at
:math:`r(t, n) = (\bar m + \beta (n - \bar n))/c`, where :math:`m` conversations are with the
customer and :math:`\beta` is the regression of :math:`m` on :math:`n`, followed by the two moments'
own equations: when hands have done more than expected, more answers are to come. In equilibrium
:math:`\beta = 0` and the chain is exact (Jackson 1957, https://doi.org/10.1287/opre.5.4.518). For
writing times of another spread than the exponential one, what waits goes up and down the more (or
the less) by :math:`(cv^2 - 1)/2` of the messages that the hands complete; in equilibrium the mean
queue is then :math:`(1 + cv^2)/2` times the exponential one's (Lee and Longton 1959,
https://doi.org/10.1057/jors.1959.10).

Messages are answered in the order in which they came, which is also the order of their due times.
With :math:`n` ahead the reply is begun when :math:`q = n + 1 - h` of them are done, which takes
:math:`h` hands a time near :math:`\Gamma(q/cv^2, a\,cv^2)/h`, exactly so for exponential writing
and constant hands. The customer's clock runs in opening hours only. Beyond the last interval the
clock runs on and the hands of the last open interval stay.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from optimizer.staffing.chain import Path, cut, follow
from optimizer.staffing.hands import Hands
from optimizer.staffing.inbox_work import InboxWork

Floats = npt.NDArray[np.float64]

STEPS_PER_HOUR = 4
_MOST_STEPS = 64
_WIDTHS = 6.0
_SPARE_STATES = 12
_NEGLIGIBLE = 1e-11
_SLIGHT = 1e-6
_MOST_PIECES = 4
# Where two glimpses stand for all of an interval as closely as they can (Gauss and Legendre).
_GLIMPSES = (1 + np.array([-1.0, 1.0]) / math.sqrt(3)) / 2


@dataclass(frozen=True)
class Backlog:
    """What waits at an instant.

    Parameters
    ----------
    low
        The fewest messages in hands or waiting.
    chance
        How likely `low`, `low` + 1, … of them are.
    away
        Mean number of conversations that are with the customer and will come back.
    away_variance, together
        Its variance, and its covariance with the messages in hands or waiting.
    """

    low: int = 0
    chance: Floats = field(default_factory=lambda: np.ones(1))
    away: float = 0.0
    away_variance: float = 0.0
    together: float = 0.0

    @classmethod
    def trimmed(
        cls,
        low: int,
        chance: Floats,
        slight: float,
        away: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> "Backlog":
        """Leave out what is slightly likely at both ends, and let the rest sum to 1."""
        chance = np.maximum(chance, 0.0)
        below = np.cumsum(chance)
        first = int(np.searchsorted(below, slight))
        last = min(int(np.searchsorted(below, below[-1] - slight)), len(chance) - 1)
        kept = chance[first : last + 1]
        return cls(low + first, kept / kept.sum(), *away)

    @property
    def messages(self) -> Floats:
        """The number of messages in each state."""
        return np.arange(float(self.low), self.low + len(self.chance))


@dataclass(frozen=True)
class Glimpse:
    """The backlog that conversations beginning in a part of an interval find.

    Parameters
    ----------
    minute
        Of the grid.
    weight
        Share of the interval that it stands for.
    messages, chance
        In hands or waiting, and how likely.
    """

    minute: float
    weight: float
    messages: Floats
    chance: Floats


@dataclass(frozen=True)
class Passage:
    """An interval as the backlog went through it.

    Parameters
    ----------
    glimpses
        What those who begin in it find.
    busy
        Mean number of hands that write.
    returned
        Answers of customers that came.
    end
        What it hands on.
    """

    glimpses: tuple[Glimpse, ...]
    busy: float
    returned: float
    end: Backlog


def waiting_at_start(messages: float) -> Backlog:
    """Return a backlog of so many messages, between two whole numbers where it must be."""
    low = math.floor(messages)
    return Backlog(low, np.array([1 - (messages - low), messages - low]))


def pass_interval(
    backlog: Backlog, arrivals: float, hands: Hands, place: int, work: InboxWork
) -> Passage:
    """Take the backlog through an interval.

    Parameters
    ----------
    backlog
        What waits when it begins.
    arrivals
        Conversations that begin, per minute.
    hands
        At work, and the customer's clock.
    place
        Which interval it is.
    work
        What a conversation asks.
    """
    count, minutes = float(hands.count[place]), hands.minutes
    if hands.leavers[place]:
        before = float(hands.count[place - 1])
        backlog = _without_leavers(backlog, float(hands.leavers[place]), before, work)
    pieces = _pieces(minutes, work)
    length = minutes / pieces
    glimpses: list[Glimpse] = []
    busy = returned = 0.0
    for piece in range(pieces):
        step = _pass_piece(backlog, arrivals, count, length, work)
        begin = place * minutes + piece * length
        at = length * _GLIMPSES
        for minute, chance in zip(at, step.path.at(at), strict=True):
            found = Backlog.trimmed(step.low, chance, _SLIGHT)
            glimpses.append(
                Glimpse(
                    begin + float(minute),
                    1 / (pieces * len(at)),
                    found.messages,
                    found.chance,
                )
            )
        busy += step.busy / pieces
        returned += step.returned
        backlog = step.end
    return Passage(tuple(glimpses), busy, returned, backlog)


def _without_leavers(backlog: Backlog, leavers: float, before: float, work: InboxWork) -> Backlog:
    """Take the messages off the backlog that leavers finish after their shift.

    Answers to them are expected from then on.
    """
    messages = backlog.messages
    taken = np.minimum(
        work.taken_by_leaver * leavers * np.minimum(messages / before, 1.0), messages
    )
    rest = messages - taken
    whole = np.floor(rest).astype(np.int64)
    part, low = rest - whole, int(whole[0])
    size = int(whole[-1]) - low + 2
    chance = np.zeros(size)
    np.add.at(chance, whole - low, backlog.chance * (1 - part))
    np.add.at(chance, whole - low + 1, backlog.chance * part)
    joining = work.returning * float(backlog.chance @ taken)
    mean = float(backlog.chance @ messages)
    variance = float(backlog.chance @ (messages - mean) ** 2)
    shared = float(backlog.chance @ (messages * rest)) - mean * float(backlog.chance @ rest)
    return replace(
        backlog,
        low=low,
        chance=chance,
        away=backlog.away + joining,
        away_variance=backlog.away_variance + joining,
        together=_slope(backlog.together, variance) * shared,
    )


@dataclass(frozen=True)
class _Piece:
    path: Path
    low: int
    busy: float
    returned: float
    end: Backlog


def _pieces(minutes: float, work: InboxWork) -> int:
    """Return in how many pieces to cut an interval, so that answers do not lag behind."""
    if work.returning <= 0:
        return 1
    return min(max(math.ceil(minutes / max(work.customer_reply_minutes, 1e-9)), 1), _MOST_PIECES)


def _pass_piece(
    backlog: Backlog, arrivals: float, hands: float, minutes: float, work: InboxWork
) -> _Piece:
    writing, reply = work.writing_minutes, max(work.customer_reply_minutes, minutes / 2)
    messages = backlog.messages
    mean = float(backlog.chance @ messages)
    variance = float(backlog.chance @ (messages - mean) ** 2)
    writes = float(backlog.chance @ np.minimum(messages, hands))
    slope = _slope(backlog.together, variance)
    away = _mean_away(backlog.away, work.returning * writes / writing, reply, minutes)
    drift = arrivals + away / reply - writes / writing
    low, start = _room(backlog, arrivals + away / reply, hands, minutes, work)
    states = np.arange(float(low), low + len(start))
    apart = states - (mean + drift * minutes / 2)
    answers = np.maximum(away + slope * apart, 0.0) / reply
    births, deaths = arrivals + answers, np.minimum(hands, states) / writing
    spread = np.where(states > hands, (work.writing_cv**2 - 1) / 2 * deaths, 0.0)
    spread = np.maximum(spread, -births)
    births, deaths = births + spread, deaths + spread
    births[-1] = deaths[0] = 0.0
    steps = _steps(minutes, drift, variance)
    path = follow(
        births[:-1], -(births + deaths), deaths[1:], start, cut(minutes, steps, fine=steps == 1)
    )
    busy = float(path.mean @ np.minimum(hands, states))
    returned = float(path.mean @ answers) * minutes
    after = _away_after(backlog, path, states, hands, work, reply, minutes, returned)
    end = Backlog.trimmed(low, path.states[-1], _NEGLIGIBLE, after)
    return _Piece(path, low, busy, returned, end)


def _mean_away(away: float, joining: float, reply: float, minutes: float) -> float:
    """Return the mean number with the customer over a piece, when so many join per minute."""
    gone = reply / minutes * -math.expm1(-minutes / reply)
    return joining * reply * (1 - gone) + away * gone


def _away_after(
    backlog: Backlog,
    path: Path,
    states: Floats,
    hands: float,
    work: InboxWork,
    reply: float,
    minutes: float,
    returned: float,
) -> tuple[float, float, float]:
    """Return mean, variance and covariance of what is with the customer at the end of a piece."""
    share, rate = work.returning, 1 / work.writing_minutes
    if share <= 0:
        return 0.0, 0.0, 0.0
    at_work = np.minimum(hands, states)
    means, works = path.states @ states, path.states @ at_work
    variances = path.states @ states**2 - means**2
    busy = float(path.weights @ works)
    with_busy = float(path.weights @ (path.states @ (at_work * states) - works * means))
    pull = rate * _slope(with_busy, float(path.weights @ variances))
    away = max(backlog.away + share * rate * busy * minutes - returned, 0.0)
    leaving = (backlog.away + away) / 2 / reply
    speed = 1 / reply + pull
    source = backlog.away_variance / reply + share * rate * (with_busy - busy) - leaving
    fade = math.exp(-speed * minutes)
    together = backlog.together * fade + source * (1 - fade) / speed
    fade = math.exp(-2 * minutes / reply)
    spread = share * pull * (backlog.together + together) + share * rate * busy
    level = (spread + leaving) * reply / 2
    away_variance = max(backlog.away_variance * fade + level * (1 - fade), 0.0)
    bound = math.sqrt(max(float(variances[-1]), 0.0) * away_variance)
    return away, away_variance, float(np.clip(together, -bound, bound))


def _slope(together: float, variance: float) -> float:
    """Return a regression's slope, bounded: of one message more not more than one is to come."""
    return float(np.clip(together / variance, -1.0, 1.0)) if variance > 1e-9 else 0.0


def _room(
    backlog: Backlog, coming: float, hands: float, minutes: float, work: InboxWork
) -> tuple[int, Floats]:
    """Return the states that can be reached in a piece, and how likely each is now."""
    done = hands / work.writing_minutes
    noise = coming + max(work.writing_cv, 1.0) ** 2 * done
    wide = _WIDTHS * math.sqrt(noise * minutes) + _SPARE_STATES
    net = (coming - done) * minutes
    highest = backlog.low + len(backlog.chance) - 1
    low = max(0, math.floor(backlog.low + min(net, 0.0) - wide))
    # Below the number of hands messages are done in proportion to how many there are.
    high = math.ceil(min(max(highest, hands) + max(net, 0.0), highest + coming * minutes) + wide)
    start = np.zeros(high - low + 1)
    start[backlog.low - low : highest - low + 1] = backlog.chance
    return low, start


def _steps(minutes: float, drift: float, variance: float) -> int:
    """Return more steps for a narrow backlog that is carried across its own width in no time."""
    usual = max(2, math.ceil(STEPS_PER_HOUR * minutes / 60))
    width = math.sqrt(max(variance, 1.0))
    return min(max(usual, math.ceil(abs(drift) * minutes / width)), _MOST_STEPS)


def begun_in_time(passage: Passage, hands: Hands, work: InboxWork, within: float) -> float:
    """Return how likely the first reply to who begins in an interval is begun in time.

    Parameters
    ----------
    passage
        The interval.
    hands
        At work, in it and after it.
    work
        What a conversation asks.
    within
        Minutes of the customer's clock.
    """
    return _share(passage, hands, work, within, np.zeros(1), 1.0)


def answered_in_time(passage: Passage, hands: Hands, work: InboxWork, within: float) -> float:
    """Return how likely the first reply to who begins in an interval is sent in time.

    Parameters
    ----------
    passage, hands, work, within
        As in `begun_in_time`.
    """
    written = float(work.written_within(np.array([within]))[0])
    return _share(passage, hands, work, within, work.typical_minutes, written)


def _share(
    passage: Passage, hands: Hands, work: InboxWork, within: float, writing: Floats, at_once: float
) -> float:
    """Return the share of who begins that is in time, `writing` after the reply is begun.

    Parameters
    ----------
    writing
        Equally likely times that pass from then on.
    at_once
        How likely one is in time who need not wait.
    """
    share, ahead, weight, budget = 0.0, [], [], []
    for glimpse in passage.glimpses:
        due = hands.clock_at(glimpse.minute) + within
        held, gone = hands.at_once(glimpse.minute, due)
        first = glimpse.messages + 1 - held - work.taken_by_leaver * gone
        waits = int(np.searchsorted(first, 0.0, side="right"))
        share += glimpse.weight * at_once * float(glimpse.chance[:waits].sum())
        ahead.append(first[waits:])
        weight.append(glimpse.weight * glimpse.chance[waits:])
        done = hands.done_by(due - writing) - hands.done_at(glimpse.minute)
        budget.append(np.broadcast_to(done, (len(ahead[-1]), len(done))))
    done = work.done_within(np.concatenate(ahead)[:, None], np.concatenate(budget))
    share += float((np.concatenate(weight) @ done).mean())
    return min(share, 1.0)
