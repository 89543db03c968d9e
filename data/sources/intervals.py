"""Files of counts per interval: ``unique_id,ds,y``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import INTERVALS_MINUTES, floor_to_grid, zone
from data.conversations import DEFAULT_QUEUE
from data.errors import InputError, fault
from data.files import check_readable, read_table
from data.repairs import Repair
from data.sources.delimited import head_text, is_parquet, read_header
from data.sources.documents import is_json
from data.sources.steps import find_steps
from data.sources.tidy import describe_far_dates, find_far_dates
from data.sources.times import localise, mend_of_time, read_times, second_offset, to_instants

_LARGEST = 1e9
_LONGEST = pd.Timedelta(days=366 * 50)


@dataclass(frozen=True)
class IntervalVolume:
    """Contacts per interval as a file states them.

    Parameters
    ----------
    table
        A row per queue and interval, by both: ``queue``; ``interval_start``, UTC; ``volume``,
        contacts/interval, NaN where the file says that it is not known. Intervals may be missing.
    interval_minutes
        15, 30 or 60.
    repairs
        What was mended on the way here.
    """

    table: pd.DataFrame
    interval_minutes: int
    repairs: tuple[Repair, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.interval_minutes not in INTERVALS_MINUTES:
            raise ValueError(f"interval_minutes must be 15, 30 or 60, not {self.interval_minutes}.")
        if self.table.duplicated(["queue", "interval_start"]).any():
            raise ValueError("An interval of a queue is repeated; keep one of them.")
        volume = self.table["volume"].to_numpy(dtype=float)
        if np.isinf(volume).any() or (volume < 0).any():
            raise ValueError("A volume is negative or infinite.")


def is_interval_file(path: Path) -> bool:
    """Say whether a file is a table with ``ds`` and ``y`` or ``unique_id``, in any case.

    Raises
    ------
    InputError
        When there is no such file, or it is empty or not text.
    """
    if path.is_dir():
        return False
    check_readable(path)
    if is_parquet(path) or is_json(head_text(path)):
        return False
    names = {name.lower() for name in read_header(path)[0]}
    return {"ds", "y"} <= names or {"unique_id", "ds"} <= names


def read_intervals(
    path: Path,
    *,
    timezone: str = "UTC",
    interval_minutes: int | None = None,
    value: str = "y",
) -> IntervalVolume:
    """Read contacts per interval.

    Parameters
    ----------
    path
        A delimited file with the columns ``ds`` and `value`, and ``unique_id`` unless there is one
        queue. Other columns do not matter.
    timezone
        The zone of a ``ds`` without an offset, at whose midnight intervals begin.
    interval_minutes
        15, 30 or 60; None for the file's own, or what finer intervals add up to.
    value
        Name of the column of counts; an empty cell is a volume that is not known.

    Returns
    -------
    IntervalVolume
        With every repair listed.

    Raises
    ------
    InputError
        With file, row and column of what cannot be used.
    """
    try:
        zone(timezone)
    except ValueError as error:
        raise InputError(f"timezone: {error}") from None
    cells = _read_columns(path, ["ds", value, "unique_id"])
    if cells.empty:
        raise InputError(f"{path}: there is no row below the header; export it again")
    reading = _Reading(path, timezone, value)
    table = pd.DataFrame(
        {
            "queue": cells["unique_id"].replace("", DEFAULT_QUEUE).astype("str"),
            "volume": reading.volumes(cells[value]),
        },
        index=cells.index,
    )
    table = reading.place(table, cells["ds"])
    table = reading.drop_far(table)
    table = reading.drop_repeated(table)
    steps = find_steps(table, path, timezone)
    target = reading.target(steps, interval_minutes)
    table = reading.add_up(table, steps, target)
    columns = ["queue", "interval_start", "volume"]
    ordered = table[columns].sort_values(columns[:2], kind="stable", ignore_index=True)
    return IntervalVolume(ordered, target, tuple(reading.repairs))


def _read_columns(path: Path, wanted: Sequence[str]) -> pd.DataFrame:
    """Read columns by their names in any case, the last of which may be missing."""
    found, _ = read_header(path)
    own = {}
    for name in wanted:
        same = [other for other in found if other == name]
        same = same or [other for other in found if other.lower() == name.lower()]
        if len(same) > 1:
            raise InputError(
                f"{path}: two columns are called {same[0]}; name them unique_id, ds and y"
            )
        own[same[0] if same else name] = name
    *required, optional = own
    return read_table(path, required, [optional]).rename(columns=own)


class _Reading:
    """The steps of reading one file; the index of each table is the line in it."""

    def __init__(self, path: Path, timezone: str, value: str) -> None:
        self.path, self.timezone, self.value = path, timezone, value
        self.repairs: list[Repair] = []

    def volumes(self, texts: pd.Series) -> pd.Series:
        """Return finite numbers of at least 0, NaN for empty cells."""
        empty = texts == ""
        volumes = pd.to_numeric(texts.mask(empty), errors="coerce").astype(float)
        bad = ~empty & ~volumes.between(0, _LARGEST)
        if bad.any():
            raise fault(
                self.path,
                str(texts[bad].iloc[0]),
                f"give a finite number of at least 0 and at most {_LARGEST:g}, or leave the cell "
                "empty if it is not known",
                row=int(texts.index[bad][0]),
                column=self.value,
            )
        return volumes

    def place(self, table: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
        """Add ``interval_start``; drop empty hours that the clocks skip."""
        times = read_times(texts.tolist())
        wrong = ~times.readable
        if wrong.any():
            raise fault(
                self.path,
                str(texts[wrong].iloc[0]),
                mend_of_time(str(texts[wrong].iloc[0])),
                row=int(texts.index[wrong][0]),
                column="ds",
            )
        instants = times.micros.copy()
        naive = np.flatnonzero(times.naive)
        skipped = np.zeros(len(table), dtype=bool)
        if len(naive):
            wall = pd.DatetimeIndex(times.micros[naive].view("datetime64[us]"))
            skipped[naive] = self._localise(table.iloc[naive], wall, instants, naive)
            self._note_naive(len(naive), len(table))
        placed = table.assign(interval_start=to_instants(instants))
        return placed[~skipped]

    def _localise(
        self,
        table: pd.DataFrame,
        wall: pd.DatetimeIndex,
        instants: npt.NDArray[np.int64],
        places: npt.NDArray[np.intp],
    ) -> npt.NDArray[np.bool_]:
        """Write the instants of naive times to their places; say which the clocks skip."""
        local = localise(wall, self.timezone)
        full = local.nonexistent & (table["volume"].to_numpy() > 0)
        if full.any():
            row = int(np.flatnonzero(full)[0])
            raise fault(
                self.path,
                str(wall[row]),
                f"the clocks of {self.timezone} skip this hour, yet it has volume; "
                "state the zone that the times were written in",
                row=int(table.index[row]),
                column="ds",
            )
        instants[places] = local.instants.asi8
        if local.nonexistent.any():
            self._note(
                "nonexistent hour", int(local.nonexistent.sum()),
                f"intervals without volume lie in an hour that the clocks of {self.timezone} "
                "skip; they were left out",
            )  # fmt: skip
        if local.repeated.any():
            self._repeated_hour(table, wall, local.repeated, instants, places)
        return local.nonexistent

    def _repeated_hour(
        self,
        table: pd.DataFrame,
        wall: pd.DatetimeIndex,
        repeated: npt.NDArray[np.bool_],
        instants: npt.NDArray[np.int64],
        places: npt.NDArray[np.intp],
    ) -> None:
        """Read the second of two rows of a repeated hour as its second passing."""
        keys = pd.DataFrame({"queue": table["queue"].to_numpy(), "wall": wall})
        twice = keys.duplicated().to_numpy()
        # A file that repeats itself elsewhere repeats itself here; it does not mean two hours.
        doubled = set(keys["queue"][twice & ~repeated])
        order = keys.groupby(["queue", "wall"]).cumcount().to_numpy()
        later = repeated & (order == 1) & ~keys["queue"].isin(doubled).to_numpy()
        if later.any():
            instants[places[later]] = second_offset(wall[later], self.timezone).asi8
        single = int(repeated.sum()) - 2 * int(later.sum())
        if later.any():
            self._note(
                "repeated hour", 2 * int(later.sum()),
                f"intervals lie in an hour that the clocks of {self.timezone} go through twice, "
                "and each stands there twice; the first was read as the first",
            )  # fmt: skip
        if single:
            self._note(
                "repeated hour", single,
                f"intervals lie in an hour that the clocks of {self.timezone} go through twice; "
                "the first was taken, and the second is not known unless another row states it",
            )  # fmt: skip

    def _note_naive(self, naive: int, rows: int) -> None:
        if naive < rows:
            self._note(
                "mixed times", naive,
                f"times state no offset from UTC, the other {rows - naive} do; those without were "
                f"read in {self.timezone}",
            )  # fmt: skip
        else:
            self._note(
                "naive times", naive,
                f"times state no offset from UTC; they were read in {self.timezone}",
            )  # fmt: skip

    def drop_far(self, table: pd.DataFrame) -> pd.DataFrame:
        """Drop the few rows whose dates lie far from all the others; refuse many."""
        starts = pd.DatetimeIndex(table["interval_start"])
        far = find_far_dates(starts, f"{self.path}, column ds")
        if not far.any():
            self._refuse_span(starts, table.index)
            return table
        self._note("far date", int(far.sum()), f"rows {describe_far_dates(starts[far])}")
        return table[~far]

    def _refuse_span(self, starts: pd.DatetimeIndex, rows: pd.Index) -> None:
        """Refuse dates more than fifty years apart, and name the row that stands alone."""
        if starts.max() - starts.min() <= _LONGEST:
            return
        usual = starts.sort_values()[len(starts) // 2]
        row = int(np.argmax(np.abs((starts - usual).to_numpy())))
        raise fault(
            self.path,
            starts[row].isoformat(),
            f"most rows lie about {usual.date()}, more than fifty years away; mend the date",
            row=int(rows[row]),
            column="ds",
        )

    def drop_repeated(self, table: pd.DataFrame) -> pd.DataFrame:
        """Drop rows that say the same twice; refuse two that contradict each other."""
        keys = ["queue", "interval_start"]
        repeats = table.duplicated(keys)
        if not repeats.any():
            return table
        same = table.duplicated([*keys, "volume"])
        against = repeats & ~same
        if against.any():
            row = table[against].iloc[0]
            others = table[(table[keys] == row[keys]).all(axis=1)]
            raise fault(
                self.path,
                f"{row['volume']:g} for {row['queue']} at {row['interval_start'].isoformat()}",
                f"row {others.index[0]} says {others['volume'].iloc[0]:g}; keep one of them",
                row=int(table.index[against][0]),
                column=self.value,
            )
        self._note("repeated row", int(repeats.sum()), "rows repeat another and were left out")
        return table[~repeats]

    def target(self, steps: pd.Series, stated: int | None) -> int:
        """Return the interval to deliver: the shortest that every queue's steps add up to."""
        if stated is not None and stated not in INTERVALS_MINUTES:
            raise InputError(f"interval_minutes: found {stated}; give 15, 30 or 60")
        possible = [minutes for minutes in INTERVALS_MINUTES if (minutes % steps == 0).all()]
        target = possible[0] if stated is None else stated
        if target not in possible:
            against = steps[target % steps != 0]
            queue = "" if (steps == steps.iloc[0]).all() else f" of the queue {against.index[0]}"
            raise InputError(
                f"{self.path}: the intervals of {against.iloc[0]} minutes{queue} cannot be told "
                f"apart into {target}; set interval_minutes to {possible[0]}"
            )
        return target

    def add_up(self, table: pd.DataFrame, steps: pd.Series, target: int) -> pd.DataFrame:
        """Sum finer intervals; one that lacks a part is not known."""
        if (steps == target).all():
            return table
        starts = pd.DatetimeIndex(table["interval_start"])
        whole = floor_to_grid(starts, target, self.timezone)
        sums = (
            table.assign(interval_start=whole)
            .groupby(["queue", "interval_start"])["volume"]
            .agg(["sum", "count"])
            .reset_index()
        )
        own = sums["queue"].map(steps)
        partial = sums["count"] < target // own
        for step in sorted(set(steps) - {target}):
            self._note_sums(table, steps[steps == step], target, int(partial[own == step].sum()))
        volume = sums["sum"].mask(partial)
        return sums.assign(volume=volume)[["queue", "interval_start", "volume"]]

    def _note_sums(self, table: pd.DataFrame, finer: pd.Series, target: int, partial: int) -> None:
        """List what was added up; with the queues, where others have longer intervals."""
        mine = table["queue"].isin(finer.index)
        queues = "" if mine.all() else f" in {', '.join(finer.index)}"
        self._note(
            "summed intervals", int(mine.sum()),
            f"intervals of {finer.iloc[0]} minutes{queues} were added up to {target}"
            + (f"; {partial} that lack a part are not known" if partial else ""),
        )  # fmt: skip

    def _note(self, kind: str, count: int, what: str) -> None:
        self.repairs.append(Repair(kind, count, f"{self.path.name}: {count} {what}."))
