"""Reads the text format of Curtois and Qu.

Their benchmark (2014, "Computational results on new staff scheduling benchmark instances") has
24 instances from 2 weeks and 8 people to 52 weeks and 150 people. A file has sections, each begun
by a line ``SECTION_…``; lines that begin with ``#`` are comments.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from data.errors import fault
from data.files import read_text
from optimizer.instances.instance import Cover, Employee, Instance, Shift

FIRST = "SECTION_HORIZON"
"""The section with which every file of the format begins."""

MOST_DAYS = 3660
"""Ten years: a longer horizon is a slip of the pen."""

MOST_NUMBER = 10**9
"""Of minutes and limits."""

MOST_WEIGHT, MOST_REQUIRED = 10**6, 10**4
"""Of a weight, and of people on a shift: so that costs add up to the last digit."""

SHIFT_CELLS = "write ShiftID, length in minutes, shifts that cannot follow joined by |"
STAFF_CELLS = (
    "write ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutiveShifts, "
    "MinConsecutiveShifts, MinConsecutiveDaysOff, MaxWeekends"
)
REQUEST_CELLS = "write EmployeeID, Day, ShiftID, Weight"
COVER_CELLS = "write Day, ShiftID, Requirement, Weight for under, Weight for over"


def read_instance(path: Path) -> Instance:
    """Read an instance.

    Raises
    ------
    InputError
        With the line, what was found there, and the mend.
    """
    return parse_instance(read_text(path), path)


def is_curtois_qu(text: str) -> bool:
    """Say whether the first line that is not a comment begins a file of this format."""
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and line[0] != "#"), "") == FIRST


def parse_instance(text: str, path: Path) -> Instance:
    """Read the text of an instance; `path` is only named in faults.

    Raises
    ------
    InputError
        As `read_instance`.
    """
    return _Reader(text, path).read()


class _Reader:
    """One file: the sections in turn, each line checked against what the lines before said."""

    def __init__(self, text: str, path: Path) -> None:
        self._path = path
        self._text = text
        self._row = 0
        self._days = 0
        self._shifts: dict[str, Shift] = {}
        self._followers: dict[str, tuple[int, list[str]]] = {}
        self._employees: dict[str, Employee] = {}
        self._on: dict[tuple[str, int, str], int] = {}
        self._off: dict[tuple[str, int, str], int] = {}
        self._cover: dict[tuple[int, str], Cover] = {}
        self._parsers: dict[str, Callable[[list[str]], None]] = {
            FIRST: self._horizon,
            "SECTION_SHIFTS": self._shift,
            "SECTION_STAFF": self._employee,
            "SECTION_DAYS_OFF": self._days_off,
            "SECTION_SHIFT_ON_REQUESTS": lambda cells: self._request(cells, self._on),
            "SECTION_SHIFT_OFF_REQUESTS": lambda cells: self._request(cells, self._off),
            "SECTION_COVER": self._cover_line,
        }

    def read(self) -> Instance:
        """Read all lines and check that nothing is missing."""
        seen: set[str] = set()
        parse: Callable[[list[str]], None] | None = None
        for line in self._lines():
            if line.startswith("SECTION_"):
                self._check_section(line, seen)
                seen.add(line)
                parse = self._parsers[line]
            elif parse is None:
                raise self._fault(line, f"begin with {FIRST}")
            else:
                parse([cell.strip() for cell in line.split(",")])
        self._check_followers()
        for is_there, section in (
            (self._days, FIRST),
            (self._shifts, "SECTION_SHIFTS"),
            (self._employees, "SECTION_STAFF"),
        ):
            if not is_there:
                raise fault(self._path, "the end of the file", f"add {section} with its lines")
        return Instance(
            self._days,
            tuple(self._shifts.values()),
            tuple(self._employees.values()),
            self._on,
            self._off,
            self._cover,
        )

    def _lines(self) -> Iterator[str]:
        for row, line in enumerate(self._text.splitlines(), start=1):
            self._row = row
            stripped = line.strip()
            if stripped and not stripped.startswith("#"):
                yield stripped

    def _fault(self, found: object, mend: str) -> Exception:
        return fault(self._path, found, mend, row=self._row)

    def _check_section(self, line: str, seen: set[str]) -> None:
        if line not in self._parsers:
            raise self._fault(line, f"write one of {', '.join(self._parsers)}")
        if line in seen:
            raise self._fault(line, "put all lines of a section together")
        if FIRST not in seen | {line}:
            raise self._fault(line, f"begin with {FIRST}")

    def _number(self, text: str, what: str, least: int = 0, most: int = MOST_NUMBER) -> int:
        is_whole = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_NUMBER))
        if not is_whole or not least <= int(text) <= most:
            raise self._fault(text, f"give {what} as a whole number from {least} to {most}")
        return int(text)

    def _day(self, text: str) -> int:
        return self._number(text, "the day, counted from 0,", 0, self._days - 1)

    def _known_shift(self, text: str) -> str:
        if text not in self._shifts:
            raise self._fault(text, "name a shift of SECTION_SHIFTS, which comes before")
        return text

    def _known_employee(self, text: str) -> str:
        if text not in self._employees:
            raise self._fault(text, "name an employee of SECTION_STAFF, which comes before")
        return text

    def _check_cells(self, cells: list[str], count: int, mend: str) -> None:
        if len(cells) != count:
            raise self._fault(f"{len(cells)} cells", mend)

    def _horizon(self, cells: list[str]) -> None:
        if self._days:
            raise self._fault(",".join(cells), "state the horizon once")
        self._check_cells(cells, 1, "write the number of days alone")
        self._days = self._number(cells[0], "the horizon in days", 1, MOST_DAYS)

    def _shift(self, cells: list[str]) -> None:
        self._check_cells(cells, 3, SHIFT_CELLS)
        name, minutes, followers = cells
        if not name or any(mark in name for mark in "|="):
            raise self._fault(name, "give the shift a name without | and =")
        if name in self._shifts:
            raise self._fault(name, "give each shift a name of its own")
        length = self._number(minutes, "the shift's length in minutes", 1)
        self._shifts[name] = Shift(name, length)
        named = [each.strip() for each in followers.split("|") if each.strip()]
        self._followers[name] = self._row, named

    def _check_followers(self) -> None:
        """Take in which shifts cannot follow: they may be named before their own line."""
        for name, (row, followers) in self._followers.items():
            for each in followers:
                if each not in self._shifts:
                    raise fault(self._path, each, "name a shift of this section", row=row)
            self._shifts[name] = replace(self._shifts[name], not_before=frozenset(followers))

    def _employee(self, cells: list[str]) -> None:
        self._check_cells(cells, 8, STAFF_CELLS)
        name = cells[0]
        if not name:
            raise self._fault(name, "give the employee a name")
        if name in self._employees:
            raise self._fault(name, "give each employee a name of their own")
        most_minutes = self._number(cells[2], "MaxTotalMinutes")
        self._employees[name] = Employee(
            name,
            self._most_shifts(cells[1]),
            most_minutes,
            self._number(cells[3], "MinTotalMinutes, at most MaxTotalMinutes,", 0, most_minutes),
            self._number(cells[4], "MaxConsecutiveShifts", 1),
            self._number(cells[5], "MinConsecutiveShifts", 0),
            self._number(cells[6], "MinConsecutiveDaysOff", 0),
            self._number(cells[7], "MaxWeekends"),
        )

    def _most_shifts(self, text: str) -> dict[str, int]:
        most: dict[str, int] = {}
        for part in filter(None, text.split("|")):
            name, equals, count = (each.strip() for each in part.partition("="))
            if not equals:
                raise self._fault(part, "write MaxShifts as SHIFT=COUNT joined by |")
            if name in most:
                raise self._fault(text, f"state MaxShifts of {name} once")
            most[self._known_shift(name)] = self._number(count, f"MaxShifts of {name}")
        return most

    def _days_off(self, cells: list[str]) -> None:
        name = self._known_employee(cells[0])
        days = frozenset(self._day(each) for each in cells[1:] if each)
        before = self._employees[name]
        self._employees[name] = replace(before, days_off=before.days_off | days)

    def _request(self, cells: list[str], requests: dict[tuple[str, int, str], int]) -> None:
        self._check_cells(cells, 4, REQUEST_CELLS)
        key = self._known_employee(cells[0]), self._day(cells[1]), self._known_shift(cells[2])
        if key in requests:
            raise self._fault(",".join(cells), "state a request once")
        requests[key] = self._number(cells[3], "the weight", 0, MOST_WEIGHT)

    def _cover_line(self, cells: list[str]) -> None:
        self._check_cells(cells, 5, COVER_CELLS)
        key = self._day(cells[0]), self._known_shift(cells[1])
        if key in self._cover:
            raise self._fault(",".join(cells), "state a day's cover of a shift once")
        self._cover[key] = Cover(
            self._number(cells[2], "the requirement", 0, MOST_REQUIRED),
            self._number(cells[3], "the weight for under", 0, MOST_WEIGHT),
            self._number(cells[4], "the weight for over", 0, MOST_WEIGHT),
        )
