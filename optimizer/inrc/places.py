"""Reading one value of an instance file, with the place of every fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from data.errors import InputError, fault
from optimizer.inrc.instance import EntryKind, Limit, PatternEntry

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKENDS = {
    "SaturdaySunday": (5, 6),
    "FridaySaturdaySunday": (4, 5, 6),
    "FridaySaturdaySundayMonday": (4, 5, 6, 0),
    "SaturdaySundayMonday": (5, 6, 0),
}
TRUTHS = {"1": True, "true": True, "0": False, "false": False}
MOST_DAYS = 366
MOST_WEIGHT = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where in a file something stands.

    Parameters
    ----------
    row
        Line number as an editor counts.
    name
        The element or section.
    """

    file: Path
    row: int
    name: str

    def fault(self, found: object, mend: str) -> InputError:
        """Word what is wrong here."""
        return fault(self.file, found, mend, row=self.row, column=self.name)


def read_count(text: str, place: Place, most: int = MOST_WEIGHT) -> int:
    """Read a whole number of at least 0.

    Raises
    ------
    InputError
        When it is something else.
    """
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()):
        raise place.fault(text.strip(), "give a whole number of at least 0")
    if len(stripped) > len(str(most)) or int(stripped) > most:
        raise place.fault(stripped, f"give a whole number of at most {most}")
    return int(stripped)


def read_truth(text: str, place: Place) -> bool:
    """Read a truth, as a word or a digit.

    Raises
    ------
    InputError
        When it is neither.
    """
    value = TRUTHS.get(text.strip().lower())
    if value is None:
        raise place.fault(text.strip(), "give 1 or true, 0 or false")
    return value


def read_date(text: str, place: Place) -> date:
    """Read a date.

    Raises
    ------
    InputError
        When it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise place.fault(text.strip(), "give a date, as in 2010-01-31") from None


def read_time(text: str, place: Place) -> time:
    """Read a time of the day.

    Raises
    ------
    InputError
        When it is none, or bound to a zone.
    """
    try:
        value = time.fromisoformat(text.strip())
    except ValueError:
        value = None
    if value is None or value.tzinfo is not None:
        raise place.fault(text.strip(), "give a time of the day, as in 14:30:00")
    return value


def read_weekday(text: str, place: Place) -> int:
    """Read a day of the week, Monday being 0.

    Raises
    ------
    InputError
        When it is none.
    """
    if text.strip() not in WEEKDAYS:
        raise place.fault(text.strip(), f"name a day of the week: {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text.strip())


def read_weekend(text: str, place: Place) -> tuple[int, ...]:
    """Read which days make a weekend.

    Raises
    ------
    InputError
        When the word is unknown.
    """
    days = WEEKENDS.get(text.strip())
    if days is None:
        raise place.fault(text.strip(), f"name a weekend: {', '.join(WEEKENDS)}")
    return days


def read_entry(shift: str, day: str, shifts: Mapping[str, int], place: Place) -> PatternEntry:
    """Read one day of a pattern.

    Raises
    ------
    InputError
        When its shift type or day is unknown.
    """
    weekday = None if day.strip() == "Any" else read_weekday(day, place)
    word = shift.strip()
    if word in shifts:
        return PatternEntry(EntryKind.SHIFT, shifts[word], weekday)
    kinds = {"Any": EntryKind.ANY, "None": EntryKind.NONE}
    if word not in kinds:
        raise place.fault(word, "name a shift type of the file, Any or None")
    return PatternEntry(kinds[word], weekday=weekday)


def known(text: str, among: Mapping[str, int], what: str, place: Place) -> int:
    """Return the number of something named.

    Raises
    ------
    InputError
        When nothing is called so.
    """
    number = among.get(text.strip())
    if number is None:
        names = ", ".join(list(among)[:8]) or "it has none"
        raise place.fault(text.strip(), f"name a {what} of the file: {names}")
    return number


def unstated(
    key: tuple[int | date, int], shift: str, stated: set[tuple[int | date, int]], place: Place
) -> None:
    """Remember that the cover of a shift on a weekday or date has been stated.

    Raises
    ------
    InputError
        When it has been before.
    """
    if key in stated:
        raise place.fault(shift.strip(), "state the cover of a shift on a day once")
    stated.add(key)


def numbered(names: list[tuple[str, Place]], what: str) -> dict[str, int]:
    """Give things numbers in the order in which they are named.

    Raises
    ------
    InputError
        When two have the same name, or one has none.
    """
    numbers: dict[str, int] = {}
    for name, place in names:
        if not name:
            raise place.fault(name, f"name the {what}")
        if name in numbers:
            raise place.fault(name, f"another {what} is called so; rename one of them")
        numbers[name] = len(numbers)
    return numbers


def checked_days(first: date, last: date, place: Place) -> int:
    """Return how many days a period has.

    Raises
    ------
    InputError
        When it ends before it begins, or is longer than a year.
    """
    days = (last - first).days + 1
    if days < 1:
        raise place.fault(last.isoformat(), f"end on or after the first day, {first.isoformat()}")
    if days > MOST_DAYS:
        raise place.fault(f"{days} days", f"plan at most {MOST_DAYS} days")
    return days


def day_of(when: date, first: date, days: int, place: Place) -> int:
    """Return the number of a day of the period.

    Raises
    ------
    InputError
        When it lies outside.
    """
    day = (when - first).days
    if not 0 <= day < days:
        raise place.fault(
            when.isoformat(), f"name a day from {first} to {first + timedelta(days=days - 1)}"
        )
    return day


def limit_of(value: int, weight: int, *, is_on: bool) -> Limit | None:
    """Return a limit, or None when nothing is paid beyond it."""
    return Limit(value, weight) if is_on and weight > 0 else None
