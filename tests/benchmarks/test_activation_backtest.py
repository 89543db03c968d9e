"""On-call in the weeks that came: as often short, and called in as often, as plans promised."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecast.series import VolumeHistory
from optimizer.plan_paths import CalledFor, path_costs
from optimizer.plan_shifts import plan_shifts
from optimizer.solver import SolverSettings
from tests.benchmarks.plan_cases import bank, sample, week_after
from ui.settings import Settings

WEEKS = 8
POINTS = 0.03
Record = Callable[[str, str], None]


def backtest(histories: Sequence[VolumeHistory], settings: Settings) -> pd.DataFrame:
    """Return a row per queue and week: what the plan made before it promised, and what came."""
    last = min(history.cutoff for history in histories)
    rows = []
    for weeks in range(WEEKS, 0, -1):
        cutoff = last - pd.Timedelta(weeks=weeks)
        case = week_after("", [history.until(cutoff) for history in histories], settings)
        plan = plan_shifts(
            case.requirement,
            settings.shifts,
            settings.on_call,
            SolverSettings(gap=1e-3),
            queues=case.queues,
        )
        for outlook, history in zip(plan.outlook, histories, strict=True):
            assert outlook.queue == history.queue
            distribution = case.requirement.distributions[history.queue]
            came = history.volume.reindex(distribution.starts).to_numpy(dtype=float)
            assert not np.isnan(came).any()
            reps = distribution.of_volume(came[None])
            is_open = (outlook.table["called_for"] > 0).to_numpy()
            paths = [CalledFor(history.queue, distribution.starts, reps, is_open)]
            [met] = path_costs(
                plan, paths, settings.shifts, settings.on_call, settings.queues
            ).to_dict("records")
            rows.append(
                {
                    "queue": history.queue,
                    "cutoff": f"{cutoff:%Y-%m-%d}",
                    "open": int(is_open.sum()),
                    "promised": outlook.p_short,
                    "came": met["p_short"],
                    "hours_promised": outlook.table["activated"].sum(),
                    "hours_came": met["activated_hours"],
                    "short_promised": outlook.table["short"].sum(),
                    "short_came": met["short_hours"],
                }
            )
    return pd.DataFrame(rows)


def check(weeks: pd.DataFrame, record: Record) -> None:
    """Record promises beside what came, and hold P(short hour) within three points."""
    print(weeks.round(3).to_string())
    for queue, rows in weeks.groupby("queue"):
        share = rows["open"] / rows["open"].sum()
        promised, came = (float((share * rows[name]).sum()) for name in ("promised", "came"))
        # Hours of a week are short together: weeks are what can be counted as independent.
        noise = float((rows["came"] - rows["promised"]).std(ddof=1) / np.sqrt(len(rows)))
        hours = rows[["hours_promised", "hours_came", "short_promised", "short_came"]].mean()
        record(
            f"{queue}, {WEEKS} weeks planned from the forecast before each: P(short hour) "
            "promised, came (± its standard error over weeks); rep-hours a week called in "
            "promised, came; missing promised, came",
            f"{promised:.2%}, {came:.2%} (± {noise:.2%}); {hours['hours_promised']:.1f}, "
            f"{hours['hours_came']:.1f}; {hours['short_promised']:.1f}, {hours['short_came']:.1f}",
        )
        assert abs(came - promised) <= POINTS


@pytest.mark.benchmark
def test_activations_of_the_sample_team(tmp_path: Path, record: Record) -> None:
    """A dozen reps, two chat queues."""
    check(backtest(*sample(tmp_path)), record)


@pytest.mark.benchmark
def test_activations_of_bank_calls(public_data: Path, record: Record) -> None:
    """Hundreds of reps on the phone."""
    check(backtest(*bank(public_data)), record)
