"""Breaks: the rules that make them due in a shift, and where a plan has placed them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.clock import zone

MINUTE = timedelta(minutes=1)
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)"
_BREAK = re.compile(rf"(?P<start>{_TIME})/(?P<end>{_TIME}) (?P<kind>paid|unpaid|gap)")


@dataclass(frozen=True, order=True)
class Break:
    """Time within a shift in which its rep is away.

    Parameters
    ----------
    start, end
        Instants in UTC.
    paid
        Whether it is paid like work.
    splits
        Whether it is the time between the two parts of a split shift, which is no work.
    """

    start: datetime
    end: datetime
    paid: bool = False
    splits: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A break starts and ends at tz-aware instants.")
        if not self.start < self.end:
            raise ValueError(f"A break must end after it starts, not at {self.end}.")
        if self.paid and self.splits:
            raise ValueError("The time between two parts of a shift is not paid.")

    @property
    def length(self) -> timedelta:
        """Time from start to end."""
        return self.end - self.start


@dataclass(frozen=True)
class BreakRule:
    """A ``[[shifts.breaks]]`` table: a break that primary shifts of some lengths have.

    Parameters
    ----------
    minutes
        How long it is.
    earliest_hours, latest_hours
        Between these it starts, in hours after the start of the shift.
    paid
        Whether it is paid like work.
    from_shift_hours
        Shifts of at least this length have it.
    below_shift_hours
        Shifts of this length and longer do not; None for no such length.
    """

    minutes: int
    earliest_hours: float
    latest_hours: float
    paid: bool = False
    from_shift_hours: float = 0.0
    below_shift_hours: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.minutes < 720:
            raise ValueError("minutes of a break must be above 0 and below 720.")
        if not 0 <= self.earliest_hours <= self.latest_hours < 24:
            raise ValueError(
                "a break starts from earliest_hours to latest_hours after its shift does: give "
                "0 <= earliest_hours <= latest_hours < 24."
            )
        for hours in (self.earliest_hours, self.latest_hours):
            if abs(hours * 60 - round(hours * 60)) > 1e-6:
                raise ValueError(f"windows of breaks are whole minutes; {hours:g} hours are not.")
        if not 0 <= self.from_shift_hours <= 24:
            raise ValueError("from_shift_hours must be from 0 to 24.")
        if self.below_shift_hours is not None and self.below_shift_hours <= self.from_shift_hours:
            raise ValueError("below_shift_hours must be above from_shift_hours.")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return timedelta(minutes=self.minutes)

    def is_due(self, hours: float) -> bool:
        """Whether a shift of so many hours has it."""
        below = self.below_shift_hours is None or hours < self.below_shift_hours
        return self.from_shift_hours <= hours and below

    def starts(self, interval_minutes: int) -> tuple[timedelta, ...]:
        """Return when it may start after its shift does: an interval apart, the earliest first."""
        first, last = (round(hours * 60) for hours in (self.earliest_hours, self.latest_hours))
        return tuple(minutes * MINUTE for minutes in range(first, last + 1, interval_minutes))


def due_breaks(rules: Iterable[BreakRule], hours: float) -> tuple[BreakRule, ...]:
    """Return the breaks of a shift of so many hours, in the order in which they are taken."""
    due = (rule for rule in rules if rule.is_due(hours))
    return tuple(sorted(due, key=lambda rule: rule.earliest_hours))


def check_breaks(rules: Sequence[BreakRule], lengths_hours: Iterable[float]) -> None:
    """Refuse breaks that do not fit into the shifts that have them.

    Raises
    ------
    ValueError
        When a break could end after its shift, or two of a shift could overlap.
    """
    for hours in lengths_hours:
        due = due_breaks(rules, hours)
        for number, rule in enumerate(due):
            over = rule.latest_hours + rule.minutes / 60
            if over > hours:
                raise ValueError(
                    f"breaks: one of {rule.minutes} minutes that starts {rule.latest_hours:g} "
                    f"hours after its shift ends after a shift of {hours:g} hours; lower "
                    "latest_hours or raise from_shift_hours."
                )
            if number and due[number - 1].latest_hours + due[number - 1].minutes / 60 > (
                rule.earliest_hours
            ):
                raise ValueError(
                    f"breaks: in a shift of {hours:g} hours the one that starts from "
                    f"{rule.earliest_hours:g} hours on may meet the one before it; raise "
                    "earliest_hours or lower latest_hours of the one before."
                )


def breaks_text(breaks: Iterable[Break], timezone: str) -> str:
    """Write the breaks of a shift in one cell, in the wall time of a zone with its offset.

    Examples
    --------
    >>> from datetime import timezone
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
    >>> breaks_text([Break(noon, noon + timedelta(minutes=30))], "Europe/Berlin")
    '2026-03-02T13:00:00+01:00/2026-03-02T13:30:00+01:00 unpaid'
    """
    local = zone(timezone)
    return "|".join(
        f"{one.start.astimezone(local).isoformat()}/{one.end.astimezone(local).isoformat()}"
        f" {'gap' if one.splits else 'paid' if one.paid else 'unpaid'}"
        for one in breaks
    )


def read_breaks(text: str) -> tuple[Break, ...]:
    """Read a cell of breaks as `breaks_text` writes it; none from an empty one.

    Raises
    ------
    ValueError
        With what a cell should look like, when this one does not.
    """
    return tuple(_read_break(part.strip()) for part in text.split("|")) if text else ()


def _read_break(text: str) -> Break:
    found = _BREAK.fullmatch(text)
    try:
        if found is not None:
            start, end = (
                datetime.fromisoformat(found[name]).astimezone(UTC) for name in ("start", "end")
            )
            if start < end:
                return Break(start, end, found["kind"] == "paid", found["kind"] == "gap")
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "give breaks such as 2026-11-30T12:00:00+00:00/2026-11-30T12:30:00+00:00 unpaid, joined "
        "by |"
    )
