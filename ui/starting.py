"""New workspaces: from an export of one's own, or the sample team's."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.errors import InputError
from data.files import write_all
from data.samples import sample_conversations_path, sample_files
from data.sources import IntervalVolume, read_conversations
from data.week import DAYS, WeeklyHours
from forecast.closures import CalendarSettings, learn_opening
from forecast.history_folder import write_history_folder
from forecast.series import VolumeHistory
from ui.settings import SETTINGS_FILE, Settings, read_settings
from ui.workspaces import Source, Workspace, open_workspace, read_source, read_volume

SAMPLE_FILES = (SETTINGS_FILE, "team.csv", "absences.csv", "preferences.csv", "events.csv")
TEAM_EXAMPLE = "team.example.csv"
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
TEAM_HEADER = (
    "rep_id,name,email,timezone,site,skills,min_hours,max_hours,available,on_call,from,until\n"
)
INPUT_HEADERS = {
    "absences.csv": "rep_id,start,end,kind\n",
    "preferences.csv": "rep_id,start,end,weight\n",
    "events.csv": "date,kind,factor,like_day,queue,start,end\n",
}
# Inputs and plans are made to be kept in git; drafts and timings are not.
GIT_IGNORE = "staffcast.db*\nruns/\n"


@dataclass(frozen=True)
class HandlingGuess:
    """Handling of one queue as its conversations suggest it, or as is usual in chat.

    Parameters
    ----------
    rep_messages, writing_minutes, customer_reply_minutes
        Means over conversations that a rep answered.
    measured
        Whether the export had what it takes; otherwise these are usual values to check.
    """

    rep_messages: float = 8.0
    writing_minutes: float = 0.75
    customer_reply_minutes: float = 4.0
    measured: bool = False


def make_workspace(
    folder: Path,
    sources: Sequence[Path],
    timezone: str,
    mapping: Mapping[str, str],
) -> list[str]:
    """Make a workspace from an export and return what to tell the planner.

    Raises
    ------
    InputError
        When the export cannot be read or `folder` holds a workspace already.
    """
    if (folder / SETTINGS_FILE).exists():
        raise InputError(f"{folder}: there is a {SETTINGS_FILE} already; choose another folder")
    source = read_source(sources, timezone, mapping=mapping)
    minutes = source.interval_minutes if isinstance(source, IntervalVolume) else 60
    settings = Settings(calendar=CalendarSettings(timezone, minutes))
    read = read_volume(source, settings)
    files: dict[Path, bytes | str] = {
        folder / name: header for name, header in INPUT_HEADERS.items()
    }
    files[folder / ".gitignore"] = GIT_IGNORE
    files[folder / TEAM_EXAMPLE] = TEAM_HEADER + _example_rep(read.histories, timezone)
    files[folder / SETTINGS_FILE] = settings_text(read.histories, timezone, guess_handling(source))
    # The settings make a folder a workspace, so they are written after the history.
    write_history_folder(folder / "history", source, timezone=timezone)
    write_all({path: text for path, text in files.items() if not path.exists()})
    return [
        *read.report.lines(),
        f"Written: {folder / SETTINGS_FILE}: check handling and service of each queue first",
        f"Written: {folder / TEAM_EXAMPLE}: name your reps and save it as team.csv",
        f"Next: staffcast plan {folder}",
    ]


def settings_text(
    histories: Sequence[VolumeHistory], timezone: str, guesses: Mapping[str, HandlingGuess]
) -> str:
    """Write a first ``staffcast.toml`` with the queues and opening hours that the history shows."""
    interval = histories[0].calendar.interval_minutes
    head = (
        "# Made by staffcast init. Every value can be changed; units stand in the names.\n"
        "# What is commented out has the value that is shown.\n\n[calendar]\n",
        _entry(f'timezone = "{timezone}"', "wall time of opening hours"),
        _entry(f"interval_minutes = {interval}", "15, 30 or 60; can be changed at any time"),
        _entry('# holidays = "IE"', "country of the public holidays: IE, US-IL, ..."),
    )
    tail = (
        "\n[shifts]\n# starts_every_minutes = 60\nlengths_hours = [4, 6, 8]\n",
        _entry("# understaffing_price = 10.0", "of a missing rep-hour, in wages"),
        "\n[on_call]\n",
        _entry("# guard = 0.95", "primary + on-call serve this quantile of volume"),
        _entry("# standby_price = 0.30", "of an hour on standby, in wages"),
        "\n[labour]\n# min_rest_hours = 11\n# max_consecutive_days = 5\n# max_week_hours = 40\n",
    )
    queues = (_queue_text(each, guesses.get(each.queue)) for each in histories)
    return "".join((*head, *queues, *tail))


def _entry(setting: str, comment: str) -> str:
    """Return a line of the settings file, its comment in line with the others."""
    return f"{setting:<33} # {comment}\n"


def guess_handling(source: Source) -> dict[str, HandlingGuess]:
    """Take the means of messages and times per queue, where the export has them."""
    needed = ["queue", "rep_messages", "writing_s", "customer_gap_s"]
    if isinstance(source, IntervalVolume) or not set(needed) <= set(source.table.columns):
        return {}
    known = source.table[needed].dropna()
    known = known[known["rep_messages"] >= 1]
    guesses = {}
    for queue, rows in known.groupby("queue"):
        messages = float(rows["rep_messages"].sum())
        answers = messages - len(rows)
        writing, gaps = float(rows["writing_s"].sum()), float(rows["customer_gap_s"].sum())
        if answers > 0 and writing > 0 and gaps > 0:
            guesses[str(queue)] = HandlingGuess(
                round(messages / len(rows), 2),
                round(writing / messages / 60, 3),
                round(gaps / answers / 60, 2),
                measured=True,
            )
    return guesses


def _queue_text(history: VolumeHistory, guess: HandlingGuess | None) -> str:
    opening = history.calendar.opening or learn_opening(history.volume, history.calendar)
    handling = guess or HandlingGuess()
    source = "means of your conversations" if handling.measured else "usual in chat: put in yours"
    name = history.queue if _BARE_KEY.fullmatch(history.queue) else json.dumps(history.queue)
    lines = (
        f"\n[queues.{name}]\n",
        _entry('channel = "chat"', 'or "phone"'),
        _entry(f"opening = {_opening_text(opening)}", "learnt: hours that had volume"),
        f"\n[queues.{name}.handling]\n# {source}\n",
        _entry("concurrency = 4", "conversations at once"),
        _entry(f"rep_messages = {handling.rep_messages:g}", "a rep writes in a conversation"),
        _entry(f"writing_minutes = {handling.writing_minutes:g}", "to write one of them"),
        _entry(f"customer_reply_minutes = {handling.customer_reply_minutes:g}", "until the answer"),
        _entry("patience_minutes = 20", "before a customer who waits gives up"),
        f"\n[queues.{name}.service]\n",
        _entry("target = 0.80", "share in time"),
        _entry(f"within_seconds = {_within_seconds(handling.writing_minutes)}", "what in time is"),
        _entry('clock = "first_reply"', 'or "pick_up" by a rep'),
        _entry("shrinkage = 0.30", "share of paid time not on duty"),
        "# or in two parts: shrinkage_in_office = 0.20, shrinkage_out_of_office = 0.12\n",
        "# max_hands_busy = 0.85\n# min_reps = 1\n",
    )
    return "".join(lines)


def _within_seconds(writing_minutes: float) -> int:
    """Return seconds, two minutes at least, in which a rep with empty hands hardly ever fails."""
    return max(120, 60 * math.ceil(3 * writing_minutes))


def _opening_text(opening: WeeklyHours) -> str:
    days = []
    for part in filter(None, opening.to_text().split("; ")):
        names, _, windows = part.partition(" ")
        days.append(f'{names} = "{windows}"')
    return "{ " + ", ".join(days or [f'{DAYS[0]}-{DAYS[-1]} = "00:00-24:00"']) + " }"


def _example_rep(histories: Sequence[VolumeHistory], timezone: str) -> str:
    skills = "|".join(history.queue for history in histories)
    return f"ana,Ana Example,ana@example.org,{timezone},,{skills},32,40,Mon-Fri 07:00-19:00,yes,,\n"


def copy_sample(folder: Path) -> Workspace:
    """Copy the sample team's workspace to a folder; what stands there already is kept.

    Raises
    ------
    InputError
        When the folder holds something that is no workspace.
    """
    if folder.is_file():
        raise InputError(f"{folder}: found a file; name a folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / SETTINGS_FILE).exists():
        raise InputError(f"{folder}: the folder is in use; name a new one")
    sample = sample_files()
    settings = read_settings(sample / SETTINGS_FILE)
    if not (folder / "history").exists():
        source = read_conversations([sample_conversations_path()])
        write_history_folder(folder / "history", source, timezone=settings.calendar.timezone)
    names = [name for name in SAMPLE_FILES if not (folder / name).exists()]
    write_all({folder / name: (sample / name).read_bytes() for name in names})
    return open_workspace(folder)
