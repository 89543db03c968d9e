"""What ``staffcast why`` does: say why a rep has a shift or not, and why shifts stay unfilled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.errors import InputError
from data.files import csv_text, write_all
from optimizer.conflicts import explain_unfilled, explain_wanted, find_conflicts
from optimizer.roster_why import find_shift, why, why_not
from optimizer.shifts import Shift
from optimizer.standing import Standing
from ui import terminal
from ui.options import keep_inputs
from ui.why_file import why_table
from ui.why_lines import Answer, answer_lines, says_more
from ui.whys import Beside, files_read, read_standing, start_of


@dataclass(frozen=True)
class Asked:
    """What is to be explained."""

    rep: str | None = None
    shift: str | None = None
    queue: str | None = None
    unfilled: bool = False
    top: int = 10
    out: Path | None = None


def run(path: Path, asked: Asked, beside: Beside) -> int:
    """Explain a shift, somebody's place in it, or everything that the roster lacks."""
    if not asked.unfilled and asked.shift is None:
        raise InputError(
            "found neither --shift nor --unfilled; give --rep ID --shift START to explain somebody "
            "on a shift, or --unfilled for what the roster lacks"
        )
    if asked.out is not None:
        keep_inputs([asked.out], *files_read(path, beside))
    standing = read_standing(path, beside)
    names = {rep.rep_id: rep.name for rep in standing.team.reps}

    def name(rep_id: str) -> str:
        return names.get(rep_id, rep_id)

    answers: list[Answer] = []
    rest = []
    if asked.shift is not None:
        start = start_of(asked.shift, standing.timezone)
        shift = find_shift(standing, start, asked.rep or "", asked.queue or "")
        answers += _about(standing, shift, asked.rep)
    if asked.unfilled:
        with terminal.progress_bar() as report:
            report("Look for what is in the way", 0.0)
            found = list(find_conflicts(standing, asked.top))
        answers += found
        rest = _rest(standing, len(found), asked.top)
    for one in answers:
        terminal.print_lines([*answer_lines(one, name, standing.timezone), ""])
    terminal.print_lines(rest)
    if asked.out is not None:
        write_all({asked.out: csv_text(why_table(answers, name, standing.timezone))})
        terminal.print_lines([f"Written: {asked.out}"])
    return 0


def _about(standing: Standing, shift: Shift, rep: str | None) -> Iterator[Answer]:
    """Yield what there is to say of a shift, or of somebody and a shift."""
    here = [one for one in standing.assignments if one.shift.plain == shift.plain]
    if rep is None:
        for one in here:
            yield why(standing, one)
        if standing.filled[shift] < standing.asked[shift]:
            yield explain_unfilled(standing, shift)
        return
    own = [one for one in here if one.rep_id == rep]
    if own:
        yield why(standing, own[0])
        return
    found = why_not(standing, rep, shift)
    yield found
    if found.obstacles:
        wanted = explain_wanted(standing, rep, shift)
        if says_more(wanted, found):
            yield wanted


def _rest(standing: Standing, told: int, top: int) -> list[str]:
    """Say how much there is beyond what was told."""
    lacking = len(standing.unfilled)
    if not told:
        return ["Every shift has its reps, every contract its hours and every must its shift."]
    more = f"{lacking - top} more shifts lack reps; --top says how many are explained."
    return [more] if lacking > top else []
