"""The job in the background: how far it is, and a button to stop it."""

import streamlit as st

from ui import session
from ui.components import faults
from ui.jobs import Job

POLL_SECONDS = 0.5


def show() -> None:
    """Show the running job, and look again until it has ended."""
    job = session.jobs().running()
    draw = st.fragment(run_every=POLL_SECONDS if job else None)(_draw)
    draw(job)


def _draw(job: Job | None) -> None:
    if job is None:
        return
    if not job.is_running:
        st.rerun()
    with st.container(border=True):
        most = f" of at most {job.limit_seconds:.0f}" if job.limit_seconds else ""
        text = f"{job.stage or 'Starting'} · {job.seconds:.0f}{most} s"
        st.markdown(f"**{job.title}**")
        st.progress(job.share, text=text)
        stopping = job.is_cancelling
        if st.button("Stopping …" if stopping else "Stop", key="stop_job", disabled=stopping):
            job.cancel()


def outcome(kind: str) -> None:
    """Say how the last job of a kind ended, where that is worth saying."""
    job = session.jobs().latest
    if job is None or job.kind != kind or job.is_running:
        return
    if job.state == "failed":
        faults.show(job.error)
    elif job.state == "cancelled":
        st.warning(f"{job.title} was stopped after {job.seconds:.0f} s.", icon=":material/stop:")
