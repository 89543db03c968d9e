"""Weeks on a 15-minute grid, and shifts of which the longer ones have a break."""

import numpy as np
import pandas as pd
from scipy import special

from optimizer.breaks import BreakRule
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.shifts import ShiftSettings

MINUTES = 15
INTERVALS = 7 * 24 * 60 // MINUTES
LUNCH = BreakRule(minutes=30, earliest_hours=3, latest_hours=5, from_shift_hours=8)
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95, 0.995)


def week_with_breaks(peak: int, seed: int) -> Requirement:
    """Reps for a daily rhythm with a noise of its own in every quarter of an hour.

    Volume is spread as a forecast's, by 18 % of the median and by chance.
    """
    draw = np.random.default_rng(seed)
    clock = np.arange(INTERVALS) * MINUTES / 60 % 24
    shape = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1)
    median = np.rint(peak * shape * draw.uniform(0.85, 1.0, INTERVALS)) * 10
    spread = np.sqrt((0.18 * median) ** 2 + median)
    volume = np.maximum.accumulate(
        np.maximum(median[:, None] + special.ndtri(np.array(LEVELS)) * spread[:, None], 0.0), axis=1
    )
    reps = np.ceil(volume / 10).astype(np.int64)
    starts = pd.date_range("2026-11-30", periods=INTERVALS, freq=f"{MINUTES}min", tz="UTC")
    starts = starts.as_unit("us")
    found = RequiredDistribution(
        "live", starts, LEVELS, volume, reps, np.zeros(INTERVALS, dtype=np.int64)
    )
    primary = reps[:, LEVELS.index(0.5)]
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": primary,
            "rostered_on_call": reps[:, LEVELS.index(0.95)] - primary,
        }
    )
    return Requirement(table, "UTC", MINUTES, distributions={"live": found})


def break_settings(programme: str, starts_every_minutes: int) -> ShiftSettings:
    """Shifts of 4, 6, 8 and 10 hours, the two longer ones with half an hour's break."""
    return ShiftSettings(
        starts_every_minutes=starts_every_minutes, breaks=(LUNCH,), programme=programme
    )
