"""A small team around the clock: the cheapest mix of live, phone and automatic replies."""

from dataclasses import replace
from datetime import date
from itertools import combinations_with_replacement, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar
from forecast.series import VolumeForecast
from optimizer.around_clock import AroundClockSettings
from optimizer.around_clock_files import expectations, tiers_table
from optimizer.around_clock_programme import ClockTask, choose_tiers
from optimizer.concurrency import Handling
from optimizer.demand import demand_of
from optimizer.plan_around_clock import ClockTerms, plan_around_clock
from optimizer.pools import pools_of_team
from optimizer.premiums import Premiums
from optimizer.queue_settings import QueueSettings
from optimizer.report import SolveReport, SolveStatus
from optimizer.requirement import plan_requirement
from optimizer.service_policy import ServicePolicy
from optimizer.shifts import OnCallSettings, ShiftSettings
from optimizer.solver import SolverSettings
from optimizer.staff import Contract, LabourRules, Team
from tests.optimizer.rotation_cases import NAMES, rep

EXACT = SolverSettings(gap=0.0, time_limit_seconds=30)
NIGHT = 0.25
SHORT = ShiftSettings(lengths_hours=(2.0, 3.0), premiums=Premiums(night=NIGHT))
HOURS = 6
NIGHT_HOURS = 2  # the toy begins at 04:00, and nights end at 06:00


def toy_task(volume, required, pace=2.0, on_duty=1.0, phoned=0.1, busy=0.2):
    starts = pd.date_range("2026-11-30T04:00", periods=HOURS, freq="h", tz="UTC").as_unit("us")
    volume = np.array(volume, dtype=float)
    return ClockTask(
        queue="live",
        starts=starts.rename("interval_start"),
        interval_minutes=60,
        timezone="UTC",
        volume=volume,
        phoned=phoned * volume,
        busy=np.full(HOURS, busy),
        required=np.array(required),
        on_duty=on_duty,
        pace=pace,
        can_phone=True,
    )


def toy_team(size):
    contract = Contract(0, 40)
    return Team(tuple(rep(name, contract=contract) for name in NAMES[:size]))


def choose(task, size, prices, on_call=None, **given):
    pools = pools_of_team(toy_team(size), SHORT, "UTC", task.period)
    return choose_tiers(
        task, pools, prices, SHORT, on_call or OnCallSettings(), LabourRules(), EXACT, **given
    )


def waiting_cost(inflow, able, prices):
    """Return the least cost of a line that repeats itself, and what it loses."""

    def run(line):
        ends = []
        for came, most in zip(inflow, able, strict=True):
            line = max(0.0, line + came - most)
            ends.append(line)
        return ends

    begin = 0.0
    while True:
        lost = run(begin)[-1] - begin
        still = run(begin + lost)[-1] - begin - lost
        if lost - still < 1e-9:
            break
        begin += lost - still
    return prices.waiting_price * sum(run(begin)) + prices.lost_value * max(0.0, lost)


def cost_of(task, reps, phone, prices, on_call):
    """Recount a plan, the shifts aside: `reps` at work and whether somebody is on call by phone."""
    total, inflow, able = 0.0, [], []
    for t, (work, by_phone) in enumerate(zip(reps, phone, strict=True)):
        n, required = float(task.volume[t]), int(task.required[t])
        live = work > 0
        missing = max(0.0, required - task.on_duty * work) / required if live else 0.0
        if live:
            told = n * missing
            total += prices.contact_value * told
        elif by_phone:
            told = n - float(task.phoned[t])
            total += prices.contact_value * told
            hour = on_call.standby_price + on_call.activation_price * float(task.busy[t])
            total += hour * (1 + NIGHT * (t < NIGHT_HOURS))
        else:
            told = n
            total += (prices.contact_value + prices.urgent_value * prices.urgent_share) * n
        inflow.append(told)
        held = min(n, task.pace / task.on_duty * required) * (1 - missing) if live else 0.0
        able.append(max(0.0, task.pace * work - held))
    return total + waiting_cost(inflow, able, prices)


