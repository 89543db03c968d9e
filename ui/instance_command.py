"""What ``staffcast roster --instance`` does: roster an instance that others have published."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.files import csv_text, write_all
from optimizer.instances.answer import Answer, answer_instance
from optimizer.solver import Progress, SolverSettings
from ui import commands, terminal
from ui.options import keep_inputs
from ui.plan_report import report_text

STAGE = "Roster the instance"
COLUMNS = ["rep_id", "day", "shift"]
TIME_LIMIT = 600.0
"""Seconds, where nothing else is asked for."""


def check_alone(time_limit: float | None, others: Sequence[Path | None]) -> None:
    """Refuse files beside an instance, which holds everything, and a limit that is none.

    Raises
    ------
    InputError
        Saying what to leave out.
    """
    if any(each is not None for each in others):
        raise InputError("--instance holds everything; give only --time-limit and --out beside it")
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise InputError(f"--time-limit: found {time_limit:g}; give seconds, more than 0")


def roster_instance(path: Path, time_limit: float, out: Path) -> int:
    """Find a roster within a time limit, judge it, and write it with what is proven about it.

    Parameters
    ----------
    path
        The instance, in any format of `optimizer.instances.answer`.
    time_limit
        Seconds after which the best roster so far is taken.
    out
        Folder for ``roster.csv`` and ``report.json``.

    Returns
    -------
    int
        0; 1 without a roster or with one that breaks a rule.
    """
    results = [out / "roster.csv", out / "report.json"]
    keep_inputs(results, path)
    with terminal.progress_bar() as report:
        report(STAGE, 0.0)

        def tell(progress: Progress) -> None:
            best = "" if progress.objective is None else f", best {progress.objective:,.0f}"
            bound = "" if progress.bound is None else f", bound {progress.bound:,.0f}"
            report(f"{STAGE}{best}{bound}", min(1.0, progress.seconds / time_limit))

        made = answer_instance(path, SolverSettings(time_limit, gap=0.0), progress=tell)
    terminal.print_lines(_proof_lines(made))
    terminal.print_lines(f"  violation: {sentence}" for sentence in made.broken)
    if not made.report.has_plan:
        return commands.NO_PLAN
    write_all({results[0]: _roster_text(made), results[1]: report_text(_record(made))})
    terminal.print_lines([f"Written: {results[0]}, report.json beside it"])
    return commands.NO_PLAN if made.broken else commands.OK


def _proof_lines(made: Answer) -> list[str]:
    bound = "none" if made.report.bound is None else f"{made.report.bound:,.0f}"
    kinds = ", ".join(f"{kind} {amount:,g}" for kind, amount in made.penalties.items())
    return [*commands.proof_lines(made.report), f"Bound {bound}; {kinds or 'no roster'}"]


def _roster_text(made: Answer) -> str:
    return csv_text(pd.DataFrame(list(made.duties), columns=COLUMNS))


def _record(made: Answer) -> dict[str, object]:
    return {
        **made.report.record(),
        "seconds": round(made.report.seconds, 3),
        "penalties": dict(made.penalties),
        "broken_rules": list(made.broken),
    }
