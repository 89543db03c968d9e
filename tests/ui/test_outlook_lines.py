"""What shifts lead to is said in sentences that a planner can act on."""

import pandas as pd

from optimizer.report import SolveReport, SolveStatus
from optimizer.shifts import Outlook, ShiftPlan
from optimizer.tier_prices import TierPrices
from ui.outlook_lines import likely_short, outlook_lines

PRICES = TierPrices(0.0, 0.30, 1.40, 6.0, 0.5)


def outlook(chances: list[float]) -> Outlook:
    starts = pd.date_range("2026-10-24T22:00Z", periods=len(chances), freq="h").as_unit("us")
    table = pd.DataFrame(
        {
            "interval_start": starts,
            "called_for": 3.0,
            "p_activated": 0.5,
            "activated": 0.75,
            "p_short": chances,
            "short": [2 * chance for chance in chances],
        }
    )
    return Outlook("live", table, PRICES)


def plan(*outlooks: Outlook) -> ShiftPlan:
    report = SolveReport(SolveStatus.OPTIMAL, 1.0, 1.0, 0.0, 0.1)
    return ShiftPlan((), pd.DataFrame(), "Europe/Dublin", 60, report, outlooks)


def test_quantiles_and_expectations_are_said_with_their_units():
    """The planner must see what the prices make of the volume, and what is left to chance."""
    worth, expected = outlook_lines(plan(outlook([0.0, 0.1, 0.2])), "loss_function")
    assert "primary serve the 50.0 % quantile" in worth
    assert "together the 93.5 % quantile" in worth
    assert "2.2 rep-hours called in" in expected
    assert "0.6 missing" in expected
    assert "10.0 % on average" in expected


def test_a_requirement_without_a_distribution_is_named():
    """Who asked for more than a cover must be told why there is only a cover."""
    (line,) = outlook_lines(plan(), "loss_function")
    assert "only the median and the guard" in line
    assert outlook_lines(plan(), "cover") == []


def test_stretches_that_may_be_short_are_named_worst_first_by_the_wall_clock():
    """Across the clock change, too: the hour that comes twice is one of the stretch's."""
    found = likely_short([outlook([0.2, 0.0, 0.3, 0.4, 0.0, 0.06])], "Europe/Dublin", 0.05, 2)
    assert found == [
        "Sun 01:00–02:00 live: short with a chance of up to 40 %",
        "Sat 23:00–00:00 live: short with a chance of 20 %",
        "and 1 more that may be short",
    ]