def oracle(task, size, prices, on_call):
    """Return the least cost over all shifts and all hours by phone."""
    shifts = [(b, n) for n in (2, 3) for b in range(HOURS - n + 1)]
    stretch = round(prices.min_phone_hours)
    best = np.inf
    for chosen in combinations_with_replacement([None, *shifts], size):
        reps, wages = [0] * HOURS, 0.0
        for begin, length in filter(None, chosen):
            for t in range(begin, begin + length):
                reps[t] += 1
                wages += 1 + NIGHT * (t < NIGHT_HOURS)
        free = [t for t in range(HOURS) if not reps[t]]
        for marks in product([False, True], repeat=len(free)):
            phone = [False] * HOURS
            for t, mark in zip(free, marks, strict=True):
                phone[t] = mark
            begins = [t for t in range(HOURS) if phone[t] and not phone[t - 1]]
            if all(
                phone[(t + k) % HOURS] or reps[(t + k) % HOURS]
                for t in begins
                for k in range(1, min(stretch, HOURS))
            ):
                best = min(best, wages + cost_of(task, reps, phone, prices, on_call))
    return best


@settings(max_examples=20, deadline=None)
@given(
    volume=st.lists(st.sampled_from([0.0, 0.3, 1.0, 2.5, 5.0]), min_size=HOURS, max_size=HOURS),
    required=st.lists(st.integers(1, 3), min_size=HOURS, max_size=HOURS),
    size=st.integers(1, 2),
    urgent=st.sampled_from([0.0, 0.05, 0.3]),
    standby=st.sampled_from([0.05, 0.3, 1.0]),
    stretch=st.integers(1, 4),
    on_duty=st.sampled_from([1.0, 0.8]),
)
def test_no_mix_of_a_toy_is_cheaper(volume, required, size, urgent, standby, stretch, on_duty):
    """The programme finds the least cost of all shifts and tiers, and its plan costs that."""
    task = toy_task(volume, required, on_duty=on_duty, phoned=urgent)
    prices = AroundClockSettings(urgent_share=urgent, min_phone_hours=stretch, contact_value=0.7)
    on_call = OnCallSettings(standby_price=standby)
    plan = choose(task, size, prices, on_call)
    assert plan.report.status is SolveStatus.OPTIMAL
    assert plan.report.objective == pytest.approx(oracle(task, size, prices, on_call), abs=1e-5)
    reps, wages = np.zeros(HOURS, dtype=int), 0.0
    for staffed in plan.shifts:
        begin = int((pd.Timestamp(staffed.shift.start) - task.starts[0]) / pd.Timedelta(hours=1))
        length = int(staffed.shift.hours)
        reps[begin : begin + length] += staffed.reps
        night = max(0, min(NIGHT_HOURS, begin + length) - begin)
        wages += staffed.reps * (length + NIGHT * night)
    assert (plan.live == (reps > 0)).all()
    recount = wages + cost_of(task, reps, plan.phone, prices, on_call)
    assert recount == pytest.approx(plan.report.objective, abs=1e-5)


def test_prices_move_hours_where_one_expects():
    """Dearer standby is less standby; urgent contacts call for it; more people never cost more."""
    task = toy_task([0.4, 0.4, 0.4, 6, 6, 6], [1, 1, 1, 2, 2, 2])
    prices = AroundClockSettings(urgent_share=0.1)
    hours = [
        int(choose(task, 2, prices, OnCallSettings(standby_price=price)).phone.sum())
        for price in (0.0, 0.3, 5.0)
    ]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] == 3
    assert hours[-1] == 0
    costs = [choose(task, size, prices).report.objective for size in (1, 2, 3)]
    assert costs == sorted(costs, reverse=True)
    without = choose(task, 2, prices, with_phone=False)
    assert not without.phone.any()
    assert without.report.objective >= costs[1]
    calm = choose(task, 2, replace(prices, urgent_share=0.0, urgent_value=0.0))
    assert not calm.phone.any()


