"""The people: reps, their contracts, absences and preferences."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from data.clock import zone
from data.week import WeeklyHours
from optimizer.labour_rules import LEVELS
from optimizer.labour_rules import LabourRules as LabourRules

PreferenceKind = Literal["wish", "never", "must"]
PREFERENCE_KINDS: tuple[PreferenceKind, ...] = ("wish", "never", "must")


@dataclass(frozen=True)
class Contract:
    """Hours of primary work per ISO week of the rep's zone, and hours and shifts of a period.

    A shift counts in the week of the local day on which it starts; standby does not count.

    Parameters
    ----------
    min_hours
        Wished for: what is missing is listed. A week that lies partly outside the planned period,
        or in which the rep is away or not employed, owes its share of available minutes, in
        whole quarters of an hour, and nothing below one half.
    max_hours
        Never exceeded, in any ISO week.
    min_period_hours, min_shifts
        Primary hours and shifts of the planned period, wished for. Who is away or not employed for
        a part of it owes the share of available minutes: whole quarters of an hour, whole shifts,
        and nothing below one half.
    max_period_hours, max_shifts
        Of the planned period; None for any number.
    """

    min_hours: float = 0.0
    max_hours: float = 40.0
    min_period_hours: float = 0.0
    max_period_hours: float | None = None
    min_shifts: int = 0
    max_shifts: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_hours <= self.max_hours <= 168:
            raise ValueError(
                f"min_hours ({self.min_hours:g}) must be at least 0 and at most max_hours "
                f"({self.max_hours:g}), which must be at most 168."
            )
        for least, most in (("min_period_hours", "max_period_hours"), ("min_shifts", "max_shifts")):
            low, high = getattr(self, least), getattr(self, most)
            if not 0 <= low < float("inf") or (high is not None and not low <= high < float("inf")):
                raise ValueError(
                    f"{least} ({low:g}) must be at least 0 and at most {most} "
                    f"({'any' if high is None else format(high, 'g')})."
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
    levels
        Of some skills, each with a queue: 1 to 5. A skill without one is of level 1.
    mentors
        The `rep_id` of those of whom one has to work primary on the same queue for the whole of
        each of the rep's primary shifts; empty for nobody.
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
    levels: tuple[tuple[str, int], ...] = ()
    mentors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.rep_id:
            raise ValueError("A rep needs a rep_id.")
        for queue, level in self.levels:
            if level not in LEVELS:
                raise ValueError(f"Rep {self.rep_id}: level {level} of {queue} is not from 1 to 5.")
        zone(self.timezone)
        if (
            self.employed_from is not None
            and self.employed_until is not None
            and self.employed_until < self.employed_from
        ):
            raise ValueError(f"Rep {self.rep_id}: until lies before from.")

    def level(self, queue: str) -> int:
        """Return the rep's level in a queue, 1 where none is stated."""
        return dict(self.levels).get(queue, 1)

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
    its share. Of kind ``never`` no shift may touch the time, of kind ``must`` some shift of the rep
    has to hold all of it; both are rules and have no weight.
    """

    rep_id: str
    start: datetime
    end: datetime
    weight: float = 0.0
    kind: PreferenceKind = "wish"

    def __post_init__(self) -> None:
        _check_aware(self.start, self.end)
        if not self.start < self.end:
            raise ValueError("A preference must end after it starts.")
        if not abs(self.weight) < float("inf"):
            raise ValueError("weight must be a finite number.")
        if self.kind not in PREFERENCE_KINDS:
            raise ValueError(f"kind must be one of {', '.join(PREFERENCE_KINDS)}.")
        if self.kind != "wish" and self.weight:
            raise ValueError(f"A preference of kind {self.kind} has no weight.")


@dataclass(frozen=True)
class Team:
    """Everyone who can be rostered, in the order of the file.

    Raises
    ------
    ValueError
        When a `rep_id` is repeated, or an absence, preference or mentor names nobody.
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
        for rep in self.reps:
            for mentor in rep.mentors:
                if mentor == rep.rep_id or mentor not in ids:
                    raise ValueError(
                        f"Rep {rep.rep_id}: mentor {mentor} is nobody else of the team."
                    )


def _check_aware(start: datetime, end: datetime) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError("A time of a rep starts and ends at tz-aware instants.")
