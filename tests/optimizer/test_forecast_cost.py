"""What an error costs, counted again from the requirement, and the laws of staffing."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar
from forecast.series import VolumeForecast
from optimizer.concurrency import Handling
from optimizer.demand import demand_of
from optimizer.forecast_cost import COLUMNS, HINDSIGHT, cost_of_error
from optimizer.plan_shifts import plan_shifts
from optimizer.queue_settings import QueueSettings
from optimizer.requirement import plan_requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings

HANDLING = Handling(concurrency=2, rep_messages=4, writing_minutes=1.0, customer_reply_minutes=3.0)
QUEUE = QueueSettings(HANDLING, ServicePolicy(shrinkage=0.0))
HOURS = pd.date_range("2026-03-02T08:00Z", periods=10, freq="h", unit="us")
CALENDAR = Calendar("UTC", 60)
CAME = np.array([4.0, 9, 14, 20, 17, 12, 15, 11, 6, 3])


def rows(**medians: np.ndarray) -> pd.DataFrame:
    """A day's forecasts of several models, with quantiles half as wide as they are high."""
    parts = [
        pd.DataFrame({"ds": HOURS, "y": CAME, "q05": 0.5 * made, "q50": made, "q95": 1.5 * made})
        .assign(unique_id="live", model=model, cutoff=HOURS[0])
        for model, made in medians.items()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def priced(
    table: pd.DataFrame, shifts: ShiftSettings | None = None, **more: object
) -> pd.DataFrame:
    on_call = OnCallSettings()
    found = cost_of_error(
        table, {"live": CALENDAR}, {"live": QUEUE}, shifts or ShiftSettings(), on_call, **more
    )
    return found.set_index("model")


def reps(median: np.ndarray, guard: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Primary and on-call as the product plans them."""
    table = pd.DataFrame({"q50": median, "q95": guard}, index=HOURS)
    demand = demand_of(VolumeForecast("live", "any", CALENDAR, table))
    found = plan_requirement([demand], {"live": QUEUE}, 0.95).table
    return found["primary"].to_numpy(), found["on_call"].to_numpy()


def test_hours_are_those_of_the_requirement_and_prices_those_of_the_settings() -> None:
    """Counted again by hand from what the product itself would plan for each volume."""
    made = CAME[::-1].copy()
    shifts = ShiftSettings(wage=3.0, understaffing_price=5.0)
    found = priced(rows(turned=made), shifts)
    assert list(found.reset_index().columns) == ["model", "unique_id", *COLUMNS[2:]]
    needed, _ = reps(CAME, CAME)
    primary, on_call = reps(made, 1.5 * made)
    lacks, spare = np.maximum(needed - primary, 0), np.maximum(primary - needed, 0)
    assert lacks.sum() > 0 < spare.sum()
    called = np.minimum(lacks, on_call)
    row, weeks = found.loc["turned"], 10 / 168
    assert row["weeks"] == pytest.approx(weeks)
    assert row["wape"] == pytest.approx(np.abs(CAME - made).sum() / CAME.sum())
    for name, hours in (
        ("needed_hours", needed),
        ("understaffed_hours", lacks),
        ("overstaffed_hours", spare),
        ("standby_hours", on_call),
        ("called_in_hours", called),
        ("understaffed_with_on_call", lacks - called),
    ):
        assert row[name] == pytest.approx(hours.sum() / weeks), name
    alone = 15 * lacks.sum() + 3 * spare.sum()
    both = 15 * (lacks - called).sum() + 3 * spare.sum() + 3 * called.sum() + 0.9 * on_call.sum()
    assert row["cost"] == pytest.approx(alone / weeks)
    assert row["cost_with_on_call"] == pytest.approx(both / weeks)


def test_who_knew_what_came_pays_for_nothing_but_standby() -> None:
    """No error, no cost; and the cheapest comes first."""
    found = priced(rows(low=0.5 * CAME, right=CAME))
    assert found.index.tolist() == ["right", "low"]
    right = found.loc["right"]
    assert right["cost"] == right["understaffed_hours"] == right["overstaffed_hours"] == 0
    assert right["called_in_hours"] == 0 < right["standby_hours"]


def test_too_low_a_forecast_lacks_and_too_high_a_one_spares() -> None:
    """The sign of the error decides which of the two is paid for."""
    found = priced(rows(low=0.4 * CAME, high=2.0 * CAME))
    assert found.loc["low", "understaffed_hours"] > 0 == found.loc["low", "overstaffed_hours"]
    assert found.loc["high", "overstaffed_hours"] > 0 == found.loc["high", "understaffed_hours"]
    low = found.loc["low"]
    assert low["understaffed_with_on_call"] < low["understaffed_hours"]


def test_an_hour_on_duty_costs_more_where_paid_time_shrinks() -> None:
    """Of two paid hours one is on duty: a spare hour costs twice the wage."""
    table = rows(high=2.0 * CAME)
    half = QueueSettings(HANDLING, ServicePolicy(shrinkage=0.5))
    costs = [
        cost_of_error(table, {"live": CALENDAR}, {"live": queue}, ShiftSettings(), OnCallSettings())
        for queue in (QUEUE, half)
    ]
    assert costs[1]["cost"][0] == pytest.approx(2 * costs[0]["cost"][0])


def test_what_is_not_known_to_have_come_is_not_counted() -> None:
    """A gap in the history is neither a saving nor a loss."""
    table = rows(low=0.5 * CAME)
    table.loc[2, "y"] = np.nan
    row = priced(table).loc["low"]
    assert row["weeks"] == pytest.approx(9 / 168)
    assert np.isfinite(row["cost"])


def test_closed_hours_need_nobody_whatever_was_forecast_elsewhere() -> None:
    """The calendar's closed hours stay empty in plan and reality."""
    open_ = Calendar("UTC", 60, WeeklyHours.from_mapping({"Mon-Fri": "09:00-24:00"}))
    made = np.where(HOURS.hour < 9, 0.0, CAME)
    table = rows(right=made)
    table["y"] = made
    found = cost_of_error(
        table, {"live": open_}, {"live": QUEUE}, ShiftSettings(), OnCallSettings()
    )
    needed, _ = reps(made, made)
    assert found["needed_hours"][0] == pytest.approx(needed[1:].sum() * 168 / 10)


def test_shifts_of_an_hour_staff_exactly_the_requirement() -> None:
    """Then both ways of staffing are the same, and hindsight is free."""
    shifts = ShiftSettings(lengths_hours=(1.0,))
    cover = partial(
        plan_shifts, shifts=shifts, on_call=OnCallSettings(), solver=SolverSettings(gap=0.0)
    )
    table = rows(turned=CAME[::-1].copy())
    cut = priced(table, shifts)
    planned = priced(table, shifts, cover=cover)
    assert planned.loc[HINDSIGHT, "cost"] == 0
    hours = [name for name in COLUMNS if name.endswith("hours") or name.startswith("cost")]
    assert planned.loc["turned", hours].tolist() == pytest.approx(cut.loc["turned", hours].tolist())
    assert planned["staffing"].unique().tolist() == ["shifts"]
    assert cut["staffing"].unique().tolist() == ["requirement"]


def test_long_shifts_leave_to_spare_even_in_hindsight() -> None:
    """What the shifts' shape costs is told apart from what the forecast's error costs."""
    shifts = ShiftSettings(lengths_hours=(8.0,))
    cover = partial(plan_shifts, shifts=shifts, on_call=OnCallSettings(), solver=SolverSettings())
    found = priced(rows(low=0.5 * CAME), shifts, cover=cover)
    assert found.loc[HINDSIGHT, "wape"] == 0
    assert found.loc[HINDSIGHT, "overstaffed_hours"] > 0


def test_a_guard_beyond_the_quantiles_and_strange_queues_are_refused_or_left_out() -> None:
    """Nothing is extrapolated, and a queue without settings has no requirement."""
    table = rows(low=0.5 * CAME)
    with pytest.raises(InputError, match=r"0\.99 lies outside"):
        cost_of_error(
            table, {"live": CALENDAR}, {"live": QUEUE}, ShiftSettings(), OnCallSettings(guard=0.99)
        )
    none = cost_of_error(table, {"live": CALENDAR}, {}, ShiftSettings(), OnCallSettings())
    assert none.empty
    assert tuple(none.columns) == COLUMNS
