"""What ``staffcast repair`` and ``staffcast swap`` do: mend a published roster, exchange duties."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from data.clock import zone
from data.errors import InputError
from data.files import csv_text, write_all
from optimizer.period import span
from optimizer.repair import replan
from optimizer.repair_files import changes_table, shift_words, substitutes_table
from optimizer.repair_sick import sick_call
from optimizer.repair_substitutes import Substitutes
from optimizer.repair_swaps import apply_swap, check_swap, swap_partners
from optimizer.repair_types import Published, Repair
from optimizer.roster_files import roster_table
from optimizer.shift_files import coverage_table, shifts_table
from optimizer.shifts import ShiftPlan
from optimizer.staff import Absence
from ui import terminal
from ui.options import keep_inputs
from ui.plan_report import people_report, proof_of, report_text
from ui.repair_lines import hindered_line, repair_lines, substitutes_view, swap_lines
from ui.repairing import (
    duty_of,
    instant,
    locks_of,
    newly_required,
    read_published,
    rep_of,
    without_absences,
)
from ui.whys import Beside

OK, BROKEN = 0, 1
RESULTS = ("roster.csv", "shifts.csv", "coverage.csv", "changes.csv", "report.json")
SUBSTITUTES = "substitutes.csv"
PARTNERS_SHOWN = 10
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Asked:
    """What a command line says of a repair or a swap."""

    now: str | None = None
    away: tuple[str, str, str] | None = None
    kind: str = "sick"
    requirement: Path | None = None
    lock: Sequence[str] = ()
    most_changes: int | None = None
    history: Sequence[Path] = ()
    beside: Beside = field(default_factory=Beside)


def repair(path: Path, asked: Asked, out: Path) -> int:
    """Mend a roster: somebody is away, more is required, the team is another one."""
    outs = [out / name for name in (*RESULTS, SUBSTITUTES)]
    inputs = path.glob("*") if path.is_dir() else path.parent.glob("*.csv")
    keep_inputs(outs, *inputs, asked.requirement, *asked.history)
    now, option = asked.now, "--now"
    if now is None and asked.away is not None:
        now, option = asked.away[1], "--away"
    of, _ = read_published(path, asked.beside, now, list(asked.history), option)
    locked = locks_of(of, list(asked.lock))
    required = newly_required(of, asked.requirement) if asked.requirement else None
    ranked: tuple[Substitutes, ...] = ()
    with terminal.progress_bar() as report:
        report("Mend the roster", 0.0)
        if asked.away is None:
            made = replan(
                without_absences(of),
                team=of.team,
                coverage=required,
                locked=locked,
                most_changes=asked.most_changes,
            )
        else:
            if required is not None:
                raise InputError("--requirement: mend for who is away first, then for what is more")
            call = sick_call(
                of, absence_of(of, asked), locked=locked, most_changes=asked.most_changes
            )
            made, ranked = call.repair, call.substitutes
    files = _files(made, of)
    if asked.away is not None:
        files[SUBSTITUTES] = csv_text(substitutes_table(ranked, of.timezone))
    write_all({out / name: text for name, text in files.items()})
    terminal.print_lines(repair_lines(made, of))
    for each in ranked:
        if each.ranked:
            terminal.console().print(substitutes_view(each, of.timezone))
        else:
            terminal.print_lines([f"Nobody could take {shift_words(each.shift, of.timezone)}"])
        terminal.print_lines([hindered_line(each)])
    terminal.print_findings(made.broken)
    beside = [name for name in files if name != "roster.csv"]
    terminal.print_lines([f"Written: {out / 'roster.csv'}, {', '.join(beside)} beside it"])
    return BROKEN if made.broken else OK


def swap(path: Path, rep: str, start: str, other: tuple[str | None, str | None], asked: Asked,
         out: Path | None) -> int:  # fmt: skip
    """Check a swap and make it, or offer partners for a duty."""
    if out is not None:
        inputs = path.glob("*") if path.is_dir() else path.parent.glob("*.csv")
        keep_inputs([out / name for name in RESULTS], *inputs, *asked.history)
    of, _ = read_published(path, asked.beside, asked.now, list(asked.history))
    locked = locks_of(of, list(asked.lock))
    of = replace(
        of,
        assignments=tuple(
            replace(one, locked=one.locked or (one.rep_id, one.shift) in locked)
            for one in of.assignments
        ),
    )
    duty = duty_of(of, rep_of(of, rep, "REP"), start, "START")
    other_id, other_start = other
    if other_id is None:
        if out is not None or other_start is not None:
            raise InputError("--with: name whom to swap with; without it partners are offered")
        return _offer(of, rep, start)
    given = (
        duty_of(of, rep_of(of, other_id, "--with"), other_start, "--for") if other_start else None
    )
    if other_id == rep:
        raise InputError(f"--with: found {rep}, who gives the duty; name somebody else")
    checked = check_swap(of, rep, duty, rep_of(of, other_id, "--with"), given)
    terminal.print_lines(swap_lines(checked, of))
    if not checked.is_allowed:
        return BROKEN
    if out is not None:
        made = apply_swap(of, checked)
        write_all({out / name: text for name, text in _files(made, of).items()})
        terminal.print_findings(made.broken)
        beside = ", ".join(RESULTS[1:])
        terminal.print_lines([f"Written: {out / 'roster.csv'}, {beside} beside it"])
        return BROKEN if made.broken else OK
    return OK


def absence_of(of: Published, asked: Asked) -> Absence:
    """Return who is away and when.

    Raises
    ------
    InputError
        When there is no such rep or time, it ends before it begins, or lies outside the roster.
    """
    rep_id, start, until = asked.away or ("", "", "")
    begins = instant(start, "--away", of.timezone)
    ends = instant(until, "--away", of.timezone, ends=True)
    if ends - begins <= timedelta(0):
        raise InputError(f"--away: found {start} to {until}; it must end after it begins")
    first, last = span(of.coverage, of.interval_minutes)
    if ends <= first or last <= begins:
        days = [each.astimezone(zone(of.timezone)).date() for each in (first, last - MOMENT)]
        raise InputError(
            f"--away: found {start} to {until}; the roster is of {days[0]} to {days[1]}"
        )
    return Absence(rep_of(of, rep_id, "--away"), begins, ends, asked.kind)


def _offer(of: Published, rep: str, start: str) -> int:
    duty = duty_of(of, rep, start, "START")
    with terminal.progress_bar() as report:
        report("Look for partners", 0.0)
        found = swap_partners(of, rep, duty)
    count = "1 swap" if len(found) == 1 else f"{len(found)} swaps"
    verb = "is" if len(found) == 1 else "are"
    terminal.print_lines([f"{count} of {shift_words(duty, of.timezone)} {verb} allowed."])
    names = {one.rep_id: one.name or one.rep_id for one in of.team.reps}
    for one in found[:PARTNERS_SHOWN]:
        back = one.other_shift
        text = "takes it" if back is None else f"for {shift_words(back, of.timezone)}"
        effects = "; ".join(
            f"{names[each.rep_id]} {each.what} {each.before:g} → {each.after:g}"
            for each in one.carried
        )
        terminal.print_lines(
            [f"  {names[one.other_id]}: {text}{f' ({effects})' if effects else ''}"]
        )
    return OK


def _files(made: Repair, of: Published) -> dict[str, str]:
    roster = made.roster
    plan = ShiftPlan(
        made.shifts, roster.coverage, roster.timezone, roster.interval_minutes, roster.report
    )
    record = proof_of(roster.report) | people_report(roster)
    record["repair"] = {
        "freed": len(made.changes) - len(made.chosen),
        "changed": len(made.chosen),
        "missing_hours": round(made.missing_hours, 6),
        "is_proven": made.is_proven,
    }
    return {
        "roster.csv": csv_text(roster_table(roster)),
        "shifts.csv": csv_text(shifts_table(plan)),
        "coverage.csv": csv_text(coverage_table(roster.coverage, roster.timezone)),
        "changes.csv": csv_text(changes_table(made.changes, of.team, of.timezone)),
        "report.json": report_text(record),
    }
