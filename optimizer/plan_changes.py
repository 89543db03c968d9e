r"""Every change of a single shift of a plan, and what it is worth.

A plan costs what `optimizer.plan_shifts` says: wages, standby, and the price of what its shifts
lack, which is a sum over intervals. For :math:`X_t` reps rostered as primary and :math:`Z_t` of
both tiers an interval lacks :math:`A_t(X_t) + B_t(Z_t)`, both linear between whole reps. A change
takes a rep off one shift, puts one on another, or both, and moves :math:`X` and :math:`Z` by at
most one rep in the intervals of these; so all changes are valued exactly at once, without a solve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import numpy as np
import pandas as pd

from forecast.days import Floats, Integers
from optimizer.break_programme import absent_shares
from optimizer.breaks import Break, BreakRule, due_breaks
from optimizer.cover import covered
from optimizer.loss_function import rostered_draws, tier_rewards
from optimizer.patterns import Flags, Period, shift_times, useful_shifts
from optimizer.plan_shifts import CLOSED_SURCHARGE
from optimizer.pools import pools_without_team
from optimizer.premiums import Wages
from optimizer.required_distribution import RequiredDistribution
from optimizer.shifts import Shift, ShiftSettings
from optimizer.tier_prices import TierPrices

Kind = Literal["add", "drop", "move", "lengthen", "shorten", "to_on_call", "to_primary"]


@dataclass(frozen=True)
class Change:
    """One rep on another shift than before.

    Parameters
    ----------
    kind
        What is done.
    before, after
        The shift that is left and the one that is taken; None when there is none.
    saves
        What it spares of what the plan costs, in wages; below 0 when it costs more.
    """

    kind: Kind
    before: Shift | None
    after: Shift | None
    saves: float

    @property
    def queue(self) -> str:
        """The queue of its shifts."""
        return self.shifts[0].queue

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """Its one or two shifts."""
        return tuple(shift for shift in (self.before, self.after) if shift is not None)


@dataclass(frozen=True)
class QueuePlan:
    """What a queue calls for, and what its shifts bring.

    Parameters
    ----------
    distribution
        Reps on duty that its intervals call for.
    prices
        Of the tiers.
    primary, on_call
        Reps of each interval.
    is_open
        Of each interval, whether the queue is open or requires anybody.
    interval_minutes
        Length of an interval.
    wages
        What time costs at each site.
    """

    distribution: RequiredDistribution
    prices: TierPrices
    primary: Floats
    on_call: Floats
    is_open: Flags
    interval_minutes: int
    wages: Wages

    @property
    def queue(self) -> str:
        """Its name."""
        return self.distribution.queue

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Of the intervals, in UTC."""
        return self.distribution.starts

    @property
    def dearest(self) -> Floats | float:
        """What an hour of each interval costs where it costs most, in wages."""
        if self.wages.premiums.is_none:
            return 1.0
        step = timedelta(minutes=self.interval_minutes)
        sites = self.wages.zones or ("",)
        begins = [start.to_pydatetime() for start in self.starts]
        dearest = [
            max(self.wages.hours(site, begin, begin + step) for site in sites) for begin in begins
        ]
        return np.array(dearest) / (step / timedelta(hours=1))


class LackPrices:
    """What the intervals of a queue are charged for lacking reps.

    Parameters
    ----------
    of
        The queue.
    """

    def __init__(self, of: QueuePlan) -> None:
        draws = rostered_draws(of.distribution, of.prices.shrinkage)
        called, preferred, missing = tier_rewards(draws, of.prices, of.dearest)
        hours = of.interval_minutes / 60
        self._primary = hours * _tails(called + preferred)
        self._both = hours * _tails(missing)

    def __call__(self, places: Integers, primary: Floats, both: Floats) -> Floats:
        """Return the wages charged in intervals, the parameters being of one shape."""
        charged: Floats = _read(self._primary, places, primary) + _read(self._both, places, both)
        return charged


def plan_charge(of: QueuePlan, shifts: Iterable[tuple[Shift, int]]) -> float:
    """Return what a queue's plan costs, in wages: shifts, and what they lack.

    Parameters
    ----------
    of
        The queue.
    shifts
        Its shifts and how many reps each has.
    """
    places = np.arange(len(of.starts))
    lack = LackPrices(of)(places, of.primary, of.primary + of.on_call).sum()
    return float(lack) + sum(reps * shift_charge(of, shift) for shift, reps in shifts)


