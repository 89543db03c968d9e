"""Answers to questions about the past: rows of the workspace's events file, with a way back.

The screens and the commands use these functions, so a click and a file state the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from data.errors import InputError
from data.files import read_text, write_all
from forecast.closures import Event
from forecast.events import MOST_FACTOR, read_events, with_events
from forecast.questions import Answer, Question, answer_events
from ui.drafts import Drafts
from ui.workspaces import Workspace

KIND, KEY = "answer", "last"
# What a kind of answer means, in the order in which it is offered.
LABELS: dict[Answer, str] = {
    "closed": "It was closed",
    "holiday": "A public holiday",
    "ignore": "Leave it out",
    "factor": "Times a factor",
    "keep": "An ordinary day",
}
LABELS_OF_LEVEL: dict[Answer, str] = {
    "keep": "Here to stay",
    "ignore": "Leave these days out",
    "factor": "Times a factor",
}
HELP: dict[Answer, str] = {
    "closed": "Nothing could come; the queue was shut",
    "holiday": "Learnt from together with other public holidays",
    "ignore": "The model learns nothing from it",
    "factor": "The model learns from what would have come without it",
    "keep": "The model learns from it as it stands",
}
_HIGH = ("high day", "surge")


def offered(question: Question) -> dict[Answer, str]:
    """Return the answers that make sense for a question, by what they are called.

    A new level is no closure, and neither is a day that brought more than usual; a holiday is a
    whole day.
    """
    if question.kind == "new level":
        return LABELS_OF_LEVEL
    out: set[Answer] = set()
    if question.kind in _HIGH:
        out.add("closed")
    if question.kind in ("outage", "surge") and question.suggested != "holiday":
        out.add("holiday")
    return {answer: label for answer, label in LABELS.items() if answer not in out}


def state_events(path: Path, events: Sequence[Event]) -> int:
    """Write events into an events file, keeping what stands in it, and return how many are new.

    Parameters
    ----------
    path
        The file; it is made when there is none.
    events
        What to state; what the file states already is not repeated.

    Raises
    ------
    InputError
        When the file cannot be read or written; it is then as it was.
    """
    known = read_events(path) if path.exists() else ()
    taken = {_place(event) for event in known}
    new = [event for event in events if _place(event) not in taken]
    if new:
        write_all({path: with_events(read_text(path) if path.exists() else "", new)})
    return len(new)


def answer(of: Workspace, question: Question, said: Answer, factor: float | None = None) -> str:
    """Take an answer to a question into the events of a workspace.

    Parameters
    ----------
    of
        The workspace.
    question
        What was asked.
    said
        What the planner says.
    factor
        For ``factor``: what the volume was multiplied by; else found over expected.

    Returns
    -------
    str
        What was done, in a sentence.

    Raises
    ------
    InputError
        When the factor is out of range, or the file cannot be read or written.
    """
    if factor is not None and not 0 <= factor <= MOST_FACTOR:
        raise InputError(f"factor: found {factor:g}; give 0 to {MOST_FACTOR:g}")
    path = events_file(of)
    before = read_text(path) if path.exists() else None
    rows = state_events(path, answer_events(question, said, factor))
    words = "1 row" if rows == 1 else f"{rows} rows"
    label = offered(question).get(said, said)
    done = f"{question.queue}, {question.day:%a} {question.day}: {label}; {words} in {path.name}"
    left = {"before": before, "after": _digest(path), "done": done}
    Drafts(of.folder).save(KIND, KEY, left)
    return done


def last_answer(of: Workspace) -> str:
    """Say what was answered last; empty when nothing was, or the file was changed since."""
    kept = _kept(of)
    path = events_file(of)
    if kept is None or not path.is_file() or kept["after"] != _digest(path):
        return ""
    return str(kept["done"])


def undo(of: Workspace) -> None:
    """Take the last answer back: the events file is what it was before.

    Raises
    ------
    InputError
        When there is nothing to take back, or the file cannot be written.
    """
    kept = _kept(of)
    path = events_file(of)
    if kept is None or not last_answer(of):
        raise InputError(f"{path}: was changed since the last answer; take its rows out there")
    if kept["before"] is not None:
        write_all({path: str(kept["before"])})
    else:
        try:
            path.unlink()
        except OSError as error:
            raise InputError(f"{path}: cannot be removed ({error.strerror})") from error
    Drafts(of.folder).save(KIND, KEY, None)


def events_file(of: Workspace) -> Path:
    """Return the events file of a workspace, which need not be there."""
    return of.path(of.settings.files.events)


def _kept(of: Workspace) -> Mapping[str, object] | None:
    """Return what is known of the last answer."""
    kept = Drafts(of.folder).load(KIND, KEY)
    understood = isinstance(kept, Mapping) and {"before", "after", "done"} <= set(kept)
    return kept if understood else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _place(event: Event) -> tuple[object, ...]:
    """Return what the events file states only once."""
    return event.day, event.kind, event.queue, event.start, event.end
