"""The menu, and links from one screen to another."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import session
from ui.components import job_status
from ui.screens import (
    accuracy,
    around_the_clock,
    exports,
    forecast,
    history,
    home,
    requirement,
    roster,
    rotation,
    settings,
    shift_plan,
    team,
)

SIDEBAR_PIXELS = 220
SECTIONS: dict[str, list[tuple[str, str, str, Callable[[], None]]]] = {
    "Plan": [
        ("home", "Home", ":material/home:", home.show),
        ("history", "History", ":material/history:", history.show),
        ("forecast", "Forecast", ":material/show_chart:", forecast.show),
        ("accuracy", "Accuracy", ":material/leaderboard:", accuracy.show),
        ("requirement", "Requirement", ":material/groups:", requirement.show),
        ("shift-plan", "Shift plan", ":material/view_timeline:", shift_plan.show),
        ("roster", "Roster", ":material/calendar_month:", roster.show),
        ("rotation", "Rotation", ":material/autorenew:", rotation.show),
        (
            "around-the-clock",
            "Around the clock",
            ":material/nights_stay:",
            around_the_clock.show,
        ),
        ("exports", "Exports", ":material/download:", exports.show),
    ],
    "Set up": [
        ("team", "Team", ":material/badge:", team.show),
        ("settings", "Settings", ":material/tune:", settings.show),
    ],
}


def pages() -> dict[str, list[Any]]:
    """Return the pages by section of the menu."""
    return {
        section: [
            st.Page(show, title=title, icon=icon, url_path=path, default=path == "home")
            for path, title, icon, show in entries
        ]
        for section, entries in SECTIONS.items()
    }


def run() -> None:
    """Show the menu and the chosen screen."""
    st.set_page_config(
        page_title="Staffcast",
        page_icon="🗓️",
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
    )
    page = st.navigation(pages())
    with st.sidebar:
        st.caption(f"**Staffcast** · {session.folder().name}")
        job_status.show()
    page.run()
