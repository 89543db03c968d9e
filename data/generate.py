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
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from data.clock import midnight
from data.files import csv_text, write_all
from data.sample_customers import CHRISTMAS_FACTOR, Customers, Region, SpecialDay, at_christmas
from data.sample_floor import MINUTE_S, Conversation, Floor, TrueHandling
from data.sample_team import absences_table, duties, preferences_table, team_table
from data.samples import (
    ABSENCES,
    CONVERSATIONS,
    EVENTS,
    PREFERENCES,
    SAMPLE_NAMES,
    SETTINGS,
    TEAM,
    sample_files,
)
from data.week import WeeklyHours

TIMEZONE = "Europe/Dublin"
FIRST_DAY: Final = date(2025, 5, 26)
WEEKS: Final = 78
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
                *(0.72, 0.78, 0.88, 0.94, 1.00, 1.00, 0.60, 0.35, 0.25, 0.18, 0.10, 0.06),
            ),
            by_weekday=(1.12, 1.05, 1.02, 0.99, 0.86, 0.30, 0.26),
            on_holidays=0.30,
        ),
        "north_america": Region(
            timezone="America/Chicago",
            country="US",
            by_hour=(
                *(0.10, 0.07, 0.05, 0.05, 0.06, 0.10, 0.20, 0.42, 0.72, 0.86, 0.94, 1.00),
                *(0.96, 0.90, 0.88, 0.82, 0.68, 0.52, 0.40, 0.34, 0.30, 0.26, 0.20, 0.14),
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

SATURDAY = 5
EVENT_COLUMNS = ("date", "kind", "factor", "like_day", "queue", "start", "end")

SETTINGS_HEAD = """\
# Settings of the sample team. Whatever is left out has a default.

[files]
history = "history"
team = "team.csv"
absences = "absences.csv"
preferences = "preferences.csv"
events = "events.csv"

[calendar]
timezone = "Europe/Dublin"
interval_minutes = 60
holidays = "IE"
"""

SETTINGS_QUEUE = """
[queues.{queue}]
channel = "chat"
opening = {{ {hours} }}

[queues.{queue}.handling]
concurrency = {concurrency}  # conversations at once
rep_messages = {rep_messages}  # written by the rep in one conversation, mean
writing_minutes = {writing_minutes}  # to write one of them, mean
customer_reply_minutes = {customer_reply_minutes}  # until the customer answers, mean
patience_minutes = {patience_minutes}  # until a waiting customer leaves, mean

[queues.{queue}.service]
target = 0.80                   # of the contacts are picked up …
within_seconds = 120            # … within two minutes
clock = "pick_up"
shrinkage = 0.15                # breaks and meetings; absences are in absences.csv
max_hands_busy = 0.85
min_reps = 1
"""

SETTINGS_TAIL = """
[shifts]
starts_every_minutes = 60
lengths_hours = [4, 6, 8, 10]
wage = 1.0                      # of a rep-hour
understaffing_price = 10.0      # of a missing rep-hour, in wages

[on_call]
guard = 0.95                    # primary and on-call together serve this quantile of volume
standby_price = 0.30            # of an hour on standby, in wages

[labour]
min_rest_hours = 11
max_consecutive_days = 5
max_week_hours = 40

[solver]
time_limit_seconds = 60
gap = 0.005
seed = 1
"""

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
    conversations = [
        Conversation(*row)
        for row in zip(
            arrivals["queue"],
            arrivals["created"],
            arrivals["turns"],
            arrivals["gives_up"],
            arrivals["silent"],
            strict=True,
        )
    ]
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
    instants = {
        "created_at": arrivals["created"],
        "assigned_at": [one.assigned for one in conversations],
        "first_reply_at": [one.first_reply for one in conversations],
        "closed_at": [one.closed for one in conversations],
        "abandoned_at": [one.abandoned for one in conversations],
    }
    table = pd.DataFrame({name: pd.Series(at, dtype=float) for name, at in instants.items()})
    by_bot = arrivals["bot_resolved"] & (arrivals["bot_until"] < end)
    table["closed_at"] = table["closed_at"].mask(by_bot, arrivals["bot_until"])
    seconds = {
        "writing_s": [one.writing for one in conversations],
        "customer_gap_s": [one.customer_gap for one in conversations],
        "snoozed_s": [one.snoozed for one in conversations],
        "handling_s": [one.held for one in conversations],
    }
    worked = table["closed_at"].notna() & table["assigned_at"].notna()
    for name, values in seconds.items():
        table[name] = pd.Series(values, dtype=float).round().where(worked)
    table["rep_messages"] = [one.rep_messages for one in conversations]
    table["customer_messages"] = [one.customer_messages for one in conversations]
    table["customer_messages"] += arrivals["extra_messages"]
    table["rep_id"] = [one.hands.rep_id if one.hands else None for one in conversations]
    table["reopened"] = [one.reopened for one in conversations]
    for name in instants:
        table[name] = pd.to_datetime(np.floor(table[name]), unit="s", utc=True)
    wait = (table["first_reply_at"] - table["created_at"]).dt.total_seconds() / MINUTE_S
    csat = (arrivals["mood"] - 0.08 * wait - 0.5 * table["reopened"]).round().clip(1, 5)
    table["csat"] = csat.where(worked & arrivals["surveyed"])
    table["conversation_id"] = [f"c{number:06d}" for number in range(1, len(table) + 1)]
    table["channel"] = "chat"
    known = ["queue", "segment", "topic", "bot_involved", "bot_resolved"]
    return table.assign(**{name: arrivals[name] for name in known})[list(COLUMNS)].astype(COLUMNS)


def events_table() -> pd.DataFrame:
    """Return ``events.csv``: what the planner knows of special days, past and to come.

    The outage and the surge are not to be learnt from; a launch and the days on which only America
    rests are given as the planner's round estimate of what they do to the volume.
    """
    import holidays

    rows = [
        (
            str(special.day),
            "factor" if special.kind == "launch" else "ignore",
            f"{special.factor:g}" if special.kind == "launch" else "",
            "",
            special.queue,
            f"{special.start:%H:%M}" if special.end else "",
            f"{special.end:%H:%M}" if special.end else "",
        )
        for special in SPECIAL_DAYS
    ]
    horizon = FIRST_DAY + timedelta(weeks=WEEKS + 8)
    years = range(FIRST_DAY.year, horizon.year + 1)
    ours, theirs = (holidays.country_holidays(country, years=years) for country in ("IE", "US"))
    rows.extend(
        (str(day), "factor", "0.65", "", "", "", "")
        for day in set(theirs) - set(ours)
        if FIRST_DAY <= day < horizon and day.weekday() < SATURDAY and not at_christmas(day)
    )
    rows.extend(
        (str(day), "factor", f"{CHRISTMAS_FACTOR:g}", "", "", "", "")
        for day in (
            FIRST_DAY + timedelta(days=ahead) for ahead in range((horizon - FIRST_DAY).days)
        )
        if at_christmas(day) and day not in ours and day.weekday() < SATURDAY
    )
    return pd.DataFrame(sorted(rows), columns=list(EVENT_COLUMNS))


def settings_text() -> str:
    """Return ``staffcast.toml``: the truth of every queue as its handling."""
    parts = [SETTINGS_HEAD]
    for queue, truth in TRUTH.items():
        hours = ", ".join(f'{days} = "{hours}"' for days, hours in OPENING[queue].items())
        parts.append(
            SETTINGS_QUEUE.format(
                queue=queue,
                hours=hours,
                concurrency=f"{truth.concurrency:<16}",
                rep_messages=f"{truth.rep_messages:<15g}",
                writing_minutes=f"{truth.writing_minutes:<12g}",
                customer_reply_minutes=f"{truth.customer_reply_minutes:<5g}",
                patience_minutes=f"{truth.patience_minutes:<11g}",
            )
        )
    return "".join([*parts, SETTINGS_TAIL])


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
        SETTINGS: settings_text(),
        TEAM: csv_text(team_table()),
        ABSENCES: csv_text(absences_table()),
        PREFERENCES: csv_text(preferences_table()),
        EVENTS: csv_text(events_table()),
    }


def write_samples(folder: Path, weeks: int = WEEKS, seed: int = SEED) -> None:
    """Write the sample team to a folder, all of it or nothing.

    Raises
    ------
    InputError
        When the folder cannot be written to.
    """
    contents = {CONVERSATIONS: conversations_file(simulate(weeks, seed)), **texts()}
    write_all({folder / name: content for name, content in contents.items()})


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the sample team as the command line asks."""
    parser = argparse.ArgumentParser("python -m data.generate", description="Make the sample team.")
    parser.add_argument("--out", type=Path, default=sample_files(), help="folder to write to")
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
