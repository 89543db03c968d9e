r"""Messages, writing time and customer reply time from what was seen of conversations.

What the export records is averaged: messages :math:`M`, writing time :math:`a`, customer reply
time :math:`c`. What it does not record is fitted by maximum likelihood to two things that follow
from the machine-repair law of `optimizer.concurrency`: completions at level :math:`k`, Poisson with
mean :math:`T_k (1 - \pi_k(0)) / (aM)` for :math:`T_k` rep-minutes at that level; and the time from
pick-up to first reply, :math:`a (1 + \mathrm{E} J)` in the mean with :math:`J \sim \pi_{k-1}`
messages ahead (Sevcik and Mitrani 1981, https://doi.org/10.1145/322248.322257).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import DEFAULT_REP_MESSAGES, MessageTimes
from optimizer.conversation_spans import Spans
from optimizer.level_exposure import Units

# Fewer rows with a number say nothing about its mean.
FEWEST_ROWS = 20

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Which means the export records; the others are fitted.

    Parameters
    ----------
    messages, writing, customer_reply
        Recorded per conversation.
    first_replies
        Whether the time from pick-up to first reply is known.
    """

    messages: bool
    writing: bool
    customer_reply: bool
    first_replies: bool

    @property
    def all_recorded(self) -> bool:
        """Whether nothing is left to fit."""
        return self.messages and self.writing and self.customer_reply

    @property
    def messages_assumed(self) -> bool:
        """Whether nothing tells messages and writing time apart."""
        return not self.messages and not self.writing and not self.first_replies


def unit_sums(spans: Spans, queue: str, units: Units) -> pd.DataFrame:
    """Add up what was recorded, by unit of resampling.

    Returns
    -------
    pandas.DataFrame
        A row per unit: counts and sums over the conversations that were picked up in it. A
        conversation that is still open at the end counts with the messages that it has so far,
        so that long ones are not missed; where those are not recorded, conversations of the last
        stretch are left out instead.
    """
    table = spans.table[spans.table["queue"] == queue]
    unit = units.number(table["rep_id"], table["start"].to_numpy())
    closed, silent = table["closed"], table["silent"]
    counts = table["messages"].notna() & ~silent & (table["messages"] >= 1) & ~table["forgotten"]
    if not (counts & ~closed).any():
        counts &= table["start"] < spans.finish - table["worked_s"].quantile(0.99)
    wrote = table["written_s"].notna() & (table["messages"] >= 1)
    gapped = table["gaps_s"].notna() & table["gaps"].notna() & ~silent
    messages, written, gaps, gaps_s = (
        table[name] for name in ("messages", "written_s", "gaps", "gaps_s")
    )
    columns: Mapping[str, pd.Series] = {
        "picked": pd.Series(1.0, index=table.index),
        "closed": closed,
        "silent": silent,
        "messages": messages.where(counts),
        "closings": counts & closed,
        "writers": wrote,
        "written": messages.where(wrote),
        "written_s": written.where(wrote),
        "written_s_sq": (written**2).where(wrote),
        "written_cross": (written * messages).where(wrote),
        "written_sq": (messages**2).where(wrote),
        "gappers": gapped & (gaps > 0),
        "gaps": gaps.where(gapped),
        "gaps_s": gaps_s.where(gapped),
        "gaps_s_sq": (gaps_s**2).where(gapped),
        "gaps_cross": (gaps_s * gaps).where(gapped),
        "gaps_sq": (gaps**2).where(gapped),
        "elapsed_s": table["elapsed_s"],
        "answered": closed & ~silent,
        "worked_s": table["worked_s"].where(~silent),
        "snoozed_s": table["snoozed_s"],
        "tail_s": table["tail_s"],
        "absent_s": table["absent_s"].where(closed),
    }
    sums = pd.DataFrame({name: column.astype(float) for name, column in columns.items()})
    inside = unit >= 0
    return sums[inside].groupby(unit[inside]).sum().reindex(range(units.count), fill_value=0.0)


def what_is_known(sums: Mapping[str, float], levels: Mapping[str, Floats]) -> Known:
    """Say which means the export records in enough conversations.

    Parameters
    ----------
    sums, levels
        As `fit_times` takes them.
    """
    return Known(
        messages=bool(sums["closings"] >= FEWEST_ROWS),
        writing=bool(sums["writers"] >= FEWEST_ROWS and sums["written_s"] > 0),
        customer_reply=bool(sums["gappers"] >= FEWEST_ROWS and sums["gaps_s"] > 0),
        first_replies=bool(levels["replies"].sum() >= FEWEST_ROWS),
    )


