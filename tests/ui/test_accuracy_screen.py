"""What the app says of its own forecasts must be what was measured, and outlast a reload."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from forecast.overrides import Override, apply_overrides
from forecast.predict import forecast_volume
from forecast.snapshots import Snapshot
from optimizer.solver import Cancellation
from tests.ui.opening import MODEL, click, finish_job, open_screen, quiet, texts
from tests.ui.workspaces import volumes
from ui import importing, scoring, workspaces
from ui.drafts import Drafts
from ui.jobs import Cancelled
from ui.publishing import keep_snapshot
from ui.settings import Settings


def test_a_leaderboard_is_scored_in_the_background_and_kept(unplanned: Path) -> None:
    """Scoring takes a while, and a reload must find what it found."""
    at = open_screen("accuracy")
    assert "not compared yet on live" in texts(at)
    at.multiselect(key="compared_models").set_value(["median_of_six"]).run()
    at.number_input(key="compared_weeks:live").set_value(2).run()
    click(at, "Compare")
    finish_job(unplanned)
    at = open_screen("accuracy")
    assert not at.exception
    board = at.dataframe[0].value
    always = {"seasonal_naive", "average_4_weeks", "average_8_weeks"}
    assert set(board["model"]) == always | {"median_of_six"}
    assert (board["wape"] > 0).all()
    assert board["wape"].is_monotonic_increasing
    assert "2 cutoffs cannot tell differences" in texts(at)
    assert "Poisson floor" in texts(at)
    cost = at.dataframe[1].value
    assert set(cost["model"]) == set(board["model"])
    assert (cost["understaffed_hours"] >= cost["understaffed_with_on_call"]).all()
    forecast = open_screen("forecast")
    assert f"{board['model'].iloc[0]} was off by {board['wape'].iloc[0]:.1f} %" in texts(forecast)


def test_the_errors_of_a_model_are_shown_by_hour_of_the_week(unplanned: Path) -> None:
    """The analyst asks when a model is off; every model and both values can be chosen."""
    _compare(unplanned)
    at = open_screen("accuracy")
    at.selectbox(key="hours_of_model").set_value("seasonal_naive").run()
    assert not at.exception
    assert "WAPE of seasonal_naive by hour of the week" in texts(at)
    assert [button.label for button in at.get("download_button")] == [
        "leaderboard.csv", "by_lead.csv", "by_hour_of_week.csv", "by_cutoff.csv", "cost.csv"
    ]  # fmt: skip


def test_what_was_published_is_held_against_what_came(unplanned: Path) -> None:
    """A person who changes forecasts must see whether that helped; before, why there is nothing."""
    assert "Nothing was published yet" in texts(open_screen("accuracy"))
    history = workspaces.read_workspace_history(workspaces.open_workspace(unplanned)).histories[0]
    at = datetime(2026, 3, 6, tzinfo=UTC)

    def publish(weeks: int) -> None:
        cutoff = history.cutoff - pd.Timedelta(weeks=weeks)
        model = forecast_volume(history.until(cutoff), 168, MODEL)
        span = (cutoff, cutoff + pd.Timedelta(days=7))
        change = Override("1", "multiply", "live", *span, 3.0, "ada", "*hunch*", at)
        made = apply_overrides(model, [change])
        keep_snapshot(unplanned, Snapshot(cutoff, (made,), (model,), (change,)), "ada", at)

    publish(0)
    assert "has come yet" in texts(open_screen("accuracy"))
    publish(1)
    screen = open_screen("accuracy")
    assert not screen.exception
    shown = screen.dataframe[0].value.set_index("what")
    change = "Change 1, multiply (ada: *hunch*)"
    assert shown.loc[["Published, against the model", change], "verdict"].tolist() == ["hurt"] * 2
    assert shown.loc[change, "wape"] > 2 * shown.loc[change, "wape_before"]
    assert [button.label for button in screen.get("download_button")] == ["value_added.csv"]


def test_a_queue_without_settings_is_compared_but_not_priced(unplanned: Path) -> None:
    """Forecasts can be tested before anybody has said what a contact asks for."""
    of = workspaces.open_workspace(unplanned)
    _compare(unplanned, replace(of.settings, queues={}))
    at = open_screen("accuracy")
    assert not at.exception
    assert "Not priced" in texts(at)
    assert len(at.dataframe) == 1


def _compare(folder: Path, settings: Settings | None = None) -> None:
    of = workspaces.open_workspace(folder)
    history = workspaces.read_workspace_history(of).histories[0]
    chosen = settings or of.settings
    scoring.score(history, [], Drafts(folder), Cancellation(), quiet, chosen, weeks=1)


def test_a_history_that_is_too_short_to_test_on_says_so(unplanned: Path) -> None:
    """The first week cannot be forecast from anything."""
    of = workspaces.open_workspace(unplanned)
    history = workspaces.read_workspace_history(of).histories[0]
    for weeks, testable in ((6, 5), (2, 1), (1, 0)):
        short = replace(history, volume=history.volume.iloc[-weeks * 168 :])
        assert scoring.most_weeks(short) == testable
    export = unplanned / "short.csv"
    volumes(1).to_csv(export, index=False)
    importing.take_over(importing.preview([export], of), of)
    assert "takes two weeks of history" in texts(open_screen("accuracy"))


def test_a_comparison_that_is_stopped_keeps_nothing(unplanned: Path) -> None:
    """What was found before stays; half a comparison is none."""
    cancel = Cancellation()
    cancel.cancel()
    of = workspaces.open_workspace(unplanned)
    history = workspaces.read_workspace_history(of).histories[0]
    with pytest.raises(Cancelled):
        scoring.score(history, [], Drafts(unplanned), cancel, quiet, of.settings, weeks=1)
    assert Drafts(unplanned).load(scoring.KIND, "live") is None
