"""The rules that judge a rep's days one after the other, each with what it remembers.

A rule is a small automaton of its own: what it remembers is a number, a day's shift, or none, leads
to another, and may break the rule by so many units. What was before the period and is not known
breaks nothing: a run, or a spell without work, may have begun earlier; and what the period's end
cuts may go on. `optimizer.tours.days` puts the rules together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Kinds = frozenset[str]
"""Of a shift: what the rules call it, such as night, standby, early."""

NIGHT, STANDBY = "night", "standby"

SATURDAY, SUNDAY = 5, 6

ANY = -1
"""Instead of the most shifts of a period: there is no such bound."""


@dataclass(frozen=True)
class DayRules:
    """What holds for the days of every rep.

    Parameters
    ----------
    max_run, min_run
        Days worked in a row, at most, and at least. None for any number.
    min_off, max_off
        Days in each spell without work, at least, and at most. The spell in which the period ends
        may go on.
    max_days
        Days worked in a week, at most; None for any number.
    max_nights
        Nights in a row, at most.
    off_after_nights
        Days without work after the last of some nights in a row, at least.
    max_weekends, weekend_weeks
        Weekends with work among so many weeks in a row, at most.
    whole_weekends
        Whether Saturday and Sunday are both worked or both free.
    max_standby, standby_spacing
        Standbys in a week, at most, and days between two of them, at least.
    successions
        Kinds of shift of which the second may not follow on the day after the first.
    prices
        By a rule's name, what each unit costs by which it is broken; a rule without a price is
        not broken.
    short_shift
        Price of each shift that a rep lacks of the least of the period.
    hard
        Price of a unit of the rules without a price, where they cannot be kept; None to forbid it.
        Those that do not ask for work cost `FORBIDDEN` times as much.
    kinds
        What the letters from 1 on stand for.
    first_weekday
        Of the period's first day, 0 for Monday.
    """

    max_run: int | None = None
    min_off: int = 1
    max_days: int | None = None
    min_run: int = 1
    max_off: int | None = None
    max_nights: int | None = None
    off_after_nights: int = 0
    max_weekends: int | None = None
    weekend_weeks: int = 4
    whole_weekends: bool = False
    max_standby: int | None = None
    standby_spacing: int = 0
    successions: tuple[tuple[str, str], ...] = ()
    prices: Mapping[str, float] = field(default_factory=dict)
    short_shift: float = 0.0
    hard: float | None = None
    kinds: tuple[Kinds, ...] = (frozenset(),)
    first_weekday: int = 0

    def __post_init__(self) -> None:
        limits = (self.max_run, self.min_off, self.max_days, self.min_run, self.max_off)
        if min(limit for limit in limits if limit is not None) < 1:
            raise ValueError("max_run, min_run, min_off, max_off and max_days are at least 1.")
        counts = (self.max_nights, self.off_after_nights, self.max_weekends, self.max_standby)
        if min(count for count in (*counts, self.standby_spacing) if count is not None) < 0:
            raise ValueError("Numbers of nights, weekends, standbys and days are at least 0.")
        if any(price < 0 for price in (*self.prices.values(), self.short_shift)):
            raise ValueError("A price of a broken rule is at least 0.")

    @property
    def blank(self) -> int:
        """The letter of a day that does not count: what is remembered stays as it is."""
        return len(self.kinds) + 1

    @property
    def away(self) -> int:
        """The letter of a day without a shift that is none of a spell of days off."""
        return len(self.kinds) + 2

    def day(self, number: int, week: Sequence[int] | Ints) -> "Day":
        """Return what the rules ask about a day of the period, or before it."""
        weekday = (self.first_weekday + number) % 7
        if number < 0 or number + 1 >= len(week):
            return Day(weekday, weekday == SUNDAY, number < 0, ends_period=number >= 0)
        return Day(weekday, bool(week[number + 1] != week[number]), is_past=False)


ASKING = frozenset({"max_days_off"})
"""Rules that ask for work, of which there may be none, whatever a rep does otherwise."""

FORBIDDEN = 100.0
"""Units of rules that ask for work, more than there are, that are no reason to break another."""


class Day(NamedTuple):
    """A day.

    Parameters
    ----------
    weekday
        0 for Monday.
    ends_week
        Whether a week ends with it.
    is_past
        Whether it lies before the period.
    is_away
        Whether, without a shift, it is no day off.
    ends_period
        Whether it is the last one.
    """

    weekday: int
    ends_week: bool
    is_past: bool
    is_away: bool = False
    ends_period: bool = False


class Rule(Protocol):
    """One rule."""

    @property
    def unknown(self) -> int:
        """What it remembers where nothing is known of the days before."""

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Return what it remembers after a day, and by how many units the day breaks it.

        Parameters
        ----------
        memory
            What it remembers of the days before.
        shift
            The kinds of the day's shift; None for a day off.
        """


