"""How long reps held how many conversations, and what they completed meanwhile."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.concurrency import MAX_CONCURRENCY
from optimizer.conversation_spans import ABSENT_AFTER_S, Spans

LEVELS = MAX_CONCURRENCY + 1

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class LevelExposure:
    """What was seen at each level of concurrency, by unit of resampling.

    Parameters
    ----------
    minutes
        Shape (units, 21): rep-minutes in which exactly 0, 1, … conversations were open.
    completions
        The same shape: conversations completed by a rep who until then held so many.
    replies, reply_minutes
        The same shape: first replies after a pick-up to so many, the new one included, and the
        sum of the minutes that they took.
    pick_ups
        The same shape: pick-ups to so many, where no snooze makes the level unsure.
    """

    minutes: Floats
    completions: Floats
    replies: Floats
    reply_minutes: Floats
    pick_ups: Floats


@dataclass(frozen=True)
class Units:
    """What is resampled: a rep's day, or a rep's hour where there are few days.

    Parameters
    ----------
    reps
        Whose.
    begin, finish
        Seconds since the epoch; nothing outside is counted.
    period_s
        Length of a unit.
    """

    reps: tuple[str, ...]
    begin: float
    finish: float
    period_s: float

    @property
    def periods(self) -> int:
        """How many there are of each rep."""
        return int(self.finish // self.period_s - self.begin // self.period_s) + 1

    @property
    def count(self) -> int:
        """How many there are of all reps, those without work included."""
        return len(self.reps) * self.periods

    def number(self, reps: pd.Series, at: Floats) -> npt.NDArray[np.int64]:
        """Return the unit of each rep and instant; -1 outside the time that counts."""
        rep = pd.Index(self.reps).get_indexer(pd.Index(reps))
        period = np.floor(at / self.period_s) - self.begin // self.period_s
        # The last instant of the data belongs to it, rounded as it may be.
        inside = (at >= self.begin) & (at < self.finish + 1) & (rep >= 0)
        return np.where(inside, rep * self.periods + period, -1).astype(np.int64)


def sweep_levels(spans: Spans, queue: str, units: Units) -> LevelExposure:
    """Sweep every rep's timeline of open conversations.

    Time in which a rep also held conversations of another queue is left out: the hands are shared
    then. So are times at which nothing is seen of a rep for six hours.

    Parameters
    ----------
    spans
        Of all queues and all times, so that the level is right from the beginning.
    queue
        Whose exposure.
    units
        What is resampled.
    """
    shape = (units.count, LEVELS)
    found = {each.name: np.zeros(shape) for each in fields(LevelExposure)}
    rep_of = spans.table["rep_id"].to_numpy()[spans.stretches["conversation"].to_numpy()]
    for _, mine in spans.stretches.groupby(rep_of, sort=True):
        _sweep_rep(mine, spans.table, queue, units, found)
    return LevelExposure(**found)


def _sweep_rep(
    mine: pd.DataFrame, table: pd.DataFrame, queue: str, units: Units, found: dict[str, Floats]
) -> None:
    is_start = np.repeat([True, False], len(mine))
    at = np.concatenate([mine["begin"], mine["finish"]])
    rows = table.iloc[np.tile(mine["conversation"].to_numpy(), 2)]
    # Who leaves makes room before who comes.
    order = np.lexsort((is_start, at))
    at, is_start, rows = at[order], is_start[order], rows.iloc[order]
    step = np.where(is_start, 1, -1)
    after = np.cumsum(step)
    others = np.cumsum(step * (rows["queue"] != queue).to_numpy())
    pure = (others == 0) & (after > 0) & (after < LEVELS)
    before, was_pure = np.roll(after, 1), np.roll(pure, 1)
    minutes = np.diff(at, append=at[-1]) / 60
    minutes[minutes > ABSENT_AFTER_S / 60] = 0.0
    unit = units.number(rows["rep_id"], at)
    known = unit >= 0
    ended = ~is_start & (rows["closed"] & ~rows["silent"]).to_numpy()
    ended &= np.abs(at - rows["last_work"].to_numpy()) < 1.0
    unsure = np.cumsum(step * (rows["snoozed_s"] > 0).to_numpy())
    picked = is_start & (at == rows["start"].to_numpy()) & pure & known
    reply = (rows["first_reply"].to_numpy() - at) / 60
    ones = np.ones(len(at))
    _add(found["minutes"], unit, after, minutes, pure & known)
    _add(found["completions"], unit, before, ones, was_pure & known & ended)
    _add(found["pick_ups"], unit, after, ones, picked & (unsure == 0))
    _add(found["replies"], unit, after, ones, picked & ~np.isnan(reply))
    _add(found["reply_minutes"], unit, after, reply, picked & ~np.isnan(reply))


def _add(to: Floats, unit: Whole, level: Whole, amount: Floats, where: Mask) -> None:
    np.add.at(to, (unit[where], level[where]), amount[where])
