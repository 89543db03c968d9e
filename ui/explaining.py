"""A day of a plan explained from the files that say what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from data.clock import floor_to_grid, format_times, local_days
from data.conversations import Conversations
from data.errors import InputError
from data.files import read_number
from data.progress import Report, silent
from data.sources import is_interval_file, read_conversations
from data.sources.messages import read_messages
from optimizer.actual_service import on_duty_of, reps_seen, service_seen
from optimizer.evaluation import read_staff
from optimizer.explained_day import (
    DayHandling,
    ExplainedQueue,
    bounds_of,
    explain_day,
    handling_of_day,
)
from optimizer.interval_files import (
    check_grid,
    read_column,
    read_interval_table,
    read_share,
    read_whole,
)
from optimizer.message_times import with_message_times
from optimizer.plan_simulation import on_duty
from optimizer.queue_settings import QueueSettings
from ui.plan_folder import Plan
from ui.settings import Settings


@dataclass(frozen=True)
class Actuals:
    """What came, from whichever files say so.

    Parameters
    ----------
    source
        Names of the files.
    came
        Conversations; or, where intervals were counted already, ``queue, interval_start, volume,
        judged, reached`` and, as far as known, ``on_duty``.
    """

    source: str
    came: Conversations | pd.DataFrame

    @property
    def queues(self) -> set[str]:
        """Names of the queues of which something is known."""
        return set(self.came["queue"] if isinstance(self.came, pd.DataFrame) else self.came.queues)


@dataclass(frozen=True)
class ExplainedDay:
    """A local day of a plan, a queue each, and sentences on what could not be explained."""

    day: date
    queues: tuple[ExplainedQueue, ...]
    notes: tuple[str, ...]


def read_actuals(paths: Sequence[Path], made: Plan, mapping: Mapping[str, str]) -> Actuals:
    """Read conversations, or one file of ``unique_id,ds,y,service_level[,reps]``.

    Raises
    ------
    InputError
        When a file cannot be used, or the two kinds are mixed.
    """
    source = ", ".join(path.name for path in paths)
    kinds = [is_interval_file(path) for path in paths]
    if not any(kinds):
        read = read_conversations(paths, mapping=mapping or None, timezone=made.timezone)
        log = read_messages(paths)
        return Actuals(source, read if log is None else with_message_times(read, log))
    if len(paths) > 1 or mapping:
        raise InputError(
            f"{paths[kinds.index(True)]}: found volume per interval; give it alone and without a "
            "column mapping"
        )
    path = paths[0]
    table = read_interval_table(path, ("y", "service_level"), made.timezone, optional=("reps",))
    check_grid(path, table, made.timezone, made.interval_minutes)
    table["volume"] = read_column(path, table, "y", read_number)
    table["judged"] = table["volume"]
    table["reached"] = read_column(path, table, "service_level", read_share)
    table["on_duty"] = read_column(path, table, "reps", _reps)
    return Actuals(source, table.drop(columns=["y", "service_level", "reps"]))


def _reps(text: str, path: Path, row: int, column: str) -> float:
    return read_whole(text, path, row, column) if text else np.nan


def explain_plan(
    made: Plan,
    settings: Settings,
    actuals: Actuals,
    day: date | None,
    staff: Path | None,
    runs: int | None,
    seed: int,
    progress: Report = silent,
) -> ExplainedDay:
    """Explain a day of a plan.

    Parameters
    ----------
    made, settings
        The plan, and the settings that it was made with.
    actuals
        What came.
    day
        The local day; None for the last one of the plan on which contacts came.
    staff
        File of the reps on duty; None to see them from conversations.
    runs, seed
        Of the simulation that shows how far chance goes.
    progress
        Told the stage and the share that is done.

    Raises
    ------
    InputError
        When the day lies outside the plan, or what came on it is not known.
    """
    day = _day_of(made, actuals, day)
    begin, end = bounds_of(day, made.timezone)
    queues, notes = _queues(made, settings, actuals)
    asked = _Asked(made, actuals, begin, end, staff)
    came = {name: asked.came(name, queue) for name, queue in queues.items()}
    progress("Learn the day's handling", 0.0)
    explained = explain_day(
        made.requirement.table,
        made.coverage,
        came,
        queues,
        asked.handling(queues, seed),
        begin,
        end,
        made.interval_minutes,
        runs,
        seed,
        progress,
    )
    if staff is None and isinstance(actuals.came, Conversations):
        notes.append(
            "Reps on duty are those who picked conversations up, less the plan's shrinkage; a file "
            "of them (explain --staff) is surer."
        )
    return ExplainedDay(day, explained, tuple(notes))


def _day_of(made: Plan, actuals: Actuals, day: date | None) -> date:
    last = made.start + timedelta(days=7 * made.weeks - 1)
    said = f"the plan is of {made.start} to {last}"
    if day is not None:
        if not made.start <= day <= last:
            raise InputError(f"--date: found {day}; {said}")
        return day
    if isinstance(actuals.came, Conversations):
        instants = pd.DatetimeIndex(actuals.came.table["created_at"])
    else:
        instants = pd.DatetimeIndex(actuals.came.query("volume > 0")["interval_start"])
    begin, end = bounds_of(made.start, made.timezone)[0], bounds_of(last, made.timezone)[1]
    inside = instants[(instants >= begin) & (instants < end)]
    if not len(inside):
        raise InputError(f"{actuals.source}: no contact came in the days of the plan; {said}")
    return local_days(pd.DatetimeIndex([inside.max()]), made.timezone)[0]


def _queues(
    made: Plan, settings: Settings, actuals: Actuals
) -> tuple[dict[str, QueueSettings], list[str]]:
    """Return the queues that can be explained, and why others cannot."""
    queues, notes, known = {}, [], actuals.queues
    for name in sorted(made.requirement.table["queue"].unique()):
        if name not in settings.queues:
            raise InputError(f"Queue {name} has no settings in the plan; make the plan again")
        if settings.queues[name].is_asynchronous:
            notes.append(f"Queue {name} is worked within hours; only chat and phone are explained.")
        elif name not in known:
            notes.append(f"{actuals.source} has nothing of queue {name}, so it is left out.")
        else:
            queues[name] = settings.queues[name]
    strangers = sorted(known - set(made.requirement.table["queue"]))
    notes += [f"Queue {name} of {actuals.source} is not in the plan." for name in strangers]
    if not queues:
        raise InputError(f"{actuals.source}: there is no queue to explain. {' '.join(notes)}")
    return queues, notes


@dataclass(frozen=True)
class _Asked:
    """A day of a plan, and the files that say what came."""

    made: Plan
    actuals: Actuals
    begin: pd.Timestamp
    end: pd.Timestamp
    staff: Path | None

    def handling(self, queues: Mapping[str, QueueSettings], seed: int) -> dict[str, DayHandling]:
        """Return what conversations of the day asked of reps."""
        came, source = self.actuals.came, self.actuals.source
        if isinstance(came, Conversations):
            return handling_of_day(came, queues, self.begin, self.end, source, seed)
        basis = f"Handling is that of the settings: {source} has no conversations"
        return {name: DayHandling(each.handling, basis) for name, each in queues.items()}

    def came(self, queue: str, settings: QueueSettings) -> pd.DataFrame:
        """Return what came of a queue, by interval, up to the end of the day."""
        needed = self.made.requirement.table
        needed = needed[needed["queue"] == queue].set_index("interval_start").sort_index()
        needed = needed[needed.index < self.end]
        starts = pd.DatetimeIndex(needed.index)
        came = self._counted(queue, settings, starts)
        if self.staff is not None:
            stated = self._stated
            own = stated[stated["queue"] == queue].set_index("interval_start")["reps"]
            came["on_duty"] = own.reindex(starts)
        elif isinstance(self.actuals.came, Conversations):
            came["on_duty"] = self._seen(queue, settings, starts)
        # While it is closed nobody need say that nobody was there and nobody came.
        is_open = (needed[["volume", "primary"]] > 0).any(axis=1) | (came["volume"] > 0)
        today = came[is_open.to_numpy() & (starts >= self.begin)]
        self._check_known(queue, today)
        return came

    def _check_known(self, queue: str, today: pd.DataFrame) -> None:
        """Refuse a day of which something is not known while the queue is open."""
        for column, where, mend in (
            ("volume", self.actuals.source, "give a row for every interval of the day"),
            ("on_duty", self.staff or self.actuals.source, "give them with --staff"),
        ):
            unknown = today.index[today[column].isna()]
            if len(unknown):
                start = format_times(pd.DatetimeIndex(unknown[:1]), self.made.timezone)[0]
                what = {"volume": "contacts", "on_duty": "reps on duty"}[column]
                raise InputError(
                    f"{where}: {what} of queue {queue} at {start} are not known; {mend}"
                )

    @cached_property
    def _stated(self) -> pd.DataFrame:
        if self.staff is None:
            raise ValueError("There is no file of reps on duty to read.")
        return read_staff(self.staff, self.made.timezone, self.made.interval_minutes)

    def _counted(
        self, queue: str, settings: QueueSettings, starts: pd.DatetimeIndex
    ) -> pd.DataFrame:
        """Lay what is known of a queue on the intervals; NaN before the data and the day begin."""
        made, came = self.made, self.actuals.came
        if isinstance(came, pd.DataFrame):
            own = came[came["queue"] == queue]
            return own.set_index("interval_start").drop(columns="queue").reindex(starts)
        counted = service_seen(
            came.table[came.table["queue"] == queue],
            settings.service.clock,
            settings.service.within_seconds,
            made.interval_minutes,
            made.timezone,
            self.actuals.source,
        ).reindex(starts, fill_value=0)
        counted["reached"] = counted["in_time"] / counted["judged"].where(counted["judged"] > 0)
        return counted.astype(float)[starts >= self._known_from(came)].reindex(starts)

    def _known_from(self, came: Conversations) -> pd.Timestamp:
        """Return when the data begin: with the first contact, and with the day at the latest."""
        first = pd.DatetimeIndex([came.table["created_at"].min()])
        begin = floor_to_grid(first, self.made.interval_minutes, self.made.timezone)[0]
        return min(begin, self.begin)

    def _seen(
        self, queue: str, settings: QueueSettings, starts: pd.DatetimeIndex
    ) -> "pd.Series[float]":
        """Return the reps on duty as far as conversations show them."""
        made, came = self.made, self.actuals.came
        if not isinstance(came, Conversations):
            raise ValueError("Reps are seen in conversations only.")
        seen = reps_seen(came.table, queue, starts, made.interval_minutes, self.actuals.source)
        of_queue = made.coverage[made.coverage["queue"] == queue].set_index("interval_start")
        rostered = of_queue["primary"].reindex(starts).fillna(0).to_numpy(dtype=np.int64)
        planned = on_duty(rostered, settings.service.shrinkage)
        found = on_duty_of(seen, rostered, planned, settings.service)
        reps = pd.Series(found, starts, dtype=float)
        return reps[starts >= self._known_from(came)].reindex(starts)
