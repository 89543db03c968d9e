"""Random days of a support floor, drawn from a seed: what a staffing model is tried on.

``python -m tests.benchmarks.staffing_days FOLDER [DAYS]`` writes each day as a settings file, a
volume and a staff, so that other models and simulators can be run on the same days.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.clock import format_times
from optimizer.concurrency import Handling, throughput_per_hour

DAYS = 200
HOURS = 24
MONDAY = "2026-03-02"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StaffingDay:
    """A day of 24 hours that starts with an empty floor.

    Parameters
    ----------
    seed
        It was drawn from.
    handling
        What a conversation asks of a rep.
    within_seconds
        What in time is.
    volume, reps
        Contacts of each hour, and reps on duty.
    """

    seed: int
    handling: Handling
    within_seconds: float
    volume: Floats
    reps: npt.NDArray[np.int64]


def random_day(seed: int, *, lognormal: bool = False) -> StaffingDay:
    """Draw a day: 1 to 6 conversations at once, staff of 1 to about 100 that steps now and then.

    Parameters
    ----------
    seed
        The same seed draws the same day.
    lognormal
        Whether writing and patience are lognormal, a little more or less even than exponential
        ones, rather than exponential.
    """
    random = np.random.default_rng([2026, seed])
    asked = Handling(
        concurrency=int(random.integers(1, 7)),
        rep_messages=float(random.uniform(2, 12)),
        writing_minutes=float(random.uniform(0.3, 1.5)),
        customer_reply_minutes=float(random.uniform(0.5, 6)),
        patience_minutes=float(np.exp(random.uniform(np.log(3), np.log(40)))),
    )
    busiest = np.exp(random.uniform(np.log(4), np.log(70)))
    hump = np.exp(-0.5 * ((np.arange(HOURS) - random.uniform(9, 18)) / random.uniform(2, 6)) ** 2)
    load = busiest * (random.uniform(0.05, 0.4) + hump) * random.lognormal(0, 0.1, HOURS)
    volume = load * throughput_per_hour(asked)[-1]
    within = float(np.exp(random.uniform(np.log(20), np.log(400))))
    reps = _staff(load, random)
    if lognormal:
        writing, patience = random.uniform(0.5, 1.6, 2).tolist()
        asked = replace(asked, writing_cv=writing, patience_cv=patience)
    return StaffingDay(seed, asked, within, volume, reps)


def random_days(count: int = DAYS) -> Iterator[StaffingDay]:
    """Draw so many days, always the same."""
    return (random_day(seed) for seed in range(count))


def _fields(handling: Handling) -> dict[str, float | None]:
    names = ("concurrency", "rep_messages", "writing_minutes", "customer_reply_minutes")
    return {name: getattr(handling, name) for name in (*names, "patience_minutes")}


def _staff(load: Floats, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Staff stretches of one to four hours around their mean load, sometimes short, often ample."""
    lengths = random.integers(1, 5, HOURS)
    stretch = np.repeat(np.arange(HOURS), lengths)[:HOURS]
    mean = np.bincount(stretch, load) / np.maximum(np.bincount(stretch), 1)
    ample = mean * random.uniform(0.9, 1.25, len(mean)) + np.sqrt(mean) * random.uniform(
        0.0, 1.0, len(mean)
    )
    return np.maximum(np.rint(ample[stretch]), 1).astype(np.int64)


def write_day(day: StaffingDay, folder: Path) -> None:
    """Write ``staffcast.toml``, ``volume.csv`` and ``staff.csv``, as `staffcast evaluate` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    handling = "".join(f"{name} = {value!r}\n" for name, value in _fields(day.handling).items())
    (folder / "staffcast.toml").write_text(
        '[calendar]\ntimezone = "UTC"\ninterval_minutes = 60\n\n'
        f"[queues.all.handling]\n{handling}\n"
        f"[queues.all.service]\nwithin_seconds = {day.within_seconds!r}\n"
    )
    starts = pd.date_range(MONDAY, periods=HOURS, freq="h", tz="UTC")
    table = pd.DataFrame({"unique_id": "all", "ds": format_times(starts, "UTC")})
    table.assign(y=day.volume).to_csv(folder / "volume.csv", index=False)
    table.assign(reps=day.reps).to_csv(folder / "staff.csv", index=False)


if __name__ == "__main__":
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else DAYS
    for each in random_days(wanted):
        write_day(each, Path(sys.argv[1]) / f"{each.seed:03}")
