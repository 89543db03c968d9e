"""The workspace of the sample team: its settings and what its planner knows of special days."""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from data.sample_customers import CHRISTMAS_FACTOR, SpecialDay, at_christmas
from data.sample_floor import TrueHandling

COUNTRY = "IE"
ELSEWHERE = "US"
ELSEWHERE_FACTOR = 0.65
# Else the holidays library takes the names from the machine's locale.
NAMES_IN = "en_US"
EVENT_COLUMNS = ("date", "kind", "factor", "like_day", "queue", "start", "end", "name")
SPECIAL_NAMES = {"outage": "Outage", "launch": "Launch", "surge": "Rush"}

SETTINGS_HEAD = """\
# Settings of the sample team. Whatever is left out has a default.

[files]
history = "history"
team = "team.csv"
absences = "absences.csv"
preferences = "preferences.csv"
events = "events.csv"

[calendar]
timezone = "{timezone}"
interval_minutes = 60
holidays = "{country}"
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
target = 0.80                   # of the contacts …
within_seconds = 300            # … within five minutes …
clock = "first_reply"           # … have their first reply
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
activation_price = 1.40         # of an hour called in, in wages, beside the standby

[labour]
min_rest_hours = 11
max_consecutive_days = 5
max_week_hours = 40

[solver]
time_limit_seconds = 60
gap = 0.005
seed = 1
"""


def settings_text(
    truths: Mapping[str, TrueHandling], opening: Mapping[str, Mapping[str, str]], timezone: str
) -> str:
    """Return ``staffcast.toml``: the truth of every queue as its handling."""
    parts = [SETTINGS_HEAD.format(timezone=timezone, country=COUNTRY)]
    for queue, truth in truths.items():
        hours = ", ".join(f'{days} = "{hours}"' for days, hours in opening[queue].items())
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


def events_table(special_days: Iterable[SpecialDay], first: date, last: date) -> pd.DataFrame:
    """Return ``events.csv``: what the planner knows of special days from `first` to `last`.

    An outage and a surge are not to be learnt from. A launch, Christmas and the days on which only
    the other continent rests are given as the planner's round estimate of what they do to volume.
    """
    rows = [_special_row(special) for special in special_days]
    rows.extend(
        (str(day), "factor", f"{factor:g}", *[""] * 4, name)
        for day, (factor, name) in _quiet_days(first, last).items()
    )
    return pd.DataFrame(sorted(rows), columns=list(EVENT_COLUMNS))


def _special_row(special: SpecialDay) -> tuple[str, ...]:
    kind, factor = ("factor", f"{special.factor:g}") if special.kind == "launch" else ("ignore", "")
    hours = (f"{special.start:%H:%M}", f"{special.end:%H:%M}") if special.end else ("", "")
    name = SPECIAL_NAMES[special.kind]
    return (str(special.day), kind, factor, "", special.queue, *hours, name)


def _quiet_days(first: date, last: date) -> dict[date, tuple[float, str]]:
    """Return the working days at home that are no usual ones, with their factors and names."""
    import holidays

    years = range(first.year, last.year + 1)
    ours, theirs = (
        holidays.country_holidays(country, years=years, language=NAMES_IN)
        for country in (COUNTRY, ELSEWHERE)
    )
    quiet: dict[date, tuple[float, str]] = {}
    for day in pd.bdate_range(first, last).date:
        if at_christmas(day):
            quiet[day] = (CHRISTMAS_FACTOR, "Christmas week")
        elif day in theirs:
            quiet[day] = (ELSEWHERE_FACTOR, f"{theirs[day]} ({ELSEWHERE})")
    return {day: what for day, what in quiet.items() if day not in ours}
