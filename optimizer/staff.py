"""The people: reps, their contracts, absences and preferences, and the rules of their labour."""

from dataclasses import dataclass
from datetime import date, datetime

from data.clock import zone
from data.week import WeeklyHours


@dataclass(frozen=True)
class Contract:
    """Hours of primary work per ISO week of the rep's zone.

    A shift counts in the week of the local day on which it starts; standby does not count.

    Parameters
    ----------
    min_hours
        Wished for: what is missing is listed. A week that lies partly outside the planned period,
        or in which the rep is away or not employed, owes its share of available minutes, in
        whole quarters of an hour, and nothing below one half.
    max_hours
        Never exceeded, in any ISO week.
    """

    min_hours: float = 0.0
    max_hours: float = 40.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_hours <= self.max_hours <= 168:
            raise ValueError(
                f"min_hours ({self.min_hours:g}) must be at least 0 and at most max_hours "
                f"({self.max_hours:g}), which must be at most 168."
            )


@dataclass(frozen=True)
class Rep:
    """One person.

    Parameters
    ----------
    rep_id, name, email
        Who; `rep_id` is unique in a team.
    timezone
        IANA name of the zone in which the rep lives and in which rest and availability count.
    site
        Where the rep works; a shift of a site goes to its reps and to reps without a site.
    skills
        Queues that the rep can work; empty for every queue.
    contract
        Hours per ISO week.
    available
        Local hours within which the rep's shifts must lie.
    on_call
        Whether the rep takes standby.
    employed_from, employed_until
        First and last local day of employment; None for open.
    """

    rep_id: str
    name: str
    email: str
    timezone: str
    site: str
    skills: frozenset[str]
    contract: Contract
    available: WeeklyHours
    on_call: bool
    employed_from: date | None = None
    employed_until: date | None = None

    def __post_init__(self) -> None:
        if not self.rep_id:
            raise ValueError("A rep needs a rep_id.")
        zone(self.timezone)
        if (
            self.employed_from is not None
            and self.employed_until is not None
            and self.employed_until < self.employed_from
        ):
            raise ValueError(f"Rep {self.rep_id}: until lies before from.")

    def employed_on(self, day: date) -> bool:
        """Whether `day`, a local day of the rep, lies within employment."""
        return (self.employed_from is None or self.employed_from <= day) and (
            self.employed_until is None or day <= self.employed_until
        )


@dataclass(frozen=True)
class Absence:
    """A time at which a rep cannot work, in UTC; `end` is exclusive."""

    rep_id: str
    start: datetime
    end: datetime
    kind: str

    def __post_init__(self) -> None:
        _check_aware(self.start, self.end)
        if not self.start < self.end:
            raise ValueError("An absence must end after it starts.")


@dataclass(frozen=True)
class Preference:
    """A time at which a rep would like (positive) or rather not (negative weight) work, in UTC.

    A shift that lies wholly within it counts the weight once, one that lies partly within counts
    its share.
    """

    rep_id: str
    start: datetime
    end: datetime
    weight: float

    def __post_init__(self) -> None:
        _check_aware(self.start, self.end)
        if not self.start < self.end:
            raise ValueError("A preference must end after it starts.")
        if not abs(self.weight) < float("inf"):
            raise ValueError("weight must be a finite number.")


@dataclass(frozen=True)
class Team:
    """Everyone who can be rostered, in the order of the file.

    Raises
    ------
    ValueError
        When a `rep_id` is repeated, or an absence or preference names nobody.
    """

    reps: tuple[Rep, ...]
    absences: tuple[Absence, ...] = ()
    preferences: tuple[Preference, ...] = ()

    def __post_init__(self) -> None:
        ids: set[str] = set()
        for rep in self.reps:
            if rep.rep_id in ids:
                raise ValueError(f"Rep {rep.rep_id} is named twice; give each rep one row.")
            ids.add(rep.rep_id)
        named = [row.rep_id for row in self.absences] + [row.rep_id for row in self.preferences]
        for rep_id in named:
            if rep_id not in ids:
                raise ValueError(f"There is no rep {rep_id} in the team.")


@dataclass(frozen=True)
class LabourRules:
    """The ``[labour]`` table.

    Parameters
    ----------
    min_rest_hours
        Between the end of a shift and the start of the next one, by the rep's wall clock: from
        23:00 to 10:00 are 11 hours, also in the night in which the clocks change. Standby counts.
    max_consecutive_days
        Local days in a row on which a shift starts, standby included.
    max_week_hours
        Primary hours in an ISO week of the rep's zone.
    """

    min_rest_hours: float = 11.0
    max_consecutive_days: int = 5
    max_week_hours: float = 40.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_rest_hours < 24:
            raise ValueError("min_rest_hours must be at least 0 and below 24.")
        if self.max_consecutive_days < 1:
            raise ValueError("max_consecutive_days must be at least 1.")
        if not 0 < self.max_week_hours <= 168:
            raise ValueError("max_week_hours must be above 0 and at most 168.")


def _check_aware(start: datetime, end: datetime) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("A time of a rep starts and ends at tz-aware instants.")
