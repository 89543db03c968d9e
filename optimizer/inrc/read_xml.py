"""The competition's XML format, as its schema ``competition.xsd`` states it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from optimizer.inrc.instance import (
    FREE,
    Contract,
    Employee,
    Instance,
    Limit,
    Pattern,
    Request,
    RequestKind,
    ShiftType,
)
from optimizer.inrc.places import (
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
from optimizer.inrc.xml_tree import Element, parse_tree

FIRST_ELEMENT = re.compile(
    r"\s*(?:<\?[^>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?\s*>\s*)*"
    r"<SchedulingPeriod[\s/>]",
    re.DOTALL,
)
LIMITS = {
    "MaxNumAssignments": "most_shifts",
    "MinNumAssignments": "fewest_shifts",
    "MaxConsecutiveWorkingDays": "most_days",
    "MinConsecutiveWorkingDays": "fewest_days",
    "MaxConsecutiveFreeDays": "most_free",
    "MinConsecutiveFreeDays": "fewest_free",
    "MaxConsecutiveWorkingWeekends": "most_weekends",
    "MinConsecutiveWorkingWeekends": "fewest_weekends",
    "MaxWorkingWeekendsInFourWeeks": "most_weekends_of_four",
}
PRICES = {
    "CompleteWeekends": "complete_weekends",
    "IdenticalShiftTypesDuringWeekend": "same_shift_weekends",
    "NoNightShiftBeforeFreeWeekend": "night_before_free_weekend",
    "TwoFreeDaysAfterNightShifts": "free_after_nights",
    "AlternativeSkillCategory": "alternative_skill",
}
OTHER_RULES = {"SingleAssignmentPerDay", "WeekendDefinition", "UnwantedPatterns", "Description"}
PARTS = {
    "SchedulingPeriod": {
        *("StartDate", "EndDate", "Skills", "ShiftTypes", "Patterns", "Contracts", "Employees"),
        *("CoverRequirements", "DayOffRequests", "DayOnRequests"),
        *("ShiftOffRequests", "ShiftOnRequests"),
    },
    "Skills": {"Skill"},
    "ShiftTypes": {"Shift"},
    "Patterns": {"Pattern"},
    "Contracts": {"Contract"},
    "UnwantedPatterns": {"Pattern"},
    "Employees": {"Employee"},
    "CoverRequirements": {"DayOfWeekCover", "DateSpecificCover"},
    "DayOfWeekCover": {"Day", "Cover"},
    "DateSpecificCover": {"Date", "Cover"},
    "Cover": {"Skill", "Shift", "Preferred"},
    "DayOffRequests": {"DayOff"},
    "DayOnRequests": {"DayOn"},
    "ShiftOffRequests": {"ShiftOff"},
    "ShiftOnRequests": {"ShiftOn"},
}
"""What an element may hold where something else would silently not be read."""

REQUESTS = {
    "DayOffRequests": ("DayOff", RequestKind.DAY_OFF),
    "DayOnRequests": ("DayOn", RequestKind.DAY_ON),
    "ShiftOffRequests": ("ShiftOff", RequestKind.SHIFT_OFF),
    "ShiftOnRequests": ("ShiftOn", RequestKind.SHIFT_ON),
}


@dataclass(frozen=True)
class _Names:
    """What has been named so far."""

    first: date
    days: int
    skills: Mapping[str, int]
    shifts: Mapping[str, int]


def parse_xml(text: str, path: Path) -> Instance:
    """Read an instance of the competition from the text of an XML file.

    Raises
    ------
    InputError
        With the file, the line and the element, when something cannot be used.
    """
    root = parse_tree(text, path)
    if root.tag != "SchedulingPeriod":
        raise root.place.fault(
            f"<{root.tag}>", "give a file whose first element is SchedulingPeriod"
        )
    _check_parts(root)
    first_at, last_at = root.one("StartDate"), root.one("EndDate")
    first, last = (read_date(at.text, at.place) for at in (first_at, last_at))
    days = checked_days(first, last, last_at.place)
    skills = _listed(root.maybe("Skills"), "Skill")
    skill_numbers = numbered([(at.text.strip(), at.place) for at in skills], "skill")
    shift_at = list(root.one("ShiftTypes").all("Shift"))
    if not shift_at:
        raise root.one("ShiftTypes").place.fault("no Shift", "name at least one shift type")
    shift_ids = [(at.attribute("ID"), at.place) for at in shift_at]
    names = _Names(first, days, skill_numbers, numbered(shift_ids, "shift type"))
    shifts = tuple(_shift(at, names) for at in shift_at)
    contracts = _contracts(root, names)
    employees, numbers = _employees(root, contracts, names)
    return Instance(
        root.attributes.get("ID", path.stem),
        first,
        days,
        tuple(skill_numbers),
        shifts,
        employees,
        _cover(root.one("CoverRequirements"), names),
        _requests(root, names, numbers),
    )


def _check_parts(at: Element) -> None:
    """Refuse elements of other names than the format has, so that no slip leaves a wish out."""
    allowed = PARTS.get(at.tag)
    for child in at.children:
        if allowed is not None and child.tag not in allowed:
            mend = f"write one of {', '.join(sorted(allowed))} in {at.tag}, or remove it"
            raise child.place.fault(f"<{child.tag}>", mend)
        _check_parts(child)


def _listed(parent: Element | None, tag: str) -> list[Element]:
    return [] if parent is None else list(parent.all(tag))


def _skills(parent: Element, names: _Names) -> frozenset[str]:
    listed = _listed(parent.maybe("Skills"), "Skill")
    for at in listed:
        known(at.text, names.skills, "skill", at.place)
    return frozenset(at.text.strip() for at in listed)


def _shift(at: Element, names: _Names) -> ShiftType:
    start, end = at.one("StartTime"), at.one("EndTime")
    return ShiftType(
        at.attribute("ID"),
        read_time(start.text, start.place),
        read_time(end.text, end.place),
        _skills(at, names),
    )


def _pattern(at: Element, names: _Names) -> Pattern:
    listed = list(at.one("PatternEntries").all("PatternEntry"))
    if len(listed) < 2:
        raise at.place.fault(f"{len(listed)} PatternEntry", "give a pattern at least two entries")
    ordered = sorted(
        listed, key=lambda entry: read_count(entry.attributes.get("index", "0"), entry.place)
    )
    return Pattern(
        at.attribute("ID"),
        read_count(at.attributes.get("weight", "1"), at.place),
        tuple(
            read_entry(
                entry.one("ShiftType").text, entry.one("Day").text, names.shifts, entry.place
            )
            for entry in ordered
        ),
    )


def _contracts(root: Element, names: _Names) -> dict[str, Contract]:
    pattern_at = _listed(root.maybe("Patterns"), "Pattern")
    patterns = tuple(_pattern(at, names) for at in pattern_at)
    pattern_ids = [
        (pattern.pattern_id, at.place) for pattern, at in zip(patterns, pattern_at, strict=True)
    ]
    pattern_numbers = numbered(pattern_ids, "pattern")
    listed = list(root.one("Contracts").all("Contract"))
    contracts = [_contract(at, patterns, pattern_numbers) for at in listed]
    numbered([(at.attribute("ID"), at.place) for at in listed], "contract")
    return {contract.contract_id: contract for contract in contracts}


def _contract(at: Element, patterns: tuple[Pattern, ...], numbers: Mapping[str, int]) -> Contract:
    for child in at.children:
        if child.tag not in LIMITS | PRICES and child.tag not in OTHER_RULES:
            raise child.place.fault(child.tag, "remove it: no such rule is known")
        at.maybe(child.tag)
    limits: dict[str, Any] = {field: _limit(at.maybe(tag)) for tag, field in LIMITS.items()}
    prices: dict[str, Any] = {field: _price(at.maybe(tag)) for tag, field in PRICES.items()}
    weekend = at.maybe("WeekendDefinition")
    unwanted = _listed(at.maybe("UnwantedPatterns"), "Pattern")
    return Contract(
        at.attribute("ID"),
        (5, 6) if weekend is None else read_weekend(weekend.text, weekend.place),
        **limits,
        **prices,
        patterns=tuple(
            patterns[known(name.text, numbers, "pattern", name.place)] for name in unwanted
        ),
    )


def _weight(at: Element) -> int:
    return read_count(at.attributes.get("weight", "1"), at.place)


def _limit(at: Element | None) -> Limit | None:
    if at is None:
        return None
    is_on = read_truth(at.attributes.get("on", "1"), at.place)
    return limit_of(read_count(at.text, at.place), _weight(at), is_on=is_on)


def _price(at: Element | None) -> int:
    return _weight(at) if at is not None and read_truth(at.text, at.place) else 0


def _employees(
    root: Element, contracts: Mapping[str, Contract], names: _Names
) -> tuple[tuple[Employee, ...], dict[str, int]]:
    listed = list(root.one("Employees").all("Employee"))
    if not listed:
        raise root.one("Employees").place.fault("no Employee", "name at least one employee")
    numbers = numbered([(at.attribute("ID"), at.place) for at in listed], "employee")
    by_number = {name: number for number, name in enumerate(contracts)}
    people = []
    for at in listed:
        contract = at.one("ContractID")
        known(contract.text, by_number, "contract", contract.place)
        works = contracts[contract.text.strip()]
        people.append(Employee(at.attribute("ID"), works, _skills(at, names)))
    return tuple(people), numbers


def _cover(at: Element, names: _Names) -> tuple[tuple[int, ...], ...]:
    """Read the cover; what is asked of a date goes before what is asked of its weekday."""
    cover = [[0] * len(names.shifts) for _ in range(names.days)]
    stated: set[tuple[int | date, int]] = set()
    for part in at.all("DayOfWeekCover"):
        weekday = read_weekday(part.one("Day").text, part.one("Day").place)
        asked = _asked(part, weekday, names, stated)
        for day in range(names.days):
            if (names.first.weekday() + day) % 7 == weekday:
                cover[day] = [asked.get(shift, now) for shift, now in enumerate(cover[day])]
    for part in at.all("DateSpecificCover"):
        when = part.one("Date")
        day = day_of(read_date(when.text, when.place), names.first, names.days, when.place)
        asked = _asked(part, names.first + timedelta(days=day), names, stated)
        cover[day] = [asked.get(shift, now) for shift, now in enumerate(cover[day])]
    return tuple(map(tuple, cover))


def _asked(
    part: Element, when: int | date, names: _Names, stated: set[tuple[int | date, int]]
) -> dict[int, int]:
    """Return by shift how many a weekday or date calls for; each is stated once."""
    asked = {}
    for cover in part.all("Cover"):
        shift, wanted = cover.one("Shift"), cover.maybe("Preferred")
        number = known(shift.text, names.shifts, "shift type", shift.place)
        unstated((when, number), shift.text, stated, shift.place)
        asked[number] = 0 if wanted is None else read_count(wanted.text, wanted.place, 10_000)
    return asked


def _requests(root: Element, names: _Names, employees: Mapping[str, int]) -> tuple[Request, ...]:
    found = []
    for group, (tag, kind) in REQUESTS.items():
        for at in _listed(root.maybe(group), tag):
            who, when = at.one("EmployeeID"), at.one("Date")
            shift = FREE
            if kind in (RequestKind.SHIFT_OFF, RequestKind.SHIFT_ON):
                named = at.one("ShiftTypeID")
                shift = known(named.text, names.shifts, "shift type", named.place)
            day = day_of(read_date(when.text, when.place), names.first, names.days, when.place)
            employee = known(who.text, employees, "employee", who.place)
            found.append(Request(kind, employee, day, _weight(at), shift))
    return tuple(found)


def is_xml_instance(text: str) -> bool:
    """Say by its beginning whether a text is of this format.

    Examples
    --------
    >>> is_xml_instance('<?xml version="1.0"?> <!-- x --> <SchedulingPeriod ID="sprint01">')
    True
    >>> is_xml_instance("<Roster/>")
    False
    """
    return FIRST_ELEMENT.match(text.lstrip("\ufeff")) is not None
