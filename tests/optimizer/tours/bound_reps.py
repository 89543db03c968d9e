"""Toy rules that bind reps together, and what a roster costs by them, counted hour by hour.

Nothing here uses the engine's stretches, pairs or marginal costs.
"""

import numpy as np
from hypothesis import strategies as st

from optimizer.tours.level_rules import LevelRule
from optimizer.tours.pardon import BEYOND_ALL
from optimizer.tours.spans import NONE, Spans, Work
from optimizer.tours.together import Together
from optimizer.tours.week import OFF

HOURS = 8

HARD = 8 * BEYOND_ALL


@st.composite
def bound_reps(draw, reps, day):
    """Trainees with mentors and levels for shifts on given days, each rule hard or at a price.

    Some shifts are fixed: of the period, or of the day before it.
    """
    numbers = np.random.default_rng(draw(st.integers(0, 10**6)))
    fixed_count = draw(st.integers(0, 2))
    days = np.concatenate([day, numbers.integers(-1, 2, fixed_count)])
    start = days * 24 + numbers.integers(0, 17, len(days))
    fixed = np.full((reps, 2), NONE)
    for place in range(fixed_count):
        fixed[numbers.integers(reps), place] = len(day) + place
    pairs = sorted(
        (one, other) for one in range(reps) for other in range(reps)
        if one != other and numbers.random() < 0.3
    )  # fmt: skip
    prices = [2.5 if numbers.random() < 0.5 else None for _ in range(2)]
    rules = tuple(
        LevelRule(queue, int(numbers.integers(1, 3)), prices[0], numbers.random(reps) < 0.5)
        for queue in range(draw(st.integers(0 if pairs else 1, 2)))
    )
    spans = Spans(
        start=3600 * np.append(start, 0),
        end=3600 * np.append(start + numbers.integers(2, HOURS + 1, len(days)), 0),
        queue=np.append(numbers.choice([-1, 0, 0, 0, 1], len(days)), -1),
        is_planned=np.append(days >= 0, values=False),
    )
    allowed = numbers.random((reps, len(day))) < 0.85
    trainees, mentors = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    work = Work(spans, np.arange(len(day)), fixed, allowed)
    return Together(work, trainees, mentors, prices[1], rules, HARD)


def broken_hours(together, tours):
    """Hours without a mentor, and hours that lack of each level, counted hour by hour."""
    spans, fixed = together.work.spans, together.work.fixed
    mine = [
        [(place, False) for place in tour if place != OFF]
        + [(place, True) for place in own if place != NONE]
        for tour, own in zip(tours, fixed, strict=True)
    ]
    alone = sum(
        length(spans, place)
        for trainee, shifts in enumerate(mine)
        for place, is_fixed in shifts
        if is_due(together, mine, trainee, place, is_fixed=is_fixed)
    )
    return [alone, *(_lacking(together, rule, mine) for rule in together.rules)]


def cost(together, tours):
    """What a roster costs by the rules."""
    prices = [together.alone, *(rule.price for rule in together.rules)]
    hours = zip(prices, broken_hours(together, tours), strict=True)
    return sum((HARD if price is None else price) * lacking for price, lacking in hours)


def length(spans, place):
    """Hours of a shift."""
    return (spans.end[place] - spans.start[place]) / 3600


def is_due(together, mine, trainee, place, *, is_fixed):
    """Whether a trainee's shift lacks a mentor whom it could have."""
    spans, work = together.work.spans, together.work
    mentors = together.mentors[together.trainees == trainee]
    if not len(mentors) or spans.queue[place] < 0 or not spans.is_planned[place]:
        return False
    if any(_holds(spans, one, place) for mentor in mentors for one, _ in mine[mentor]):
        return False
    could = [one for mentor in mentors for one in np.flatnonzero(work.allowed[mentor])]
    could += [one for mentor in mentors for one in work.fixed[mentor] if one != NONE]
    return not is_fixed or any(_holds(spans, one, place) for one in could)


def _holds(spans, one, other):
    return (
        spans.queue[one] == spans.queue[other]
        and spans.start[one] <= spans.start[other]
        and spans.end[other] <= spans.end[one]
    )


def _lacking(together, rule, mine):
    spans, allowed = together.work.spans, together.work.allowed
    hours = range(int(spans.start.min()) // 3600, int(spans.end.max()) // 3600)
    total = 0
    for hour in hours:

        def there(place, hour=hour):
            is_then = spans.start[place] <= 3600 * hour < spans.end[place]
            return is_then and spans.queue[place] == rule.queue

        at_work = [
            (rep, place, is_fixed)
            for rep, shifts in enumerate(mine)
            for place, is_fixed in shifts
            if there(place)
        ]
        planned = [one for one in at_work if spans.is_planned[one[1]]]
        able = sum(bool(rule.able[rep]) for rep, _, _ in at_work)
        lacking = max(0, rule.reps - able) if planned else 0
        if any(is_fixed for _, _, is_fixed in planned):
            could = sum(bool(rule.able[rep]) and is_fixed for rep, _, is_fixed in at_work)
            could += sum(
                bool(rule.able[rep]) and any(there(one) for one in np.flatnonzero(allowed[rep]))
                for rep in range(len(mine))
            )
            lacking -= max(0, rule.reps - could)
        total += max(0, lacking)
    return total
