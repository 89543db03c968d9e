"""How evenly the last weeks and the week shown are shared: the score, its parts and the ledger."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from data.clock import midnight
from optimizer.fairness import PARTS, Ledger, PastRoster
from optimizer.fairness_score import PartScore
from ui import planning, session
from ui.fairness_lines import TITLES, days_of, said
from ui.past_rosters import Judged, judge, plan_team, workspace_rosters
from ui.plan_folder import Plan
from ui.session import Stamp
from ui.workspaces import Workspace, read_workspace_events, read_workspace_team

HELP = (
    "Of all turns of a burden, the share that lies where it belongs: everybody owes turns in "
    "proportion to contract hours, of what they could have been given. Cover is the share of "
    "required rep-hours that somebody covers."
)


def show(of: Workspace, made: Plan) -> None:
    """Show the score of the last weeks up to the end of a plan, its parts, and who carried what."""
    judged = _judged_now(of, made)
    if judged is None:
        st.caption("Nobody is named yet, so there is nothing to share.")
        return
    ledger, score = judged.ledger, judged.score
    days = days_of(ledger, made.timezone)
    if score.total is None:
        st.info(
            f"Nights, weekends, holidays, standby and requests: none in {days}.",
            icon=":material/info:",
        )
        return
    left, right = st.columns([1, 4])
    left.metric("Fairness, of 100", f"{score.total:.0f}", border=True, help=HELP)
    left.caption(f"{days}, this roster included.")
    with right:
        for part in score.parts:
            _part(part)
    st.dataframe(
        ledger_rows(ledger, made),
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={
            name: st.column_config.NumberColumn(format="%+.1f")
            for name in (f"{TITLES[part]} ±" for part in PARTS)
        },
    )
    st.caption(
        "Turns carried, and ± how many more or fewer than was due: nights, weekends, holidays and "
        "standby in shifts, requests in wishes denied; standby and contract in hours."
    )


def ledger_rows(ledger: Ledger, made: Plan) -> pd.DataFrame:
    """Return the ledger for the eye: who, and of each burden what was carried and how much more.

    Burdens that nobody had are left out.
    """
    names = {rep.rep_id: rep.name for rep in (made.team.reps if made.team else ())}
    table = ledger.table
    shown = pd.DataFrame({"Rep": [names.get(i, n) for i, n in table[["rep_id", "name"]].values]})
    for part in PARTS:
        if table[part].any():
            due = table[f"{part}_due"]
            shown[TITLES[part]] = table[part].astype(int)
            # Who owed nothing and carried nothing has nothing to compare.
            excess = (table[part] - due).where((due > 0) | (table[part] > 0))
            shown[f"{TITLES[part]} ±"] = excess.round(1) + 0.0
        if part == "standby" and table["standby_hours"].any():
            shown["Standby, h"] = table["standby_hours"]
    shown["Contract, h"] = table["contract_hours"]
    return shown


def _part(part: PartScore) -> None:
    """Show a part as a line: its name, a bar, its score and what it counts."""
    name, bar, number, words = st.columns([2, 5, 1, 7], vertical_alignment="center")
    name.markdown(TITLES[part.name])
    if part.score is None:
        number.markdown("–")
    else:
        bar.progress(min(1.0, part.score / 100))
        number.markdown(f"**{part.score:.0f}**")
    words.caption(said(part))


def _judged_now(of: Workspace, made: Plan) -> Judged | None:
    """Judge, from the cache when nothing that it depends on has changed."""
    files = of.settings.files
    folder = planning.plan_folder(of, made.plan_id)
    paths = [of.path(name) for name in (files.team, files.absences, files.preferences)]
    plans = of.path(planning.PLANS)
    paths += [of.path(files.events), *sorted(plans.glob("*/*.csv")), *([folder] if folder else [])]
    settings = of.settings
    known = repr((settings.fairness, settings.burn_out, settings.labour, settings.calendar))
    return _judged(of, made, session.stamp(paths), known)


@st.cache_resource(max_entries=8, show_spinner="Counting who carried what …")
def _judged(
    _of: Workspace,
    _made: Plan,
    stamp: Stamp,  # noqa: ARG001 - part of the key
    known: str,  # noqa: ARG001 - part of the key
) -> Judged | None:
    team = read_workspace_team(_of)
    if team is None or _made.roster is None or _made.team is None:
        return None
    begin, end = (
        midnight(_made.start + timedelta(weeks=weeks), _made.timezone).to_pydatetime()
        for weeks in (0, _made.weeks)
    )
    past = {path: one for path, one in workspace_rosters(_of, team).items() if one.begin < begin}
    now = PastRoster(
        begin,
        end,
        _made.roster.assignments,
        plan_team(_made.team.reps, team),
        _made.roster.coverage,
        _made.interval_minutes,
    )
    folder = planning.plan_folder(_of, _made.plan_id) or _of.path(planning.PLANS) / _made.plan_id
    return judge({**past, folder: now}, _of.settings, read_workspace_events(_of), end)
