"""Reading the team: ``team.csv``, ``absences.csv`` and ``preferences.csv``.

Only ``rep_id`` is required in a team file. A missing or empty cell means: the name is the rep_id,
the zone is the calendar's, the skills are every queue, 0 to 40 hours a week, available around the
clock, takes standby, employed without end, any hours and shifts in a period, works without a
mentor. A skill without a level is of level 1. Columns of other names are not read; one that looks
like a misspelt column is refused, since every rep would silently get what a missing one means.

A time in the other two files is a local day of the rep (``2026-12-24``; an end that is a day is
included, and an empty end is the day of the start), a local wall time of the rep
(``2026-12-24T13:00``) or a time with an offset. A wall time that the clocks skip or repeat is read
so that the span is the longer one.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from data.clock import zone
from data.errors import InputError, fault
from data.files import check_year, csv_records, guess_delimiter, read_number, read_table, read_text
from data.week import WeeklyHours
from optimizer.labour_rules import LEVELS
from optimizer.staff import PREFERENCE_KINDS, Absence, Contract, Preference, Rep, Team

TEAM_COLUMNS = (
    "name",
    "email",
    "timezone",
    "site",
    "skills",
    "min_hours",
    "max_hours",
    "available",
    "on_call",
    "from",
    "until",
)
RULE_COLUMNS = ("min_period_hours", "max_period_hours", "min_shifts", "max_shifts", "mentors")
"""Of a team file, for those who have such rules; others do without."""

ALIKE = 0.75
"""Of `difflib`, from which on two names count as spellings of one."""

_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LARGEST_WEIGHT = 1_000_000.0


def read_team(
    team: Path,
    absences: Path | None = None,
    preferences: Path | None = None,
    *,
    timezone: str = "UTC",
) -> Team:
    """Read the people, when they are away and what they wish.

    Parameters
    ----------
    team
        A row per rep: ``rep_id,name,email,timezone,site,skills,min_hours,max_hours,available,
        on_call,from,until`` and, where wanted, ``min_period_hours,max_period_hours,min_shifts,
        max_shifts,mentors``; skills are queues joined by ``|``, each with a level of 1 to 5 where
        one is stated (``live:3|normal``), hours count per ISO week, `from` and `until` are the
        first and last day, mentors are joined by ``|``.
    absences
        A row per absence: ``rep_id,start,end,kind``.
    preferences
        A row per wish: ``rep_id,start,end,weight`` and, where wanted, ``kind``: a ``wish`` with a
        negative weight for rather not, or ``never`` or ``must``, which have no weight.
    timezone
        Zone of a rep whose row names none.

    Raises
    ------
    InputError
        With file, row and column, when a file cannot be read, a column looks misspelt, a rep is
        repeated or unknown, or a cell cannot be understood.
    """
    reps = _read_reps(team, timezone)
    by_id = {rep.rep_id: rep for rep in reps}
    return Team(
        reps=reps,
        absences=() if absences is None else _read_absences(absences, by_id),
        preferences=() if preferences is None else _read_preferences(preferences, by_id),
    )


def read_flag(text: str, path: Path, row: int, column: str, default: bool) -> bool:
    """Read yes or no from a cell; `default` when it is empty.

    Raises
    ------
    InputError
        When the cell holds anything else.
    """
    if not text:
        return default
    if text.lower() not in _FLAGS:
        raise fault(path, text, "write yes or no", row=row, column=column)
    return _FLAGS[text.lower()]


def _read_reps(path: Path, timezone: str) -> tuple[Rep, ...]:
    columns = (*TEAM_COLUMNS, *RULE_COLUMNS)
    table = read_table(path, ["rep_id"], columns)
    _check_spelling(path, ("rep_id", *columns))
    reps: dict[str, Rep] = {}
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        rep = _read_rep({str(name): str(cell) for name, cell in cells.items()}, path, row, timezone)
        if rep.rep_id in reps:
            raise fault(
                path, rep.rep_id, "is already named above; give each rep one row", row=row,
                column="rep_id",
            )  # fmt: skip
        reps[rep.rep_id] = rep
    if not reps:
        raise fault(path, "no reps", "add a row for each rep below the header")
    for row, rep in zip(table.index, reps.values(), strict=True):
        for mentor in rep.mentors:
            if mentor not in reps:
                mend = "there is no such rep in the team; check the rep_id"
                raise fault(path, mentor, mend, row=row, column="mentors")
    return tuple(reps.values())


def _check_spelling(path: Path, known: Sequence[str]) -> None:
    """Refuse a column that looks like one that is known and absent."""
    text = read_text(path)
    records = csv_records(io.StringIO(text, newline=""), guess_delimiter(text), path)
    names = [name.strip() for name in next(records, (0, []))[1]]
    absent = [name for name in known if name not in names]
    for name in names:
        meant = get_close_matches(name.casefold(), absent, n=1, cutoff=ALIKE)
        if name not in known and meant:
            raise InputError(
                f"{path}, row 1: found the column {name!r}, which is not read; "
                f"did you mean {meant[0]}?"
            )


def _read_rep(cells: Mapping[str, str], path: Path, row: int, timezone: str) -> Rep:
    if not cells["rep_id"]:
        raise fault(path, "", "give each rep a rep_id", row=row, column="rep_id")
    rep_zone = cells["timezone"] or timezone
    try:
        zone(rep_zone)
    except ValueError as error:
        raise fault(path, rep_zone, str(error), row=row, column="timezone") from None
    try:
        available = WeeklyHours.from_text(cells["available"])
    except ValueError as error:
        raise fault(path, cells["available"], str(error), row=row, column="available") from None
    first = _read_day(cells["from"], path, row, "from") if cells["from"] else None
    last = _read_day(cells["until"], path, row, "until") if cells["until"] else None
    if first is not None and last is not None and last < first:
        raise fault(
            path, cells["until"], f"must not lie before from, {first}", row=row, column="until"
        )
    levels = _read_skills(cells["skills"], path, row)
    return Rep(
        rep_id=cells["rep_id"],
        name=cells["name"] or cells["rep_id"],
        email=cells["email"],
        timezone=rep_zone,
        site=cells["site"],
        skills=frozenset(levels),
        contract=_read_contract(cells, path, row),
        available=available,
        on_call=read_flag(cells["on_call"], path, row, "on_call", default=True),
        employed_from=first,
        employed_until=last,
        levels=tuple(sorted((queue, level) for queue, level in levels.items() if level)),
        mentors=_read_mentors(cells, path, row),
    )


def _read_skills(text: str, path: Path, row: int) -> dict[str, int]:
    """Return the level of each queue that is named; 0 where none is stated."""
    levels: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split("|"))):
        queue, colon, stated = (piece.strip() for piece in part.rpartition(":"))
        if not colon:
            queue, level = part, 0
        elif queue and stated.isdecimal() and int(stated) in LEVELS:
            level = int(stated)
        else:
            mend = "give a queue and a level of 1 to 5, such as live:3"
            raise fault(path, part, mend, row=row, column="skills")
        if levels.get(queue, level) != level:
            raise fault(path, part, f"gives {queue} a second level", row=row, column="skills")
        levels[queue] = level
    return levels


def _read_mentors(cells: Mapping[str, str], path: Path, row: int) -> tuple[str, ...]:
    names = dict.fromkeys(name.strip() for name in cells["mentors"].split("|") if name.strip())
    if cells["rep_id"] in names:
        mend = "nobody is their own mentor; name somebody else"
        raise fault(path, cells["rep_id"], mend, row=row, column="mentors")
    return tuple(names)


def _read_contract(cells: Mapping[str, str], path: Path, row: int) -> Contract:
    default = Contract()
    hours = {
        column: read_number(cells[column], path, row, column) if cells[column] else missing
        for column, missing in (
            ("min_hours", default.min_hours),
            ("max_hours", default.max_hours),
        )
    }
    if hours["max_hours"] > 168:
        raise fault(
            path, cells["max_hours"], "a week has 168 hours; give at most that", row=row,
            column="max_hours",
        )  # fmt: skip
    if hours["min_hours"] > hours["max_hours"]:
        mend = f"must be at most max_hours, {hours['max_hours']:g}"
        raise fault(path, cells["min_hours"], mend, row=row, column="min_hours")
    period = [
        _read_bound(cells, column, path, row, whole=column.endswith("shifts"))
        for column in ("min_period_hours", "max_period_hours", "min_shifts", "max_shifts")
    ]
    for place in (0, 2):
        least, most = period[place : place + 2]
        if least is not None and most is not None and least > most:
            column = RULE_COLUMNS[place]
            mend = f"must be at most {RULE_COLUMNS[place + 1]}, {most:g}"
            raise fault(path, cells[column], mend, row=row, column=column)
    return Contract(
        hours["min_hours"],
        hours["max_hours"],
        period[0] or 0.0,
        period[1],
        int(period[2] or 0),
        None if period[3] is None else int(period[3]),
    )


def _read_bound(
    cells: Mapping[str, str], column: str, path: Path, row: int, *, whole: bool
) -> float | None:
    if not cells[column]:
        return None
    value = read_number(cells[column], path, row, column)
    if whole and value != int(value):
        raise fault(path, cells[column], "give a whole number", row=row, column=column)
    return value


def _read_absences(path: Path, reps: Mapping[str, Rep]) -> tuple[Absence, ...]:
    table = read_table(path, ["rep_id", "start", "end"], ["kind"])
    _check_spelling(path, ("rep_id", "start", "end", "kind"))
    absences = []
    for row, rep_id, start, end, kind in table.itertuples(name=None):
        rep = _find_rep(rep_id, reps, path, row)
        absences.append(Absence(rep_id, *_read_span(start, end, rep, path, row), kind))
    return tuple(absences)


def _read_preferences(path: Path, reps: Mapping[str, Rep]) -> tuple[Preference, ...]:
    table = read_table(path, ["rep_id", "start", "end", "weight"], ["kind"])
    _check_spelling(path, ("rep_id", "start", "end", "weight", "kind"))
    preferences = []
    for row, rep_id, start, end, text, stated in table.itertuples(name=None):
        rep = _find_rep(rep_id, reps, path, row)
        kind = stated or "wish"
        if kind not in PREFERENCE_KINDS:
            mend = f"give {', '.join(PREFERENCE_KINDS[:-1])} or {PREFERENCE_KINDS[-1]}"
            raise fault(path, stated, mend, row=row, column="kind")
        weight = _read_weight(text, kind, path, row)
        span = _read_span(start, end, rep, path, row)
        preferences.append(Preference(rep_id, *span, weight, kind))
    return tuple(preferences)


def _read_weight(text: str, kind: str, path: Path, row: int) -> float:
    if kind != "wish":
        if text:
            raise fault(
                path, text, f"{kind} has no weight; leave it empty", row=row, column="weight"
            )
        return 0.0
    weight = read_number(text, path, row, "weight", minimum=-_LARGEST_WEIGHT)
    if weight > _LARGEST_WEIGHT:
        mend = f"give a weight of at most {_LARGEST_WEIGHT:g}"
        raise fault(path, text, mend, row=row, column="weight")
    return weight


def _find_rep(rep_id: str, reps: Mapping[str, Rep], path: Path, row: int) -> Rep:
    if rep_id not in reps:
        mend = "there is no such rep in the team; check the rep_id"
        raise fault(path, rep_id, mend, row=row, column="rep_id")
    return reps[rep_id]


def _read_span(
    start_text: str, end_text: str, rep: Rep, path: Path, row: int
) -> tuple[datetime, datetime]:
    start = _read_instants(start_text, rep, path, row, "start")[0]
    if not end_text and not _is_day(start_text):
        mend = "give an end; only a whole day may leave it empty"
        raise fault(path, end_text, mend, row=row, column="end")
    end = _read_instants(end_text or start_text, rep, path, row, "end")[1]
    if not start < end:
        raise fault(path, end_text, f"must lie after start, {start_text}", row=row, column="end")
    return start, end


def _read_instants(
    text: str, rep: Rep, path: Path, row: int, column: str
) -> tuple[datetime, datetime]:
    """Return the first and last instant that a cell can mean: of a day, its start and its end."""
    if _is_day(text):
        day = _read_day(text, path, row, column)
        first = datetime(day.year, day.month, day.day)
        last = first + timedelta(days=1)
    else:
        first = last = _read_wall_time(text, path, row, column)
    if first.tzinfo is not None:
        return first.astimezone(UTC), last.astimezone(UTC)
    return min(_instants(first, rep.timezone)), max(_instants(last, rep.timezone))


def _instants(wall: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Return both instants that a repeated wall time names; the same one twice otherwise.

    A wall time that the clocks skip is no instant: its two readings lie on either side of the gap.
    """
    first, second = (
        wall.replace(tzinfo=zone(timezone), fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    return first, second


def _is_day(text: str) -> bool:
    return len(text) <= 10 and ":" not in text


def _read_day(text: str, path: Path, row: int, column: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise fault(path, text, "give a day such as 2026-12-24", row=row, column=column) from None
    check_year(day, text, path, row, column)
    return day


def _read_wall_time(text: str, path: Path, row: int, column: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        mend = "give a time such as 2026-12-24T13:00, or a day"
        raise fault(path, text, mend, row=row, column=column) from None
    check_year(time, text, path, row, column)
    return time
