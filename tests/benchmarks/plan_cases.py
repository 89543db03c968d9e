"""Weeks on which plans are weighed: the sample team, a bank's calls, and a made-up week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from forecast.closures import Calendar
from forecast.dependence import Dependence
from forecast.paths import volume_at
from forecast.queues import forecast_queues
from forecast.series import PROBABILITIES, VolumeForecast, VolumeHistory, quantile_column
from optimizer.concurrency import Handling
from optimizer.queue_settings import QueueSettings
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings
from tests.benchmarks.public_series import WEEK, closed_days, load
from ui import workflow
from ui.settings import Settings, read_settings
from ui.starting import copy_sample
from ui.workspaces import read_workspace_history

BANK = Path(__file__).parents[1] / "fixtures" / "bank" / "staffcast.toml"
BANK_CALLS = "bank_calls_hourly"

SHIFTS = ShiftSettings(wage=1.0, understaffing_price=6.0)
ON_CALL = OnCallSettings(
    standby_price=0.30, activation_price=1.40, min_activation_hours=1, notice_minutes=0
)
DAY_CV, HOUR_CV, PEAK = 0.18, 0.15, 40.0


@dataclass(frozen=True)
class Case:
    """A week to plan.

    Parameters
    ----------
    name
        Of the week.
    requirement, forecasts, queues
        As for `optimizer.plan_value.plan_value`.
    """

    name: str
    requirement: Requirement
    forecasts: Sequence[VolumeForecast]
    queues: dict[str, QueueSettings]


def bank(folder: Path) -> tuple[Sequence[VolumeHistory], Settings]:
    """The bank's calls, its closed days known, with the settings of its call centre."""
    [found] = load(folder, (BANK_CALLS,))
    told = found.told(closed_days(folder / "volume" / f"{BANK_CALLS}.csv"))
    return [told.history], without_shrinkage(read_settings(BANK))


def sample(folder: Path) -> tuple[Sequence[VolumeHistory], Settings]:
    """The sample team's queues."""
    of = copy_sample(folder / "sample")
    return read_workspace_history(of).histories, without_shrinkage(of.settings)


def without_shrinkage(settings: Settings) -> Settings:
    """Return settings in which a rep on the roster is on duty, at the prices of this benchmark."""
    queues = {
        name: replace(each, service=replace(each.service, shrinkage=0.0))
        for name, each in settings.queues.items()
    }
    return replace(settings, queues=queues, shifts=SHIFTS, on_call=ON_CALL)


def week_after(
    name: str, histories: Sequence[VolumeHistory], settings: Settings, ahead: int = WEEK
) -> Case:
    """Return the case of the hours after histories end, forecast as a plan forecasts them."""
    levels = workflow.levels(settings)
    forecasts = forecast_queues(histories, ahead, probabilities=levels)
    needed = workflow.require(forecasts, settings)
    return Case(
        name,
        workflow.distributed(needed, forecasts, settings),
        forecasts,
        dict(settings.queues),
    )


def made_up_week() -> Case:
    """A week of 168 hours, peak 40, in which days and hours are off together and alone.

    A contact calls for a rep; days are off by 18 % and their hours by another 15 %.
    """
    index = pd.date_range(
        "2026-11-30", periods=WEEK, freq="h", tz="UTC", unit="us", name="interval_start"
    )
    clock = np.arange(WEEK) % 24
    shape = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1.0)
    weekday = np.array([1.0, 0.95, 0.9, 0.9, 0.95, 0.75, 0.7])[np.arange(WEEK) // 24]
    median = PEAK * shape * weekday
    spread = np.hypot(DAY_CV, HOUR_CV)
    table = pd.DataFrame({"mean": median * np.exp(spread**2 / 2)}, index=index)
    for level in PROBABILITIES:
        table[quantile_column(level)] = median * np.exp(spread * ndtri(level))
    together = Dependence(week=0.0, day=(DAY_CV / spread) ** 2, next_day=0.0, next_interval=0.0)
    forecast = VolumeForecast("made_up", "test", Calendar("UTC", 60), table, dependence=together)
    levels = (0.05, 0.25, 0.5, 0.75, 0.95, 0.995)
    volume = volume_at(forecast, np.array(levels))
    reps = np.rint(volume).astype(np.int64)
    least = np.zeros(WEEK, dtype=np.int64)
    known = RequiredDistribution("made_up", index, levels, volume, reps, least)
    primary, on_call = reps[:, 2], reps[:, 4] - reps[:, 2]
    rows = pd.DataFrame(
        {
            "queue": "made_up",
            "interval_start": index,
            "volume": median,
            "primary": primary,
            "on_call": on_call,
            "rostered_primary": primary,
            "rostered_on_call": on_call,
        }
    )
    handling = Handling(1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)
    queue = QueueSettings(handling, ServicePolicy(shrinkage=0.0, clock="pick_up"))
    needed = Requirement(rows, "UTC", 60, {"made_up": known})
    return Case("a made-up week, peak 40", needed, [forecast], {"made_up": queue})
