from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from data.errors import InputError
from forecast.closures import Calendar
from forecast.override_files import read_instant
from forecast.overrides import KINDS, Override, apply_overrides, scaled
from forecast.series import VolumeForecast

DUBLIN = "Europe/Dublin"
MONDAY = date(2026, 6, 1)
NOON = datetime(2026, 5, 29, 12, tzinfo=UTC)
LEVELS = ("q05", "q25", "q50", "q75", "q95")


def forecast(
    values: list[float] | None = None, minutes: int = 60, first: date = MONDAY, days: int = 2
) -> VolumeForecast:
    """Return a forecast open from 8 to 20, of 40 contacts an hour unless told."""
    index = grid(
        midnight(first, DUBLIN), midnight(first + timedelta(days=days), DUBLIN), minutes, DUBLIN
    )
    hour = index.tz_convert(DUBLIN).hour
    mean = np.where((hour >= 8) & (hour < 20), 40.0 * minutes / 60, 0.0)
    if values is not None:
        mean = np.resize(np.array(values), len(index))
    parts = dict(zip(LEVELS, (0.6, 0.85, 0.98, 1.12, 1.5), strict=True))
    table = pd.DataFrame(
        {"mean": mean} | {name: mean * part for name, part in parts.items()}, index
    )
    return VolumeForecast("live", "made", Calendar(DUBLIN, minutes), table)


def instant(text: str) -> pd.Timestamp:
    return pd.Timestamp(text).tz_localize(DUBLIN).tz_convert("UTC")


def override(kind: str = "multiply", value: float = 1.2, **parts: object) -> Override:
    given = {
        "override_id": "1",
        "kind": kind,
        "queue": "live",
        "start": instant("2026-06-01 10:00"),
        "end": instant("2026-06-01 13:00"),
        "value": value,
        "who": "ada",
        "why": "mailing",
        "at": NOON,
    }
    return Override(**(given | parts))  # type: ignore[arg-type]


means = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 5000)), min_size=2, max_size=48)
contacts = st.one_of(st.just(0.0), st.floats(0.01, 500))
spans = st.tuples(st.integers(0, 40), st.integers(1, 12))


@settings(max_examples=50)
@given(means, spans, st.sampled_from(KINDS), contacts, st.booleans())
def test_any_override_leaves_a_distribution(
    values: list[float], span: tuple[int, int], kind: str, value: float, exactly: bool
) -> None:
    """Never negative, quantiles in order, closed intervals 0, nothing changed outside the span."""
    made = forecast(values)
    start = made.table.index[span[0]]
    chosen = override(
        kind,
        value,
        start=start,
        end=start + timedelta(hours=span[1]),
        exactly=exactly and kind == "set",
    )
    inside = np.asarray((made.table.index >= chosen.start) & (made.table.index < chosen.end))
    closed = made.table["mean"] == 0
    if closed[inside].all() and kind != "multiply" and value > 0:
        with pytest.raises(InputError, match="where nothing is expected"):
            apply_overrides(made, [chosen])
        return
    changed = apply_overrides(made, [chosen])
    assert (changed.table[closed] == 0).all(axis=None)
    assert changed.table[~inside].equals(made.table[~inside])


@settings(max_examples=30)
@given(means)
def test_times_one_changes_nothing(values: list[float]) -> None:
    """The identity of multiplication."""
    made = forecast(values)
    same = apply_overrides(made, [override(value=1.0)]).table
    assert same.to_numpy() == pytest.approx(made.table.to_numpy(), rel=1e-12)


@settings(max_examples=30)
@given(means, contacts)
def test_a_total_is_hit_and_the_shape_kept(values: list[float], total: float) -> None:
    """The planner thinks in the expected total, so the means add up to it exactly."""
    made = forecast(values)
    chosen = override("total", total)
    inside = (made.table.index >= chosen.start) & (made.table.index < chosen.end)
    before = made.table.loc[inside, "mean"]
    if before.sum() == 0:
        return
    after = apply_overrides(made, [chosen]).table.loc[inside, "mean"]
    assert after.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)
    assert after.to_numpy() == pytest.approx((before / before.sum() * total).to_numpy())


def test_the_four_kinds_by_hand() -> None:
    """40 contacts an hour from 10 to 13."""
    made = forecast()
    for kind, value, hour, outside in (
        ("multiply", 1.5, 60.0, 40.0),
        ("add", 30.0, 50.0, 40.0),
        ("add", -30.0, 30.0, 40.0),
        ("add", -500.0, 0.0, 40.0),
        ("total", 90.0, 30.0, 40.0),
        ("set", 25.0, 25.0, 40.0),
    ):
        mean = apply_overrides(made, [override(kind, value)]).table["mean"]
        assert mean[made.table.index[10:13]].tolist() == pytest.approx([hour] * 3), kind
        assert mean[made.table.index[13]] == outside


@pytest.mark.parametrize(("kind", "value"), [("multiply", 1.5), ("add", 30.0), ("total", 90.0)])
def test_an_override_means_the_same_on_a_finer_grid(kind: str, value: float) -> None:
    """Factors and totals do not depend on how long an interval is."""
    sums = [
        apply_overrides(forecast(minutes=minutes), [override(kind, value)]).table["mean"].sum()
        for minutes in (60, 30, 15)
    ]
    assert sums == pytest.approx([sums[0]] * 3)


