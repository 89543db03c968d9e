"""The fewest paid hours with which a queue meets its target per day or week.

The recipe: a price for every contact in time, by day, is found from the linear programme of
`optimizer.day_programme`; each day's price is then bisected, for what the programme guesses is not
quite what the floor does; and what is left to gain or to mend is done by moves of single shifts
(`optimizer.day_search`). Every staff on the way is followed exactly.
"""

import math

import numpy as np
import numpy.typing as npt

from data.errors import InputError
from optimizer.day_programme import DayProgramme, Responses, prices_for, responses
from optimizer.day_search import ShiftSearch, Staffed
from optimizer.day_task import DayTask
from optimizer.solver import SolverSettings

Floats = npt.NDArray[np.float64]
Reps = npt.NDArray[np.int64]

BISECTIONS = 5
ROUNDS = 2
STARTS = 3
# Of every week, from each plan that is mended and trimmed.
FOLLOWED = 400
MINUTES_A_WEEK = 7 * 24 * 60
# In square roots of the reps that the busiest intervals have.
STEPS = (-2 / 3, -1 / 3, -1 / 6, 1 / 6)


def staff_for_days(task: DayTask, solver: SolverSettings) -> Staffed:
    """Choose shifts so that every day, or week, meets the target and every interval its floor.

    Returns
    -------
    Staffed
        Of no more paid hours than the shifts that cover what every interval requires by itself, if
        those keep the promise per day. It is the best that was found, not proven to be the least.

    Raises
    ------
    InputError
        When an interval that requires reps is in no shift.
    """
    hourly = _covering(task, solver)
    start = task.follow(task.rostered_by(hourly))
    # A cover may, for the reps it has to spare, already write more than the cap in some interval.
    busiest = np.maximum(task.settings.service.max_hands_busy, start.busy)
    wanted = task.settings.service.target * task.contacts
    budget = FOLLOWED * math.ceil(len(task.volume) * task.interval_minutes / MINUTES_A_WEEK)
    around = task.rostered_by(hourly)
    promising: list[Staffed] = []
    for _ in range(ROUNDS):
        known = _responses_around(task, around)
        prices = prices_for(task, known, wanted, solver)
        search = ShiftSearch(task, known, prices, busiest, budget)
        promising += _bisected(task, search, DayProgramme(task, known, solver), prices)
        promising.sort(key=search.worth)
        around = promising[0].rostered
    covering = search.staffed(hourly)
    found = [covering]
    different = {plan.rostered.tobytes(): plan for plan in reversed(promising)}
    starts = sorted(different.values(), key=search.worth)[:STARTS]
    for plan in (*starts, covering):
        if plan is covering and len(found) > 1:
            break
        search.left = budget
        mended = search.mended(plan)
        if mended is not None:
            found.append(search.trimmed(mended))
    found.sort(key=lambda plan: plan.hours)
    return next((plan for plan in found if _keeps(task, plan, busiest)), covering)


def _keeps(task: DayTask, plan: Staffed, busiest: Floats) -> bool:
    """Say whether a plan keeps every promise when the whole week is followed anew."""
    anew = task.follow(plan.rostered)
    return task.shortfall(plan.rostered, anew, busiest, margin=0.0).is_none


def _covering(task: DayTask, solver: SolverSettings) -> Reps:
    """Return the shifts of fewest hours that cover what every interval requires by itself."""
    inside = task.rostered_by(np.ones(len(task.shifts), dtype=np.int64)) > 0
    outside = np.flatnonzero((task.required > 0) & ~inside)
    if len(outside):
        instant = task.starts[outside[0]].isoformat(timespec="seconds")
        raise InputError(
            f"Queue {task.queue} at {instant}: reps are required and no shift covers this "
            "interval, so it would be below its floor; widen the hours of sites or team, or set "
            'target_per = "hour".'
        )
    nothing = np.zeros(len(task.volume))
    asked = Responses(
        tuple(np.array([float(reps)]) for reps in task.required),
        tuple(nothing[:1] for _ in task.volume),
    )
    found = DayProgramme(task, asked, solver).shifts(np.zeros(len(task.contacts)))
    if found is None:
        raise InputError(
            f"Queue {task.queue}: no shifts were found in solver.time_limit_seconds; raise it."
        )
    return found


def _responses_around(task: DayTask, rostered: Reps) -> Responses:
    """Follow weeks that are staffed a little tighter, or looser, in every interval alike."""
    duty = task.on_duty(rostered)
    unit = np.sqrt(max(float(duty.max()), 1.0))
    steps = sorted({int(np.sign(share) * max(1, round(abs(share) * unit))) for share in STEPS})
    tried = [(rostered, task.follow(rostered))]
    for staff in (*(duty + step for step in steps), task.lowest):
        other = task.rostered(np.maximum(staff, task.lowest))
        tried.append((other, task.follow(other)))
    return responses(task, tried)


def _bisected(
    task: DayTask, search: ShiftSearch, programme: DayProgramme, prices: Floats
) -> list[Staffed]:
    """Return plans at prices between which each day just meets its target."""
    service = task.settings.service
    usual = prices[prices > 0].mean() if (prices > 0).any() else 0.0
    low, high, price = prices * 0.7, np.maximum(prices * 1.4, usual / 2), prices
    plans: list[Staffed] = []
    for _ in range(BISECTIONS):
        counts = programme.shifts(price)
        if counts is None:
            break
        plans.append(search.staffed(counts, plans[-1].followed if plans else None))
        enough = task.in_time(plans[-1].followed) >= service.target * task.contacts
        low, high = np.where(enough, low, price), np.where(enough, price, high)
        price = np.sqrt(np.maximum(low, high / 10) * high)
    return plans
