"""Why the roster is as it is: who has a shift and why, why somebody else not, what is missing."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeVar

import pandas as pd
import streamlit as st

from optimizer.conflicts import explain_unfilled, explain_wanted
from optimizer.roster_why import Substitute, why, why_not
from optimizer.shifts import Shift
from optimizer.standing import Standing
from ui import planning, roster_grids, session
from ui.components import faults
from ui.past_rosters import plan_team
from ui.plan_folder import Plan
from ui.session import Stamp
from ui.why_lines import Name, conflict_lines, says_more, why_lines, why_not_lines
from ui.whys import (
    missing_of,
    plan_before,
    shift_label,
    shift_on,
    standing_of_plan,
)
from ui.workspaces import Workspace, read_workspace_team

SHIFT, REP, MISSING, GRID = "why_shift", "why_rep", "why_missing", "why_grid"
EVERYBODY = ""
MOST_HOLDERS = 3
GRID_HEIGHT = 320

Answer = TypeVar("Answer")


def show(of: Workspace, made: Plan) -> None:
    """Let a shift and a rep, or something that is missing, be picked, and say why."""
    standing = standing_now(of, made)
    if standing is None or not standing.places:
        st.caption("Nobody is named yet, so there is nothing to explain.")
        return
    names = roster_grids.names_of(standing.team)

    def name(rep_id: str) -> str:
        return names.get(rep_id, rep_id)

    _missing(standing, name)
    left, right = st.columns([3, 2])
    if st.session_state.get(SHIFT) not in standing.places:
        st.session_state.pop(SHIFT, None)
    shift: Shift = left.selectbox(
        "Shift", standing.places, format_func=partial(shift_label, standing), key=SHIFT
    )
    rep_id: str = right.selectbox(
        "Rep",
        [EVERYBODY, *names],
        format_func=lambda one: name(one) if one else "Everybody who has it",
        key=REP,
    )
    _about(standing, shift, rep_id, name)
    _grid(standing, names)


def _missing(standing: Standing, name: Name) -> None:
    found = _once(standing, "missing", partial(missing_of, standing, name))
    if not found:
        st.success(
            "Nothing is missing: every shift has its reps, every contract its hours, every must "
            "its shift.",
            icon=":material/verified:",
        )
        return
    if st.session_state.get(MISSING) not in [one.label for one in found]:
        st.session_state.pop(MISSING, None)
    labels = {one.label: one for one in found}
    picked = st.selectbox(
        f"What is missing ({len(found)})",
        list(labels),
        index=None,
        placeholder="Pick one to see what is in the way",
        key=MISSING,
    )
    if picked is not None:
        with st.container(border=True):
            conflict = _once(standing, ("missing", picked), labels[picked].explain)
            _write(conflict_lines(conflict, name, standing.timezone))


def _once(standing: Standing, about: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Ask once of a roster as it stands: the screen is drawn anew with every click."""
    kept = st.session_state.setdefault("why_answers", {})
    if kept.get("of") is not standing:
        kept.clear()
        kept["of"] = standing
    if about not in kept:
        with st.spinner("Looking for the reasons …"):
            kept[about] = ask()
    answer: Answer = kept[about]
    return answer


def _about(standing: Standing, shift: Shift, rep_id: str, name: Name) -> None:
    """Say why the rep has the shift or not; without a rep, of those who have it."""
    here = [one for one in standing.assignments if one.shift.plain == shift]
    own = [one for one in here if rep_id in (EVERYBODY, one.rep_id)]
    for one in own[:MOST_HOLDERS]:
        found = _once(standing, ("why", one), partial(why, standing, one))
        _write(why_lines(found, name, standing.timezone))
        if found.substitutes:
            with st.expander(f"Who else than {name(one.rep_id)}", expanded=len(own) == 1):
                st.dataframe(substitute_rows(found.substitutes, name), hide_index=True)
    if len(own) > MOST_HOLDERS:
        others = ", ".join(name(one.rep_id) for one in own[MOST_HOLDERS:])
        st.caption(f"Also on it: {faults.escaped(others)}. Pick a rep to see why.")
    if rep_id != EVERYBODY and not own:
        ask = partial(why_not, standing, rep_id, shift)
        not_found = _once(standing, ("not", rep_id, shift), ask)
        _write(why_not_lines(not_found, name, standing.timezone))
        if not_found.obstacles:
            wanted = _once(
                standing,
                ("wanted", rep_id, shift),
                partial(explain_wanted, standing, rep_id, shift),
            )
            if says_more(wanted, not_found):
                _write(conflict_lines(wanted, name, standing.timezone))
    elif standing.filled[shift] < standing.asked[shift] and rep_id == EVERYBODY:
        conflict = _once(standing, ("unfilled", shift), partial(explain_unfilled, standing, shift))
        _write(conflict_lines(conflict, name, standing.timezone))


def substitute_rows(substitutes: Sequence[Substitute], name: Name) -> pd.DataFrame:
    """Return a row for everybody who could take a shift or is kept from it."""
    rows = [
        (
            name(one.rep_id),
            "; ".join(found.sentence for found in one.obstacles) or "nothing",
            one.cost.sentence,
        )
        for one in substitutes
    ]
    return pd.DataFrame(rows, columns=["Rep", "What is in the way", "What it would cost"])


def _grid(standing: Standing, names: dict[str, str]) -> None:
    """Show who works when; a click on a cell picks the rep and the shift of that day."""
    table = roster_grids.roster_grid(standing.assignments, names, standing.timezone)
    st.caption("Or click somebody's day.")
    st.dataframe(
        table,
        key=GRID,
        height=GRID_HEIGHT,
        on_select=partial(_pick, standing, list(names), list(table.columns)),
        selection_mode="single-cell",
    )


def _pick(standing: Standing, rep_ids: Sequence[str], columns: Sequence[str]) -> None:
    cells = st.session_state[GRID].selection.cells
    if not cells:
        return
    row, column = cells[0]
    shift = shift_on(standing, rep_ids[row], columns.index(column))
    if shift is not None:
        st.session_state[SHIFT], st.session_state[REP] = shift, rep_ids[row]


def _write(lines: Sequence[str]) -> None:
    """Show lines: the first in bold, those with a dash as a list."""
    first, *rest = lines
    shown = [f"**{faults.escaped(first)}**", ""]
    for line in rest:
        if line.startswith("- "):
            shown.append(f"- {faults.escaped(line[2:])}")
        else:
            shown += ["", faults.escaped(line), ""]
    st.markdown("\n".join(shown))


def standing_now(of: Workspace, made: Plan) -> Standing | None:
    """Return the roster as it stands, from the cache when nothing of it has changed."""
    files = of.settings.files
    paths = [of.path(name) for name in (files.team, files.absences, files.preferences)]
    folder = planning.plan_folder(of, made.plan_id)
    plans = of.path(planning.PLANS)
    paths += [of.path(files.events), *sorted(plans.glob("*/*.csv")), *([folder] if folder else [])]
    known = repr((of.settings.fairness, of.settings.labour, of.settings.calendar))
    return _standing(of, made, session.stamp(paths), known)


@st.cache_resource(max_entries=4, show_spinner=False)
def _standing(
    _of: Workspace,
    _made: Plan,
    stamp: Stamp,  # noqa: ARG001 - part of the key
    known: str,  # noqa: ARG001 - part of the key
) -> Standing | None:
    if _made.roster is None or _made.team is None:
        return None
    now = read_workspace_team(_of)
    team = _made.team if now is None else plan_team(_made.team.reps, now)
    return standing_of_plan(_made, _of.settings, team, plan_before(_of, _made, team))
