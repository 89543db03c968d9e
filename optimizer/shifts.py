"""Shifts, the settings that make them, and the anonymous plan of how many reps work each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from data.clock import zone
from data.week import WeeklyHours
from optimizer.breaks import Break, BreakRule, check_breaks
from optimizer.premiums import Premiums, Wages
from optimizer.presence import PresenceRule
from optimizer.report import SolveReport
from optimizer.splits import SplitShifts
from optimizer.target_comparison import QueueTargets
from optimizer.tier_prices import TierPrices

Role = Literal["primary", "on_call"]
ROLES: tuple[Role, ...] = ("primary", "on_call")
Programme = Literal["loss_function", "cover", "two_stage"]
PROGRAMMES: tuple[Programme, ...] = ("loss_function", "cover", "two_stage")


@dataclass(frozen=True)
class Site:
    """A ``[shifts.sites.NAME]`` table: a place with its own wall time, for following the sun.

    Parameters
    ----------
    timezone
        IANA name of the zone in which the site's shifts start.
    hours
        Local hours within which the site's shifts lie; None for around the clock.
    """

    timezone: str
    hours: WeeklyHours | None = None

    def __post_init__(self) -> None:
        zone(self.timezone)


@dataclass(frozen=True)
class ShiftSettings:
    """The ``[shifts]`` table.

    Parameters
    ----------
    starts_every_minutes
        Shifts start on multiples of this after local midnight; a divisor of 1440.
    lengths_hours
        Lengths that a shift may have, elapsed hours, in whole minutes.
    wage
        Price of a rep-hour, in the workspace's currency.
    understaffing_price
        Price of a missing rep-hour, in wages. Below `break_even` short peaks go unserved.
    sites
        By name; when there are none, shifts start by the calendar's wall time.
    breaks
        That primary shifts of some lengths have; standby has none.
    split
        Shifts in two parts; None for none.
    premiums
        On the wage, at night, on weekends and on holidays.
    part_time_hours
        Shifts below this length are part-time.
    most_part_time
        Of all primary hours, the share that may lie in part-time shifts; 1 for any.
    presence
        How many reps are to be there in any case, and how many may be.
    programme
        What chooses the shifts. ``loss_function`` weighs wages against the activations and the
        shortage that the forecast leads to expect; ``cover`` covers the reps for the median and for
        the guard, whatever comes; ``two_stage`` plans for sample paths, where activation comes in
        blocks and after notice.
    """

    starts_every_minutes: int = 60
    lengths_hours: tuple[float, ...] = (4.0, 6.0, 8.0, 10.0)
    wage: float = 1.0
    understaffing_price: float = 10.0
    sites: Mapping[str, Site] = field(default_factory=dict)
    breaks: tuple[BreakRule, ...] = ()
    split: SplitShifts | None = None
    premiums: Premiums = Premiums()
    part_time_hours: float = 6.0
    most_part_time: float = 1.0
    presence: tuple[PresenceRule, ...] = ()
    programme: Programme = "loss_function"

    def __post_init__(self) -> None:
        if self.programme not in PROGRAMMES:
            raise ValueError(f"programme must be one of {', '.join(PROGRAMMES)}.")
        if not 0 < self.starts_every_minutes <= 1440 or 1440 % self.starts_every_minutes:
            raise ValueError("starts_every_minutes must divide a day of 1440 minutes.")
        if not self.lengths_hours or not all(0 < hours <= 24 for hours in self.lengths_hours):
            raise ValueError("lengths_hours must name lengths above 0 and up to 24 hours.")
        for hours in self.lengths_hours:
            if abs(hours * 60 - round(hours * 60)) > 1e-6:
                raise ValueError(f"lengths_hours must be whole minutes; {hours:g} hours are not.")
        if not 0 < self.wage < float("inf"):
            raise ValueError("wage must be above 0.")
        if not 0 < self.understaffing_price < float("inf"):
            raise ValueError("understaffing_price must be above 0.")
        if "" in self.sites:
            raise ValueError("A site needs a name.")
        if not 0 <= self.part_time_hours <= 24:
            raise ValueError("part_time_hours must be from 0 to 24.")
        if not 0 <= self.most_part_time <= 1:
            raise ValueError("most_part_time must be from 0 to 1, a share of primary hours.")
        check_breaks(self.breaks, self.lengths_hours)
        for rule in self.presence:
            if rule.site and rule.site not in self.sites:
                known = ", ".join(self.sites) or "none"
                raise ValueError(f"presence names site {rule.site}; the sites are {known}.")

    def wages(self, timezone: str) -> Wages:
        """Return what time costs at each site, and elsewhere by the calendar's `timezone`."""
        return Wages(
            self.premiums, {name: site.timezone for name, site in self.sites.items()}, timezone
        )

    def break_even(self, interval_minutes: int) -> float:
        """Return the least `understaffing_price` that fills a gap of one rep in one interval.

        The cheapest shift that fills it is the shortest one; its whole wage is then paid for one
        interval of cover. With a lower price such a gap is left open.

        Raises
        ------
        ValueError
            When every length is shorter than an interval, and so covers none.

        Examples
        --------
        >>> ShiftSettings().break_even(60), ShiftSettings().break_even(15)
        (4.0, 16.0)
        """
        covering = [hours for hours in self.lengths_hours if hours * 60 >= interval_minutes]
        if not covering:
            raise ValueError(
                f"lengths_hours must name a length of at least an interval, {interval_minutes} "
                "minutes; a shorter shift covers none."
            )
        return min(covering) * 60 / interval_minutes


