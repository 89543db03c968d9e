"""Changes of a published roster: somebody is away, two want to swap; a preview, then a draft."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from data.clock import zone
from optimizer.period import span
from optimizer.repair_files import change_sentence, gap_sentence, shift_words
from optimizer.repair_sick import SickCall, apply_substitutes, sick_call
from optimizer.repair_substitutes import Substitute, Substitutes
from optimizer.repair_swaps import Swap, apply_swap, check_swap, swap_partners
from optimizer.repair_types import Published, Repair
from optimizer.shifts import Shift
from optimizer.staff import Absence
from ui import mending, roster_grids
from ui.components import faults, why_view
from ui.plan_folder import Plan
from ui.repair_lines import VERBS, told
from ui.repairing import published
from ui.workspaces import Workspace

AWAY, SWAP = "Someone is away", "Swap"
KIND, REP, DAYS, FROM, LOCKED = (
    "repair_kind",
    "repair_rep",
    "repair_days",
    "repair_from",
    "repair_locked",
)
GIVER, DUTY, TAKER, BACK, OFFER = (
    "swap_giver",
    "swap_duty",
    "swap_taker",
    "swap_back",
    "swap_offer",
)
FOUND, OFFERS = "repair_found", "swap_found"
PARTNERS = 30


def show(of: Workspace, made: Plan) -> None:
    """Let a planner enter what happened, see what it would change, and apply it."""
    standing = why_view.standing_now(of, made)
    if standing is None:
        st.caption("Nobody is named yet, so there is nothing to mend.")
        return
    begins, _ = span(standing.coverage, standing.interval_minutes)
    roster = published(standing, of.settings, begins, standing.history)
    _way_back(of, made)
    kind = st.segmented_control(
        "What happened", [AWAY, SWAP], default=AWAY, key=KIND, label_visibility="collapsed"
    )
    names = roster_grids.names_of(roster.team)
    if kind == SWAP:
        _swap(of, made, roster, names)
    else:
        _away(of, made, roster, names)


def _away(of: Workspace, made: Plan, roster: Published, names: dict[str, str]) -> None:
    first, last = made.start, made.start + timedelta(weeks=made.weeks, days=-1)
    who, days, start, keep = st.columns([3, 3, 2, 4], vertical_alignment="bottom")
    rep_id = who.selectbox("Who is away", list(names), format_func=names.__getitem__, key=REP)
    picked = days.date_input(
        "First and last day", (first, first), min_value=first, max_value=last, key=DAYS
    )
    hour = start.time_input("From", time(0), step=timedelta(minutes=30), key=FROM)
    locked = keep.multiselect(
        "Whose duties stay",
        [one for one in names if one != rep_id],
        format_func=names.__getitem__,
        placeholder="Nobody's in particular",
        key=LOCKED,
    )
    absence = _absence(rep_id, picked, hour, roster)
    ready = absence is not None
    if st.button("Mend the roster", type="primary", disabled=not ready, icon=":material/healing:"):
        pinned = {(one.rep_id, one.shift) for one in roster.assignments if one.rep_id in locked}
        with st.spinner("Looking for the fewest changes …"):
            then = replace(roster, now=absence.start if absence else roster.now)
            call = sick_call(then, absence, locked=pinned) if absence else None
        st.session_state[FOUND] = (made, then, call)
    kept = st.session_state.get(FOUND)
    if kept is None or kept[0] is not made or kept[2] is None:
        st.caption(
            "Duties are given to as few others as will do; what has begun by then and what is "
            "locked stays."
        )
        return
    _call(of, made, kept[1], kept[2], names)


def _absence(rep_id: str | None, picked: object, hour: time, roster: Published) -> Absence | None:
    """Return who is away and when; None while the days are not picked."""
    if rep_id is None or not isinstance(picked, tuple) or len(picked) != 2:
        return None
    first, last = picked
    if not isinstance(first, date) or not isinstance(last, date):
        return None
    local = zone(roster.timezone)
    begins = datetime.combine(first, hour, tzinfo=local)
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=local)
    return Absence(rep_id, begins, ends, "sick")


def _call(
    of: Workspace, made: Plan, roster: Published, call: SickCall, names: dict[str, str]
) -> None:
    if not call.freed:
        st.info(f"{names[call.absence.rep_id]} has no duty then; nothing has to change.")
        return
    with st.container(border=True):
        st.markdown("**Fewest changes**")
        preview(call.repair, roster)
        _apply(of, made, call.repair, "Apply to the draft", "apply_repair")
    with st.container(border=True):
        st.markdown("**Or somebody of your choice**")
        moved = "above is what is best moved" if call.repair.chosen else "nothing moved helps"
        chosen = [
            _substitutes(number, one, roster, moved) for number, one in enumerate(call.substitutes)
        ]
        picked = [one for one in chosen if one is not None]
        if picked:
            repair = apply_substitutes(roster, call.absence, picked)
            preview(repair, roster)
            _apply(of, made, repair, "Apply these instead", "apply_substitutes")


def preview(repair: Repair, roster: Published) -> None:
    """Show what a repair changes, what stays open and who is to be told."""
    _list(repair, roster)
    if repair.gaps:
        st.warning(
            "Stays open: "
            + "; ".join(faults.escaped(gap_sentence(one, roster.timezone)) for one in repair.gaps),
            icon=":material/warning:",
        )
    else:
        st.success(
            "Nobody is missing who was not missing before"
            + (", and fewer changes would not do." if repair.is_proven else "."),
            icon=":material/verified:",
        )
    for finding in repair.broken:
        st.error(faults.escaped(finding.sentence), icon=":material/gavel:")
    st.caption(f"To be told: {faults.escaped(', '.join(told(repair, roster)))}")


def _list(repair: Repair, roster: Published) -> None:
    """List the changes, in sentences that wrap where the screen is narrow."""
    lines = []
    for one in repair.changes:
        said = faults.escaped(change_sentence(one, roster.team, roster.timezone))
        lines.append(f"- {said} :gray[· {one.notice_hours:g} h of notice]")
    st.markdown("\n".join(lines))


def _substitutes(
    number: int, found: Substitutes, roster: Published, moved: str
) -> Substitute | None:
    """List who could take a freed duty; return whom the planner picks."""
    st.markdown(faults.escaped(shift_words(found.shift, roster.timezone)))
    picked = None
    if found.ranked:
        event = st.dataframe(
            substitute_rows(found.ranked),
            hide_index=True,
            height="content" if len(found.ranked) <= 6 else 250,
            on_select="rerun",
            selection_mode="single-row",
            key=f"substitutes:{number}",
        )
        rows = event["selection"]["rows"]
        picked = found.ranked[rows[0]] if rows and rows[0] < len(found.ranked) else None
    else:
        st.info(f"Nobody could take it; {moved}.")
    if found.hindered:
        listed = "; ".join(f"{reason} ({count})" for reason, count in found.hindered)
        st.caption(f"Of the others: {faults.escaped(listed)}")
    return picked


def substitute_rows(ranked: Sequence[Substitute]) -> pd.DataFrame:
    """Return a row for everybody who could take a duty, the best first."""
    return pd.DataFrame(
        [
            (one.name, VERBS[one.way], one.covers_hours, round(one.cost, 2), one.reasons)
            for one in ranked
        ],
        columns=["Rep", "How", "Hours", "Costs", "Why"],
    )


def _swap(of: Workspace, made: Plan, roster: Published, names: dict[str, str]) -> None:
    words: Callable[[Shift], str] = lambda shift: shift_words(shift, roster.timezone)  # noqa: E731
    with_duties = [rep_id for rep_id in names if _duties(roster, rep_id)]
    if not with_duties:
        st.caption("Nobody has a duty that could be swapped.")
        return
    who, what, whom, back = st.columns([2, 4, 2, 4], vertical_alignment="bottom")
    giver = who.selectbox("Who gives", with_duties, format_func=names.__getitem__, key=GIVER)
    own = _duties(roster, giver)
    if st.session_state.get(DUTY) not in own:
        st.session_state.pop(DUTY, None)
    duty = what.selectbox("Which duty", own, format_func=words, key=DUTY)
    taker = whom.selectbox(
        "To whom",
        [one for one in names if one != giver],
        index=None,
        format_func=names.__getitem__,
        placeholder="Offer partners",
        key=TAKER,
    )
    theirs = _duties(roster, taker) if taker else []
    if st.session_state.get(BACK) not in theirs:
        st.session_state.pop(BACK, None)
    given = back.selectbox(
        "For which duty", theirs, index=None, format_func=words, placeholder="Nothing", key=BACK,
        disabled=not taker,
    )  # fmt: skip
    swap = check_swap(roster, giver, duty, taker, given) if taker else None
    if swap is None:
        swap = _offered(made, roster, giver, duty, names)
    if swap is not None:
        _judged(of, made, roster, swap, names)


def _duties(roster: Published, rep_id: str | None) -> list[Shift]:
    return sorted(one.shift for one in roster.assignments if one.rep_id == rep_id)


def _offered(
    made: Plan, roster: Published, giver: str, duty: Shift, names: dict[str, str]
) -> Swap | None:
    """List the swaps that are allowed; return the one that is picked."""
    kept = st.session_state.get(OFFERS)
    if kept is None or kept[0] is not made or kept[1] != (giver, duty):
        with st.spinner("Looking for partners …"):
            found = swap_partners(roster, giver, duty)
        kept = st.session_state[OFFERS] = (made, (giver, duty), found)
    offers: tuple[Swap, ...] = kept[2][:PARTNERS]
    if not offers:
        st.info("Nobody can swap this duty or take it by the rules.")
        return None
    st.caption(f"{len(kept[2])} swaps are allowed; pick one to see what it changes.")
    rows = [
        (
            names[one.other_id],
            "nothing" if one.other_shift is None else shift_words(one.other_shift, roster.timezone),
            effects(one, names),
        )
        for one in offers
    ]
    event = st.dataframe(
        pd.DataFrame(rows, columns=["Takes it", "For", "What it changes"]),
        hide_index=True,
        height="content" if len(rows) <= 8 else 320,
        on_select="rerun",
        selection_mode="single-row",
        key=OFFER,
    )
    picked = event["selection"]["rows"]
    return offers[picked[0]] if picked and picked[0] < len(offers) else None


def effects(swap: Swap, names: dict[str, str]) -> str:
    """Say what a swap does to the two."""
    said: dict[str, list[str]] = {}
    for one in swap.carried:
        said.setdefault(one.rep_id, []).append(f"{one.what} {one.before:g} → {one.after:g}")
    return "; ".join(f"{names[rep_id]} {', '.join(texts)}" for rep_id, texts in said.items())


def _judged(
    of: Workspace, made: Plan, roster: Published, swap: Swap, names: dict[str, str]
) -> None:
    if not swap.is_allowed:
        st.error(
            "Not allowed: " + faults.escaped(" ".join(swap.obstacles)), icon=":material/gavel:"
        )
        return
    said = effects(swap, names)
    st.success(
        f"Allowed; the cover stays as it is. {faults.escaped(said)}", icon=":material/verified:"
    )
    repair = apply_swap(roster, swap)
    _list(repair, roster)
    _apply(of, made, repair, "Apply to the draft", "apply_swap")


def _apply(of: Workspace, made: Plan, repair: Repair, label: str, key: str) -> None:
    """Offer to make a repair part of the draft; one that breaks a rule is not applied."""
    if st.button(
        label, type="primary", key=key, icon=":material/check:", disabled=bool(repair.broken)
    ):
        with st.spinner("Keeping the draft …"):
            mending.apply(of, made, repair)
        st.session_state.pop(FOUND, None)
        st.session_state.pop(OFFERS, None)
        st.rerun()


def _way_back(of: Workspace, made: Plan) -> None:
    if mending.can_undo(of, made.plan_id) and st.button(
        "Take the last change back", icon=":material/undo:", key="undo_repair"
    ):
        mending.undo(of, made.plan_id)
        st.rerun()
