"""Synthetic weeks of many reps for the roster engine, each drawn from a seed.

A week has 168 hours and, on each day, a shift type for every start and length (24 starts and 4
lengths: 96). Reps have one of three contracts and are otherwise alike, unless `variety` gives them
free days, hours of their own and a week before. Demand has a rhythm of day and week with noise and
adds up to a share of the contracts' hours.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.tours.days import DayRules
from optimizer.tours.tiers import OneTier
from optimizer.tours.week import DAY, Crew, RosterProblem, ShiftTable, View

DAYS = 7
LENGTHS = (4, 6, 8, 10)
CONTRACTS = (40, 32, 20)
SHARES = (0.5, 0.3, 0.2)
WAGE, UNDER, OVER = 1.0, 10.0, 1.0


@dataclass(frozen=True)
class WeekSettings:
    """What kind of week is drawn.

    Parameters
    ----------
    load
        Demand as a share of the contracts' hours.
    slack_hours
        Hours by which a week may stay below the contract.
    rest_hours, max_days, min_off
        Rules.
    starts_per_hour
        1 for starts on the hour, 2 for half-hour starts and rows.
    variety
        Whether reps differ in availability and in the week before.
    """

    load: float = 0.92
    slack_hours: int = 8
    rest_hours: int = 11
    max_days: int = 5
    min_off: int = 1
    starts_per_hour: int = 1
    variety: bool = False


def draw_week(reps: int, seed: int, settings: WeekSettings = WeekSettings()) -> RosterProblem:
    """Draw a week for so many reps."""
    random = np.random.default_rng(seed)
    contracts = np.array(CONTRACTS)[random.choice(len(CONTRACTS), size=reps, p=SHARES)]
    shifts, view = _shifts(settings)
    rows_per_hour = settings.starts_per_hour
    demand = _demand(random, settings.load * contracts.sum(), rows_per_hour)
    crew = Crew(
        view=np.zeros(reps, dtype=np.int64),
        allowed=_allowed(random, reps, view, settings),
        least=60 * np.maximum(0, contracts - settings.slack_hours)[:, None],
        most=60 * contracts[:, None],
        ready=60 * (random.integers(0, 12, reps) if settings.variety else np.zeros(reps, int)),
        run=random.integers(0, 4, reps) if settings.variety else np.zeros(reps, int),
    )
    return RosterProblem(
        cover=OneTier(
            demand,
            np.full(len(demand), UNDER * WAGE / rows_per_hour),
            np.full(len(demand), OVER * WAGE / rows_per_hour),
        ),
        short=UNDER * WAGE,
        shifts=shifts,
        views=(view,),
        crew=crew,
        week=np.zeros(DAYS, dtype=np.int64),
        rules=DayRules(
            max_run=5 if settings.variety else None,
            min_off=settings.min_off,
            max_days=settings.max_days,
        ),
    )


def _shifts(settings: WeekSettings) -> tuple[ShiftTable, View]:
    """List the shifts of the week that end within it."""
    per_hour = settings.starts_per_hour
    day, start, length = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(DAYS), np.arange(0, DAY, 60 // per_hour), LENGTHS, indexing="ij"
        )
    )
    inside = day * DAY + start + 60 * length <= DAYS * DAY
    day, start, length = day[inside], start[inside], length[inside]
    first = (day * DAY + start) * per_hour // 60
    table = ShiftTable(first, first + length * per_hour, WAGE * length)
    free = start + 60 * (length + settings.rest_hours)
    return table, View(day, start, free, 60 * length)


def _demand(random: np.random.Generator, hours: float, rows_per_hour: int) -> npt.NDArray[np.int64]:
    """Draw reps required by row, `hours` in total: low at night, two peaks, quiet weekends."""
    clock = np.arange(24)
    morning = np.exp(-(((clock - random.uniform(9, 11)) / 3.0) ** 2))
    afternoon = np.exp(-(((clock - random.uniform(14, 18)) / 4.0) ** 2))
    profile = 0.15 + morning + random.uniform(0.6, 1.1) * afternoon
    weekdays = np.array([1.1, 1.0, 1.0, 1.0, 0.95, 0.6, 0.5]) * random.uniform(0.95, 1.05, DAYS)
    shape = np.outer(weekdays, profile).ravel() * random.gamma(100, 1 / 100, 24 * DAYS)
    shape = np.repeat(shape, rows_per_hour) / rows_per_hour
    wanted = shape / shape.sum() * hours * rows_per_hour
    return np.rint(wanted).astype(np.int64)


def _allowed(
    random: np.random.Generator, reps: int, view: View, settings: WeekSettings
) -> npt.NDArray[np.bool_]:
    allowed = np.ones((reps, len(view.day)), dtype=bool)
    if settings.variety:
        end = view.start + view.minutes
        opens = 60 * random.choice([0, 0, 0, 6, 8], reps)
        away = random.random((reps, DAYS)) < 0.1
        allowed &= view.start >= opens[:, None]
        allowed &= (end <= opens[:, None] + 16 * 60) | (opens == 0)[:, None]
        allowed &= ~away[:, view.day]
    return allowed
