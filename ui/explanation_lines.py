"""Sentences about a day that was explained: the day as a whole, and every hour that missed."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from data.clock import format_times, zone
from optimizer.concurrency import Handling, message_times
from optimizer.explained_day import ExplainedQueue
from optimizer.explanation import PARTS, RARE, summarize
from ui.clock_names import CLOCK_NAMES

# As a share; what is smaller goes unmentioned.
_WORTH_SAYING = 0.005
_SAME = 0.01
# Of hours alike; what is more usual needs no number.
_UNUSUAL = 0.2

FILE_COLUMNS = (
    "unique_id",
    "ds",
    "planned_volume",
    "contacts",
    "required",
    "planned",
    "on_duty",
    "judged",
    "target",
    "promised",
    "reached",
    "predicted",
    "missed",
    "margin",
    *(f"by_{part}" for part in PARTS),
    "chance_sd",
    "as_few",
    "chance_alone",
    "because",
)

Row = Mapping[Hashable, Any]


def day_lines(explained: ExplainedQueue, timezone: str) -> list[str]:
    """Say how a queue's day went and why, then the same of every hour that missed its target."""
    table, service = explained.table, explained.settings.service
    promise = f"{CLOCK_NAMES[service.clock]} within {service.within_seconds:g} s"
    day = summarize(table, table)
    first = table["interval_start"].iloc[0].tz_convert(zone(timezone))
    where = f"{explained.queue}, {first:%a %Y-%m-%d}"
    missed, told = explained.missed, int(table["reached"].notna().sum())
    if told:
        lines = [
            f"{where}: {day['reached']:.0%} of {day['judged']:,.0f} contacts in time, target "
            f"{service.target:.0%} ({promise}). "
            f"{_because(day.to_dict(), _day_reasons(explained))}",
            _count_line(len(missed), told, int(missed["chance_alone"].sum())),
            *(f"  {hour_line(row, explained, timezone)}" for row in missed.to_dict("records")),
        ]
    else:
        lines = [f"{where}: no contacts while it was open, so there is nothing to explain."]
    if explained.outside:
        lines.append(
            f"{explained.outside:,} contacts came while it was closed; they have no target."
        )
    return [*lines, f"{explained.handling.basis}."]


def _count_line(missed: int, told: int, alone: int) -> str:
    if not missed:
        return f"None of {told} intervals missed it."
    by_chance = f", {alone} of them by chance alone" if alone else ""
    return f"{missed} of {told} intervals missed it{by_chance}:"


def hour_line(row: Row, explained: ExplainedQueue, timezone: str) -> str:
    """Say in a sentence why an hour was served as it was.

    Parameters
    ----------
    row
        Of `ExplainedQueue.table`, with a share that was reached.
    explained
        The queue's day.
    timezone
        The calendar's zone.
    """
    start = row["interval_start"].tz_convert(zone(timezone))
    reasons = _reasons(row, explained.settings.handling, explained.handling.handling)
    sentence = (
        f"{_clock_time(start)}: {row['reached']:.0%} in time instead of {row['target']:.0%}. "
        f"{_because(row, reasons)}"
    )
    if row["chance_alone"]:
        return f"{sentence} Chance alone explains it."
    if row["as_few"] < RARE and row["chance"] == min(row[part] for part in PARTS):
        return f"{sentence} That is hardly chance: look for what none of the others shows."
    return sentence


def _clock_time(start: pd.Timestamp) -> str:
    """Return the local time, and the offset with it where the clock shows that time twice."""
    wall = start.tz_localize(None)
    first, second = (wall.tz_localize(start.tz, ambiguous=summer) for summer in (True, False))
    return f"{start:%H:%M}" if first == second else f"{start:%H:%M}{start.isoformat()[-6:]}"


def _because(row: Row, reasons: Mapping[str, str]) -> str:
    """Name the parts that lead from what was promised to what was reached, the largest first."""
    sized = sorted(PARTS, key=lambda part: -abs(row[part]))
    worth_saying = [part for part in sized if abs(row[part]) >= _WORTH_SAYING]
    said = [
        f"{part} {_points(row[part])}"
        + (" points" if place == 0 else "")
        + (f" ({reasons[part]})" if part in reasons else "")
        for place, part in enumerate(worth_saying)
    ]
    return f"Promised {row['promised']:.0%}: " + (", ".join(said) or "it came as promised") + "."


