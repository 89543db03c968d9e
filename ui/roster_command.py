"""What ``staffcast roster`` does: fill given shifts, or choose shifts and people together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.clock import zone
from data.errors import InputError
from data.files import csv_text, write_all
from optimizer.choose_roster import choose_roster, chosen_shifts
from optimizer.cover import COVERAGE_COLUMNS
from optimizer.period import coverage_of, span
from optimizer.requirement import Requirement
from optimizer.requirement_files import read_requirement
from optimizer.roster import Assignment, Roster
from optimizer.roster_files import read_roster, roster_table
from optimizer.shift_files import coverage_table, read_coverage, read_shifts, shifts_table
from optimizer.shifts import ShiftPlan
from optimizer.solver import Progress
from optimizer.staff import Team
from optimizer.team_files import read_team
from ui import commands, terminal, workflow
from ui.options import keep_inputs, settings_needed
from ui.past_rosters import files_before
from ui.plan_report import people_report, proof_of, report_text

STAGE = "Choose shifts and people"


@dataclass(frozen=True)
class Asked:
    """The files that a roster is made from, as the command line names them."""

    team: Path
    absences: Path | None = None
    preferences: Path | None = None
    settings: Path | None = None
    history: tuple[Path, ...] = ()
    locked: Path | None = None

    @property
    def files(self) -> tuple[Path | None, ...]:
        """All that is read."""
        people = self.team, self.absences, self.preferences, self.settings
        return (*people, *self.history, self.locked)


def asked_for(
    team: Path | None, absences: Path | None, preferences: Path | None, settings: Path | None
) -> Asked:
    """Put the files together; only an instance needs no team."""
    if team is None:
        raise InputError("--team is missing; name team.csv, or an instance with --instance")
    return Asked(team, absences, preferences, settings)


def roster(shifts: Path | None, requirement: Path | None, asked: Asked, out: Path) -> int:
    """Fill the shifts of a plan, or choose shifts and people against a requirement."""
    if shifts is not None and requirement is None:
        return fill(shifts, asked, out)
    if shifts is None and requirement is not None:
        return choose(requirement, asked, out)
    found = "neither" if shifts is None else "both"
    raise InputError(
        f"found {found} of SHIFTS and --requirement; give shifts.csv to fill its shifts, or "
        "--requirement R.csv to choose shifts and people together"
    )


def fill(source: Path, asked: Asked, out: Path) -> int:
    """Fill the shifts of a plan with named reps."""
    results = [out / name for name in ("roster.csv", "coverage.csv", "report.json")]
    keep_inputs(results, source, *asked.files)
    known = settings_needed(asked.settings)
    zone_name, minutes = known.calendar.timezone, known.calendar.interval_minutes
    people = read_team(asked.team, asked.absences, asked.preferences, timezone=zone_name)
    staffed = read_shifts(
        source, timezone=zone_name, interval_minutes=minutes, settings=known.shifts
    )
    beside = source.with_name("coverage.csv")
    required = pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    if beside.exists():
        required = read_coverage(beside, timezone=zone_name, interval_minutes=minutes)
    elif staffed:
        # Without the plan's own coverage, what the shifts bring is what is required.
        required = coverage_of(staffed, zone_name, minutes)
    if required.empty:
        raise InputError(
            f"{source}: found no shift, and no coverage.csv beside it that says for when none is "
            "planned; give shifts, or that file of the plan"
        )
    before = files_before(asked.history, known, people, span(required, minutes))
    locked = _locked(asked.locked, required, people, zone_name, minutes)
    with terminal.progress_bar() as report:
        report("Name reps", 0.0)
        made = workflow.name_reps(staffed, required, people, known, locked, before=before)
    terminal.print_lines(commands.proof_lines(made.report))
    if not made.report.has_plan:
        return commands.NO_PLAN
    write_all(
        {
            out / "roster.csv": csv_text(roster_table(made)),
            out / "coverage.csv": csv_text(coverage_table(made.coverage, zone_name)),
            out / "report.json": report_text(proof_of(made.report) | people_report(made)),
        }
    )
    terminal.print_findings(made.findings)
    terminal.print_lines([f"Written: {out / 'roster.csv'}, coverage.csv and report.json beside it"])
    return commands.verdict(made.findings)


def choose(requirement: Path, asked: Asked, out: Path) -> int:
    """Choose shifts and people together."""
    results = [out / name for name in ("roster.csv", "shifts.csv", "coverage.csv", "report.json")]
    keep_inputs(results, requirement, *asked.files)
    known = settings_needed(asked.settings)
    zone_name, minutes = known.calendar.timezone, known.calendar.interval_minutes
    needed = read_requirement(requirement, zone_name, minutes)
    people = read_team(asked.team, asked.absences, asked.preferences, timezone=zone_name)
    if not people.reps:
        raise InputError(f"{asked.team}: found no rep; name at least one")
    locked = _locked(asked.locked, needed.table, people, zone_name, minutes)
    history = _past(asked.history, needed, people, zone_name)
    known_before = files_before(asked.history, known, people, span(needed.table, minutes))
    with terminal.progress_bar() as report:
        report(STAGE, 0.0)

        def tell(progress: Progress) -> None:
            share = min(1.0, progress.seconds / known.solver.time_limit_seconds)
            report(f"{STAGE}{_gap_so_far(progress)}", share)

        made = choose_roster(
            needed,
            people,
            known.labour,
            known.shifts,
            known.on_call,
            known.solver,
            queues=known.queues,
            fairness=known_before.fairness if known_before else None,
            locked=locked,
            history=history,
            progress=tell,
        )
    made = workflow.with_strain(made, people, known, history, needed)
    write_all({out / name: text for name, text in _files(made).items()})
    terminal.print_lines(commands.proof_lines(made.report))
    terminal.print_findings(made.findings)
    terminal.print_coverage(made.coverage, zone_name, minutes)
    terminal.print_lines(
        [f"Written: {out / 'roster.csv'}, shifts.csv, coverage.csv and report.json beside it"]
    )
    return commands.verdict(made.findings)


def _past(
    paths: Sequence[Path], needed: Requirement, team: Team, timezone: str
) -> list[Assignment]:
    """Read who of the team worked what before the requirement begins."""
    begin, _ = span(needed.table, needed.interval_minutes)
    names = {rep.rep_id for rep in team.reps}
    past = {
        (one.rep_id, one.shift): one
        for path in paths
        for one in read_roster(path, timezone=timezone)
        if one.rep_id in names and one.shift.start < begin
    }
    return list(past.values())


def _locked(
    path: Path | None, required: pd.DataFrame, team: Team, timezone: str, interval_minutes: int
) -> list[Assignment]:
    """Read who is locked to what.

    Parameters
    ----------
    required
        A row per queue and interval that is planned: ``queue, interval_start``.

    Raises
    ------
    InputError
        When a locked shift starts outside what is planned or its queue or rep is not known.
    """
    if path is None:
        return []
    locked = [one for one in read_roster(path, timezone=timezone) if one.locked]
    names, queues = {rep.rep_id for rep in team.reps}, set(required["queue"])
    for one in locked:
        start = one.shift.start.astimezone(zone(timezone))
        found = f"{path}: {one.rep_id} is locked to a shift of {start:%Y-%m-%d %H:%M}"
        if one.rep_id not in names:
            raise InputError(f"{found} and is not in the team; remove the row or add the rep")
        if one.shift.queue not in queues:
            raise InputError(
                f"{found} on {one.shift.queue}, for which nothing is required; the queues are "
                f"{', '.join(sorted(queues))}"
            )
        begin, end = span(required, interval_minutes)
        if not begin <= one.shift.start < end:
            raise InputError(
                f"{found}, outside what is planned; remove the row, or give an earlier one as "
                "--history"
            )
    return locked


def _gap_so_far(progress: Progress) -> str:
    if progress.objective is None or progress.bound is None or progress.objective <= 0:
        return ""
    return f", gap {min(1.0, 1 - progress.bound / progress.objective):.1%}"


def _files(made: Roster) -> dict[str, str]:
    chosen = tuple(chosen_shifts(made.assignments))
    plan = ShiftPlan(chosen, made.coverage, made.timezone, made.interval_minutes, made.report)
    return {
        "roster.csv": csv_text(roster_table(made)),
        "shifts.csv": csv_text(shifts_table(plan)),
        "coverage.csv": csv_text(coverage_table(made.coverage, made.timezone)),
        "report.json": report_text(proof_of(made.report) | people_report(made)),
    }
