"""A plan folder says what on-call is worth, and is not changed but for one more file."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from optimizer.plan_value import DEFAULT, FORESIGHT, OWN, VALUE_COLUMNS
from optimizer.required_distribution import RequiredDistribution
from tests.ui.sample_plan import sample_plan
from tests.ui.workspaces import SETTINGS as USUAL
from ui.plan_folder import read_plan, write_plan

# Calls by the hour: blocks take rounds of cuts, and these tests are not about them.
SETTINGS = f"{USUAL}\n[on_call]\nmin_activation_hours = 1\nnotice_minutes = 0\n"


def distribution(plan):
    """A contact calls for a rep while the queue is open."""
    starts = pd.DatetimeIndex(plan.requirement.table["interval_start"])
    is_open = (plan.requirement.table["primary"] > 0).to_numpy()
    volume = np.tile([1.0, 3.0, 7.5], (len(starts), 1))
    reps = np.ceil(volume).astype(np.int64) * is_open[:, None]
    least = np.zeros(len(starts), dtype=np.int64)
    return RequiredDistribution("live", starts, (0.05, 0.5, 0.95), volume, reps, least)


@pytest.fixture
def folder(tmp_path):
    """A plan of one queue over the day on which clocks go forward."""
    made = sample_plan(queues=("live",))
    known = replace(made.requirement, distributions={"live": distribution(made)})
    made = replace(made, settings=SETTINGS, requirement=known, roster=None, team=None)
    write_plan(made, tmp_path / "plan")
    return tmp_path / "plan"


def test_what_on_call_is_worth_is_told_and_kept(staffcast, folder):
    """The planner reads sentences, and every figure stands in a file."""
    ended = staffcast("worth", folder, "--paths", 30, "--foresee", 3)
    assert ended.status == 0, ended.err
    assert "on 30 fresh paths of the forecast (seed 7)" in ended.out
    assert "The simple rule costs" in ended.out
    table = pd.read_csv(folder / "exports/value.csv")
    assert tuple(table.columns) == VALUE_COLUMNS
    assert table["plan"].iloc[0] == OWN
    by_plan = table.set_index("plan")
    assert by_plan.loc[DEFAULT, "dearer"] == 0
    assert (by_plan["regret"] >= by_plan.loc[FORESIGHT, "regret"]).all()
    assert "exports/value.csv" in json.loads((folder / "manifest.json").read_text())["files"]
    read_plan(folder)


def test_another_seed_weighs_on_other_paths(staffcast, folder, tmp_path):
    """The same seed gives the same bytes; and --out leaves the folder alone."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    written = []
    for seed in (3, 3, 4):
        out = tmp_path / "value.csv"
        words = ("--paths", 10, "--foresee", 0, "--seed", seed, "--out", out)
        assert staffcast("worth", folder, *words).status == 0
        written.append(out.read_bytes())
    assert written[0] == written[1] != written[2]
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_plan_that_knows_only_two_numbers_is_refused(staffcast, tmp_path):
    """Without a distribution there is nothing to draw reps from; one line says what to do."""
    made = replace(sample_plan(queues=("live",)), settings=SETTINGS)
    write_plan(made, tmp_path / "plan")
    ended = staffcast("worth", tmp_path / "plan")
    assert ended.status == 2
    assert "make it again with staffcast plan" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
