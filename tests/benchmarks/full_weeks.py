"""Synthetic weeks with everything on, each drawn from a seed.

Three queues, and for each reps at work and reps on standby; reps with one, two or three skills, in
five time zones, most of whom take standby; shifts that start on every hour, of four lengths, and
standbys of 8 and 12 hours. What each rep did in the four weeks before binds the first days (rest,
days in a row, days off begun) and fills a ledger of nights, weekends and standbys, which makes
another one dearer for who had more. Reps ask for shifts and days, and against them, and have days
away. Days off come in twos.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimizer.tours.day_rules import DayRules
from optimizer.tours.tiers import TwoTiers
from optimizer.tours.week import DAY, Crew, RosterProblem, ShiftTable, View

HOURS = 168
WEEK = np.array([0] + [1] * 7 + [2])
"""Of each local day, from Sunday in America to the Monday after in Asia."""

DAYS = len(WEEK)
QUEUES = 3
LENGTHS = (4, 6, 8, 10)
STANDBY_LENGTHS = (8, 12)
ZONES = (-6, -5, 0, 1, 5)  # hours after UTC
ZONE_SHARES = (0.15, 0.2, 0.3, 0.25, 0.1)
CONTRACTS = (40, 32, 20)
SHARES = (0.5, 0.3, 0.2)
SKILLS = ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2))
SKILL_SHARES = (0.25, 0.2, 0.15, 0.2, 0.1, 0.1)
REST_HOURS, MOST_DAYS, LEAST_OFF, SLACK_HOURS = 11, 5, 2, 8
WEEKS_BEFORE = 4

WAGE, UNDER, IDLE, STANDBY = 1.0, 10.0, 2.0, 0.3
WISH = 0.05 * 8
"""Of a wish of weight 1 about a shift of eight hours, in wages."""

FAIR = 0.05
"""Of an hour at night, on a weekend or on standby, for each that one had more than the others."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Reps:
    """What is drawn of the reps, one a row.

    Parameters
    ----------
    contract
        Hours a week.
    zone
        Place in `ZONES`.
    skills
        Whether they work each queue.
    takes_standby
        Whether they may be on standby.
    opens
        Hours of the local day from which they work, and for 16 hours; -1 for any.
    away
        By day, whether they are away.
    past
        By day of the four weeks before, 1 where they worked.
    ready
        Minutes after the midnight of day 0 from which rest allows a shift.
    ledger
        Nights, weekend days and standbys of the four weeks before.
    """

    contract: Ints
    zone: Ints
    skills: Flags
    takes_standby: Flags
    opens: Ints
    away: Flags
    past: Ints
    ready: Ints
    ledger: Floats


def draw_full_week(reps: int, seed: int, load: float = 0.92) -> RosterProblem:
    """Draw a week with everything on for so many reps.

    Parameters
    ----------
    load
        Demand at work as a share of the contracts' hours.
    """
    random = np.random.default_rng(seed)
    people = _draw_reps(random, reps)
    queue, start, length, standby = _shifts()
    views = tuple(_view(start, length, standby, offset) for offset in ZONES)
    primary, on_call = _demand(random, people, load)
    first = queue * HOURS + start + np.where(standby, QUEUES * HOURS, 0)
    table = ShiftTable(first, first + length, np.where(standby, STANDBY, 1.0) * WAGE * length)
    # Sunday evening in America, the week itself, and Monday morning in Asia.
    most = 60 * np.column_stack([np.full(reps, 10), people.contract, people.contract])
    least = 60 * np.maximum(0, people.contract - SLACK_HOURS)[:, None] * np.array([0, 1, 0])
    crew = Crew(
        view=people.zone,
        allowed=_allowed(people, queue, standby, views),
        least=least,
        most=most,
        ready=people.ready,
        run=np.zeros(reps, dtype=np.int64),
        wish=_wishes(random, people, views, standby),
        past=people.past,
    )
    return RosterProblem(
        cover=TwoTiers(primary, on_call, np.full(QUEUES * HOURS, UNDER * WAGE)),
        short=IDLE * WAGE,
        shifts=table,
        views=views,
        crew=crew,
        week=WEEK,
        rules=DayRules(max_run=MOST_DAYS, min_off=LEAST_OFF, first_weekday=6),
    )


def _draw_reps(random: np.random.Generator, reps: int) -> Reps:
    skills = np.zeros((reps, QUEUES), dtype=bool)
    for rep, own in enumerate(random.choice(len(SKILLS), size=reps, p=SKILL_SHARES)):
        skills[rep, list(SKILLS[own])] = True
    past = np.array([_past(random) for _ in range(reps)])
    counts = (past[:, 5::7] + past[:, 6::7]).sum(axis=1), past.sum(axis=1)
    ledger = np.column_stack(
        [random.binomial(counts[1], 0.15), counts[0], random.binomial(counts[1], 0.08)]
    )
    return Reps(
        contract=np.array(CONTRACTS)[random.choice(len(CONTRACTS), size=reps, p=SHARES)],
        zone=random.choice(len(ZONES), size=reps, p=ZONE_SHARES),
        skills=skills,
        takes_standby=random.random(reps) < 0.7,
        opens=random.choice([-1, -1, -1, 6, 7], reps),
        away=random.random((reps, DAYS)) < 0.04,
        past=past,
        ready=60 * random.integers(0, 9, reps) * past[:, -1],
        ledger=ledger.astype(np.float64),
    )


