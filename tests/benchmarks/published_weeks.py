"""Weeks of 200 named reps, chosen with their shifts against a requirement, each from a seed.

Contracts of 40, 32 and 20 hours with 8 hours of leeway, 11 hours of rest, at most 5 days; demand
has a rhythm of day and week with noise. `load` is demand as a share of the contracts' hours: at 1
nobody has an hour to spare.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.week import WeeklyHours
from optimizer.choose_roster import choose_roster, chosen_shifts
from optimizer.repair_types import Published
from optimizer.requirement import Requirement
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import Contract, LabourRules, Rep, Team

ZONE = "Europe/Dublin"
CONTRACTS = (40, 32, 20)
SHARES = (0.5, 0.3, 0.2)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class WeekSettings:
    """What kind of week is drawn.

    Parameters
    ----------
    load
        Demand as a share of the contracts' hours.
    standby
        Reps on call at every hour.
    queues
        How many; where there are several, a third of the reps can work all of them and the others
        one each.
    """

    load: float = 0.92
    standby: int = 0
    queues: int = 1


def publish(reps: int, seed: int, week: WeekSettings = WeekSettings()) -> Published:
    """Draw a team and a requirement, and choose shifts and people together."""
    random = np.random.default_rng(seed)
    names = [f"queue{number}" for number in range(week.queues)]
    team = _team(random, reps, names)
    table = pd.concat([_required(random, name, team, week) for name in names], ignore_index=True)
    requirement = Requirement(table, ZONE, 60)
    rules, shifts, on_call = LabourRules(), ShiftSettings(), OnCallSettings()
    made = choose_roster(
        requirement, team, rules, shifts, on_call, SolverSettings(20.0, 0.005, seed)
    )
    return Published(
        assignments=made.assignments,
        shifts=tuple(chosen_shifts(made.assignments)),
        coverage=made.coverage,
        team=team,
        rules=rules,
        timezone=ZONE,
        interval_minutes=60,
        now=MONDAY,
        settings=shifts,
        on_call=on_call,
    )


def _team(random: np.random.Generator, reps: int, queues: list[str]) -> Team:
    hours = np.array(CONTRACTS)[random.choice(len(CONTRACTS), size=reps, p=SHARES)]
    people = []
    for number, contract in enumerate(hours):
        skills = frozenset[str]()
        if len(queues) > 1 and random.random() > 1 / 3:
            skills = frozenset({queues[int(random.integers(len(queues)))]})
        people.append(
            Rep(
                rep_id=f"r{number:03d}",
                name=f"Rep {number}",
                email="",
                timezone=ZONE,
                site="",
                skills=skills,
                contract=Contract(float(contract - 8), float(contract)),
                available=WeeklyHours.always(),
                on_call=True,
            )
        )
    return Team(tuple(people))


def _required(
    random: np.random.Generator, queue: str, team: Team, week: WeekSettings
) -> pd.DataFrame:
    """Draw reps required by hour: low at night, two peaks, quiet weekends."""
    total = week.load * sum(rep.contract.max_hours for rep in team.reps) / week.queues
    clock = np.arange(24)
    morning = np.exp(-(((clock - random.uniform(9, 11)) / 3.0) ** 2))
    afternoon = np.exp(-(((clock - random.uniform(14, 18)) / 4.0) ** 2))
    profile = 0.15 + morning + random.uniform(0.6, 1.1) * afternoon
    weekdays = np.array([1.1, 1.0, 1.0, 1.0, 0.95, 0.6, 0.5]) * random.uniform(0.95, 1.05, 7)
    shape = np.outer(weekdays, profile).ravel() * random.gamma(100, 1 / 100, 168)
    starts = pd.date_range(MONDAY, periods=168, freq="h").as_unit("us")
    return pd.DataFrame(
        {
            "queue": queue,
            "interval_start": starts,
            "rostered_primary": np.rint(shape / shape.sum() * total).astype(np.int64),
            "rostered_on_call": week.standby,
        }
    )
