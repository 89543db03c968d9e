"""E-mail queues from settings to files: what require and evaluate write of them, and refuse."""

import numpy as np
import pandas as pd
import pytest

SETTINGS = """
[queues.live]
channel = "chat"
fill_with = ["post"]

[queues.live.handling]
concurrency = 4
rep_messages = 8
writing_minutes = 0.75
customer_reply_minutes = 4.0

[queues.post]
channel = "email"
opening = { Mon-Fri = "08:00-20:00" }

[queues.post.handling]
concurrency = 1
rep_messages = 1.5
writing_minutes = 8.0
customer_reply_minutes = 300.0

[queues.post.service]
target = 0.9
within_seconds = 14400
"""
BACKLOG = "unique_id,ds,contacts\npost,2026-11-29 12:00,300\n"


@pytest.fixture
def mailroom(tmp_path, monkeypatch):
    """Make a folder with settings, a Monday's volume, its forecast, staff and a backlog."""
    monkeypatch.chdir(tmp_path)
    hours = pd.date_range("2026-11-30", periods=24, freq="h", tz="UTC")
    volume = pd.DataFrame(
        [
            (queue, hour.isoformat(), contacts)
            for queue, contacts in (("live", 20), ("post", 40))
            for hour in hours
        ],
        columns=["unique_id", "ds", "y"],
    )
    volume.to_csv("volume.csv", index=False)
    volume.assign(reps=np.where(volume["unique_id"] == "live", 6, 1))[
        ["unique_id", "ds", "reps"]
    ].to_csv("staff.csv", index=False)
    quantiles = {"mean": 1, "q05": 0.7, "q50": 1, "q95": 1.3}
    forecast = volume[["unique_id", "ds"]].assign(
        **{name: factor * volume["y"] for name, factor in quantiles.items()}
    )
    forecast.to_csv("forecast.csv", index=False)
    (tmp_path / "staffcast.toml").write_text(SETTINGS)
    (tmp_path / "backlog.csv").write_text(BACKLOG)
    return tmp_path


def run(staffcast, *words):
    """Run a command that has to work."""
    ended = staffcast(*words)
    assert ended.status == 0, ended.err


def test_require_and_evaluate_take_an_inbox_beside_live_chat(staffcast, mailroom):
    """Rows of its own, its promise kept, columns of its backlog, and shifts like any queue."""
    run(staffcast, "require", "forecast.csv", "--out", "r.csv")
    needed = pd.read_csv("r.csv").set_index("unique_id")
    assert (needed.loc["post", "service_level"].dropna() >= 0.9).all()
    assert needed.loc["post", "primary"].iloc[:8].eq(0).all()
    run(staffcast, "evaluate", "--volume", "volume.csv", "--staff", "staff.csv", "--out", "e.csv")
    found = pd.read_csv("e.csv").set_index("unique_id")
    assert found.loc["post", "backlog"].iloc[7] > 40
    assert found.loc["live", "backlog"].isna().all()
    run(staffcast, "shifts", "r.csv", "--out", "cover")
    assert "post" in pd.read_csv("cover/shifts.csv")["queue"].tolist()


def test_a_backlog_asks_for_more_reps_and_leaves_live_alone(staffcast, mailroom):
    """Three hundred e-mails of the weekend are in front of Monday's."""
    run(staffcast, "require", "forecast.csv", "--out", "r.csv")
    run(staffcast, "require", "forecast.csv", "--backlog", "backlog.csv", "--out", "b.csv")
    fresh, aged = (pd.read_csv(name).set_index("unique_id") for name in ("r.csv", "b.csv"))
    assert aged.loc["post", "primary"].sum() > fresh.loc["post", "primary"].sum()
    pd.testing.assert_frame_equal(aged.loc["live"], fresh.loc["live"])
    given = ("evaluate", "--volume", "volume.csv", "--staff", "staff.csv")
    run(staffcast, *given, "--out", "e.csv")
    run(staffcast, *given, "--backlog", "backlog.csv", "--out", "a.csv")
    fresh, aged = (pd.read_csv(name).set_index("unique_id") for name in ("e.csv", "a.csv"))
    assert aged.loc["post", "first_reply"].mean() < fresh.loc["post", "first_reply"].mean() - 0.05


def test_a_backlog_of_the_future_is_refused_in_one_line(staffcast, mailroom):
    """It names file, row and column, ends with 2 and writes nothing."""
    (mailroom / "backlog.csv").write_text("unique_id,ds,contacts\npost,2026-11-30 12:00,60\n")
    ended = staffcast("require", "forecast.csv", "--backlog", "backlog.csv", "--out", "b.csv")
    assert ended.status == 2
    assert "backlog.csv, row 2, column ds" in ended.err
    assert not (mailroom / "b.csv").exists()
