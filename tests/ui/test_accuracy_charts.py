"""Charts of accuracy show the tables' numbers, in per cent, above the floor."""

import pytest

from forecast.accuracy import accuracy_by_lead, leaderboard
from tests.forecast.test_accuracy import weeks_of_rows
from ui.accuracy_charts import errors_by_lead, model_errors


def _data(chart: dict, layer: int) -> list[dict]:
    """Return the rows that a layer of a chart draws."""
    found = chart["layer"][layer].get("data", chart.get("data"))
    return chart["datasets"][found["name"]]


def test_a_model_stands_at_its_wape_within_its_interval() -> None:
    """Per cent on the axis, fractions in the table; best at the top; one line for the floor."""
    board = leaderboard(weeks_of_rows())
    chart = model_errors(board).to_dict()
    rows = _data(chart, 1)
    assert [row["model"] for row in rows] == board["model"].tolist()
    assert [row["wape"] for row in rows] == pytest.approx(100 * board["wape"])
    assert all(row["wape_low"] < row["wape"] < row["wape_high"] for row in rows)
    assert chart["layer"][1]["encoding"]["y"]["sort"] == board["model"].tolist()
    [floor] = _data(chart, 2)
    assert floor["poisson_floor"] == pytest.approx(100 * board["poisson_floor"][0])


def test_leads_keep_their_order_and_the_floor_is_drawn_once() -> None:
    """Days 4-7 come after days 2-3 whatever the alphabet says."""
    table = accuracy_by_lead(weeks_of_rows())
    chart = errors_by_lead(table).to_dict()
    assert chart["layer"][0]["encoding"]["x"]["sort"] == ["day 1", "days 2-3", "days 4-7"]
    assert [row["wape"] for row in _data(chart, 0)] == pytest.approx(100 * table["wape"])
    assert len(_data(chart, 1)) == 3
