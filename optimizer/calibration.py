"""Handling of every queue, learnt from the team's own conversations, with its uncertainty."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.conversations import Conversations
from data.errors import InputError
from optimizer.concurrency import Handling, MessageTimes, throughput_per_hour
from optimizer.conversation_spans import Spans, spans_of
from optimizer.handling_fit import Known, fit_times, spread_of, what_is_known
from optimizer.patience import Patience, learn_patience
from optimizer.resampling import Estimate, Resampled, resample

# A fit takes its time, and a hundred draws tell a spread within 7 %.
DRAWS_FITTED = 100
WEEK_S = 604_800.0
FEWEST_FITTED = 50
# Of the pick-ups, how many and which share must reach a level for it to be no accident.
_REACHED, _REACHED_SHARE = 3, 0.003
# How far from an exponential law a spread must be to matter, and what `Handling` takes.
_CV_APART = 0.1
_CV_RANGE = (0.1, 4.0)

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, float], None]
# The weights of each draw of units, and the times that it gives.
Draws = list[tuple[Floats, MessageTimes]]


@dataclass(frozen=True)
class Shape:
    """How much single messages' times vary, 1 where they may be exponential."""

    writing_cv: float = 1.0
    customer_reply_cv: float = 1.0


@dataclass(frozen=True)
class QueueCalibration:
    """What the conversations of a queue say about its handling.

    Parameters
    ----------
    queue
        Name.
    handling
        The estimates as settings; patience is the default where nobody left, and a spread is 1
        unless the data rule that out.
    known
        What the export records; the rest was fitted.
    rep_messages, writing_minutes, customer_reply_minutes
        Of a conversation that was not left unseen.
    writing_cv, customer_reply_cv
        Coefficient of variation of one message's time; None where no sums are recorded.
    patience
        None when nobody waited, or nobody recorded who left.
    solo_minutes
        Duration of a lone conversation.
    ceiling
        Conversations/hour that one pair of hands cannot exceed.
    levels
        A row per ``level``: ``rep_hours`` held and their ``share``, ``completions``, ``observed``
        (per hour, raw), ``per_hour`` (by the fitted law) with ``low`` and ``high``.
    reached
        Share of pick-ups by which a rep came to hold `handling.concurrency` or more.
    pace
        Completions over those that the law makes of the recorded times; None where it was fitted.
    silent_share
        Of the conversations picked up, those whose customer had left unseen; None when nobody can
        tell.
    elapsed_minutes, adjusted_minutes
        Mean from pick-up to close; and without snoozes, tails, absences and customers who left
        unseen.
    snoozed_share, tail_share, absent_share
        Of the elapsed time.
    units, unit
        How many rep-days or rep-hours were resampled, and which of the two.
    begin, end
        Of the time that was learnt from.
    """

    queue: str
    handling: Handling
    known: Known
    rep_messages: Estimate
    writing_minutes: Estimate
    customer_reply_minutes: Estimate
    writing_cv: Estimate | None
    customer_reply_cv: Estimate | None
    patience: Patience | None
    solo_minutes: Estimate
    ceiling: Estimate
    levels: pd.DataFrame
    reached: float
    pace: Estimate | None
    silent_share: Estimate | None
    elapsed_minutes: Estimate
    adjusted_minutes: Estimate
    snoozed_share: float
    tail_share: float
    absent_share: float
    units: int
    unit: str
    begin: pd.Timestamp
    end: pd.Timestamp


@dataclass(frozen=True)
class Calibration:
    """What a team's conversations say about handling.

    Parameters
    ----------
    queues
        One each, by name.
    skipped
        Queues of which no rep closed a conversation, and why nothing is known of them.
    left_out
        Conversations closed without a rep or a pick-up being stated.
    forgotten
        Conversations never closed, though almost all others of their age are.
    """

    queues: tuple[QueueCalibration, ...]
    skipped: Mapping[str, str]
    left_out: int
    forgotten: int


