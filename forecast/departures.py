r"""Where a queue's past departed from what was expected of it: days, parts of days, new levels.

What is expected of a day is what the same weekday brought in the weeks around it, at the level of
the days around it. How far days and parts of days stray by themselves is measured on the queue: a
negative binomial with :math:`\varphi` such that half of the past lies as far out as it does. The
sum of several hours is judged with the :math:`\varphi` of such sums, so hours that move together
are not taken for independent evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from forecast.anomalies import without_anomalies
from forecast.days import DAYS_OF_WEEK, DayPanel, Floats, Integers

Booleans = npt.NDArray[np.bool_]

CHANCE_OF_DAY = 1e-4
CHANCE_OF_PART = 4e-6
NEAR = 1.5
LEAST_EXPECTED = 10.0
LEAST_DEPARTURE = 0.3
PART_HOURS = (1, 2, 3, 4, 6, 8, 12)
WEEKS_AROUND = 4
DAYS_AROUND = 10
SHIFT_DAYS = 21
LEAST_SHIFT = 0.2
SHIFT_NOISES = 6.0
MANY_PARTS = 3
MOST_OF_DAY = 0.75
HALF_OF_NORMAL = 0.6745
TRIED: Floats = np.concatenate([[0.0], np.geomspace(1e-4, 4.0, 60)])


@dataclass(frozen=True)
class Departure:
    """A day or part of it that is far from what was expected.

    Parameters
    ----------
    row
        The day's place in the panel.
    first, last
        Slots of the wall clock, `last` not included.
    found, expected
        Contacts in them.
    chance
        How often the queue would do this by itself, per day or part looked at.
    """

    row: int
    first: int
    last: int
    found: float
    expected: float
    chance: float


@dataclass(frozen=True)
class Shift:
    """A new level that lasted.

    Parameters
    ----------
    row
        The first day of it, in the panel.
    ratio
        What a day brings since, over what it brought before.
    expected
        Contacts of a usual day before it.
    """

    row: int
    ratio: float
    expected: float


def level_shifts(panel: DayPanel) -> tuple[Shift, ...]:
    """Find days since which the level has been another: three weeks before against three after.

    The step must be a fifth, and six times what chance makes of such a comparison in this queue.

    Parameters
    ----------
    panel
        Days by slots.
    """
    value = _levelled(panel)
    days = np.flatnonzero(~np.isnan(value))
    # A row's window holds the three weeks before it, then itself and the three weeks after.
    around = _windows(value, SHIFT_DAYS)
    before, after = around[:, :SHIFT_DAYS], around[:, SHIFT_DAYS : 2 * SHIFT_DAYS]
    fewest = np.minimum((~np.isnan(before)).sum(axis=1), (~np.isnan(after)).sum(axis=1))
    step = np.where(fewest >= SHIFT_DAYS // 3, known_median(after) - known_median(before), 0.0)
    if len(days) < 2 * SHIFT_DAYS:
        return ()
    noise = np.nanmedian(np.abs(np.diff(value[days]))) / HALF_OF_NORMAL / np.sqrt(2)
    usual = np.median(np.abs(step[step != 0])) / HALF_OF_NORMAL if step.any() else 0.0
    by_chance = max(noise * np.sqrt(np.pi / SHIFT_DAYS), usual / 2)
    least = max(np.log1p(LEAST_SHIFT), SHIFT_NOISES * by_chance)
    totals = np.nansum(panel.volume, axis=1)
    found = []
    left = np.abs(step)
    while left.max(initial=0.0) > least:
        row = _edge(value, int(left.argmax()))
        expected = float(np.mean(totals[max(0, row - SHIFT_DAYS) : row]))
        found.append(Shift(row, float(np.exp(step[row] or step[left.argmax()])), expected))
        left[max(0, row - SHIFT_DAYS) : row + SHIFT_DAYS] = 0.0
    return tuple(sorted(found, key=lambda shift: shift.row))


def _levelled(panel: DayPanel) -> Floats:
    """Return the log of each day's total without its weekday; NaN where the day is not known."""
    known = ~np.isnan(panel.volume)
    total = np.where(known, panel.volume, 0.0).sum(axis=1)
    value = np.full(len(total), np.nan)
    slots = known.sum(axis=1)
    for weekday in range(DAYS_OF_WEEK):
        rows = np.flatnonzero((panel.weekday == weekday) & (slots > 0))
        whole = slots[rows] >= 0.8 * np.median(slots[rows]) if len(rows) else rows > 0
        rows = rows[whole]
        value[rows] = np.log(total[rows] + 0.5)
    week = known_median(_windows(value, 7))
    for weekday in range(DAYS_OF_WEEK):
        rows = panel.weekday == weekday
        apart = (value - week)[rows]
        if (~np.isnan(apart)).any():
            value[rows] -= np.nanmedian(apart)
    return value


def _windows(values: Floats, reach: int) -> Floats:
    """Return around each value itself and `reach` on both sides, unknown beyond the ends."""
    padded = np.pad(values.astype(float), reach, constant_values=np.nan)
    return sliding_window_view(padded, 2 * reach + 1).copy()


