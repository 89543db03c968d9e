r"""How many reps are to be there in any case, and how many may be: rows of a shift plan.

In every interval t in which a rule bears, with :math:`p_t` primary reps there and :math:`n_t` on
shifts that touch it, of its queue and site,

.. math:: p_t + v_t \ge least, \qquad n_t \le most,

where :math:`v_t \ge 0` are lacking, each dearer than a missing rep-hour, so that a plan
always exists.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pulp

from data.clock import zone
from data.errors import InputError
from data.week import DAY_MINUTES
from optimizer.break_programme import BreakLine
from optimizer.patterns import Flags, Period
from optimizer.presence import PresenceRule
from optimizer.shift_needs import Need, presence_at
from optimizer.shifts import Shift, ShiftSettings

PRICE = 2.0
"""Of a rep who lacks for a rule, in prices of a missing rep."""


@dataclass(frozen=True)
class Floor:
    """What lacks of a rule.

    Parameters
    ----------
    rule
        That is to be kept.
    interval_minutes
        Length of an interval.
    price
        Of a lacking rep in an interval.
    lacking
        Reps, by the start of the interval.
    """

    rule: PresenceRule
    interval_minutes: int
    price: float
    lacking: tuple[tuple[pd.Timestamp, Any], ...]

    def cost(self) -> float:
        """Return what is lacking in a solved plan, priced."""
        return self.price * sum(float(one.value()) for _, one in self.lacking)

    def notes(self, timezone: str) -> list[str]:
        """Say where a solved plan keeps fewer than the rule asks for."""
        short = [(start, float(one.value())) for start, one in self.lacking if one.value() > 1e-6]
        if not short:
            return []
        hours = sum(reps for _, reps in short) * self.interval_minutes / 60
        first = short[0][0].tz_convert(zone(timezone))
        return [
            f"{self.rule.who} lack {hours:g} rep-hours of the least of {self.rule.least}, first at "
            f"{first:%Y-%m-%d %H:%M}: no shift fits there, or too many would."
        ]


def rules_of(
    rules: Iterable[PresenceRule], needs: Iterable[Need], queues: Collection[str]
) -> tuple[PresenceRule, ...]:
    """Return the rules of the queues that are planned.

    Raises
    ------
    InputError
        When one names a queue that is neither planned nor in the settings.
    """
    planned = {need.queue for need in needs}
    found = []
    for rule in rules:
        if rule.queue and rule.queue not in planned | set(queues):
            known = ", ".join(sorted(planned | set(queues)))
            raise InputError(
                f"[[shifts.presence]]: found queue {rule.queue}, and there are {known}; mend it"
            )
        if rule.queue in {"", *planned}:
            found.append(rule)
    return tuple(found)


def open_by_rule(
    needs: tuple[Need, ...], rules: Iterable[PresenceRule], zones: Mapping[str, str], timezone: str
) -> tuple[Need, ...]:
    """Return needs that count as open where somebody is to be there in any case.

    Parameters
    ----------
    zones
        Of the sites, by name.
    timezone
        Of the calendar.
    """
    opened = []
    for need in needs:
        is_open = need.is_open.copy()
        for rule in rules:
            if rule.least and rule.hours is not None and rule.queue in ("", need.queue):
                is_open |= _within(rule, need.starts, zones, timezone)
        opened.append(replace(need, is_open=is_open))
    return tuple(opened)


def add_presence_rules(
    problem: pulp.LpProblem,
    rules: Sequence[PresenceRule],
    needs: tuple[Need, ...],
    period: Period,
    reps: Sequence[tuple[Shift, Any]],
    lines: Sequence[BreakLine],
    settings: ShiftSettings,
    timezone: str,
) -> tuple[Floor, ...]:
    """Add rules to a programme and return what it pays where they are not kept."""
    minutes = needs[0].interval_minutes
    starts = pd.date_range(period.begin, period.end, freq=f"{minutes}min", inclusive="left")
    starts = starts.as_unit("us")
    zones = {name: site.timezone for name, site in settings.sites.items()}
    price = PRICE * settings.wage * settings.understaffing_price * minutes / 60
    floors = []
    for number, rule in enumerate(rules):
        own = [
            (shift, count)
            for shift, count in reps
            if shift.role == "primary" and _counts(rule, shift.queue, shift.site)
        ]
        bears = _within(rule, starts, zones, timezone)
        if rule.most is not None:
            _add_most(problem, f"{number:03d}", rule.most, starts, minutes, bears, own)
        if rule.least:
            if rule.hours is None:
                bears = _open(rule, needs, starts)
            mine = [line for line in lines if _counts(rule, line.queue, line.site)]
            there = presence_at(starts, minutes, own, mine).primary
            lacking = []
            for place in map(int, np.flatnonzero(bears)):
                name = f"{number:03d}_{place:06d}"
                one = problem.add_variable(f"absent_{name}", 0, rule.least)
                row = pulp.LpAffineExpression([*there[place], (one, 1.0)])
                problem.addConstraint(row >= rule.least, f"least_{name}")
                lacking.append((starts[place], one))
            floors.append(Floor(rule, minutes, price, tuple(lacking)))
    return tuple(floors)


def _add_most(
    problem: pulp.LpProblem,
    label: str,
    most: int,
    starts: pd.DatetimeIndex,
    interval_minutes: int,
    bears: Flags,
    reps: Sequence[tuple[Shift, Any]],
) -> None:
    """Let no more reps be on shifts that touch an interval, breaks counted."""
    touching: list[list[Any]] = [[] for _ in starts]
    step = timedelta(minutes=interval_minutes)
    for shift, count in reps:
        first = int(starts.searchsorted(pd.Timestamp(shift.start - step), side="right"))
        for place in range(first, int(starts.searchsorted(pd.Timestamp(shift.end)))):
            begin = starts[place]
            gaps = (one for one in shift.breaks if one.splits)
            if not any(one.start <= begin and begin + step <= one.end for one in gaps):
                touching[place].append(count)
    for place in map(int, np.flatnonzero(bears)):
        if touching[place]:
            problem.addConstraint(pulp.lpSum(touching[place]) <= most, f"most_{label}_{place:06d}")


def _counts(rule: PresenceRule, queue: str, site: str) -> bool:
    return rule.queue in ("", queue) and rule.site in ("", site)


def _within(
    rule: PresenceRule, starts: pd.DatetimeIndex, zones: Mapping[str, str], timezone: str
) -> Flags:
    """Say of each interval whether it begins in the hours of a rule."""
    if rule.hours is None:
        return np.ones(len(starts), dtype=bool)
    local = starts.tz_convert(zone(zones.get(rule.site, timezone)))
    minute = local.day_of_week * DAY_MINUTES + local.hour * 60 + local.minute
    return np.asarray(rule.hours.minutes()[np.asarray(minute)])


def _open(rule: PresenceRule, needs: tuple[Need, ...], starts: pd.DatetimeIndex) -> Flags:
    """Say of each interval whether a queue is open that a rule counts."""
    is_open = np.zeros(len(starts), dtype=bool)
    for need in needs:
        if rule.queue in ("", need.queue):
            is_open[starts.get_indexer(need.starts[need.is_open])] = True
    return is_open
