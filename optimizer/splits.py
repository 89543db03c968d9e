"""Shifts in two parts with hours of one's own in between: settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SplitShifts:
    """The ``[shifts.split]`` table: shifts in two parts, worked by one rep on one day.

    Parameters
    ----------
    lengths_hours
        Of both parts together.
    least_part_hours
        Neither part is shorter.
    least_gap_hours, most_gap_hours
        Between the parts; not worked and not paid.
    """

    lengths_hours: tuple[float, ...] = (8.0,)
    least_part_hours: float = 3.0
    least_gap_hours: float = 2.0
    most_gap_hours: float = 4.0

    def __post_init__(self) -> None:
        if not self.lengths_hours or not all(0 < hours <= 24 for hours in self.lengths_hours):
            raise ValueError("lengths_hours must name lengths above 0 and up to 24 hours.")
        if not 0 < self.least_gap_hours <= self.most_gap_hours:
            raise ValueError("give 0 < least_gap_hours <= most_gap_hours.")
        if max(self.lengths_hours) + self.most_gap_hours > 24:
            raise ValueError("a length and most_gap_hours must be at most 24 hours together.")
        if not 0 < self.least_part_hours <= min(self.lengths_hours) / 2:
            raise ValueError("least_part_hours must be above 0 and at most half of every length.")
        given = (*self.lengths_hours, self.least_part_hours, self.least_gap_hours)
        if any(abs(hours * 60 - round(hours * 60)) > 1e-6 for hours in given):
            raise ValueError("lengths, parts and gaps must be whole minutes.")

    def cuts(self, step_minutes: int) -> tuple[tuple[int, int, int], ...]:
        """Return length, first part and gap of every split shift, in minutes, a step apart."""
        part, gap = round(self.least_part_hours * 60), round(self.least_gap_hours * 60)
        longest = round(self.most_gap_hours * 60)
        return tuple(
            (length, first, between)
            for length in sorted({round(hours * 60) for hours in self.lengths_hours})
            for first in range(part, length - part + 1, step_minutes)
            for between in range(gap, longest + 1, step_minutes)
        )