def shift_charge(of: QueuePlan, shift: Shift) -> float:
    """Return what a rep on a shift costs, in wages, with the surcharge on closed hours."""
    starts, minutes = of.starts, of.interval_minutes
    first = int(
        starts.searchsorted(pd.Timestamp(shift.start) - pd.Timedelta(minutes=minutes), "right")
    )
    last = int(starts.searchsorted(pd.Timestamp(shift.end)))
    closed = float((~of.is_open[first:last]).sum()) * minutes / 60
    rate = 1.0 if shift.role == "primary" else of.prices.standby
    unpaid = sum(
        of.wages.hours(shift.site, one.start, one.end) for one in shift.breaks if not one.paid
    )
    paid = of.wages.hours(shift.site, shift.start, shift.end) - unpaid
    return rate * (paid + CLOSED_SURCHARGE * closed)


def presence(of: QueuePlan, shift: Shift) -> tuple[slice, Floats]:
    """Return which intervals a shift covers, and how much of a rep it brings to each."""
    span = covered(of.starts, of.interval_minutes, shift)
    there = np.ones(max(span.stop - span.start, 0))
    begin = of.starts[0].to_pydatetime()
    for one in shift.breaks:
        minutes = round(one.length / timedelta(minutes=1))
        for place, share in absent_shares(one.start, minutes, begin, of.interval_minutes):
            if span.start <= place < span.stop:
                there[place - span.start] -= share
    return span, there


def catalogue(of: QueuePlan, settings: ShiftSettings, timezone: str) -> tuple[Shift, ...]:
    """List the shifts that a queue could have, whoever works them.

    Parameters
    ----------
    of
        The queue.
    settings
        Starts, lengths and sites.
    timezone
        Of the calendar.
    """
    starts = of.starts
    period = Period(starts[0], starts[-1] + pd.Timedelta(minutes=of.interval_minutes))
    called_for = np.concatenate([[0], np.cumsum(of.distribution.draws.any(axis=0))])
    found = []
    for pool in pools_without_team(settings, timezone):
        times = shift_times(
            period,
            settings.starts_every_minutes,
            settings.lengths_hours,
            pool.timezone,
            pool.allowed(period),
        )
        alike = not settings.breaks and not settings.presence and settings.premiums.is_none
        for one in useful_shifts(times, starts, of.interval_minutes, of.is_open, alike=alike):
            if called_for[one.last] > called_for[one.first]:
                found += [
                    Shift(of.queue, pool.site, one.times.start, one.times.end, role)
                    for role in pool.roles
                ]
    if not settings.breaks:
        return tuple(found)
    missed = _missed(of)
    return tuple(_with_breaks(of, shift, settings.breaks, missed) for shift in found)


def _missed(of: QueuePlan) -> Floats:
    """Return what one more primary rep would spare in each interval, in wages."""
    places, both = np.arange(len(of.starts)), of.primary + of.on_call
    charge = LackPrices(of)
    spared: Floats = charge(places, of.primary, both) - charge(places, of.primary + 1, both + 1)
    return spared


def _with_breaks(of: QueuePlan, shift: Shift, rules: Sequence[BreakRule], missed: Floats) -> Shift:
    """Place the breaks of a primary shift, each where a rep is missed least, earliest first."""
    if shift.role != "primary":
        return shift
    begin, breaks = of.starts[0].to_pydatetime(), []
    for rule in due_breaks(rules, shift.hours):
        costs = []
        for after in rule.starts(of.interval_minutes):
            away = absent_shares(shift.start + after, rule.minutes, begin, of.interval_minutes)
            costs.append(
                (sum(missed[place] * share for place, share in away if place < len(missed)), after)
            )
        start = shift.start + min(costs)[1]
        breaks.append(Break(start, start + rule.length, rule.paid))
    return replace(shift, breaks=tuple(breaks))


def value_changes(
    of: QueuePlan, staffed: Sequence[Shift], settings: ShiftSettings, timezone: str
) -> tuple[Change, ...]:
    """Value every change of a single shift of a queue.

    Parameters
    ----------
    of
        The queue.
    staffed
        Its shifts that have at least one rep, each once.
    settings
        Starts, lengths and sites, which say what else there could be.
    timezone
        Of the calendar.

    Returns
    -------
    tuple of Change
        Those that spare most come first.
    """
    could = catalogue(of, settings, timezone)
    pairs: list[tuple[Kind, Shift | None, Shift | None]] = [("add", None, one) for one in could]
    pairs += [("drop", one, None) for one in staffed]
    pairs += _replacements(staffed, could, settings.starts_every_minutes)
    saves = _saved(of, [(before, after) for _, before, after in pairs])
    changes = [
        Change(kind, before, after, float(worth))
        for (kind, before, after), worth in zip(pairs, saves, strict=True)
    ]
    return tuple(sorted(changes, key=lambda one: (-round(one.saves, 9), one.shifts, one.kind)))


