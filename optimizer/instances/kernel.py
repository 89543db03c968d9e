"""The cheapest schedule of one employee: a dynamic programme over days, compiled by numba.

What a day needs to know of the days before: how long the run of days off is (as far as a rule still
asks), or how long the run of days worked is and which *class* the last shift is of (shifts of a
class forbid the same shifts on the next day); and the *budgets*: time worked so far, weekends
worked, and how often each shift was worked whose number is limited and followed (`tracked`).

Shifts that differ in nothing of this are a *group*; of a group only the cheapest shift of a day
matters. Values go backward from the end, then the cheapest choices are walked forward.
All compiled code stands in this file, since numba looks at the time of this file alone when it
decides whether what it keeps on disk is still good.
"""

import numpy as np
from numba import njit

OFF = -1
"""The place of no shift."""

FREE_FROM_SATURDAY, WEEK = 5, 7


@njit(cache=True, nogil=True)
def longest_run(days, forbidden, most, best_units):  # type: ignore[no-untyped-def]
    """Return by day the most units that can have been worked before it, whatever the weekends.

    A run of at most `most` days, then a day off; `forbidden` days are off; a day brings at most
    `best_units` of its day.
    """
    reach = np.zeros(days + 1, dtype=np.int64)
    runs = np.full(most + 1, -1, dtype=np.int64)
    runs[0] = 0
    for day in range(days):
        after = np.full(most + 1, -1, dtype=np.int64)
        after[0] = runs.max()
        if not forbidden[day]:
            for run in range(most):
                if runs[run] >= 0:
                    after[run + 1] = runs[run] + best_units[day]
        runs = after
        reach[day + 1] = runs.max()
    return reach


@njit(cache=True, nogil=True)
def _cheapest(costs, group_of, groups):  # type: ignore[no-untyped-def]
    """Return by day and group the least cost and the shift that has it."""
    days, shifts = costs.shape
    least = np.full((days, groups), np.inf)
    which = np.full((days, groups), OFF, dtype=np.int64)
    for day in range(days):
        for shift in range(shifts):
            group = group_of[shift]
            if group >= 0 and costs[day, shift] < least[day, group]:
                least[day, group] = costs[day, shift]
                which[day, group] = shift
    return least, which


@njit(cache=True, nogil=True)
def _relax(line, following, cost, units, low, high, low_after, high_after):  # type: ignore[no-untyped-def]
    """Lower a line of values by what working `units` at a cost leads to."""
    first = max(low, low_after - units)
    last = min(high, high_after - units)
    for place in range(first, last + 1):
        value = cost + following[place + units - low_after]
        line[place - low] = min(line[place - low], value)


