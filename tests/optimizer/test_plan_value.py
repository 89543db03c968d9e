"""What plans are worth is counted right, on paths that every plan meets alike."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.dependence import Dependence
from forecast.series import VolumeForecast
from optimizer.concurrency import Handling
from optimizer.plan_paths import CalledFor, called_for_on_paths, path_costs
from optimizer.plan_shifts import plan_shifts
from optimizer.plan_value import DEFAULT, FORESIGHT, OWN, plan_value
from optimizer.queue_settings import QueueSettings
from optimizer.required_distribution import RequiredDistribution
from optimizer.requirement import Requirement
from optimizer.requirement_rows import rostered
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings

HANDLING = Handling(concurrency=1, rep_messages=1, writing_minutes=4, customer_reply_minutes=0.1)
MONDAY = pd.Timestamp("2026-11-30", tz="UTC")
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SPREAD = np.array([0.6, 0.8, 1.0, 1.2, 1.5])
SHIFTS = ShiftSettings(lengths_hours=(2.0, 3.0), understaffing_price=6.0, wage=20.0)
ON_CALL = OnCallSettings(min_activation_hours=1, notice_minutes=0)
EXACT = SolverSettings(gap=0)
PIECES = ["wages", "standby", "activation", "shortage"]


def queue(shrinkage: float) -> QueueSettings:
    return QueueSettings(HANDLING, ServicePolicy(shrinkage=shrinkage, clock="pick_up"))


def forecast(mean: list[float], name: str = "live") -> VolumeForecast:
    """Hours of one day that are busy or quiet together."""
    starts = pd.date_range(MONDAY, periods=len(mean), freq="h", unit="us", name="interval_start")
    table = pd.DataFrame({"mean": np.array(mean) * 1.02}, index=starts)
    for level, factor in zip(LEVELS, SPREAD, strict=True):
        table[f"q{round(100 * level):02d}"] = np.array(mean) * factor
    hang_together = Dependence(week=0.0, day=0.5, next_day=0.0, next_interval=0.3)
    return VolumeForecast(name, "test", Calendar("UTC", 60), table, dependence=hang_together)


def requirement(forecasts: list[VolumeForecast], shrinkage: float) -> Requirement:
    """Ten contacts call for one rep."""
    tables, distributions = [], {}
    for each in forecasts:
        volume = each.table.drop(columns="mean").to_numpy()
        reps = np.ceil(volume / 10).astype(np.int64)
        starts = pd.DatetimeIndex(each.table.index)
        least = np.zeros(len(starts), dtype=np.int64)
        distributions[each.queue] = RequiredDistribution(
            each.queue, starts, LEVELS, volume, reps, least
        )
        on_call = reps[:, 4] - reps[:, 2]
        columns = {
            "queue": each.queue,
            "interval_start": starts,
            "primary": reps[:, 2],
            "on_call": on_call,
            "rostered_primary": rostered(reps[:, 2], shrinkage),
            "rostered_on_call": on_call,
        }
        tables.append(pd.DataFrame(columns))
    return Requirement(pd.concat(tables, ignore_index=True), "UTC", 60, distributions)


def weighed(shrinkage=0.0, mean=(0.0, 30.0, 60.0, 80.0, 50.0, 0.0), names=("live",), **options):
    forecasts = [forecast(list(mean), name) for name in names]
    options = {"paths": 60, "foreseen": 6, "seed": 3} | options
    queues = {name: queue(shrinkage) for name in names}
    needed = requirement(forecasts, shrinkage)
    return plan_value(needed, forecasts, SHIFTS, ON_CALL, EXACT, queues=queues, **options)


@pytest.fixture(scope="module")
def value():
    return weighed().table.set_index("plan")


def test_costs_of_paths_are_those_of_a_plain_loop():
    """Every hour of every path, counted one by one, with shrinkage and two queues."""
    forecasts = [forecast([20.0, 55.0, 70.0, 40.0], name) for name in ("chat", "phone")]
    needed = requirement(forecasts, 0.3)
    queues = {"chat": queue(0.3), "phone": queue(0.3)}
    plan = plan_shifts(needed, SHIFTS, ON_CALL, EXACT, queues=queues)
    called_for = called_for_on_paths(needed.distributions, forecasts, 25, seed=5)
    told = path_costs(plan, called_for, SHIFTS, ON_CALL, queues)
    for path in range(25):
        cost = called_hours = short_hours = short_intervals = 0.0
        for staffed in plan.shifts:
            price = 20.0 if staffed.shift.role == "primary" else 20.0 * 0.3
            cost += price * staffed.reps * staffed.shift.hours
        for each in called_for:
            rows = plan.coverage[plan.coverage["queue"] == each.queue]
            for hour, (primary, standby) in enumerate(
                zip(rows["primary"], rows["on_call"], strict=True)
            ):
                lack = max(0.0, float(each.reps[path, hour]) - 0.7 * primary)
                called = min(lack, standby)
                called_hours += called
                short_hours += lack - called
                short_intervals += lack - called > 1e-9
        cost += 20.0 * (1.4 * called_hours + 6.0 * short_hours)
        row = told.iloc[path]
        assert row["cost"] == pytest.approx(cost)
        assert row["activated_hours"] == pytest.approx(called_hours)
        assert row["short_hours"] == pytest.approx(short_hours)
        assert row["p_short"] == pytest.approx(short_intervals / 8)
    assert told["activated_hours"].sum() > 0


def test_who_is_needed_for_longer_is_called_once():
    """Calls are what people on standby notice: 1 at two, 2 more at five."""
    day = forecast([10.0] * 7)
    needed = requirement([day], 0.0)
    queues = {"live": queue(0.0)}
    plan = plan_shifts(needed, SHIFTS, ON_CALL, EXACT, queues=queues)
    coverage = plan.coverage.assign(primary=0, on_call=2)
    reps = np.array([[0, 0, 1, 1, 0, 2, 1]])
    starts = pd.DatetimeIndex(day.table.index)
    paths = (CalledFor("live", starts, reps, np.ones(7, dtype=bool)),)
    told = path_costs(replace(plan, coverage=coverage), paths, SHIFTS, ON_CALL, queues)
    assert told["calls"].tolist() == [3.0]
    assert told["activated_hours"].tolist() == [5.0]


def test_a_cost_is_the_sum_of_its_pieces(value):
    """Nothing is paid that no column names."""
    assert value["cost"].to_numpy() == pytest.approx(value[PIECES].sum(axis=1).to_numpy())
    assert value.loc[DEFAULT, ["dearer", "dearer_se"]].tolist() == [0.0, 0.0]
    apart = value["cost"] - value.loc[DEFAULT, "cost"]
    plans = [name for name in value.index if name != FORESIGHT]
    assert value.loc[plans, "dearer"].to_numpy() == pytest.approx(apart[plans].to_numpy())


def test_blocks_only_make_a_plan_dearer():
    """Whoever is called in for an hour and stays for three is paid for three, or is not called."""
    forecasts = [forecast([20.0, 55.0, 30.0, 70.0, 40.0])]
    needed = requirement(forecasts, 0.0)
    queues = {"live": queue(0.0)}
    plan = plan_shifts(needed, SHIFTS, ON_CALL, EXACT, queues=queues)
    paths = called_for_on_paths(needed.distributions, forecasts, 50, seed=5)
    hourly = path_costs(plan, paths, SHIFTS, ON_CALL, queues)
    blocks = replace(ON_CALL, min_activation_hours=3)
    in_blocks = path_costs(plan, paths, SHIFTS, blocks, queues)
    assert (in_blocks["cost"] >= hourly["cost"] - 1e-9).all()
    assert in_blocks["cost"].mean() > hourly["cost"].mean()
    assert (in_blocks["wages"] == hourly["wages"]).all()


def test_notice_is_paid_for():
    """Half an hour of a call is missing at 6 an hour, unless it comes an hour ahead for 1.4."""
    day = forecast([10.0] * 4)
    queues = {"live": queue(0.0)}
    plan = plan_shifts(requirement([day], 0.0), SHIFTS, ON_CALL, EXACT, queues=queues)
    starts = pd.DatetimeIndex(day.table.index)
    paths = (CalledFor("live", starts, np.array([[2, 0, 1, 1]]), np.ones(4, dtype=bool)),)
    late = replace(ON_CALL, notice_minutes=30)
    plan = replace(plan, coverage=plan.coverage.assign(primary=0, on_call=2))
    told = path_costs(plan, paths, SHIFTS, late, queues).iloc[0]
    assert (told["activated_hours"], told["short_hours"]) == (2 + 3, 1.0)
    # Of the two who come late for the first hour one stays until the last.
    assert (told["calls"], told["p_short"]) == (2, 0.25)
    assert told["cost"] - told["wages"] - told["standby"] == pytest.approx(20 * (5 * 1.4 + 6))


@pytest.mark.parametrize("notice", [0, 30])
def test_two_stages_are_the_cheapest_plan_for_blocks(notice):
    """It alone knows of blocks and notice: on paths of its own forecast no other plan beats it."""
    forecasts = [forecast([8.0, 55.0, 30.0, 70.0, 12.0, 40.0])]
    needed = requirement(forecasts, 0.0)
    blocks = replace(ON_CALL, min_activation_hours=3, notice_minutes=notice)
    near = SolverSettings(gap=1e-3)
    told = plan_value(
        needed, forecasts, SHIFTS, blocks, near, queues={"live": queue(0.0)}, foreseen=5, seed=3
    ).table.set_index("plan")
    apart = told["dearer"] - told.loc["two_stage", "dearer"]
    noise = told["dearer_se"] + told.loc["two_stage", "dearer_se"]
    assert (apart >= -2 * noise).drop(FORESIGHT).all()
    assert (told["regret"] >= 0).all()


def test_more_reps_are_missing_less_often(value):
    """Primary for the guard, or on-call up to it, leave fewer hours short than the median does."""
    short = value["p_short"]
    assert short["all_primary"] <= short["simple_rule"] + 1e-12 < short["median_only"]
    assert value.loc["median_only", ["standby", "activation", "calls"]].tolist() == [0.0] * 3
    assert value.loc["all_primary", "standby"] == 0.0 < value.loc["simple_rule", "standby"]


def test_promises_are_kept_on_many_paths():
    """Paths and expectations are of one distribution, so they agree up to noise."""
    table = weighed(paths=4000, foreseen=0).table
    noise = 0.015
    assert (np.abs(table["p_short"] - table["p_short_promised"]) < noise).all()
    assert table["regret"].isna().all()


def test_the_default_is_the_cheapest_in_expectation():
    """It minimises that very expectation, so no other plan may beat it beyond noise."""
    table = weighed(paths=4000, foreseen=0).table
    assert (table["dearer"] >= -3 * table["dearer_se"]).all()
    assert table["dearer"].max() > 0


def every_plan(hours: int, most: int) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Reps on duty, on standby, and what they cost in wages, for every choice of shifts."""
    spans = [(first, first + length) for length in (2, 3) for first in range(hours - length + 1)]
    tiers = []
    for counts in product(range(most + 1), repeat=len(spans)):
        present = np.zeros(hours)
        for count, (first, last) in zip(counts, spans, strict=True):
            present[first:last] += count
        paid = sum(n * (last - first) for n, (first, last) in zip(counts, spans, strict=True))
        tiers.append((present, paid))
    return [(x, y, paid + 0.3 * waits) for x, paid in tiers for y, waits in tiers]