@dataclass(frozen=True)
class MostInARow:
    """At most so many days in a row with, or without, work; or with shifts of a kind."""

    most: int
    kind: str = ""
    of_rest: bool = False
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Count days in a row."""
        counts = shift is None and not day.is_away if self.of_rest else shift is not None
        if self.kind:
            counts = shift is not None and self.kind in shift
        if not counts:
            return 0, 0
        return min(memory + 1, self.most), int(memory == self.most)


@dataclass(frozen=True)
class LeastOff:
    """At least so many days without work after a run of days.

    It remembers the days still due, and -1 within a run.
    """

    least: int
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:  # noqa: ARG002
        """Count the days that are due."""
        if shift is None:
            return max(0, (self.least if memory < 0 else memory) - 1), 0
        return -1, max(0, memory)


@dataclass(frozen=True)
class FreeAfter:
    """So many days without work after the last of a run of shifts of a kind.

    It remembers, as bits, whether yesterday was of the kind, and on which of the days before that a
    run ended. Each work counts for every run that it is too near.
    """

    days: int
    kind: str
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:  # noqa: ARG002
        """Hold the day against the ends of runs."""
        goes_on = shift is not None and self.kind in shift
        ended = (memory >> 1) | (memory & 1 if not goes_on else 0)
        broken = ended.bit_count() if shift is not None else 0
        kept = (ended << 1) & ((1 << self.days) - 1)
        return kept << 1 | goes_on, broken


@dataclass(frozen=True)
class LeastRun:
    """At least so many days worked in a row.

    It remembers the days still due within a run, 0 for none, and -1 while off.
    """

    least: int
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:  # noqa: ARG002
        """Count the days that are due."""
        if shift is None:
            return -1, max(0, memory)
        return max(0, (self.least if memory < 0 else memory) - 1), 0


@dataclass(frozen=True)
class MostInAWeek:
    """At most so many days with work, or with shifts of a kind, in a week."""

    most: int
    kind: str = ""
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Count the week's days."""
        counts = shift is not None and (not self.kind or self.kind in shift)
        after = min(memory + counts, self.most)
        return (0 if day.ends_week else after), int(counts and memory == self.most)


@dataclass(frozen=True)
class MostWeekends:
    """At most so many weekends with work among some weeks in a row.

    It remembers, as bits, whether this weekend and each of the ones before is worked, and above
    those bits, whether that was before the period: what is too much by then is not counted.
    """

    most: int
    weeks: int
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Count the weekends up to this one, once in a week: at its first work, or at its end."""
        whole = (1 << self.weeks) - 1
        worked, before = memory & whole, memory >> self.weeks
        begins = shift is not None and day.weekday >= SATURDAY and not worked & 1
        if begins:
            worked |= 1
            before |= day.is_past
        broken = 0
        if begins or (day.weekday == SUNDAY and not worked & 1):
            broken = max(0, worked.bit_count() - max(self.most, before.bit_count()))
        if day.weekday == SUNDAY:
            worked, before = (worked << 1) & whole, (before << 1) & whole
        return worked | before << self.weeks, broken


@dataclass(frozen=True)
class WholeWeekends:
    """Saturday and Sunday both worked or both free; remembers Saturday, -1 for unknown."""

    unknown: int = -1

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Hold Sunday against Saturday."""
        if day.weekday == SATURDAY:
            return int(shift is not None), 0
        broken = day.weekday == SUNDAY and memory >= 0 and bool(memory) != (shift is not None)
        return -1, int(broken)


