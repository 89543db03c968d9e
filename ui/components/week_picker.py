"""Which week is planned."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from data.clock import local_days, week_start
from ui import session
from ui.components import remembered
from ui.periods import next_period
from ui.workspaces import Workspace

WEEKS_AHEAD = 6
_KEY = "week_picker"


def weeks(of: Workspace) -> list[date]:
    """Return the Mondays that can be planned: the next ones after the data."""
    timezone = of.settings.calendar.timezone
    cutoff = max(history.cutoff for history in session.histories(of))
    first = next_period(cutoff, timezone, None, 1).start
    monday = week_start(local_days(pd.DatetimeIndex([first]), timezone)[0])
    return [monday + timedelta(weeks=number) for number in range(WEEKS_AHEAD)]


def show(of: Workspace) -> None:
    """Let the week be chosen; every screen follows."""
    choices = weeks(of)
    chosen = session.current_scenario().start
    if chosen is not None and chosen not in choices:
        choices = sorted({*choices, chosen})
    remembered.seed(_KEY, chosen or choices[0])
    st.selectbox(
        "Week",
        choices,
        format_func=lambda day: f"Week of {day:%a %d %b %Y}",
        key=_KEY,
        on_change=lambda: _keep(weeks(of)[0]),
        label_visibility="collapsed",
    )


def _keep(first: date) -> None:
    """Remember a chosen week; the first one follows the data as it grows."""
    picked = st.session_state[_KEY]
    session.choose(start=None if picked == first else picked)
