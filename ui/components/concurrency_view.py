"""How many conversations at once pay and what a rep completes with them, worked out when opened."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from optimizer.queue_settings import QueueSettings
from ui import session
from ui.advising import (
    USUAL_SHARE,
    Advice,
    advise,
    busiest,
    contrast,
    leavers,
    pace_lines,
    recommendation,
    translation_lines,
)
from ui.components import remembered
from ui.concurrency_chart import reps_by_concurrency
from ui.sums import moment

KIND = "own_share"


def show(
    queue: str, queues: Mapping[str, QueueSettings], rows: pd.DataFrame, minutes: int, timezone: str
) -> None:
    """Show the advice on a queue's concurrency, folded until somebody asks.

    Parameters
    ----------
    queue
        Its name.
    queues
        Settings by name of every queue, as they are tried.
    rows
        The queue's ``interval_start`` and ``volume``.
    minutes
        Length of an interval.
    timezone
        The calendar's zone.
    """
    folded = st.expander(
        "How many conversations at once pay, and what a rep completes with them",
        icon=":material/stacked_line_chart:",
        key="concurrency_view",
        on_change="rerun",
    )
    if not folded.open:
        return
    start, contacts = busiest(rows, minutes)
    with folded:
        if contacts <= 0:
            st.caption("No contacts are expected.")
            return
        advice = _advice(queue, contacts, repr(sorted(queues.items())), queues)
        when = f"{moment(start, timezone)}, the busiest of the week"
        further = f"{leavers(advice)} {contrast(advice)}"
        st.markdown(f"**{recommendation(advice, when)}** {further}")
        if advice.levels is None:
            _translation(advice)
            return
        curve, levels = st.columns([3, 2], gap="large")
        with curve:
            _curve(advice)
        with levels:
            _levels(advice.levels)
            _translation(advice)
        _pace(advice)


@st.cache_resource(max_entries=64, show_spinner="Trying conversations at once …")
def _advice(
    queue: str,
    contacts_per_hour: float,
    settings_key: str,  # noqa: ARG001 - stands for the settings
    _queues: Mapping[str, QueueSettings],
) -> Advice:
    return advise(queue, _queues, contacts_per_hour)


def _curve(advice: Advice) -> None:
    found = advice.concurrency
    if found is None:
        return
    best = found.recommended(found.clock)
    st.altair_chart(
        reps_by_concurrency(found.curve, found.clock, best, found.stated),
        key=f"concurrency_curve:{advice.queue}",
        alt="Reps on duty that keep the promise, by conversations at once. "
        f"{recommendation(advice, 'the busiest hour')}",
    )


def _levels(levels: pd.DataFrame) -> None:
    st.markdown("**What a rep completes** &nbsp; :gray[always so many at once]")
    shown = levels.assign(hands_busy=100 * levels["hands_busy"]).rename(
        columns={
            "level": "At once",
            "conversations_per_hour": "An hour",
            "minutes": "Minutes each",
            "hands_busy": "Hands busy",
        }
    )
    number = st.column_config.NumberColumn
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "An hour": number(format="%.2f"),
            "Minutes each": number(format="%.1f"),
            "Hands busy": number(format="%.0f %%"),
        },
    )


def _translation(advice: Advice) -> None:
    for line in translation_lines(advice):
        st.caption(line)


def _pace(advice: Advice) -> None:
    """Show the pace by the faster queue's beside the planner's own figure, which is kept."""
    pace = advice.pace
    if pace is None:
        return
    key = f"own_share:{advice.queue}"
    kept = session.drafts().load(KIND, advice.queue)
    remembered.seed(key, kept if isinstance(kept, int) else round(100 * USUAL_SHARE))
    measured, own, words = st.columns([1, 1, 3], vertical_alignment="center")
    measured.metric(
        f"Pace of {pace.queue} by {pace.beside}",
        f"{100 * pace.ratio:.0f} %",
        help="Contacts per rep-hour on duty at the same volume, each under its own promise",
    )
    share = own.number_input(
        "Your own figure, %",
        min_value=1,
        max_value=100,
        key=key,
        on_change=lambda: session.drafts().save(KIND, advice.queue, st.session_state[key]),
        help="What you take it to be; many teams say 60",
    )
    for line in pace_lines(advice, share / 100):
        words.caption(line)
