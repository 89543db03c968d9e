"""Who is on call in which week: the settings of a rotation, its people, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from data.errors import InputError
from data.week import DAYS, WeeklyHours
from optimizer.report import Finding, SolveReport
from optimizer.roster import AimReport
from optimizer.rotation_weeks import RotationWeeks
from optimizer.staff import Rep, Team

DutyKind = Literal["turn", "swap", "part_cover"]
MOST_PEOPLE = 5
EVEN = 1e-9


@dataclass(frozen=True)
class RotationSettings:
    """The ``[rotation]`` table.

    Parameters
    ----------
    handover_day, handover_time
        Weekday (``Mon`` … ``Sun``) and wall time of the calendar at which the next turn begins.
    people
        On call in each week, called one after the other.
    min_weeks_between
        Weeks asked for between two turns of a person; more where the team allows it.
    part_cover_days
        Days of a turn for which somebody may stand in before the week goes to somebody else.
    leave_weeks
        An absence of at least so many whole weeks is leave: no share of the turns falls to it, and
        nothing is to be caught up. None: every absence is caught up.
    sites, skills
        Whose reps take part: of any of these sites, with any of these skills; empty for all.
    weights
        By `rep_id`; loads are proportional to weights. 1 where none is given.
    weigh_by_contract
        Weights in proportion to the contracts' `max_hours`, the largest being 1; those that are
        stated hold.
    comp_hours_per_week
        Hours of comp time that a week on call earns; parts of a week earn their part.
    comp_hours_per_holiday
        Hours of comp time in addition for each 24 hours of a public holiday on call.
    comp_hours_per_activated_hour
        Hours of comp time for each hour in which somebody on call was called in.
    comp_hours_per_day
        Hours that a day of comp time takes, an absence of kind ``comp``; a part of a day its hours.
    night
        Which hours, by the person's wall clock, the ledger counts as night.
    """

    handover_day: str = "Mon"
    handover_time: str = "00:00"
    people: int = 1
    min_weeks_between: int = 1
    part_cover_days: int = 2
    leave_weeks: int | None = None
    sites: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    weigh_by_contract: bool = False
    comp_hours_per_week: float = 8.0
    comp_hours_per_holiday: float = 0.0
    comp_hours_per_activated_hour: float = 1.0
    comp_hours_per_day: float = 8.0
    night: WeeklyHours = field(default_factory=lambda: WeeklyHours.from_text("Mon-Sun 22:00-06:00"))

    def __post_init__(self) -> None:
        if self.handover_day not in DAYS:
            raise ValueError(f"handover_day must be one of {', '.join(DAYS)}.")
        try:
            handover = time.fromisoformat(self.handover_time)
        except ValueError:
            handover = time(0, second=1)
        if handover.tzinfo is not None or handover.second or handover.microsecond:
            raise ValueError('handover_time must be a wall time such as "09:00".')
        if not 1 <= self.people <= MOST_PEOPLE:
            raise ValueError(f"people must be from 1 to {MOST_PEOPLE}.")
        if self.min_weeks_between < 0:
            raise ValueError("min_weeks_between must be at least 0.")
        if not 0 <= self.part_cover_days <= 6:
            raise ValueError("part_cover_days must be from 0 to 6.")
        if self.leave_weeks is not None and self.leave_weeks < 1:
            raise ValueError("leave_weeks must be at least 1.")
        for rep_id, weight in self.weights.items():
            if not 0 < weight <= 100:
                raise ValueError(f"The weight of {rep_id} must be above 0 and at most 100.")
        for name in ("week", "holiday", "activated_hour", "day"):
            if not 0 <= getattr(self, f"comp_hours_per_{name}") <= 168:
                raise ValueError(f"comp_hours_per_{name} must be from 0 to 168.")

    @property
    def handover(self) -> time:
        """Wall time of the hand-over."""
        return time.fromisoformat(self.handover_time)


@dataclass(frozen=True)
class Member:
    """A rep who takes part, with the weight of his or her load."""

    rep: Rep
    weight: float


def rotation_members(team: Team, settings: RotationSettings) -> tuple[Member, ...]:
    """Return who takes part: reps who take standby, of the sites and skills that are asked for.

    Raises
    ------
    InputError
        When nobody is left, or a weight, a site or a skill names nobody.
    """
    known = {rep.rep_id for rep in team.reps}
    for rep_id in settings.weights:
        if rep_id not in known:
            raise InputError(
                f"[rotation.weights]: found {rep_id!r}; there is no such rep in the team"
            )
    for site in settings.sites:
        if site not in {rep.site for rep in team.reps}:
            raise InputError(f"[rotation], key sites: found {site!r}; no rep of the team is there")
    for skill in settings.skills:
        if not any(skill in rep.skills or not rep.skills for rep in team.reps):
            raise InputError(f"[rotation], key skills: found {skill!r}; no rep of the team has it")
    reps = [rep for rep in team.reps if rep.on_call and _is_asked_for(rep, settings)]
    if len(reps) < settings.people:
        raise InputError(
            f"[rotation]: {len(reps)} of the team take part and {settings.people} are on call in "
            "each week; write yes in the team's column on_call, or widen sites and skills"
        )
    longest = max(rep.contract.max_hours for rep in reps)
    weights = dict.fromkeys(known, 1.0)
    if settings.weigh_by_contract:
        weights = {rep.rep_id: rep.contract.max_hours / longest for rep in reps}
    weights |= dict(settings.weights)
    for rep in reps:
        if weights[rep.rep_id] <= 0:
            raise InputError(
                f"{rep.rep_id} takes standby with max_hours 0, and weigh_by_contract gives no "
                "weight to that; state one in [rotation.weights]"
            )
    return tuple(Member(rep, weights[rep.rep_id]) for rep in reps)


def _is_asked_for(rep: Rep, settings: RotationSettings) -> bool:
    of_site = not settings.sites or rep.site in settings.sites
    return of_site and (
        not settings.skills or not rep.skills or bool(rep.skills & {*settings.skills})
    )


@dataclass(frozen=True, order=True)
class Duty:
    """One person on call for a span of time.

    Parameters
    ----------
    week
        Local day on which the week begins.
    seat
        1 for who is called first, 2 for who is called next …
    start, end
        Instants in UTC.
    rep_id
        Who.
    kind
        ``turn``: in turn; ``swap``: for somebody who has another week instead; ``part_cover``:
        standing in for somebody who is away for a part of the week.
    instead_of
        Whose turn it was, for the other two kinds.
    """

    week: date
    seat: int
    start: datetime
    end: datetime
    rep_id: str
    kind: DutyKind = "turn"
    instead_of: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A duty starts and ends at tz-aware instants.")
        if not self.start < self.end:
            raise ValueError("A duty must end after it starts.")
        if (self.kind == "turn") == bool(self.instead_of):
            raise ValueError("instead_of goes with swap and part_cover, and only with them.")

    @property
    def hours(self) -> float:
        """Elapsed hours."""
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True)
class Swap:
    """Two people exchange weeks.

    Parameters
    ----------
    rep_id, week
        Who gives away the turn of which week …
    with_rep_id, with_week
        … to whom, and takes over that one's turn of which week.
    place
        Where it stands, for messages: ``swaps.csv, row 3``.
    """

    rep_id: str
    week: date
    with_rep_id: str
    with_week: date
    place: str = "swap"


@dataclass(frozen=True)
class Load:
    """How much of the rotation one member carries.

    Parameters
    ----------
    member
        Who.
    before, turns
        Turns before the horizon and in it; a swapped turn counts for whose turn it was.
    fair
        The member's share of all turns, those before included.
    weeks_away
        Weeks of the horizon that the member cannot have, by absence or employment.
    """

    member: Member
    before: int
    turns: int
    fair: float
    weeks_away: int

    @property
    def excess(self) -> float:
        """Turns above (or below) the fair number."""
        return self.before + self.turns - self.fair


@dataclass(frozen=True)
class Rotation:
    """A rotation over some weeks.

    Parameters
    ----------
    weeks
        Which.
    duties
        Sorted by week, seat and start.
    loads
        A row for each member, in the order of the team.
    findings
        Weeks and days on which nobody is on call.
    notes
        What else a manager should know, such as why loads are not equal.
    weeks_between
        The least number of weeks that anybody has between two turns, swaps aside; None when nobody
        has two.
    report, aims
        What is proven of all aims together, and of each.
    """

    weeks: RotationWeeks
    duties: tuple[Duty, ...]
    loads: tuple[Load, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    weeks_between: int | None
    report: SolveReport
    aims: tuple[AimReport, ...]

    @property
    def is_even(self) -> bool:
        """Whether everybody is within one turn of the fair number."""
        return all(abs(load.excess) < 1 - EVEN for load in self.loads)