def fit_times(
    sums: Mapping[str, float],
    levels: Mapping[str, Floats],
    known: Known,
    start: MessageTimes | None = None,
) -> MessageTimes:
    """Average what is recorded and fit the rest.

    Parameters
    ----------
    sums
        Columns of `unit_sums`, added over units.
    levels
        Fields of `LevelExposure`, added over units: a value per level.
    known
        What is recorded.
    start
        Where the search begins.
    """
    messages = max(sums["messages"] / sums["closings"], 1.0) if known.messages else None
    writing = sums["written_s"] / sums["written"] / 60 if known.writing else None
    reply = sums["gaps_s"] / sums["gaps"] / 60 if known.customer_reply else None
    if known.messages_assumed:
        messages = DEFAULT_REP_MESSAGES
    if messages == 1.0:
        # Nobody waits for an answer.
        reply = 0.0
    given = (messages, writing, reply)
    if all(each is not None for each in given):
        return MessageTimes(*(float(each) for each in given if each is not None))
    return _fit_rest(given, levels, start or MessageTimes(5.0, 1.0, 4.0))


def _fit_rest(
    given: tuple[float | None, float | None, float | None],
    levels: Mapping[str, Floats],
    start: MessageTimes,
) -> MessageTimes:
    from scipy.optimize import minimize

    free = [place for place, each in enumerate(given) if each is None]
    highest = int(np.flatnonzero(levels["minutes"] + levels["replies"]).max(initial=1))
    levels = {name: values[: highest + 1] for name, values in levels.items()}
    first = (max(start.rep_messages - 1, 0.01), start.writing_minutes, start.customer_reply_minutes)
    use_replies = given[1] is None

    def times(logs: Floats) -> MessageTimes:
        values = list(given)
        for place, log in zip(free, np.clip(logs, -12, 12), strict=True):
            # Messages beyond the first, so that there is always one.
            values[place] = float(np.exp(log)) + (place == 0)
        return MessageTimes(*(float(each) for each in values if each is not None))

    def badness(logs: Floats) -> float:
        return -_log_likelihood(times(logs), levels, use_replies=use_replies)

    guess = np.log([first[place] for place in free])
    found = minimize(
        badness,
        np.asarray(guess, dtype=np.float64),
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-6, "maxiter": 2000},
    )
    return times(np.asarray(found.x, dtype=np.float64))


def _log_likelihood(
    times: MessageTimes, levels: Mapping[str, Floats], *, use_replies: bool
) -> float:
    pending = pending_by_level(len(levels["minutes"]) - 1, times)
    held = levels["minutes"][1:] > 0
    rates = pending[1:, 1:].sum(axis=1)[held] / times.touch_minutes
    done, minutes = levels["completions"][1:][held], levels["minutes"][1:][held]
    total = done @ np.log(rates) - minutes @ rates
    if use_replies:
        # That of exponential times needs their means alone, and so holds for others too.
        means = times.writing_minutes * (1 + pending[:-1] @ np.arange(len(pending)))
        replies, reply_minutes = levels["replies"][1:], levels["reply_minutes"][1:]
        total -= replies @ np.log(means) + (reply_minutes / means).sum()
    return float(total)


def pending_by_level(highest: int, times: MessageTimes) -> Floats:
    """Return how likely 0, 1, … messages wait for the hands (columns) at each level (rows).

    All levels at once: a search asks for this some ten thousand times.
    """
    from scipy.special import gammaln

    level, waiting = np.indices((highest + 1, highest + 1))
    ratio = times.writing_minutes / max(times.away_minutes, 1e-9)
    logs = gammaln(level + 1) - gammaln(np.maximum(level - waiting, 0) + 1)
    logs = np.where(waiting <= level, logs + waiting * np.log(ratio), -np.inf)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def spread_of(sums: Mapping[str, float], count: str) -> float:
    """Return the coefficient of variation of one message's time from sums over conversations.

    Parameters
    ----------
    sums
        Columns of `unit_sums`, added over units.
    count
        ``written`` for the rep's messages, ``gaps`` for the customer's answers.
    """
    mean = sums[f"{count}_s"] / sums[count]
    residual = sums[f"{count}_s_sq"] - 2 * mean * sums[f"{count}_cross"]
    residual += mean**2 * sums[f"{count}_sq"]
    return float(np.sqrt(max(residual, 0.0) / sums[count]) / mean)
