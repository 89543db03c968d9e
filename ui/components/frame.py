"""What every screen has: its title, the zone and week it speaks of, and errors in one line."""

import functools
from collections.abc import Callable

import pandas as pd
import streamlit as st

from data.clock import zone
from data.errors import InputError
from ui import session
from ui.components import faults
from ui.periods import Period
from ui.workspaces import Workspace


def screen(title: str) -> Callable[[Callable[[Workspace], None]], Callable[[], None]]:
    """Make a function of a workspace a screen.

    Faults in what was given are shown in one line each, and never as a traceback.
    """

    def wrap(draw: Callable[[Workspace], None]) -> Callable[[], None]:
        @functools.wraps(draw)
        def show() -> None:
            try:
                of = session.workspace()
            except InputError as error:
                st.title(title)
                faults.show(error)
                return
            _heading(title, of)
            guarded(draw)(of)

        return show

    return wrap


def guarded(draw: Callable[..., None]) -> Callable[..., None]:
    """Show faults in what was given in one line, also in a part that reruns on its own."""

    @functools.wraps(draw)
    def show(*parts: object) -> None:
        try:
            draw(*parts)
        except InputError as error:
            faults.show(error)

    return show


def _heading(title: str, of: Workspace) -> None:
    name, context = st.columns([2, 3], vertical_alignment="bottom")
    name.title(title, anchor=False)
    calendar = of.settings.calendar
    context.caption(
        f"Times: {calendar.timezone}, by {calendar.interval_minutes} minutes{_week(of)}",
        text_alignment="right",
    )


def _week(of: Workspace) -> str:
    """Name the planned week, where there is anything to plan."""
    if not session.has_history(of):
        return ""
    try:
        week = session.period(of, session.current_scenario())
    except InputError:
        return ""
    return f" · week of {days(week, of.settings.calendar.timezone)}"


def days(week: Period, timezone: str) -> str:
    """Write the days of a period."""
    first = week.start.tz_convert(zone(timezone))
    last = (week.end - pd.Timedelta(seconds=1)).tz_convert(zone(timezone))
    return f"{first:%a %d %b} – {last:%a %d %b %Y}"


def empty(sentence: str, *links: str) -> None:
    """Explain why a screen has nothing to show, and where to go instead.

    Parameters
    ----------
    sentence
        What is missing.
    links
        Paths of screens that help.
    """
    st.info(sentence, icon=":material/info:")
    for link in links:
        go(link)


def go(path: str, label: str | None = None) -> None:
    """Link to another screen; nothing where there is no menu to link into."""
    from ui.components.navigation import SECTIONS

    for entries in SECTIONS.values():
        for known, title, icon, show in entries:
            if known == path and st.session_state.get("menu", True):
                st.page_link(
                    st.Page(show, title=title, url_path=path, default=path == "home"),
                    label=label or f"Go to {title}",
                    icon=icon,
                )
