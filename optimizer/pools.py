"""Who could work a shift: reps who can stand in for one another, counted and not yet named."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from data.clock import local_days, midnight
from data.week import WeeklyHours
from optimizer.patterns import Flags, Period
from optimizer.shifts import ROLES, Role, ShiftSettings
from optimizer.staff import Absence, Contract, Rep, Team


@dataclass(frozen=True)
class Members:
    """The reps of a pool, who are alike in everything that a shift plan asks about.

    Parameters
    ----------
    rep
        Any one of them.
    absences
        Of that one, as far as they touch the period; the others are away at the same times.
    size
        How many they are.
    """

    rep: Rep
    absences: tuple[Absence, ...]
    size: int


@dataclass(frozen=True)
class Pool:
    """Where a shift's reps come from.

    Parameters
    ----------
    site
        What its shifts carry.
    timezone
        The zone by whose wall clock its shifts start.
    windows
        Local hours within which its shifts lie; None for around the clock.
    members
        Its reps; None without a team, when nobody is counted.
    """

    site: str
    timezone: str
    windows: WeeklyHours | None = None
    members: Members | None = None

    def can_work(self, queue: str) -> bool:
        """Whether its reps have the skill; none named is every one."""
        return (
            self.members is None
            or not self.members.rep.skills
            or (queue in self.members.rep.skills)
        )

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that its reps take."""
        takes_standby = self.members is None or self.members.rep.on_call
        return ROLES if takes_standby else ("primary",)

    def allowed(self, period: Period) -> Flags:
        """Say of each minute of the period whether its reps may work in it."""
        allowed = np.ones(len(period.minutes), dtype=bool)
        if self.windows is not None:
            allowed &= period.within_hours(self.windows, self.timezone)
        if self.members is None:
            return allowed
        rep = self.members.rep
        allowed &= period.within_hours(rep.available, rep.timezone) & _employed(rep, period)
        for absence in self.members.absences:
            allowed &= period.outside(absence.start, absence.end)
        return allowed


def pools_without_team(settings: ShiftSettings, timezone: str) -> tuple[Pool, ...]:
    """Return a pool for each site, or one that follows the calendar when there are no sites."""
    if not settings.sites:
        return (Pool("", timezone),)
    return tuple(
        Pool(name, site.timezone, site.hours) for name, site in sorted(settings.sites.items())
    )


def pools_of_team(
    team: Team, settings: ShiftSettings, timezone: str, period: Period
) -> tuple[Pool, ...]:
    """Group a team's reps into pools, in the order of their least `rep_id`.

    Reps who are away during the period share a pool only with reps who are away at the same times,
    so that within a pool anybody can take any shift.
    """
    groups: dict[Hashable, Members] = {}
    for rep in sorted(team.reps, key=lambda rep: rep.rep_id):
        absences = tuple(
            absence
            for absence in team.absences
            if absence.rep_id == rep.rep_id
            and absence.start < period.end
            and absence.end > period.begin
        )
        key = (
            _plain(rep),
            frozenset((absence.start, absence.end) for absence in absences),
        )
        known = groups.get(key, Members(rep, absences, 0))
        groups[key] = replace(known, size=known.size + 1)
    return tuple(_team_pool(members, settings, timezone) for members in groups.values())


def _plain(rep: Rep) -> Rep:
    """Return a rep without what only a roster asks about."""
    hours = Contract(rep.contract.min_hours, rep.contract.max_hours)
    return replace(rep, rep_id="any", name="", email="", contract=hours, levels=(), mentors=())


def _team_pool(members: Members, settings: ShiftSettings, timezone: str) -> Pool:
    name = members.rep.site
    if name not in settings.sites:
        return Pool(name, timezone, members=members)
    site = settings.sites[name]
    return Pool(name, site.timezone, site.hours, members)


def _employed(rep: Rep, period: Period) -> Flags:
    employed = np.ones(len(period.minutes), dtype=bool)
    if rep.employed_from is not None:
        employed &= np.asarray(period.minutes >= midnight(rep.employed_from, rep.timezone))
    if rep.employed_until is not None:
        days = np.array(local_days(period.minutes, rep.timezone))
        employed &= days <= rep.employed_until
    return employed