def _replacements(
    staffed: Iterable[Shift], could: Iterable[Shift], step_minutes: int
) -> list[tuple[Kind, Shift | None, Shift | None]]:
    """Pair each shift with those one step, one end or one role away."""
    near: dict[tuple[object, ...], list[Shift]] = {}
    for one in could:
        for key in (("start", one.start), ("end", one.end)):
            near.setdefault((one.site, *key), []).append(one)
    step = pd.Timedelta(minutes=step_minutes).to_pytimedelta()
    found: list[tuple[Kind, Shift | None, Shift | None]] = []
    for shift in staffed:
        for other in near.get((shift.site, "start", shift.start), ()):
            if other.role == shift.role and other.length != shift.length:
                found.append((_resized(shift, other), shift, other))
            elif other.role != shift.role and other.end == shift.end:
                kind: Kind = "to_on_call" if other.role == "on_call" else "to_primary"
                found.append((kind, shift, other))
        found += [
            (_resized(shift, other), shift, other)
            for other in near.get((shift.site, "end", shift.end), ())
            if other.role == shift.role and other.length != shift.length
        ]
        for start in (shift.start - step, shift.start + step):
            found += [
                ("move", shift, other)
                for other in near.get((shift.site, "start", start), ())
                if other.role == shift.role and other.length == shift.length
            ]
    return found


def _resized(shift: Shift, other: Shift) -> Kind:
    return "lengthen" if other.length > shift.length else "shorten"


def _saved(of: QueuePlan, pairs: Sequence[tuple[Shift | None, Shift | None]]) -> Floats:
    """Return what each pair of a shift left and one taken spares, in wages."""
    if not pairs:
        return np.zeros(0)
    shifts = sorted({shift for pair in pairs for shift in pair if shift is not None})
    number = {shift: place for place, shift in enumerate(shifts)}
    spans, brought = zip(*(presence(of, shift) for shift in shifts), strict=True)
    first = np.array([span.start for span in spans])
    last = np.array([max(span.stop, span.start) for span in spans])
    there = np.zeros((len(shifts), max(int((last - first).max()), 1)))
    for row, shares in zip(there, brought, strict=True):
        row[: len(shares)] = shares
    price = np.array([shift_charge(of, shift) for shift in shifts])
    is_primary = np.array([shift.role == "primary" for shift in shifts])
    left = np.array([-1 if before is None else number[before] for before, _ in pairs])
    taken = np.array([-1 if after is None else number[after] for _, after in pairs])
    begin = np.minimum(
        np.where(left < 0, len(of.starts), first[left]),
        np.where(taken < 0, len(of.starts), first[taken]),
    )
    end = np.maximum(np.where(left < 0, 0, last[left]), np.where(taken < 0, 0, last[taken]))
    width = max(int((end - begin).max()), 1)
    places = begin[:, None] + np.arange(width)[None]
    inside = places < np.minimum(end, len(of.starts))[:, None]
    places = np.where(inside, places, 0)
    moved = {True: np.zeros(places.shape), False: np.zeros(places.shape)}
    for side, sign in ((left, -1.0), (taken, 1.0)):
        place = places - first[side][:, None]
        is_there = (side >= 0)[:, None] & inside & (place >= 0) & (place < there.shape[1])
        reps = np.where(is_there, there[side[:, None], np.where(is_there, place, 0)], 0.0)
        moved[False] += sign * reps
        moved[True] += sign * reps * is_primary[side][:, None]
    primary, both = of.primary[places], (of.primary + of.on_call)[places]
    charge = LackPrices(of)
    now = charge(places, primary, both)
    then = charge(places, primary + moved[True], both + moved[False])
    lack: Floats = np.where(inside, now - then, 0.0).sum(axis=1)
    wages = np.where(left < 0, 0.0, price[left]) - np.where(taken < 0, 0.0, price[taken])
    saved: Floats = lack + wages
    return saved


def _tails(rewards: Floats) -> Floats:
    """Return what is lost without the reps from 0, 1, 2, … on; the last column is 0."""
    tails = np.cumsum(rewards[:, ::-1], axis=1)[:, ::-1]
    return np.concatenate([tails, np.zeros((len(rewards), 1))], axis=1)


def _read(table: Floats, places: Integers, reps: Floats) -> Floats:
    """Read a table, intervals by reps, linear between whole reps and 0 beyond the last."""
    bounded = np.clip(reps, 0, table.shape[1] - 1)
    low = np.floor(bounded).astype(np.int64)
    high = np.minimum(low + 1, table.shape[1] - 1)
    share = bounded - low
    found: Floats = table[places, low] * (1 - share) + table[places, high] * share
    return found
