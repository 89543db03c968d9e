"""Long work in the background: one job at a time in a workspace, with progress and cancellation.

Jobs belong to the process and not to a browser's session, so a reload finds them again. What a job
finds is kept by the job itself before it ends, so it outlives the process too.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from data.errors import InputError
from optimizer.solver import Cancellation

State = Literal["running", "done", "cancelled", "failed"]
Tell = Callable[[str, float | None], None]
Work = Callable[[Cancellation, Tell], None]

_LOG = logging.getLogger(__name__)


class Job:
    """Work in a thread of its own.

    Parameters
    ----------
    kind
        What is made: ``shifts``, ``roster``, ``backtest``.
    title
        What it is called on the screen.
    work
        Called with a cancellation and a function that takes what is being done and the share that
        is done (None when that is not known); keeps its own result.
    limit_seconds
        After how long the work ends at the latest; None when that is not known.
    """

    def __init__(
        self, kind: str, title: str, work: Work, limit_seconds: float | None = None
    ) -> None:
        self.kind = kind
        self.title = title
        self.error = ""
        self.stage = ""
        self.limit_seconds = limit_seconds
        self.state: State = "running"
        self._cancel = Cancellation()
        self._work = work
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._share: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"job-{kind}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; it does so within about a second."""
        self._cancel.cancel()

    @property
    def is_cancelling(self) -> bool:
        """Whether it was asked to stop and has not yet done so."""
        return self._cancel.is_cancelled and self.is_running

    @property
    def is_running(self) -> bool:
        """Whether the work goes on."""
        return self.state == "running"

    @property
    def seconds(self) -> float:
        """Wall time so far, or in all."""
        return time.monotonic() - self._started if self._seconds is None else self._seconds

    @property
    def share(self) -> float:
        """Share of the work that is done, or of the time that it may take; 0 to 1."""
        if self._share is None and self.limit_seconds is not None:
            return min(self.seconds / self.limit_seconds, 1.0)
        return min(self._share or 0.0, 1.0)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the work has ended, at most `timeout` seconds."""
        self._thread.join(timeout)

    def _tell(self, stage: str, share: float | None) -> None:
        self.stage, self._share = stage, share

    def _run(self) -> None:
        state: State = "failed"
        try:
            self._work(self._cancel, self._tell)
            state = "cancelled" if self._cancel.is_cancelled else "done"
        except Cancelled:
            state = "cancelled"
        except InputError as error:
            self.error = str(error)
        except Exception:  # noqa: BLE001 - logged in full
            # The thread has nobody to raise to: the details go to the log, one line to the screen.
            _LOG.exception("The job %s failed", self.kind)
            self.error = f"{self.title} failed; the terminal has the details."
        finally:
            self._seconds = time.monotonic() - self._started
            self.state = state


class Cancelled(Exception):  # noqa: N818 - it is a wish, not a fault
    """Raised by work that was asked to stop and has nothing to keep."""


def check(cancel: Cancellation) -> None:
    """Stop work that was asked to stop.

    Raises
    ------
    Cancelled
        When it was.
    """
    if cancel.is_cancelled:
        raise Cancelled


class Jobs:
    """The jobs of one workspace: at most one runs, the last one is remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None

    @property
    def latest(self) -> Job | None:
        """The job that runs or ran last."""
        return self._job

    def running(self) -> Job | None:
        """Return the job that runs; None when none does."""
        job = self._job
        return job if job is not None and job.is_running else None

    def start(
        self, kind: str, title: str, work: Work, limit_seconds: float | None = None
    ) -> Job | None:
        """Start a job; None when another one still runs."""
        with self._lock:
            if self.running() is not None:
                return None
            self._job = Job(kind, title, work, limit_seconds)
            self._job.start()
            return self._job


_registry: dict[Path, Jobs] = {}
_registry_lock = threading.Lock()


def jobs_of(folder: Path) -> Jobs:
    """Return the jobs of a workspace, the same object for every session of this process."""
    with _registry_lock:
        return _registry.setdefault(folder.resolve(), Jobs())