@njit(cache=True, nogil=True)
def backward(  # type: ignore[no-untyped-def]
    values,
    least,
    off_costs,
    rules,
    lows,
    highs,
    group_class,
    group_units,
    group_stride,
    group_limit,
    follows,
):
    """Fill `values` by day, state, tracked counts, weekends and time from the end on.

    `values` at the last day must hold what an end is worth. `rules` are the most and least days
    worked in a row, the least days off in a row and the most weekends.
    """
    most, fewest, rest, begin = rules[0], rules[1], rules[2], rules[5]
    days, groups = least.shape
    states, counts, weekends = values.shape[1], values.shape[2], values.shape[3]
    classes = follows.shape[0]
    for day in range(days - 1, -1, -1):
        low, high, low_after, high_after = lows[day], highs[day], lows[day + 1], highs[day + 1]
        weekday = day % WEEK
        for state in range(states):
            is_off = state < rest
            run = 0 if is_off else (state - rest) // classes + 1
            kind = 0 if is_off else (state - rest) % classes
            after_off = -1
            if is_off:
                after_off = min(state + 1, rest - 1)
            elif run >= fewest or run >= begin + day:
                after_off = 0
            can_work = (is_off and state == rest - 1) or (not is_off and run < most)
            begins_weekend = weekday == FREE_FROM_SATURDAY or (
                weekday == FREE_FROM_SATURDAY + 1 and is_off
            )
            step = 1 if begins_weekend else 0
            for count in range(counts):
                # No more can have been worked than there were; the rest is never looked at.
                for weekend in range(min(weekends, (day + 1) // WEEK + 1)):
                    line = values[day, state, count, weekend]
                    line[:] = np.inf
                    if after_off >= 0 and off_costs[day] < np.inf:
                        following = values[day + 1, after_off, count, weekend]
                        _relax(line, following, off_costs[day], 0, low, high, low_after, high_after)
                    if not can_work or weekend + step >= weekends:
                        continue
                    for group in range(groups):
                        if least[day, group] == np.inf:
                            continue
                        if not is_off and not follows[kind, group]:
                            continue
                        stride, limit = group_stride[group], group_limit[group]
                        if stride > 0 and (count // stride) % (limit + 1) >= limit:
                            continue
                        after = rest + run * classes + group_class[group]
                        following = values[day + 1, after, count + stride, weekend + step]
                        _relax(
                            line,
                            following,
                            least[day, group],
                            group_units[group],
                            low,
                            high,
                            low_after,
                            high_after,
                        )


@njit(cache=True, nogil=True)
def forward(  # type: ignore[no-untyped-def]
    values,
    least,
    which,
    off_costs,
    rules,
    lows,
    highs,
    group_class,
    group_units,
    group_stride,
    group_limit,
    follows,
    schedule,
):
    """Walk the cheapest choices into `schedule`; return their cost."""
    most, fewest, rest, begin = rules[0], rules[1], rules[2], rules[5]
    days, groups = least.shape
    weekends, classes = values.shape[3], follows.shape[0]
    state, count, weekend, time = rules[6], 0, 0, 0
    total = values[0, state, 0, 0, 0 - lows[0]] if lows[0] <= 0 <= highs[0] else np.inf
    if total == np.inf:
        return total
    for day in range(days):
        low_after, high_after = lows[day + 1], highs[day + 1]
        is_off = state < rest
        run = 0 if is_off else (state - rest) // classes + 1
        kind = 0 if is_off else (state - rest) % classes
        weekday = day % WEEK
        begins_weekend = weekday == FREE_FROM_SATURDAY or (
            weekday == FREE_FROM_SATURDAY + 1 and is_off
        )
        step = 1 if begins_weekend else 0
        best, chosen = np.inf, -1
        after_off = -1
        if is_off:
            after_off = min(state + 1, rest - 1)
        elif run >= fewest or run >= begin + day:
            after_off = 0
        if after_off >= 0 and low_after <= time <= high_after:
            best = off_costs[day] + values[day + 1, after_off, count, weekend, time - low_after]
        can_work = (is_off and state == rest - 1) or (not is_off and run < most)
        if can_work and weekend + step < weekends:
            for group in range(groups):
                if least[day, group] == np.inf or (not is_off and not follows[kind, group]):
                    continue
                stride, limit = group_stride[group], group_limit[group]
                if stride > 0 and (count // stride) % (limit + 1) >= limit:
                    continue
                then = time + group_units[group]
                if not low_after <= then <= high_after:
                    continue
                after = rest + run * classes + group_class[group]
                value = (
                    least[day, group]
                    + values[day + 1, after, count + stride, weekend + step, then - low_after]
                )
                if value < best:
                    best, chosen = value, group
        if chosen < 0:
            schedule[day] = OFF
            state = after_off
        else:
            schedule[day] = which[day, chosen]
            state = rest + run * classes + group_class[chosen]
            count += group_stride[chosen]
            weekend += step
            time += group_units[chosen]
    return total


@njit(cache=True, nogil=True)
def cheapest_schedule(  # type: ignore[no-untyped-def]
    costs,
    off_costs,
    group_of,
    values,
    rules,
    may_end,
    lows,
    highs,
    group_class,
    group_units,
    group_stride,
    group_limit,
    follows,
    schedule,
):
    """Find one employee's cheapest schedule.

    Parameters
    ----------
    costs
        By day and shift; infinite where not allowed.
    off_costs
        Of each day off; infinite where there must be none.
    group_of
        By shift its group; below 0 when the employee never works it.
    values
        Room for the values, at least days + 1 by state, counts, weekends + 1 and band of time.
    rules
        Most and least days in a row, least days off in a row (at least 1), least and most time;
        days of the horizon before the first, which is a Monday, and the state in which they end.
    may_end
        By state, whether what comes after the last day allows it.
    lows, highs
        By day, the time that can have been worked before it so that the contract can be kept.
    group_class, group_units, group_stride, group_limit
        Of each group: class, time, what a shift adds to the number of counts (0 when not tracked),
        and how often it may be worked.
    follows
        By class and group, whether the group may follow on the next day.
    schedule
        The shifts found are written here, by day; `OFF` on a day off.

    Returns
    -------
    float
        What the schedule costs; infinite when there is none.
    """
    least, which = _cheapest(costs, group_of, len(group_class))
    days = costs.shape[0]
    ends = values[days]
    ends[:] = np.inf
    low, high = max(lows[days], rules[3]), min(highs[days], rules[4])
    for state in range(len(may_end)):
        if may_end[state]:
            for time in range(low, high + 1):
                ends[state, :, :, time - lows[days]] = 0.0
    backward(
        values,
        least,
        off_costs,
        rules,
        lows,
        highs,
        group_class,
        group_units,
        group_stride,
        group_limit,
        follows,
    )
    return forward(
        values,
        least,
        which,
        off_costs,
        rules,
        lows,
        highs,
        group_class,
        group_units,
        group_stride,
        group_limit,
        follows,
        schedule,
    )
