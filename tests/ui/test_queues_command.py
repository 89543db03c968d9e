"""Several queues and drivers from the command line: what a planner writes is what comes out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.ui.workspaces import SETTINGS, volumes

MODEL = ("--model", "median_of_six", "--horizon", "48", "--timezone", "Europe/Dublin")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with the history of two queues."""
    pd.concat([volumes(6, 40.0), volumes(6, 20.0, "mail")]).to_csv(tmp_path / "h.csv", index=False)
    return tmp_path


def means(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    return table.pivot_table(index="ds", columns="unique_id", values="mean")


def test_total_adds_rows_that_are_the_sum_of_the_queues(staffcast, two):
    """The row called total is what a manager gets by adding up the file."""
    ended = staffcast("forecast", "h.csv", *MODEL, "--total", "--jobs", "1", "--out", "f.csv")
    assert ended.status == 0, ended.err
    made = means(two / "f.csv")
    assert list(made.columns) == ["live", "mail", "total"]
    np.testing.assert_allclose(made["total"], made["live"] + made["mail"], atol=2e-4)


def test_a_total_that_would_not_be_one_is_refused(staffcast, two):
    """A queue of that name, or numbers that change afterwards, would make two totals."""
    pd.concat([volumes(6), volumes(6, 20.0, "total")]).to_csv(two / "t.csv", index=False)
    ended = staffcast("forecast", "t.csv", *MODEL, "--total", "--out", "f.csv")
    assert ended.status == 2
    assert "called total already" in ended.err
    ended = staffcast(
        "forecast", "h.csv", *MODEL, "--total", "--overrides", "o.csv", "--out", "f.csv"
    )
    assert ended.status == 2
    assert "--total" in ended.err
    assert not (two / "f.csv").exists()


def test_drivers_reach_the_forecast_and_its_gaps_are_refused(staffcast, two):
    """Twice the customers in the coming days are twice the contacts of those days."""
    rows = "driver,kind,start,value,end,queue\ncustomers,exposure,2026-01-01,100,{},live\n"
    (two / "d.csv").write_text(rows.format("2026-12-31"))
    assert staffcast("forecast", "h.csv", *MODEL, "--out", "a.csv").status == 0
    given = ("--drivers", "d.csv")
    assert staffcast("forecast", "h.csv", *MODEL, *given, "--out", "b.csv").status == 0
    assert (two / "a.csv").read_bytes() == (two / "b.csv").read_bytes()
    last = pd.read_csv(two / "h.csv")["ds"].max()[:10]
    first = str(pd.Timestamp(last) + pd.Timedelta(days=1))[:10]
    more = f"customers,exposure,{first},200,2026-12-31,live\n"
    (two / "d.csv").write_text(rows.format(last) + more)
    assert staffcast("forecast", "h.csv", *MODEL, *given, "--out", "c.csv").status == 0
    before, after = means(two / "a.csv"), means(two / "c.csv")
    np.testing.assert_allclose(after["live"], 2 * before["live"], atol=1e-3)
    np.testing.assert_allclose(after["mail"], before["mail"])
    (two / "d.csv").write_text(rows.format(last))
    ended = staffcast("forecast", "h.csv", *MODEL, *given, "--out", "e.csv")
    assert ended.status == 2
    assert f"driver customers: queue live has no value at {first} 00:00" in ended.err
    assert not (two / "e.csv").exists()


def test_drivers_of_a_queue_that_is_not_there_are_told(staffcast, two):
    """A driver that drives nothing is a slip."""
    (two / "d.csv").write_text("driver,kind,start,value,queue\nc,pulse,2026-01-01,1,livve\n")
    ended = staffcast("forecast", "h.csv", *MODEL, "--drivers", "d.csv", "--out", "f.csv")
    assert ended.status == 0
    assert "Drivers name the queue livve" in ended.err + ended.out


def test_a_queue_that_opens_next_week_is_forecast_from_its_settings(staffcast, two):
    """Like which, and how much: that is all that can be known of it."""
    text = SETTINGS + '\n[queues.new]\nlike = "live"\nexpected_per_week = 70\n'
    handling = SETTINGS.split("[queues.live.handling]")[1].split("[")[0]
    (two / "staffcast.toml").write_text(text + "[queues.new.handling]" + handling)
    ended = staffcast("forecast", "h.csv", "--model", "median_of_six", "--out", "f.csv")
    assert ended.status == 0, ended.err
    assert means(two / "f.csv")["new"].sum() == pytest.approx(70, rel=0.15)


def test_a_stated_volume_without_a_likeness_is_refused(staffcast, two):
    """A number for the week does not say when in the week."""
    text = SETTINGS.replace("[queues.live]\n", "[queues.live]\nexpected_per_week = 70\n")
    assert text != SETTINGS
    (two / "staffcast.toml").write_text(text)
    ended = staffcast("forecast", "h.csv", *MODEL, "--out", "f.csv")
    assert ended.status == 2
    assert "expected_per_week goes with like" in ended.err
