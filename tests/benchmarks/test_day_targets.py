"""Weeks whose target holds per day: what that saves in paid hours, held against simulation."""

from collections.abc import Callable
from time import process_time

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from optimizer.concurrency import Handling
from optimizer.day_targets import DayTargets, plan_day_targets
from optimizer.plan_simulation import on_duty
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import delay_of, predict_service
from optimizer.requirement import Requirement
from optimizer.requirement_rows import SERVICE_COLUMNS, rostered
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.simulated_service import conditions_of
from optimizer.solver import SolverSettings
from optimizer.staffing.search import Promise, fewest_reps
from optimizer.staffing.simulation import simulate

pytestmark = pytest.mark.benchmark

Floats = npt.NDArray[np.float64]

MOST_SECONDS = 10.0
SAVING = {20: 0.08, 60: 0.06, 200: 0.02}
SHAPES = ("two humps", "one hump", "office", "even", "two spikes", "night")
# Contacts to simulate of a day: a day's share swings by two points from one to the next.
CONTACTS = 60_000
CHAT = Handling(4, rep_messages=8, writing_minutes=0.75, customer_reply_minutes=4.0)


def week_of(shape: str, peak: float, seed: int) -> Floats:
    """Draw a week of hours: days of one shape and uneven size, hours with some noise."""
    random = np.random.default_rng([7, seed])
    hour = np.arange(24)

    def hump(at: float, width: float) -> Floats:
        return np.exp(-0.5 * ((hour - at) / width) ** 2)

    days = {
        "two humps": 0.12 + hump(11, 3.0) + 0.6 * hump(18.5, 2.5),
        "one hump": 0.10 + hump(13, 4.0),
        "office": np.where((hour >= 8) & (hour < 20), 0.3 + hump(11, 3.0), 0.0),
        "even": 0.55 + 0.45 * np.sin((hour - 7) / 24 * 2 * np.pi),
        "two spikes": 0.15 + hump(9, 1.5) + 0.8 * hump(15, 1.5),
        "night": 0.20 + hump(21, 3.5) + 0.5 * hump(1, 2.0),
    }
    sizes = np.repeat(random.uniform(0.55, 1.1, 7), 24)
    volume = np.tile(days[shape], 7) * sizes * random.lognormal(0, 0.1, 168)
    return np.asarray(peak * volume / volume.max())


def requirement_of(volume: Floats, settings: QueueSettings) -> Requirement:
    """Return what every hour requires by itself; nobody where nothing comes."""
    service = settings.service
    promise = Promise(
        service.target,
        service.within_seconds / 60,
        delay_of("live", settings),
        service.max_hands_busy,
    )
    reps = fewest_reps(volume, (volume > 0).astype(np.int64), 60, settings.handling, promise)
    starts = pd.date_range("2026-03-02", periods=len(volume), freq="h", tz="UTC").as_unit("us")
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "volume": volume,
            "primary": reps,
            "on_call": 0,
            "rostered_primary": rostered(reps, service.shrinkage),
            "rostered_on_call": 0,
            **dict.fromkeys(SERVICE_COLUMNS, np.nan),
        }
    )
    return Requirement(table, "UTC", 60)


def planned(
    volume: Floats, settings: QueueSettings, lengths: tuple[float, ...]
) -> tuple[DayTargets, float]:
    """Plan a week per hour and per day; return both and the CPU seconds that it took."""
    requirement = requirement_of(volume, settings)
    began = process_time()
    made = plan_day_targets(
        requirement,
        ShiftSettings(lengths_hours=lengths),
        OnCallSettings(),
        SolverSettings(),
        queues={"live": settings},
    )
    return made, process_time() - began


def daily(volume: Floats, level: Floats) -> Floats:
    """Return the share of each day's contacts in time."""
    by_day = volume.reshape(7, 24)
    in_time = np.where(by_day > 0, by_day * np.asarray(level).reshape(7, 24), 0.0)
    return np.asarray(in_time.sum(axis=1) / by_day.sum(axis=1))


@pytest.mark.parametrize("peak", sorted(SAVING))
@pytest.mark.parametrize(("seed", "shape"), list(enumerate(SHAPES)))
def test_a_target_per_day_saves_paid_hours(
    shape: str, seed: int, peak: int, record: Callable[[str, str], None]
) -> None:
    """At 8, 6 and 2 % fewer paid hours every day is on target and no hour below its floor."""
    settings = QueueSettings(CHAT, ServicePolicy(target_per="day", shrinkage=0.0))
    volume = week_of(shape, peak, seed)
    made, seconds = planned(volume, settings, (4.0, 6.0, 8.0, 10.0))
    _check(made, volume, settings, seconds, SAVING[peak], f"{shape}, peak {peak}", record)


@pytest.mark.parametrize(
    ("name", "settings", "lengths"),
    [
        (
            "shrinkage 30 %",
            QueueSettings(CHAT, ServicePolicy(target_per="day")),
            (4.0, 6.0, 8.0, 10.0),
        ),
        (
            "shifts of 8 hours",
            QueueSettings(CHAT, ServicePolicy(target_per="day", shrinkage=0.0)),
            (8.0,),
        ),
        (
            "pick-up, 4 at once",
            QueueSettings(
                Handling(4, conversations_per_hour=3.5, solo_minutes=25.0),
                ServicePolicy(target_per="day", shrinkage=0.0, clock="pick_up", max_hands_busy=1.0),
            ),
            (4.0, 6.0, 8.0, 10.0),
        ),
    ],
)
@pytest.mark.parametrize("peak", sorted(SAVING))
def test_other_queues_save_as_much(
    name: str,
    settings: QueueSettings,
    lengths: tuple[float, ...],
    peak: int,
    record: Callable[[str, str], None],
) -> None:
    """With shrinkage, rigid shifts or another clock the same holds."""
    volume = week_of("two humps", peak, 11)
    made, seconds = planned(volume, settings, lengths)
    _check(made, volume, settings, seconds, SAVING[peak], f"{name}, peak {peak}", record)


def _check(
    made: DayTargets,
    volume: Floats,
    settings: QueueSettings,
    seconds: float,
    saving: float,
    name: str,
    record: Callable[[str, str], None],
) -> None:
    service = settings.service
    (told,) = made.plan.targets
    reps = on_duty(made.plan.coverage["primary"].to_numpy(), service.shrinkage)
    level = predict_service(settings, volume, reps, 60)["service_level"].to_numpy()
    by_day = daily(volume, level)
    weeks = round(CONTACTS / (volume.sum() / 7))
    seen = simulate(volume, reps, conditions_of(settings, 60), weeks, 1, engine="numba").table
    simulated = daily(volume, seen[service.clock].fillna(0.0).to_numpy())
    more = [plan.at_volume[1.1].stretches_below for plan in (told.per_hour, told.per_stretch)]
    record(
        f"target per day beside per hour, {name}",
        f"{told.per_hour.paid_hours:.0f} → {told.per_stretch.paid_hours:.0f} h, "
        f"{100 * told.saving:.1f} % saved, {seconds:.1f} s CPU; worst day {by_day.min():.2%}, "
        f"simulated {simulated.min():.2%}; worst hour {level[volume > 0].min():.1%}; days below "
        f"target at 10 % more volume {more[0]:.0%} → {more[1]:.0%}",
    )
    assert (by_day >= service.target - 1e-9).all()
    assert (level[volume > 0] >= service.hour_floor - 1e-9).all()
    assert np.abs(simulated - by_day).max() <= 0.02
    assert told.saving >= saving
    assert seconds <= MOST_SECONDS
