"""The settings of a workspace: ``staffcast.toml`` as validated types, and back.

Every table is a frozen dataclass that stands beside what it steers; this module only knows how a
TOML value becomes a field. What is unknown, misspelt or impossible is refused by file and key.
"""

import dataclasses
import difflib
import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from data.errors import InputError
from data.files import read_text
from data.week import WeeklyHours
from forecast.closures import CalendarSettings
from optimizer.around_clock import AroundClockSettings
from optimizer.burn_out import BurnOutSettings
from optimizer.fairness import FairnessSettings
from optimizer.queue_settings import QueueSettings, order_of_filling
from optimizer.rotation import RotationSettings
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import LabourRules

SETTINGS_FILE = "staffcast.toml"


@dataclass(frozen=True)
class Files:
    """The ``[files]`` table: where the inputs lie, relative to the settings file."""

    history: str = "history"
    team: str = "team.csv"
    absences: str = "absences.csv"
    preferences: str = "preferences.csv"
    events: str = "events.csv"
    drivers: str = "drivers.csv"
    swaps: str = "swaps.csv"
    rotation: str = "oncall"


@dataclass(frozen=True)
class Settings:
    """Everything that ``staffcast.toml`` says."""

    files: Files = Files()
    calendar: CalendarSettings = CalendarSettings()
    queues: Mapping[str, QueueSettings] = field(default_factory=dict)
    shifts: ShiftSettings = ShiftSettings()
    on_call: OnCallSettings = OnCallSettings()
    labour: LabourRules = LabourRules()
    rotation: RotationSettings = RotationSettings()
    around_the_clock: AroundClockSettings = AroundClockSettings()
    fairness: FairnessSettings = FairnessSettings()
    burn_out: BurnOutSettings = BurnOutSettings()
    solver: SolverSettings = SolverSettings()

    def __post_init__(self) -> None:
        # Asks for a shift that covers an interval; each of the two tables may be right alone.
        self.shifts.break_even(self.calendar.interval_minutes)
        order_of_filling(self.queues)


def read_settings(path: Path) -> Settings:
    """Read and check a settings file.

    Raises
    ------
    InputError
        When it cannot be read, or a key is unknown, missing, of the wrong type or impossible.
    """
    return parse_settings(read_text(path), str(path))


def parse_settings(text: str, name: str = SETTINGS_FILE) -> Settings:
    r"""Check the text of a settings file; `name` is how messages call it.

    Raises
    ------
    InputError
        As `read_settings`.

    Examples
    --------
    >>> parse_settings("[calendar]\ntimezone = 'Europe/Dublin'").calendar.timezone
    'Europe/Dublin'
    >>> parse_settings("[calendar]\ntimezon = 'Europe/Dublin'")
    Traceback (most recent call last):
    ...
    data.errors.InputError: staffcast.toml, [calendar]: unknown key timezon; did you mean timezone?
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not valid TOML: {error}") from error
    return cast(Settings, _table(Settings, document, name, ()))


def change_setting(text: str, keys: tuple[str, ...], value: object) -> str:
    """Return the text of a settings file with one value set, comments and order kept.

    Parameters
    ----------
    text
        The file as it stands.
    keys
        The way to the value, such as ``("queues", "live", "service", "target")``.
    value
        A number, text, list or table.
    """
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for key in keys[:-1]:
        if key not in table:
            table[key] = tomlkit.table()
        table = table[key]
    table[keys[-1]] = value
    return tomlkit.dumps(document)


def _table(kind: type[Any], value: object, name: str, keys: tuple[str, ...]) -> object:
    """Build a dataclass from a TOML table."""
    where = _where(name, keys)
    if not isinstance(value, Mapping):
        raise InputError(f"{where}: found {value!r}; give a table")
    hints = get_type_hints(kind)
    known = {entry.name: entry for entry in fields(kind)}
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise InputError(f"{where}: unknown key {key}; {mend}")
    for entry in known.values():
        required = (
            entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING
        )
        if required and entry.name not in value:
            raise InputError(f"{where}: key {entry.name} is missing; add it")
    given = {key: _value(hints[key], part, name, (*keys, key)) for key, part in value.items()}
    try:
        return kind(**given)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error


def _value(kind: Any, value: object, name: str, keys: tuple[str, ...]) -> object:
    """Turn one TOML value into what the field's type asks for."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        kind = next(part for part in arguments if part is not type(None))
        return _value(kind, value, name, keys)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, Mapping):
            raise InputError(f"{_where(name, keys)}: found {value!r}; give a table")
        return {key: _value(arguments[1], part, name, (*keys, key)) for key, part in value.items()}
    if kind is WeeklyHours:
        return _hours(value, name, keys)
    if dataclasses.is_dataclass(kind):
        return _table(cast(type[Any], kind), value, name, keys)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(name, keys, value, "a list")
        return tuple(_value(arguments[0], part, name, keys) for part in value)
    return _plain(kind, value, name, keys)


def _plain(kind: Any, value: object, name: str, keys: tuple[str, ...]) -> object:
    if kind is bool and not isinstance(value, bool):
        raise _wrong(name, keys, value, "true or false")
    if kind in (int, float) and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _wrong(name, keys, value, "a number")
    if kind is int and isinstance(value, float):
        raise _wrong(name, keys, value, "a whole number")
    if kind is float:
        return float(cast(float, value))
    if (kind is str or get_origin(kind) is Literal) and not isinstance(value, str):
        raise _wrong(name, keys, value, "text in quotes")
    return value


def _hours(value: object, name: str, keys: tuple[str, ...]) -> WeeklyHours:
    try:
        if isinstance(value, str):
            return WeeklyHours.from_text(value)
        if isinstance(value, Mapping):
            return WeeklyHours.from_mapping({str(day): str(text) for day, text in value.items()})
    except ValueError as error:
        raise InputError(f"{_where(name, keys)}: {error}") from error
    raise _wrong(name, keys, value, 'a table of days, such as { Mon-Fri = "09:00-17:00" }')


def _wrong(name: str, keys: tuple[str, ...], value: object, expected: str) -> InputError:
    return InputError(
        f"{_where(name, keys[:-1])}, key {keys[-1]}: found {value!r}; give {expected}"
    )


def _where(name: str, keys: tuple[str, ...]) -> str:
    return f"{name}, [{'.'.join(keys)}]" if keys else name
