"""A plan around the clock on the screen: what every hour gets, what is said, who is at work."""

import streamlit as st

from optimizer.around_clock import AroundClock
from ui import roster_grids
from ui.around_clock_chart import tier_chart
from ui.around_clock_lines import stretches, summary_lines
from ui.around_clock_plans import clock_files
from ui.components import downloads, proof


def show(plan: AroundClock) -> None:
    """Show a plan, and offer its files."""
    _metrics(plan)
    st.markdown(
        "**What every hour gets** &nbsp; :gray[figures: reps at work; P: one on call by phone; "
        "·: automatic reply]"
    )
    st.altair_chart(
        tier_chart(plan),
        key="around_the_clock",
        alt="What every hour gets, by day and hour; the table below says what is told when",
    )
    for line in list(summary_lines(plan))[2:]:
        st.caption(line.replace("$", r"\$"))
    st.caption(proof.sentence(plan.report))
    told, shifts = st.columns(2)
    with told:
        st.markdown("**What an automatic reply may say**")
        rows = stretches(plan)
        if rows.empty:
            st.caption("Nobody is told to wait.")
        else:
            st.dataframe(rows, hide_index=True)
    with shifts:
        st.markdown("**Shifts of the live hours**")
        st.dataframe(roster_grids.staffed_rows(plan.shifts, plan.timezone), hide_index=True)
    st.download_button(
        "Download tiers, shifts and coverage",
        downloads.zipped({name: text.encode() for name, text in clock_files(plan).items()}),
        f"around-the-clock-{plan.queue}.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/download:",
    )


def _metrics(plan: AroundClock) -> None:
    live, phone, auto, wait = st.columns(4)
    live.metric(
        "Live",
        f"{plan.hours('live'):g} h",
        f"{100 * plan.share('answered_live'):.1f} % of contacts",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    phone.metric(
        "On call by phone",
        f"{plan.hours('phone'):g} h",
        f"{100 * plan.share('by_phone'):.1f} % of contacts",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    auto.metric(
        "Automatic reply",
        f"{plan.hours('auto'):g} h",
        f"{100 * plan.share('told_to_wait'):.1f} % of contacts wait",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    mean, most = plan.mean_wait_hours, plan.most_wait_hours
    wait.metric(
        "Wait until the answer",
        "–" if mean is None else f"{mean:.1f} h",
        None if most is None else f"at most {most:.1f} h as promised",
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
