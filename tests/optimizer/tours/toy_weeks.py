"""Toy problems for the roster engine, and everything that could be rostered in them, enumerated.

Nothing here uses the engine's automaton, programme or counting.
"""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from optimizer.tours.day_rules import DayRules
from optimizer.tours.period_hours import UNBOUNDED, PeriodHours
from optimizer.tours.tiers import OneTier, TwoTiers
from optimizer.tours.week import DAY, OFF, Crew, RosterProblem, ShiftTable, View
from tests.optimizer.tours.judged_days import at_work, broken

KINDS = (frozenset(), frozenset({"standby"}), frozenset({"night"}))

PRICES = (1.5, 0.7)
"""Of rules: one in steps of other costs, and one that is not."""


@st.composite
def toy_weeks(draw, most_reps=3):
    """Three or four days, up to two shifts a day, two zones, a week's end now and then.

    Any rules of days after a known past, each to be kept or at a price, days that are fixed, and
    bounds on the shifts and hours of the period.
    """
    days = draw(st.integers(3, 4))
    reps = draw(st.integers(1, most_reps))
    per_day = draw(st.integers(1, 2 if reps < 3 else 1))
    count, rows = days * per_day, days * 3
    numbers = np.random.default_rng(draw(st.integers(0, 10**6)))
    day = np.repeat(np.arange(days), per_day)
    start_row = day * 3 + numbers.integers(0, 3, count)
    stands_by = numbers.random(count) < 0.4 if draw(st.booleans()) else np.zeros(count, bool)
    first = start_row + rows * stands_by
    hours = numbers.choice([4, 8, 12, 24], count)
    zones = draw(st.integers(1, 2))
    views = tuple(_view(numbers, day, hours, stands_by, zone) for zone in range(zones))
    ends = numbers.random(days) < draw(st.sampled_from([0.0, 0.3, 0.6]))
    week = np.concatenate([[0], np.cumsum(ends[:-1])])
    most = numbers.choice([8, 16, 24, 40], (reps, week[-1] + 1)) * 60
    fixed = numbers.integers(1, 4, (reps, days)) * (numbers.random((reps, days)) < 0.15)
    fixed *= draw(st.booleans())
    crew = Crew(
        view=numbers.integers(0, zones, reps),
        allowed=(numbers.random((reps, count)) < 0.85) & (fixed[:, day] == 0),
        least=np.minimum(most, numbers.choice([0, 8, 16], most.shape) * 60),
        most=most,
        ready=numbers.choice([0, 0, 300, 720], reps),
        run=np.zeros(reps, dtype=np.int64),
        past=numbers.integers(0, 4, (reps, 4)) * (numbers.random((reps, 4)) < 0.6),
        fixed=fixed,
        shifts=_shifts(numbers, reps) if draw(st.booleans()) else None,
        wish=draw(st.sampled_from([None, numbers.integers(-1, 2, (reps, count)) / 2])),
    )
    return RosterProblem(
        cover=_cover(numbers, rows, reps, two_tiers=bool(stands_by.any())),
        short=float(draw(st.sampled_from([0, 3]))),
        shifts=ShiftTable(first, np.minimum(rows * (1 + stands_by), first + hours // 4), hours / 8),
        views=views,
        crew=crew,
        week=week,
        rules=_rules(draw),
        period=_period(numbers, reps) if draw(st.booleans()) else None,
    )


def _shifts(numbers, reps):
    """At least and at most so many shifts a rep, or any number."""
    return np.column_stack([numbers.integers(0, 4, reps), numbers.integers(-1, 4, reps)])


def _period(numbers, reps):
    """Hours of all weeks together, the most hard or at a price."""
    least = numbers.choice([0, 13, 24, 36], reps) * 60
    most = np.maximum(least, numbers.choice([16, 25, 40, UNBOUNDED // 60], reps) * 60)
    return PeriodHours(least, most, 2.0, numbers.choice([None, 1.5, 4.0]))


def _rules(draw):
    """Up to four rules, each hard or at a price."""
    given = {
        "max_run": st.integers(1, 2),
        "min_off": st.integers(2, 3),
        "max_days": st.integers(1, 2),
        "min_run": st.integers(2, 3),
        "max_off": st.integers(1, 2),
        "max_nights": st.integers(0, 1),
        "off_after_nights": st.integers(1, 2),
        "max_weekends": st.integers(0, 1),
        "whole_weekends": st.just(value=True),
        "max_standby": st.integers(0, 1),
        "standby_spacing": st.integers(1, 2),
        "successions": st.just((("night", "standby"), ("standby", "night"))),
    }
    named = draw(st.sets(st.sampled_from(sorted(given)), max_size=4))
    names = ("max_consecutive_days", "min_days_off", "max_days", "whole_weekends", "max_shifts")
    return DayRules(
        **{name: draw(given[name]) for name in sorted(named)},
        short_shift=draw(st.sampled_from([0.0, 6.0])),
        prices=dict.fromkeys(draw(st.sets(st.sampled_from(names))), draw(st.sampled_from(PRICES))),
        kinds=KINDS,
        first_weekday=draw(st.integers(0, 6)),
    )


def _cover(numbers, rows, reps, two_tiers):
    required, under = numbers.integers(0, reps + 1, rows), numbers.choice([2.0, 10.0], rows)
    if two_tiers:
        return TwoTiers(required, numbers.integers(0, 2, rows), under)
    return OneTier(required, under, numbers.choice([0.0, 1.0], rows))


def _view(numbers, day, hours, stands_by, zone):
    """A zone's clock, an hour later for each zone; standby is no contract work."""
    start = numbers.choice([0, 360, 720, 1080], len(day)) + 60 * zone
    free = start + hours * 60 + numbers.choice([480, 660])
    letter = np.where(stands_by, 2, np.where(start >= 1080, 3, 1))
    return View(day, start, free, np.where(stands_by, 0, hours * 60), letter)


def obeys(problem, rep, tour):
    """Whether one rep may work a tour, judged shift by shift, whatever the rules of days say."""
    view = problem.views[problem.crew.view[rep]]
    ready, hours = problem.crew.ready[rep], {}
    for day, place in enumerate(tour):
        if place == OFF:
            continue
        if not problem.crew.allowed[rep, place] or view.day[place] != day:
            return False
        if day * DAY + view.start[place] < ready:
            return False
        ready = day * DAY + view.free[place]
        week = problem.week[day]
        hours[week] = hours.get(week, 0) + view.minutes[place]
    most, period = problem.crew.most[rep], problem.period
    if period is not None and period.over is None and sum(hours.values()) > period.most[rep]:
        return False
    return all(minutes <= most[week] for week, minutes in hours.items())


def units(problem, rep, tour):
    """Units by which a tour breaks each rule of days, fixed days included."""
    crew, letters = problem.crew, tour_letters(problem, rep, tour)
    past = [1] * crew.run[rep] if crew.past is None else crew.past[rep]
    most = -1 if crew.shifts is None else crew.shifts[rep, 1]
    return broken(problem.rules, past, letters, problem.week.tolist(), most)


def tour_letters(problem, rep, tour):
    """The letters of a tour's days, fixed days included."""
    crew, view = problem.crew, problem.views[problem.crew.view[rep]]
    letters = []
    for day, place in enumerate(tour):
        if place == OFF:
            letters.append(0 if crew.fixed is None else crew.fixed[rep, day])
        else:
            letters.append(1 if view.letter is None else view.letter[place])
    return letters


def hard_units(problem, rep, tour):
    """Units by which a tour breaks rules without a price; those that ask for work weigh least."""
    named = units(problem, rep, tour).items()
    return sum(
        count * (1 if name == "max_days_off" else 100)
        for name, count in named
        if name not in problem.rules.prices
    )


def tour_cost(problem, rep, tour):
    """What a tour costs: shifts, wishes, hours below the contract, broken rules with a price."""
    view = problem.views[problem.crew.view[rep]]
    cost, lacking = 0.0, dict(enumerate(problem.crew.least[rep]))
    for day, place in enumerate(tour):
        if place != OFF:
            cost += problem.shifts.cost[place]
            cost += 0 if problem.crew.wish is None else problem.crew.wish[rep, place]
            lacking[problem.week[day]] -= view.minutes[place]
    if problem.crew.shifts is not None:
        owed = problem.crew.shifts[rep, 0] - at_work(
            problem.rules, tour_letters(problem, rep, tour)
        )
        cost += problem.rules.short_shift * max(0, owed)
    if problem.period is not None:
        hours = (problem.crew.least[rep].sum() - sum(lacking.values())) / 60
        least, most = problem.period.least[rep] / 60, problem.period.most[rep] / 60
        cost += problem.period.short * max(0, least - hours)
        cost += (problem.period.over or 0.0) * max(0, hours - most)
    for name, count in units(problem, rep, tour).items():
        cost += problem.rules.prices.get(name, 0.0) * count
    return cost + problem.short * sum(max(0, minutes) / 60 for minutes in lacking.values())


def tour_cover(problem, tour):
    """Reps that a tour brings to each cell."""
    cover = np.zeros(problem.cover.cells, dtype=int)
    for place in tour:
        if place != OFF:
            cover[problem.shifts.first[place] : problem.shifts.last[place]] += 1
    return cover


def all_tours(problem, rep):
    """Every tour that a rep may work: those that break rules without a price the least."""
    views = problem.views[problem.crew.view[rep]]
    choices = [(OFF, *np.flatnonzero(views.day == day)) for day in range(problem.days)]
    possible = [tour for tour in product(*choices) if obeys(problem, rep, tour)]
    least = min(hard_units(problem, rep, tour) for tour in possible)
    return [tour for tour in possible if hard_units(problem, rep, tour) == least]


def roster_cost(problem, roster):
    """What a roster costs, counted tour by tour."""
    cost = sum(tour_cost(problem, rep, tour) for rep, tour in enumerate(roster))
    return cost + price_left(problem.cover, sum(tour_cover(problem, tour) for tour in roster))


def price_left(cover, reps):
    """What is paid for the reps that are missing and too many, interval by interval."""
    price = 0.0
    if isinstance(cover, OneTier):
        for there, wanted, under, over in zip(
            reps, cover.required, cover.under, cover.over, strict=True
        ):
            price += under * (wanted - there) if there < wanted else over * (there - wanted)
        return price
    half = len(cover.primary)
    for place in range(half):
        lacks_primary = cover.primary[place] - reps[place]
        lacks_both = lacks_primary + cover.on_call[place] - reps[half + place]
        price += cover.under[place] * max(0, lacks_primary, lacks_both)
    return price


def least_cost(problem):
    """The cost of the cheapest roster: every roster is tried."""
    tours = [all_tours(problem, rep) for rep in range(problem.crew.size)]
    costs, covers = np.zeros(1), np.zeros((1, problem.cover.cells), dtype=int)
    for rep, own in enumerate(tours):
        own_costs = np.array([tour_cost(problem, rep, tour) for tour in own])
        own_covers = np.array([tour_cover(problem, tour) for tour in own])
        costs = (costs[:, None] + own_costs).ravel()
        covers = (covers[:, None] + own_covers).reshape(len(costs), -1)
    ways, place = np.unique(covers, axis=0, return_inverse=True)
    prices = np.array([price_left(problem.cover, way) for way in ways])
    return float((costs + prices[place.ravel()]).min())
