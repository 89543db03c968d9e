"""A setting is changed where people look for it, checked before it is saved, and never lost."""

from pathlib import Path

from tests.ui.opening import open_screen, texts
from ui import workspaces
from ui.drafts import Drafts

MAILS = "".join(
    f"""
[queues.{name}]
channel = "email"
handling = {{ concurrency = 1, rep_messages = 1, writing_minutes = 8, customer_reply_minutes = 0 }}
service = {{ within_seconds = 14400 }}
"""
    for name in ("mail", "tickets")
)


def test_a_setting_is_saved_and_an_impossible_one_explained(planned: Path) -> None:
    """Target 1.0 is the classic: no number of reps keeps it."""
    at = open_screen("settings")
    field = "setting:queues.live.service.target"
    at.number_input(key=field).set_value(1.0).run()
    assert "strictly between 0 and 1" in at.error[0].value
    assert at.button(key="save:queue live").disabled
    at.number_input(key=field).set_value(0.9).run()
    assert not at.error
    at.button(key="save:queue live").click().run()
    assert workspaces.open_workspace(planned).settings.queues["live"].service.target == 0.9
    assert "Saved to staffcast.toml" in texts(at)


def test_an_entered_setting_survives_a_reload_and_can_be_discarded(planned: Path) -> None:
    """It is not saved yet, but it was typed."""
    field = "setting:shifts.wage"
    before = (planned / "staffcast.toml").read_text()
    open_screen("settings").number_input(key=field).set_value(21.5).run()
    again = open_screen("settings")
    assert again.number_input(key=field).value == 21.5
    assert (planned / "staffcast.toml").read_text() == before
    again.button(key="drop:general").click().run()
    assert again.number_input(key=field).value == 1.0
    assert open_screen("settings").number_input(key=field).value == 1.0


def test_a_draft_of_settings_from_another_version_is_left_aside(planned: Path) -> None:
    """A draft is a convenience, and must not keep the screen from opening."""
    odd = {"shifts.wage": "a lot", "calendar.interval_minutes": 7, "solver.seed": True, "x": 1}
    Drafts(planned).save("settings", "general", odd)
    at = open_screen("settings")
    assert not at.exception
    assert at.number_input(key="setting:shifts.wage").value == 1.0


def test_the_rules_of_labour_and_of_turns_are_settings_like_others(planned: Path) -> None:
    """A planner changes them where everything else is changed; a wrong one is explained."""
    at = open_screen("settings")
    at.checkbox(key="setting:labour.whole_weekends").check().run()
    at.number_input(key="setting:rotation.people").set_value(0).run()
    assert "people must be" in at.error[0].value
    at.number_input(key="setting:rotation.people").set_value(2).run()
    at.number_input(key="setting:fairness.weeks").set_value(8).run()
    at.text_input(key="setting:burn_out.late").set_value("22:00").run()
    at.button(key="save:people").click().run()
    now = workspaces.open_workspace(planned).settings
    assert (now.labour.whole_weekends, now.rotation.people) == (True, 2)
    assert (now.fairness.weeks, now.burn_out.late) == (8, "22:00")
    assert at.checkbox(key="setting:labour.whole_weekends").value


def test_opening_hours_are_written_as_people_write_them(planned: Path) -> None:
    """A window of the week, not its minutes."""
    at = open_screen("settings")
    field = "setting:queues.live.opening"
    at.text_input(key=field).set_value("Mon-Fry 07:00-19:00").run()
    assert "Mon-Fry" in at.error[0].value
    at.text_input(key=field).set_value("Mon-Fri 07:00-19:00; Sat 10:00-14:00").run()
    at.button(key="save:queue live").click().run()
    assert '"07:00-19:00"' in (planned / "staffcast.toml").read_text()


def test_spare_hands_are_given_to_e_mail_queues(planned: Path) -> None:
    """Which of them comes first is the planner's choice; without any there is nothing to choose."""
    assert not open_screen("settings").multiselect
    path = planned / "staffcast.toml"
    path.write_text(path.read_text() + MAILS)
    at = open_screen("settings")
    field = at.multiselect(key="setting:queues.live.fill_with")
    assert field.options == ["mail", "tickets"]
    field.set_value(["tickets", "mail"]).run()
    at.button(key="save:queue live").click().run()
    assert not at.exception
    queues = workspaces.open_workspace(planned).settings.queues
    assert queues["live"].fill_with == ("tickets", "mail")
