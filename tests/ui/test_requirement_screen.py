"""Sliders must move the requirement their way, outlast a reload, and reach the settings."""

from pathlib import Path

import pytest

from tests.ui.opening import metrics, open_screen, texts
from ui import workspaces
from ui.drafts import Drafts
from ui.scenario import QueueScenario, from_payload


def test_more_volume_requires_more_people(unplanned: Path) -> None:
    """The slider must reach the requirement, and the draft that a reload finds."""
    at = open_screen("requirement")
    before = metrics(at)
    at.slider(key="volume_factor:live").set_value(200).run()
    after = metrics(at)
    assert not at.exception
    assert float(after["Contacts"].replace(",", "")) == pytest.approx(
        2 * float(before["Contacts"].replace(",", "")), abs=1
    )
    assert _hours(after["Primary"]) > _hours(before["Primary"])
    kept = from_payload(Drafts(unplanned).load("scenario", "current"))
    assert kept.of("live") == QueueScenario(volume_factor=2.0)


def _hours(text: str) -> float:
    return float(text.removesuffix(" rep-hours").replace(",", ""))


@pytest.mark.parametrize(
    ("slider", "value", "wants_more"),
    [("concurrency", 1, True), ("target", 84, True), ("shrinkage", 5, False)],
)
def test_each_slider_moves_the_requirement_its_way(
    unplanned: Path, slider: str, value: int, wants_more: bool
) -> None:
    """Fewer at once, a higher target, more shrinkage: each asks for more people."""
    at = open_screen("requirement")
    before = _hours(metrics(at)["Primary"])
    at.slider(key=f"{slider}:live").set_value(value).run()
    after = _hours(metrics(at)["Primary"])
    assert after >= before if wants_more else after <= before
    assert "Draft:" in texts(at)


def test_the_target_slider_ends_where_no_number_of_reps_helps(unplanned: Path) -> None:
    """A reply of a minute on average is written within two for 86 % at most, so 95 is no choice."""
    slider = open_screen("requirement").slider(key="target:live")
    assert slider.max == 86
    path = unplanned / "staffcast.toml"
    path.write_text(path.read_text() + '\n[queues.live.service]\nclock = "pick_up"\n')
    assert open_screen("requirement").slider(key="target:live").max == 99


def test_a_reload_finds_the_sliders_where_they_were(unplanned: Path) -> None:
    """A new session is a reload."""
    open_screen("requirement").slider(key="target:live").set_value(84).run()
    again = open_screen("requirement")
    assert again.slider(key="target:live").value == 84
    again.button[0].click().run()
    assert again.slider(key="target:live").value == 80


def test_mail_has_no_slider_for_conversations_at_once(unplanned: Path) -> None:
    """Who writes an e-mail writes one at a time; volume, target and shrinkage bear on it."""
    path = unplanned / "staffcast.toml"
    mail = '[queues.live]\nchannel = "email"\nservice = { within_seconds = 14400 }\n'
    path.write_text(path.read_text().replace("[queues.live]\n", mail))
    at = open_screen("requirement")
    assert not at.exception
    assert [slider.key for slider in at.slider] == [
        "volume_factor:live",
        "target:live",
        "shrinkage:live",
    ]


def test_sliders_are_written_to_the_settings_with_comments_kept(unplanned: Path) -> None:
    """The file belongs to people; only the value may change."""
    path = unplanned / "staffcast.toml"
    path.write_text(path.read_text().replace("concurrency = 3", "concurrency = 3  # agreed"))
    at = open_screen("requirement").slider(key="concurrency:live").set_value(5).run()
    next(button for button in at.button if button.label == "Write to settings").click().run()
    assert "concurrency = 5  # agreed" in path.read_text()
    assert workspaces.open_workspace(unplanned).settings.queues["live"].handling.concurrency == 5
    assert from_payload(Drafts(unplanned).load("scenario", "current")).of("live") == (
        QueueScenario()
    )


def test_a_guard_beyond_the_usual_quantiles_is_forecast_too(unplanned: Path) -> None:
    """The slider screens and the command must take the same settings."""
    path = unplanned / "staffcast.toml"
    path.write_text(path.read_text() + "\n[on_call]\nguard = 0.98\n")
    at = open_screen("requirement")
    assert not at.error
    assert "98 % quantile" in texts(at)
