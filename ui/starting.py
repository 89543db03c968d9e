"""New workspaces: from an export of one's own, or the sample team's."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from data.conversations import Conversations
from data.errors import InputError
from data.files import write_all
from data.samples import sample_conversations_path, sample_files
from data.sources import IntervalVolume, read_conversations
from data.week import DAYS, WeeklyHours
from forecast.closures import CalendarSettings, learn_opening
from forecast.history_folder import write_history_folder
from forecast.series import VolumeHistory
from optimizer.calibration import calibrate
from optimizer.concurrency import Handling, message_times
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
LEARNT_FROM = pd.Timedelta(weeks=26)


@dataclass(frozen=True)
class HandlingGuess:
    """Handling of one queue to begin with, and what it rests on."""

    handling: Handling
    basis: str


USUAL = HandlingGuess(
    Handling(4, rep_messages=8.0, writing_minutes=0.75, customer_reply_minutes=4.0),
    "usual in chat: put in yours",
)


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
        _entry("# activation_price = 1.40", "of an hour called in, beside the standby"),
        _entry("# min_activation_hours = 2", "a call lasts at least so long"),
        _entry("# notice_minutes = 15", "from the call until the rep works"),
        "\n[labour]\n# min_rest_hours = 11\n# max_consecutive_days = 5\n# max_week_hours = 40\n",
    )
    queues = (_queue_text(each, guesses.get(each.queue, USUAL)) for each in histories)
    return "".join((*head, *queues, *tail))


def _entry(setting: str, comment: str) -> str:
    """Return a line of the settings file, its comment in line with the others."""
    return f"{setting:<33} # {comment}\n"


def guess_handling(source: Source) -> dict[str, HandlingGuess]:
    """Learn the handling of each queue, or take plain means, where the export has messages.

    What has to be fitted takes its time, and is left to ``staffcast calibrate``.
    """
    needed = {"rep_messages", "writing_s", "customer_gap_s"}
    if isinstance(source, IntervalVolume) or not needed <= set(source.table.columns):
        return {}
    return {**_means(source), **_learnt(source)}


def _means(source: Conversations) -> dict[str, HandlingGuess]:
    """Take the means of messages and times of all conversations that a rep answered."""
    known = source.table[["queue", "rep_messages", "writing_s", "customer_gap_s"]].dropna()
    known = known[known["rep_messages"] >= 1]
    guesses = {}
    for queue, rows in known.groupby("queue"):
        messages = float(rows["rep_messages"].sum())
        answers = messages - len(rows)
        writing, gaps = float(rows["writing_s"].sum()), float(rows["customer_gap_s"].sum())
        if answers > 0 and writing > 0 and gaps > 0:
            handling = replace(
                USUAL.handling,
                rep_messages=messages / len(rows),
                writing_minutes=writing / messages / 60,
                customer_reply_minutes=gaps / answers / 60,
            )
            guesses[str(queue)] = HandlingGuess(handling, "means of your conversations")
    return guesses


def _learnt(source: Conversations) -> dict[str, HandlingGuess]:
    """Learn what the last half year says of queues whose messages and times are recorded."""
    created = source.table["created_at"]
    recent = source.table[created >= created.max() - LEARNT_FROM]
    try:
        learnt = calibrate(Conversations(recent), "the export")
    except InputError:
        return {}  # Who held what is not recorded, or it is too little: the means stand.
    return {
        found.queue: HandlingGuess(
            found.handling, "learnt from your last half year; staffcast calibrate says how surely"
        )
        for found in learnt.queues
        if found.known.all_recorded
    }


def _queue_text(history: VolumeHistory, guess: HandlingGuess) -> str:
    opening = history.calendar.opening or learn_opening(history.volume, history.calendar)
    name = history.queue if _BARE_KEY.fullmatch(history.queue) else json.dumps(history.queue)
    writing = message_times(guess.handling).writing_minutes
    lines = (
        f"\n[queues.{name}]\n",
        _entry('channel = "chat"', 'or "phone"; "email" and "ticket" may wait for hours'),
        _entry(f"opening = {_opening_text(opening)}", "learnt: hours that had volume"),
        f"\n[queues.{name}.handling]\n# {guess.basis}\n",
        *_handling_lines(guess.handling),
        f"\n[queues.{name}.service]\n",
        _entry("target = 0.80", "share in time"),
        _entry(f"within_seconds = {_within_seconds(writing)}", "what in time is"),
        _entry('clock = "first_reply"', 'or "pick_up" by a rep'),
        _entry("shrinkage = 0.30", "share of paid time not on duty"),
        "# or in two parts: shrinkage_in_office = 0.20, shrinkage_out_of_office = 0.12\n",
        "# max_hands_busy = 0.85\n# min_reps = 1\n",
    )
    return "".join(lines)


def _handling_lines(handling: Handling) -> Iterator[str]:
    """Write the handling with three digits; spreads stand only where they are not exponential."""
    for key, comment in (
        ("concurrency", "conversations at once"),
        ("rep_messages", "a rep writes in a conversation"),
        ("writing_minutes", "to write one of them"),
        ("customer_reply_minutes", "until the answer"),
        ("patience_minutes", "before a customer who waits gives up"),
        ("writing_cv", "standard deviation over mean; 1 is exponential"),
        ("customer_reply_cv", "the same"),
        ("patience_cv", "the same"),
    ):
        value = getattr(handling, key)
        if not key.endswith("_cv") or value != 1:
            yield _entry(f"{key} = {value:.3g}", comment)


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