@dataclass(frozen=True)
class Spacing:
    """At least so many days between any two shifts of a kind; remembers, as bits, the last days."""

    days: int
    kind: str
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:  # noqa: ARG002
        """Count the pairs that are too close."""
        is_one = shift is not None and self.kind in shift
        after = (memory << 1 | is_one) & ((1 << self.days) - 1)
        return after, memory.bit_count() if is_one else 0


@dataclass(frozen=True)
class Successions:
    """Kinds of shift that do not follow one another; remembers which firsts yesterday was."""

    forbidden: tuple[tuple[str, str], ...]
    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:  # noqa: ARG002
        """Hold today's shift against yesterday's, by each pair."""
        if shift is None:
            return 0, 0
        after = broken = 0
        for place, (first, second) in enumerate(self.forbidden):
            broken += memory >> place & 1 and second in shift
            after |= (first in shift) << place
        return after, broken


@dataclass(frozen=True)
class ShiftsOwed:
    """At least so many shifts at work in the period; remembers how many are owed.

    What is owed at the end is paid for by whom this rule is put together with others.
    """

    unknown: int = 0

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Take one off."""
        return max(0, memory - _is_counted(shift, day)), 0


@dataclass(frozen=True)
class ShiftsLeft:
    """At most so many shifts at work in the period; remembers how many are left, or `ANY`."""

    unknown: int = ANY

    def step(self, memory: int, shift: Kinds | None, day: Day) -> tuple[int, int]:
        """Take one off."""
        if memory == ANY or not _is_counted(shift, day):
            return memory, 0
        return max(0, memory - 1), int(memory == 0)


def _is_counted(shift: Kinds | None, day: Day) -> bool:
    """Whether a day has a shift at work and lies in the period."""
    return shift is not None and STANDBY not in shift and not day.is_past


def shift_rules(rules: DayRules) -> list[tuple[Rule, float | None]]:
    """Return the rules of who has bounds on the shifts of the period: owed, then left."""
    price = rules.prices.get("max_shifts", _hard("max_shifts", rules))
    return [(ShiftsOwed(), None), (ShiftsLeft(), price)]


def rules_of(rules: DayRules) -> list[tuple[Rule, float | None]]:
    """Return the rules that say anything, each with its price; None where it may not be broken."""
    made: dict[str, Rule] = {}
    if rules.max_run is not None:
        made["max_consecutive_days"] = MostInARow(rules.max_run)
    if rules.min_off > 1:
        made["min_days_off"] = LeastOff(rules.min_off)
    if rules.max_days is not None:
        made["max_days"] = MostInAWeek(rules.max_days)
    if rules.min_run > 1:
        made["min_consecutive_days"] = LeastRun(rules.min_run)
    if rules.max_off is not None:
        made["max_days_off"] = MostInARow(rules.max_off, of_rest=True)
    if rules.max_nights is not None:
        made["max_consecutive_nights"] = MostInARow(rules.max_nights, NIGHT)
    if rules.off_after_nights > 0:
        made["days_off_after_nights"] = FreeAfter(rules.off_after_nights, NIGHT)
    if rules.max_weekends is not None:
        made["max_weekends"] = MostWeekends(rules.max_weekends, rules.weekend_weeks)
    if rules.whole_weekends:
        made["whole_weekends"] = WholeWeekends()
    if rules.max_standby is not None:
        made["max_standby_per_week"] = MostInAWeek(rules.max_standby, STANDBY)
    if rules.standby_spacing > 0:
        made["min_days_between_standby"] = Spacing(rules.standby_spacing, STANDBY)
    if rules.successions:
        made["forbidden_successions"] = Successions(rules.successions)
    return [(rule, rules.prices.get(name, _hard(name, rules))) for name, rule in made.items()]


def _hard(name: str, rules: DayRules) -> float | None:
    """Return what a rule without a price costs where rules cannot be kept."""
    if rules.hard is None or name in ASKING:
        return rules.hard
    return rules.hard * FORBIDDEN