HANDLING = Handling(3, rep_messages=6, writing_minutes=1.0, customer_reply_minutes=3.0)
QUEUE = QueueSettings(
    HANDLING, ServicePolicy(shrinkage=0.0), opening=WeeklyHours.from_text("Mon-Sun 00:00-24:00")
)
TERMS = ClockTerms(
    AroundClockSettings(),
    ShiftSettings(lengths_hours=(6.0, 8.0), starts_every_minutes=120),
    OnCallSettings(),
    LabourRules(),
    SolverSettings(gap=0.02, time_limit_seconds=30),
)


def forecast(first=date(2026, 11, 30), days=7, timezone="Europe/Dublin", minutes=60, factor=1.0):
    """Return a forecast with a busy noon and a quiet night."""
    calendar = Calendar(timezone, minutes, QUEUE.opening)
    end = (pd.Timestamp(first) + pd.Timedelta(days=days)).date()
    index = grid(midnight(first, timezone), midnight(end, timezone), minutes, timezone)
    hour = index.tz_convert(timezone).hour
    mean = factor * minutes / 60 * (0.3 + 8 * np.exp(-(((hour - 13) / 3.5) ** 2)))
    table = pd.DataFrame({"mean": mean}, index=index)
    for level, share in [(5, 0.4), (25, 0.75), (50, 1.0), (75, 1.3), (95, 1.9)]:
        table[f"q{level:02d}"] = mean * share
    return VolumeForecast("live", "hand", calendar, table)


def plan(ahead, size=5, terms=TERMS, queue=QUEUE, timezone="Europe/Dublin"):
    needed = plan_requirement([demand_of(ahead)], {"live": queue}, 0.9)
    people = Team(tuple(rep(name, timezone) for name in NAMES[:size]))
    made = plan_around_clock(ahead, needed, queue, people, terms)
    assert not isinstance(made, SolveReport)
    return made


@pytest.fixture(scope="module")
def week():
    return plan(forecast())


def test_every_contact_is_answered_live_by_phone_or_told(week):
    """Shares are of all contacts, and each hour has one tier."""
    table = week.table
    parts = table[["answered_live", "by_phone", "told_to_wait"]].sum(axis=1)
    np.testing.assert_allclose(parts, table["volume"])
    assert sum(week.share(name) for name in ("answered_live", "by_phone", "told_to_wait")) == (
        pytest.approx(1)
    )
    assert week.hours("live") + week.hours("phone") + week.hours("auto") == 168
    assert (table["reps"].gt(0) == table["tier"].eq("live")).all()
    assert table.loc[table["tier"] == "live", "by_phone"].eq(0).all()
    assert table.loc[table["tier"] == "auto", "by_phone"].eq(0).all()
    busy = table[table["volume"] > 5]
    assert (busy["tier"] == "live").all()
    assert week.hours("live") < 168
    assert week.lost == pytest.approx(0, abs=1e-6)
    assert week.cost_without_phone >= week.report.objective * (1 - 0.02)


def test_what_is_stated_comes_after_the_hour_and_after_somebody_comes(week):
    """No reply promises a time at which nobody is there to write it."""
    table = week.table
    told = table[(table["tier"] != "live") & (table["told_to_wait"] > 0)]
    assert len(told)
    assert told["answer_by"].notna().all()
    step = pd.Timedelta(hours=1)
    at_work = table.loc[table["reps"] > 0, "interval_start"]
    for start, answer in zip(told["interval_start"], told["answer_by"], strict=True):
        assert answer >= start + step
        after = at_work[at_work > start]
        assert after.empty or answer > after.iloc[0]
        assert answer.tz_convert("Europe/Dublin").minute % 30 == 0
    said = list(expectations(week))
    assert all((text == "") == (tier == "live") for text, tier in
               zip(said, table["tier"], strict=True))  # fmt: skip
    written = tiers_table(week)
    assert written.columns[:3].tolist() == ["queue", "ds", "tier"]
    assert written["expectation"].tolist() == said
    night = written[written["expectation"] != ""].iloc[0]
    assert night["answer_by"][11:16] in night["expectation"]


