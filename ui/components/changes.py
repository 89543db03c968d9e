"""Changes by people: overrides of a forecast in a list with switches, and a form for a new one."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import streamlit as st

from data.clock import zone
from data.errors import InputError
from data.store import VersionConflict
from forecast.overrides import MOST_CONTACTS, MOST_FACTOR, Kind, Override
from forecast.series import VolumeForecast
from ui import override_entries, session
from ui.components import faults, remembered
from ui.override_entries import KIND_LABELS, Entered
from ui.overrides import add_override, switch_override
from ui.workspaces import Workspace

WHO = "who"
_FAULT, _FORM_FAULT, _UNDO = "override_fault", "override_form_fault", "override_undo"
_WIDTHS = [1, 4, 4, 4, 3]


def show(of: Workspace, own: VolumeForecast) -> None:
    """List the overrides of a queue, and take a new one.

    Parameters
    ----------
    of
        The workspace.
    own
        The model's forecast of the queue, before any override.
    """
    fault = st.session_state.pop(_FAULT, "")
    if fault:
        faults.show(fault)
    kept = session.overrides(of)
    here, elsewhere = override_entries.split(kept, own)
    _name(of)
    if here:
        _rows(of, here)
    else:
        st.caption("Nobody has changed this forecast.")
    _way_back(of)
    if elsewhere:
        with st.expander(f"Changes at other times ({len(elsewhere)})"):
            _rows(of, elsewhere)
    with st.expander("Change the forecast", icon=":material/edit:", key="override_form"):
        _form(of, own, kept)


def _name(of: Workspace) -> None:
    """Ask who is at work; the answer is remembered in the workspace."""
    if "override_who" not in st.session_state:
        st.session_state["override_who"] = str(session.drafts().load(WHO, of.folder.name) or "")
    st.text_input(
        "Your name",
        key="override_who",
        width=320,
        placeholder="Who changes or switches",
        on_change=lambda: session.drafts().save(
            WHO, of.folder.name, st.session_state["override_who"]
        ),
    )


def _rows(of: Workspace, overrides: Sequence[Override]) -> None:
    calendar = of.settings.calendar
    for place, name in zip(
        st.columns(_WIDTHS), ("On", "Change", f"When ({calendar.timezone})", "Why", "Who, when"),
        strict=True,
    ):  # fmt: skip
        place.caption(name)
    nobody = not str(st.session_state.get("override_who", "")).strip()
    for each in overrides:
        cells = st.columns(_WIDTHS, vertical_alignment="center")
        key = f"override:{each.override_id}"
        remembered.seed(key, each.on)
        cells[0].toggle(
            f"Change {each.override_id} counts",
            key=key,
            label_visibility="collapsed",
            disabled=nobody,
            help="Give your name to switch it" if nobody else None,
            on_change=_switch,
            args=(of, each.override_id, key),
        )
        made = each.at.astimezone(zone(calendar.timezone))
        value = override_entries.value_text(each, calendar.interval_minutes)
        when = override_entries.span_text(each, calendar.timezone)
        texts = (value, when, each.why, f"{each.who}, {made:%d %b %Y %H:%M}")
        for cell, text in zip(cells[1:], texts, strict=True):
            shown = faults.escaped(text)
            cell.markdown(shown if each.on else f":gray[{shown}]")


def _way_back(of: Workspace) -> None:
    """Offer to take the last change of this session back."""
    last = st.session_state.get(_UNDO)
    if last is None:
        return
    override_id, on, done = last
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: {faults.escaped(done)}", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            key="undo_override",
            on_click=_undo,
            args=(of, override_id, on),
        )


def _form(of: Workspace, own: VolumeForecast, kept: Sequence[Override]) -> None:
    calendar = of.settings.calendar
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    kind = left.selectbox(
        "Kind", list(KIND_LABELS), format_func=lambda name: KIND_LABELS[name], key="override_kind"
    )
    least = -MOST_CONTACTS if kind == "add" else 0.0
    right.number_input(
        f"Value, {_unit(own, kind)}",
        least,
        MOST_FACTOR if kind == "multiply" else MOST_CONTACTS,
        None,
        step=0.05 if kind == "multiply" else 1.0,
        format="%g",
        key=f"override_value:{kind}",
        placeholder="Such as 1.2 for a fifth more" if kind == "multiply" else "Contacts",
    )
    first = own.table.index[0].tz_convert(zone(calendar.timezone)).date()
    _span(first, calendar.interval_minutes, calendar.timezone)
    if kind == "set":
        st.checkbox(
            "This number is certain",
            key="override_exactly",
            help="Otherwise the forecast stays as unsure as it was, in proportion.",
        )
    st.text_input("Why", key="override_why", placeholder="What do you know that the model cannot?")
    told = _effect(own, kept, kind)
    st.button("Add the change", type="primary", key="add_override", on_click=_add, args=(of, own))
    fault = st.session_state.pop(_FORM_FAULT, "")
    if fault and fault != told:
        faults.show(fault)


def _span(first: date, interval_minutes: int, timezone: str) -> None:
    """Ask from when until when, in local time."""
    step = timedelta(minutes=interval_minutes)
    columns = st.columns(4)
    for number, (day, wall, note) in enumerate(
        (
            ("First day", "From", f"Local time, {timezone}"),
            ("Last day", "Until", f"Local time, {timezone}; 00:00 is the end of the last day"),
        )
    ):
        columns[2 * number].date_input(
            day, first, format="YYYY-MM-DD", required=True, key=f"override_{day}"
        )
        columns[2 * number + 1].time_input(
            wall, time(0), step=step, required=True, key=f"override_{wall}", help=note
        )


def _effect(own: VolumeForecast, kept: Sequence[Override], kind: Kind) -> str:
    """Say what the change would do, before it is made; return why it cannot be, if so."""
    if st.session_state[f"override_value:{kind}"] is None:
        st.caption("Give a value to see what it does.")
        return ""
    try:
        new = _entered(own, kind, named=False)
        st.caption(override_entries.check_effect(own, kept, new))
    except InputError as error:
        faults.show(error)
        return str(error)
    return ""


def _entered(own: VolumeForecast, kind: Kind, *, named: bool) -> Override:
    """Return what the form says; unless it is `named`, who and why may be missing yet."""
    state = st.session_state
    value = state[f"override_value:{kind}"]
    if value is None:
        raise InputError(f"Value: give a number, {_unit(own, kind)}")
    if None in (state["override_First day"], state["override_Last day"]):
        raise InputError("First day and last day: give both")
    entered = Entered(
        kind=kind,
        value=float(value),
        first=state["override_First day"],
        begin=state["override_From"] or time(0),
        last=state["override_Last day"],
        end=state["override_Until"] or time(0),
        who=state["override_who"] if named else "?",
        why=state["override_why"] if named else "?",
        exactly=bool(state.get("override_exactly")),
    )
    at = datetime.now(UTC).replace(microsecond=0)
    return override_entries.to_override(entered, own.queue, own.calendar.timezone, at)


def _unit(own: VolumeForecast, kind: Kind) -> str:
    return override_entries.unit(kind, own.calendar.interval_minutes)


def _add(of: Workspace, own: VolumeForecast) -> None:
    """Keep what was entered."""

    def add() -> None:
        kind = cast(Kind, st.session_state["override_kind"])
        new = _entered(own, kind, named=True)
        override_entries.check_effect(own, session.overrides(of), new)
        made = add_override(of.folder, new)
        st.session_state["override_why"] = ""
        st.session_state[f"override_value:{kind}"] = None
        value = override_entries.value_text(made, own.calendar.interval_minutes)
        when = override_entries.span_text(made, own.calendar.timezone)
        st.session_state[_UNDO] = (made.override_id, False, f"Added: {value}, {when}.")

    _try(add, _FORM_FAULT)


def _switch(of: Workspace, override_id: str, key: str) -> None:
    on = bool(st.session_state[key])
    _set(of, override_id, on, (override_id, not on, _switched(override_id, on)))


def _undo(of: Workspace, override_id: str, on: bool) -> None:
    _set(of, override_id, on, None)


def _set(of: Workspace, override_id: str, on: bool, back: tuple[Any, ...] | None) -> None:
    """Switch an override, and remember the way back."""

    def switch() -> None:
        who, at = str(st.session_state["override_who"]).strip(), datetime.now(UTC)
        if not who:
            raise InputError("Say your name: a switch has an author")
        switch_override(of.folder, override_id, on=on, who=who, at=at.replace(microsecond=0))
        st.session_state[_UNDO] = back

    _try(switch, _FAULT)


def _switched(override_id: str, on: bool) -> str:
    return f"Change {override_id} was switched {'on' if on else 'off'}."


def _try(work: Callable[[], None], place: str) -> None:
    """Do something, and keep what went wrong for the screen that is drawn next."""
    try:
        work()
    except (InputError, VersionConflict) as error:
        st.session_state[place] = str(error)