def test_perfect_foresight_finds_the_cheapest_shifts_of_a_path():
    """Enumerating every choice of shifts for three hours finds nothing cheaper."""
    mean = [8.0, 16.0, 9.0]
    one = forecast(mean)
    known = weighed(mean=mean, paths=5, foreseen=5, seed=11)
    needed = requirement([one], 0.0)
    [paths] = called_for_on_paths(needed.distributions, [one], 5, 11)
    assert len({tuple(row) for row in paths.reps}) > 1
    best = []
    for reps in paths.reps:
        costs = []
        for primary, standby, shifts in every_plan(3, 3):
            lack = np.maximum(reps - primary, 0)
            called = np.minimum(lack, standby)
            costs.append(shifts + 1.4 * called.sum() + 6 * (lack - called).sum())
        best.append(20.0 * min(costs))
    # The table is per week, and the paths are of three hours.
    told = known.table.set_index("plan").loc[FORESIGHT, "cost"] * 3 / 168
    assert told == pytest.approx(np.mean(best))


@pytest.mark.parametrize("shrinkage", [0.0, 0.3])
def test_no_plan_is_cheaper_than_perfect_foresight(shrinkage):
    """Regret is never negative, whatever is lost to shrinkage."""
    table = weighed(shrinkage, names=("chat", "phone"), foreseen=8).table
    assert (table["regret"] >= 0).all()
    assert table.set_index("plan").loc[FORESIGHT, "regret"] == 0
    assert (table["regret"] > 0).any()


