import json
import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from forecast.closures import Calendar
from forecast.overrides import Override, apply_overrides
from forecast.series import VolumeForecast, VolumeHistory
from forecast.snapshots import (
    Snapshot,
    forecasts_from_table,
    from_payload,
    to_payload,
)
from forecast.tables import forecast_table
from forecast.value_added import ALL_QUEUES, value_added

CUTOFF = pd.Timestamp("2026-03-16", tz="UTC").as_unit("us")
ZONE = "UTC"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOURS = 14 * 24


def history(after: float, queue: str = "live") -> VolumeHistory:
    """Return three weeks of 10 contacts an hour, and then two weeks of another volume."""
    index = pd.date_range(
        CUTOFF - pd.Timedelta(weeks=3), periods=35 * 24, freq="h", name="interval_start", unit="us"
    )
    volume = pd.Series(np.where(index < CUTOFF, 10.0, after), index=index)
    return VolumeHistory(queue, volume, Calendar(ZONE, 60))


def forecast(value: float, queue: str = "live") -> VolumeForecast:
    index = pd.date_range(CUTOFF, periods=HOURS, freq="h", name="interval_start", unit="us")
    table = pd.DataFrame({"mean": value, "q10": 0.5 * value, "q50": value, "q90": 2 * value}, index)
    return VolumeForecast(queue, "auto", Calendar(ZONE, 60), table)


def override(factor: float, name: str, first: int, days: int, queue: str = "live") -> Override:
    start = CUTOFF + pd.Timedelta(days=first)
    return Override(
        name, "multiply", queue, start, start + pd.Timedelta(days=days), factor, "ada", "sale", NOON
    )


def snapshot(own: VolumeForecast, *overrides: Override) -> Snapshot:
    return Snapshot(CUTOFF, (apply_overrides(own, overrides),), (own,), overrides)


def test_steps_are_told_by_hand() -> None:
    """20 came; the week before had 10, the model said 16 and the planner made 20 of it."""
    table = value_added([snapshot(forecast(16.0), override(1.25, "1", 0, 14))], [history(20.0)])
    assert table["step"].tolist() == ["naive", "model", "published", "override"]
    assert table["wape"].tolist() == pytest.approx([0.5, 0.2, 0.0, 0.0])
    assert table["wape_before"].tolist()[1:] == pytest.approx([0.5, 0.2, 0.2])
    assert table["verdict"].tolist() == ["", "helped", "helped", "helped"]
    assert table["intervals"].tolist() == [HOURS] * 4
    assert table["days"].tolist() == [14] * 4
    assert table["volume"].tolist() == [20.0 * HOURS] * 4


