"""How many reps are to be there in any case, and how many may be: settings."""

from dataclasses import dataclass

from data.week import WeeklyHours


@dataclass(frozen=True)
class PresenceRule:
    """A ``[[shifts.presence]]`` table: bounds on primary reps, whatever volume calls for.

    Parameters
    ----------
    queue
        Whose reps are counted; empty for those of all queues together.
    site
        Whose reps are counted; empty for all.
    hours
        Local hours of the site, else of the calendar, in which it bears. None for always, and for
        `least` while a queue that is counted is open.
    least
        Reps who are to be there, breaks not counted; where no shift makes it possible they lack.
    most
        Reps who may be on a shift at once, breaks counted: seats. None for any number.
    """

    queue: str = ""
    site: str = ""
    hours: WeeklyHours | None = None
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least < 0 or (self.most is not None and self.most < 0):
            raise ValueError("least and most must be at least 0.")
        if self.most is not None and self.most < self.least:
            raise ValueError(f"most must be at least least, {self.least}, not {self.most}.")
        if self.least == 0 and self.most is None:
            raise ValueError("a presence rule needs least or most.")

    @property
    def who(self) -> str:
        """Whom it counts, in words."""
        where = f" at {self.site}" if self.site else ""
        return f"{self.queue or 'All queues'}{where}"
