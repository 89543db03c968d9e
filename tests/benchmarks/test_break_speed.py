"""CPU seconds of a week on a 15-minute grid whose longer shifts have a break."""

import time
from collections.abc import Callable

import pytest

from optimizer.plan_shifts import plan_shifts
from optimizer.report import SolveStatus
from optimizer.shifts import OnCallSettings
from optimizer.solver import SolverSettings
from tests.benchmarks.break_weeks import break_settings, week_with_breaks

GAP = 0.01
MOST_SECONDS = 30.0
SEEDS = (1, 2, 3, 4)


@pytest.mark.benchmark
@pytest.mark.parametrize("peak", [40, 400])
@pytest.mark.parametrize("programme", ["cover", "loss_function"])
def test_week_with_breaks(record: Callable[[str, str], None], programme: str, peak: int) -> None:
    """Shifts of 4, 6, 8 and 10 hours at any hour, half an hour's break from 8 on."""
    solver = SolverSettings(time_limit_seconds=600, gap=GAP)
    seconds, gaps = [], []
    for seed in SEEDS:
        need = week_with_breaks(peak, seed)
        began = time.process_time()
        plan = plan_shifts(need, break_settings(programme, 60), OnCallSettings(), solver)
        seconds.append(time.process_time() - began)
        assert plan.report.status is SolveStatus.OPTIMAL
        assert plan.report.gap is not None
        gaps.append(plan.report.gap)
    record(
        f"{programme}, peak {peak}, quarter hours, a break from 8 h on: CPU s, gap (4 weeks)",
        f"{min(seconds):.1f} to {max(seconds):.1f} s, at most {max(gaps):.2%}",
    )
    assert max(gaps) <= GAP
    assert max(seconds) <= MOST_SECONDS * (1 if peak <= 40 else 2)
