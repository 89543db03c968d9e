"""What ``staffcast questions`` does: ask about the past, and take answers as events."""

from collections.abc import Sequence
from pathlib import Path

from data.errors import InputError
from data.files import csv_text, write_all
from data.week import WeeklyHours
from forecast.days import with_opening
from forecast.question_files import question_table, read_answers
from forecast.questions import Question, find_questions, open_questions_note
from forecast.series import VolumeHistory
from ui import terminal, workspaces
from ui.answering import state_events
from ui.options import keep_inputs
from ui.reading import read_histories, warn_of

OK = 0
SHOWN = 20


def questions(
    source: Path | None,
    events: Path | None,
    out: Path | None,
    answers: Path | None,
    settings: Path | None,
    timezone: str | None,
) -> int:
    """List what the past does not explain, or state what the planner answered."""
    if answers is not None:
        return take_answers(answers, _events_file(source, events))
    if source is None:
        raise InputError("questions: name a history, a workspace, or a file with --answers")
    if out is not None:
        keep_inputs([out], source, events, settings)
    if source.is_dir():
        read = workspaces.read_workspace_history(workspaces.open_workspace(source))
    else:
        read = read_histories(source, settings, timezone, events, None)
    found = ask(read.histories)
    if out is not None:
        write_all({out: csv_text(question_table(found), {"found": 1, "expected": 1, "factor": 3})})
    warn_of(read)
    terminal.print_lines(_lines(found))
    if out is not None:
        terminal.print_lines([f"Written: {out}; fill in its column answer"])
    return OK


def ask(histories: Sequence[VolumeHistory]) -> tuple[Question, ...]:
    """Return the open questions of several queues, those that matter most first."""
    found: list[Question] = []
    with terminal.progress_bar() as report:
        for number, each in enumerate(histories):
            report(f"Look at {each.queue}", number / len(histories))
            found += find_questions(each)
    return tuple(sorted(found, key=lambda each: (-each.matters, each.queue, each.day)))


def open_notes(histories: Sequence[VolumeHistory]) -> list[str]:
    """Say what forecasts took for granted: hours that were learnt, and questions left open."""
    notes = []
    for each in histories:
        if each.calendar.opening is None:
            hours = with_opening(each).calendar.opening
            if hours is not None and hours != WeeklyHours.always():
                notes.append(
                    f"Queue {each.queue}: opening hours are not stated; from the history they are "
                    f"taken to be {hours.to_text()}"
                )
        question = open_questions_note(each.queue, find_questions(each))
        notes += [question] if question else []
    return notes


def take_answers(answers: Path, events: Path) -> int:
    """Write what was answered into the events file, keeping what stands in it."""
    keep_inputs([events], answers)
    answered = read_answers(answers)
    new = state_events(events, answered.events)
    terminal.print_lines(
        [f"{answered.answered} answered, {answered.left} left open; {new} rows added to {events}"]
    )
    return OK


def _events_file(workspace: Path | None, events: Path | None) -> Path:
    """Return the events file to write to: the one named, or that of the workspace."""
    if events is not None:
        return events
    if workspace is not None and workspace.is_dir():
        of = workspaces.open_workspace(workspace)
        return of.path(of.settings.files.events)
    raise InputError("--answers: name the events file with --events, or the workspace")


def _lines(found: Sequence[Question]) -> list[str]:
    if not found:
        return ["Nothing to ask: what happened fits the rhythm and the events."]
    lines = [
        f"{number:3d}. {each.sentence} (suggested: {each.suggested})"
        for number, each in enumerate(found[:SHOWN], 1)
    ]
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN} that matter less; --out FILE lists them all.")
    return lines
