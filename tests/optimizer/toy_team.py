"""A toy team, message by message, whose truth is planted; it shares nothing with the product."""

import heapq
from collections import deque
from dataclasses import dataclass

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-03-02T09:00", tz="UTC").timestamp()
DAY_S = 86_400.0


@dataclass(frozen=True)
class Truth:
    """What is true; times in minutes."""

    concurrency: int = 4
    rep_messages: float = 6.0
    writing: float = 1.0
    writing_cv: float = 1.0
    reply: float = 4.0
    silent: float = 0.0
    snooze: float = 0.0
    tail: float = 0.0
    per_hour: float = 5.0


class ToyRep:
    """One rep on one day: takes whoever comes while there is a place, answers in order."""

    def __init__(self, truth: Truth, rng: np.random.Generator) -> None:
        self.truth, self.rng = truth, rng
        self.events: list[tuple[float, int, str, int]] = []
        self.rows: list[dict[str, float]] = []
        self.log: list[tuple[int, float, str]] = []
        self.left: list[int] = []
        self.pending: deque[int] = deque()
        self.writing_on: int | None = None
        self.holds = self.count = 0

    def day(self, start: float, hours: float) -> None:
        at = start
        while (at := at + self.rng.exponential(3600 / self.truth.per_hour)) < start + hours * 3600:
            self._at(at, "arrive", -1)
        while self.events:
            now, _, what, which = heapq.heappop(self.events)
            getattr(self, what)(now, which)

    def _at(self, time: float, what: str, which: int) -> None:
        self.count += 1
        heapq.heappush(self.events, (time, self.count, what, which))

    def arrive(self, now: float, _: int) -> None:
        if self.holds == self.truth.concurrency:
            return
        silent = self.rng.random() < self.truth.silent
        turns = 1 if silent else int(self.rng.geometric(1 / self.truth.rep_messages))
        row = {"created": now, "written": 0.0, "gaps": 0.0, "snoozed": 0.0, "messages": 0.0}
        self.rows.append({**row, "silent": float(silent)})
        self.left.append(turns)
        self.holds += 1
        self.receive(now, len(self.rows) - 1)

    def receive(self, now: float, which: int) -> None:
        self.log.append((which, now, "customer"))
        self.pending.append(which)
        self.write(now)

    def write(self, now: float) -> None:
        if self.writing_on is None and self.pending:
            self.writing_on = self.pending.popleft()
            width = np.sqrt(np.log1p(self.truth.writing_cv**2))
            taken = 60 * self.truth.writing * self.rng.lognormal(-(width**2) / 2, width)
            if self.truth.writing_cv == 1.0:
                taken = self.rng.exponential(60 * self.truth.writing)
            self.rows[self.writing_on]["written"] += taken
            self._at(now + taken, "sent", self.writing_on)

    def sent(self, now: float, which: int) -> None:
        row = self.rows[which]
        self.log.append((which, now, "rep"))
        self.writing_on = None
        row["messages"] += 1
        row.setdefault("first_reply", now)
        self.left[which] -= 1
        if self.left[which] == 0:
            row["closed"] = now + 60 * self.truth.tail * row["silent"]
            self.holds -= 1
        elif self.rng.random() < self.truth.snooze:
            row["away"] = now
            self.log.append((which, now, "snooze"))
            self.holds -= 1
            self._at(now + 3600 * self.rng.exponential(2.0), "back", which)
        else:
            gap = self.rng.exponential(60 * self.truth.reply)
            row["gaps"] += gap
            self._at(now + gap, "receive", which)
        self.write(now)

    def back(self, now: float, which: int) -> None:
        if self.holds == self.truth.concurrency:
            self._at(now + 60.0, "back", which)
            return
        self.rows[which]["snoozed"] += now - self.rows[which].pop("away")
        self.holds += 1
        self.receive(now, which)


def toy_conversations(
    truth: Truth, seed: int, reps: int = 6, days: int = 5, hours: float = 8.0
) -> pd.DataFrame:
    """Return the table of a team that works `hours` a day, one queue."""
    return toy_tables(truth, seed, reps, days, hours)[0]


def toy_tables(
    truth: Truth, seed: int, reps: int = 6, days: int = 5, hours: float = 8.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return conversations, and the messages of both sides: conversation_id, at, author."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    messages: list[tuple[str, float, str]] = []
    for rep in range(reps):
        for day in range(days):
            toy = ToyRep(truth, rng)
            toy.day(START + day * DAY_S, hours)
            names = [f"{rep}-{day}-{number}" for number in range(len(toy.rows))]
            rows += [
                {**row, "id": name, "rep": f"rep{rep}"}
                for row, name in zip(toy.rows, names, strict=True)
            ]
            messages += [(names[which], at, author) for which, at, author in toy.log]
    raw = pd.DataFrame(rows)
    times = {name: pd.to_datetime(raw[name], unit="s", utc=True).astype("datetime64[us, UTC]")
             for name in ("created", "first_reply", "closed")}  # fmt: skip
    table = pd.DataFrame(
        {
            "conversation_id": raw["id"].astype("str"),
            "created_at": times["created"],
            "queue": pd.Series("chat", index=raw.index, dtype="str"),
            "rep_id": raw["rep"].astype("str"),
            "assigned_at": times["created"],
            "first_reply_at": times["first_reply"],
            "closed_at": times["closed"],
            "rep_messages": raw["messages"],
            "writing_s": raw["written"],
            "customer_gap_s": raw["gaps"],
            "snoozed_s": raw["snoozed"],
        }
    ).sort_values("created_at", ignore_index=True)
    log = pd.DataFrame(messages, columns=["conversation_id", "at", "author"])
    return table, log