def test_more_certainty_is_a_later_time(week):
    """Who promises with 0.99 promises later than with 0.5."""
    terms = replace(TERMS, around=replace(TERMS.around, promise=0.99))
    sure = plan(forecast(), terms=terms)
    both = pd.DataFrame({"usual": week.table["answer_by"], "sure": sure.table["answer_by"]})
    both = both.dropna()
    assert (both["sure"] >= both["usual"]).all()
    assert (both["sure"] > both["usual"]).any()
    assert (sure.table["tier"] == week.table["tier"]).all()


@pytest.mark.parametrize(
    ("first", "timezone", "hours"),
    [
        (date(2026, 3, 28), "Europe/Dublin", 71),
        (date(2026, 10, 31), "America/Chicago", 73),
    ],
)
def test_spans_with_a_clock_change_are_whole(first, timezone, hours):
    """An hour more or less is planned as it comes."""
    ahead = forecast(first, 3, timezone)
    made = plan(ahead, size=4, timezone=timezone)
    assert len(made.table) == hours
    assert made.hours("live") + made.hours("phone") + made.hours("auto") == hours


def test_a_finer_grid_says_much_the_same():
    """Quarters of an hour are another way to count the same two days."""
    hourly = plan(forecast(days=2), size=4)
    quarters = plan(forecast(days=2, minutes=15), size=4)
    assert len(quarters.table) == 4 * len(hourly.table)
    assert quarters.hours("live") == pytest.approx(hourly.hours("live"), abs=8)


def test_being_woken_for_volume_answers_more_by_phone():
    """A threshold lets the phone take what is beyond it, and keeps its person busier."""
    prices = replace(TERMS.around, urgent_share=0.1)
    calls = [
        plan(forecast(days=2), size=2, terms=replace(TERMS, around=replace(prices, wake_above=n)))
        for n in (None, 1)
    ]
    at_night = [made.table["tier"] == "phone" for made in calls]
    assert at_night[0].any()
    shares = [
        (made.table["by_phone"] / made.table["volume"])[night].mean()
        for made, night in zip(calls, at_night, strict=True)
    ]
    assert shares[0] == pytest.approx(0.1)
    assert shares[1] > shares[0]


def test_too_small_a_team_says_what_it_loses():
    """One person cannot answer a hundred an hour, and no time is promised to those who wait."""
    made = plan(forecast(days=2, factor=12.0), size=1)
    assert made.lost > 50
    told = made.table["told_to_wait"] > 1
    assert made.table.loc[told, "answer_by"].isna().any()
    assert any("as soon as we can" in text for text in expectations(made))


def test_what_cannot_be_planned_is_refused():
    """E-mail waits anyway, and a team without the skill answers nobody."""
    ahead = forecast(days=1)
    needed = plan_requirement([demand_of(ahead)], {"live": QUEUE}, 0.9)
    post = QueueSettings(HANDLING, ServicePolicy(within_seconds=3600, min_reps=1), "email")
    people = Team((rep("ada", skills=frozenset({"phone"})),))
    with pytest.raises(InputError, match="within hours anyway"):
        plan_around_clock(ahead, needed, post, people, TERMS)
    with pytest.raises(InputError, match="skill live"):
        plan_around_clock(ahead, needed, QUEUE, people, TERMS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact_value": -1.0},
        {"urgent_share": 1.5},
        {"urgent_value": float("inf")},
        {"wake_above": -1},
        {"min_phone_hours": 0.0},
        {"promise": 1.0},
        {"round_to_minutes": 0},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    """A price or share that means nothing is told when the settings are read."""
    with pytest.raises(ValueError):
        AroundClockSettings(**wrong)
