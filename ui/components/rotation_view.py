"""The rotation of the workspace: planned once for what it depends on, shown, swapped, published."""

from datetime import date

import pandas as pd
import streamlit as st

from optimizer.rotation import Rotation, Swap
from ui import rotations, session
from ui.components import downloads
from ui.rotation_chart import week_rows, year_chart
from ui.rotations import MadeRotation, WorkspaceBase
from ui.session import Stamp
from ui.workspaces import Workspace

LEDGER_TITLES = {
    "rep_id": "Rep",
    "turns_before": "Before",
    "turns": "Turns",
    "fair_turns": "Fair",
    "days": "Days",
    "hours": "Hours",
    "night_hours": "Night",
    "weekend_hours": "Weekend",
    "holiday_hours": "Holiday",
    "days_stood_in": "Stood in",
    "comp_before": "Comp before",
    "comp_earned": "earned",
    "comp_taken": "taken",
    "comp_balance": "Balance",
}


def turns(of: Workspace, first: date, weeks: int) -> WorkspaceBase | None:
    """Return whose turn each week is, from the cache when nothing it depends on has changed."""
    files = of.settings.files
    paths = [of.path(files.team), of.path(files.absences), rotations.published_path(of)]
    known = repr((of.settings.rotation, of.settings.calendar, of.settings.solver))
    return _turns(of, session.stamp(paths), known, first, weeks)


@st.cache_resource(max_entries=8, show_spinner="Planning the rotation …")
def _turns(
    _of: Workspace,
    stamp: Stamp,  # noqa: ARG001 - part of the key
    known: str,  # noqa: ARG001 - part of the key
    first: date,
    weeks: int,
) -> WorkspaceBase | None:
    return rotations.base_of(_of, first, weeks)


def metrics(rotation: Rotation) -> None:
    """Show how even and how restful the rotation is."""
    loads = [load.turns for load in rotation.loads]
    turns, between, missing, proof = st.columns(4)
    turns.metric("Turns each", f"{min(loads)} – {max(loads)}", border=True)
    rest = "–" if rotation.weeks_between is None else str(rotation.weeks_between)
    between.metric("Weeks between turns, at least", rest, border=True)
    days = sum(finding.amount for finding in rotation.findings)
    missing.metric("Days with nobody", f"{days:g}", border=True)
    proof.metric("Proof", rotation.report.status.value.capitalize(), border=True)
    # In a container, so that a sentence more does not make the tabs below begin anew.
    with st.container():
        for note in rotation.notes:
            st.info(note, icon=":material/info:")
        for finding in rotation.findings:
            st.warning(finding.sentence, icon=":material/warning:")


def tabs(of: Workspace, base: WorkspaceBase, made: MadeRotation) -> None:
    """Show the year, the weeks, the ledger and the swaps."""
    year, rows, ledger, swaps = st.tabs(["Year", "Weeks", "Ledger", "Swaps"])
    with year:
        st.altair_chart(
            year_chart(made),
            key="rotation_year",
            alt="Weeks on call of each rep; the tab Weeks has them as text",
        )
    with rows:
        st.dataframe(week_rows(made.rotation), hide_index=True, height=560)
    with ledger:
        shown = made.ledger[list(LEDGER_TITLES)].rename(columns=LEDGER_TITLES)
        st.dataframe(shown, hide_index=True)
        st.caption(
            "Turns before and now, and how many would be fair in all; days, of them those stood in "
            "for others; elapsed hours, by the rep's own wall clock, of which an hour may be "
            "night, weekend and holiday at once. Comp time is in hours; the balance is at the end."
        )
    with swaps:
        _swaps(of, base, made)


def _swaps(of: Workspace, base: WorkspaceBase, made: MadeRotation) -> None:
    """Let two people exchange weeks; one that cannot be is explained and not kept."""
    choices = {
        f"{duty.week:%a %d %b %Y}: {duty.rep_id}": (duty.rep_id, duty.week)
        for duty in made.rotation.duties
        if duty.kind != "part_cover"
    }
    one, other, go = st.columns([3, 3, 2], vertical_alignment="bottom")
    given = one.selectbox("This week", list(choices), key="swap_given")
    taken = other.selectbox("for this one", list(choices), index=None, key="swap_taken")
    if go.button("Swap", disabled=not (given and taken), icon=":material/swap_horiz:"):
        swap = Swap(*choices[str(given)], *choices[str(taken)], place="This swap")
        # Made with it before it is kept: one that collides is refused in one line.
        rotations.make_rotation(of, base, [*made.swaps, swap])
        rotations.keep_swaps(of, [*made.swaps, swap])
        st.rerun()
    if not made.swaps:
        st.caption("No swaps yet. A swap moves two weeks and nothing else.")
        return
    table = pd.DataFrame(
        [(s.rep_id, s.week, s.with_rep_id, s.with_week) for s in made.swaps],
        columns=["Rep", "gives the week of", "to", "for the week of"],
    )
    st.dataframe(table, hide_index=True)
    if st.button("Take the last swap back", icon=":material/undo:"):
        rotations.keep_swaps(of, made.swaps[:-1])
        st.rerun()


def files(of: Workspace, made: MadeRotation) -> None:
    """Offer the files, and publish the rotation."""
    rendered = rotations.rotation_files(made.rotation, made.ledger, made.past)
    calendars = {name: content for name, content in rendered.items() if isinstance(content, bytes)}
    publish, rows, ledger, zipped = st.columns(4)
    if publish.button("Publish the rotation", type="primary", icon=":material/publish:"):
        folder = rotations.publish_rotation(of, made)
        st.session_state["rotation_published"] = f"Published to {folder.relative_to(of.folder)}."
        st.rerun()
    for column, title, name in (
        (rows, "Download rotation", "rotation.csv"),
        (ledger, "Download ledger", "ledger.csv"),
    ):
        column.download_button(title, rendered[name], name, "text/csv", on_click="ignore")
    zipped.download_button(
        "Download calendars",
        downloads.zipped(calendars),
        "rotation-calendars.zip",
        "application/zip",
        on_click="ignore",
    )
    with st.container():
        sentence = st.session_state.pop("rotation_published", "")
        if sentence:
            st.success(sentence, icon=":material/check_circle:")
