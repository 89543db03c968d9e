"""Which model forecasts a queue best: compared on past weeks, in the background."""

from typing import Any

import pandas as pd
import streamlit as st

from forecast.models import ALWAYS_COMPARED, model_names
from forecast.series import VolumeHistory
from ui import accuracy_charts, scoring, session
from ui.components import frame, job_status
from ui.publishing import kept_snapshots
from ui.settings import Settings
from ui.verdict import verdict

JOB = "backtest"
USUAL = ("auto", "median_of_six")
_PER_CENT = ("wape", "poisson_floor", "wape_day", "wape_week", "bias", "coverage_80", "coverage_90")


def controls(history: VolumeHistory, settings: Settings) -> None:
    """Let models and weeks be chosen, and compare them in the background."""
    most = scoring.most_weeks(history)
    if most < 1:
        st.info(
            f"A comparison takes two weeks of history; there is less of {history.queue}.",
            icon=":material/info:",
        )
        return
    offered = [name for name in model_names() if name not in ALWAYS_COMPARED]
    left, middle, right = st.columns([5, 1, 1], vertical_alignment="bottom")
    models = left.multiselect(
        "Models, beside last week and the averages of 4 and 8 weeks",
        offered,
        [name for name in USUAL if name in offered],
        key="compared_models",
    )
    weeks = middle.number_input(
        "Weeks",
        1,
        most,
        min(scoring.WEEKS, most),
        key=f"compared_weeks:{history.queue}",
        help="Each is forecast from what was known when it began; six at least tell differences.",
    )
    busy = session.jobs().running() is not None
    if right.button("Compare", disabled=busy, icon=":material/leaderboard:", width="stretch"):
        drafts, snapshots = session.drafts(), kept_snapshots(session.folder())
        session.jobs().start(
            JOB,
            f"Comparing models on {history.queue}",
            lambda cancel, tell: scoring.score(
                history, models, drafts, cancel, tell, settings, snapshots, weeks=int(weeks)
            ),
        )
        st.rerun()
    job_status.outcome(JOB)


def summary(queue: str) -> None:
    """Say in a line which model the last comparison found best, and lead to it."""
    kept = session.drafts().load(scoring.KIND, queue)
    if kept:
        board = scoring.kept_table(kept, "leaderboard")
        best = board.iloc[0]
        st.markdown(
            f"**Which model to trust:** {best['model']} was off by {100 * best['wape']:.1f} % over "
            f"{_weeks(kept)}. {verdict(board)}"
        )
    else:
        st.markdown("**Which model to trust:** not compared yet on this queue.")
    frame.go("accuracy", "Compare models")


def show(kept: dict[str, Any]) -> None:
    """Show the leaderboard with its intervals, and say in words what it tells."""
    board = scoring.kept_table(kept, "leaderboard")
    best = board.iloc[0]
    st.markdown(f"**{verdict(board)}**")
    st.caption(
        f"{_weeks(kept)}, the last one ending {kept['until']}. Even the true mean would be off by "
        f"{100 * best['poisson_floor']:.1f} % (Poisson floor). "
        f"{scoring.told_sentence(kept['told'], kept['drivers'])}"
    )
    st.altair_chart(
        accuracy_charts.model_errors(board),
        key="model_errors",
        alt="WAPE of each model with its 95 % interval, beside the Poisson floor",
    )
    st.dataframe(_named(board), hide_index=True, column_config=_columns())


def _weeks(kept: dict[str, Any]) -> str:
    return "1 week" if kept["weeks"] == 1 else f"{kept['weeks']} weeks"


def _named(board: pd.DataFrame) -> pd.DataFrame:
    table = board.copy()
    table[list(_PER_CENT)] *= 100
    table["interval"] = [
        "" if pd.isna(low) else f"{100 * low:.1f} – {100 * high:.1f}"
        for low, high in zip(table["wape_low"], table["wape_high"], strict=True)
    ]
    return table[list(_columns())]


def _columns() -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "rank": number("Rank", format="%d", help="Shared where a difference may be luck"),
        "model": st.column_config.TextColumn("Model"),
        "wape": number("WAPE", format="%.1f %%", help="Absolute errors over volume"),
        "interval": st.column_config.TextColumn("95 % sure, %", help="Interval over weeks"),
        "poisson_floor": number(
            "Floor", format="%.1f %%", help="Poisson floor: WAPE of the true mean of such counts"
        ),
        "ratio_to_yardstick": number(
            "To last week", format="%.2f", help="WAPE over that of last week's values; below 1 wins"
        ),
        "wape_day": number("Of days", format="%.1f %%", help="WAPE of daily totals"),
        "wape_week": number("Of weeks", format="%.1f %%", help="WAPE of weekly totals"),
        "bias": number("Bias", format="%+.1f %%", help="Forecast minus what came"),
        "mase": number("MASE", format="%.2f", help="Error in units of the week-on-week change"),
        "coverage_80": number("In 80 %", format="%.0f %%", help="Came within the 80 % band"),
        "coverage_90": number("In 90 %", format="%.0f %%", help="Came within the 90 % band"),
        "cpu_s": number("CPU", format="%.1f s", help="Of one forecast"),
    }
