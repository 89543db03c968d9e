"""The people of the sample team: who they are, and the weeks they have worked so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from data.clock import zone
from data.sample_floor import Duty
from data.week import WeeklyHours

SITES = {"dublin": "Europe/Dublin", "chicago": "America/Chicago", "sydney": "Australia/Sydney"}


@dataclass(frozen=True)
class SampleRep:
    """A rep, with the week that they have worked so far.

    Parameters
    ----------
    rep_id, name, site
        Who and where.
    skills
        Queues joined by ``|``.
    hours
        Of the contract per week, minimum and maximum.
    available
        Local hours within which shifts must lie.
    on_call
        Whether they take standby.
    worked
        Local hours on duty, by queue.
    since
        First day of employment; empty for before the history begins.
    """

    rep_id: str
    name: str
    site: str
    skills: str
    hours: tuple[int, int]
    available: str
    on_call: bool
    worked: Mapping[str, str]
    since: date | None = None

    @property
    def timezone(self) -> str:
        """The zone of the rep's site."""
        return SITES[self.site]


SAMPLE_REPS = (
    SampleRep(
        rep_id="aoife",
        name="Aoife Byrne",
        site="dublin",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 07:00-21:00",
        on_call=True,
        worked={"live": "Mon-Fri 12:00-20:00"},
    ),
    SampleRep(
        rep_id="cian",
        name="Cian Doyle",
        site="dublin",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 08:00-22:00",
        on_call=True,
        worked={"live": "Mon-Fri 12:00-20:00"},
    ),
    SampleRep(
        rep_id="marta",
        name="Marta Kowalska",
        site="dublin",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 06:00-18:00; Sat-Sun 10:00-19:00",
        on_call=True,
        worked={"normal": "Mon-Fri 07:00-15:00"},
    ),
    SampleRep(
        rep_id="padraig",
        name="Pádraig Nolan",
        site="dublin",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 07:00-20:00; Sat-Sun 10:00-19:00",
        on_call=False,
        worked={"normal": "Mon-Fri 09:00-17:00"},
    ),
    SampleRep(
        rep_id="ines",
        name="Inês Duarte",
        site="dublin",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 08:00-22:00",
        on_call=True,
        worked={"normal": "Mon-Thu 10:00-18:00"},
        since=date(2025, 9, 1),
    ),
    SampleRep(
        rep_id="ronan",
        name="Ronan Walsh",
        site="dublin",
        skills="normal",
        hours=(16, 28),
        available="Mon 07:00-20:00; Wed-Sun 07:00-20:00",
        on_call=False,
        worked={"normal": "Mon 12:00-18:00; Fri 12:00-18:00; Sat-Sun 11:00-19:00"},
    ),
    SampleRep(
        rep_id="dwayne",
        name="Dwayne Carter",
        site="chicago",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 06:00-18:00",
        on_call=True,
        worked={"live": "Mon-Fri 07:00-14:00"},
    ),
    SampleRep(
        rep_id="emily",
        name="Emily Novak",
        site="chicago",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 06:00-19:00",
        on_call=True,
        worked={"live": "Mon-Fri 07:00-14:00"},
    ),
    SampleRep(
        rep_id="luis",
        name="Luis Ortega",
        site="chicago",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 07:00-21:00",
        on_call=True,
        worked={"normal": "Mon-Fri 09:00-17:00"},
    ),
    SampleRep(
        rep_id="grace",
        name="Grace Kim",
        site="chicago",
        skills="normal",
        hours=(30, 40),
        available="Mon-Fri 08:00-20:00",
        on_call=False,
        worked={"normal": "Mon-Fri 11:00-19:00"},
        since=date(2026, 2, 2),
    ),
    SampleRep(
        rep_id="tyrell",
        name="Tyrell Brooks",
        site="chicago",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Wed 07:00-20:00; Sat-Sun 06:00-14:00",
        on_call=True,
        worked={"normal": "Mon-Tue 10:00-18:00; Sat-Sun 06:00-13:00", "live": "Wed 07:00-14:00"},
    ),
    SampleRep(
        rep_id="olivia",
        name="Olivia Tran",
        site="sydney",
        skills="live|normal",
        hours=(30, 40),
        available="Mon-Fri 07:00-19:00",
        on_call=True,
        worked={"normal": "Mon-Sat 07:00-15:00"},
    ),
    SampleRep(
        rep_id="jack",
        name="Jack Whitlam",
        site="sydney",
        skills="normal",
        hours=(30, 40),
        available="Mon-Sat 07:00-19:00",
        on_call=True,
        worked={"normal": "Mon-Fri 10:00-18:00"},
    ),
    SampleRep(
        rep_id="priya",
        name="Priya Raman",
        site="sydney",
        skills="normal",
        hours=(30, 40),
        available="Mon-Sat 07:00-19:00",
        on_call=True,
        worked={"normal": "Mon-Fri 10:00-18:00"},
    ),
)

