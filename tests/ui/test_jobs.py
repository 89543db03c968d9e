"""Background work must end, be stoppable, and never fail silently."""

import logging
import threading
from pathlib import Path

import pytest

from data.errors import InputError
from optimizer.solver import Cancellation
from ui.jobs import Cancelled, Job, Jobs, Tell, check, jobs_of


def _ended(job: Job | None) -> Job:
    assert job is not None
    job.wait(10)
    assert not job.is_running
    return job


def test_a_job_tells_of_its_progress_and_ends() -> None:
    """The planner sees what is being done while it is done."""
    told, go_on = threading.Event(), threading.Event()

    def work(cancel: Cancellation, tell: Tell) -> None:
        tell("Choosing", 0.4)
        told.set()
        assert go_on.wait(10)

    jobs = Jobs()
    job = jobs.start("shifts", "Planning", work)
    assert job is not None
    assert told.wait(10)
    assert (job.stage, job.share, job.state) == ("Choosing", 0.4, "running")
    assert jobs.running() is job
    go_on.set()
    assert _ended(job).state == "done"
    assert jobs.running() is None
    assert jobs.latest is job


def test_two_jobs_never_run_at_once() -> None:
    """Two solves at once would share one solver and two cores."""
    go_on = threading.Event()
    jobs = Jobs()
    first = jobs.start("shifts", "One", lambda cancel, tell: (go_on.wait(10), None)[1])
    assert jobs.start("roster", "Two", lambda cancel, tell: None) is None
    go_on.set()
    _ended(first)
    assert _ended(jobs.start("roster", "Two", lambda cancel, tell: None)).state == "done"


def test_a_cancelled_job_stops_and_says_so() -> None:
    """Work that was asked to stop looks at the wish and ends without a result."""
    ready = threading.Event()

    def work(cancel: Cancellation, tell: Tell) -> None:
        ready.set()
        while True:
            check(cancel)

    jobs = Jobs()
    job = jobs.start("shifts", "Planning", work)
    assert job is not None
    assert ready.wait(10)
    job.cancel()
    assert _ended(job).state == "cancelled"
    assert not job.is_cancelling


def test_a_fault_in_the_input_is_told_in_its_own_words() -> None:
    """A person can mend it, so the message is for them."""

    def work(cancel: Cancellation, tell: Tell) -> None:
        raise InputError("team.csv, row 3: found nothing")

    job = _ended(Jobs().start("roster", "Naming reps", work))
    assert (job.state, job.error) == ("failed", "team.csv, row 3: found nothing")


def test_an_unforeseen_fault_is_logged_and_shown_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Silence would leave the planner waiting; a traceback would not help them."""

    def work(cancel: Cancellation, tell: Tell) -> None:
        raise ZeroDivisionError("secret detail")

    with caplog.at_level(logging.ERROR):
        job = _ended(Jobs().start("roster", "Naming reps", work))
    assert job.state == "failed"
    assert "secret detail" not in job.error
    assert "ZeroDivisionError" in caplog.text


def test_a_cancelled_wish_is_no_failure() -> None:
    """Stopping on purpose must not look like a fault."""

    def work(cancel: Cancellation, tell: Tell) -> None:
        raise Cancelled

    assert _ended(Jobs().start("shifts", "Planning", work)).state == "cancelled"


def test_every_session_finds_the_jobs_of_its_workspace(tmp_path: Path) -> None:
    """A reload is a new session, and must find the solve that it started."""
    assert jobs_of(tmp_path) is jobs_of(tmp_path / ".." / tmp_path.name)
    assert jobs_of(tmp_path) is not jobs_of(tmp_path / "other")
