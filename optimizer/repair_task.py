"""What a repair works on, whichever way it looks for changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from optimizer.repair_cover import CoverBook, Floats
from optimizer.repair_people import People
from optimizer.shifts import Shift


@dataclass(frozen=True)
class RepairTask:
    """A roster to be mended, what it lacks, and what may be done about it.

    Parameters
    ----------
    people
        Who works what so far; a search tries changes out on it.
    book
        What is missing.
    could
        Duties that may be given.
    most_changes
        So many duties change at most.
    """

    people: People
    book: CoverBook
    could: tuple[Shift, ...]
    most_changes: int

    def missing(self) -> Floats:
        """Return the rep-hours missing in each row of the book with everybody's duties so far."""
        return self._missing(shift for _, shift in self.people.all_duties())

    def missing_hours(self, duties: Mapping[str, Sequence[Shift]]) -> float:
        """Return the rep-hours missing altogether when some reps have other duties."""
        shifts = [shift for rep_id, shift in self.people.all_duties() if rep_id not in duties]
        shifts += [shift for own in duties.values() for shift in own]
        return float(self._missing(shifts).sum())

    def _missing(self, shifts: Iterable[Shift]) -> Floats:
        return self.book.missing(*self.book.add_up(shifts))
