"""A planned period as a value, and as a folder that a team can keep in git.

The folder is complete and repeats to the byte: what took time or depends on the clock stays out.
``manifest.json`` names every file with its SHA-256, so that a changed one is noticed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from data.clock import UNIT, zone
from data.errors import InputError
from data.files import csv_text, write_all
from forecast.override_files import overrides_table, read_overrides, to_payload
from forecast.overrides import Override
from forecast.update_file import update_path
from optimizer.outlook_files import outlook_table, read_outlook
from optimizer.requirement import Requirement
from optimizer.requirement_files import read_requirement, requirement_table
from optimizer.roster import Roster, unfilled_shifts
from optimizer.roster_files import read_roster, roster_table
from optimizer.shift_files import coverage_table, read_coverage, read_shifts, shifts_table
from optimizer.shifts import Outlook, ShiftPlan
from optimizer.simulated_service import Comparison
from optimizer.staff import Team
from optimizer.target_comparison import read_targets, targets_table
from optimizer.team_files import read_team
from optimizer.team_table import team_table
from ui.plan_report import (
    people_report,
    proof_of,
    read_aims,
    read_findings,
    read_prices,
    read_proof,
    read_rescoring,
    report_text,
    rescoring_report,
    shifts_report,
)
from ui.whole_folder import replace_folder

FORMAT = 1
MANIFEST = "manifest.json"
EXPORTS = "exports"
MODEL_FORECAST, OVERRIDES = "forecast_model.csv", "overrides.csv"
FORECAST, REQUIREMENT, SHIFTS = "forecast.csv", "requirement.csv", "shifts.csv"
UPDATE = update_path(Path(FORECAST)).name
ROSTER, TEAM = "roster.csv", "team.csv"
COVERAGE, SHIFT_COVERAGE = "coverage.csv", "shift_coverage.csv"
OUTLOOK, TARGETS = "outlook.csv", "targets.csv"
REPORT, SETTINGS = "report.json", "settings.toml"


@dataclass(frozen=True)
class Plan:
    """Everything about one planned period.

    Parameters
    ----------
    plan_id
        Name of the plan, such as its first day.
    start
        First local day of the calendar's zone.
    weeks
        How many.
    timezone, interval_minutes
        The calendar's zone and grid.
    cutoff
        End of the data, UTC; what stands for "now" in every file.
    settings
        Text of the settings file that it was made with.
    forecast
        As in ``forecast.csv``: ``unique_id, ds, mean, q05, …``, contacts/interval.
    requirement, shift_plan
        What is required, and the shifts that cover it.
    roster, team
        Who works what, and who they are; a plan without a team has no roster.
    notes
        Sentences for the reader, such as what the plan lacks.
    model
        Name of the model that forecast.
    model_forecast, overrides
        Where people changed the forecast: what the model said, laid out as `forecast`, and those
        of the changes that are overrides.
    update
        Text of the file beside ``forecast.csv`` from which the rest of a day is forecast again;
        empty when there is none.
    rescoring
        What simulation says of each queue beside the formulas.

    Raises
    ------
    ValueError
        When there is a roster without a team, overrides without the model's own forecast, or the
        cutoff has no zone.
    """

    plan_id: str
    start: date
    weeks: int
    timezone: str
    interval_minutes: int
    cutoff: pd.Timestamp
    settings: str
    forecast: pd.DataFrame
    requirement: Requirement
    shift_plan: ShiftPlan
    roster: Roster | None = None
    team: Team | None = None
    notes: tuple[str, ...] = ()
    model: str = "auto"
    model_forecast: pd.DataFrame | None = None
    overrides: tuple[Override, ...] = ()
    update: str = ""
    rescoring: tuple[Comparison, ...] = ()

    def __post_init__(self) -> None:
        zone(self.timezone)
        if self.overrides and self.model_forecast is None:
            raise ValueError("A plan with overrides also has the model's own forecast.")
        if not self.plan_id:
            raise ValueError("A plan needs a plan_id.")
        if self.weeks < 1:
            raise ValueError(f"A plan has at least one week, not {self.weeks}.")
        if self.cutoff.tzinfo is None:
            raise ValueError("The cutoff of a plan is a tz-aware instant.")
        if self.roster is not None and self.team is None:
            raise ValueError("A plan with a roster also has the team.")

    @property
    def coverage(self) -> pd.DataFrame:
        """What is covered in the end: by the roster, or by the shifts when nobody is named."""
        return self.shift_plan.coverage if self.roster is None else self.roster.coverage


def staffcast_version() -> str:
    """Return the version of Staffcast that is running."""
    return version("staffcast")


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Render the files of a plan folder, without exports and manifest, by name."""
    texts = {
        FORECAST: csv_text(plan.forecast),
        REQUIREMENT: csv_text(requirement_table(plan.requirement)),
        SHIFTS: csv_text(shifts_table(plan.shift_plan)),
        COVERAGE: csv_text(coverage_table(plan.coverage, plan.timezone)),
        REPORT: report_text(_report(plan)),
        SETTINGS: plan.settings,
    }
    if plan.model_forecast is not None:
        texts[MODEL_FORECAST] = csv_text(plan.model_forecast)
    if plan.shift_plan.outlook:
        texts[OUTLOOK] = csv_text(outlook_table(plan.shift_plan))
    if plan.shift_plan.targets:
        texts[TARGETS] = csv_text(targets_table(plan.shift_plan.targets))
    if plan.update:
        texts[UPDATE] = plan.update
    if plan.overrides:
        texts[OVERRIDES] = csv_text(overrides_table(plan.overrides, plan.timezone))
    if plan.team is not None:
        texts[TEAM] = csv_text(team_table(plan.team))
    if plan.roster is not None:
        texts[ROSTER] = csv_text(roster_table(plan.roster))
        texts[SHIFT_COVERAGE] = csv_text(coverage_table(plan.shift_plan.coverage, plan.timezone))
    return {name: text.encode() for name, text in sorted(texts.items())}