def test_an_exact_cell_is_certain_and_another_as_unsure_as_before() -> None:
    """What somebody counted has no width; what somebody guesses has the forecast's."""
    made = forecast()
    exact = apply_overrides(made, [override("set", 80.0, exactly=True)]).table.iloc[10]
    assert (exact == 80.0).all()
    guessed = apply_overrides(made, [override("set", 80.0)]).table.iloc[10]
    assert guessed["mean"] == 80.0
    assert guessed["q05"] < 60.0 < 100.0 < guessed["q95"]


def test_chance_grows_with_the_root_of_a_factor() -> None:
    """A Poisson of 100 has a deviation of 10; four times as many contacts one of 20, not 40."""
    spread = 1.6448536 * 10
    table = pd.DataFrame(
        {"mean": [100.0], "q05": [100 - spread], "q50": [100.0], "q95": [100 + spread]}
    )
    four = scaled(table, 4.0).iloc[0]
    assert four["q95"] - four["q50"] == pytest.approx(2 * spread, rel=1e-6)
    wide = table.assign(q05=50.0, q95=150.0)
    widened = scaled(wide, 4.0).iloc[0]
    assert 2 * 50 < widened["q95"] - widened["q50"] < 4 * 50


def test_switched_off_and_foreign_overrides_do_nothing() -> None:
    """The same forecast comes back, not a copy of it."""
    made = forecast()
    away = instant("2027-01-01 10:00")
    idle = [
        override(on=False),
        override(queue="mail"),
        override(start=away, end=away + timedelta(hours=1)),
    ]
    assert apply_overrides(made, idle) is made


def test_the_later_made_is_laid_over_the_earlier_whatever_the_list_says() -> None:
    """Twice 40 is 80 and then 50 in all is 50; the other way round it would be 100."""
    made = forecast()
    double = override(value=2.0)
    total = override("total", 50.0, override_id="2", at=NOON + timedelta(hours=1))
    for order in ([double, total], [total, double]):
        assert apply_overrides(made, order).table["mean"].iloc[10:13].sum() == pytest.approx(50.0)
    swapped = [replace(double, at=NOON + timedelta(hours=2)), total]
    assert apply_overrides(made, swapped).table["mean"].iloc[10:13].sum() == pytest.approx(100.0)


def test_of_a_span_seen_in_part_that_part_is_meant() -> None:
    """A forecast that begins in the middle of a campaign holds half of its contacts."""
    made = forecast([40.0])
    begun = replace(made, table=made.table.iloc[12:])
    whole = override(
        "total", 600.0, start=instant("2026-06-01 10:00"), end=instant("2026-06-01 14:00")
    )
    assert apply_overrides(begun, [whole]).table["mean"].iloc[:2].sum() == pytest.approx(300.0)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23)])
def test_a_day_of_a_clock_change_is_overridden_as_a_whole(day: date, hours: int) -> None:
    """Its total is that of 23 or 25 hours, the repeated one included."""
    made = forecast([10.0], first=day, days=2)
    start, end = (midnight(each, DUBLIN) for each in (day, day + timedelta(days=1)))
    changed = apply_overrides(made, [override("total", 500.0, start=start, end=end)]).table
    assert (changed["mean"] != 10.0).sum() == hours
    assert changed["mean"].iloc[:hours].sum() == pytest.approx(500.0)


@pytest.mark.parametrize(
    ("timezone", "day", "hour"),
    [
        ("Europe/Dublin", date(2026, 10, 25), 1),
        ("America/New_York", date(2026, 11, 1), 1),
        ("Australia/Melbourne", date(2026, 4, 5), 2),
    ],
)
def test_a_repeated_hour_is_overridden_in_both_its_passings_or_in_one(
    timezone: str, day: date, hour: int
) -> None:
    """By the wall both are meant; an offset means one of them."""
    index = grid(midnight(day, timezone), midnight(day + timedelta(days=1), timezone), 60, timezone)
    table = pd.DataFrame({"mean": 10.0, "q50": 10.0}, index)
    made = VolumeForecast("live", "made", Calendar(timezone, 60), table)
    start, end = (read_instant(f"{day}T{each:02d}:00", timezone) for each in (hour, hour + 1))
    for last, count in ((end, 2), (start + timedelta(hours=1), 1)):
        changed = apply_overrides(made, [override(value=3.0, start=start, end=last)]).table
        local = changed.index[changed["mean"] == 30.0].tz_convert(timezone)
        assert local.hour.tolist() == [hour] * count


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"who": " "}, "who is missing"),
        ({"why": ""}, "why is missing"),
        ({"kind": "double"}, "kind is one of"),
        ({"value": -0.1}, "lies from 0 to 1000"),
        ({"value": float("nan")}, "lies from 0"),
        ({"end": instant("2026-06-01 10:00")}, "end must be after start"),
        ({"exactly": True}, "exactly goes with kind set"),
        ({"at": datetime(2026, 5, 29)}, "give them a zone"),
    ],
)
def test_an_override_says_what_it_is_who_and_why(parts: dict[str, object], words: str) -> None:
    """Half an override would change a plan without anybody to ask."""
    with pytest.raises(ValueError, match=words):
        override(**parts)  # type: ignore[arg-type]