def test_the_seed_alone_decides_the_paths():
    """The same seed weighs to the byte alike; another one changes what comes, not the plans."""
    again, other = weighed().table, weighed(seed=4).table
    pd.testing.assert_frame_equal(weighed().table, again)
    shifts = ["plan", "wages", "standby", "p_short_promised"]
    plans = again["plan"] != FORESIGHT
    pd.testing.assert_frame_equal(again.loc[plans, shifts], other.loc[plans, shifts])
    assert (again["cost"] != other["cost"]).any()


def test_two_queues_alike_have_paths_of_their_own():
    """Were they to rise and fall as one, the week would look riskier than it is."""
    forecasts = [forecast([30.0, 40.0], name) for name in ("chat", "phone")]
    needed = requirement(forecasts, 0.0)
    one, two = called_for_on_paths(needed.distributions, forecasts, 300, seed=1)
    assert abs(np.corrcoef(one.reps[:, 0], two.reps[:, 0])[0, 1]) < 0.2
    assert np.corrcoef(one.reps[:, 0], one.reps[:, 1])[0, 1] > 0.3


def test_a_plan_that_is_already_there_is_weighed_too():
    """The same shifts cost the same, whoever chose them."""
    one = forecast([30.0, 60.0, 80.0])
    needed = requirement([one], 0.0)
    queues = {"live": queue(0.0)}
    own = plan_shifts(needed, SHIFTS, ON_CALL, EXACT, queues=queues)
    told = plan_value(
        needed, [one], SHIFTS, ON_CALL, EXACT, queues=queues, own=own, paths=20, foreseen=0
    )
    table = told.table.set_index("plan")
    assert table.loc[OWN, "cost"] == table.loc[DEFAULT, "cost"]
    assert (told.paths, told.foreseen) == (20, 0)


def test_what_cannot_be_weighed_is_refused():
    """A requirement of two numbers, another week's forecast, a single path."""
    one = forecast([30.0, 60.0, 80.0])
    needed = requirement([one], 0.0)
    queues = {"live": queue(0.0)}
    late = replace(one, table=one.table.shift(freq="24h"))
    for required, given, paths, said in (
        (replace(needed, distributions={}), one, 20, "whatever comes"),
        (needed, late, 20, "different intervals"),
        (needed, one, 1, "at least 2 paths"),
    ):
        with pytest.raises(ValueError, match=said):
            plan_value(
                required, [given], SHIFTS, ON_CALL, EXACT, queues=queues, paths=paths, foreseen=0
            )
