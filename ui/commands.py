"""What each command does: read files, call the workflow, write files, say what came out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from data.clock import midnight
from data.files import csv_text, write_all
from forecast.history import history_table
from forecast.tables import read_forecast
from optimizer.evaluation import evaluate_staff, evaluation_table, read_staff
from optimizer.outlook_files import outlook_table
from optimizer.price_advice import odd_prices
from optimizer.report import Finding, SolveReport
from optimizer.requirement_files import read_requirement, requirement_table
from optimizer.service_policy import TargetPer
from optimizer.shift_files import coverage_table, shifts_table
from optimizer.target_comparison import targets_table
from optimizer.team_files import read_team
from ui import starting, terminal, workflow, workspaces
from ui.exports import export_plan
from ui.options import (
    day_of,
    keep_inputs,
    mapping_of,
    on_grid,
    settings_needed,
    settings_of,
    waiting_of,
    zone_of,
)
from ui.outlook_lines import ceiling_lines, outlook_lines
from ui.plan_folder import Plan, check_plan_folder, read_plan, write_exports, write_plan
from ui.plan_report import report_text, shifts_report
from ui.publishing import keep_snapshot, plan_snapshot
from ui.simulate_command import agreement_line, beyond_lines, simulated_beside
from ui.target_lines import target_lines

OK, NO_PLAN = 0, 1


def history(
    sources: Sequence[Path],
    out: Path,
    settings: Path | None,
    timezone: str | None,
    interval: int | None,
    start: str | None,
    columns: Sequence[str],
) -> int:
    """Count conversations per queue and interval."""
    keep_inputs([out], *sources, settings)
    known = settings_of(settings)
    zone_name = zone_of(timezone, known)
    first = day_of(start)
    begin = midnight(first, zone_name) if first else None
    source = workspaces.read_source(sources, zone_name, begin, mapping_of(columns))
    read = workspaces.read_volume(source, on_grid(known, source, zone_name, interval), start=begin)
    write_all({out: csv_text(history_table(read.histories))})
    terminal.print_lines(read.report.lines())
    terminal.print_lines([f"Written: {out}"])
    return OK


def require(source: Path, out: Path, settings: Path | None, backlog: Path | None) -> int:
    """Work out the reps that every interval calls for."""
    keep_inputs([out], source, settings, backlog)
    known = settings_needed(settings)
    calendars = {name: workspaces.calendar_of(name, known, ()) for name in known.queues}
    forecasts = read_forecast(source, calendars, known.calendar.timezone)
    begins = {forecast.queue: forecast.table.index[0] for forecast in forecasts}
    waiting = waiting_of(backlog, known, begins)
    needed = workflow.require(forecasts, known, waiting=waiting)
    needed = workflow.distributed(needed, forecasts, known)
    write_all({out: csv_text(requirement_table(needed))})
    hours = needed.interval_minutes / 60
    for queue, rows in needed.table.groupby("queue"):
        terminal.print_lines(
            [
                f"{queue}: {rows['rostered_primary'].sum() * hours:,.0f} primary and "
                f"{rows['rostered_on_call'].sum() * hours:,.0f} on-call rep-hours to roster"
            ]
        )
    terminal.print_lines([f"Written: {out}"])
    return OK


def evaluate(
    volume: Path,
    staff: Path,
    out: Path,
    settings: Path | None,
    backlog: Path | None,
    weeks: int | None,
    seed: int,
) -> int:
    """Predict the service that given reps give to given volume."""
    keep_inputs([out], volume, staff, settings, backlog)
    known = settings_needed(settings)
    zone_name, minutes = known.calendar.timezone, known.calendar.interval_minutes
    source = workspaces.read_source([volume], zone_name)
    read = workspaces.read_volume(source, known)
    offered = pd.concat(
        each.volume.dropna().reset_index().assign(queue=each.queue) for each in read.histories
    )
    on_duty = read_staff(staff, zone_name, minutes)
    begins = {each.queue: each.volume.dropna().index[0] for each in read.histories}
    waiting = waiting_of(backlog, known, begins)
    table = evaluate_staff(offered, on_duty, known.queues, minutes, zone_name, waiting)
    said: list[str] = []
    if weeks is not None:
        table, said = simulated_beside(table, offered, on_duty, known, weeks, seed)
    write_all({out: csv_text(evaluation_table(table, zone_name))})
    terminal.print_lines([*said, f"Written: {out}"])
    return OK


def shifts(
    source: Path,
    out: Path,
    team: Path | None,
    absences: Path | None,
    settings: Path | None,
    target_per: TargetPer | None,
    forecast: Path | None = None,
) -> int:
    """Choose shifts that cover a requirement, or that meet targets per day or week."""
    outs = _results(out, "shifts.csv", "outlook.csv", "targets.csv")
    keep_inputs(outs, source, team, absences, settings, forecast)
    known = settings_needed(settings)
    if target_per is not None:
        known = workflow.with_target_per(known, target_per)
    zone_name = known.calendar.timezone
    needed = read_requirement(source, zone_name, known.calendar.interval_minutes)
    people = read_team(team, absences, timezone=zone_name) if team else None
    calendars = {name: workspaces.calendar_of(name, known, ()) for name in known.queues}
    forecasts = read_forecast(forecast, calendars, zone_name) if forecast else ()
    with terminal.progress_bar() as report:
        report("Choose shifts", 0.0)
        made = workflow.cover(needed, known, people, forecasts=forecasts)
    planned = {name: known.queues[name] for name in {*needed.table["queue"]} & {*known.queues}}
    odd = odd_prices(known.shifts, known.on_call, dict(sorted(planned.items())))
    terminal.print_lines(
        [workflow.break_even_line(known), *odd, *proof_lines(made.report), *made.notes]
    )
    if not made.report.has_plan:
        return NO_PLAN
    files = {
        "shifts.csv": csv_text(shifts_table(made)),
        "coverage.csv": csv_text(coverage_table(made.coverage, zone_name)),
        "report.json": report_text(shifts_report(made)),
    }
    if made.targets:
        files["targets.csv"] = csv_text(targets_table(made.targets))
    if made.outlook:
        files["outlook.csv"] = csv_text(outlook_table(made))
    write_all({out / name: text for name, text in files.items()})
    terminal.print_coverage(made.coverage, zone_name, made.interval_minutes)
    beside = [name for name in files if name != "shifts.csv"]
    written = f"Written: {out / 'shifts.csv'}, {', '.join(beside[:-1])} and {beside[-1]} beside it"
    told = target_lines(made.targets) or outlook_lines(made, known.shifts.programme)
    ceiling = ceiling_lines(made, known.shifts, known.on_call)
    terminal.print_lines([*told, *ceiling, written])
    return OK


def plan(folder: Path, start: str | None, weeks: int, out: Path | None) -> int:
    """Plan a workspace's next week."""
    workspace = workspaces.open_workspace(folder)
    if out is not None:
        check_plan_folder(out)
    with terminal.progress_bar() as report:
        made = workflow.make_plan(workspace, day_of(start), weeks, progress=report)
    return _publish(workspace, made, out or workspaces.plan_path(workspace, made))


