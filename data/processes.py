"""Work shared among processes, so that two cores do it in half the time."""

import contextlib
import signal
import warnings
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from data.progress import Report

Task = TypeVar("Task")
Result = TypeVar("Result")


def share(
    work: Callable[[Task], Result], tasks: Sequence[Task], jobs: int
) -> Generator[tuple[int, Result], None, None]:
    """Do every task, and yield its place and result as they come.

    Parameters
    ----------
    work
        A function of a module, for the processes to find.
    tasks
        What it is called with, one at a time.
    jobs
        Processes at once; with 1 the work is done in this one, and in order.

    Notes
    -----
    Close the generator to give up what is not done yet (`contextlib.closing`).
    """
    if min(jobs, len(tasks)) <= 1:
        for place, task in enumerate(tasks):
            yield place, work(task)
        return
    from joblib import Parallel, delayed

    # A terminal sends its Ctrl-C to the workers too: the first process alone answers it.
    workers = Parallel(n_jobs=jobs, return_as="generator_unordered", initializer=_ignore_interrupts)
    made = workers(delayed(_placed)(work, place, task) for place, task in enumerate(tasks))
    try:
        for each in made:  # noqa: UP028 - what is handed on would be closed with its warning
            yield each
    finally:
        with warnings.catch_warnings():
            # That work was given up is what the person who stopped it wanted.
            warnings.simplefilter("ignore", UserWarning)
            made.close()


def share_in_order(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    jobs: int,
    name: Callable[[Task], str],
    progress: Report,
) -> list[Result]:
    """Do every task, tell of each as it is done, and return the results in the order of the tasks.

    Parameters
    ----------
    work, tasks, jobs
        As for `share`.
    name
        What is told of a task.
    progress
        Is told each finished task and the share of all that is done, 0 to 1; what it raises ends
        the work.
    """
    found: dict[int, Result] = {}
    with contextlib.closing(share(work, tasks, jobs)) as made:
        for place, result in made:
            found[place] = result
            progress(name(tasks[place]), len(found) / len(tasks))
    return [found[place] for place in range(len(tasks))]


def cores() -> int:
    """Return how many processes this machine runs at once."""
    import joblib

    return int(joblib.cpu_count())


def _placed(work: Callable[[Task], Result], place: int, task: Task) -> tuple[int, Result]:
    return place, work(task)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
