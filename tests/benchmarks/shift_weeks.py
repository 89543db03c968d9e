"""Seeded weeks of a queue around the clock, of which the programmes of shifts choose theirs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from forecast.days import Integers
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.requirement_rows import rostered

DAYS, HOURS = 7, 168
DAY_SPREAD, HOUR_SPREAD = 0.18, 0.15
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.995)
MONDAY = "2026-11-30"


@dataclass(frozen=True)
class ShiftWeek:
    """A week to plan.

    Parameters
    ----------
    requirement
        Of the queue ``live``, with its distribution.
    paths
        Reps on duty that sample paths call for, paths by hours.
    """

    requirement: Requirement
    paths: Integers


def shift_week(seed: int, peak: int, shrinkage: float = 0.0, paths: int = 100) -> ShiftWeek:
    """Draw a week with a rhythm of day and week, and paths whose days hang together.

    Parameters
    ----------
    seed
        Of the week and its paths.
    peak
        Reps on duty that the busiest hour calls for at the median, about.
    shrinkage
        With which reps are rostered.
    paths
        How many.
    """
    draw = np.random.default_rng(seed)
    clock, day = np.arange(HOURS) % 24, np.arange(HOURS) // 24
    rhythm = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1.0)
    median = 4 * peak * rhythm * draw.uniform(0.7, 1.0, DAYS)[day] * draw.uniform(0.9, 1.1, HOURS)
    spread = float(np.hypot(DAY_SPREAD, HOUR_SPREAD))
    volume = median[:, None] * np.exp(spread * special.ndtri(np.array(LEVELS)))[None]
    # Four an hour each, and a margin that grows with the root, as pooling has it.
    reps = np.ceil(volume / 4.4 + 0.4 * np.sqrt(volume / 4)).astype(np.int64)
    starts = pd.date_range(MONDAY, periods=HOURS, freq="h", tz="UTC").as_unit("us")
    least = np.ones(HOURS, dtype=np.int64)
    distribution = RequiredDistribution("live", starts, LEVELS, volume, reps, least)
    noise = DAY_SPREAD * draw.standard_normal((paths, DAYS))[:, day]
    noise += HOUR_SPREAD * draw.standard_normal((paths, HOURS))
    on_duty = distribution.of_volume(median[None] * np.exp(noise))
    at_median, at_guard = reps[:, LEVELS.index(0.5)], reps[:, LEVELS.index(0.95)]
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": rostered(at_median, shrinkage),
            "rostered_on_call": at_guard - at_median,
        }
    )
    return ShiftWeek(Requirement(table, "UTC", 60, {"live": distribution}), on_duty)
