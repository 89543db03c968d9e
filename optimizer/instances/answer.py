"""What comes of an instance, whatever format it is written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from data.errors import fault
from data.files import read_text
from optimizer.report import SolveReport
from optimizer.solver import Cancellation, Progress, SolverSettings


@dataclass(frozen=True)
class Answer:
    """A roster for an instance, judged by its format's own evaluator.

    Parameters
    ----------
    report
        Cost, bound, gap and seconds.
    duties
        Who works what: name of the person, day from 0, shift; in the file's order of people.
    penalties
        By kind, what the evaluator counted; their sum is the objective.
    broken
        A sentence for each hard rule that the roster breaks; none in a roster that can be used.
    """

    report: SolveReport
    duties: tuple[tuple[str, int, str], ...]
    penalties: Mapping[str, float]
    broken: tuple[str, ...] = ()


class Format(Protocol):
    """What a module in `FORMATS` has."""

    def recognises(self, text: str) -> bool:
        """Say whether a file's text is of this format; only the beginning need be looked at."""

    def answer(
        self,
        text: str,
        path: Path,
        settings: SolverSettings,
        cancel: Cancellation | None,
        progress: Callable[[Progress], None] | None,
    ) -> Answer:
        """Read the text of `path` and find a roster; raise InputError when it cannot be read."""


FORMATS = {
    "Curtois-Qu": "optimizer.instances.curtois_qu_answer",
    "INRC-I": "optimizer.inrc.answer",
}
"""By name, the module of a format; it is asked in this order and imported when it is."""


def answer_instance(
    path: Path,
    settings: SolverSettings,
    cancel: Cancellation | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Answer:
    """Read an instance in whichever format it is, and find a roster for it.

    Parameters
    ----------
    path
        The file.
    settings
        Time limit, the gap at which to stop, and the seed.
    cancel, progress
        As for `optimizer.solver.solve`.

    Raises
    ------
    InputError
        When the file cannot be read or is of no known format.
    """
    text = read_text(path)
    for module in FORMATS.values():
        known = cast(Format, import_module(module))
        if known.recognises(text):
            return known.answer(text, path, settings, cancel, progress)
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    raise fault(path, first, f"give an instance in the format of {' or '.join(FORMATS)}")