def plan_hash(plan: Plan) -> str:
    """Return a hash of everything in the plan; the same plan has the same one, made anywhere."""
    return _hash_of({name: _sha256(content) for name, content in plan_files(plan).items()})


def write_plan(plan: Plan, folder: Path, exports: Mapping[str, bytes] | None = None) -> None:
    """Write a plan folder whole, or leave what was there.

    A plan folder that is there already is replaced, its exports included, since they belong to the
    plan that they were made from. Files that a person put there are kept.

    Parameters
    ----------
    plan
        What to write.
    folder
        Where; its parents are made.
    exports
        Rendered exports by path relative to the folder of exports.

    Raises
    ------
    InputError
        When `folder` is a file, holds something else than a plan, or cannot be written.
    """
    files = plan_files(plan)
    files |= {f"{EXPORTS}/{name}": content for name, content in (exports or {}).items()}
    hashes = {name: _sha256(content) for name, content in files.items()}
    files[MANIFEST] = _manifest_text(plan, hashes).encode()
    replace_folder(folder, files, keep=_own_files(folder))


def write_exports(folder: Path, exports: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Add exports to a plan folder and its manifest; return where they lie.

    Raises
    ------
    InputError
        When `folder` is no plan folder or cannot be written.
    """
    manifest = _read_manifest(folder)
    files = {folder / EXPORTS / name: content for name, content in exports.items()}
    manifest["files"] |= {
        f"{EXPORTS}/{name}": _sha256(content) for name, content in exports.items()
    }
    write_all({**files, folder / MANIFEST: report_text(manifest)})
    return tuple(files)


def check_plan_folder(folder: Path) -> None:
    """Refuse a place where `write_plan` could not write, before any work is done.

    Raises
    ------
    InputError
        When `folder` is a file or holds something else than a plan.
    """
    _own_files(folder)


def read_plan(folder: Path) -> Plan:
    """Read a plan folder and check that its files are those that were written.

    Exports are not looked at: they can be changed by hand and made again. Solve times, absences
    and preferences are not kept in a plan folder.

    Raises
    ------
    InputError
        When `folder` is no plan folder, or a file of it is missing or was changed.
    """
    manifest = _read_manifest(folder)
    named = {name for name in manifest["files"] if not name.startswith(f"{EXPORTS}/")}
    missing = {FORECAST, REQUIREMENT, SHIFTS, COVERAGE, REPORT, SETTINGS} - named
    if missing:
        raise InputError(
            f"{folder / MANIFEST}: found no entry for {min(missing)}; make the plan again"
        )
    for name in sorted(named):
        _check_file(folder / name, manifest["files"][name])
    report = json.loads((folder / REPORT).read_bytes())
    timezone, interval = report["timezone"], report["interval_minutes"]
    shifts = read_shifts(folder / SHIFTS, timezone=timezone)
    coverage = read_coverage(folder / COVERAGE, timezone=timezone, interval_minutes=interval)
    outlook: tuple[Outlook, ...] = ()
    if OUTLOOK in named:
        prices = read_prices(report["shifts"])
        outlook = read_outlook(folder / OUTLOOK, timezone, interval, prices)
    roster, shift_coverage = None, coverage
    if ROSTER in named:
        shift_coverage = read_coverage(
            folder / SHIFT_COVERAGE, timezone=timezone, interval_minutes=interval
        )
        assignments = read_roster(folder / ROSTER, timezone=timezone)
        solved = report["roster"]
        roster = Roster(
            assignments=assignments,
            unfilled=unfilled_shifts(shifts, assignments),
            coverage=coverage,
            timezone=timezone,
            interval_minutes=interval,
            findings=read_findings(solved),
            report=read_proof(solved),
            aims=read_aims(solved),
        )
    return Plan(
        plan_id=report["plan_id"],
        start=date.fromisoformat(report["start"]),
        weeks=report["weeks"],
        timezone=timezone,
        interval_minutes=interval,
        cutoff=pd.Timestamp(report["cutoff"]).as_unit(UNIT),
        settings=(folder / SETTINGS).read_bytes().decode(),
        forecast=_read_forecast(folder / FORECAST),
        requirement=read_requirement(folder / REQUIREMENT, timezone, interval),
        shift_plan=ShiftPlan(
            shifts,
            shift_coverage,
            timezone,
            interval,
            read_proof(report["shifts"]),
            outlook,
            read_targets(folder / TARGETS) if TARGETS in named else (),
        ),
        roster=roster,
        team=read_team(folder / TEAM, timezone=timezone) if TEAM in named else None,
        notes=tuple(report["notes"]),
        model=report.get("model", "auto"),
        model_forecast=_read_forecast(folder / MODEL_FORECAST) if MODEL_FORECAST in named else None,
        overrides=read_overrides(folder / OVERRIDES, timezone) if OVERRIDES in named else (),
        update=(folder / UPDATE).read_bytes().decode() if UPDATE in named else "",
        rescoring=read_rescoring(report.get("simulation", [])),
    )


def _report(plan: Plan) -> dict[str, Any]:
    report: dict[str, Any] = {
        "plan_id": plan.plan_id,
        "start": plan.start.isoformat(),
        "weeks": plan.weeks,
        "timezone": plan.timezone,
        "interval_minutes": plan.interval_minutes,
        "cutoff": plan.cutoff.tz_convert("UTC").isoformat(),
        "model": plan.model,
        "notes": list(plan.notes),
        "shifts": shifts_report(plan.shift_plan),
    }
    if plan.rescoring:
        report["simulation"] = rescoring_report(plan.rescoring)
    if plan.roster is not None:
        report["roster"] = proof_of(plan.roster.report) | people_report(plan.roster)
    return report


def _read_forecast(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.astype(dict.fromkeys(table.columns[2:], float))


def _manifest_text(plan: Plan, hashes: Mapping[str, str]) -> str:
    own = {name: value for name, value in hashes.items() if not name.startswith(f"{EXPORTS}/")}
    return report_text(
        {
            "format": FORMAT,
            "staffcast": staffcast_version(),
            "plan_id": plan.plan_id,
            "cutoff": plan.cutoff.tz_convert("UTC").isoformat(),
            "plan_hash": _hash_of(own),
            "overrides": [to_payload(override) for override in plan.overrides],
            "files": dict(hashes),
        }
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"{folder}: there is no {MANIFEST}, so this is no plan folder; give one that "
            "staffcast plan has written"
        )
    mend = "it was damaged or changed; restore it, or make the plan again"
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON; {mend}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise InputError(f"{path}: found no table of files; {mend}")
    if manifest.get("format") != FORMAT:
        raise InputError(
            f"{path}: found format {manifest.get('format')!r}, this Staffcast reads {FORMAT}; "
            "make the plan again"
        )
    return manifest


def _check_file(path: Path, expected: object) -> None:
    if not path.is_file():
        raise InputError(f"{path}: the file is missing; restore it, or make the plan again")
    if _sha256(path.read_bytes()) != expected:
        raise InputError(
            f"{path}: the file was changed since the plan was made; restore it, or make the plan "
            "again"
        )


def _own_files(folder: Path) -> tuple[str, ...]:
    """Return the files that a person put into a plan folder; refuse a folder of something else."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: found a file; name a folder for the plan")
    if not folder.exists() or not any(folder.iterdir()):
        return ()
    written = {MANIFEST, *_read_manifest(folder)["files"]}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return tuple(sorted(found - written))


def _hash_of(hashes: Mapping[str, str]) -> str:
    return _sha256("".join(f"{value}  {name}\n" for name, value in sorted(hashes.items())).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
