"""Several queues: their sum is their total, and neither order nor processes change a number."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from data.week import WeeklyHours
from forecast.closures import Calendar
from forecast.drivers import Driver, DriverValue
from forecast.predict import forecast_volume
from forecast.queues import forecast_queues, total_forecast
from forecast.series import VolumeForecast, VolumeHistory
from forecast.siblings import Likeness
from forecast.tables import forecast_table

FIRST = "2026-01-05"
OFFICE = WeeklyHours.from_text("Mon-Fri 08:00-18:00")


def rhythm(index: pd.DatetimeIndex, peak: float = 13.0) -> np.ndarray:
    hour, day = np.asarray(index.hour), np.asarray(index.day_of_week)
    wave = 0.2 + np.exp(-(((hour - peak) / 4.0) ** 2))
    return wave * np.where(day < 5, 1.0, 0.5)


def queue(
    name: str,
    days: int = 56,
    *,
    mean: float = 30.0,
    peak: float = 13.0,
    seed: int | None = 1,
    start: str = FIRST,
    timezone: str = "UTC",
    drivers: tuple[Driver, ...] = (),
    opening: WeeklyHours | None = None,
) -> VolumeHistory:
    index = pd.date_range(start, periods=days * 24, freq="h", tz="UTC", unit="us")
    volume = mean * rhythm(index, peak)
    if opening is not None:
        volume = volume * opening.covers(index, 60, timezone)
    if seed is not None:
        volume = np.random.default_rng(seed).poisson(volume).astype(float)
    named = pd.Series(volume, index=index.rename("interval_start"))
    return VolumeHistory(name, named, Calendar(timezone, 60, opening, (), drivers))


def by_name(forecasts: tuple[VolumeForecast, ...]) -> dict[str, VolumeForecast]:
    return {each.queue: each for each in forecasts}


THREE = (
    queue("chat", seed=1),
    queue("mail", mean=8.0, peak=9.0, seed=2, opening=OFFICE),
    queue("quiet", mean=0.0),
)


def test_the_means_of_queues_add_up_to_the_total() -> None:
    """A manager who adds the rows up must find the total, to the last digit."""
    made = forecast_queues(THREE, 200, "mean_profile")
    total = total_forecast(THREE, made, "mean_profile")
    assert total.queue == "total"
    parts = np.stack([each.table["mean"].to_numpy() for each in made])
    np.testing.assert_array_equal(total.table["mean"].to_numpy(), parts.sum(axis=0))
    assert (np.diff(total.table[["q05", "q25", "q50", "q75", "q95"]].to_numpy()) >= 0).all()


def test_hours_that_are_closed_in_every_queue_are_closed_in_the_total() -> None:
    """A closed hour has exactly no volume, whoever adds it up."""
    queues = (queue("a", opening=OFFICE), queue("b", opening=OFFICE, seed=2))
    made = forecast_queues(queues, 168, "mean_profile")
    total = total_forecast(queues, made, "mean_profile").table
    is_open = OFFICE.covers(pd.DatetimeIndex(total.index), 60, "UTC")
    assert (total[~is_open] == 0).all(axis=None)
    assert (total.loc[is_open, "q50"] > 0).all()


def test_queues_that_are_busy_together_make_a_total_less_sure() -> None:
    """Errors that hang together do not cancel: twice one queue is twice as unsure."""
    rng = np.random.default_rng(3)
    days = np.repeat(rng.lognormal(0, 0.3, 112), 24)
    others = np.repeat(rng.lognormal(0, 0.3, 112), 24)
    plain = queue("a", 112, mean=200.0, seed=None)
    busy = replace(plain, volume=(plain.volume * days).round())
    same = replace(busy, queue="b")
    other = replace(plain, queue="b", volume=(plain.volume * others).round())
    widths = []
    for second in (same, other):
        pair = (busy, second)
        total = total_forecast(pair, forecast_queues(pair, 168, "mean_profile"), "mean_profile")
        table = total.table[total.table["mean"] > 100]
        widths.append(float(((table["q90"] - table["q10"]) / table["mean"]).mean()))
    assert widths[0] > 1.15 * widths[1]


def test_the_order_of_queues_does_not_matter() -> None:
    """A forecast belongs to its queue, not to its place in a file."""
    young = queue("young", 6, seed=4, start="2026-02-24")
    queues = (*THREE, young)
    one = by_name(forecast_queues(queues, 100, "median_of_six"))
    other = by_name(forecast_queues(queues[::-1], 100, "median_of_six"))
    for name, forecast in one.items():
        pd.testing.assert_frame_equal(forecast.table, other[name].table)
        assert forecast.notes == other[name].notes


def test_two_processes_give_what_one_gives_to_the_byte() -> None:
    """How many cores a machine has must not change a plan; and each finished queue is told."""
    told: list[tuple[str, float]] = []
    one = forecast_queues(THREE, 30)
    two = forecast_queues(
        THREE, 30, jobs=2, progress=lambda stage, share: told.append((stage, share))
    )
    assert forecast_table(one).to_csv() == forecast_table(two).to_csv()
    assert [each.queue for each in two] == ["chat", "mail", "quiet"]
    assert told[-1][1] == 1.0
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_a_queue_alone_is_forecast_as_by_itself() -> None:
    """Company changes nothing for a queue that borrows and shares nothing."""
    pair = forecast_queues(THREE[:2], 60, "robust_profile")
    alone = forecast_volume(THREE[1], 60, "robust_profile")
    pd.testing.assert_frame_equal(pair[1].table, alone.table)


def test_queues_that_end_at_different_times_have_a_total_where_all_are_forecast() -> None:
    """A queue whose data ends earlier is forecast from there."""
    late, early = queue("late", 60), queue("early", 56, seed=2)
    made = forecast_queues((late, early), {"late": 72, "early": 168})
    assert [len(each.table) for each in made] == [72, 168]
    total = total_forecast((late, early), made).table
    assert len(total) == 72
    assert total.index[0] == late.cutoff


@pytest.mark.parametrize("start", ["2026-02-02", "2026-08-31"])
@pytest.mark.parametrize("timezone", ["Europe/Dublin", "America/New_York", "Australia/Melbourne"])
def test_totals_hold_through_clock_changes(timezone: str, start: str) -> None:
    """In weeks of 167 and of 169 hours too, every hour has one total."""
    queues = tuple(queue(name, 53, start=start, timezone=timezone, seed=4) for name in "ab")
    made = forecast_queues(queues, 240, "median_of_six")
    total = total_forecast(queues, made, "median_of_six").table
    assert len(total) == 240
    np.testing.assert_array_equal(total["mean"], made[0].table["mean"] + made[1].table["mean"])


def test_what_cannot_be_added_up_is_refused() -> None:
    """A total over two grids, or beside a queue of that name, would be read wrongly."""
    named = (queue("total"), queue("b"))
    with pytest.raises(InputError, match="called total already"):
        total_forecast(named, forecast_queues(named, 24, "seasonal_naive"))
    zones = (queue("a"), queue("b", timezone="Europe/Dublin"))
    with pytest.raises(InputError, match="not on one grid"):
        total_forecast(zones, forecast_queues(zones, 24, "seasonal_naive"))
    with pytest.raises(InputError, match="queue a: it is there twice"):
        forecast_queues((queue("a"), queue("a")), 24)


# Shares ---------------------------------------------------------------------------------------


def moving(values: list[tuple[int, int, float]], to: str = "new") -> Driver:
    """Return a share of chat by days from the first."""
    first = datetime.fromisoformat(FIRST)
    rows = tuple(
        DriverValue(first + timedelta(days=start), first + timedelta(days=end), value)
        for start, end, value in values
    )
    return Driver("move", "share", rows, "chat", to)


def test_a_queue_that_is_to_be_split_keeps_its_total() -> None:
    """A part of the customers gets a queue of their own: volume moves and none is made."""
    plain = forecast_queues((queue("chat"),), 168, "median_of_six")[0].table
    split = (queue("chat", drivers=(moving([(56, 63, 0.3)]),)),)
    made = by_name(forecast_queues(split, 168, "median_of_six"))
    np.testing.assert_allclose(made["chat"].table["mean"], 0.7 * plain["mean"], rtol=1e-9)
    np.testing.assert_allclose(made["new"].table["mean"], 0.3 * plain["mean"], rtol=1e-9)
    total = total_forecast(split, tuple(made.values()), "median_of_six")
    np.testing.assert_allclose(total.table["mean"], plain["mean"], rtol=1e-9)


@pytest.mark.parametrize("last", [0.5, 1.0])
def test_a_move_that_has_begun_is_neither_a_fall_nor_a_growth(last: float) -> None:
    """One queue shrinks for eight weeks as another grows: told, both are exactly as stated."""
    whole = queue("chat", 84, seed=None, mean=100.0)
    shares = np.concatenate([np.zeros(28), np.repeat(np.linspace(0.1, last, 8), 7)])
    by_hour = np.repeat(shares, 24)
    values = [(day, day + 1, float(value)) for day, value in enumerate(shares)] + [(84, 92, last)]
    chat = replace(whole, volume=whole.volume * (1 - by_hour))
    chat = replace(chat, calendar=replace(whole.calendar, drivers=(moving(values),)))
    new = replace(whole, queue="new", volume=(whole.volume * by_hour).iloc[28 * 24 :])
    truth = forecast_volume(whole, 168, "median_of_six").table["mean"]
    made = by_name(forecast_queues((chat, new), 168, "median_of_six"))
    np.testing.assert_allclose(made["chat"].table["mean"], (1 - last) * truth, atol=1e-9)
    np.testing.assert_allclose(made["new"].table["mean"], last * truth, rtol=1e-9)


def test_a_share_goes_on_top_of_what_the_other_queue_has() -> None:
    """The receiver keeps its own customers."""
    own = queue("new", mean=12.0, peak=9.0, seed=5)
    before = by_name(forecast_queues((queue("chat"), own), 100, "median_of_six"))
    giver = queue("chat", drivers=(moving([(56, 63, 0.25)]),))
    after = by_name(forecast_queues((giver, own), 100, "median_of_six"))
    moved = 0.25 * before["chat"].table["mean"]
    np.testing.assert_allclose(
        after["new"].table["mean"], before["new"].table["mean"] + moved, rtol=1e-9
    )


def test_shares_that_cannot_be_are_refused() -> None:
    """More than everything cannot be given, nor a share that is not known ahead."""
    short = (queue("chat", drivers=(moving([(50, 58, 0.3)]),)),)
    with pytest.raises(InputError, match="driver move: queue chat has no value at 2026-03-04"):
        forecast_queues(short, 168, "median_of_six")
    both = (moving([(40, 70, 0.6)]), replace(moving([(40, 70, 0.6)], "other"), name="second"))
    with pytest.raises(InputError, match="add up to more than 1 at 2026-02-14 00:00"):
        forecast_queues((queue("chat", drivers=both),), 100, "median_of_six")


# New queues -----------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [3, 7, 12])
def test_a_new_queue_is_nearer_with_a_sibling(days: int) -> None:
    """Days that a new queue has not seen yet, its sibling has."""
    old = queue("old", 84, mean=100.0)
    young = queue(
        "young", days, mean=20.0, seed=6, start=str(old.cutoff - pd.Timedelta(days=days))[:10]
    )
    made = forecast_queues((old, young), 168)
    alone = forecast_volume(young, 168)
    truth = 20.0 * rhythm(pd.DatetimeIndex(alone.table.index))
    errors = [np.abs(each.table["mean"] - truth).sum() / truth.sum() for each in (made[1], alone)]
    assert errors[0] < 0.12
    assert errors[0] < errors[1]
    assert any("leans on old" in note for note in made[1].notes)


def test_the_sibling_is_the_queue_with_the_most_similar_days() -> None:
    """A morning queue is like the morning queue, whatever their sizes."""
    early, late = queue("early", 84, peak=8.0), queue("late", 84, peak=18.0, mean=5.0)
    young = queue("young", 7, peak=18.0, mean=50.0, start="2026-03-23", seed=8)
    made = by_name(forecast_queues((early, late, young), 48, "median_of_six"))
    assert any("leans on late" in note for note in made["young"].notes)
    stated = {"young": Likeness("early")}
    told = by_name(forecast_queues((early, late, young), 48, "median_of_six", likeness=stated))
    assert any("leans on early" in note for note in told["young"].notes)


def test_a_queue_of_some_weeks_does_not_borrow() -> None:
    """Three weeks of its own are more than a foreign shape."""
    pair = (queue("old", 84), queue("grown", 28, seed=9, start="2026-03-02"))
    made = forecast_queues(pair, 48, "median_of_six")
    pd.testing.assert_frame_equal(
        made[1].table, forecast_volume(pair[1], 48, "median_of_six").table
    )


def test_less_of_its_own_makes_a_new_queue_less_sure() -> None:
    """Three days leave the level open that ten days settle."""
    old = queue("old", 84, mean=100.0)
    widths = []
    for days in (3, 12):
        start = str(old.cutoff - pd.Timedelta(days=days))[:10]
        young = queue("young", days, mean=50.0, seed=6, start=start)
        table = forecast_queues((old, young), 168, "mean_profile")[1].table
        widths.append(float((table["q90"] - table["q10"]).sum() / table["mean"].sum()))
    assert widths[0] > widths[1]


def test_a_queue_before_its_first_day_has_the_stated_volume_in_the_siblings_shape() -> None:
    """A planner who opens a queue next week can say how much, and like which."""
    old = queue("old", 84, seed=None)
    made = forecast_queues((old,), 168, likeness={"new": Likeness("old", 70.0)})
    assert [each.queue for each in made] == ["old", "new"]
    assert made[1].table["mean"].sum() == pytest.approx(70.0, rel=0.02)
    shape = made[0].table["mean"] / made[0].table["mean"].sum()
    np.testing.assert_allclose(made[1].table["mean"] / 70.0, shape, atol=0.002)
    assert any("no history of its own" in note for note in made[1].notes)


def test_a_likeness_that_cannot_be_is_refused() -> None:
    """The message says what to state."""
    old = queue("old", 84)
    with pytest.raises(InputError, match="state expected_per_week"):
        forecast_queues((old,), 24, likeness={"new": Likeness("old")})
    with pytest.raises(InputError, match="queue new: it is to be like odl"):
        forecast_queues((old,), 24, likeness={"new": Likeness("odl", 10.0)})
