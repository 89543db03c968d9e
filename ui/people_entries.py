"""What the settings screen shows of labour, fairness, the rotation and small teams."""

from collections.abc import Iterator
from typing import Any

from data.week import DAYS
from ui.setting_entries import Entry
from ui.settings import Settings

Field = tuple[str, str, str, float]
"""Key, label with its unit, meaning, and step."""

LABOUR: tuple[Field, ...] = (
    ("min_rest_hours", "Rest between shifts, hours", "By the rep's wall clock", 1.0),
    ("max_week_hours", "Hours per ISO week at most", "", 1.0),
    ("max_consecutive_days", "Days in a row at most", "", 1),
    ("min_consecutive_days", "Days in a row at least", "", 1),
    ("min_days_off", "Days off in a row at least", "", 1),
    ("max_days_off", "Days off in a row at most", "", 1),
    ("max_weekends", "Weekends worked at most", "In weekend_weeks ISO weeks in a row", 1),
    ("weekend_weeks", "Weeks over which weekends count", "", 1),
    ("whole_weekends", "Weekends are worked whole or not at all", "", 1),
    ("max_consecutive_nights", "Nights in a row at most", "", 1),
    ("days_off_after_nights", "Days off after nights", "", 1),
    ("max_standby_per_week", "Standbys per ISO week at most", "", 1),
    ("min_days_between_standby", "Days between two standbys at least", "", 1),
)

FAIRNESS: tuple[Field, ...] = (
    ("weeks", "Earlier weeks that count", "", 1),
    ("gaps", "Cover, weight in the score", "0 leaves a part out", 0.5),
    ("nights", "Nights, weight", "In the score and in the next roster", 0.5),
    ("weekends", "Weekends, weight", "", 0.5),
    ("holidays", "Holidays, weight", "", 0.5),
    ("standby", "Standby, weight", "", 0.5),
    ("requests", "Denied requests, weight", "", 0.5),
)

BURN_OUT: tuple[Field, ...] = (
    ("busy", "Hands busy in a heavy hour, above (0–1)", "As planned", 0.05),
    ("busy_hours", "Heavy hours in a row that are told", "", 0.5),
    ("late", "Late is a shift that ends after", "Wall time, such as 21:00", 1),
    ("early", "Early is a shift that starts before", "Wall time, such as 08:00", 1),
    ("flip_days", "Days from late to early at most, to count", "", 1),
    ("flips", "Late to early so often is borne", "Within the days below", 1),
    ("short_rest_hours", "Short is a rest of less than, hours", "", 1.0),
    ("short_rests", "Short rests so often are borne", "Within the days below", 1),
    ("within_days", "Days within which both count", "", 1),
    ("overtime_hours", "Above the least hours, overtime, hours", "More is a week of overtime", 1.0),
    ("overtime_weeks", "Weeks of overtime in a row that are told", "", 1),
    ("days_without_two_off", "Days without two days off that are borne", "", 1),
)

ROTATION: tuple[Field, ...] = (
    ("people", "On call in each week, people", "Called one after the other", 1),
    ("min_weeks_between", "Weeks between two turns at least", "", 1),
    (
        "part_cover_days",
        "Days for which somebody stands in, at most",
        "Before the week goes to another",
        1,
    ),
    (
        "weigh_by_contract",
        "Turns in proportion to contract hours",
        "The longest contract counts 1",
        1,
    ),
    ("comp_hours_per_week", "Comp time for a week on call, hours", "", 1.0),
    ("comp_hours_per_holiday", "Comp time for a public holiday on call, hours", "", 1.0),
    ("comp_hours_per_activated_hour", "Comp time for an hour called in, hours", "", 0.25),
    ("comp_hours_per_day", "A day of comp time, hours", "", 1.0),
)

AROUND_THE_CLOCK: tuple[Field, ...] = (
    ("contact_value", "Answering a contact at once, wages", "", 0.1),
    ("urgent_share", "Urgent contacts, share (0–1)", "", 0.01),
    ("urgent_value", "Answering an urgent one at once, wages", "On top of the other", 1.0),
    ("waiting_price", "A contact that waits an hour, wages", "", 0.01),
    ("lost_value", "A contact that is never answered, wages", "", 1.0),
    ("wake_above", "Contacts an interval that wake who is on call", "Beside urgent ones", 1),
    ("min_phone_hours", "On call by phone at a stretch at least, hours", "", 0.5),
    ("promise", "The stated time is kept with probability (0–1)", "", 0.01),
    ("round_to_minutes", "Stated times are rounded up to, minutes", "", 5),
)


def people_entries(now: Settings) -> list[tuple[str, list[Entry]]]:
    """Return headings, and the settings under each.

    What is not stated and has no usual value is left to the file.
    """
    rotation = [
        Entry(
            ("rotation", "handover_day"),
            "Hand-over on",
            now.rotation.handover_day,
            choices=DAYS,
        ),
        Entry(
            ("rotation", "handover_time"),
            "Hand-over at",
            now.rotation.handover_time,
            "Wall time of the calendar, such as 09:00",
        ),
        *_entries("rotation", now.rotation, ROTATION),
    ]
    return [
        ("Rules of labour", list(_entries("labour", now.labour, LABOUR))),
        ("Fairness across weeks", list(_entries("fairness", now.fairness, FAIRNESS))),
        ("What wears people out", list(_entries("burn_out", now.burn_out, BURN_OUT))),
        ("On-call rotation", rotation),
        (
            "Around the clock",
            list(_entries("around_the_clock", now.around_the_clock, AROUND_THE_CLOCK)),
        ),
    ]


def _entries(table: str, stated: Any, fields: tuple[Field, ...]) -> Iterator[Entry]:
    for key, label, note, step in fields:
        value = getattr(stated, key)
        if value is not None:
            yield Entry((table, key), label, value, note, step=step)
