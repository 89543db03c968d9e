"""Widgets that show what the scenario says, without taking back what was just entered."""

from typing import Any

import streamlit as st


def seed(key: str, value: Any) -> None:
    """Let the widget of a key show a value.

    A value that stands already is not set again: that would send it to the browser, where the
    planner may have moved on.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
