"""Make the sample team: ``python -m data.generate [--out DIR] [--seed 1]``.

A made-up software company answers new customers in the inbox *live* and existing ones in *normal*,
from Dublin, Chicago and Sydney. Eighteen months are simulated message by message; what is true of
the conversations stands here as constants, and the settings that go with the sample repeat them, so
that whatever is learnt from the conversations can be held against the truth.
"""

import argparse
import io
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from itertools import compress
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from data.clock import midnight
from data.files import csv_text, write_all
from data.sample_customers import Customers, Region, SpecialDay
from data.sample_floor import MINUTE_S, Conversation, Floor, TrueHandling
from data.sample_team import absences_table, duties, preferences_table, team_table
from data.sample_workspace import events_table, settings_text
from data.samples import (
    ABSENCES,
    CONVERSATIONS,
    EVENTS,
    PREFERENCES,
    SAMPLE_FOLDER,
    SAMPLE_NAMES,
    SETTINGS,
    TEAM,
)
from data.week import WeeklyHours

TIMEZONE = "Europe/Dublin"
FIRST_DAY: Final = date(2025, 5, 26)
WEEKS: Final = 78
PLANNED_UNTIL: Final = FIRST_DAY + timedelta(weeks=WEEKS + 8)
SEED: Final = 1

TRUTH: Final[Mapping[str, TrueHandling]] = MappingProxyType(
    {
        "live": TrueHandling(
            concurrency=4,
            rep_messages=8.0,
            writing_minutes=1.5,
            customer_reply_minutes=5.0,
            patience_minutes=12.0,
        ),
        "normal": TrueHandling(
            concurrency=6,
            rep_messages=5.0,
            writing_minutes=1.2,
            customer_reply_minutes=10.0,
            patience_minutes=25.0,
        ),
    }
)

SPECIAL_DAYS: Final = (
    SpecialDay(date(2026, 2, 11), 6.0, "outage", start=time(13), end=time(16)),
    *(
        SpecialDay(date(2026, 3, 9) + timedelta(days=day), 1.7, "launch", queue="live")
        for day in range(5)
    ),
    SpecialDay(date(2026, 6, 16), 10.0, "surge"),
)

OPENING: Final = MappingProxyType(
    {
        "live": {"Mon-Fri": "12:00-20:00"},
        "normal": {"Mon-Fri": "00:00-24:00", "Sat-Sun": "12:00-18:00"},
    }
)

CUSTOMERS: Final = Customers(
    regions={
        "europe": Region(
            timezone="Europe/London",
            country="IE",
            by_hour=(
                *(0.04, 0.03, 0.03, 0.03, 0.03, 0.05, 0.10, 0.22, 0.50, 0.80, 0.90, 0.90),
                *(0.72, 0.78, 0.86, 0.92, 0.97, 1.00, 0.84, 0.48, 0.30, 0.20, 0.12, 0.06),
            ),
            by_weekday=(1.12, 1.05, 1.02, 0.99, 0.86, 0.30, 0.26),
            on_holidays=0.30,
        ),
        "north_america": Region(
            timezone="America/Chicago",
            country="US",
            by_hour=(
                *(0.10, 0.07, 0.05, 0.05, 0.06, 0.10, 0.18, 0.36, 0.62, 0.76, 0.88, 0.98),
                *(1.00, 0.97, 0.93, 0.86, 0.74, 0.56, 0.42, 0.34, 0.30, 0.26, 0.20, 0.14),
            ),
            by_weekday=(1.10, 1.06, 1.02, 0.98, 0.88, 0.30, 0.24),
            on_holidays=0.30,
        ),
    },
    peaks={
        "live": {"europe": 3.6, "north_america": 4.4},
        "normal": {"europe": 5.6, "north_america": 5.6},
    },
    opening={queue: WeeklyHours.from_mapping(hours) for queue, hours in OPENING.items()},
    special_days=SPECIAL_DAYS,
    timezone=TIMEZONE,
    last_week=FIRST_DAY + timedelta(weeks=WEEKS - 1),
)

