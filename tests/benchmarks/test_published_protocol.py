from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.accuracy import leaderboard
from forecast.backtest import backtest
from forecast.closures import CalendarSettings, holiday_events
from tests.benchmarks.public_series import load

HOURS_APART = 12
LEADS = 48
TEST_STARTS = pd.Timestamp("2018-03-01", tz="UTC")
PROBABILITIES = tuple(np.round(np.arange(0.05, 0.96, 0.05), 2).tolist())
PUBLISHED = 1.188
TARGET = 1.185


@pytest.mark.benchmark
def test_emergency_arrivals_as_published(
    public_data: Path, record: Callable[[str, str], None]
) -> None:
    """`auto` beats the published best of the UK emergency department series.

    Protocol of Rostami-Tabar, Browell and Svetunkov: known from April 2014, an origin every 12
    local hours of the year from March 2018, leads up to 48 hours, the mean pinball loss of 19
    quantiles; public holidays of England known. Their best has 1.188, their Prophet 1.447. The
    quantiles of counts are whole numbers, while Staffcast writes what lies between them, so that
    quiet intervals add up; both are scored, and the target is held with whole ones.
    """
    [series] = load(public_data, ("uk_ed_arrivals_hourly",))
    england = CalendarSettings(timezone="UTC", interval_minutes=60, holidays="GB-ENG")
    history = series.told(holiday_events(england, range(2014, 2020))).history
    hours = round((history.cutoff - TEST_STARTS) / pd.Timedelta(hours=1))
    cutoffs = (hours - LEADS) // HOURS_APART + 1
    rows = backtest(
        history, LEADS, cutoffs, HOURS_APART, ["auto"], probabilities=PROBABILITIES, jobs=2
    )
    assert rows["cutoff"].min() == TEST_STARTS
    quantiles = [name for name in rows.columns if name[0] == "q" and name[1:].isdigit()]
    whole = rows.assign(**{name: np.rint(rows[name]) for name in quantiles})
    loss = {}
    for what, of in (("as written", rows), ("as whole counts", whole)):
        loss[what] = float(leaderboard(of)["pinball"].iloc[0])
        measure = f"mean pinball, UK ED, {cutoffs} origins, quantiles {what}; published best 1.188"
        print(measure, loss[what])
        record(measure, f"{loss[what]:.4f}")
    assert loss["as whole counts"] < TARGET