def _past(random: np.random.Generator) -> list[int]:
    """Draw four weeks of runs of three to five days with two or three days off in between."""
    days = [0] * int(random.integers(0, 3))
    while len(days) < 7 * WEEKS_BEFORE + 7:
        days += [1] * int(random.integers(3, 6)) + [0] * int(random.integers(2, 4))
    end = 7 * WEEKS_BEFORE + int(random.integers(0, 7))
    return days[end - 7 * WEEKS_BEFORE : end]


def _shifts() -> tuple[Ints, Ints, Ints, Flags]:
    """List queue, first hour, length and whether it is standby of all shifts that end in time."""
    found = [
        (queue, start, length, standby)
        for queue in range(QUEUES)
        for standby, lengths in ((False, LENGTHS), (True, STANDBY_LENGTHS))
        for start in range(HOURS)
        for length in lengths
        if start + length <= HOURS
    ]
    queue, start, length, standby = (np.array(column) for column in zip(*found, strict=True))
    return queue, start, length, standby.astype(bool)


def _view(start: Ints, length: Ints, standby: Flags, offset: int) -> View:
    minutes = 60 * (start + offset) + DAY  # after Sunday's midnight
    return View(
        day=minutes // DAY,
        start=minutes % DAY,
        free=minutes % DAY + 60 * (length + REST_HOURS),
        minutes=np.where(standby, 0, 60 * length),
    )


def _demand(random: np.random.Generator, people: Reps, load: float) -> tuple[Ints, Ints]:
    """Draw reps at work and on standby by queue and hour."""
    hours = people.contract * (1 - people.away.mean(axis=1))
    shared = people.skills / people.skills.sum(axis=1, keepdims=True)
    clock = np.arange(24)
    primary, on_call = [], []
    for wanted in load * (hours[:, None] * shared).sum(axis=0):
        morning = np.exp(-(((clock - random.uniform(9, 11)) / 3.0) ** 2))
        evening = np.exp(-(((clock - random.uniform(15, 19)) / 4.0) ** 2))
        profile = 0.3 + morning + random.uniform(0.6, 1.1) * evening
        weekdays = np.array([1.1, 1.0, 1.0, 1.0, 0.95, 0.65, 0.55]) * random.uniform(0.95, 1.05, 7)
        shape = np.outer(weekdays, profile).ravel() * random.gamma(100, 1 / 100, HOURS)
        need = np.rint(shape / shape.sum() * wanted).astype(np.int64)
        primary.append(need)
        on_call.append(np.ceil(random.uniform(0.08, 0.12) * need).astype(np.int64))
    return np.concatenate(primary), np.concatenate(on_call)


def _allowed(people: Reps, queue: Ints, standby: Flags, views: tuple[View, ...]) -> Flags:
    allowed = people.skills[:, queue] & (people.takes_standby[:, None] | ~standby)
    for rep, zone in enumerate(people.zone):
        view = views[zone]
        allowed[rep] &= ~people.away[rep, view.day]
        if people.opens[rep] >= 0:
            opens, end = 60 * people.opens[rep], view.free - 60 * REST_HOURS
            allowed[rep] &= (view.start >= opens) & (end <= opens + 16 * 60)
    return allowed


def _wishes(
    random: np.random.Generator, people: Reps, views: tuple[View, ...], standby: Flags
) -> Floats:
    """Return what requests and fairness make of each shift, by rep."""
    more = np.maximum(0, people.ledger - people.ledger.mean(axis=0))
    wish = np.zeros((len(people.zone), len(standby)))
    for rep, zone in enumerate(people.zone):
        view = views[zone]
        end = view.free - 60 * REST_HOURS
        hours = (end - view.start) / 60
        is_night = (view.start < 4 * 60) | (end >= 25 * 60)
        is_weekend = np.isin(view.day, (0, 6, 7))
        for more_of, kind in zip(more[rep], (is_night, is_weekend, standby), strict=True):
            wish[rep] += FAIR * more_of * kind * hours
        for day, weight in zip(
            random.integers(1, 8, 2), random.choice([-2, -1, 1], 2), strict=True
        ):
            wish[rep] -= WISH * weight * (view.day == day)
        at = 60 * random.integers(6, 16)
        wish[rep] -= WISH * ((view.start >= at) & (view.start < at + 240) & ~standby) / 2
    return wish