def export(folder: Path, formats: str) -> int:
    """Write a plan's roster as files for people."""
    made = read_plan(folder)
    names = [name.strip() for name in formats.split(",")]
    written = write_exports(folder, export_plan(made, names))
    terminal.print_lines(f"Written: {path}" for path in written)
    return OK


def demo(folder: Path) -> int:
    """Plan the sample team's week."""
    workspace = starting.copy_sample(folder)
    with terminal.progress_bar() as report:
        made = workflow.make_plan(workspace, None, 1, progress=report)
    return _publish(workspace, made, workspaces.plan_path(workspace, made))


def init(
    folder: Path, sources: Sequence[Path], timezone: str | None, columns: Sequence[str]
) -> int:
    """Make a workspace from an export."""
    made = starting.make_workspace(folder, sources, zone_of(timezone, None), mapping_of(columns))
    terminal.print_lines(made)
    return OK


def serve(workspace: Path, port: int, *, browser: bool) -> int:
    """Open the app."""
    from ui.serve import serve as run_app

    workspaces.open_workspace(workspace)
    return run_app(workspace, port, browser=browser)


def _publish(workspace: workspaces.Workspace, made: Plan, folder: Path) -> int:
    """Write a plan folder with its exports, and show what is in it."""
    terminal.warn(made.notes)
    if not made.shift_plan.report.has_plan:
        terminal.print_lines(proof_lines(made.shift_plan.report))
        return NO_PLAN
    exports = export_plan(made, ("xlsx", "csv", "ics"))
    write_plan(made, folder, exports)
    keep_snapshot(workspace.folder, plan_snapshot(made), "plan", datetime.now(UTC))
    workspaces.write_run(workspace, made)
    terminal.print_coverage(made.coverage, made.timezone, made.interval_minutes)
    terminal.print_lines(["Shifts: " + line for line in proof_lines(made.shift_plan.report)])
    terminal.print_lines(target_lines(made.shift_plan.targets))
    findings: tuple[Finding, ...] = ()
    if made.roster is None:
        terminal.print_lines(["There is no team file, so the plan ends with the shifts."])
    else:
        terminal.print_lines(["Roster: " + line for line in proof_lines(made.roster.report)])
        terminal.print_findings(made.roster.findings)
        findings = made.roster.findings
    for each in made.rescoring:
        terminal.print_lines([agreement_line(each), *beyond_lines(each, made.timezone)])
    terminal.print_lines([f"Plan folder: {folder}"])
    terminal.print_lines(f"  {folder / 'exports' / name}" for name in sorted(exports))
    return verdict(findings)


def _results(folder: Path, *names: str) -> list[Path]:
    """Return the files that a stage with a plan writes to a folder."""
    return [folder / name for name in (*names, "coverage.csv", "report.json")]


def verdict(findings: Sequence[Finding]) -> int:
    """Short staffing is a result; a broken rule is not."""
    return NO_PLAN if any(finding.severity == "violation" for finding in findings) else OK


def proof_lines(report: SolveReport) -> list[str]:
    """Say what is proven about a plan."""
    if not report.has_plan:
        return [f"{report.status}: no plan was found in {report.seconds:.1f} s"]
    gap = "no bound" if report.gap is None else f"gap {report.gap:.2%}"
    return [f"{report.status}, cost {report.objective:,.2f}, {gap}, {report.seconds:.1f} s"]
