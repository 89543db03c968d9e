"""Which model forecasts a queue best: scored on past weeks, in the background."""

from typing import Any

import pandas as pd
import streamlit as st

from forecast.models import YARDSTICK, model_names
from forecast.series import VolumeHistory
from ui import scoring, session
from ui.components import job_status

KIND = "backtest"
USUAL = ("auto", YARDSTICK, "average_8_weeks")


def show(history: VolumeHistory) -> None:
    """Show the last leaderboard of a queue, and let the models be scored anew."""
    st.markdown("**Which model to trust** &nbsp; :gray[each week forecast from what was known]")
    job_status.outcome(KIND)
    kept = session.drafts().load(scoring.KIND, history.queue)
    if kept:
        _table(kept)
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    models = left.multiselect("Models to compare", list(model_names()), list(USUAL))
    busy = session.jobs().running() is not None
    if right.button(
        "Compare", disabled=busy or not models, icon=":material/leaderboard:", width="stretch"
    ):
        drafts = session.drafts()
        session.jobs().start(
            KIND,
            f"Comparing models on {history.queue}",
            lambda cancel, tell: scoring.score(history, models, drafts, cancel, tell),
        )
        st.rerun()


def _table(kept: dict[str, Any]) -> None:
    table = pd.DataFrame(kept["rows"])
    shown = scoring.shown(table)
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "WAPE": st.column_config.NumberColumn(
                format="%.1f %%", help="Sum of absolute errors over the sum of volume"
            ),
            "Noise floor": st.column_config.NumberColumn(
                format="%.1f %%", help="WAPE of a perfect forecast of Poisson counts"
            ),
            "Bias": st.column_config.NumberColumn(
                format="%+.1f %%", help="Forecast minus what happened"
            ),
            "MASE": st.column_config.NumberColumn(format="%.2f", help="Below 1 beats last week"),
            "80 % band held": st.column_config.NumberColumn(format="%.0f %%"),
            "90 % band held": st.column_config.NumberColumn(format="%.0f %%"),
        },
    )
    st.caption(f"{kept['cutoffs']} weeks, the last one ending {kept['until']}.")