def calibrate(
    conversations: Conversations,
    source: str,
    *,
    queue: str | None = None,
    weeks: int | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Calibration:
    """Learn the handling of every queue.

    Parameters
    ----------
    conversations
        Of the whole team: what a rep holds of other queues matters too.
    source
        Name of the export, for messages.
    queue
        The only one to learn; all when None.
    weeks
        How many of the last weeks to learn from; all when None.
    seed
        Of the resampling.
    progress
        Told of the queue at work and the share that is done.

    Raises
    ------
    InputError
        When a needed column is missing, a queue is unknown, or there is too little to learn from.
    """
    names = conversations.queues if queue is None else (queue,)
    if queue is not None and queue not in conversations.queues:
        raise InputError(
            f"--queue: found {queue!r}; the conversations know {', '.join(conversations.queues)}"
        )
    spans = spans_of(conversations.table, source)
    begin = _begin(spans, weeks)
    learnt: list[QueueCalibration] = []
    skipped: dict[str, str] = {}
    for number, name in enumerate(names):
        if progress is not None:
            progress(f"Learn {name}", number / len(names))
        data = resample(spans, name, begin, seed)
        reason = _unknowable(data)
        if reason is None:
            patience = learn_patience(conversations.table, spans, name, begin, seed)
            learnt.append(_learn(data, spans, name, begin, patience))
        else:
            skipped[name] = reason
    if not learnt:
        name, reason = next(iter(skipped.items()))
        raise InputError(f"{source}: queue {name} {reason}")
    forgotten = int(spans.table["forgotten"].sum())
    return Calibration(tuple(learnt), skipped, spans.left_out, forgotten)


def _begin(spans: Spans, weeks: int | None) -> float:
    """Return when to begin: as asked, and once what was open before the export is mostly over."""
    table = spans.table
    warm = spans.begin + float(table["worked_s"].quantile(0.95))
    asked = spans.begin if weeks is None else spans.finish - weeks * WEEK_S
    return max(warm, asked) if (table["start"] > max(warm, asked)).any() else spans.begin


def _unknowable(data: Resampled) -> str | None:
    """Say why nothing can be learnt of a queue, if so."""
    levels = data.by_level(data.as_seen)
    done, seen = levels["completions"].sum(), int((levels["minutes"] > 0).sum())
    if not done or not levels["pick_ups"].sum():
        return (
            "has no conversation that was closed by a rep who held none of another queue; give "
            "more weeks"
        )
    known = what_is_known(data.added(data.as_seen), levels)
    if known.all_recorded or (done >= FEWEST_FITTED and (known.first_replies or seen > 1)):
        return None
    return (
        f"has {done:.0f} conversations closed, at {seen} levels of concurrency; without "
        f"rep_messages, writing_s and customer_gap_s of 20 of them, {FEWEST_FITTED} at 2 levels "
        "are needed: give more weeks, or export those columns"
    )


def _learn(
    data: Resampled, spans: Spans, queue: str, begin: float, patience: Patience | None
) -> QueueCalibration:
    whole, levels = data.added(data.as_seen), data.by_level(data.as_seen)
    known = what_is_known(whole, levels)
    times = fit_times(whole, levels, known)
    drawn = _draw_times(data, known, times)
    concurrency, reached = _concurrency(levels["pick_ups"])
    done = levels["completions"].sum()
    writing_cv = _spread(data, "written", "messages") if known.writing else None
    reply_cv = _spread(data, "gaps", "replies") if known.customer_reply else None
    shape = Shape(_evident(writing_cv), _evident(reply_cv))
    return QueueCalibration(
        queue,
        _handling(concurrency, times, shape, patience),
        known,
        **_times_estimates(data, known, times, drawn),
        writing_cv=writing_cv,
        customer_reply_cv=reply_cv,
        patience=patience,
        solo_minutes=data.estimate(
            times.solo_minutes, [each.solo_minutes for _, each in drawn], done, "completions"
        ),
        ceiling=data.estimate(
            60 / times.touch_minutes,
            [60 / each.touch_minutes for _, each in drawn],
            done,
            "completions",
        ),
        levels=_levels(data, concurrency, times, drawn, shape),
        reached=reached,
        pace=_pace(data, times, drawn, shape) if known.all_recorded else None,
        silent_share=_silent_share(data, known),
        elapsed_minutes=data.ratio("elapsed_s", "closed", 1 / 60, "conversations"),
        adjusted_minutes=data.ratio("worked_s", "answered", 1 / 60, "conversations"),
        snoozed_share=whole["snoozed_s"] / whole["elapsed_s"],
        tail_share=whole["tail_s"] / whole["elapsed_s"],
        absent_share=whole["absent_s"] / whole["elapsed_s"],
        units=data.units,
        unit=data.unit,
        begin=pd.Timestamp(round(begin), unit="s", tz="UTC"),
        end=pd.Timestamp(round(spans.finish), unit="s", tz="UTC"),
    )


def _draw_times(data: Resampled, known: Known, times: MessageTimes) -> Draws:
    """Return what resampled units give, leaving out draws that have nothing to average."""
    drawn = []
    for weights in data.weights if known.all_recorded else data.weights[:DRAWS_FITTED]:
        sums = data.added(weights)
        needed = (
            (known.messages, "closings"),
            (known.writing, "written"),
            (known.customer_reply, "gaps"),
        )
        if all(sums[name] > 0 for is_known, name in needed if is_known):
            drawn.append((weights, fit_times(sums, data.by_level(weights), known, times)))
    return drawn


def _evident(cv: Estimate | None) -> float:
    """Return a coefficient of variation where the data rule an exponential law out, else 1."""
    if cv is None or cv.low <= 1 <= cv.high or abs(cv.value - 1) < _CV_APART:
        return 1.0
    return min(max(cv.value, _CV_RANGE[0]), _CV_RANGE[1])


def _handling(
    concurrency: int, times: MessageTimes, shape: Shape, patience: Patience | None = None
) -> Handling:
    found = Handling(
        concurrency,
        rep_messages=times.rep_messages,
        writing_minutes=times.writing_minutes,
        customer_reply_minutes=times.customer_reply_minutes,
        writing_cv=shape.writing_cv,
        customer_reply_cv=shape.customer_reply_cv,
    )
    if patience is None or patience.mean_minutes is None:
        return found
    spread = min(max(patience.cv or 1.0, _CV_RANGE[0]), _CV_RANGE[1])
    return replace(found, patience_minutes=patience.mean_minutes, patience_cv=spread)


def _concurrency(pick_ups: Floats) -> tuple[int, float]:
    """Return the highest level that pick-ups reach more than by accident, and how often."""
    at_least = np.cumsum(pick_ups[::-1])[::-1]
    needed = min(max(_REACHED, _REACHED_SHARE * at_least[0]), at_least[0])
    level = max(int(np.flatnonzero(at_least >= needed)[-1]), 1)
    return level, float(at_least[level] / at_least[0])


def _spread(data: Resampled, count: str, of: str) -> Estimate:
    """Estimate how much single messages' times vary."""
    draws = [data.added(weights) for weights in data.weights]
    values = [spread_of(each, count) for each in draws if each[f"{count}_s"] > 0]
    whole = data.added(data.as_seen)
    return data.estimate(spread_of(whole, count), values, whole[count], of)


def _times_estimates(
    data: Resampled, known: Known, times: MessageTimes, drawn: Draws
) -> dict[str, Estimate]:
    whole, levels = data.added(data.as_seen), data.by_level(data.as_seen)
    done = (levels["completions"].sum(), "completions, fitted")
    replies = (levels["replies"].sum(), "first replies, fitted")
    fitted = replies if known.first_replies else done
    rests_on = {
        "rep_messages": (whole["closings"], "conversations") if known.messages else done,
        "writing_minutes": (whole["written"], "messages") if known.writing else fitted,
        "customer_reply_minutes": (whole["gaps"], "replies") if known.customer_reply else done,
    }
    return {
        name: data.estimate(getattr(times, name), [getattr(each, name) for _, each in drawn], *n_of)
        for name, n_of in rests_on.items()
    }


def _levels(
    data: Resampled, concurrency: int, times: MessageTimes, drawn: Draws, shape: Shape
) -> pd.DataFrame:
    levels = data.by_level(data.as_seen)
    hours, done = levels["minutes"] / 60, levels["completions"]
    fitted = throughput_per_hour(_handling(concurrency, times, shape))
    curves = np.array(
        [throughput_per_hour(_handling(concurrency, each, shape)) for _, each in drawn]
    )
    rows = []
    for level in range(1, concurrency + 1):
        law = data.estimate(fitted[level], curves[:, level], done[level], "completions")
        rows.append(
            {
                "level": level,
                "rep_hours": hours[level],
                "share": hours[level] / hours.sum(),
                "completions": int(done[level]),
                "observed": done[level] / hours[level] if hours[level] else math.nan,
                "per_hour": law.value,
                "low": law.low,
                "high": law.high,
            }
        )
    return pd.DataFrame(rows)


def _pace(data: Resampled, times: MessageTimes, drawn: Draws, shape: Shape) -> Estimate:
    """Compare completions with what the law says for the time spent at each level."""
    seen = data.by_level(data.as_seen)["minutes"]
    highest = max(int(np.flatnonzero(seen).max(initial=1)), 1)

    def pace(weights: Floats, of: MessageTimes) -> float:
        levels = data.by_level(weights)
        rates = throughput_per_hour(_handling(highest, of, shape)) / 60
        expected = float(levels["minutes"][: highest + 1] @ rates)
        return float(levels["completions"].sum() / expected) if expected else math.nan

    draws = [pace(weights, each) for weights, each in drawn]
    done = float(data.levels["completions"].sum())
    return data.estimate(pace(data.as_seen, times), draws, done, "completions")


def _silent_share(data: Resampled, known: Known) -> Estimate | None:
    if not (known.messages and known.first_replies):
        return None
    return data.ratio("silent", "closed", 1.0, "conversations")
