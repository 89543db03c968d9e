"""What is tried must change what it says it changes, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.concurrency import Handling, completion_rates
from tests.ui.workspaces import SETTINGS
from ui.scenario import (
    QueueScenario,
    Scenario,
    apply_scenario,
    changes,
    settings_changes,
)
from ui.settings import change_setting, parse_settings

BASE = parse_settings(SETTINGS)
THROUGHPUT = parse_settings(
    """
[queues.live.handling]
concurrency = 4
conversations_per_hour = 3.5
solo_minutes = 25.0
"""
)


def test_an_empty_scenario_changes_nothing() -> None:
    """Opening the app must not change the plan."""
    assert apply_scenario(BASE, Scenario()) == BASE
    assert changes(BASE, Scenario()) == []
    assert settings_changes(BASE, Scenario(), "live") == {}


@given(
    st.builds(
        QueueScenario,
        concurrency=st.none() | st.integers(1, 20),
        target=st.none() | st.floats(0.01, 0.99),
        shrinkage=st.none() | st.floats(0, 0.95),
    )
)
def test_what_is_tried_equals_what_would_be_written(tried: QueueScenario) -> None:
    """A plan made from the sliders and one made from the written settings are the same."""
    scenario = Scenario(queues={"live": tried})
    text = SETTINGS
    for keys, value in settings_changes(BASE, scenario, "live").items():
        text = change_setting(text, keys, value)
    written, applied = parse_settings(text), apply_scenario(BASE, scenario)
    mine, theirs = written.queues["live"], applied.queues["live"]
    assert mine.service == theirs.service
    assert completion_rates(mine.handling) == pytest.approx(completion_rates(theirs.handling))


def test_more_at_once_does_not_make_a_rep_type_faster() -> None:
    """The throughput of a rep was measured at a concurrency; below it the rates stay."""
    scenario = Scenario(queues={"live": QueueScenario(concurrency=6)})
    before = THROUGHPUT.queues["live"].handling
    after = apply_scenario(THROUGHPUT, scenario).queues["live"].handling
    assert isinstance(after, Handling)
    assert completion_rates(after)[:5] == pytest.approx(completion_rates(before))


def test_a_measured_throughput_is_not_rewritten_for_another_concurrency() -> None:
    """3.5 an hour belongs to four at once; beside six it would be wrong."""
    scenario = Scenario(queues={"live": QueueScenario(concurrency=6)})
    assert settings_changes(THROUGHPUT, scenario, "live") == {}
    assert changes(THROUGHPUT, scenario) == ["live: concurrency 4 → 6"]


def test_queues_are_tried_apart() -> None:
    """A slider of one inbox must not move the other."""
    two = replace(BASE, queues={**BASE.queues, "normal": BASE.queues["live"]})
    scenario = Scenario().with_queue("live", QueueScenario(2.0, target=0.9))
    after = apply_scenario(two, scenario)
    assert after.queues["normal"] == two.queues["normal"]
    assert scenario.factors == {"live": 2.0}


@pytest.mark.parametrize(
    "impossible",
    [
        {"volume_factor": -0.1},
        {"volume_factor": float("nan")},
        {"concurrency": 0},
        {"target": 1.0},
        {"shrinkage": 1.0},
    ],
)
def test_what_cannot_be_is_refused(impossible: dict[str, float]) -> None:
    """A draft that was written by hand may say anything."""
    with pytest.raises(ValueError):
        QueueScenario(**impossible)  # type: ignore[arg-type]


def test_shrinkage_in_two_parts_is_tried_as_a_whole_and_stays_in_the_file() -> None:
    """The slider has one number, and does not say which of the two parts it would change."""
    parts = "[queues.live.service]\nshrinkage_in_office = 0.2\nshrinkage_out_of_office = 0.1\n"
    stated = parse_settings(SETTINGS + parts)
    tried = Scenario(queues={"live": QueueScenario(shrinkage=0.4, target=0.9)})
    after = apply_scenario(stated, tried).queues["live"].service
    assert after.shrinkage == 0.4
    assert list(settings_changes(stated, tried, "live")) == [
        ("queues", "live", "service", "target")
    ]