def test_an_override_is_held_against_the_forecast_without_it_on_its_own_span() -> None:
    """One made its week right, the other its week wrong; together they are half and half."""
    made = snapshot(forecast(20.0), override(0.5, "1", 0, 7), override(1.5, "2", 7, 7))
    table = value_added([made], [history(30.0)]).set_index("override_id")
    assert table.loc["2", "verdict"] == "helped"
    assert table.loc["1", "verdict"] == "hurt"
    assert table.loc["1", ["wape_before", "wape"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert table.loc["2", "intervals"] == 7 * 24


def test_what_changes_nothing_is_a_tie_and_few_days_tell_nothing() -> None:
    """A tie is called a tie, and one good day is no proof."""
    made = snapshot(forecast(16.0), override(1.0, "1", 0, 14), override(1.25, "2", 0, 3))
    table = value_added([made], [history(20.0)]).set_index("override_id")
    assert table.loc["1", "verdict"] == "tie"
    assert table.loc["2", "verdict"] == "too few days to tell"
    assert math.isnan(table.loc["2", "ratio_low"])


def test_days_that_contradict_each_other_are_a_tie() -> None:
    """Better on some days and worse on as many others is luck."""
    known = history(20.0)
    volume = known.volume.copy()
    day = (volume.index - CUTOFF).days
    volume[(volume.index >= CUTOFF) & (day % 2 == 0)] = 12.0
    made = snapshot(forecast(16.0), override(1.25, "1", 0, 14))
    table = value_added([made], [replace(known, volume=volume)]).set_index("step")
    assert table.loc["override", "verdict"] == "tie"


def test_only_what_has_come_counts() -> None:
    """The rest of the week is not known yet, and is no volume of 0."""
    known = history(20.0)
    table = value_added([snapshot(forecast(16.0))], [known.until(CUTOFF + pd.Timedelta(days=2))])
    assert (table["intervals"] == 48).all()
    none = value_added([snapshot(forecast(16.0))], [known.until(CUTOFF)])
    assert none.empty
    assert list(none.columns) == list(table.columns)


def test_the_yardstick_knows_nothing_from_after_the_cutoff() -> None:
    """A week ago, for the second week, is the last week before the cutoff."""
    table = value_added([snapshot(forecast(16.0))], [history(40.0)]).set_index("step")
    assert table.loc["naive", "wape"] == pytest.approx(0.75)


def test_of_two_snapshots_of_an_interval_the_better_informed_counts() -> None:
    """A forecast published again with more data replaces the first, from there on."""
    later_start = CUTOFF + pd.Timedelta(days=7)
    second = forecast(20.0)
    second = replace(second, table=second.table[second.table.index >= later_start])
    fresh = Snapshot(later_start, (second,), (second,))
    for order in ([snapshot(forecast(16.0)), fresh], [fresh, snapshot(forecast(16.0))]):
        table = value_added(order, [history(20.0)]).set_index("step")
        assert table.loc["model", "wape"] == pytest.approx(0.1)


def test_several_queues_are_told_one_by_one_and_together() -> None:
    """The planner of one queue is not blamed for the other."""
    own = (forecast(16.0), forecast(20.0, "mail"))
    change = override(2.0, "1", 0, 14, "mail")
    made = Snapshot(CUTOFF, tuple(apply_overrides(each, [change]) for each in own), own, (change,))
    table = value_added([made], [history(20.0), history(20.0, "mail")])
    published = table[table["step"] == "published"].set_index("unique_id")
    assert published["wape"].to_dict() == pytest.approx({"live": 0.2, "mail": 1.0, ALL_QUEUES: 0.6})
    assert published.loc["live", "verdict"] == "tie"


def test_scale_changes_no_verdict_and_no_share() -> None:
    """A thousand times the contacts is the same skill."""
    small = value_added([snapshot(forecast(16.0), override(1.25, "1", 0, 14))], [history(20.0)])
    known = history(20.0)
    large = value_added(
        [snapshot(forecast(16000.0), override(1.25, "1", 0, 14))],
        [replace(known, volume=known.volume * 1000)],
    )
    names = ["wape_before", "wape", "ratio", "ratio_low", "ratio_high"]
    assert small[names].to_numpy(dtype=float) == pytest.approx(
        large[names].to_numpy(dtype=float), nan_ok=True
    )
    assert small["verdict"].tolist() == large["verdict"].tolist()


def test_a_snapshot_comes_back_from_json() -> None:
    """What was published is what is scored, to a thousandth of a contact."""
    made = snapshot(forecast(16.123456), override(1.25, "1", 0, 3))
    read = from_payload(json.loads(json.dumps(to_payload(made))))
    assert (read.cutoff, read.overrides) == (made.cutoff, made.overrides)
    for side in ("published", "own"):
        [mine], [back] = getattr(made, side), getattr(read, side)
        pd.testing.assert_frame_equal(back.table, mine.table.round(3), check_freq=False)
        assert (back.queue, back.model, back.calendar) == (mine.queue, mine.model, mine.calendar)


def test_a_snapshot_without_overrides_says_everything_once() -> None:
    """Fifty weeks of a hundred queues lie in the store."""
    [queue] = to_payload(snapshot(forecast(16.0)))["queues"]
    assert queue["own"] is None


def test_a_snapshot_of_another_version_is_refused() -> None:
    """Nobody is told to have hurt by numbers that were misread."""
    payload = to_payload(snapshot(forecast(16.0)))
    with pytest.raises(ValueError, match="found format 9"):
        from_payload(payload | {"format": 9})
    with pytest.raises(ValueError, match="no snapshot"):
        from_payload({"format": 1})


@pytest.mark.parametrize("start", ["2026-03-23", "2026-10-19"])
def test_a_forecasts_table_is_read_back_over_both_clock_changes(start: str) -> None:
    """The plan folder's forecast is what the snapshot is made of."""
    first = pd.Timestamp(start, tz="Europe/Dublin").tz_convert("UTC")
    index = pd.date_range(first, periods=168, freq="h", name="interval_start", unit="us")
    table = pd.DataFrame({"mean": 1.5, "q50": np.arange(168.0)}, index)
    made = VolumeForecast("live", "auto", Calendar("Europe/Dublin", 60), table)
    [read] = forecasts_from_table(forecast_table([made]), "Europe/Dublin", 60, "auto")
    pd.testing.assert_frame_equal(read.table, made.table, check_freq=False)
