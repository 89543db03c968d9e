"""Requirements and rules of breaks that several tests plan with."""

from datetime import timedelta

import numpy as np
import pandas as pd
from hypothesis import settings

from optimizer.breaks import BreakRule
from optimizer.requirement import Requirement
from optimizer.shifts import ShiftPlan
from optimizer.solver import SolverSettings

EXACT = SolverSettings(time_limit_seconds=600, gap=0)
ROUGH = SolverSettings(time_limit_seconds=600, gap=0.05)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
DEFAULTS = settings(derandomize=True, deadline=None, max_examples=15)
LUNCH = BreakRule(30, 3, 5, from_shift_hours=8)
THREE = (
    BreakRule(15, 1.5, 2.5, paid=True, from_shift_hours=6),
    BreakRule(30, 3, 5, from_shift_hours=8),
    BreakRule(15, 6, 7, paid=True, from_shift_hours=8, below_shift_hours=10),
)


def requirement(primary, on_call=None, *, starts=None, timezone="UTC", minutes=60) -> Requirement:
    """A requirement from lists of reps, from Monday midnight on."""
    if starts is None:
        starts = pd.date_range(MONDAY, periods=len(primary), freq=f"{minutes}min").as_unit("us")
    table = pd.DataFrame(
        {
            "queue": "live",
            "interval_start": starts,
            "rostered_primary": primary,
            "rostered_on_call": 0 if on_call is None else on_call,
        }
    )
    return Requirement(table, timezone, minutes)


def rhythm(peak: int, seed: int, hours: int, minutes: int) -> Requirement:
    """A daily rhythm with noise."""
    draw = np.random.default_rng(seed)
    count = hours * 60 // minutes
    clock = np.arange(count) * minutes / 60 % 24
    shape = np.clip(0.5 - 0.5 * np.cos((clock - 3) / 24 * 2 * np.pi), 0.1, 1)
    primary = np.maximum(1, np.round(peak * shape * draw.uniform(0.85, 1.0, count))).astype(int)
    return requirement(primary, np.round(primary * 0.3).astype(int), minutes=minutes)


def present(plan: ShiftPlan, role: str) -> list[float]:
    """Count who is there by the minute, without the product's counting."""
    step = timedelta(minutes=plan.interval_minutes)
    found = []
    for start in plan.coverage["interval_start"]:
        reps = 0.0
        for one in plan.shifts:
            if one.shift.role == role and one.shift.start <= start <= one.shift.end - step:
                away = sum(
                    any(
                        each.start <= start + timedelta(minutes=minute) < each.end
                        for each in one.shift.breaks
                    )
                    for minute in range(plan.interval_minutes)
                )
                reps += one.reps * (1 - away / plan.interval_minutes)
        found.append(reps)
    return found