def known_median(values: Floats) -> Floats:
    """Return the median of what is known in each row; NaN where nothing is.

    Examples
    --------
    >>> known_median(np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, np.nan]])).tolist()
    [2.0, nan]
    """
    ranked = np.sort(values, axis=-1)
    count = (~np.isnan(values)).sum(axis=-1)[..., None]
    low = np.take_along_axis(ranked, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ranked, np.minimum(count // 2, values.shape[-1] - 1), axis=-1)
    median: Floats = ((low + high) / 2.0)[..., 0]
    return median


def _edge(value: Floats, row: int) -> int:
    """Return where near `row` the level changes: the split that leaves least error."""
    first, last = max(row - SHIFT_DAYS, 0), min(row + SHIFT_DAYS, len(value))
    best, least = row, np.inf
    for split in range(max(first + 3, row - 7), min(last - 3, row + 8)):
        parts = (value[first:split], value[split:last])
        if all((~np.isnan(part)).any() for part in parts):
            error = sum(float(np.nansum(np.abs(part - np.nanmedian(part)))) for part in parts)
            if error < least:
                best, least = split, error
    return best


def departures(panel: DayPanel, shifts: tuple[Shift, ...] = ()) -> tuple[Departure, ...]:
    """Find days and parts of days that chance does not explain.

    What was found first is left out when the rest is looked at again, so that an outage does not
    hide itself or cast doubt on the weeks around it.

    Parameters
    ----------
    panel
        Days by slots.
    shifts
        New levels: days on both sides of one are not compared.

    Returns
    -------
    tuple of Departure
        By day and slot.
    """
    age = np.zeros(len(panel.ordinal), dtype=np.int64)
    for shift in shifts:
        age[shift.row :] += 1
    found: list[Departure] = []
    clean = without_anomalies(panel)
    for _ in range(2):
        expected = _expected(clean, age)
        found = [*_of_days_and_parts(panel.volume, clean.volume, expected)]
        volume = panel.volume.copy()
        for each in found:
            volume[each.row, each.first : each.last] = np.nan
        clean = replace(panel, volume=volume)
    return tuple(sorted(found, key=lambda each: (each.row, each.first)))


def _expected(panel: DayPanel, age: Integers) -> Floats:
    """Return what the same weekdays around a day brought, at the level of the days around it."""
    expected = np.full(panel.volume.shape, np.nan)
    for weekday in np.unique(panel.weekday):
        rows = np.flatnonzero(panel.weekday == weekday)
        apart = np.abs(panel.ordinal[rows][:, None] - panel.ordinal[rows][None])
        same = age[rows][:, None] == age[rows][None]
        near = ((apart > 0) & (apart <= 7 * WEEKS_AROUND) & same).astype(float)
        known = ~np.isnan(panel.volume[rows])
        count = near @ known
        total = near @ np.where(known, panel.volume[rows], 0.0)
        there = np.full(total.shape, np.nan)
        expected[rows] = np.divide(total, count, out=there, where=count >= 2)
    both = ~np.isnan(panel.volume) & ~np.isnan(expected)
    came = np.where(both, panel.volume, 0.0).sum(axis=1)
    due = np.where(both, expected, 0.0).sum(axis=1)
    ratio = np.divide(came, due, out=np.full_like(due, np.nan), where=due > 0)
    near_by = _windows(ratio, DAYS_AROUND)
    near_by[_windows(age.astype(float), DAYS_AROUND) != age[:, None]] = np.nan
    near_by[:, DAYS_AROUND] = np.nan
    enough = (~np.isnan(near_by)).sum(axis=1) >= DAYS_AROUND // 2
    level = np.where(enough, known_median(near_by), 1.0)
    at_level: Floats = expected * level[:, None]
    return at_level


def _of_days_and_parts(volume: Floats, clean: Floats, expected: Floats) -> Iterator[Departure]:
    """Yield whole days, and parts of days where the rest of the day is as expected."""
    slots = volume.shape[1]
    by_length = [
        _unlikely(volume, clean, expected, length, chance) for length, chance in _lengths(slots)
    ]
    days = {each.row: each for each in by_length.pop()}
    parts: dict[int, list[Departure]] = {}
    for each in sorted((each for found in by_length for each in found), key=_strength):
        taken = parts.setdefault(each.row, [])
        if all(each.last <= other.first or other.last <= each.first for other in taken):
            taken.append(each)
    for row in sorted(days | parts):
        day, of_day = days.get(row), parts.get(row, [])
        if day is not None and not _explain(of_day, day):
            yield day
        elif len(of_day) >= MANY_PARTS:
            yield _whole(row, volume, expected, min(each.chance for each in of_day))
        else:
            yield from _joined(sorted(of_day, key=lambda each: each.first))


def _whole(row: int, volume: Floats, expected: Floats, chance: float) -> Departure:
    """Return a day as one departure: with so many odd parts it is the day that is odd."""
    both = ~np.isnan(volume[row]) & ~np.isnan(expected[row])
    found, due = (float(each[row][both].sum()) for each in (volume, expected))
    return Departure(row, 0, volume.shape[1], found, due, chance)


def _strength(each: Departure) -> tuple[float, float]:
    return each.chance, -abs(each.found - each.expected)


def _lengths(slots: int) -> Iterator[tuple[int, float]]:
    """Yield how many slots are looked at together, and the chance that is too small; days last."""
    for hours in PART_HOURS:
        yield hours * slots // 24, CHANCE_OF_PART
    yield slots, CHANCE_OF_DAY


def _explain(parts: list[Departure], day: Departure) -> bool:
    """Say whether parts of a day account for what is odd about it: the rest is hardly odd."""
    found, due = sum(each.found for each in parts), sum(each.expected for each in parts)
    if not 0 < due < MOST_OF_DAY * day.expected:
        return False
    rest = (day.found - found) / (day.expected - due) - 1.0
    return abs(rest) < abs(found / due - 1.0) / 4


def _joined(parts: list[Departure]) -> Iterator[Departure]:
    """Yield parts of one day; those that touch and point the same way are one."""
    waiting: Departure | None = None
    for each in parts:
        if waiting is None:
            waiting = each
        elif waiting.last == each.first and (waiting.found < waiting.expected) == (
            each.found < each.expected
        ):
            waiting = Departure(
                each.row,
                waiting.first,
                each.last,
                waiting.found + each.found,
                waiting.expected + each.expected,
                min(waiting.chance, each.chance),
            )
        else:
            yield waiting
            waiting = each
    if waiting is not None:
        yield waiting


def _unlikely(
    volume: Floats, clean: Floats, expected: Floats, length: int, most: float
) -> list[Departure]:
    """Return the stretches of `length` slots whose contacts have a chance of at most `most`."""
    found, due, whole = _sums(volume, expected, length)
    dispersion = _dispersion(*_sums(clean, expected, length))
    spread = np.sqrt(due + dispersion * due**2)
    far = np.abs(found - due) > np.maximum(LEAST_DEPARTURE * due, NEAR * spread)
    rows, starts = np.nonzero(whole & (due >= LEAST_EXPECTED) & far)
    chance = _chance(found[rows, starts], due[rows, starts], dispersion[rows, starts])
    return [
        Departure(
            int(row),
            int(start),
            int(start) + length,
            float(found[row, start]),
            float(due[row, start]),
            float(p),
        )
        for row, start, p in zip(rows, starts, chance, strict=True)
        if p <= most
    ]


def _sums(volume: Floats, expected: Floats, length: int) -> tuple[Floats, Floats, Booleans]:
    """Return found, expected and whether much is known, of every stretch of a day; days by starts.

    A whole day counts when half of what is due in it is known, a part when all of it is.
    """
    known = ~np.isnan(volume) & ~np.isnan(expected)
    whole_day = length == volume.shape[1]

    def total(values: Floats) -> Floats:
        run = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
        ends: Floats = run[:, length:] - run[:, :-length]
        return ends

    due = total(np.where(known, expected, 0.0))
    all_due = total(np.where(np.isnan(expected), 0.0, expected))
    share = 0.5 if whole_day else 1.0
    enough = due >= share * all_due - 1e-9
    if not whole_day:
        enough &= total(known.astype(float)) >= length - 0.5
    return total(np.where(known, volume, 0.0)), due, enough


def _dispersion(found: Floats, due: Floats, whole: Booleans) -> Floats:
    """Return the dispersion of each stretch: the larger of its own time of day and of all."""
    usable = whole & (due >= LEAST_EXPECTED / 2)
    error = np.where(usable, np.abs(found - due), np.nan)
    pooled = _half_within(error[usable][:, None], due[usable][:, None])[0]
    own = np.full(found.shape[1], pooled)
    enough = usable.sum(axis=0) >= 5 * WEEKS_AROUND
    if enough.any():
        own[enough] = _half_within(error[:, enough], np.where(usable, due, np.nan)[:, enough])
    return np.broadcast_to(np.maximum(own, pooled), found.shape)


def _half_within(error: Floats, due: Floats) -> Floats:
    """Return per column the least dispersion that half of the errors stay within."""
    first = np.zeros(error.shape[1], dtype=np.int64)
    last = np.full(error.shape[1], len(TRIED) - 1)
    if error.size == 0:
        return np.full(error.shape[1], TRIED[-1])
    while (first < last).any():
        middle = (first + last) // 2
        ratio = error / np.sqrt(due + TRIED[middle] * due**2)
        within = known_median(ratio.T) <= HALF_OF_NORMAL
        last = np.where(within, middle, last)
        first = np.where(within, first, np.minimum(middle + 1, last))
    least: Floats = TRIED[first]
    return least


def _chance(found: Floats, due: Floats, dispersion: Floats) -> Floats:
    """Return the probability of as few, or as many, contacts."""
    from scipy import stats

    size = 1.0 / np.maximum(dispersion, 1e-6)
    share = size / (size + due)
    few = stats.nbinom.cdf(np.floor(found), size, share)
    many = stats.nbinom.sf(np.ceil(found) - 1.0, size, share)
    chance: Floats = np.where(found < due, few, many)
    return chance
