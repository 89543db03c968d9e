"""From a file of Curtois and Qu's format to a judged roster."""

from collections.abc import Callable
from pathlib import Path

from data.errors import InputError, fault
from optimizer.instances.answer import Answer
from optimizer.instances.curtois_qu import is_curtois_qu, parse_instance
from optimizer.instances.evaluator import evaluate
from optimizer.instances.instance import Instance, Schedule
from optimizer.solver import ROUNDING, Cancellation, Progress, SolverSettings


def recognises(text: str) -> bool:
    """Say whether a text is of this format."""
    return is_curtois_qu(text)


def answer(
    text: str,
    path: Path,
    settings: SolverSettings,
    cancel: Cancellation | None,
    progress: Callable[[Progress], None] | None,
) -> Answer:
    """Read an instance, find a roster and judge it.

    Raises
    ------
    InputError
        When the text cannot be read, asks for more memory than there may be, or numba is not
        installed.
    """
    instance = parse_instance(text, path)
    try:
        from optimizer.instances.engine import solve
        from optimizer.instances.people import TooLargeError
    except ImportError as error:
        if error.name != "numba":
            raise
        raise InputError(
            f"{path}: the search for this format is compiled by numba, which is not installed; "
            "pip install 'staffcast[simulation]'"
        ) from None
    try:
        result = solve(instance, settings, cancel, progress)
    except TooLargeError as error:
        raise fault(
            path,
            str(error),
            "shorten the horizon, or lower MaxTotalMinutes and MaxWeekends",
            column="SECTION_STAFF",
        ) from None
    if result.schedule is None:
        return Answer(result.report, (), {}, result.reasons)
    judged = evaluate(instance, result.schedule)
    objective = result.report.objective
    if objective is None or abs(judged.objective - objective) > ROUNDING * max(1, judged.objective):
        raise ValueError(
            f"The roster was said to cost {objective} and costs {judged.objective} when counted."
        )
    return Answer(
        result.report, _duties(instance, result.schedule), judged.penalties, judged.broken
    )


def _duties(instance: Instance, schedule: Schedule) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (person.name, day, shift)
        for person in instance.employees
        for day, shift in enumerate(schedule[person.name])
        if shift is not None
    )