ABSENCES = (
    ("ines", "2026-11-26", "2026-11-27", "holiday"),
    ("grace", "2026-11-26", "2026-11-26", "public holiday"),
    ("padraig", "2026-11-24T09:00", "2026-11-24T13:00", "training"),
    ("jack", "2026-11-30", "2026-12-04", "holiday"),
    ("emily", "2026-12-07", "2026-12-09", "holiday"),
    ("aoife", "2026-12-21", "2027-01-01", "holiday"),
)
PREFERENCES = (
    ("aoife", "2026-11-25T16:00", "2026-11-25T20:00", -2),
    ("cian", "2026-11-24T07:00", "2026-11-24T10:00", -1),
    ("marta", "2026-11-28", "2026-11-29", 1),
    ("luis", "2026-11-27T15:00", "2026-11-27T20:00", -2),
    ("emily", "2026-11-26", "2026-11-26", -3),
    ("dwayne", "2026-11-26", "2026-11-26", 1),
    ("tyrell", "2026-11-29", "2026-11-29", -1),
    ("priya", "2026-11-23T07:00", "2026-11-23T15:00", 1),
    ("olivia", "2026-11-28", "2026-11-28", -2),
    ("ronan", "2026-12-04T12:00", "2026-12-04T20:00", -1),
)

TEAM_COLUMNS = (
    "rep_id",
    "name",
    "email",
    "timezone",
    "site",
    "skills",
    "min_hours",
    "max_hours",
    "available",
    "on_call",
    "from",
    "until",
)


def team_table() -> pd.DataFrame:
    """Return ``team.csv``, a row per rep."""
    rows = [
        (
            rep.rep_id,
            rep.name,
            f"{rep.rep_id}@sample.example",
            rep.timezone,
            rep.site,
            rep.skills,
            *rep.hours,
            rep.available,
            "yes" if rep.on_call else "no",
            rep.since or "",
            "",
        )
        for rep in SAMPLE_REPS
    ]
    return pd.DataFrame(rows, columns=list(TEAM_COLUMNS))


def absences_table() -> pd.DataFrame:
    """Return ``absences.csv``: local days and wall times of the rep."""
    return pd.DataFrame(ABSENCES, columns=["rep_id", "start", "end", "kind"])


def preferences_table() -> pd.DataFrame:
    """Return ``preferences.csv``: local days and wall times of the rep."""
    return pd.DataFrame(PREFERENCES, columns=["rep_id", "start", "end", "weight"])


def duties(first_day: date, last_day: date) -> Iterator[Duty]:
    """Yield the shifts worked from `first_day` to `last_day`, local days of each site."""
    for rep in SAMPLE_REPS:
        first = max(first_day, rep.since or first_day)
        for queue, hours in rep.worked.items():
            windows = WeeklyHours.from_text(hours).windows
            for offset in range((last_day - first).days + 1):
                day = first + timedelta(days=offset)
                for start, end in windows[day.weekday()]:
                    yield Duty(
                        rep.rep_id,
                        queue,
                        _instant(day, start, rep.timezone),
                        _instant(day, end, rep.timezone),
                    )


def _instant(day: date, minute: int, timezone: str) -> float:
    """Return an instant of the wall clock; no shift starts or ends while clocks change."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone(timezone)).timestamp()
