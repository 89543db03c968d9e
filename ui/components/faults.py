"""Faults in what was given, in the words of their message."""

import re

import streamlit as st

from data.errors import InputError

# A message quotes what stands in files; its stars and dollars are no formatting.
_MARKS = re.compile(r"([*$~`\[\]\\<>#|])")


def show(error: InputError | str) -> None:
    """Show a fault in one line."""
    st.error(escaped(str(error)), icon=":material/error:")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it stands."""
    return _MARKS.sub(r"\\\1", text)
