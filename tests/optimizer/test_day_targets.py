"""A target per day or week is met by fewer paid hours than one per hour, and every hour's floor."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.week import WeeklyHours
from optimizer.breaks import BreakRule
from optimizer.day_programme import Responses, concave_hull
from optimizer.day_staffing import staff_for_days
from optimizer.day_targets import DayTargets, day_task, plan_day_targets
from optimizer.day_task import DayTask, stretches_of
from optimizer.plan_simulation import on_duty
from optimizer.pools import pools_without_team
from optimizer.queue_settings import QueueSettings
from optimizer.real_time import predict_service
from optimizer.report import SolveStatus
from optimizer.requirement import Requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings, Site
from optimizer.solver import SolverSettings
from optimizer.staff import Contract, LabourRules, Rep, Team
from tests.optimizer.day_cases import CHAT, humps, queue, required

SHIFTS = ShiftSettings()
SOLVER = SolverSettings()


def planned(
    requirement: Requirement,
    queues: dict[str, QueueSettings],
    shifts: ShiftSettings = SHIFTS,
) -> DayTargets:
    return plan_day_targets(requirement, shifts, OnCallSettings(), SOLVER, queues=queues)


def shares(
    made: DayTargets, requirement: Requirement, settings: QueueSettings, name: str = "live"
) -> tuple[np.ndarray, np.ndarray]:
    """Return by `evaluate` the share in time of every local day, or week, and of every interval."""
    service, table = settings.service, made.plan.coverage
    rows = table[table["queue"] == name]
    volume = requirement.table.loc[requirement.table["queue"] == name, "volume"].to_numpy()
    reps = on_duty(rows["primary"].to_numpy(), service.shrinkage)
    told = predict_service(settings, volume, reps, requirement.interval_minutes)
    level = told["service_level"].to_numpy()
    stretch = stretches_of(
        pd.DatetimeIndex(rows["interval_start"]), requirement.timezone, service.target_per
    )
    return np.bincount(stretch, level * volume) / np.bincount(stretch, volume), level[volume > 0]


def kept(
    made: DayTargets, requirement: Requirement, settings: QueueSettings, name: str = "live"
) -> bool:
    """Say whether every day is on target and every hour on its floor."""
    by_stretch, level = shares(made, requirement, settings, name)
    service = settings.service
    return bool(
        (by_stretch >= service.target - 1e-9).all() and (level >= service.hour_floor - 1e-9).all()
    )


def paid(made: DayTargets) -> tuple[float, float]:
    (told,) = made.plan.targets
    return told.per_hour.paid_hours, told.per_stretch.paid_hours


@pytest.mark.parametrize(("per", "shrinkage"), [("day", 0.0), ("week", 0.3)])
def test_every_day_is_on_target_and_every_hour_on_its_floor(per: str, shrinkage: float) -> None:
    """What is promised is kept by `evaluate` on the reps on duty, at fewer paid hours."""
    settings = queue(target_per=per, shrinkage=shrinkage)
    requirement = required(humps(12, 2), settings)
    made = planned(requirement, {"live": settings})
    assert kept(made, requirement, settings)
    per_hour, per_day = paid(made)
    assert per_day < 0.95 * per_hour
    assert not made.plan.coverage["understaffing"].any()
    # The best that was found: no bound proves it.
    assert made.plan.report.status == SolveStatus.FEASIBLE
    assert made.plan.report.gap is None


def test_a_week_costs_no_more_than_its_days() -> None:
    """Whatever keeps every day's promise keeps the week's: here a busy day pays for a calm one."""
    volume = humps(8, 2) * np.repeat([1.0, 0.4], 24)
    costs = [
        paid(planned(required(volume, settings), {"live": settings}))[1]
        for settings in (queue(target_per="day"), queue(target_per="week"))
    ]
    assert costs[1] <= costs[0]


@pytest.mark.parametrize("seed", range(2))
def test_a_day_never_costs_more_than_its_hours(seed: int) -> None:
    """The search ends with the plan per hour where it finds nothing cheaper."""
    random = np.random.default_rng(seed)
    volume = random.uniform(0, 12, 24)
    settings = queue(hour_floor=float(random.choice([0.6, 0.75, 0.8])))
    requirement = required(volume, settings)
    made = planned(requirement, {"live": settings})
    per_hour, per_day = paid(made)
    assert per_day <= per_hour
    assert kept(made, requirement, settings)


def _toy(settings: QueueSettings) -> tuple[DayTask, Requirement]:
    volume = np.array([3.0, 8.0, 10.0, 6.0, 4.0, 2.0])
    requirement = required(volume, settings)
    shifts = ShiftSettings(lengths_hours=(2.0, 3.0, 4.0))
    pools = pools_without_team(shifts, "UTC")
    return day_task(requirement, "live", settings, shifts, pools), requirement


def _cheapest(task: DayTask) -> float:
    """Enumerate all staffs of a toy that shifts can make up, and return the fewest paid hours."""
    most = task.required.max() + 1
    best = np.inf
    levels: dict[tuple[int, ...], float] = {}
    for counts in itertools.product(range(3), repeat=len(task.shifts)):
        hours = float(np.array(counts) @ task.hours)
        rostered = task.rostered_by(np.array(counts))
        if hours >= best or (rostered > most).any() or (rostered < task.least).any():
            continue
        key = tuple(rostered.tolist())
        if key not in levels:
            lacks = task.shortfall(rostered, task.follow(rostered), np.ones(6), margin=0.0)
            levels[key] = lacks.is_none
        if levels[key]:
            best = hours
    return best


def test_on_a_toy_nothing_cheaper_exists() -> None:
    """All plans of six hours are tried: the search finds the least, and higher floors cost more."""
    found, least = [], []
    for floor in (0.3, 0.6, 0.8):
        task, _ = _toy(queue(hour_floor=floor))
        # Two lengths are enough to choose from, and few enough to try all.
        some = tuple(each for each in task.shifts if each.times.hours in (2.0, 4.0))
        task = replace(task, shifts=some)
        least.append(_cheapest(task))
        found.append(staff_for_days(task, SOLVER).hours)
    assert least == sorted(least)
    assert found == least


def test_a_higher_floor_costs_no_less_within_what_is_enumerated() -> None:
    """Of a week the law is not proven; the plan with a floor of 0.8 still is the dearest."""
    costs = []
    for floor in (0.4, 0.8):
        settings = queue(hour_floor=floor)
        costs.append(paid(planned(required(humps(9, 1), settings), {"live": settings}))[1])
    assert costs[0] <= costs[1]


@pytest.mark.parametrize(
    ("start", "hours"), [("2026-03-28", (24, 23, 24)), ("2026-10-24", (24, 25, 24))]
)
def test_days_of_23_and_25_hours_are_judged_whole(start: str, hours: tuple[int, ...]) -> None:
    """A local day is what lies between two midnights of the wall clock, not 24 hours."""
    settings = queue()
    volume = humps(6, 4)[: sum(hours)]
    requirement = required(volume, settings, start=start, timezone="Europe/Dublin")
    starts = pd.DatetimeIndex(requirement.table["interval_start"])
    stretch = stretches_of(starts, "Europe/Dublin", "day")
    assert tuple(np.bincount(stretch)) == hours
    made = planned(requirement, {"live": settings})
    assert kept(made, requirement, settings)
    per_hour, per_day = paid(made)
    assert per_day < per_hour


def test_weeks_begin_on_monday_by_the_wall_clock() -> None:
    """The week of a clock change has 167 hours in Dublin, and Monday belongs to the next one."""
    starts = pd.date_range("2026-03-23", "2026-03-31", freq="h", tz="UTC", inclusive="left")
    assert np.bincount(stretches_of(starts, "Europe/Dublin", "week")).tolist() == [167, 25]


@pytest.mark.parametrize("minutes", [15, 30])
def test_shorter_intervals_have_floors_of_their_own(minutes: int) -> None:
    """On a grid of 15 or 30 minutes every interval keeps the floor and every day the target."""
    settings = queue()
    volume = humps(6, 1, per_hour=60 // minutes)[: 12 * 60 // minutes]
    requirement = required(volume, settings, minutes=minutes)
    made = planned(requirement, {"live": settings})
    assert kept(made, requirement, settings)
    per_hour, per_day = paid(made)
    assert per_day <= per_hour


def test_nobody_works_while_the_queue_is_closed() -> None:
    """Closed hours have no contacts, no floor and, where shifts fit the opening, no reps."""
    hour = np.arange(48) % 24
    is_open = (hour >= 8) & (hour < 20)
    volume = np.where(is_open, humps(10, 2), 0.0)
    settings = replace(queue(), opening=WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"}))
    requirement = required(volume, settings)
    made = planned(requirement, {"live": settings})
    assert kept(made, requirement, settings)
    assert not made.plan.coverage.loc[~is_open, "primary"].any()


def test_queues_are_planned_apart_and_those_per_hour_as_ever() -> None:
    """A queue whose target holds per hour has the same paid hours beside one per day."""
    per_day, per_hour = queue(), queue(target_per="hour")
    first = required(humps(7, 1), per_day, name="live")
    second = required(humps(9, 1), per_hour, name="phone")
    table = pd.concat([first.table, second.table], ignore_index=True)
    both = Requirement(table, "UTC", 60)
    made = planned(both, {"live": per_day, "phone": per_hour})
    alone = planned(first, {"live": per_day})
    assert [each.queue for each in made.plan.targets] == ["live"]
    assert kept(made, both, per_day, "live")
    assert paid(made) == paid(alone)
    phone = made.requirement.table.loc[made.requirement.table["queue"] == "phone", "primary"]
    assert (phone.to_numpy() == second.table["primary"].to_numpy()).all()


def test_on_call_stays_as_large_as_it_was() -> None:
    """Standby is for what is busier than planned: a target per day leaves it as required."""
    settings = queue()
    requirement = required(humps(7, 1), settings, on_call=2)
    made = planned(requirement, {"live": settings})
    coverage = made.plan.coverage
    assert (coverage["required_on_call"] == 2).all()
    assert (coverage["primary"] + coverage["on_call"] >= coverage["required_primary"] + 2).all()
    assert kept(made, requirement, settings)


def test_what_it_costs_in_certainty_is_shown_beside_the_saving() -> None:
    """With more volume than planned, days below target are at least as many as per hour."""
    settings = queue()
    made = planned(required(humps(12, 1), settings), {"live": settings})
    (told,) = made.plan.targets
    assert told.saving == pytest.approx(1 - paid(made)[1] / paid(made)[0])
    assert told.per_stretch.planned.worst_stretch >= 0.8
    assert told.per_stretch.planned.stretches_below == 0
    for share, outcome in told.per_stretch.at_volume.items():
        per_hour = told.per_hour.at_volume[share]
        assert outcome.stretches_below >= per_hour.stretches_below
        assert outcome.in_time < per_hour.in_time
    # Nothing is known of what else may come, so nothing is expected of it.
    assert told.per_stretch.expected is None


def test_an_hour_that_no_shift_covers_is_refused() -> None:
    """Nobody could keep its floor: where sites close, a target per day has no plan."""
    settings = queue()
    requirement = required(humps(10, 2), settings)
    hours = WeeklyHours.from_mapping({"Mon-Sun": "06:00-22:00"})
    shifts = ShiftSettings(sites={"day": Site("UTC", hours)})
    with pytest.raises(InputError, match=r"2026-03-02T00:00:00.*no shift covers"):
        planned(requirement, {"live": settings}, shifts)


def test_a_requirement_without_such_a_queue_is_refused() -> None:
    """There is nothing to hold against each other."""
    settings = queue(target_per="hour")
    with pytest.raises(ValueError, match="No queue of the requirement"):
        planned(required(humps(10, 1), settings), {"live": settings})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target_per": "month"}, "target_per must be hour, day or week, not 'month'"),
        ({"hour_floor": 1.0}, "hour_floor must be at least 0 and below 1, not 1"),
        ({"target_per": "day", "target": 0.5}, "hour_floor is 0.6 and target 0.5"),
    ],
)
def test_settings_that_contradict_are_refused(given: dict[str, object], message: str) -> None:
    """With what was found and what to give."""
    with pytest.raises(ValueError, match=message):
        ServicePolicy(**given)


def test_targets_per_day_are_not_for_queues_that_wait_or_lend_hands() -> None:
    """E-mail has hours anyway; and spare hands are counted on, hour by hour."""
    per_day = ServicePolicy(target_per="day", within_seconds=7200)
    with pytest.raises(ValueError, match="target_per is of chat and phone queues"):
        QueueSettings(CHAT, per_day, channel="email")
    with pytest.raises(ValueError, match="fill_with counts on the hands"):
        QueueSettings(CHAT, ServicePolicy(target_per="day"), fill_with=("normal",))


def test_a_hull_is_concave_and_never_below_its_points() -> None:
    """Steps of shrinkage, where a rep more is nobody more on duty, are bridged."""
    reps, in_time = np.arange(1.0, 7.0), np.array([0.0, 4.0, 4.0, 7.0, 7.0, 8.0])
    corners = concave_hull(reps, in_time)
    slopes = np.diff([y for _, y in corners]) / np.diff([x for x, _ in corners])
    assert (np.diff(slopes) < 0).all()
    above = np.interp(reps, *zip(*corners, strict=True))
    assert (above >= in_time - 1e-12).all()


def test_what_reps_bring_is_guessed_between_and_below_what_was_tried() -> None:
    """Between two staffs evenly; below the smallest in proportion, down to nobody."""
    known = Responses((np.array([2.0, 4.0]),) * 3, (np.array([6.0, 8.0]),) * 3)
    assert known.at(np.array([3, 1, 0])).tolist() == [7.0, 3.0, 0.0]


def test_with_breaks_the_promise_is_kept_and_not_dearer() -> None:
    """Breaks are placed when what was found is covered; if that costs more, hours decide."""
    settings = queue()
    requirement = required(humps(7, 1), settings)
    breaks = (BreakRule(60, 2.0, 4.0, from_shift_hours=6.0),)
    made = planned(requirement, {"live": settings}, ShiftSettings(breaks=breaks))
    assert kept(made, requirement, settings)
    per_hour, per_day = paid(made)
    assert per_day <= per_hour
    paid_for = sum(each.reps * each.shift.paid_hours for each in made.plan.shifts)
    assert per_day == pytest.approx(paid_for)


def _team(size: int) -> Team:
    """Return reps who work from eight to eight on any day."""
    hours = WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"})
    return Team(
        tuple(
            Rep(
                rep_id=f"rep{number}",
                name=f"Rep {number}",
                email="",
                timezone="UTC",
                site="",
                skills=frozenset(),
                contract=Contract(),
                available=hours,
                on_call=True,
            )
            for number in range(size)
        )
    )


@pytest.mark.parametrize("size", [4, 12])
def test_a_team_works_within_its_hours_and_keeps_what_it_can(size: int) -> None:
    """With people enough the promise is kept; with too few, as far as a plan per hour would."""
    hour = np.arange(24)
    is_open = (hour >= 8) & (hour < 20)
    settings = replace(queue(), opening=WeeklyHours.from_mapping({"Mon-Sun": "08:00-20:00"}))
    requirement = required(np.where(is_open, humps(14, 1), 0.0), settings)
    made = plan_day_targets(
        requirement,
        SHIFTS,
        OnCallSettings(),
        SOLVER,
        queues={"live": settings},
        team=_team(size),
        rules=LabourRules(),
    )
    (told,) = made.plan.targets
    assert not made.plan.coverage.loc[~is_open, "primary"].any()
    assert sum(each.reps for each in made.plan.shifts) <= size
    if size == 12:
        assert kept(made, requirement, settings)
        assert told.per_stretch.paid_hours < told.per_hour.paid_hours
    elif told.per_hour.planned.worst_stretch >= settings.service.target:
        assert kept(made, requirement, settings)