BOT_SHARE = 0.35
BOT_RESOLVES = 0.15
BOT_MINUTES = 3.0
SURVEYED = 0.25

COLUMNS: Final = {
    "conversation_id": "string",
    "created_at": "datetime64[us, UTC]",
    "queue": "string",
    "channel": "string",
    "segment": "string",
    "topic": "string",
    "rep_id": "string",
    "assigned_at": "datetime64[us, UTC]",
    "first_reply_at": "datetime64[us, UTC]",
    "closed_at": "datetime64[us, UTC]",
    "rep_messages": "Int16",
    "customer_messages": "Int16",
    "writing_s": "Int32",
    "customer_gap_s": "Int32",
    "snoozed_s": "Int32",
    "handling_s": "Int32",
    "abandoned_at": "datetime64[us, UTC]",
    "bot_involved": "bool",
    "bot_resolved": "bool",
    "reopened": "Int8",
    "csat": "Int8",
}
INSTANTS = ("created_at", "assigned_at", "first_reply_at", "closed_at", "abandoned_at")
SECONDS = ("writing_s", "customer_gap_s", "snoozed_s", "handling_s")
FACTS: Final = {
    "created_at": "created",
    "assigned_at": "assigned",
    "first_reply_at": "first_reply",
    "closed_at": "closed",
    "abandoned_at": "abandoned",
    "writing_s": "writing",
    "customer_gap_s": "customer_gap",
    "snoozed_s": "snoozed",
    "handling_s": "held",
    "rep_messages": "rep_messages",
    "customer_messages": "customer_messages",
    "reopened": "reopened",
}


def simulate(weeks: int = WEEKS, seed: int = SEED) -> pd.DataFrame:
    """Simulate the first `weeks` weeks of the sample team's life.

    A shorter span is the beginning of a longer one: what has happened by its end is the same.

    Returns
    -------
    pandas.DataFrame
        A row per conversation in order of arrival, with the columns of `COLUMNS`.
    """
    end = midnight(FIRST_DAY + timedelta(weeks=weeks), TIMEZONE).timestamp()
    arrivals = pd.concat([_week(week, seed) for week in range(weeks)], ignore_index=True)
    brought = arrivals[["queue", "created", "turns", "gives_up", "silent"]]
    conversations = [Conversation(*row) for row in brought.itertuples(index=False, name=None)]
    floor = Floor(TRUTH, np.random.default_rng((seed, WEEKS)))
    reach_people = (~arrivals["bot_resolved"]).tolist()
    last_day = FIRST_DAY + timedelta(weeks=weeks)
    floor.run(compress(conversations, reach_people), duties(FIRST_DAY, last_day), end)
    return _table(arrivals, conversations, end)


def _week(week: int, seed: int) -> pd.DataFrame:
    """Draw a week's contacts and all that their customers bring with them."""
    rng = np.random.default_rng((seed, week))
    monday = FIRST_DAY + timedelta(weeks=week)
    start, end = (midnight(day, TIMEZONE) for day in (monday, monday + timedelta(weeks=1)))
    table = CUSTOMERS.arrivals(start, end, rng)
    size = len(table)
    truth = pd.DataFrame({queue: vars(handling) for queue, handling in TRUTH.items()}).T
    truth = truth.loc[table["queue"]].reset_index(drop=True).astype(float)
    created = table["created"].to_numpy()
    bot_involved = rng.random(size) < BOT_SHARE
    return table.assign(
        turns=rng.geometric(1 / truth["rep_messages"]),
        gives_up=created + rng.exponential(truth["patience_minutes"] * MINUTE_S),
        silent=rng.random(size) < truth["silent_share"],
        bot_involved=bot_involved,
        bot_resolved=bot_involved & (rng.random(size) < BOT_RESOLVES),
        bot_until=created + rng.exponential(BOT_MINUTES * MINUTE_S, size),
        extra_messages=rng.poisson(0.4, size),
        surveyed=rng.random(size) < SURVEYED,
        mood=rng.normal(4.4, 0.8, size),
    )


