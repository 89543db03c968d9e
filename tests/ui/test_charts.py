"""What a heatmap shows must be what the table says: numbers, signs, closed hours, local time."""

from dataclasses import replace
from datetime import date

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clock import grid, midnight
from forecast.closures import Calendar
from forecast.series import VolumeForecast, VolumeHistory
from ui import charts, grids, roster_grids


def _cells() -> pd.DataFrame:
    index = grid(
        midnight(pd.Timestamp("2026-11-30").date(), "UTC"),
        midnight(pd.Timestamp("2026-12-07").date(), "UTC"),
        60,
        "UTC",
    )
    net = np.tile([2.0, -3.0, 0.0, np.nan], 42)
    return grids.week_cells(pd.DataFrame({"net": net}, index=index), "UTC", {"net": "min"})


def _layers(chart: alt.LayerChart) -> list[dict[str, object]]:
    return list(chart.to_dict()["layer"])


def test_every_open_cell_has_its_number_with_a_sign() -> None:
    """Colour alone is no carrier: a colour-blind planner reads the sign."""
    chart = charts.heatmap(_cells(), "net", "net", "Net")
    rows = next(iter(chart.to_dict()["datasets"].values()))
    assert len(rows) == 168
    assert {row["text"] for row in rows if row["net"] is not None} == {"+2", "−3", "0"}


def test_a_closed_cell_is_grey_and_has_no_number() -> None:
    """A closed hour must not be taken for an hour without a gap."""
    chart = charts.heatmap(_cells(), "net", "net", "Net")
    spec = chart.to_dict()
    rows = next(iter(spec["datasets"].values()))
    closed = [row for row in rows if row["net"] is None]
    assert len(closed) == 42
    assert {row["text"] for row in closed} == {""}
    assert spec["layer"][0]["mark"]["color"] == charts.GREY


def test_net_colours_are_symmetric_around_zero() -> None:
    """Red and blue of equal strength must mean equal numbers, or the eye is misled."""
    spec = charts.heatmap(_cells(), "net", "net", "Net").to_dict()
    low, high = spec["layer"][1]["encoding"]["color"]["scale"]["domain"]
    assert low == -high
    assert high >= 3


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=30))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_sign_never_contradicts_its_number(numbers: list[float]) -> None:
    """−0 and signs that rounding leaves behind would say that somebody is missing."""
    for number, text in zip(numbers, charts.cell_texts(np.array(numbers), "net"), strict=True):
        shown = int(text.replace("−", "-"))
        assert shown == pytest.approx(number, abs=0.5 + 1e-9)
        assert text.startswith("+") == (shown > 0)
        assert text.startswith("−") == (shown < 0)


def _forecast(days: int = 7) -> VolumeForecast:
    start = midnight(pd.Timestamp("2026-11-30").date(), "America/New_York")
    index = pd.date_range(start, periods=24 * days, freq="h", name="interval_start").as_unit("us")
    base = pd.Series(10.0, index=index)
    names = ["mean", "q05", "q10", "q25", "q50", "q75", "q90", "q95"]
    factors = [1.0, 0.4, 0.5, 0.8, 1.0, 1.2, 1.5, 1.7]
    table = pd.DataFrame({name: base * factor for name, factor in zip(names, factors, strict=True)})
    return VolumeForecast("live", "auto", Calendar("America/New_York"), table)


def test_the_fan_shows_wall_time_of_the_calendar() -> None:
    """A planner in Dublin must see New York's busy hour at New York's time."""
    spec = charts.fan(_forecast()).to_dict()
    first = next(iter(spec["datasets"].values()))[0]
    assert first["when"].startswith("2026-11-30T00:00")
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "utc"


def test_the_fan_has_the_history_before_it_and_nothing_after_the_cutoff() -> None:
    """What happened must not be drawn over what is forecast."""
    forecast = _forecast()
    index = pd.date_range(
        forecast.cutoff - pd.Timedelta(days=10), forecast.cutoff, freq="h", inclusive="left"
    ).as_unit("us")
    index.name = "interval_start"
    history = VolumeHistory("live", pd.Series(5.0, index=index), forecast.calendar)
    layers = _layers(charts.fan(forecast, history, days=7))
    assert len(layers) == 4
    spec = charts.fan(forecast, history, days=7).to_dict()
    past = next(rows for rows in spec["datasets"].values() if "volume" in rows[0])
    assert len(past) == 7 * 24
    assert max(row["when"] for row in past) < "2026-11-30"


def test_the_fan_dashes_the_median_without_changes_only_where_people_changed_it() -> None:
    """The model's own number is never hidden, and elsewhere there is one line, not two."""
    own = _forecast()
    table = own.table.copy()
    table.iloc[30:33] *= 2
    spec = charts.fan(replace(own, table=table), without=own).to_dict()
    (dashed,) = [layer for layer in spec["layer"] if "strokeDash" in layer["mark"]]
    rows = spec["datasets"][dashed["data"]["name"]]
    drawn = [place for place, row in enumerate(rows) if row["q50"] is not None]
    assert drawn == [29, 30, 31, 32, 33]
    assert {rows[place]["q50"] for place in drawn} == {10.0}
    assert all("strokeDash" not in layer["mark"] for layer in charts.fan(own).to_dict()["layer"])


def test_the_gantt_has_a_line_for_a_rep_without_a_shift() -> None:
    """Who has nothing to do must be seen too."""
    rows = roster_grids.gantt_rows([], {"ann": "Ann"}, "UTC")
    first, last = roster_grids.wall_days(date(2026, 11, 30), 1)
    spec = charts.gantt(rows, ["Ann"], first, last).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domain"] == ["Ann"]
