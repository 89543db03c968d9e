"""From a file of the competition to a judged roster."""

from collections.abc import Callable, Iterator
from pathlib import Path

from data.errors import fault
from optimizer.inrc.evaluate import Evaluation, evaluate
from optimizer.inrc.instance import FREE, Instance
from optimizer.inrc.read_text import is_text_instance, parse_txt
from optimizer.inrc.read_xml import is_xml_instance, parse_xml
from optimizer.instances.answer import Answer
from optimizer.solver import Cancellation, Progress, SolverSettings


def recognises(text: str) -> bool:
    """Say whether a text is of one of the competition's two formats."""
    return is_xml_instance(text) or is_text_instance(text)


def read_instance(text: str, path: Path) -> Instance:
    """Read an instance in whichever of the two formats it is.

    Raises
    ------
    InputError
        With the file, the line and the element, when something cannot be used.
    """
    return parse_txt(text, path) if is_text_instance(text) else parse_xml(text, path)


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
        When the text cannot be read, or a contract takes longer than anybody waits.
    """
    from optimizer.inrc.automaton import TooLargeError
    from optimizer.inrc.solve import solve

    instance = read_instance(text, path)
    try:
        solved = solve(instance, settings, cancel, progress)
    except TooLargeError as error:
        mend = "shorten the period, or the runs of days that it limits"
        raise fault(path, str(error), mend, column="Contract") from None
    rows = solved.rows.tolist()
    judged = evaluate(instance, rows)
    if judged.cost != solved.report.objective or judged.misplaced != solved.misplaced:
        raise ValueError(
            f"The roster was said to cost {solved.report.objective} with {solved.misplaced} "
            f"misplaced; counted, it costs {judged.cost} with {judged.misplaced}."
        )
    penalties = {rule: float(cost) for rule, cost in judged.by_rule().items()}
    duties = tuple(_duties(instance, rows))
    return Answer(solved.report, duties, penalties, tuple(_sentences(instance, judged)))


def _duties(instance: Instance, rows: list[list[int]]) -> Iterator[tuple[str, int, str]]:
    for person, row in zip(instance.employees, rows, strict=True):
        for day, shift in enumerate(row):
            if shift != FREE:
                yield person.employee_id, day, instance.shifts[shift].shift_id


def _sentences(instance: Instance, judged: Evaluation) -> Iterator[str]:
    for wrong in judged.wrong_cover:
        shift = instance.shifts[wrong.shift].shift_id
        yield f"day {wrong.day}, shift {shift}: calls for {wrong.wanted}, has {wrong.found}"