@dataclass(frozen=True)
class OnCallSettings:
    """The ``[on_call]`` table.

    Parameters
    ----------
    guard
        Primary and on-call together serve this quantile of volume, at least 0.5 and below 1.
    standby_price
        Price of an hour on standby, in wages.
    activation_price
        Price of an hour for which somebody on standby is called in, in wages, beside the standby.
    least_primary
        Primary reps alone are to serve this quantile of volume where shifts fit it, even where
        prices would rather call in: on-call is for what is busier than planned. 0 leaves it to the
        prices.
    min_activation_hours
        Whoever is called in works for at least so long at a stretch.
    notice_minutes
        From the call, from which on the rep is paid, until they work.
    most_short
        Share of a queue's open intervals of which somebody may be expected to be missing; the price
        of a missing rep-hour is raised until a plan keeps it. None for no such ceiling.
    """

    guard: float = 0.95
    standby_price: float = 0.30
    activation_price: float = 1.40
    least_primary: float = 0.5
    min_activation_hours: float = 2.0
    notice_minutes: int = 15
    most_short: float | None = None

    def __post_init__(self) -> None:
        if not 0.5 <= self.guard < 1:
            raise ValueError("guard must be at least 0.5 and below 1.")
        if not 0 <= self.standby_price < float("inf"):
            raise ValueError("standby_price must be at least 0.")
        if not 0 <= self.activation_price < float("inf"):
            raise ValueError("activation_price must be at least 0.")
        if not 0 <= self.least_primary < 1:
            raise ValueError("least_primary must be at least 0 and below 1.")
        if not 0 < self.min_activation_hours <= 24:
            raise ValueError("min_activation_hours must be above 0 and at most 24.")
        if not 0 <= self.notice_minutes <= 1440:
            raise ValueError("notice_minutes must be from 0 to 1440.")
        if self.most_short is not None and not 0 < self.most_short < 1:
            raise ValueError("most_short must be above 0 and below 1.")

    def activation_intervals(self, interval_minutes: int) -> int:
        """Return the fewest intervals in a row for which somebody is called in."""
        return math.ceil(self.min_activation_hours * 60 / interval_minutes - 1e-9)

    def notice_intervals(self, interval_minutes: int) -> float:
        """Return the intervals from the call until the rep works."""
        return self.notice_minutes / interval_minutes


def tier_prices(
    shifts: ShiftSettings, on_call: OnCallSettings, shrinkage: float = 0.0
) -> TierPrices:
    """Return the prices of the tiers that settings state, with a queue's shrinkage."""
    shortage = shifts.understaffing_price
    return TierPrices(
        shrinkage=shrinkage,
        standby=on_call.standby_price,
        # Nobody is called in for more than the lack of them is said to cost.
        activation=min(on_call.activation_price, shortage),
        shortage=shortage,
        least_primary=on_call.least_primary,
    )