def _table(
    arrivals: pd.DataFrame, conversations: Sequence[Conversation], end: float
) -> pd.DataFrame:
    """Write down what a help desk would know at `end`."""
    facts = map(attrgetter(*FACTS.values()), conversations)
    table = pd.DataFrame.from_records(list(facts), columns=list(FACTS))
    table = table.join(arrivals.drop(columns="created"))
    by_bot = table["bot_resolved"] & (table["bot_until"] < end)
    table["closed_at"] = table["closed_at"].mask(by_bot, table["bot_until"])
    worked = table["closed_at"].notna() & table["assigned_at"].notna()
    for name in SECONDS:
        table[name] = table[name].round().where(worked)
    for name in INSTANTS:
        table[name] = pd.to_datetime(np.floor(table[name].astype(float)), unit="s", utc=True)
    table["rep_id"] = [one.hands.rep_id if one.hands else None for one in conversations]
    table["customer_messages"] += table["extra_messages"]
    waited = (table["first_reply_at"] - table["created_at"]).dt.total_seconds() / MINUTE_S
    mark = (table["mood"] - 0.08 * waited - 0.5 * table["reopened"]).round().clip(1, 5)
    table["csat"] = mark.where(worked & table["surveyed"] & ~table["silent"])
    table["conversation_id"] = [f"c{number:06d}" for number in range(1, len(table) + 1)]
    table["channel"] = "chat"
    return table[list(COLUMNS)].astype(COLUMNS)


def conversations_file(table: pd.DataFrame) -> bytes:
    """Return ``conversations.parquet``, the same bytes for the same table."""
    stream = io.BytesIO()
    plain = ["conversation_id", *table.select_dtypes("datetimetz").columns]
    table.to_parquet(
        stream,
        index=False,
        compression="zstd",
        compression_level=19,
        use_dictionary=[column for column in table if column not in plain],
        column_encoding=dict.fromkeys(plain, "DELTA_BINARY_PACKED")
        | {"conversation_id": "DELTA_BYTE_ARRAY"},
    )
    return stream.getvalue()


def texts() -> dict[str, str]:
    """Return the text files of the sample team, by name."""
    return {
        SETTINGS: settings_text(TRUTH, OPENING, TIMEZONE),
        TEAM: csv_text(team_table()),
        ABSENCES: csv_text(absences_table()),
        PREFERENCES: csv_text(preferences_table()),
        EVENTS: csv_text(events_table(SPECIAL_DAYS, FIRST_DAY, PLANNED_UNTIL)),
    }


def write_samples(folder: Path, weeks: int = WEEKS, seed: int = SEED) -> None:
    """Write the sample team to a folder, all of it or nothing.

    Raises
    ------
    InputError
        When the folder cannot be written to.
    """
    conversations = conversations_file(simulate(weeks, seed))
    contents: dict[str, bytes | str] = {CONVERSATIONS: conversations, **texts()}
    write_all({folder / name: content for name, content in contents.items()})


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the sample team as the command line asks."""
    parser = argparse.ArgumentParser("python -m data.generate", description="Make the sample team.")
    parser.add_argument("--out", type=Path, default=SAMPLE_FOLDER, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED, help="of everything random")
    parser.add_argument(
        "--weeks", type=int, default=WEEKS, choices=range(1, WEEKS + 1), metavar="WEEKS",
        help="from the beginning; all of them when left out",
    )  # fmt: skip
    asked = parser.parse_args(arguments)
    write_samples(asked.out, asked.weeks, asked.seed)
    for name in SAMPLE_NAMES:
        print(f"{asked.out / name}: {(asked.out / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
