"""``staffcast shifts`` plans by the programme that the settings name, and says what it leads to."""

import json

import pandas as pd
import pytest

from tests.ui.workspaces import SETTINGS

TWO_STAGES = SETTINGS.replace("[shifts]", '[shifts]\nprogramme = "two_stage"')
CEILING = SETTINGS + "\n[on_call]\nmost_short = 0.002\n"
NEVER = SETTINGS + "\n[on_call]\nstandby_price = 1.5\n"


@pytest.fixture
def required(staffcast, small):
    """A folder with a forecast and the requirement made from it."""
    for step in (
        ("forecast", "history.csv", "--horizon", 168, "--out", "f.csv"),
        ("require", "f.csv", "--out", "r.csv"),
    ):
        assert staffcast(*step).status == 0
    return small


def test_what_shifts_lead_to_is_said_and_written(staffcast, required):
    """The chance of a short hour belongs beside the plan, not in a planner's head."""
    ended = staffcast("shifts", "r.csv", "--out", "cover")
    assert ended.status == 0, ended.err
    assert "live: at these prices it pays that primary serve the 50.0 % quantile" in ended.out
    outlook = pd.read_csv(required / "cover/outlook.csv")
    columns = "unique_id,ds,called_for,p_activated,activated,p_short,short"
    assert ",".join(outlook.columns) == columns
    assert outlook[["p_activated", "p_short"]].to_numpy().max() <= 1
    assert (outlook["short"] <= outlook["called_for"]).all()
    told = json.loads((required / "cover/report.json").read_text())
    assert told["tiers"]["live"]["quantiles"][0] == 0.5


def test_two_stages_are_planned_for_paths_of_the_forecast(staffcast, required):
    """Without the forecast there are no paths, and the planner is told which option brings it."""
    (required / "staffcast.toml").write_text(TWO_STAGES)
    refused = staffcast("shifts", "r.csv", "--out", "paths")
    assert refused.status == 2
    assert "name it with --forecast" in refused.err
    assert not (required / "paths").exists()
    ended = staffcast("shifts", "r.csv", "--forecast", "f.csv", "--out", "paths")
    assert ended.status == 0, ended.err
    assert (required / "paths/outlook.csv").exists()


def test_a_forecast_of_another_week_is_refused(staffcast, required):
    """Paths of other hours would staff the wrong ones."""
    (required / "staffcast.toml").write_text(TWO_STAGES)
    rows = (required / "f.csv").read_text().splitlines()
    (required / "part.csv").write_text("\n".join(rows[:100]) + "\n")
    refused = staffcast("shifts", "r.csv", "--forecast", "part.csv", "--out", "paths")
    assert refused.status == 2
    assert "of different intervals" in refused.err


def test_a_ceiling_on_short_hours_says_what_it_is_worth(staffcast, required):
    """Who asks for certainty must see its price."""
    (required / "staffcast.toml").write_text(CEILING)
    ended = staffcast("shifts", "r.csv", "--out", "sure")
    assert ended.status == 0, ended.err
    assert "at most 0.2% of open intervals short" in ended.out
    outlook = pd.read_csv(required / "sure/outlook.csv")
    kept = outlook.loc[outlook["called_for"] > 0, "p_short"].mean() <= 0.002
    assert kept == ("is worth a price of" in ended.out)


def test_a_price_without_a_use_is_named(staffcast, required):
    """Nobody on call for a reason that the settings hide is a riddle."""
    (required / "staffcast.toml").write_text(NEVER)
    ended = staffcast("shifts", "r.csv", "--out", "none")
    assert ended.status == 0, ended.err
    assert "standby_price 1.5: an hour on standby costs more than one at work" in ended.out
    assert set(pd.read_csv(required / "none/shifts.csv")["role"]) == {"primary"}