@dataclass(frozen=True, order=True)
class Shift:
    """A dated shift of one queue in one role.

    Parameters
    ----------
    queue
        The queue it works.
    site
        Name of the site whose wall time its start follows; empty for the calendar's.
    start, end
        Instants in UTC.
    role
        ``primary`` or ``on_call``.
    breaks
        When its reps are away, in order; they do not overlap.
    """

    queue: str
    site: str
    start: datetime
    end: datetime
    role: Role
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A shift starts and ends at tz-aware instants.")
        if not self.start < self.end:
            raise ValueError(f"A shift must end after it starts, not at {self.end}.")
        free_from = self.start
        for one in self.breaks:
            if not free_from <= one.start < one.end <= self.end:
                raise ValueError("Breaks lie within their shift, in order and apart.")
            free_from = one.end

    @property
    def length(self) -> timedelta:
        """Time from start to end."""
        return self.end - self.start

    @property
    def hours(self) -> float:
        """Hours at work, breaks included, but not the time between the parts of a split shift."""
        apart = sum((one.length for one in self.breaks if one.splits), timedelta())
        return (self.length - apart) / timedelta(hours=1)

    @property
    def paid_hours(self) -> float:
        """Hours at work without the breaks that are not paid."""
        unpaid = sum((one.length for one in self.breaks if not one.paid), timedelta())
        return (self.length - unpaid) / timedelta(hours=1)

    @property
    def plain(self) -> "Shift":
        """The same shift, wherever its breaks lie."""
        if all(one.splits for one in self.breaks):
            return self
        return replace(self, breaks=tuple(one for one in self.breaks if one.splits))


@dataclass(frozen=True)
class StaffedShift:
    """A shift and how many reps it takes, at least one."""

    shift: Shift
    reps: int

    def __post_init__(self) -> None:
        if self.reps < 1:
            raise ValueError("A staffed shift takes at least one rep.")


@dataclass(frozen=True)
class Outlook:
    """What a queue's shifts lead to, expected over all that the forecast thinks possible.

    Parameters
    ----------
    queue
        Its name.
    table
        A row per interval: ``interval_start, called_for, p_activated, activated, p_short, short``:
        the reps on duty that are called for on average, the probability that somebody on call is
        called in and how many are on average, and the same of reps who are missing even so.
    prices
        At which the shifts were chosen.
    """

    queue: str
    table: pd.DataFrame
    prices: TierPrices

    @property
    def p_short(self) -> float:
        """Probability that an interval is short, of those in which reps may be called for."""
        is_open = self.table["called_for"] > 0
        return float(self.table.loc[is_open, "p_short"].mean()) if is_open.any() else 0.0


@dataclass(frozen=True)
class ShiftPlan:
    """How many reps work each shift, and how that covers the requirement.

    Parameters
    ----------
    shifts
        Sorted, each once.
    coverage
        A row per queue and interval: ``queue, interval_start, required_primary, required_on_call,
        primary, on_call, understaffing, overstaffing``, reps. Understaffing is the larger of what
        primary lacks and what both tiers together lack; overstaffing is primary beyond what is
        required of both tiers together.
    timezone
        The calendar's zone, for files and screens.
    interval_minutes
        The grid of the coverage.
    report
        What is proven.
    outlook
        What the shifts lead to, by queue; empty where they cover what is required, whatever comes.
    targets
        Of queues whose target holds per day or week: beside the plan that meets it per hour.
    notes
        Sentences on what the plan lacks beside the requirement.
    """

    shifts: tuple[StaffedShift, ...]
    coverage: pd.DataFrame
    timezone: str
    interval_minutes: int
    report: SolveReport
    outlook: tuple[Outlook, ...] = ()
    targets: tuple[QueueTargets, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        zone(self.timezone)
        if list(self.shifts) != sorted(self.shifts, key=lambda staffed: staffed.shift):
            raise ValueError("The shifts of a plan are sorted.")
        if len({staffed.shift for staffed in self.shifts}) != len(self.shifts):
            raise ValueError("A plan names each shift once.")
