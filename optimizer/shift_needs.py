"""What the queues of a shift plan require, interval by interval, and who of its shifts is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from forecast.days import Floats, Integers
from optimizer.break_programme import BreakLine, absent_shares
from optimizer.cover import Counts, covered
from optimizer.loss_function import Terms, rostered_draws
from optimizer.patterns import Candidate, Flags
from optimizer.premiums import Wages
from optimizer.queue_settings import QueueSettings
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.shifts import ROLES, OnCallSettings, Role, Shift, ShiftSettings, tier_prices
from optimizer.tier_prices import TierPrices


@dataclass(frozen=True)
class Lacking:
    """What a queue's shifts may lack, as a distribution.

    Parameters
    ----------
    distribution
        Of the reps on duty that its intervals call for.
    prices
        Of its tiers.
    draws
        The same in rostered reps, equally likely draws or paths by intervals.
    paths
        Reps on duty that sample paths call for, where these are planned for.
    block_intervals
        The fewest intervals in a row for which somebody is called in.
    notice_intervals
        From the call until the rep works.
    """

    distribution: RequiredDistribution
    prices: TierPrices
    draws: Counts
    paths: Integers | None = None
    block_intervals: int = 1
    notice_intervals: float = 0.0

    @property
    def stands_alone(self) -> bool:
        """Whether what an interval lacks is called in there and then, whatever others lack."""
        return self.block_intervals == 1 and self.notice_intervals == 0


@dataclass(frozen=True)
class Need:
    """What one queue requires: a value for each of its intervals.

    Parameters
    ----------
    queue, starts, primary, on_call
        Reps to roster in each interval.
    is_open
        Whether the queue is open or requires anybody.
    interval_minutes
        Length of an interval.
    lack
        With what probability how many are called for; None where what is required is covered.
    wage
        Of its intervals where it is highest, in wages: more than 1 where there are premiums.
    """

    queue: str
    starts: pd.DatetimeIndex
    primary: Counts
    on_call: Counts
    is_open: Flags
    interval_minutes: int
    lack: Lacking | None = None
    wage: Floats | float = 1.0

    def useful(self, candidate: Candidate, role: Role, *, is_anonymous: bool) -> bool:
        """Whether a shift could help: with a team at hand, primary may also work off contracts."""
        span = slice(candidate.first, candidate.last)
        if self.lack is not None:
            called_for = bool(self.lack.draws[:, span].any())
            return called_for or (role == "primary" and not is_anonymous)
        if role == "on_call":
            return bool(self.on_call[span].any())
        return not is_anonymous or bool((self.primary[span] + self.on_call[span]).any())


def needs_of(
    requirement: Requirement,
    required: pd.DataFrame,
    shifts: ShiftSettings,
    on_call: OnCallSettings,
    queues: Mapping[str, QueueSettings],
    paths: Mapping[str, Integers],
) -> tuple[Need, ...]:
    """Return what each queue requires, sorted by name.

    Parameters
    ----------
    requirement
        Where it knows how reps are distributed, a need does, unless shifts cover what is required.
    required
        Its rows, as `optimizer.cover.required_reps` returns them.
    queues
        For their shrinkage and opening hours, where named.
    paths
        By queue the reps on duty that sample paths call for, where these are planned for.

    Raises
    ------
    ValueError
        When paths are planned for and a queue has none.
    """
    needs = []
    for queue, rows in required.groupby("queue", sort=True):
        name, starts = str(queue), pd.DatetimeIndex(rows["interval_start"])
        primary = rows["required_primary"].to_numpy()
        standby = rows["required_on_call"].to_numpy()
        lack = None
        distribution = requirement.distributions.get(name)
        if distribution is not None and shifts.programme != "cover":
            shrinkage = queues[name].service.shrinkage if name in queues else 0.0
            prices = tier_prices(shifts, on_call, shrinkage)
            lack = Lacking(distribution, prices, rostered_draws(distribution, shrinkage))
            if shifts.programme == "two_stage":
                minutes = requirement.interval_minutes
                lack = replace(
                    _on_paths(lack, paths.get(name)),
                    block_intervals=on_call.activation_intervals(minutes),
                    notice_intervals=on_call.notice_intervals(minutes),
                )
        is_open = primary + standby > 0
        opening = queues[name].opening if name in queues else None
        if opening is not None:
            is_open |= opening.covers(starts, requirement.interval_minutes, requirement.timezone)
        minutes = requirement.interval_minutes
        needs.append(Need(name, starts, primary, standby, is_open, minutes, lack))
    return tuple(needs)


def _on_paths(lack: Lacking, paths: Integers | None) -> Lacking:
    """Let paths stand in for the distribution."""
    distribution = lack.distribution
    if paths is None or not len(paths) or paths.shape[1] != len(distribution.starts):
        raise ValueError(
            f"Queue {distribution.queue}: the programme two_stage plans for sample paths, a column "
            "for each of its intervals; give paths of the forecast."
        )
    draws = rostered_draws(distribution, lack.prices.shrinkage, paths)
    return replace(lack, draws=draws, paths=paths)


@dataclass(frozen=True)
class Presence:
    """Who covers each interval of a queue, by role: a variable and its share of a rep each."""

    primary: list[Terms]
    on_call: list[Terms]


def dearest_wage(need: Need, sites: Iterable[str], wages: Wages) -> Floats | float:
    """Return what the dearest of the sites pays in each interval of a queue, in wages."""
    if wages.premiums.is_none:
        return 1.0
    step, sites = timedelta(minutes=need.interval_minutes), tuple(sites)
    starts = [start.to_pydatetime() for start in need.starts]
    dearest = [max(wages.hours(site, start, start + step) for site in sites) for start in starts]
    found: Floats = np.array(dearest) / (step / timedelta(hours=1))
    return found


def presence_of(
    need: Need, reps: Iterable[tuple[Shift, Any]], lines: Iterable[BreakLine] = ()
) -> Presence:
    """Return who is there in each interval of a queue: shifts that cover it, less breaks."""
    return presence_at(
        need.starts,
        need.interval_minutes,
        [(shift, count) for shift, count in reps if shift.queue == need.queue],
        [line for line in lines if line.queue == need.queue],
    )


def presence_at(
    starts: pd.DatetimeIndex,
    interval_minutes: int,
    reps: Iterable[tuple[Shift, Any]],
    lines: Iterable[BreakLine],
) -> Presence:
    """Return who of given shifts and lines is there in each interval."""
    count, begin = len(starts), starts[0].to_pydatetime()
    found: dict[Role, list[Terms]] = {role: [[] for _ in range(count)] for role in ROLES}
    for shift, variable in reps:
        span = covered(starts, interval_minutes, shift)
        apart = dict[int, float]()
        for one in shift.breaks:
            minutes = one.length // timedelta(minutes=1)
            apart |= dict(absent_shares(one.start, minutes, begin, interval_minutes))
        for interval in range(span.start, span.stop):
            if apart.get(interval, 0.0) < 1:
                found[shift.role][interval].append((variable, 1.0 - apart.get(interval, 0.0)))
    for line in lines:
        for moment, variable in line.taken:
            away = absent_shares(moment, line.rule.minutes, begin, interval_minutes)
            for interval, share in away:
                if 0 <= interval < count:
                    found["primary"][interval].append((variable, -share))
    return Presence(found["primary"], found["on_call"])
