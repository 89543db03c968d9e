"""The competition's text format: sections between lines of slashes, rows that end in semicolons."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.errors import fault
from optimizer.inrc.instance import (
    FREE,
    Contract,
    Employee,
    Instance,
    Pattern,
    Request,
    RequestKind,
    ShiftType,
)
from optimizer.inrc.places import (
    Place,
    checked_days,
    day_of,
    known,
    limit_of,
    numbered,
    read_count,
    read_date,
    read_entry,
    read_time,
    read_truth,
    read_weekday,
    read_weekend,
    unstated,
)

HEADING = re.compile(r"([A-Za-z_]+)\s*(?:=\s*(\d{1,9})|\s(\d{1,9}))?\s*;?")
"""The name of a section and, but for the first, how many rows it has."""

SECTIONS = (
    "SCHEDULING_PERIOD",
    "SKILLS",
    "SHIFT_TYPES",
    "CONTRACTS",
    "PATTERNS",
    "EMPLOYEES",
    "DAY_OF_WEEK_COVER",
    "DATE_SPECIFIC_COVER",
    "DAY_OFF_REQUESTS",
    "DAY_ON_REQUESTS",
    "SHIFT_OFF_REQUESTS",
    "SHIFT_ON_REQUESTS",
)
LIMITS = (
    "most_shifts",
    "fewest_shifts",
    "most_days",
    "fewest_days",
    "most_free",
    "fewest_free",
    "most_weekends",
    "fewest_weekends",
    "most_weekends_of_four",
)
PRICES = (
    "complete_weekends",
    "same_shift_weekends",
    "night_before_free_weekend",
    "free_after_nights",
    "alternative_skill",
)
REQUESTS = {
    "DAY_OFF_REQUESTS": RequestKind.DAY_OFF,
    "DAY_ON_REQUESTS": RequestKind.DAY_ON,
    "SHIFT_OFF_REQUESTS": RequestKind.SHIFT_OFF,
    "SHIFT_ON_REQUESTS": RequestKind.SHIFT_ON,
}


@dataclass(frozen=True)
class _Row:
    """A row of a section: its cells, and where it stands."""

    cells: tuple[str, ...]
    place: Place

    def cell(self, number: int) -> str:
        if number >= len(self.cells):
            found = f"{len(self.cells)} cells"
            raise self.place.fault(found, f"give at least {number + 1}, separated by commas")
        return self.cells[number]


@dataclass
class _File:
    """The rows of each section, and what has been named in them."""

    path: Path
    rows: dict[str, list[_Row]]
    first: date = date.min
    days: int = 0
    skills: dict[str, int] = field(default_factory=dict)
    shifts: dict[str, int] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    employees: dict[str, int] = field(default_factory=dict)


def parse_txt(text: str, path: Path) -> Instance:
    """Read an instance of the competition from its text form.

    Raises
    ------
    InputError
        With the file, the line and the section, when something cannot be used.
    """
    file = _File(path, _sections(text, path))
    period = _only(file, "SCHEDULING_PERIOD")
    file.first = read_date(period.cell(1), period.place)
    file.days = checked_days(file.first, read_date(period.cell(2), period.place), period.place)
    file.skills = _numbered(file, "SKILLS", "skill")
    file.shifts = _numbered(file, "SHIFT_TYPES", "shift type")
    shifts = tuple(_shift(row, file) for row in file.rows["SHIFT_TYPES"])
    patterns = {row.cell(0): _pattern(row, file) for row in file.rows["PATTERNS"]}
    _numbered(file, "PATTERNS", "pattern")
    _numbered(file, "CONTRACTS", "contract")
    file.contracts = {row.cell(0): _contract(row, patterns) for row in file.rows["CONTRACTS"]}
    file.employees = _numbered(file, "EMPLOYEES", "employee")
    people = tuple(_employee(row, file) for row in file.rows["EMPLOYEES"])
    for section, what in (("SHIFT_TYPES", shifts), ("EMPLOYEES", people)):
        if not what:
            raise fault(path, "no row", "name at least one", column=section)
    return Instance(
        period.cell(0),
        file.first,
        file.days,
        tuple(file.skills),
        shifts,
        people,
        _cover(file),
        tuple(_requests(file)),
    )


def _sections(text: str, path: Path) -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {name: [] for name in SECTIONS}
    counts: dict[str, tuple[int, Place]] = {}
    section, seen = "", set[str]()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("//"):
            continue
        heading = HEADING.fullmatch(words)
        if heading is not None and (heading[1] in rows or heading[2]):
            section = _heading(heading[1], seen, Place(path, number, heading[1]))
            count = heading[2] or heading[3]
            if count:
                counts[section] = int(count), Place(path, number, section)
            continue
        if not section:
            raise fault(path, words, f"begin with the section {SECTIONS[0]}", row=number)
        cells = tuple(cell.strip() for cell in words.rstrip("; ").split(","))
        rows[section].append(_Row(cells, Place(path, number, section)))
    for name, (count, place) in counts.items():
        if len(rows[name]) != count:
            found = f"{len(rows[name])} rows where {count} are announced"
            raise place.fault(found, "give as many rows as the heading says")
    for name in SECTIONS:
        if name not in seen:
            raise fault(path, "no such section", f"add it, with {name} = 0 if empty", column=name)
    return rows


def _heading(name: str, seen: set[str], place: Place) -> str:
    """Return the name of a section that begins, and remember it."""
    if name not in SECTIONS:
        raise place.fault(name, f"name a section: {', '.join(SECTIONS)}")
    if name in seen:
        raise place.fault(name, "put all rows of a section together")
    seen.add(name)
    return name


def _only(file: _File, section: str) -> _Row:
    rows = file.rows[section]
    if len(rows) != 1:
        raise fault(file.path, f"{len(rows)} rows", "give one", column=section)
    return rows[0]


def _numbered(file: _File, section: str, what: str) -> dict[str, int]:
    return numbered([(row.cell(0), row.place) for row in file.rows[section]], what)


def _skill_names(text: str, file: _File, place: Place) -> frozenset[str]:
    names = text.split()
    for name in names:
        known(name, file.skills, "skill", place)
    return frozenset(names)


def _shift(row: _Row, file: _File) -> ShiftType:
    start, end = (read_time(row.cell(number), row.place) for number in (2, 3))
    skills = row.cells[5] if len(row.cells) > 5 else ""
    return ShiftType(row.cell(0), start, end, _skill_names(skills, file, row.place))


def _pattern(row: _Row, file: _File) -> Pattern:
    entries = []
    for word in _counted(row.cell(2).split(), row.place):
        shift, bar, day = word.strip("()").partition("|")
        if not bar:
            raise row.place.fault(word, "give entries as in (L|Any)")
        entries.append(read_entry(shift, day, file.shifts, row.place))
    if len(entries) < 2:
        raise row.place.fault(row.cell(2), "give a pattern at least two entries")
    return Pattern(row.cell(0), read_count(row.cell(1), row.place), tuple(entries))


def _counted(words: Sequence[str], place: Place) -> Sequence[str]:
    """Return the words after the first, which says how many they are."""
    if not words or read_count(words[0], place) != len(words) - 1:
        raise place.fault(" ".join(words), "begin with how many follow, and let as many follow")
    return words[1:]


def _parts(text: str, count: int, place: Place) -> list[str]:
    parts = text.strip("()").split("|")
    if len(parts) != count:
        raise place.fault(text, f"give {count} numbers as in ({'|'.join('1' * count)})")
    return parts


def _contract(row: _Row, patterns: Mapping[str, Pattern]) -> Contract:
    place = row.place
    limits: dict[str, Any] = {}
    for number, name in enumerate(LIMITS, 3):
        on, weight, value = _parts(row.cell(number), 3, place)
        is_on = read_truth(on, place)
        limits[name] = limit_of(read_count(value, place), read_count(weight, place), is_on=is_on)
    prices: dict[str, Any] = {}
    for number, name in enumerate(PRICES, 13):
        on, weight = _parts(row.cell(number), 2, place)
        prices[name] = read_count(weight, place) if read_truth(on, place) else 0
    numbers = {name: number for number, name in enumerate(patterns)}
    unwanted = row.cells[19].split() if len(row.cells) > 19 else []
    for name in unwanted:
        known(name, numbers, "pattern", place)
    return Contract(
        row.cell(0),
        read_weekend(row.cell(12), place),
        **limits,
        **prices,
        patterns=tuple(patterns[name] for name in unwanted),
    )


def _employee(row: _Row, file: _File) -> Employee:
    numbers = {name: number for number, name in enumerate(file.contracts)}
    known(row.cell(2), numbers, "contract", row.place)
    skills = row.cells[4] if len(row.cells) > 4 else ""
    names = _skill_names(skills, file, row.place)
    return Employee(row.cell(0), file.contracts[row.cell(2)], names)


def _cover(file: _File) -> tuple[tuple[int, ...], ...]:
    """Read the cover; what is asked of a date goes before what is asked of its weekday."""
    cover = [[0] * len(file.shifts) for _ in range(file.days)]
    stated: set[tuple[int | date, int]] = set()
    for row in file.rows["DAY_OF_WEEK_COVER"]:
        weekday = read_weekday(row.cell(0), row.place)
        shift = known(row.cell(1), file.shifts, "shift type", row.place)
        unstated((weekday, shift), row.cell(1), stated, row.place)
        for day in range(file.days):
            if (file.first.weekday() + day) % 7 == weekday:
                cover[day][shift] = read_count(row.cell(2), row.place, 10_000)
    for row in file.rows["DATE_SPECIFIC_COVER"]:
        day = _day(row.cell(0), file, row.place)
        shift = known(row.cell(1), file.shifts, "shift type", row.place)
        unstated((file.first + timedelta(days=day), shift), row.cell(1), stated, row.place)
        cover[day][shift] = read_count(row.cell(2), row.place, 10_000)
    return tuple(map(tuple, cover))


def _day(text: str, file: _File, place: Place) -> int:
    return day_of(read_date(text, place), file.first, file.days, place)


def _requests(file: _File) -> Iterator[Request]:
    for section, kind in REQUESTS.items():
        has_shift = kind in (RequestKind.SHIFT_OFF, RequestKind.SHIFT_ON)
        for row in file.rows[section]:
            employee = known(row.cell(0), file.employees, "employee", row.place)
            shift = FREE
            if has_shift:
                shift = known(row.cell(2), file.shifts, "shift type", row.place)
            weight = read_count(row.cell(3 if has_shift else 2), row.place)
            yield Request(kind, employee, _day(row.cell(1), file, row.place), weight, shift)


def is_text_instance(text: str) -> bool:
    r"""Say by its beginning whether a file is of this format.

    Examples
    --------
    >>> is_text_instance("////\nSCHEDULING_PERIOD;\n////\nsprint01, 2010-01-01, 2010-01-28;")
    True
    >>> is_text_instance("SECTION_HORIZON\n14")
    False
    """
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("//"):
            return stripped.rstrip(";").strip() == SECTIONS[0]
    return False
