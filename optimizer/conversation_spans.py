"""Conversations as time that they held a rep: silent ones, tails and snoozes set apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError

# A customer is taken to have left unseen when the only reply stood unanswered for so long.
SILENT_AFTER_S = 180.0
# A rep of whom nothing is seen for so long is not at work, whatever is still open.
ABSENT_AFTER_S = 6 * 3600.0
NEEDED = ("rep_id", "assigned_at", "closed_at")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spans:
    """Picked-up conversations, one a row, and the stretches of time that each was worked in.

    Parameters
    ----------
    table
        By pick-up: ``conversation_id``, ``queue``, ``rep_id``; ``start`` (pick-up), ``end`` (its
        close, or the end of the data), ``last_work`` (the same without the tail) and
        ``first_reply`` in seconds since the epoch;
        ``closed``, ``silent`` and ``forgotten`` (never closed, though almost all others of its age
        are), whether; ``elapsed_s`` from pick-up to close; ``worked_s`` of it
        without snoozes, tails and the rep's absences; ``snoozed_s``, ``tail_s``, ``absent_s``;
        ``messages`` of the rep,
        ``written_s``, ``gaps`` of the customer and their sum ``gaps_s``. NaN is not known.
    stretches
        One a row: ``conversation`` (row of `table`), ``begin`` and ``finish`` in seconds. A snoozed
        conversation has two.
    begin, finish
        Of the data, in seconds.
    left_out
        Conversations that a rep answered but whose rep or pick-up is not stated.
    """

    table: pd.DataFrame
    stretches: pd.DataFrame
    begin: float
    finish: float
    left_out: int


def spans_of(conversations: pd.DataFrame, source: str) -> Spans:
    """Find when conversations held reps.

    Someone who left unseen got one reply, wrote no more, and was closed long after: the time after
    the reply is a tail. Where in a conversation a snooze lay is not recorded, so half of the time
    worked is put before it and half behind.

    Parameters
    ----------
    conversations
        The table of `data.conversations.Conversations`.
    source
        Name of the export, for messages.

    Raises
    ------
    InputError
        When a column without which nothing can be learnt is missing or empty.
    """
    _check_columns(conversations, source)
    times = conversations.select_dtypes("datetimetz")
    finish = times.max().max().timestamp()
    reached = ~_flag(conversations, "bot_resolved")
    known = conversations["assigned_at"].notna() & conversations["rep_id"].notna()
    answered = (
        conversations["closed_at"].notna()
        & ~conversations.get("abandoned_at", pd.Series(pd.NaT, index=conversations.index)).notna()
    )
    left_out = int((reached & answered & ~known).sum())
    rows = conversations[reached & known].sort_values(
        ["assigned_at", "conversation_id"], ignore_index=True
    )
    if rows.empty:
        raise InputError(
            f"{source}: no conversation states rep_id and assigned_at; export with both"
        )
    table = _held(rows, finish)
    stretches = _stretches(table)
    table["absent_s"] = _absent(table, stretches)
    table["worked_s"] = (table["worked_s"] - table["absent_s"]).clip(lower=0.0)
    begin = float(_seconds(conversations["created_at"]).min())
    return Spans(table, stretches, begin, float(finish), left_out)


def _check_columns(conversations: pd.DataFrame, source: str) -> None:
    for column in NEEDED:
        if column not in conversations or conversations[column].isna().all():
            raise InputError(
                f"{source}: column {column} is missing or empty, and without it nobody knows how "
                f"many conversations a rep held at once; export it, or name it with "
                f"--map {column}=YOUR_COLUMN"
            )


def _held(rows: pd.DataFrame, finish: float) -> pd.DataFrame:
    start, close = _seconds(rows["assigned_at"]), _seconds(rows["closed_at"])
    reply = _column(rows, "first_reply_at", time=True)
    messages, gaps_s = _column(rows, "rep_messages"), _column(rows, "customer_gap_s")
    snoozed = np.nan_to_num(_column(rows, "snoozed_s"))
    reopened = np.nan_to_num(_column(rows, "reopened"))
    closed = ~np.isnan(close)
    alone = (messages == 1) & (np.nan_to_num(gaps_s) == 0) & (snoozed == 0) & (reopened == 0)
    elapsed = np.maximum(close - start, 0.0)
    stated = _column(rows, "handling_s")
    # Handling that ends between reply and close ends with something that the customer wrote.
    answered = (stated > reply - start + 1) & (stated < elapsed - 1)
    silent = closed & alone & (close - reply > SILENT_AFTER_S) & ~answered
    worked = np.where(np.isnan(stated), elapsed - snoozed, np.minimum(stated, elapsed))
    worked = np.where(silent, np.minimum(worked, reply - start), worked)
    worked = np.clip(worked, 0.0, None)
    forgotten = ~closed & (start < finish - np.nanquantile(elapsed, 0.99))
    # What is open may be snoozed: it held its rep no longer than almost any other did, and what was
    # forgotten no longer than others do in the mean.
    still = np.minimum(finish, start + np.nanquantile(worked, 0.99))
    end = np.where(forgotten, start + np.nanmean(worked), np.where(closed, close, still))
    tail = np.clip(elapsed - snoozed - worked, 0.0, None)
    breaks = np.maximum(reopened, snoozed > 0)
    return pd.DataFrame(
        {
            "conversation_id": rows["conversation_id"],
            "queue": rows["queue"],
            "rep_id": rows["rep_id"],
            "start": start,
            "end": end,
            "last_work": end - np.where(closed, tail, 0.0),
            "first_reply": reply,
            "closed": closed,
            "silent": silent,
            "forgotten": forgotten,
            "elapsed_s": np.where(closed, elapsed, np.nan),
            "worked_s": np.where(closed, worked, np.nan),
            "snoozed_s": np.where(closed, snoozed, np.nan),
            "tail_s": np.where(closed, tail, np.nan),
            "messages": messages,
            "written_s": _column(rows, "writing_s"),
            "gaps": np.where(silent, 0.0, np.clip(messages - 1 - breaks, 0.0, None)),
            "gaps_s": gaps_s,
        }
    )


def _stretches(table: pd.DataFrame) -> pd.DataFrame:
    number = np.arange(len(table))
    start, end = table["start"].to_numpy(), table["last_work"].to_numpy()
    worked = table["worked_s"].fillna(table["end"] - table["start"]).to_numpy()
    split = (table["snoozed_s"] > 0).to_numpy()
    first = np.where(split, worked / 2, worked)
    parts = [
        pd.DataFrame({"conversation": number, "begin": start, "finish": start + first}),
        pd.DataFrame({"conversation": number, "begin": end - worked / 2, "finish": end})[split],
    ]
    return pd.concat(parts, ignore_index=True)


def _absent(table: pd.DataFrame, stretches: pd.DataFrame) -> Floats:
    """Return how many seconds of each conversation fell into absences of its rep."""
    absent = np.zeros(len(table))
    which = stretches["conversation"].to_numpy()
    for _, mine in stretches.groupby(table["rep_id"].to_numpy()[which], sort=False):
        at = np.concatenate([mine["begin"], mine["finish"]])
        order = np.argsort(at, kind="stable")
        pauses = np.diff(at[order], prepend=at[order[0]])
        until = np.empty(len(at))
        until[order] = np.cumsum(np.where(pauses > ABSENT_AFTER_S, pauses, 0.0))
        np.add.at(absent, mine["conversation"], until[len(mine) :] - until[: len(mine)])
    return absent


def _column(rows: pd.DataFrame, name: str, *, time: bool = False) -> Floats:
    if name not in rows:
        return np.full(len(rows), np.nan)
    return _seconds(rows[name]) if time else rows[name].to_numpy(dtype=float)


def _seconds(times: pd.Series) -> Floats:
    """Return seconds since the epoch; NaN where there is no time."""
    seconds = (times - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return np.asarray(seconds, dtype=np.float64)


def _flag(rows: pd.DataFrame, name: str) -> pd.Series:
    if name not in rows:
        return pd.Series(data=False, index=rows.index)
    return rows[name].fillna(value=False).astype(bool)