def _reasons(row: Row, planned: Handling, of_day: Handling) -> dict[str, str]:
    """Say what stood against what; a part that its own hour does not explain comes from others."""
    volume, on_duty = row["contacts"] - row["planned_volume"], row["on_duty"] - row["planned"]
    shape = row["planned"] - row["required"]
    said, forecast = f"{row['contacts']:g}", _count(row["planned_volume"])
    reasons = {
        "volume": f"{_contacts(row['contacts'])} instead of {forecast}",
        "absence": f"{_reps(row['on_duty'])} on duty instead of {row['planned']:.0f}",
        "shape": f"{_reps(row['planned'])} planned, {row['required']:.0f} required",
        "handling": _handling(planned, of_day),
    }
    for part, better in (("volume", -volume), ("absence", on_duty), ("shape", shape)):
        if better * row[part] <= 0 or (part == "volume" and said == forecast):
            reasons[part] = "from other hours"
    if row["as_few"] < _UNUSUAL:
        reasons["chance"] = _rarity(row["as_few"])
    return reasons


def _day_reasons(explained: ExplainedQueue) -> dict[str, str]:
    """Say of a day what stood against what, in sums."""
    table = explained.table
    hours = explained.interval_minutes / 60 * table[["on_duty", "planned", "required"]].sum()
    contacts, forecast = table["contacts"].sum(), table["planned_volume"].sum()
    reasons = {"handling": _handling(explained.settings.handling, explained.handling.handling)}
    if round(contacts) != round(forecast):
        reasons["volume"] = f"{_contacts(contacts)} instead of {_count(forecast)}"
    if hours["on_duty"] != hours["planned"]:
        reasons["absence"] = (
            f"{hours['on_duty']:g} rep-hours on duty instead of {hours['planned']:g}"
        )
    if hours["planned"] != hours["required"]:
        reasons["shape"] = f"{hours['planned']:g} rep-hours planned, {hours['required']:g} required"
    return reasons


def _handling(planned: Handling, of_day: Handling) -> str:
    expected, found = message_times(planned), message_times(of_day)
    touch = found.touch_minutes, expected.touch_minutes
    if abs(touch[0] / touch[1] - 1) > _SAME:
        return f"{touch[0]:.1f} minutes of writing in a conversation instead of {touch[1]:.1f}"
    return (
        f"a lone conversation takes {found.solo_minutes:.1f} minutes instead of "
        f"{expected.solo_minutes:.1f}"
    )


def _rarity(as_few: float) -> str:
    """Say how often chance goes as far."""
    if as_few >= 0.001:
        return f"as few in time in 1 of {1 / as_few:,.0f} such hours"
    return "as few in time in less than 1 of 1,000 such hours"


def _count(volume: float) -> str:
    return f"{volume:.0f}" if volume >= 10 else f"{volume:.2g}"


def _contacts(volume: float) -> str:
    return f"{volume:g} contact" + ("s" if volume != 1 else "")


def _reps(reps: float) -> str:
    return f"{reps:.0f} rep" + ("s" if reps != 1 else "")


def _points(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−")


def explanation_table(days: tuple[ExplainedQueue, ...], timezone: str) -> pd.DataFrame:
    """Return explained days as they stand in a file.

    Returns
    -------
    pandas.DataFrame
        A row per queue and interval of the day: ``unique_id, ds``; what was planned and what came;
        ``target, promised, reached, predicted, missed``; ``margin`` and the parts as ``by_…``,
        which add up to reached less target; how far chance goes; ``because``, the sentence of an
        interval that missed its target. Empty where there is nothing to explain.
    """
    tables = []
    for day in days:
        rows = day.table.rename(columns={part: f"by_{part}" for part in PARTS})
        rows.insert(0, "unique_id", day.queue)
        starts = pd.DatetimeIndex(rows["interval_start"])
        rows.insert(1, "ds", format_times(starts, timezone))
        told = rows["reached"].notna()
        rows["missed"] = (rows["reached"] < rows["target"]).astype("boolean").where(told)
        rows["chance_alone"] = rows["chance_alone"].astype("boolean").where(told)
        rows["because"] = [
            hour_line(row, day, timezone) if row["reached"] < row["target"] else ""
            for row in day.table.to_dict("records")
        ]
        tables.append(rows[list(FILE_COLUMNS)])
    return pd.concat(tables, ignore_index=True).round(6)
